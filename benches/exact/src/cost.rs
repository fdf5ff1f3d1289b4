//! What a district costs, written anew from the definition of the objective and not taken from the program.

use crate::instance::{Instance, ones, real, square};

/// What the parts of the objective weigh.
#[derive(Clone, Copy)]
pub struct Weights {
    pub likeness: f64,
    pub pairwise: f64,
    pub compactness: f64,
    pub wholeness: f64,
}

impl Weights {
    /// Squared deviations alone.
    pub const LIKENESS: Self = Self { likeness: 1.0, pairwise: 0.0, compactness: 0.0, wholeness: 0.0 };
    /// What the program weighs unless it is told otherwise.
    pub const USUAL: Self = Self { likeness: 1.0, pairwise: 0.05, compactness: 0.5, wholeness: 1.0 };
}

/// The price of one more community in a district, for each field, in squared deviations.
const SPLIT_PRICE: f64 = 4.0;

/// The objective over one problem at one count of districts.
pub struct Objective<'a> {
    problem: &'a Instance,
    weights: Weights,
    /// Z-scores of the fields, by field.
    z: Vec<Vec<f64>>,
    /// Price of a squared metre between a unit and its district's middle.
    square_m: f64,
}

impl<'a> Objective<'a> {
    pub fn new(problem: &'a Instance, weights: Weights, districts: usize) -> Self {
        let z = problem.fields.iter().map(|field| z_scores(field)).collect();
        let links =
            || problem.beside.iter().enumerate().flat_map(|(a, set)| ones(*set).filter(move |b| *b > a).map(move |b| (a, b)));
        let squares: f64 = links().map(|(a, b)| square(problem.places[a], problem.places[b])).sum();
        let step = squares / real(links().count());
        let units_each = real(problem.units()) / real(districts);
        let square_m = weights.compactness * std::f64::consts::TAU / units_each / step;
        Self { problem, weights, z, square_m }
    }

    /// Sum of squared deviations of the z-scores.
    pub fn sse(&self, set: u64) -> f64 {
        self.z.iter().map(|z| deviations(ones(set).map(|unit| z[unit]))).sum()
    }

    /// Sum of absolute differences between all pairs.
    pub fn pairwise(&self, set: u64) -> f64 {
        let pairs = || ones(set).flat_map(|a| ones(set).filter(move |b| *b > a).map(move |b| (a, b)));
        self.z.iter().map(|z| pairs().map(|(a, b)| (z[a] - z[b]).abs()).sum::<f64>()).sum()
    }

    pub fn of(&self, set: u64) -> f64 {
        let Weights { likeness, pairwise, wholeness, .. } = self.weights;
        let mut cost = likeness * self.sse(set);
        if pairwise > 0.0 {
            cost += pairwise * self.pairwise(set);
        }
        if self.square_m > 0.0 {
            let places = |axis: usize| ones(set).map(move |unit| self.problem.places[unit][axis]);
            cost += self.square_m * (deviations(places(0)) + deviations(places(1)));
        }
        if wholeness > 0.0 {
            let communities = ones(set).fold(0_u64, |all, unit| all | 1 << self.problem.communities[unit]);
            cost += wholeness * SPLIT_PRICE * real(self.z.len()) * f64::from(communities.count_ones() - 1);
        }
        cost
    }
}

fn z_scores(field: &[f64]) -> Vec<f64> {
    let mean = field.iter().sum::<f64>() / real(field.len());
    let deviation = (deviations(field.iter().copied()) / real(field.len())).sqrt();
    field.iter().map(|value| if deviation > 0.0 { (value - mean) / deviation } else { 0.0 }).collect()
}

/// Sum of squared deviations from the mean.
fn deviations(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let (sum, count) = values.clone().fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    let mean = sum / real(count.max(1));
    values.map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_cost_are_those_of_three_units() {
        let mut problem = Instance::made(2);
        problem.fields = [vec![0.0, 2.0, 4.0], vec![1.0, 1.0, 1.0], vec![5.0, 5.0, 5.0]];
        problem.places = vec![[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]];
        problem.beside = vec![0b010, 0b101, 0b010];
        problem.communities = vec![0, 0, 1];
        let objective = Objective::new(&problem, Weights::USUAL, 1);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        // Deviation √(8/3), so that the z-scores are −√1.5, 0, √1.5.
        near(objective.sse(0b111), 3.0);
        near(objective.pairwise(0b111), 4.0 * 1.5_f64.sqrt());
        // Places are two steps apart in all: 2 squared steps, at 0.5 τ / 3 each; one community too many at 12.
        let places = 2.0 * 0.5 * std::f64::consts::TAU / 3.0;
        near(objective.of(0b111), 3.0 + 0.05 * 4.0 * 1.5_f64.sqrt() + places + 12.0);
        near(objective.of(0b001), 0.0);
    }
}
