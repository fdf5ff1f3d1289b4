//! Horizontal clearance of sewage and rain pipes: what lies nearer than the table asks, and what cannot be told for a missing attribute.

use egui::{RichText, Ui};

use super::{number_cell, text_cell};
use crate::base::Message;
use crate::command::Command;
use crate::i18n;
use crate::pipes::clearance::{Beside, Clearance, Narrow};
use crate::ui::context::Context;
use crate::ui::tables::headed;

const COLUMNS: [(&str, f32); 6] = [
    ("ui.column-pipe", 100.0),
    ("ui.column-against", 64.0),
    ("ui.column-other", 100.0),
    ("ui.column-clear", 64.0),
    ("ui.column-required", 64.0),
    ("ui.column-why-check", 180.0),
];

/// Half a side of what is shown of the map about a row, m.
const AROUND_M: f64 = 25.0;

/// The list; a click on a row shows its place.
pub(super) fn clearance_ui(ui: &mut Ui, cx: &mut Context<'_>, found: &Clearance) {
    let lacking = found.rows.iter().filter(|row| !row.lacking.is_empty()).count();
    let message = Message::new("ui.clearance-found").count("near", found.rows.len() - lacking).count("lacking", lacking);
    let colour = if found.rows.is_empty() { cx.palette.secondary } else { cx.palette.warn };
    ui.label(RichText::new(cx.tr(&message.count("crossings", found.crossings))).color(colour));
    if found.rows.is_empty() {
        return;
    }
    egui::ScrollArea::horizontal().id_salt("clearance-across").show(ui, |ui| {
        headed(ui, cx, "clearance", &COLUMNS).body(|body| {
            body.rows(24.0, found.rows.len(), |mut row| {
                let one = &found.rows[row.index()];
                row.set_selected(cx.state.view.selection.pipe == Some(one.pipe));
                cells_ui(&mut row, cx, one);
                if row.response().clicked() {
                    cx.push(Command::SelectPipe(Some(one.pipe)));
                    let (x, y) = (one.at.x, one.at.y);
                    cx.push(Command::ShowRect([x - AROUND_M, y - AROUND_M, x + AROUND_M, y + AROUND_M]));
                }
            });
        });
    });
}

fn cells_ui(row: &mut egui_extras::TableRow<'_, '_>, cx: &Context<'_>, one: &Narrow) {
    let plan = &cx.state.plan;
    let own = plan.pipes.get(one.pipe.index()).map(|pipe| pipe.source_id.clone()).unwrap_or_default();
    let other = match one.beside {
        Beside::Pipe(id) => plan.pipes.get(id.index()).map(|pipe| pipe.source_id.clone()),
        Beside::Building(id) => plan.buildings.get(id.index()).map(|one| one.source_id.clone()),
    };
    text_cell(row, own);
    text_cell(row, cx.tr(&one.against.message()));
    text_cell(row, other.unwrap_or_default());
    number_cell(row, one.clear_m.map_or_else(|| "–".to_owned(), |metres| i18n::decimal(metres, 2)));
    number_cell(row, i18n::decimal(one.required_m, 2));
    let why: Vec<String> = one.lacking.iter().map(|lacking| cx.tr(&lacking.message())).collect();
    text_cell(row, if why.is_empty() { cx.text("ui.clearance-near") } else { why.join("、") });
}
