//! Years in step (R28): metres by year of the district and of the pipe, and the moves that settle most of them.

use std::collections::BTreeSet;

use egui::{Align, Layout, RichText, Ui};

use super::{halves, number_cell, text_cell, within};
use crate::base::{DistrictId, Message};
use crate::command::Command;
use crate::coordination::dig::open_years;
use crate::coordination::{Sync, SyncMove, SyncRow, sync};
use crate::i18n;
use crate::model::District;
use crate::ui::context::Context;
use crate::ui::tables::{districts, headed};
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 6] = [
    ("ui.column-take", 52.0),
    ("ui.column-moves", 210.0),
    ("ui.column-settled", 90.0),
    ("ui.column-from-year", 56.0),
    ("ui.column-to-year", 56.0),
    ("ui.column-pipes", 60.0),
];

/// The table, kept until the plan changes.
#[derive(Default)]
pub(super) struct SyncMemory {
    key: Option<u64>,
    sync: Sync,
}

/// The board.
pub(super) fn sync_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut SyncMemory) {
    let lengths = cx.state.derived.lengths.fresh(cx.state.revisions.lengths());
    let dug = cx.state.derived.dug.fresh(cx.state.revisions.dug());
    let (Some(lengths), Some(dug)) = (lengths, dug) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.lengths-pending")));
        return;
    };
    let key = Some(cx.state.revisions.findings());
    if memory.key != key {
        memory.key = key;
        memory.sync = sync(&cx.state.plan, lengths, &open_years(&cx.state.plan, &dug.ground));
    }
    let found = &memory.sync;
    if found.metres.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.sync-none"));
        return;
    }
    let message = Message::new("ui.sync").metres("in_step", found.in_step_m()).metres("out_of_step", found.out_of_step_m());
    ui.label(widgets::quiet(cx.palette, cx.tr(&message)));
    let [left, right] = halves(ui, 0.42);
    within(ui, left, "sync-left", |ui| {
        egui::ScrollArea::both().id_salt("sync-years").show(ui, |ui| years_ui(ui, cx, found));
    });
    within(ui, right, "sync-right", |ui| {
        egui::ScrollArea::horizontal().id_salt("sync-across").show(ui, |ui| moves_ui(ui, cx, found));
    });
}

/// Years of districts down, years of pipes across; what agrees in the colour of good.
fn years_ui(ui: &mut Ui, cx: &Context<'_>, found: &Sync) {
    let districts: BTreeSet<i32> = found.metres.keys().map(|(year, _)| *year).collect();
    let pipes: BTreeSet<i32> = found.metres.keys().map(|(_, pipe)| *pipe).collect();
    egui::Grid::new("sync-grid").striped(false).spacing([10.0, 4.0]).show(ui, |ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.sync-corner")));
        for pipe in &pipes {
            right(ui, RichText::new(pipe.to_string()).color(cx.palette.secondary));
        }
        ui.end_row();
        for year in &districts {
            ui.label(widgets::quiet(cx.palette, year.to_string()));
            for pipe in &pipes {
                let metres = found.metres.get(&(*year, *pipe)).copied().unwrap_or(0.0);
                let colour = if year == pipe { cx.palette.good } else { cx.palette.text };
                let words = if metres > 0.0 { i18n::decimal(metres, 0) } else { "–".to_owned() };
                right(ui, RichText::new(words).color(colour).size(12.5));
            }
            ui.end_row();
        }
    });
}

fn right(ui: &mut Ui, text: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
}

fn moves_ui(ui: &mut Ui, cx: &mut Context<'_>, found: &Sync) {
    if found.moves.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.sync-no-moves")));
        return;
    }
    headed(ui, cx, "sync", &COLUMNS).body(|body| {
        body.rows(24.0, found.moves.len(), |mut row| {
            let one = &found.moves[row.index()];
            row.col(|ui| {
                if ui.link(cx.text("ui.take")).clicked() {
                    take(cx, one);
                }
            });
            text_cell(&mut row, cx.tr(&words(cx, &one.what)));
            number_cell(&mut row, i18n::decimal(one.settled_m, 1));
            number_cell(&mut row, one.from.to_string());
            number_cell(&mut row, one.to.to_string());
            let pipes = if let SyncMove::Pipes { pipes, .. } = &one.what { pipes.len().to_string() } else { "–".to_owned() };
            number_cell(&mut row, pipes);
            if row.response().clicked() {
                districts::select(cx, district_of(&one.what));
                cx.push(Command::FitSelection);
            }
        });
    });
}

fn district_of(what: &SyncMove) -> DistrictId {
    match what {
        SyncMove::District(district) | SyncMove::Pipes { district, .. } => *district,
    }
}

fn words(cx: &Context<'_>, what: &SyncMove) -> Message {
    let label = |id: &DistrictId| cx.state.plan.districts.get(id).map(District::label).unwrap_or_default();
    match what {
        SyncMove::District(id) => Message::new("ui.sync-district").text("district", label(id)),
        SyncMove::Pipes { district, owner, class, .. } => {
            let message = Message::new("ui.sync-pipes").text("district", label(district));
            match (owner, class) {
                (Some(owner), _) => message.text("owner", owner),
                (None, Some(class)) => {
                    message.nested("owner", Message::new("coordination.unit-unknown").nested("class", class.name()))
                }
                (None, None) => message.text("owner", cx.text("ui.unknown")),
            }
        }
    }
}

fn take(cx: &mut Context<'_>, row: &SyncRow) {
    match &row.what {
        SyncMove::District(id) => {
            if let Some(district) = cx.state.plan.districts.get(id) {
                let moved = District { year: Some(row.to), ..district.clone() };
                cx.push(Command::SetDistrict(*id, Box::new(moved)));
            }
        }
        SyncMove::Pipes { pipes, .. } => {
            cx.push(Command::SetPipeYears(pipes.iter().map(|pipe| (*pipe, Some(row.to))).collect()));
        }
    }
}
