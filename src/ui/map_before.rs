//! The map of the districts before the last grouping: what it draws in place of the plan's, and the words that say so.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::context::Context;
use crate::base::Message;
use crate::command::Command;
use crate::map::DistrictScene;
use crate::model::Content;

/// The plan with the districts of before, made once for a state of the plan and only while it is shown.
#[derive(Default)]
pub(super) struct BeforePicture {
    held: Option<((u64, u64), Content)>,
}

impl BeforePicture {
    /// Brings it up to the state.
    pub(super) fn follow(&mut self, cx: &Context<'_>) {
        let outcome = cx.state.outcome.as_ref().filter(|_| cx.state.view.shows_before);
        let former = outcome.and_then(|outcome| outcome.before.as_ref());
        let key = cx.state.former_key().map(|key| (key, cx.state.revisions.findings()));
        let (Some(former), Some(key)) = (former, key) else {
            self.held = None;
            return;
        };
        if self.held.as_ref().is_none_or(|(held, _)| *held != key) {
            self.held = Some((key, former.shown_in(&cx.state.plan)));
        }
    }

    /// What is drawn in place of the plan and its districts; `None` while the plan's own are, or the picture is being made.
    pub(super) fn shown(&self, cx: &Context<'_>) -> Option<(&Content, Arc<DistrictScene>)> {
        let (_, content) = self.held.as_ref()?;
        let scene = cx.state.derived.former.fresh(cx.state.former_key()?)?;
        Some((content, Arc::clone(scene)))
    }
}

/// A number that changes with what this draws.
pub(super) fn key(cx: &Context<'_>) -> Option<u64> {
    cx.state.derived.former.key().filter(|_| cx.state.view.shows_before)
}

/// Says over the map that it shows what was before; a click shows the plan again.
pub(super) fn banner_ui(ui: &mut Ui, cx: &mut Context<'_>, districts: usize) {
    const SIZE: egui::Vec2 = egui::vec2(260.0, 26.0);
    let map = ui.min_rect();
    let place = egui::Rect::from_min_size(egui::pos2(map.center().x - SIZE.x / 2.0, map.top() + 10.0), SIZE);
    let words = cx.tr(&Message::new("ui.before-banner").count("count", districts));
    let text = RichText::new(words).strong().color(cx.palette.accent);
    let button = egui::Button::new(text).fill(cx.palette.panel).stroke(egui::Stroke::new(1.0, cx.palette.accent));
    if ui.put(place, button).on_hover_text(cx.text("ui.before-banner-hint")).clicked() {
        cx.push(Command::ToggleBefore);
    }
}
