//! Layers made ready to draw.

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use super::*;
use geo::{Area, polygon};
use proptest::prelude::*;

fn square_with_hole() -> MultiPolygon<f64> {
    MultiPolygon(vec![polygon![
        exterior: [(x: 0.0, y: 0.0), (x: 100.0, y: 0.0), (x: 100.0, y: 100.0), (x: 0.0, y: 100.0)],
        interiors: [[(x: 20.0, y: 20.0), (x: 80.0, y: 20.0), (x: 80.0, y: 80.0), (x: 20.0, y: 80.0)]],
    ]])
}

fn triangle_area(level: &AreaLevel) -> f64 {
    let cross = |t: &[u32; 3]| {
        let [a, b, c] = t.map(|i| level.points[i as usize].map(f64::from));
        ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
    };
    level.triangles.iter().map(cross).sum()
}

#[test]
fn triangles_cover_the_area_and_spare_the_hole() {
    let shape = square_with_hole();
    let layer = AreaLayer::new(Coord { x: 50.0, y: 50.0 }, &[&shape, &shape]);
    let level = layer.level(1.0).unwrap();
    assert!((triangle_area(level) - 2.0 * shape.unsigned_area()).abs() < 1.0e-3);
    let label = level.features[0].label.unwrap();
    assert!(label[0].abs().max(label[1].abs()) > 30.0, "the label stands in the ring, not in the hole: {label:?}");
}

/// A ring of many corners about a place.
fn round(cx: f64, corners: u32) -> MultiPolygon<f64> {
    let turn = std::f64::consts::TAU / f64::from(corners);
    let at = |i: u32| Coord { x: cx + 50.0 * (f64::from(i) * turn).cos(), y: 50.0 * (f64::from(i) * turn).sin() };
    MultiPolygon(vec![Polygon::new(LineString((0..corners).map(at).collect()), vec![])])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_layer_that_follows_another_is_one_made_anew(
        before in prop::collection::vec(3_u32..900, 60..140),
        now in prop::collection::vec((0_usize..140, prop::option::weighted(0.1, 3_u32..900)), 0..140),
    ) {
        let place = |row: usize| f64::from(u32::try_from(row).unwrap()) * 110.0;
        let shapes: Vec<_> = before.iter().enumerate().map(|(row, corners)| round(place(row), *corners)).collect();
        let old = AreaLayer::new(Coord::zero(), &shapes.iter().collect::<Vec<_>>());
        let lines = |shapes: &[MultiPolygon<f64>]| -> Vec<MultiLineString<f64>> {
            shapes.iter().map(|s| MultiLineString(s.iter().map(|p| p.exterior().clone()).collect())).collect()
        };
        let old_lines = lines(&shapes);
        let old_lines = LineLayer::new(Coord::zero(), &old_lines.iter().collect::<Vec<_>>(), Vec::new());
        let kept: Vec<Option<u32>> = now.iter()
            .map(|(row, new)| u32::try_from(*row % shapes.len()).ok().filter(|_| new.is_none())).collect();
        let shape = |(row, new): &(usize, Option<u32>)| match new {
            Some(corners) => round(place(*row) + 7.0, *corners),
            None => shapes[*row % shapes.len()].clone(),
        };
        let changed: Vec<_> = now.iter().map(shape).collect();
        let refs: Vec<_> = changed.iter().collect();
        prop_assert!(old.following(&refs, &kept) == AreaLayer::new(Coord::zero(), &refs));
        let changed = lines(&changed);
        let refs: Vec<_> = changed.iter().collect();
        prop_assert!(old_lines.following(&refs, Vec::new(), &kept) == LineLayer::new(Coord::zero(), &refs, Vec::new()));
    }
}

#[test]
fn big_layers_get_coarse_levels() {
    let shapes: Vec<_> = (0..120).map(|i| round(f64::from(i) * 110.0, 628)).collect();
    let layer = AreaLayer::new(Coord::zero(), &shapes.iter().collect::<Vec<_>>());
    let (near, far) = (layer.level(0.5).unwrap(), layer.level(100.0).unwrap());
    assert!(far.points.len() * 10 < near.points.len());
    assert_eq!(far.features.len(), 120);
    assert!((triangle_area(far) / triangle_area(near) - 1.0).abs() < 0.1);
}
