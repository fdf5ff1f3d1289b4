//! Layers of areas.

use std::ops::Range;

use geo::{BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect, Simplify};
use rayon::prelude::*;

use super::details::Details;
use super::runs::Runs;
use super::{CHUNK, SIMPLIFY_FROM, best_level, count, levels_of, local, tolerance_m, wide};
use crate::geometry::triangulate;
use crate::map::cells::digest_of_area;
use crate::map::{Cells, Grid, label_point};

/// One area of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AreaFeature {
    /// Where a label stands, inside the largest part; relative to the anchor.
    pub label: Option<[f32; 2]>,
    /// What it covers, m².
    pub area_m2: f32,
}

/// A layer of areas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaLayer {
    /// World place of the point `[0, 0]` of labels.
    pub anchor: Coord<f64>,
    /// Features by row.
    pub features: Vec<AreaFeature>,
    /// Boxes of the features.
    pub grid: Grid,
    /// The features by the squares of the world in which they lie.
    pub cells: Cells,
    /// How many levels of detail there are.
    pub levels: usize,
    shapes: Outlines,
    details: Details<AreaDetail>,
}

/// Points of areas, relative to the origins of their cells; rings are not closed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outlines {
    /// By row, in `rings_of`.
    polygons: Runs,
    /// By polygon, in `points_of`; the first is its outer ring.
    rings: Runs,
    /// By ring, in `points`.
    points_of: Runs,
    points: Vec<[f32; 2]>,
}

impl Outlines {
    fn push(&mut self, origin: Coord<f64>, shape: &MultiPolygon<f64>) {
        self.polygons.push(shape.0.len());
        for polygon in shape {
            self.rings.push(1 + polygon.interiors().len());
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let open = ring.0.len().saturating_sub(1);
                self.points_of.push(open);
                self.points.extend(ring.0[..open].iter().map(|c| local(origin, *c)));
            }
        }
    }

    fn append(&mut self, other: &Self) {
        self.polygons.append(&other.polygons);
        self.rings.append(&other.rings);
        self.points_of.append(&other.points_of);
        self.points.extend(&other.points);
    }

    /// The rings of each polygon of a feature, the outer one first.
    fn polygons(&self, row: usize) -> impl Iterator<Item = impl Iterator<Item = &[[f32; 2]]>> {
        let rings = |polygon| self.rings.range(polygon).map(|ring| &self.points[self.points_of.range(ring)]);
        self.polygons.range(row).map(rings)
    }
}

/// What is known of a shape before its cell is.
struct Measured {
    bounds: Option<Rect<f64>>,
    digest: u64,
    points: usize,
    feature: AreaFeature,
}

impl Measured {
    fn of(anchor: Coord<f64>, shape: &MultiPolygon<f64>, before: Option<AreaFeature>) -> Self {
        let feature = || AreaFeature {
            label: label_point(shape).map(|at| local(anchor, at)),
            area_m2: crate::map::viewport::narrow(geo::Area::unsigned_area(shape)),
        };
        let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        Self {
            bounds: shape.bounding_rect(),
            digest: digest_of_area(shape),
            points: rings.map(|ring| ring.0.len().saturating_sub(1)).sum(),
            feature: before.unwrap_or_else(feature),
        }
    }
}

