//! Who is in which district while moves are tried, and the pieces that districts are in.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Move, RepairInput};

/// A grouping under change.
#[derive(Clone)]
pub(super) struct Layout<'a> {
    pub(super) input: &'a RepairInput<'a>,
    pub(super) district: Vec<Option<u32>>,
    members: BTreeMap<u32, BTreeSet<u32>>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(input: &'a RepairInput<'a>) -> Self {
        let mut members: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (unit, district) in (0..).zip(input.district) {
            if let Some(district) = district {
                members.entry(*district).or_default().insert(unit);
            }
        }
        Self { input, district: input.district.to_vec(), members }
    }

    pub(super) fn of(&self, unit: u32) -> Option<u32> {
        self.district[unit as usize]
    }

    pub(super) fn members(&self, district: u32) -> impl Iterator<Item = u32> + '_ {
        self.members.get(&district).into_iter().flatten().copied()
    }

    pub(super) fn size(&self, district: u32) -> usize {
        self.members.get(&district).map_or(0, BTreeSet::len)
    }

    /// Puts a unit into a district, or into none.
    pub(super) fn put(&mut self, unit: u32, to: Option<u32>) {
        if let Some(members) = self.of(unit).and_then(|from| self.members.get_mut(&from)) {
            members.remove(&unit);
        }
        if let Some(to) = to {
            self.members.entry(to).or_default().insert(unit);
        }
        self.district[unit as usize] = to;
    }

    /// Puts units into a district, or into none.
    pub(super) fn put_all(&mut self, units: &[u32], to: Option<u32>) {
        for unit in units {
            self.put(*unit, to);
        }
    }

    /// Makes moves.
    pub(super) fn make(&mut self, moves: &[Move]) {
        for step in moves {
            self.put(step.unit, step.to);
        }
    }

    /// Takes moves back.
    pub(super) fn take_back(&mut self, moves: &[Move]) {
        for step in moves {
            self.put(step.unit, step.from);
        }
    }

    /// Districts in more than one piece.
    pub(super) fn broken(&self) -> Vec<u32> {
        self.members.keys().copied().filter(|district| self.pieces(*district).len() > 1).collect()
    }

    /// The pieces of a district, the largest first, equals by their first unit.
    pub(super) fn pieces(&self, district: u32) -> Vec<Vec<u32>> {
        let mut seen: HashSet<u32> = HashSet::new();
        let mut pieces: Vec<Vec<u32>> = Vec::new();
        for root in self.members(district) {
            if !seen.insert(root) {
                continue;
            }
            let (mut piece, mut open) = (Vec::new(), vec![root]);
            while let Some(unit) = open.pop() {
                if self.of(unit) == Some(district) {
                    piece.push(unit);
                }
                let carries = |next: &u32| self.of(*next) == Some(district) || (self.input.conduct && self.of(*next).is_none());
                open.extend(self.input.neighbours.of(unit as usize).iter().copied().filter(|n| carries(n) && seen.insert(*n)));
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces.sort_by_key(|piece| (std::cmp::Reverse(piece.len()), piece.first().copied()));
        pieces
    }

    /// Whether a unit may be taken into a district: it may enter one, and is not held by a locked one.
    pub(super) fn may_enter(&self, unit: u32, district: u32) -> bool {
        let input = self.input;
        let eligible = input.eligible.get(unit as usize).copied().unwrap_or(false);
        eligible && !input.locked.contains(&district) && self.may_leave(unit)
    }

    pub(super) fn may_leave(&self, unit: u32) -> bool {
        self.of(unit).is_none_or(|from| !self.input.locked.contains(&from))
    }

    /// Whether a district still holds one of the units that it began with.
    pub(super) fn keeps_one(&self, district: u32) -> bool {
        self.members(district).any(|unit| self.input.district[unit as usize] == Some(district))
    }

    /// What changed since another state.
    pub(super) fn moves_since(&self, before: &[Option<u32>]) -> Vec<Move> {
        let pairs = (0..).zip(before.iter().zip(&self.district));
        pairs.filter(|(_, (from, to))| from != to).map(|(unit, (from, to))| Move { unit, from: *from, to: *to }).collect()
    }
}
