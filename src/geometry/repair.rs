//! Mends shapes as people draw and export them, and says what it did. Coordinates are in metres.
//!
//! What comes out of [`mend_area`] is valid in the OGC sense: rings closed, simple, of at least four points, wound as
//! RFC 7946 §3.1.6 has it (outer rings counter-clockwise), parts that do not overlap.

use std::cmp::Ordering;

use geo::algorithm::bool_ops::FillRule;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{
    Area, BooleanOps, BoundingRect, Contains, Coord, Intersects, Line, LineString, MultiLineString, MultiPolygon, Polygon,
};

use super::few_sides;
use crate::base::Message;

/// Rings of one polygon, the outer one first, as the source has them: perhaps open, perhaps too short.
pub type RawRings = Vec<Vec<Coord<f64>>>;

/// A part of a mended area smaller than this is rounding of the overlay, m².
const SLIVER_M2: f64 = 1e-6;

/// One thing that was done to a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mend {
    /// Open rings were closed.
    RingsClosed(usize),
    /// Vertices that repeat the one before were dropped.
    RepeatedVertices(usize),
    /// Rings were turned to the winding of RFC 7946.
    Winding(usize),
    /// Rings without an area (fewer than three different points) were dropped.
    RingsDropped(usize),
    /// Lines of no length were dropped from a shape that has others.
    LinesDropped(usize),
    /// Rings crossed themselves or one another; the area was drawn anew.
    Crossing {
        /// Area by the shoelace formula before, m².
        before_m2: f64,
        /// Area after, m².
        after_m2: f64,
    },
    /// A closed line stood for an area.
    LineToArea,
    /// Heights were dropped.
    HeightsDropped,
}

impl Mend {
    /// Nothing that changes the place: usual in files that other programs write, and told once a layer.
    #[must_use]
    pub fn is_slight(&self) -> bool {
        matches!(self, Self::RepeatedVertices(_) | Self::Winding(_) | Self::HeightsDropped)
    }

    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::RingsClosed(count) => Message::new("geometry.rings-closed").count("count", *count),
            Self::RepeatedVertices(count) => Message::new("geometry.repeated-vertices").count("count", *count),
            Self::Winding(count) => Message::new("geometry.winding").count("count", *count),
            Self::RingsDropped(count) => Message::new("geometry.rings-dropped").count("count", *count),
            Self::LinesDropped(count) => Message::new("geometry.lines-dropped").count("count", *count),
            Self::Crossing { before_m2, after_m2 } => {
                Message::new("geometry.crossing").number("before", *before_m2, 1).number("after", *after_m2, 1)
            }
            Self::LineToArea => Message::new("geometry.line-to-area"),
            Self::HeightsDropped => Message::new("geometry.heights-dropped"),
        }
    }
}

/// Why nothing is left of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hopeless {
    /// No ring encloses an area.
    #[error("no area is left")]
    NoArea,
    /// No line has a length.
    #[error("no length is left")]
    NoLength,
}

impl Hopeless {
    /// The sentence for the user.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::NoArea => Message::new("geometry.no-area"),
            Self::NoLength => Message::new("geometry.no-length"),
        }
    }
}

/// A shape that is in order now, and what was done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired<T> {
    /// The shape.
    pub shape: T,
    /// What was done, in order; empty when nothing was.
    pub mends: Vec<Mend>,
}

/// Mends lines: repeated vertices go, and so do lines without length.
///
/// # Errors
/// [`Hopeless::NoLength`] when no line has a length.
pub fn mend_lines(lines: Vec<Vec<Coord<f64>>>) -> Result<Repaired<MultiLineString<f64>>, Hopeless> {
    let (given, mut repeated) = (lines.len(), 0);
    let mut kept: Vec<LineString<f64>> = Vec::with_capacity(given);
    for mut line in lines {
        let before = line.len();
        line.dedup();
        repeated += before - line.len();
        if line.len() >= 2 {
            kept.push(LineString(line));
        }
    }
    if kept.is_empty() {
        return Err(Hopeless::NoLength);
    }
    let dropped = given - kept.len();
    let mut mends = Vec::new();
    push_counted(&mut mends, Mend::RepeatedVertices, repeated);
    push_counted(&mut mends, Mend::LinesDropped, dropped);
    Ok(Repaired { shape: MultiLineString(kept), mends })
}

