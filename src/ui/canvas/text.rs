//! Labels: districts first, then compounds by size, street names and pipe letters along their lines. None overlap.

use std::f32::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

use egui::epaint::TextShape;
use egui::{Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Vec2};

use super::paint::{narrow, size_px};
use super::{CanvasInput, LayerView};
use crate::map::{Compliance, LabelBox, LineLayer, MapLayer, Placer, Rgba, View, Viewport, district_hue, pipe_colour};
use crate::policy::PipeClass;
use crate::ui::theme::{bold, colour};

/// Radius of the halo, pixels.
const HALO_PX: f32 = 1.4;
/// At most so many labels of a kind are tried.
const TRIED: usize = 500;
/// Street names and pipe letters appear below these scale denominators.
const STREET_DENOMINATOR: f64 = 14_000.0;
const PIPE_DENOMINATOR: f64 = 3_500.0;
/// Letters of the same class keep this distance.
const PIPE_LETTERS_PX: f32 = 170.0;

/// Draws all labels into the room that is left.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect, placer: &mut Placer) {
    let Some(LayerView { opacity, .. }) = input.shown(MapLayer::Labels) else { return };
    let mut pen = Pen { painter, corner: rect.min, size: viewport.size_px(), halo: input.palette.map.paper, opacity: *opacity };
    if input.shown(MapLayer::Districts).is_some() {
        districts(&mut pen, input, viewport, placer);
    }
    if input.shown(MapLayer::Compounds).is_some() {
        compounds(&mut pen, input, viewport, placer);
    }
    if input.shown(MapLayer::Streets).is_some() && viewport.scale_denominator() < STREET_DENOMINATOR {
        streets(&mut pen, input, viewport, placer);
    }
    if input.shown(MapLayer::Pipes).is_some() && viewport.scale_denominator() < PIPE_DENOMINATOR {
        pipe_letters(&mut pen, input, viewport, placer);
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    corner: Pos2,
    size: [f32; 2],
    halo: Rgba,
    opacity: f32,
}

impl Pen<'_> {
    fn layout(&self, text: &str, font: FontId) -> Arc<Galley> {
        self.painter.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER)
    }

    fn seen(&self, at: [f32; 2]) -> bool {
        (0..2).all(|i| at[i] > -20.0 && at[i] < self.size[i] + 20.0)
    }

    /// Writes the galley around a middle, with its halo.
    fn write(&self, middle: [f32; 2], galley: &Arc<Galley>, ink: Rgba, angle: f32) {
        let half = galley.size() / 2.0;
        let turned = egui::emath::Rot2::from_angle(angle) * half;
        let at = self.corner + Vec2::from(middle) - turned;
        let put = |at: Pos2, rgba: Rgba| {
            let shape = TextShape::new(at, Arc::clone(galley), Color32::PLACEHOLDER)
                .with_override_text_color(colour(rgba.fade(self.opacity)));
            self.painter.add(shape.with_angle(angle));
        };
        for i in 0..8_u8 {
            put(at + Vec2::angled(f32::from(i) * PI / 4.0) * HALO_PX, self.halo.fade(0.8));
        }
        put(at, ink);
    }
}

fn districts(pen: &mut Pen<'_>, input: &CanvasInput<'_>, viewport: &Viewport, placer: &mut Placer) {
    let layer = &input.districts.layer;
    let Some(level) = layer.levels.first() else { return };
    let view = viewport.view(layer.anchor);
    let mut rows = layer.grid.in_rect(viewport.world_rect(20.0));
    rows.sort_by(|a, b| size_px(level, *b, view.scale).total_cmp(&size_px(level, *a, view.scale)));
    let ink = input.palette.map.ink;
    for row in rows.into_iter().take(TRIED) {
        let Some(shape) = input.districts.shapes.get(row as usize) else { continue };
        let px = size_px(level, row, view.scale);
        let Some(at) = shape.place.map(|at| view.place(at)).filter(|at| pen.seen(*at) && px > 28.0) else { continue };
        let number = shape.label.split(' ').next().unwrap_or_default();
        let text = if px > 110.0 { shape.label.as_str() } else { number };
        let galley = pen.layout(text, FontId::new(if px > 60.0 { 14.0 } else { 11.0 }, bold()));
        let size = [galley.size().x + 6.0, galley.size().y];
        let tries = [0.0, -22.0, 22.0, -40.0, 40.0].map(|dy| LabelBox::around([at[0], at[1] + dy], size));
        let Some(hit) = placer.place_any(&tries) else { continue };
        let middle = [at[0], f32::midpoint(tries[hit].min[1], tries[hit].max[1])];
        let hue = district_hue(shape.hue, input.palette.shade());
        pen.write(middle, &galley, hue.mix(ink, 0.62), 0.0);
    }
}

