//! Bounds and prices as the solver uses them.

use super::extent::Extent;
use super::loads::{evened, loads};
use super::part::{Part, real};
use super::problem::{Problem, Weights};
use crate::model::CommunityRule;

/// Bounds as plain slices, one entry a column of [`loads`], and what the parts of the objective weigh.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) min: Vec<f64>,
    pub(super) max: Vec<f64>,
    /// How many of them are bounds that were asked for.
    pub(super) asked: usize,
    /// How far a district may reach, m; infinite without a limit.
    pub(super) diameter: f64,
    /// Count of similar fields.
    pub(super) fields: usize,
    /// Of how many levels (street office, community) the areas are to be kept whole where that costs little.
    pub(super) levels: usize,
    /// Weight of the squared deviations of each column.
    pub(super) squares: Vec<f64>,
    /// Weight of pairwise differences of the similar fields.
    pub(super) pairwise: f64,
    /// Price of one more community, or street office, in a district.
    pub(super) split: f64,
    /// Price of everything that has to be opened for a district.
    pub(super) opening: f64,
    /// Price of a link between districts that is as strong as can be.
    pub(super) contact: f64,
    /// Weight of the squared distance of a district's even sum from the mean, in means.
    pub(super) balance: f64,
    even: Option<usize>,
    mean: f64,
    weights: Weights,
}

/// Price of one more community, or street office, in a district, in squared deviations for each similar field.
const SPLIT_PRICE: f64 = 4.0;

/// Pairwise differences are left out where districts hold more units than this in the mean: they cost its square.
const LARGE: f64 = 400.0;

impl Limits {
    pub(super) fn of(problem: &Problem) -> Self {
        let (fields, weights) = (problem.similar.len(), problem.weights);
        let mut squares = vec![weights.likeness; fields];
        squares.extend(if problem.places_count() { vec![weights.compactness; 2] } else { Vec::new() });
        let loads = loads(problem);
        let priced = |weight: f64, is_known: bool| if is_known { weight * real(fields.max(1)) } else { 0.0 };
        Self {
            min: loads.iter().map(|load| load.min).collect(),
            max: loads.iter().map(|load| load.max).collect(),
            asked: problem.bounds.len(),
            diameter: problem.diameter.as_ref().map_or(f64::INFINITY, |diameter| diameter.max_m),
            opening: priced(weights.openings, !problem.openings.is_empty()),
            contact: priced(weights.contact, !problem.contacts.is_empty()),
            even: evened(problem).map(|_| problem.bounds.len()),
            fields,
            levels: problem.areas_under(CommunityRule::Prefer).count(),
            squares,
            pairwise: if fields > 0 { weights.pairwise } else { 0.0 },
            split: weights.wholeness * SPLIT_PRICE * real(fields.max(1)),
            balance: 0.0,
            mean: 1.0,
            weights,
        }
    }

    /// Weights that depend on how large districts are, for so many districts over these parts. A district as compact as
    /// a disc costs as much in places as about one deviation a unit, whatever its size.
    pub(super) fn for_districts(&mut self, parts: &[Part], districts: usize) {
        let units: usize = parts.iter().map(Part::len).sum();
        let units_each = real(units.max(1)) / real(districts.max(1));
        for square in &mut self.squares[self.fields..] {
            *square = self.weights.compactness * std::f64::consts::TAU / units_each;
        }
        if units_each > LARGE {
            self.pairwise = 0.0;
        }
        if let Some(even) = self.even {
            let sizes = parts.iter().flat_map(|part| part.size.chunks_exact(self.count()));
            let total: f64 = sizes.map(|size| size[even]).sum();
            self.mean = total / real(districts.max(1));
            self.balance = if self.mean > 0.0 { self.weights.balance * units_each } else { 0.0 };
        }
    }

    /// Columns of [`Part::z`].
    pub(super) fn columns(&self) -> usize {
        self.squares.len()
    }

    /// Whether one grouping within the bounds is better than another.
    pub(super) fn is_choosy(&self) -> bool {
        let costs = [self.pairwise, self.balance, self.opening, self.contact, if self.levels > 0 { self.split } else { 0.0 }];
        costs.iter().chain(&self.squares).any(|weight| *weight > 0.0)
    }

    /// Cost of a district whose even sum is off the mean when what `change` weighs is added so many times.
    pub(super) fn imbalance(&self, sum: &[f64], (times, change): (f64, &[f64])) -> f64 {
        match self.even {
            Some(even) if self.balance > 0.0 => self.balance * ((sum[even] + times * change[even]) / self.mean - 1.0).powi(2),
            _ => 0.0,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.min.len()
    }

    pub(super) fn enough(&self, sum: &[f64]) -> bool {
        sum.iter().zip(&self.min).all(|(s, m)| s >= m)
    }

    pub(super) fn fits(&self, a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).zip(&self.max).all(|((a, b), m)| a + b <= *m)
    }

    /// Whether `sum` less `part` still reaches every minimum.
    pub(super) fn enough_without(&self, sum: &[f64], part: &[f64]) -> bool {
        sum.iter().zip(part).zip(&self.min).all(|((s, p), m)| s - p >= *m)
    }

    pub(super) fn has_max(&self) -> bool {
        self.reaches() || self.max.iter().any(|m| m.is_finite())
    }

    /// Whether the reach of districts is limited.
    pub(super) fn reaches(&self) -> bool {
        self.diameter.is_finite()
    }

    /// Whether two sets of units reach no farther together than a district may.
    pub(super) fn spans(&self, a: &Extent, b: &Extent) -> bool {
        a.with(b).span() <= self.diameter
    }
}
