//! The walk watched from outside: running sums equal a recount after every step, and a step costs what it promised.

use proptest::prelude::*;

use super::*;
use crate::base::{Silent, SplitMix};
use crate::contiguity::Neighbours;
use crate::grouping::prepare::prepare;
use crate::grouping::problem::{Aim, Bound, Contact, Diameter, Field, Problem, Weights};
use crate::grouping::set_out::set_out;
use crate::model::CommunityRule;

/// A grid of units with random sizes, years, places and communities, in rows that are districts of a width.
fn grid(side: usize, width: usize, seed: u64) -> Problem {
    let units = side * side;
    let mut random = Seed(seed).stream(1);
    let across = (0..units).filter(|u| u % side + 1 < side).map(|u| (u, u + 1));
    let down = (side..units).map(|u| (u - side, u));
    let mut problem = Problem::new(Neighbours::from_pairs(units, across.chain(down)).unwrap());
    let mut value = |low: f64, high: f64, known: f64| random.chance(known).then(|| random.between(low, high).round());
    let size: Vec<Option<f64>> = (0..units).map(|_| value(50.0, 200.0, 1.0)).collect();
    let year = (0..units).map(|_| value(1960.0, 2000.0, 0.9)).collect();
    problem.places = (0..units).map(|u| Some([real(u % side) * 60.0, real(u / side) * 60.0]).filter(|_| u % 11 != 3)).collect();
    problem.communities = (0..units).map(|u| Some(number(u / 7)).filter(|_| u % 5 != 2)).collect();
    problem.community = CommunityRule::Prefer;
    problem.start = (0..units).map(|u| Some(number(u % side / width))).collect();
    let column = |at: usize| (0..units).filter(|u| u % side / width == at).filter_map(|u| size[u]).sum::<f64>();
    let sums: Vec<f64> = (0..side.div_ceil(width)).map(column).collect();
    let (least, most) = (sums.iter().copied().fold(f64::INFINITY, f64::min), sums.iter().copied().fold(0.0, f64::max));
    problem.bounds = vec![Bound { field: 0, min: Some(least * 0.97), max: Some(most * 1.03) }];
    problem.fields = vec![Field { name: "size".into(), values: size }, Field { name: "year".into(), values: year }];
    problem.similar = vec![1, 0];
    problem.weights = Weights { balance: 1.0, contact: 1.5, ..Weights::default() };
    problem.even = Some(0);
    problem.openings = (0..units).map(|u| vec![number(u / 5), 1000 + number(u % 4)]).collect();
    let pairs = (0..units).flat_map(|a| problem.neighbours.of(a).iter().map(move |b| (number(a), *b)));
    let strong = |(a, b): (u32, u32)| Contact { a, b, strength: f64::from((a * 7 + b * 3) % 10) / 10.0 };
    problem.contacts = pairs.filter(|(a, b)| a < b).map(strong).collect();
    // Corners of squares, and a reach that the columns set out with nearly use up.
    let corners = |u: usize| {
        let (x, y) = (real(u % side) * 60.0, real(u / side) * 60.0);
        vec![[x, y], [x + 40.0, y], [x + 40.0, y + 40.0], [x, y + 40.0]]
    };
    let reach = (real(side) * 60.0).hypot(real(width) * 60.0) * 1.1;
    problem.diameter = Some(Diameter { max_m: reach, outlines: (0..units).map(corners).collect() });
    // Neighbours within a column, so that a tie is one unit of a district.
    problem.together = vec![vec![number(side), number(2 * side)]];
    problem.apart = vec![vec![0, number(side) - 1]];
    problem.aim = Aim::Most;
    problem.seed = Seed(seed);
    problem
}

fn parted(problem: &Problem) -> (Vec<Part>, Limits, Vec<Regions>) {
    let parts = prepare(problem).parts;
    let mut limits = Limits::of(problem);
    let regions: Vec<Regions> = parts.iter().map(|part| set_out(problem, part, &limits)).collect();
    limits.for_districts(&parts, regions.iter().map(Regions::count).sum());
    (parts, limits, regions)
}

