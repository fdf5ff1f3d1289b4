//! A small map of a layer beside the plan, and in words where it lies.

use egui::{Color32, Pos2, Sense, Stroke, Ui, Vec2};
use geo::Coord;

use super::details::Shown;
use crate::base::Message;
use crate::geometry::bounds;
use crate::import::{Outlook, Sketch};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Room left free at the edges.
const MARGIN: f32 = 8.0;

/// The sketch and its caption.
pub(super) fn sketch_ui(ui: &mut Ui, cx: &Context<'_>, shown: Shown<'_>, width: f32) {
    let Ok(outlook) = &shown.layer.outlook else { return };
    let Some(middle) = outlook.middle else { return };
    let relation = shown.survey.relation(shown.place);
    let near = relation.is_some_and(|relation| relation.to_plan && !relation.is_far());
    picture_ui(ui, cx, outlook, near.then_some(&shown.survey.ground.sketch), width);
    ui.label(cx.tr(&Message::new("ui.import-lies").text("place", degrees(middle))));
    let Some(relation) = relation else { return };
    let away = Message::new("ui.import-away-km").number("distance", relation.away_m / 1000.0, usize::from(relation.away_m < 1e5));
    let words = match (relation.to_plan, relation.away_m > 0.0) {
        (true, false) => cx.text("ui.import-in-plan"),
        (false, false) => cx.text("ui.import-in-others"),
        (true, true) => cx.tr(&Message::new("ui.import-off-plan").nested("away", away)),
        (false, true) => cx.tr(&Message::new("ui.import-off-others").nested("away", away)),
    };
    let colour = if relation.is_far() { cx.palette.warn } else { cx.palette.secondary };
    ui.label(widgets::quiet(cx.palette, words).color(colour));
}

/// `125.3120°E 43.9000°N`.
fn degrees(place: Coord<f64>) -> String {
    let east = if place.x < 0.0 { 'W' } else { 'E' };
    let north = if place.y < 0.0 { 'S' } else { 'N' };
    format!("{:.4}°{east} {:.4}°{north}", place.x.abs(), place.y.abs())
}

fn picture_ui(ui: &mut Ui, cx: &Context<'_>, outlook: &Outlook, ground: Option<&Sketch>, width: f32) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, width * 0.72), Sense::hover());
    widgets::named(response, egui::Role::Image, &cx.text("ui.import-sketch"));
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 4.0, cx.palette.window);
    let whole = bounds::join(outlook.bounds, ground.and_then(Sketch::bounds));
    let Some(whole) = whole else { return };
    // Degrees of longitude are shorter than those of latitude.
    let squeeze = whole.center().y.to_radians().cos().max(0.01);
    let inner = rect.shrink(MARGIN);
    let scale = (f64::from(inner.width()) / (whole.width() * squeeze).max(1e-6))
        .min(f64::from(inner.height()) / whole.height().max(1e-6));
    #[expect(clippy::cast_possible_truncation, reason = "points of the screen")]
    let at = |place: &Coord<f64>| -> Pos2 {
        let from = *place - whole.center();
        inner.center() + Vec2::new((from.x * squeeze * scale) as f32, (-from.y * scale) as f32)
    };
    let draw = |sketch: &Sketch, colour: Color32| {
        for line in &sketch.lines {
            painter.add(egui::Shape::line(line.iter().map(at).collect(), Stroke::new(1.0, colour)));
        }
        for place in &sketch.points {
            painter.circle_filled(at(place), 1.5, colour);
        }
    };
    if let Some(ground) = ground {
        draw(ground, cx.palette.disabled);
    }
    draw(&outlook.sketch, cx.palette.accent);
}
