//! The exact gap between two polygonal shapes in plane metres, with the two nearest points.
//!
//! 0 means that they touch, cross, or one holds the other; a shape in the other's hole keeps its distance.
//! Segments are pruned by boxes, so the usual pair of neighbours costs little more than one pass over each boundary.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, MultiPolygon, Rect};

use super::segment::{Nearest, Segment, boundary, box_distance2, distance2, grown};

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
    /// The two segments nearest to the other's box give a first bound. It is hardly ever much too large, so few pairs of
    /// segments are left to be compared.
    fn nearest(
        &mut self,
        a: (&MultiPolygon<f64>, &Rect<f64>),
        b: (&MultiPolygon<f64>, &Rect<f64>),
        limit: f64,
    ) -> Option<Nearest> {
        let limit2 = limit * limit;
        let first = gather(&mut self.mine, a.0, b.1, limit2)?;
        let second = gather(&mut self.others, b.0, a.1, limit2)?;
        let guess = self.mine[first].segment.nearest(&self.others[second].segment);
        let mut best = (guess.d2 <= limit2).then_some(guess);
        let mut best2 = guess.d2.min(limit2);
        for s in self.mine.iter().filter(|s| s.apart2 <= guess.d2) {
            for t in self.others.iter().filter(|t| t.apart2 <= guess.d2) {
                if s.apart2 > best2 || t.apart2 > best2 || box_distance2(&s.bounds, &t.bounds) > best2 {
                    continue;
                }
                let nearest = s.segment.nearest(&t.segment);
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

/// Gathers the segments of a boundary whose boxes are near the other's box; returns the place of the nearest of them.
fn gather(near: &mut Vec<NearSegment>, shape: &MultiPolygon<f64>, of: &Rect<f64>, limit2: f64) -> Option<usize> {
    near.clear();
    let (mut nearest, mut nearest2) = (None, f64::INFINITY);
    for segment in boundary(shape) {
        let bounds = segment.bounds();
        let apart2 = box_distance2(&bounds, of);
        if apart2 <= limit2 {
            if apart2 < nearest2 {
                (nearest, nearest2) = (Some(near.len()), apart2);
            }
            near.push(NearSegment { segment, bounds, apart2 });
        }
    }
    nearest
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
    boundary(shape).filter(near).collect()
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

#[cfg(test)]
pub(crate) mod tests {
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
