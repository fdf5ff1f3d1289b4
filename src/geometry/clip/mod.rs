//! Cuts lines at the border of areas, by chainage: the distance along the line from its start, in metres.
//!
//! What lies on the border counts as inside, so that a pipe along a wall belongs to the compound behind it.
//! Inside and outside are complements along the line, hence their lengths always add up to the whole.
//! Areas are even-odd within a polygon (holes are outside) and united across the polygons of a multipolygon.
//! Sides are walked ring by ring in plain loops: one iterator over all of them takes twice as long.

#[cfg(test)]
mod tests;

use geo::{Coord, Line, LineString, MultiLineString, MultiPolygon};

use super::segment::rings;

/// A point nearer to a border than this lies on it, m. Projected coordinates carry about 1e-9 m of rounding.
pub const ON_BORDER_M: f64 = 1e-6;

/// A stretch of a line between two chainages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins, m from the start of the line.
    pub from_m: f64,
    /// Where it ends, m; never before the beginning.
    pub to_m: f64,
}

impl Stretch {
    /// Its length, m.
    #[must_use]
    pub fn length_m(self) -> f64 {
        self.to_m - self.from_m
    }
}

/// A line cut at the border of an area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    /// Pieces inside or on the border, in the order of the line.
    pub inside: Vec<LineString<f64>>,
    /// Pieces outside, in the order of the line.
    pub outside: Vec<LineString<f64>>,
    /// Length of the pieces inside, m.
    pub inside_m: f64,
    /// Length of the pieces outside, m; with `inside_m` the whole length.
    pub outside_m: f64,
}

/// Cuts `line` at the border of `area`. `O(segments × edges nearby + pieces × edges)`.
#[must_use]
pub fn split_line(line: &MultiLineString<f64>, area: &MultiPolygon<f64>) -> Split {
    let mut split = Split::default();
    for part in line {
        let mut cutter = Cutter::new(part);
        let runs = runs_of(part, area);
        let end = runs.len().saturating_sub(1);
        for (place, run) in runs.iter().enumerate() {
            let piece = cutter.take_until(run.stretch.to_m, place == end);
            if run.inside {
                split.inside.push(piece);
                split.inside_m += run.stretch.length_m();
            } else {
                split.outside.push(piece);
                split.outside_m += run.stretch.length_m();
            }
        }
    }
    split
}

/// The stretches of `line` inside `area` or on its border, ascending and apart; chainage runs on from part to part.
#[must_use]
pub fn inside_stretches(line: &MultiLineString<f64>, area: &MultiPolygon<f64>) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut base = 0.0;
    for part in line {
        for run in runs_of(part, area).into_iter().filter(|run| run.inside) {
            found.push(Stretch { from_m: base + run.stretch.from_m, to_m: base + run.stretch.to_m });
        }
        base += part_length_m(part);
    }
    found
}

/// The union of stretches, ascending and apart; what overlaps or meets is joined.
#[must_use]
pub fn union(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.to_m.total_cmp(&b.to_m)));
    let mut joined: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for next in stretches {
        match joined.last_mut() {
            Some(last) if next.from_m <= last.to_m => last.to_m = last.to_m.max(next.to_m),
            _ => joined.push(next),
        }
    }
    joined
}

/// Length of a line in the plane, m.
#[must_use]
pub fn length_m(line: &MultiLineString<f64>) -> f64 {
    line.into_iter().map(part_length_m).sum()
}

/// Whether a point lies in an area or on its border. `O(edges)`.
#[must_use]
pub fn contains(area: &MultiPolygon<f64>, point: Coord<f64>) -> bool {
    reaches(area, point, ON_BORDER_M)
}

/// Whether a point lies in an area or no farther from it than `reach_m`. `O(edges)`, and sooner where an edge is near.
#[must_use]
pub fn reaches(area: &MultiPolygon<f64>, point: Coord<f64>, reach_m: f64) -> bool {
    let around = Corners { low: point, high: point }.grown(reach_m);
    for polygon in area {
        let mut inside = false;
        for ring in rings(polygon) {
            for pair in ring.0.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if around.may_meet(a, b) && edge_distance2(Line::new(a, b), point) <= reach_m * reach_m {
                    return true;
                }
                inside ^= crosses(a, b, point);
            }
        }
        if inside {
            return true;
        }
    }
    false
}

/// Distance from a point to an area, 0 inside; infinite for an empty area. `O(edges)`.
#[must_use]
pub fn distance_m(area: &MultiPolygon<f64>, point: Coord<f64>) -> f64 {
    if within(area, point) {
        return 0.0;
    }
    let mut nearest2 = f64::INFINITY;
    for ring in area.iter().flat_map(rings) {
        for pair in ring.0.windows(2) {
            nearest2 = nearest2.min(edge_distance2(Line::new(pair[0], pair[1]), point));
        }
    }
    nearest2.sqrt()
}

