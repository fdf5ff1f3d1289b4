//! Conditions over the fields of the table, as people type them: `户数 > 300 and 建成年代 <= 2000`.
//!
//! A condition holds, does not, or is unknown where a value is unknown: an unknown value never counts as either, also not
//! under `not`. Errors say at which character they are. Field names and words are Chinese or English, in any mixture.

mod error;
mod facts;
mod field;
mod lex;
mod parse;
#[cfg(test)]
mod tests;

pub use error::{FilterError, Trouble};
pub use facts::Facts;
pub use field::Field;
pub use parse::{is_condition, parse};

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// =
    Equal,
    /// ≠
    Unequal,
    /// <
    Less,
    /// ≤
    AtMost,
    /// >
    More,
    /// ≥
    AtLeast,
    /// ~: the text holds that text.
    Contains,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text, as it was typed.
    Text(String),
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A field compared with a value.
    Is(Field, Comparison, Value),
    /// A field that is one of several values.
    In(Field, Vec<Value>),
    /// A field that is known, or is not.
    Known(Field, bool),
    /// Both.
    And(Box<Condition>, Box<Condition>),
    /// Either.
    Or(Box<Condition>, Box<Condition>),
    /// The contrary.
    Not(Box<Condition>),
}
