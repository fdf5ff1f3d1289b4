//! Laws and cases of contiguity.

mod crossing;
mod forest;
mod update;

use std::collections::BTreeMap;

use geo::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, polygon};
use proptest::prelude::*;

use super::*;
use crate::base::{BarrierId, BridgeId, CompoundId, ParcelId, Silent};
use crate::geometry::distance::tests::{brute_gap, shape, square};
use crate::model::{
    Barrier, BarrierKind, BarrierRule, BarrierRules, Bridge, Compound, CompoundFacts, ContiguityRule, LinkKey, LinkOverride,
    LinkRule, Parcel, Properties,
};

pub(crate) fn key(a: u32, b: u32) -> LinkKey {
    LinkKey::new(CompoundId(a), CompoundId(b)).unwrap()
}

/// Links of those pairs and gaps, without places and frontage; of a pair that comes twice the last counts, and none is with
/// itself.
pub(crate) fn links_of(list: &[(u32, u32, f64)]) -> Links {
    let link = |(a, b, gap_m): &(u32, u32, f64)| Link {
        a: key(*a, *b).a(),
        b: key(*a, *b).b(),
        gap_m: *gap_m,
        from: Coord::zero(),
        to: Coord::zero(),
        frontage_a_m: 0.0,
        frontage_b_m: 0.0,
        kind: LinkKind::Gap,
        via: None,
        extra_m: 0.0,
    };
    Links { max_gap_m: 100.0, list: list.iter().filter(|(a, b, _)| a != b).map(link).collect(), ..Links::default() }
}

/// Layers of a fixture.
#[derive(Clone, Default)]
pub(crate) struct Town {
    pub(crate) compounds: Vec<Compound>,
    pub(crate) barriers: Vec<Barrier>,
    pub(crate) rules: BarrierRules,
    pub(crate) bridges: Vec<Bridge>,
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) overrides: BTreeMap<LinkKey, LinkOverride>,
}

impl Town {
    pub(crate) fn of(shapes: impl IntoIterator<Item = impl Into<MultiPolygon<f64>>>) -> Self {
        let compound = |(row, shape): (usize, MultiPolygon<f64>)| Compound {
            source_id: row.to_string(),
            shape,
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        Self { compounds: shapes.into_iter().map(Into::into).enumerate().map(compound).collect(), ..Self::default() }
    }

    pub(crate) fn barrier(self, shape: impl Into<Geometry<f64>>) -> Self {
        self.barrier_of(BarrierKind::River, shape)
    }

    pub(crate) fn barrier_of(mut self, kind: BarrierKind, shape: impl Into<Geometry<f64>>) -> Self {
        let (source_id, name) = (self.barriers.len().to_string(), String::new());
        self.barriers.push(Barrier { source_id, kind, name, shape: shape.into(), extra: Properties::new() });
        self
    }

    pub(crate) fn rule(mut self, kind: BarrierKind, rule: BarrierRule) -> Self {
        self.rules = self.rules.with(kind, rule);
        self
    }

    pub(crate) fn bridge(mut self, shape: impl Into<Geometry<f64>>) -> Self {
        let (source_id, name) = (self.bridges.len().to_string(), "桥".to_owned());
        self.bridges.push(Bridge { source_id, name, shape: shape.into(), extra: Properties::new() });
        self
    }

    pub(crate) fn parcel(mut self, shape: Polygon<f64>) -> Self {
        let (source_id, name) = (self.parcels.len().to_string(), String::new());
        self.parcels.push(Parcel { source_id, name, shape: shape.into(), extra: Properties::new() });
        self
    }

    pub(crate) fn by_hand(mut self, a: u32, b: u32, rule: LinkRule) -> Self {
        let key = LinkKey::new(CompoundId(a), CompoundId(b)).unwrap();
        self.overrides.insert(key, LinkOverride { rule, note: "test".to_owned() });
        self
    }

    fn links(&self, rule: ContiguityRule, max_gap_m: f64) -> Links {
        connect(&self.input(rule, max_gap_m), &Silent).unwrap()
    }

    fn input(&self, rule: ContiguityRule, max_gap_m: f64) -> ConnectInput<'_> {
        let Self { compounds, barriers, rules, bridges, parcels, overrides } = self;
        ConnectInput { compounds, barriers, barrier_rules: *rules, bridges, parcels, overrides, rule, max_gap_m }
    }

