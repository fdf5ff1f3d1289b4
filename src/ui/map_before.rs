//! Other districts of the same compounds on the map: those before the last grouping in place of the plan's, or another grouping
//! beside it. What they are drawn from, and the words that say what is seen.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::context::Context;
use crate::base::{DistrictId, Message};
use crate::command::Command;
use crate::grouping::{self, MovedUnit};
use crate::map::DistrictScene;
use crate::model::Content;
use crate::session::Against;

/// The plan with other districts, made once for a state of the plan and only while it is shown.
#[derive(Default)]
pub(super) struct BeforePicture {
    held: Option<((u64, u64), Content)>,
    /// Compounds that lie otherwise in the two, while they are compared.
    moved: Vec<MovedUnit>,
}

/// What is drawn of other districts.
pub(super) struct Picture<'a> {
    pub(super) content: &'a Content,
    pub(super) districts: Arc<DistrictScene>,
    /// Changes with the picture.
    pub(super) key: u64,
}

impl BeforePicture {
    /// Brings it up to the state.
    pub(super) fn follow(&mut self, cx: &Context<'_>) {
        let Some(beside) = cx.state.beside() else {
            *self = Self::default();
            return;
        };
        let key = (beside.key, cx.state.revisions.findings());
        if self.held.as_ref().is_some_and(|(held, _)| *held == key) {
            return;
        }
        self.held = Some((key, beside.shown_in(&cx.state.plan)));
        let numbers = |assignment: &[Option<DistrictId>]| assignment.iter().map(|id| id.map(|id| id.0)).collect::<Vec<_>>();
        // Another plan may not know all compounds; what it does not know has not moved.
        self.moved = match (beside.against, cx.state.other.as_ref().and_then(|other| other.grouping.as_ref())) {
            (Against::Other, Some(grouping)) => grouping.comparison.moved.clone(),
            _ => grouping::compare(&numbers(&cx.state.plan.assignment), &numbers(beside.assignment)).moved,
        };
    }

    /// What is drawn besides the plan and its districts, or in their place; `None` while the plan's own are alone, or the picture is
    /// being made.
    pub(super) fn shown(&self, cx: &Context<'_>) -> Option<Picture<'_>> {
        let (_, content) = self.held.as_ref()?;
        let beside = cx.state.beside()?;
        let derived = &cx.state.derived;
        let scene = if beside.against == Against::Other { &derived.others } else { &derived.former };
        Some(Picture { content, districts: Arc::clone(scene.fresh(beside.key)?), key: beside.key })
    }

    /// Compounds that lie otherwise, while both are looked at.
    pub(super) fn moved(&self, cx: &Context<'_>) -> &[MovedUnit] {
        if cx.state.view.comparing.is_some() { &self.moved } else { &[] }
    }
}

/// A number that changes with what stands in place of the plan's districts.
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
