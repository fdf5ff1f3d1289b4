//! What is packed against the scene: nothing lost, areas and lengths kept, exact far from the anchor.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use geo::{Area, LineString, MultiLineString, MultiPolygon, Polygon};

/// A round compound of 90 m.
fn round(x: f64, y: f64, points: i32) -> MultiPolygon<f64> {
    let at = |i: i32| {
        let angle = f64::from(i) * std::f64::consts::TAU / f64::from(points);
        Coord { x: x + 45.0 * angle.cos(), y: y + 45.0 * angle.sin() }
    };
    MultiPolygon(vec![Polygon::new(LineString((0..points).map(at).collect()), vec![])])
}

fn town() -> Vec<MultiPolygon<f64>> {
    (0..40 * 40).map(|n| round(500_000.0 + f64::from(n % 40) * 120.0, 4_800_000.0 + f64::from(n / 40) * 120.0, 48)).collect()
}

fn layer(shapes: &[MultiPolygon<f64>]) -> AreaLayer {
    AreaLayer::with_levels(Coord { x: 502_000.0, y: 4_802_000.0 }, &shapes.iter().collect::<Vec<_>>(), 100)
}

fn all(layer: &AreaLayer, level: usize) -> Vec<Packed> {
    (0..layer.cells.list.len()).map(|cell| pack_areas(layer, level, cell)).collect()
}

fn triangle_area(packed: &Packed) -> f64 {
    let area = |t: &[u32]| {
        let [a, b, c] = [t[0], t[1], t[2]].map(|i| packed.corners[i as usize].0.map(f64::from));
        ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
    };
    packed.triangles.chunks_exact(3).map(area).sum()
}

#[test]
fn every_compound_is_in_every_level_with_its_area() {
    let shapes = town();
    let layer = layer(&shapes);
    assert_eq!(layer.levels, 6);
    assert!(layer.cells.list.len() > 2, "{} cells", layer.cells.list.len());
    let whole: f64 = shapes.iter().map(Area::unsigned_area).sum();
    let rows: BTreeSet<u32> = (0..1600).collect();
    for level in 0..layer.levels {
        let cells = all(&layer, level);
        let filled = cells.iter().flat_map(|p| p.corners.iter().map(|(_, feature)| *feature));
        let dotted = cells.iter().flat_map(|p| p.dots.iter().map(|dot| dot.feature));
        assert_eq!(filled.chain(dotted).collect::<BTreeSet<u32>>(), rows, "level {level}");
        let dots: f64 = cells.iter().flat_map(|p| &p.dots).map(|dot| f64::from(dot.area_m2)).sum();
        let got: f64 = cells.iter().map(triangle_area).sum::<f64>() + dots;
        assert!((got / whole - 1.0).abs() < 0.03, "level {level}: {got} of {whole}");
    }
    let far = all(&layer, 5);
    assert!(far.iter().all(|p| p.corners.is_empty() && p.sides.is_empty()), "at 135 m a pixel a compound is a dot");
    assert_eq!(far.iter().map(|p| p.dots.len()).sum::<usize>(), 1600);
}

#[test]
fn outlines_are_as_long_as_the_shapes() {
    let shapes = town();
    let layer = layer(&shapes);
    let got: f64 = all(&layer, 0).iter().flat_map(|p| &p.sides).map(|side| f64::from(side.length_m())).sum();
    let one: f64 = shapes[0].0[0].exterior().lines().map(|l| l.dx().hypot(l.dy())).sum();
    assert!((got / (1600.0 * one) - 1.0).abs() < 1.0e-4, "{got}");
}

#[test]
fn a_thousand_kilometres_from_the_anchor_numbers_are_exact_to_a_millimetre() {
    let far = round(1_502_345.678_9, 5_801_234.567_8, 7);
    let layer = layer(std::slice::from_ref(&far));
    let packed = pack_areas(&layer, 0, 0);
    let origin = layer.cells.list[0].origin;
    for (drawn, (got, _)) in far.0[0].exterior().0.iter().zip(&packed.corners) {
        let off = (f64::from(got[0]) + origin.x - drawn.x).hypot(f64::from(got[1]) + origin.y - drawn.y);
        assert!(off < 1.0e-3, "{off}");
    }
    let first = far.0[0].exterior().0[0].x;
    let rough = (f64::from(narrow(first - layer.anchor.x)) + layer.anchor.x - first).abs();
    assert!(rough > 1.0e-3, "relative to the anchor of the plan it would be off by {rough} m");
}