impl AreaLayer {
    /// Prepares the shapes, relative to `anchor`. `O(points)` but for labels in areas of odd shape; runs on all cores.
    #[must_use]
    pub fn new(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>]) -> Self {
        Self::with_levels(anchor, shapes, SIMPLIFY_FROM)
    }

    /// As [`Self::new`], with coarser levels from so many points on.
    pub(in crate::map) fn with_levels(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>], from: usize) -> Self {
        Self::built(anchor, shapes, None, from)
    }

    /// The layer of changed shapes, equal to one made anew: places of labels are copied for rows that `kept` names by their
    /// rows of before, and details for cells whose shapes stayed.
    #[must_use]
    pub fn following(&self, shapes: &[&MultiPolygon<f64>], kept: &[Option<u32>]) -> Self {
        Self::built(self.anchor, shapes, Some((self, kept)), SIMPLIFY_FROM)
    }

    fn built(anchor: Coord<f64>, shapes: &[&MultiPolygon<f64>], before: Option<(&Self, &[Option<u32>])>, from: usize) -> Self {
        let old = |row: usize| {
            let (layer, kept) = before?;
            layer.features.get(kept.get(row).copied().flatten()? as usize).copied()
        };
        let measured: Vec<Measured> =
            shapes.par_iter().enumerate().map(|(row, shape)| Measured::of(anchor, shape, old(row))).collect();
        let points = measured.iter().map(|shape| shape.points).sum();
        let boxes: Vec<_> = measured.iter().map(|shape| shape.bounds).collect();
        let digests: Vec<u64> = measured.iter().map(|shape| shape.digest).collect();
        let (cells, grid) = rayon::join(|| Cells::new(&boxes, &digests, points), || Grid::new(boxes.clone()));
        let outlines = |(chunk, shapes): (usize, &[&MultiPolygon<f64>])| {
            let mut found = Outlines::default();
            for (row, shape) in (chunk * CHUNK..).zip(shapes) {
                found.push(cells.origin_of(row).unwrap_or(anchor), shape);
            }
            found
        };
        let chunks: Vec<Outlines> = shapes.par_chunks(CHUNK).enumerate().map(outlines).collect();
        let mut shapes = Outlines { points: Vec::with_capacity(points), ..Outlines::default() };
        for chunk in &chunks {
            shapes.append(chunk);
        }
        let details = Details::new(&cells, before.map(|(layer, _)| (&layer.cells, &layer.details)));
        let features = measured.into_iter().map(|shape| shape.feature).collect();
        Self { anchor, features, grid, cells, levels: levels_of(points, from), shapes, details }
    }

    /// Which level to draw at that scale; `None` for a layer that was never built.
    #[must_use]
    pub fn level_index(&self, metres_per_pixel: f64) -> Option<usize> {
        best_level(self.levels, metres_per_pixel)
    }

    /// The larger side of the box of a feature, m; 0 for one without a place.
    #[must_use]
    pub fn size_m(&self, row: u32) -> f32 {
        let bounds = self.grid.box_of(row as usize);
        bounds.map_or(0.0, |b| crate::map::viewport::narrow(b.width().max(b.height())))
    }

    /// The rings of a feature as they are, relative to where its cell has its origin ([`Cells::origin_of`]); not closed.
    pub fn rings(&self, row: u32) -> impl Iterator<Item = &[[f32; 2]]> {
        self.shapes.polygons(row as usize).flatten()
    }

    /// A cell at a level of detail. Features smaller than `from_m` get neither points nor triangles. `O(points · log points)`.
    #[must_use]
    pub fn detail(&self, level: usize, cell: usize, from_m: f32) -> AreaDetail {
        let mut detail = AreaDetail::default();
        let (Some(cell), Some(tolerance_m)) = (self.cells.list.get(cell), tolerance_m(level)) else { return detail };
        for row in &cell.rows {
            if self.size_m(*row) < from_m {
                detail.push(&MultiPolygon(Vec::new()));
                continue;
            }
            let shape: MultiPolygon<f64> = self.shapes.polygons(*row as usize).map(polygon).collect();
            detail.push(&if tolerance_m > 0.0 { simplify_area(&shape, tolerance_m) } else { shape });
        }
        detail
    }

    /// The shape of a feature at a level, and the origin of its points; kept once made.
    #[must_use]
    pub fn shape(&self, level: usize, row: u32) -> Option<(AreaShape<'_>, Coord<f64>)> {
        let (cell, place) = self.cells.place_of(row)?;
        let detail = self.details.get(level, cell, || self.detail(level, cell, 0.0))?;
        Some((detail.shape(place), self.cells.list.get(cell)?.origin))
    }

    /// Count of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

/// A polygon of rings that are not closed.
fn polygon<'a>(rings: impl Iterator<Item = &'a [[f32; 2]]>) -> Polygon<f64> {
    let mut rings = rings.map(|ring| LineString(ring.iter().chain(ring.first()).map(|point| wide(*point)).collect()));
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Polygon::new(outer, rings.collect())
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

/// The areas of a cell at one level, by their place in [`crate::map::Cell::rows`]; relative to the origin of the cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaDetail {
    points: Vec<[f32; 2]>,
    rings: Vec<Range<u32>>,
    triangles: Vec<[u32; 3]>,
    points_of: Runs,
    rings_of: Runs,
    triangles_of: Runs,
}

impl AreaDetail {
    fn push(&mut self, shape: &MultiPolygon<f64>) {
        let (points, rings, triangles) = (self.points.len(), self.rings.len(), self.triangles.len());
        for polygon in shape {
            let base = count(&self.points[points..]);
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let start = count(&self.points[points..]);
                let open = ring.0.len().saturating_sub(1);
                self.points.extend(ring.0[..open].iter().map(|c| local(Coord::zero(), *c)));
                self.rings.push(start..count(&self.points[points..]));
            }
            self.triangles.extend(triangulate::polygon(polygon).into_iter().map(|t| t.map(|i| i + base)));
        }
        self.points_of.push(self.points.len() - points);
        self.rings_of.push(self.rings.len() - rings);
        self.triangles_of.push(self.triangles.len() - triangles);
    }

    /// The shape at a place.
    #[must_use]
    pub fn shape(&self, place: usize) -> AreaShape<'_> {
        AreaShape {
            points: &self.points[self.points_of.range(place)],
            rings: &self.rings[self.rings_of.range(place)],
            triangles: &self.triangles[self.triangles_of.range(place)],
        }
    }
}

/// An area at a level of detail.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AreaShape<'a> {
    /// Its points, ring after ring; rings are not closed.
    pub points: &'a [[f32; 2]],
    rings: &'a [Range<u32>],
    /// Triangles as indices into `points`.
    pub triangles: &'a [[u32; 3]],
}

impl<'a> AreaShape<'a> {
    /// Its rings as ranges of `points`.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        self.rings.iter().map(|ring| ring.start as usize..ring.end as usize)
    }

    /// Its rings.
    pub fn rings(&self) -> impl Iterator<Item = &'a [[f32; 2]]> + use<'a> {
        let points = self.points;
        self.ranges().map(move |ring| &points[ring])
    }
}
