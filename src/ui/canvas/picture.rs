//! The picture below labels and symbols: one mesh, kept until something changes and shifted while the map is dragged.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use egui::{Id, Mesh, Shape};

use super::CanvasInput;
use super::brush::Brush;
use super::paint::paint_layer;
use crate::map::Viewport;

/// So much is drawn beyond the edges of the map, so that a drag can shift the kept picture, pixels.
pub(super) const MARGIN_PX: f32 = 192.0;

#[derive(Clone, Default)]
struct Kept {
    key: u64,
    /// The view it was drawn for.
    viewport: Option<Viewport>,
    mesh: Arc<Mesh>,
}

/// The mesh of all layers: the kept one, the kept one shifted while the map is dragged, or a new one.
pub(super) fn picture(ctx: &egui::Context, id: Id, input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect) -> Shape {
    let kept: Arc<Mutex<Kept>> = ctx.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<Kept>>>(id).clone());
    let key = key_of(input, viewport, rect);
    let Ok(mut kept) = kept.lock() else { return Shape::Noop };
    let shift = kept.viewport.filter(|_| kept.key == key).map(|old| {
        let [x, y] = viewport.screen_from_world(old.centre());
        egui::Vec2::new(x, y) - rect.size() / 2.0
    });
    match shift {
        Some(shift) if shift.abs().max_elem() < 1.0e-3 => {}
        Some(shift) if shift.abs().max_elem() < MARGIN_PX - 16.0 => {
            let mut mesh = (*kept.mesh).clone();
            mesh.translate(shift);
            return Shape::mesh(mesh);
        }
        _ => {
            let mut brush = Brush::new(rect.min);
            for view in input.layers.iter().filter(|view| view.visible && view.opacity > 0.0) {
                brush.set_opacity(view.opacity);
                paint_layer(&mut brush, input, viewport, view.layer);
            }
            *kept = Kept { key, viewport: Some(*viewport), mesh: Arc::new(brush.mesh) };
        }
    }
    Shape::Mesh(Arc::clone(&kept.mesh))
}

/// Everything the picture depends on but the centre of the view.
fn key_of(input: &CanvasInput<'_>, viewport: &Viewport, rect: egui::Rect) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    viewport.metres_per_pixel().to_bits().hash(&mut hasher);
    [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(f32::to_bits).hash(&mut hasher);
    (input.revision, input.scene.revision, input.palette.shade(), input.hidden_pipes).hash(&mut hasher);
    for view in input.layers {
        (view.layer, view.visible, view.opacity.to_bits()).hash(&mut hasher);
    }
    hasher.finish()
}