/// Mends an area given as polygons of rings. `O(n log n)` for shapes that are in order, slower for tangled ones.
///
/// # Errors
/// [`Hopeless::NoArea`] when no ring encloses an area.
pub fn mend_area(polygons: Vec<RawRings>) -> Result<Repaired<MultiPolygon<f64>>, Hopeless> {
    let mut tally = Tally::default();
    let mut tidy: Vec<Polygon<f64>> = Vec::with_capacity(polygons.len());
    tidy.extend(polygons.into_iter().filter_map(|rings| tally.polygon(rings)));
    if tidy.is_empty() {
        return Err(Hopeless::NoArea);
    }
    let mut mends = tally.mends();
    let shape = MultiPolygon(tidy);
    if !is_tangled(&shape) {
        return Ok(Repaired { shape, mends });
    }
    let before_m2 = shape.unsigned_area();
    let shape = untangle(&shape);
    if shape.0.is_empty() {
        return Err(Hopeless::NoArea);
    }
    mends.push(Mend::Crossing { before_m2, after_m2: shape.unsigned_area() });
    Ok(Repaired { shape, mends })
}

fn push_counted(mends: &mut Vec<Mend>, kind: fn(usize) -> Mend, count: usize) {
    if count > 0 {
        mends.push(kind(count));
    }
}

/// Counts what is done to single rings.
#[derive(Default)]
struct Tally {
    closed: usize,
    repeated: usize,
    turned: usize,
    dropped: usize,
}

impl Tally {
    fn mends(&self) -> Vec<Mend> {
        let mut mends = Vec::new();
        push_counted(&mut mends, Mend::RingsClosed, self.closed);
        push_counted(&mut mends, Mend::RepeatedVertices, self.repeated);
        push_counted(&mut mends, Mend::RingsDropped, self.dropped);
        push_counted(&mut mends, Mend::Winding, self.turned);
        mends
    }

    /// A polygon whose outer ring has no area is dropped with its holes.
    fn polygon(&mut self, rings: RawRings) -> Option<Polygon<f64>> {
        let count = rings.len();
        let mut rings = rings.into_iter();
        let Some(outer) = rings.next().and_then(|ring| self.ring(ring, true)) else {
            self.dropped += count.saturating_sub(1);
            return None;
        };
        let holes = rings.filter_map(|ring| self.ring(ring, false)).collect();
        Some(Polygon::new(outer, holes))
    }

    fn ring(&mut self, mut ring: Vec<Coord<f64>>, counter_clockwise: bool) -> Option<LineString<f64>> {
        let before = ring.len();
        ring.dedup();
        self.repeated += before - ring.len();
        if ring.len() > 2 && ring.first() != ring.last() {
            ring.push(ring[0]);
            self.closed += 1;
        }
        // A figure of eight has no signed area and yet two lobes; only rings without three different points are nothing.
        if ring.len() < 4 {
            self.dropped += 1;
            return None;
        }
        let area = doubled_area(&ring);
        if area != 0.0 && (area > 0.0) != counter_clockwise {
            ring.reverse();
            self.turned += 1;
        }
        Some(LineString(ring))
    }
}

/// Twice the signed area, taken about the first point to keep digits.
fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    let cross = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        a.x * b.y - a.y * b.x
    };
    ring.windows(2).map(cross).sum()
}

/// One side of a ring, with where it stands.
struct Side {
    line: Line<f64>,
    low: Coord<f64>,
    high: Coord<f64>,
    ring: usize,
    place: usize,
    ring_len: usize,
}

/// Whether rings cross themselves or one another, a hole lies outside its ring, or parts overlap.
fn is_tangled(shape: &MultiPolygon<f64>) -> bool {
    sides_cross(shape) || shape.iter().any(holes_stray) || parts_overlap(shape)
}

/// Tests the pairs of sides whose boxes meet.
fn sides_cross(shape: &MultiPolygon<f64>) -> bool {
    match shape.0.as_slice() {
        [single] if single.interiors().is_empty() && single.exterior().0.len() <= few_sides::FEW => {
            few_sides::cross(single.exterior(), |a, b| ring_pair_is_wrong(single.exterior(), a, b))
        }
        _ => many_sides_cross(shape),
    }
}

/// Sides of one ring by their places.
fn ring_pair_is_wrong(ring: &LineString<f64>, a: usize, b: usize) -> bool {
    let side = |place: usize| {
        let line = Line::new(ring.0[place], ring.0[place + 1]);
        Side { line, low: line.start, high: line.start, ring: 0, place, ring_len: ring.0.len() - 1 }
    };
    pair_is_wrong(&side(a), &side(b))
}

