//! The picture below labels and symbols: one mesh a layer, kept until something in it changes and shifted while the map
//! is dragged. What the gap changes is drawn anew alone while its slider is dragged.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use egui::{Id, Mesh, Shape};

use super::brush::Brush;
use super::paint::paint_layer;
use super::{CanvasInput, LayerView};
use crate::map::{MapLayer, Viewport};

/// So much is drawn beyond the edges of the map, so that a drag can shift the kept picture, pixels.
pub(super) const MARGIN_PX: f32 = 192.0;

/// The layers as drawn last, lowest first.
#[derive(Clone, Default)]
struct Kept {
    /// The view they were drawn for.
    viewport: Option<Viewport>,
    /// What the whole picture was drawn by.
    key: u64,
    sheets: Vec<Sheet>,
}

/// One layer as drawn.
#[derive(Clone)]
struct Sheet {
    key: u64,
    mesh: Arc<Mesh>,
}

/// The meshes of all layers: the kept ones, the kept ones shifted while the map is dragged, or new ones.
pub(super) fn picture(ctx: &egui::Context, id: Id, input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect) -> Shape {
    let kept: Arc<Mutex<Kept>> = ctx.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<Kept>>>(id).clone());
    let key = key_of(input, viewport, rect);
    let Ok(mut kept) = kept.lock() else { return Shape::Noop };
    let shown: Vec<LayerView> = input.layers.iter().copied().filter(|view| view.visible && view.opacity > 0.0).collect();
    let keys: Vec<u64> = shown.iter().map(|view| sheet_key(input, *view)).collect();
    let shift = kept.viewport.filter(|_| kept.key == key).map(|old| {
        let [x, y] = viewport.screen_from_world(old.centre());
        egui::Vec2::new(x, y) - rect.size() / 2.0
    });
    let still = shift.is_some_and(|shift| shift.abs().max_elem() < 1.0e-3);
    let same = kept.sheets.iter().map(|sheet| sheet.key).eq(keys.iter().copied());
    if let Some(shift) = shift.filter(|shift| same && !still && shift.abs().max_elem() < MARGIN_PX - 16.0) {
        return shifted(&kept.sheets, shift);
    }
    let old = if still { std::mem::take(&mut kept.sheets) } else { Vec::new() };
    let draw = |(place, (view, key)): (usize, (&LayerView, &u64))| {
        let kept = old.get(place).filter(|sheet| sheet.key == *key);
        kept.cloned().unwrap_or_else(|| Sheet { key: *key, mesh: Arc::new(drawn(input, viewport, rect, *view)) })
    };
    let sheets: Vec<Sheet> = shown.iter().zip(&keys).enumerate().map(draw).collect();
    let viewport = if still { kept.viewport } else { Some(*viewport) };
    *kept = Kept { viewport, key, sheets };
    Shape::Vec(kept.sheets.iter().map(|sheet| Shape::Mesh(Arc::clone(&sheet.mesh))).collect())
}

fn shifted(sheets: &[Sheet], shift: egui::Vec2) -> Shape {
    let shifted = |sheet: &Sheet| {
        let mut mesh = (*sheet.mesh).clone();
        mesh.translate(shift);
        Shape::mesh(mesh)
    };
    Shape::Vec(sheets.iter().map(shifted).collect())
}

fn drawn(input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect, view: LayerView) -> Mesh {
    let mut brush = Brush::new(rect.min);
    brush.set_opacity(view.opacity);
    paint_layer(&mut brush, input, viewport, view.layer);
    brush.mesh
}

/// Everything all layers depend on but the centre of the view.
fn key_of(input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    viewport.metres_per_pixel().to_bits().hash(&mut hasher);
    [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(f32::to_bits).hash(&mut hasher);
    (input.revision, input.scene.revision, input.palette.shade(), input.hidden_pipes).hash(&mut hasher);
    // Compounds are drawn plainer where districts show.
    input.shown(MapLayer::Districts).is_some().hash(&mut hasher);
    hasher.finish()
}

/// What else one layer depends on.
fn sheet_key(input: &CanvasInput<'_>, view: LayerView) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    (view.layer, view.opacity.to_bits()).hash(&mut hasher);
    match view.layer {
        MapLayer::Links | MapLayer::Clusters => input.gap_revision.hash(&mut hasher),
        _ => {}
    }
    hasher.finish()
}