fn part_length_m(part: &LineString<f64>) -> f64 {
    part.lines().map(|segment| span_m(segment.start, segment.end)).sum()
}

fn span_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let along = b - a;
    (along.x * along.x + along.y * along.y).sqrt()
}

fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}

fn edge_distance_m(edge: Line<f64>, point: Coord<f64>) -> f64 {
    edge_distance2(edge, point).sqrt()
}

/// The square of the distance, m².
fn edge_distance2(edge: Line<f64>, point: Coord<f64>) -> f64 {
    let along = edge.end - edge.start;
    let square = along.x * along.x + along.y * along.y;
    let to = point - edge.start;
    let t = if square > 0.0 { ((to.x * along.x + to.y * along.y) / square).clamp(0.0, 1.0) } else { 0.0 };
    let away = edge.start + along * t - point;
    away.x * away.x + away.y * away.y
}

/// Even-odd ray casting to the right. Only for points off the border.
fn within(area: &MultiPolygon<f64>, point: Coord<f64>) -> bool {
    area.iter().any(|polygon| {
        let mut inside = false;
        for ring in rings(polygon) {
            for pair in ring.0.windows(2) {
                inside ^= crosses(pair[0], pair[1], point);
            }
        }
        inside
    })
}

/// Whether a ray from the point to the right crosses a side.
fn crosses(a: Coord<f64>, b: Coord<f64>, point: Coord<f64>) -> bool {
    (a.y > point.y) != (b.y > point.y) && point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x)
}

/// A stretch of one part with its side.
#[derive(Clone, Copy, Debug)]
struct Run {
    stretch: Stretch,
    inside: bool,
}

/// The sides of one part from start to end, without gaps; neighbours differ in side.
fn runs_of(part: &LineString<f64>, area: &MultiPolygon<f64>) -> Vec<Run> {
    let edges = edges_near(part, area);
    if edges.is_empty() {
        return whole_run(part, area);
    }
    let (mut near, mut cuts) = (Vec::new(), Vec::new());
    let mut runs: Vec<Run> = Vec::new();
    let mut base = 0.0;
    // Sides are carried along stretches that no edge is near to. The one before may have been near enough to an edge to end
    // beyond it.
    let mut carries = false;
    for segment in part.lines() {
        let length = span_m(segment.start, segment.end);
        if length.is_nan() || length <= 0.0 {
            continue;
        }
        near.clear();
        let around = Corners::around(segment).grown(ON_BORDER_M);
        near.extend(edges.iter().copied().filter(|edge| around.may_meet(edge.start, edge.end)));
        let carried = if near.is_empty() && carries { runs.last().map(|run| run.inside) } else { None };
        carries = near.is_empty();
        cuts_of(segment, length, &near, &mut cuts);
        for pair in cuts.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let middle = segment.start + (segment.end - segment.start) * f64::midpoint(from, to);
            let inside = carried
                .unwrap_or_else(|| near.iter().any(|edge| edge_distance_m(*edge, middle) <= ON_BORDER_M) || within(area, middle));
            push_run(&mut runs, Run { stretch: Stretch { from_m: base + length * from, to_m: base + length * to }, inside });
        }
        base += length;
    }
    without_slivers(runs)
}

/// The one run of a part that no edge is near to: it lies on one side as a whole.
fn whole_run(part: &LineString<f64>, area: &MultiPolygon<f64>) -> Vec<Run> {
    let lengths = part.lines().map(|segment| span_m(segment.start, segment.end));
    let to_m: f64 = lengths.filter(|length| *length > 0.0).sum();
    let stretch = Stretch { from_m: 0.0, to_m };
    let run = |at: &Coord<f64>| Run { stretch, inside: within(area, *at) };
    part.0.first().filter(|_| to_m > 0.0).map(run).into_iter().collect()
}

/// Adds a run, joined to the last one when both lie on one side.
fn push_run(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.inside == run.inside => last.stretch.to_m = run.stretch.to_m,
        _ => runs.push(run),
    }
}

