//! Draws the window where the graphics device is a program on the processor: egui's triangles, by a shader that samples a texture
//! and tints it. egui's own works out every way of filtering that it knows for every pixel on a device that runs both sides
//! of a branch, which takes a processor ten times as long. Elsewhere egui's is left alone.

mod batch;
mod textures;

use eframe::egui_wgpu::{self, RenderState, wgpu};
use egui::emath::TSTransform;
use egui::epaint::{ClippedPrimitive, ClippedShape, Primitive};
use egui::{Context, FullOutput, Plugin, Rect, Shape};

use self::batch::{Batches, Pen};
use self::textures::Textures;
use crate::ui::canvas::gpu::{Way, drawing};

/// Takes over the drawing of the window on a device that is a program. Call it before the first frame, after the map's device
/// is installed.
pub fn install(ctx: &Context, state: &RenderState) {
    if state.adapter.get_info().device_type == wgpu::DeviceType::Cpu {
        ctx.add_plugin(Soft { held: Some((Pen::new(state), Textures::new(state))) });
    }
}

/// Lets go of everything that a lost device held.
pub fn let_go(ctx: &Context) {
    ctx.with_plugin(|soft: &mut Soft| soft.held = None);
}

/// Stands between what a frame shows and egui's renderer, and leaves that nothing but calls of its own.
struct Soft {
    /// Nothing once the device is at fault or lost: egui's renderer draws what there is to draw then.
    held: Option<(Pen, Textures)>,
}

impl Plugin for Soft {
    fn debug_name(&self) -> &'static str {
        "soft"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if drawing(ctx).is_none_or(|drawing| drawing.way == Way::Failed) {
            self.held = None;
        }
        let Some((pen, textures)) = &mut self.held else { return };
        textures.follow(&output.textures_delta.set);
        // What a pass shows that is gone through again is not seen.
        if !output.platform_output.requested_discard() {
            let drawn = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
            output.shapes = as_calls(pen, textures, drawn, ctx.viewport_rect());
        }
        textures.let_go(&output.textures_delta.free);
    }
}

/// The same as calls, in the same order. What wears a texture that is not egui's own stays as it is.
fn as_calls(pen: &Pen, textures: &Textures, drawn: Vec<ClippedPrimitive>, window: Rect) -> Vec<ClippedShape> {
    let mut batches = Batches::default();
    let mut shapes = Vec::new();
    let clipped = |shape, clip_rect| ClippedShape { clip_rect, shape, transform_after_tessellation: TSTransform::IDENTITY };
    // The place of a batch among the shapes is known before its buffers are made.
    let mut places = Vec::new();
    for ClippedPrimitive { clip_rect, primitive } in drawn {
        let other = match primitive {
            Primitive::Mesh(mesh) => {
                if let Some(texture) = textures.get(mesh.texture_id) {
                    if batches.add(&mesh, clip_rect, texture) {
                        places.push(shapes.len());
                        shapes.push(clipped(Shape::Noop, Rect::EVERYTHING));
                    }
                    continue;
                }
                Shape::mesh(mesh)
            }
            Primitive::Callback(callback) => Shape::Callback(callback),
        };
        batches.end();
        shapes.push(clipped(other, clip_rect));
    }
    for (place, batch) in places.into_iter().zip(batches.finish(pen)) {
        shapes[place].shape = Shape::Callback(egui_wgpu::Callback::new_paint_callback(window, batch));
    }
    shapes
}

#[cfg(test)]
mod tests;
