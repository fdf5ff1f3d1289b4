//! A picture being drawn: its commands in order, and how far they have come. A command whose cell is not there yet stops the
//! drawing until it is, because what lies above must not be drawn before.

use eframe::egui_wgpu::wgpu;
use wgpu::util::DeviceExt;

use super::pipelines::Pipelines;
use super::sheets::{Sheet, selection, sheets};
use super::store::{CellKey, Held, Shapes, Store, Wanted};
use super::tables::Tables;
use super::target::{Frame, Target};
use crate::map::{MapLayer, Rgba};
use crate::ui::canvas::{CanvasInput, LayerView};

/// Distance of hatch lines, points, as on the other path.
const HATCH: f32 = 6.0;
/// Bytes between the numbers of two commands: the least that every device takes.
const STRIDE: usize = 256;
/// Words of the numbers of a command.
type Numbers = [f32; 12];

/// What a command draws.
enum What {
    Fill(CellKey),
    Stroke(CellKey),
    Loose(wgpu::Buffer, wgpu::Buffer, u32),
}

/// Commands are cut at multiples of so many vertices: whole triangles of three, whole sides of four.
const WHOLE: u32 = 12;

/// A part of a command, by its vertices.
struct Piece {
    command: usize,
    vertices: std::ops::Range<u32>,
}

struct Command {
    what: What,
    table: (MapLayer, u8),
    numbers: u32,
}

/// A picture on its way.
pub(super) struct Making {
    pub(super) frame: Frame,
    /// What the picture follows from besides the view.
    pub(super) key: u64,
    pub(super) target: Target,
    paper: Rgba,
    commands: Vec<Command>,
    /// The next command, and how many of its vertices are drawn.
    next: (usize, u32),
    wanted: Vec<Wanted>,
    numbers: wgpu::BindGroup,
}

/// What is needed to draw.
pub(super) struct Tools<'a> {
    pub(super) device: &'a wgpu::Device,
    pub(super) queue: &'a wgpu::Queue,
    pub(super) pipelines: &'a Pipelines,
}

/// What a slice came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slice {
    pub(super) vertices: u32,
    pub(super) calls: u32,
}

