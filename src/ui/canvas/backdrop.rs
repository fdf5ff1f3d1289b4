//! What lies below the layers: pictures warped by their meshes, or a grid of lines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use egui::{Color32, ColorImage, Mesh, Painter, Pos2, Rect, Shape, Stroke, TextureHandle, TextureOptions};

use super::CanvasInput;
use crate::map::backdrop::BackdropTile;
use crate::map::{KilometreGrid, Viewport};
use crate::ui::theme::colour;

/// What lies below.
#[derive(Clone, Copy)]
pub enum Below<'a> {
    /// Lines at round coordinates.
    Grid,
    /// Pictures, in the order in which they are drawn.
    Tiles(&'a [Arc<BackdropTile>]),
}

/// Pictures as the window holds them, by the number of their tile.
type Textures = Arc<Mutex<HashMap<u64, TextureHandle>>>;

/// Draws it.
pub(super) fn paint(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect) {
    let Some((below, opacity)) = input.below else { return };
    match below {
        Below::Grid => grid(painter, input, viewport, rect, opacity),
        Below::Tiles(tiles) => {
            let held = painter
                .ctx()
                .data_mut(|data| data.get_temp_mut_or_default::<Textures>(egui::Id::unique("backdrop-textures")).clone());
            let Ok(mut held) = held.lock() else { return };
            held.retain(|number, _| tiles.iter().any(|tile| tile.number == *number));
            for tile in tiles {
                let texture = held.entry(tile.number).or_insert_with(|| upload(painter, tile));
                painter.add(Shape::mesh(placed(tile, texture, viewport, rect, opacity)));
            }
        }
    }
}

fn upload(painter: &Painter, tile: &BackdropTile) -> TextureHandle {
    let size = tile.picture.size.map(|side| side as usize);
    let image = ColorImage::from_rgba_unmultiplied(size, &tile.picture.rgba);
    painter.ctx().load_texture(format!("backdrop-{}", tile.number), image, TextureOptions::LINEAR)
}

fn placed(tile: &BackdropTile, texture: &TextureHandle, viewport: &Viewport, rect: Rect, opacity: f32) -> Mesh {
    let mut mesh = Mesh::with_texture(texture.id());
    let tint = Color32::from_white_alpha(byte(opacity * 255.0));
    for (n, corner) in tile.mesh.corners.iter().enumerate() {
        let at = corner.map_or([0.0; 2], |corner| viewport.screen_from_world(corner));
        let uv = Pos2::from(tile.mesh.share(n));
        mesh.vertices.push(egui::epaint::Vertex { pos: rect.min + egui::Vec2::from(at), uv, color: tint });
    }
    for square in tile.mesh.squares() {
        let [a, b, c, d] = square.map(|corner| u32::try_from(corner).unwrap_or(u32::MAX));
        // Along the diagonal from upper left to lower right, as the mesh was measured.
        mesh.add_triangle(a, b, d);
        mesh.add_triangle(a, d, c);
    }
    mesh
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

fn grid(painter: &Painter, input: &CanvasInput<'_>, viewport: &Viewport, rect: Rect, opacity: f32) {
    let lines = KilometreGrid::new(viewport, 0.0);
    let stroke = Stroke::new(1.0, colour(input.palette.map.quiet.fade(0.4 * opacity)));
    for line in &lines.eastings {
        painter.vline(rect.left() + line.at_px, rect.y_range(), stroke);
    }
    for line in &lines.northings {
        painter.hline(rect.x_range(), rect.top() + line.at_px, stroke);
    }
}
