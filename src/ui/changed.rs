//! Offers to read files again that have changed on disk. Nothing happens until the user says so.

use egui::{Align2, Area, Frame, Id, Ui};

use super::context::Context;
use crate::base::Message;
use crate::command::Command;

/// The offer, over the top of the map; nothing while no file has changed.
pub fn changed_ui(ui: &Ui, cx: &mut Context<'_>) {
    if cx.state.origins.changed().is_empty() || cx.state.view.dialog.is_some() {
        return;
    }
    let words = cx.tr(&Message::new("session.files-changed").text("files", cx.state.origins.changed_names()));
    Area::new(Id::unique("changed")).anchor(Align2::CENTER_TOP, [0.0, 52.0]).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_max_width(560.0);
            ui.horizontal_wrapped(|ui| {
                ui.label(words);
                if ui.button(cx.text("ui.reload")).clicked() {
                    cx.push(Command::Reload);
                }
                if ui.button(cx.text("ui.keep-as-read")).clicked() {
                    cx.push(Command::KeepAsRead);
                }
            });
        });
    });
}