/// Sweeps along the longer axis.
fn many_sides_cross(shape: &MultiPolygon<f64>) -> bool {
    let rings = shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let mut sides: Vec<Side> = rings.enumerate().flat_map(|(ring, line)| ring_sides(ring, line)).collect();
    let wide = shape.bounding_rect().is_none_or(|rect| rect.width() >= rect.height());
    let along = |c: Coord<f64>| if wide { c.x } else { c.y };
    let across = |c: Coord<f64>| if wide { c.y } else { c.x };
    sides.sort_by(|a, b| along(a.low).partial_cmp(&along(b.low)).unwrap_or(Ordering::Equal));
    sides.iter().enumerate().any(|(i, a)| {
        let near = sides[i + 1..].iter().take_while(|b| along(b.low) <= along(a.high));
        near.filter(|b| across(b.low) <= across(a.high) && across(a.low) <= across(b.high)).any(|b| pair_is_wrong(a, b))
    })
}

fn ring_sides(ring: usize, line: &LineString<f64>) -> impl Iterator<Item = Side> {
    let ring_len = line.0.len() - 1;
    line.lines().enumerate().map(move |(place, side)| {
        let (a, b) = (side.start, side.end);
        let low = Coord { x: a.x.min(b.x), y: a.y.min(b.y) };
        let high = Coord { x: a.x.max(b.x), y: a.y.max(b.y) };
        Side { line: side, low, high, ring, place, ring_len }
    })
}

/// Neighbours in a ring may share their corner, sides of different rings may touch in a point; nothing else may meet.
fn pair_is_wrong(a: &Side, b: &Side) -> bool {
    let Some(meeting) = line_intersection(a.line, b.line) else { return false };
    let apart = a.place.abs_diff(b.place);
    let neighbours = a.ring == b.ring && (apart == 1 || apart + 1 == a.ring_len);
    match meeting {
        LineIntersection::Collinear { intersection } if intersection.start != intersection.end => true,
        LineIntersection::SinglePoint { is_proper: true, .. } => true,
        _ => a.ring == b.ring && !neighbours,
    }
}

/// A hole outside its ring, or inside another hole.
fn holes_stray(polygon: &Polygon<f64>) -> bool {
    let inside = |ring: &LineString<f64>, of: &LineString<f64>| {
        let body = Polygon::new(of.clone(), Vec::new());
        ring.points().find(|p| !of.intersects(p)).map(|p| body.contains(&p))
    };
    let holes = polygon.interiors();
    let outside = holes.iter().any(|hole| inside(hole, polygon.exterior()) == Some(false));
    let boxes: Vec<_> = holes.iter().map(BoundingRect::bounding_rect).collect();
    let nested = |i: usize, j: usize| {
        let meet = boxes[i].zip(boxes[j]).is_some_and(|(a, b)| a.intersects(&b));
        i != j && meet && inside(&holes[i], &holes[j]) == Some(true)
    };
    outside || (0..holes.len()).any(|i| (0..holes.len()).any(|j| nested(i, j)))
}

/// A part with a point inside another. Crossing sides are found elsewhere.
fn parts_overlap(shape: &MultiPolygon<f64>) -> bool {
    let boxes: Vec<_> = shape.iter().map(BoundingRect::bounding_rect).collect();
    let covers = |i: usize, j: usize| {
        let meet = boxes[i].zip(boxes[j]).is_some_and(|(a, b)| a.intersects(&b));
        let first_inside = || shape.0[i].exterior().points().find(|p| !shape.0[j].exterior().intersects(p));
        i != j && meet && first_inside().is_some_and(|p| shape.0[j].contains(&p))
    };
    (0..boxes.len()).any(|i| (0..boxes.len()).any(|j| covers(i, j)))
}

