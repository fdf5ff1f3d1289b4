//! Layers made ready to draw: points relative to an anchor, triangles, simplified levels, and a grid for culling.

use std::ops::Range;

use geo::{BoundingRect, Coord, LineString, MultiLineString, MultiPolygon, Polygon, Rect, Simplify};
use rayon::prelude::*;

use super::cells::{digest_of_area, digest_of_line};
use super::{Cells, Grid, label_point};
use crate::geometry::triangulate;

/// Tolerances of the levels in metres; the first is the geometry as it is.
const TOLERANCES_M: [f64; 6] = [0.0, 1.0, 3.0, 9.0, 27.0, 81.0];
/// Layers with fewer points are drawn as they are at every scale.
const SIMPLIFY_FROM: usize = 60_000;
/// A level may be off by so many pixels.
const ALLOWED_PX: f64 = 0.6;

/// One area of a layer at one level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaFeature {
    /// Box in the world; `None` when the area has no points.
    pub bounds: Option<Rect<f64>>,
    /// Where a label stands, inside the largest part; relative to the anchor. Told at the finest level alone.
    pub label: Option<[f32; 2]>,
    /// Its points in [`AreaLevel::points`].
    pub points: Range<u32>,
    /// Its rings in [`AreaLevel::rings`].
    pub rings: Range<u32>,
    /// Its triangles in [`AreaLevel::triangles`].
    pub triangles: Range<u32>,
}

/// Areas of a layer at one level of detail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaLevel {
    /// How far this level may be off, m.
    pub tolerance_m: f64,
    /// All points, relative to the anchor; rings are not closed.
    pub points: Vec<[f32; 2]>,
    /// Rings as ranges of `points`.
    pub rings: Vec<Range<u32>>,
    /// Triangles as indices into `points`.
    pub triangles: Vec<[u32; 3]>,
    /// Features by row.
    pub features: Vec<AreaFeature>,
}

impl AreaLevel {
    /// The points of a ring.
    #[must_use]
    pub fn ring(&self, ring: u32) -> &[[f32; 2]] {
        let range = &self.rings[ring as usize];
        &self.points[range.start as usize..range.end as usize]
    }
}

/// A layer of areas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaLayer {
    /// World place of the point `[0, 0]`.
    pub anchor: Coord<f64>,
    /// Levels, finest first; never empty once built.
    pub levels: Vec<AreaLevel>,
    /// Boxes of the features.
    pub grid: Grid,
    /// The features by the squares of the world in which they lie.
    pub cells: Cells,
    /// The points of the finest level, relative to the origins of the cells: exact at any distance from the anchor.
    pub fine: Vec<[f32; 2]>,
}

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

/// The coarsest of the levels, told by their tolerances, that may be drawn at that scale.
fn best_level(tolerances: impl ExactSizeIterator<Item = f64> + DoubleEndedIterator, metres_per_pixel: f64) -> Option<usize> {
    let allowed = metres_per_pixel * ALLOWED_PX;
    let count = tolerances.len();
    tolerances.rev().position(|tolerance_m| tolerance_m <= allowed).map(|back| count - 1 - back).or((count > 0).then_some(0))
}

/// The finest scale at which a level of that tolerance is drawn, m a pixel.
pub(super) fn finest_pixel_m(tolerance_m: f64) -> f64 {
    tolerance_m / ALLOWED_PX
}

