//! The search for the fewest moves: first all sets of one move, then of two, and so on, each that could help a district in
//! pieces.
//!
//! Take a district in more than one piece, and its smallest piece. In every repair a unit of that piece leaves, or a unit
//! beside it enters, or all the rest of the district leaves. So only these moves are tried, and where so many moves are left
//! that all the rest could leave, those of the whole district.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::layout::Layout;
use super::{Move, cost};
use crate::base::Reporter;

/// What an attempt costs besides the units looked at; it bounds what is remembered, too.
const ATTEMPT: usize = 20;

/// A search from one state.
pub(super) struct Search<'a, 'r> {
    layout: Layout<'a>,
    /// Districts that are to be in one piece.
    wanted: Vec<u32>,
    /// How many pieces other districts may be in: as many as at the start.
    pieces: BTreeMap<u32, usize>,
    moves: Vec<Move>,
    seen: HashSet<Vec<(u32, Option<u32>)>>,
    best: Option<Vec<Move>>,
    budget: usize,
    /// The budget at the start, and how many steps of work it is told as, as many being done; none are told of a small search.
    told: Option<(usize, usize)>,
    reporter: &'r dyn Reporter,
}

impl<'a, 'r> Search<'a, 'r> {
    pub(super) fn new(layout: Layout<'a>, wanted: Vec<u32>, budget: usize, reporter: &'r dyn Reporter) -> Self {
        let (pieces, moves, seen) = (BTreeMap::new(), Vec::new(), HashSet::new());
        Self { layout, wanted, pieces, moves, seen, best: None, budget, told: None, reporter }
    }

    /// The same, which tells how much of its budget is spent: as `steps` of work that follow as many done.
    pub(super) fn telling(mut self, steps: usize) -> Self {
        self.told = Some((self.budget, steps));
        self
    }

    /// The state from which the search set out.
    pub(super) fn into_layout(self) -> Layout<'a> {
        self.layout
    }

    /// The best repair of at most `most` moves, and the count below which none exists.
    pub(super) fn fewest(&mut self, most: usize) -> (Option<Vec<Move>>, usize) {
        for count in 1..=most {
            self.seen.clear();
            self.step(count);
            if let Some(best) = self.best.take() {
                return (Some(best), count);
            }
            if self.budget == 0 {
                return (None, count);
            }
        }
        (None, most + 1)
    }

    /// Tries all that could follow with `left` moves.
    fn step(&mut self, left: usize) {
        if self.reporter.should_stop() {
            self.budget = 0;
        }
        if self.budget == 0 {
            return;
        }
        if let Some((whole, steps)) = self.told {
            self.reporter.progress(steps + steps * (whole - self.budget) / whole.max(1), 2 * steps);
        }
        let faults = self.faults();
        let Some((district, small)) = faults.first().cloned() else {
            let mut moves = self.moves.clone();
            moves.sort_unstable();
            if self.best.as_ref().is_none_or(|best| cost(&moves) < cost(best)) {
                self.best = Some(moves);
            }
            return;
        };
        // A move changes two districts at most; where free units carry, the pieces of all.
        if left == 0 || (!self.layout.input.conduct && faults.len() > 2 * left) {
            return;
        }
        for (unit, to) in self.choices(district, &small, left) {
            self.attempt(unit, to, left);
        }
    }

    fn attempt(&mut self, unit: u32, to: Option<u32>, left: usize) {
        let from = self.layout.of(unit);
        self.moves.push(Move { unit, from, to });
        let mut key: Vec<(u32, Option<u32>)> = self.moves.iter().map(|step| (step.unit, step.to)).collect();
        key.sort_unstable();
        self.budget = self.budget.saturating_sub(ATTEMPT);
        if self.seen.insert(key) {
            self.layout.put(unit, to);
            if from.is_none_or(|from| self.layout.keeps_one(from)) {
                self.step(left - 1);
            }
            self.layout.put(unit, from);
        }
        self.moves.pop();
    }

    /// Districts in too many pieces, with the smallest piece of each. Only those that were moved from or to can have changed.
    fn faults(&mut self) -> Vec<(u32, Vec<u32>)> {
        let touched = self.moves.iter().flat_map(|step| [step.from, step.to]).flatten();
        let all: BTreeSet<u32> = self.wanted.iter().copied().chain(touched).collect();
        let mut faults = Vec::new();
        for district in all {
            self.budget = self.budget.saturating_sub(1 + self.layout.size(district));
            let mut pieces = self.layout.pieces(district);
            if pieces.len() > self.allowed(district) {
                faults.extend(pieces.pop().map(|small| (district, small)));
            }
        }
        faults
    }

    /// How many pieces a district may be in.
    fn allowed(&mut self, district: u32) -> usize {
        if self.wanted.contains(&district) {
            return 1;
        }
        if let Some(count) = self.pieces.get(&district) {
            return *count;
        }
        self.layout.take_back(&self.moves);
        let count = self.layout.pieces(district).len().max(1);
        self.layout.make(&self.moves);
        self.pieces.insert(district, count);
        count
    }

    /// Moves that could help a district with that smallest piece.
    fn choices(&self, district: u32, small: &[u32], left: usize) -> Vec<(u32, Option<u32>)> {
        let rest = self.layout.size(district) - small.len();
        let own: Vec<u32> = if left >= rest { self.layout.members(district).collect() } else { small.to_vec() };
        let moved = |unit: u32| self.moves.iter().any(|step| step.unit == unit);
        let mut choices = Vec::new();
        for unit in own.iter().copied().filter(|unit| !moved(*unit) && self.layout.may_leave(*unit)) {
            choices.extend(self.goals(unit, district, left).into_iter().map(|to| (unit, to)));
        }
        for unit in self.beside(district, &own).into_iter().filter(|unit| !moved(*unit)) {
            if self.layout.may_enter(unit, district) {
                choices.push((unit, Some(district)));
            }
            if self.layout.input.conduct && self.layout.of(unit).is_some() && self.layout.may_leave(unit) {
                choices.push((unit, None));
            }
        }
        choices
    }

    /// Units beside some of a district that are not its own; where free units carry, beside those too.
    fn beside(&self, district: u32, own: &[u32]) -> BTreeSet<u32> {
        let mut found: BTreeSet<u32> = BTreeSet::new();
        let mut open: Vec<u32> = own.to_vec();
        while let Some(unit) = open.pop() {
            for next in self.layout.input.neighbours.of(unit as usize).iter().copied() {
                let fresh = self.layout.of(next) != Some(district) && found.insert(next);
                if fresh && self.layout.input.conduct && self.layout.of(next).is_none() {
                    open.push(next);
                }
            }
        }
        found
    }

    /// Where a unit may go: out of all districts, or into one that so few moves can bring it to.
    fn goals(&self, unit: u32, district: u32, left: usize) -> BTreeSet<Option<u32>> {
        let mut goals: BTreeSet<Option<u32>> = BTreeSet::from([None]);
        let (mut seen, mut border) = (HashSet::from([unit]), vec![unit]);
        // Free units that carry bring a unit to any district at no cost.
        let reach = if self.layout.input.conduct { self.layout.district.len() } else { left };
        for _ in 0..reach {
            if border.is_empty() {
                break;
            }
            let near = border.iter().flat_map(|at| self.layout.input.neighbours.of(*at as usize)).copied();
            border = near.filter(|next| seen.insert(*next)).collect();
            let others = border.iter().filter_map(|at| self.layout.of(*at)).filter(|other| *other != district);
            goals.extend(others.filter(|other| self.layout.may_enter(unit, *other)).map(Some));
        }
        goals
    }
}
