//! The four pipelines of the map and the layouts of what they read. Vertices are plain words, so that they are copied as they are.

use eframe::egui_wgpu::wgpu;
use wgpu::util::DeviceExt;

use crate::map::{Packed, Rgba, STROKES, Stroke, Style, StyleTable};
use crate::ui::theme::colour;

/// Pictures are kept gamma-encoded, as egui blends, whatever the window's format is.
pub(super) const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Everything that is made once for a device.
pub(super) struct Pipelines {
    pub(super) fill: wgpu::RenderPipeline,
    pub(super) dot: wgpu::RenderPipeline,
    pub(super) stroke: wgpu::RenderPipeline,
    pub(super) loose: wgpu::RenderPipeline,
    pub(super) draw_layout: wgpu::BindGroupLayout,
    pub(super) table_layout: wgpu::BindGroupLayout,
    pub(super) sides_layout: wgpu::BindGroupLayout,
    /// Two triangles for each of [`QUADS`] sides.
    pub(super) quads: wgpu::Buffer,
}

/// So many sides are drawn at a time.
pub(super) const QUADS: usize = 1 << 16;

/// Words of a corner: x, y, feature.
type Corner = [u32; 3];
/// Words of a dot: x, y, feature, area.
type DotWords = [u32; 4];
/// Words of a side: both ends, two packed left edges, length before it, feature.
type SideWords = [u32; 8];

impl Pipelines {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("map"),
            source: wgpu::ShaderSource::Wgsl(include_str!("shaders.wgsl").into()),
        });
        let draw_layout = layout(device, &[wgpu::BufferBindingType::Uniform]);
        let storage = wgpu::BufferBindingType::Storage { read_only: true };
        let table_layout = layout(device, &[storage, storage]);
        let sides_layout = layout(device, &[storage]);
        let triangles = wgpu::PrimitiveTopology::TriangleList;
        let make = |name: &str, topology, stride, step_mode, attributes: &[wgpu::VertexAttribute], tables: bool| {
            let tables = tables.then_some(&table_layout);
            let groups: Vec<_> = std::iter::once(Some(&draw_layout)).chain(tables.map(Some)).collect();
            let buffers = [Some(wgpu::VertexBufferLayout { array_stride: stride, step_mode, attributes })];
            pipeline(device, &module, name, topology, &buffers, &groups)
        };
        let vertex = wgpu::VertexStepMode::Vertex;
        let corner = wgpu::vertex_attr_array![0 => Float32x2, 1 => Uint32];
        let dot = wgpu::vertex_attr_array![0 => Float32x2, 1 => Uint32, 2 => Float32];
        let loose = [
            wgpu::VertexAttribute { format: wgpu::VertexFormat::Float32x2, offset: 0, shader_location: 0 },
            wgpu::VertexAttribute { format: wgpu::VertexFormat::Unorm8x4, offset: 16, shader_location: 1 },
        ];
        Self {
            fill: make("fill", triangles, 12, vertex, &corner, true),
            dot: make("dot", wgpu::PrimitiveTopology::PointList, 16, vertex, &dot, true),
            stroke: pipeline(
                device,
                &module,
                "stroke",
                triangles,
                &[],
                &[Some(&draw_layout), Some(&table_layout), Some(&sides_layout)],
            ),
            loose: make("loose", triangles, 20, vertex, &loose, false),
            draw_layout,
            table_layout,
            sides_layout,
            quads: quads(device),
        }
    }
}

fn quads(device: &wgpu::Device) -> wgpu::Buffer {
    let corners = (0..u32::try_from(QUADS).unwrap_or(0)).flat_map(|side| [0, 1, 2, 2, 1, 3].map(|corner| side * 4 + corner));
    let corners: Vec<u32> = corners.collect();
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: Some("map quads"),
        contents: bytemuck::cast_slice(&corners),
        usage: wgpu::BufferUsages::INDEX,
    })
}

fn layout(device: &wgpu::Device, kinds: &[wgpu::BufferBindingType]) -> wgpu::BindGroupLayout {
    let entry = |(binding, kind): (u32, &wgpu::BufferBindingType)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
        ty: wgpu::BindingType::Buffer {
            ty: *kind,
            has_dynamic_offset: *kind == wgpu::BufferBindingType::Uniform,
            min_binding_size: None,
        },
        count: None,
    };
    let entries: Vec<_> = (0..).zip(kinds).map(entry).collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("map"), entries: &entries })
}

