//! Two groupings on the map at once: the handle between them, which pointer and arrow keys move, and the words on either side.

use std::hash::{Hash, Hasher};

use egui::{Align2, EventFilter, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::canvas::{CanvasEvent, CanvasInput, CanvasSide, CanvasTool, Swiped, canvas_ui, gpu};
use super::context::Context;
use super::widgets;
use crate::base::Message;
use crate::command::{Command, Comparing};
use crate::session::{Against, OtherSource};

/// How far from the line the handle is taken.
const REACH_PX: f32 = 9.0;
/// How far an arrow key moves it, as a share of the width.
const STEP: f32 = 0.02;
/// Between two maps side by side.
const BETWEEN_PX: f32 = 2.0;

/// The places of two maps side by side, equally large to the pixel; `None` while there is one.
pub(super) fn side_by_side(cx: &Context<'_>, rect: Rect) -> Option<[Rect; 2]> {
    if cx.state.view.comparing != Some(Comparing::SideBySide) || cx.state.beside().is_none() {
        return None;
    }
    let width = ((rect.width() - BETWEEN_PX) / 2.0).floor().max(1.0);
    let size = vec2(width, rect.height());
    let right = pos2(rect.right() - width, rect.top());
    Some([Rect::from_min_size(rect.min, size), Rect::from_min_size(right, size)])
}

/// Draws the map, or two that stand side by side; gives back what was done, and where the plan's map is.
pub(super) fn shown_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    input: &CanvasInput<'_>,
    beside: Option<Swiped<'_>>,
) -> (Vec<CanvasEvent>, Rect) {
    let rect = ui.available_rect_before_wrap();
    if beside.is_none() {
        gpu::let_go_of_against(ui.ctx());
    }
    let both = beside.and_then(|swiped| Some((swiped, side_by_side(cx, rect)?)));
    let Some((swiped, sides)) = both else { return (canvas_ui(ui, input), rect) };
    let events = sides_ui(ui, input, swiped, sides);
    signs_ui(ui, cx, sides);
    (events, sides[1])
}

/// Both maps side by side. What is done on the one of the plan counts as ever; the other is looked at, moved and clicked.
fn sides_ui(ui: &mut Ui, input: &CanvasInput<'_>, swiped: Swiped<'_>, sides: [Rect; 2]) -> Vec<CanvasEvent> {
    let Swiped { content, districts, looked, revision, .. } = swiped;
    let side = CanvasSide::Against;
    let against = CanvasInput { content, districts, looked, revision, side, swiped: None, tool: CanvasTool::Pan, ..*input };
    let map = |ui: &mut Ui, rect: Rect, salt: &str, input: &CanvasInput<'_>| {
        let builder = egui::UiBuilder::new().max_rect(rect).id_salt(salt);
        ui.scope_builder(builder, |ui| canvas_ui(ui, input)).inner
    };
    let mut events = map(ui, sides[0], "map-against", &against);
    events.retain(|event| match event {
        CanvasEvent::ViewportChanged(_) | CanvasEvent::Click { .. } => true,
        // Of a pointer over neither map, or over the other one, that one tells.
        CanvasEvent::Pointer(at) => at.is_some(),
        CanvasEvent::Hover(pick) => pick.is_some(),
        _ => false,
    });
    let moved = events.iter().any(|event| matches!(event, CanvasEvent::ViewportChanged(_)));
    let now = map(ui, sides[1], "map-now", input);
    // The map that was not moved would put the view back.
    events.extend(now.into_iter().filter(|event| !(moved && matches!(event, CanvasEvent::ViewportChanged(_)))));
    events
}

/// A number that changes with the picture of other districts.
pub(super) fn revision_beside(revision: u64, other: u64) -> u64 {
    let mut key = std::hash::DefaultHasher::new();
    (revision, other, "beside").hash(&mut key);
    key.finish()
}

/// The share of the map that shows the other grouping, while one lies over the other.
pub(super) fn share(cx: &Context<'_>) -> Option<f32> {
    (cx.state.view.comparing == Some(Comparing::Swipe)).then_some(cx.state.view.swipe)
}

/// What the other grouping is, in a few words.
fn against(cx: &Context<'_>) -> Option<String> {
    let message = match (cx.state.beside()?.against, cx.state.other.as_ref().map(|other| &other.source)) {
        (Against::Other, Some(OtherSource::File { path, .. })) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Message::new("ui.compare-file").text("file", name)
        }
        (Against::Other, _) => Message::new("ui.compare-repair"),
        (Against::Before, _) => Message::new("ui.result-before"),
    };
    Some(cx.tr(&message))
}

