//! Textures that pictures are drawn into, and where on the map a picture lies.

use eframe::egui_wgpu::wgpu;
use egui::{Pos2, Rect, Vec2};

use super::pipelines::FORMAT;
use crate::map::Viewport;

/// So much is drawn beyond the edges of the map, points.
const MARGIN: f32 = 128.0;

/// What part of the world a picture shows, in how many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// The view of the whole picture, margins included; its size is in points.
    pub(super) viewport: Viewport,
    /// Pixels of the picture.
    pub(super) size: [u32; 2],
    /// Pixels a point.
    pub(super) points: f32,
}

impl Frame {
    /// The picture for a view of the map. `most` is the largest side of a texture.
    pub(super) fn new(viewport: &Viewport, pixels_per_point: f32, most: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "sides of textures are a few thousand")]
        let room = most as f32;
        let largest = viewport.size_px()[0].max(viewport.size_px()[1]);
        // A window larger than any texture gets a coarser picture, never a part of one.
        let points = pixels_per_point.min(room / largest);
        let margin = MARGIN.min((room / points - largest) / 2.0).max(0.0);
        let size = viewport.size_px().map(|side| pixels(((side + 2.0 * margin) * points).ceil().clamp(1.0, room)));
        #[expect(clippy::cast_precision_loss, reason = "sides of textures are a few thousand")]
        let logical = size.map(|side| side as f32 / points);
        Self { viewport: viewport.resized(logical), size, points }
    }

    /// Where the picture lies on the map of another view, in points from the map's corner.
    pub(super) fn place_in(&self, viewport: &Viewport) -> Rect {
        let [x, y] = viewport.screen_from_world(self.viewport.centre());
        let scale = self.viewport.metres_per_pixel() / viewport.metres_per_pixel();
        #[expect(clippy::cast_possible_truncation, reason = "ratio of two scales of a map")]
        let size = Vec2::from(self.viewport.size_px()) * (scale as f32).clamp(1.0e-4, 1.0e4);
        Rect::from_center_size(Pos2::new(x, y), size)
    }

    /// Where the picture lies on the window over a map whose corner is there, in points. At its own scale it is put on whole pixels.
    pub(super) fn place_on(&self, viewport: &Viewport, corner: Pos2) -> Rect {
        let place = self.place_in(viewport).translate(corner.to_vec2());
        if !self.is_at_scale(viewport) {
            return place;
        }
        let snapped = (place.min.to_vec2() * self.points).round() / self.points;
        Rect::from_min_size(snapped.to_pos2(), Vec2::from(self.viewport.size_px()))
    }

    /// Whether the view has the scale of this picture.
    pub(super) fn is_at_scale(&self, viewport: &Viewport) -> bool {
        (self.ratio(viewport) - 1.0).abs() < 1.0e-9
    }

    /// How much larger a pixel of that view is than one of this picture.
    pub(super) fn ratio(&self, viewport: &Viewport) -> f64 {
        viewport.metres_per_pixel() / self.viewport.metres_per_pixel()
    }

    /// The least distance between an edge of the map and that of the picture, points; negative where the map is not covered.
    pub(super) fn spare(&self, viewport: &Viewport) -> f32 {
        let place = self.place_in(viewport);
        let [width, height] = viewport.size_px();
        [-place.min.x, -place.min.y, place.max.x - width, place.max.y - height].into_iter().fold(f32::INFINITY, f32::min)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the sides of a texture")]
fn pixels(side: f32) -> u32 {
    side as u32
}

/// A texture to draw into and to show.
pub(super) struct Target {
    #[cfg(test)]
    texture: wgpu::Texture,
    pub(super) view: wgpu::TextureView,
    pub(super) size: [u32; 2],
}

impl Target {
    pub(super) fn new(device: &wgpu::Device, size: [u32; 2]) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("map picture"),
            size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self {
            #[cfg(test)]
            texture,
            view,
            size,
        }
    }

    /// The colour of a pixel.
    #[cfg(test)]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the picture")]
    pub(super) fn pixel(&self, device: &wgpu::Device, queue: &wgpu::Queue, place: [f32; 2]) -> [u8; 4] {
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let buffer = device.create_buffer(&wgpu::BufferDescriptor { label: None, size: 256, usage, mapped_at_creation: false });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let origin = wgpu::Origin3d { x: place[0] as u32, y: place[1] as u32, z: 0 };
        let from = wgpu::TexelCopyTextureInfo { origin, ..self.texture.as_image_copy() };
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(256), rows_per_image: None };
        let to = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(from, to, wgpu::Extent3d { width: 1, height: 1, depth_or_array_layers: 1 });
        queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., |mapped| mapped.unwrap());
        device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let bytes = buffer.get_mapped_range(..).unwrap();
        [bytes[0], bytes[1], bytes[2], bytes[3]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Coord;

    fn view(size: [f32; 2]) -> Viewport {
        Viewport::new(Coord { x: 500_000.0, y: 4_800_000.0 }, 2.0, size)
    }

    #[test]
    fn a_picture_covers_its_map_and_lies_on_it() {
        for (size, points) in [([800.0, 600.0], 1.0), ([813.7, 611.3], 1.25), ([1.0, 1.0], 2.0), ([7_680.0, 4_320.0], 1.0)] {
            let map = view(size);
            let frame = Frame::new(&map, points, 8_192);
            assert!(frame.size.iter().all(|side| *side >= 1 && *side <= 8_192), "{frame:?}");
            assert!(frame.spare(&map) >= 0.0, "{size:?}: {}", frame.spare(&map));
            let middle = frame.place_in(&map).center();
            assert!((middle - Pos2::new(size[0] / 2.0, size[1] / 2.0)).length() < 1.0e-3);
        }
    }

    #[test]
    fn a_window_larger_than_a_texture_gets_a_coarser_picture() {
        let map = view([7_680.0, 4_320.0]);
        let frame = Frame::new(&map, 2.5, 8_192);
        assert!(frame.size.iter().all(|side| *side <= 8_192) && frame.points < 1.1, "{frame:?}");
        assert!(frame.spare(&map) > -1.0);
    }

    #[test]
    fn a_moved_map_is_covered_until_the_margin_is_used() {
        let map = view([800.0, 600.0]);
        let frame = Frame::new(&map, 1.0, 8_192);
        assert!(frame.spare(&map.panned([100.0, 0.0])) > 20.0);
        assert!(frame.spare(&map.panned([140.0, 0.0])) < 0.0);
        assert!(frame.spare(&map.zoomed_at([400.0, 300.0], 0.5)) < 0.0);
        assert!((frame.ratio(&map.zoomed_at([0.0, 0.0], 2.0)) - 0.5).abs() < 1.0e-9);
    }
}
