//! egui's textures once more: those of its own renderer cannot be reached while it draws.

use std::collections::HashMap;

use eframe::egui_wgpu::{RenderState, wgpu};
use egui::epaint::ImageDelta;
use egui::{ImageData, TextureFilter, TextureId, TextureOptions, TextureWrapMode};

/// A texture, and what it is drawn with.
struct Held {
    texture: wgpu::Texture,
    options: TextureOptions,
    group: wgpu::BindGroup,
}

/// All textures that egui has made.
pub(super) struct Textures {
    device: wgpu::Device,
    queue: wgpu::Queue,
    layout: wgpu::BindGroupLayout,
    held: HashMap<TextureId, Held>,
}

/// The layout of a texture with its sampler.
pub(super) fn layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None };
    let texture = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: true },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
    let entries = [entry(0, texture), entry(1, sampler)];
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("soft texture"), entries: &entries })
}

impl Textures {
    pub(super) fn new(state: &RenderState) -> Self {
        let (device, queue) = (state.device.clone(), state.queue.clone());
        Self { layout: layout(&device), device, queue, held: HashMap::new() }
    }

    /// What draws with a texture; `None` for one that egui has not made.
    pub(super) fn get(&self, id: TextureId) -> Option<&wgpu::BindGroup> {
        self.held.get(&id).map(|held| &held.group)
    }

    /// Takes up textures that are new or changed.
    pub(super) fn follow<'a>(
        &mut self,
        changed: impl IntoIterator<Item = (&'a TextureId, impl IntoIterator<Item = &'a ImageDelta>)>,
    ) {
        for (id, deltas) in changed {
            for delta in deltas {
                self.set(*id, delta);
            }
        }
    }

    /// Lets go of textures that are no longer used.
    pub(super) fn let_go<'a>(&mut self, free: impl IntoIterator<Item = &'a TextureId>) {
        for id in free {
            self.held.remove(id);
        }
    }

    fn set(&mut self, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(0));
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        let (texture, origin) = match delta.pos {
            None => (self.device.create_texture(&described(size)), [0, 0]),
            Some(at) => {
                let Some(held) = self.held.get(&id) else { return };
                (held.texture.clone(), at.map(|side| u32::try_from(side).unwrap_or(u32::MAX)))
            }
        };
        let place =
            wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x: origin[0], y: origin[1], z: 0 }, ..texture.as_image_copy() };
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None };
        self.queue.write_texture(place, bytemuck::cast_slice(&image.pixels), layout, size);
        let is_same = delta.pos.is_some() && self.held.get(&id).is_some_and(|held| held.options == delta.options);
        if !is_same {
            let group = self.group(&texture, delta.options);
            self.held.insert(id, Held { texture, options: delta.options, group });
        }
    }

    fn group(&self, texture: &wgpu::Texture, options: TextureOptions) -> wgpu::BindGroup {
        let filter = |filter| match filter {
            TextureFilter::Nearest => wgpu::FilterMode::Nearest,
            TextureFilter::Linear => wgpu::FilterMode::Linear,
        };
        let wrap = match options.wrap_mode {
            TextureWrapMode::ClampToEdge => wgpu::AddressMode::ClampToEdge,
            TextureWrapMode::Repeat => wgpu::AddressMode::Repeat,
            TextureWrapMode::MirroredRepeat => wgpu::AddressMode::MirrorRepeat,
        };
        let sampler = self.device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("soft"),
            mag_filter: filter(options.magnification),
            min_filter: filter(options.minification),
            address_mode_u: wrap,
            address_mode_v: wrap,
            ..wgpu::SamplerDescriptor::default()
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let entries = [
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&sampler) },
        ];
        let layout = &self.layout;
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("soft texture"), layout, entries: &entries })
    }
}

fn described(size: wgpu::Extent3d) -> wgpu::TextureDescriptor<'static> {
    wgpu::TextureDescriptor {
        label: Some("soft"),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    }
}
