//! What must hold of every plan, after every edit and every load.

use std::collections::BTreeSet;

use super::{Content, LayerKind};
use crate::base::{CompoundId, DistrictId, FundId, ItemId};

/// A broken invariant. None of these can come from an edit; a damaged file can bring them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The assignment is not as long as the compounds.
    #[error("the assignment has {got} rows for {want} compounds")]
    AssignmentLength {
        /// Compounds.
        want: usize,
        /// Rows.
        got: usize,
    },
    /// A compound lies in a district that is not there.
    #[error("compound row {0} lies in district {1}, which does not exist")]
    UnknownDistrict(CompoundId, DistrictId),
    /// Two districts have one number.
    #[error("districts {0} and {1} have the same number")]
    SharedNumber(DistrictId, DistrictId),
    /// An item names a compound or district that is not there.
    #[error("item {0} belongs to something that does not exist")]
    ItemAdrift(ItemId),
    /// A fund belongs to a district that is not there.
    #[error("fund {0} belongs to a district that does not exist")]
    FundAdrift(FundId),
    /// A mend names a feature that is not there.
    #[error("a mend names row {1} of the {layer}, which is not there", layer = .0.code())]
    MendAdrift(LayerKind, u32),
}

/// Every broken invariant of `content`. `O(compounds + items)`.
#[must_use]
pub fn violations(content: &Content) -> Vec<Violation> {
    let mut found = Vec::new();
    let compounds = content.compounds.len();
    if content.assignment.len() != compounds {
        found.push(Violation::AssignmentLength { want: compounds, got: content.assignment.len() });
    }
    for (row, district) in content.assignment.iter().enumerate() {
        if let Some(id) = district.filter(|id| !content.districts.contains_key(id)) {
            found.push(Violation::UnknownDistrict(CompoundId::from_index(row), id));
        }
    }
    let mut numbers = std::collections::BTreeMap::new();
    for (id, district) in &content.districts {
        if let Some(other) = numbers.insert(district.number, *id) {
            found.push(Violation::SharedNumber(other, *id));
        }
    }
    let known: BTreeSet<DistrictId> = content.districts.keys().copied().collect();
    for (id, item) in &content.items {
        let compound_ok = item.compound.is_none_or(|c| c.index() < compounds);
        if !compound_ok || item.district.is_some_and(|d| !known.contains(&d)) {
            found.push(Violation::ItemAdrift(*id));
        }
    }
    for (id, fund) in &content.funds {
        if fund.district.is_some_and(|d| !known.contains(&d)) {
            found.push(Violation::FundAdrift(*id));
        }
    }
    for key in content.mended.keys() {
        let rows = std::iter::once(key.row).chain(key.neighbour);
        let missing = rows.into_iter().find(|row| content.source_id(key.layer, *row).is_none());
        found.extend(missing.map(|row| Violation::MendAdrift(key.layer, row)));
    }
    found
}
