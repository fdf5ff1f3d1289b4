//! Checks of what a district comes to as a place to live: facilities that it lacks (R42), land that is planned twice (R34),
//! façades along important streets (R31), and green that items take (R50).

use std::collections::{BTreeMap, BTreeSet};

use geo::BoundingRect;

use super::districts::label_of;
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, CompoundId, DistrictId, ItemId, Message};
use crate::composition::{self, Circle, FIVE_MINUTES_M, FacilityState};
use crate::model::Content;

/// R42: kinds of facility that neither stand within reach of a district nor are planned for it. Nothing is said where no layer
/// of facilities tells what stands.
pub(super) fn facilities(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if content.facilities.is_empty() || content.districts.is_empty() {
        return;
    }
    let circle = Circle::straight_only(content, FIVE_MINUTES_M);
    for (district, members) in content.members_by_district().into_iter().filter(|(_, members)| !members.is_empty()) {
        let rows = circle.rows(district, &members);
        let missing = rows.iter().filter(|row| row.state == FacilityState::Missing);
        let names: Vec<Message> = missing.map(|row| row.kind.names().message()).collect();
        if names.is_empty() {
            continue;
        }
        let (label, number) = label_of(content, district);
        let message = Message::new("checks.incomplete-community").text("district", label).count("count", names.len());
        let message = message.metres("radius", FIVE_MINUTES_M).with("facilities", Argument::List(names));
        let finding = Finding::new(FindingKind::IncompleteCommunity, &number, message).in_district(Some(district));
        findings.push(finding.at(Part::of_compounds(content, &members)));
    }
}

/// R34: allocated ≤ freed.
pub(super) fn freed_land(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    for (district, account) in composition::freed_land(content).into_iter().filter(|(_, account)| account.is_overdrawn()) {
        let (label, number) = label_of(content, district);
        let message = Message::new("checks.freed-land").text("district", label);
        let message = message.number("freed", account.freed_m2, 0).number("allocated", account.allocated_m2, 0);
        let finding = Finding::new(FindingKind::FreedLand, &number, message).in_district(Some(district));
        findings.push(finding.at(Part::of_compounds(content, &content.members(district))));
    }
}

/// R31: façades along important streets want permits.
pub(super) fn important_streets(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if content.streets.iter().all(|street| !street.important) {
        return;
    }
    let approvals = composition::approvals_by_district(content);
    let fronting = approvals.into_iter().map(|(district, items)| {
        let along = items.into_iter().filter(|(_, approval)| approval.on_important == Some(true)).map(|(id, _)| id);
        (district, along.collect::<Vec<ItemId>>())
    });
    let told = |count: usize, label: Option<String>| match label {
        Some(label) => Message::new("checks.important-street").count("items", count).text("district", label),
        None => Message::new("checks.important-street-adrift").count("items", count),
    };
    by_district(content, FindingKind::ImportantStreet, fronting.collect(), told, findings);
}

/// R50: items drawn on green, about which the residents are to be asked.
pub(super) fn consultation(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut items: BTreeMap<Option<DistrictId>, Vec<ItemId>> = BTreeMap::new();
    for id in composition::on_green(content) {
        let district = content.items.get(&id).and_then(|item| content.item_district(item));
        items.entry(district).or_default().push(id);
    }
    let told = |count: usize, label: Option<String>| match label {
        Some(label) => Message::new("checks.consultation").count("items", count).text("district", label),
        None => Message::new("checks.consultation-adrift").count("items", count),
    };
    by_district(content, FindingKind::Consultation, items, told, findings);
}

/// One finding for the items of each district, at their places.
fn by_district(
    content: &Content,
    kind: FindingKind,
    items: BTreeMap<Option<DistrictId>, Vec<ItemId>>,
    told: impl Fn(usize, Option<String>) -> Message,
    findings: &mut Vec<Finding>,
) {
    for (district, items) in items.into_iter().filter(|(_, items)| !items.is_empty()) {
        let known = district.map(|id| label_of(content, id));
        let about = known.as_ref().map_or_else(|| "none".to_owned(), |(_, number)| number.clone());
        let message = told(items.len(), known.map(|(label, _)| label));
        let own = items.iter().filter_map(|id| content.items.get(id));
        let compounds: BTreeSet<CompoundId> = own.clone().filter_map(|item| item.compound).collect();
        let compounds: Vec<CompoundId> = compounds.into_iter().collect();
        let outside = own.filter(|item| item.compound.is_none()).filter_map(|item| item.place.as_ref()?.bounding_rect());
        let mut finding = Finding::new(kind, &about, message).in_district(district).at(Part::of_compounds(content, &compounds));
        finding.parts.extend(outside.map(Part::of_bounds));
        findings.push(finding.about_items(items));
    }
}
