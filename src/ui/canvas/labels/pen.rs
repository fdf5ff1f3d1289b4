//! Writes labels with their halo, and measures them.

use std::f32::consts::PI;
use std::sync::Arc;

use egui::epaint::TextShape;
use egui::{Color32, FontId, Galley, Painter, Pos2, Vec2};

use super::Label;
use crate::map::{LabelBox, Rgba};
use crate::ui::theme::colour;

/// Radius of the halo, pixels.
const HALO_PX: f32 = 1.5;
/// Copies of a text that make its halo.
const HALO: u8 = 8;
/// Distance of the lines of a label, as a share of their height.
const LEADING: f32 = 0.9;

/// A pen for one map.
pub(super) struct Pen<'a> {
    pub(super) painter: &'a Painter,
    pub(super) corner: Pos2,
    pub(super) halo: Rgba,
    pub(super) opacity: f32,
}

impl Pen<'_> {
    fn layout(&self, text: &str, font: FontId) -> Arc<Galley> {
        self.painter.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER)
    }

    /// Width and height of a text of several lines.
    pub(super) fn measure(&self, text: &str, font: &FontId) -> [f32; 2] {
        let lines = text.split('\n').map(|line| self.layout(line, font.clone()).size());
        let (width, height, count) = lines
            .fold((0.0_f32, 0.0_f32, 0.0), |(width, height, count), size| (width.max(size.x), height.max(size.y), count + 1.0));
        [width, height * (1.0 + (count - 1.0) * LEADING)]
    }

    /// Writes a label around a middle, if it is seen and nothing stands there.
    pub(super) fn write(&self, label: &Label, middle: [f32; 2], size: [f32; 2], free: &impl Fn(&LabelBox) -> bool) {
        if (0..2).any(|axis| middle[axis] < -160.0 || middle[axis] > size[axis] + 160.0) {
            return;
        }
        let galleys: Vec<Arc<Galley>> = label.text.split('\n').map(|line| self.layout(line, label.font())).collect();
        let (width, height) =
            galleys.iter().fold((0.0_f32, 0.0_f32), |(w, h), galley| (w.max(galley.size().x), h.max(galley.size().y)));
        let step = height * LEADING;
        #[expect(clippy::cast_precision_loss, reason = "a label has a line or two")]
        let count = galleys.len() as f32;
        let reach = if label.angle == 0.0 { [width, height + step * (count - 1.0)] } else { [width, width] };
        if !free(&LabelBox::around(middle, reach)) {
            return;
        }
        let mut below = -step * (count - 1.0) / 2.0;
        for galley in &galleys {
            self.line(galley, [middle[0], middle[1] + below], label);
            below += step;
        }
    }

    fn line(&self, galley: &Arc<Galley>, middle: [f32; 2], label: &Label) {
        let turned = egui::emath::Rot2::from_angle(label.angle) * (galley.size() / 2.0);
        let mut at = self.corner + Vec2::from(middle) - turned;
        if label.angle == 0.0 {
            // Upright text is crisp on whole pixels.
            let points = self.painter.pixels_per_point();
            at = (at.to_vec2() * points).round().to_pos2() / points;
        }
        let put = |at: Pos2, rgba: Rgba| {
            let shape = TextShape::new(at, Arc::clone(galley), Color32::PLACEHOLDER)
                .with_override_text_color(colour(rgba.fade(self.opacity)));
            self.painter.add(shape.with_angle(label.angle));
        };
        for i in 0..HALO {
            put(at + Vec2::angled(f32::from(i) * 2.0 * PI / f32::from(HALO)) * HALO_PX, self.halo.fade(0.8));
        }
        put(at, label.ink);
    }
}
