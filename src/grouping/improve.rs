//! Local search at a fixed count of districts: border units move to the neighbour that suits them better, and pairs of
//! neighbouring districts are cut anew along random trees where that lowers the cost. The donor stays connected (a
//! search inside it from the neighbours of the unit that leaves), bounds stay met, and only gains are kept.

use super::likeness::{Likeness, Moments};
use super::part::{Limits, NONE, Part};
use super::problem::number;
use super::regions::Regions;
use super::tree::Trees;
use crate::base::{Reporter, SplitMix};

/// A gain below this is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// Pairs cut anew for each region and each point of effort.
const PAIRS: usize = 20;

/// Sweeps over all units at most, each time.
const SWEEPS: usize = 30;

/// Improves compact regions in place.
pub(super) fn improve(
    part: &Part,
    limits: &Limits,
    regions: &mut Regions,
    effort: usize,
    random: &mut SplitMix,
    reporter: &dyn Reporter,
) {
    let likeness = Likeness::of(part, limits, &regions.label, regions.members.len());
    if likeness.is_indifferent() || regions.members.len() < 2 {
        return;
    }
    let mut search = Search { part, limits, regions, likeness, seen: vec![0; part.len()], now: 0, queue: Vec::new() };
    search.sweep(random, reporter);
    let mut trees = Trees::new(part, limits);
    for round in 0..effort * PAIRS {
        if reporter.should_stop() {
            break;
        }
        for _ in 0..search.regions.members.len() {
            search.recut(&mut trees, random);
        }
        if round % 10 == 9 {
            search.sweep(random, reporter);
        }
    }
    search.sweep(random, reporter);
}

struct Search<'a> {
    part: &'a Part,
    limits: &'a Limits,
    regions: &'a mut Regions,
    likeness: Likeness,
    seen: Vec<u32>,
    now: u32,
    queue: Vec<u32>,
}

impl Search<'_> {
    /// Moves border units until a whole sweep finds nothing better.
    fn sweep(&mut self, random: &mut SplitMix, reporter: &dyn Reporter) {
        let mut order: Vec<u32> = (0..self.part.len()).map(number).collect();
        for _ in 0..SWEEPS {
            random.shuffle(&mut order);
            let moved = order.iter().filter(|unit| self.try_move(**unit)).count();
            if moved == 0 || reporter.should_stop() {
                return;
            }
        }
    }

    fn try_move(&mut self, unit: u32) -> bool {
        let at = unit as usize;
        let from = self.regions.label[at];
        let size = self.part.size_of(at, self.limits.count());
        if from == NONE
            || self.regions.members[from as usize].len() < 2
            || !self.limits.enough_without(self.regions.sum(from as usize), size)
        {
            return false;
        }
        let mut best = (-LEAST_GAIN, NONE);
        for next in self.part.neighbours(at) {
            let to = self.regions.label[*next as usize];
            if to == NONE || to == from || !self.limits.fits(self.regions.sum(to as usize), size) {
                continue;
            }
            let delta = self.likeness.delta(self.part, at, from as usize, to as usize);
            if delta < best.0 {
                best = (delta, to);
            }
        }
        if best.1 == NONE || !self.stays_connected(unit, from) {
            return false;
        }
        self.likeness.change(self.part, at, from as usize, false);
        self.likeness.change(self.part, at, best.1 as usize, true);
        self.regions.put(self.part, unit, best.1);
        true
    }

    /// Whether `region` stays in one piece without `unit`.
    fn stays_connected(&mut self, unit: u32, region: u32) -> bool {
        let inside = |n: &&u32| self.regions.label[**n as usize] == region;
        let beside: Vec<u32> = self.part.neighbours(unit as usize).iter().filter(inside).copied().collect();
        if beside.len() < 2 {
            return true;
        }
        self.now += 1;
        self.seen[unit as usize] = self.now;
        self.seen[beside[0] as usize] = self.now;
        let mut missing = beside.len() - 1;
        self.queue.clear();
        self.queue.push(beside[0]);
        while let Some(at) = self.queue.pop() {
            for next in self.part.neighbours(at as usize) {
                if self.regions.label[*next as usize] == region && self.seen[*next as usize] != self.now {
                    self.seen[*next as usize] = self.now;
                    self.queue.push(*next);
                    missing -= usize::from(beside.contains(next));
                }
            }
            if missing == 0 {
                return true;
            }
        }
        false
    }

    /// Cuts two neighbouring regions anew along the best edge of a random tree.
    fn recut(&mut self, trees: &mut Trees<'_>, random: &mut SplitMix) {
        let unit = random.below(self.part.len());
        let first = self.regions.label[unit];
        let other = |n: &&u32| self.regions.label[**n as usize] != first && self.regions.label[**n as usize] != NONE;
        let Some(second) = self.part.neighbours(unit).iter().find(other).map(|n| self.regions.label[*n as usize]) else { return };
        if first == NONE {
            return;
        }
        let (a, b) = (first as usize, second as usize);
        let units: Vec<u32> = self.regions.members[a].iter().chain(&self.regions.members[b]).copied().collect();
        let before = self.likeness.cost(a) + self.likeness.cost(b);
        trees.grow(&units, random);
        let Some(branch) = best_branch(self.part, self.limits, trees) else { return };
        let old: Vec<u32> = units.iter().map(|u| self.regions.label[*u as usize]).collect();
        let mut piece = std::mem::take(&mut trees.piece);
        mark_branch(trees, branch, &mut piece);
        self.assign(&units, |unit| if piece[unit as usize] == 0 { first } else { second });
        trees.piece = piece;
        if self.likeness.cost(a) + self.likeness.cost(b) > before - LEAST_GAIN {
            let mut back = old.into_iter();
            self.assign(&units, |_| back.next().unwrap_or(NONE));
        }
    }

    fn assign(&mut self, units: &[u32], mut region: impl FnMut(u32) -> u32) {
        for unit in units {
            let to = region(*unit);
            let from = self.regions.label[*unit as usize];
            if from != to {
                self.likeness.change(self.part, *unit as usize, from as usize, false);
                self.likeness.change(self.part, *unit as usize, to as usize, true);
                self.regions.put(self.part, *unit, to);
            }
        }
    }
}

