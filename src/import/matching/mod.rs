//! Who is who in a ledger and on a map: rows and compounds by id and by name, as people write both.
//!
//! Certain ways come first, each only where a key stands for one row and one compound: the id as it is, the id without zeros
//! and dashes, the name as it is, the name with its numerals and brackets made plain. What is left is compared by likeness,
//! which only proposes. Ordinals (一期, 2区, A座) and directions must agree, or names are never alike. The result does not
//! depend on the order of rows, but where one compound is registered twice: there the first row counts.

mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use self::names::Name;
use crate::base::Message;

pub(super) use self::names::{plain_id, plain_name};

/// How a row found its compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// The same id.
    Id,
    /// The same id but for leading zeros, dashes, case and width.
    PlainId,
    /// The same name.
    Name,
    /// The same name but for numerals, brackets, spaces and width.
    PlainName,
    /// A like name, confirmed.
    Likeness,
}

impl MatchedBy {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::PlainId => "plain_id",
            Self::Name => "name",
            Self::PlainName => "plain_name",
            Self::Likeness => "likeness",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Id => Message::new("import.matched-id"),
            Self::PlainId => Message::new("import.matched-plain-id"),
            Self::Name => Message::new("import.matched-name"),
            Self::PlainName => Message::new("import.matched-plain-name"),
            Self::Likeness => Message::new("import.matched-likeness"),
        }
    }
}

/// Id and name of a row or a compound; empty texts are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Party {
    pub(super) id: String,
    pub(super) name: String,
}

/// A row and the compounds that it may mean, likeliest first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open {
    pub(super) row: usize,
    /// Compounds with their likeness from 0 to 1.
    pub(super) candidates: Vec<(usize, f64)>,
    /// The first candidate stands out, and this row stands out for it.
    pub(super) proposed: bool,
    /// Its id means the first candidate and its name another one.
    pub(super) torn: bool,
}

/// What became of rows and compounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Matching {
    /// Compound and way of each matched row.
    pub(super) matched: BTreeMap<usize, (usize, MatchedBy)>,
    /// Rows that may mean some compound, by row.
    pub(super) open: Vec<Open>,
    /// Rows that say of a matched compound what an earlier row said: registered twice, and the first counts.
    pub(super) repeated: Vec<usize>,
    /// Ids agree where names contradict: they number other things.
    pub(super) ids_distrusted: bool,
}

/// Names less alike than this are not proposed: one of three characters may differ.
const ALIKE: f64 = 0.65;

/// By how much a proposal must beat the runner-up.
const MARGIN: f64 = 0.1;

/// Candidates kept for a row.
const CANDIDATES: usize = 5;

/// Pairs up to which every row is compared with every compound; beyond, only names with two characters in common are.
const EVERY_PAIR: usize = 4_000_000;

/// Matches rows with compounds.
pub(super) fn match_parties(rows: &[Party], compounds: &[Party]) -> Matching {
    let mut work = Work {
        rows,
        compounds,
        matching: Matching::default(),
        taken: vec![false; compounds.len()],
        shared: BTreeMap::new(),
        torn: BTreeMap::new(),
    };
    work.stage(MatchedBy::Id, |party| party.id.clone());
    work.stage(MatchedBy::PlainId, |party| plain_id(&party.id));
    if work.contradicted() {
        work.matching = Matching { ids_distrusted: true, ..Matching::default() };
        work.taken.fill(false);
        work.shared.clear();
    }
    work.tear();
    work.stage(MatchedBy::Name, |party| party.name.clone());
    work.stage(MatchedBy::PlainName, |party| plain_name(&party.name));
    work.compare();
    work.matching
}

struct Work<'a> {
    rows: &'a [Party],
    compounds: &'a [Party],
    matching: Matching,
    taken: Vec<bool>,
    /// Compounds that share a key with a row that others share too.
    shared: BTreeMap<usize, Vec<usize>>,
    /// Rows whose id means one compound and whose name means others: the compound of the id, then the others.
    torn: BTreeMap<usize, Vec<usize>>,
}

