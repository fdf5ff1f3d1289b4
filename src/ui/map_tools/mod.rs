//! Tools that work by gestures on the map: what is drawn so far, what it would come to, and the command at its end.
//!
//! A gesture lives here and nowhere else until it is done; then it is one command. Escape lets it go.

pub(super) mod draw;
mod drawn;
pub(super) mod hud;
mod notes;
mod sketch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{Key, Modifiers, Ui};
use geo::Coord;

use super::canvas::CanvasEvent;
use super::context::Context;
use super::map_view::drawn_mode;
use crate::base::{CompoundId, DistrictId};
use crate::command::{Command, Destination, Stroke, Tool};
use crate::map::{Pick, Scene, compounds_along, compounds_crossed, compounds_under, compounds_within};
use crate::session::by_hand::{self, Ground, Look, Taken};

/// A line that is being drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawing {
    /// Where it went.
    path: Vec<Coord<f64>>,
    /// The compound on which it began.
    start: Option<CompoundId>,
    /// Whom it takes.
    taken: BTreeSet<CompoundId>,
    /// It was let go; nothing comes of it.
    dropped: bool,
}

/// What tools remember between frames.
#[derive(Default)]
pub struct ToolMemory {
    tool: Tool,
    drawing: Option<Drawing>,
    ground: Option<Arc<Ground>>,
    /// Street blocks that were looked up, of the ground's state.
    blocks: BTreeMap<CompoundId, Vec<CompoundId>>,
    pending: Option<(Taken, Look)>,
    sketch: sketch::Sketch,
}

