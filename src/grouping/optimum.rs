//! Problems so small that every grouping can be tried: the solver comes to the most districts and near the least cost.
//! Larger ones are compared with a MIP solver in `benches/exact`.

use super::*;
use crate::base::{Seed, Silent};
use crate::contiguity::Neighbours;

/// Units of a problem.
const UNITS: usize = 12;

/// A grid of three by four units with random households and years.
fn problem(seed: u64) -> Problem {
    let mut random = Seed(seed).stream(1);
    let across = (0..UNITS).filter(|u| u % 4 < 3).map(|u| (u, u + 1));
    let down = (4..UNITS).map(|u| (u - 4, u));
    let mut problem = Problem::new(Neighbours::from_pairs(UNITS, across.chain(down)).unwrap());
    let mut values = |low: f64, high: f64| (0..UNITS).map(|_| Some(random.between(low, high).round())).collect();
    let households = Field { name: "households".into(), values: values(50.0, 250.0) };
    problem.fields = vec![households, Field { name: "year".into(), values: values(1960.0, 2000.0) }];
    problem.bounds = vec![Bound { field: 0, min: Some(350.0), max: None }];
    problem.similar = vec![1];
    problem.weights = Weights { pairwise: 0.0, compactness: 0.0, ..Weights::default() };
    problem.aim = Aim::Most;
    problem.seed = Seed(seed);
    problem
}

fn ones(set: usize) -> impl Iterator<Item = usize> {
    (0..UNITS).filter(move |unit| set >> unit & 1 == 1)
}

/// Squared deviations of the year in a set of units that is a district.
fn district(problem: &Problem, set: usize) -> Option<f64> {
    let value = |field: usize, unit: usize| problem.fields[field].values[unit].unwrap();
    let households: f64 = ones(set).map(|unit| value(0, unit)).sum();
    let beside =
        |reached: usize| ones(reached).flat_map(|unit| problem.neighbours.of(unit)).fold(reached, |all, n| all | 1 << n) & set;
    let whole =
        std::iter::successors(Some(set & set.wrapping_neg()), |reached| Some(beside(*reached)).filter(|wider| wider != reached));
    if households < 350.0 || whole.last() != Some(set) {
        return None;
    }
    let deviations = |units: &mut dyn Iterator<Item = usize>| {
        let years: Vec<f64> = units.map(|unit| value(1, unit)).collect();
        let mean = years.iter().sum::<f64>() / part::real(years.len());
        (years.iter().map(|year| (year - mean).powi(2)).sum::<f64>(), part::real(years.len()))
    };
    let (all, count) = deviations(&mut (0..UNITS));
    Some(deviations(&mut ones(set)).0 * count / all)
}

/// The most districts over all units and the least deviations at that count, by trying all sets with the first open unit.
fn optimum(problem: &Problem) -> (usize, f64) {
    let costs: Vec<Option<f64>> = (0..1 << UNITS).map(|set| if set == 0 { None } else { district(problem, set) }).collect();
    let mut best: Vec<Option<(usize, f64)>> = vec![None; 1 << UNITS];
    best[0] = Some((0, 0.0));
    for set in 1..1_usize << UNITS {
        let first = 1 << set.trailing_zeros();
        let rest = set ^ first;
        let mut others = rest;
        loop {
            let own = first | others;
            if let (Some(cost), Some((count, sum))) = (costs[own], best[set ^ own]) {
                let found = (count + 1, sum + cost);
                let is_better = best[set].is_none_or(|(most, least)| found.0 > most || (found.0 == most && found.1 < least));
                best[set] = if is_better { Some(found) } else { best[set] };
            }
            if others == 0 {
                break;
            }
            others = (others - 1) & rest;
        }
    }
    best[(1 << UNITS) - 1].unwrap()
}

#[test]
fn small_problems_come_to_their_optimum() {
    let mut gaps = Vec::new();
    for seed in 1..=12 {
        let problem = problem(seed);
        let (districts, least) = optimum(&problem);
        let grouping = solve(&problem, &Silent).unwrap();
        assert_eq!(grouping.districts, districts, "problem {seed}");
        assert!(grouping.sse >= least - 1e-9, "problem {seed}: {} is below the least {least}", grouping.sse);
        gaps.push(grouping.sse / least - 1.0);
    }
    let mean = gaps.iter().sum::<f64>() / part::real(gaps.len());
    assert!(mean < 0.01, "{gaps:?}");
}
