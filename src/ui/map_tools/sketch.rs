//! What is drawn by clicks, point by point, and what is dragged by its vertices: measures, annotations, features, items.

use egui::{Key, Modifiers, Ui};
use geo::{Coord, Geometry, LineString, Polygon, Simplify};

use super::ToolMemory;
use crate::command::{Command, Form, Target, Tool};
use crate::geometry::measure::Ellipsoid;
use crate::geometry::vertices::{vertices, with_vertices};
use crate::map::{Pick, Scene, Snap, snap};
use crate::model::{Annotation, AnnotationKind, Item, ItemOrigin, Quantity};
use crate::session::drawing;
use crate::ui::context::Context;

/// How far from a vertex or edge the pointer may be, px.
pub(super) const REACH_PX: f64 = 9.0;

/// Points set so far, and what was taken hold of.
#[derive(Default)]
pub(super) struct Sketch {
    /// The points.
    pub(super) points: Vec<Coord<f64>>,
    /// They are all there are; the next click begins anew.
    pub(super) done: bool,
    /// Where the next point would catch.
    pub(super) snap: Option<Snap>,
    /// The shape as it is dragged, and which of its vertices is.
    pub(super) held: Option<(Target, Vec<Coord<f64>>, usize)>,
    /// Lengths and areas are told on the ellipsoid.
    pub(super) on_ellipsoid: bool,
    /// The text being typed, for which annotation, and as it was.
    pub(super) typed: Option<(Target, String, String)>,
    ellipsoid: Option<(u32, Option<Ellipsoid>)>,
}

impl Sketch {
    /// The ellipsoid under the working CRS; none without a usable one.
    pub(super) fn ellipsoid(&mut self, crs_code: u32) -> Option<&Ellipsoid> {
        if self.ellipsoid.as_ref().is_none_or(|(code, _)| *code != crs_code) {
            self.ellipsoid = Some((crs_code, Ellipsoid::new(crs_code).ok()));
        }
        self.ellipsoid.as_ref()?.1.as_ref()
    }
}

/// What clicks of the tool make; none for tools that draw no points.
pub(super) fn form_of(cx: &Context<'_>) -> Option<Form> {
    match &cx.state.view.tool {
        Tool::Measure if cx.state.view.form == Form::Area => Some(Form::Area),
        Tool::Measure => Some(Form::Line),
        Tool::Annotate(AnnotationKind::Text) => Some(Form::Point),
        Tool::Draw(drawn) => Some(drawn.form()),
        Tool::Place(_) => Some(cx.state.view.form),
        _ => None,
    }
}

/// What is selected of what can be dragged by its vertices.
pub(super) fn target(cx: &Context<'_>) -> Option<Target> {
    cx.state.view.selection.drawn.or(cx.state.view.selection.item.map(Target::Item))
}

impl ToolMemory {
    /// A click of a tool that draws points.
    pub(super) fn set_point(&mut self, ui: &Ui, cx: &mut Context<'_>, scene: &Scene, at: Coord<f64>) -> bool {
        let Some(form) = form_of(cx) else { return false };
        let at = self.caught(ui, cx, scene, at);
        if std::mem::take(&mut self.sketch.done) {
            self.sketch.points.clear();
        }
        let reach_m = REACH_PX * cx.state.view.viewport.metres_per_pixel();
        let closes = |first: &Coord<f64>| (first.x - at.x).hypot(first.y - at.y) <= reach_m;
        if form == Form::Area && self.sketch.points.len() > 2 && self.sketch.points.first().is_some_and(closes) {
            self.end_points(cx);
            return true;
        }
        self.sketch.points.push(at);
        if form == Form::Point {
            self.end_points(cx);
        }
        true
    }

    /// Where a point at that place is set: caught by what lies near, unless Alt is held.
    pub(super) fn caught(&self, ui: &Ui, cx: &Context<'_>, scene: &Scene, at: Coord<f64>) -> Coord<f64> {
        self.catch(ui, cx, scene, at).map_or(at, |snap| snap.at)
    }

