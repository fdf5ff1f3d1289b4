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

/// Area of the triangles of all features at a level, and the count of points.
fn triangulated(layer: &AreaLayer, level: usize) -> (f64, usize) {
    let (mut area, mut points) = (0.0, 0);
    for row in 0..count(&layer.features) {
        let (shape, _) = layer.shape(level, row).unwrap();
        let cross = |t: &[u32; 3]| {
            let [a, b, c] = t.map(|i| shape.points[i as usize].map(f64::from));
            ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
        };
        area += shape.triangles.iter().map(cross).sum::<f64>();
        points += shape.points.len();
    }
    (area, points)
}

#[test]
fn triangles_cover_the_area_and_spare_the_hole() {
    let shape = square_with_hole();
    let layer = AreaLayer::new(Coord { x: 50.0, y: 50.0 }, &[&shape, &shape]);
    assert!((triangulated(&layer, 0).0 - 2.0 * shape.unsigned_area()).abs() < 1.0e-3);
    assert!((f64::from(layer.features[0].area_m2) - shape.unsigned_area()).abs() < 1.0e-3);
    assert_eq!(layer.rings(1).map(<[_]>::len).collect::<Vec<_>>(), [4, 4]);
    assert_eq!(layer.shape(0, 0).unwrap().0.rings().map(<[_]>::len).collect::<Vec<_>>(), [4, 4]);
    let label = layer.features[0].label.unwrap();
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
        let old_lines = LineLayer::new(&old_lines.iter().collect::<Vec<_>>(), Vec::new());
        // Something of it has been drawn before.
        for row in 0..count(&shapes).min(9) {
            prop_assert!(old.shape(old.levels - 1, row).is_some() && old_lines.shape(old_lines.levels - 1, row).is_some());
        }
        let kept: Vec<Option<u32>> = now.iter()
            .map(|(row, new)| u32::try_from(*row % shapes.len()).ok().filter(|_| new.is_none())).collect();
        let shape = |(row, new): &(usize, Option<u32>)| match new {
            Some(corners) => round(place(*row) + 7.0, *corners),
            None => shapes[*row % shapes.len()].clone(),
        };
        let changed: Vec<_> = now.iter().map(shape).collect();
        let refs: Vec<_> = changed.iter().collect();
        let (follows, anew) = (old.following(&refs, &kept), AreaLayer::new(Coord::zero(), &refs));
        prop_assert!(follows == anew);
        for (level, row) in (0..anew.levels).flat_map(|level| (0..count(&refs)).map(move |row| (level, row))) {
            prop_assert_eq!(follows.shape(level, row), anew.shape(level, row));
        }
        let changed = lines(&changed);
        let refs: Vec<_> = changed.iter().collect();
        let (follows, anew) = (old_lines.following(&refs, Vec::new()), LineLayer::new(&refs, Vec::new()));
        prop_assert!(follows == anew);
        for (level, row) in (0..anew.levels).flat_map(|level| (0..count(&refs)).map(move |row| (level, row))) {
            let parts = |layer: &LineLayer| -> Vec<Vec<[f32; 2]>> {
                layer.shape(level, row).unwrap().0.parts().map(<[_]>::to_vec).collect()
            };
            prop_assert_eq!(parts(&follows), parts(&anew));
        }
    }
}

#[test]
fn big_layers_get_coarse_levels() {
    let shapes: Vec<_> = (0..120).map(|i| round(f64::from(i) * 110.0, 628)).collect();
    let layer = AreaLayer::new(Coord::zero(), &shapes.iter().collect::<Vec<_>>());
    let level = |metres_per_pixel| layer.level_index(metres_per_pixel).unwrap();
    assert_eq!([0.5, 1.7, 100.0, 200.0].map(level), [0, 1, 4, 5]);
    let (near, far) = (triangulated(&layer, level(0.5)), triangulated(&layer, level(5.0)));
    assert!(far.1 * 10 < near.1);
    assert!((far.0 / near.0 - 1.0).abs() < 0.1);
    assert_eq!(AreaLayer::default().level_index(1.0), None);
    assert!(layer.shape(6, 0).is_none() && layer.shape(0, 120).is_none());
}

#[test]
fn runs_are_told_by_where_they_end() {
    let mut runs = runs::Runs::default();
    for count in [2, 0, 3] {
        runs.push(count);
    }
    let mut all = runs.clone();
    all.append(&runs);
    let ranges: Vec<_> = (0..7).map(|run| all.range(run)).collect();
    assert_eq!(ranges, [0..2, 2..2, 2..5, 5..7, 7..7, 7..10, 0..0]);
    assert_eq!(all.len(), 6);
}
