//! A value of the command line that is not of its form. What stands for a value in it is named as in the help, so that
//! [`super::super::usage`] can say it in the user's language.

/// The form that a value should have had, such as `FIELD=N`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::cli) struct Form(pub(in crate::cli) String);

impl From<&str> for Form {
    fn from(form: &str) -> Self {
        Self(form.to_owned())
    }
}
