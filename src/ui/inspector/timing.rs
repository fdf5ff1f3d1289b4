//! When within its year an item is worked on: a half-year, or its first and last day.

use egui::{RichText, Ui};

use crate::base::{Day, ItemId};
use crate::command::Command;
use crate::model::{Item, Timing};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Days being typed, of which item and what it holds.
#[derive(Default)]
pub(super) struct TimingForm {
    of: Option<(ItemId, Option<Timing>)>,
    first: String,
    last: String,
}

impl TimingForm {
    fn follow(&mut self, id: ItemId, held: Option<Timing>) {
        if self.of == Some((id, held)) {
            return;
        }
        self.of = Some((id, held));
        (self.first, self.last) = match held {
            Some(Timing::Days(first, last)) => (first.to_string(), last.to_string()),
            _ => (String::new(), String::new()),
        };
    }

    fn days(&self) -> Option<Timing> {
        Timing::days(Day::parse(&self.first)?, Day::parse(&self.last)?)
    }
}

/// The choice and the two fields.
pub(super) fn timing_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut TimingForm, id: ItemId, item: &Item) {
    form.follow(id, item.timing);
    let mut chosen = item.timing;
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.timing")));
        let halves = [
            (None, "ui.mark-open"),
            (Some(Timing::FirstHalf), "model.timing-first-half"),
            (Some(Timing::SecondHalf), "model.timing-second-half"),
        ];
        for (timing, key) in halves {
            if ui.selectable_label(item.timing == timing, cx.text(key)).clicked() {
                chosen = timing;
            }
        }
    });
    ui.horizontal(|ui| {
        let width = ((ui.available_width() - 16.0) / 2.0).max(80.0);
        let fields = [(&mut form.first, "ui.timing-first"), (&mut form.last, "ui.timing-last")];
        let left = fields.map(|(text, key)| widgets::text_field(ui, text, &cx.text(key), width).lost_focus());
        if left.into_iter().any(|left| left)
            && let Some(days) = form.days()
        {
            chosen = Some(days);
        }
    });
    let typed = !form.first.trim().is_empty() && !form.last.trim().is_empty();
    if typed && form.days().is_none() {
        ui.label(RichText::new(cx.text("ui.days-form")).color(cx.palette.bad).size(12.0));
    }
    if chosen != item.timing {
        cx.push(Command::SetItem(Some(id), Box::new(Item { timing: chosen, ..item.clone() })));
    }
}
