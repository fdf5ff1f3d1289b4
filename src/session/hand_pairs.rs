//! Pairs set by hand that come from a file, matched with the compounds of a plan by their ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::dispatch::commit;
use super::{Effect, State};
use crate::base::{CompoundId, Message};
use crate::import::{HandPair, HandPairs};
use crate::model::{Content, Edit, LinkKey, LinkOverride, LinkRule};

/// What becomes of every row of a file of pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// What the plan does not say yet.
    pub set: BTreeMap<LinkKey, LinkOverride>,
    /// Rows taken: one for each entry of `set`.
    pub taken: usize,
    /// Rows that say what the plan, or a row before, says already.
    pub already: usize,
    /// Rows that are links of the map.
    pub derived: usize,
    /// Lines with an id that no compound has, and that id.
    pub unknown: Vec<(usize, String)>,
    /// Lines with an id that several compounds have, and that id.
    pub ambiguous: Vec<(usize, String)>,
    /// Lines that pair a compound with itself.
    pub with_itself: Vec<usize>,
    /// Lines of pairs that the file both links and parts.
    pub contradictory: Vec<usize>,
    /// Lines that lack an id, or are of no known kind.
    pub faulty: Vec<usize>,
}

impl Matched {
    /// Rows in all.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.taken + self.already + self.derived + self.left()
    }

    /// Rows that could not be taken.
    #[must_use]
    pub fn left(&self) -> usize {
        let named = self.unknown.len() + self.ambiguous.len();
        named + self.with_itself.len() + self.contradictory.len() + self.faulty.len()
    }

    /// How many rows there are, and what became of them.
    #[must_use]
    pub fn message(&self, file: &Path) -> Message {
        let file = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let counts = Message::new("session.pairs-read")
            .text("file", file)
            .count("rows", self.rows())
            .count("taken", self.taken)
            .count("already", self.already)
            .count("derived", self.derived);
        if self.left() == 0 {
            return counts;
        }
        Message::new("session.pairs-left")
            .nested("what", counts)
            .count("unknown", self.unknown.len())
            .count("ambiguous", self.ambiguous.len())
            .count("selves", self.with_itself.len())
            .count("contradictory", self.contradictory.len())
            .count("faulty", self.faulty.len())
    }
}

/// Matches the rows of a file with the compounds of a plan. Of a pair that the file names with one rule and several notes the
/// last counts.
#[must_use]
pub fn matched(content: &Content, read: &HandPairs) -> Matched {
    let mut rows: HashMap<&str, Vec<CompoundId>> = HashMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        rows.entry(&compound.source_id).or_default().push(CompoundId::from_index(row));
    }
    let mut found = Matched { derived: read.derived, faulty: read.faulty.clone(), ..Matched::default() };
    let mut by_pair: BTreeMap<LinkKey, Vec<&HandPair>> = BTreeMap::new();
    for pair in &read.pairs {
        match key_of(&rows, pair) {
            Ok(Some(key)) => by_pair.entry(key).or_default().push(pair),
            Ok(None) => found.with_itself.push(pair.line),
            Err((id, true)) => found.ambiguous.push((pair.line, id.to_owned())),
            Err((id, false)) => found.unknown.push((pair.line, id.to_owned())),
        }
    }
    for (key, said) in by_pair {
        let rules: BTreeSet<bool> = said.iter().map(|pair| pair.rule == LinkRule::Force).collect();
        let Some(last) = said.last().filter(|_| rules.len() == 1) else {
            found.contradictory.extend(said.iter().map(|pair| pair.line));
            continue;
        };
        let over = LinkOverride { rule: last.rule, note: last.note.clone() };
        if content.overrides.get(&key) == Some(&over) {
            found.already += said.len();
        } else {
            found.set.insert(key, over);
            found.taken += 1;
            found.already += said.len() - 1;
        }
    }
    found.contradictory.sort_unstable();
    found
}

/// The pair of a row; `None` for a compound with itself, the id that no compound has, or (`true`) several have.
fn key_of<'p>(rows: &HashMap<&str, Vec<CompoundId>>, pair: &'p HandPair) -> Result<Option<LinkKey>, (&'p str, bool)> {
    let mut ends = [CompoundId(0); 2];
    for (end, id) in ends.iter_mut().zip(&pair.ids) {
        match rows.get(id.as_str()).map(Vec::as_slice) {
            Some([one]) => *end = *one,
            Some(_) => return Err((id, true)),
            None => return Err((id, false)),
        }
    }
    Ok(LinkKey::new(ends[0], ends[1]))
}

/// Sets the pairs of a file in the plan of a window, as one step, and tells what became of every row.
pub(super) fn take(state: &mut State, file: &Path, read: &HandPairs) -> Vec<Effect> {
    let found = matched(&state.plan, read);
    let message = found.message(file);
    if found.left() > 0 {
        state.tell_failure(message);
    } else {
        state.tell(message);
    }
    if found.set.is_empty() {
        return Vec::new();
    }
    let edits = found.set.into_iter().map(|(key, over)| Edit::PutOverride(key, Some(over))).collect();
    commit(state, Message::new("session.edit-pairs").count("count", found.taken), Edit::Group(edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Properties};

    fn content(ids: &[&str]) -> Content {
        let compound = |id: &&str| Compound {
            source_id: (*id).to_owned(),
            shape: geo::MultiPolygon(Vec::new()),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        Content { compounds: std::sync::Arc::new(ids.iter().map(compound).collect()), ..Content::default() }
    }

    #[test]
    fn every_row_is_accounted_for() {
        let pair = |line: usize, a: &str, b: &str, rule: LinkRule| HandPair {
            line,
            ids: [a.to_owned(), b.to_owned()],
            rule,
            note: String::new(),
        };
        let (force, forbid) = (LinkRule::Force, LinkRule::Forbid);
        let pairs = vec![
            pair(2, "a", "b", force),
            pair(3, "b", "a", force),
            pair(4, "a", "c", force),
            pair(5, "c", "a", forbid),
            pair(6, "a", "x", force),
            pair(7, "b", "b", forbid),
            pair(8, "b", "d", force),
            pair(9, "b", "c", forbid),
        ];
        let read = HandPairs { pairs, derived: 3, faulty: vec![10] };
        let mut plan = content(&["a", "b", "c", "d", "d"]);
        let key = |a: u32, b: u32| LinkKey::new(CompoundId(a), CompoundId(b)).unwrap();
        plan.overrides.insert(key(1, 2), LinkOverride { rule: forbid, note: String::new() });
        let found = matched(&plan, &read);
        assert_eq!(found.set, [(key(0, 1), LinkOverride { rule: force, note: String::new() })].into());
        assert_eq!((found.taken, found.already, found.derived), (1, 2, 3));
        assert_eq!((found.unknown.clone(), found.ambiguous.clone()), (vec![(6, "x".to_owned())], vec![(8, "d".to_owned())]));
        assert_eq!(
            (found.with_itself.clone(), found.contradictory.clone(), found.faulty.clone()),
            (vec![7], vec![4, 5], vec![10])
        );
        assert_eq!(found.rows(), read.pairs.len() + read.derived + read.faulty.len());
        assert_eq!(found.message(Path::new("p.csv")).key(), "session.pairs-left");
    }
}
