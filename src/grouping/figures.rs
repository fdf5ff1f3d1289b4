//! What any grouping is worth under a problem, drawn by hand or found, and how many districts its bounds allow at all.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Grouping;
use super::part::Part;
use super::prepare::prepare;
use super::problem::{Bound, Problem, number};
use super::scores::score;

/// Figures of a grouping, all recounted from the assignment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Districts that hold units.
    pub districts: usize,
    /// Of each bound, how many districts are below its minimum; behind them the diameter, when it is bounded.
    pub below: Vec<usize>,
    /// Of each bound, how many districts are above its maximum, likewise.
    pub above: Vec<usize>,
    /// As [`Grouping::sse`].
    pub sse: f64,
    /// As [`Grouping::r2`].
    pub r2: Option<f64>,
    /// As [`Grouping::pairwise`].
    pub pairwise: f64,
    /// As [`Grouping::spread`].
    pub spread: Option<f64>,
    /// As [`Grouping::radius_m`].
    pub radius_m: Option<f64>,
    /// As [`Grouping::openings`].
    pub openings: Option<(usize, usize)>,
    /// As [`Grouping::contact`].
    pub contact: Option<(f64, f64)>,
    /// How many pairs that were to be together are not.
    pub parted: usize,
    /// As [`Grouping::community_splits`].
    pub community_splits: usize,
    /// As [`Grouping::street_office_splits`].
    pub street_office_splits: usize,
}

impl Figures {
    /// Whether every district is within all bounds.
    #[must_use]
    pub fn within_bounds(&self) -> bool {
        self.below.iter().chain(&self.above).all(|count| *count == 0)
    }
}

/// Counts a grouping; a label a unit, any numbers. `O(units log units)`.
#[must_use]
pub fn figures(problem: &Problem, labels: &[Option<u32>]) -> Figures {
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut numbered = |label: u32| {
        let next = number(numbers.len());
        *numbers.entry(label).or_insert(next)
    };
    let district = (0..problem.units()).map(|unit| labels.get(unit).copied().flatten().map(&mut numbered)).collect();
    let mut grouping = Grouping { district, districts: numbers.len(), ..Grouping::default() };
    score(problem, &mut grouping);
    let off = |is_off: fn(&Bound, f64) -> bool| {
        let count = |(bound, sums): (&Bound, &Vec<f64>)| sums.iter().filter(|sum| is_off(bound, **sum)).count();
        problem.bounds.iter().zip(&grouping.sums).map(count).collect::<Vec<usize>>()
    };
    let mut below = off(|bound, sum| bound.min.is_some_and(|min| sum < min - 1e-9 * sum.abs()));
    let mut above = off(|bound, sum| bound.max.is_some_and(|max| sum > max + 1e-9 * sum.abs()));
    if let Some(asked) = &problem.diameter {
        below.push(0);
        above.push(grouping.diameters_m.iter().filter(|m| **m > asked.max_m).count());
    }
    Figures {
        districts: grouping.districts,
        below,
        above,
        openings: grouping.openings,
        contact: grouping.contact,
        parted: grouping.parted.len(),
        sse: grouping.sse,
        r2: grouping.r2,
        pairwise: grouping.pairwise,
        spread: grouping.spread,
        radius_m: grouping.radius_m,
        community_splits: grouping.community_splits,
        street_office_splits: grouping.street_office_splits,
    }
}

/// How many districts there can be, by the sums of the connected components alone, locked ones included. No grouping is
/// beyond; whether one gets there is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// No more than the sum over components of ⌊sum / minimum⌋; `None` without a minimum.
    pub most: Option<usize>,
    /// No fewer than the sum over components of ⌈sum / maximum⌉ where every unit finds a place, and one each without a maximum.
    pub least: usize,
}

/// The reach of a problem. Near linear.
#[must_use]
pub fn reach(problem: &Problem) -> Reach {
    let locks = problem.locked.iter().flatten().collect::<BTreeSet<_>>();
    // A locked district that admits others may be one of the parts already.
    let closed = locks.iter().filter(|lock| !problem.admitting.contains(lock)).count();
    let parts = prepare(problem).parts;
    let has_minimum = problem.bounds.iter().any(|bound| bound.min.is_some_and(|min| min > 0.0));
    Reach {
        most: has_minimum.then(|| locks.len() + parts.iter().map(|part| fitting(problem, part)).sum::<usize>()),
        least: closed + parts.iter().map(|part| needed(problem, part)).sum::<usize>(),
    }
}

/// Sums of a part, a bound each.
fn sums<'a>(problem: &'a Problem, part: &'a Part) -> impl Iterator<Item = (&'a Bound, f64)> {
    // Columns behind those of the bounds are the solver's own.
    let columns = part.size.len().checked_div(part.len()).unwrap_or(0).max(1);
    problem.bounds.iter().enumerate().map(move |(at, bound)| (bound, part.size.iter().skip(at).step_by(columns).sum()))
}

/// Districts that a part can hold at most.
fn fitting(problem: &Problem, part: &Part) -> usize {
    let times = |(bound, sum): (&Bound, f64)| Some(whole((sum / bound.min.filter(|min| *min > 0.0)?) * (1.0 + 1e-12)));
    sums(problem, part).filter_map(times).fold(part.len(), usize::min)
}

