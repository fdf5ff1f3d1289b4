//! Another grouping beside the plan's: the repair of it, or what another plan or map says of the same compounds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Named;
use crate::base::{DistrictId, Message, Reporter};
use crate::contiguity::{Links, Neighbours};
use crate::grouping::{self, Comparison, GroupingError, Repair, RepairInput};
use crate::model::{Content, District};
use crate::screening::{self, Screened};

/// The fewest moves that put every unlocked district into one piece at the plan's gap. Units are rows of compounds, districts
/// the numbers of their ids.
///
/// # Errors
/// [`GroupingError`] when a link names a compound that is not there.
pub fn repair(content: &Content, screened: &[Screened], links: &Links, reporter: &dyn Reporter) -> Result<Repair, GroupingError> {
    let neighbours = Neighbours::from_pairs(content.compounds.len(), links.pairs_at(content.settings.gap_m))?;
    let locked: BTreeSet<u32> = content.districts.iter().filter(|(_, d)| d.locked).map(|(id, _)| id.0).collect();
    let (district, eligible) = (numbers(&content.assignment), screening::eligible(content, screened));
    let conduct = content.settings.conduct;
    let input = RepairInput { neighbours: &neighbours, district: &district, eligible: &eligible, conduct, locked: &locked };
    Ok(grouping::repair(&input, reporter))
}

/// What a repair proposes, in one sentence: how many moves, and whether fewer would do.
#[must_use]
pub fn repair_message(content: &Content, repair: &Repair) -> Message {
    let message = match (repair.moves.is_empty(), repair.exact) {
        (true, _) => Message::new("grouping.repair-none"),
        (false, true) => Message::new("grouping.repair-exact"),
        (false, false) => Message::new("grouping.repair-rough").count("least", repair.at_least),
    };
    let message = message.count("moves", repair.moves.len());
    if repair.left.is_empty() {
        return message;
    }
    let left: Vec<String> = repair.left.iter().map(|id| label(content, DistrictId(*id))).collect();
    Message::new("grouping.repair-locked").nested("what", message).text("districts", left.join("、"))
}

fn label(content: &Content, id: DistrictId) -> String {
    content.districts.get(&id).map(District::label).unwrap_or_default()
}

fn numbers(assignment: &[Option<DistrictId>]) -> Vec<Option<u32>> {
    assignment.iter().map(|district| district.map(|id| id.0)).collect()
}

/// The assignment of a plan after a repair.
#[must_use]
pub fn repaired(content: &Content, repair: &Repair) -> Vec<Option<DistrictId>> {
    let mut assignment = content.assignment.clone();
    for step in &repair.moves {
        if let Some(place) = assignment.get_mut(step.unit as usize) {
            *place = step.to.map(DistrictId);
        }
    }
    assignment
}

/// Another grouping of a plan's compounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherGrouping {
    /// Its districts.
    pub districts: BTreeMap<DistrictId, District>,
    /// Their labels.
    pub labels: BTreeMap<DistrictId, String>,
    /// Their names, which may be empty.
    pub names: BTreeMap<DistrictId, String>,
    /// The district of each compound of the plan.
    pub assignment: Vec<Option<DistrictId>>,
    /// How it differs from the plan's.
    pub comparison: Comparison,
    /// Compounds of the plan that the other does not know by their ids.
    pub unknown: usize,
    /// Compounds of the other that the plan does not know.
    pub foreign: usize,
}

/// How alike two groupings are, in one sentence.
#[must_use]
pub fn comparison_message(other: &OtherGrouping) -> Message {
    let Comparison { in_both, rand, moved, splits, merges, .. } = &other.comparison;
    let message = match rand {
        Some(rand) => Message::new("grouping.compared").number("rand", *rand, 3),
        None => Message::new("grouping.compared-nothing"),
    };
    let message = message.count("moved", moved.len()).count("splits", splits.len()).count("merges", merges.len());
    message.count("both", *in_both).count("unknown", other.unknown).count("foreign", other.foreign)
}

/// A repair as a grouping of its own.
#[must_use]
pub fn of_repair(content: &Content, repair: &Repair) -> OtherGrouping {
    let assignment = repaired(content, repair);
    let comparison = grouping::compare_known(&numbers(&content.assignment), &numbers(&assignment));
    let labels = content.districts.iter().map(|(id, district)| (*id, district.label())).collect();
    OtherGrouping {
        districts: content.districts.clone(),
        labels,
        names: names_of(&content.districts),
        assignment,
        comparison,
        unknown: 0,
        foreign: 0,
    }
}

/// The grouping of another plan, or of a map of which a field names the districts, of the compounds with the same ids. Of
/// compounds with one id the first counts.
#[must_use]
pub fn of_content(content: &Content, other: &Content, named: Option<&Named>) -> OtherGrouping {
    let (districts, theirs) = named.map_or((&other.districts, &other.assignment), |n| (&n.districts, &n.assignment));
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for (row, compound) in other.compounds.iter().enumerate() {
        rows.entry(&compound.source_id).or_insert(row);
    }
    let found: Vec<Option<usize>> = content.compounds.iter().map(|c| rows.get(c.source_id.as_str()).copied()).collect();
    let assignment: Vec<Option<DistrictId>> = found.iter().map(|row| theirs.get((*row)?).copied().flatten()).collect();
    let known: BTreeSet<usize> = found.iter().flatten().copied().collect();
    // What the other does not know has not moved.
    let both = |mine: &[Option<u32>]| mine.iter().zip(&found).map(|(d, row)| row.and(*d)).collect::<Vec<_>>();
    let comparison = grouping::compare(&both(&numbers(&content.assignment)), &numbers(&assignment));
    OtherGrouping {
        districts: districts.clone(),
        labels: districts.iter().map(|(id, district)| (*id, other_label(district, named.is_some()))).collect(),
        names: names_of(districts),
        unknown: found.iter().filter(|row| row.is_none()).count(),
        foreign: rows.values().filter(|row| !known.contains(row)).count(),
        assignment,
        comparison,
    }
}

fn names_of(districts: &BTreeMap<DistrictId, District>) -> BTreeMap<DistrictId, String> {
    districts.iter().map(|(id, district)| (*id, district.name.clone())).collect()
}

/// A district that a field names goes by that name alone; its number is ours.
fn other_label(district: &District, by_field: bool) -> String {
    if by_field { district.name.clone() } else { district.label() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Properties};

    fn content(ids: &[&str], districts: &[u32]) -> Content {
        let compound = |id: &&str| Compound {
            source_id: (*id).to_owned(),
            shape: geo::MultiPolygon(Vec::new()),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        Content {
            compounds: std::sync::Arc::new(ids.iter().map(compound).collect()),
            assignment: districts.iter().map(|d| (*d > 0).then_some(DistrictId(*d))).collect(),
            districts: districts.iter().filter(|d| **d > 0).map(|d| (DistrictId(*d), District::numbered(*d))).collect(),
            ..Content::default()
        }
    }

    #[test]
    fn groupings_are_compared_by_the_ids_of_compounds() {
        let ours = content(&["a", "b", "c", "d", "e"], &[1, 1, 2, 2, 1]);
        let theirs = content(&["d", "c", "b", "a", "x"], &[7, 7, 7, 5, 5]);
        let found = of_content(&ours, &theirs, None);
        assert_eq!((found.unknown, found.foreign, found.comparison.in_both), (1, 1, 4));
        assert_eq!(found.comparison.moved.iter().map(|m| m.unit).collect::<Vec<_>>(), [1]);
        assert_eq!(found.labels[&DistrictId(7)], "07");
    }
}
