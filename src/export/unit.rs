//! The part of a plan that concerns one unit at the table: its own pipes, and the districts that they touch.
//!
//! Pipes of others are taken out before anything is derived, so that no length, finding or line of theirs can be left in
//! by a format. Compounds stay, as the ground on which findings rest; those of other districts are not listed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::FindingFeature;
use crate::base::{CompoundId, DistrictId, Message};
use crate::model::{Content, Item, LayerKind, MendKey};
use crate::pipes::PipeLengths;
use crate::policy::PipeClass;

/// Owners that are named in a message, at most.
const NAMED: usize = 12;

/// Why there is no part for a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Nobody of that name owns pipes.
    #[error("no pipes belong to {unit}; owners are {}", owners.join(", "))]
    Unknown {
        /// The name asked for.
        unit: String,
        /// Owners there are.
        owners: Vec<String>,
    },
    /// Several owners have that name in theirs.
    #[error("{unit} could be {}", owners.join(", "))]
    Several {
        /// The name asked for.
        unit: String,
        /// Those owners.
        owners: Vec<String>,
    },
}

impl UnitError {
    /// The words for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let list = |owners: &[String]| {
            let named: Vec<&str> = owners.iter().take(NAMED).map(String::as_str).collect();
            named.join("、") + if owners.len() > NAMED { "…" } else { "" }
        };
        match self {
            Self::Unknown { unit, owners } if owners.is_empty() => Message::new("export.no-owners").text("unit", unit),
            Self::Unknown { unit, owners } => Message::new("export.unit-unknown").text("unit", unit).text("owners", list(owners)),
            Self::Several { unit, owners } => Message::new("export.unit-several").text("unit", unit).text("owners", list(owners)),
        }
    }
}

/// Owners of pipes, by name.
#[must_use]
pub fn units(content: &Content) -> Vec<String> {
    let owners: BTreeSet<&str> = content.pipes.iter().filter_map(|pipe| pipe.owner.as_deref()).map(str::trim).collect();
    owners.into_iter().filter(|owner| !owner.is_empty()).map(str::to_owned).collect()
}

/// The owner meant: the one of that name, else the only one that has it in theirs.
fn owner_of(content: &Content, unit: &str) -> Result<String, UnitError> {
    let unit = unit.trim();
    let owners = units(content);
    if owners.iter().any(|owner| owner == unit) {
        return Ok(unit.to_owned());
    }
    let like: Vec<String> = owners.iter().filter(|owner| !unit.is_empty() && owner.contains(unit)).cloned().collect();
    match like.len() {
        0 => Err(UnitError::Unknown { unit: unit.to_owned(), owners }),
        1 => Ok(like.into_iter().next().unwrap_or_default()),
        _ => Err(UnitError::Several { unit: unit.to_owned(), owners: like }),
    }
}

/// The plan without the pipes of others, and the name of their owner. `O(pipes)`.
///
/// # Errors
/// [`UnitError`] when nobody, or more than one, has that name.
pub fn of_unit(content: &Content, unit: &str) -> Result<(Content, String), UnitError> {
    let owner = owner_of(content, unit)?;
    let mut own = content.clone();
    let mut rows = Vec::with_capacity(content.pipes.len());
    let mut pipes = Vec::new();
    for pipe in content.pipes.iter() {
        let mine = pipe.owner.as_deref().map(str::trim) == Some(owner.as_str());
        rows.push(mine.then(|| u32::try_from(pipes.len()).unwrap_or(u32::MAX)));
        if mine {
            pipes.push(pipe.clone());
        }
    }
    own.pipes = Arc::new(pipes);
    // Mends name pipes by their rows.
    let moved = |key: &MendKey| -> Option<MendKey> {
        if key.layer != LayerKind::Pipes {
            return Some(*key);
        }
        let row = |old: u32| rows.get(old as usize).copied().flatten();
        let neighbour = match key.neighbour {
            Some(old) => Some(row(old)?),
            None => None,
        };
        Some(MendKey { row: row(key.row)?, neighbour, ..*key })
    };
    own.mended = content.mended.iter().filter_map(|(key, mended)| Some((moved(key)?, mended.clone()))).collect();
    Ok((own, owner))
}

/// Districts that are exported, and classes of pipes whose works are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    districts: BTreeSet<DistrictId>,
    classes: BTreeSet<PipeClass>,
}

