//! What of each layer the GPU draws: which shapes, in which styles, and what is drawn as loose triangles in between. The styles
//! are those of the other path.

use std::sync::Arc;

use egui::Pos2;

use super::super::brush::Brush;
use super::super::styles::{self, DistrictSigns, Signs};
use super::super::{CanvasInput, LayerView};
use super::super::{overlay, paint};
use super::store::Shapes;
use crate::base::CompoundId;
use crate::map::{MERGED, MapLayer, Stroke, Style, StyleTable, Viewport, WaterKind, classes_of};
use crate::model::LimitLevel;
use crate::policy::PipeClass;

/// A piece of a layer.
pub(super) enum Sheet {
    /// Shapes in cells, with the styles they wear.
    Cells { shapes: Shapes, table: TableOrder },
    /// Triangles in points from the picture's corner.
    Loose(egui::Mesh),
}

/// A table of styles, and what it follows from: a table is made when the number is new.
pub(super) struct TableOrder {
    pub(super) slot: (MapLayer, u8),
    pub(super) key: u64,
    pub(super) make: fn(&CanvasInput<'_>, &Viewport) -> StyleTable,
}

/// The pieces of a layer, the lowest first. Cheap: tables are only named.
pub(super) fn sheets(input: &CanvasInput<'_>, viewport: &Viewport, view: LayerView) -> Vec<Sheet> {
    let scene = input.scene;
    let areas = |layer: &Arc<crate::map::AreaLayer>| Shapes::Areas(Arc::clone(layer));
    let lines = |layer: &Arc<crate::map::LineLayer>| Shapes::Lines(Arc::clone(layer));
    let cells = |shapes, part, make| {
        let table = TableOrder { slot: (view.layer, part), key: key(input, viewport, view.layer), make };
        vec![Sheet::Cells { shapes, table }]
    };
    let loose = |draw: &dyn Fn(&mut Brush)| {
        let mut brush = Brush::new(Pos2::ZERO);
        brush.set_opacity(view.opacity);
        draw(&mut brush);
        if brush.mesh.is_empty() { Vec::new() } else { vec![Sheet::Loose(brush.mesh)] }
    };
    match view.layer {
        MapLayer::Limits => cells(areas(&scene.limits), 0, limits),
        MapLayer::Parcels => cells(areas(&scene.parcels), 0, parcels),
        MapLayer::Heritage => cells(areas(&scene.heritage), 0, heritage),
        MapLayer::Streets => cells(lines(&scene.streets), 0, streets),
        MapLayer::Barriers => {
            let mut sheets = cells(areas(&scene.barrier_areas), 0, barrier_areas);
            sheets.extend(cells(lines(&scene.barrier_lines), 1, barrier_lines));
            sheets.extend(loose(&|brush| paint::paint_bridge_points(brush, input, viewport)));
            sheets
        }
        MapLayer::Compounds => cells(areas(&scene.compounds), 0, compounds),
        MapLayer::Districts => cells(areas(&input.districts.layer), 0, districts),
        MapLayer::Clusters => cells(areas(&scene.compounds), 0, clusters),
        MapLayer::Buildings if viewport.metres_per_pixel() <= styles::BUILDINGS_M_PX => {
            cells(areas(&scene.buildings), 0, buildings)
        }
        MapLayer::Pipes => cells(lines(&scene.pipes), 0, pipes),
        MapLayer::Links | MapLayer::Facilities | MapLayer::Kilometres => {
            loose(&|brush| paint::paint_layer(brush, input, viewport, view.layer))
        }
        MapLayer::Buildings | MapLayer::Items | MapLayer::Mends | MapLayer::Labels => Vec::new(),
    }
}

/// The selected compounds, where they are too many to be drawn anew every frame; above all layers.
pub(super) fn selection(input: &CanvasInput<'_>) -> Option<(LayerView, Sheet)> {
    use std::hash::{Hash, Hasher};
    if !overlay::is_large(input.selection) {
        return None;
    }
    let mut key = std::hash::DefaultHasher::new();
    (input.scene.revision, input.palette.shade(), input.selection).hash(&mut key);
    let table = TableOrder { slot: (MapLayer::Compounds, 1), key: key.finish(), make: selected };
    let view = LayerView { layer: MapLayer::Compounds, visible: true, opacity: 1.0 };
    Some((view, Sheet::Cells { shapes: Shapes::Areas(Arc::clone(&input.scene.compounds)), table }))
}

fn selected(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let layer = &input.scene.compounds;
    let worn = |row: u32| usize::from(input.selection.contains(&CompoundId(row)));
    let style = |number| if number == 1 { styles::selection_style(&input.palette.map) } else { Style::default() };
    StyleTable::by_kind(layer.len(), 2, |row| layer.size_m(row), worn, style)
}

/// What the styles of a layer follow from.
fn key(input: &CanvasInput<'_>, viewport: &Viewport, layer: MapLayer) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut key = std::hash::DefaultHasher::new();
    (input.revision, input.scene.revision, input.palette.shade()).hash(&mut key);
    match layer {
        MapLayer::Compounds => input.shown(MapLayer::Districts).is_some().hash(&mut key),
        MapLayer::Clusters => input.gap_revision.hash(&mut key),
        MapLayer::Pipes => (input.hidden_pipes, styles::PipeScale::of(viewport)).hash(&mut key),
        _ => {}
    }
    key.finish()
}

/// All features in one style.
fn plain(count: usize, size_m: impl Fn(u32) -> f32, style: Style) -> StyleTable {
    StyleTable::by_kind(count, 1, size_m, |_| 0, |_| style)
}

fn parcels(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let layer = &input.scene.parcels;
    plain(layer.len(), |row| layer.size_m(row), styles::parcel_style(&input.palette.map).into())
}

fn heritage(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let layer = &input.scene.heritage;
    plain(layer.len(), |row| layer.size_m(row), styles::heritage_style(&input.palette.map).into())
}

fn buildings(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let layer = &input.scene.buildings;
    plain(layer.len(), |row| layer.size_m(row), styles::building_style(&input.palette.map).into())
}

fn limits(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let layer = &input.scene.limits;
    let office = |row: u32| input.content.limits.get(row as usize).is_some_and(|l| l.level == LimitLevel::StreetOffice);
    let style = |kind| {
        let stroke = Stroke::line(styles::limit_line(&input.palette.map, kind == 1));
        Style { strokes: [Some(stroke), None, None], ..Style::default() }
    };
    StyleTable::by_kind(layer.len(), 2, |row| layer.size_m(row), |row| usize::from(office(row)), style)
}

fn streets(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let colours = &input.palette.map;
    let mut widths: Vec<(u32, bool)> = input.content.streets.iter().map(street_width).collect();
    widths.sort_unstable();
    widths.dedup();
    let kind = |row: u32| {
        let own = input.content.streets.get(row as usize).map(street_width);
        own.and_then(|own| widths.binary_search(&own).ok()).unwrap_or(0)
    };
    let style = |kind: usize| {
        let (bits, important) = widths.get(kind).copied().unwrap_or_default();
        Style { strokes: styles::street_strokes(f32::from_bits(bits), important, colours), ..Style::default() }
    };
    StyleTable::by_kind(input.content.streets.len(), widths.len(), |_| 0.0, kind, style)
}

/// Width in the world as bits, which sort as widths do, and whether the street is an important one.
fn street_width(street: &crate::model::Street) -> (u32, bool) {
    (styles::narrow(styles::street_metres(street)).to_bits(), street.important)
}

fn barrier_areas(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let (layer, kinds) = (&input.scene.barrier_areas, &input.scene.barrier_area_kinds);
    let kind = |row: u32| kinds.get(row as usize).map_or(0, |kind| number_of(*kind));
    let style = |number: usize| styles::barrier_area_style(KINDS[number], &input.palette.map).into();
    StyleTable::by_kind(layer.len(), KINDS.len(), |row| layer.size_m(row), kind, style)
}

fn barrier_lines(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let kinds = &input.scene.barrier_line_kinds;
    let kind = |row: u32| kinds.get(row as usize).map_or(0, |kind| number_of(*kind));
    let style = |number: usize| Style { strokes: styles::barrier_strokes(KINDS[number], &input.palette.map), ..Style::default() };
    StyleTable::by_kind(kinds.len(), KINDS.len(), |_| 0.0, kind, style)
}

const KINDS: [WaterKind; 5] = [WaterKind::Wall, WaterKind::Water, WaterKind::Railway, WaterKind::Expressway, WaterKind::Bridge];

fn number_of(kind: WaterKind) -> usize {
    KINDS.iter().position(|other| *other == kind).unwrap_or(0)
}

fn compounds(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let (layer, signs) = (&input.scene.compounds, Signs::of(input));
    let style = |number| signs.style(number, &input.palette.map).into();
    StyleTable::by_kind(layer.len(), signs.count(), |row| layer.size_m(row), |row| signs.number(row), style)
}

fn clusters(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    use crate::map::{ClusterSign, HUES};
    let layer = &input.scene.compounds;
    let number = |row: u32| match input.clusters.get(row as usize).copied().unwrap_or_default() {
        ClusterSign::Outside => 0,
        ClusterSign::Alone => 1,
        ClusterSign::Hue(hue) => 2 + usize::from(hue) % HUES,
    };
    let sign = |number: usize| match number {
        0 => ClusterSign::Outside,
        1 => ClusterSign::Alone,
        hue => ClusterSign::Hue(u8::try_from(hue - 2).unwrap_or(0)),
    };
    let style = |number| styles::style_of_cluster(sign(number), &input.palette.map).into();
    StyleTable::by_kind(layer.len(), 2 + HUES, |row| layer.size_m(row), number, style)
}

fn districts(input: &CanvasInput<'_>, _: &Viewport) -> StyleTable {
    let (layer, signs) = (&input.districts.layer, DistrictSigns::of(input));
    let style = |number: usize| signs.style(number, &input.palette.map);
    StyleTable::by_kind(layer.len(), signs.count(), |row| layer.size_m(row), |row| signs.number(row), style)
}

/// Pipes are named by kind, and by their classes where they are merged: the topmost that is shown gives the colour, as it
/// would over the others.
fn pipes(input: &CanvasInput<'_>, viewport: &Viewport) -> StyleTable {
    let scale = styles::PipeScale::of(viewport);
    let classes = PipeClass::ALL;
    let shown = |class: &PipeClass| !input.hidden_pipes.contains(class);
    let style = |number: usize| {
        let number = u32::try_from(number).unwrap_or(0);
        let (class, planned) = if number < MERGED {
            (classes.get((number >> 1) as usize).copied().filter(shown), number & 1 == 1)
        } else {
            let found = classes_of(number).filter_map(|class| classes.get(class as usize).copied());
            (found.filter(shown).last(), false)
        };
        let Some(class) = class else { return Style::default() };
        Style { strokes: scale.strokes(class, planned, &input.palette.map), ..Style::default() }
    };
    let count = MERGED as usize + (1 << classes.len());
    StyleTable::by_kind(count, count, |_| 0.0, |number| number as usize, style)
}