fn compounds(pen: &mut Pen<'_>, input: &CanvasInput<'_>, viewport: &Viewport, placer: &mut Placer) {
    let layer = &input.scene.compounds;
    let Some(level) = layer.levels.first() else { return };
    let view = viewport.view(layer.anchor);
    let colours = &input.palette.map;
    let mut rows: Vec<(f32, u32)> = layer
        .grid
        .in_rect(viewport.world_rect(0.0))
        .into_iter()
        .map(|row| (size_px(level, row, view.scale), row))
        .filter(|(px, _)| *px > 16.0)
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (px, row) in rows.into_iter().take(TRIED) {
        let Some(compound) = input.content.compounds.get(row as usize) else { continue };
        let place = level.features.get(row as usize).and_then(|f| f.label).map(|at| view.place(at));
        let Some(at) = place.filter(|at| pen.seen(*at)) else { continue };
        let verdict = input.verdicts.get(row as usize).copied().unwrap_or_default();
        let unassigned = input.content.assignment.get(row as usize).copied().flatten().is_none();
        if px >= 46.0 && !compound.facts.name.is_empty() {
            let galley = pen.layout(&compound.facts.name, FontId::new(11.5, FontFamily::Proportional));
            let size = [galley.size().x + 4.0, galley.size().y - 1.0];
            let fits = size[0] < px * 1.35;
            let tries = [0.0, -15.0, 15.0, -28.0, 28.0].map(|dy| LabelBox::around([at[0], at[1] + dy], size));
            if let Some(hit) = fits.then(|| placer.place_any(&tries)).flatten() {
                let quiet = unassigned && matches!(verdict, Compliance::Excluded | Compliance::OutOfScope);
                let middle = [at[0], f32::midpoint(tries[hit].min[1], tries[hit].max[1])];
                pen.write(middle, &galley, if quiet { colours.ink_soft } else { colours.ink }, 0.0);
            }
        }
        if px >= 30.0 && verdict == Compliance::Unknown && unassigned && !input.verdicts.is_empty() {
            let galley = pen.layout("?", FontId::new(11.0, bold()));
            let tries = [16.0, -16.0, 0.0].map(|dy| LabelBox::around([at[0], at[1] + dy], [8.0, 12.0]));
            if let Some(hit) = placer.place_any(&tries) {
                pen.write([at[0], f32::midpoint(tries[hit].min[1], tries[hit].max[1])], &galley, colours.ink_soft, 0.0);
            }
        }
    }
}

/// A stretch of line on the screen: its middle, its length and the angle at which text along it stands upright.
struct Stretch {
    middle: [f32; 2],
    length: f32,
    angle: f32,
}

/// The longest straight stretch of a feature whose middle is seen.
fn longest(layer: &LineLayer, row: u32, view: &View, pen: &Pen<'_>) -> Option<Stretch> {
    let level = layer.levels.first()?;
    let feature = level.features.get(row as usize)?;
    let spans = feature.parts.clone().flat_map(|part| level.part(part).windows(2));
    let stretch = |pair: &[[f32; 2]]| {
        let (a, b) = (view.place(pair[0]), view.place(pair[1]));
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let mut angle = dy.atan2(dx);
        if angle.abs() > FRAC_PI_2 {
            angle -= angle.signum() * PI;
        }
        Stretch { middle: [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])], length: dx.hypot(dy), angle }
    };
    let inside = |s: &Stretch| (0..2).all(|i| s.middle[i] > 30.0 && s.middle[i] < pen.size[i] - 30.0);
    spans.map(stretch).filter(inside).max_by(|a, b| a.length.total_cmp(&b.length))
}

