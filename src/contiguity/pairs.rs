//! The near-neighbour join: every pair of shapes within a gap, by boxes first and exactly then.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use rayon::prelude::*;

use super::touch::Shape;
use crate::base::{Cancelled, Reporter};
use crate::geometry::distance::GapFinder;
use crate::geometry::index::BoxIndex;
use crate::geometry::packed::PackedBoxes;
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

/// Boxes of shapes, by row, and their index; none for an empty shape.
#[derive(Debug)]
pub(super) struct Boxes {
    pub(super) of: Vec<Option<Rect<f64>>>,
    /// Made when it is first asked for: a join does without.
    index: OnceLock<BoxIndex>,
}

impl Boxes {
    pub(super) fn new(of: Vec<Option<Rect<f64>>>) -> Self {
        Self { of, index: OnceLock::new() }
    }

    pub(super) fn index(&self) -> &BoxIndex {
        self.index.get_or_init(|| BoxIndex::new(self.of.iter().copied()))
    }

    /// Puts another box in place of that of a row, which is there.
    pub(super) fn replace(&mut self, row: usize, after: Option<Rect<f64>>) {
        let before = std::mem::replace(&mut self.of[row], after);
        if let Some(index) = self.index.get_mut() {
            index.replace(row, before, after);
        }
    }

    /// Rows whose boxes are within `reach_m` of that of a row, in no particular but always the same order.
    pub(super) fn near(&self, row: usize, reach_m: f64) -> impl Iterator<Item = usize> + '_ {
        let bounds = self.of.get(row).copied().flatten();
        bounds.into_iter().flat_map(move |bounds| self.index().in_box(grown(&bounds, reach_m)))
    }

    /// The boxes packed for a join of all rows.
    pub(super) fn join(&self) -> Join<'_> {
        Join { of: &self.of, packed: PackedBoxes::new(&self.of) }
    }
}

/// Boxes of which each is asked once what lies near it.
pub(super) struct Join<'a> {
    of: &'a [Option<Rect<f64>>],
    packed: PackedBoxes,
}

impl Join<'_> {
    /// Puts the rows after `row` whose boxes are within `reach_m` of its box into `later`, ascending.
    pub(super) fn later_near(&self, row: usize, reach_m: f64, later: &mut Vec<usize>) {
        later.clear();
        if let Some(bounds) = self.of.get(row).copied().flatten() {
            let put = |other: usize| {
                if other > row {
                    later.push(other);
                }
            };
            self.packed.each_in_box(&grown(&bounds, reach_m), put);
            later.sort_unstable();
        }
    }
}

/// Does work on blocks of rows, on all cores and with memory that each of them uses again; what it gave, in order.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub(super) fn in_blocks<S: Default, T: Send>(
    (count, block): (usize, usize),
    reporter: &dyn Reporter,
    work: impl Fn(&mut S, Range<usize>) -> T + Sync,
) -> Result<Vec<T>, Cancelled> {
    let done = AtomicUsize::new(0);
    let one = |scratch: &mut S, place: usize| {
        reporter.check()?;
        let rows = place * block..count.min((place + 1) * block);
        let so_far = done.fetch_add(rows.len(), Ordering::Relaxed) + rows.len();
        let found = work(scratch, rows);
        reporter.progress(so_far, count);
        Ok(found)
    };
    (0..count.div_ceil(block)).into_par_iter().map_init(S::default, one).collect()
}

/// Shapes whose boxes are taken and indexed once.
pub(super) struct Boxed<'a> {
    pub(super) shapes: Vec<&'a MultiPolygon<f64>>,
    pub(super) boxes: Boxes,
}

impl<'a> Boxed<'a> {
    pub(super) fn new(shapes: Vec<&'a MultiPolygon<f64>>) -> Self {
        let boxes = Boxes::new(shapes.par_iter().map(|shape| shape.bounding_rect()).collect());
        Self { shapes, boxes }
    }

    /// A shape with its box; none for an empty one.
    pub(super) fn shape(&self, row: usize) -> Option<Shape<'_>> {
        Some((*self.shapes.get(row)?, self.boxes.of.get(row)?.as_ref()?))
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
    let join = boxed.boxes.join();
    let pairs_from = |(finder, later): &mut (GapFinder, Vec<usize>), rows: Range<usize>| {
        let mut found = Vec::with_capacity(rows.len() * 4);
        for a in rows {
            join.later_near(a, max_gap_m, later);
            for b in later.iter().copied() {
                let (Some(first), Some(second)) = (boxed.shape(a), boxed.shape(b)) else { continue };
                let gap = finder.gap(first, second, max_gap_m);
                found.extend(gap.map(|gap| Pair { a, b, gap_m: gap.gap_m, from: gap.a, to: gap.b }));
            }
        }
        found
    };
    Ok(in_blocks((boxed.shapes.len(), CHUNK), reporter, pairs_from)?.concat())
}
