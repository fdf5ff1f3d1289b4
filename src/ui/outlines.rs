//! What is being read, as far as it has come: quiet hairlines where the layer will lie. They go once the layer is drawn.

use std::sync::Arc;

use egui::{Color32, Mesh, Pos2, Rect, Shape, Ui};
use geo::Coord;

use super::context::Context;
use super::widgets;
use crate::jobs::Outlines;
use crate::map::Viewport;

/// Width of the lines, points.
const WIDTH: f32 = 0.8;

/// Room between the lines and the edge of the map, points.
const MARGIN: f32 = 24.0;

/// The lines as they were drawn last: a frame in which nothing came and nothing moved takes them as they are.
#[derive(Default)]
pub struct OutlineMemory {
    drawn: Option<(usize, Viewport, Rect, Color32)>,
    mesh: Arc<Mesh>,
}

/// A whole map of outlines, fitted to them: nothing else is there yet.
pub fn outline_map_ui(ui: &mut Ui, cx: &Context<'_>, memory: &mut OutlineMemory) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), egui::Sense::hover());
    let words = cx.text("ui.outlines");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, &words));
    ui.painter().rect_filled(rect, 0.0, super::theme::colour(cx.palette.map.paper));
    let Some(bounds) = bounds_of(&cx.state.outlines) else { return };
    let viewport = Viewport::fit(bounds, [rect.width(), rect.height()], MARGIN);
    paint(ui, cx, memory, &viewport, rect);
    let corner = Rect::from_min_size(rect.left_top() + egui::vec2(12.0, 10.0), egui::vec2(rect.width() - 24.0, 24.0));
    ui.put(corner, |ui: &mut Ui| ui.horizontal(|ui| progress_ui(ui, cx, &words)).response);
}

fn progress_ui(ui: &mut Ui, cx: &Context<'_>, words: &str) {
    ui.spinner();
    let reading = cx.state.jobs.iter().find(|job| job.name.key() == "session.job-file");
    let share = reading.and_then(|job| (job.done * 100).checked_div(job.total));
    let share = share.map_or_else(String::new, |share| format!(" {share} %"));
    ui.label(widgets::quiet(cx.palette, format!("{words}{share}")));
}

/// Outlines over the map of a plan, when they lie in its system of coordinates.
pub fn outlines_over_ui(ui: &Ui, cx: &Context<'_>, memory: &mut OutlineMemory, rect: Rect) {
    if cx.state.outlines.is_empty() || cx.state.outlines.system != format!("EPSG:{}", cx.state.plan.crs_code) {
        return;
    }
    let viewport = cx.state.view.viewport.resized([rect.width(), rect.height()]);
    paint(ui, cx, memory, &viewport, rect);
}

fn paint(ui: &Ui, cx: &Context<'_>, memory: &mut OutlineMemory, viewport: &Viewport, rect: Rect) {
    let outlines = &cx.state.outlines;
    let colour = cx.palette.secondary.gamma_multiply(0.7);
    let key = (outlines.parts.len(), *viewport, rect, colour);
    if memory.drawn != Some(key) {
        memory.drawn = Some(key);
        memory.mesh = Arc::new(mesh(outlines, viewport, rect, colour));
    }
    ui.painter_at(rect).add(Shape::Mesh(Arc::clone(&memory.mesh)));
}

/// A thin strip for every side.
fn mesh(outlines: &Outlines, viewport: &Viewport, rect: Rect, colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    let place = |[x, y]: [f64; 2]| {
        let [x, y] = viewport.screen_from_world(Coord { x, y });
        rect.min + egui::vec2(x, y)
    };
    for line in outlines.parts.iter().flat_map(|part| part.iter()) {
        let points: Vec<Pos2> = line.iter().map(|point| place(*point)).collect();
        for side in points.windows(2).filter(|side| rect.intersects(Rect::from_two_pos(side[0], side[1]))) {
            add_side(&mut mesh, side[0], side[1], colour);
        }
    }
    mesh
}

fn add_side(mesh: &mut Mesh, a: Pos2, b: Pos2, colour: Color32) {
    let across = (b - a).normalized().rot90() * (WIDTH / 2.0);
    let Ok(first) = u32::try_from(mesh.vertices.len()) else { return };
    for corner in [a + across, b + across, b - across, a - across] {
        mesh.colored_vertex(corner, colour);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

fn bounds_of(outlines: &Outlines) -> Option<geo::Rect<f64>> {
    let mut points = outlines.parts.iter().flat_map(|part| part.iter()).flatten();
    let &[x, y] = points.next()?;
    let (low, high) =
        points.fold(([x, y], [x, y]), |(low, high), &[x, y]| ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]));
    Some(geo::Rect::new(Coord { x: low[0], y: low[1] }, Coord { x: high[0], y: high[1] }))
}