/// Pieces of the regions, by a flood of their own.
fn pieces(part: &Part, regions: &Regions) -> usize {
    let mut seen = vec![false; part.len()];
    let mut pieces = 0;
    for start in 0..part.len() {
        if !seen[start] {
            pieces += 1;
            let mut stack = vec![start];
            seen[start] = true;
            while let Some(unit) = stack.pop() {
                for next in part.neighbours(unit).iter().map(|n| *n as usize) {
                    if !seen[next] && regions.label[next] == regions.label[unit] {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn running_sums_equal_a_recount_after_every_step(seed in 0_u64..10_000, hot in 0.01_f64..50.0) {
        let problem = grid(9, 3, seed);
        let (parts, limits, regions) = parted(&problem);
        let mut walk = Walk::new(&parts[0], &limits, regions[0].clone());
        let mut random: SplitMix = Seed(seed).stream(2);
        let before = walk.regions.label.clone();
        for _ in 0..300 {
            walk.step(hot, &mut random);
            let (drift, within) = walk.recount();
            prop_assert!(drift < 1e-6, "{drift}");
            prop_assert!(within);
            prop_assert_eq!(pieces(&parts[0], &walk.regions), walk.regions.members.len());
        }
        prop_assert!(hot < 5.0 || walk.regions.label != before, "a hot walk stood still");
    }

    #[test]
    fn districts_cut_anew_stay_within_their_bounds_and_cold_ones_never_cost_more(seed in 0_u64..10_000, is_hot in any::<bool>()) {
        let problem = grid(9, 3, seed);
        let (parts, limits, regions) = parted(&problem);
        let mut walk = Walk::new(&parts[0], &limits, regions[0].clone());
        let mut trees = crate::grouping::tree::Trees::new(&parts[0], &limits);
        let mut random: SplitMix = Seed(seed).stream(4);
        let now = |walk: &Walk<'_>| cost(&parts, &limits, std::slice::from_ref(&walk.regions));
        for _ in 0..60 {
            let before = now(&walk);
            walk.recut(&mut trees, if is_hot { 1e9 } else { 1e-9 }, &mut random);
            let (drift, within) = walk.recount();
            prop_assert!(drift < 1e-6, "{drift}");
            prop_assert!(within);
            prop_assert_eq!(pieces(&parts[0], &walk.regions), walk.regions.members.len());
            prop_assert!(is_hot || now(&walk) <= before + 1e-6);
        }
    }

    #[test]
    fn a_step_costs_what_it_promised(seed in 0_u64..10_000) {
        let problem = grid(8, 2, seed);
        let (parts, limits, regions) = parted(&problem);
        let mut walk = Walk::new(&parts[0], &limits, regions[0].clone());
        let mut random: SplitMix = Seed(seed).stream(3);
        let promises: Vec<(f64, f64)> = (0..60).filter_map(|_| walk.promise(&mut random)).collect();
        prop_assert!(!promises.is_empty());
        for (promised, kept) in promises {
            prop_assert!((promised - kept).abs() < 1e-6 * kept.abs().max(1.0), "{promised} {kept}");
        }
    }

    #[test]
    fn the_search_never_ends_worse_than_it_began(seed in 0_u64..10_000) {
        let problem = grid(8, 2, seed);
        let (parts, limits, mut regions) = parted(&problem);
        let before = cost(&parts, &limits, &regions);
        let work = Work { effort: 1, heat: 1.0, seed: Seed(seed), reporter: &Silent, watch: None };
        anneal(&parts, &limits, &mut regions, work);
        prop_assert!(cost(&parts, &limits, &regions) <= before + 1e-9);
        prop_assert_eq!(regions[0].count(), 4);
    }

    #[test]
    fn a_merge_costs_what_the_cost_says(seed in 0_u64..10_000) {
        let problem = grid(8, 2, seed);
        let (parts, limits, regions) = parted(&problem);
        let (part, own) = (&parts[0], &regions[0]);
        let tally = Tally::of(part, &limits, own);
        let told = tally.joined(part, &limits, own, (0, 1));
        let apart = tally.cost(part, &limits, own, 0) + tally.cost(part, &limits, own, 1);
        let mut one = own.clone();
        one.merge(part, 0, 1);
        let joined = Tally::of(part, &limits, &one).cost(part, &limits, &one, 0);
        prop_assert!((joined - apart - told).abs() < 1e-6 * told.abs().max(1.0), "{} {told}", joined - apart);
    }
}

#[test]
fn districts_change_their_place_when_that_gains() {
    // A path: four alike units cut in two, and two pairs that differ in one district.
    let years = [1960.0, 1960.0, 1960.0, 1960.0, 1970.0, 1970.0, 2000.0, 2000.0];
    let mut problem = Problem::new(Neighbours::from_pairs(8, (1..8).map(|u| (u - 1, u))).unwrap());
    problem.fields = vec![Field { name: "year".into(), values: years.map(Some).to_vec() }];
    problem.similar = vec![0];
    problem.weights = Weights { pairwise: 0.0, ..Weights::default() };
    problem.start = [0, 0, 1, 1, 2, 2, 2, 2].map(Some).to_vec();
    let (parts, limits, mut regions) = parted(&problem);
    assert!(transfer::transfer(&parts, &limits, &mut regions, 5));
    assert_eq!(regions[0].label, [0, 0, 0, 0, 1, 1, 2, 2]);
    assert!(!transfer::transfer(&parts, &limits, &mut regions, 5), "nothing more to gain");
}
