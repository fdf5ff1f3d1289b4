//! Puts pictures on the window as they are, texel by texel, and the one colour that lies below its panels. egui's own shader would
//! do, but it works out every way of filtering that it knows for every pixel on a driver that runs both sides of a branch, which
//! takes one on the processor ten times as long.

use eframe::egui_wgpu::{self, CallbackResources, CallbackTrait, RenderState, ScreenDescriptor, wgpu};
use egui::{Color32, PaintCallbackInfo, Rect, Shape};

/// Bytes between the places of two pictures: the least that every device takes.
const STRIDE: usize = 256;

/// What it takes to put pictures on windows of one format.
pub(super) struct Blit {
    pipeline: wgpu::RenderPipeline,
    ground: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    ground_layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
}

/// Words of a place: its corners and, where no picture lies, its colour.
type Place = [f32; 8];

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
        let place = entry(0, wgpu::ShaderStages::VERTEX_FRAGMENT, place);
        let entries = [place, entry(1, wgpu::ShaderStages::FRAGMENT, texture), entry(2, wgpu::ShaderStages::FRAGMENT, sampler)];
        let layout =
            |entries| device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("map blit"), entries });
        let (layout, ground_layout) = (layout(&entries), layout(&entries[..1]));
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("map blit"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..wgpu::SamplerDescriptor::default()
        });
        Self {
            pipeline: pipeline(device, &module, &layout, state.target_format, "blit"),
            ground: pipeline(device, &module, &ground_layout, state.target_format, "ground"),
            layout,
            ground_layout,
            sampler,
        }
    }

    /// Pictures at their places on the window, in points, the lowest first; seen within `rect`.
    pub(super) fn shape(&self, device: &wgpu::Device, pictures: &[(wgpu::TextureView, Rect)], rect: Rect) -> Shape {
        let places = places(device, pictures.len());
        let group = |view: &wgpu::TextureView| {
            let entries = [
                wgpu::BindGroupEntry { binding: 0, resource: place_in(&places) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(view) },
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::Sampler(&self.sampler) },
            ];
            let layout = &self.layout;
            device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("map blit"), layout, entries: &entries })
        };
        let pictures = pictures.iter().map(|(view, place)| (group(view), *place)).collect();
        let shown = Shown { pipeline: self.pipeline.clone(), places, pictures, colour: Color32::WHITE };
        Shape::Callback(egui_wgpu::Callback::new_paint_callback(rect, shown))
    }

    /// A part of the window in one colour.
    pub(super) fn ground(&self, device: &wgpu::Device, colour: Color32, rect: Rect) -> Shape {
        let places = places(device, 1);
        let entries = [wgpu::BindGroupEntry { binding: 0, resource: place_in(&places) }];
        let layout = &self.ground_layout;
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("ground"), layout, entries: &entries });
        let shown = Shown { pipeline: self.ground.clone(), places, pictures: vec![(group, rect)], colour };
        Shape::Callback(egui_wgpu::Callback::new_paint_callback(rect, shown))
    }
}

/// Room for so many places.
fn places(device: &wgpu::Device, count: usize) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("map blit"),
        size: u64::try_from(count.max(1) * STRIDE).unwrap_or(0),
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

fn place_in(places: &wgpu::Buffer) -> wgpu::BindingResource<'_> {
    let size = wgpu::BufferSize::new(size_of::<Place>() as u64);
    wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: places, offset: 0, size })
}

fn pipeline(
    device: &wgpu::Device,
    module: &wgpu::ShaderModule,
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
    what: &str,
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("map blit"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    // Pictures are gamma-encoded, as egui blends; a window that encodes by itself wants them linear.
    let fragment = format!("{what}_{}", if format.is_srgb() { "linear" } else { "gamma" });
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
            entry_point: Some(&fragment),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState {
                format,
                blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Pictures on their way to the window.
struct Shown {
    pipeline: wgpu::RenderPipeline,
    places: wgpu::Buffer,
    pictures: Vec<(wgpu::BindGroup, Rect)>,
    colour: Color32,
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
        for (offset, (_, place)) in (0..).step_by(STRIDE).zip(&self.pictures) {
            queue.write_buffer(&self.places, offset, bytemuck::bytes_of(&on_screen(*place, self.colour, screen)));
        }
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, _resources: &CallbackResources) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let [width, height] = info.screen_size_px.map(|side| side as f32);
        pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        pass.set_pipeline(&self.pipeline);
        for (offset, (group, _)) in (0_u32..).step_by(STRIDE).zip(&self.pictures) {
            pass.set_bind_group(0, group, &[offset]);
            pass.draw(0..4, 0..1);
        }
    }
}

/// The upper left and the lower right corner of a place in points, from -1 to 1 over the window, upward; and a colour.
fn on_screen(place: Rect, colour: Color32, screen: &ScreenDescriptor) -> Place {
    #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
    let size = screen.size_in_pixels.map(|side| side as f32 / screen.pixels_per_point);
    let x = |at: f32| at / size[0] * 2.0 - 1.0;
    let y = |at: f32| 1.0 - at / size[1] * 2.0;
    let [r, g, b, a] = colour.to_array().map(|byte| f32::from(byte) / 255.0);
    [x(place.min.x), y(place.min.y), x(place.max.x), y(place.max.y), r, g, b, a]
}
