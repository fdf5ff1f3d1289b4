//! Scale bar, north arrow and the note on the coordinate system.

use egui::{Align2, FontFamily, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2};

use super::CanvasInput;
use crate::base::Message;
use crate::map::{KilometreGrid, LabelBox, MapLayer, Viewport, scale_bar};
use crate::ui::theme::{TEXT_SMALL, bold, colour};

/// Distance of the furniture from the map's edge.
const MARGIN_PX: f32 = 16.0;
/// The longest scale bar.
const BAR_PX: f32 = 140.0;
/// What the ground of a text reaches beyond it.
const NOTE_EDGE: Vec2 = Vec2::new(6.0, 3.0);

/// Where the furniture stands: labels are not written there, and counts of items stand beside it.
pub(super) fn places(painter: &Painter, input: &CanvasInput<'_>, rect: Rect) -> Vec<LabelBox> {
    let size = rect.size();
    let mut places = vec![
        LabelBox { min: [0.0, size.y - 40.0], max: [BAR_PX + 70.0, size.y] },
        LabelBox { min: [size.x - 44.0, 0.0], max: [size.x, 60.0] },
    ];
    for (at, align, words) in notes(painter, input, rect) {
        let ground = align.anchor_size(at, extent(painter, &words)).translate(-rect.min.to_vec2()).expand2(NOTE_EDGE);
        places.push(LabelBox { min: ground.min.into(), max: ground.max.into() });
    }
    places
}

/// Draws the furniture.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    if input.scene.bounds.is_none() {
        return;
    }
    paint_bar(painter, input, viewport, rect);
    if input.shown(MapLayer::Kilometres).is_some() {
        paint_numbers(painter, input, viewport, rect);
    }
    paint_north(painter, input, rect);
    for (at, align, words) in notes(painter, input, rect) {
        boxed(painter, input, at, align, &words, FontId::new(TEXT_SMALL, FontFamily::Proportional));
    }
}

/// The system and what the boundaries are not, on one line beside the scale bar; on two above it where the map is narrow.
fn notes(painter: &Painter, input: &CanvasInput<'_>, rect: Rect) -> Vec<(Pos2, Align2, String)> {
    if input.content.crs_code == 0 || input.scene.bounds.is_none() {
        return Vec::new();
    }
    let system = Message::new("map.crs").text("code", input.content.crs_code.to_string());
    let notes = [(input.words)(&system), (input.words)(&Message::new("map.unofficial"))];
    let line = notes.join(" · ");
    if extent(painter, &line).x + BAR_PX + 110.0 < rect.width() {
        return vec![(rect.right_bottom() - Vec2::new(MARGIN_PX, 12.0), Align2::RIGHT_BOTTOM, line)];
    }
    let above = |(note, up): (String, f32)| (rect.left_bottom() + Vec2::new(MARGIN_PX, -up), Align2::LEFT_BOTTOM, note);
    notes.into_iter().zip([54.0, 37.0]).map(above).collect()
}

fn extent(painter: &Painter, words: &str) -> Vec2 {
    let font = FontId::new(TEXT_SMALL, FontFamily::Proportional);
    painter.layout_no_wrap(words.to_owned(), font, egui::Color32::PLACEHOLDER).size()
}

/// The numbers of the grid: eastings along the upper edge, northings along the left one, in kilometres.
fn paint_numbers(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    let grid = KilometreGrid::new(viewport, 0.0);
    let decimals = grid.decimals();
    let words = |value_m: f64| format!("{:.decimals$}", value_m / 1_000.0);
    let font = || FontId::new(TEXT_SMALL, FontFamily::Proportional);
    // The corners are left to the north arrow, the scale bar and the other row of numbers.
    for line in grid.eastings.iter().filter(|line| line.at_px > 70.0 && line.at_px < rect.width() - 70.0) {
        boxed(painter, input, rect.min + Vec2::new(line.at_px, 6.0), Align2::CENTER_TOP, &words(line.value_m), font());
    }
    for line in grid.northings.iter().filter(|line| line.at_px > 30.0 && line.at_px < rect.height() - 56.0) {
        boxed(painter, input, rect.min + Vec2::new(8.0, line.at_px), Align2::LEFT_CENTER, &words(line.value_m), font());
    }
}

/// Text on a wash of paper.
fn boxed(painter: &Painter, input: &CanvasInput<'_>, at: Pos2, align: Align2, words: &str, font: FontId) {
    let galley = painter.layout_no_wrap(words.to_owned(), font, colour(input.palette.map.ink_soft));
    let ground = align.anchor_size(at, galley.size());
    painter.rect_filled(ground.expand2(NOTE_EDGE), 3.0, colour(input.palette.map.paper.fade(0.85)));
    painter.galley(ground.min, galley, colour(input.palette.map.ink_soft));
}

fn paint_bar(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    let bar = scale_bar(viewport.metres_per_pixel(), BAR_PX);
    let (length, key) = if bar.length_m >= 1_000.0 {
        (bar.length_m / 1_000.0, Message::new("map.kilometres"))
    } else {
        (bar.length_m, Message::new("map.metres"))
    };
    let decimals = if length < 1.0 { 2 } else { 0 };
    let words = (input.words)(&key.number("length", length, decimals));
    let ink = colour(input.palette.map.ink);
    let left = rect.left_bottom() + Vec2::new(MARGIN_PX, -20.0);
    let font = FontId::new(TEXT_SMALL, FontFamily::Proportional);
    let galley = painter.layout_no_wrap(words, font, ink);
    let ground = Rect::from_min_max(left - Vec2::new(8.0, 12.0), left + Vec2::new(bar.length_px + galley.size().x + 16.0, 12.0));
    painter.rect_filled(ground, 3.0, colour(input.palette.map.paper.fade(0.85)));
    let stroke = Stroke::new(1.3, ink);
    painter.line_segment([left, left + Vec2::new(bar.length_px, 0.0)], stroke);
    for part in 0..=bar.parts {
        let x = bar.length_px * f32::from(part) / f32::from(bar.parts);
        let tall = if part == 0 || part == bar.parts { 4.0 } else { 2.5 };
        painter.line_segment([left + Vec2::new(x, -tall), left + Vec2::new(x, tall)], stroke);
    }
    let at = left + Vec2::new(bar.length_px + 8.0, -galley.size().y / 2.0);
    painter.galley(at, galley, ink);
}

fn paint_north(painter: &Painter, input: &CanvasInput<'_>, rect: Rect) {
    let ink = colour(input.palette.map.ink);
    let top = rect.right_top() + Vec2::new(-MARGIN_PX - 8.0, MARGIN_PX);
    let ground = Rect::from_center_size(top + Vec2::new(0.0, 18.0), Vec2::new(28.0, 50.0));
    painter.rect_filled(ground, 3.0, colour(input.palette.map.paper.fade(0.85)));
    let half = |side: f32| vec![top, top + Vec2::new(7.0 * side, 20.0), top + Vec2::new(0.0, 15.0)];
    let edge = Stroke::new(1.0, ink);
    painter.add(Shape::convex_polygon(half(-1.0), ink, edge));
    painter.add(Shape::convex_polygon(half(1.0), colour(input.palette.map.paper), edge));
    let words = (input.words)(&Message::new("map.north"));
    painter.text(top + Vec2::new(0.0, 22.0), Align2::CENTER_TOP, words, FontId::new(TEXT_SMALL, bold()), ink);
}
