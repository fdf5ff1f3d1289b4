//! One connected component of the units that may be grouped, laid out for the solver.

use super::extent::Extent;
use super::limits::Limits;
use super::problem::number;

/// No region, no owner.
pub(super) const NONE: u32 = u32::MAX;

/// One connected component, its units numbered locally from 0.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Rows of the problem, ascending; of a tie the one that stands for it.
    pub(super) units: Vec<u32>,
    /// Neighbour rows.
    pub(super) starts: Vec<usize>,
    pub(super) targets: Vec<u32>,
    /// How strong each link is, as `targets`; empty where that does not count.
    pub(super) strength: Vec<f64>,
    /// What each unit weighs in the columns of [`loads`], `bounds` per unit; missing is 0.
    pub(super) size: Vec<f64>,
    /// How many rows each unit stands for; empty when it is one for all.
    pub(super) heft: Vec<f64>,
    /// Extents of each unit; empty where the reach of districts does not count.
    pub(super) extent: Vec<Extent>,
    /// What has to be opened for each unit, in compressed rows; empty where that does not count.
    pub(super) opening_starts: Vec<usize>,
    pub(super) openings: Vec<u32>,
    /// Z-scores of similar fields, and the place in steps between neighbours where places count, `columns` per unit;
    /// missing is NaN.
    pub(super) z: Vec<f64>,
    /// The areas of each unit that are to be kept whole, street office before community, `levels` a unit; [`NONE`] is unknown.
    pub(super) areas: Vec<u32>,
}

impl Part {
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn neighbours(&self, unit: usize) -> &[u32] {
        &self.targets[self.starts[unit]..self.starts[unit + 1]]
    }

    /// The part that these units, ascending, make by themselves; links that lead elsewhere are dropped.
    pub(super) fn of_units(&self, units: &[u32], limits: &Limits) -> Self {
        let rows = units.iter().map(|unit| self.units[*unit as usize]).collect();
        let mut part = Self { starts: vec![0], units: rows, ..Self::default() };
        for unit in units.iter().map(|u| *u as usize) {
            part.targets.extend(self.neighbours(unit).iter().filter_map(|n| units.binary_search(n).ok()).map(number));
            part.starts.push(part.targets.len());
            part.size.extend(self.size_of(unit, limits.count()));
            part.z.extend(self.z_of(unit, limits.columns()));
            part.areas.extend(self.areas_of(unit, limits.levels));
            part.extent.extend(self.extent.get(unit));
            part.heft.extend(self.heft.get(unit));
            let kept = self.links(unit).filter(|(next, _)| units.binary_search(next).is_ok());
            part.strength.extend(kept.map(|(_, strength)| strength).take(if self.strength.is_empty() { 0 } else { usize::MAX }));
            part.push_openings(self.openings_of(unit).iter().copied(), !self.opening_starts.is_empty());
        }
        part
    }

    /// Neighbours with the strength of the link to each; 0 where that does not count.
    pub(super) fn links(&self, unit: usize) -> impl Iterator<Item = (u32, f64)> {
        let from = self.starts[unit];
        let strength = move |at: usize| self.strength.get(from + at).copied().unwrap_or(0.0);
        self.neighbours(unit).iter().enumerate().map(move |(at, next)| (*next, strength(at)))
    }

    pub(super) fn push_openings(&mut self, keys: impl Iterator<Item = u32>, counts: bool) {
        if counts {
            if self.opening_starts.is_empty() {
                self.opening_starts.push(0);
            }
            self.openings.extend(keys);
            self.opening_starts.push(self.openings.len());
        }
    }

    /// What has to be opened for a unit, ascending.
    pub(super) fn openings_of(&self, unit: usize) -> &[u32] {
        match (self.opening_starts.get(unit), self.opening_starts.get(unit + 1)) {
            (Some(from), Some(to)) => &self.openings[*from..*to],
            _ => &[],
        }
    }

    /// Whether some unit may stand for several rows.
    pub(super) fn has_ties(&self) -> bool {
        !self.heft.is_empty()
    }

    /// How many rows a unit stands for.
    pub(super) fn heft_of(&self, unit: usize) -> f64 {
        self.heft.get(unit).copied().unwrap_or(1.0)
    }

    /// A stream of random numbers for one purpose, whatever the other parts are.
    pub(super) fn stream(&self, purpose: u64) -> u64 {
        u64::from(self.units.first().copied().unwrap_or(0)) << 16 | purpose
    }

    pub(super) fn size_of(&self, unit: usize, bounds: usize) -> &[f64] {
        &self.size[unit * bounds..(unit + 1) * bounds]
    }

    pub(super) fn z_of(&self, unit: usize, columns: usize) -> &[f64] {
        &self.z[unit * columns..(unit + 1) * columns]
    }

    pub(super) fn areas_of(&self, unit: usize, levels: usize) -> &[u32] {
        &self.areas[unit * levels..(unit + 1) * levels]
    }

    /// At how many levels two units lie in one area, or in none that is known.
    pub(super) fn areas_shared(&self, a: usize, b: usize, levels: usize) -> usize {
        self.areas_of(a, levels).iter().zip(self.areas_of(b, levels)).filter(|(a, b)| a == b).count()
    }
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^52")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}
