//! Wishes about single units, shapes, links and openings: laws on random problems, and cases with known answers.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::*;
use super::{Case, case};
use crate::base::{Seed, Silent};
use crate::contiguity::Neighbours;

/// A random problem with random wishes on top.
fn wished() -> impl Strategy<Value = Case> {
    (case(), 0_u64..1_000_000, 0_u8..32).prop_map(|(mut case, seed, which)| {
        let mut random = Seed(seed).stream(9);
        let problem = &mut case.problem;
        let units = problem.units();
        let mut some = |count: usize| -> Vec<u32> {
            let picked: BTreeSet<u32> = (0..count).map(|_| u32::try_from(random.below(units)).unwrap()).collect();
            picked.into_iter().collect()
        };
        if which & 1 > 0 {
            problem.together = vec![some(2), some(3)];
        }
        if which & 2 > 0 {
            problem.apart = vec![some(3)];
            problem.seeds = some(3);
        }
        if which & 4 > 0 {
            problem.admitting.insert(77);
        }
        if which & 8 > 0 {
            let corner = |unit: usize| {
                let (x, y) = (
                    f64::from(u32::try_from(unit * 37 % 11).unwrap()) * 40.0,
                    f64::from(u32::try_from(unit / 5).unwrap()) * 30.0,
                );
                vec![[x, y], [x + 20.0, y], [x, y + 20.0]]
            };
            problem.diameter = Some(Diameter { max_m: 250.0, outlines: (0..units).map(corner).collect() });
        }
        if which & 16 > 0 {
            problem.openings =
                (0..units).map(|unit| vec![u32::try_from(unit / 6).unwrap(), 1000 + u32::try_from(unit % 3).unwrap()]).collect();
            let pairs = (0..units).flat_map(|a| problem.neighbours.of(a).iter().map(move |b| (u32::try_from(a).unwrap(), *b)));
            let strong = |(a, b): (u32, u32)| Contact { a, b, strength: f64::from((a * 7 + b * 3) % 10) / 10.0 };
            problem.contacts = pairs.filter(|(a, b)| a < b).map(strong).collect();
            problem.weights.contact = 1.0;
            problem.weights.balance = 0.5;
            problem.even = Some(0);
        }
        case
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_grouping_keeps_the_wishes(case in wished()) {
        let problem = case.problem;
        let grouping = match solve(&problem, &Silent) {
            Err(GroupingError::Torn { a, b }) => {
                let both = |set: &Vec<u32>| set.contains(&u32::try_from(a).unwrap()) && set.contains(&u32::try_from(b).unwrap());
                prop_assert!(problem.together.iter().any(both) && problem.apart.iter().chain([&problem.seeds]).any(both));
                return Ok(());
            }
            // Fewer units than districts are asked for.
            Err(GroupingError::TooManyDistricts { .. } | GroupingError::TooManyBesides { .. } | GroupingError::LockedFill { .. }) => {
                prop_assert!(matches!(problem.aim, Aim::Exactly(_)));
                return Ok(());
            }
            solved => solved.unwrap(),
        };
        prop_assert_eq!(verify(&problem, &grouping), Vec::new());
        // What is locked stays, whoever enters.
        let of_lock = grouping.locks.iter().find(|(label, _)| *label == 77).map(|(_, district)| *district);
        for (unit, lock) in problem.locked.iter().enumerate().filter(|(_, lock)| lock.is_some()) {
            prop_assert_eq!(grouping.district[unit], of_lock, "unit {} of lock {:?}", unit, lock);
        }
        if let Some(asked) = &problem.diameter {
            let free = (0..).zip(&grouping.diameters_m).filter(|(district, _)| Some(*district) != of_lock);
            prop_assert!(free.into_iter().all(|(_, m)| *m <= asked.max_m));
        }
        if problem.aim == Aim::Components && problem.diameter.is_none() && problem.apart.is_empty() && problem.seeds.is_empty() {
            prop_assert_eq!(grouping.locks.len() <= 1, true);
        }
    }

    #[test]
    fn wishes_do_not_depend_on_the_order_of_units(case in wished(), turn in 0_u64..1000) {
        let mut problem = case.problem;
        let units = problem.units();
        problem.rank = (0..u32::try_from(units).unwrap()).collect();
        let mut rows: Vec<usize> = (0..units).collect();
        Seed(turn).stream(3).shuffle(&mut rows);
        let place = |unit: &u32| u32::try_from(rows.iter().position(|row| *row == *unit as usize).unwrap()).unwrap();
        let mut other = problem.clone();
        let pairs = case.links.iter().map(|(a, b)| {
            let at = |unit: usize| place(&u32::try_from(unit).unwrap()) as usize;
            (at(*a), at(*b))
        });
        other.neighbours = Neighbours::from_pairs(units, pairs).unwrap();
        for set in other.together.iter_mut().chain(&mut other.apart).chain([&mut other.seeds]) {
            for unit in set {
                *unit = place(unit);
            }
        }
        for contact in &mut other.contacts {
            let (a, b) = (place(&contact.a), place(&contact.b));
            (contact.a, contact.b) = (a.min(b), a.max(b));
        }
        for (row, unit) in rows.iter().copied().enumerate() {
            (other.eligible[row], other.conducts[row]) = (problem.eligible[unit], problem.conducts[unit]);
            (other.communities[row], other.street_offices[row]) = (problem.communities[unit], problem.street_offices[unit]);
            (other.locked[row], other.rank[row]) = (problem.locked[unit], problem.rank[unit]);
            if !problem.openings.is_empty() {
                other.openings[row].clone_from(&problem.openings[unit]);
            }
            if let (Some(theirs), Some(ours)) = (&mut other.diameter, &problem.diameter) {
                theirs.outlines[row].clone_from(&ours.outlines[unit]);
            }
            for (field, known) in other.fields.iter_mut().zip(&problem.fields) {
                field.values[row] = known.values[unit];
            }
        }
        let (Ok(one), Ok(two)) = (solve(&problem, &Silent), solve(&other, &Silent)) else { return Ok(()) };
        let mut pairs = std::collections::BTreeMap::new();
        for (row, unit) in rows.iter().copied().enumerate() {
            let known = pairs.entry(one.district[unit]).or_insert(two.district[row]);
            prop_assert_eq!(*known, two.district[row], "unit {}", unit);
        }
        prop_assert_eq!(one.districts, two.districts);
    }
}

/// A path of units of 100 households each.
fn path(units: usize) -> Problem {
    let mut problem = Problem::new(Neighbours::from_pairs(units, (1..units).map(|u| (u - 1, u))).unwrap());
    problem.fields = vec![Field { name: "households".into(), values: vec![Some(100.0); units] }];
    problem
}

#[test]
fn what_is_together_takes_the_way_between_along() {
    let mut problem = path(6);
    problem.bounds = vec![Bound { field: 0, min: Some(200.0), max: None }];
    problem.aim = Aim::Most;
    problem.together = vec![vec![1, 4]];
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(verify(&problem, &grouping), []);
    assert_eq!((grouping.parted.len(), grouping.district[1] == grouping.district[4]), (0, true));
    // 1 to 4 is one unit now; 0 and 5 are too small alone.
    assert_eq!(grouping.districts, 1);
}

#[test]
fn what_cannot_be_together_is_told() {
    let mut problem = path(4);
    problem.neighbours = Neighbours::from_pairs(4, [(0, 1), (2, 3)]).unwrap();
    problem.together = vec![vec![0, 3]];
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!((grouping.parted.clone(), grouping.bounds_met), (vec![(0, 3)], false));
    problem.together = vec![vec![0, 1]];
    problem.apart = vec![vec![1, 0]];
    assert_eq!(solve(&problem, &Silent), Err(GroupingError::Torn { a: 0, b: 1 }));
    problem.seeds = vec![9];
    assert_eq!(solve(&problem, &Silent), Err(GroupingError::UnknownUnit { unit: 9, units: 4 }));
}

#[test]
fn seeds_part_a_component_and_those_apart_too() {
    let mut problem = path(7);
    problem.seeds = vec![0, 3, 6];
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(verify(&problem, &grouping), []);
    assert_eq!((grouping.districts, grouping.bounds_met), (3, true));
    problem.seeds.clear();
    problem.apart = vec![vec![2, 3]];
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!((grouping.districts, grouping.district[2] == grouping.district[3]), (2, false));
}

#[test]
fn a_locked_district_that_admits_fills_up() {
    let mut problem = path(5);
    problem.bounds = vec![Bound { field: 0, min: Some(300.0), max: None }];
    problem.aim = Aim::Most;
    problem.locked = vec![None, Some(8), Some(8), None, None];
    let closed = solve(&problem, &Silent).unwrap();
    assert_eq!((closed.districts, closed.unassigned.len()), (1, 3), "neither side reaches 300");
    problem.admitting.insert(8);
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(verify(&problem, &grouping), []);
    assert_eq!((grouping.districts, grouping.unassigned.len(), grouping.bounds_met), (1, 0, true));
    assert_eq!(grouping.locks, [(8, 0)]);
}

#[test]
fn no_district_reaches_farther_than_it_may() {
    let mut problem = path(10);
    let square = |unit: usize| {
        let x = f64::from(u32::try_from(unit).unwrap()) * 100.0;
        vec![[x, 0.0], [x + 90.0, 0.0], [x + 90.0, 90.0], [x, 90.0]]
    };
    problem.diameter = Some(Diameter { max_m: 310.0, outlines: (0..10).map(square).collect() });
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(verify(&problem, &grouping), []);
    // Three squares in a row reach hypot(290, 90) = 303.6 m, four 400.2 m.
    assert_eq!(grouping.districts, 4);
    assert!(grouping.diameters_m.iter().all(|m| *m <= 310.0), "{:?}", grouping.diameters_m);
    let asked = Diameter { max_m: 100.0, ..problem.diameter.clone().unwrap() };
    problem.diameter = Some(asked);
    let grouping = solve(&problem, &Silent).unwrap();
    let wide =
        |why: &Unassigned| matches!(why, Unassigned::TooWide { value_m, limit_m: 100.0 } if (value_m - 127.28).abs() < 0.01);
    assert_eq!((grouping.districts, grouping.unassigned.iter().filter(|(_, why)| wide(why)).count()), (0, 10));
}

#[test]
fn openings_and_weak_links_decide_where_a_path_is_cut() {
    let mut problem = path(6);
    problem.aim = Aim::Exactly(2);
    problem.effort = 20;
    problem.openings = [7, 7, 8, 8, 8, 8].map(|key| vec![key]).to_vec();
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!((grouping.district.clone(), grouping.openings), ([0, 0, 1, 1, 1, 1].map(Some).to_vec(), Some((2, 2))));
    problem.openings.clear();
    let strength = [0.9, 0.9, 0.9, 0.1, 0.9];
    problem.contacts = (0..5).map(|a| Contact { a, b: a + 1, strength: strength[a as usize] }).collect();
    problem.weights.contact = 1.0;
    let grouping = solve(&problem, &Silent).unwrap();
    assert_eq!(grouping.district, [0, 0, 0, 0, 1, 1].map(Some));
    let (cut, all) = grouping.contact.unwrap();
    assert!((cut - 0.1).abs() < 1e-9 && (all - 3.7).abs() < 1e-9, "{cut} {all}");
}
