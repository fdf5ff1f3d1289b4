//! The shortest straight way between two shapes that no barrier cuts (R12).
//!
//! Between two segments the shortest clear way is one of: the nearest points; a way from an end of what barriers leave
//! of either segment; a way past one corner of a barrier; a way past two. Each is listed, and the shortest that is clear
//! is taken. Ways keep [`CLEAR_M`] off barriers: one round a corner is a few millimetres longer than one that grazes it, and
//! decimetres where it passes at a very sharp angle.

use geo::{Coord, Rect};

use super::barrier::{CLEAR_M, Nearby, Walls};
use super::toll::Search;
use super::touch::{Shape, TOUCH_M, contact_runs};
use crate::base::BarrierId;
use crate::geometry::distance::{Gap, near_segments};
use crate::geometry::segment::{Segment, box_distance2, distance2, free_of, grown, union_intervals};

/// What barriers make of a pair.
pub(super) enum Passage {
    /// Its own gap stands.
    Open,
    /// The way that counts least, round barriers or across some, and the metres that crossing these adds to it.
    Way(Gap, f64),
    /// No way within the limit.
    Cut(BarrierId),
}

/// How a pair with the given gap fares among barriers, within `limit` metres. See [`Search`] where some may be crossed at a cost.
pub(super) fn passage(walls: &Walls, a: Shape<'_>, b: Shape<'_>, gap: &Gap, limit: f64) -> Passage {
    let Some(nearby) = region(a.1, b.1, limit).and_then(|region| walls.near(region)) else { return Passage::Open };
    let direct = Segment::new(gap.a, gap.b);
    let touching = gap.gap_m <= TOUCH_M;
    if !touching && nearby.first_crossing(&direct).is_none() {
        return Passage::Open;
    }
    let nearby = nearby.outside_of(a, b);
    let straight = if touching { None } else { nearby.toll(&direct) };
    let best = straight.filter(|extra_m| gap.gap_m + extra_m <= limit).map(|extra_m| (*gap, extra_m));
    let room = best.map_or(limit, |(way, extra_m)| way.gap_m + extra_m);
    let near = (&*near_segments(a.0, b.1, room), &*near_segments(b.0, a.1, room));
    let payable = nearby.payable(room - gap.gap_m);
    match (Search { near, nearby: &nearby, gap, touching, payable, best, room }).cheapest() {
        Some((way, extra_m)) if way != *gap || extra_m > 0.0 => Passage::Way(way, extra_m),
        Some(_) => Passage::Open,
        None => nearby.blocking(&direct).or_else(|| nearby.nearest(gap.a)).map_or(Passage::Open, Passage::Cut),
    }
}

/// Every way of at most `limit` between the boxes lies here.
fn region(a: &Rect<f64>, b: &Rect<f64>, limit: f64) -> Option<Rect<f64>> {
    let (a, b) = (grown(a, limit), grown(b, limit));
    let min = Coord { x: a.min().x.max(b.min().x), y: a.min().y.max(b.min().y) };
    let max = Coord { x: a.max().x.min(b.max().x), y: a.max().y.min(b.max().y) };
    (min.x <= max.x && min.y <= max.y).then(|| Rect::new(min, max))
}

/// Whether some of the contact of two touching shapes lies off all barriers.
pub(super) fn open_contact(near_a: &[Segment], near_b: &[Segment], nearby: &Nearby<'_>) -> bool {
    contact_runs(near_a, near_b).into_iter().any(|run| {
        let stretch = Segment::new(run.segment.at(run.from), run.segment.at(run.to));
        pieces(std::slice::from_ref(&stretch), nearby).iter().any(|piece| nearby.area_at(piece.at(0.5)).is_none())
    })
}

/// What of the segments is at least [`CLEAR_M`] off every barrier.
pub(super) fn pieces(segments: &[Segment], nearby: &Nearby<'_>) -> Vec<Segment> {
    let mut kept = Vec::with_capacity(segments.len());
    for s in segments {
        let bounds = grown(&s.bounds(), CLEAR_M);
        let close = nearby.segments().filter(|(_, wall)| box_distance2(&bounds, &wall.bounds()) <= 0.0);
        let taken = union_intervals(close.filter_map(|(_, wall)| s.within(wall, CLEAR_M)).collect());
        kept.extend(free_of(&taken).into_iter().map(|(low, high)| Segment::new(s.at(low), s.at(high))));
    }
    kept
}

/// Candidate ways, none longer than a limit.
struct Candidates {
    limit2: f64,
    ways: Vec<(f64, Segment)>,
}

impl Candidates {
    fn offer(&mut self, p: Coord<f64>, q: Coord<f64>) {
        let d2 = distance2(p, q);
        if d2 <= self.limit2 && d2 > 0.0 {
            self.ways.push((d2, Segment::new(p, q)));
        }
    }
}

