//! A window without a screen: egui drawn into a texture by the graphics device there is.

use std::path::Path;
use std::pin::pin;
use std::task::{Context as Tasks, Poll, Waker};

use eframe::egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration, wgpu};
use lianpian::ui::canvas::gpu;
use lianpian::ui::theme::{apply, install_fonts};

/// The window.
pub struct Screen {
    /// What the window is drawn by.
    pub ctx: egui::Context,
    state: RenderState,
    texture: wgpu::Texture,
    size: [u32; 2],
}

impl Screen {
    /// A window of so many pixels.
    pub fn new(size: [u32; 2]) -> Self {
        let setup = WgpuConfiguration::default();
        let instance = now(setup.wgpu_setup.new_instance());
        let state = now(RenderState::create(&setup, &instance, None, RendererOptions::default())).expect("a graphics device");
        let ctx = egui::Context::default();
        install_fonts(&ctx);
        apply(&ctx, false);
        gpu::install(&ctx, &state);
        let texture = state.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("screen"),
            size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: state.target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        Self { ctx, state, texture, size }
    }

    /// Name and kind of the graphics device.
    pub fn adapter(&self) -> String {
        gpu::drawing(&self.ctx).map_or_else(String::new, |drawing| format!("{drawing:?}"))
    }

    /// One frame, up to the commands for the device.
    pub fn draw(&mut self, run: impl FnMut(&mut egui::Ui)) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let room = egui::vec2(self.size[0] as f32, self.size[1] as f32);
        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, room));
        let mut output = self.ctx.run_ui(egui::RawInput { screen_rect, ..egui::RawInput::default() }, run);
        let pixels_per_point = output.pixels_per_point;
        let triangles = self.ctx.tessellate(std::mem::take(&mut output.shapes), pixels_per_point);
        let screen = ScreenDescriptor { size_in_pixels: self.size, pixels_per_point };
        let RenderState { device, queue, renderer, .. } = &self.state;
        let mut renderer = renderer.write();
        for (id, deltas) in output.textures_delta.set.drain() {
            for delta in deltas {
                renderer.update_texture(device, queue, id, &delta);
            }
        }
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let more = renderer.update_buffers(device, queue, &mut encoder, &triangles, &screen);
        let view = self.texture.create_view(&wgpu::TextureViewDescriptor::default());
        {
            let ops = wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::WHITE), store: wgpu::StoreOp::Store };
            let attachment = wgpu::RenderPassColorAttachment { view: &view, depth_slice: None, resolve_target: None, ops };
            let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                color_attachments: &[Some(attachment)],
                ..wgpu::RenderPassDescriptor::default()
            });
            renderer.render(&mut pass.forget_lifetime(), &triangles, &screen);
        }
        queue.submit(more.into_iter().chain([encoder.finish()]));
        for id in output.textures_delta.free.drain() {
            renderer.free_texture(&id);
        }
        drop(renderer);
        output.drop_without_applying_deltas();
    }

    /// Waits until the device has drawn everything.
    pub fn wait(&self) {
        self.state.device.poll(wgpu::PollType::wait_indefinitely()).expect("the device is there");
    }

    /// Saves what the window shows.
    pub fn save(&self, path: &Path) {
        let RenderState { device, queue, .. } = &self.state;
        let row = (self.size[0] * 4).next_multiple_of(256);
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let size = u64::from(row * self.size[1]);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let extent = wgpu::Extent3d { width: self.size[0], height: self.size[1], depth_or_array_layers: 1 };
        encoder.copy_texture_to_buffer(
            self.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &buffer, layout },
            extent,
        );
        queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., |mapped| mapped.expect("mapped"));
        self.wait();
        let bytes = buffer.get_mapped_range(..).expect("mapped").to_vec();
        let (row, wide) = (row as usize, self.size[0] as usize * 4);
        let pixels: Vec<u8> = bytes.chunks_exact(row).flat_map(|line| &line[..wide]).copied().collect();
        let file = std::fs::File::create(path).expect("a file");
        let mut encoder = png::Encoder::new(file, self.size[0], self.size[1]);
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels)).expect("a picture");
    }
}

/// The value of a future that waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut tasks = Tasks::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut tasks) {
            return value;
        }
    }
}
