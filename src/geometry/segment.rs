//! Straight segments: distance, crossing and the part of one that lies near another.
//! Crossing uses robust predicates, so it is exact for the coordinates as given.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, LineString, MultiPolygon, Polygon, Rect};

/// A straight segment from `a` to `b`; both ends may be the same point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Start.
    pub a: Coord<f64>,
    /// End.
    pub b: Coord<f64>,
}

/// The nearest points of two things and the square of their distance, m².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Squared distance.
    pub d2: f64,
    /// Point of the first.
    pub a: Coord<f64>,
    /// Point of the second.
    pub b: Coord<f64>,
}

/// Squared distance of two points.
#[must_use]
#[inline]
pub fn distance2(p: Coord<f64>, q: Coord<f64>) -> f64 {
    let (dx, dy) = (p.x - q.x, p.y - q.y);
    dx * dx + dy * dy
}

/// Squared distance of two boxes; 0 when they meet.
#[must_use]
#[inline]
pub fn box_distance2(r: &Rect<f64>, s: &Rect<f64>) -> f64 {
    let dx = larger(larger(s.min().x - r.max().x, r.min().x - s.max().x), 0.0);
    let dy = larger(larger(s.min().y - r.max().y, r.min().y - s.max().y), 0.0);
    dx * dx + dy * dy
}

/// The larger of two numbers, neither of them NaN: half the work of [`f64::max`].
#[inline]
fn larger(p: f64, q: f64) -> f64 {
    if p > q { p } else { q }
}

/// The box grown by `by` on all sides.
#[must_use]
#[inline]
pub fn grown(rect: &Rect<f64>, by: f64) -> Rect<f64> {
    let (min, max) = (rect.min(), rect.max());
    Rect::new(Coord { x: min.x - by, y: min.y - by }, Coord { x: max.x + by, y: max.y + by })
}

/// Side of `r` seen from `p` to `q`: positive left, negative right, 0 on the line. Robust.
#[must_use]
#[inline]
pub fn side(p: Coord<f64>, q: Coord<f64>, r: Coord<f64>) -> i8 {
    match RobustKernel::orient2d(p, q, r) {
        Orientation::CounterClockwise => 1,
        Orientation::Clockwise => -1,
        Orientation::Collinear => 0,
    }
}

impl Segment {
    /// Segment between two points.
    #[must_use]
    pub fn new(a: Coord<f64>, b: Coord<f64>) -> Self {
        Self { a, b }
    }

    /// Length in metres.
    #[must_use]
    pub fn length(&self) -> f64 {
        distance2(self.a, self.b).sqrt()
    }

    /// The point at parameter `t`, 0 at `a` and 1 at `b`.
    #[must_use]
    #[inline]
    pub fn at(&self, t: f64) -> Coord<f64> {
        Coord { x: self.a.x + t * (self.b.x - self.a.x), y: self.a.y + t * (self.b.y - self.a.y) }
    }

    /// The box around it.
    #[must_use]
    #[inline]
    pub fn bounds(&self) -> Rect<f64> {
        Rect::new(self.a, self.b)
    }

    /// Parameter of the point nearest to `p`, within 0..=1.
    #[must_use]
    #[inline]
    pub fn project(&self, p: Coord<f64>) -> f64 {
        let (dx, dy) = (self.b.x - self.a.x, self.b.y - self.a.y);
        let length2 = dx * dx + dy * dy;
        if length2 <= 0.0 {
            return 0.0;
        }
        (((p.x - self.a.x) * dx + (p.y - self.a.y) * dy) / length2).clamp(0.0, 1.0)
    }

    /// The nearest point of the segment to `p`; exactly an end where an end is nearest.
    #[must_use]
    #[inline]
    pub fn nearest_to(&self, p: Coord<f64>) -> Coord<f64> {
        self.at_or_end(self.project(p))
    }

    /// As [`Segment::at`], exactly an end at 0 and 1.
    #[inline]
    fn at_or_end(&self, t: f64) -> Coord<f64> {
        if t <= 0.0 {
            self.a
        } else if t >= 1.0 {
            self.b
        } else {
            self.at(t)
        }
    }

    /// Squared distance from `p`, and the parameter of the nearest point. Free of branches, which are hard to foresee here.
    #[inline]
    fn reach(&self, p: Coord<f64>) -> (f64, f64) {
        let t = self.project(p);
        let (dx, dy) = (self.a.x - p.x + t * (self.b.x - self.a.x), self.a.y - p.y + t * (self.b.y - self.a.y));
        (dx * dx + dy * dy, t)
    }

