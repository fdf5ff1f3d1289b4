//! Layers of lines.

use std::ops::Range;

use geo::{BoundingRect, Coord, MultiLineString, Rect, Simplify};
use rayon::prelude::*;

use super::{SIMPLIFY_FROM, TOLERANCES_M, best_level, count, local};
use crate::map::cells::digest_of_line;
use crate::map::{Cells, Grid};

/// One line of a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineFeature {
    /// Box in the world.
    pub bounds: Option<Rect<f64>>,
    /// Its parts in [`LineLevel::parts`].
    pub parts: Range<u32>,
}

/// Lines of a layer at one level of detail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineLevel {
    /// How far this level may be off, m.
    pub tolerance_m: f64,
    /// All points, relative to the anchor.
    pub points: Vec<[f32; 2]>,
    /// Parts as ranges of `points`.
    pub parts: Vec<Range<u32>>,
    /// Features by row.
    pub features: Vec<LineFeature>,
}

impl LineLevel {
    /// The points of a part.
    #[must_use]
    pub fn part(&self, part: u32) -> &[[f32; 2]] {
        let range = &self.parts[part as usize];
        &self.points[range.start as usize..range.end as usize]
    }
}

/// A layer of lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineLayer {
    /// World place of the point `[0, 0]`.
    pub anchor: Coord<f64>,
    /// Levels, finest first; never empty once built.
    pub levels: Vec<LineLevel>,
    /// Boxes of the features.
    pub grid: Grid,
    /// The features by the squares of the world in which they lie.
    pub cells: Cells,
    /// The points of the finest level, relative to the origins of the cells.
    pub fine: Vec<[f32; 2]>,
    /// What each line is drawn by, by row; empty where every line has a style of its own. Lines whose kinds have the same
    /// upper bits (all but the lowest) are of one class, and classes are merged where a pixel holds several lines.
    pub kinds: Vec<u8>,
}

impl LineLayer {
    /// Prepares the lines, relative to `anchor`; `kinds` are theirs, or empty.
    #[must_use]
    pub fn new(anchor: Coord<f64>, lines: &[&MultiLineString<f64>], kinds: Vec<u8>) -> Self {
        Self::with_levels(anchor, lines, kinds, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels as long as the last has so many points.
    pub(in crate::map) fn with_levels(anchor: Coord<f64>, lines: &[&MultiLineString<f64>], kinds: Vec<u8>, from: usize) -> Self {
        let none = vec![None; lines.len()];
        Self::built(anchor, lines, kinds, &none, &[], from).unwrap_or_default()
    }

    /// As [`super::AreaLayer::following`].
    #[must_use]
    pub fn following(&self, lines: &[&MultiLineString<f64>], kinds: Vec<u8>, kept: &[Option<u32>]) -> Self {
        let copied = Self::built(self.anchor, lines, kinds.clone(), kept, &self.levels, SIMPLIFY_FROM);
        copied.unwrap_or_else(|| Self::new(self.anchor, lines, kinds))
    }

    /// `None` where a level is wanted that there was not before.
    fn built(
        anchor: Coord<f64>,
        lines: &[&MultiLineString<f64>],
        kinds: Vec<u8>,
        kept: &[Option<u32>],
        before: &[LineLevel],
        from: usize,
    ) -> Option<Self> {
        let (mut levels, mut last): (Vec<LineLevel>, Option<Vec<MultiLineString<f64>>>) = (Vec::new(), None);
        let fresh: Vec<&MultiLineString<f64>> =
            lines.iter().zip(kept).filter(|(_, kept)| kept.is_none()).map(|(l, _)| *l).collect();
        let copies = fresh.len() < lines.len();
        for (number, tolerance_m) in TOLERANCES_M.into_iter().enumerate() {
            if levels.last().is_some_and(|level| level.points.len() < from) {
                break;
            }
            if tolerance_m > 0.0 {
                last = Some(match &last {
                    None => fresh.par_iter().map(|line| line.simplify(tolerance_m)).collect(),
                    Some(last) => last.par_iter().map(|line| line.simplify(tolerance_m)).collect(),
                });
            }
            let before = before.get(number);
            if copies && before.is_none() {
                return None;
            }
            levels.push(match &last {
                None => line_level(anchor, tolerance_m, &fresh, kept, before),
                Some(own) => line_level(anchor, tolerance_m, &own.iter().collect::<Vec<_>>(), kept, before),
            });
        }
        let boxes: Vec<_> = lines.par_iter().map(|line| line.bounding_rect()).collect();
        let digest = |(row, line): (usize, &&MultiLineString<f64>)| digest_of_line(line, kinds.get(row).copied());
        let digests: Vec<u64> = lines.par_iter().enumerate().map(digest).collect();
        let cells = Cells::new(&boxes, &digests, levels.first().map_or(0, |level| level.points.len()));
        let points = lines.par_iter().enumerate().flat_map_iter(|(row, line)| {
            let origin = cells.origin_of(row).unwrap_or(anchor);
            line.iter().flat_map(move |part| part.0.iter().map(move |c| local(origin, *c)))
        });
        let fine = points.collect();
        Some(Self { anchor, levels, grid: Grid::new(boxes), cells, fine, kinds })
    }

    /// The level to draw at that scale; `None` for a layer that was never built.
    #[must_use]
    pub fn level(&self, metres_per_pixel: f64) -> Option<&LineLevel> {
        self.level_index(metres_per_pixel).and_then(|index| self.levels.get(index))
    }

    /// Which of [`Self::levels`] to draw at that scale.
    #[must_use]
    pub fn level_index(&self, metres_per_pixel: f64) -> Option<usize> {
        best_level(self.levels.iter().map(|level| level.tolerance_m), metres_per_pixel)
    }
}

/// A level of lines that are new, in the order of their rows, and of rows that are copied from before.
fn line_level(
    anchor: Coord<f64>,
    tolerance_m: f64,
    fresh: &[&MultiLineString<f64>],
    kept: &[Option<u32>],
    before: Option<&LineLevel>,
) -> LineLevel {
    let mut level = LineLevel { tolerance_m, ..LineLevel::default() };
    let mut fresh = fresh.iter();
    for kept in kept {
        let first = count(&level.parts);
        let mut bounds = None;
        if let Some((before, row)) = before.zip(*kept) {
            let Some(feature) = before.features.get(row as usize) else { continue };
            for part in feature.parts.clone() {
                level.push_part(before.part(part).iter().copied());
            }
            bounds = feature.bounds;
        } else if let Some(line) = fresh.next() {
            line.iter().for_each(|part| level.push_part(part.0.iter().map(|c| local(anchor, *c))));
            bounds = line.bounding_rect();
        }
        level.features.push(LineFeature { bounds, parts: first..count(&level.parts) });
    }
    level
}

impl LineLevel {
    fn push_part(&mut self, points: impl Iterator<Item = [f32; 2]>) {
        let start = count(&self.points);
        self.points.extend(points);
        self.parts.push(start..count(&self.points));
    }
}