    pub(crate) fn at(&self, max_gap_m: f64) -> Links {
        self.links(ContiguityRule::Gap, max_gap_m)
    }
}

pub(crate) fn line(points: &[(f64, f64)]) -> LineString<f64> {
    points.iter().copied().collect()
}

fn pairs(links: &Links) -> Vec<(u32, u32)> {
    links.list.iter().map(|l| (l.a.0, l.b.0)).collect()
}

fn check_kind(a: Polygon<f64>, b: Polygon<f64>, expected: LinkKind) {
    let links = Town::of([a, b]).at(10.0);
    assert_eq!(links.list.iter().map(|l| l.kind).collect::<Vec<_>>(), [expected]);
}

#[test]
fn kinds_of_touch() {
    let a = || square(0.0, 0.0, 10.0, 10.0);
    check_kind(a(), square(10.0, 3.0, 5.0, 30.0), LinkKind::Edge);
    check_kind(a(), square(10.000_4, 3.0, 5.0, 30.0), LinkKind::Edge);
    check_kind(a(), square(9.999_6, 3.0, 5.0, 30.0), LinkKind::Edge);
    check_kind(a(), square(10.0, 9.99, 5.0, 30.0), LinkKind::Edge);
    check_kind(a(), square(10.000_4, 9.99, 5.0, 30.0), LinkKind::Corner);
    check_kind(a(), square(10.0, 10.0, 5.0, 5.0), LinkKind::Corner);
    check_kind(a(), square(10.01, 3.0, 5.0, 30.0), LinkKind::Gap);
    check_kind(a(), square(9.9, 3.0, 5.0, 30.0), LinkKind::Overlap);
    check_kind(a(), square(-2.0, 4.0, 20.0, 2.0), LinkKind::Overlap);
    check_kind(a(), square(4.0, 4.0, 2.0, 2.0), LinkKind::Overlap);
    check_kind(a(), a(), LinkKind::Overlap);
}

#[test]
fn queen_and_rook() {
    let town = Town::of([
        square(0.0, 0.0, 10.0, 10.0),
        square(10.0, 0.0, 10.0, 10.0),
        square(20.0, 10.0, 5.0, 5.0),
        square(26.0, 10.0, 5.0, 5.0),
    ]);
    assert_eq!(pairs(&town.links(ContiguityRule::Queen, 30.0)), [(0, 1), (1, 2)]);
    assert_eq!(pairs(&town.links(ContiguityRule::Rook, 30.0)), [(0, 1)]);
    assert_eq!(pairs(&town.at(0.0)), [(0, 1), (1, 2)]);
    assert_eq!(pairs(&town.at(1.0)), [(0, 1), (1, 2), (2, 3)]);
}

#[test]
fn r8_linked_across_an_alley_of_eight_metres_at_ten_not_at_five() {
    let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(48.0, 0.0, 40.0, 40.0)]);
    assert_eq!(pairs(&town.at(5.0)), []);
    let links = town.at(10.0);
    let link = links.list.first().unwrap();
    assert_eq!((link.gap_m, link.kind), (8.0, LinkKind::Gap));
    // Both sides, and on each end the six metres where the other is still within ten.
    assert!((link.frontage_a_m - 44.0).abs() < 1e-9 && (link.frontage_b_m - 44.0).abs() < 1e-9);
    assert_eq!((link.from.x, link.to.x), (40.0, 48.0));
}

