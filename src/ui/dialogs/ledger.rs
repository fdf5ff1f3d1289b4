//! What became of a ledger's rows, and the list in which the user settles those that are open.

use egui::{RichText, Ui};

use crate::base::{CompoundId, Message};
use crate::command::Command;
use crate::import::JoinReport;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Rows shown of one kind; the rest is counted.
const SHOWN: usize = 200;

/// Compounds without a row that are offered to a row without a compound.
const OFFERED: usize = 300;

/// One ledger; `place` is its place among those joined.
pub(super) fn join_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize, join: &JoinReport) {
    ui.label(RichText::new(&join.table.name).strong());
    let counts = Message::new("ui.join-counts")
        .text("key", &*join.key)
        .count("matched", join.matched)
        .count("ambiguous", join.open.len())
        .count("rows", join.unmatched_rows.len())
        .count("compounds", join.unmatched_compounds.len());
    ui.label(cx.tr(&counts));
    let ways: Vec<String> = join.by.iter().map(|(by, count)| format!("{} {count}", cx.tr(&by.message()))).collect();
    ui.label(widgets::quiet(cx.palette, ways.join(" · ")));
    if join.ids_distrusted {
        let told = Message::new("import.ids-distrusted").text("file", join.table.name.clone());
        ui.label(RichText::new(cx.tr(&told)).color(cx.palette.warn));
    }
    if !join.repeated.is_empty() {
        let listed: Vec<String> = join.repeated.iter().take(SHOWN).map(|(line, key)| format!("{line}: {key}")).collect();
        ui.label(widgets::quiet(cx.palette, format!("{} {}", cx.text("ui.join-repeated"), listed.join(" · "))));
    }
    for note in &join.table.notes {
        ui.label(widgets::quiet(cx.palette, cx.tr(note)));
    }
    open_ui(ui, cx, place, join);
    unmatched_ui(ui, cx, place, join);
}

/// Rows with candidates: each is a choice, and what stands out can be taken all at once.
fn open_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize, join: &JoinReport) {
    if join.open.is_empty() {
        return;
    }
    let proposed = join.open.iter().filter(|open| open.proposed).count();
    ui.horizontal(|ui| {
        ui.label(format!("{} {}", cx.text("ui.join-open"), join.open.len()));
        let all = cx.tr(&Message::new("ui.join-take-all").count("count", proposed));
        if proposed > 0 && ui.button(all).clicked() {
            cx.push(Command::JoinProposed(place));
        }
    });
    for open in join.open.iter().take(SHOWN) {
        ui.horizontal(|ui| {
            ui.label(format!("{}: {}", open.line, open.key));
            if open.torn {
                ui.label(RichText::new(cx.text("ui.join-torn")).color(cx.palette.warn));
            }
            let name = cx.tr(&Message::new("ui.join-choose").text("key", &*open.key));
            let shown = open.candidates.first().map_or_else(String::new, |(id, score)| candidate(cx, *id, Some(*score)));
            let combo = egui::ComboBox::from_id_salt((place, open.line)).selected_text(shown).width(260.0).show_ui(ui, |ui| {
                for (id, score) in &open.candidates {
                    if ui.selectable_label(false, candidate(cx, *id, Some(*score))).clicked() {
                        cx.push(Command::JoinRow { join: place, line: open.line, compound: *id });
                    }
                }
            });
            widgets::name_input(ui, &combo.response, &name);
            if let Some((id, _)) = open.candidates.first().filter(|_| open.proposed) {
                let take = ui.button(cx.text("ui.join-take"));
                if take.on_hover_text(candidate(cx, *id, None)).clicked() {
                    cx.push(Command::JoinRow { join: place, line: open.line, compound: *id });
                }
            }
        });
    }
    more(ui, cx, join.open.len());
}

/// Rows without a compound, each with the compounds without a row to choose from.
fn unmatched_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize, join: &JoinReport) {
    if !join.unmatched_rows.is_empty() {
        let title = format!("{} {}", cx.text("ui.join-unmatched"), join.unmatched_rows.len());
        egui::CollapsingHeader::new(title).id_salt(("rows", place)).show(ui, |ui| {
            for (line, key) in join.unmatched_rows.iter().take(SHOWN) {
                row_ui(ui, cx, place, join, (*line, key));
            }
            more(ui, cx, join.unmatched_rows.len());
        });
        let enter = ui.button(cx.text("ui.join-enter")).on_hover_text(cx.text("ui.join-enter-hint"));
        if enter.clicked() {
            cx.push(Command::EnterRows(place));
        }
    }
    if !join.entered.is_empty() {
        let title = format!("{} {}", cx.text("ui.join-entered"), join.entered.len());
        egui::CollapsingHeader::new(title).id_salt(("entered", place)).show(ui, |ui| {
            for row in join.entered.iter().take(SHOWN) {
                ui.label(format!("{}: {} · {}", row.line, row.key, cx.tr(&row.placeholder.message())));
            }
            more(ui, cx, join.entered.len());
        });
    }
    if !join.unmatched_compounds.is_empty() {
        let title = format!("{} {}", cx.text("ui.join-without-row"), join.unmatched_compounds.len());
        egui::CollapsingHeader::new(title).id_salt(("compounds", place)).show(ui, |ui| {
            for id in join.unmatched_compounds.iter().take(SHOWN) {
                ui.label(candidate(cx, *id, None));
            }
            more(ui, cx, join.unmatched_compounds.len());
        });
    }
}

/// A row without a compound.
fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize, join: &JoinReport, (line, key): (usize, &str)) {
    ui.horizontal(|ui| {
        ui.label(format!("{line}: {key}"));
        if join.unmatched_compounds.is_empty() {
            return;
        }
        let name = cx.tr(&Message::new("ui.join-choose").text("key", key));
        let none = cx.text("ui.join-none");
        let salt = ("row", place, line);
        let combo = egui::ComboBox::from_id_salt(salt).selected_text(none).width(260.0).show_ui(ui, |ui| {
            for id in join.unmatched_compounds.iter().take(OFFERED) {
                if ui.selectable_label(false, candidate(cx, *id, None)).clicked() {
                    cx.push(Command::JoinRow { join: place, line, compound: *id });
                }
            }
        });
        widgets::name_input(ui, &combo.response, &name);
    });
}

fn more(ui: &mut Ui, cx: &Context<'_>, count: usize) {
    if count > SHOWN {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.more-lines").count("count", count - SHOWN))));
    }
}

/// A compound by name and id, with its likeness in percent.
fn candidate(cx: &Context<'_>, id: CompoundId, likeness: Option<f64>) -> String {
    let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return String::new() };
    let share = likeness.map(|score| format!("  {:.0} %", score * 100.0)).unwrap_or_default();
    format!("{} ({}){share}", compound.facts.name, compound.source_id)
}