impl Work<'_> {
    fn is_free(&self, row: usize) -> bool {
        !self.matching.matched.contains_key(&row) && !self.torn.contains_key(&row)
    }

    fn take(&mut self, row: usize, compound: usize, by: MatchedBy) {
        self.matching.matched.insert(row, (compound, by));
        self.taken[compound] = true;
        self.shared.remove(&row);
    }

    /// Matches what a key joins one to one; of several, those whose names agree.
    fn stage(&mut self, by: MatchedBy, key: impl Fn(&Party) -> String) {
        let mut groups: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (compound, party) in self.compounds.iter().enumerate().filter(|(compound, _)| !self.taken[*compound]) {
            groups.entry(key(party)).or_default().1.push(compound);
        }
        for (row, party) in self.rows.iter().enumerate().filter(|(row, _)| self.is_free(*row)) {
            if self.matching.repeated.contains(&row) {
                continue;
            }
            if let Some(group) = groups.get_mut(&key(party)) {
                group.0.push(row);
            }
        }
        groups.remove("");
        for (rows, compounds) in groups.into_values() {
            match (rows.as_slice(), compounds.as_slice()) {
                ([], _) => {}
                ([row], [compound]) => self.take(*row, *compound, by),
                _ => self.part(&rows, &compounds, by),
            }
        }
    }

    /// Several rows or compounds share a key: where it is an id, names may tell them apart.
    fn part(&mut self, rows: &[usize], compounds: &[usize], by: MatchedBy) {
        let name = |party: &Party| plain_name(&party.name);
        let same = |a: &Party, b: &Party| plain_id(&a.id) == plain_id(&b.id) && name(a) == name(b);
        if let ([first, rest @ ..], [compound]) = (rows, compounds)
            && rest.iter().all(|row| same(&self.rows[*row], &self.rows[*first]))
        {
            self.take(*first, *compound, by);
            self.matching.repeated.extend(rest);
            return;
        }
        for &row in rows {
            let own = name(&self.rows[row]);
            let same = |compound: &&usize| !own.is_empty() && name(&self.compounds[**compound]) == own;
            let alone = rows.iter().filter(|other| name(&self.rows[**other]) == own).count() == 1;
            let mut named = compounds.iter().filter(same);
            match (named.next(), named.next()) {
                (Some(&compound), None) if alone => self.take(row, compound, by),
                _ => self.shared.entry(row).or_default().extend(compounds),
            }
        }
    }

    /// Whether most rows that ids matched have names that are nothing like those of their compounds.
    fn contradicted(&self) -> bool {
        /// Fewest names that say something.
        const FEWEST: usize = 4;
        let named = self.matching.matched.iter().filter_map(|(&row, &(compound, _))| {
            let (a, b) = (&self.rows[row].name, &self.compounds[compound].name);
            (!a.is_empty() && !b.is_empty()).then(|| Name::new(a).likeness(&Name::new(b)))
        });
        let scores: Vec<f64> = named.collect();
        let unlike = scores.iter().filter(|score| **score < ALIKE).count();
        scores.len() >= FEWEST && unlike * 2 > scores.len()
    }

    /// Takes back the rows that their id matched with one compound and that are called as another is: only a person can tell
    /// which of the two is wrong.
    fn tear(&mut self) {
        let mut called: HashMap<String, Vec<usize>> = HashMap::new();
        for (compound, party) in self.compounds.iter().enumerate() {
            called.entry(plain_name(&party.name)).or_default().push(compound);
        }
        called.remove("");
        let torn = self.matching.matched.iter().filter_map(|(&row, &(compound, _))| {
            let others = called.get(&plain_name(&self.rows[row].name))?;
            (!others.contains(&compound)).then(|| (row, [&[compound], others.as_slice()].concat()))
        });
        let torn: BTreeMap<usize, Vec<usize>> = torn.collect();
        for (row, means) in &torn {
            self.matching.matched.remove(row);
            self.taken[means[0]] = false;
        }
        self.torn = torn;
    }

    /// Rows called as a compound is that a row has already found, and with no other id, say again what that row said.
    fn repeat_by_name(&mut self) {
        let found = self.matching.matched.iter().map(|(row, (compound, _))| {
            let party = &self.compounds[*compound];
            (plain_name(&party.name), [plain_id(&party.id), plain_id(&self.rows[*row].id)])
        });
        let found: HashMap<String, [String; 2]> = found.filter(|(name, _)| !name.is_empty()).collect();
        let says_again = |party: &Party| {
            let id = plain_id(&party.id);
            found.get(&plain_name(&party.name)).is_some_and(|ids| id.is_empty() || ids.contains(&id))
        };
        let again: Vec<usize> = (0..self.rows.len())
            .filter(|row| self.is_free(*row) && !self.matching.repeated.contains(row) && says_again(&self.rows[*row]))
            .collect();
        self.shared.retain(|row, _| !again.contains(row));
        self.matching.repeated.extend(again);
    }

    /// Compares what is left by likeness.
    fn compare(&mut self) {
        self.repeat_by_name();
        let repeated = &self.matching.repeated;
        let free_rows: Vec<usize> = (0..self.rows.len()).filter(|row| self.is_free(*row) && !repeated.contains(row)).collect();
        let free: Vec<usize> = (0..self.compounds.len()).filter(|compound| !self.taken[*compound]).collect();
        let names: Vec<Name> = free.iter().map(|compound| Name::new(&self.compounds[*compound].name)).collect();
        let index = (free_rows.len().saturating_mul(free.len()) > EVERY_PAIR).then(|| pairs_of(&names));
        let mut found: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        let mut best_of: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for &row in &free_rows {
            let name = Name::new(&self.rows[row].name);
            let looked_at = index.as_ref().map_or_else(|| (0..names.len()).collect(), |index| near(index, &name));
            let scored = looked_at.into_iter().map(|place| (free[place], name.likeness(&names[place])));
            let mut scored: Vec<(usize, f64)> = scored.filter(|(_, score)| *score >= ALIKE).collect();
            scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (compound, score) in &scored {
                best_of.entry(*compound).or_default().push(*score);
            }
            if !scored.is_empty() {
                found.insert(row, scored);
            }
        }
        self.open_torn();
        for scores in best_of.values_mut() {
            scores.sort_by(|a, b| b.total_cmp(a));
        }
        for row in free_rows {
            let mut candidates = found.remove(&row).unwrap_or_default();
            let stands_out = |scores: &[f64]| scores.get(1).is_none_or(|second| scores[0] - second >= MARGIN);
            let proposed = candidates.first().is_some_and(|(compound, score)| {
                let own: Vec<f64> = candidates.iter().map(|(_, score)| *score).collect();
                let theirs = &best_of[compound];
                stands_out(&own) && stands_out(theirs) && theirs.first() == Some(score)
            });
            let shared = self.shared.remove(&row).unwrap_or_default();
            for compound in shared.into_iter().filter(|compound| !self.taken[*compound]) {
                if candidates.iter().all(|(known, _)| *known != compound) {
                    candidates
                        .push((compound, Name::new(&self.rows[row].name).likeness(&Name::new(&self.compounds[compound].name))));
                }
            }
            candidates.truncate(CANDIDATES);
            if !candidates.is_empty() {
                self.matching.open.push(Open { row, candidates, proposed, torn: false });
            }
        }
        self.matching.open.sort_by_key(|open| open.row);
    }

    /// Rows with an id of one compound and the name of another are open between those that are still free.
    fn open_torn(&mut self) {
        for (row, means) in std::mem::take(&mut self.torn) {
            let name = Name::new(&self.rows[row].name);
            let likeness = |compound: usize| name.likeness(&Name::new(&self.compounds[compound].name));
            let free = means.iter().filter(|compound| !self.taken[**compound]).take(CANDIDATES);
            let candidates: Vec<(usize, f64)> = free.map(|compound| (*compound, likeness(*compound))).collect();
            if !candidates.is_empty() {
                self.matching.open.push(Open { row, candidates, proposed: false, torn: true });
            }
        }
    }
}

/// Compounds by pairs of neighbouring characters in their names.
fn pairs_of(names: &[Name]) -> HashMap<[char; 2], Vec<usize>> {
    let mut index: HashMap<[char; 2], Vec<usize>> = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        for pair in name.bare.windows(2) {
            index.entry([pair[0], pair[1]]).or_default().push(place);
        }
    }
    index
}

fn near(index: &HashMap<[char; 2], Vec<usize>>, name: &Name) -> Vec<usize> {
    let mut places: Vec<usize> =
        name.bare.windows(2).filter_map(|pair| index.get(&[pair[0], pair[1]])).flatten().copied().collect();
    places.sort_unstable();
    places.dedup();
    places
}
