//! Cutting lines at borders.

use geo::{MultiLineString, MultiPolygon, Polygon, line_string, polygon};
use proptest::prelude::*;

use super::*;

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
}

fn with_hole() -> MultiPolygon<f64> {
    let hole = square(4.0, 4.0, 2.0).exterior().clone();
    MultiPolygon(vec![Polygon::new(square(0.0, 0.0, 10.0).exterior().clone(), vec![hole])])
}

fn line(coords: &[(f64, f64)]) -> MultiLineString<f64> {
    MultiLineString(vec![LineString::from(coords.to_vec())])
}

fn check(coords: &[(f64, f64)], area: &MultiPolygon<f64>, inside: (usize, f64), outside: (usize, f64)) {
    let split = split_line(&line(coords), area);
    assert_eq!((split.inside.len(), split.outside.len()), (inside.0, outside.0), "{coords:?}: {split:?}");
    assert!((split.inside_m - inside.1).abs() < 1e-6, "{coords:?}: inside {}", split.inside_m);
    assert!((split.outside_m - outside.1).abs() < 1e-6, "{coords:?}: outside {}", split.outside_m);
}

#[test]
fn cuts_at_borders_and_holes() {
    let area = with_hole();
    check(&[(-5.0, 2.0), (15.0, 2.0)], &area, (1, 10.0), (2, 10.0));
    check(&[(-5.0, 5.0), (15.0, 5.0)], &area, (2, 8.0), (3, 12.0));
    check(&[(1.0, 1.0), (2.0, 1.0)], &area, (1, 1.0), (0, 0.0));
    check(&[(4.5, 5.0), (5.5, 5.0)], &area, (0, 0.0), (1, 1.0));
    check(&[(20.0, 5.0), (30.0, 5.0)], &area, (0, 0.0), (1, 10.0));
}

#[test]
fn the_border_counts_as_inside() {
    let area = with_hole();
    check(&[(0.0, 0.0), (10.0, 0.0)], &area, (1, 10.0), (0, 0.0));
    check(&[(-3.0, 10.0), (13.0, 10.0)], &area, (1, 10.0), (2, 6.0));
    check(&[(4.0, 3.0), (4.0, 7.0)], &area, (1, 4.0), (0, 0.0));
    // A border that is off by the rounding of a projection is still the border.
    check(&[(-3.0, 10.0 + 1e-8), (13.0, 10.0 - 1e-8)], &area, (1, 10.0), (2, 6.0));
}

#[test]
fn a_side_is_not_carried_away_from_the_border() {
    let area = MultiPolygon(vec![square(0.0, 0.0, 100.0)]);
    // Along the border, counted as on it, and off into the open from an end that is not.
    check(&[(0.0, 100.0), (50.0, 100.0 + 1.5e-6), (50.0, 200.0)], &area, (1, 50.0), (1, 100.0 - 1.5e-6));
    check(&[(0.0, 100.0), (50.0, 100.0 - 1.5e-6), (50.0, 0.0)], &area, (1, 150.0 - 1.5e-6), (0, 0.0));
}

#[test]
fn a_touch_cuts_nothing() {
    let area = with_hole();
    check(&[(-5.0, 5.0), (5.0, -5.0)], &area, (0, 0.0), (1, 200.0_f64.sqrt()));
    check(&[(-5.0, 5.0), (0.0, 5.0), (-5.0, 6.0)], &area, (0, 0.0), (1, 5.0 + 26.0_f64.sqrt()));
    check(&[(4.0, 2.0), (4.0, 4.0), (2.0, 4.0)], &area, (1, 4.0), (0, 0.0));
}

#[test]
fn polygons_side_by_side_are_one_area() {
    let area = MultiPolygon(vec![square(0.0, 0.0, 10.0), square(10.0, 0.0, 10.0)]);
    check(&[(-1.0, 5.0), (21.0, 5.0)], &area, (1, 20.0), (2, 2.0));
    assert!(contains(&area, Coord { x: 20.0, y: 3.0 }) && !contains(&area, Coord { x: 20.1, y: 3.0 }));
    assert!((distance_m(&area, Coord { x: 23.0, y: 14.0 }) - 5.0).abs() < 1e-12);
}

