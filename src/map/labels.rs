//! Where labels stand: a point well inside each area, the straight run of a line, and greedy placement without overlap, the
//! important ones first.

use geo::{Area, Centroid, Coord, InteriorPoint, LineString, MultiPolygon, Polygon};

use crate::geometry::pole::{inside_m, pole};
use crate::geometry::segment::shares_in_box;

/// A centroid is good enough where it is at least this share as far inside as the middle of a disc of that area.
const CENTRAL: f64 = 0.5;
/// The pole is found to this share of the radius of such a disc.
const PRECISION: f64 = 0.05;

/// A point inside the largest part: its centroid where that lies well inside, else its pole of inaccessibility, where a label
/// has the most room.
#[must_use]
pub fn label_point(shape: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let largest = largest_part(shape)?;
    let radius = (largest.unsigned_area() / std::f64::consts::PI).sqrt();
    let centroid = largest.centroid().map(|point| point.0).filter(|at| inside_m(largest, *at) > CENTRAL * radius);
    let deepest = || pole(largest, PRECISION * radius).map(|(at, _)| at);
    centroid.or_else(deepest).or_else(|| largest.interior_point().map(|point| point.0))
}

fn largest_part(shape: &MultiPolygon<f64>) -> Option<&Polygon<f64>> {
    shape.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))
}

/// How far a horizontal text around a place reaches to either side before it leaves the shape, m; the shorter side counts
/// twice. 0 outside.
#[must_use]
pub fn room_m(shape: &MultiPolygon<f64>, at: Coord<f64>) -> f64 {
    let rings = shape.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let (mut left, mut right, mut inside) = (f64::INFINITY, f64::INFINITY, false);
    for side in rings.flat_map(LineString::lines) {
        let (a, b) = (side.start, side.end);
        if (a.y > at.y) == (b.y > at.y) {
            continue;
        }
        let x = a.x + (b.x - a.x) * (at.y - a.y) / (b.y - a.y);
        if x > at.x {
            inside = !inside;
            right = right.min(x - at.x);
        } else {
            left = left.min(at.x - x);
        }
    }
    if inside { 2.0 * left.min(right) } else { 0.0 }
}

/// A nearly straight run of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// One end.
    pub from: [f32; 2],
    /// The other.
    pub to: [f32; 2],
}

impl Run {
    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> [f32; 2] {
        [f32::midpoint(self.from[0], self.to[0]), f32::midpoint(self.from[1], self.to[1])]
    }

    /// Its length as the crow flies.
    #[must_use]
    pub fn length(&self) -> f32 {
        (self.to[0] - self.from[0]).hypot(self.to[1] - self.from[1])
    }
}

/// A run is straight while none of its points is farther from its chord than this.
const BULGE: f32 = 3.0;

/// The nearly straight runs of a line in pixels, cut to a box of that size with its corner at zero; in the order of the line.
/// `O(points²)` for a line that is straight all along, and usual lines turn soon.
#[must_use]
pub fn straight_runs(points: &[[f32; 2]], size: [f32; 2]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start + 1 < points.len() {
        let mut end = start + 1;
        while end + 1 < points.len() && end - start < 64 && is_straight(&points[start..=end + 1]) {
            end += 1;
        }
        runs.extend(cut(points[start], points[end], size));
        start = end;
    }
    runs
}

fn is_straight(points: &[[f32; 2]]) -> bool {
    let (Some(a), Some(b)) = (points.first(), points.last()) else { return true };
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx.hypot(dy).max(1.0e-3);
    points.iter().all(|p| {
        let along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length;
        let away = ((p[0] - a[0]) * dy - (p[1] - a[1]) * dx).abs() / length;
        away <= BULGE && (-BULGE..=length + BULGE).contains(&along)
    })
}

/// The part of a straight line inside a box (Liang & Barsky 1984).
fn cut(from: [f32; 2], to: [f32; 2], size: [f32; 2]) -> Option<Run> {
    let [width, height] = size.map(f64::from);
    let (begin, end) = shares_in_box(from.map(f64::from), to.map(f64::from), [0.0, 0.0, width, height])?;
    #[expect(clippy::cast_possible_truncation, reason = "shares of a line on the screen")]
    let at = |share: f64| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share as f32);
    (begin < end).then(|| Run { from: at(begin), to: at(end) })
}

/// A box on the screen: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelBox {
    /// Left and top.
    pub min: [f32; 2],
    /// Right and bottom.
    pub max: [f32; 2],
}

