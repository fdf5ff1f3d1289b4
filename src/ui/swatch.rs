//! The signs of layers and verdicts, as the map draws them.

use egui::{Color32, Sense, Stroke, StrokeKind, Ui};

use super::theme::{Palette, colour};
use crate::map::{ClassSign, MapLayer, MendSign, Rgba, class_colour, class_sign, compound_style, district_hue, ramp_colour};
use crate::model::Ramp;
use crate::policy::{ItemClass, PipeClass, Verdict};

/// Room for a sign.
const SIZE: egui::Vec2 = egui::vec2(18.0, 12.0);

fn room(ui: &mut Ui) -> egui::Rect {
    ui.allocate_exact_size(SIZE, Sense::hover()).0
}

/// Sign of a layer of the map.
pub fn layer_ui(ui: &mut Ui, palette: &Palette, layer: MapLayer) {
    let rect = room(ui);
    let map = &palette.map;
    let (fill, line) = match layer {
        MapLayer::Compounds => (map.no_data, map.ink_soft),
        MapLayer::Districts => (district_hue(0, palette.shade()).fade(0.26), district_hue(0, palette.shade())),
        MapLayer::Clusters => (district_hue(3, palette.shade()).fade(0.6), district_hue(3, palette.shade())),
        MapLayer::Barriers => (map.water, map.water),
        MapLayer::Parcels | MapLayer::Heritage => (map.green, map.ink_soft),
        MapLayer::Streets => (map.street, map.ink_soft),
        MapLayer::Buildings => (map.no_data, map.no_data),
        MapLayer::Mends => {
            super::canvas::paint_mend(ui.painter(), rect.center(), MendSign::Waiting, palette, 1.0);
            return;
        }
        MapLayer::Kilometres => {
            let stroke = Stroke::new(1.0, palette.secondary);
            for share in [0.25, 0.75] {
                ui.painter().hline(rect.x_range(), egui::lerp(rect.y_range(), share), stroke);
                ui.painter().vline(egui::lerp(rect.x_range(), share), rect.y_range(), stroke);
            }
            return;
        }
        MapLayer::Limits | MapLayer::Links | MapLayer::Pipes | MapLayer::Facilities | MapLayer::Items | MapLayer::Labels => {
            let stroke = Stroke::new(1.5, palette.text);
            ui.painter().hline(rect.x_range(), rect.center().y, stroke);
            return;
        }
    };
    ui.painter().rect(rect, 2.0, colour(fill), Stroke::new(1.0, colour(line)), StrokeKind::Inside);
}

/// A filled area.
pub fn filled_ui(ui: &mut Ui, palette: &Palette, fill: Rgba) {
    let rect = room(ui);
    ui.painter().rect(rect, 2.0, colour(fill), Stroke::new(1.0, palette.hairline), StrokeKind::Inside);
}

/// A ramp, from little to much.
pub fn ramp_ui(ui: &mut Ui, palette: &Palette, ramp: Ramp) {
    const STEPS: u8 = 9;
    let (rect, _) = ui.allocate_exact_size(egui::vec2(45.0, 12.0), Sense::hover());
    for step in 0..STEPS {
        let share = |n: u8| egui::lerp(rect.x_range(), f32::from(n) / f32::from(STEPS));
        let part = egui::Rect::from_x_y_ranges(share(step)..=share(step + 1), rect.y_range());
        let fill = ramp_colour(ramp, usize::from(step), usize::from(STEPS), palette.shade());
        ui.painter().rect_filled(part, 0.0, colour(fill));
    }
}

/// Sign of a pipe class: its colour in a casing.
pub fn pipe_ui(ui: &mut Ui, palette: &Palette, class: PipeClass) {
    let rect = room(ui);
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(4.0, palette.hairline));
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(2.0, colour(palette.map.pipe(class))));
}

/// Sign of a class of items: its shape and colour.
pub fn class_ui(ui: &mut Ui, class: ItemClass) {
    let rect = room(ui);
    let (middle, fill) = (rect.center(), colour(class_colour(class)));
    match class_sign(class) {
        ClassSign::Square => {
            let square = egui::Rect::from_center_size(middle, egui::vec2(11.0, 11.0));
            ui.painter().rect_filled(square, 1.0, fill);
        }
        ClassSign::Circle => {
            ui.painter().circle_filled(middle, 6.0, fill);
        }
        ClassSign::Triangle => {
            let corners = vec![middle + egui::vec2(0.0, -6.5), middle + egui::vec2(6.5, 5.5), middle + egui::vec2(-6.5, 5.5)];
            ui.painter().add(egui::Shape::convex_polygon(corners, fill, Stroke::NONE));
        }
    }
}

/// Sign of a verdict: line and fill as on the map.
pub fn verdict_ui(ui: &mut Ui, palette: &Palette, verdict: Verdict) {
    let rect = room(ui);
    let style = compound_style(super::map_view::compliance(verdict), &palette.map);
    let fill = style.fill.map_or(Color32::TRANSPARENT, colour);
    let line = style.outline.as_ref().map_or(Stroke::NONE, |line| Stroke::new(1.2, colour(line.colour)));
    ui.painter().rect(rect, 2.0, fill, line, StrokeKind::Inside);
    if let Some(hatch) = style.hatch {
        let clipped = ui.painter().with_clip_rect(rect);
        for n in 0..6_u8 {
            let x = rect.left() - 8.0 + f32::from(n) * 5.0;
            let line = [egui::pos2(x, rect.bottom()), egui::pos2(x + 12.0, rect.top())];
            clipped.line_segment(line, Stroke::new(1.0, colour(hatch)));
        }
    }
}
