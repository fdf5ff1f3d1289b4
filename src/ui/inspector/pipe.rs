//! The card of a pipe: what the survey says of it, who renews it, and its year.

use egui::{RichText, Ui};

use super::district::first_year;
use super::network::{NetworkMemory, downstream_ui};
use crate::base::{Argument, Message, PipeId};
use crate::command::Command;
use crate::coordination;
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The card.
pub(super) fn pipe_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut NetworkMemory, id: PipeId) {
    let state = cx.state;
    let Some(pipe) = state.plan.pipes.get(id.index()) else { return };
    let title = format!("{} {}", cx.tr(&pipe.class.name()), pipe.source_id);
    ui.label(RichText::new(title).strong().size(15.0));
    let unknown = || cx.text("ui.unknown");
    let owner = pipe.owner.clone().unwrap_or_else(unknown);
    widgets::fact(ui, cx.palette, &cx.text("ui.column-unit"), &owner);
    let diameter = pipe.diameter_mm.map_or_else(unknown, |mm| format!("{} mm", i18n::decimal(mm, 0)));
    widgets::fact(ui, cx.palette, &cx.text("ui.pipe-diameter"), &diameter);
    widgets::fact(ui, cx.palette, &cx.text("ui.pipe-material"), &pipe.material.clone().unwrap_or_else(unknown));
    let laid = pipe.laid_year.map_or_else(unknown, |year| year.to_string());
    widgets::fact(ui, cx.palette, &cx.text("ui.pipe-laid"), &laid);
    if let Some(total) = state.derived.lengths.fresh(state.revisions.lengths()).and_then(|l| l.per_pipe.get(id.index())) {
        let metres = |metres: f64| cx.tr(&Message::new("ui.metres").metres("length", metres));
        widgets::fact(ui, cx.palette, &cx.text("ui.column-length"), &metres(total.total_m));
        widgets::fact(ui, cx.palette, &cx.text("ui.pipe-inside"), &metres(total.inside_m));
    }
    let duty = coordination::responsibility(pipe.ownership, pipe.class);
    let both = Argument::List(vec![duty.unit.message(), duty.handover.message()]);
    widgets::fact(ui, cx.palette, &cx.text("ui.responsibility"), &i18n::write_argument(cx.lang(), &both));
    widgets::section(ui, &cx.text("ui.column-year"));
    let own = pipe.planned_year.map_or_else(|| "–".to_owned(), |year| year.to_string());
    widgets::fact(ui, cx.palette, &cx.text("ui.pipe-own-year"), &own);
    ui.horizontal(|ui| {
        let name = cx.text("ui.pipe-agreed-year");
        ui.label(widgets::quiet(cx.palette, &*name));
        let agreed = state.plan.pipe_years.get(&id).copied();
        if let Some(year) = widgets::year_choice(ui, "pipe-year", agreed, first_year(cx), &name) {
            cx.push(Command::SetPipeYears(vec![(id, year)]));
        }
    });
    ui.label(widgets::quiet(cx.palette, cx.text("ui.pipe-agreed-hint")).size(12.0));
    downstream_ui(ui, cx, memory, id);
}
