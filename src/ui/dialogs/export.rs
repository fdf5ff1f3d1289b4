//! Which formats to write; the folder is asked for next.

use std::collections::BTreeSet;

use egui::{RichText, Ui};

use crate::command::Command;
use crate::export;
use crate::ui::context::Context;
use crate::ui::names;

/// The formats chosen, by code.
pub struct ExportMemory {
    chosen: BTreeSet<&'static str>,
}

impl Default for ExportMemory {
    fn default() -> Self {
        Self { chosen: export::Format::ALL.iter().map(|format| format.code()).collect() }
    }
}

/// The dialog.
pub(super) fn export_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ExportMemory) {
    ui.label(RichText::new(cx.text("ui.export-title")).strong().size(15.0));
    for format in export::Format::ALL {
        let mut on = memory.chosen.contains(format.code());
        if ui.checkbox(&mut on, cx.text(names::format(format))).changed() {
            if on {
                memory.chosen.insert(format.code());
            } else {
                memory.chosen.remove(format.code());
            }
        }
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let ready = !memory.chosen.is_empty();
        if ui.add_enabled(ready, egui::Button::new(cx.text("ui.export-choose"))).clicked() {
            let formats = memory.chosen.iter().map(|code| (*code).to_owned()).collect();
            cx.push(Command::AskExportFolder(formats));
        }
        super::close_ui(ui, cx);
    });
}
