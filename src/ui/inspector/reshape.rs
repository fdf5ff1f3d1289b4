//! What can be made of a district by hand: several of it, more of it, or ink for the brush.

use egui::Ui;

use crate::base::DistrictId;
use crate::command::{Command, Tool};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Into how many a district is to be split.
pub(super) struct ReshapeForm {
    count: usize,
}

impl Default for ReshapeForm {
    fn default() -> Self {
        Self { count: 2 }
    }
}

/// The buttons; `parts` are the pieces of the district, as far as they are known.
pub(super) fn reshape_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut ReshapeForm, id: DistrictId, parts: Option<usize>) {
    widgets::section(ui, &cx.text("ui.reshape"));
    ui.horizontal_wrapped(|ui| {
        for (tool, key) in
            [(Tool::Paint, "command.tool-paint"), (Tool::Cut, "command.tool-cut"), (Tool::Swallow, "command.tool-swallow")]
        {
            if ui.button(cx.text(key)).clicked() {
                cx.push(Command::SetTool(tool));
            }
        }
        if ui.button(cx.text("ui.absorb-into")).clicked() {
            cx.push(Command::Absorb(Some(id)));
        }
        if parts.is_some_and(|parts| parts > 1) && ui.button(cx.text("command.split-parts")).clicked() {
            cx.push(Command::SplitParts(Some(id)));
        }
    });
    ui.horizontal_wrapped(|ui| {
        let name = cx.text("ui.split-count");
        let drag = egui::DragValue::new(&mut form.count).range(2..=999).speed(0.1);
        widgets::drag_number(ui, drag, &name);
        if ui.button(cx.text("ui.split-into")).clicked() {
            cx.push(Command::SplitInto(id, Some(form.count)));
        }
        let bounds =
            cx.state.asked().is_some_and(|asked| asked.bounds.iter().any(|bound| bound.min.is_some() || bound.max.is_some()));
        let button = egui::Button::new(cx.text("ui.split-bounds"));
        if ui.add_enabled(bounds, button).on_disabled_hover_text(cx.text("session.split-no-bounds")).clicked() {
            cx.push(Command::SplitInto(id, None));
        }
    });
}
