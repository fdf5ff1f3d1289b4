//! What is drawn over the kept picture every frame: hover, selection, places pointed at, the rubber band.

use std::collections::BTreeSet;

use egui::{Painter, PointerButton, Pos2, Rect, Response, Shape, Stroke, StrokeKind, Ui};

use super::brush::Brush;
use super::interact::Drag;
use super::picture::MARGIN_PX;
use super::styles::selection_style;
use super::{CanvasInput, CanvasTool};
use crate::base::CompoundId;
use crate::map::{AreaLayer, LineLayer, LineStyle, Pick, Viewport};
use crate::model::LinkKey;
use crate::ui::theme::colour;

/// More selected compounds than these are part of the picture, where the GPU draws it.
const LARGE: usize = 500;

/// Whether a selection is too large to be drawn anew every frame.
pub(super) fn is_large(selection: &BTreeSet<CompoundId>) -> bool {
    selection.len() > LARGE
}

/// Draws hover, selection and focus; `in_picture` says that the GPU drew a large selection.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect, in_picture: bool) {
    let mut brush = Brush::new(rect.min);
    let colours = &input.palette.map;
    let style = |width_px: f32| LineStyle { colour: colours.ink, width_px, dash: None };
    let halo = LineStyle { colour: colours.paper.fade(0.9), width_px: 5.0, dash: None };
    if let Some(id) = input.selected_district {
        let row = input.districts.shapes.iter().position(|shape| shape.id == id).and_then(|row| u32::try_from(row).ok());
        if let Some(row) = row {
            outline(&mut brush, &input.districts.layer, viewport, row, halo);
            outline(&mut brush, &input.districts.layer, viewport, row, style(2.6));
        }
    }
    for (id, ink) in input.moves {
        fill(&mut brush, &input.scene.compounds, viewport, id.0, ink.fade(0.55));
        outline(&mut brush, &input.scene.compounds, viewport, id.0, LineStyle { colour: *ink, width_px: 3.0, dash: None });
    }
    if !(in_picture && is_large(input.selection)) {
        select(&mut brush, input, viewport);
    }
    for (pick, width) in [(input.hovered, 1.4), (input.selected_other, 2.4)] {
        match pick {
            Some(Pick::Compound(id)) if !input.selection.contains(&id) => {
                fill(&mut brush, &input.scene.compounds, viewport, id.0, colours.ink.fade(0.04));
                outline(&mut brush, &input.scene.compounds, viewport, id.0, style(width));
            }
            Some(Pick::Building(id)) => outline(&mut brush, &input.scene.buildings, viewport, id.0, style(width)),
            Some(Pick::Parcel(id)) => outline(&mut brush, &input.scene.parcels, viewport, id.0, style(width)),
            Some(Pick::Pipe(id)) => line(&mut brush, &input.scene.pipes, viewport, id.0, style(width + 1.4)),
            _ => {}
        }
    }
    painter.add(Shape::mesh(brush.mesh));
    if let Some(Pick::Link(key)) = input.hovered {
        link(painter, input, viewport, rect, key);
    }
    for step in input.chain {
        let ink = if step.weakest { input.palette.warn } else { input.palette.accent };
        let path = step.path.iter().map(|at| Pos2::from(viewport.screen_from_world(*at)) + rect.min.to_vec2()).collect();
        painter.add(Shape::line(path, Stroke::new(if step.weakest { 4.0 } else { 2.5 }, ink)));
    }
    for place in input.focus {
        let (a, b) = (viewport.screen_from_world(place.min()), viewport.screen_from_world(place.max()));
        let shown = Rect::from_two_pos(Pos2::from(a), Pos2::from(b)).translate(rect.min.to_vec2()).expand(8.0);
        painter.rect_stroke(shown, 6.0, Stroke::new(2.0, input.palette.bad), StrokeKind::Outside);
    }
}

/// Draws the selected compounds that may be seen.
fn select(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.compounds;
    let mut rows: Vec<u32> = if is_large(input.selection) {
        layer.grid.in_rect(viewport.world_rect(MARGIN_PX))
    } else {
        input.selection.iter().map(|id| id.0).collect()
    };
    rows.retain(|row| input.selection.contains(&CompoundId(*row)));
    let look = selection_style(&input.palette.map);
    let [halo, line, _] = look.strokes.map(|stroke| stroke.map(LineStyle::from));
    for row in &rows {
        if let Some(halo) = halo {
            outline(brush, layer, viewport, *row, halo);
        }
    }
    for row in &rows {
        if let Some(ink) = look.fill {
            fill(brush, layer, viewport, *row, ink);
        }
        if let Some(line) = line {
            outline(brush, layer, viewport, *row, line);
        }
    }
}

/// A thin halo along the line of a link, so that it is seen to be what a click takes.
fn link(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect, key: LinkKey) {
    let layer = &input.scene.compounds;
    let view = viewport.view(layer.anchor);
    let place = |id: CompoundId| layer.features.get(id.index()).and_then(|feature| feature.label).map(|at| view.place(at));
    let (Some(a), Some(b)) = (place(key.a()), place(key.b())) else { return };
    let ends = [Pos2::from(a) + rect.min.to_vec2(), Pos2::from(b) + rect.min.to_vec2()];
    painter.line_segment(ends, Stroke::new(6.0, input.palette.accent.gamma_multiply(0.35)));
    painter.line_segment(ends, Stroke::new(2.0, input.palette.accent));
}

fn outline(brush: &mut Brush, layer: &AreaLayer, viewport: &Viewport, row: u32, style: LineStyle) {
    if let Some(placed) = layer.placed(viewport, row) {
        brush.outline(&placed, style);
    }
}

fn fill(brush: &mut Brush, layer: &AreaLayer, viewport: &Viewport, row: u32, ink: crate::map::Rgba) {
    if let Some(placed) = layer.placed(viewport, row) {
        brush.fill(&placed, ink);
    }
}

fn line(brush: &mut Brush, layer: &LineLayer, viewport: &Viewport, row: u32, style: LineStyle) {
    if let Some(placed) = layer.placed(viewport, row) {
        brush.lines(&placed, style);
    }
}

/// Draws the rectangle that is being dragged out, or the line to where a symbol is dragged.
pub(super) fn paint_rubber_band(ui: &Ui, painter: &Painter, response: &Response, input: &CanvasInput<'_>) {
    let Some(drag) = ui.data(|data| data.get_temp::<Drag>(response.id)) else { return };
    let Some(now) = ui.ctx().pointer_interact_pos() else { return };
    if !response.dragged_by(PointerButton::Primary) || input.tool != CanvasTool::Select {
        return;
    }
    match drag {
        Drag::Rectangle(start) => {
            let crossing = now.x < start.x;
            let band = Rect::from_two_pos(start, now);
            painter.rect_filled(band, 0.0, input.palette.accent.gamma_multiply(0.10));
            let stroke = Stroke::new(1.0, input.palette.accent);
            if crossing {
                let corners = [band.left_top(), band.right_top(), band.right_bottom(), band.left_bottom(), band.left_top()];
                painter.extend(Shape::dashed_line(&corners, stroke, 5.0, 4.0));
            } else {
                painter.rect_stroke(band, 0.0, stroke, StrokeKind::Middle);
            }
        }
        Drag::Item(_, start) => {
            painter.line_segment([start, now], Stroke::new(1.2, colour(input.palette.map.ink)));
            painter.circle_stroke(now, 8.0, Stroke::new(1.6, input.palette.accent));
        }
        Drag::Map | Drag::Stroke => {}
    }
}
