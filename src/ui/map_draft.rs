//! The best districts so far of a search, in place of the plan's on the map, and the words that say so.

use egui::{Align2, FontId, Rect, Stroke, StrokeKind, Ui, vec2};

use super::context::Context;
use super::widgets;
use crate::base::Message;
use crate::map::ClusterSign;

/// What each compound wears of its district in the making, by row, while a search runs.
pub(super) fn signs<'a>(cx: &Context<'a>) -> Option<&'a [ClusterSign]> {
    let sketch = cx.state.sketch()?;
    (sketch.signs.len() == cx.state.plan.compounds.len()).then_some(sketch.signs.as_slice())
}

/// Counts the drafts that were drawn, for caches; `None` while none is.
pub(super) fn key(cx: &Context<'_>) -> Option<u64> {
    signs(cx)?;
    cx.state.search.as_ref().map(|search| search.sketches)
}

/// Says over the map that its districts are a draft.
pub(super) fn label_ui(ui: &mut Ui, cx: &Context<'_>, map: Rect) {
    let Some(sketch) = cx.state.sketch().filter(|_| signs(cx).is_some()) else { return };
    let words = cx.tr(&Message::new("ui.draft-on-map").count("districts", sketch.draft.districts));
    let font = FontId::proportional(13.0);
    let galley = ui.painter().layout_no_wrap(words.clone(), font.clone(), cx.palette.text);
    let size = galley.size() + vec2(20.0, 10.0);
    let rect = Rect::from_center_size(map.center_top() + vec2(0.0, 12.0 + size.y / 2.0), size);
    let response = ui.interact(rect, ui.scope_id().with("draft-label"), egui::Sense::hover());
    widgets::named(response, egui::Role::Label, &words);
    let painter = ui.painter_at(map);
    painter.rect(rect, 4.0, cx.palette.panel, Stroke::new(1.0, cx.palette.hairline), StrokeKind::Inside);
    painter.text(rect.center(), Align2::CENTER_CENTER, words, font, cx.palette.text);
}