/// The ground that the outer rings enclose in either direction, less that of the holes, parts joined.
/// Non-zero winding keeps a stretch that was drawn twice; both lobes of a figure of eight count.
fn untangle(shape: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::<f64>::new(Vec::new());
    let ground =
        |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).union_with_fill_rule(&nothing, FillRule::NonZero);
    let whole = shape.iter().fold(nothing.clone(), |sum, polygon| {
        let holes = polygon.interiors().iter().fold(nothing.clone(), |holes, ring| holes.union(&ground(ring)));
        sum.union(&ground(polygon.exterior()).difference(&holes))
    });
    let parts = whole.into_iter().filter(|part| part.unsigned_area() > SLIVER_M2);
    let mut tally = Tally::default();
    parts
        .filter_map(|part| {
            let (outer, holes) = part.into_inner();
            tally.polygon(std::iter::once(outer).chain(holes).map(|ring| ring.0).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
        points.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    fn check(polygons: Vec<RawRings>, area: f64, parts: usize, expected: &[Mend]) {
        let repaired = mend_area(polygons).expect("something is left");
        assert!((repaired.shape.unsigned_area() - area).abs() < 1e-3, "{}", repaired.shape.unsigned_area());
        assert_eq!(repaired.shape.0.len(), parts);
        assert!(!is_tangled(&repaired.shape));
        let rounded = |mend: &Mend| match *mend {
            Mend::Crossing { before_m2, after_m2 } => Mend::Crossing { before_m2: before_m2.round(), after_m2: after_m2.round() },
            other => other,
        };
        assert_eq!(repaired.mends.iter().map(rounded).collect::<Vec<_>>(), expected);
    }

    const SQUARE: [(f64, f64); 5] = [(0., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)];

    #[test]
    fn rings_are_put_in_order() {
        check(vec![vec![ring(&SQUARE)]], 100.0, 1, &[]);
        check(vec![vec![ring(&SQUARE[..4])]], 100.0, 1, &[Mend::RingsClosed(1)]);
        let mut clockwise = ring(&SQUARE);
        clockwise.reverse();
        check(vec![vec![clockwise]], 100.0, 1, &[Mend::Winding(1)]);
        let doubled = [(0., 0.), (10., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)];
        check(vec![vec![ring(&doubled)]], 100.0, 1, &[Mend::RepeatedVertices(1)]);
        check(vec![vec![ring(&SQUARE), ring(&[(1., 1.), (2., 2.), (1., 1.)])]], 100.0, 1, &[Mend::RingsDropped(1)]);
    }

    #[test]
    fn tangles_are_drawn_anew() {
        let bow_tie = ring(&[(0., 0.), (10., 10.), (10., 0.), (0., 10.), (0., 0.)]);
        check(vec![vec![bow_tie]], 50.0, 2, &[Mend::Crossing { before_m2: 0.0, after_m2: 50.0 }]);
        let spike = ring(&[(0., 0.), (10., 0.), (20., 0.), (10., 0.), (10., 10.), (0., 10.), (0., 0.)]);
        check(vec![vec![spike]], 100.0, 1, &[Mend::Crossing { before_m2: 100.0, after_m2: 100.0 }]);
        let right = ring(&[(5., 0.), (15., 0.), (15., 10.), (5., 10.), (5., 0.)]);
        let mend = Mend::Crossing { before_m2: 200.0, after_m2: 150.0 };
        check(vec![vec![ring(&SQUARE)], vec![right]], 150.0, 1, &[mend]);
        let stray = ring(&[(20., 0.), (20., 5.), (25., 5.), (25., 0.), (20., 0.)]);
        let mend = Mend::Crossing { before_m2: 75.0, after_m2: 100.0 };
        check(vec![vec![ring(&SQUARE), stray]], 100.0, 1, &[mend]);
        let inner = ring(&[(2., 2.), (8., 2.), (8., 8.), (2., 8.), (2., 2.)]);
        let mend = Mend::Crossing { before_m2: 136.0, after_m2: 100.0 };
        check(vec![vec![ring(&SQUARE)], vec![inner]], 100.0, 1, &[mend]);
    }

    #[test]
    fn what_has_no_extent_is_given_up() {
        assert_eq!(mend_area(vec![vec![ring(&SQUARE[..2])]]), Err(Hopeless::NoArea));
        assert_eq!(mend_area(vec![vec![ring(&[(0., 0.), (5., 5.), (10., 10.), (0., 0.)])]]), Err(Hopeless::NoArea));
        assert_eq!(mend_area(vec![vec![]]), Err(Hopeless::NoArea));
        assert_eq!(mend_lines(vec![ring(&[(1., 1.), (1., 1.)])]), Err(Hopeless::NoLength));
        let lines = mend_lines(vec![ring(&[(1., 1.), (1., 1.)]), ring(&SQUARE)]).expect("one is left");
        assert_eq!(lines.mends, [Mend::RepeatedVertices(1), Mend::LinesDropped(1)]);
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
            prop_assert_eq!(sides_cross(&shape), many_sides_cross(&shape));
        }

        #[test]
        fn any_ring_becomes_valid_or_nothing(points in prop::collection::vec((0..12_i8, 0..12_i8), 0..14)) {
            let ring: Vec<_> = points.iter().map(|&(x, y)| Coord { x: f64::from(x) * 10.0, y: f64::from(y) * 10.0 }).collect();
            if let Ok(repaired) = mend_area(vec![vec![ring]]) {
                prop_assert!(repaired.shape.unsigned_area() > 0.0);
                for part in &repaired.shape {
                    prop_assert!(part.exterior().is_closed() && part.exterior().0.len() >= 4);
                }
            }
        }
    }
}
