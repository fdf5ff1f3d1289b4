//! Another grouping beside the plan's: the compounds that move, the districts that split or merge, and what can be done.

use egui::{Align, Layout, RichText, Ui};

use super::{changes, headed};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::{Command, Comparing, SelectMode};
use crate::grouping::MovedUnit;
use crate::i18n;
use crate::session::regrouping::OtherGrouping;
use crate::session::{Other, OtherSource};
use crate::ui::context::Context;
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 4] =
    [("ui.column-name", 220.0), ("ui.column-from", 160.0), ("ui.column-to", 160.0), ("ui.column-households", 90.0)];

/// The tab.
pub fn compare_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    // The panel keeps its height, and the map its place, whatever there is to compare.
    ui.set_min_height(ui.available_height());
    ui.horizontal_wrapped(|ui| {
        let begun = [
            ("command.propose-repair", Command::ProposeRepair),
            ("command.compare", Command::AskCompare),
            ("command.merge", Command::AskMerge),
        ];
        for (key, command) in begun {
            if ui.button(cx.text(key)).clicked() {
                cx.push(command);
            }
        }
        if let Some(other) = &cx.state.other {
            other_ui(ui, cx, other);
        }
    });
    let state = cx.state;
    if let Some(merging) = &state.merging {
        changes::merging_ui(ui, cx, merging);
        return;
    }
    let Some(other) = &state.other else {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-other"));
        return;
    };
    let file = match &other.source {
        OtherSource::File { path, .. } => format!("{}  ", path.display()),
        OtherSource::Repair(_) => String::new(),
    };
    ui.label(format!("{file}{}", cx.tr(&other.message(&state.plan))));
    if let Some(grouping) = &other.grouping {
        splits_ui(ui, cx, grouping);
        egui::ScrollArea::horizontal().id_salt("compare-across").show(ui, |ui| match &other.changes {
            Some(changes) => changes::table_ui(ui, cx, "compare-changes", changes),
            None => table_ui(ui, cx, grouping),
        });
    }
}

/// The field, and what can be done with the grouping.
fn other_ui(ui: &mut Ui, cx: &mut Context<'_>, other: &Other) {
    if let OtherSource::File { path, fields, field } = &other.source
        && !fields.is_empty()
    {
        let name = cx.text("ui.district-field");
        let shown = field.clone().unwrap_or_else(|| name.clone());
        let combo = egui::ComboBox::from_id_salt("district-field").selected_text(shown).width(150.0).show_ui(ui, |ui| {
            for one in fields {
                if ui.selectable_label(field.as_ref() == Some(one), one).clicked() {
                    cx.push(Command::CompareWith(path.clone(), Some(one.clone())));
                }
            }
        });
        widgets::name_input(ui, &combo.response, &name);
    }
    if other.revision != cx.state.plan.revision() {
        if ui.button(cx.text("ui.compare-again")).clicked() {
            cx.push(Command::CompareAgain);
        }
    } else if other.grouping.is_some() && ui.button(cx.text("ui.take-grouping")).clicked() {
        cx.push(Command::TakeOther);
    }
    if other.grouping.is_some() {
        comparing_ui(ui, cx);
    }
    if ui.button(cx.text("ui.close")).clicked() {
        cx.push(Command::CloseOther);
    }
}

/// How both are looked at on the map.
pub fn comparing_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    for (way, key) in [(Comparing::Swipe, "ui.swipe"), (Comparing::SideBySide, "ui.side-by-side")] {
        if ui.selectable_label(cx.state.view.comparing == Some(way), cx.text(key)).clicked() {
            cx.push(Command::Compare(way));
        }
    }
}

fn splits_ui(ui: &mut Ui, cx: &Context<'_>, grouping: &OtherGrouping) {
    let list =
        |districts: &[u32], label: &dyn Fn(u32) -> String| districts.iter().map(|d| label(*d)).collect::<Vec<_>>().join("、");
    let (first, second) = (|d: u32| ours(cx, d), |d: u32| theirs(grouping, d));
    let splits =
        grouping.comparison.splits.iter().map(|(whole, parts)| {
            Message::new("grouping.split").text("district", first(*whole)).text("parts", list(parts, &second))
        });
    let merges = grouping.comparison.merges.iter().map(|(whole, parts)| {
        Message::new("grouping.merged").text("district", second(*whole)).text("parts", list(parts, &first))
    });
    let all: Vec<String> = splits.chain(merges).map(|message| cx.tr(&message)).collect();
    if !all.is_empty() {
        let words = all.join("; ");
        ui.add(egui::Label::new(widgets::quiet(cx.palette, &*words)).truncate()).on_hover_text(all.join("\n"));
    }
}

fn ours(cx: &Context<'_>, district: u32) -> String {
    cx.state.plan.districts.get(&DistrictId(district)).map(crate::model::District::label).unwrap_or_default()
}

fn theirs(grouping: &OtherGrouping, district: u32) -> String {
    grouping.labels.get(&DistrictId(district)).cloned().unwrap_or_default()
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, grouping: &OtherGrouping) {
    let moved = &grouping.comparison.moved;
    headed(ui, cx, "compare", &COLUMNS).body(|body| {
        body.rows(24.0, moved.len(), |mut row| {
            let one = &moved[row.index()];
            let id = CompoundId(one.unit);
            let selected = &cx.state.view.selection.compounds;
            row.set_selected(selected.len() == 1 && selected.contains(&id));
            row_ui(&mut row, cx, grouping, one);
            if row.response().clicked() {
                cx.push(Command::SelectItem(None));
                cx.push(Command::SelectDistrict(None));
                cx.push(Command::Select(vec![id], SelectMode::Replace));
                cx.push(Command::FitSelection);
            }
        });
    });
}

fn row_ui(row: &mut egui_extras::TableRow<'_, '_>, cx: &Context<'_>, grouping: &OtherGrouping, moved: &MovedUnit) {
    let Some(compound) = cx.state.plan.compounds.get(moved.unit as usize) else { return };
    let plain = |text: String| egui::Label::new(RichText::new(text).size(12.5)).selectable(false).truncate();
    let none = || cx.text("ui.no-district");
    let from = moved.from.map_or_else(none, |d| ours(cx, d));
    let to = moved.to.map_or_else(none, |d| theirs(grouping, d));
    for text in [compound.label().to_owned(), from, to] {
        row.col(|ui| {
            ui.add(plain(text));
        });
    }
    let households = compound.facts.households.map_or_else(|| "–".to_owned(), |n| i18n::grouped(i64::from(n)));
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(plain(households)));
    });
}
