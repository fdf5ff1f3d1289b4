//! Newtype ids. Features of a loaded layer are numbered by their row, from 0; districts and items from 1,
//! past the largest in use.

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of row `index`; rows beyond `u32::MAX` cannot be loaded, importers refuse them.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// The id as an index into its layer.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

row_id!(
    /// Row of a compound (小区) in its layer.
    CompoundId
);
row_id!(
    /// Row of a pipe segment (管段) in its layer.
    PipeId
);
row_id!(
    /// Row of a building (楼栋) in its layer.
    BuildingId
);
row_id!(
    /// Row of a barrier in its layer.
    BarrierId
);
row_id!(
    /// Row of a bridge or underpass in its layer.
    BridgeId
);
row_id!(
    /// Row of a low-efficiency land parcel (低效用地) in its layer.
    ParcelId
);
row_id!(
    /// Row of an existing facility in its layer.
    FacilityId
);
row_id!(
    /// A text, arrow or cloud on the map; counted by the plan.
    AnnotationId
);
row_id!(
    /// A district (片区); counted by the plan.
    DistrictId
);
row_id!(
    /// A renovation item (改造项); counted by the plan.
    ItemId
);
row_id!(
    /// An entry of the fund ledger; counted by the plan.
    FundId
);
