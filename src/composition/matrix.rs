//! The matrix of needs, compounds × items (R20). A blank cell is a question; it is never 已达标.

use crate::base::CompoundId;
use crate::model::{Content, NeedState};
use crate::policy::{CatalogueEntry, ItemCode, catalogue};

/// State of an item in a compound; `None` where nobody has looked.
#[must_use]
pub fn need_state(content: &Content, compound: CompoundId, code: &ItemCode) -> Option<NeedState> {
    content.needs.get(&(compound, code.clone())).copied()
}

/// One cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeedRow {
    /// The compound.
    pub compound: CompoundId,
    /// The item.
    pub entry: &'static CatalogueEntry,
    /// The state; `None` is blank.
    pub state: Option<NeedState>,
}

/// Every cell, compound by compound, in the order of the catalogue: compounds × items of them.
pub fn need_rows(content: &Content) -> impl Iterator<Item = NeedRow> + '_ {
    (0..content.compounds.len()).map(CompoundId::from_index).flat_map(move |compound| {
        let cell =
            move |entry: &'static CatalogueEntry| NeedRow { compound, entry, state: need_state(content, compound, &entry.code) };
        catalogue().entries.iter().map(cell)
    })
}
