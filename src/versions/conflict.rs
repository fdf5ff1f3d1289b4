//! What a three-way merge comes to: the edit, what it changes, and the conflicts with whose word holds in each.

use std::collections::BTreeMap;

use super::change::{Change, Subject};
use crate::base::Message;
use crate::model::Edit;

/// Whose word holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Word {
    /// That of the plan that is merged into.
    #[default]
    Ours,
    /// The other's.
    Theirs,
}

/// Who decides conflicts: single ones by their keys, all others as said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// By [`Conflict::key`].
    pub single: BTreeMap<String, Word>,
    /// Where nothing is said of one.
    pub others: Option<Word>,
}

/// A field, or a thing as a whole, that both sides changed otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Names it for [`Choices`].
    pub key: String,
    /// Of what.
    pub subject: Subject,
    /// Which field; none where one side took the thing away.
    pub field: Option<&'static str>,
    /// What stood there before both.
    pub base: Option<Message>,
    /// What ours says.
    pub ours: Option<Message>,
    /// What theirs says.
    pub theirs: Option<Message>,
    /// Who was followed; ours where nobody chose.
    pub taken: Word,
    /// Somebody chose.
    pub is_chosen: bool,
}

/// Their changes brought into ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// What makes of ours the merged plan; an empty group when there is nothing to take over.
    pub edit: Edit,
    /// What it changes in ours.
    pub changes: Vec<Change>,
    /// What both changed.
    pub conflicts: Vec<Conflict>,
    /// What could not be taken over, and why.
    pub left: Vec<Message>,
}

impl Merge {
    /// Conflicts that nobody decided.
    #[must_use]
    pub fn open(&self) -> usize {
        self.conflicts.iter().filter(|conflict| !conflict.is_chosen).count()
    }
}
