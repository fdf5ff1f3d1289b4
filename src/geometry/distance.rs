//! The exact gap between two polygonal shapes in plane metres, with the two nearest points.
//!
//! 0 means that they touch, cross, or one holds the other; a shape in the other's hole keeps its distance.
//! Segments are pruned by boxes, so the usual pair of neighbours costs little more than one pass over each boundary.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, MultiPolygon, Rect};

use super::segment::{Nearest, Segment, box_distance2, distance2, grown, line_segments, rings};

/// The gap between two shapes and where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Distance in metres; exactly 0 when the shapes share a point.
    pub gap_m: f64,
    /// Nearest point of the first shape.
    pub a: Coord<f64>,
    /// Nearest point of the second shape.
    pub b: Coord<f64>,
}

/// The gap of two shapes however far apart; `None` when one is empty.
#[must_use]
pub fn polygon_gap(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> Option<Gap> {
    polygon_gap_within(a, b, f64::INFINITY)
}

/// The gap of two shapes when it is at most `limit` metres.
///
/// `O(n + m)` for the pruning and `O(k l)` for the `k` and `l` segments that are near the other shape.
#[must_use]
pub fn polygon_gap_within(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>, limit: f64) -> Option<Gap> {
    let (box_a, box_b) = (a.bounding_rect()?, b.bounding_rect()?);
    gap_in_boxes((a, &box_a), (b, &box_b), limit)
}

/// As [`polygon_gap_within`] for shapes whose boxes are known.
#[must_use]
pub fn gap_in_boxes(a: (&MultiPolygon<f64>, &Rect<f64>), b: (&MultiPolygon<f64>, &Rect<f64>), limit: f64) -> Option<Gap> {
    GapFinder::default().gap(a, b, limit)
}

/// Finds one gap after another and fetches no memory for each.
#[derive(Default)]
pub struct GapFinder {
    mine: Vec<NearSegment>,
    others: Vec<NearSegment>,
}

/// A segment, its box, and the squared distance of that from the box of the other shape.
struct NearSegment {
    segment: Segment,
    bounds: Rect<f64>,
    apart2: f64,
}

impl GapFinder {
    /// As [`gap_in_boxes`]. Of nearest points at equal distances always the same are taken.
    pub fn gap(&mut self, a: (&MultiPolygon<f64>, &Rect<f64>), b: (&MultiPolygon<f64>, &Rect<f64>), limit: f64) -> Option<Gap> {
        let apart2 = box_distance2(a.1, b.1);
        if apart2 > limit * limit {
            return None;
        }
        let best = self.nearest(a, b, limit);
        if best.is_some_and(|n| n.d2 <= 0.0) || apart2 > 0.0 {
            return best.map(gap_of);
        }
        // Their boundaries do not meet: one part may still lie wholly within the other shape.
        inner_point(a.0, b.0, b.1)
            .or_else(|| inner_point(b.0, a.0, a.1))
            .map(|p| Gap { gap_m: 0.0, a: p, b: p })
            .or_else(|| best.map(gap_of))
    }

    /// Nearest points of two boundaries when within `limit`.
    ///
    /// Two vertices near each other give a first bound. It is seldom much too large, so few segments are left to be compared.
    fn nearest(
        &mut self,
        a: (&MultiPolygon<f64>, &Rect<f64>),
        b: (&MultiPolygon<f64>, &Rect<f64>),
        limit: f64,
    ) -> Option<Nearest> {
        let limit2 = limit * limit;
        let guess = near_vertices(a.0, b)?;
        let mut best = (guess.d2 <= limit2).then_some(guess);
        let mut best2 = guess.d2.min(limit2);
        if best2 <= 0.0 {
            return best;
        }
        gather(&mut self.mine, a.0, b.1, best2);
        gather(&mut self.others, b.0, a.1, best2);
        for s in &self.mine {
            for t in &self.others {
                if s.apart2 > best2 || t.apart2 > best2 || box_distance2(&s.bounds, &t.bounds) > best2 {
                    continue;
                }
                let nearest = s.segment.nearest_of_starts(&t.segment);
                if nearest.d2 < best2 || (nearest.d2 <= best2 && best.is_none()) {
                    best = Some(nearest);
                    best2 = nearest.d2;
                    if best2 <= 0.0 {
                        return best;
                    }
                }
            }
        }
        best
    }
}

/// A vertex of either shape, near each other: of `a` the one nearest to the box of `b`, of `b` the one nearest to that, and
/// of `a` again the one nearest to this. `None` when one shape has no vertex.
fn near_vertices(a: &MultiPolygon<f64>, b: (&MultiPolygon<f64>, &Rect<f64>)) -> Option<Nearest> {
    let (_, first) = nearest_vertex(a, |p| box_distance2(b.1, &Rect::new(p, p)))?;
    let (_, second) = nearest_vertex(b.0, |p| distance2(p, first))?;
    let (d2, first) = nearest_vertex(a, |p| distance2(p, second))?;
    Some(Nearest { d2, a: first, b: second })
}

/// The vertex at the least squared distance, with that; the first of equals.
#[inline]
fn nearest_vertex(shape: &MultiPolygon<f64>, distance2: impl Fn(Coord<f64>) -> f64) -> Option<(f64, Coord<f64>)> {
    let mut nearest: Option<(f64, Coord<f64>)> = None;
    for ring in shape.0.iter().flat_map(rings) {
        for p in &ring.0 {
            let d2 = distance2(*p);
            if nearest.is_none_or(|(least, _)| d2 < least) {
                nearest = Some((d2, *p));
            }
        }
    }
    nearest
}

/// Gathers the segments of a boundary whose boxes are within `limit2` of the other's box.
fn gather(near: &mut Vec<NearSegment>, shape: &MultiPolygon<f64>, of: &Rect<f64>, limit2: f64) {
    near.clear();
    for ring in shape.0.iter().flat_map(rings) {
        for segment in line_segments(ring) {
            let bounds = segment.bounds();
            let apart2 = box_distance2(&bounds, of);
            if apart2 <= limit2 {
                near.push(NearSegment { segment, bounds, apart2 });
            }
        }
    }
}

fn gap_of(nearest: Nearest) -> Gap {
    Gap { gap_m: nearest.d2.sqrt(), a: nearest.a, b: nearest.b }
}

/// Segments of a boundary within `limit` of a box.
#[must_use]
pub fn near_segments(shape: &MultiPolygon<f64>, of: &Rect<f64>, limit: f64) -> Vec<Segment> {
    let reach = grown(of, limit);
    let (min, max) = (reach.min(), reach.max());
    let near = |s: &Segment| {
        s.a.x.min(s.b.x) <= max.x && s.a.x.max(s.b.x) >= min.x && s.a.y.min(s.b.y) <= max.y && s.a.y.max(s.b.y) >= min.y
    };
    let mut segments = Vec::with_capacity(16);
    for ring in shape.0.iter().flat_map(rings) {
        segments.extend(line_segments(ring).filter(near));
    }
    segments
}

/// A vertex of some part of `inner` that lies in `outer`.
fn inner_point(inner: &MultiPolygon<f64>, outer: &MultiPolygon<f64>, outer_box: &Rect<f64>) -> Option<Coord<f64>> {
    let firsts = inner.0.iter().filter_map(|part| part.exterior().0.first());
    firsts.copied().find(|p| in_box(*p, outer_box) && covers(outer, *p))
}

/// Whether `p` lies in `rect`, border included.
#[must_use]
pub fn in_box(p: Coord<f64>, rect: &Rect<f64>) -> bool {
    rect.min().x <= p.x && p.x <= rect.max().x && rect.min().y <= p.y && p.y <= rect.max().y
}

/// Whether `p` lies in the shape or on its boundary. Robust.
#[must_use]
pub fn covers(shape: &MultiPolygon<f64>, p: Coord<f64>) -> bool {
    shape.0.iter().any(|part| part.coordinate_position(&p) != CoordPos::Outside)
}

/// Distance from `p` to the nearest of `segments`, m; infinite when there are none.
#[must_use]
pub fn distance_to(p: Coord<f64>, segments: &[Segment]) -> f64 {
    segments.iter().map(|s| distance2(p, s.nearest_to(p))).fold(f64::INFINITY, f64::min).sqrt()
}

/// Whether any of `segments` is within `reach` metres of `p`.
#[must_use]
pub fn is_near(p: Coord<f64>, segments: &[Segment], reach: f64) -> bool {
    let around = grown(&Rect::new(p, p), reach);
    let close = |s: &Segment| box_distance2(&around, &s.bounds()) <= 0.0 && distance2(p, s.nearest_to(p)) <= reach * reach;
    segments.iter().any(close)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::segment::boundary;
    use super::*;
    use geo::{Polygon, Translate, polygon};
    use proptest::prelude::*;

    /// A box from corner to corner.
    pub(crate) fn square(x: f64, y: f64, w: f64, h: f64) -> Polygon<f64> {
        polygon![(x: x, y: y), (x: x + w, y: y), (x: x + w, y: y + h), (x: x, y: y + h)]
    }

    /// A star-shaped polygon around a point, sometimes with a hole, on a grid so that touching is common.
    pub(crate) fn blob() -> impl Strategy<Value = Polygon<f64>> {
        (prop::collection::vec(4u32..12, 5..12), any::<bool>(), -30i32..30, -30i32..30).prop_map(|(radii, hole, x, y)| {
            let count = radii.len();
            let ring = |scale: f64| {
                let point = |(i, r): (usize, &u32)| {
                    let angle =
                        std::f64::consts::TAU * f64::from(u32::try_from(i).unwrap()) / f64::from(u32::try_from(count).unwrap());
                    let r = f64::from(*r) * scale;
                    Coord { x: (r * angle.cos()).round() + f64::from(x), y: (r * angle.sin()).round() + f64::from(y) }
                };
                radii.iter().enumerate().map(point).collect::<Vec<_>>()
            };
            let centre = Coord { x: f64::from(x), y: f64::from(y) };
            let inner =
                [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)].map(|(dx, dy)| Coord { x: centre.x + dx, y: centre.y + dy });
            let holes = if hole { vec![inner.to_vec().into()] } else { Vec::new() };
            Polygon::new(ring(1.0).into(), holes)
        })
    }

    /// One or two blobs as one shape; the second far enough not to meet the first.
    pub(crate) fn shape() -> impl Strategy<Value = MultiPolygon<f64>> {
        (blob(), prop::option::weighted(0.2, blob())).prop_map(|(first, second)| {
            let mut parts = vec![first];
            if let Some(second) = second {
                parts.push(second.translate(70.0, 0.0));
            }
            MultiPolygon::new(parts)
        })
    }

    /// The gap by trying every pair of segments and every vertex.
    pub(crate) fn brute_gap(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> f64 {
        let inside = |p: &MultiPolygon<f64>, q: &MultiPolygon<f64>| boundary(p).any(|s| covers(q, s.a));
        if inside(a, b) || inside(b, a) {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for s in boundary(a) {
            best = boundary(b).map(|t| s.nearest(&t).d2).fold(best, f64::min);
        }
        best.sqrt()
    }

    proptest! {
        #[test]
        fn equals_brute_force(a in shape(), b in shape(), limit in 0.0..40.0f64) {
            let brute = brute_gap(&a, &b);
            let gap = polygon_gap(&a, &b).unwrap();
            prop_assert!((gap.gap_m - brute).abs() < 1e-9, "{} and {}", gap.gap_m, brute);
            prop_assert!((distance2(gap.a, gap.b).sqrt() - gap.gap_m).abs() < 1e-9);
            let limited = polygon_gap_within(&a, &b, limit);
            prop_assert_eq!(limited.is_some(), brute <= limit);
            prop_assert_eq!(limited.map(|g| g.gap_m), (brute <= limit).then_some(gap.gap_m));
            let back = polygon_gap(&b, &a).unwrap();
            prop_assert!((gap.gap_m - back.gap_m).abs() < 1e-12);
        }
    }

    #[test]
    fn inside_is_zero_and_in_a_hole_is_not() {
        let ring = Polygon::new(
            square(0.0, 0.0, 30.0, 30.0).exterior().clone(),
            vec![square(10.0, 10.0, 10.0, 10.0).exterior().clone()],
        );
        let outer = MultiPolygon::new(vec![ring]);
        let gap = |s: Polygon<f64>| polygon_gap(&outer, &s.into()).unwrap().gap_m;
        assert_eq!(gap(square(2.0, 2.0, 3.0, 3.0)), 0.0, "within the body");
        assert_eq!(gap(square(13.0, 14.0, 2.0, 2.0)), 3.0, "within the hole");
        assert_eq!(gap(square(10.0, 12.0, 2.0, 2.0)), 0.0, "on the hole's edge");
        assert_eq!(gap(square(33.0, 34.0, 2.0, 2.0)), 5.0, "corner to corner");
        assert_eq!(gap(square(-5.0, -5.0, 50.0, 50.0)), 0.0, "around everything");
    }

    #[test]
    fn an_empty_shape_has_no_gap() {
        assert_eq!(polygon_gap(&MultiPolygon::new(Vec::new()), &square(0.0, 0.0, 1.0, 1.0).into()), None);
    }
}