    fn catch(&self, ui: &Ui, cx: &Context<'_>, scene: &Scene, at: Coord<f64>) -> Option<Snap> {
        if ui.input(|input| input.modifiers.alt) {
            return None;
        }
        let reach_m = REACH_PX * cx.state.view.viewport.metres_per_pixel();
        let away = |point: &Coord<f64>| (point.x - at.x).hypot(point.y - at.y);
        // Its own first point is where an area closes.
        let own = self.sketch.points.first().filter(|first| self.sketch.points.len() > 2 && away(first) <= reach_m);
        own.map(|at| Snap { at: *at, vertex: true }).or_else(|| snap(&cx.state.plan, scene, at, reach_m))
    }

    /// The points are all there are.
    pub(super) fn end_points(&mut self, cx: &mut Context<'_>) {
        let Some(form) = form_of(cx) else { return };
        // A double click sets its place once.
        self.sketch.points.dedup();
        let enough = match form {
            Form::Point => 1,
            Form::Line => 2,
            Form::Area => 3,
        };
        if self.sketch.points.len() < enough {
            return;
        }
        let tool = cx.state.view.tool.clone();
        if tool == Tool::Measure {
            self.sketch.done = true;
            return;
        }
        let points = std::mem::take(&mut self.sketch.points);
        let shape = match form {
            Form::Point => drawing::point(points[0]),
            Form::Line => Geometry::LineString(LineString(points)),
            Form::Area => Geometry::Polygon(Polygon::new(LineString(points), Vec::new())),
        };
        match tool {
            Tool::Annotate(kind) => annotate(cx, kind, shape),
            Tool::Draw(drawn) => cx.push(Command::AddFeature(drawn, Box::new(shape))),
            Tool::Place(code) => {
                let item = Item {
                    code,
                    compound: None,
                    district: None,
                    place: Some(shape),
                    quantity: Quantity::Missing,
                    year: None,
                    price: None,
                    timing: None,
                    origin: ItemOrigin::Hand,
                    note: String::new(),
                };
                cx.push(Command::SetItem(None, Box::new(drawing::measured(&cx.state.plan, item))));
            }
            _ => {}
        }
    }