impl AreaLayer {
    /// Prepares the shapes, relative to `anchor`. `O(points · log points)`; runs on all cores.
    #[must_use]
    pub fn new(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>]) -> Self {
        Self::with_levels(anchor, shapes, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels as long as the last has so many points.
    pub(super) fn with_levels(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>], from: usize) -> Self {
        let mut levels = Vec::new();
        let mut current: Option<Vec<MultiPolygon<f64>>> = None;
        for tolerance_m in TOLERANCES_M {
            if tolerance_m > 0.0 {
                let simpler = |shape: &MultiPolygon<f64>| simplify_area(shape, tolerance_m);
                current = Some(match &current {
                    None => shapes.par_iter().map(|s| simpler(s)).collect(),
                    Some(last) => last.par_iter().map(simpler).collect(),
                });
            }
            let level = match &current {
                None => area_level(anchor, tolerance_m, shapes),
                Some(own) => area_level(anchor, tolerance_m, &own.iter().collect::<Vec<_>>()),
            };
            let small = level.points.len() < from;
            levels.push(level);
            if small {
                break;
            }
        }
        let boxes: Vec<_> = shapes.iter().map(|shape| shape.bounding_rect()).collect();
        let digests: Vec<u64> = shapes.par_iter().map(|shape| digest_of_area(shape)).collect();
        let cells = Cells::new(&boxes, &digests, levels.first().map_or(0, |level| level.points.len()));
        let rings = shapes.par_iter().enumerate().flat_map_iter(|(row, shape)| {
            let origin = cells.origin_of(row).unwrap_or(anchor);
            let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            rings.flat_map(move |ring| ring.0.iter().take(ring.0.len().saturating_sub(1)).map(move |c| local(origin, *c)))
        });
        let fine = rings.collect();
        Self { anchor, levels, grid: Grid::new(boxes), cells, fine }
    }

    /// The level to draw at that scale; `None` for a layer that was never built.
    #[must_use]
    pub fn level(&self, metres_per_pixel: f64) -> Option<&AreaLevel> {
        self.level_index(metres_per_pixel).and_then(|index| self.levels.get(index))
    }

    /// Which of [`Self::levels`] to draw at that scale.
    #[must_use]
    pub fn level_index(&self, metres_per_pixel: f64) -> Option<usize> {
        best_level(self.levels.iter().map(|level| level.tolerance_m), metres_per_pixel)
    }

    /// The larger side of the box of a feature, m; 0 for one without a place.
    #[must_use]
    pub fn size_m(&self, row: u32) -> f32 {
        let bounds = self.levels.first().and_then(|level| level.features.get(row as usize)).and_then(|f| f.bounds);
        bounds.map_or(0.0, |b| super::viewport::narrow(b.width().max(b.height())))
    }

    /// Count of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, |level| level.features.len())
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl LineLayer {
    /// Prepares the lines, relative to `anchor`; `kinds` are theirs, or empty.
    #[must_use]
    pub fn new(anchor: Coord<f64>, lines: &[&MultiLineString<f64>], kinds: Vec<u8>) -> Self {
        Self::with_levels(anchor, lines, kinds, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels as long as the last has so many points.
    pub(super) fn with_levels(anchor: Coord<f64>, lines: &[&MultiLineString<f64>], kinds: Vec<u8>, from: usize) -> Self {
        let mut levels = vec![line_level(anchor, 0.0, lines)];
        let mut last: Option<Vec<MultiLineString<f64>>> = None;
        for tolerance_m in TOLERANCES_M.into_iter().skip(1) {
            if levels.last().is_none_or(|level| level.points.len() < from) {
                break;
            }
            let simpler: Vec<MultiLineString<f64>> = match &last {
                None => lines.par_iter().map(|line| line.simplify(tolerance_m)).collect(),
                Some(last) => last.par_iter().map(|line| line.simplify(tolerance_m)).collect(),
            };
            levels.push(line_level(anchor, tolerance_m, &simpler.iter().collect::<Vec<_>>()));
            last = Some(simpler);
        }
        let boxes: Vec<_> = lines.iter().map(|line| line.bounding_rect()).collect();
        let digest = |(row, line): (usize, &&MultiLineString<f64>)| digest_of_line(line, kinds.get(row).copied());
        let digests: Vec<u64> = lines.par_iter().enumerate().map(digest).collect();
        let cells = Cells::new(&boxes, &digests, levels.first().map_or(0, |level| level.points.len()));
        let points = lines.par_iter().enumerate().flat_map_iter(|(row, line)| {
            let origin = cells.origin_of(row).unwrap_or(anchor);
            line.iter().flat_map(move |part| part.0.iter().map(move |c| local(origin, *c)))
        });
        let fine = points.collect();
        Self { anchor, levels, grid: Grid::new(boxes), cells, fine, kinds }
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

/// Every ring simplified; parts and holes smaller than the tolerance are left out, but the largest part always stays.
fn simplify_area(shape: &MultiPolygon<f64>, tolerance_m: f64) -> MultiPolygon<f64> {
    let side = |ring: &LineString<f64>| ring.bounding_rect().map_or(0.0, |b| b.width().max(b.height()));
    let largest = shape.iter().map(|p| side(p.exterior())).fold(0.0, f64::max);
    let kept = |p: &&Polygon<f64>| side(p.exterior()) >= largest.min(tolerance_m);
    let simpler = |p: &Polygon<f64>| {
        let holes = p.interiors().iter().filter(|ring| side(ring) >= tolerance_m).cloned().collect();
        Polygon::new(p.exterior().clone(), holes).simplify(tolerance_m)
    };
    MultiPolygon(shape.iter().filter(kept).map(simpler).collect())
}

fn area_level(anchor: Coord<f64>, tolerance_m: f64, shapes: &[&MultiPolygon<f64>]) -> AreaLevel {
    let prepared: Vec<Prepared> = shapes.par_iter().map(|shape| Prepared::new(anchor, shape, tolerance_m == 0.0)).collect();
    let mut level = AreaLevel { tolerance_m, ..AreaLevel::default() };
    for (shape, part) in shapes.iter().zip(prepared) {
        let points = count(&level.points);
        let (rings, triangles) = (count(&level.rings), count(&level.triangles));
        level.points.extend(part.points);
        level.rings.extend(part.rings.iter().map(|r| r.start + points..r.end + points));
        level.triangles.extend(part.triangles.iter().map(|t| t.map(|i| i + points)));
        level.features.push(AreaFeature {
            bounds: shape.bounding_rect(),
            label: part.label,
            points: points..count(&level.points),
            rings: rings..count(&level.rings),
            triangles: triangles..count(&level.triangles),
        });
    }
    level
}

#[derive(Default)]
struct Prepared {
    points: Vec<[f32; 2]>,
    rings: Vec<Range<u32>>,
    triangles: Vec<[u32; 3]>,
    label: Option<[f32; 2]>,
}

impl Prepared {
    fn new(anchor: Coord<f64>, shape: &MultiPolygon<f64>, labelled: bool) -> Self {
        let label = if labelled { label_point(shape).map(|at| local(anchor, at)) } else { None };
        let mut out = Self { label, ..Self::default() };
        for polygon in shape {
            let base = count(&out.points);
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let start = count(&out.points);
                let open = ring.0.len().saturating_sub(1);
                out.points.extend(ring.0.iter().take(open).map(|c| local(anchor, *c)));
                out.rings.push(start..count(&out.points));
            }
            out.triangles.extend(triangulate::polygon(polygon).into_iter().map(|t| t.map(|i| i + base)));
        }
        out
    }
}

fn line_level(anchor: Coord<f64>, tolerance_m: f64, lines: &[&MultiLineString<f64>]) -> LineLevel {
    let mut level = LineLevel { tolerance_m, ..LineLevel::default() };
    for line in lines {
        let parts = count(&level.parts);
        for part in &line.0 {
            let start = count(&level.points);
            level.points.extend(part.0.iter().map(|c| local(anchor, *c)));
            level.parts.push(start..count(&level.points));
        }
        level.features.push(LineFeature { bounds: line.bounding_rect(), parts: parts..count(&level.parts) });
    }
    level
}

/// Relative to the anchor, as f32.
pub(super) fn local(anchor: Coord<f64>, at: Coord<f64>) -> [f32; 2] {
    [super::viewport::narrow(at.x - anchor.x), super::viewport::narrow(at.y - anchor.y)]
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, polygon};

    fn square_with_hole() -> MultiPolygon<f64> {
        MultiPolygon(vec![polygon![
            exterior: [(x: 0.0, y: 0.0), (x: 100.0, y: 0.0), (x: 100.0, y: 100.0), (x: 0.0, y: 100.0)],
            interiors: [[(x: 20.0, y: 20.0), (x: 80.0, y: 20.0), (x: 80.0, y: 80.0), (x: 20.0, y: 80.0)]],
        ]])
    }

    fn triangle_area(level: &AreaLevel) -> f64 {
        let cross = |t: &[u32; 3]| {
            let [a, b, c] = t.map(|i| level.points[i as usize].map(f64::from));
            ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
        };
        level.triangles.iter().map(cross).sum()
    }

    #[test]
    fn triangles_cover_the_area_and_spare_the_hole() {
        let shape = square_with_hole();
        let layer = AreaLayer::new(Coord { x: 50.0, y: 50.0 }, &[&shape, &shape]);
        let level = layer.level(1.0).unwrap();
        assert!((triangle_area(level) - 2.0 * shape.unsigned_area()).abs() < 1.0e-3);
        let label = level.features[0].label.unwrap();
        assert!(label[0].abs().max(label[1].abs()) > 30.0, "the label stands in the ring, not in the hole: {label:?}");
    }

    #[test]
    fn big_layers_get_coarse_levels() {
        let round = |cx: f64| {
            let at = |i: u32| Coord { x: cx + 50.0 * (f64::from(i) * 0.01).cos(), y: 50.0 * (f64::from(i) * 0.01).sin() };
            MultiPolygon(vec![Polygon::new(LineString((0..628).map(at).collect()), vec![])])
        };
        let shapes: Vec<_> = (0..120).map(|i| round(f64::from(i) * 110.0)).collect();
        let layer = AreaLayer::new(Coord::zero(), &shapes.iter().collect::<Vec<_>>());
        let (near, far) = (layer.level(0.5).unwrap(), layer.level(100.0).unwrap());
        assert!(far.points.len() * 10 < near.points.len());
        assert_eq!(far.features.len(), 120);
        assert!((triangle_area(far) / triangle_area(near) - 1.0).abs() < 0.1);
    }
}