/// Marks the units of the branch that hangs on `branch` with 1, the others with 0.
pub(super) fn mark_branch(trees: &Trees<'_>, branch: u32, piece: &mut [u32]) {
    for unit in &trees.order {
        let parent = trees.parent[*unit as usize];
        piece[*unit as usize] = u32::from(*unit == branch || (parent != NONE && piece[parent as usize] == 1));
    }
}

/// The unit whose branch, cut from the grown tree, leaves two pieces within the bounds with the least squared
/// deviations; of equals the earliest in the walk. `None` when no cut keeps the bounds.
pub(super) fn best_branch(part: &Part, limits: &Limits, trees: &Trees<'_>) -> Option<u32> {
    let (bounds, fields) = (limits.count(), limits.fields);
    let mut sums: Vec<f64> = trees.order.iter().flat_map(|u| part.size_of(*u as usize, bounds).iter().copied()).collect();
    let mut moments: Vec<Moments> =
        trees.order.iter().flat_map(|u| part.z_of(*u as usize, fields).iter().map(|z| Moments::of(*z))).collect();
    for at in (1..trees.order.len()).rev() {
        let parent = trees.place[trees.parent[trees.order[at] as usize] as usize] as usize;
        for k in 0..bounds {
            sums[parent * bounds + k] += sums[at * bounds + k];
        }
        for k in 0..fields {
            moments[parent * fields + k] = moments[parent * fields + k].plus(moments[at * fields + k]);
        }
    }
    let (total, all) = (&sums[..bounds], &moments[..fields]);
    let allowed = |branch: &[f64]| {
        let rest: Vec<f64> = total.iter().zip(branch).map(|(t, b)| t - b).collect();
        let within = |side: &[f64]| limits.enough(side) && side.iter().zip(&limits.max).all(|(s, m)| s <= m);
        within(branch) && within(&rest)
    };
    let mut best: Option<(f64, u32)> = None;
    for at in 1..trees.order.len() {
        let branch = &moments[at * fields..(at + 1) * fields];
        let cost: f64 = branch.iter().zip(all).map(|(b, a)| b.sse() + a.minus(*b).sse()).sum();
        if best.is_none_or(|(least, _)| cost < least) && allowed(&sums[at * bounds..(at + 1) * bounds]) {
            best = Some((cost, trees.order[at]));
        }
    }
    best.map(|(_, unit)| unit)
}
