//! Laws of districts by hand: whatever is proposed agrees with a plain recount.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::geometry::segment::Segment;

const UNITS: u32 = 12;

fn links() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..UNITS as usize, 0..UNITS as usize), 0..30)
}

fn districts() -> impl Strategy<Value = Vec<Option<u32>>> {
    prop::collection::vec(prop::option::of(0..4_u32), UNITS as usize)
}

fn near(pairs: &[(usize, usize)]) -> Neighbours {
    Neighbours::from_pairs(UNITS as usize, pairs.iter().copied()).unwrap()
}

fn households() -> Field {
    let values = (0..UNITS).map(|unit| (unit % 5 != 4).then(|| f64::from(unit * 10))).collect();
    Field { name: "households".to_owned(), values }
}

/// Parts by repeated joining of labels: slow and plain.
fn parts_of(near: &Neighbours, members: &[u32], carriers: &BTreeSet<u32>) -> Vec<BTreeSet<u32>> {
    let takes = |unit: u32| members.contains(&unit) || carriers.contains(&unit);
    let mut label: BTreeMap<u32, u32> = (0..UNITS).filter(|unit| takes(*unit)).map(|unit| (unit, unit)).collect();
    for _ in 0..UNITS {
        for unit in 0..UNITS {
            for next in near.of(unit as usize) {
                if let (Some(a), Some(b)) = (label.get(&unit).copied(), label.get(next).copied()) {
                    label.insert(unit, a.min(b));
                    label.insert(*next, a.min(b));
                }
            }
        }
    }
    let mut parts: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for unit in members {
        parts.entry(label[unit]).or_default().insert(*unit);
    }
    parts.into_values().collect()
}

fn line(points: &[[f64; 2]]) -> Vec<Segment> {
    points.windows(2).map(|pair| Segment::new(pair[0].into(), pair[1].into())).collect()
}

/// Four units in a row, ten metres apart.
fn row_of_four() -> Neighbours {
    Neighbours::from_pairs(4, [(0, 1), (1, 2), (2, 3)]).unwrap()
}

fn in_a_row(unit: u32) -> Option<[f64; 2]> {
    (unit < 4).then(|| [f64::from(unit) * 10.0, 0.0])
}

