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
    // Each kind under a name of its own: egui centres a dialog by the size that one of that name had last.
    let id = Id::unique(("dialog", std::mem::discriminant(&dialog)));
    let modal = Modal::new(id).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(width(&dialog).min(ui.ctx().content_rect().width() - 64.0));
        ui.set_max_height(tall);
        match &dialog {
            Dialog::Import => import::import_ui(ui, cx, &mut memory.import),
            Dialog::Export => scrolled(ui, |ui| export::export_ui(ui, cx, &mut memory.export)),
            Dialog::Settings => scrolled(ui, |ui| settings::settings_ui(ui, cx)),
            Dialog::Report => report::report_ui(ui, cx),
            Dialog::About => scrolled(ui, |ui| about::about_ui(ui, cx)),
            Dialog::Shortcuts => shortcuts::shortcuts_ui(ui, cx),
            Dialog::Palette => palette::palette_ui(ui, cx, &mut memory.palette),
            Dialog::Freeze => scrolled(ui, |ui| freeze::freeze_ui(ui, cx)),
            Dialog::Recover { steps } => scrolled(ui, |ui| recover::recover_ui(ui, cx, *steps)),
        }
    });
    let size = modal.response.rect.size();
    let last = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<egui::Vec2>(id), size));
    if last != size {
        // It is centred by its new size in the next frame.
        ui.ctx().request_repaint();
    }
    // Recovering wants an answer: letting edits go must not happen by a stray click. Nor must answers given be lost by one;
    // Escape is heard by the keyboard.
    if modal.should_close() && !matches!(dialog, Dialog::Recover { .. } | Dialog::Import) {
        cx.push(Command::CloseDialog);
    }
}

/// With large text in a small window a dialog is longer than the window.
fn scrolled(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    egui::ScrollArea::vertical().show(ui, add);
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
