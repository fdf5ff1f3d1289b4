//! How two shapes touch: by overlapping, along an edge, or at corners only.
//!
//! Borders that were meant to be shared rarely are to the last bit, so shapes within [`TOUCH_M`] count as touching,
//! and as overlapping only where one reaches deeper than that into the other.

use geo::{Coord, InteriorPoint, MultiPolygon, Polygon, Rect};

use super::LinkKind;
use crate::geometry::distance::{covers, in_box, is_near, near_segments};
use crate::geometry::segment::{Segment, box_distance2, grown, union_intervals};

/// Shapes no further apart than this touch, m: well above rounding, well below any wall.
pub const TOUCH_M: f64 = 0.001;

/// Borders that only nearly coincide are shared when they do so for this long, m. Borders of the very same points
/// are shared however short. It keeps a sharp corner at a wall from passing for a shared edge.
const SHARED_RUN_M: f64 = 0.1;

/// A shape with its box.
pub(super) type Shape<'a> = (&'a MultiPolygon<f64>, &'a Rect<f64>);

/// The kind of two shapes whose gap is at most [`TOUCH_M`].
pub(super) fn kind_of_touch(a: Shape<'_>, b: Shape<'_>) -> LinkKind {
    let near_a = near_segments(a.0, b.1, TOUCH_M);
    let near_b = near_segments(b.0, a.1, TOUCH_M);
    if reaches_into(&near_a, &near_b, b) || reaches_into(&near_b, &near_a, a) || same_ground(a, b, &near_b) {
        LinkKind::Overlap
    } else if shares_edge(&near_a, &near_b) {
        LinkKind::Edge
    } else {
        LinkKind::Corner
    }
}

/// Whether some of `mine` lies in the other shape, deeper than [`TOUCH_M`] below its boundary.
fn reaches_into(mine: &[Segment], others: &[Segment], other: Shape<'_>) -> bool {
    // What is that deep in a shape is that deep in its box.
    let Some(heart) = shrunk(other.1, TOUCH_M) else { return false };
    let deep = |p: Coord<f64>| in_box(p, &heart) && !is_near(p, others, TOUCH_M) && covers(other.0, p);
    let mut cuts: Vec<f64> = Vec::new();
    mine.iter().any(|s| {
        let bounds = s.bounds();
        if box_distance2(&bounds, &heart) > 0.0 {
            return false;
        }
        let crossing = |t: &Segment| {
            let (u, v) = s.line_crossing(t)?;
            ((0.0..=1.0).contains(&u) && (0.0..=1.0).contains(&v)).then_some(u)
        };
        let touching = others.iter().filter(|t| box_distance2(&bounds, &t.bounds()) <= 0.0);
        cuts.clear();
        cuts.extend(touching.filter_map(crossing).chain([0.0, 1.0]));
        cuts.sort_unstable_by(f64::total_cmp);
        deep(s.a) || cuts.windows(2).any(|pair| deep(s.at(pair[0].midpoint(pair[1]))))
    })
}

/// The box smaller by `by` on all sides; `None` when nothing is left.
fn shrunk(rect: &Rect<f64>, by: f64) -> Option<Rect<f64>> {
    (rect.width() > 2.0 * by && rect.height() > 2.0 * by).then(|| grown(rect, -by))
}

/// Whether the shapes cover each other without their boundaries showing it: the same shape twice.
fn same_ground(a: Shape<'_>, b: Shape<'_>, near_b: &[Segment]) -> bool {
    let inner = |p: Coord<f64>| in_box(p, b.1) && !is_near(p, near_b, TOUCH_M) && covers(b.0, p);
    // A part without any boundary deep in the other lies in it as a whole or not at all, and so does its box.
    let room = grown(b.1, TOUCH_M);
    let fits = |part: &&Polygon<f64>| part.exterior().0.iter().all(|p| in_box(*p, &room));
    a.0.0.iter().filter(fits).filter_map(InteriorPoint::interior_point).any(|p| inner(p.0))
}

/// Whether the boundaries share a stretch.
fn shares_edge(near_a: &[Segment], near_b: &[Segment]) -> bool {
    let same = |s: &Segment, t: &Segment| (s.a == t.a && s.b == t.b) || (s.a == t.b && s.b == t.a);
    let any = |shared: &dyn Fn(&Segment, &Segment) -> bool| {
        near_a.iter().filter(|s| s.a != s.b).any(|s| near_b.iter().any(|t| shared(s, t)))
    };
    any(&same) || any(&shares_line) || longest_run(&contact_runs(near_a, near_b)) >= SHARED_RUN_M
}

/// Whether two segments overlap on exactly one line for a positive length.
fn shares_line(s: &Segment, t: &Segment) -> bool {
    use crate::geometry::segment::side;
    if side(s.a, s.b, t.a) != 0 || side(s.a, s.b, t.b) != 0 {
        return false;
    }
    let (low, high) = (s.project(t.a), s.project(t.b));
    (high - low).abs() > 0.0
}

/// Length of the longest unbroken contact, over corners where it goes on.
fn longest_run(runs: &[Run]) -> f64 {
    let (mut longest, mut so_far) = (0.0_f64, 0.0);
    let mut end: Option<Coord<f64>> = None;
    for run in runs {
        so_far = if run.from <= 0.0 && end == Some(run.segment.a) { so_far + run.length_m } else { run.length_m };
        end = (run.to >= 1.0).then_some(run.segment.b);
        longest = longest.max(so_far);
    }
    longest
}

/// A stretch of one boundary in contact with the other.
pub(super) struct Run {
    pub(super) segment: Segment,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) length_m: f64,
}

/// Stretches of `near_a` within [`TOUCH_M`] of `near_b`.
pub(super) fn contact_runs(near_a: &[Segment], near_b: &[Segment]) -> Vec<Run> {
    let mut runs = Vec::new();
    for s in near_a {
        let bounds = s.bounds();
        let reachable = near_b.iter().filter(|t| box_distance2(&bounds, &t.bounds()) <= TOUCH_M * TOUCH_M);
        let parts = union_intervals(reachable.filter_map(|t| s.within(t, TOUCH_M)).collect());
        let length = s.length();
        runs.extend(parts.into_iter().map(|(from, to)| Run { segment: *s, from, to, length_m: (to - from) * length }));
    }
    runs
}
