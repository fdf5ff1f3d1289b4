//! The years that are proposed: what they spare, and which works move.

use egui::{RichText, Ui};
use geo::BoundingRect;

use super::{number_cell, text_cell};
use crate::base::Message;
use crate::command::Command;
use crate::coordination::dig::{Opener, Work};
use crate::geometry::bounds::join;
use crate::i18n;
use crate::session::YearProposal;
use crate::ui::context::Context;
use crate::ui::tables::headed;

const COLUMNS: [(&str, f32); 7] = [
    ("ui.column-unit", 140.0),
    ("ui.column-class", 56.0),
    ("ui.column-site", 140.0),
    ("ui.column-pipes", 56.0),
    ("ui.column-length", 84.0),
    ("ui.column-from-year", 60.0),
    ("ui.column-to-year", 60.0),
];

/// What is proposed, when something is; false when there is nothing.
pub(super) fn proposal_ui(ui: &mut Ui, cx: &mut Context<'_>) -> bool {
    let state = cx.state;
    let Some(years) = &state.years else { return false };
    let proposal = &years.proposal;
    let message = Message::new("ui.years-proposed")
        .count("works", proposal.moves.len())
        .metres("before", proposal.before_m)
        .metres("after", proposal.after_m);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(cx.tr(&message)).strong());
        ui.label(cx.text(if proposal.proved { "ui.years-proved" } else { "ui.years-searched" }));
        if years.revision != state.plan.revision() {
            ui.label(RichText::new(cx.text("session.years-stale")).color(cx.palette.warn));
        } else if ui.button(cx.text("ui.years-take")).clicked() {
            cx.push(Command::TakeYears);
        }
        if ui.button(cx.text("ui.close")).clicked() {
            cx.push(Command::CloseYears);
        }
    });
    egui::ScrollArea::horizontal().id_salt("years-across").show(ui, |ui| table_ui(ui, cx, years));
    true
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, years: &YearProposal) {
    let moves = &years.proposal.moves;
    headed(ui, cx, "years", &COLUMNS).body(|body| {
        body.rows(24.0, moves.len(), |mut row| {
            let one = moves[row.index()];
            let Some(work) = years.dug.ground.works.get(one.work as usize) else { return };
            text_cell(&mut row, work.owner.clone().unwrap_or_else(|| cx.text("ui.unknown")));
            text_cell(&mut row, work.class.map(|class| cx.tr(&class.name())).unwrap_or_default());
            text_cell(&mut row, cx.tr(&work.site.message(&cx.state.plan)));
            number_cell(&mut row, work.openings.len().to_string());
            number_cell(&mut row, i18n::decimal(work.length_m, 1));
            number_cell(&mut row, one.from.to_string());
            number_cell(&mut row, one.to.to_string());
            if row.response().clicked() {
                show(cx, years, work);
            }
        });
    });
}

/// Shows a work on the map.
fn show(cx: &mut Context<'_>, years: &YearProposal, work: &Work) {
    let lines = work.openings.iter().filter_map(|row| years.dug.ground.openings.get(*row as usize));
    let lines = lines.filter_map(|opening| opening.opener.line(&cx.state.plan)?.bounding_rect());
    if let Some(rect) = lines.fold(None, |sum, rect| join(sum, Some(rect))) {
        cx.push(Command::ShowRect([rect.min().x - 40.0, rect.min().y - 40.0, rect.max().x + 40.0, rect.max().y + 40.0]));
    }
    let first = work.openings.first().and_then(|row| years.dug.ground.openings.get(*row as usize));
    if let Some(Opener::Pipe(id)) = first.map(|opening| opening.opener) {
        cx.push(Command::SelectPipe(Some(id)));
    }
}
