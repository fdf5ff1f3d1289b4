//! The boards of coordination in the lower panel.

mod digging;
mod moves;
mod survey;
mod sync;

use egui::{Align, Layout, RichText, Ui};

use crate::command::{Board, Command};
use crate::model::{Settings, Works};
use crate::pipes::survey::FaultKind;
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// What the boards remember between frames.
#[derive(Default)]
pub struct CoordinateMemory {
    sync: sync::SyncMemory,
    /// The kind of fault that the survey lists.
    kind: Option<FaultKind>,
    /// The row that was scrolled to last.
    scrolled: Option<String>,
}

/// The tab.
pub fn coordinate_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CoordinateMemory) {
    // The panel keeps its height, and the map its place, whatever a board holds.
    ui.set_min_height(ui.available_height());
    ui.horizontal(|ui| {
        for board in Board::ALL {
            let chosen = cx.state.view.board == board;
            if ui.selectable_label(chosen, cx.text(names::board(board))).clicked() {
                cx.push(Command::ShowBoard(board));
            }
        }
    });
    if cx.state.plan.pipes.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-pipes"));
        return;
    }
    match cx.state.view.board {
        Board::Digging => digging::digging_ui(ui, cx, memory),
        Board::Sync => sync::sync_ui(ui, cx, &mut memory.sync),
        Board::Survey => survey::survey_ui(ui, cx, &mut memory.kind),
    }
}

/// Changes the choices about works.
fn push_works(cx: &mut Context<'_>, works: Works) {
    let settings = cx.state.plan.settings.clone();
    if works != settings.works {
        cx.push(Command::ChangeSettings(Box::new(Settings { works, ..settings })));
    }
}

/// A text cell.
fn text_cell(row: &mut egui_extras::TableRow<'_, '_>, text: impl Into<String>) {
    let text = text.into();
    row.col(|ui| {
        ui.add(egui::Label::new(RichText::new(&text).size(12.5)).selectable(false).truncate()).on_hover_text(&text);
    });
}

/// A cell of a number, to the right.
fn number_cell(row: &mut egui_extras::TableRow<'_, '_>, text: impl Into<String>) {
    let label = egui::Label::new(RichText::new(text).size(12.5)).selectable(false).truncate();
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(label));
    });
}