/// Districts that a part needs at least.
fn needed(problem: &Problem, part: &Part) -> usize {
    let times = |(bound, sum): (&Bound, f64)| Some(whole(((sum / bound.max.filter(|max| *max > 0.0)?) * (1.0 - 1e-12)).ceil()));
    sums(problem, part).filter_map(times).fold(1, usize::max)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sums of units are not negative; a cast saturates")]
fn whole(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Seed, Silent};
    use crate::contiguity::Neighbours;
    use crate::grouping::{Aim, Field, Grouping, solve};
    use proptest::prelude::*;

    /// Units with sizes and links, every size also a field to be alike in.
    fn problem(sizes: &[f64], links: &[(usize, usize)], min: Option<f64>, max: Option<f64>) -> Problem {
        let neighbours = Neighbours::from_pairs(sizes.len(), links.iter().copied()).unwrap();
        let mut problem = Problem::new(neighbours);
        problem.fields = vec![Field { name: "households".to_owned(), values: sizes.iter().map(|v| Some(*v)).collect() }];
        problem.bounds = vec![Bound { field: 0, min, max }];
        problem.similar = vec![0];
        problem.communities = (0..sizes.len()).map(|unit| Some(number(unit / 3))).collect();
        problem.places = (0..sizes.len()).map(|unit| Some([f64::from(number(unit)) * 50.0, 0.0])).collect();
        problem
    }

    #[test]
    fn what_is_out_of_bounds_is_counted_below_and_above() {
        let problem = problem(&[100.0, 100.0, 300.0, 400.0, 50.0], &[(0, 1), (1, 2), (2, 3), (3, 4)], Some(150.0), Some(500.0));
        let found = figures(&problem, &[Some(7), Some(7), Some(9), Some(9), Some(2)]);
        assert_eq!((found.districts, found.below.as_slice(), found.above.as_slice()), (3, &[1][..], &[1][..]));
        assert!(!found.within_bounds());
        let found = figures(&problem, &[Some(1), Some(1), Some(4), Some(3), Some(3)]);
        assert_eq!((found.districts, found.within_bounds()), (3, true));
        let none = figures(&problem, &[]);
        assert_eq!((none.districts, none.sse, none.r2, none.spread), (0, 0.0, None, None));
    }

    #[test]
    fn the_reach_follows_from_the_sums_of_the_components() {
        let links = [(0, 1), (1, 2), (3, 4)];
        let sizes = [100.0, 100.0, 150.0, 40.0, 90.0, 30.0];
        let check = |min, max, expected: (Option<usize>, usize)| {
            let found = reach(&problem(&sizes, &links, min, max));
            assert_eq!((found.most, found.least), expected, "{min:?} {max:?}");
        };
        // 350 and 130 in two components; 30 alone stays out under a minimum, and is one of its own without.
        check(Some(100.0), None, (Some(4), 2));
        // 150 alone is above 120 and finds no place: 200 in two, 130 in two, and 30.
        check(None, Some(120.0), (None, 5));
        check(Some(65.0), Some(200.0), (Some(5), 3));
        check(None, None, (None, 3));
        // No more districts than units, however small the minimum.
        check(Some(1.0), None, (Some(6), 3));
    }

    proptest! {
        /// A result has the figures that it says, and is within the reach of its problem.
        #[test]
        fn results_are_within_reach_and_count_alike(
            sizes in prop::collection::vec(10_u32..200, 4..40),
            seed in 0_u64..20,
            most in any::<bool>(),
        ) {
            let sizes: Vec<f64> = sizes.into_iter().map(f64::from).collect();
            let side = 6;
            let links: Vec<(usize, usize)> = (0..sizes.len())
                .flat_map(|unit| [(unit, unit + 1, (unit + 1) % side != 0), (unit, unit + side, true)])
                .filter(|(_, to, there)| *there && *to < sizes.len())
                .map(|(from, to, _)| (from, to))
                .collect();
            let (min, max) = if most { (Some(150.0), None) } else { (None, Some(600.0)) };
            let mut problem = problem(&sizes, &links, min, max);
            problem.aim = if most { Aim::Most } else { Aim::Fewest };
            (problem.seed, problem.effort) = (Seed(seed), 1);
            let grouping = solve(&problem, &Silent).unwrap();
            let Grouping { districts, sse, r2, pairwise, spread, radius_m, community_splits, street_office_splits, .. } =
                grouping.clone();
            let told = Figures {
                districts,
                below: vec![0],
                above: vec![0],
                sse,
                r2,
                pairwise,
                spread,
                radius_m,
                community_splits,
                street_office_splits,
                ..Figures::default()
            };
            prop_assert_eq!(figures(&problem, &grouping.district), told);
            let reach = reach(&problem);
            prop_assert!(reach.most.is_none_or(|most| districts <= most), "{} {:?}", districts, reach);
            prop_assert!(!grouping.unassigned.is_empty() || districts >= reach.least, "{} {:?}", districts, reach);
        }
    }
}
