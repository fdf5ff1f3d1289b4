//! Units that go together: those asked for, with a way between them where they are no neighbours, and the units of locked
//! districts that others may enter. The solver sees each such tie as one unit.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::part::NONE;
use super::problem::{Problem, number};
use crate::contiguity::Neighbours;

/// Which unit stands for which.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// The unit that stands for each; empty when all stand for themselves.
    owner: Vec<u32>,
    /// Ascending rows of every tie of more than one unit, by the one that stands for it.
    members: BTreeMap<u32, Vec<u32>>,
}

impl Ties {
    /// Ties over the links between free units. Where the units of a set do not touch, a shortest way of free units
    /// between them goes with them; a unit that cannot be reached stays by itself. `O(sets × links)`.
    pub(super) fn of(problem: &Problem, rows: &Neighbours, free: &[bool]) -> Self {
        if !Self::are_asked(problem) {
            return Self::default();
        }
        let mut ties = Self { owner: (0..problem.units()).map(number).collect(), members: BTreeMap::new() };
        let mut first: BTreeMap<u32, u32> = BTreeMap::new();
        for unit in (0..problem.units()).filter(|unit| free[*unit]) {
            if let Some(lock) = problem.locked[unit] {
                let head = *first.entry(lock).or_insert(number(unit));
                ties.join(head, number(unit));
            }
        }
        let marked: BTreeSet<u32> = problem.apart.iter().chain(std::iter::once(&problem.seeds)).flatten().copied().collect();
        // In an order of their own, whatever order they were asked in.
        let sets: BTreeSet<BTreeSet<u32>> = problem.together.iter().map(|set| set.iter().copied().collect()).collect();
        for set in sets {
            let mut wanted = set.into_iter().filter(|unit| free[*unit as usize]);
            let Some(head) = wanted.next() else { continue };
            // A way through a unit that is to be apart, or through a locked district, would tie more than was asked.
            let open = |unit: u32| !marked.contains(&unit) && problem.locked[unit as usize].is_none();
            wanted.for_each(|unit| ties.reach(rows, head, unit, &open));
        }
        for unit in 0..problem.units() {
            let owner = ties.find(number(unit));
            ties.owner[unit] = owner;
            ties.members.entry(owner).or_default().push(number(unit));
        }
        ties.members.retain(|_, members| members.len() > 1);
        ties
    }

    /// Whether a problem may tie units at all.
    pub(super) fn are_asked(problem: &Problem) -> bool {
        !problem.together.is_empty() || !problem.admitting.is_empty()
    }

    fn find(&self, mut unit: u32) -> u32 {
        while self.owner[unit as usize] != unit {
            unit = self.owner[unit as usize];
        }
        unit
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.owner[a.max(b) as usize] = a.min(b);
    }

    /// Joins what `from` stands in with `to` and the units of a shortest way between.
    fn reach(&mut self, rows: &Neighbours, from: u32, to: u32, open: &dyn Fn(u32) -> bool) {
        let (from, to) = (self.find(from), self.find(to));
        let mut before = vec![NONE; rows.len()];
        let start = (0..rows.len()).map(number).filter(|unit| self.find(*unit) == from);
        let mut queue: VecDeque<u32> = start.collect();
        for unit in &queue {
            before[*unit as usize] = *unit;
        }
        while let Some(unit) = queue.pop_front() {
            if self.find(unit) == to {
                let mut at = unit;
                while before[at as usize] != at {
                    self.join(at, before[at as usize]);
                    at = before[at as usize];
                }
                return;
            }
            for next in rows.of(unit as usize) {
                if before[*next as usize] == NONE && (open(*next) || self.find(*next) == to) {
                    before[*next as usize] = unit;
                    queue.push_back(*next);
                }
            }
        }
    }

    /// The unit that stands for a unit.
    pub(super) fn owner(&self, unit: usize) -> usize {
        self.owner.get(unit).map_or(unit, |owner| *owner as usize)
    }

    /// The rows that a unit stands for, ascending; itself among them.
    pub(super) fn rows(&self, owner: usize) -> impl Iterator<Item = usize> + Clone {
        let tied = self.members.get(&number(owner));
        let alone = if tied.is_none() { Some(owner) } else { None };
        tied.into_iter().flatten().map(|row| *row as usize).chain(alone)
    }

    /// The units that stand for more than themselves.
    pub(super) fn owners(&self) -> impl Iterator<Item = usize> {
        self.members.keys().map(|owner| *owner as usize)
    }

    /// Whether no unit stands for another.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Lets the units of a tie stand for themselves again.
    pub(super) fn loosen(&mut self, owner: usize) {
        for unit in self.members.remove(&number(owner)).into_iter().flatten() {
            self.owner[unit as usize] = unit;
        }
    }
}
