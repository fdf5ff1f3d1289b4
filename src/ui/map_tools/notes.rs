//! Annotations on the map, and what is being drawn by points.

use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2};
use geo::{Centroid, Geometry};

use super::ToolMemory;
use super::draw::Sheet;
use super::sketch::{form_of, target};
use crate::command::{Form, Tool};
use crate::geometry::vertices::vertices;
use crate::map::{arrow_head, cloud};
use crate::model::{Annotation, AnnotationKind};
use crate::session::drawing;
use crate::ui::context::Context;
use crate::ui::theme::colour;

/// Size of an annotation's text.
const TEXT: f32 = 13.0;
/// Width of one bulge of a cloud, px.
const BULGE_PX: f64 = 16.0;
/// Length of the head of an arrow, px.
const HEAD_PX: f64 = 12.0;

/// Draws what was drawn by hand, and what is being drawn.
pub(super) fn paint(sheet: &Sheet<'_>, ui: &Ui, cx: &Context<'_>, memory: &ToolMemory, rect: Rect) {
    for annotation in cx.state.plan.annotations.values() {
        paint_annotation(sheet, cx, annotation);
    }
    if cx.state.view.tool == Tool::Vertices {
        paint_handles(sheet, cx, memory);
    }
    let over = ui.ctx().pointer_hover_pos().filter(|at| rect.contains(*at));
    paint_points(sheet, cx, memory, over);
}

fn paint_annotation(sheet: &Sheet<'_>, cx: &Context<'_>, annotation: &Annotation) {
    let Some(place) = &annotation.place else { return };
    let ink = cx.palette.bad;
    let at = match (annotation.kind, place) {
        (AnnotationKind::Arrow, Geometry::LineString(line)) => {
            let points: Vec<Pos2> = line.coords().map(|at| sheet.at(*at)).collect();
            paint_arrow(sheet.painter, cx, &points, ink);
            points.first().copied()
        }
        (AnnotationKind::Cloud, Geometry::Polygon(polygon)) => {
            let ring: Vec<Pos2> = polygon.exterior().coords().map(|at| sheet.at(*at)).collect();
            paint_cloud(sheet.painter, cx, &ring, ink);
            ring.iter().copied().min_by(|a, b| a.y.total_cmp(&b.y))
        }
        (_, other) => other.centroid().map(|middle| sheet.at(middle.0)),
    };
    let Some(at) = at else { return };
    let empty = annotation.text.is_empty();
    if empty && annotation.kind != AnnotationKind::Text {
        return;
    }
    let words = if empty { cx.text("ui.annotation-empty") } else { annotation.text.clone() };
    let galley = sheet.painter.layout(words, FontId::new(TEXT, FontFamily::Proportional), ink, 240.0);
    let align = if annotation.kind == AnnotationKind::Text { Align2::CENTER_CENTER } else { Align2::CENTER_BOTTOM };
    let ground =
        align.anchor_size(at - Vec2::new(0.0, if annotation.kind == AnnotationKind::Text { 0.0 } else { 6.0 }), galley.size());
    sheet.painter.rect_filled(ground.expand2(Vec2::new(4.0, 2.0)), 3.0, colour(cx.palette.map.paper.fade(0.88)));
    sheet.painter.galley(ground.min, galley, ink);
}

fn paint_arrow(painter: &Painter, cx: &Context<'_>, points: &[Pos2], ink: Color32) {
    let plain: Vec<[f64; 2]> = points.iter().copied().map(plain).collect();
    let Some(head) = arrow_head(&plain, HEAD_PX) else { return };
    painter.add(Shape::line(points.to_vec(), Stroke::new(4.6, colour(cx.palette.map.paper))));
    painter.add(Shape::line(points.to_vec(), Stroke::new(2.2, ink)));
    painter.add(Shape::convex_polygon(head.map(pos).to_vec(), ink, Stroke::NONE));
}

/// Bulges outward along a ring, as reviewers draw them round what they mean.
fn paint_cloud(painter: &Painter, cx: &Context<'_>, ring: &[Pos2], ink: Color32) {
    let plain: Vec<[f64; 2]> = ring.iter().copied().map(plain).collect();
    let line: Vec<Pos2> = cloud(&plain, BULGE_PX).into_iter().map(pos).collect();
    painter.add(Shape::line(line.clone(), Stroke::new(4.2, colour(cx.palette.map.paper))));
    painter.add(Shape::line(line, Stroke::new(1.8, ink)));
}

fn plain(at: Pos2) -> [f64; 2] {
    [at.x.into(), at.y.into()]
}

#[expect(clippy::cast_possible_truncation, reason = "places in a window")]
fn pos(at: [f64; 2]) -> Pos2 {
    Pos2::new(at[0] as f32, at[1] as f32)
}

/// The vertices of what is selected, as they are or as they are dragged.
fn paint_handles(sheet: &Sheet<'_>, cx: &Context<'_>, memory: &ToolMemory) {
    let ink = cx.palette.accent;
    let Some(target) = target(cx) else { return };
    let shape = drawing::shape_of(&cx.state.plan, target).and_then(|shape| vertices(&shape));
    let Some((points, closes)) = shape else { return };
    let held = memory.sketch.held.as_ref().filter(|(held, _, _)| *held == target);
    let points = held.map_or(points, |(_, points, _)| points.clone());
    let places: Vec<Pos2> = points.iter().map(|at| sheet.at(*at)).collect();
    let mut outline = places.clone();
    outline.extend(if closes { places.first().copied() } else { None });
    sheet.painter.add(Shape::line(outline.clone(), Stroke::new(1.4, ink)));
    for pair in outline.windows(2) {
        sheet.painter.circle_stroke(pair[0] + (pair[1] - pair[0]) / 2.0, 3.0, Stroke::new(1.2, ink));
    }
    for place in places {
        let corner = Rect::from_center_size(place, Vec2::splat(8.0));
        sheet.painter.rect_filled(corner, 1.0, colour(cx.palette.map.paper));
        sheet.painter.rect_stroke(corner, 1.0, Stroke::new(1.6, ink), egui::StrokeKind::Middle);
    }
}

/// The points set so far, the way to the pointer, and where the next point would catch.
fn paint_points(sheet: &Sheet<'_>, cx: &Context<'_>, memory: &ToolMemory, over: Option<Pos2>) {
    let ink = cx.palette.accent;
    let sketch = &memory.sketch;
    if let Some(snap) = sketch.snap {
        let at = sheet.at(snap.at);
        let size = if snap.vertex { 9.0 } else { 6.0 };
        sheet.painter.rect_stroke(
            Rect::from_center_size(at, Vec2::splat(size)),
            0.0,
            Stroke::new(1.8, ink),
            egui::StrokeKind::Middle,
        );
    }
    if sketch.points.is_empty() {
        return;
    }
    let mut line: Vec<Pos2> = sketch.points.iter().map(|at| sheet.at(*at)).collect();
    for place in &line {
        sheet.painter.circle_filled(*place, 3.0, ink);
    }
    if !sketch.done {
        line.extend(sketch.snap.map(|snap| sheet.at(snap.at)).or(over));
    }
    let closes = form_of(cx) == Some(Form::Area) && line.len() > 2;
    let back = closes.then(|| [line[line.len() - 1], line[0]]);
    sheet.painter.add(Shape::line(line.clone(), Stroke::new(4.0, colour(cx.palette.map.paper))));
    sheet.painter.add(Shape::line(line, Stroke::new(1.8, ink)));
    if let Some(back) = back {
        sheet.painter.extend(Shape::dashed_line(&back, Stroke::new(1.4, ink), 5.0, 4.0));
    }
}
