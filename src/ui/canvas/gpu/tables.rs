//! Tables of styles on the GPU: one a layer, made anew when what it follows from changes, while the geometry stays.

use std::collections::HashMap;

use eframe::egui_wgpu::wgpu;
use wgpu::util::DeviceExt;

use super::pipelines::{Pipelines, style_words};
use super::sheets::TableOrder;
use crate::map::{MapLayer, STROKES, StyleTable, Viewport};
use crate::ui::canvas::CanvasInput;

/// A table as the GPU has it.
pub(super) struct Table {
    key: u64,
    pub(super) group: wgpu::BindGroup,
    pub(super) fills: bool,
    pub(super) strokes: [bool; STROKES],
}

/// The tables of all layers.
#[derive(Default)]
pub(super) struct Tables {
    held: HashMap<(MapLayer, u8), Table>,
}

impl Tables {
    /// The table of an order, made when there is none or what it follows from changed; `None` where nothing wears it.
    pub(super) fn follow(
        &mut self,
        device: &wgpu::Device,
        pipelines: &Pipelines,
        order: &TableOrder,
        input: &CanvasInput<'_>,
        viewport: &Viewport,
    ) -> Option<&Table> {
        if self.held.get(&order.slot).is_none_or(|table| table.key != order.key) {
            let made = (order.make)(input, viewport);
            if made.features.is_empty() {
                self.held.remove(&order.slot);
                return None;
            }
            self.held.insert(order.slot, upload(device, pipelines, order.key, &made));
        }
        self.held.get(&order.slot)
    }

    pub(super) fn get(&self, slot: (MapLayer, u8)) -> Option<&Table> {
        self.held.get(&slot)
    }
}

fn upload(device: &wgpu::Device, pipelines: &Pipelines, key: u64, table: &StyleTable) -> Table {
    let worn: Vec<[u32; 2]> = table.features.iter().map(|worn| [worn.style, worn.size_m.to_bits()]).collect();
    let styles = style_words(table);
    let buffer = |contents: &[u8]| {
        let usage = wgpu::BufferUsages::STORAGE;
        device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map styles"), contents, usage })
    };
    let (worn, styles) = (buffer(bytemuck::cast_slice(&worn)), buffer(bytemuck::cast_slice(&styles)));
    let entries = [(0, &worn), (1, &styles)]
        .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() });
    let layout = &pipelines.table_layout;
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("map styles"), layout, entries: &entries });
    let (fills, strokes) = table.passes();
    Table { key, group, fills, strokes }
}
