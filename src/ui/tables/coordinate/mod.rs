//! The boards of coordination in the lower panel.

mod charts;
mod clearance;
mod digging;
mod funds;
mod indicators;
mod milestones;
mod moves;
mod phasing;
mod survey;
mod sync;

use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder};

use crate::command::{Board, Command};
use crate::model::{Settings, Works};
use crate::pipes::survey::FaultKind;
use crate::ui::context::Context;
use crate::ui::{names, widgets};

pub(in crate::ui) use survey::show as show_pipe;

/// What the boards remember between frames.
#[derive(Default)]
pub struct CoordinateMemory {
    sync: sync::SyncMemory,
    funds: funds::FundsMemory,
    phasing: phasing::PhasingMemory,
    milestones: milestones::MilestonesMemory,
    indicators: indicators::IndicatorsMemory,
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
    if cx.state.plan.pipes.is_empty() && matches!(cx.state.view.board, Board::Digging | Board::Sync | Board::Survey) {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-pipes"));
        return;
    }
    match cx.state.view.board {
        Board::Digging => digging::digging_ui(ui, cx, memory),
        Board::Sync => sync::sync_ui(ui, cx, &mut memory.sync),
        Board::Survey => survey::survey_ui(ui, cx, &mut memory.kind),
        Board::Funds => funds::funds_ui(ui, cx, &mut memory.funds),
        Board::Phasing => phasing::phasing_ui(ui, cx, &mut memory.phasing),
        Board::Milestones => milestones::milestones_ui(ui, cx, &mut memory.milestones),
        Board::Indicators => indicators::indicators_ui(ui, cx, &mut memory.indicators),
    }
}

/// Changes the choices about works.
fn push_works(cx: &mut Context<'_>, works: Works) {
    let settings = cx.state.plan.settings.clone();
    if works != settings.works {
        cx.push(Command::ChangeSettings(Box::new(Settings { works, ..settings })));
    }
}

/// The room that is left, cut in two side by side, the left part so large a share.
fn halves(ui: &Ui, share: f32) -> [Rect; 2] {
    let room = ui.available_rect_before_wrap();
    let cut = room.left() + room.width() * share;
    [room.with_max_x(cut - 6.0), room.with_min_x(cut + 6.0)]
}

/// Adds to a part of the room.
fn within(ui: &mut Ui, rect: Rect, salt: &str, add: impl FnOnce(&mut Ui)) {
    let layout = Layout::top_down(Align::Min);
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout).id_salt(salt), add);
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
