//! Each mend by name and amount, and the laws that hold of all of them.

use geo::{Area, Validation};
use proptest::prelude::*;

use super::*;

fn ring(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
    points.iter().map(|&(x, y)| Coord { x, y }).collect()
}

/// Kind, count, area and length of each mend that is expected.
type Told = (MendKind, usize, f64, f64);

#[track_caller]
fn check(polygons: Vec<RawRings>, area: f64, parts: usize, expected: &[Told]) {
    check_one(far(&polygons), area, parts, expected);
    check_one(polygons, area, parts, expected);
}

#[track_caller]
fn check_one(polygons: Vec<RawRings>, area: f64, parts: usize, expected: &[Told]) {
    let before = drawn_area_m2(&polygons);
    let repaired = mend_area(polygons).expect("something is left");
    assert!((repaired.shape.unsigned_area() - area).abs() < 1e-3, "{}", repaired.shape.unsigned_area());
    assert_eq!(repaired.shape.0.len(), parts);
    let rounded = |v: f64| (v * 100.0).round() / 100.0 + 0.0;
    let told: Vec<Told> = repaired.mends.iter().map(|m| (m.kind, m.count, rounded(m.area_m2), rounded(m.length_m))).collect();
    assert_eq!(told, expected);
    let changed: f64 = repaired.mends.iter().map(|m| m.area_m2).sum();
    assert!((before + changed - area).abs() < 1e-3, "{before} {changed} {area}");
    let slight = repaired.mends.iter().all(Mend::is_slight);
    assert_eq!(repaired.drawn.is_none(), slight, "the shape as drawn is kept when more than its form was changed");
}

/// The same far from the origin, as working coordinates are, where numbers are coarser.
fn far(polygons: &[RawRings]) -> Vec<RawRings> {
    let moved = |c: &Coord<f64>| Coord { x: c.x + 42_444_000.3, y: c.y + 4_861_000.7 };
    polygons.iter().map(|rings| rings.iter().map(|ring| ring.iter().map(moved).collect()).collect()).collect()
}

const SQUARE: [(f64, f64); 5] = [(0., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)];

#[test]
fn rings_are_put_in_order() {
    check(vec![vec![ring(&SQUARE)]], 100.0, 1, &[]);
    check(vec![vec![ring(&SQUARE[..4])]], 100.0, 1, &[(MendKind::RingsClosed, 1, 0.0, 10.0)]);
    let mut clockwise = ring(&SQUARE);
    clockwise.reverse();
    check(vec![vec![clockwise]], 100.0, 1, &[(MendKind::Winding, 1, 0.0, 0.0)]);
    let doubled = [(0., 0.), (10., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)];
    check(vec![vec![ring(&doubled)]], 100.0, 1, &[(MendKind::RepeatedVertices, 1, 0.0, 0.0)]);
    let nothing = ring(&[(1., 1.), (2., 2.), (1., 1.)]);
    check(vec![vec![ring(&SQUARE), nothing]], 100.0, 1, &[(MendKind::RingsDropped, 1, 0.0, 0.0)]);
}

#[test]
fn spikes_are_cut_and_measured() {
    let out = ring(&[(0., 0.), (10., 0.), (20., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)]);
    check(vec![vec![out]], 100.0, 1, &[(MendKind::Spikes, 1, 0.0, -20.0)]);
    let at_start = ring(&[(-5., 0.), (0., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.), (-5., 0.)]);
    check(vec![vec![at_start]], 100.0, 1, &[(MendKind::Spikes, 1, 0.0, -10.0)]);
    // A spike with a corner in it comes off in two cuts; both its sides are told.
    let bent = ring(&[(0., 0.), (10., 0.), (20., 0.), (20., 5.), (20., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)]);
    check(vec![vec![bent]], 100.0, 1, &[(MendKind::Spikes, 2, 0.0, -30.0)]);
    let near = ring(&[(0., 0.), (10., 0.), (20., 0.0004), (10., 0.0008), (10., 10.), (0., 10.), (0., 0.)]);
    let repaired = mend_area(vec![vec![near]]).expect("a square is left");
    assert_eq!(repaired.mends.iter().map(|m| m.kind).collect::<Vec<_>>(), [MendKind::Spikes]);
    assert_eq!(repaired.mends[0].at, Coord { x: 20.0, y: 0.0004 });
    // A wedge of a decimetre is somebody's ground.
    let wedge = ring(&[(0., 0.), (10., 0.), (20., 0.05), (10., 0.1), (10., 10.), (0., 10.), (0., 0.)]);
    check(vec![vec![wedge]], 100.5, 1, &[]);
}

