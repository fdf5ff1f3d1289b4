//! The picture of a window from frame to frame: which one is shown, which one is being drawn, and when a new one is begun.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use eframe::egui_wgpu::{RenderState, wgpu};
use egui::{Context, Rect};

use super::blit::{Blit, Placed};
use super::making::{Making, Tools};
use super::pace::Pace;
use super::pipelines::Pipelines;
use super::store::Store;
use super::tables::Tables;
use super::target::{Frame, Target};
use super::{Counters, Picture};
use crate::map::{MapLayer, Viewport};
use crate::ui::canvas::{CanvasInput, overlay};

/// A new picture is begun when less than this is left of the margin, points.
const SPARE: f32 = 48.0;
/// A picture under way is given up when its scale is off by more than this.
const HOPELESS: f64 = 2.5;

/// A whole picture.
struct Shown {
    target: Target,
    frame: Frame,
    key: u64,
    /// Nothing is seen through it.
    is_opaque: bool,
    /// It shows no cell: that of a plan without layers.
    is_empty: bool,
}

/// Draws the map of one window.
pub(super) struct Engine {
    device: wgpu::Device,
    queue: wgpu::Queue,
    blit: Blit,
    pipelines: Pipelines,
    store: Store,
    tables: Tables,
    pace: Pace,
    front: Option<Shown>,
    /// An older picture of more of the world, for where the front does not reach while the next is drawn.
    behind: Option<Shown>,
    making: Option<Making>,
    spare: Vec<Target>,
    counters: Counters,
}

impl Engine {
    pub(super) fn new(ctx: &Context, state: &RenderState, software: bool) -> Self {
        let (waking, pipelines) = (ctx.clone(), Pipelines::new(&state.device));
        let wake: Arc<dyn Fn(Duration) + Send + Sync> = Arc::new(move |within| waking.request_repaint_after(within));
        Self {
            device: state.device.clone(),
            queue: state.queue.clone(),
            blit: Blit::new(state),
            store: Store::new(&state.device, &pipelines.sides_layout, &wake),
            pipelines,
            tables: Tables::default(),
            pace: Pace::new(software),
            front: None,
            behind: None,
            making: None,
            spare: Vec::new(),
            counters: Counters::default(),
        }
    }

    pub(super) fn counters(&self) -> Counters {
        Counters { bytes: self.store.bytes(), ..self.counters }
    }

    /// The colour of the shown picture at a world place.
    #[cfg(test)]
    pub(super) fn pixel(&self, at: geo::Coord<f64>) -> [u8; 4] {
        let shown = self.front.as_ref().unwrap();
        let place = shown.frame.viewport.screen_from_world(at).map(|v| v * shown.frame.points);
        shown.target.pixel(&self.device, &self.queue, place)
    }

    /// The picture for this frame; asks for another frame while it is not the one that the view wants.
    pub(super) fn shape(&mut self, ctx: &Context, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) -> Picture {
        // Tells how long the last slice took; what fails is told to the watcher.
        self.device.poll(wgpu::PollType::Poll).ok();
        self.store.take();
        self.store.hurry(self.front.as_ref().is_none_or(|front| front.is_empty));
        self.counters = Counters::default();
        let frame = Frame::new(viewport, ctx.pixels_per_point(), self.device.limits().max_texture_dimension_2d);
        let key = key(input);
        self.begin(input, viewport, frame, key);
        let is_waiting = self.go_on();
        self.begin_next(input, viewport, frame, key);
        self.counters.settled = self.making.is_none();
        if self.making.is_some() && !is_waiting {
            ctx.request_repaint();
        }
        self.compose(viewport, ctx.pixels_per_point(), rect, input.below.is_some())
    }

    /// Whether the picture that is shown is the one for the view.
    fn is_shown(&self, viewport: &Viewport, frame: &Frame, key: u64) -> bool {
        self.front.as_ref().is_some_and(|front| {
            let same =
                front.key == key && front.frame.size == frame.size && front.frame.points.to_bits() == frame.points.to_bits();
            same && front.frame.is_at_scale(viewport) && front.frame.spare(viewport) >= SPARE.min(frame.spare(viewport))
        })
    }

