//! Laws of every grouping on random problems, named small cases, and the shared instances.

mod observed;

use proptest::prelude::*;

use super::*;
use crate::base::{Reporter, Seed, Silent};
use crate::contiguity::Neighbours;
use crate::model::CommunityRule;

mod wishes;

/// A random problem: a connected-ish random graph with sizes, likeness, communities, carriers and locks.
#[derive(Clone, Debug)]
struct Case {
    problem: Problem,
    links: Vec<(usize, usize)>,
}

fn case() -> impl Strategy<Value = Case> {
    (3_usize..40, 0_u64..1_000_000, 0_u8..4, 0_u8..9, any::<bool>()).prop_map(|(units, seed, aim, rule, with_max)| {
        let mut random = Seed(seed).stream(1);
        let mut links = Vec::new();
        for unit in 1..units {
            if random.chance(0.9) {
                links.push((unit, random.below(unit)));
            }
            if random.chance(0.6) {
                links.push((random.below(unit), unit));
            }
        }
        let mut problem = Problem::new(Neighbours::from_pairs(units, links.iter().copied()).unwrap());
        let mut value = |share: f64, low: f64, high: f64| random.chance(share).then(|| random.between(low, high).round());
        let size: Vec<Option<f64>> = (0..units).map(|_| value(0.95, 50.0, 400.0)).collect();
        let year: Vec<Option<f64>> = (0..units).map(|_| value(0.9, 1970.0, 2005.0)).collect();
        problem.fields = vec![Field { name: "size".into(), values: size }, Field { name: "year".into(), values: year }];
        problem.bounds = vec![Bound { field: 0, min: Some(500.0), max: with_max.then_some(900.0) }];
        problem.similar = vec![1];
        problem.eligible = (0..units).map(|_| random.chance(0.9)).collect();
        problem.conducts = (0..units).map(|_| random.chance(0.5)).collect();
        problem.communities = (0..units).map(|u| random.chance(0.9).then_some(u32::try_from(u / 12).unwrap())).collect();
        problem.street_offices = (0..units).map(|u| random.chance(0.9).then_some(u32::try_from(u / 20).unwrap())).collect();
        let rules = [CommunityRule::Free, CommunityRule::Prefer, CommunityRule::Forbid];
        problem.community = rules[usize::from(rule % 3)];
        problem.street_office = rules[usize::from(rule / 3)];
        problem.aim = [Aim::Most, Aim::Fewest, Aim::Components, Aim::Exactly(1)][aim as usize];
        if problem.aim == Aim::Components {
            problem.bounds[0].max = None;
        }
        if problem.eligible.iter().all(|e| !e) {
            problem.eligible[0] = true;
        }
        if random.chance(0.3) {
            let (a, b) = (0, units - 1);
            problem.locked[a] = Some(77);
            problem.locked[b] = Some(77);
            // Somebody is left to be grouped besides.
            let is_anybody = problem.eligible[1..b].iter().any(|eligible| *eligible);
            problem.eligible[1] |= !is_anybody;
            // The locked one is among those that are wanted.
            if problem.aim == Aim::Exactly(1) {
                problem.aim = Aim::Exactly(2);
            }
        }
        problem.seed = Seed(seed);
        problem.effort = 1;
        Case { problem, links }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_grouping_verifies(case in case()) {
        let grouping = solve(&case.problem, &Silent).unwrap();
        prop_assert_eq!(verify(&case.problem, &grouping), Vec::new());
        for (unit, lock) in case.problem.locked.iter().enumerate() {
            let of = |label| grouping.locks.iter().find(|(l, _)| *l == label).map(|(_, d)| *d);
            prop_assert_eq!(lock.is_some(), grouping.locks.iter().any(|(_, d)| Some(*d) == grouping.district[unit]));
            if let Some(label) = lock {
                prop_assert_eq!(grouping.district[unit], of(*label));
            }
        }
        if grouping.bounds_met {
            prop_assert!(grouping.unassigned.is_empty());
        }
    }

    #[test]
    fn order_of_links_does_not_matter(case in case(), turn in 0_u64..1000) {
        let mut links = case.links.clone();
        let mut random = Seed(turn).stream(2);
        random.shuffle(&mut links);
        for link in &mut links {
            if random.chance(0.5) {
                *link = (link.1, link.0);
            }
        }
        links.extend(case.links.iter().copied().take(3));
        let mut other = case.problem.clone();
        other.neighbours = Neighbours::from_pairs(other.units(), links).unwrap();
        prop_assert_eq!(solve(&case.problem, &Silent).unwrap(), solve(&other, &Silent).unwrap());
    }

    #[test]
    fn order_of_units_does_not_matter(case in case(), turn in 0_u64..1000) {
        let mut problem = case.problem;
        let units = problem.units();
        problem.rank = (0..u32::try_from(units).unwrap()).collect();
        problem.places = (0..units).map(|u| Some([f64::from(problem.rank[u] * 37 % 11), f64::from(problem.rank[u] / 5)])).collect();
        // Row `r` of the other problem is unit `rows[r]` of this one.
        let mut rows: Vec<usize> = (0..units).collect();
        Seed(turn).stream(3).shuffle(&mut rows);
        let place = |unit: usize| rows.iter().position(|row| *row == unit).unwrap();
        let mut other = problem.clone();
        other.neighbours = Neighbours::from_pairs(units, case.links.iter().map(|(a, b)| (place(*a), place(*b)))).unwrap();
        for (row, unit) in rows.iter().copied().enumerate() {
            (other.eligible[row], other.conducts[row]) = (problem.eligible[unit], problem.conducts[unit]);
            (other.communities[row], other.street_offices[row]) = (problem.communities[unit], problem.street_offices[unit]);
            (other.locked[row], other.places[row], other.rank[row]) = (problem.locked[unit], problem.places[unit], problem.rank[unit]);
            for (field, known) in other.fields.iter_mut().zip(&problem.fields) {
                field.values[row] = known.values[unit];
            }
        }
        let (one, two) = (solve(&problem, &Silent).unwrap(), solve(&other, &Silent).unwrap());
        prop_assert_eq!(verify(&other, &two), Vec::new());
        let mut pairs = std::collections::BTreeMap::new();
        for (row, unit) in rows.iter().copied().enumerate() {
            let known = pairs.entry(one.district[unit]).or_insert(two.district[row]);
            prop_assert_eq!(*known, two.district[row], "unit {}", unit);
        }
        prop_assert_eq!(one.districts, two.districts);
    }

    #[test]
    fn improving_keeps_the_count_and_what_is_sound(case in case()) {
        let mut problem = case.problem;
        problem.aim = Aim::Most;
        let built = solve(&problem, &Silent).unwrap();
        problem.start = built.district.clone();
        problem.effort = 5;
        let improved = solve(&problem, &Silent).unwrap();
        prop_assert_eq!(verify(&problem, &improved), Vec::new());
        prop_assert_eq!(improved.districts, built.districts);
        prop_assert!(improved.unassigned.len() <= built.unassigned.len());
    }

    #[test]
    fn one_thread_gives_what_many_give(case in case()) {
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| solve(&case.problem, &Silent).unwrap());
        prop_assert_eq!(alone, solve(&case.problem, &Silent).unwrap());
    }

    #[test]
    fn fewest_is_never_more_than_most(case in case()) {
        let mut problem = case.problem;
        problem.locked.fill(None);
        problem.bounds[0].max = None;
        problem.aim = Aim::Most;
        let most = solve(&problem, &Silent).unwrap();
        problem.aim = Aim::Fewest;
        let fewest = solve(&problem, &Silent).unwrap();
        prop_assert!(fewest.districts <= most.districts);
        prop_assert_eq!(fewest.unassigned.len(), most.unassigned.len());
    }
}

/// A path of units of these sizes.
fn path(sizes: &[f64], min: Option<f64>, max: Option<f64>, aim: Aim) -> Problem {
    let links = (1..sizes.len()).map(|u| (u - 1, u));
    let mut problem = Problem::new(Neighbours::from_pairs(sizes.len(), links).unwrap());
    problem.fields = vec![Field { name: "households".into(), values: sizes.iter().map(|s| Some(*s)).collect() }];
    problem.bounds = vec![Bound { field: 0, min, max }];
    problem.aim = aim;
    problem
}

#[test]
fn a_path_is_cut_as_often_as_it_can_be() {
    let sizes = [3.0, 3.0, 2.0, 4.0, 6.0, 1.0, 5.0, 2.0, 2.0, 2.0];
    let grouping = solve(&path(&sizes, Some(6.0), None, Aim::Most), &Silent).unwrap();
    assert_eq!(grouping.districts, 5);
    assert!(grouping.bounds_met);
    let fewest = solve(&path(&sizes, None, Some(10.0), Aim::Fewest), &Silent).unwrap();
    assert_eq!(fewest.districts, 4);
    assert!(fewest.bounds_met);
}

#[test]
fn exactly_p_within_both_bounds() {
    let sizes = [1.0; 12];
    for count in [3, 4, 6] {
        let grouping = solve(&path(&sizes, Some(2.0), Some(4.0), Aim::Exactly(count)), &Silent).unwrap();
        assert_eq!(grouping.districts, count, "{count}");
        assert!(grouping.bounds_met);
    }
    let too_many = solve(&path(&sizes, Some(2.0), Some(4.0), Aim::Exactly(7)), &Silent).unwrap();
    assert!(!too_many.bounds_met);
    assert_eq!(too_many.districts, 6);
}

#[test]
fn islands_and_giants_are_left_over_with_reasons() {
    let mut problem = path(&[5.0, 5.0, 20.0, 1.0, 5.0], Some(8.0), Some(12.0), Aim::Most);
    problem.neighbours = Neighbours::from_pairs(5, [(0, 1), (1, 2), (3, 4)]).unwrap();
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(grouping.district, [Some(0), Some(0), None, None, None]);
    let small = Unassigned::TooSmall { bound: 0, sum: 6.0, need: 8.0, units: 2 };
    let large = Unassigned::TooLarge { bound: 0, value: 20.0, limit: 12.0 };
    assert_eq!(grouping.unassigned, [(2, large), (3, small.clone()), (4, small)]);
    assert!(!grouping.bounds_met);
    assert_eq!(verify(&problem, &grouping), []);
}

#[test]
fn carriers_join_what_they_touch() {
    let mut problem = path(&[5.0, 5.0, 5.0], Some(10.0), None, Aim::Most);
    problem.eligible[1] = false;
    assert_eq!(solve(&problem, &Silent).unwrap().districts, 0);
    problem.conducts[1] = true;
    let joined = solve(&problem, &Silent).unwrap();
    assert_eq!(joined.district, [Some(0), None, Some(0)]);
    assert_eq!(verify(&problem, &joined), []);
}

#[test]
fn contradictions_are_errors() {
    let contradiction = path(&[1.0], Some(3.0), Some(2.0), Aim::Most);
    assert!(matches!(solve(&contradiction, &Silent), Err(GroupingError::Contradiction { .. })));
    let negative = path(&[1.0, -2.0], Some(1.0), None, Aim::Most);
    assert!(matches!(solve(&negative, &Silent), Err(GroupingError::BadValue { unit: 1, .. })));
    let many = path(&[1.0, 1.0], None, None, Aim::Exactly(3));
    assert!(matches!(solve(&many, &Silent), Err(GroupingError::TooManyDistricts { count: 3, eligible: 2 })));
    // Locked districts are among those that are wanted, and their units are none to be grouped.
    let locked = |count: usize| {
        let mut problem = path(&[1.0; 4], None, None, Aim::Exactly(count));
        problem.locked[3] = Some(7);
        solve(&problem, &Silent).map(|grouping| (grouping.districts, grouping.bounds_met))
    };
    assert_eq!((locked(2), locked(4)), (Ok((2, true)), Ok((4, true))));
    assert_eq!(locked(1), Err(GroupingError::LockedFill { count: 1, locked: 1 }));
    assert_eq!(locked(5), Err(GroupingError::TooManyBesides { count: 5, locked: 1, eligible: 3 }));
    let unknown = Neighbours::from_pairs(2, [(0, 2)]).map_err(GroupingError::from);
    assert!(matches!(unknown, Err(GroupingError::UnknownUnit { unit: 2, units: 2 })));
    let nothing = Problem::new(Neighbours::from_pairs(0, []).unwrap());
    assert_eq!(solve(&nothing, &Silent).unwrap().districts, 0);
}

#[test]
fn faults_are_found() {
    let problem = path(&[5.0; 6], Some(10.0), Some(15.0), Aim::Most);
    let good = solve(&problem, &Silent).unwrap();
    assert_eq!((good.districts, verify(&problem, &good)), (3, Vec::new()));
    let mut split = good.clone();
    split.district = [0, 1, 0, 1, 2, 2].map(Some).to_vec();
    assert!(verify(&problem, &split).contains(&Fault::Split { district: 0, parts: 2 }));
    let mut below = good.clone();
    below.district = [0, 0, 0, 1, 1, 2].map(Some).to_vec();
    assert!(matches!(verify(&problem, &below)[0], Fault::Below { district: 2, .. }));
    let mut miscounted = good;
    miscounted.sse += 1.0;
    assert_eq!(verify(&problem, &miscounted), [Fault::Score]);
}

#[test]
fn a_drawn_grouping_is_mended_where_it_breaks_the_bounds() {
    let mut problem = path(&[5.0; 9], Some(10.0), Some(20.0), Aim::Most);
    // The second district is in two pieces, of which one is too small; the third holds one unit.
    problem.start = [0, 0, 1, 1, 0, 2, 1, 1, 1].map(Some).to_vec();
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(verify(&problem, &grouping), []);
    assert!(grouping.bounds_met);
    assert_eq!(grouping.districts, 3);
}

#[test]
fn weights_steer_what_is_sought() {
    let side = 8;
    let links = (0..side * side)
        .flat_map(|u| [(u % side + 1 < side).then(|| (u, u + 1)), (u + side < side * side).then(|| (u, u + side))]);
    let mut problem = Problem::new(Neighbours::from_pairs(side * side, links.flatten()).unwrap());
    let column = |u: usize| f64::from(u32::try_from(u % side).unwrap());
    let row = |u: usize| f64::from(u32::try_from(u / side).unwrap());
    problem.fields = vec![Field { name: "year".into(), values: (0..side * side).map(|u| Some(1960.0 + column(u))).collect() }];
    problem.similar = vec![0];
    problem.places = (0..side * side).map(|u| Some([column(u) * 50.0, row(u) * 50.0])).collect();
    problem.aim = Aim::Exactly(4);
    let mut solved = |weights: Weights| {
        problem.weights = weights;
        solve(&problem, &Silent).unwrap()
    };
    let none =
        Weights { likeness: 0.0, pairwise: 0.0, compactness: 0.0, balance: 0.0, wholeness: 0.0, openings: 0.0, contact: 0.0 };
    let alike = solved(Weights { likeness: 1.0, ..none });
    let compact = solved(Weights { compactness: 1.0, ..none });
    let even = solved(Weights { pairwise: 1.0, ..none });
    // Columns in pairs are as alike as four districts can be, and quarters as compact.
    assert!((alike.sse - 64.0 * 0.25 / 5.25).abs() < 1e-9, "{}", alike.sse);
    assert!((compact.radius_m.unwrap() - 50.0 * 2.5_f64.sqrt()).abs() < 1e-6, "{:?}", compact.radius_m);
    assert!(compact.radius_m < alike.radius_m && alike.sse < compact.sse);
    assert!(even.pairwise <= alike.pairwise + 1e-9 && even.pairwise_counted && !alike.pairwise_counted);
    assert!(matches!(
        solve(&Problem { weights: Weights { balance: -1.0, ..none }, ..problem }, &Silent),
        Err(GroupingError::BadWeight { .. })
    ));
}

#[test]
fn pairwise_differences_are_those_of_a_plain_count() {
    let mut problem = path(&[3.0, 9.0, 4.0, 7.0, 1.0, 2.0], Some(10.0), None, Aim::Most);
    problem.similar = vec![0];
    let grouping = solve(&problem, &Silent).unwrap();
    let sizes: Vec<f64> = problem.fields[0].values.iter().flatten().copied().collect();
    let mean = sizes.iter().sum::<f64>() / 6.0;
    let deviation = (sizes.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
    let pairs = (0..6).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|(a, b)| grouping.district[*a] == grouping.district[*b]);
    let plain: f64 = pairs.map(|(a, b)| (sizes[a] - sizes[b]).abs() / deviation).sum();
    assert!(plain > 0.0 && (plain - grouping.pairwise).abs() < 1e-9, "{plain} {}", grouping.pairwise);
}

#[test]
fn a_stop_gives_a_sound_result() {
    struct Stopped;
    impl Reporter for Stopped {
        fn progress(&self, _done: usize, _total: usize) {}
        fn should_stop(&self) -> bool {
            true
        }
    }
    let problem = path(&[5.0; 60], Some(10.0), None, Aim::Most);
    let grouping = solve(&problem, &Stopped).unwrap();
    assert!(grouping.stopped_early);
    assert_eq!(verify(&problem, &grouping), []);
    assert!(grouping.districts > 1);
}

/// The shared instances with the least count of districts that counts as good.
#[test]
fn shared_towns() {
    let check = |name: &str, least: usize| {
        let Some(problem) = town(name) else { return };
        let grouping = solve(&problem, &Silent).unwrap();
        assert_eq!(verify(&problem, &grouping), []);
        assert!(grouping.bounds_met);
        println!("{name}: p {} sse {:.1} r2 {:?}", grouping.districts, grouping.sse, grouping.r2);
        assert!(grouping.districts >= least, "{name}: {} districts", grouping.districts);
    };
    check("town1k_30m", 26);
    check("town10k_30m", 300);
}

fn town(name: &str) -> Option<Problem> {
    let root = std::env::var("LIANPIAN_DATA").unwrap_or_else(|_| format!("{}/../shared/data", env!("CARGO_MANIFEST_DIR")));
    let read = |ending: &str| std::fs::read_to_string(format!("{root}/regionalization/{name}.{ending}"));
    let (Ok(table), Ok(gal)) = (read("csv"), read("gal")) else {
        assert!(std::env::var("LIANPIAN_DATA_REQUIRED").is_err(), "no data at {root}");
        println!("skipped: no data");
        return None;
    };
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|l| l.split(',').collect()).collect();
    let row: std::collections::HashMap<&str, usize> = rows.iter().enumerate().map(|(at, r)| (r[0], at)).collect();
    let mut lines = gal.lines().skip(1);
    let mut links = Vec::new();
    while let (Some(head), Some(list)) = (lines.next(), lines.next()) {
        let unit = row[head.split_whitespace().next().unwrap()];
        links.extend(list.split_whitespace().map(|n| (unit, row[n])));
    }
    let mut problem = Problem::new(Neighbours::from_pairs(rows.len(), links).unwrap());
    let field = |k: usize, name: &str| Field { name: name.into(), values: rows.iter().map(|r| r[k].parse().ok()).collect() };
    problem.fields = vec![field(1, "built_year"), field(2, "cost_m2"), field(3, "households")];
    problem.bounds = vec![Bound { field: 2, min: Some(3000.0), max: None }];
    problem.similar = vec![0, 1, 2];
    problem.aim = Aim::Most;
    problem.seed = Seed(1);
    Some(problem)
}
