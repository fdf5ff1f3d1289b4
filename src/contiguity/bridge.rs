//! Bridges, underpasses and level crossings restore links across the barriers they span (R12).
//!
//! A bridge spans the barriers within [`SPAN_M`] of it, whatever their rule: a river that counts as nothing is as wide as ever. Two compounds are linked by it when both lie within the largest gap
//! of it, the straight line between their nearest points to it crosses a barrier that it spans, and no other barrier
//! blocks the way from either compound to the bridge. The link's gap is the larger of the two distances to the bridge, with
//! what barriers on these ways cost: from that gap on the pair is linked. The length of the bridge does not count.

use geo::{BoundingRect, Coord, Geometry, Rect};

use super::barrier::Walls;
use super::connect::{Work, new_link};
use super::{Link, LinkKind, Via};
use crate::base::{BarrierId, BridgeId};
use crate::geometry::distance::{Gap, covers, in_box, near_segments};
use crate::geometry::segment::{Segment, boundary, distance2, grown, line_segments};

/// A bridge is drawn this near to the barrier that it crosses, m. Assumed; points are often put on a bank.
pub(super) const SPAN_M: f64 = 30.0;

/// A compound in reach of a bridge.
struct Approach {
    row: usize,
    /// From the compound (`a`) to the bridge (`b`).
    gap: Gap,
    /// What barriers on the way add, m.
    extra_m: f64,
}

impl Approach {
    fn counted_m(&self) -> f64 {
        self.gap.gap_m + self.extra_m
    }
}

/// Links over one bridge.
pub(super) fn over(work: &Work<'_>, id: BridgeId) -> Vec<Link> {
    let mut links = Vec::new();
    let Some(bridge) = work.input.bridges.get(id.index()).filter(|_| !work.ground.drawn().is_empty()) else { return links };
    let deck = segments_of(&bridge.shape);
    let Some(bounds) = bridge.shape.bounding_rect() else { return links };
    let spanned = spanned(work.ground.drawn(), &deck, &bounds);
    if spanned.is_empty() {
        return links;
    }
    let is_spanned = |barrier: BarrierId| spanned.binary_search(&barrier).is_ok();
    let approaches = approaches(work, &deck, &bounds, is_spanned);
    for (at, first) in approaches.iter().enumerate() {
        for second in &approaches[at + 1..] {
            let across = Segment::new(first.gap.a, second.gap.a);
            let nearby = work.ground.drawn().near(across.bounds()).map(|nearby| nearby.without(|barrier| !is_spanned(barrier)));
            if nearby.is_none_or(|nearby| across.length() <= 0.0 || nearby.first_crossing(&across).is_none()) {
                continue;
            }
            let longer = if second.counted_m() > first.counted_m() { second } else { first };
            let gap = Gap { gap_m: longer.gap.gap_m, a: first.gap.a, b: second.gap.a };
            let link = new_link((first.row, second.row), gap, LinkKind::Bridge).paying(longer.extra_m);
            links.push(Link { via: Some(Via::Bridge(id)), ..link });
        }
    }
    links
}

/// Barriers that the bridge spans, ascending.
fn spanned(walls: &Walls, deck: &[Segment], bounds: &Rect<f64>) -> Vec<BarrierId> {
    let Some(nearby) = walls.near(grown(bounds, SPAN_M)) else { return Vec::new() };
    let near = |wall: &Segment| deck.iter().any(|s| s.nearest(wall).d2 <= SPAN_M * SPAN_M);
    let mut spanned: Vec<BarrierId> = nearby.segments().filter(|(_, wall)| near(wall)).map(|(barrier, _)| barrier).collect();
    spanned.extend(deck.iter().filter_map(|s| nearby.area_at(s.a)));
    spanned.sort_unstable();
    spanned.dedup();
    spanned
}

/// Compounds within the largest gap of the bridge that no other barrier keeps from it, by row.
fn approaches(work: &Work<'_>, deck: &[Segment], bounds: &Rect<f64>, is_spanned: impl Fn(BarrierId) -> bool) -> Vec<Approach> {
    let limit = work.input.max_gap_m;
    let approach = |row: usize| {
        let gap = gap_to_deck(work, row, deck, bounds, limit)?;
        let leg = Segment::new(gap.a, gap.b);
        let others = work.ground.walls.near(grown(&leg.bounds(), 1.0)).map(|nearby| nearby.without(&is_spanned));
        let extra_m = if gap.gap_m <= 0.0 { 0.0 } else { others.map_or(Some(0.0), |others| others.toll(&leg))? };
        Some(Approach { row, gap, extra_m }).filter(|approach| approach.counted_m() <= limit)
    };
    work.rows_in(grown(bounds, limit)).into_iter().filter_map(approach).collect()
}

fn gap_to_deck(work: &Work<'_>, row: usize, deck: &[Segment], bounds: &Rect<f64>, limit: f64) -> Option<Gap> {
    let (shape, shape_box) = work.shape(row)?;
    let inside = |p: &Coord<f64>| in_box(*p, shape_box) && covers(shape, *p);
    if let Some(p) = deck.iter().map(|s| s.a).find(inside) {
        return Some(Gap { gap_m: 0.0, a: p, b: p });
    }
    let near = near_segments(shape, bounds, limit);
    let pairs = near.iter().flat_map(|s| deck.iter().map(|d| s.nearest(d)));
    let nearest = pairs.min_by(|p, q| p.d2.total_cmp(&q.d2))?;
    (nearest.d2 <= limit * limit).then(|| Gap { gap_m: distance2(nearest.a, nearest.b).sqrt(), a: nearest.a, b: nearest.b })
}

/// A bridge as segments; a point is one without length, an area its outline.
fn segments_of(shape: &Geometry<f64>) -> Vec<Segment> {
    match shape {
        Geometry::Point(p) => vec![Segment::new(p.0, p.0)],
        Geometry::MultiPoint(points) => points.iter().map(|p| Segment::new(p.0, p.0)).collect(),
        Geometry::Line(line) => vec![Segment::new(line.start, line.end)],
        Geometry::LineString(line) => line_segments(line).collect(),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(line_segments).collect(),
        Geometry::Polygon(polygon) => boundary(&polygon.clone().into()).collect(),
        Geometry::MultiPolygon(polygons) => boundary(polygons).collect(),
        Geometry::Rect(rect) => boundary(&rect.to_polygon().into()).collect(),
        Geometry::Triangle(triangle) => boundary(&triangle.to_polygon().into()).collect(),
        Geometry::GeometryCollection(all) => all.iter().flat_map(segments_of).collect(),
    }
}