#[test]
fn r9_a_district_in_pieces_is_told_and_a_multipolygon_is_one_compound() {
    let split = MultiPolygon::new(vec![square(0.0, 0.0, 10.0, 10.0), square(100.0, 0.0, 10.0, 10.0)]);
    let town = Town::of([
        split,
        square(12.0, 0.0, 10.0, 10.0).into(),
        square(112.0, 0.0, 10.0, 10.0).into(),
        square(50.0, 0.0, 10.0, 10.0).into(),
    ]);
    let links = town.at(5.0);
    let ids = |rows: &[u32]| rows.iter().copied().map(CompoundId).collect::<Vec<_>>();
    assert_eq!(parts(&ids(&[3, 2, 1, 0]), &links, 5.0, &[]), [ids(&[0, 1, 2]), ids(&[3])]);
    assert_eq!(parts(&ids(&[1, 2]), &links, 5.0, &[]), [ids(&[1]), ids(&[2])]);
    assert_eq!(parts(&ids(&[1, 2]), &links, 5.0, &[true, false, false, false]), [ids(&[1, 2])]);
    assert_eq!(parts(&ids(&[0, 1]), &links, 1.0, &[]).len(), 2, "below the gap");
    assert_eq!(parts(&[], &links, 5.0, &[]), Vec::<Vec<CompoundId>>::new());
}

#[test]
fn r11_a_parcel_connects_and_counts_at_its_larger_gap() {
    let town = Town::of([square(0.0, 0.0, 10.0, 10.0), square(40.0, 0.0, 10.0, 10.0)]);
    assert_eq!(pairs(&town.at(10.0)), []);
    let town = town.parcel(square(12.0, 0.0, 20.0, 10.0));
    let links = town.at(10.0);
    let link = links.list.first().unwrap();
    assert_eq!((link.kind, link.gap_m, link.via), (LinkKind::Parcel, 8.0, Some(Via::Parcel(ParcelId(0)))));
    assert_eq!(pairs(&town.at(7.9)), []);
    assert_eq!(town.at(30.0).list.first().unwrap().kind, LinkKind::Parcel, "the straight gap of 30 is larger");
}

#[test]
fn r11_parcels_chain_and_a_straight_link_that_is_nearer_stays() {
    let chain = Town::of([square(0.0, 0.0, 10.0, 10.0), square(44.0, 0.0, 10.0, 10.0)])
        .parcel(square(11.0, 0.0, 10.0, 10.0))
        .parcel(square(27.0, 0.0, 10.0, 10.0));
    assert_eq!(chain.at(10.0).list.first().unwrap().gap_m, 7.0);
    assert_eq!(pairs(&chain.at(6.5)), []);
    let near = Town::of([square(0.0, 0.0, 10.0, 10.0), square(12.0, 0.0, 10.0, 10.0)]).parcel(square(0.0, 15.0, 30.0, 10.0));
    assert_eq!(near.at(10.0).list.first().unwrap().kind, LinkKind::Gap);
}

/// Two compounds on either side of a river 12 m wide that goes on beyond them.
fn banks() -> Town {
    Town::of([square(0.0, 0.0, 40.0, 40.0), square(56.0, 0.0, 40.0, 40.0)]).barrier(square(42.0, -200.0, 12.0, 400.0))
}

#[test]
fn r12_a_barrier_cuts_and_a_bridge_restores() {
    let town = banks();
    let links = town.at(30.0);
    assert_eq!(pairs(&links), []);
    assert_eq!((links.blocked.first().unwrap().gap_m, links.blocked.first().unwrap().barrier), (16.0, BarrierId(0)));
    for bridge in [
        Geometry::from(Point::new(48.0, 20.0)),
        line(&[(41.0, 20.0), (55.0, 20.0)]).into(),
        line(&[(30.0, 20.0), (70.0, 20.0)]).into(),
    ] {
        let links = town.clone().bridge(bridge).at(30.0);
        let link = links.list.first().unwrap();
        assert_eq!((link.kind, link.via), (LinkKind::Bridge, Some(Via::Bridge(BridgeId(0)))));
        assert!(link.gap_m <= 8.0 && links.blocked.is_empty());
    }
    assert_eq!(pairs(&town.clone().bridge(Point::new(48.0, 90.0)).at(30.0)), [], "out of reach of both");
    assert_eq!(
        pairs(&town.barrier(line(&[(41.0, -200.0), (41.0, 200.0)])).bridge(line(&[(43.0, 20.0), (53.0, 20.0)])).at(30.0)),
        [(0, 1)],
        "a bridge spans all that is near"
    );
}

