//! The map drawn by the GPU, or by a software driver for one: geometry is uploaded once a revision and level of detail, in cells,
//! and a picture is drawn from it into a texture that the window shows.
//!
//! The picture is wider than the map, so that dragging only shifts it. A driver that cannot draw a picture within a frame draws it
//! in slices over several, while the last one stands in, shifted and scaled to the view; nothing is ever drawn that is not in
//! the plan. Without a device that can do this, or after it failed, the canvas draws meshes as it does without a window.

mod blit;
mod engine;
mod making;
mod pace;
mod pipelines;
mod sheets;
mod store;
mod tables;
mod target;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use eframe::egui_wgpu::{RenderState, wgpu};
use egui::{Context, Id, Shape};

use self::engine::Engine;
use super::{CanvasInput, CanvasSide};
use crate::map::Viewport;

/// What the window is drawn with, for the about box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Name of the adapter.
    pub adapter: String,
    /// The system's interface to it.
    pub backend: String,
    /// The adapter is a program on the processor.
    pub software: bool,
    /// How the map is drawn with it.
    pub way: Way,
}

/// How the map is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From geometry that the GPU holds.
    Gpu,
    /// As meshes, because the adapter cannot do that.
    Meshes,
    /// As meshes, because drawing by the GPU failed.
    Failed,
}

/// What of the drawing can be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Vertices submitted in the last frame.
    pub vertices: u32,
    /// Draw calls of the last frame.
    pub calls: u32,
    /// Bytes of geometry on the GPU.
    pub bytes: u64,
    /// The picture shows all that the view asks for.
    pub settled: bool,
}

#[derive(Clone)]
struct Installed {
    drawing: Drawing,
    broken: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    engine: Option<Arc<Mutex<Engine>>>,
    /// That of the map beside, while there is one.
    against: Arc<Mutex<Option<Engine>>>,
    state: RenderState,
}

fn place() -> Id {
    Id::unique("map-gpu")
}

/// Chooses how the map is drawn, once, at the start of the window.
pub fn install(ctx: &Context, state: &RenderState) {
    let info = state.adapter.get_info();
    let limits = state.device.limits();
    let flags = state.adapter.get_downlevel_capabilities().flags;
    let able = flags.contains(wgpu::DownlevelFlags::VERTEX_STORAGE) && limits.max_storage_buffers_per_shader_stage >= 3;
    let drawing = Drawing {
        adapter: info.name,
        backend: info.backend.to_string(),
        software: info.device_type == wgpu::DeviceType::Cpu,
        way: if able { Way::Gpu } else { Way::Meshes },
    };
    let (broken, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    watch(&state.device, ctx, &broken, &lost);
    let engine = able.then(|| Arc::new(Mutex::new(Engine::new(ctx, state, drawing.software))));
    ctx.data_mut(|data| {
        data.insert_temp(place(), Installed { drawing, broken, lost, engine, against: Arc::default(), state: state.clone() })
    });
}

/// A fault of the device ends drawing by it, not the program.
fn watch(device: &wgpu::Device, ctx: &Context, broken: &Arc<AtomicBool>, lost: &Arc<AtomicBool>) {
    let (fault, lost, broken, waking) = (Arc::clone(broken), Arc::clone(lost), Arc::clone(broken), ctx.clone());
    let ctx = ctx.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        log::error!("the map can no longer be drawn by the GPU: {error}");
        fault.store(true, Ordering::Relaxed);
        ctx.request_repaint();
    }));
    device.set_device_lost_callback(move |reason, message| {
        log::warn!("the graphics device was lost ({reason:?}): {message}");
        lost.store(true, Ordering::Relaxed);
        broken.store(true, Ordering::Relaxed);
        waking.request_repaint();
    });
}

/// Whether the device with which the window is drawn is no more. Asks it, so that a loss is known before anything is drawn with it.
#[must_use]
pub fn is_lost(ctx: &Context) -> bool {
    let Some(Installed { lost, state, .. }) = installed(ctx) else { return false };
    state.device.poll(wgpu::PollType::Poll).ok();
    lost.load(Ordering::Relaxed)
}

/// Lets go of everything that a lost device held, so that the next window finds the memory free.
pub fn let_go(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Installed>(place()));
}

fn installed(ctx: &Context) -> Option<Installed> {
    ctx.data(|data| data.get_temp::<Installed>(place()))
}

/// What the window is drawn with; `None` without a window.
#[must_use]
pub fn drawing(ctx: &Context) -> Option<Drawing> {
    let Installed { drawing, broken, .. } = installed(ctx)?;
    let failed = broken.load(Ordering::Relaxed);
    Some(Drawing { way: if failed { Way::Failed } else { drawing.way }, ..drawing })
}

/// What the last frame cost; `None` where the GPU does not draw the map.
#[must_use]
pub fn counters(ctx: &Context) -> Option<Counters> {
    let engine = installed(ctx)?.engine?;
    let engine = engine.lock().ok()?;
    Some(engine.counters())
}

/// Lets what was kept for the map beside go.
pub fn let_go_of_against(ctx: &Context) {
    if let Some(Installed { against, .. }) = installed(ctx)
        && let Ok(mut against) = against.lock()
    {
        *against = None;
    }
}

/// The picture of the map.
pub(super) struct Picture {
    /// What draws it on the window.
    pub(super) shape: Shape,
    /// Nothing below it is seen.
    pub(super) covers: bool,
}

/// The picture of the map; `None` where meshes are drawn instead.
pub(super) fn picture(ctx: &Context, input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect) -> Option<Picture> {
    let Installed { engine, broken, against, state, drawing, .. } = installed(ctx)?;
    if broken.load(Ordering::Relaxed) {
        return None;
    }
    let engine = engine?;
    if input.side == CanvasSide::Against {
        let mut against = against.lock().ok()?;
        let engine = against.get_or_insert_with(|| Engine::new(ctx, &state, drawing.software));
        return Some(engine.shape(ctx, input, viewport, rect));
    }
    let mut engine = engine.lock().ok()?;
    Some(engine.shape(ctx, input, viewport, rect))
}
