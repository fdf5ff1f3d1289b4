//! The objective of the solver as running sums of every region, so that a unit's move costs `O(columns)`, or what its
//! two regions hold where pairwise differences count.

use super::limits::Limits;
use super::part::{NONE, Part, real};
use super::regions::Regions;

/// Count, sum and sum of squares of one column over a set of units; missing values are not in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    n: f64,
    s: f64,
    q: f64,
}

impl Moments {
    /// Of one unit, or of several that have the value in the mean.
    pub(super) fn of(z: f64, heft: f64) -> Self {
        if z.is_nan() { Self::default() } else { Self { n: heft, s: heft * z, q: heft * z * z } }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { n: self.n + other.n, s: self.s + other.s, q: self.q + other.q }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { n: self.n - other.n, s: self.s - other.s, q: self.q - other.q }
    }

    /// Sum of squared deviations from the mean.
    pub(super) fn sse(self) -> f64 {
        if self.n < 0.5 { 0.0 } else { (self.q - self.s * self.s / self.n).max(0.0) }
    }

    /// What joining two sets adds to the sum of squared deviations (Ward).
    pub(super) fn joined(self, other: Self) -> f64 {
        if self.n < 0.5 || other.n < 0.5 {
            return 0.0;
        }
        self.n * other.n / (self.n + other.n) * (self.s / self.n - other.s / other.n).powi(2)
    }

    pub(super) fn square_sum(self) -> f64 {
        self.q
    }
}

/// Areas and how many units of a region lie in each.
type AreaCounts = Vec<(u32, u32)>;

/// Moments and areas of every region.
#[derive(Debug)]
pub(super) struct Tally {
    columns: usize,
    moments: Vec<Moments>,
    levels: usize,
    /// Known areas of each region with their counts, `levels` lists a region.
    areas: Vec<AreaCounts>,
    /// What has to be opened for each region, with how many of its units need it; empty where that does not count.
    openings: Vec<AreaCounts>,
}

impl Tally {
    /// Counts the regions of a part.
    pub(super) fn of(part: &Part, limits: &Limits, regions: &Regions) -> Self {
        let (columns, levels, count) = (limits.columns(), limits.levels, regions.members.len());
        let mut tally = Self {
            columns,
            moments: vec![Moments::default(); count * columns],
            levels,
            areas: vec![Vec::new(); count * levels],
            openings: vec![Vec::new(); if limits.opening > 0.0 { count } else { 0 }],
        };
        for (unit, region) in regions.label.iter().enumerate().filter(|(_, r)| **r != NONE) {
            tally.change(part, unit, *region as usize, true);
        }
        tally
    }

    fn row(&self, region: usize) -> &[Moments] {
        &self.moments[region * self.columns..(region + 1) * self.columns]
    }

    /// Puts a unit into a region or takes it out.
    pub(super) fn change(&mut self, part: &Part, unit: usize, region: usize, enters: bool) {
        let row = &mut self.moments[region * self.columns..(region + 1) * self.columns];
        let heft = part.heft_of(unit);
        for (moment, z) in row.iter_mut().zip(part.z_of(unit, self.columns)) {
            let one = Moments::of(*z, heft);
            *moment = if enters { moment.plus(one) } else { moment.minus(one) };
        }
        let lists = &mut self.areas[region * self.levels..(region + 1) * self.levels];
        for (list, area) in lists.iter_mut().zip(part.areas_of(unit, self.levels)).filter(|(_, area)| **area != NONE) {
            count(list, *area, enters);
        }
        if let Some(list) = self.openings.get_mut(region) {
            part.openings_of(unit).iter().for_each(|key| count(list, *key, enters));
        }
    }

    /// Puts everything of one region into another.
    pub(super) fn merge(&mut self, into: usize, from: usize) {
        for k in 0..self.columns {
            let gone = std::mem::take(&mut self.moments[from * self.columns + k]);
            let kept = &mut self.moments[into * self.columns + k];
            *kept = kept.plus(gone);
        }
        let join = |lists: &mut [AreaCounts], into: usize, from: usize| {
            for (key, more) in std::mem::take(&mut lists[from]) {
                match lists[into].iter_mut().find(|known| known.0 == key) {
                    Some(known) => known.1 += more,
                    None => lists[into].push((key, more)),
                }
            }
        };
        for level in 0..self.levels {
            join(&mut self.areas, into * self.levels + level, from * self.levels + level);
        }
        if !self.openings.is_empty() {
            join(&mut self.openings, into, from);
        }
    }

