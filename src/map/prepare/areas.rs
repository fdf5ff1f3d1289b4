//! Layers of areas.

use std::ops::Range;

use geo::{BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect, Simplify};
use rayon::prelude::*;

use super::{SIMPLIFY_FROM, TOLERANCES_M, best_level, count, local};
use crate::geometry::triangulate;
use crate::map::cells::digest_of_area;
use crate::map::{Cells, Grid, label_point};

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

impl AreaLayer {
    /// Prepares the shapes, relative to `anchor`. `O(points · log points)`; runs on all cores.
    #[must_use]
    pub fn new(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>]) -> Self {
        Self::with_levels(anchor, shapes, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels as long as the last has so many points.
    pub(in crate::map) fn with_levels(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>], from: usize) -> Self {
        let none = vec![None; shapes.len()];
        Self::built(anchor, shapes, &none, &[], from).unwrap_or_default()
    }

    /// The layer of changed shapes, equal to one made anew: rows that `kept` names by their rows of before are copied, the
    /// others are prepared. `O(points)` of copying, on all cores where shapes are new.
    #[must_use]
    pub fn following(&self, shapes: &[&MultiPolygon<f64>], kept: &[Option<u32>]) -> Self {
        let copied = Self::built(self.anchor, shapes, kept, &self.levels, SIMPLIFY_FROM);
        copied.unwrap_or_else(|| Self::new(self.anchor, shapes))
    }

    /// `None` where a level is wanted that there was not before.
    fn built(
        anchor: Coord<f64>,
        shapes: &[&MultiPolygon<f64>],
        kept: &[Option<u32>],
        before: &[AreaLevel],
        from: usize,
    ) -> Option<Self> {
        let (mut levels, mut current): (Vec<AreaLevel>, Option<Vec<MultiPolygon<f64>>>) = (Vec::new(), None);
        let fresh: Vec<&MultiPolygon<f64>> =
            shapes.iter().zip(kept).filter(|(_, kept)| kept.is_none()).map(|(s, _)| *s).collect();
        let copies = fresh.len() < shapes.len();
        for (number, tolerance_m) in TOLERANCES_M.into_iter().enumerate() {
            if tolerance_m > 0.0 {
                let simpler = |shape: &MultiPolygon<f64>| simplify_area(shape, tolerance_m);
                current = Some(match &current {
                    None => fresh.par_iter().map(|s| simpler(s)).collect(),
                    Some(last) => last.par_iter().map(simpler).collect(),
                });
            }
            let before = before.get(number);
            if copies && before.is_none() {
                return None;
            }
            let level = match &current {
                None => area_level(anchor, tolerance_m, &fresh, kept, before),
                Some(own) => area_level(anchor, tolerance_m, &own.iter().collect::<Vec<_>>(), kept, before),
            };
            let small = level.points.len() < from;
            levels.push(level);
            if small {
                break;
            }
        }
        let boxes: Vec<_> = shapes.par_iter().map(|shape| shape.bounding_rect()).collect();
        let digests: Vec<u64> = shapes.par_iter().map(|shape| digest_of_area(shape)).collect();
        let cells = Cells::new(&boxes, &digests, levels.first().map_or(0, |level| level.points.len()));
        let rings = shapes.par_iter().enumerate().flat_map_iter(|(row, shape)| {
            let origin = cells.origin_of(row).unwrap_or(anchor);
            let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            rings.flat_map(move |ring| ring.0.iter().take(ring.0.len().saturating_sub(1)).map(move |c| local(origin, *c)))
        });
        let fine = rings.collect();
        Some(Self { anchor, levels, grid: Grid::new(boxes), cells, fine })
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
        bounds.map_or(0.0, |b| crate::map::viewport::narrow(b.width().max(b.height())))
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

/// A level of shapes that are new, in the order of their rows, and of rows that are copied from before.
fn area_level(
    anchor: Coord<f64>,
    tolerance_m: f64,
    fresh: &[&MultiPolygon<f64>],
    kept: &[Option<u32>],
    before: Option<&AreaLevel>,
) -> AreaLevel {
    let prepared: Vec<Prepared> = fresh.par_iter().map(|shape| Prepared::new(anchor, shape, tolerance_m == 0.0)).collect();
    let mut level = AreaLevel { tolerance_m, ..AreaLevel::default() };
    let mut fresh = fresh.iter().zip(prepared);
    for kept in kept {
        if let Some((before, row)) = before.zip(*kept) {
            level.copy(before, row);
        } else if let Some((shape, part)) = fresh.next() {
            level.push(shape.bounding_rect(), part.label, &part.points, (&part.rings, 0), (&part.triangles, 0));
        }
    }
    level
}

impl AreaLevel {
    fn copy(&mut self, before: &Self, row: u32) {
        let Some(feature) = before.features.get(row as usize) else { return self.features.push(AreaFeature::default()) };
        let part = |range: &Range<u32>| range.start as usize..range.end as usize;
        let (rings, triangles) = (&before.rings[part(&feature.rings)], &before.triangles[part(&feature.triangles)]);
        let first = feature.points.start;
        self.push(feature.bounds, feature.label, &before.points[part(&feature.points)], (rings, first), (triangles, first));
    }

    /// Appends a feature; rings and triangles come with the number of the first of its points.
    fn push(
        &mut self,
        bounds: Option<Rect<f64>>,
        label: Option<[f32; 2]>,
        points: &[[f32; 2]],
        rings: (&[Range<u32>], u32),
        triangles: (&[[u32; 3]], u32),
    ) {
        let (first, first_ring, first_triangle) = (count(&self.points), count(&self.rings), count(&self.triangles));
        self.points.extend(points);
        self.rings.extend(rings.0.iter().map(|r| r.start - rings.1 + first..r.end - rings.1 + first));
        self.triangles.extend(triangles.0.iter().map(|t| t.map(|i| i - triangles.1 + first)));
        self.features.push(AreaFeature {
            bounds,
            label,
            points: first..count(&self.points),
            rings: first_ring..count(&self.rings),
            triangles: first_triangle..count(&self.triangles),
        });
    }
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
