//! A value of the command line that is not of its form. The form is the same in every language, so that [`super::super::usage`]
//! can say it in the user's.

/// The form that a value should have had, such as `FIELD=N`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::cli) struct Form(pub(in crate::cli) String);

impl From<&str> for Form {
    fn from(form: &str) -> Self {
        Self(form.to_owned())
    }
}
