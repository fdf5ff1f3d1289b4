//! Dialogs over the window. Escape and a click outside close each of them and change nothing.

mod about;
mod export;
mod freeze;
mod import;
mod ledger;
mod mends;
mod palette;
mod recover;
mod report;
mod settings;
mod shortcuts;

use egui::{Id, Modal, Ui};

use super::Memory;
use super::context::Context;
use crate::command::Command;
use crate::session::Dialog;

pub use export::ExportMemory;
pub use import::ImportMemory;
pub use palette::PaletteMemory;

/// Whatever dialog is open.
pub fn dialogs_ui(ui: &Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    let Some(dialog) = cx.state.view.dialog.clone() else {
        memory.palette.reset();
        memory.import.reset();
        return;
    };
    let tall = (ui.ctx().content_rect().height() - 112.0).max(120.0);
    let frame = egui::Frame::popup(ui.style()).inner_margin(16);
    let modal = Modal::new(Id::unique("dialog")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(width(&dialog).min(ui.ctx().content_rect().width() - 64.0));
        ui.set_max_height(tall);
        match &dialog {
            Dialog::Import => import::import_ui(ui, cx, &mut memory.import),
            Dialog::Export => export::export_ui(ui, cx, &mut memory.export),
            Dialog::Settings => settings::settings_ui(ui, cx),
            Dialog::Report => report::report_ui(ui, cx),
            Dialog::About => about::about_ui(ui, cx),
            Dialog::Shortcuts => shortcuts::shortcuts_ui(ui, cx),
            Dialog::Palette => palette::palette_ui(ui, cx, &mut memory.palette),
            Dialog::Freeze => freeze::freeze_ui(ui, cx),
            Dialog::Recover { steps } => recover::recover_ui(ui, cx, *steps),
        }
    });
    // Recovering wants an answer: letting edits go must not happen by a stray click. Nor must answers given be lost by one;
    // Escape is heard by the keyboard.
    if modal.should_close() && !matches!(dialog, Dialog::Recover { .. } | Dialog::Import) {
        cx.push(Command::CloseDialog);
    }
}

fn width(dialog: &Dialog) -> f32 {
    match dialog {
        Dialog::Import => 1040.0,
        Dialog::Report => 720.0,
        Dialog::Palette | Dialog::Shortcuts => 520.0,
        Dialog::Export | Dialog::Settings | Dialog::About | Dialog::Freeze | Dialog::Recover { .. } => 420.0,
    }
}

/// The button that closes a dialog.
fn close_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if ui.button(cx.text("ui.close")).clicked() {
        cx.push(Command::CloseDialog);
    }
}
