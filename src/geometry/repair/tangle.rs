//! Whether the rings of an area cross themselves or one another, lie in the wrong place, or overlap; and where.

use std::cmp::Ordering;

use super::super::few_sides;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Contains, Coord, CoordsIter, Intersects, Line, LineString, MultiPolygon, Polygon, Validation};

/// Pairs of sides looked at after the first fault, so that each sort of fault is found while a scribble of a million sides
/// does not take minutes.
const PAIRS_AFTER_FIRST: usize = 100_000;

/// What is wrong with an area, each with a first place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tangles {
    /// A ring crosses or touches itself.
    pub(super) own: Option<Coord<f64>>,
    /// A hole crosses its outer ring or lies outside it.
    pub(super) outside: Option<Coord<f64>>,
    /// Two holes cross or lie in each other.
    pub(super) holes: Option<Coord<f64>>,
    /// Two parts cross or lie in each other.
    pub(super) parts: Option<Coord<f64>>,
}

impl Tangles {
    /// Nothing is wrong.
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Finds what is wrong. `O(n log n)` for shapes that are in order.
pub(super) fn tangles(shape: &MultiPolygon<f64>) -> Tangles {
    let mut found = Tangles::default();
    let touch = sides_cross(shape, &mut found);
    for polygon in shape {
        holes_stray(polygon, &mut found);
    }
    parts_overlap(shape, &mut found);
    // Rings that meet in corners alone may pass through one another there, which no pair of sides shows.
    if touch && found.is_none() && !shape.is_valid() {
        let at = shape.coords_iter().next();
        if shape.0.len() > 1 { found.parts = at } else { found.outside = at }
    }
    found
}

/// One side of a ring, with where it stands.
struct Side {
    line: Line<f64>,
    low: Coord<f64>,
    high: Coord<f64>,
    part: usize,
    /// Number of the ring in its part; 0 is the outer one.
    ring: usize,
    place: usize,
    ring_len: usize,
}

/// Tests the pairs of sides whose boxes meet; true when sides of different rings meet at all.
fn sides_cross(shape: &MultiPolygon<f64>, found: &mut Tangles) -> bool {
    // Nearly every shape of a city is one ring of few sides, and in order.
    if let [single] = shape.0.as_slice()
        && single.interiors().is_empty()
        && single.exterior().0.len() <= few_sides::FEW
        && !few_sides::cross(single.exterior(), |a, b| sides_meet(single.exterior(), a, b))
    {
        return false;
    }
    many_sides_cross(shape, found)
}

/// Whether two sides of one ring, by their places, meet where they should not.
fn sides_meet(ring: &LineString<f64>, a: usize, b: usize) -> bool {
    let side = |place: usize| {
        let line = Line::new(ring.0[place], ring.0[place + 1]);
        Side { line, low: line.start, high: line.start, part: 0, ring: 0, place, ring_len: ring.0.len() - 1 }
    };
    let (a, b) = (side(a), side(b));
    line_intersection(a.line, b.line).is_some_and(|meeting| fault(&a, &b, meeting).is_some())
}

/// Sweeps along the longer axis.
fn many_sides_cross(shape: &MultiPolygon<f64>, found: &mut Tangles) -> bool {
    let rings = shape.iter().enumerate().flat_map(|(part, polygon)| {
        let all = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        all.enumerate().map(move |(ring, line)| (part, ring, line))
    });
    let mut sides: Vec<Side> = rings.flat_map(|(part, ring, line)| ring_sides(part, ring, line)).collect();
    let wide = shape.bounding_rect().is_none_or(|rect| rect.width() >= rect.height());
    let along = |c: Coord<f64>| if wide { c.x } else { c.y };
    let across = |c: Coord<f64>| if wide { c.y } else { c.x };
    sides.sort_by(|a, b| along(a.low).partial_cmp(&along(b.low)).unwrap_or(Ordering::Equal));
    let (mut left, mut touch) = (None, false);
    for (i, a) in sides.iter().enumerate() {
        let near = sides[i + 1..].iter().take_while(|b| along(b.low) <= along(a.high));
        for b in near.filter(|b| across(b.low) <= across(a.high) && across(a.low) <= across(b.high)) {
            let Some(meeting) = line_intersection(a.line, b.line) else { continue };
            touch |= a.part != b.part || a.ring != b.ring;
            if let Some(at) = fault(a, b, meeting) {
                let sort = match (a.part == b.part, a.ring == b.ring, a.ring.min(b.ring)) {
                    (false, _, _) => &mut found.parts,
                    (true, true, _) => &mut found.own,
                    (true, false, 0) => &mut found.outside,
                    (true, false, _) => &mut found.holes,
                };
                sort.get_or_insert(at);
                left.get_or_insert(PAIRS_AFTER_FIRST);
            }
            if let Some(left) = &mut left {
                *left -= 1;
                if *left == 0 {
                    return touch;
                }
            }
        }
    }
    touch
}

fn ring_sides(part: usize, ring: usize, line: &LineString<f64>) -> impl Iterator<Item = Side> {
    let ring_len = line.0.len() - 1;
    line.lines().enumerate().map(move |(place, side)| {
        let (a, b) = (side.start, side.end);
        let low = Coord { x: a.x.min(b.x), y: a.y.min(b.y) };
        let high = Coord { x: a.x.max(b.x), y: a.y.max(b.y) };
        Side { line: side, low, high, part, ring, place, ring_len }
    })
}

/// Where two sides meet that should not. Neighbours in a ring may share their corner, sides of different rings may touch in
/// a point; nothing else may meet.
fn fault(a: &Side, b: &Side, meeting: LineIntersection<f64>) -> Option<Coord<f64>> {
    let same_ring = a.part == b.part && a.ring == b.ring;
    let apart = a.place.abs_diff(b.place);
    let neighbours = same_ring && (apart == 1 || apart + 1 == a.ring_len);
    match meeting {
        LineIntersection::Collinear { intersection } if intersection.start != intersection.end => Some(intersection.start),
        LineIntersection::SinglePoint { is_proper: true, intersection } => Some(intersection),
        LineIntersection::SinglePoint { intersection, .. } => (same_ring && !neighbours).then_some(intersection),
        LineIntersection::Collinear { intersection } => (same_ring && !neighbours).then_some(intersection.start),
    }
}

/// A hole outside its ring, or inside another hole. Crossing sides are found elsewhere.
fn holes_stray(polygon: &Polygon<f64>, found: &mut Tangles) {
    let inside = |ring: &LineString<f64>, of: &LineString<f64>| {
        let body = Polygon::new(of.clone(), Vec::new());
        ring.points().find(|p| !of.intersects(p)).map(|p| (p.0, body.contains(&p)))
    };
    let holes = polygon.interiors();
    let astray = |hole: &LineString<f64>| match inside(hole, polygon.exterior()) {
        Some((at, false)) => Some(at),
        _ => None,
    };
    found.outside = found.outside.or_else(|| holes.iter().find_map(astray));
    let boxes: Vec<_> = holes.iter().map(BoundingRect::bounding_rect).collect();
    let nested = |i: usize, j: usize| {
        let meet = boxes[i].zip(boxes[j]).is_some_and(|(a, b)| a.intersects(&b));
        if i == j || !meet {
            return None;
        }
        inside(&holes[i], &holes[j]).and_then(|(at, within)| within.then_some(at))
    };
    let first = || (0..holes.len()).find_map(|i| (0..holes.len()).find_map(|j| nested(i, j)));
    found.holes = found.holes.or_else(first);
}

/// A part with a point inside another. Crossing sides are found elsewhere.
fn parts_overlap(shape: &MultiPolygon<f64>, found: &mut Tangles) {
    let boxes: Vec<_> = shape.iter().map(BoundingRect::bounding_rect).collect();
    let covers = |i: usize, j: usize| {
        let meet = boxes[i].zip(boxes[j]).is_some_and(|(a, b)| a.intersects(&b));
        if i == j || !meet {
            return None;
        }
        let apart = shape.0[i].exterior().points().find(|p| !shape.0[j].exterior().intersects(p))?;
        shape.0[j].contains(&apart).then_some(apart.0)
    };
    let first = || (0..boxes.len()).find_map(|i| (0..boxes.len()).find_map(|j| covers(i, j)));
    found.parts = found.parts.or_else(first);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hole_that_leaves_through_corners_is_seen() {
        let ring = |corners: &[(f64, f64)]| LineString::from(corners.to_vec());
        let outer = ring(&[(0.0, 3.625), (0.0, 0.0), (5.3125, 1.5625), (5.6875, 11.9375), (0.0, 3.625)]);
        let hole = ring(&[(0.0, 0.0), (5.3125, 5.3125), (5.3125, 0.3125), (0.0, 0.0)]);
        assert!(!tangles(&MultiPolygon(vec![Polygon::new(outer, vec![hole])])).is_none());
    }

    proptest! {
        #[test]
        fn few_sides_cross_as_many_do(points in prop::collection::vec((0..9_i8, 0..9_i8), 3..14), turn in -0.3..0.3_f64) {
            let (sin, cos) = turn.sin_cos();
            let mut ring: Vec<_> = points
                .iter()
                .map(|&(x, y)| (f64::from(x), f64::from(y)))
                .map(|(x, y)| Coord { x: x * cos - y * sin + 5e5, y: x * sin + y * cos + 4.8e6 })
                .collect();
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            prop_assume!(ring.len() > 2);
            ring.push(ring[0]);
            let shape = MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())]);
            let (mut few, mut many) = (Tangles::default(), Tangles::default());
            sides_cross(&shape, &mut few);
            many_sides_cross(&shape, &mut many);
            prop_assert_eq!(few, many);
        }
    }
}