#[test]
fn tangles_are_drawn_anew_and_named() {
    let bow_tie = ring(&[(0., 0.), (10., 10.), (10., 0.), (0., 10.), (0., 0.)]);
    check(vec![vec![bow_tie]], 50.0, 2, &[(MendKind::SelfCrossing, 1, 50.0, 0.0)]);
    let right = ring(&[(5., 0.), (15., 0.), (15., 10.), (5., 10.), (5., 0.)]);
    check(vec![vec![ring(&SQUARE)], vec![right]], 150.0, 1, &[(MendKind::PartsOverlap, 1, -50.0, 0.0)]);
    let stray = ring(&[(20., 0.), (20., 5.), (25., 5.), (25., 0.), (20., 0.)]);
    check(vec![vec![ring(&SQUARE), stray]], 100.0, 1, &[(MendKind::HoleOutside, 1, 25.0, 0.0)]);
    let half_out = ring(&[(8., 2.), (8., 4.), (12., 4.), (12., 2.), (8., 2.)]);
    check(vec![vec![ring(&SQUARE), half_out]], 96.0, 1, &[(MendKind::HoleOutside, 1, 4.0, 0.0)]);
    let holes =
        [ring(&[(1., 1.), (1., 5.), (5., 5.), (5., 1.), (1., 1.)]), ring(&[(3., 3.), (3., 7.), (7., 7.), (7., 3.), (3., 3.)])];
    let [one, other] = holes;
    check(vec![vec![ring(&SQUARE), one, other]], 72.0, 1, &[(MendKind::HolesOverlap, 1, 4.0, 0.0)]);
    let inner = ring(&[(2., 2.), (8., 2.), (8., 8.), (2., 8.), (2., 2.)]);
    check(vec![vec![ring(&SQUARE)], vec![inner]], 100.0, 1, &[(MendKind::PartsOverlap, 1, -36.0, 0.0)]);
    let pinched = ring(&[(0., 0.), (10., 0.), (5., 5.), (10., 10.), (0., 10.), (5., 5.), (0., 0.)]);
    check(vec![vec![pinched]], 50.0, 2, &[(MendKind::SelfCrossing, 1, 0.0, 0.0)]);
}

#[test]
fn what_has_no_extent_is_given_up() {
    assert_eq!(mend_area(vec![vec![ring(&SQUARE[..2])]]), Err(Hopeless::NoArea));
    assert_eq!(mend_area(vec![vec![ring(&[(0., 0.), (5., 5.), (10., 10.), (0., 0.)])]]), Err(Hopeless::NoArea));
    assert_eq!(mend_area(vec![vec![]]), Err(Hopeless::NoArea));
    assert_eq!(mend_area(vec![vec![ring(&[(0., 0.), (1e300, 0.), (0., 1e300)])]]), Err(Hopeless::OffEarth));
    assert_eq!(mend_lines(vec![ring(&[(1., 1.), (1., 1.)])]), Err(Hopeless::NoLength));
    let lines = mend_lines(vec![ring(&[(1., 1.), (1., 1.)]), ring(&SQUARE)]).expect("one is left");
    let kinds: Vec<MendKind> = lines.mends.iter().map(|mend| mend.kind).collect();
    assert_eq!(kinds, [MendKind::RepeatedVertices, MendKind::LinesDropped]);
    assert_eq!(lines.drawn.map(|lines| lines.len()), Some(2));
}

/// Numbers on a lattice, which tangle in every way; anywhere in a district; and wild ones.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (0..12_i8).prop_map(|n| f64::from(n) * 10.0),
        3 => 0.0..500.0_f64,
        1 => prop_oneof![Just(1e-300), Just(-1e-9), Just(4.2e7), Just(1e8), Just(f64::MAX), Just(f64::INFINITY), Just(f64::NAN)],
    ]
}

fn tame() -> impl Strategy<Value = f64> {
    prop_oneof![(0..12_i8).prop_map(|n| f64::from(n) * 10.0), 0.0..500.0_f64]
}

fn polygons(number: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Vec<RawRings>> {
    let coord = (number.clone(), number).prop_map(|(x, y)| Coord { x, y });
    let ring = prop::collection::vec(coord, 0..10);
    prop::collection::vec(prop::collection::vec(ring, 0..4), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_area_becomes_valid_adds_up_and_needs_no_more(polygons in polygons(tame().boxed())) {
        for polygons in [far(&polygons), polygons] {
            let before = drawn_area_m2(&polygons);
            let Ok(repaired) = mend_area(polygons) else { continue };
            prop_assert!(repaired.shape.unsigned_area() > 0.0);
            prop_assert!(repaired.shape.is_valid(), "{:?}", repaired.shape.validation_errors());
            let changed: f64 = repaired.mends.iter().map(|mend| mend.area_m2).sum();
            let after = repaired.shape.unsigned_area();
            prop_assert!((before + changed - after).abs() < 1e-4, "{before} and {changed} make {after}");
            let again = mend_area(rings_of(repaired.shape.clone())).expect("it has an area");
            prop_assert_eq!(&again.mends, &vec![]);
            prop_assert_eq!(again.shape, repaired.shape);
        }
    }

    #[test]
    fn no_number_brings_it_down(polygons in polygons(number().boxed())) {
        drop(mend_lines(polygons.iter().flatten().cloned().collect()));
        if let Ok(repaired) = mend_area(polygons) {
            prop_assert!(repaired.shape.0.iter().all(|part| part.exterior().0.len() >= 4));
        }
    }
}