    /// Enter ends what is drawn by points, Backspace takes the last of them back.
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Context<'_>) {
        if self.sketch.points.is_empty() || self.sketch.done || ui.ctx().text_edit_focused() {
            return;
        }
        let hit = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if hit(Key::Enter) {
            self.end_points(cx);
        } else if hit(Key::Backspace) {
            self.sketch.points.pop();
        }
    }

    /// Where the next point would catch, as the pointer moves.
    pub(super) fn follow_snap(&mut self, ui: &Ui, cx: &Context<'_>, scene: &Scene, at: Option<Coord<f64>>) {
        let draws = form_of(cx).is_some() || self.sketch.held.is_some();
        self.sketch.snap = at.filter(|_| draws).and_then(|at| self.catch(ui, cx, scene, at));
    }

    /// Takes hold of the vertex there of what is selected, or of a new one in the middle of an edge.
    pub(super) fn hold(&mut self, cx: &Context<'_>, at: Coord<f64>) {
        self.sketch.held = None;
        let Some(target) = target(cx) else { return };
        let Some((mut points, closes)) = drawing::shape_of(&cx.state.plan, target).and_then(|shape| vertices(&shape)) else {
            return;
        };
        let reach_m = REACH_PX * cx.state.view.viewport.metres_per_pixel();
        let away = |point: Coord<f64>| (point.x - at.x).hypot(point.y - at.y);
        let nearest = (0..points.len()).min_by(|a, b| away(points[*a]).total_cmp(&away(points[*b])));
        if let Some(vertex) = nearest.filter(|vertex| away(points[*vertex]) <= reach_m) {
            self.sketch.held = Some((target, points, vertex));
            return;
        }
        let edges = if closes { points.len() } else { points.len().saturating_sub(1) };
        let middle = |edge: usize| (points[edge] + points[(edge + 1) % points.len()]) / 2.0;
        let edge = (0..edges).min_by(|a, b| away(middle(*a)).total_cmp(&away(middle(*b))));
        if let Some(edge) = edge.filter(|edge| away(middle(*edge)) <= reach_m) {
            points.insert(edge + 1, at);
            self.sketch.held = Some((target, points, edge + 1));
        }
    }

    /// The vertex that is held goes there.
    pub(super) fn drag(&mut self, ui: &Ui, cx: &Context<'_>, scene: &Scene, at: Coord<f64>) {
        let to = self.caught(ui, cx, scene, at);
        if let Some((_, points, vertex)) = &mut self.sketch.held
            && let Some(point) = points.get_mut(*vertex)
        {
            *point = to;
        }
    }

    /// The vertex stays where it was dragged.
    pub(super) fn let_go(&mut self, cx: &mut Context<'_>) {
        let Some((target, points, _)) = self.sketch.held.take() else { return };
        reshape(cx, target, &points);
    }

    /// A click of the tool that drags vertices: Ctrl takes a vertex away, any other chooses what is drawn there.
    pub(super) fn choose(cx: &mut Context<'_>, pick: Option<Pick>, at: Coord<f64>, modifiers: Modifiers) {
        let reach_m = REACH_PX * cx.state.view.viewport.metres_per_pixel();
        if modifiers.command {
            let Some(target) = target(cx) else { return };
            let Some((mut points, _)) = drawing::shape_of(&cx.state.plan, target).and_then(|shape| vertices(&shape)) else {
                return;
            };
            let away = |point: &Coord<f64>| (point.x - at.x).hypot(point.y - at.y);
            if let Some(vertex) = points.iter().position(|point| away(point) <= reach_m) {
                points.remove(vertex);
                reshape(cx, target, &points);
            }
            return;
        }
        let found = match pick {
            Some(Pick::Item(id)) => Some(Target::Item(id)),
            _ => drawn_at(cx, at, reach_m),
        };
        cx.push(Command::SelectItem(match found {
            Some(Target::Item(id)) => Some(id),
            _ => None,
        }));
        cx.push(Command::SelectDrawn(found.filter(|found| !matches!(found, Target::Item(_)))));
    }

    /// A drawn line becomes an arrow from its first to its last point, or a cloud round what it encloses.
    pub(super) fn end_line(cx: &mut Context<'_>, kind: AnnotationKind, path: &[Coord<f64>]) {
        let metres = cx.state.view.viewport.metres_per_pixel();
        let shape = match (kind, path) {
            (AnnotationKind::Arrow, [first, .., last]) => Geometry::LineString(LineString(vec![*first, *last])),
            (AnnotationKind::Cloud, [_, _, _, ..]) => {
                let ring = LineString(path.to_vec()).simplify(3.0 * metres);
                Geometry::Polygon(Polygon::new(if ring.0.len() > 2 { ring } else { LineString(path.to_vec()) }, Vec::new()))
            }
            _ => return,
        };
        annotate(cx, kind, shape);
    }
}

fn annotate(cx: &mut Context<'_>, kind: AnnotationKind, place: Geometry<f64>) {
    cx.push(Command::SetAnnotation(None, Some(Box::new(Annotation { kind, place: Some(place), text: String::new() }))));
}

fn reshape(cx: &mut Context<'_>, target: Target, points: &[Coord<f64>]) {
    let Some(shape) = drawing::shape_of(&cx.state.plan, target) else { return };
    // A shape that would cross itself or have too few points stays as it was; the map shows that at once.
    if let Some(changed) = with_vertices(&shape, points).filter(|changed| *changed != shape) {
        cx.push(Command::Reshape(target, Box::new(changed)));
    }
}

/// What was drawn at a place: annotations before features, the nearest first.
fn drawn_at(cx: &Context<'_>, at: Coord<f64>, reach_m: f64) -> Option<Target> {
    use geo::{Distance, Euclidean};
    let point = geo::Point(at);
    let away = |shape: &Geometry<f64>| Euclidean.distance(shape, &Geometry::Point(point));
    let plan = &cx.state.plan;
    let notes = plan.annotations.iter().filter_map(|(id, note)| Some((Target::Annotation(*id), away(note.place.as_ref()?))));
    let items = plan.items.iter().filter_map(|(id, item)| Some((Target::Item(*id), away(item.place.as_ref()?))));
    let features = drawing::drawn_features(plan).map(|(kind, row, shape)| (Target::Feature(kind, row), away(&shape)));
    let near = notes.chain(items).chain(features).filter(|(_, away)| *away <= reach_m);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(target, _)| target)
}