/// Draws the handle and moves it, over a map that was drawn there.
pub(super) fn swipe_ui(ui: &mut Ui, cx: &mut Context<'_>, rect: Rect) {
    let Some(share) = share(cx) else { return };
    let Some(left) = against(cx) else { return };
    let x = rect.left() + rect.width() * share;
    let line = Rect::from_x_y_ranges(x - REACH_PX..=x + REACH_PX, rect.y_range());
    let response = ui.interact(line.intersect(rect), ui.scope_id().with("swipe"), Sense::click_and_drag());
    let name = cx.text("ui.swipe-handle");
    response.widget_info(|| WidgetInfo { value: Some(f64::from(share)), ..WidgetInfo::labeled(Role::Slider, true, &name) });
    let mut to = share;
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        to = (at.x - rect.left()) / rect.width().max(1.0);
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        to = by_keys(ui, to);
    }
    let to = to.clamp(0.0, 1.0);
    if to.to_bits() != share.to_bits() {
        cx.push(Command::SetSwipe(to));
    }
    let colour = cx.palette.accent;
    let painter = ui.painter_at(rect);
    painter.vline(x, rect.y_range(), Stroke::new(5.0, cx.palette.panel.gamma_multiply(0.8)));
    painter.vline(x, rect.y_range(), Stroke::new(if response.has_focus() { 3.0 } else { 2.0 }, colour));
    let knob = pos2(x, rect.center().y);
    painter.circle(knob, 13.0, cx.palette.panel, Stroke::new(if response.has_focus() { 2.5 } else { 1.5 }, colour));
    for way in [-1.0, 1.0] {
        let tip = [vec2(8.0 * way, 0.0), vec2(2.5 * way, -4.5), vec2(2.5 * way, 4.5)].map(|corner| knob + corner);
        painter.add(egui::Shape::convex_polygon(tip.to_vec(), colour, Stroke::NONE));
    }
    response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal).on_hover_text(cx.text("ui.swipe-hint"));
    let now = cx.text("ui.result-now");
    sign_ui(ui, cx, pos2(x - 12.0, rect.top() + 10.0), Align2::RIGHT_TOP, &left, rect);
    sign_ui(ui, cx, pos2(x + 12.0, rect.top() + 10.0), Align2::LEFT_TOP, &now, rect);
}

fn by_keys(ui: &Ui, share: f32) -> f32 {
    ui.input(|input| {
        let pressed = |key| input.num_presses(key);
        let steps = |count: usize| STEP * f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        let moved = share + steps(pressed(Key::ArrowRight)) - steps(pressed(Key::ArrowLeft));
        match (pressed(Key::Home) > 0, pressed(Key::End) > 0) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            _ => moved,
        }
    })
}

/// Says over two maps which is which.
pub(super) fn signs_ui(ui: &mut Ui, cx: &Context<'_>, sides: [Rect; 2]) {
    let Some(left) = against(cx) else { return };
    let between = Rect::from_x_y_ranges(sides[0].right()..=sides[1].left(), sides[0].y_range());
    ui.painter().rect_filled(between, 0.0, cx.palette.hairline);
    let now = cx.text("ui.result-now");
    for (rect, words) in sides.into_iter().zip([left, now]) {
        sign_ui(ui, cx, rect.center_top() + vec2(0.0, 10.0), Align2::CENTER_TOP, &words, rect);
    }
}

/// Words on a plate; left out where there is no room for them.
fn sign_ui(ui: &mut Ui, cx: &Context<'_>, at: egui::Pos2, align: Align2, words: &str, map: Rect) {
    let font = egui::FontId::proportional(13.0);
    let galley = ui.painter().layout(words.to_owned(), font, cx.palette.text, (map.width() * 0.45).max(40.0));
    let plate = align.anchor_size(at, galley.size() + vec2(16.0, 8.0));
    if !map.expand(1.0).contains_rect(plate) {
        return;
    }
    let response = ui.interact(plate, ui.scope_id().with(("side", words)), Sense::hover());
    widgets::named(response, Role::Label, words);
    let painter = ui.painter_at(map);
    painter.rect(plate, 4.0, cx.palette.panel, Stroke::new(1.0, cx.palette.hairline), StrokeKind::Inside);
    painter.galley(plate.min + vec2(8.0, 4.0), galley, cx.palette.text);
}
