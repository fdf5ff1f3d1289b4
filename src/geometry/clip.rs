//! Cuts lines at the border of areas, by chainage: the distance along the line from its start, in metres.
//!
//! What lies on the border counts as inside, so that a pipe along a wall belongs to the compound behind it.
//! Inside and outside are complements along the line, hence their lengths always add up to the whole.
//! Areas are even-odd within a polygon (holes are outside) and united across the polygons of a multipolygon.

use geo::{Coord, Line, LineString, LinesIter, MultiLineString, MultiPolygon};

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
    distance_m(area, point) <= ON_BORDER_M
}

/// Distance from a point to an area, 0 inside; infinite for an empty area. `O(edges)`.
#[must_use]
pub fn distance_m(area: &MultiPolygon<f64>, point: Coord<f64>) -> f64 {
    if within(area, point) {
        return 0.0;
    }
    area.lines_iter().map(|edge| edge_distance_m(edge, point)).fold(f64::INFINITY, f64::min)
}

fn part_length_m(part: &LineString<f64>) -> f64 {
    part.lines().map(|segment| span_m(segment.start, segment.end)).sum()
}

fn span_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (b.x - a.x).hypot(b.y - a.y)
}

fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}

fn edge_distance_m(edge: Line<f64>, point: Coord<f64>) -> f64 {
    let along = edge.end - edge.start;
    let square = along.x * along.x + along.y * along.y;
    let to = point - edge.start;
    let t = if square > 0.0 { ((to.x * along.x + to.y * along.y) / square).clamp(0.0, 1.0) } else { 0.0 };
    span_m(point, edge.start + along * t)
}