    /// Whether the segments share a point. Exact.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (s1, s2) = (side(self.a, self.b, other.a), side(self.a, self.b, other.b));
        if s1 * s2 > 0 {
            return false;
        }
        let (s3, s4) = (side(other.a, other.b, self.a), side(other.a, other.b, self.b));
        if s3 * s4 > 0 {
            return false;
        }
        // All on one line: they meet when their boxes do.
        (s1 != 0 || s2 != 0 || s3 != 0 || s4 != 0) || box_distance2(&self.bounds(), &other.bounds()) <= 0.0
    }

    /// Where the lines through both segments cross, as a parameter of each; `None` when parallel.
    #[must_use]
    pub fn line_crossing(&self, other: &Self) -> Option<(f64, f64)> {
        let (ux, uy) = (self.b.x - self.a.x, self.b.y - self.a.y);
        let (vx, vy) = (other.b.x - other.a.x, other.b.y - other.a.y);
        let cross = ux * vy - uy * vx;
        if cross == 0.0 {
            return None;
        }
        let (wx, wy) = (other.a.x - self.a.x, other.a.y - self.a.y);
        Some(((wx * vy - wy * vx) / cross, (wx * uy - wy * ux) / cross))
    }

    /// Nearest points of two segments; distance exactly 0 when they meet.
    #[must_use]
    pub fn nearest(&self, other: &Self) -> Nearest {
        // Unless they cross, an end of one of them is nearest.
        let from_ends = [other.reach(self.a), other.reach(self.b), self.reach(other.a), self.reach(other.b)];
        let mut least = 0;
        for end in 1..4 {
            least = if from_ends[end].0 < from_ends[least].0 { end } else { least };
        }
        let t = from_ends[least].1;
        let (a, b) = match least {
            0 => (self.a, other.at_or_end(t)),
            1 => (self.b, other.at_or_end(t)),
            2 => (self.at_or_end(t), other.a),
            _ => (self.at_or_end(t), other.b),
        };
        self.unless_crossing(other, Nearest { d2: distance2(a, b), a, b })
    }

    /// As [`Segment::nearest`], but of the four ends only the starts count: enough for two rings, in which each vertex is the
    /// start of one segment.
    #[must_use]
    #[inline]
    pub fn nearest_of_starts(&self, other: &Self) -> Nearest {
        let (mine, others) = (other.reach(self.a), self.reach(other.a));
        let (a, b) = if mine.0 <= others.0 { (self.a, other.at_or_end(mine.1)) } else { (self.at_or_end(others.1), other.a) };
        self.unless_crossing(other, Nearest { d2: distance2(a, b), a, b })
    }

    /// The point that both segments share, or else `apart`.
    #[inline]
    fn unless_crossing(&self, other: &Self, apart: Nearest) -> Nearest {
        if apart.d2 <= 0.0 || box_distance2(&self.bounds(), &other.bounds()) > 0.0 || !self.meets(other) {
            return apart;
        }
        let point = self.line_crossing(other).map_or(apart.a, |(t, _)| self.at(t.clamp(0.0, 1.0)));
        Nearest { d2: 0.0, a: point, b: point }
    }

    /// The part of this segment within `r` of `other`, as parameters; `None` when there is none.
    ///
    /// The points within `r` of a segment are a convex shape (a rectangle with round ends), so the part is one interval.
    #[must_use]
    pub fn within(&self, other: &Self, r: f64) -> Option<(f64, f64)> {
        let mut part: Option<(f64, f64)> = None;
        let mut add = |found: Option<(f64, f64)>| {
            if let Some((low, high)) = found {
                part = Some(part.map_or((low, high), |(l, h)| (l.min(low), h.max(high))));
            }
        };
        add(self.in_disc(other.a, r));
        add(self.in_disc(other.b, r));
        add(self.in_strip(other, r));
        part
    }

    /// Parameters of the part within `r` of the point `c`.
    fn in_disc(&self, c: Coord<f64>, r: f64) -> Option<(f64, f64)> {
        let (dx, dy) = (self.b.x - self.a.x, self.b.y - self.a.y);
        let (ex, ey) = (self.a.x - c.x, self.a.y - c.y);
        let a = dx * dx + dy * dy;
        let inside = ex * ex + ey * ey - r * r;
        if a <= 0.0 {
            return (inside <= 0.0).then_some((0.0, 1.0));
        }
        let b = ex * dx + ey * dy;
        let root = (b * b - a * inside).max(-1.0);
        if root < 0.0 {
            return None;
        }
        let root = root.sqrt();
        clip_unit((-b - root) / a, (-b + root) / a)
    }

    /// Parameters of the part in the rectangle of half-width `r` along `other`.
    fn in_strip(&self, other: &Self, r: f64) -> Option<(f64, f64)> {
        let (vx, vy) = (other.b.x - other.a.x, other.b.y - other.a.y);
        let length = (vx * vx + vy * vy).sqrt();
        if length <= 0.0 {
            return None;
        }
        let (vx, vy) = (vx / length, vy / length);
        let along = |p: Coord<f64>| (p.x - other.a.x) * vx + (p.y - other.a.y) * vy;
        let across = |p: Coord<f64>| (p.y - other.a.y) * vx - (p.x - other.a.x) * vy;
        let (l1, h1) = between(along(self.a), along(self.b), 0.0, length)?;
        let (l2, h2) = between(across(self.a), across(self.b), -r, r)?;
        clip_unit(l1.max(l2), h1.min(h2))
    }
}

