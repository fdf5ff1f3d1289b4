//! A message to a person: a key and its arguments. Errors, findings and labels carry one;
//! only `i18n` knows the words.

use super::Money;

/// One argument of a [`Message`]. The kind decides how `i18n` writes it (separators, units).
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Text as the user wrote it: a name, a path, a field.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A year, written without separators.
    Year(i32),
    /// A plain number with so many decimals.
    Number {
        /// The value.
        value: f64,
        /// Digits after the point.
        decimals: usize,
    },
    /// A length in metres.
    Metres(f64),
    /// An area in square metres.
    SquareMetres(f64),
    /// An amount of money.
    Money(Money),
    /// Words that a data file gives in each language, such as the name of a catalogue entry.
    Words {
        /// 简体中文.
        zh: String,
        /// English.
        en: String,
    },
    /// Another message inside this one.
    Nested(Box<Message>),
    /// Several messages, listed.
    List(Vec<Message>),
}

/// A key of the word tables in `assets/words`, and what fills its `{placeholders}`.
///
/// ```
/// use lianpian::base::Message;
/// let m = Message::new("checks.parts").text("district", "07").count("parts", 2);
/// assert_eq!(m.key(), "checks.parts");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

impl Message {
    /// A message without arguments. Write the key as a literal: a test looks every literal up in the word tables.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// The key in the word tables.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The arguments in the order they were given.
    #[must_use]
    pub fn arguments(&self) -> &[(&'static str, Argument)] {
        &self.arguments
    }

    /// Adds any argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, argument: Argument) -> Self {
        self.arguments.push((name, argument));
        self
    }

    /// Adds a text argument.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Argument::Text(text.into()))
    }

    /// Adds a whole number.
    #[must_use]
    pub fn count(self, name: &'static str, count: usize) -> Self {
        self.with(name, Argument::Count(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// Adds a year.
    #[must_use]
    pub fn year(self, name: &'static str, year: i32) -> Self {
        self.with(name, Argument::Year(year))
    }

    /// Adds a number with a fixed count of decimals.
    #[must_use]
    pub fn number(self, name: &'static str, value: f64, decimals: usize) -> Self {
        self.with(name, Argument::Number { value, decimals })
    }

    /// Adds a length in metres.
    #[must_use]
    pub fn metres(self, name: &'static str, metres: f64) -> Self {
        self.with(name, Argument::Metres(metres))
    }

    /// Adds a message inside this one.
    #[must_use]
    pub fn nested(self, name: &'static str, message: Message) -> Self {
        self.with(name, Argument::Nested(Box::new(message)))
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}
