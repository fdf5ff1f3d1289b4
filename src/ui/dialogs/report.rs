//! What was read: every file with its counts, CRS, fields, and each feature that was mended or left out.

use egui::{RichText, Ui};

use crate::base::{Argument, Message};
use crate::command::Command;
use crate::import::{FeatureNote, ReadReport, fact_name};
use crate::session::ReadLayer;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Lines shown for one file; the rest is counted.
const SHOWN: usize = 200;

/// The dialog.
pub(super) fn report_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(RichText::new(cx.text("ui.report-title")).strong().size(15.0));
    let waiting = super::mends::waiting(cx);
    if waiting > 0 {
        let words = cx.tr(&Message::new("ui.mends-waiting").count("count", waiting));
        ui.label(RichText::new(words).color(cx.palette.warn));
    }
    if cx.state.reports.is_empty() && super::mends::is_empty(cx) {
        widgets::empty(ui, cx.palette, &cx.text("ui.report-empty"));
    }
    let height = ui.available_height().min(480.0);
    egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
        super::mends::mends_ui(ui, cx);
        let state = cx.state;
        for (n, layer) in state.reports.iter().enumerate().rev() {
            ui.push_id(n, |ui| layer_ui(ui, cx, n, layer));
            widgets::hairline(ui, cx.palette);
        }
        for (n, join) in state.joins.iter().enumerate().rev() {
            super::ledger::join_ui(ui, cx, n, join);
            widgets::hairline(ui, cx.palette);
        }
    });
    super::close_ui(ui, cx);
}

fn layer_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize, layer: &ReadLayer) {
    let report = &layer.report;
    ui.label(RichText::new(&layer.source.file).strong());
    let counts = Message::new("ui.report-counts")
        .count("read", report.read())
        .count("loaded", report.loaded)
        .count("mended", report.mended.len())
        .count("left_out", report.left_out.len());
    ui.label(cx.tr(&counts));
    ui.label(widgets::quiet(cx.palette, format!("{} · {}", layer.source.crs, crs_known(cx, layer))));
    if let Some(approximate) = layer.source.approximate {
        ui.label(RichText::new(cx.tr(&approximate.message())).color(cx.palette.warn));
    }
    for warning in &report.warnings {
        ui.label(RichText::new(cx.tr(warning)).color(cx.palette.warn));
    }
    if let Some(shift) = layer.hinted_shift().filter(|_| layer.from.is_some()) {
        let undo = Message::new("ui.report-undo-offset").text("shift", shift.name());
        if ui.button(cx.tr(&undo)).clicked() {
            cx.push(Command::UndoOffset(place));
        }
    }
    for note in &report.notes {
        ui.label(widgets::quiet(cx.palette, cx.tr(note)));
    }
    fields_ui(ui, cx, report);
    for (title, notes) in [("ui.report-left-out", &report.left_out), ("ui.report-mended", &report.mended)] {
        if !notes.is_empty() {
            egui::CollapsingHeader::new(format!("{} {}", cx.text(title), notes.len())).id_salt(title).show(ui, |ui| {
                features_ui(ui, cx, notes);
            });
        }
    }
}

fn crs_known(cx: &Context<'_>, layer: &ReadLayer) -> String {
    crate::i18n::lookup(cx.lang(), &layer.source.crs_known_by).map_or_else(|| layer.source.crs_known_by.clone(), str::to_owned)
}

fn fields_ui(ui: &mut Ui, cx: &Context<'_>, report: &ReadReport) {
    let mapped: Vec<String> = report
        .fields
        .iter()
        .filter_map(|field| {
            let bad = if field.unreadable > 0 { format!(" (−{})", field.unreadable) } else { String::new() };
            Some(format!("{} → {} {}{bad}", field.source, cx.text(fact_name(field.target?)), field.filled))
        })
        .collect();
    if !mapped.is_empty() {
        ui.label(widgets::quiet(cx.palette, mapped.join(" · ")).size(12.0));
    }
}

fn features_ui(ui: &mut Ui, cx: &Context<'_>, notes: &[FeatureNote]) {
    for note in notes.iter().take(SHOWN) {
        let reasons = Argument::List(note.reasons.clone());
        let why = crate::i18n::write_argument(cx.lang(), &reasons);
        ui.label(format!("#{} {} {why}", note.index, note.id.as_deref().unwrap_or("")));
    }
    if notes.len() > SHOWN {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.more-lines").count("count", notes.len() - SHOWN))));
    }
}