impl Making {
    /// Lists what has to be drawn; draws nothing.
    pub(super) fn new(
        tools: &Tools<'_>,
        tables: &mut Tables,
        target: Target,
        frame: Frame,
        key: u64,
        input: &CanvasInput<'_>,
    ) -> Self {
        let mut list = List { frame, commands: Vec::new(), wanted: Vec::new(), numbers: Vec::new() };
        for view in input.layers.iter().filter(|view| view.visible && view.opacity > 0.0) {
            for sheet in sheets(input, &frame.viewport, *view) {
                list.add(tools, tables, *view, sheet, input);
            }
        }
        if let Some((view, sheet)) = selection(input) {
            list.add(tools, tables, view, sheet, input);
        }
        let mut bytes = vec![0_u8; list.numbers.len().max(1) * STRIDE];
        for (numbers, room) in list.numbers.iter().zip(bytes.chunks_exact_mut(STRIDE)) {
            room[..size_of::<Numbers>()].copy_from_slice(bytemuck::cast_slice(numbers));
        }
        let usage = wgpu::BufferUsages::UNIFORM;
        let buffer =
            tools.device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map"), contents: &bytes, usage });
        let size = wgpu::BufferSize::new(size_of::<Numbers>() as u64);
        let binding = wgpu::BufferBinding { buffer: &buffer, offset: 0, size };
        let entries = [wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(binding) }];
        let layout = &tools.pipelines.draw_layout;
        let numbers =
            tools.device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("map"), layout, entries: &entries });
        let paper = input.ground();
        Self { frame, key, target, paper, commands: list.commands, next: (0, 0), wanted: list.wanted, numbers }
    }

    /// Something of it was drawn.
    pub(super) fn is_started(&self) -> bool {
        self.next > (0, 0)
    }

    /// Nothing is seen through it.
    pub(super) fn is_opaque(&self) -> bool {
        self.paper.a == u8::MAX
    }

    /// No cell is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// The picture is whole.
    pub(super) fn is_done(&self) -> bool {
        self.next.0 > self.commands.len()
    }

    /// Orders the cells that are not there, in the order in which they are drawn.
    pub(super) fn order(&self, store: &mut Store) {
        store.touch(self.wanted.iter().map(|wanted| wanted.key));
        store.order(self.wanted.iter());
    }

    /// Draws on for at most so many vertices, as far as cells are there.
    pub(super) fn draw(&mut self, tools: &Tools<'_>, store: &Store, tables: &Tables, budget: u32) -> Slice {
        let (pieces, next) = self.pieces(store, budget);
        if pieces.is_empty() && next.0 < self.commands.len() {
            return Slice::default();
        }
        let mut encoder = tools.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        let load = if self.is_started() { wgpu::LoadOp::Load } else { wgpu::LoadOp::Clear(ground(self.paper)) };
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("map"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &self.target.view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
                })],
                ..wgpu::RenderPassDescriptor::default()
            });
            let mut last = None;
            for piece in &pieces {
                self.run(&mut pass, piece, tools.pipelines, store, tables, &mut last);
            }
        }
        tools.queue.submit([encoder.finish()]);
        // One past the last says that even a picture of nothing was cleared.
        self.next = if next.0 == self.commands.len() { (next.0 + 1, 0) } else { next };
        let calls = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        Slice { vertices: pieces.iter().map(|piece| piece.vertices.end - piece.vertices.start).sum(), calls }
    }

    /// What may be drawn now, and where the drawing then goes on. A command larger than the budget is drawn in pieces of whole
    /// triangles and sides, one after another as they would be at once.
    fn pieces(&self, store: &Store, budget: u32) -> (Vec<Piece>, (usize, u32)) {
        let (mut at, mut from) = self.next;
        let (mut pieces, mut left) = (Vec::new(), budget);
        while let Some(command) = self.commands.get(at) {
            let whole = match &command.what {
                What::Loose(_, _, count) => *count,
                What::Fill(key) | What::Stroke(key) => match store.get(*key) {
                    Some(held) => cost(&command.what, held),
                    None => break,
                },
            };
            let to = whole.min(from.saturating_add(left / WHOLE * WHOLE)).max(from);
            if to == from && whole > from {
                break;
            }
            pieces.push(Piece { command: at, vertices: from..to });
            left -= to - from;
            if to < whole {
                from = to;
                break;
            }
            (at, from) = (at + 1, 0);
        }
        (pieces, (at.min(self.commands.len()), from))
    }

    fn run(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        piece: &Piece,
        pipelines: &Pipelines,
        store: &Store,
        tables: &Tables,
        last: &mut Option<(MapLayer, u8)>,
    ) {
        let Some(command) = self.commands.get(piece.command) else { return };
        let drawn = piece.vertices.clone();
        pass.set_bind_group(0, &self.numbers, &[command.numbers]);
        if let What::Loose(vertices, indices, _) = &command.what {
            pass.set_pipeline(&pipelines.loose);
            pass.set_vertex_buffer(0, vertices.slice(..));
            pass.set_index_buffer(indices.slice(..), wgpu::IndexFormat::Uint32);
            pass.draw_indexed(drawn, 0, 0..1);
            *last = None;
            return;
        }
        let Some(table) = tables.get(command.table) else { return };
        if *last != Some(command.table) {
            pass.set_bind_group(1, &table.group, &[]);
            *last = Some(command.table);
        }
        match &command.what {
            What::Fill(key) => {
                let Some(held) = store.get(*key) else { return };
                // Triangles come first, then dots.
                let indices = held.triangles.as_ref().map_or(0, |(_, count)| *count);
                if let (Some((corners, _)), Some((triangles, _))) = (&held.corners, &held.triangles)
                    && drawn.start < indices
                {
                    pass.set_pipeline(&pipelines.fill);
                    pass.set_vertex_buffer(0, corners.slice(..));
                    pass.set_index_buffer(triangles.slice(..), wgpu::IndexFormat::Uint32);
                    pass.draw_indexed(drawn.start..drawn.end.min(indices), 0, 0..1);
                }
                if let Some((dots, _)) = &held.dots
                    && drawn.end > indices
                {
                    pass.set_pipeline(&pipelines.dot);
                    pass.set_vertex_buffer(0, dots.slice(..));
                    pass.draw(drawn.start.max(indices) - indices..drawn.end - indices, 0..1);
                }
            }
            What::Stroke(key) => {
                let Some(held) = store.get(*key) else { return };
                pass.set_pipeline(&pipelines.stroke);
                pass.set_index_buffer(pipelines.quads.slice(..), wgpu::IndexFormat::Uint32);
                let (from, to) = (drawn.start / 4, drawn.end / 4);
                let mut first = 0;
                for sides in &held.sides {
                    let part = from.clamp(first, first + sides.count) - first..to.clamp(first, first + sides.count) - first;
                    if !part.is_empty() {
                        pass.set_bind_group(2, &sides.group, &[]);
                        pass.draw_indexed(part.start * 6..part.end * 6, 0, 0..1);
                    }
                    first += sides.count;
                }
            }
            What::Loose(..) => {}
        }
    }
}

/// Vertices that a command submits.
fn cost(what: &What, held: &Held) -> u32 {
    let count = |part: &super::store::Part| part.as_ref().map_or(0, |(_, count)| *count);
    match what {
        What::Stroke(_) => held.sides.iter().map(|sides| 4 * sides.count).sum(),
        _ => count(&held.triangles) + count(&held.dots),
    }
}