/// Boxes along a slanted text, none much larger than its height.
fn along(stretch: &Stretch, width: f32, height: f32) -> Vec<LabelBox> {
    let step = height * 0.9;
    let (sin, cos) = stretch.angle.sin_cos();
    let mut boxes = Vec::new();
    let mut d = -width / 2.0 + height / 2.0;
    while d <= width / 2.0 - height / 2.0 + step {
        boxes.push(LabelBox::around([stretch.middle[0] + d * cos, stretch.middle[1] + d * sin], [height, height]));
        d += step;
    }
    boxes
}

fn streets(pen: &mut Pen<'_>, input: &CanvasInput<'_>, viewport: &Viewport, placer: &mut Placer) {
    let layer = &input.scene.streets;
    let view = viewport.view(layer.anchor);
    let mut named = std::collections::BTreeSet::new();
    let mut rows: Vec<u32> = layer.grid.in_rect(viewport.world_rect(0.0));
    let rank =
        |row: &u32| input.content.streets.get(*row as usize).map(|s| (!s.important, narrow(-s.width_m.unwrap_or(0.0)).to_bits()));
    rows.sort_by_key(|row| (rank(row), *row));
    for row in rows.into_iter().take(TRIED) {
        let Some(street) = input.content.streets.get(row as usize).filter(|s| !s.name.is_empty()) else { continue };
        if named.contains(&street.name) {
            continue;
        }
        let Some(stretch) = longest(layer, row, &view, pen) else { continue };
        let galley = pen.layout(&street.name, FontId::new(11.0, FontFamily::Proportional));
        let (width, height) = (galley.size().x, galley.size().y);
        if stretch.length > width * 1.3 && place_all(placer, &along(&stretch, width, height)) {
            pen.write(stretch.middle, &galley, input.palette.map.ink_soft, stretch.angle);
            named.insert(&street.name);
        }
    }
}

fn pipe_letters(pen: &mut Pen<'_>, input: &CanvasInput<'_>, viewport: &Viewport, placer: &mut Placer) {
    let layer = &input.scene.pipes;
    let view = viewport.view(layer.anchor);
    let mut written: Vec<(PipeClass, [f32; 2])> = Vec::new();
    for row in layer.grid.in_rect(viewport.world_rect(0.0)).into_iter().take(2 * TRIED) {
        let Some(pipe) = input.content.pipes.get(row as usize).filter(|p| !input.hidden_pipes.contains(&p.class)) else {
            continue;
        };
        let Some(stretch) = longest(layer, row, &view, pen).filter(|s| s.length > 70.0) else { continue };
        let [x, y] = stretch.middle;
        if written.iter().any(|(class, at)| *class == pipe.class && (at[0] - x).hypot(at[1] - y) < PIPE_LETTERS_PX) {
            continue;
        }
        let galley = pen.layout(pipe.class.letters(), FontId::new(11.0, FontFamily::Proportional));
        let (width, height) = (galley.size().x, galley.size().y);
        if place_all(placer, &along(&stretch, width + 8.0, height)) {
            written.push((pipe.class, stretch.middle));
            let hue = pipe_colour(pipe.class, input.palette.shade());
            pen.write(stretch.middle, &galley, hue.mix(input.palette.map.ink, 0.35), stretch.angle);
        }
    }
}

/// Takes all boxes or none.
fn place_all(placer: &mut Placer, boxes: &[LabelBox]) -> bool {
    let free = boxes.iter().all(|b| placer.is_free(b));
    if free {
        for taken in boxes {
            placer.take(*taken);
        }
    }
    free
}
