//! The three classes of renovation items and the codes of catalogue entries.

use serde::{Deserialize, Serialize};

use crate::base::Message;

/// The three classes (R15–R17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemClass {
    /// 基础类.
    Basic,
    /// 完善类.
    Improvement,
    /// 提升类.
    Upgrade,
}

impl ItemClass {
    /// The classes in the order of the policy.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Improvement, Self::Upgrade];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Improvement => "improvement",
            Self::Upgrade => "upgrade",
        }
    }

    /// The class for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Basic => Message::new("policy.class-basic"),
            Self::Improvement => Message::new("policy.class-improvement"),
            Self::Upgrade => Message::new("policy.class-upgrade"),
        }
    }
}

/// Code of a catalogue entry, such as `water_supply`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemCode(pub String);

impl ItemCode {
    /// From the code of a catalogue entry.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl std::fmt::Display for ItemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
