//! Whether a district closes round a point: by its shapes and the links between them, whatever the graph says.
//!
//! A ray runs from the point to the right. Walking along the links of a district, from compound to compound and along their
//! boundaries between, one crosses it upwards and downwards; a walk that comes back with another count than it left with has
//! gone round the point. One count a compound is enough to know whether there is such a walk.

use geo::{Coord, MultiPolygon, Polygon};

use super::Work;
use crate::base::CompoundId;
use crate::geometry::distance::covers;
use crate::geometry::segment::{Segment, distance2};

/// The shapes and links of one district, made ready.
pub(super) struct Ring<'a> {
    shapes: Vec<&'a MultiPolygon<f64>>,
    /// For each member the ways to linked members: where to, and along which points.
    ways: Vec<Vec<(usize, Way)>>,
}

/// The way along a link, from the fixed point of one compound to that of the other; kept by the compound it leaves.
type Way = std::sync::Arc<(bool, Vec<Coord<f64>>)>;

impl<'a> Ring<'a> {
    /// Of some compounds, none without a shape, and the links among them.
    pub(super) fn new(work: &Work<'a>, members: &[CompoundId]) -> Self {
        let compounds = work.content.compounds.as_slice();
        let shapes: Vec<&MultiPolygon<f64>> = members.iter().map(|id| &compounds[id.index()].shape).collect();
        let mut ways: Vec<Vec<(usize, Way)>> = vec![Vec::new(); members.len()];
        for (from, member) in members.iter().enumerate() {
            let near = work.links.starting_at(*member).filter(|link| link.gap_m <= work.content.settings.gap_m);
            for link in near {
                let Ok(to) = members.binary_search(&link.b) else { continue };
                let mut points = along(shapes[from], link.from);
                points.extend(along(shapes[to], link.to).into_iter().rev());
                ways[from].push((to, Way::new((true, points.clone()))));
                ways[to].push((from, Way::new((false, points))));
            }
        }
        Self { shapes, ways }
    }

    /// Whether the district closes round `p`. `O(points of its links)`.
    pub(super) fn encloses(&self, p: Coord<f64>) -> bool {
        self.shapes.iter().any(|shape| in_hole(shape, p)) || self.walks_round(p)
    }

    fn walks_round(&self, p: Coord<f64>) -> bool {
        let mut counts: Vec<Option<i64>> = vec![None; self.ways.len()];
        for root in 0..self.ways.len() {
            if counts[root].is_some() {
                continue;
            }
            counts[root] = Some(0);
            let mut open = vec![(root, 0)];
            while let Some((at, count)) = open.pop() {
                for (to, way) in &self.ways[at] {
                    let (forth, points) = way.as_ref();
                    let there = count + if *forth { crossings(points, p) } else { -crossings(points, p) };
                    match counts[*to] {
                        Some(known) if known != there => return true,
                        Some(_) => {}
                        None => {
                            counts[*to] = Some(there);
                            open.push((*to, there));
                        }
                    }
                }
            }
        }
        false
    }
}

/// From a shape's fixed point, the first of its first ring, along that ring to where a link begins.
fn along(shape: &MultiPolygon<f64>, to: Coord<f64>) -> Vec<Coord<f64>> {
    let Some(ring) = shape.0.first().map(Polygon::exterior) else { return vec![to] };
    let away = |side: &[Coord<f64>]| distance2(to, Segment::new(side[0], side[1]).nearest_to(to));
    let nearest = ring.0.windows(2).enumerate().min_by(|p, q| away(p.1).total_cmp(&away(q.1))).map_or(0, |(at, _)| at);
    ring.0[..=nearest.min(ring.0.len().saturating_sub(1))].iter().copied().chain([to]).collect()
}

/// How often a line crosses the ray to the right of `p` upwards, less how often downwards.
fn crossings(points: &[Coord<f64>], p: Coord<f64>) -> i64 {
    let one = |side: &[Coord<f64>]| {
        let (a, b) = (side[0], side[1]);
        let upward = a.y <= p.y && b.y > p.y;
        if upward == (b.y <= p.y && a.y > p.y) {
            return 0;
        }
        let right = crate::geometry::segment::side(a, b, p) * if upward { 1 } else { -1 } > 0;
        match (right, upward) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => -1,
        }
    };
    points.windows(2).map(one).sum()
}

/// Whether a point lies in a hole of a shape.
fn in_hole(shape: &MultiPolygon<f64>, p: Coord<f64>) -> bool {
    let holes = || shape.0.iter().flat_map(Polygon::interiors);
    holes().any(|hole| covers(&Polygon::new(hole.clone(), Vec::new()).into(), p)) && !covers(shape, p)
}