    fn areas_in(&self, region: usize) -> &[AreaCounts] {
        &self.areas[region * self.levels..(region + 1) * self.levels]
    }

    /// Cost of one region: deviations, pairwise differences, split areas, distance from the mean size. `O(units²)` of
    /// the region where pairwise differences count.
    pub(super) fn cost(&self, part: &Part, limits: &Limits, regions: &Regions, region: usize) -> f64 {
        let splits = self.areas_in(region).iter().map(|list| list.len().saturating_sub(1)).sum();
        weighted_sse(limits, self.row(region))
            + limits.pairwise * within(part, limits, &regions.members[region])
            + limits.split * real(splits)
            + limits.opening * real(self.openings.get(region).map_or(0, Vec::len))
            + limits.contact * cut(part, limits, regions, region) / 2.0
            + limits.imbalance(regions.sum(region), (0.0, regions.sum(region)))
    }

    /// Change of the whole cost when a unit goes from one region to another; negative is better.
    pub(super) fn delta(&self, part: &Part, limits: &Limits, regions: &Regions, step: Step) -> f64 {
        let (unit, from, to) = (step.unit as usize, step.from as usize, step.to as usize);
        let mut delta = 0.0;
        let heft = part.heft_of(unit);
        for (k, z) in part.z_of(unit, self.columns).iter().enumerate() {
            let one = Moments::of(*z, heft);
            let (a, b) = (self.row(from)[k], self.row(to)[k]);
            delta += limits.squares[k] * (a.minus(one).sse() - a.sse() + b.plus(one).sse() - b.sse());
        }
        if limits.pairwise > 0.0 {
            let (here, there) = (&regions.members[from], &regions.members[to]);
            delta += limits.pairwise * (away(part, limits, unit, there) - away(part, limits, unit, here));
        }
        if limits.balance > 0.0 {
            let size = part.size_of(unit, limits.count());
            let (a, b) = (regions.sum(from), regions.sum(to));
            delta += limits.imbalance(a, (-1.0, size)) - limits.imbalance(a, (0.0, size));
            delta += limits.imbalance(b, (1.0, size)) - limits.imbalance(b, (0.0, size));
        }
        if limits.contact > 0.0 {
            for (next, strength) in part.links(unit) {
                let label = regions.label[next as usize];
                let change = f64::from(u8::from(label == step.from)) - f64::from(u8::from(label == step.to));
                delta += limits.contact * strength * change;
            }
        }
        if let (Some(from), Some(to)) = (self.openings.get(from), self.openings.get(to)) {
            let held = |list: &AreaCounts, key: u32| list.iter().find(|known| known.0 == key).map_or(0, |known| known.1);
            for key in part.openings_of(unit) {
                delta -= if held(from, *key) == 1 { limits.opening } else { 0.0 };
                delta += if held(to, *key) == 0 { limits.opening } else { 0.0 };
            }
        }
        if self.levels > 0 { delta + self.area_delta(part, limits, step) } else { delta }
    }

    fn area_delta(&self, part: &Part, limits: &Limits, step: Step) -> f64 {
        let (from, to) = (self.areas_in(step.from as usize), self.areas_in(step.to as usize));
        let areas = part.areas_of(step.unit as usize, self.levels).iter().zip(from).zip(to);
        let mut delta = 0.0;
        for ((area, from), to) in areas.filter(|((area, _), _)| **area != NONE) {
            let count = |list: &[(u32, u32)]| list.iter().find(|known| known.0 == *area).map_or(0, |known| known.1);
            if count(from) == 1 && from.len() > 1 {
                delta -= limits.split;
            }
            if count(to) == 0 && !to.is_empty() {
                delta += limits.split;
            }
        }
        delta
    }

