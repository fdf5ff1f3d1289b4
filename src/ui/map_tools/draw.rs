//! What a gesture looks like on the map: its line, whom it takes, what would break off, and the links that carry.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2};
use geo::{Centroid, Coord};

use super::{Drawing, ToolMemory};
use crate::base::{CompoundId, DistrictId};
use crate::command::{Theme, Tool};
use crate::geometry::triangulate;
use crate::map::{Shade, Viewport, district_hue};
use crate::model::{AnnotationKind, LinkKey};
use crate::session::by_hand::Look;
use crate::ui::context::Context;
use crate::ui::theme::colour;

/// More compounds than this are only outlined, none filled.
const MOST_FILLED: usize = 2_000;

/// Where things of the world stand in the window.
pub(super) struct Sheet<'a> {
    pub(super) painter: &'a Painter,
    viewport: &'a Viewport,
    corner: Vec2,
}

impl Sheet<'_> {
    pub(super) fn at(&self, place: Coord<f64>) -> Pos2 {
        Pos2::from(self.viewport.screen_from_world(place)) + self.corner
    }

    fn outline(&self, cx: &Context<'_>, id: CompoundId, stroke: Stroke) {
        let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return };
        for ring in compound.shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors())) {
            let points: Vec<Pos2> = ring.coords().map(|at| self.at(*at)).collect();
            self.painter.add(Shape::line(points, stroke));
        }
    }

    fn fill(&self, cx: &Context<'_>, id: CompoundId, ink: Color32) {
        let Some(compound) = cx.state.plan.compounds.get(id.index()) else { return };
        let mut mesh = egui::Mesh::default();
        for polygon in &compound.shape {
            let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            for ring in rings {
                for at in ring.0.iter().take(ring.0.len().saturating_sub(1)) {
                    mesh.colored_vertex(self.at(*at), ink);
                }
            }
            for [a, b, c] in triangulate::polygon(polygon) {
                mesh.add_triangle(first + a, first + b, first + c);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }
}

/// Draws the gesture that is under way.
pub fn paint(painter: &Painter, ui: &Ui, cx: &Context<'_>, memory: &ToolMemory, rect: Rect) {
    let sheet = Sheet { painter, viewport: &cx.state.view.viewport, corner: rect.min.to_vec2() };
    if let Some((_, look)) = &memory.pending {
        paint_look(&sheet, cx, look);
    }
    if let Some(drawing) = memory.drawing.as_ref().filter(|drawing| !drawing.dropped) {
        paint_line(&sheet, cx, drawing);
    }
    super::notes::paint(&sheet, ui, cx, memory, rect);
    let over = ui.ctx().pointer_hover_pos().filter(|at| rect.contains(*at));
    if let (Tool::Paint, Some(at)) = (&cx.state.view.tool, over) {
        let radius = cx.state.view.brush.radius_px;
        painter.circle_stroke(at, radius, Stroke::new(3.0, colour(cx.palette.map.paper)));
        painter.circle_stroke(at, radius, Stroke::new(1.4, colour(cx.palette.map.ink)));
    }
}

fn paint_line(sheet: &Sheet<'_>, cx: &Context<'_>, drawing: &Drawing) {
    if matches!(cx.state.view.tool, Tool::Paint | Tool::Vertices) {
        return;
    }
    let points: Vec<Pos2> = drawing.path.iter().map(|at| sheet.at(*at)).collect();
    let ends = points.last().copied().zip(points.first().copied());
    sheet.painter.add(Shape::line(points.clone(), Stroke::new(4.0, colour(cx.palette.map.paper))));
    sheet.painter.add(Shape::line(points, Stroke::new(1.8, cx.palette.accent)));
    if let (Tool::Lasso | Tool::Ring | Tool::Annotate(AnnotationKind::Cloud), Some((last, first))) = (&cx.state.view.tool, ends) {
        sheet.painter.extend(Shape::dashed_line(&[last, first], Stroke::new(1.2, cx.palette.accent), 5.0, 4.0));
    }
}

/// The colour of a district on the map; one that is not there yet has that of the accent.
pub(super) fn ink_of(cx: &Context<'_>, id: Option<DistrictId>) -> Color32 {
    let shade = if cx.state.preferences.theme == Theme::Dark { Shade::Dark } else { Shade::Light };
    let hue = id.and_then(|id| cx.state.derived.districts.get()?.hues.get(&id).copied());
    match (hue, id) {
        (Some(hue), _) => colour(district_hue(hue, shade)),
        (None, Some(_)) => cx.palette.accent,
        (None, None) => cx.palette.secondary,
    }
}

fn paint_look(sheet: &Sheet<'_>, cx: &Context<'_>, look: &Look) {
    let filled = look.moves.len() <= MOST_FILLED;
    for (id, to) in &look.moves {
        let ink = ink_of(cx, *to);
        if filled {
            sheet.fill(cx, *id, ink.gamma_multiply(0.45));
        }
        sheet.outline(cx, *id, Stroke::new(2.4, ink));
    }
    for id in &look.refused {
        sheet.outline(cx, *id, Stroke::new(2.6, cx.palette.bad));
    }
    for prospect in look.pending.districts.values() {
        for unit in prospect.broken_off() {
            sheet.outline(cx, CompoundId(unit), Stroke::new(5.0, colour(cx.palette.map.paper)));
            sheet.outline(cx, CompoundId(unit), Stroke::new(2.8, cx.palette.warn));
        }
        for hinge in &prospect.hinges {
            let key = LinkKey::new(CompoundId(hinge.a), CompoundId(hinge.b));
            let wide = if hinge.side > 1 { 3.2 } else { 1.6 };
            paint_link(sheet, cx, key, Stroke::new(wide, cx.palette.warn));
        }
    }
    for key in &look.severed {
        paint_link(sheet, cx, Some(*key), Stroke::new(1.6, cx.palette.bad));
    }
}

/// A link from middle to middle.
fn paint_link(sheet: &Sheet<'_>, cx: &Context<'_>, key: Option<LinkKey>, stroke: Stroke) {
    let middle = |id: CompoundId| Some(cx.state.plan.compounds.get(id.index())?.shape.centroid()?.0);
    if let Some((a, b)) = key.and_then(|key| middle(key.a()).zip(middle(key.b()))) {
        let ends = [sheet.at(a), sheet.at(b)];
        sheet.painter.line_segment(ends, Stroke::new(stroke.width + 2.0, colour(cx.palette.map.paper)));
        sheet.painter.line_segment(ends, stroke);
        for end in ends {
            sheet.painter.circle_filled(end, 2.4, stroke.color);
        }
    }
}
