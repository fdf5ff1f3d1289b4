//! Comments of the units at the table (联合审查), and what the planner answers them.
//!
//! A comment is about a thing by a name that survives loading anew: the id of its source, the number of a district or an
//! item, the key of a finding. It is never changed by what it says; it may come to nothing when its thing is gone.

use serde::{Deserialize, Serialize};

use crate::base::{ItemId, Message};

/// Names a comment: a digest of all it says, so that the same comment is the same wherever it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentKey(pub String);

/// What a comment is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A district, by its number.
    District(u32),
    /// A compound, by the id of its source.
    Compound(String),
    /// A pipe, by the id of its source.
    Pipe(String),
    /// An item.
    Item(ItemId),
    /// A finding, by its key.
    Finding(String),
}

impl Subject {
    /// Stable names of the kinds, with the keys of their words.
    pub const KINDS: [(&str, &str); 5] = [
        ("district", "export.about-district"),
        ("compound", "export.about-compound"),
        ("pipe", "export.about-pipe"),
        ("item", "export.about-item"),
        ("finding", "export.about-finding"),
    ];

    /// The stable name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::District(_) => "district",
            Self::Compound(_) => "compound",
            Self::Pipe(_) => "pipe",
            Self::Item(_) => "item",
            Self::Finding(_) => "finding",
        }
    }

    /// Its kind for people.
    #[must_use]
    pub const fn kind_message(&self) -> Message {
        match self {
            Self::District(_) => Message::new("export.about-district"),
            Self::Compound(_) => Message::new("export.about-compound"),
            Self::Pipe(_) => Message::new("export.about-pipe"),
            Self::Item(_) => Message::new("export.about-item"),
            Self::Finding(_) => Message::new("export.about-finding"),
        }
    }

    /// Its id as text.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::District(number) => number.to_string(),
            Self::Item(id) => id.0.to_string(),
            Self::Compound(id) | Self::Pipe(id) | Self::Finding(id) => id.clone(),
        }
    }

    /// The subject of that kind and id; `None` for other kinds, and for numbers that are none.
    #[must_use]
    pub fn from_parts(kind: &str, id: &str) -> Option<Self> {
        let id = id.trim();
        if id.is_empty() {
            return None;
        }
        match kind {
            "district" => id.parse().ok().map(Self::District),
            "compound" => Some(Self::Compound(id.to_owned())),
            "pipe" => Some(Self::Pipe(id.to_owned())),
            "item" => id.parse().ok().map(|id| Self::Item(ItemId(id))),
            "finding" => Some(Self::Finding(id.to_owned())),
            _ => None,
        }
    }
}

/// A comment as it came in, with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What it is about.
    pub subject: Subject,
    /// What is said; never empty.
    pub text: String,
    /// The unit that says it; may be empty.
    pub unit: String,
    /// Who says it; may be empty.
    pub author: String,
    /// The day, as written; may be empty.
    pub date: String,
    /// Hash of the plan that was commented on; empty when it is not told.
    pub plan_hash: String,
    /// Digest of the thing in that plan; empty when it is not told.
    pub state: String,
    /// Name of the file that brought it.
    pub file: String,
    /// What was decided; none while it is open.
    pub answer: Option<CommentAnswer>,
}

/// What was decided of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentAnswer {
    /// How.
    pub ruling: Ruling,
    /// Why; never empty for what is rejected.
    pub reason: String,
    /// Who sees to it; may be empty.
    pub responsible: String,
}

/// How a comment was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// 采纳.
    Accepted,
    /// 不采纳.
    Rejected,
    /// 待议.
    Discuss,
}

impl Ruling {
    /// Every ruling, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Rejected, Self::Discuss];

    /// The stable name used in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Discuss => "discuss",
        }
    }

    /// The ruling with this [`Ruling::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruling| ruling.code() == code)
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Accepted => Message::new("comments.accepted"),
            Self::Rejected => Message::new("comments.rejected"),
            Self::Discuss => Message::new("comments.discuss"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_as_they_are_written() {
        let all = [
            Subject::District(3),
            Subject::Compound("C1".to_owned()),
            Subject::Pipe("临-7".to_owned()),
            Subject::Item(ItemId(12)),
            Subject::Finding("parts:3".to_owned()),
        ];
        for subject in all {
            assert_eq!(Subject::from_parts(subject.kind(), &subject.id()), Some(subject));
        }
        for (kind, id) in [("district", "three"), ("street", "1"), ("compound", " "), ("item", "-1")] {
            assert_eq!(Subject::from_parts(kind, id), None);
        }
    }
}