impl ToolMemory {
    /// Lets a gesture go when Escape is pressed.
    pub(super) fn escape(&mut self, ui: &Ui) {
        if let Some(drawing) = self.drawing.as_mut().filter(|drawing| !drawing.dropped)
            && ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            drawing.dropped = true;
            self.pending = None;
            self.sketch.held = None;
        } else if !self.sketch.points.is_empty() && ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.sketch.points.clear();
            self.sketch.done = false;
        }
    }

    /// Takes what was done on the map, when it belongs to the tool.
    pub(super) fn take(&mut self, ui: &Ui, cx: &mut Context<'_>, scene: &Scene, event: &CanvasEvent) -> bool {
        let tool = cx.state.view.tool.clone();
        // Districts of before are looked at, never changed.
        let is_shown = !cx.state.view.shows_before;
        match *event {
            CanvasEvent::StrokeBegins(at) => {
                self.drawing = is_shown.then(|| Drawing { start: compound_at(cx, scene, at), ..Drawing::default() });
                // The line begins where the button went down, however far the pointer was when that was told.
                self.draw_on(cx, scene, at);
                if tool == Tool::Vertices {
                    self.hold(cx, at);
                }
            }
            CanvasEvent::StrokeAt(at) if tool == Tool::Vertices => self.drag(ui, cx, scene, at),
            CanvasEvent::StrokeAt(at) => self.draw_on(cx, scene, at),
            CanvasEvent::PlaceAt(at) => return self.set_point(ui, cx, scene, at),
            CanvasEvent::PlaceEnd(_) => self.end_points(cx),
            CanvasEvent::StrokeEnds => {
                let drawing = self.drawing.take().filter(|drawing| !drawing.dropped);
                if let Some(drawing) = drawing {
                    let modifiers = ui.input(|input| input.modifiers);
                    self.finish(cx, scene, &tool, &drawing, modifiers);
                }
                self.pending = None;
            }
            CanvasEvent::Click { pick, at, modifiers } if is_shown => return self.click(cx, scene, &tool, (pick, at), modifiers),
            _ => return false,
        }
        true
    }

    fn draw_on(&mut self, cx: &Context<'_>, scene: &Scene, at: Coord<f64>) {
        let Some(mut drawing) = self.drawing.take() else { return };
        let from = drawing.path.last().copied().unwrap_or(at);
        let moved = (at.x - from.x).hypot(at.y - from.y) >= cx.state.view.viewport.metres_per_pixel();
        if drawing.path.is_empty() || moved {
            drawing.path.push(at);
            match cx.state.view.tool {
                Tool::Paint => {
                    let radius_m = f64::from(cx.state.view.brush.radius_px) * cx.state.view.viewport.metres_per_pixel();
                    let hit = compounds_along(&cx.state.plan, scene, from, at, radius_m);
                    let fresh: Vec<CompoundId> = hit.into_iter().filter(|id| !drawing.taken.contains(id)).collect();
                    drawing.taken.extend(self.brushed(cx, drawing.start, &fresh));
                }
                Tool::Ring => {
                    let hit = compounds_within(&cx.state.plan, scene, &drawing.path);
                    drawing.taken = self.brushed(cx, drawing.start, &hit);
                }
                _ => {}
            }
        }
        self.drawing = Some(drawing);
    }

    /// Whom a brush takes of those that it met.
    fn brushed(&mut self, cx: &Context<'_>, start: Option<CompoundId>, hit: &[CompoundId]) -> BTreeSet<CompoundId> {
        self.stand(cx);
        let (state, ground, blocks) = (cx.state, self.ground.clone(), &mut self.blocks);
        let mut block_of = |id: CompoundId| {
            let look = || ground.as_ref().map_or_else(Vec::new, |g| by_hand::block_of(&state.plan, &state.derived, &g.near, id));
            blocks.entry(id).or_insert_with(look).clone()
        };
        by_hand::brushed(&state.plan, &state.view.brush, start, hit, &mut block_of)
    }

    fn finish(&mut self, cx: &mut Context<'_>, scene: &Scene, tool: &Tool, drawing: &Drawing, modifiers: Modifiers) {
        match tool {
            Tool::Lasso => {
                let found = compounds_within(&cx.state.plan, scene, &drawing.path);
                cx.push(Command::SelectDistrict(None));
                cx.push(Command::SelectItem(None));
                cx.push(Command::Select(found, drawn_mode(modifiers)));
            }
            Tool::Paint | Tool::Ring => {
                let by = if *tool == Tool::Paint { Stroke::Brush } else { Stroke::Ring };
                let to = by_hand::destination(cx.state, drawing.start);
                cx.push(Command::MoveInto { compounds: drawing.taken.iter().copied().collect(), to, by });
            }
            Tool::Annotate(kind) => Self::end_line(cx, *kind, &drawing.path),
            Tool::Vertices => self.let_go(cx),
            Tool::Cut => {
                if let Some(id) = cut_district(cx, scene, &drawing.path) {
                    cx.push(Command::CutDistrict(id, drawing.path.iter().map(|at| [at.x, at.y]).collect()));
                }
            }
            _ => {}
        }
    }

    fn click(
        &mut self,
        cx: &mut Context<'_>,
        scene: &Scene,
        tool: &Tool,
        (pick, at): (Option<Pick>, Coord<f64>),
        modifiers: Modifiers,
    ) -> bool {
        let compound = match pick {
            Some(Pick::Compound(id)) => Some(id),
            _ => compound_at(cx, scene, at),
        };
        let home = compound.and_then(|id| cx.state.plan.assignment.get(id.index()).copied().flatten());
        match tool {
            // The brush takes up a district as a pen takes up ink.
            Tool::Paint | Tool::Ring | Tool::Cut if modifiers.command => cx.push(Command::SelectDistrict(home)),
            Tool::Paint => {
                let radius_m = f64::from(cx.state.view.brush.radius_px) * cx.state.view.viewport.metres_per_pixel();
                let hit = compounds_along(&cx.state.plan, scene, at, at, radius_m);
                let compounds = self.brushed(cx, compound, &hit).into_iter().collect();
                let to = by_hand::destination(cx.state, compound);
                cx.push(Command::MoveInto { compounds, to, by: Stroke::Brush });
            }
            Tool::Grow => compound.into_iter().for_each(|id| cx.push(Command::GrowHere(id))),
            Tool::Swallow => match (cx.state.view.selection.district, home) {
                (Some(keep), Some(other)) if keep != other => cx.push(Command::MergeDistricts(keep, other)),
                (None, Some(home)) => cx.push(Command::SelectDistrict(Some(home))),
                _ => {}
            },
            Tool::Vertices => Self::choose(cx, pick, at, modifiers),
            Tool::Ring | Tool::Cut | Tool::Annotate(_) => {}
            _ => return false,
        }
        true
    }

    /// Brings the ground up to the plan.
    fn stand(&mut self, cx: &Context<'_>) {
        if self.ground.as_ref().is_none_or(|ground| !ground.is_fresh(cx.state)) {
            self.ground = Ground::of(cx.state).map(Arc::new);
            self.blocks.clear();
        }
    }

    /// Brings what is pending up to what was drawn, or to what the pointer is over.
    pub(super) fn follow(&mut self, ui: &Ui, cx: &mut Context<'_>, hovered: Option<Pick>, at: Option<Coord<f64>>) {
        let tool = &cx.state.view.tool;
        if self.tool != *tool {
            *self = Self { tool: tool.clone(), ground: self.ground.take(), ..Self::default() };
        }
        self.keys(ui, cx);
        if let Some(scene) = cx.state.derived.scene.get().cloned() {
            self.follow_snap(ui, cx, &scene, at);
        }
        let Some(taken) = self.taken(cx, hovered) else {
            self.pending = None;
            return;
        };
        self.stand(cx);
        let Some(ground) = self.ground.clone() else {
            self.pending = None;
            return;
        };
        let held = self.pending.as_ref().is_some_and(|(known, _)| *known == taken);
        if !held {
            let look = by_hand::look(cx.state, &ground, &taken);
            self.pending = Some((taken, look));
        }
    }

    /// What the gesture takes; `None` while there is none.
    fn taken(&mut self, cx: &Context<'_>, hovered: Option<Pick>) -> Option<Taken> {
        let tool = cx.state.view.tool.clone();
        if let Some(drawing) = self.drawing.as_ref().filter(|drawing| !drawing.dropped) {
            let to = by_hand::destination(cx.state, drawing.start);
            return match tool {
                Tool::Paint | Tool::Ring if !drawing.taken.is_empty() => Some(Taken::Compounds(drawing.taken.clone(), to)),
                Tool::Cut => {
                    let scene = cx.state.derived.scene.get()?;
                    let id = cut_district(cx, scene, &drawing.path)?;
                    Some(Taken::Line(id, drawing.path.iter().map(|at| [at.x, at.y]).collect()))
                }
                _ => None,
            };
        }
        let Some(Pick::Compound(over)) = hovered.filter(|_| !cx.state.view.shows_before) else { return None };
        match tool {
            Tool::Grow => {
                self.stand(cx);
                let grown = by_hand::preview(cx.state, self.ground.as_ref()?, over)?;
                Some(Taken::Compounds(grown, Destination::New))
            }
            Tool::Swallow => {
                let keep = cx.state.view.selection.district?;
                let other = cx.state.plan.assignment.get(over.index()).copied().flatten().filter(|other| *other != keep)?;
                Some(Taken::District { keep, other })
            }
            _ => None,
        }
    }
}

fn compound_at(cx: &Context<'_>, scene: &Scene, at: Coord<f64>) -> Option<CompoundId> {
    compounds_under(&cx.state.plan, scene, at, 0.0).first().copied()
}

/// The district that a line is to cut: the selected one, else that of which it runs through most compounds.
fn cut_district(cx: &Context<'_>, scene: &Scene, path: &[Coord<f64>]) -> Option<DistrictId> {
    if let Some(id) = cx.state.view.selection.district {
        return Some(id);
    }
    let mut met: BTreeMap<DistrictId, usize> = BTreeMap::new();
    for compound in compounds_crossed(&cx.state.plan, scene, path) {
        if let Some(id) = cx.state.plan.assignment.get(compound.index()).copied().flatten() {
            *met.entry(id).or_default() += 1;
        }
    }
    met.into_iter().max_by_key(|(id, count)| (*count, std::cmp::Reverse(*id))).map(|(id, _)| id)
}
