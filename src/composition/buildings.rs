//! Which buildings stand in which compound.

use geo::{BoundingRect, InteriorPoint, Rect};

use crate::base::{BuildingId, CompoundId};
use crate::geometry::clip;
use crate::geometry::index::BoxIndex;
use crate::model::{Building, Content};

/// Buildings by compound. A building belongs to the first compound that holds its interior point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompoundBuildings {
    by_compound: Vec<Vec<BuildingId>>,
}

/// Lowest building for which a lift is drafted, in storeys.
pub(super) const LIFT_STOREYS: u32 = 4;

impl CompoundBuildings {
    /// Finds the compound of every building. `O((buildings + compounds) log compounds)`.
    #[must_use]
    pub fn new(content: &Content) -> Self {
        let mut by_compound = vec![Vec::new(); content.compounds.len()];
        if !content.buildings.is_empty() {
            let index = BoxIndex::new(content.compounds.iter().map(|c| c.shape.bounding_rect()));
            for (row, building) in content.buildings.iter().enumerate() {
                if let Some(compound) = compound_of(content, &index, building) {
                    by_compound[compound].push(BuildingId::from_index(row));
                }
            }
        }
        Self { by_compound }
    }

    /// The buildings of a compound, ascending.
    #[must_use]
    pub fn of(&self, compound: CompoundId) -> &[BuildingId] {
        self.by_compound.get(compound.index()).map_or(&[], Vec::as_slice)
    }
}

fn compound_of(content: &Content, index: &BoxIndex, building: &Building) -> Option<usize> {
    let point = building.shape.interior_point()?.0;
    let holds = |row: &usize| clip::contains(&content.compounds[*row].shape, point);
    index.in_box(Rect::new(point, point)).filter(holds).min()
}

/// Whether a lift could be added: tall enough, and known to have none. `none_said`: the ledger says that there is none.
pub(super) fn wants_lift(building: &Building, none_said: bool) -> bool {
    let without = building.has_lift == Some(false) || (building.has_lift.is_none() && none_said);
    without && building.storeys.is_some_and(|storeys| storeys >= LIFT_STOREYS)
}
