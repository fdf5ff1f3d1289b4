//! The objective of the solver as running sums of every region, so that a unit's move costs `O(columns)`, or what its
//! two regions hold where pairwise differences count.

use super::part::{Limits, NONE, Part, real};
use super::regions::Regions;

/// Count, sum and sum of squares of one column over a set of units; missing values are not in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    n: f64,
    s: f64,
    q: f64,
}

impl Moments {
    pub(super) fn of(z: f64) -> Self {
        if z.is_nan() { Self::default() } else { Self { n: 1.0, s: z, q: z * z } }
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
}

impl Tally {
    /// Counts the regions of a part.
    pub(super) fn of(part: &Part, limits: &Limits, regions: &Regions) -> Self {
        let (columns, levels, count) = (limits.columns(), limits.levels, regions.members.len());
        let mut tally =
            Self { columns, moments: vec![Moments::default(); count * columns], levels, areas: vec![Vec::new(); count * levels] };
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
        for (moment, z) in row.iter_mut().zip(part.z_of(unit, self.columns)) {
            let one = Moments::of(*z);
            *moment = if enters { moment.plus(one) } else { moment.minus(one) };
        }
        let lists = &mut self.areas[region * self.levels..(region + 1) * self.levels];
        for (list, area) in lists.iter_mut().zip(part.areas_of(unit, self.levels)).filter(|(_, area)| **area != NONE) {
            match (list.iter().position(|known| known.0 == *area), enters) {
                (Some(at), true) => list[at].1 += 1,
                (None, true) => list.push((*area, 1)),
                (Some(at), false) if list[at].1 == 1 => {
                    list.swap_remove(at);
                }
                (Some(at), false) => list[at].1 -= 1,
                (None, false) => {}
            }
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
            + limits.imbalance(regions.sum(region), 0.0)
    }

    /// Change of the whole cost when a unit goes from one region to another; negative is better.
    pub(super) fn delta(&self, part: &Part, limits: &Limits, regions: &Regions, step: Step) -> f64 {
        let (unit, from, to) = (step.unit as usize, step.from as usize, step.to as usize);
        let mut delta = 0.0;
        for (k, z) in part.z_of(unit, self.columns).iter().enumerate() {
            let one = Moments::of(*z);
            let (a, b) = (self.row(from)[k], self.row(to)[k]);
            delta += limits.squares[k] * (a.minus(one).sse() - a.sse() + b.plus(one).sse() - b.sse());
        }
        if limits.pairwise > 0.0 {
            let (here, there) = (&regions.members[from], &regions.members[to]);
            delta += limits.pairwise * (away(part, limits, unit, there) - away(part, limits, unit, here));
        }
        if limits.balance > 0.0 {
            let size = part.size_of(unit, limits.count())[0];
            let (a, b) = (regions.sum(from), regions.sum(to));
            delta += limits.imbalance(a, -size) - limits.imbalance(a, 0.0) + limits.imbalance(b, size) - limits.imbalance(b, 0.0);
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
        let balance = limits.imbalance(one, other.first().copied().unwrap_or(0.0))
            - limits.imbalance(one, 0.0)
            - limits.imbalance(other, 0.0);
        squares
            + limits.pairwise * across(part, limits, &regions.members[a], &regions.members[b])
            + limits.split * split
            + balance
    }

    /// The largest difference to another tally of the same regions, for tests.
    #[cfg(test)]
    pub(super) fn away_from(&self, other: &Self) -> f64 {
        let known = |tally: &Self| {
            tally.areas.iter().map(|list| list.iter().copied().collect()).collect::<Vec<std::collections::BTreeSet<_>>>()
        };
        assert_eq!(known(self), known(other));
        let apart = |(a, b): (&Moments, &Moments)| (a.n - b.n).abs().max((a.s - b.s).abs()).max((a.q - b.q).abs());
        self.moments.iter().zip(&other.moments).map(apart).fold(0.0, f64::max)
    }
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
        for (a, b) in part.z_of(*other as usize, limits.columns()).iter().zip(z) {
            // The larger of a number and NaN is the number.
            sum += (a - b).abs().max(0.0);
        }
    }
    sum
}

/// Pairwise differences between two sets of units.
pub(super) fn across(part: &Part, limits: &Limits, a: &[u32], b: &[u32]) -> f64 {
    if limits.pairwise > 0.0 { a.iter().map(|unit| away(part, limits, *unit as usize, b)).sum() } else { 0.0 }
}

/// Pairwise differences within a set of units.
pub(super) fn within(part: &Part, limits: &Limits, units: &[u32]) -> f64 {
    if limits.pairwise > 0.0 {
        units.iter().enumerate().map(|(at, unit)| away(part, limits, *unit as usize, &units[at + 1..])).sum()
    } else {
        0.0
    }
}