    /// What making one region of two adds to the cost.
    pub(super) fn joined(&self, part: &Part, limits: &Limits, regions: &Regions, (a, b): (usize, usize)) -> f64 {
        let squares: f64 = (0..self.columns).map(|k| limits.squares[k] * self.row(a)[k].joined(self.row(b)[k])).sum();
        let splits = |areas: usize| real(areas.saturating_sub(1));
        let more = |(a, b): (&AreaCounts, &AreaCounts)| {
            let shared = a.iter().filter(|area| b.iter().any(|other| other.0 == area.0)).count();
            splits(a.len() + b.len() - shared) - splits(a.len()) - splits(b.len())
        };
        let split: f64 = self.areas_in(a).iter().zip(self.areas_in(b)).map(more).sum();
        let (one, other) = (regions.sum(a), regions.sum(b));
        let alone = |sum: &[f64]| limits.imbalance(sum, (0.0, sum));
        let balance = limits.imbalance(one, (1.0, other)) - alone(one) - alone(other);
        let both = |key: &(u32, u32)| self.openings[b].iter().any(|other| other.0 == key.0);
        let shared = self.openings.get(a).map_or(0, |list| list.iter().filter(|key| both(key)).count());
        squares - limits.opening * real(shared) - limits.contact * between(part, limits, regions, (a, b))
            + limits.pairwise * across(part, limits, &regions.members[a], &regions.members[b])
            + limits.split * split
            + balance
    }

    /// The largest difference to another tally of the same regions, for tests.
    #[cfg(test)]
    pub(super) fn away_from(&self, other: &Self) -> f64 {
        let known = |tally: &Self| {
            let lists = tally.areas.iter().chain(&tally.openings);
            lists.map(|list| list.iter().copied().collect()).collect::<Vec<std::collections::BTreeSet<_>>>()
        };
        assert_eq!(known(self), known(other));
        let apart = |(a, b): (&Moments, &Moments)| (a.n - b.n).abs().max((a.s - b.s).abs()).max((a.q - b.q).abs());
        self.moments.iter().zip(&other.moments).map(apart).fold(0.0, f64::max)
    }
}

/// One more, or one fewer, of a key in a list without zeros.
fn count(list: &mut AreaCounts, key: u32, enters: bool) {
    match (list.iter().position(|known| known.0 == key), enters) {
        (Some(at), true) => list[at].1 += 1,
        (None, true) => list.push((key, 1)),
        (Some(at), false) if list[at].1 == 1 => {
            list.swap_remove(at);
        }
        (Some(at), false) => list[at].1 -= 1,
        (None, false) => {}
    }
}

/// Strength of the links that lead out of a region.
fn cut(part: &Part, limits: &Limits, regions: &Regions, region: usize) -> f64 {
    let units = regions.members[region].iter().filter(|_| limits.contact > 0.0);
    let out =
        units.flat_map(|unit| part.links(*unit as usize)).filter(|(next, _)| regions.label[*next as usize] as usize != region);
    out.map(|(_, strength)| strength).sum()
}

/// Strength of the links between two regions.
fn between(part: &Part, limits: &Limits, regions: &Regions, (a, b): (usize, usize)) -> f64 {
    let units = regions.members[a].iter().filter(|_| limits.contact > 0.0);
    let across =
        units.flat_map(|unit| part.links(*unit as usize)).filter(|(next, _)| regions.label[*next as usize] as usize == b);
    across.map(|(_, strength)| strength).sum()
}

/// A unit and the regions between which it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) unit: u32,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// Squared deviations of all columns with their weights.
pub(super) fn weighted_sse(limits: &Limits, row: &[Moments]) -> f64 {
    row.iter().zip(&limits.squares).map(|(moment, weight)| weight * moment.sse()).sum()
}

/// Sum of absolute differences between a unit and others over the similar fields; missing values are as good as equal.
fn away(part: &Part, limits: &Limits, unit: usize, others: &[u32]) -> f64 {
    let z = &part.z_of(unit, limits.columns())[..limits.fields];
    let mut sum = 0.0;
    for other in others {
        let before = sum;
        for (a, b) in part.z_of(*other as usize, limits.columns()).iter().zip(z) {
            // The larger of a number and NaN is the number.
            sum += (a - b).abs().max(0.0);
        }
        if part.has_ties() {
            sum = before + (sum - before) * part.heft_of(*other as usize) * part.heft_of(unit);
        }
    }
    sum
}

/// Pairwise differences between two sets of units.
fn across(part: &Part, limits: &Limits, a: &[u32], b: &[u32]) -> f64 {
    if limits.pairwise > 0.0 { a.iter().map(|unit| away(part, limits, *unit as usize, b)).sum() } else { 0.0 }
}

/// Pairwise differences within a set of units.
fn within(part: &Part, limits: &Limits, units: &[u32]) -> f64 {
    if limits.pairwise > 0.0 {
        units.iter().enumerate().map(|(at, unit)| away(part, limits, *unit as usize, &units[at + 1..])).sum()
    } else {
        0.0
    }
}
