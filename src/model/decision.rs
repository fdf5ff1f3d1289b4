//! Small decisions of the user: links set by hand, findings ignored, prices, and what compounds need.

use serde::{Deserialize, Serialize};

use crate::base::{CompoundId, Message, Money};

/// An unordered pair of compounds, the smaller id first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LinkKey(CompoundId, CompoundId);

impl LinkKey {
    /// The pair, in order; `None` for a compound with itself.
    #[must_use]
    pub fn new(a: CompoundId, b: CompoundId) -> Option<Self> {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Some(Self(a, b)),
            std::cmp::Ordering::Greater => Some(Self(b, a)),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The smaller id.
    #[must_use]
    pub fn a(self) -> CompoundId {
        self.0
    }

    /// The larger id.
    #[must_use]
    pub fn b(self) -> CompoundId {
        self.1
    }
}

/// What the user decided of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRule {
    /// Linked whatever lies between.
    Force,
    /// Not linked however near.
    Forbid,
}

/// A link set by hand, with its note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOverride {
    /// Forced or forbidden.
    pub rule: LinkRule,
    /// Why.
    pub note: String,
}

/// Stable name of a finding: its kind and what it is about, by source ids, so that it survives a re-import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingKey(pub String);

/// Why a finding is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoreNote {
    /// The user's reason; never empty.
    pub reason: String,
}

/// A unit price with where it is from. None ships with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPrice {
    /// Price of one unit.
    pub amount: Money,
    /// Where the price is from.
    pub source: String,
    /// Price-base date, `YYYY-MM` or `YYYY-MM-DD`.
    pub dated: String,
}

/// State of one item in one compound (R20). No entry at all means nobody has looked; it never counts as fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedState {
    /// 需改.
    Needed,
    /// 已达标.
    Met,
    /// 不具备条件.
    NotFeasible,
    /// 居民不同意.
    Refused,
    /// 待定.
    Undecided,
}

impl NeedState {
    /// Every state, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Needed, Self::Met, Self::NotFeasible, Self::Refused, Self::Undecided];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Met => "met",
            Self::NotFeasible => "not_feasible",
            Self::Refused => "refused",
            Self::Undecided => "undecided",
        }
    }

    /// The state for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Needed => Message::new("model.need-needed"),
            Self::Met => Message::new("model.need-met"),
            Self::NotFeasible => Message::new("model.need-not-feasible"),
            Self::Refused => Message::new("model.need-refused"),
            Self::Undecided => Message::new("model.need-undecided"),
        }
    }
}
