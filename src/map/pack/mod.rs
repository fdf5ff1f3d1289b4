//! One cell of a layer at one level of detail as the lists that a GPU draws: triangles, dots and sides of lines.
//!
//! Coordinates are metres relative to the middle of the cell, north upward. Every feature of the cell with a place is in some list:
//! areas below a pixel become dots that remember their area, lines below a few pixels share merged sides that remember
//! their classes. Colours are not in here; everything names its style by a number ([`super::StyleTable`]).

mod merge;
mod side;

use geo::Coord;

pub use merge::{MERGED, classes_of};
pub use side::Side;

use self::side::{Line, add_sides};
use super::prepare::{AreaFeature, AreaLayer, AreaLevel, LineLayer, finest_pixel_m};
use super::viewport::narrow;

/// Areas smaller than so many pixels at the finest scale of their level are dots.
const DOT_PX: f64 = 1.5;
/// Outlines of areas smaller than this are left out, in pixels at the finest scale of their level: a hairline round so little says
/// nothing, and a town has millions of them.
const OUTLINE_PX: f64 = 8.0;
/// Areas smaller than this keep their area when they lose points, in pixels at the finest scale of their level.
const SMALL_PX: f64 = 12.0;
/// From this tolerance on lines of one class or several in a pixel are merged, m.
const MERGE_FROM_M: f64 = 3.0;

/// An area below a pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Where.
    pub at: [f32; 2],
    /// Number of what wears its style.
    pub feature: u32,
    /// Its area, m²: it covers a pixel by that much.
    pub area_m2: f32,
}

/// What is drawn of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packed {
    /// Corners of triangles, with the numbers of what wears their style.
    pub corners: Vec<([f32; 2], u32)>,
    /// Triangles, three indices into `corners` each.
    pub triangles: Vec<u32>,
    /// Areas below a pixel.
    pub dots: Vec<Dot>,
    /// Sides of outlines and lines.
    pub sides: Vec<Side>,
}

/// Packs a cell of areas. `O(points)`; nothing for a cell or level that is not there.
#[must_use]
pub fn pack_areas(layer: &AreaLayer, level: usize, cell: usize) -> Packed {
    let mut packed = Packed::default();
    let (Some(cell), Some(detail)) = (layer.cells.list.get(cell), layer.levels.get(level)) else { return packed };
    let shift = layer.anchor - cell.origin;
    let pixel_m = finest_pixel_m(detail.tolerance_m);
    for row in &cell.rows {
        let Some(feature) = detail.features.get(*row as usize) else { continue };
        let size_m = f64::from(layer.size_m(*row));
        let mut points: Vec<[f32; 2]> = feature
            .points
            .clone()
            .map(|index| match level {
                0 => layer.fine.get(index as usize).copied().unwrap_or_default(),
                _ => moved(detail.points[index as usize], shift),
            })
            .collect();
        let is_dot = level > 0 && size_m < DOT_PX * pixel_m;
        let outlined = level == 0 || size_m >= OUTLINE_PX * pixel_m;
        let bare = feature.triangles.is_empty() && !outlined;
        if is_dot || bare {
            packed.dots.extend(dot(layer, *row, cell.origin, &points));
            continue;
        }
        if level > 0 && size_m < SMALL_PX * pixel_m {
            keep_area(&mut points, area_m2(layer, *row), detail, feature);
        }
        add_area(&mut packed, detail, feature, &points, *row, outlined);
    }
    packed
}

