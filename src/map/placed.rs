//! A level of a layer as it lies on the screen for one feature: near by with points that are exact at any distance from the anchor.

use std::ops::Range;

use super::{AreaLayer, AreaLevel, LineLayer, LineLevel, View, Viewport};

/// A level as it lies on the screen for one feature: near by, its points are those relative to its cell.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a, L> {
    /// The level.
    pub level: &'a L,
    /// What the level's ranges point into.
    pub points: &'a [[f32; 2]],
    /// Where the points lie.
    pub view: View,
}

impl<'a, L> Placed<'a, L> {
    /// Points of a range of the level.
    #[must_use]
    pub fn points(&self, range: &Range<u32>) -> &'a [[f32; 2]] {
        self.points.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

impl AreaLayer {
    /// The level to draw at the scale of a view, with the points of a feature where they are exact.
    #[must_use]
    pub fn placed(&self, viewport: &Viewport, row: u32) -> Option<Placed<'_, AreaLevel>> {
        let index = self.level_index(viewport.metres_per_pixel())?;
        let level = self.levels.get(index)?;
        Some(match self.cells.origin_of(row as usize).filter(|_| index == 0) {
            Some(origin) => Placed { level, points: &self.fine, view: viewport.view(origin) },
            None => Placed { level, points: &level.points, view: viewport.view(self.anchor) },
        })
    }
}

impl LineLayer {
    /// The level to draw at the scale of a view, with the points of a feature where they are exact.
    #[must_use]
    pub fn placed(&self, viewport: &Viewport, row: u32) -> Option<Placed<'_, LineLevel>> {
        let index = self.level_index(viewport.metres_per_pixel())?;
        let level = self.levels.get(index)?;
        Some(match self.cells.origin_of(row as usize).filter(|_| index == 0) {
            Some(origin) => Placed { level, points: &self.fine, view: viewport.view(origin) },
            None => Placed { level, points: &level.points, view: viewport.view(self.anchor) },
        })
    }
}
