//! A feature of a layer as it lies on the screen, at the level of detail that its scale asks for.

use super::{AreaLayer, AreaShape, LineLayer, LineShape, View, Viewport};

/// A feature as it lies on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Placed<S> {
    /// Its shape.
    pub shape: S,
    /// Where the points of the shape lie.
    pub view: View,
}

impl AreaLayer {
    /// A feature at the scale of a view; `None` for one without a place.
    #[must_use]
    pub fn placed(&self, viewport: &Viewport, row: u32) -> Option<Placed<AreaShape<'_>>> {
        let level = self.level_index(viewport.metres_per_pixel())?;
        let (shape, origin) = self.shape(level, row)?;
        Some(Placed { shape, view: viewport.view(origin) })
    }
}

impl LineLayer {
    /// A feature at the scale of a view; `None` for one without a place.
    #[must_use]
    pub fn placed(&self, viewport: &Viewport, row: u32) -> Option<Placed<LineShape<'_>>> {
        let level = self.level_index(viewport.metres_per_pixel())?;
        let (shape, origin) = self.shape(level, row)?;
        Some(Placed { shape, view: viewport.view(origin) })
    }
}
