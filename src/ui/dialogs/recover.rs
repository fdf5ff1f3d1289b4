//! A journal newer than the plan's file: take its edits up, or let them go.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::ui::context::Context;

/// The dialog.
pub(super) fn recover_ui(ui: &mut Ui, cx: &mut Context<'_>, steps: usize) {
    ui.label(RichText::new(cx.text("ui.recover-title")).strong().size(15.0));
    ui.label(cx.tr(&Message::new("ui.recover-words").count("steps", steps)));
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if ui.button(cx.text("ui.recover-take")).clicked() {
            cx.push(Command::Recover(true));
        }
        if ui.button(cx.text("ui.recover-drop")).clicked() {
            cx.push(Command::Recover(false));
        }
    });
}