proptest! {
    #[test]
    fn what_is_pending_is_what_a_recount_finds(
        pairs in links(), district in districts(), conduct in any::<bool>(),
        moves in prop::collection::btree_map(0..UNITS + 2, prop::option::of(0..5_u32), 0..6),
    ) {
        let near = near(&pairs);
        let fields = [households()];
        let terrain = Terrain { near: &near, district: &district, conduct, fields: &fields };
        let told = pending(&terrain, &moves);
        let mut after = district.clone();
        for (unit, to) in &moves {
            if let Some(slot) = after.get_mut(*unit as usize) {
                *slot = *to;
            }
        }
        let changed: Vec<usize> = (0..UNITS as usize).filter(|unit| district[*unit] != after[*unit]).collect();
        prop_assert_eq!(told.moved, changed.len());
        let touched: BTreeSet<u32> = changed.iter().flat_map(|unit| [district[*unit], after[*unit]]).flatten().collect();
        prop_assert_eq!(told.districts.keys().copied().collect::<BTreeSet<_>>(), touched);
        for (id, prospect) in &told.districts {
            let count = |of: &[Option<u32>]| -> Vec<u32> { (0..UNITS).filter(|unit| of[*unit as usize] == Some(*id)).collect() };
            let free = |of: &[Option<u32>]| -> BTreeSet<u32> {
                (0..UNITS).filter(|unit| conduct && of[*unit as usize].is_none()).collect()
            };
            let (was, is) = (count(&district), count(&after));
            prop_assert_eq!(prospect.members, (was.len(), is.len()));
            let sum = |members: &[u32]| Sum {
                value: members.iter().filter_map(|unit| fields[0].values[*unit as usize]).sum(),
                unknown: members.iter().filter(|unit| fields[0].values[**unit as usize].is_none()).count(),
            };
            prop_assert_eq!(&prospect.sums, &vec![(sum(&was), sum(&is))]);
            prop_assert_eq!(prospect.parts_before, parts_of(&near, &was, &free(&district)).len());
            let parts = parts_of(&near, &is, &free(&after));
            prop_assert_eq!(prospect.parts.iter().map(|part| part.iter().copied().collect()).collect::<BTreeSet<BTreeSet<u32>>>(), parts.iter().cloned().collect());
            prop_assert!(prospect.parts.windows(2).all(|pair| pair[0].len() >= pair[1].len()));
            // A link between members is a hinge exactly when there are more parts without it.
            for a in &is {
                for b in near.of(*a as usize).iter().filter(|b| **b > *a && is.contains(b)) {
                    let rest: Vec<_> = pairs.iter().copied().filter(|pair| {
                        let pair = (pair.0.min(pair.1), pair.0.max(pair.1));
                        pair != (*a as usize, *b as usize)
                    }).collect();
                    let without = parts_of(&self::near(&rest), &is, &free(&after)).len();
                    let hinge = prospect.hinges.iter().any(|hinge| (hinge.a, hinge.b) == (*a, *b));
                    prop_assert_eq!(hinge, without > parts.len(), "{} {}", a, b);
                }
            }
        }
    }

    #[test]
    fn absorbing_leaves_out_only_whom_no_district_reaches(pairs in links(), district in districts(), wanted in prop::collection::btree_set(0..UNITS, 0..8)) {
        let near = near(&pairs);
        let fields = [households()];
        let terrain = Terrain { near: &near, district: &district, conduct: false, fields: &fields };
        let leftovers: BTreeSet<u32> = wanted.into_iter().filter(|unit| district[*unit as usize].is_none()).collect();
        let into = |id: u32| id != 3;
        let bounds = [Room { field: 0, min: Some(50.0), max: Some(120.0) }];
        let went = absorb(&terrain, &leftovers, &into, &bounds, &|a, b| f64::from(a.abs_diff(b)));
        prop_assert!(went.keys().all(|unit| leftovers.contains(unit)) && went.values().all(|id| into(*id)));
        // Every district keeps to its pieces: who joins is linked with it.
        let mut after = district.clone();
        for (unit, id) in &went {
            after[*unit as usize] = Some(*id);
        }
        let none = BTreeSet::new();
        for id in 0..4 {
            let of = |held: &[Option<u32>]| -> Vec<u32> { (0..UNITS).filter(|unit| held[*unit as usize] == Some(id)).collect() };
            prop_assert!(parts_of(&near, &of(&after), &none).len() <= parts_of(&near, &of(&district), &none).len());
        }
        for unit in leftovers.iter().filter(|unit| !went.contains_key(unit)) {
            let reached = near.of(*unit as usize).iter().any(|next| after[*next as usize].is_some_and(into));
            prop_assert!(!reached, "{unit} is beside a district and was left out");
        }
    }

    #[test]
    fn a_grown_district_is_in_one_piece_and_near_its_target(pairs in links(), seed in 0..UNITS, target in 0.0..150.0f64, closed in prop::collection::btree_set(0..UNITS, 0..4)) {
        let near = near(&pairs);
        let takes = |unit: u32| !closed.contains(&unit);
        let weight = |unit: u32| f64::from(unit);
        let grown = grow(&near, Seed { unit: seed, target }, &takes, &weight, &|unit| f64::from(unit.abs_diff(seed)));
        prop_assert!(grown.contains(&seed));
        prop_assert!(grown.iter().all(|unit| *unit == seed || takes(*unit)));
        prop_assert_eq!(parts_of(&near, &grown, &BTreeSet::new()).len(), 1);
        let sum: f64 = grown.iter().map(|unit| weight(*unit)).sum();
        let beside: Vec<u32> = grown.iter().flat_map(|unit| near.of(*unit as usize)).copied().filter(|unit| takes(*unit) && !grown.contains(unit)).collect();
        // Whoever could still join would not have brought it nearer.
        prop_assert!(sum >= target || beside.is_empty() || beside.iter().any(|unit| sum + weight(*unit) - target > target - sum));
    }

    #[test]
    fn a_cut_leaves_no_link_between_pieces_of_its_sides(pairs in links(), from in (-5.0..45.0f64, -5.0..45.0f64), to in (-5.0..45.0f64, -5.0..45.0f64)) {
        let near = near(&pairs);
        let place = |unit: u32| Some([f64::from(unit % 4) * 10.0, f64::from(unit / 4) * 10.0]);
        let members: Vec<u32> = (0..UNITS).collect();
        let cut = along_line(&near, &members, &place, &line(&[from.into(), to.into()]));
        if cut.go.is_empty() {
            prop_assert!(cut.stay.is_empty());
            return Ok(());
        }
        let both: BTreeSet<u32> = cut.stay.iter().chain(&cut.go).copied().collect();
        prop_assert_eq!(both.len(), members.len());
        prop_assert_eq!(cut.stay.len() + cut.go.len(), members.len());
        prop_assert!(cut.stay.len() >= cut.go.len());
        for a in &cut.stay {
            for b in near.of(*a as usize).iter().filter(|b| cut.go.contains(b)) {
                prop_assert!(cut.links.contains(&(*a.min(b), *a.max(b))), "{a} and {b} lie apart and were not severed");
            }
        }
    }

    #[test]
    fn a_block_is_what_hangs_together_without_streets(pairs in links(), unit in 0..UNITS) {
        let near = near(&pairs);
        let crosses = |a: u32, b: u32| (a < 6) != (b < 6);
        let all = block(&near, unit, &crosses);
        let kept: Vec<(usize, usize)> = pairs.iter().copied().filter(|(a, b)| (*a < 6) == (*b < 6)).collect();
        let members: Vec<u32> = (0..UNITS).collect();
        let own = parts_of(&self::near(&kept), &members, &BTreeSet::new()).into_iter().find(|part| part.contains(&unit)).unwrap();
        prop_assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), own);
    }
}

