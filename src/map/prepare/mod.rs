//! Layers made ready to draw: points relative to an anchor, triangles, simplified levels, and a grid for culling.
//!
//! A layer of changed shapes copies what is kept of the one before and is equal to one made anew.

mod areas;
mod lines;

#[cfg(test)]
mod tests;

use geo::Coord;

pub use areas::{AreaFeature, AreaLayer, AreaLevel};
pub use lines::{LineFeature, LineLayer, LineLevel};

/// Tolerances of the levels in metres; the first is the geometry as it is.
const TOLERANCES_M: [f64; 6] = [0.0, 1.0, 3.0, 9.0, 27.0, 81.0];
/// Layers with fewer points are drawn as they are at every scale.
const SIMPLIFY_FROM: usize = 60_000;
/// A level may be off by so many pixels.
const ALLOWED_PX: f64 = 0.6;

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

/// Relative to the anchor, as f32.
pub(super) fn local(anchor: Coord<f64>, at: Coord<f64>) -> [f32; 2] {
    [super::viewport::narrow(at.x - anchor.x), super::viewport::narrow(at.y - anchor.y)]
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