/// Even-odd ray casting to the right. Only for points off the border.
fn within(area: &MultiPolygon<f64>, point: Coord<f64>) -> bool {
    area.iter().any(|polygon| {
        let crossings = polygon.lines_iter().filter(|edge| {
            let (a, b) = (edge.start, edge.end);
            (a.y > point.y) != (b.y > point.y) && point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x)
        });
        crossings.count() % 2 == 1
    })
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
    let mut runs: Vec<Run> = Vec::new();
    let mut base = 0.0;
    for segment in part.lines() {
        let length = span_m(segment.start, segment.end);
        if length.is_nan() || length <= 0.0 {
            continue;
        }
        let near: Vec<Line<f64>> = edges.iter().copied().filter(|edge| boxes_meet(segment, *edge)).collect();
        let carried = if near.is_empty() { runs.last().map(|run| run.inside) } else { None };
        let cuts = cuts_of(segment, length, &near);
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
    if !runs.iter().any(is_real) {
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
    let Some(bounds) = geo::BoundingRect::bounding_rect(part) else { return Vec::new() };
    let diagonal = Line::new(bounds.min(), bounds.max());
    area.lines_iter().filter(|edge| boxes_meet(diagonal, *edge)).collect()
}

fn boxes_meet(a: Line<f64>, b: Line<f64>) -> bool {
    let apart =
        |a0: f64, a1: f64, b0: f64, b1: f64| a0.max(a1) + ON_BORDER_M < b0.min(b1) || b0.max(b1) + ON_BORDER_M < a0.min(a1);
    !apart(a.start.x, a.end.x, b.start.x, b.end.x) && !apart(a.start.y, a.end.y, b.start.y, b.end.y)
}

/// Shares of the segment, from 0 to 1, at which it may change sides: crossings, and corners that lie on it.
fn cuts_of(segment: Line<f64>, length: f64, edges: &[Line<f64>]) -> Vec<f64> {
    let mut cuts = vec![0.0, 1.0];
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
    cuts
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

#[cfg(test)]
mod tests {
    use geo::{MultiLineString, MultiPolygon, Polygon, line_string, polygon};
    use proptest::prelude::*;

    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
        polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
    }

    fn with_hole() -> MultiPolygon<f64> {
        let hole = square(4.0, 4.0, 2.0).exterior().clone();
        MultiPolygon(vec![Polygon::new(square(0.0, 0.0, 10.0).exterior().clone(), vec![hole])])
    }

    fn line(coords: &[(f64, f64)]) -> MultiLineString<f64> {
        MultiLineString(vec![LineString::from(coords.to_vec())])
    }

    fn check(coords: &[(f64, f64)], area: &MultiPolygon<f64>, inside: (usize, f64), outside: (usize, f64)) {
        let split = split_line(&line(coords), area);
        assert_eq!((split.inside.len(), split.outside.len()), (inside.0, outside.0), "{coords:?}: {split:?}");
        assert!((split.inside_m - inside.1).abs() < 1e-6, "{coords:?}: inside {}", split.inside_m);
        assert!((split.outside_m - outside.1).abs() < 1e-6, "{coords:?}: outside {}", split.outside_m);
    }

    #[test]
    fn cuts_at_borders_and_holes() {
        let area = with_hole();
        check(&[(-5.0, 2.0), (15.0, 2.0)], &area, (1, 10.0), (2, 10.0));
        check(&[(-5.0, 5.0), (15.0, 5.0)], &area, (2, 8.0), (3, 12.0));
        check(&[(1.0, 1.0), (2.0, 1.0)], &area, (1, 1.0), (0, 0.0));
        check(&[(4.5, 5.0), (5.5, 5.0)], &area, (0, 0.0), (1, 1.0));
        check(&[(20.0, 5.0), (30.0, 5.0)], &area, (0, 0.0), (1, 10.0));
    }

    #[test]
    fn the_border_counts_as_inside() {
        let area = with_hole();
        check(&[(0.0, 0.0), (10.0, 0.0)], &area, (1, 10.0), (0, 0.0));
        check(&[(-3.0, 10.0), (13.0, 10.0)], &area, (1, 10.0), (2, 6.0));
        check(&[(4.0, 3.0), (4.0, 7.0)], &area, (1, 4.0), (0, 0.0));
        // A border that is off by the rounding of a projection is still the border.
        check(&[(-3.0, 10.0 + 1e-8), (13.0, 10.0 - 1e-8)], &area, (1, 10.0), (2, 6.0));
    }

    #[test]
    fn a_touch_cuts_nothing() {
        let area = with_hole();
        check(&[(-5.0, 5.0), (5.0, -5.0)], &area, (0, 0.0), (1, 200.0_f64.sqrt()));
        check(&[(-5.0, 5.0), (0.0, 5.0), (-5.0, 6.0)], &area, (0, 0.0), (1, 5.0 + 26.0_f64.sqrt()));
        check(&[(4.0, 2.0), (4.0, 4.0), (2.0, 4.0)], &area, (1, 4.0), (0, 0.0));
    }

    #[test]
    fn polygons_side_by_side_are_one_area() {
        let area = MultiPolygon(vec![square(0.0, 0.0, 10.0), square(10.0, 0.0, 10.0)]);
        check(&[(-1.0, 5.0), (21.0, 5.0)], &area, (1, 20.0), (2, 2.0));
        assert!(contains(&area, Coord { x: 20.0, y: 3.0 }) && !contains(&area, Coord { x: 20.1, y: 3.0 }));
        assert!((distance_m(&area, Coord { x: 23.0, y: 14.0 }) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn pieces_run_in_the_order_of_the_line() {
        let split = split_line(&line(&[(-5.0, 2.0), (5.0, 2.0), (5.0, -5.0)]), &with_hole());
        assert_eq!(split.inside, vec![line_string![(x: 0.0, y: 2.0), (x: 5.0, y: 2.0), (x: 5.0, y: 0.0)]]);
        assert_eq!(split.outside[1], line_string![(x: 5.0, y: 0.0), (x: 5.0, y: -5.0)]);
        assert_eq!(split_line(&MultiLineString(vec![]), &with_hole()), Split::default());
        assert_eq!(split_line(&line(&[(1.0, 1.0), (1.0, 1.0)]), &with_hole()), Split::default());
    }

    #[test]
    fn union_counts_what_overlaps_once() {
        let s = |from_m, to_m| Stretch { from_m, to_m };
        assert_eq!(union(vec![s(5.0, 9.0), s(0.0, 3.0), s(2.0, 4.0)]), vec![s(0.0, 4.0), s(5.0, 9.0)]);
    }

    /// Coordinates on a coarse grid, so that borders, corners and collinear stretches are common.
    fn grid_line() -> impl Strategy<Value = Vec<(f64, f64)>> {
        prop::collection::vec((-3_i32..14, -3_i32..14).prop_map(|(x, y)| (f64::from(x), f64::from(y))), 2..12)
    }

    proptest! {
        #[test]
        fn inside_and_outside_add_up(coords in grid_line(), far in prop::bool::ANY) {
            let shift = if far { Coord { x: 538_123.456, y: 4_857_321.123 } } else { Coord { x: 0.0, y: 0.0 } };
            let mut area = with_hole();
            area.0.push(square(10.0, 3.0, 4.0));
            let area = geo::MapCoords::map_coords(&area, |c| c + shift);
            let moved: Vec<(f64, f64)> = coords.iter().map(|(x, y)| (x + shift.x, y + shift.y)).collect();
            let moved = line(&moved);
            let split = split_line(&moved, &area);
            let whole = length_m(&moved);
            prop_assert!((split.inside_m + split.outside_m - whole).abs() < 1e-6);
            let pieces = |pieces: &[LineString<f64>]| pieces.iter().map(part_length_m).sum::<f64>();
            prop_assert!((pieces(&split.inside) - split.inside_m).abs() < 1e-6);
            prop_assert!((pieces(&split.outside) - split.outside_m).abs() < 1e-6);
            let stretches: f64 = inside_stretches(&moved, &area).into_iter().map(Stretch::length_m).sum();
            prop_assert!((stretches - split.inside_m).abs() < 1e-6);
        }

        #[test]
        fn sampling_agrees_with_the_cut(coords in grid_line()) {
            let mut area = with_hole();
            area.0.push(square(10.0, 3.0, 4.0));
            let split = split_line(&line(&coords), &area);
            let middle = |piece: &LineString<f64>| {
                let longest = piece.lines().max_by(|a, b| span_m(a.start, a.end).total_cmp(&span_m(b.start, b.end)));
                longest.map(|s| s.start + (s.end - s.start) * 0.437)
            };
            prop_assert!(split.inside.iter().filter_map(middle).all(|p| contains(&area, p)));
            prop_assert!(split.outside.iter().filter_map(middle).all(|p| !contains(&area, p)));
        }

        #[test]
        fn direction_does_not_matter(coords in grid_line()) {
            let area = with_hole();
            let back: Vec<_> = coords.iter().rev().copied().collect();
            let (a, b) = (split_line(&line(&coords), &area), split_line(&line(&back), &area));
            prop_assert!((a.inside_m - b.inside_m).abs() < 1e-6);
        }
    }
}
