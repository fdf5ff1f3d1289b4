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
use super::prepare::{AreaLayer, AreaShape, LineLayer, LineShape, finest_pixel_m, tolerance_m};
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

/// Packs a cell of areas. `O(points · log points)`; nothing for a cell or level that is not there.
#[must_use]
pub fn pack_areas(layer: &AreaLayer, level: usize, cell: usize) -> Packed {
    let mut packed = Packed::default();
    let (Some(place), Some(tolerance_m)) = (layer.cells.list.get(cell), tolerance_m(level)) else { return packed };
    let pixel_m = finest_pixel_m(tolerance_m);
    let dot_m = narrow(DOT_PX * pixel_m);
    let detail = layer.detail(level, cell, dot_m);
    for (number, row) in place.rows.iter().enumerate() {
        let (shape, size_m) = (detail.shape(number), layer.size_m(*row));
        let outlined = level == 0 || f64::from(size_m) >= OUTLINE_PX * pixel_m;
        if size_m < dot_m || (shape.triangles.is_empty() && !outlined) {
            packed.dots.extend(dot(layer, *row, place.origin));
        } else if level > 0 && f64::from(size_m) < SMALL_PX * pixel_m {
            let points = kept_area(&shape, layer.features.get(*row as usize).map_or(0.0, |feature| feature.area_m2));
            add_area(&mut packed, &shape, &points, *row, outlined);
        } else {
            add_area(&mut packed, &shape, shape.points, *row, outlined);
        }
    }
    packed
}

/// Packs a cell of lines. Coarse levels of layers with kinds are merged.
#[must_use]
pub fn pack_lines(layer: &LineLayer, level: usize, cell: usize) -> Packed {
    let mut packed = Packed::default();
    let (Some(place), Some(tolerance_m)) = (layer.cells.list.get(cell), tolerance_m(level)) else { return packed };
    let kind = |row: u32| layer.kinds.get(row as usize).copied();
    if !layer.kinds.is_empty() && tolerance_m >= MERGE_FROM_M {
        let mut merging = merge::Merging::new(place.origin, tolerance_m, finest_pixel_m(tolerance_m));
        for row in &place.rows {
            layer.line(*row).parts().for_each(|part| merging.add(part, kind(*row).unwrap_or(0)));
        }
        packed.sides = merging.sides();
        return packed;
    }
    let mut add = |row: u32, shape: LineShape<'_>| {
        for points in shape.parts() {
            let line = Line { points, closed: false, feature: kind(row).map_or(row, u32::from) };
            add_sides(&mut packed.sides, &line);
        }
    };
    if level == 0 {
        place.rows.iter().for_each(|row| add(*row, layer.line(*row)));
    } else {
        let detail = layer.detail(level, cell);
        place.rows.iter().enumerate().for_each(|(number, row)| add(*row, detail.shape(number)));
    }
    packed
}

fn add_area(packed: &mut Packed, shape: &AreaShape<'_>, points: &[[f32; 2]], row: u32, outlined: bool) {
    let base = u32::try_from(packed.corners.len()).unwrap_or(u32::MAX);
    if !shape.triangles.is_empty() {
        packed.corners.extend(points.iter().map(|at| (*at, row)));
    }
    packed.triangles.extend(shape.triangles.iter().flat_map(|triangle| triangle.map(|index| index + base)));
    if outlined {
        for ring in shape.ranges() {
            add_sides(&mut packed.sides, &Line { points: &points[ring], closed: true, feature: row });
        }
    }
}

/// An area as a dot; none where it has no place. One without an area, such as a ring that is a line, still shows.
fn dot(layer: &AreaLayer, row: u32, origin: Coord<f64>) -> Option<Dot> {
    let feature = layer.features.get(row as usize)?;
    let at = match feature.label {
        Some(label) => moved(label, layer.anchor - origin),
        None => layer.rings(row).find_map(|ring| ring.first().copied())?,
    };
    Some(Dot { at, feature: row, area_m2: feature.area_m2 })
}

fn triangle_m2([a, b, c]: [[f32; 2]; 3]) -> f32 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
}

/// The points of a small area blown up, or shrunk, about its middle until it is as large as it was with all its points: a town of
/// thousands of them would grow paler with every level otherwise.
fn kept_area(shape: &AreaShape<'_>, area_m2: f32) -> Vec<[f32; 2]> {
    let place = |index: u32| shape.points.get(index as usize).copied().unwrap_or_default();
    let now: f32 = shape.triangles.iter().map(|t| triangle_m2(t.map(place))).sum();
    let factor = (area_m2 / now).sqrt();
    if !(factor.is_finite() && factor > 0.0) {
        return shape.points.to_vec();
    }
    let factor = factor.clamp(0.7, 1.6);
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for point in shape.points {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let middle = [f32::midpoint(low[0], high[0]), f32::midpoint(low[1], high[1])];
    let grown = |point: &[f32; 2]| [0, 1].map(|axis| middle[axis] + (point[axis] - middle[axis]) * factor);
    shape.points.iter().map(grown).collect()
}

/// Numbers relative to the anchor as numbers relative to a cell's origin; `shift` is the way from there to the anchor.
fn moved(local: [f32; 2], shift: Coord<f64>) -> [f32; 2] {
    [narrow(f64::from(local[0]) + shift.x), narrow(f64::from(local[1]) + shift.y)]
}

#[cfg(test)]
mod tests;
