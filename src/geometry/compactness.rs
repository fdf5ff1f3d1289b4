//! How compact a shape is: its area against its perimeter (Polsby & Popper 1991), and against the smallest circle around it
//! (Reock 1961). Both are shares, 1 for a disc. Holes are no area of the shape and their rings are part of its perimeter; the
//! circle goes round all parts. Measured in the plane: the scale error of a projection all but cancels in a share.

use geo::{Area, ConvexHull, Coord, Euclidean, Length, MultiPoint, MultiPolygon, Point};

use crate::base::Seed;

/// 4π area / perimeter²; `None` for a shape without area. `O(n)`.
#[must_use]
pub fn polsby_popper(shape: &MultiPolygon<f64>) -> Option<f64> {
    let rings = shape.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let around_m: f64 = rings.map(|ring| Euclidean.length(ring)).sum();
    share(4.0 * std::f64::consts::PI * shape.unsigned_area(), around_m * around_m)
}

/// Area / area of the smallest circle around the shape; `None` for a shape without area. `O(n log n)`.
#[must_use]
pub fn reock(shape: &MultiPolygon<f64>) -> Option<f64> {
    let corners = shape.iter().flat_map(|part| part.exterior().0.iter().copied());
    let circle = enclosing_circle(corners)?;
    share(shape.unsigned_area(), std::f64::consts::PI * circle.radius * circle.radius)
}

/// A part of a whole, at most 1; `None` where there is nothing or no number.
fn share(part: f64, whole: f64) -> Option<f64> {
    let is_positive = |value: f64| value.is_finite() && value > 0.0;
    (is_positive(part) && is_positive(whole)).then(|| (part / whole).min(1.0))
}

/// A circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Its middle.
    pub centre: Coord<f64>,
    /// Its radius, in the unit of the coordinates.
    pub radius: f64,
}

impl Circle {
    /// Whether a point lies in it or, but for rounding, on it.
    fn holds(&self, point: Coord<f64>) -> bool {
        away(self.centre, point) <= self.radius * (1.0 + 1e-12) + 1e-12
    }

    /// The smallest circle through two points.
    fn over(a: Coord<f64>, b: Coord<f64>) -> Self {
        let centre = (a + b) / 2.0;
        Self { centre, radius: away(centre, a).max(away(centre, b)) }
    }

