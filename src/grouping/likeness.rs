//! How alike the units of each region are: sums kept per region so that a move costs `O(fields)`, and the price of
//! split communities and street offices where these are to be kept whole.

use super::part::{Limits, NONE, Part, real};

/// Price of one more community, or street office, in a district, in squared deviations for each similar field.
const SPLIT_PRICE: f64 = 4.0;

/// Count, sum and sum of squares of one field over a set of units; missing values are not in it.
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

/// Moments and areas of every region.
#[derive(Debug)]
pub(super) struct Likeness {
    fields: usize,
    moments: Vec<Moments>,
    levels: usize,
    /// Known areas of each region with their counts, `levels` lists a region.
    areas: Vec<Vec<(u32, u32)>>,
    price: f64,
}

impl Likeness {
    /// Counts `regions` regions from labels.
    pub(super) fn of(part: &Part, limits: &Limits, label: &[u32], regions: usize) -> Self {
        let fields = limits.fields;
        let levels = limits.levels;
        let (moments, areas) = (vec![Moments::default(); regions * fields], vec![Vec::new(); regions * levels]);
        let mut likeness = Self { fields, moments, levels, areas, price: SPLIT_PRICE * real(fields.max(1)) };
        for (unit, region) in label.iter().enumerate().filter(|(_, r)| **r != NONE) {
            likeness.change(part, unit, *region as usize, true);
        }
        likeness
    }

    /// Nothing to improve: no similar fields, and limits of communities and street offices do not matter.
    pub(super) fn is_indifferent(&self) -> bool {
        self.fields == 0 && self.levels == 0
    }

    fn row(&self, region: usize) -> &[Moments] {
        &self.moments[region * self.fields..(region + 1) * self.fields]
    }

    /// Puts a unit into a region or takes it out.
    pub(super) fn change(&mut self, part: &Part, unit: usize, region: usize, enters: bool) {
        let row = &mut self.moments[region * self.fields..(region + 1) * self.fields];
        for (moment, z) in row.iter_mut().zip(part.z_of(unit, self.fields)) {
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

    fn areas_in(&self, region: usize) -> &[Vec<(u32, u32)>] {
        &self.areas[region * self.levels..(region + 1) * self.levels]
    }

    /// Squared deviations of a region.
    pub(super) fn sse(&self, region: usize) -> f64 {
        self.row(region).iter().map(|m| m.sse()).sum()
    }

    /// Squared deviations and split areas of a region.
    pub(super) fn cost(&self, region: usize) -> f64 {
        let splits = self.areas_in(region).iter().map(|list| list.len().saturating_sub(1)).sum();
        self.sse(region) + self.price * real(splits)
    }

    /// Change of the whole cost when a unit goes from one region to another; negative is better.
    pub(super) fn delta(&self, part: &Part, unit: usize, from: usize, to: usize) -> f64 {
        let z = part.z_of(unit, self.fields);
        let mut delta = 0.0;
        for (k, z) in z.iter().enumerate() {
            let one = Moments::of(*z);
            let (a, b) = (self.row(from)[k], self.row(to)[k]);
            delta += a.minus(one).sse() - a.sse() + b.plus(one).sse() - b.sse();
        }
        let areas = part.areas_of(unit, self.levels).iter().zip(self.areas_in(from)).zip(self.areas_in(to));
        for ((area, from), to) in areas.filter(|((area, _), _)| **area != NONE) {
            let count = |list: &[(u32, u32)]| list.iter().find(|known| known.0 == *area).map_or(0, |known| known.1);
            if count(from) == 1 && from.len() > 1 {
                delta -= self.price;
            }
            if count(to) == 0 && !to.is_empty() {
                delta += self.price;
            }
        }
        delta
    }
}
