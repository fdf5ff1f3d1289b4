//! What is said of districts, items and findings, brought along where a merge gives them other numbers: opinions and comments name
//! a district by its number and an item by its id, and the keys of findings begin with either.

use std::collections::BTreeMap;

use crate::base::ItemId;
use crate::checks::carried_key;
use crate::model::{Comment, CommentKey, Content, FindingKey, IgnoreNote, Opinion, OpinionKey, Subject};

/// Numbers and ids of a side that it could not keep.
#[derive(Debug, Default)]
pub(super) struct Renumbered {
    /// New numbers by those that the side gave its districts.
    pub(super) districts: BTreeMap<u32, u32>,
    /// New ids by those that the side gave its items.
    pub(super) items: BTreeMap<ItemId, ItemId>,
}

impl Renumbered {
    /// The opinions of a side. Those that the base has too are about its districts and stay.
    pub(super) fn opinions(&self, base: &Content, theirs: &Content) -> BTreeMap<OpinionKey, Opinion> {
        let renamed = |(key, opinion): (&OpinionKey, &Opinion)| {
            let number = self.districts.get(&key.district).filter(|_| base.opinions.get(key) != Some(opinion));
            (OpinionKey { district: number.copied().unwrap_or(key.district), ..key.clone() }, opinion.clone())
        };
        theirs.opinions.iter().map(renamed).collect()
    }

    /// The comments of a side, as for [`Self::opinions`].
    pub(super) fn comments(&self, base: &Content, theirs: &Content) -> BTreeMap<CommentKey, Comment> {
        let renamed = |(key, comment): (&CommentKey, &Comment)| {
            let mut comment = comment.clone();
            if !base.comments.contains_key(key) {
                comment.subject = self.subject(comment.subject);
            }
            (key.clone(), comment)
        };
        theirs.comments.iter().map(renamed).collect()
    }

    fn subject(&self, subject: Subject) -> Subject {
        match subject {
            Subject::District(number) => Subject::District(self.districts.get(&number).copied().unwrap_or(number)),
            Subject::Item(id) => Subject::Item(self.items.get(&id).copied().unwrap_or(id)),
            Subject::Finding(key) => Subject::Finding(carried_key(&key, &self.districts, &self.items)),
            Subject::Compound(_) | Subject::Pipe(_) => subject,
        }
    }

    /// What a side set aside, as for [`Self::opinions`].
    pub(super) fn ignored(&self, base: &Content, theirs: &Content) -> BTreeMap<FindingKey, IgnoreNote> {
        let renamed = |(key, note): (&FindingKey, &IgnoreNote)| {
            let stays = base.ignored.get(key) == Some(note);
            let carried = || FindingKey(carried_key(&key.0, &self.districts, &self.items));
            (if stays { key.clone() } else { carried() }, note.clone())
        };
        theirs.ignored.iter().map(renamed).collect()
    }
}

/// The first number that no district of the plans has, and of which nothing is said.
pub(super) fn free_number(plans: &[&Content]) -> u32 {
    let of_subject = |comment: &Comment| match comment.subject {
        Subject::District(number) => Some(number),
        _ => None,
    };
    let taken = plans.iter().flat_map(|plan| {
        let numbers = plan.districts.values().map(|district| district.number);
        let judged = plan.opinions.keys().map(|key| key.district);
        numbers.chain(judged).chain(plan.comments.values().filter_map(of_subject))
    });
    taken.max().map_or(1, |last| last.saturating_add(1))
}
