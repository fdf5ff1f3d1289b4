//! The near-neighbour join: every pair of shapes within a gap, by boxes first and exactly then.

use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use rayon::prelude::*;

use crate::base::{Cancelled, Reporter};
use crate::geometry::distance::GapFinder;
use crate::geometry::index::BoxIndex;
use crate::geometry::segment::grown;

/// Two shapes within a gap of each other, by row, `a < b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Row of the first.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// Their gap in metres; exactly 0 when they share a point.
    pub gap_m: f64,
    /// Nearest point of the first.
    pub from: Coord<f64>,
    /// Nearest point of the second.
    pub to: Coord<f64>,
}

/// Shapes whose boxes are taken and indexed once.
pub(super) struct Boxed<'a> {
    pub(super) shapes: Vec<&'a MultiPolygon<f64>>,
    pub(super) boxes: Vec<Option<Rect<f64>>>,
    pub(super) index: BoxIndex,
}

impl<'a> Boxed<'a> {
    pub(super) fn new(shapes: Vec<&'a MultiPolygon<f64>>) -> Self {
        let boxes: Vec<Option<Rect<f64>>> = shapes.par_iter().map(|shape| shape.bounding_rect()).collect();
        let index = BoxIndex::new(boxes.iter().copied());
        Self { shapes, boxes, index }
    }
}

/// How many rows are done between two looks at the reporter.
const CHUNK: usize = 1024;

/// All pairs of `shapes` with a gap of at most `max_gap_m`, sorted. In parallel; the result does not depend on threads.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn pairs_within(shapes: Vec<&MultiPolygon<f64>>, max_gap_m: f64, reporter: &dyn Reporter) -> Result<Vec<Pair>, Cancelled> {
    pairs_of(&Boxed::new(shapes), max_gap_m, reporter)
}

pub(super) fn pairs_of(boxed: &Boxed<'_>, max_gap_m: f64, reporter: &dyn Reporter) -> Result<Vec<Pair>, Cancelled> {
    let count = boxed.shapes.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let chunks: Result<Vec<Vec<Pair>>, Cancelled> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            reporter.check()?;
            let rows = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
            let mut found = Vec::with_capacity(rows.len() * 4);
            let (mut finder, mut near) = (GapFinder::default(), Vec::new());
            for a in rows.clone() {
                pairs_from(boxed, a, max_gap_m, (&mut finder, &mut near), &mut found);
            }
            let so_far = done.fetch_add(rows.len(), std::sync::atomic::Ordering::Relaxed) + rows.len();
            reporter.progress(so_far, count);
            Ok(found)
        })
        .collect();
    Ok(chunks?.concat())
}

fn pairs_from(
    boxed: &Boxed<'_>,
    a: usize,
    max_gap_m: f64,
    (finder, near): (&mut GapFinder, &mut Vec<usize>),
    found: &mut Vec<Pair>,
) {
    let Some(box_a) = boxed.boxes[a] else { return };
    near.clear();
    near.extend(boxed.index.in_box(grown(&box_a, max_gap_m)).filter(|b| *b > a));
    near.sort_unstable();
    for b in near.iter().copied() {
        let Some(box_b) = boxed.boxes[b] else { continue };
        let gap = finder.gap((boxed.shapes[a], &box_a), (boxed.shapes[b], &box_b), max_gap_m);
        found.extend(gap.map(|gap| Pair { a, b, gap_m: gap.gap_m, from: gap.a, to: gap.b }));
    }
}