fn ground(paper: Rgba) -> wgpu::Color {
    let share = |byte: u8| f64::from(byte) / 255.0;
    wgpu::Color { r: share(paper.r), g: share(paper.g), b: share(paper.b), a: share(paper.a) }
}

/// The commands of a picture as they are listed.
struct List {
    frame: Frame,
    commands: Vec<Command>,
    wanted: Vec<Wanted>,
    numbers: Vec<Numbers>,
}

impl List {
    fn add(&mut self, tools: &Tools<'_>, tables: &mut Tables, view: LayerView, sheet: Sheet, input: &CanvasInput<'_>) {
        match sheet {
            Sheet::Loose(mesh) => self.add_loose(tools.device, &mesh, view.layer),
            Sheet::Cells { shapes, table: order } => {
                let Some(table) = tables.follow(tools.device, tools.pipelines, &order, input, &self.frame.viewport) else {
                    return;
                };
                let (fills, strokes) = (table.fills, table.strokes);
                let Some((level, cells)) = seen(&shapes, &self.frame) else { return };
                let first = self.wanted.len();
                self.wanted.extend(cells.iter().map(|cell| Wanted::new(&shapes, level, *cell)));
                let keys: Vec<(CellKey, geo::Coord<f64>)> = self.wanted[first..]
                    .iter()
                    .zip(&cells)
                    .filter_map(|(wanted, cell)| Some((wanted.key, origin(&shapes, *cell)?)))
                    .collect();
                let anchor = input.scene.anchor;
                if fills && matches!(shapes, Shapes::Areas(_)) {
                    for (key, origin) in &keys {
                        self.push(What::Fill(*key), order.slot, *origin, view.opacity, 0, anchor);
                    }
                }
                for stroke in (0_u8..).zip(strokes).filter(|(_, drawn)| *drawn).map(|(number, _)| number) {
                    for (key, origin) in &keys {
                        self.push(What::Stroke(*key), order.slot, *origin, view.opacity, stroke, anchor);
                    }
                }
            }
        }
    }

    fn add_loose(&mut self, device: &wgpu::Device, mesh: &egui::Mesh, layer: MapLayer) {
        let buffer = |contents: &[u8], usage| {
            device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map loose"), contents, usage })
        };
        let vertices = buffer(bytemuck::cast_slice(&mesh.vertices), wgpu::BufferUsages::VERTEX);
        let indices = buffer(bytemuck::cast_slice(&mesh.indices), wgpu::BufferUsages::INDEX);
        let count = u32::try_from(mesh.indices.len()).unwrap_or(u32::MAX);
        let at = self.frame.viewport.centre();
        self.push(What::Loose(vertices, indices, count), (layer, u8::MAX), at, 1.0, 0, at);
    }

    fn push(
        &mut self,
        what: What,
        table: (MapLayer, u8),
        origin: geo::Coord<f64>,
        opacity: f32,
        stroke: u8,
        anchor: geo::Coord<f64>,
    ) {
        let Frame { viewport, size, points } = self.frame;
        let place = |at| viewport.screen_from_world(at).map(|v| v * points);
        let [x, y] = place(origin);
        #[expect(clippy::cast_possible_truncation, reason = "pixels a metre")]
        let scale = (f64::from(points) / viewport.metres_per_pixel()) as f32;
        #[expect(clippy::cast_precision_loss, reason = "sides of textures are a few thousand")]
        let [width, height] = size.map(|side| side as f32);
        // Hatching keeps its place relative to the plan, so that it does not swim when the map moves.
        let spacing = HATCH * std::f32::consts::SQRT_2 * points;
        let [hatch_x, hatch_y] = place(anchor);
        let phase = (hatch_x + hatch_y).rem_euclid(spacing);
        let offset = u32::try_from(self.numbers.len() * STRIDE).unwrap_or(0);
        let stroke = f32::from_bits(u32::from(stroke));
        self.numbers.push([x, y, width, height, scale, points, opacity, stroke, phase, spacing, 0.0, 0.0]);
        self.commands.push(Command { what, table, numbers: offset });
    }
}

fn origin(shapes: &Shapes, cell: usize) -> Option<geo::Coord<f64>> {
    let cells = match shapes {
        Shapes::Areas(layer) => &layer.cells,
        Shapes::Lines(layer) => &layer.cells,
    };
    cells.list.get(cell).map(|cell| cell.origin)
}

/// The level of detail of a picture, and the cells that it may show.
fn seen(shapes: &Shapes, frame: &Frame) -> Option<(usize, Vec<usize>)> {
    let (rect, scale) = (frame.viewport.world_rect(8.0), frame.viewport.metres_per_pixel());
    match shapes {
        Shapes::Areas(layer) => Some((layer.level_index(scale)?, layer.cells.in_rect(rect))),
        Shapes::Lines(layer) => Some((layer.level_index(scale)?, layer.cells.in_rect(rect))),
    }
}