/// The shortest clear way of at most `limit` between two sets of boundary segments.
pub(super) fn shortest(near_a: &[Segment], near_b: &[Segment], nearby: &Nearby<'_>, limit: f64) -> Option<Gap> {
    let (from, to) = (pieces(near_a, nearby), pieces(near_b, nearby));
    let mut found = Candidates { limit2: limit * limit, ways: Vec::new() };
    let pivots = pivots_between(&from, &to, nearby, limit);
    for s in &from {
        let bounds = s.bounds();
        for t in to.iter().filter(|t| box_distance2(&bounds, &t.bounds()) <= limit * limit) {
            straight(s, t, &mut found);
            for pivot in &pivots {
                past_one(s, t, *pivot, &mut found);
            }
        }
    }
    for (at, first) in pivots.iter().enumerate() {
        for second in &pivots[at + 1..] {
            past_two(&from, &to, (*first, *second), &mut found);
            past_two(&from, &to, (*second, *first), &mut found);
        }
    }
    found.ways.sort_by(|p, q| p.0.total_cmp(&q.0));
    let clear = found.ways.iter().find(|(_, way)| nearby.first_crossing(way).is_none());
    clear.map(|(d2, way)| Gap { gap_m: d2.sqrt(), a: way.a, b: way.b })
}

/// Corners of barriers that a way within `limit` can reach.
fn pivots_between(from: &[Segment], to: &[Segment], nearby: &Nearby<'_>, limit: f64) -> Vec<Coord<f64>> {
    use crate::geometry::distance::distance_to;
    let reachable = |p: &Coord<f64>| distance_to(*p, from) + distance_to(*p, to) <= limit;
    nearby.pivots.iter().copied().filter(reachable).collect()
}

/// Ways between nearest points, ends included.
fn straight(s: &Segment, t: &Segment, found: &mut Candidates) {
    let nearest = s.nearest(t);
    found.offer(nearest.a, nearest.b);
    for p in [s.a, s.b] {
        found.offer(p, t.nearest_to(p));
        found.offer(p, t.a);
        found.offer(p, t.b);
    }
    for q in [t.a, t.b] {
        found.offer(s.nearest_to(q), q);
    }
}

/// Where on `s`, as a parameter, the line from `q` through `pivot` arrives beyond the pivot.
fn beyond(q: Coord<f64>, pivot: Coord<f64>, s: &Segment) -> Option<f64> {
    let (along, on) = Segment::new(q, pivot).line_crossing(s)?;
    (along >= 1.0).then_some(on)
}

/// The shortest way from `s` to `t` past one corner, and the ways where the ends of `t` or `s` bound it.
///
/// Of the ways through a fixed point between two lines, the length is convex in the direction,
/// so a golden section over the directions that meet both segments finds the shortest.
fn past_one(s: &Segment, t: &Segment, pivot: Coord<f64>, found: &mut Candidates) {
    let at_least = distance2(pivot, s.nearest_to(pivot)).sqrt() + distance2(pivot, t.nearest_to(pivot)).sqrt();
    if at_least * at_least > found.limit2 {
        return;
    }
    let way = |u: f64| {
        let p = s.at(u);
        let v = beyond(p, pivot, t).filter(|v| (-1e-9..=1.0 + 1e-9).contains(v))?;
        let q = t.at(v.clamp(0.0, 1.0));
        Some((distance2(p, q), p, q))
    };
    let mut bounds: Vec<f64> = [beyond(t.a, pivot, s), beyond(t.b, pivot, s)].into_iter().flatten().collect();
    bounds.retain(|u| (0.0..=1.0).contains(u));
    bounds.extend([0.0, 1.0]);
    bounds.sort_by(f64::total_cmp);
    for pair in bounds.windows(2) {
        let (mut low, mut high) = (pair[0], pair[1]);
        if way(low.midpoint(high)).is_none() {
            continue;
        }
        for u in [low, high] {
            if let Some((_, p, q)) = way(u) {
                found.offer(p, q);
            }
        }
        let length2 = |u: f64| way(u).map_or(f64::INFINITY, |w| w.0);
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        for _ in 0..48 {
            let (left, right) = (high - golden * (high - low), low + golden * (high - low));
            if length2(left) <= length2(right) {
                high = right;
            } else {
                low = left;
            }
        }
        if let Some((_, p, q)) = way(low.midpoint(high)) {
            found.offer(p, q);
        }
    }
}

/// The way along the line past two corners.
fn past_two(from: &[Segment], to: &[Segment], (first, second): (Coord<f64>, Coord<f64>), found: &mut Candidates) {
    if distance2(first, second) > found.limit2 || first == second {
        return;
    }
    let end = |start: Coord<f64>, turn: Coord<f64>, segments: &[Segment]| {
        let hit = |s: &Segment| beyond(start, turn, s).filter(|u| (0.0..=1.0).contains(u)).map(|u| s.at(u));
        segments.iter().filter_map(hit).min_by(|p, q| distance2(*p, turn).total_cmp(&distance2(*q, turn)))
    };
    if let (Some(p), Some(q)) = (end(second, first, from), end(first, second, to)) {
        found.offer(p, q);
    }
}