fn pipeline(
    device: &wgpu::Device,
    module: &wgpu::ShaderModule,
    name: &str,
    topology: wgpu::PrimitiveTopology,
    buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
    groups: &[Option<&wgpu::BindGroupLayout>],
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(name),
        bind_group_layouts: groups,
        immediate_size: 0,
    });
    let over = wgpu::BlendComponent {
        src_factor: wgpu::BlendFactor::One,
        dst_factor: wgpu::BlendFactor::OneMinusSrcAlpha,
        operation: wgpu::BlendOperation::Add,
    };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(name),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some(&format!("{name}_vertex")),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers,
        },
        primitive: wgpu::PrimitiveState { topology, ..wgpu::PrimitiveState::default() },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(&format!("{name}_fragment")),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState {
                format: FORMAT,
                blend: Some(wgpu::BlendState { color: over, alpha: over }),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Packed geometry as words for the GPU.
pub(super) struct Words {
    pub(super) corners: Vec<Corner>,
    pub(super) triangles: Vec<u32>,
    pub(super) dots: Vec<DotWords>,
    pub(super) sides: Vec<SideWords>,
}

impl From<Packed> for Words {
    fn from(packed: Packed) -> Self {
        let [x, y] = [0, 1].map(|axis| move |at: [f32; 2]| at[axis].to_bits());
        let corners = packed.corners.iter().map(|(at, feature)| [x(*at), y(*at), *feature]).collect();
        let dots = packed.dots.iter().map(|dot| [x(dot.at), y(dot.at), dot.feature, dot.area_m2.to_bits()]).collect();
        let side = |side: &crate::map::Side| {
            let lefts = [snorm(side.left_a), snorm(side.left_b)];
            let ends = [x(side.a), y(side.a), x(side.b), y(side.b)];
            [ends[0], ends[1], ends[2], ends[3], lefts[0], lefts[1], side.along_m.to_bits(), side.feature]
        };
        let sides = packed.sides.iter().map(side).collect();
        Self { corners, triangles: packed.triangles, dots, sides }
    }
}

/// A vector of length up to 2 as two signed 16-bit shares of 2.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 16 bits; the bits are what counts")]
fn snorm(left: [f32; 2]) -> u32 {
    let [x, y] = left.map(|v| (v / 2.0).clamp(-1.0, 1.0) * 32_767.0).map(|v| u32::from(v.round() as i16 as u16));
    x | y << 16
}

/// Floats of a style in the shader.
const STYLE: usize = 8 + STROKES * 16;

/// The styles of a table as floats for the GPU.
pub(super) fn style_words(table: &StyleTable) -> Vec<[f32; STYLE]> {
    table.styles.iter().map(style_floats).collect()
}

fn style_floats(style: &Style) -> [f32; STYLE] {
    let mut words = [0.0; STYLE];
    words[..4].copy_from_slice(&ink(style.fill));
    words[4..8].copy_from_slice(&ink(style.hatch));
    for (stroke, words) in style.strokes.iter().zip(words[8..].chunks_exact_mut(16)) {
        if let Some(stroke) = stroke {
            words.copy_from_slice(&stroke_floats(stroke));
        }
    }
    words
}

fn stroke_floats(stroke: &Stroke) -> [f32; 16] {
    let [r, g, b, a] = ink(Some(stroke.colour));
    let [dash, gap] = stroke.dash.unwrap_or_default();
    let (share, least) = stroke.share.unwrap_or_default();
    let only = if stroke.wide_only { 1.0 } else { 0.0 };
    let width = [stroke.width_px, stroke.width_m, stroke.edge_px, stroke.from_px];
    [r, g, b, a, width[0], width[1], width[2], width[3], dash, gap, share, least, only, 0.0, 0.0, 0.0]
}

/// Premultiplied and gamma-encoded, exactly as egui would draw it.
fn ink(rgba: Option<Rgba>) -> [f32; 4] {
    rgba.map_or([0.0; 4], |rgba| colour(rgba).to_array().map(|byte| f32::from(byte) / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::{LineStyle, Side};

    #[test]
    fn words_keep_what_was_packed() {
        let side = Side { a: [1.0, 2.0], b: [3.0, 4.0], left_a: [0.0, 1.0], left_b: [-1.5, 0.0], along_m: 9.0, feature: 7 };
        let words = Words::from(Packed { sides: vec![side], corners: vec![([5.0, 6.0], 3)], ..Packed::default() });
        let [ax, ay, bx, by, left_a, left_b, along, feature] = words.sides[0];
        assert_eq!([ax, ay, bx, by, along].map(f32::from_bits), [1.0, 2.0, 3.0, 4.0, 9.0]);
        assert_eq!((left_a, left_b, feature), (16_384 << 16, 0xA001, 7));
        assert_eq!(words.corners, [[5.0_f32.to_bits(), 6.0_f32.to_bits(), 3]]);
    }

    #[test]
    fn colours_are_those_of_the_other_path() {
        let rgba = Rgba::hex(0x20_80F0).fade(0.26);
        let style = Style { fill: Some(rgba), ..Style::default() };
        let table = StyleTable { styles: vec![style], ..StyleTable::default() };
        let bytes: Vec<f32> = style_words(&table)[0][..4].iter().map(|v| v * 255.0).collect();
        assert_eq!(bytes, colour(rgba).to_array().map(f32::from));
        let line = LineStyle { colour: rgba, width_px: 2.0, dash: Some([5.0, 3.0]) };
        assert_eq!(stroke_floats(&Stroke::outline(line))[4..12], [2.0, 0.0, 0.0, 3.0, 5.0, 3.0, 1.0 / 12.0, 0.3]);
    }
}
