//! The vertices of shapes that are drawn by hand: one point, one line, or one area by its outer ring.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon, Validation};

/// Vertices of a shape in order, the closing one of a ring left out, and whether they close. `None` for shapes of several
/// parts, whose vertices are nobody's to drag.
#[must_use]
pub fn vertices(shape: &Geometry<f64>) -> Option<(Vec<Coord<f64>>, bool)> {
    let ring = |polygon: &Polygon<f64>| {
        let points = &polygon.exterior().0;
        (points[..points.len().saturating_sub(1)].to_vec(), true)
    };
    match shape {
        Geometry::Point(point) => Some((vec![point.0], false)),
        Geometry::Line(line) => Some((vec![line.start, line.end], false)),
        Geometry::LineString(line) => Some((line.0.clone(), false)),
        Geometry::MultiLineString(MultiLineString(lines)) => match lines.as_slice() {
            [line] => Some((line.0.clone(), false)),
            _ => None,
        },
        Geometry::Polygon(polygon) => Some(ring(polygon)),
        Geometry::MultiPolygon(MultiPolygon(polygons)) => match polygons.as_slice() {
            [polygon] => Some(ring(polygon)),
            _ => None,
        },
        _ => None,
    }
}

/// The shape with other vertices; holes stay. `None` where they are too few for it, or would make it cross itself.
#[must_use]
pub fn with_vertices(shape: &Geometry<f64>, points: &[Coord<f64>]) -> Option<Geometry<f64>> {
    let line = || (points.len() > 1).then(|| LineString(points.to_vec()));
    let area = |polygon: &Polygon<f64>| {
        let changed = Polygon::new(LineString(points.to_vec()), polygon.interiors().to_vec());
        (points.len() > 2 && changed.is_valid()).then_some(changed)
    };
    match shape {
        Geometry::Point(_) => points.first().map(|at| Geometry::Point(Point(*at))),
        Geometry::Line(_) | Geometry::LineString(_) => line().map(Geometry::LineString),
        Geometry::MultiLineString(_) => line().map(|line| Geometry::MultiLineString(MultiLineString(vec![line]))),
        Geometry::Polygon(polygon) => area(polygon).map(Geometry::Polygon),
        Geometry::MultiPolygon(MultiPolygon(polygons)) => {
            polygons.first().and_then(area).map(|polygon| Geometry::MultiPolygon(MultiPolygon(vec![polygon])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    proptest! {
        #[test]
        fn the_same_vertices_give_the_same_shape(width in 1.0..50.0f64, height in 1.0..50.0f64, kind in 0..5_usize) {
            let ring = vec![at(0.0, 0.0), at(width, 0.0), at(width, height), at(0.0, height), at(0.0, 0.0)];
            let polygon = Polygon::new(LineString(ring.clone()), Vec::new());
            let shape = [
                Geometry::Point(Point::new(width, height)),
                Geometry::LineString(LineString(ring.clone())),
                Geometry::MultiLineString(MultiLineString(vec![LineString(ring[..3].to_vec())])),
                Geometry::Polygon(polygon.clone()),
                Geometry::MultiPolygon(MultiPolygon(vec![polygon])),
            ][kind].clone();
            let (points, closes) = vertices(&shape).unwrap();
            prop_assert_eq!(closes, kind > 2);
            prop_assert_eq!(with_vertices(&shape, &points), Some(shape));
        }
    }

    #[test]
    fn too_few_vertices_and_rings_that_cross_themselves_are_refused() {
        let ring = vec![at(0.0, 0.0), at(10.0, 0.0), at(10.0, 10.0), at(0.0, 10.0)];
        let area = Geometry::Polygon(Polygon::new(LineString(ring.clone()), Vec::new()));
        assert_eq!(with_vertices(&area, &ring[..2]), None);
        assert_eq!(with_vertices(&area, &[ring[0], ring[2], ring[1], ring[3]]), None, "a bow tie");
        let two =
            Geometry::MultiLineString(MultiLineString(vec![LineString(ring[..2].to_vec()), LineString(ring[2..].to_vec())]));
        assert_eq!((vertices(&two), with_vertices(&Geometry::LineString(LineString(ring.clone())), &ring[..1])), (None, None));
    }
}