    fn begin(&mut self, input: &CanvasInput<'_>, viewport: &Viewport, frame: Frame, key: u64) {
        let hopeless = self.making.as_ref().is_some_and(|making| {
            let ratio = making.frame.ratio(viewport);
            let place = making.frame.place_in(viewport);
            let [width, height] = viewport.size_px();
            let apart = place.max.x < 0.0 || place.max.y < 0.0 || place.min.x > width || place.min.y > height;
            !(1.0 / HOPELESS..=HOPELESS).contains(&ratio) || apart || making.frame.size != frame.size
        });
        if hopeless && let Some(making) = self.making.take() {
            self.spare.push(making.target);
        }
        if self.making.is_none() && !self.is_shown(viewport, &frame, key) {
            // The window may have another size than when they were laid aside.
            self.spare.retain(|target| target.size == frame.size);
            let target = self.spare.pop().unwrap_or_else(|| Target::new(&self.device, frame.size));
            let tools = Tools { device: &self.device, queue: &self.queue, pipelines: &self.pipelines };
            self.making = Some(Making::new(&tools, &mut self.tables, target, frame, key, input));
        }
    }

    /// Draws a slice of the picture under way; tells whether it waits for cells, which wake the window.
    fn go_on(&mut self) -> bool {
        let Some(making) = &mut self.making else { return false };
        making.order(&mut self.store);
        let Some(budget) = self.pace.budget() else { return false };
        let tools = Tools { device: &self.device, queue: &self.queue, pipelines: &self.pipelines };
        let slice = making.draw(&tools, &self.store, &self.tables, budget);
        self.counters.vertices += slice.vertices;
        self.counters.calls += slice.calls;
        if slice.calls > 0 {
            self.pace.started(&self.queue, slice.vertices);
        }
        if making.is_done()
            && let Some(making) = self.making.take()
        {
            let (is_opaque, is_empty) = (making.is_opaque(), making.is_empty());
            let Making { target, frame, key, .. } = making;
            self.show(Shown { target, frame, key, is_opaque, is_empty });
            return false;
        }
        slice.calls == 0
    }

    /// Begins what the view asks for by now, so that it is known whether another frame is needed.
    fn begin_next(&mut self, input: &CanvasInput<'_>, viewport: &Viewport, frame: Frame, key: u64) {
        if self.making.is_none() {
            self.begin(input, viewport, frame, key);
        }
    }

    fn show(&mut self, new: Shown) {
        let Some(old) = self.front.replace(new) else { return };
        let Some(front) = &self.front else { return };
        let extent = |shown: &Shown| shown.frame.viewport.metres_per_pixel();
        let farther = old.key == front.key && extent(&old) > extent(front) * 1.5;
        let stale = self.behind.as_ref().is_some_and(|behind| behind.key != front.key || extent(behind) <= extent(front));
        let freed = if farther && (stale || self.behind.as_ref().is_none_or(|behind| extent(&old) > extent(behind))) {
            self.behind.replace(old)
        } else {
            if stale && let Some(behind) = self.behind.take() {
                self.spare.push(behind.target);
            }
            Some(old)
        };
        self.spare.extend(freed.map(|shown| shown.target));
    }

    fn compose(&self, viewport: &Viewport, points: f32, rect: Rect, is_clear: bool) -> Picture {
        let front = self.front.as_ref();
        let covers = !is_clear && front.is_some_and(|front| front.frame.spare(viewport) >= 0.0);
        // What the front hides need not be drawn; through a picture on clear ground the older one would show.
        let behind = self.behind.as_ref().filter(|_| !covers && (!is_clear || front.is_none()));
        let shown = behind.into_iter().chain(front).map(|shown| (&shown.target, &shown.frame, shown.is_opaque));
        // Before the first picture is whole its beginnings are shown.
        let started = self.making.as_ref().filter(|making| front.is_none() && making.is_started());
        let started = started.map(|making| (&making.target, &making.frame, making.is_opaque()));
        let placed = |(target, frame, is_opaque): (&Target, &Frame, bool)| Placed {
            view: target.view.clone(),
            place: frame.place_on(viewport, rect.min),
            is_exact: frame.is_at_scale(viewport) && frame.points.to_bits() == points.to_bits(),
            is_opaque,
        };
        let pictures: Vec<Placed> = shown.chain(started).map(placed).collect();
        Picture { shape: self.blit.shape(&self.device, &pictures, rect), covers }
    }
}

/// Everything that a picture follows from but the view.
fn key(input: &CanvasInput<'_>) -> u64 {
    let mut key = std::hash::DefaultHasher::new();
    (input.revision, input.scene.revision, input.palette.shade(), input.hidden_pipes).hash(&mut key);
    for view in input.layers.iter().filter(|view| view.visible) {
        (view.layer, view.opacity.to_bits()).hash(&mut key);
        if matches!(view.layer, MapLayer::Links | MapLayer::Clusters) {
            input.gap_revision.hash(&mut key);
        }
    }
    if overlay::is_large(input.selection) {
        input.selection.hash(&mut key);
    }
    key.finish()
}
