//! The pole of inaccessibility: the point inside a polygon that is farthest from its boundary, where a label has the most room.
//!
//! By quartering squares, the most promising first (Garcia-Castellanos & Lombardo 2007 name the problem; the search is that of
//! Mapbox's polylabel).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{BoundingRect, Coord, LineString, Polygon};

/// Squares looked at before the best so far is taken: enough for one in a hundred of the size of usual shapes.
const MOST: usize = 400;

/// The pole of a polygon and its distance from the boundary, m, off by at most `precision_m`, or more for shapes that are not
/// settled after 400 squares. `None` for a polygon without an inside. `O(points)` for each square.
#[must_use]
pub fn pole(polygon: &Polygon<f64>, precision_m: f64) -> Option<(Coord<f64>, f64)> {
    let bounds = polygon.bounding_rect()?;
    let side = bounds.width().min(bounds.height());
    if side.is_nan() || side <= 0.0 || !bounds.width().max(bounds.height()).is_finite() {
        return None;
    }
    let mut open = BinaryHeap::new();
    let half = side / 2.0;
    let mut best = Square::new(polygon, bounds.center(), 0.0);
    let count = |length: f64| (length / side).ceil().clamp(1.0, 32.0);
    let (columns, rows) = (count(bounds.width()), count(bounds.height()));
    let mut row = 0.5;
    while row < rows {
        let mut column = 0.5;
        while column < columns {
            let middle =
                Coord { x: bounds.min().x + column * bounds.width() / columns, y: bounds.min().y + row * bounds.height() / rows };
            open.push(Square::new(polygon, middle, half));
            column += 1.0;
        }
        row += 1.0;
    }
    let mut looked = 0;
    while let Some(square) = open.pop() {
        if square.inside_m > best.inside_m {
            best = square;
        }
        looked += 1;
        if square.most_m - best.inside_m <= precision_m || looked > MOST {
            break;
        }
        let half = square.half / 2.0;
        for (x, y) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            open.push(Square::new(polygon, square.middle + Coord { x, y }, half));
        }
    }
    (best.inside_m > 0.0).then_some((best.middle, best.inside_m))
}

/// How far inside a polygon a point lies, m; negative outside.
#[must_use]
pub fn inside_m(polygon: &Polygon<f64>, at: Coord<f64>) -> f64 {
    let mut inside = false;
    let mut nearest = f64::INFINITY;
    for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
        nearest = nearest.min(look(ring, at, &mut inside));
    }
    if inside { nearest.sqrt() } else { -nearest.sqrt() }
}

/// The squared distance to a ring; turns `inside` for every side that a ray to the right crosses.
fn look(ring: &LineString<f64>, at: Coord<f64>, inside: &mut bool) -> f64 {
    let mut nearest = f64::INFINITY;
    for side in ring.lines() {
        let (a, b) = (side.start, side.end);
        if (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x {
            *inside = !*inside;
        }
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let squared = dx * dx + dy * dy;
        let share = if squared > 0.0 { (((at.x - a.x) * dx + (at.y - a.y) * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (a.x + share * dx - at.x, a.y + share * dy - at.y);
        nearest = nearest.min(x * x + y * y);
    }
    nearest
}

/// A square of the search.
#[derive(Clone, Copy)]
struct Square {
    middle: Coord<f64>,
    half: f64,
    inside_m: f64,
    /// No point of it lies farther inside.
    most_m: f64,
}

impl Square {
    fn new(polygon: &Polygon<f64>, middle: Coord<f64>, half: f64) -> Self {
        let inside_m = inside_m(polygon, middle);
        Self { middle, half, inside_m, most_m: inside_m + half * std::f64::consts::SQRT_2 }
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Square {}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        self.most_m.total_cmp(&other.most_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, Point, polygon};
    use proptest::prelude::*;

    #[test]
    fn the_pole_of_an_l_lies_in_its_elbow() {
        let l = polygon![(x: 0.0, y: 0.0), (x: 100.0, y: 0.0), (x: 100.0, y: 20.0), (x: 20.0, y: 20.0), (x: 20.0, y: 100.0), (x: 0.0, y: 100.0)];
        let (at, inside) = pole(&l, 0.1).unwrap();
        assert!((inside - 11.7).abs() < 0.2 && (at.x - 11.7).abs() < 0.4 && (at.y - 11.7).abs() < 0.4, "{at:?} {inside}");
    }

    #[test]
    fn what_has_no_inside_has_no_pole() {
        let flat = polygon![(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 4.0, y: 0.0)];
        assert_eq!(pole(&flat, 0.1), None);
        assert_eq!(pole(&Polygon::new(LineString(vec![]), vec![]), 0.1), None);
    }

    proptest! {
        #[test]
        fn the_pole_is_inside_and_no_sample_is_farther_in(radii in prop::collection::vec(10.0_f64..100.0, 3..24)) {
            let step = std::f64::consts::TAU / f64::from(u32::try_from(radii.len()).unwrap());
            let corner = |(i, r): (u32, &f64)| Coord { x: r * (f64::from(i) * step).cos(), y: r * (f64::from(i) * step).sin() };
            let shape = Polygon::new(LineString((0..).zip(&radii).map(corner).collect()), vec![]);
            let (at, inside) = pole(&shape, 0.5).unwrap();
            prop_assert!(shape.contains(&Point(at)) && (inside - inside_m(&shape, at)).abs() < 1.0e-9);
            for n in 0..900 {
                let sample = Coord { x: f64::from(n % 30) * 7.0 - 105.0, y: f64::from(n / 30) * 7.0 - 105.0 };
                prop_assert!(inside_m(&shape, sample) <= inside + 0.5 + 1.0e-9, "{sample:?}");
            }
        }
    }
}
