//! The card of a district: contiguity, sums, classes, findings, and what can be changed by hand.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::{reshape, search};
use crate::base::{DistrictId, Message};
use crate::command::{Command, Scope};
use crate::composition;
use crate::i18n;
use crate::model::District;
use crate::policy::ItemClass;
use crate::ui::context::Context;
use crate::ui::tables::{checks, districts};
use crate::ui::{Memory, widgets, words};

/// What to group alone, each with the key of its words.
const SCOPES: [(Scope, &str); 2] = [(Scope::Districts, "ui.group-only-district"), (Scope::Around, "ui.group-only-around")];

/// The card.
pub(super) fn district_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory, id: DistrictId) {
    let Some(district) = cx.state.plan.districts.get(&id).cloned() else { return };
    memory.districts.follow(cx);
    let sums = memory.districts.sums.get(&id).cloned().unwrap_or_default();
    let title = cx.tr(&Message::new("ui.district-title").text("label", district.label()));
    ui.label(RichText::new(title).strong().size(15.0));
    let (state, colour) = districts::contiguity_words(cx, sums.parts);
    ui.label(RichText::new(state).color(colour));
    widgets::hairline(ui, cx.palette);
    sums_ui(ui, cx, &sums);
    benchmark_ui(ui, cx, id, &sums);
    share_ui(ui, cx, id);
    edit_ui(ui, cx, memory, id, &district);
    reshape::reshape_ui(ui, cx, &mut memory.inspector.reshape, id, sums.parts);
    super::project::project_ui(ui, cx, &mut memory.inspector.project, id, &district);
    super::network::trunks_ui(ui, cx, &mut memory.inspector.network, id);
    search::choose_ui(ui, cx, &SCOPES);
    findings_ui(ui, cx, memory, id);
}

fn sums_ui(ui: &mut Ui, cx: &Context<'_>, sums: &districts::DistrictSums) {
    widgets::fact(ui, cx.palette, &cx.text("ui.column-compounds"), &sums.compounds.to_string());
    let households = i18n::grouped(i64::try_from(sums.households).unwrap_or(i64::MAX));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-households"), &households);
    if sums.households_missing > 0 {
        let words = cx.tr(&Message::new("ui.households-missing").count("count", sums.households_missing));
        ui.label(RichText::new(words).color(cx.palette.warn).size(12.0));
    }
    widgets::fact(ui, cx.palette, &cx.text("ui.column-floor-area"), &i18n::decimal(sums.floor_area_m2, 0));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-cost"), &i18n::decimal(sums.cost.wan_yuan(), 2));
}

/// What the items cost a square metre and a household, beside what renovations cost elsewhere; only where every item has a
/// cost, for a part of a sum compares with nothing.
fn benchmark_ui(ui: &mut Ui, cx: &Context<'_>, id: DistrictId, sums: &districts::DistrictSums) {
    let total = composition::sums(&cx.state.plan).of_district(Some(id));
    if total.count == 0 || !total.is_complete() {
        return;
    }
    let yuan = total.cost.wan_yuan() * 10_000.0;
    #[expect(clippy::cast_precision_loss, reason = "households of a district")]
    let households = sums.households as f64;
    let figures = crate::policy::benchmarks();
    let by_area = crate::policy::range(figures.iter().map(|own| own.yuan_per_m2));
    let by_household = crate::policy::range(figures.iter().filter_map(|own| own.yuan_per_household));
    let sources: Vec<String> = figures
        .iter()
        .map(|own| cx.tr(&Message::new("ui.benchmark-source").with("name", own.names().argument()).text("source", &own.source)))
        .collect();
    for (key, per, range) in [("ui.per-area", sums.floor_area_m2, by_area), ("ui.per-household", households, by_household)] {
        let Some((least, largest)) = range.filter(|_| per > 0.0) else { continue };
        let own = yuan / per;
        let colour = if (least..=largest).contains(&own) { cx.palette.text } else { cx.palette.warn };
        widgets::fact_coloured(ui, cx.palette, &cx.text(key), &i18n::decimal(own, 0), colour);
        let words = Message::new("ui.benchmark").number("least", least, 0).number("largest", largest, 0);
        ui.label(widgets::quiet(cx.palette, cx.tr(&words)).size(12.0)).on_hover_text(sources.join("\n"));
    }
}