impl LabelBox {
    /// A box of that size around a middle.
    #[must_use]
    pub fn around(middle: [f32; 2], size: [f32; 2]) -> Self {
        let half = [size[0] / 2.0, size[1] / 2.0];
        Self { min: [middle[0] - half[0], middle[1] - half[1]], max: [middle[0] + half[0], middle[1] + half[1]] }
    }

    /// Whether two boxes share more than an edge.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.min[0] < other.max[0] && other.min[0] < self.max[0] && self.min[1] < other.max[1] && other.min[1] < self.max[1]
    }
}

/// Side of the cells in which taken boxes are kept, pixels.
const CELL_PX: f32 = 64.0;

/// Places taken so far. Offer labels and symbols from the most important to the least.
#[derive(Clone, Debug, Default)]
pub struct Placer {
    cells: std::collections::HashMap<(i32, i32), Vec<LabelBox>>,
}

impl Placer {
    /// Takes the box if it is free; says whether it was.
    pub fn place(&mut self, wanted: LabelBox) -> bool {
        let free = self.is_free(&wanted);
        if free {
            self.take(wanted);
        }
        free
    }

    /// Whether nothing was put where the box is.
    #[must_use]
    pub fn is_free(&self, wanted: &LabelBox) -> bool {
        cells_of(wanted).all(|cell| self.cells.get(&cell).is_none_or(|taken| taken.iter().all(|b| !b.meets(wanted))))
    }

    /// Takes the first free box of several; says which.
    pub fn place_any(&mut self, wanted: &[LabelBox]) -> Option<usize> {
        wanted.iter().position(|b| self.place(*b))
    }

    /// Takes the box whether it is free or not.
    pub fn take(&mut self, taken: LabelBox) {
        for cell in cells_of(&taken) {
            self.cells.entry(cell).or_default().push(taken);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to cells that an i32 holds")]
fn cells_of(b: &LabelBox) -> impl Iterator<Item = (i32, i32)> + use<> {
    let cell = |v: f32| (v / CELL_PX).floor().clamp(-10_000.0, 10_000.0) as i32;
    let (x0, y0, x1, y1) = (cell(b.min[0]), cell(b.min[1]), cell(b.max[0]), cell(b.max[1]));
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| (x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, polygon};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn placed_labels_never_overlap(wanted in prop::collection::vec((0.0f32..400.0, 0.0f32..300.0, 5.0f32..120.0, 8.0f32..20.0), 1..60)) {
            let mut placer = Placer::default();
            let boxes: Vec<LabelBox> = wanted.iter().map(|(x, y, w, h)| LabelBox::around([*x, *y], [*w, *h])).collect();
            let placed: Vec<&LabelBox> = boxes.iter().filter(|b| placer.place(**b)).collect();
            prop_assert_eq!(placed.first().copied(), boxes.first());
            for (i, a) in placed.iter().enumerate() {
                prop_assert!(placed[i + 1..].iter().all(|b| !a.meets(b)));
            }
        }
    }

    #[test]
    fn a_label_of_a_horseshoe_stands_on_the_shoe() {
        let shoe = polygon![(x: 0.0, y: 0.0), (x: 90.0, y: 0.0), (x: 90.0, y: 90.0), (x: 60.0, y: 90.0), (x: 60.0, y: 30.0),
            (x: 30.0, y: 30.0), (x: 30.0, y: 90.0), (x: 0.0, y: 90.0)];
        let at = label_point(&MultiPolygon(vec![shoe.clone()])).unwrap();
        assert!(shoe.contains(&geo::Point(at)));
        assert_eq!(label_point(&MultiPolygon(vec![])), None);
        assert_eq!(room_m(&MultiPolygon(vec![shoe.clone()]), Coord { x: 10.0, y: 60.0 }), 20.0);
        assert_eq!(room_m(&MultiPolygon(vec![shoe]), Coord { x: 45.0, y: 60.0 }), 0.0);
    }

    #[test]
    fn runs_are_straight_and_on_the_map() {
        let line = [[-100.0, 50.0], [100.0, 51.0], [200.0, 50.0], [200.0, 400.0]];
        let runs = straight_runs(&line, [300.0, 200.0]);
        assert_eq!(runs.len(), 2);
        assert!(runs[0].from[0] == 0.0 && runs[0].to == [200.0, 50.0] && runs[1].to == [200.0, 200.0], "{runs:?}");
        assert!(straight_runs(&[[-9.0, -9.0], [-1.0, -5.0]], [300.0, 200.0]).is_empty());
        assert!(straight_runs(&[[5.0, 5.0]], [300.0, 200.0]).is_empty());
    }
}