#[test]
fn an_area_that_is_no_area_still_shows() {
    let sliver = MultiPolygon(vec![Polygon::new(LineString::from(vec![(0.0, 0.0), (30.0, 0.0), (0.0, 0.0)]), vec![])]);
    let packed = pack_areas(&layer(&[sliver]), 0, 0);
    assert!(packed.triangles.is_empty() && !packed.sides.is_empty());
    assert_eq!(pack_areas(&layer(&[]), 0, 0), Packed::default());
    assert_eq!(pack_areas(&layer(&[MultiPolygon(vec![])]), 0, 0), Packed::default());
}

/// Pipes of three classes side by side along the streets of a grid, and one of a fourth class alone.
fn pipes() -> (Vec<MultiLineString<f64>>, Vec<u8>) {
    let mut lines = Vec::new();
    let mut kinds = Vec::new();
    for street in 0..160 {
        for (class, off) in [(0_u8, 0.0), (1, 3.0), (2, 6.0)] {
            let y = f64::from(street) * 150.0 + off;
            let line = (0..200).map(|n| (f64::from(n) * 40.0, y + f64::from(n % 2))).collect::<Vec<_>>();
            lines.push(MultiLineString(vec![LineString::from(line)]));
            kinds.push(class << 1 | u8::from(street % 3 == 0));
        }
    }
    lines.push(MultiLineString(vec![LineString::from(vec![(50.0, 75.0), (50.4, 75.0)])]));
    kinds.push(3 << 1);
    (lines, kinds)
}

fn pipe_layer() -> LineLayer {
    let (lines, kinds) = pipes();
    LineLayer::with_levels(&lines.iter().collect::<Vec<_>>(), kinds, 100)
}

fn sides_by_feature(layer: &LineLayer, level: usize) -> BTreeMap<u32, f64> {
    let mut lengths = BTreeMap::new();
    for cell in 0..layer.cells.list.len() {
        for side in pack_lines(layer, level, cell).sides {
            *lengths.entry(side.feature).or_insert(0.0) += f64::from(side.length_m());
        }
    }
    lengths
}

#[test]
fn near_levels_keep_every_pipe_with_its_kind() {
    let layer = pipe_layer();
    let lengths = sides_by_feature(&layer, 0);
    assert_eq!(lengths.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
    let water: f64 = lengths[&0] + lengths[&1];
    assert!((water / (160.0 * 199.0 * 1_601.0_f64.sqrt()) - 1.0).abs() < 1.0e-3, "{water}");
}

#[test]
fn merged_levels_keep_every_class_and_thin_the_lines() {
    let layer = pipe_layer();
    assert!(layer.levels > 3);
    let near: usize = (0..layer.cells.list.len()).map(|cell| pack_lines(&layer, 0, cell).sides.len()).sum();
    for level in 2..layer.levels {
        let lengths = sides_by_feature(&layer, level);
        let classes: BTreeSet<u32> = lengths.keys().flat_map(|feature| classes_of(*feature)).collect();
        assert_eq!(classes.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3], "level {level}");
        let sides: usize = (0..layer.cells.list.len()).map(|cell| pack_lines(&layer, level, cell).sides.len()).sum();
        assert!(sides * 3 < near, "level {level}: {sides} of {near}");
        if level == 5 {
            // The grid is coarser than the streets are apart: those side by side are one.
            continue;
        }
        // A street is as long as it was, once for all its classes.
        let once: f64 = lengths.values().sum();
        assert!(once > 0.9 * 160.0 * 199.0 * 40.0 && once < 3.3 * 160.0 * 199.0 * 40.0, "level {level}: {once}");
    }
    assert_eq!(classes_of(5).count(), 0);
}

#[test]
fn bends_are_mitred_and_sharp_ones_round() {
    let corner = |points: Vec<(f64, f64)>| {
        let line = MultiLineString(vec![LineString::from(points)]);
        pack_lines(&LineLayer::new(&[&line], Vec::new()), 0, 0).sides
    };
    let square = corner(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]);
    assert_eq!(square.len(), 2);
    assert_eq!(square[0].left_a, [0.0, 1.0]);
    assert_eq!((square[0].left_b, square[1].left_a), ([-1.0, 1.0], [-1.0, 1.0]));
    assert_eq!(square[1].along_m, 10.0);
    let sharp = corner(vec![(0.0, 0.0), (10.0, 0.0), (0.0, 1.0)]);
    assert_eq!((sharp[0].left_b, sharp[1].left_a), ([0.0, 0.0], [0.0, 0.0]));
    let long = corner(vec![(0.0, 0.0), (100_000.0, 0.0)]);
    assert_eq!(long.len(), 4);
    assert!((long[3].b[0] - long[0].a[0] - 100_000.0).abs() < 0.1 && long[2].left_b == [0.0, 1.0]);
}
