//! Triangles that follow each other without a call of someone else's in between.

use std::ops::Range;

use eframe::egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor, wgpu};
use egui::epaint::{Vertex, WHITE_UV};
use egui::{Mesh, PaintCallbackInfo, Rect};
use wgpu::util::DeviceExt;

/// Triangles whose sides span more than so many square points are large.
const LARGE: f32 = 4_000.0;

/// What all batches are drawn with.
pub(super) struct Pen {
    device: wgpu::Device,
    pipelines: Pipelines,
    /// Width and height of the window in points.
    window: wgpu::Buffer,
    group: wgpu::BindGroup,
}

/// How triangles are filled.
#[derive(Clone)]
struct Pipelines {
    /// By a texture that is tinted.
    tinted: wgpu::RenderPipeline,
    /// By their colour alone, in a fraction of the time.
    solid: wgpu::RenderPipeline,
}

impl Pen {
    pub(super) fn new(state: &RenderState) -> Self {
        let device = state.device.clone();
        let entries = [wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::VERTEX,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Uniform,
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        }];
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("soft"), entries: &entries });
        let window = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("soft"),
            size: size_of::<[f32; 4]>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let entries = [wgpu::BindGroupEntry { binding: 0, resource: window.as_entire_binding() }];
        let group =
            device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("soft"), layout: &layout, entries: &entries });
        let texture = super::textures::layout(&device);
        let groups = [Some(&layout), Some(&texture)];
        let pipeline = |groups, name| pipeline(&device, groups, state.target_format, name);
        let pipelines = Pipelines { tinted: pipeline(&groups, "tinted"), solid: pipeline(&groups[..1], "solid") };
        Self { device, pipelines, window, group }
    }
}

fn pipeline(
    device: &wgpu::Device,
    groups: &[Option<&wgpu::BindGroupLayout>],
    format: wgpu::TextureFormat,
    name: &str,
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("soft"),
        source: wgpu::ShaderSource::Wgsl(include_str!("soft.wgsl").into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("soft"),
        bind_group_layouts: groups,
        immediate_size: 0,
    });
    let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4];
    // As egui blends: premultiplied, and what is under the window stays covered as far as it was.
    let alpha = wgpu::BlendComponent {
        src_factor: wgpu::BlendFactor::OneMinusDstAlpha,
        dst_factor: wgpu::BlendFactor::One,
        operation: wgpu::BlendOperation::Add,
    };
    let blend = wgpu::BlendState { alpha, ..wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("soft"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("corner"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[Some(wgpu::VertexBufferLayout {
                array_stride: size_of::<Vertex>() as u64,
                step_mode: wgpu::VertexStepMode::Vertex,
                attributes: &attributes,
            })],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(&format!("{name}_{}", if format.is_srgb() { "linear" } else { "gamma" })),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState { format, blend: Some(blend), write_mask: wgpu::ColorWrites::ALL })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Triangles of one mesh.
struct Draw {
    clip: Rect,
    /// `None` for those that are filled by their colour alone.
    texture: Option<wgpu::BindGroup>,
    indices: Range<u32>,
    /// Where its vertices begin.
    base: i32,
}

/// The batches of a frame as they are gathered; they share their buffers.
#[derive(Default)]
pub(super) struct Batches {
    vertices: Vec<Vertex>,
    indices: Vec<u32>,
    draws: Vec<Vec<Draw>>,
    is_open: bool,
}

impl Batches {
    /// Adds a mesh; tells whether it is the first of a batch.
    pub(super) fn add(&mut self, mesh: &Mesh, clip: Rect, texture: &wgpu::BindGroup) -> bool {
        let begins = !std::mem::replace(&mut self.is_open, true);
        if begins {
            self.draws.push(Vec::new());
        }
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let base = i32::try_from(self.vertices.len()).unwrap_or(i32::MAX);
        self.vertices.extend_from_slice(&mesh.vertices);
        let Some(batch) = self.draws.last_mut() else { return begins };
        for triangles in mesh.indices.as_chunks::<3>().0.chunk_by(|a, b| is_solid(mesh, a) == is_solid(mesh, b)) {
            let from = number(self.indices.len());
            self.indices.extend_from_slice(triangles.as_flattened());
            let texture = (!is_solid(mesh, &triangles[0])).then(|| texture.clone());
            batch.push(Draw { clip, texture, indices: from..number(self.indices.len()), base });
        }
        begins
    }

    /// Ends the batch: what comes next is not drawn by one.
    pub(super) fn end(&mut self) {
        self.is_open = false;
    }

    /// The batches in order.
    pub(super) fn finish(self, pen: &Pen) -> Vec<Batch> {
        let buffer = |contents, usage| {
            pen.device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("soft"), contents, usage })
        };
        let vertices = buffer(bytemuck::cast_slice(&self.vertices), wgpu::BufferUsages::VERTEX);
        let indices = buffer(bytemuck::cast_slice(&self.indices), wgpu::BufferUsages::INDEX);
        let batch = |draws| Batch {
            pipelines: pen.pipelines.clone(),
            window: pen.window.clone(),
            group: pen.group.clone(),
            vertices: vertices.clone(),
            indices: indices.clone(),
            draws,
        };
        self.draws.into_iter().map(batch).collect()
    }
}

/// A batch on its way to the window.
pub(super) struct Batch {
    pipelines: Pipelines,
    window: wgpu::Buffer,
    group: wgpu::BindGroup,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    draws: Vec<Draw>,
}

impl CallbackTrait for Batch {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        _resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let [width, height] = screen.size_in_pixels.map(|side| side as f32 / screen.pixels_per_point);
        queue.write_buffer(&self.window, 0, bytemuck::bytes_of(&[width, height, 0.0, 0.0]));
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, _resources: &CallbackResources) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a window")]
        let [width, height] = info.screen_size_px.map(|side| side as f32);
        pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        pass.set_bind_group(0, &self.group, &[]);
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for draw in &self.draws {
            let [x, y, width, height] = in_pixels(draw.clip, info.pixels_per_point, info.screen_size_px);
            if width > 0 && height > 0 {
                pass.set_scissor_rect(x, y, width, height);
                if let Some(texture) = &draw.texture {
                    pass.set_pipeline(&self.pipelines.tinted);
                    pass.set_bind_group(1, texture, &[]);
                } else {
                    pass.set_pipeline(&self.pipelines.solid);
                }
                pass.draw_indexed(draw.indices.clone(), draw.base, 0..1);
            }
        }
    }
}

/// Whether a triangle wears no texture and is large enough for a change of the way of filling: grounds of panels are, which
/// cover the window, and the many small ones between letters are not.
fn is_solid(mesh: &Mesh, triangle: &[u32; 3]) -> bool {
    let [Some(a), Some(b), Some(c)] = triangle.map(|index| mesh.vertices.get(index as usize)) else { return false };
    let (along, across) = (b.pos - a.pos, c.pos - a.pos);
    [a, b, c].iter().all(|vertex| vertex.uv == WHITE_UV) && (along.x * across.y - along.y * across.x).abs() > LARGE
}

/// A part of the window in whole pixels: its corner, width and height.
fn in_pixels(clip: Rect, points: f32, window: [u32; 2]) -> [u32; 4] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, and is held to the window")]
    let pixel = |at: f32, axis: usize| ((at * points).round() as u32).min(window[axis]);
    let (x, y) = (pixel(clip.min.x, 0), pixel(clip.min.y, 1));
    [x, y, pixel(clip.max.x, 0).saturating_sub(x), pixel(clip.max.y, 1).saturating_sub(y)]
}