#[test]
fn r12_a_bridge_joins_banks_further_apart_than_the_gap() {
    let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(130.0, 0.0, 40.0, 40.0), square(0.0, 42.0, 40.0, 5.0)])
        .barrier(square(50.0, -200.0, 70.0, 400.0))
        .bridge(line(&[(45.0, 20.0), (125.0, 20.0)]));
    let links = town.at(10.0);
    assert_eq!(pairs(&links), [(0, 1), (0, 2)], "compounds on one bank are not linked by the bridge");
    assert_eq!((links.list.first().unwrap().gap_m, links.list.first().unwrap().kind), (5.0, LinkKind::Bridge));
}

#[test]
fn r12_the_same_bank_is_not_a_crossing() {
    let beside = |shape: Geometry<f64>| {
        let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(50.0, 0.0, 40.0, 40.0)]).barrier(shape);
        let links = town.at(30.0);
        links.list.first().map(|l| l.gap_m)
    };
    assert_eq!(beside(line(&[(-100.0, 42.0), (200.0, 42.0)]).into()), Some(10.0), "along both");
    assert_eq!(beside(line(&[(-100.0, 40.0), (200.0, 40.0)]).into()), Some(10.0), "on the boundary of both");
    assert_eq!(beside(line(&[(-100.0, 20.0), (200.0, 20.0)]).into()), Some(10.0), "through both");
    assert_eq!(beside(square(-100.0, 35.0, 300.0, 50.0).into()), Some(10.0), "both drawn into the river");
    assert_eq!(beside(line(&[(45.0, -100.0), (45.0, 100.0)]).into()), None, "between them");
    assert_eq!(beside(line(&[(40.0, -100.0), (40.0, 100.0)]).into()), None, "on the edge of one");
    // A wall that ends higher than one compound: the way from its corner past the end, which reaches half a metre further.
    let town =
        Town::of([square(0.0, 0.0, 40.0, 40.0), square(50.0, 0.0, 40.0, 25.0)]).barrier(line(&[(45.0, -100.0), (45.0, 30.0)]));
    let around = town.at(30.0).list.first().unwrap().gap_m;
    let shortest = 2.0 * (5.0_f64.powi(2) + 5.5_f64.powi(2)).sqrt();
    assert!((around - shortest).abs() < 0.02, "round the end: {around} and {shortest}");
    assert_eq!(pairs(&town.at(14.0)), []);
}

#[test]
fn r12_a_wall_on_the_common_border_parts_touching_compounds() {
    let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(40.0, 0.0, 40.0, 40.0)]);
    let wall = |from: f64, to: f64| town.clone().barrier(line(&[(40.0, from), (40.0, to)])).at(30.0);
    assert_eq!(pairs(&wall(0.0, 40.0)), []);
    let half = wall(-10.0, 20.0);
    assert_eq!((half.list.first().unwrap().gap_m, half.list.first().unwrap().kind), (0.0, LinkKind::Edge));
    let across = town.clone().barrier(line(&[(0.0, 20.0), (80.0, 20.0)])).at(30.0);
    assert_eq!(across.list.first().unwrap().gap_m, 0.0, "a railway through both is no border between them");
}

#[test]
fn r12_a_campus_wall_does_not_part_what_is_inside_it() {
    let campus = square(-20.0, -20.0, 130.0, 80.0);
    let town =
        Town::of([square(0.0, 0.0, 40.0, 40.0), square(50.0, 0.0, 40.0, 40.0), square(115.0, 0.0, 40.0, 40.0)]).barrier(campus);
    assert_eq!(pairs(&town.at(30.0)), [(0, 1)]);
}

#[test]
fn links_set_by_hand() {
    let row = || Town::of([square(0.0, 0.0, 10.0, 10.0), square(12.0, 0.0, 10.0, 10.0), square(90.0, 0.0, 10.0, 10.0)]);
    let town = row().by_hand(0, 1, LinkRule::Forbid).by_hand(1, 2, LinkRule::Force).by_hand(2, 77, LinkRule::Force);
    let links = town.at(10.0);
    assert_eq!(pairs(&links), [(1, 2)]);
    assert_eq!((links.list.first().unwrap().kind, links.list.first().unwrap().gap_m), (LinkKind::Manual, 0.0));
    let forced = banks().by_hand(0, 1, LinkRule::Force).at(30.0);
    assert_eq!((forced.list.len(), forced.blocked.len()), (1, 0));
}

