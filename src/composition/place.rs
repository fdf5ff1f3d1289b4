//! Where drafted symbols go: inside the compound, apart from each other and from what is there already.

use geo::{BoundingRect, Coord, InteriorPoint, MultiPolygon, Point};

use crate::geometry::clip;

/// Up to `count` points inside `shape`, each as far as possible from those before it and from `taken`.
///
/// Fewer come back only for an empty or a vanishingly thin shape. `O(count² × edges)`.
#[must_use]
pub fn spread(shape: &MultiPolygon<f64>, taken: &[Coord<f64>], count: usize) -> Vec<Point<f64>> {
    let Some(first) = shape.interior_point().map(|p| p.0) else { return Vec::new() };
    let needed = count + taken.len();
    let mut cells = 4;
    while cells * cells < 3 * needed {
        cells += 1;
    }
    let mut candidates = Vec::new();
    for _ in 0..4 {
        candidates = grid(shape, cells);
        if candidates.len() > needed {
            break;
        }
        cells *= 2;
    }
    candidates.insert(0, first);
    let nearest = |p: Coord<f64>, others: &[Coord<f64>]| others.iter().map(|q| distance2(p, *q)).fold(f64::INFINITY, f64::min);
    let mut clear: Vec<f64> = candidates.iter().map(|p| nearest(*p, taken)).collect();
    let mut placed = Vec::with_capacity(count);
    for _ in 0..count {
        let Some(best) = farthest(&clear) else { break };
        let chosen = candidates[best];
        placed.push(Point(chosen));
        for (space, candidate) in clear.iter_mut().zip(&candidates) {
            *space = space.min(distance2(*candidate, chosen));
        }
    }
    placed
}

/// The position of the largest value above 0, the first of equals.
fn farthest(clear: &[f64]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (i, space) in clear.iter().enumerate() {
        if *space > 0.0 && best.is_none_or(|b| *space > clear[b]) {
            best = Some(i);
        }
    }
    best
}

fn distance2(p: Coord<f64>, q: Coord<f64>) -> f64 {
    (p.x - q.x).powi(2) + (p.y - q.y).powi(2)
}

/// Centres of `cells` × `cells` boxes that lie in the shape.
#[expect(clippy::cast_precision_loss, reason = "cell numbers are small")]
fn grid(shape: &MultiPolygon<f64>, cells: usize) -> Vec<Coord<f64>> {
    let Some(bounds) = shape.bounding_rect() else { return Vec::new() };
    let at = |cell: usize| (cell as f64 + 0.5) / cells as f64;
    let centre = |i: usize| {
        let (column, row) = (i % cells, i / cells);
        Coord { x: bounds.min().x + at(column) * bounds.width(), y: bounds.min().y + at(row) * bounds.height() }
    };
    (0..cells * cells).map(centre).filter(|p| clip::contains(shape, *p)).collect()
}
