//! Checks of years: once only, the order of the bands, the horizon, and pipes in step with compounds.

use std::collections::{BTreeMap, BTreeSet};

use super::districts::label_of;
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, CompoundId, DistrictId, ItemId, Message, PipeId};
use crate::coordination;
use crate::model::{Content, Item};
use crate::policy::{ItemClass, Verdict};
use crate::screening;

/// R14 “最多改一次”: 基础类 items of a compound all fall in one year.
pub(super) fn once_only(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut years: BTreeMap<CompoundId, BTreeMap<i32, Vec<ItemId>>> = BTreeMap::new();
    for (id, item) in &content.items {
        let basic = content.catalogue.get(&item.code).is_some_and(|entry| entry.class == ItemClass::Basic);
        if let (true, Some(compound), Some(year)) = (basic, item.compound, content.item_year(item)) {
            years.entry(compound).or_default().entry(year).or_default().push(*id);
        }
    }
    for (id, years) in years.into_iter().filter(|(_, years)| years.len() > 1) {
        let Some(compound) = content.compounds.get(id.index()) else { continue };
        let listed = years.keys().map(|year| Message::new("checks.year").year("year", *year)).collect();
        let message = Message::new("checks.once-only").text("compound", compound.label()).with("years", Argument::List(listed));
        let finding = Finding::new(FindingKind::OnceOnly, &compound.source_id, message)
            .in_district(content.assignment.get(id.index()).copied().flatten())
            .at(Part::of_compounds(content, &[id]));
        findings.push(finding.about_items(years.into_values().flatten().collect()));
    }
}

/// R4: no compound of the later band before the last of the first band; one warning, naming both.
pub(super) fn order(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let dated = |verdict: Verdict| {
        let of_band = move |(row, screened): (usize, &screening::Screened)| {
            let id = CompoundId::from_index(row);
            (screened.verdict == verdict).then_some((content.compound_year(id)?, id))
        };
        facts.screened.iter().enumerate().filter_map(of_band)
    };
    let last_must = dated(Verdict::Must).max_by_key(|(year, id)| (*year, std::cmp::Reverse(*id)));
    let (Some((must_year, must)), Some((may_year, may))) = (last_must, dated(Verdict::May).min()) else { return };
    if may_year >= must_year {
        return;
    }
    let (Some(early), Some(late)) = (content.compounds.get(may.index()), content.compounds.get(must.index())) else { return };
    let message = Message::new("checks.year-order")
        .text("early", early.label())
        .year("early_year", may_year)
        .text("late", late.label())
        .year("late_year", must_year);
    let about = format!("{}|{}", early.source_id, late.source_id);
    let finding = Finding::new(FindingKind::YearOrder, &about, message);
    findings.push(finding.at(Part::of_compounds(content, &[may])).at(Part::of_compounds(content, &[must])));
}

/// R5: districts and items dated after the last year of the plan.
pub(super) fn horizon(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let horizon = content.settings.horizon.unwrap_or_else(|| screening::pack_of(content).horizon);
    let mut late: BTreeMap<Option<DistrictId>, Vec<ItemId>> = BTreeMap::new();
    for (id, district) in &content.districts {
        if district.year.is_some_and(|year| year > horizon) {
            late.entry(Some(*id)).or_default();
        }
    }
    for (id, item) in &content.items {
        if content.item_year(item).is_some_and(|year| year > horizon) {
            late.entry(content.item_district(item)).or_default().push(*id);
        }
    }
    for (district, items) in late {
        let finding = if let Some(id) = district {
            let (label, number) = label_of(content, id);
            let message =
                Message::new("checks.horizon").text("district", label).year("horizon", horizon).count("items", items.len());
            Finding::new(FindingKind::Horizon, &number, message).at(Part::of_compounds(content, &content.members(id)))
        } else {
            let message = Message::new("checks.horizon-items").year("horizon", horizon).count("items", items.len());
            let served: BTreeSet<CompoundId> = items.iter().filter_map(|id| item_compound(content, *id)).collect();
            let served: Vec<CompoundId> = served.into_iter().collect();
            Finding::new(FindingKind::Horizon, "none", message).at(Part::of_compounds(content, &served))
        };
        findings.push(finding.in_district(district).about_items(items));
    }
}

fn item_compound(content: &Content, item: ItemId) -> Option<CompoundId> {
    content.items.get(&item).and_then(|item: &Item| item.compound)
}

/// Lengths are shown with one decimal; shorter ones would read as nothing, m.
const SEEN_M: f64 = 0.05;

/// Pipes of one district and year, as R28 compares them.
#[derive(Default)]
struct Step {
    pipes: BTreeSet<PipeId>,
    compounds: BTreeSet<CompoundId>,
    inside_m: f64,
}

/// R28: pipes out of step, by district and year; and how many pairs have no year to compare.
pub(super) fn pipes(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let mut steps: BTreeMap<(DistrictId, i32, i32), Step> = BTreeMap::new();
    for mismatch in coordination::year_mismatches(content, facts.lengths) {
        let step = steps.entry((mismatch.district, mismatch.compound_year, mismatch.pipe_year)).or_default();
        step.pipes.insert(mismatch.pipe);
        step.compounds.insert(mismatch.compound);
        step.inside_m += mismatch.inside_m;
    }
    for ((district, year, pipe_year), step) in steps {
        let (label, number) = label_of(content, district);
        // Pipes may end at the border and connect the district without a metre inside.
        let words = if step.inside_m < SEEN_M { "checks.pipe-year-outside" } else { "checks.pipe-year" };
        let message = Message::new(words)
            .text("district", label)
            .year("year", year)
            .year("pipe_year", pipe_year)
            .count("pipes", step.pipes.len());
        let message = if step.inside_m < SEEN_M { message } else { message.metres("length", step.inside_m) };
        let compounds: Vec<CompoundId> = step.compounds.into_iter().collect();
        let finding = Finding::new(FindingKind::PipeYear, &format!("{number}:{pipe_year}"), message)
            .in_district(Some(district))
            .at(Part::of_compounds(content, &compounds));
        findings.push(finding.about_pipes(step.pipes.into_iter().collect()));
    }
    missing_years(facts, findings);
}

fn missing_years(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let (mut pipes, mut compounds) = (BTreeSet::new(), BTreeSet::new());
    // A district without a year is unfinished, and that is seen everywhere; what counts here are the pipes.
    for missing in coordination::years_missing(content, facts.lengths).iter().filter(|m| m.pipe_year.is_none()) {
        pipes.insert(missing.pipe);
        compounds.insert(missing.compound);
    }
    if pipes.is_empty() {
        return;
    }
    let message = Message::new("checks.pipe-year-missing").count("pipes", pipes.len()).count("compounds", compounds.len());
    let compounds: Vec<CompoundId> = compounds.into_iter().collect();
    let finding = Finding::new(FindingKind::PipeYearMissing, "all", message).at(Part::of_compounds(content, &compounds));
    findings.push(finding.about_pipes(pipes.into_iter().collect()));
}