#[test]
fn cancelled_work_says_so() {
    struct Stop;
    impl crate::base::Reporter for Stop {
        fn progress(&self, _done: usize, _total: usize) {}
        fn should_stop(&self) -> bool {
            true
        }
    }
    let town = banks();
    assert_eq!(pairs_within(town.compounds.iter().map(|c| &c.shape).collect(), 5.0, &Stop), Err(crate::base::Cancelled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn links_equal_brute_force_and_grow_with_the_gap(shapes in prop::collection::vec(shape(), 2..14), gap in 0.01..40.0f64) {
        let town = Town::of(shapes.clone());
        let links = town.at(gap);
        let mut brute = Vec::new();
        for a in 0..shapes.len() {
            for b in a + 1..shapes.len() {
                let d = brute_gap(&shapes[a], &shapes[b]);
                if d <= gap {
                    brute.push((u32::try_from(a).unwrap(), u32::try_from(b).unwrap()));
                }
            }
        }
        prop_assert_eq!(pairs(&links), brute);
        let wider = town.at(gap * 1.5);
        for link in &links.list {
            let key = LinkKey::new(link.a, link.b).unwrap();
            prop_assert_eq!(wider.find(key).map(|l| (l.gap_m, l.kind)), Some((link.gap_m, link.kind)));
        }
        let narrow: Vec<_> = links.pairs_at(gap / 2.0).collect();
        let fewer: Vec<_> = town.at(gap / 2.0).list.iter().map(Link::pair).collect();
        prop_assert_eq!(narrow, fewer);
    }

    #[test]
    fn the_clear_way_is_as_short_as_any_sampled_one(
        bends in prop::collection::vec((-8.0..8.0f64, -25.0..35.0f64), 1..5),
        lean in -4.0..4.0f64,
        limit in 14.0..40.0f64,
    ) {
        use crate::geometry::segment::{Segment, boundary, grown};
        use geo::BoundingRect;
        let a: MultiPolygon<f64> = square(-20.0, 0.0, 10.0, 12.0).into();
        let b: MultiPolygon<f64> = polygon![(x: 4.0, y: lean), (x: 15.0, y: 0.0), (x: 15.0, y: 14.0), (x: 2.0 - lean, y: 12.0)].into();
        let mut points = bends;
        points.sort_by(|p, q| p.1.total_cmp(&q.1));
        points.push((0.0, 200.0));
        let wall = line(&points.iter().map(|(x, y)| (x - 4.0, *y)).collect::<Vec<_>>());
        let town = Town::of([a.clone(), b.clone()]).barrier(wall);
        let found = town.at(limit).list.first().map(|l| (l.gap_m, Segment::new(l.from, l.to)));
        let walls = barrier::Walls::new(&town.barriers, &town.rules);
        let nearby = walls.near(grown(&a.bounding_rect().unwrap(), 100.0)).unwrap();
        let samples = |shape: &MultiPolygon<f64>| -> Vec<Coord<f64>> {
            boundary(shape).flat_map(|s| (0..=60).map(move |i| s.at(f64::from(i) / 60.0))).collect()
        };
        let mut sampled = f64::INFINITY;
        for p in samples(&a) {
            for q in samples(&b) {
                let way = Segment::new(p, q);
                // A way at a sharp angle that grazes a barrier may be shorter than any that keeps off it.
                let keeps_off = || nearby.segments().all(|(_, wall)| way.nearest(wall).d2 >= barrier::CLEAR_M * barrier::CLEAR_M);
                if way.length() < sampled && nearby.first_crossing(&way).is_none() && keeps_off() {
                    sampled = way.length();
                }
            }
        }
        if let Some((gap_m, way)) = found {
            prop_assert!((way.length() - gap_m).abs() < 1e-9);
            prop_assert!(nearby.first_crossing(&way).is_none(), "the way found is clear");
        }
        let gap_m = found.map_or(f64::INFINITY, |f| f.0);
        if sampled <= limit - 0.05 {
            prop_assert!(gap_m <= sampled + 0.05, "found {gap_m}, sampled {sampled}");
        }
    }
}