/// Runs too short to mean anything, born where a line touches a corner, take the side of what is before or after them.
fn without_slivers(runs: Vec<Run>) -> Vec<Run> {
    let is_real = |run: &Run| run.stretch.length_m() > 4.0 * ON_BORDER_M;
    if runs.iter().all(is_real) || !runs.iter().any(is_real) {
        return runs;
    }
    let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
    let mut begin = None;
    for run in runs {
        if is_real(&run) {
            let from_m = begin.take().unwrap_or(run.stretch.from_m);
            push_run(&mut kept, Run { stretch: Stretch { from_m, to_m: run.stretch.to_m }, inside: run.inside });
        } else if let Some(last) = kept.last_mut() {
            last.stretch.to_m = run.stretch.to_m;
        } else if begin.is_none() {
            begin = Some(run.stretch.from_m);
        }
    }
    kept
}

/// Edges whose boxes meet the box of the part.
fn edges_near(part: &LineString<f64>, area: &MultiPolygon<f64>) -> Vec<Line<f64>> {
    let mut near = Vec::new();
    let Some(bounds) = geo::BoundingRect::bounding_rect(part) else { return near };
    let around = Corners { low: bounds.min(), high: bounds.max() }.grown(ON_BORDER_M);
    for ring in area.iter().flat_map(rings) {
        for pair in ring.0.windows(2) {
            if around.may_meet(pair[0], pair[1]) {
                near.push(Line::new(pair[0], pair[1]));
            }
        }
    }
    near
}

/// A box as its lowest and highest corner.
#[derive(Clone, Copy)]
struct Corners {
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Corners {
    fn around(edge: Line<f64>) -> Self {
        let (a, b) = (edge.start, edge.end);
        let low = Coord { x: a.x.min(b.x), y: a.y.min(b.y) };
        Self { low, high: Coord { x: a.x.max(b.x), y: a.y.max(b.y) } }
    }

    fn grown(self, by: f64) -> Self {
        let by = Coord { x: by, y: by };
        Self { low: self.low - by, high: self.high + by }
    }

    /// Whether the box around two points meets this one.
    fn may_meet(&self, a: Coord<f64>, b: Coord<f64>) -> bool {
        let apart = (a.x < self.low.x && b.x < self.low.x)
            || (a.x > self.high.x && b.x > self.high.x)
            || (a.y < self.low.y && b.y < self.low.y)
            || (a.y > self.high.y && b.y > self.high.y);
        !apart
    }
}

/// Shares of the segment, from 0 to 1, at which it may change sides: its ends, crossings, and corners that lie on it.
fn cuts_of(segment: Line<f64>, length: f64, edges: &[Line<f64>], cuts: &mut Vec<f64>) {
    cuts.clear();
    cuts.extend([0.0, 1.0]);
    let along = segment.end - segment.start;
    for edge in edges {
        let (a, b) = (edge.start - segment.start, edge.end - segment.start);
        let (side_a, side_b) = (cross(along, a) / length, cross(along, b) / length);
        for (corner, side) in [(a, side_a), (b, side_b)] {
            if side.abs() <= ON_BORDER_M {
                cuts.push((corner.x * along.x + corner.y * along.y) / (length * length));
            }
        }
        if side_a * side_b < 0.0 {
            let crossing = a + (b - a) * (side_a / (side_a - side_b));
            cuts.push((crossing.x * along.x + crossing.y * along.y) / (length * length));
        }
    }
    cuts.retain(|cut| (0.0..=1.0).contains(cut));
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
}

/// Walks along a part and hands out its pieces.
struct Cutter<'a> {
    coords: &'a [Coord<f64>],
    /// The vertex walked to next.
    next: usize,
    /// Chainage of the vertex before `next`.
    base: f64,
    /// Where the next piece begins.
    at: Option<Coord<f64>>,
}

impl<'a> Cutter<'a> {
    fn new(part: &'a LineString<f64>) -> Self {
        Self { coords: &part.0, next: 1, base: 0.0, at: part.0.first().copied() }
    }

    /// The piece from here to the chainage; the last piece takes every vertex that is left.
    fn take_until(&mut self, to_m: f64, last: bool) -> LineString<f64> {
        let mut piece: Vec<Coord<f64>> = self.at.into_iter().collect();
        while let Some(vertex) = self.coords.get(self.next).copied() {
            let before = self.coords[self.next - 1];
            let length = span_m(before, vertex);
            let end = self.base + length;
            if !last && to_m < end {
                let point = before + (vertex - before) * ((to_m - self.base) / length);
                push_coord(&mut piece, point);
                self.at = Some(point);
                return LineString(piece);
            }
            push_coord(&mut piece, vertex);
            self.at = Some(vertex);
            self.base = end;
            self.next += 1;
            if !last && to_m <= end {
                break;
            }
        }
        LineString(piece)
    }
}

fn push_coord(piece: &mut Vec<Coord<f64>>, point: Coord<f64>) {
    if piece.last() != Some(&point) {
        piece.push(point);
    }
}
