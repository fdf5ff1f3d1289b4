//! Layers made ready to draw: points relative to the middles of cells, which are exact at any distance, and a grid for culling.
//!
//! How a layer looks from afar is worked out cell by cell when it is first drawn ([`AreaLayer::detail`], [`LineLayer::detail`]):
//! a town is seen whole at one level of detail and near by in a few cells, so most cells of most levels are never asked for.

mod areas;
mod details;
mod lines;
mod runs;

#[cfg(test)]
mod tests;

use geo::Coord;

pub use areas::{AreaDetail, AreaFeature, AreaLayer, AreaShape};
pub(super) use lines::simplify_into;
pub use lines::{LineDetail, LineLayer, LineShape};

/// Tolerances of the levels in metres; the first is the geometry as it is.
const TOLERANCES_M: [f64; 6] = [0.0, 1.0, 3.0, 9.0, 27.0, 81.0];
/// Layers with fewer points are drawn as they are at every scale.
const SIMPLIFY_FROM: usize = 60_000;
/// A level may be off by so many pixels.
const ALLOWED_PX: f64 = 0.7;
/// Rows handled at a time by one thread.
const CHUNK: usize = 1_024;

/// How far a level may be off, m.
pub(super) fn tolerance_m(level: usize) -> Option<f64> {
    TOLERANCES_M.get(level).copied()
}

/// How many levels a layer of so many points has.
fn levels_of(points: usize, from: usize) -> usize {
    if points < from { 1 } else { TOLERANCES_M.len() }
}

/// The coarsest of so many levels that may be drawn at that scale; `None` where there are none.
fn best_level(levels: usize, metres_per_pixel: f64) -> Option<usize> {
    let allowed = metres_per_pixel * ALLOWED_PX;
    let coarse = TOLERANCES_M[..levels].iter().rposition(|tolerance_m| *tolerance_m <= allowed);
    coarse.or((levels > 0).then_some(0))
}

/// The finest scale at which a level of that tolerance is drawn, m a pixel.
pub(super) fn finest_pixel_m(tolerance_m: f64) -> f64 {
    tolerance_m / ALLOWED_PX
}

/// Relative to the anchor, as f32.
pub(super) fn local(anchor: Coord<f64>, at: Coord<f64>) -> [f32; 2] {
    [super::viewport::narrow(at.x - anchor.x), super::viewport::narrow(at.y - anchor.y)]
}

/// As f64 again.
fn wide([x, y]: [f32; 2]) -> Coord<f64> {
    Coord { x: f64::from(x), y: f64::from(y) }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
