//! Layers of lines.

use geo::{BoundingRect, Coord, LineString, MultiLineString, Rect, Simplify};
use rayon::prelude::*;

use super::details::Details;
use super::runs::Runs;
use super::{CHUNK, SIMPLIFY_FROM, best_level, levels_of, local, tolerance_m, wide};
use crate::geometry::segment::{Segment, distance2};
use crate::map::cells::digest_of_line;
use crate::map::{Cells, Grid};

/// A layer of lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineLayer {
    /// Boxes of the features.
    pub grid: Grid,
    /// The features by the squares of the world in which they lie.
    pub cells: Cells,
    /// How many levels of detail there are.
    pub levels: usize,
    /// What each line is drawn by, by row; empty where every line has a style of its own. Lines whose kinds have the same
    /// upper bits (all but the lowest) are of one class, and classes are merged where a pixel holds several lines.
    pub kinds: Vec<u8>,
    lines: LineDetail,
    details: Details<LineDetail>,
}

/// What is known of a line before its cell is.
struct Measured {
    bounds: Option<Rect<f64>>,
    digest: u64,
    points: usize,
}

impl LineLayer {
    /// Prepares the lines; `kinds` are theirs, or empty. `O(points)` on all cores.
    #[must_use]
    pub fn new(lines: &[&MultiLineString<f64>], kinds: Vec<u8>) -> Self {
        Self::with_levels(lines, kinds, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels from so many points on.
    pub(in crate::map) fn with_levels(lines: &[&MultiLineString<f64>], kinds: Vec<u8>, from: usize) -> Self {
        Self::built(lines, kinds, None, from)
    }

    /// The layer of changed lines, equal to one made anew: details of cells whose lines stayed are taken over.
    #[must_use]
    pub fn following(&self, lines: &[&MultiLineString<f64>], kinds: Vec<u8>) -> Self {
        Self::built(lines, kinds, Some(self), SIMPLIFY_FROM)
    }

    fn built(lines: &[&MultiLineString<f64>], kinds: Vec<u8>, before: Option<&Self>, from: usize) -> Self {
        let measure = |(row, line): (usize, &&MultiLineString<f64>)| Measured {
            bounds: line.bounding_rect(),
            digest: digest_of_line(line, kinds.get(row).copied()),
            points: line.iter().map(|part| part.0.len()).sum(),
        };
        let measured: Vec<Measured> = lines.par_iter().enumerate().map(measure).collect();
        let points = measured.iter().map(|line| line.points).sum();
        let boxes: Vec<_> = measured.iter().map(|line| line.bounds).collect();
        let digests: Vec<u64> = measured.iter().map(|line| line.digest).collect();
        drop(measured);
        let (cells, grid) = rayon::join(|| Cells::new(&boxes, &digests, points), || Grid::new(boxes.clone()));
        let chunk = |(chunk, lines): (usize, &[&MultiLineString<f64>])| {
            let mut found = LineDetail::default();
            for (row, line) in (chunk * CHUNK..).zip(lines) {
                let origin = cells.origin_of(row).unwrap_or_else(Coord::zero);
                found.push(line.iter(), |points, part| points.extend(part.0.iter().map(|c| local(origin, *c))));
            }
            found
        };
        let chunks: Vec<LineDetail> = lines.par_chunks(CHUNK).enumerate().map(chunk).collect();
        let mut lines = LineDetail { points: Vec::with_capacity(points), ..LineDetail::default() };
        for chunk in &chunks {
            lines.append(chunk);
        }
        let details = Details::new(&cells, before.map(|layer| (&layer.cells, &layer.details)));
        Self { grid, cells, levels: levels_of(points, from), kinds, lines, details }
    }

    /// Which level to draw at that scale; `None` for a layer that was never built.
    #[must_use]
    pub fn level_index(&self, metres_per_pixel: f64) -> Option<usize> {
        best_level(self.levels, metres_per_pixel)
    }

    /// A line as it is, relative to where its cell has its origin ([`Cells::origin_of`]).
    #[must_use]
    pub fn line(&self, row: u32) -> LineShape<'_> {
        self.lines.shape(row as usize)
    }

    /// A cell at a level of detail. `O(points · log points)`.
    #[must_use]
    pub fn detail(&self, level: usize, cell: usize) -> LineDetail {
        let mut detail = LineDetail::default();
        let (Some(cell), Some(tolerance_m)) = (self.cells.list.get(cell), tolerance_m(level)) else { return detail };
        for row in &cell.rows {
            detail.push(self.line(*row).parts(), |points, part| simplify_into(points, part, tolerance_m));
        }
        detail
    }

    /// The shape of a line at a level, and the origin of its points; kept once made.
    #[must_use]
    pub fn shape(&self, level: usize, row: u32) -> Option<(LineShape<'_>, Coord<f64>)> {
        let (cell, place) = self.cells.place_of(row)?;
        let origin = self.cells.list.get(cell)?.origin;
        if level == 0 {
            return Some((self.line(row), origin));
        }
        let detail = self.details.get(level, cell, || self.detail(level, cell))?;
        Some((detail.shape(place), origin))
    }
}

/// Adds the points of a part that a level keeps. Most pipes have one bend or none, which needs no room of its own.
pub(in crate::map) fn simplify_into(points: &mut Vec<[f32; 2]>, part: &[[f32; 2]], tolerance_m: f64) {
    match part {
        [first, bend, last] if tolerance_m > 0.0 => {
            points.push(*first);
            let (bend_at, way) = (wide(*bend), Segment { a: wide(*first), b: wide(*last) });
            if distance2(bend_at, way.nearest_to(bend_at)) > tolerance_m * tolerance_m {
                points.push(*bend);
            }
            points.push(*last);
        }
        [_, _, _, ..] if tolerance_m > 0.0 => {
            let line: LineString<f64> = part.iter().map(|point| wide(*point)).collect();
            points.extend(line.simplify(tolerance_m).0.into_iter().map(|c| local(Coord::zero(), c)));
        }
        _ => points.extend(part),
    }
}

/// Lines at one level: those of a layer by row, or those of a cell by their place in [`crate::map::Cell::rows`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineDetail {
    points: Vec<[f32; 2]>,
    points_of: Runs,
    parts_of: Runs,
}

impl LineDetail {
    /// Adds a line; `add` adds the points of one of its parts.
    fn push<P>(&mut self, parts: impl Iterator<Item = P>, add: impl Fn(&mut Vec<[f32; 2]>, P)) {
        let before = self.points_of.len();
        for part in parts {
            let start = self.points.len();
            add(&mut self.points, part);
            self.points_of.push(self.points.len() - start);
        }
        self.parts_of.push(self.points_of.len() - before);
    }

    fn append(&mut self, other: &Self) {
        self.points.extend(&other.points);
        self.points_of.append(&other.points_of);
        self.parts_of.append(&other.parts_of);
    }

    /// The line at a place.
    #[must_use]
    pub fn shape(&self, place: usize) -> LineShape<'_> {
        LineShape { lines: self, place }
    }
}

/// A line at a level of detail.
#[derive(Clone, Copy, Debug)]
pub struct LineShape<'a> {
    lines: &'a LineDetail,
    place: usize,
}

impl<'a> LineShape<'a> {
    /// Its parts.
    pub fn parts(&self) -> impl Iterator<Item = &'a [[f32; 2]]> + use<'a> {
        let lines = self.lines;
        lines.parts_of.range(self.place).map(move |part| &lines.points[lines.points_of.range(part)])
    }
}
