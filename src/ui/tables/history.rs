//! The steps of the history, the oldest first: those done, then those that were taken back. A click goes there.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Height of a row.
const ROW: f32 = 24.0;

/// The tab.
pub fn history_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let (done, undone) = (cx.state.history.done(), cx.state.history.undone());
    if done.is_empty() && undone.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-history"));
        return;
    }
    let now = done.len();
    // The next step to do again stands last among those taken back.
    let label = |depth: usize| -> Option<Message> {
        let entry = match depth.checked_sub(1)? {
            place if place < now => done.get(place),
            place => undone.get(undone.len().checked_sub(place - now + 1)?),
        };
        entry.map(|entry| entry.label.clone())
    };
    let rows = now + undone.len() + 1;
    let mut go_to = None;
    // Where the plan stands is in view whenever that changes.
    let area = egui::ScrollArea::vertical().id_salt(("history", now)).auto_shrink(false);
    #[expect(clippy::cast_precision_loss, reason = "a place in a list")]
    let area = area.vertical_scroll_offset((now as f32 * ROW - 2.0 * ROW).max(0.0));
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, rows, |ui, range| {
        for depth in range {
            let words = label(depth).map_or_else(|| cx.text("ui.history-start"), |label| cx.tr(&label));
            let ink = if depth > now { cx.palette.disabled } else { cx.palette.text };
            let text = RichText::new(format!("{depth}  {words}")).color(ink);
            let row = egui::Button::selectable(depth == now, text).min_size(egui::vec2(ui.available_width(), ROW));
            let row = ui.add(row.truncate());
            if row.clicked() && depth != now {
                go_to = Some(depth);
            }
        }
    });
    if let Some(depth) = go_to {
        cx.push(Command::StepTo(depth));
    }
}
