//! Puts pictures on the window as they are, texel by texel. egui's own shader would do, but it works out every way of filtering that
//! it knows for every pixel on a driver that runs both sides of a branch, which takes one on the processor ten times as long.

use eframe::egui_wgpu::{self, CallbackResources, CallbackTrait, RenderState, ScreenDescriptor, wgpu};
use egui::{PaintCallbackInfo, Rect, Shape};

/// Bytes between the places of two pictures: the least that every device takes.
const STRIDE: usize = 256;

/// What it takes to put pictures on windows of one format.
pub(super) struct Blit {
    /// For pictures through which something is seen.
    over: wgpu::RenderPipeline,
    /// For those that hide what lies below.
    instead: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    smooth: wgpu::Sampler,
    /// For pictures whose pixels are those of the window.
    exact: wgpu::Sampler,
}

/// A picture at its place on the window.
pub(super) struct Placed {
    pub(super) view: wgpu::TextureView,
    /// In points.
    pub(super) place: Rect,
    /// Its pixels are those of the window.
    pub(super) is_exact: bool,
    /// It hides what lies below.
    pub(super) is_opaque: bool,
}

impl Blit {
    pub(super) fn new(state: &RenderState) -> Self {
        let device = &state.device;
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("map blit"),
            source: wgpu::ShaderSource::Wgsl(include_str!("blit.wgsl").into()),
        });
        let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
        let place =
            wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, has_dynamic_offset: true, min_binding_size: None };
        let texture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: true },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("map blit"),
            entries: &[
                entry(0, wgpu::ShaderStages::VERTEX, place),
                entry(1, wgpu::ShaderStages::FRAGMENT, texture),
                entry(2, wgpu::ShaderStages::FRAGMENT, sampler),
            ],
        });
        let sampler = |filter| {
            device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("map blit"),
                mag_filter: filter,
                min_filter: filter,
                ..wgpu::SamplerDescriptor::default()
            })
        };
        let pipeline = |blend| pipeline(device, &module, &layout, state.target_format, blend);
        Self {
            over: pipeline(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            instead: pipeline(wgpu::BlendState::REPLACE),
            smooth: sampler(wgpu::FilterMode::Linear),
            exact: sampler(wgpu::FilterMode::Nearest),
            layout,
        }
    }

    /// Pictures at their places on the window, the lowest first; seen within `rect`.
    pub(super) fn shape(&self, device: &wgpu::Device, pictures: &[Placed], rect: Rect) -> Shape {
        let places = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map blit"),
            size: u64::try_from(pictures.len().max(1) * STRIDE).unwrap_or(0),
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let size = wgpu::BufferSize::new(size_of::<[f32; 4]>() as u64);
        let group = |picture: &Placed| {
            let sampler = if picture.is_exact { &self.exact } else { &self.smooth };
            let place = wgpu::BufferBinding { buffer: &places, offset: 0, size };
            let entries = [
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(place) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&picture.view) },
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::Sampler(sampler) },
            ];
            let layout = &self.layout;
            device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("map blit"), layout, entries: &entries })
        };
        let pipeline = |picture: &Placed| if picture.is_opaque { self.instead.clone() } else { self.over.clone() };
        let pictures = pictures.iter().map(|picture| (pipeline(picture), group(picture), picture.place)).collect();
        let shown = Shown { places, pictures };
        Shape::Callback(egui_wgpu::Callback::new_paint_callback(rect, shown))
    }
}

fn pipeline(
    device: &wgpu::Device,
    module: &wgpu::ShaderModule,
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
    blend: wgpu::BlendState,
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("map blit"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    // Pictures are gamma-encoded, as egui blends; a window that encodes by itself wants them linear.
    let fragment = if format.is_srgb() { "blit_linear" } else { "blit_gamma" };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("map blit"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("blit_vertex"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState { topology: wgpu::PrimitiveTopology::TriangleStrip, ..wgpu::PrimitiveState::default() },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(fragment),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState { format, blend: Some(blend), write_mask: wgpu::ColorWrites::ALL })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Pictures on their way to the window.
struct Shown {
    places: wgpu::Buffer,
    pictures: Vec<(wgpu::RenderPipeline, wgpu::BindGroup, Rect)>,
}

impl CallbackTrait for Shown {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        _resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        for (offset, (_, _, place)) in (0..).step_by(STRIDE).zip(&self.pictures) {
            queue.write_buffer(&self.places, offset, bytemuck::bytes_of(&on_screen(*place, screen)));
        }
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, _resources: &CallbackResources) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let [width, height] = info.screen_size_px.map(|side| side as f32);
        pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        for (offset, (pipeline, group, _)) in (0_u32..).step_by(STRIDE).zip(&self.pictures) {
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, group, &[offset]);
            pass.draw(0..4, 0..1);
        }
    }
}

/// The upper left and the lower right corner of a place in points, from -1 to 1 over the window, upward.
fn on_screen(place: Rect, screen: &ScreenDescriptor) -> [f32; 4] {
    #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
    let size = screen.size_in_pixels.map(|side| side as f32 / screen.pixels_per_point);
    let x = |at: f32| at / size[0] * 2.0 - 1.0;
    let y = |at: f32| 1.0 - at / size[1] * 2.0;
    [x(place.min.x), y(place.min.y), x(place.max.x), y(place.max.y)]
}
