//! Checks of when things are done within a year: milestones (R24), the end of main works (R25) and the order of works (R26).

use std::collections::{BTreeMap, BTreeSet};

use geo::BoundingRect;

use super::districts::label_of;
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, CompoundId, DistrictId, ItemId, Message};
use crate::coordination::{self, Disorder, MilestoneRow, Standing, Turn};
use crate::model::Content;

/// Pairs that a message tells of, at most.
const TOLD: usize = 3;

/// R24: preparations that are late, one finding a district. A district without compounds has a finding of its own.
pub(super) fn milestones(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for (district, members, rows) in late(facts.content) {
        let own: Vec<&MilestoneRow> = rows.iter().filter(|row| row.milestone.is_preparation()).collect();
        let Some(due) = own.first().and_then(|row| row.due) else { continue };
        let (label, number) = label_of(facts.content, district);
        let message = Message::new("checks.milestone-late").text("district", label).text("due", due.to_string());
        let message =
            message.count("count", own.len()).with("milestones", Argument::List(own.iter().map(|row| told(row)).collect()));
        let finding = Finding::new(FindingKind::MilestoneLate, &number, message).in_district(Some(district));
        findings.push(finding.at(Part::of_compounds(facts.content, &members)));
    }
}

/// Districts with milestones that are late, with their compounds and those milestones.
fn late(content: &Content) -> Vec<(DistrictId, Vec<CompoundId>, Vec<MilestoneRow>)> {
    let held = content.members_by_district().into_iter().filter(|(_, members)| !members.is_empty());
    let rows = held.map(|(id, members)| {
        let late = coordination::milestones_of(content, id).into_iter().filter(|row| row.standing.is_late());
        (id, members, late.collect::<Vec<_>>())
    });
    rows.filter(|(_, _, rows)| !rows.is_empty()).collect()
}

fn told(row: &MilestoneRow) -> Message {
    let name = row.milestone.message();
    match (row.standing, row.progress) {
        (Standing::Overdue, _) | (_, None) => Message::new("checks.milestone-overdue").nested("milestone", name),
        (_, Some(progress)) => {
            Message::new("checks.milestone-told").nested("milestone", name).nested("progress", progress.message())
        }
    }
}

/// R25: main items that end after their year, and districts that are in use after it.
pub(super) fn ends(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut items: BTreeMap<Option<DistrictId>, Vec<ItemId>> = BTreeMap::new();
    for late in coordination::ends_late(content) {
        let district = content.items.get(&late.item).and_then(|item| content.item_district(item));
        items.entry(district).or_default().push(late.item);
    }
    for (district, _, rows) in late(content) {
        for row in rows.iter().filter(|row| !row.milestone.is_preparation()) {
            let (label, number) = label_of(content, district);
            let message = Message::new("checks.in-use-late").text("district", label).nested("milestone", told(row));
            let message = message.text("due", row.due.map(|day| day.to_string()).unwrap_or_default());
            let finding = Finding::new(FindingKind::EndsLate, &format!("{number}:in_use"), message).in_district(Some(district));
            findings.push(finding.at(Part::of_compounds(content, &content.members(district))));
        }
    }
    for (district, items) in items {
        let message = match district {
            Some(id) => Message::new("checks.items-end-late").text("district", label_of(content, id).0),
            None => Message::new("checks.items-end-late-adrift"),
        };
        let about = district.map_or_else(|| "none".to_owned(), |id| label_of(content, id).1);
        let finding = Finding::new(FindingKind::EndsLate, &about, message.count("items", items.len())).in_district(district);
        findings.push(with_places(content, finding, items));
    }
}

/// R26: works out of order, one finding a district.
pub(super) fn order(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut by_district: BTreeMap<Option<DistrictId>, Vec<Disorder>> = BTreeMap::new();
    for disorder in coordination::disorders(content) {
        let district = content.items.get(&disorder.early.0).and_then(|item| content.item_district(item));
        by_district.entry(district).or_default().push(disorder);
    }
    for (district, found) in by_district {
        let pairs: Vec<Message> = found.iter().take(TOLD).map(|one| pair(content, one)).collect();
        let (message, about) = match district.map(|id| label_of(content, id)) {
            Some((label, number)) => (Message::new("checks.work-order").text("district", label), number),
            None => (Message::new("checks.work-order-adrift"), "none".to_owned()),
        };
        let message = message.count("count", found.len()).with("pairs", Argument::List(pairs));
        let items: BTreeSet<ItemId> = found.iter().flat_map(|one| [one.early.0, one.waits_for.0]).collect();
        let finding = Finding::new(FindingKind::WorkOrder, &about, message).in_district(district);
        findings.push(with_places(content, finding, items.into_iter().collect()));
    }
}

fn pair(content: &Content, disorder: &Disorder) -> Message {
    let name = |(id, turn): (ItemId, Turn)| {
        let entry = content.items.get(&id).and_then(|item| content.catalogue.get(&item.code));
        entry.map_or_else(|| turn.message(), |entry| entry.names().message())
    };
    Message::new("checks.work-order-pair").nested("early", name(disorder.early)).nested("other", name(disorder.waits_for))
}

/// A finding about items, at their compounds and at the places of those without one.
fn with_places(content: &Content, finding: Finding, items: Vec<ItemId>) -> Finding {
    let own = items.iter().filter_map(|id| content.items.get(id));
    let compounds: BTreeSet<CompoundId> = own.clone().filter_map(|item| item.compound).collect();
    let compounds: Vec<CompoundId> = compounds.into_iter().collect();
    let outside = own.filter(|item| item.compound.is_none()).filter_map(|item| item.place.as_ref()?.bounding_rect());
    let mut finding = finding.at(Part::of_compounds(content, &compounds));
    finding.parts.extend(outside.map(Part::of_bounds));
    finding.about_items(items)
}