impl Scope {
    /// Of a plan that holds the pipes of one unit: the districts in whose compounds they lie or end.
    #[must_use]
    pub fn touched(content: &Content, lengths: &PipeLengths) -> Self {
        let touched = lengths.per_compound.iter().enumerate().filter(|(_, shares)| !shares.is_empty());
        let districts = touched.filter_map(|(row, _)| content.assignment.get(row).copied().flatten()).collect();
        Self { districts, classes: content.pipes.iter().map(|pipe| pipe.class).collect() }
    }

    /// Whether a district is exported.
    #[must_use]
    pub fn has_district(&self, district: DistrictId) -> bool {
        self.districts.contains(&district)
    }

    /// Whether a compound is.
    #[must_use]
    pub fn has_compound(&self, content: &Content, compound: CompoundId) -> bool {
        content.assignment.get(compound.index()).copied().flatten().is_some_and(|id| self.has_district(id))
    }

    /// Whether an item is: in one of the districts, and no work on a network of another class.
    #[must_use]
    pub fn has_item(&self, content: &Content, item: &Item) -> bool {
        let utility = content.catalogue.get(&item.code).and_then(|entry| entry.utility);
        content.item_district(item).is_some_and(|id| self.has_district(id)) && self.has_network(utility)
    }

    /// Whether works on the network of a utility are exported; those on none always are.
    #[must_use]
    pub fn has_network(&self, utility: Option<PipeClass>) -> bool {
        utility.is_none_or(|class| self.classes.contains(&class))
    }

    /// Whether a finding is: about the unit's pipes, or about one of the districts or compounds.
    pub(super) fn has_finding(&self, content: &Content, finding: &FindingFeature) -> bool {
        !finding.pipes.is_empty()
            || finding.district.is_some_and(|id| self.has_district(id))
            || finding.compounds.iter().any(|id| self.has_compound(content, *id))
    }

    /// Whether a mend is.
    pub(super) fn has_mend(&self, content: &Content, key: &MendKey) -> bool {
        match key.layer {
            LayerKind::Pipes => true,
            LayerKind::Compounds => self.has_compound(content, CompoundId(key.row)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Pipe;
    use crate::policy::Ownership;

    fn pipe(id: &str, owner: Option<&str>, class: PipeClass) -> Pipe {
        Pipe {
            source_id: id.to_owned(),
            line: geo::MultiLineString(Vec::new()),
            class,
            owner: owner.map(str::to_owned),
            ownership: Ownership::Utility,
            ..Pipe::default()
        }
    }

    fn content() -> Content {
        let pipes = vec![
            pipe("a", Some("临江热力公司"), PipeClass::Heat),
            pipe("b", Some("临江水务集团"), PipeClass::Water),
            pipe("c", None, PipeClass::Heat),
            pipe("d", Some(" 临江热力公司"), PipeClass::Heat),
        ];
        Content { pipes: Arc::new(pipes), ..Content::default() }
    }

    #[test]
    fn a_unit_is_meant_by_its_name_or_a_part_that_only_it_has() {
        let content = content();
        let (own, owner) = of_unit(&content, "热力公司").unwrap();
        let ids: Vec<&str> = own.pipes.iter().map(|pipe| pipe.source_id.as_str()).collect();
        assert_eq!((ids.as_slice(), owner.as_str()), (["a", "d"].as_slice(), "临江热力公司"));
        assert!(matches!(of_unit(&content, "临江"), Err(UnitError::Several { owners, .. }) if owners.len() == 2));
        assert!(matches!(of_unit(&content, "燃气"), Err(UnitError::Unknown { .. })));
        assert!(matches!(of_unit(&content, " "), Err(UnitError::Unknown { .. })));
    }

    #[test]
    fn mends_follow_their_pipes() {
        use crate::model::{MendState, Mended};
        let mut content = content();
        let drawn = Arc::new(geo::Geometry::Point(geo::Point::new(0.0, 0.0)));
        let mended = Mended { mends: Vec::new(), drawn, state: MendState::Applied };
        for row in [1, 3] {
            content.mended.insert(MendKey { layer: LayerKind::Pipes, row, neighbour: None }, mended.clone());
        }
        let (own, _) = of_unit(&content, "临江热力公司").unwrap();
        let rows: Vec<u32> = own.mended.keys().map(|key| key.row).collect();
        assert_eq!(rows, [1]);
        assert_eq!(own.pipes[1].source_id, "d");
    }
}
