//! Why a text is no condition, and where.

use super::Field;
use crate::base::Message;

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// A character that belongs to nothing.
    Character(char),
    /// A quotation that does not end.
    OpenQuote,
    /// A field was expected.
    NoField(String),
    /// No field of that name.
    UnknownField(String),
    /// A comparison was expected after a field.
    NoComparison(String),
    /// A value was expected after a comparison.
    NoValue,
    /// A number was expected.
    NoNumber(Field, String),
    /// A text cannot be compared by size.
    NoOrder(Field),
    /// A closing bracket was expected.
    OpenBracket,
    /// Something follows that joins nothing.
    Trailing(String),
    /// Brackets and negations nest too deep.
    TooDeep,
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("at character {at}: {trouble:?}")]
pub struct FilterError {
    /// The character at which it is, from 1.
    pub at: usize,
    /// What is wrong.
    pub trouble: Trouble,
}

impl FilterError {
    pub(super) fn new(at: usize, trouble: Trouble) -> Self {
        Self { at: at + 1, trouble }
    }

    /// The words for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let what = match &self.trouble {
            Trouble::Character(c) => Message::new("session.filter-character").text("text", c.to_string()),
            Trouble::OpenQuote => Message::new("session.filter-open-quote"),
            Trouble::NoField(text) if text.is_empty() => Message::new("session.filter-ends"),
            Trouble::NoField(text) => Message::new("session.filter-no-field").text("text", text),
            Trouble::UnknownField(text) => Message::new("session.filter-unknown-field").text("text", text),
            Trouble::NoComparison(field) => Message::new("session.filter-no-comparison").text("field", field),
            Trouble::NoValue => Message::new("session.filter-no-value"),
            Trouble::NoNumber(field, text) => {
                Message::new("session.filter-no-number").nested("field", field.message()).text("text", text)
            }
            Trouble::NoOrder(field) => Message::new("session.filter-no-order").nested("field", field.message()),
            Trouble::OpenBracket => Message::new("session.filter-open-bracket"),
            Trouble::Trailing(text) => Message::new("session.filter-trailing").text("text", text),
            Trouble::TooDeep => Message::new("session.filter-too-deep"),
        };
        Message::new("session.filter-error").count("at", self.at).nested("what", what)
    }
}
