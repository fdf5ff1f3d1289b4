//! In which state a thing was when somebody commented on it: a digest that is another as soon as anything of it changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::stamp::Digested;
use crate::base::CompoundId;
use crate::model::{CommentKey, Content, District, Item, Pipe, Subject};

/// Digits that tell two states apart.
const DIGITS: usize = 16;

fn short(digested: Digested) -> String {
    let digest = digested.finish();
    digest.get(..DIGITS).unwrap_or(&digest).to_owned()
}

/// Digest of a compound: its shape, what is known of it, and its district.
pub(super) fn compound_state(content: &Content, row: usize) -> Option<String> {
    let mut digested = Digested::new();
    digested.compound(content.compounds.get(row)?);
    let district = content.assignment.get(row).copied().flatten().and_then(|id| content.districts.get(&id));
    digested.value(&district.map(|district| district.number));
    Some(short(digested))
}

/// Digest of a pipe.
pub(super) fn pipe_state(pipe: &Pipe) -> String {
    let mut digested = Digested::new();
    digested.pipe(pipe);
    short(digested)
}

/// Digest of a district: what it is called and when it is done, and its compounds. Locks and notes are nobody's concern but
/// the planner's.
pub(super) fn district_state(content: &Content, district: &District, members: &[CompoundId]) -> String {
    let mut digested = Digested::new();
    digested.value(&(district.number, &district.name, district.year, &district.implementer));
    for member in members {
        digested.value(&content.compounds.get(member.index()).map(|compound| &compound.source_id));
    }
    short(digested)
}

/// Digest of an item.
pub(super) fn item_state(item: &Item) -> String {
    let mut digested = Digested::new();
    digested.item(item);
    short(digested)
}

/// Digests of the things that are wanted and there, by one pass over the plan. Findings have none: they follow from
/// everything. `O(features)`.
#[must_use]
pub fn states_of<'a>(content: &Content, wanted: &BTreeSet<&'a Subject>) -> BTreeMap<&'a Subject, String> {
    let (mut compounds, mut pipes) = (HashMap::new(), HashMap::new());
    let mut found = BTreeMap::new();
    for subject in wanted {
        match subject {
            Subject::Compound(id) => drop(compounds.insert(id.as_str(), *subject)),
            Subject::Pipe(id) => drop(pipes.insert(id.as_str(), *subject)),
            Subject::Item(id) => found.extend(content.items.get(id).map(|item| (*subject, item_state(item)))),
            Subject::District(_) | Subject::Finding(_) => {}
        }
    }
    if !compounds.is_empty() {
        for (row, compound) in content.compounds.iter().enumerate() {
            let subject = compounds.get(compound.source_id.as_str());
            found.extend(subject.and_then(|subject| Some((*subject, compound_state(content, row)?))));
        }
    }
    if !pipes.is_empty() {
        for pipe in content.pipes.iter() {
            found.extend(pipes.get(pipe.source_id.as_str()).map(|subject| (*subject, pipe_state(pipe))));
        }
    }
    if wanted.iter().any(|subject| matches!(subject, Subject::District(_))) {
        for (id, members) in content.members_by_district() {
            let Some(district) = content.districts.get(&id) else { continue };
            let subject = wanted.get(&Subject::District(district.number));
            found.extend(subject.map(|subject| (*subject, district_state(content, district, &members))));
        }
    }
    found
}

/// Names a comment by all that it says; the plan and file that it came with do not count.
#[must_use]
pub fn comment_key(subject: &Subject, said: [&str; 4]) -> CommentKey {
    let mut digested = Digested::new();
    digested.value(&(subject.kind(), subject.id()));
    for part in said {
        digested.bytes(part.trim().as_bytes());
    }
    CommentKey(short(digested))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::DistrictId;
    use crate::model::{Compound, CompoundFacts, District, Properties};

    #[test]
    fn a_state_changes_with_its_thing_alone() {
        let compound = |id: &str| Compound {
            source_id: id.to_owned(),
            shape: geo::MultiPolygon(Vec::new()),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        let mut content = Content {
            compounds: Arc::new(vec![compound("a"), compound("b")]),
            assignment: vec![None, None],
            ..Content::default()
        };
        content.districts.insert(DistrictId(1), District::numbered(7));
        let subjects = [Subject::Compound("a".to_owned()), Subject::Compound("b".to_owned()), Subject::District(7)];
        let states = |content: &Content| {
            let found = states_of(content, &subjects.iter().collect());
            subjects.each_ref().map(|subject| found[subject].clone())
        };
        let before = states(&content);
        content.title = "another".to_owned();
        assert_eq!(states(&content), before);
        content.assignment[0] = Some(DistrictId(1));
        let after = states(&content);
        assert!(after[0] != before[0] && after[1] == before[1] && after[2] != before[2]);
        let gone = Subject::Compound("c".to_owned());
        assert!(states_of(&content, &[&gone].into()).is_empty());
    }

    #[test]
    fn comments_are_the_same_by_what_they_say() {
        let subject = Subject::Pipe("p".to_owned());
        let key = comment_key(&subject, ["太浅", "热力", "王", "2026-06-01"]);
        assert_eq!(comment_key(&subject, [" 太浅 ", "热力", "王", "2026-06-01"]), key);
        assert_ne!(comment_key(&subject, ["太浅", "热力", "", "王2026-06-01"]), key);
        assert_ne!(comment_key(&Subject::Pipe("q".to_owned()), ["太浅", "热力", "王", "2026-06-01"]), key);
    }
}
