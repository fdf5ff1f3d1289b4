//! Coordination: pipes by class and owner, who renews them, and years that do not agree.

use std::collections::BTreeMap;

use egui::{RichText, Ui};

use crate::base::{Argument, Message};
use crate::command::{Board, Command};
use crate::coordination;
use crate::i18n;
use crate::policy::{Ownership, PipeClass};
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// The panel of the step.
pub(super) fn coordinate_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if cx.state.plan.pipes.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-pipes"));
        return;
    }
    let Some(lengths) = cx.state.derived.lengths.fresh(cx.state.revisions.lengths()) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.lengths-pending")));
        return;
    };
    boards_ui(ui, cx);
    let mut totals: BTreeMap<PipeClass, (f64, f64)> = BTreeMap::new();
    let mut owners: BTreeMap<(PipeClass, String, u8), (Ownership, f64)> = BTreeMap::new();
    for (pipe, total) in cx.state.plan.pipes.iter().zip(&lengths.per_pipe) {
        let sum = totals.entry(pipe.class).or_default();
        sum.0 += total.inside_m;
        sum.1 += total.outside_m;
        let owner = pipe.owner.clone().unwrap_or_default();
        owners.entry((pipe.class, owner, pipe.ownership as u8)).or_insert((pipe.ownership, 0.0)).1 += total.inside_m;
    }
    widgets::section(ui, &cx.text("ui.pipes-by-class"));
    for (class, (inside, outside)) in &totals {
        let value = cx.tr(&Message::new("ui.pipes-in-out").metres("inside", *inside).metres("outside", *outside));
        widgets::fact(ui, cx.palette, &cx.tr(&class.name()), &value);
    }
    widgets::section(ui, &cx.text("ui.responsibility"));
    for ((class, owner, _), (ownership, inside)) in &owners {
        if *inside <= 0.0 {
            continue;
        }
        let owner = if owner.is_empty() { cx.text("ui.unknown") } else { owner.clone() };
        widgets::fact(
            ui,
            cx.palette,
            &format!("{} {owner}", class.letters()),
            &cx.tr(&Message::new("ui.metres").metres("length", *inside)),
        );
        let duty = coordination::responsibility(*ownership, *class);
        let both = Argument::List(vec![duty.unit.message(), duty.handover.message()]);
        let words = i18n::write_argument(cx.lang(), &both);
        ui.label(widgets::quiet(cx.palette, words).size(12.0));
    }
    mismatches_ui(ui, cx, lengths);
}

/// The boards below the map, each with what it says in short.
fn boards_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let dug = cx.state.derived.dug.fresh(cx.state.revisions.dug());
    let reopened = dug.map(|dug| cx.tr(&Message::new("ui.metres").metres("length", dug.digging.reopened_m)));
    let faults = cx.state.derived.quality.fresh(cx.state.revisions.surveyed()).map(|quality| quality.faults.len());
    for board in Board::ALL {
        let value = match board {
            Board::Digging => reopened.clone().unwrap_or_default(),
            Board::Sync | Board::Funds | Board::Phasing | Board::Milestones | Board::Indicators => String::new(),
            Board::Survey => faults.map(|faults| i18n::grouped(i64::try_from(faults).unwrap_or(i64::MAX))).unwrap_or_default(),
        };
        ui.horizontal(|ui| {
            if ui.link(cx.text(names::board(board))).clicked() {
                cx.push(Command::ShowBoard(board));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(value));
        });
    }
}

fn mismatches_ui(ui: &mut Ui, cx: &Context<'_>, lengths: &crate::pipes::PipeLengths) {
    let mismatches = coordination::year_mismatches(&cx.state.plan, lengths);
    widgets::section(ui, &cx.tr(&Message::new("ui.mismatches").count("count", mismatches.len())));
    if mismatches.is_empty() {
        ui.label(RichText::new(cx.text("ui.no-mismatches")).color(cx.palette.good));
    }
}
