//! Mends that changed a place: what was done to a feature, the shape as it was drawn, and what the user said to it.
//!
//! The shape in the layer is always the one that counts: mended while the mend is applied, as drawn while it waits or was
//! refused. What a layer cannot hold as drawn (an open ring, a point among areas) stands there without a shape.

use std::sync::Arc;

use geo::{Coord, Geometry};
use serde::{Deserialize, Serialize};

use super::LayerKind;
use crate::geometry::repair::{Mend, MendKind};

/// Area that a mend may change without a yes, m²: less than a parking space is far below what an area is rounded to.
pub const FREE_CHANGE_M2: f64 = 1.0;

/// Share of the area that a mend may change without a yes. Areas of ledgers and maps differ by more than a hundredth.
pub const FREE_CHANGE_SHARE: f64 = 0.01;

/// Which mend: the feature, and the neighbour when it is about two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MendKey {
    /// Layer of the feature.
    pub layer: LayerKind,
    /// Its row.
    pub row: u32,
    /// Row of the neighbour whose ground it gave up; none for mends of the feature by itself.
    pub neighbour: Option<u32>,
}

/// What became of a mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MendState {
    /// The shape is the mended one.
    Applied,
    /// The change is so large that the user is asked first; the shape is as drawn.
    Waiting,
    /// The user refused; the shape is as drawn.
    Refused,
}

impl MendState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Applied, Self::Waiting, Self::Refused];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
        }
    }

    /// The state with this [`MendState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A feature that was mended, or could be.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    /// What is done to it, each with its place and change; never empty.
    pub mends: Vec<Mend>,
    /// The shape as drawn, in the working CRS. Rings that cannot stand in a polygon (open, too short) are lines of a
    /// collection, one collection a polygon.
    pub drawn: Arc<Geometry<f64>>,
    /// What became of it.
    pub state: MendState,
}

impl Mended {
    /// Where it is done first.
    #[must_use]
    pub fn at(&self) -> Option<Coord<f64>> {
        self.mends.first().map(|mend| mend.at)
    }

    /// Change of the area, m².
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.mends.iter().map(|mend| mend.area_m2).sum()
    }

    /// Change of the length, m.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        self.mends.iter().map(|mend| mend.length_m).sum()
    }
}

/// Whether mends change so much that the user is asked first: more than [`FREE_CHANGE_M2`] and more than
/// [`FREE_CHANGE_SHARE`] of the area after. Changes do not make up for each other, and parts that a layer cannot hold are
/// no part of its areas.
#[must_use]
pub fn needs_yes(mends: &[Mend], after_m2: f64) -> bool {
    let counts = |mend: &&Mend| mend.kind != MendKind::OthersDropped;
    let changed: f64 = mends.iter().filter(counts).map(|mend| mend.area_m2.abs()).sum();
    changed > FREE_CHANGE_M2 && changed > FREE_CHANGE_SHARE * after_m2
}
