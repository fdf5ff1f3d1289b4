//! A window without a screen: egui drawn into a texture by the graphics device there is, a program on the processor if need be.

use std::pin::pin;
use std::task::{Context as Tasks, Poll, Waker};

use eframe::egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration, wgpu};
use egui::{Context, Pos2, RawInput, Rect, Ui, Vec2};

/// Bytes of a row of pixels come in multiples of so many.
const ROW: u32 = 256;

/// The window.
pub struct Offscreen {
    /// What draws it.
    pub ctx: Context,
    state: RenderState,
    texture: wgpu::Texture,
    size: [u32; 2],
    /// What lies behind everything.
    clear: wgpu::Color,
}

impl Offscreen {
    /// A white window of so many pixels, one a point.
    ///
    /// # Errors
    /// Why no graphics device draws it.
    pub fn new(size: [u32; 2]) -> Result<Self, String> {
        let setup = WgpuConfiguration::default();
        let instance = now(setup.wgpu_setup.new_instance());
        let state = now(RenderState::create(&setup, &instance, None, RendererOptions::default())).map_err(|e| e.to_string())?;
        let texture = state.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("window"),
            size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: state.target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        Ok(Self { ctx: Context::default(), state, texture, size, clear: wgpu::Color::WHITE })
    }

    /// The device that draws it.
    #[must_use]
    pub fn state(&self) -> &RenderState {
        &self.state
    }

    /// The same with another colour behind everything.
    #[must_use]
    pub fn over(self, clear: wgpu::Color) -> Self {
        Self { clear, ..self }
    }

    /// One frame, up to the commands for the device.
    pub fn draw(&self, run: impl FnMut(&mut Ui)) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let room = Vec2::new(self.size[0] as f32, self.size[1] as f32);
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, room));
        let mut output = self.ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, run);
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
            let ops = wgpu::Operations { load: wgpu::LoadOp::Clear(self.clear), store: wgpu::StoreOp::Store };
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
    ///
    /// # Errors
    /// That the device is lost.
    pub fn wait(&self) -> Result<(), String> {
        self.state.device.poll(wgpu::PollType::wait_indefinitely()).map(|_| ()).map_err(|e| e.to_string())
    }

    /// What the window shows: red, green, blue and opacity by pixel, row by row from above.
    ///
    /// # Errors
    /// That the device is lost.
    pub fn pixels(&self) -> Result<Vec<[u8; 4]>, String> {
        let RenderState { device, queue, .. } = &self.state;
        let row = (self.size[0] * 4).next_multiple_of(ROW);
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let size = u64::from(row) * u64::from(self.size[1]);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let to = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(self.texture.as_image_copy(), to, self.texture.size());
        queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., |_| {});
        self.wait()?;
        let bytes = buffer.get_mapped_range(..).map_err(|e| e.to_string())?;
        let is_bgra = matches!(self.texture.format(), wgpu::TextureFormat::Bgra8Unorm | wgpu::TextureFormat::Bgra8UnormSrgb);
        let rgba = |pixel: &[u8]| match *pixel {
            [b, g, r, a] if is_bgra => [r, g, b, a],
            [r, g, b, a] => [r, g, b, a],
            _ => [0; 4],
        };
        let wide = self.size[0] as usize * 4;
        Ok(bytes.chunks_exact(row as usize).flat_map(|line| line[..wide].chunks_exact(4)).map(rgba).collect())
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
