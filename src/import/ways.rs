//! Where mended features lie: on Earth, for those who read the report, and in the layer, for the plan.

use std::cell::OnceCell;

use super::report::{FeatureNote, ToldMend};
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::geometry::repair::Mend;
use crate::model::Mended;

/// The ways into the working CRS and out of it, for one thread.
pub(super) struct Ways {
    forward: Transformer,
    working_crs: u32,
    /// Made when the first place is asked for.
    back: OnceCell<Option<Transformer>>,
}

impl Ways {
    pub(super) fn new(forward: Transformer, working_crs: u32) -> Self {
        Self { forward, working_crs, back: OnceCell::new() }
    }

    pub(super) fn forward(&self) -> &Transformer {
        &self.forward
    }

    /// A mend with its place on Earth.
    pub(super) fn told(&self, mend: &Mend) -> ToldMend {
        let mut place = [mend.at];
        let back = self.back.get_or_init(|| Transformer::new(&format!("EPSG:{}", self.working_crs), LON_LAT).ok());
        let known = back.as_ref().is_some_and(|back| back.convert(&mut place).is_ok());
        ToldMend { mend: *mend, place: known.then_some((place[0].x, place[0].y)) }
    }
}

/// From places in the file to rows of the layer: what was left out closes up. Both lists ascend.
pub(super) fn by_row(drawn: Vec<(usize, Mended)>, left_out: &[FeatureNote]) -> Vec<(u32, Mended)> {
    let row = |place: usize| place - left_out.partition_point(|note| note.index < place);
    drawn.into_iter().filter_map(|(place, mended)| Some((u32::try_from(row(place)).ok()?, mended))).collect()
}
