//! Laws of the anatomy against slow and plain computations, and cases with shapes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::{LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;
use crate::base::{BarrierId, Silent};
use crate::contiguity::tests::links_of;
use crate::contiguity::{ConnectInput, LinkKind, components, connect_bare};
use crate::geometry::distance::polygon_gap;
use crate::geometry::distance::tests::{shape, square};
use crate::model::{Barrier, BarrierKind, Compound, CompoundFacts, District, LinkKey, LinkOverride, LinkRule, Properties};

pub(super) fn content(shapes: Vec<MultiPolygon<f64>>, districts: &[u32]) -> Content {
    let compound = |(row, shape): (usize, MultiPolygon<f64>)| Compound {
        source_id: row.to_string(),
        shape,
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    Content {
        compounds: Arc::new(shapes.into_iter().enumerate().map(compound).collect()),
        assignment: districts.iter().map(|d| (*d > 0).then_some(DistrictId(*d))).collect(),
        districts: districts.iter().filter(|d| **d > 0).map(|d| (DistrictId(*d), District::numbered(*d))).collect(),
        ..Content::default()
    }
}

fn shapeless(districts: &[u32]) -> Content {
    content(vec![MultiPolygon(Vec::new()); districts.len()], districts)
}

fn links_in(content: &Content) -> Links {
    let input = ConnectInput {
        compounds: &content.compounds,
        barriers: &content.barriers,
        barrier_rules: content.settings.barriers,
        bridges: &content.bridges,
        parcels: &content.parcels,
        overrides: &content.overrides,
        rule: content.settings.contiguity,
        max_gap_m: content.settings.gap_m,
    };
    connect_bare(&input, &Silent).unwrap()
}

fn of(content: &Content) -> Vec<DistrictAnatomy> {
    let mut found = anatomy(content, &links_in(content));
    measure_bottlenecks(&mut found, content);
    found
}

fn ids(rows: &[u32]) -> Vec<CompoundId> {
    rows.iter().copied().map(CompoundId).collect()
}

/// A graph of up to nine compounds and their districts, 0 for none.
fn grouping() -> impl Strategy<Value = (Vec<u32>, Vec<(u32, u32, f64)>)> {
    (2u32..10).prop_flat_map(|count| {
        let districts = prop::collection::vec(0u32..4, count as usize);
        let links = prop::collection::vec((0..count, 0..count, 0.0..40.0f64), 0..18);
        (districts, links)
    })
}

/// How many components the nodes form without one link.
fn count_without(
    nodes: &BTreeSet<usize>,
    members: &BTreeSet<usize>,
    pairs: &[(usize, usize)],
    left: Option<(usize, usize)>,
) -> usize {
    let kept = pairs.iter().copied().filter(|p| nodes.contains(&p.0) && nodes.contains(&p.1) && Some(*p) != left);
    let found = components(10, kept);
    members.iter().map(|m| found.of[*m]).collect::<BTreeSet<_>>().len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn bottlenecks_are_the_links_whose_loss_parts_members((districts, list) in grouping(), conduct in any::<bool>()) {
        let mut content = shapeless(&districts);
        content.settings.conduct = conduct;
        let links = links_of(&list);
        let pairs: Vec<(usize, usize)> = links.pairs_at(30.0).collect();
        for found in anatomy(&content, &links) {
            let members: BTreeSet<usize> = content.members(found.id).into_iter().map(CompoundId::index).collect();
            let free = (0..districts.len()).filter(|row| conduct && districts[*row] == 0);
            let nodes: BTreeSet<usize> = members.iter().copied().chain(free).collect();
            let whole = count_without(&nodes, &members, &pairs, None);
            prop_assert_eq!(found.parts.len(), whole);
            let naive: Vec<(usize, usize)> = pairs
                .iter()
                .copied()
                .filter(|pair| count_without(&nodes, &members, &pairs, Some(*pair)) > whole)
                .collect();
            prop_assert_eq!(found.bottlenecks.iter().map(|b| b.link.pair()).collect::<Vec<_>>(), naive);
            for bottleneck in &found.bottlenecks {
                let kept = pairs.iter().copied().filter(|p| nodes.contains(&p.0) && nodes.contains(&p.1) && *p != bottleneck.link.pair());
                let split = components(10, kept);
                let side = |end: usize| members.iter().filter(|m| split.of[**m] == split.of[end]).count();
                let (a, b) = bottleneck.link.pair();
                prop_assert_eq!(bottleneck.counts, (side(a).min(side(b)), side(a).max(side(b))));
                prop_assert_eq!(bottleneck.side.len(), bottleneck.counts.0);
                let first = split.of[bottleneck.side[0].index()];
                prop_assert!(bottleneck.side.iter().all(|c| split.of[c.index()] == first && members.contains(&c.index())));
            }
        }
    }

    #[test]
    fn enclaves_are_what_falls_off_when_the_district_is_taken_away((districts, list) in grouping()) {
        let content = shapeless(&districts);
        let links = links_of(&list);
        let pairs: Vec<(usize, usize)> = links.pairs_at(30.0).collect();
        let whole = components(districts.len(), pairs.iter().copied());
        for found in anatomy(&content, &links) {
            let mine = |row: usize| districts[row] == found.id.0;
            let rest = components(districts.len(), pairs.iter().copied().filter(|(a, b)| !mine(*a) && !mine(*b)));
            // Of each component of the map that the district has a share in: what is left of it, but for the largest.
            let mut naive: BTreeSet<Vec<usize>> = BTreeSet::new();
            for piece in whole.members().iter().filter(|piece| piece.iter().any(|row| mine(*row))) {
                let mut left: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
                piece.iter().filter(|row| !mine(**row)).for_each(|row| left.entry(rest.of[*row]).or_default().push(*row));
                let mut left: Vec<Vec<usize>> = left.into_values().collect();
                left.sort_by_key(|region| (std::cmp::Reverse(region.len()), region[0]));
                naive.extend(left.into_iter().skip(1));
            }
            let told: BTreeSet<Vec<usize>> =
                found.enclaves.iter().map(|e| e.compounds.iter().map(|c| c.index()).collect()).collect();
            prop_assert_eq!(told, naive);
            prop_assert!(found.enclaves.iter().all(|e| e.ringed.is_none()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_way_between_parts_is_the_shortest_of_all(shapes in prop::collection::vec(shape(), 2..12), gap_m in 0.0..12.0f64) {
        let districts: Vec<u32> = (0..).take(shapes.len()).map(|n: u32| n % 2 + 1).collect();
        let mut content = content(shapes, &districts);
        content.settings.gap_m = gap_m;
        for found in of(&content) {
            for part in &found.parts {
                let others: Vec<CompoundId> =
                    found.parts.iter().filter(|o| *o != part).flat_map(|o| o.members.iter().copied()).collect();
                let gap = |a: CompoundId, b: CompoundId| {
                    polygon_gap(&content.compounds[a.index()].shape, &content.compounds[b.index()].shape).unwrap().gap_m
                };
                let naive = part.members.iter().flat_map(|a| others.iter().map(move |b| gap(*a, *b))).reduce(f64::min);
                prop_assert_eq!(part.apart.map(|(near, _)| near.gap_m), naive);
                if let Some((near, cause)) = part.apart {
                    prop_assert_eq!(gap(near.from, near.to), near.gap_m);
                    prop_assert!(near.gap_m > gap_m && cause == Cause::Far);
                }
            }
        }
    }

    #[test]
    fn what_nothing_reaches_has_no_link_and_the_nearest_is_told(shapes in prop::collection::vec(shape(), 2..12), gap_m in 0.0..12.0f64) {
        let count = shapes.len();
        let mut content = content(shapes, &vec![0; count]);
        content.settings.gap_m = gap_m;
        let all = vec![true; count];
        let links = links_in(&content);
        let found = unreachable(&content, &links, (&all, &all));
        let gap = |a: usize, b: usize| polygon_gap(&content.compounds[a].shape, &content.compounds[b].shape).unwrap().gap_m;
        let nearest = |a: usize| (0..count).filter(|b| *b != a).map(|b| gap(a, b)).reduce(f64::min).unwrap();
        let naive: Vec<(usize, f64)> = (0..count).map(|a| (a, nearest(a))).filter(|(_, d)| *d > gap_m.max(crate::contiguity::TOUCH_M)).collect();
        prop_assert_eq!(found.iter().map(|u| (u.compound.index(), u.near.unwrap().gap_m)).collect::<Vec<_>>(), naive);
        prop_assert!(found.iter().all(|u| u.cause == Cause::Far));
    }
}

/// A three by three block of squares with gaps between, row by row.
pub(super) fn block(side_m: f64, gap_m: f64) -> Vec<MultiPolygon<f64>> {
    let step_m = side_m + gap_m;
    (0..9u32).map(|n| square(f64::from(n % 3) * step_m, f64::from(n / 3) * step_m, side_m, side_m).into()).collect()
}

#[test]
fn a_ring_round_the_middle_is_told_from_a_pocket_at_the_edge() {
    // District 1 is the border of the block, the middle is free; nothing lies outside.
    let mut ring = content(block(10.0, 4.0), &[1, 1, 1, 1, 0, 1, 1, 1, 1]);
    ring.settings.gap_m = 5.0;
    assert_eq!(of(&ring)[0].enclaves, [Enclave { compounds: ids(&[4]), ringed: Some(true) }]);
    // The ring is open at one corner: the middle is only reached through it, yet not closed in.
    ring.assignment[0] = None;
    assert_eq!(of(&ring)[0].enclaves, [Enclave { compounds: ids(&[4]), ringed: Some(false) }]);
    let rows: Vec<u32> = (0..9).collect();
    let middle = |row: &u32| u32::from(row % 3 == 1);
    let mut column = content(block(10.0, 4.0), &rows.iter().map(middle).collect::<Vec<_>>());
    column.settings.gap_m = 5.0;
    assert_eq!(of(&column)[0].enclaves, [Enclave { compounds: ids(&[2, 5, 8]), ringed: Some(false) }]);
}

#[test]
fn a_courtyard_in_one_compound_is_enclosed() {
    let court = Polygon::new(
        square(0.0, 0.0, 30.0, 30.0).exterior().clone(),
        vec![LineString::from(vec![(10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)])],
    );
    let shapes = vec![court.into(), square(12.0, 12.0, 5.0, 5.0).into(), square(31.0, 0.0, 5.0, 5.0).into()];
    let mut plan = content(shapes, &[1, 0, 0]);
    plan.settings.gap_m = 5.0;
    assert_eq!(of(&plan)[0].enclaves, [Enclave { compounds: ids(&[1]), ringed: Some(true) }]);
}

#[test]
fn a_district_that_hangs_on_a_corner() {
    let shapes =
        vec![square(0.0, 0.0, 10.0, 10.0).into(), square(10.0, 10.0, 10.0, 10.0).into(), square(20.0, 10.0, 10.0, 10.0).into()];
    let mut plan = content(shapes, &[1, 1, 1]);
    plan.settings.gap_m = 0.0;
    let found = of(&plan).remove(0).bottlenecks;
    let told: Vec<_> = found.iter().map(|b| (b.link.kind, b.side.clone(), b.counts, b.is_narrow(0.0))).collect();
    assert_eq!(told, [(LinkKind::Corner, ids(&[0]), (1, 2), true), (LinkKind::Edge, ids(&[2]), (1, 2), false)]);
    assert!(found[1].is_narrow(10.1) && !found[1].is_narrow(10.0), "{}", found[1].frontage_m());
}

/// Two squares 8 m apart, and a third 50 m off.
fn three() -> Content {
    let shapes =
        vec![square(0.0, 0.0, 10.0, 10.0).into(), square(18.0, 0.0, 10.0, 10.0).into(), square(78.0, 0.0, 10.0, 10.0).into()];
    content(shapes, &[1, 1, 1])
}

#[test]
fn why_parts_are_apart() {
    let check = |change: &dyn Fn(&mut Content), expected: Cause| {
        let mut plan = three();
        change(&mut plan);
        let found = of(&plan).remove(0);
        let way = found.parts.iter().find(|part| part.members == ids(&[0])).and_then(|part| part.apart);
        assert_eq!(way, Some((Near { gap_m: 8.0, from: CompoundId(0), to: CompoundId(1) }, expected)));
    };
    check(&|plan| plan.settings.gap_m = 5.0, Cause::Far);
    check(&|plan| plan.barriers = river(), Cause::Barrier(BarrierId(0)));
    check(&|plan| drop(plan.overrides.insert(LinkKey::new(CompoundId(0), CompoundId(1)).unwrap(), forbid())), Cause::Forbidden);
}

fn river() -> Arc<Vec<Barrier>> {
    let shape = LineString::from(vec![(14.0, -500.0), (14.0, 500.0)]).into();
    let name = "伊通河".to_owned();
    Arc::new(vec![Barrier { source_id: "r".to_owned(), kind: BarrierKind::River, name, shape, extra: Properties::new() }])
}

fn forbid() -> LinkOverride {
    LinkOverride { rule: LinkRule::Forbid, note: String::new() }
}

#[test]
fn why_nothing_reaches_a_compound() {
    let check = |change: &dyn Fn(&mut Content), carries: [bool; 3], expected: &[(u32, Cause, Option<f64>)]| {
        let mut plan = three();
        change(&mut plan);
        let found = unreachable(&plan, &links_in(&plan), (&[true; 3], &carries));
        let told: Vec<_> = found.iter().map(|u| (u.compound.0, u.cause, u.near.map(|near| near.gap_m))).collect();
        assert_eq!(told, expected);
    };
    let all = [true; 3];
    check(&|_| (), all, &[(2, Cause::Far, Some(50.0))]);
    check(&|plan| plan.settings.gap_m = 60.0, all, &[]);
    let barrier = Cause::Barrier(BarrierId(0));
    check(&|plan| plan.barriers = river(), all, &[(0, barrier, Some(8.0)), (1, barrier, Some(8.0)), (2, Cause::Far, Some(50.0))]);
    // The second is excluded: the first has it for a neighbour and no other.
    check(&|_| (), [true, false, true], &[(0, Cause::Uncarried, Some(68.0)), (2, Cause::Far, Some(68.0))]);
    check(
        &|plan| plan.settings.contiguity = ContiguityRule::Rook,
        [true, true, true],
        &[(0, Cause::Far, Some(8.0)), (1, Cause::Far, Some(8.0)), (2, Cause::Far, Some(50.0))],
    );
}

#[test]
fn a_corner_is_no_way_under_rook() {
    let mut plan = content(vec![square(0.0, 0.0, 10.0, 10.0).into(), square(10.0, 10.0, 10.0, 10.0).into()], &[1, 1]);
    plan.settings.contiguity = ContiguityRule::Rook;
    let found = of(&plan).remove(0);
    assert_eq!(found.parts[0].apart.unwrap().1, Cause::Corner);
    let lost = unreachable(&plan, &links_in(&plan), (&[true; 2], &[true; 2]));
    assert_eq!(lost.iter().map(|u| u.cause).collect::<Vec<_>>(), [Cause::Corner; 2]);
}
