//! In which state a thing was when somebody commented on it: a digest that is another as soon as anything of it changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::stamp::Digested;
use crate::base::{CompoundId, DistrictId};
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

/// Digests of the districts of a plan, by their numbers: what each is called and when it is done, its compounds and its items. Locks
/// and notes are nobody's concern but the planner's. `O(compounds + items)`.
#[must_use]
pub fn district_states(content: &Content) -> BTreeMap<u32, String> {
    let members = content.members_by_district();
    let named = |id: &CompoundId| content.compounds.get(id.index()).map(|compound| compound.source_id.as_str());
    // Rows and numbers of items may change where nothing else does: neither counts, nor does the order.
    let mut items: BTreeMap<DistrictId, BTreeMap<String, usize>> = BTreeMap::new();
    for item in content.items.values() {
        let Some(district) = content.item_district(item) else { continue };
        let mut digested = Digested::new();
        digested.decision(item, item.compound.as_ref().and_then(named));
        *items.entry(district).or_default().entry(short(digested)).or_default() += 1;
    }
    let state = |(id, district): (&DistrictId, &District)| {
        let mut digested = Digested::new();
        digested.value(&(district.number, &district.name, district.year, &district.implementer));
        for member in members.get(id).into_iter().flatten() {
            digested.value(&named(member));
        }
        digested.value(&items.get(id));
        (district.number, short(digested))
    };
    content.districts.iter().map(state).collect()
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
        for (number, state) in district_states(content) {
            found.extend(wanted.get(&Subject::District(number)).map(|subject| (*subject, state)));
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
    use crate::base::ItemId;
    use crate::model::{Compound, CompoundFacts, ItemOrigin, Properties, Quantity};
    use crate::policy::ItemCode;

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
        let item = Item {
            code: ItemCode::new("road"),
            compound: Some(CompoundId(0)),
            district: None,
            place: None,
            quantity: Quantity::Missing,
            year: None,
            timing: None,
            price: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        content.items.insert(ItemId(1), item);
        let with_item = states(&content);
        assert!(with_item[..2] == after[..2] && with_item[2] != after[2], "an item is part of its district");
        // Neither its number, nor its row, nor a note is what the district was judged by.
        let mut moved = content.clone();
        moved.compounds = Arc::new(vec![compound("b"), compound("a")]);
        moved.assignment.swap(0, 1);
        let item = Item { compound: Some(CompoundId(1)), note: "看过".to_owned(), ..moved.items[&ItemId(1)].clone() };
        moved.items = [(ItemId(9), item)].into();
        assert_eq!(states(&moved)[2], with_item[2]);
        content.items.values_mut().for_each(|item| item.year = Some(2027));
        assert_ne!(states(&content)[2], with_item[2]);
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
