//! What is said of districts, brought along where their numbers change: opinions and comments name a district by its number, and
//! a district that comes to others may find its number taken.

use std::collections::BTreeMap;

use crate::model::{Comment, CommentKey, Content, Opinion, OpinionKey, Subject};

/// New numbers by those that a side gave its districts.
pub(super) type Numbers = BTreeMap<u32, u32>;

/// The opinions of a side under the new numbers. Those that the base has too are about its districts and stay.
pub(super) fn opinions(base: &Content, theirs: &Content, numbers: &Numbers) -> BTreeMap<OpinionKey, Opinion> {
    let renamed = |(key, opinion): (&OpinionKey, &Opinion)| {
        let number = numbers.get(&key.district).filter(|_| base.opinions.get(key) != Some(opinion));
        (OpinionKey { district: number.copied().unwrap_or(key.district), ..key.clone() }, opinion.clone())
    };
    theirs.opinions.iter().map(renamed).collect()
}

/// The comments of a side under the new numbers, as for [`opinions`].
pub(super) fn comments(base: &Content, theirs: &Content, numbers: &Numbers) -> BTreeMap<CommentKey, Comment> {
    let renamed = |(key, comment): (&CommentKey, &Comment)| {
        let mut comment = comment.clone();
        if let Subject::District(number) = &mut comment.subject
            && !base.comments.contains_key(key)
        {
            *number = numbers.get(number).copied().unwrap_or(*number);
        }
        (key.clone(), comment)
    };
    theirs.comments.iter().map(renamed).collect()
}