/// Packs a cell of lines. Coarse levels of layers with kinds are merged.
#[must_use]
pub fn pack_lines(layer: &LineLayer, level: usize, cell: usize) -> Packed {
    let mut packed = Packed::default();
    let (Some(cell), Some(detail)) = (layer.cells.list.get(cell), layer.levels.get(level)) else { return packed };
    let shift = layer.anchor - cell.origin;
    let merges = level > 0 && !layer.kinds.is_empty() && detail.tolerance_m >= MERGE_FROM_M;
    let mut merging = merges.then(|| merge::Merging::new(cell.origin, finest_pixel_m(detail.tolerance_m)));
    for row in &cell.rows {
        let Some(feature) = detail.features.get(*row as usize) else { continue };
        let kind = layer.kinds.get(*row as usize).copied();
        for part in feature.parts.clone() {
            let Some(range) = detail.parts.get(part as usize) else { continue };
            let points: Vec<[f32; 2]> = range
                .clone()
                .map(|index| match level {
                    0 => layer.fine.get(index as usize).copied().unwrap_or_default(),
                    _ => moved(detail.points[index as usize], shift),
                })
                .collect();
            if let Some(merging) = &mut merging {
                merging.add(&points, kind.unwrap_or(0));
            } else {
                let line = Line { points: &points, closed: false, feature: kind.map_or(*row, u32::from) };
                add_sides(&mut packed.sides, &line);
            }
        }
    }
    if let Some(merging) = merging {
        packed.sides = merging.sides();
    }
    packed
}

fn add_area(packed: &mut Packed, level: &AreaLevel, feature: &AreaFeature, points: &[[f32; 2]], row: u32, outlined: bool) {
    let base = u32::try_from(packed.corners.len()).unwrap_or(u32::MAX);
    if !feature.triangles.is_empty() {
        packed.corners.extend(points.iter().map(|at| (*at, row)));
    }
    for triangle in &level.triangles[feature.triangles.start as usize..feature.triangles.end as usize] {
        packed.triangles.extend(triangle.map(|index| index - feature.points.start + base));
    }
    if outlined {
        for ring in feature.rings.clone() {
            let range = &level.rings[ring as usize];
            let start = (range.start - feature.points.start) as usize;
            let ring = &points[start..start + (range.end - range.start) as usize];
            add_sides(&mut packed.sides, &Line { points: ring, closed: true, feature: row });
        }
    }
}

/// An area as a dot; none where it has no place. One without an area, such as a ring that is a line, still shows.
fn dot(layer: &AreaLayer, row: u32, origin: Coord<f64>, points: &[[f32; 2]]) -> Option<Dot> {
    let finest = layer.levels.first()?;
    let feature = finest.features.get(row as usize)?;
    let at = match feature.label {
        Some(label) => moved(label, layer.anchor - origin),
        None => points.first().copied()?,
    };
    Some(Dot { at, feature: row, area_m2: area_m2(layer, row) })
}

/// The area of a feature as it is, m².
fn area_m2(layer: &AreaLayer, row: u32) -> f32 {
    let Some(finest) = layer.levels.first() else { return 0.0 };
    let Some(feature) = finest.features.get(row as usize) else { return 0.0 };
    let triangles = &finest.triangles[feature.triangles.start as usize..feature.triangles.end as usize];
    triangles.iter().map(|t| triangle_m2(t.map(|i| layer.fine.get(i as usize).copied().unwrap_or_default()))).sum()
}

fn triangle_m2([a, b, c]: [[f32; 2]; 3]) -> f32 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
}

/// Blows a small area up, or shrinks it, about its middle until it is as large as it was with all its points: a town of thousands of them
/// would grow paler with every level otherwise.
fn keep_area(points: &mut [[f32; 2]], area_m2: f32, level: &AreaLevel, feature: &AreaFeature) {
    let triangles = &level.triangles[feature.triangles.start as usize..feature.triangles.end as usize];
    let place = |index: u32| points.get((index - feature.points.start) as usize).copied().unwrap_or_default();
    let now: f32 = triangles.iter().map(|t| triangle_m2(t.map(place))).sum();
    let factor = (area_m2 / now).sqrt();
    if !(factor.is_finite() && factor > 0.0) {
        return;
    }
    let factor = factor.clamp(0.7, 1.6);
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for point in points.iter() {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let middle = [f32::midpoint(low[0], high[0]), f32::midpoint(low[1], high[1])];
    for point in points {
        *point = [0, 1].map(|axis| middle[axis] + (point[axis] - middle[axis]) * factor);
    }
}

/// Numbers relative to the anchor as numbers relative to a cell's origin; `shift` is the way from there to the anchor.
fn moved(local: [f32; 2], shift: Coord<f64>) -> [f32; 2] {
    [narrow(f64::from(local[0]) + shift.x), narrow(f64::from(local[1]) + shift.y)]
}

#[cfg(test)]
mod tests;