/// Parameters for which the value going evenly from `from` to `to` lies in `low..=high`.
fn between(from: f64, to: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    let slope = to - from;
    if slope == 0.0 {
        return (low <= from && from <= high).then_some((0.0, 1.0));
    }
    let (t, u) = ((low - from) / slope, (high - from) / slope);
    clip_unit(t.min(u), t.max(u))
}

fn clip_unit(low: f64, high: f64) -> Option<(f64, f64)> {
    let (low, high) = (low.max(0.0), high.min(1.0));
    (low <= high).then_some((low, high))
}

/// Between which shares of its way a straight line lies in a box `[left, top, right, bottom]`, its edges counted in; `None` where it
/// does not.
#[must_use]
pub fn shares_in_box(from: [f64; 2], to: [f64; 2], [left, top, right, bottom]: [f64; 4]) -> Option<(f64, f64)> {
    let (across, along) = (between(from[0], to[0], left, right)?, between(from[1], to[1], top, bottom)?);
    let (begin, end) = (across.0.max(along.0), across.1.min(along.1));
    (begin <= end).then_some((begin, end))
}

/// Segments of a line; none for fewer than two points.
pub fn line_segments(line: &LineString<f64>) -> impl Iterator<Item = Segment> + '_ {
    line.0.windows(2).map(|pair| Segment::new(pair[0], pair[1]))
}

/// Rings of a polygon, the outer one first.
pub fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Boundary segments of a shape, in order of its rings.
pub fn boundary(shape: &MultiPolygon<f64>) -> impl Iterator<Item = Segment> + '_ {
    shape.0.iter().flat_map(|polygon| rings(polygon).flat_map(line_segments))
}

/// Joins intervals and returns them in order, none touching another.
#[must_use]
pub fn union_intervals(mut intervals: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    intervals.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut joined: Vec<(f64, f64)> = Vec::with_capacity(intervals.len());
    for (low, high) in intervals {
        match joined.last_mut() {
            Some(last) if low <= last.1 => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

/// What of `0..=1` the joined, ordered `intervals` leave free, as open intervals of positive length.
#[must_use]
pub fn free_of(intervals: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut free = Vec::new();
    let mut from = 0.0;
    for (low, high) in intervals {
        if *low > from {
            free.push((from, *low));
        }
        from = f64::max(from, *high);
    }
    if from < 1.0 {
        free.push((from, 1.0));
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment() -> impl Strategy<Value = Segment> {
        // A coarse grid makes touching, crossing and collinear pairs common.
        prop::array::uniform4(-6i32..7).prop_map(|[a, b, c, d]| {
            Segment::new(Coord { x: f64::from(a), y: f64::from(b) }, Coord { x: f64::from(c), y: f64::from(d) })
        })
    }

    proptest! {
        #[test]
        fn nearest_is_no_worse_than_sampling(s in segment(), t in segment()) {
            let nearest = s.nearest(&t);
            prop_assert!((distance2(nearest.a, nearest.b) - nearest.d2).abs() < 1e-9);
            prop_assert_eq!(nearest.d2 == 0.0, s.meets(&t));
            for i in 0..=40 {
                let p = s.at(f64::from(i) / 40.0);
                prop_assert!(distance2(p, t.nearest_to(p)) >= nearest.d2 - 1e-9);
            }
        }

        #[test]
        fn within_is_the_part_that_is_near(s in segment(), t in segment(), r in 0.1..5.0f64) {
            let part = s.within(&t, r);
            for i in 0..=60 {
                let u = f64::from(i) / 60.0;
                let d = distance2(s.at(u), t.nearest_to(s.at(u))).sqrt();
                if (d - r).abs() > 1e-6 {
                    let inside = part.is_some_and(|(low, high)| low <= u && u <= high);
                    prop_assert_eq!(inside, d < r, "at {} distance {}", u, d);
                }
            }
        }
    }

    #[test]
    fn intervals_join_and_leave_the_rest() {
        let joined = union_intervals(vec![(0.5, 0.6), (0.1, 0.3), (0.2, 0.4)]);
        assert_eq!(joined, vec![(0.1, 0.4), (0.5, 0.6)]);
        assert_eq!(free_of(&joined), vec![(0.0, 0.1), (0.4, 0.5), (0.6, 1.0)]);
        assert_eq!(free_of(&[]), vec![(0.0, 1.0)]);
    }
}