    /// The circle through three points; of points on a line, over those farthest apart.
    fn through(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Self {
        let (p, q) = (b - a, c - a);
        let twice = 2.0 * (p.x * q.y - p.y * q.x);
        let (pp, qq) = (p.x * p.x + p.y * p.y, q.x * q.x + q.y * q.y);
        let middle = Coord { x: (q.y * pp - p.y * qq) / twice, y: (p.x * qq - q.x * pp) / twice };
        if middle.x.is_finite() && middle.y.is_finite() {
            let centre = a + middle;
            return Self { centre, radius: [a, b, c].into_iter().map(|p| away(centre, p)).fold(0.0, f64::max) };
        }
        let pairs = [(a, b), (b, c), (a, c)].map(|(p, q)| Self::over(p, q));
        pairs.into_iter().fold(pairs[0], |widest, next| if next.radius > widest.radius { next } else { widest })
    }
}

fn away(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The smallest circle around points (Welzl 1991); those that are no numbers are passed over. `None` without points.
/// `O(n log n)` for the hull, and expected `O(hull)` beyond.
#[must_use]
pub fn enclosing_circle(points: impl IntoIterator<Item = Coord<f64>>) -> Option<Circle> {
    let points: Vec<Coord<f64>> = points.into_iter().filter(|p| p.x.is_finite() && p.y.is_finite()).collect();
    // Relative to one of them, so that squares keep their digits.
    let origin = *points.first()?;
    let points: Vec<Point<f64>> = points.into_iter().map(|p| Point(p - origin)).collect();
    let mut hull = MultiPoint(points).convex_hull().exterior().0.clone();
    Seed(1).stream(0).shuffle(&mut hull);
    let mut circle = Circle { centre: *hull.first()?, radius: 0.0 };
    for (at, point) in hull.iter().enumerate() {
        if !circle.holds(*point) {
            circle = around_with(&hull[..at], *point);
        }
    }
    Some(Circle { centre: circle.centre + origin, ..circle })
}

/// The smallest circle around points that goes through one more.
fn around_with(points: &[Coord<f64>], on: Coord<f64>) -> Circle {
    let mut circle = Circle { centre: on, radius: 0.0 };
    for (at, point) in points.iter().enumerate() {
        if !circle.holds(*point) {
            circle = around_with_two(&points[..at], on, *point);
        }
    }
    circle
}

/// The smallest circle around points that goes through two more.
fn around_with_two(points: &[Coord<f64>], a: Coord<f64>, b: Coord<f64>) -> Circle {
    let mut circle = Circle::over(a, b);
    for point in points {
        if !circle.holds(*point) {
            circle = Circle::through(a, b, *point);
        }
    }
    circle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::distance::tests::square;
    use geo::{LineString, Polygon, polygon};
    use proptest::prelude::*;
    use std::f64::consts::{FRAC_PI_4, PI, TAU};

    fn check(shape: Polygon<f64>, expected: (f64, f64)) {
        let shape = MultiPolygon(vec![shape]);
        let (pp, reock) = (polsby_popper(&shape).unwrap(), reock(&shape).unwrap());
        assert!((pp - expected.0).abs() < 1e-9 && (reock - expected.1).abs() < 1e-9, "{pp} {reock} of {shape:?}");
    }

    #[test]
    fn known_shapes() {
        check(square(4.6e5, 4.9e6, 80.0, 80.0), (FRAC_PI_4, 2.0 / PI));
        check(square(0.0, 0.0, 300.0, 100.0), (3.0 * PI / 16.0, 12.0 / (10.0 * PI)));
        // An equilateral triangle: its circle goes through all three corners.
        let side = 100.0_f64;
        let triangle = polygon![(x: 0.0, y: 0.0), (x: side, y: 0.0), (x: side / 2.0, y: side * 3f64.sqrt() / 2.0)];
        let area = side * side * 3f64.sqrt() / 4.0;
        check(triangle, (4.0 * PI * area / (9.0 * side * side), area / (PI * side * side / 3.0)));
    }

    #[test]
    fn a_disc_is_as_compact_as_can_be() {
        let ring: Vec<Coord<f64>> = (0..720)
            .map(|n| f64::from(n) * TAU / 720.0)
            .map(|angle| Coord { x: 5e5 + 200.0 * angle.cos(), y: 4e6 + 200.0 * angle.sin() })
            .collect();
        let disc = MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())]);
        assert!(polsby_popper(&disc).unwrap() > 0.9999 && reock(&disc).unwrap() > 0.9999);
    }

    #[test]
    fn holes_take_area_and_add_perimeter() {
        let hole = square(40.0, 40.0, 20.0, 20.0).exterior().clone();
        let shape = Polygon::new(square(0.0, 0.0, 100.0, 100.0).exterior().clone(), vec![hole]);
        check(shape, (4.0 * PI * 9_600.0 / (480.0 * 480.0), 9_600.0 / (PI * 5_000.0)));
    }

    #[test]
    fn what_has_no_area_has_no_compactness() {
        let line = Polygon::new(LineString::from(vec![(0.0, 0.0), (9.0, 0.0), (0.0, 0.0)]), Vec::new());
        let nan = polygon![(x: f64::NAN, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
        for shape in [MultiPolygon(Vec::new()), MultiPolygon(vec![line]), MultiPolygon(vec![nan])] {
            assert_eq!((polsby_popper(&shape), reock(&shape)), (None, None));
        }
        assert_eq!(enclosing_circle([]), None);
    }

    /// The smallest of the circles over two and through three points that hold all.
    fn brute(points: &[Coord<f64>]) -> f64 {
        let mut circles = vec![Circle { centre: points[0], radius: 0.0 }];
        for (i, a) in points.iter().enumerate() {
            for (j, b) in points[..i].iter().enumerate() {
                circles.push(Circle::over(*a, *b));
                circles.extend(points[..j].iter().map(|c| Circle::through(*a, *b, *c)));
            }
        }
        let holds = |circle: &&Circle| points.iter().all(|p| away(circle.centre, *p) <= circle.radius + 1e-7);
        circles.iter().filter(holds).map(|circle| circle.radius).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn the_circle_is_the_smallest(points in prop::collection::vec((-9_i32..9, -9_i32..9), 1..12)) {
            let points: Vec<Coord<f64>> = points.into_iter().map(|(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect();
            let found = enclosing_circle(points.iter().copied()).unwrap();
            prop_assert!(points.iter().all(|p| away(found.centre, *p) <= found.radius + 1e-7), "{:?}", found);
            let least = brute(&points);
            prop_assert!((found.radius - least).abs() < 1e-7, "{} and not {}", found.radius, least);
        }
    }
}
