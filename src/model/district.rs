//! A district (片区). Which compounds it holds is the plan's assignment, not the district's own.

use serde::{Deserialize, Serialize};

/// A district of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// Number shown everywhere, 1 and up, unique in the plan.
    pub number: u32,
    /// Name; may be empty.
    pub name: String,
    /// A locked district refuses compounds coming and going.
    pub locked: bool,
    /// A locked district that compounds may enter all the same; nothing leaves it.
    pub admits: bool,
    /// The one main year of its works (R13).
    pub year: Option<i32>,
    /// 实施主体 (R44); empty until given.
    pub implementer: String,
    /// Free note.
    pub note: String,
}

impl District {
    /// A new district of that number, nothing else decided.
    #[must_use]
    pub fn numbered(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// Number in at least two digits, and the name when there is one that is not the number.
    #[must_use]
    pub fn label(&self) -> String {
        if self.name.is_empty() || self.name == self.number.to_string() {
            format!("{:02}", self.number)
        } else {
            format!("{:02} {}", self.number, self.name)
        }
    }
}
