//! Triangles of polygons, by ear clipping (`geo`'s `earcutr`). Screens fill triangles only.

use geo::{Polygon, TriangulateEarcut};

/// Triangles of a polygon as indices into its points: the exterior's first, then each hole's, the closing point of every
/// ring left out. A ring of fewer than three points gives none. `O(n log n)` for usual shapes.
#[must_use]
pub fn polygon(polygon: &Polygon<f64>) -> Vec<[u32; 3]> {
    let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
    if rings().any(|ring| ring.0.len() < 4 || ring.0.iter().any(|c| !c.x.is_finite() || !c.y.is_finite())) {
        return Vec::new();
    }
    let index = |i: usize| u32::try_from(i).unwrap_or(u32::MAX);
    let raw = polygon.earcut_triangles_raw();
    raw.triangle_indices.chunks_exact(3).map(|t| [index(t[0]), index(t[1]), index(t[2])]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Coord, LineString};
    use proptest::prelude::*;

    fn area_of(triangles: &[[u32; 3]], points: &[Coord<f64>]) -> f64 {
        let one = |t: &[u32; 3]| {
            let [a, b, c] = t.map(|i| points[i as usize]);
            ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).abs() / 2.0
        };
        triangles.iter().map(one).sum()
    }

    proptest! {
        /// Star-shaped polygons with a scaled-down hole: the triangles have the polygon's area.
        #[test]
        fn triangles_have_the_area(radii in prop::collection::vec(20.0_f64..100.0, 5..40)) {
            let step = std::f64::consts::TAU / f64::from(u32::try_from(radii.len()).unwrap());
            let at = |i: usize, r: f64| {
                let angle = f64::from(u32::try_from(i).unwrap()) * step;
                Coord { x: 5.0e5 + r * angle.cos(), y: 4.8e6 + r * angle.sin() }
            };
            let outer: Vec<Coord<f64>> = radii.iter().enumerate().map(|(i, r)| at(i, *r)).collect();
            let inner: Vec<Coord<f64>> = radii.iter().enumerate().map(|(i, r)| at(i, r * 0.3)).collect();
            let shape = Polygon::new(LineString(outer.clone()), vec![LineString(inner.clone())]);
            let points: Vec<Coord<f64>> = outer.into_iter().chain(inner).collect();
            let got = area_of(&polygon(&shape), &points);
            prop_assert!((got - shape.unsigned_area()).abs() < 1.0e-3 * got.max(1.0), "{} {}", got, shape.unsigned_area());
        }
    }

    #[test]
    fn degenerate_rings_give_nothing() {
        let line = Polygon::new(LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]), vec![]);
        assert!(polygon(&line).is_empty());
    }
}
