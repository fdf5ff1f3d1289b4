//! The list of shortcuts, from the table of commands.

use egui::{RichText, Ui};

use crate::command::LISTED;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The dialog.
pub(super) fn shortcuts_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(RichText::new(cx.text("ui.shortcuts-title")).strong().size(15.0));
    widgets::hairline(ui, cx.palette);
    let height = ui.available_height().min(420.0);
    egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for listed in LISTED {
            if let Some(shortcut) = listed.shortcut {
                widgets::fact(ui, cx.palette, &cx.text(listed.key), &shortcut.to_string());
            }
        }
        for (key, value) in
            [("ui.mouse-zoom", "ui.mouse-wheel"), ("ui.mouse-pan", "ui.mouse-middle"), ("ui.mouse-select", "ui.mouse-drag")]
        {
            widgets::fact(ui, cx.palette, &cx.text(key), &cx.text(value));
        }
    });
    super::close_ui(ui, cx);
}