#[test]
fn pieces_run_in_the_order_of_the_line() {
    let split = split_line(&line(&[(-5.0, 2.0), (5.0, 2.0), (5.0, -5.0)]), &with_hole());
    assert_eq!(split.inside, vec![line_string![(x: 0.0, y: 2.0), (x: 5.0, y: 2.0), (x: 5.0, y: 0.0)]]);
    assert_eq!(split.outside[1], line_string![(x: 5.0, y: 0.0), (x: 5.0, y: -5.0)]);
    assert_eq!(split_line(&MultiLineString(vec![]), &with_hole()), Split::default());
    assert_eq!(split_line(&line(&[(1.0, 1.0), (1.0, 1.0)]), &with_hole()), Split::default());
}

#[test]
fn union_counts_what_overlaps_once() {
    let s = |from_m, to_m| Stretch { from_m, to_m };
    assert_eq!(union(vec![s(5.0, 9.0), s(0.0, 3.0), s(2.0, 4.0)]), vec![s(0.0, 4.0), s(5.0, 9.0)]);
}

/// Coordinates on a coarse grid, so that borders, corners and collinear stretches are common.
fn grid_line() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-3_i32..14, -3_i32..14).prop_map(|(x, y)| (f64::from(x), f64::from(y))), 2..12)
}

proptest! {
    #[test]
    fn inside_and_outside_add_up(coords in grid_line(), far in prop::bool::ANY) {
        let shift = if far { Coord { x: 538_123.456, y: 4_857_321.123 } } else { Coord { x: 0.0, y: 0.0 } };
        let mut area = with_hole();
        area.0.push(square(10.0, 3.0, 4.0));
        let area = geo::MapCoords::map_coords(&area, |c| c + shift);
        let moved: Vec<(f64, f64)> = coords.iter().map(|(x, y)| (x + shift.x, y + shift.y)).collect();
        let moved = line(&moved);
        let split = split_line(&moved, &area);
        let whole = length_m(&moved);
        prop_assert!((split.inside_m + split.outside_m - whole).abs() < 1e-6);
        let pieces = |pieces: &[LineString<f64>]| pieces.iter().map(part_length_m).sum::<f64>();
        prop_assert!((pieces(&split.inside) - split.inside_m).abs() < 1e-6);
        prop_assert!((pieces(&split.outside) - split.outside_m).abs() < 1e-6);
        let stretches: f64 = inside_stretches(&moved, &area).into_iter().map(Stretch::length_m).sum();
        prop_assert!((stretches - split.inside_m).abs() < 1e-6);
    }

    #[test]
    fn sampling_agrees_with_the_cut(coords in grid_line()) {
        let mut area = with_hole();
        area.0.push(square(10.0, 3.0, 4.0));
        let split = split_line(&line(&coords), &area);
        let middle = |piece: &LineString<f64>| {
            let longest = piece.lines().max_by(|a, b| span_m(a.start, a.end).total_cmp(&span_m(b.start, b.end)));
            longest.map(|s| s.start + (s.end - s.start) * 0.437)
        };
        prop_assert!(split.inside.iter().filter_map(middle).all(|p| contains(&area, p)));
        prop_assert!(split.outside.iter().filter_map(middle).all(|p| !contains(&area, p)));
    }

    #[test]
    fn direction_does_not_matter(coords in grid_line()) {
        let area = with_hole();
        let back: Vec<_> = coords.iter().rev().copied().collect();
        let (a, b) = (split_line(&line(&coords), &area), split_line(&line(&back), &area));
        prop_assert!((a.inside_m - b.inside_m).abs() < 1e-6);
    }
}
