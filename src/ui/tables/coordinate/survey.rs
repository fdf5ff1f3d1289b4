//! Quality of the pipe survey: kinds of fault with what can be put right, and the pipes that have them.

use egui::{RichText, Ui};
use geo::BoundingRect;

use super::{number_cell, push_works, text_cell};
use crate::base::{Message, PipeId};
use crate::command::Command;
use crate::i18n;
use crate::pipes::survey::{Fault, FaultKind, Fix, Quality};
use crate::ui::context::Context;
use crate::ui::tables::headed;
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 5] = [
    ("ui.column-pipe", 120.0),
    ("ui.column-class", 70.0),
    ("ui.column-fault", 160.0),
    ("ui.column-said", 220.0),
    ("ui.column-fix", 260.0),
];

/// The board.
pub(super) fn survey_ui(ui: &mut Ui, cx: &mut Context<'_>, chosen: &mut Option<FaultKind>) {
    limits_ui(ui, cx);
    let Some(quality) = cx.state.derived.quality.fresh(cx.state.revisions.surveyed()).cloned() else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.survey-pending")));
        return;
    };
    if quality.clearance.asked {
        let [left, right] = super::halves(ui, 0.5);
        super::within(ui, left, "survey-left", |ui| faults_ui(ui, cx, &quality, chosen));
        super::within(ui, right, "survey-right", |ui| super::clearance::clearance_ui(ui, cx, &quality.clearance));
    } else {
        faults_ui(ui, cx, &quality, chosen);
    }
}

/// What is wrong, kind by kind.
fn faults_ui(ui: &mut Ui, cx: &mut Context<'_>, quality: &Quality, chosen: &mut Option<FaultKind>) {
    if quality.faults.is_empty() {
        ui.label(RichText::new(cx.text("ui.survey-sound")).color(cx.palette.good));
        return;
    }
    *chosen = chosen.filter(|kind| quality.of_kind(*kind).next().is_some());
    kinds_ui(ui, cx, quality, chosen);
    let faults: Vec<&Fault> = quality.faults.iter().filter(|fault| chosen.is_none_or(|kind| fault.kind == kind)).collect();
    egui::ScrollArea::horizontal().id_salt("survey-across").show(ui, |ui| table_ui(ui, cx, &faults));
}

/// How near an end must be to belong to the network, and how deep a pipe may lie.
fn limits_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let works = cx.state.plan.settings.works.clone();
    ui.horizontal_wrapped(|ui| {
        let mut changed = works.clone();
        let name = cx.text("ui.snap");
        ui.label(widgets::quiet(cx.palette, &*name));
        let id = egui::Id::unique("snap");
        let edited = widgets::edited_drag(ui, id, works.snap_m, &name, |drag| {
            drag.range(0.0..=10.0).max_decimals(2).speed(0.05).suffix(" m")
        });
        changed.snap_m = edited.unwrap_or(changed.snap_m);
        ui.add_space(8.0);
        let name = cx.text("ui.max-depth");
        ui.label(widgets::quiet(cx.palette, &*name));
        let none = cx.text("ui.no-cap");
        let written = move |value: f64, _| if value > 0.0 { format!("{} m", i18n::decimal(value, 1)) } else { none.clone() };
        let id = egui::Id::unique("max-depth");
        let edited = widgets::edited_drag(ui, id, works.max_depth_m.unwrap_or(0.0), &name, |drag| {
            drag.range(0.0..=100.0).max_decimals(1).speed(0.1).custom_formatter(written)
        });
        if let Some(depth) = edited {
            changed.max_depth_m = (depth > 0.0).then_some(depth);
        }
        ui.add_space(8.0);
        ui.checkbox(&mut changed.clearance, cx.text("ui.clearance")).on_hover_text(cx.text("ui.clearance-hint"));
        push_works(cx, changed);
    });
}

/// Each kind of fault as a choice of what is listed, and the button that fixes what can be.
fn kinds_ui(ui: &mut Ui, cx: &mut Context<'_>, quality: &Quality, chosen: &mut Option<FaultKind>) {
    let count = |faults: usize| i18n::grouped(i64::try_from(faults).unwrap_or(i64::MAX));
    ui.horizontal_wrapped(|ui| {
        let all = format!("{} {}", cx.text("ui.all-faults"), count(quality.faults.len()));
        if ui.selectable_label(chosen.is_none(), all).clicked() {
            *chosen = None;
        }
        for kind in FaultKind::ALL {
            let faults = quality.of_kind(kind).count();
            let words = format!("{} {}", cx.tr(&kind.message()), count(faults));
            if faults > 0 && ui.selectable_label(*chosen == Some(kind), words).clicked() {
                *chosen = Some(kind);
            }
        }
        let kinds = chosen.map_or_else(|| FaultKind::ALL.to_vec(), |kind| vec![kind]);
        let fixable = quality.faults.iter().filter(|f| f.fix.is_some() && kinds.contains(&f.kind)).count();
        let words = cx.tr(&Message::new("ui.fix-pipes").count("count", fixable));
        if ui.add_enabled(fixable > 0, egui::Button::new(words)).clicked() {
            cx.push(Command::FixPipes(kinds));
        }
    });
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, faults: &[&Fault]) {
    headed(ui, cx, "survey", &COLUMNS).body(|body| {
        body.rows(24.0, faults.len(), |mut row| {
            let fault = faults[row.index()];
            let Some(pipe) = cx.state.plan.pipes.get(fault.pipe.index()) else { return };
            row.set_selected(cx.state.view.selection.pipe == Some(fault.pipe));
            text_cell(&mut row, pipe.source_id.clone());
            text_cell(&mut row, cx.tr(&pipe.class.name()));
            text_cell(&mut row, cx.tr(&fault.kind.message()));
            number_cell(&mut row, said(cx, fault));
            text_cell(&mut row, fix(cx, fault));
            if row.response().clicked() {
                show(cx, fault.pipe);
            }
        });
    });
}

/// What the pipe says against what another says, or the pipe that it repeats.
fn said(cx: &Context<'_>, fault: &Fault) -> String {
    let other = fault.other.and_then(|id| cx.state.plan.pipes.get(id.index())).map(|pipe| pipe.source_id.clone());
    match (fault.values_m, other) {
        (Some((own, held)), other) => {
            let numbers = format!("{} / {} m", i18n::decimal(own, 2), i18n::decimal(held, 2));
            other.map_or_else(|| numbers.clone(), |other| format!("{numbers}  {other}"))
        }
        (None, Some(other)) => other,
        (None, None) => String::new(),
    }
}

fn fix(cx: &Context<'_>, fault: &Fault) -> String {
    let Some(fix) = &fault.fix else { return cx.text("ui.fix-none") };
    match fix {
        Fix::Remove => cx.text("ui.fix-remove"),
        Fix::Number(_, number) => cx.tr(&Message::new("ui.fix-number").text("number", number)),
        Fix::Snap(..) => cx.text("ui.fix-snap"),
    }
}

/// Selects a pipe and shows it.
pub(in crate::ui) fn show(cx: &mut Context<'_>, id: PipeId) {
    let bounds = cx.state.plan.pipes.get(id.index()).and_then(|pipe| pipe.line.bounding_rect());
    cx.push(Command::SelectPipe(Some(id)));
    if let Some(rect) = bounds {
        cx.push(Command::ShowRect([rect.min().x - 30.0, rect.min().y - 30.0, rect.max().x + 30.0, rect.max().y + 30.0]));
    }
}