/// 里子 share and the counts of the three classes.
fn share_ui(ui: &mut Ui, cx: &Context<'_>, id: DistrictId) {
    let plan = &cx.state.plan;
    let catalogue = &plan.catalogue;
    let mine: Vec<_> = plan.items.values().filter(|item| plan.item_district(item) == Some(id)).collect();
    if mine.is_empty() {
        return;
    }
    if let Some(share) = composition::li_zi_share(plan, Some(id)) {
        let basis = cx.text(if share.basis == composition::Basis::Cost { "ui.share-by-cost" } else { "ui.share-by-count" });
        widgets::fact(ui, cx.palette, &format!("{} {basis}", cx.text("ui.lizi")), &words::percent(share.share));
        #[expect(clippy::cast_possible_truncation, reason = "a share for a bar")]
        widgets::meter(ui, cx.palette, share.share as f32, cx.palette.accent);
    }
    for class in ItemClass::ALL {
        let count = mine.iter().filter(|item| catalogue.get(&item.code).is_some_and(|e| e.class == class)).count();
        widgets::fact(ui, cx.palette, &cx.tr(&class.message()), &count.to_string());
    }
}

fn edit_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory, id: DistrictId, district: &District) {
    widgets::section(ui, &cx.text("ui.edit"));
    let mut changed = district.clone();
    let form = memory.inspector.district_form(id, district);
    let name = widgets::text_field(ui, form, &cx.text("ui.column-name"), f32::INFINITY);
    let mut done = name.lost_focus();
    if done {
        changed.name.clone_from(form);
    }
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.column-year")));
        let label = cx.text("ui.column-year");
        if let Some(year) = widgets::year_choice(ui, "district-year", district.year, first_year(cx), &label) {
            changed.year = year;
            done = true;
        }
        done |= ui.checkbox(&mut changed.locked, cx.text("ui.lock")).changed();
        done |= ui.add_enabled(changed.locked, egui::Checkbox::new(&mut changed.admits, cx.text("ui.lock-admits"))).changed();
    });
    if done && changed != *district {
        cx.push(Command::SetDistrict(id, Box::new(changed)));
    }
    merge_ui(ui, cx, id);
    if ui.button(cx.text("ui.remove-district")).clicked() {
        cx.push(Command::RemoveDistrict(id));
    }
}

fn merge_ui(ui: &mut Ui, cx: &mut Context<'_>, id: DistrictId) {
    let mut others: Vec<_> = cx
        .state
        .plan
        .districts
        .iter()
        .filter(|(other, _)| **other != id)
        .map(|(other, d)| (d.number, *other, d.label()))
        .collect();
    others.sort();
    let name = cx.text("ui.merge");
    let combo = egui::ComboBox::from_id_salt("merge").selected_text(&name).width(160.0).show_ui(ui, |ui| {
        for (_, other, label) in &others {
            if ui.selectable_label(false, label).clicked() {
                cx.push(Command::MergeDistricts(id, *other));
            }
        }
    });
    widgets::name_input(ui, &combo.response, &name);
}

fn findings_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory, id: DistrictId) {
    let Some(findings) = cx.state.derived.findings.get().map(Arc::clone) else { return };
    let mine: Vec<_> = findings.iter().filter(|f| f.district == Some(id) && f.ignored.is_none()).collect();
    widgets::section(ui, &cx.tr(&Message::new("ui.findings-title").count("count", mine.len())));
    if mine.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.no-findings")));
    }
    for finding in mine {
        checks::finding_ui(ui, cx, &mut memory.checks, finding);
    }
}

/// First year offered: five before the plan's horizon.
pub(super) fn first_year(cx: &Context<'_>) -> i32 {
    let settings = &cx.state.plan.settings;
    let pack = crate::policy::pack(&settings.policy).map(|pack| pack.horizon);
    settings.horizon.or(pack).map_or(2020, |horizon| horizon - 5)
}