#[test]
fn a_line_across_a_row_parts_it_and_one_beside_it_does_not() {
    let near = row_of_four();
    let cut = along_line(&near, &[0, 1, 2, 3], &in_a_row, &line(&[[5.0, -5.0], [5.0, 5.0]]));
    assert_eq!((cut.links, cut.stay, cut.go), (vec![(0, 1)], vec![1, 2, 3], vec![0]));
    let cut = along_line(&near, &[0, 1, 2, 3], &in_a_row, &line(&[[5.0, 1.0], [15.0, 5.0]]));
    assert_eq!(cut, Severed::default());
    // There and back: what lies between goes, what lies on both ends stays.
    let cut = along_line(&near, &[0, 1, 2, 3], &in_a_row, &line(&[[5.0, 5.0], [5.0, -5.0], [15.0, -5.0], [15.0, 5.0]]));
    assert_eq!((cut.stay, cut.go), (vec![0, 2, 3], vec![1]));
}

#[test]
fn leftovers_go_where_there_is_room_and_need() {
    // 1 lies between a district of 100 and one of 30.
    let near = Neighbours::from_pairs(3, [(0, 1), (1, 2)]).unwrap();
    let fields = [Field { name: "households".to_owned(), values: vec![Some(100.0), Some(40.0), Some(30.0)] }];
    let district = [Some(1), None, Some(2)];
    let terrain = Terrain { near: &near, district: &district, conduct: false, fields: &fields };
    let go = |bounds: &[Room], gap: fn(u32, u32) -> f64| absorb(&terrain, &[1].into(), &|_| true, bounds, &gap)[&1];
    let nearer_to_first: fn(u32, u32) -> f64 = |a, b| if a.min(b) == 0 { 1.0 } else { 20.0 };
    assert_eq!(go(&[], nearer_to_first), 1, "the nearer where nothing is asked");
    assert_eq!(go(&[Room { field: 0, min: None, max: Some(120.0) }], nearer_to_first), 2, "the one with room");
    assert_eq!(go(&[Room { field: 0, min: Some(60.0), max: None }], nearer_to_first), 2, "the one in need");
}

#[test]
fn growing_stops_at_the_target() {
    let near = row_of_four();
    let grown = |target| grow(&near, Seed { unit: 0, target }, &|_| true, &|_| 100.0, &|unit| f64::from(unit));
    assert_eq!(grown(100.0), [0]);
    assert_eq!(grown(240.0), [0, 1], "200 is nearer than 300");
    assert_eq!(grown(260.0), [0, 1, 2]);
    assert_eq!(grown(900.0), [0, 1, 2, 3], "all there is");
}
