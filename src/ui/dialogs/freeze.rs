//! Freezing is for good, so it is asked for once more.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::session::freezing::without_management;
use crate::ui::context::Context;

/// The dialog.
pub(super) fn freeze_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let date = cx.state.plan.meeting.as_ref().map(|meeting| meeting.date.clone()).unwrap_or_default();
    ui.label(RichText::new(cx.tr(&Message::new("meeting.freeze-title").text("date", date))).strong().size(15.0));
    ui.label(cx.text("meeting.freeze-hint"));
    let missing = without_management(&cx.state.plan);
    if missing > 0 {
        let told = cx.tr(&Message::new("meeting.frozen-without-management").count("count", missing));
        ui.label(RichText::new(told).color(cx.palette.warn));
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if ui.button(cx.text("meeting.freeze-really")).clicked() {
            cx.push(Command::Freeze);
        }
        super::close_ui(ui, cx);
    });
}
