//! The layers below labels and symbols, drawn into one mesh.

use rayon::prelude::*;

use super::brush::Brush;
use super::picture::MARGIN_PX;
use super::{CanvasInput, LinkLine, LinkSign};
use crate::map::{
    AreaLayer, AreaLevel, AreaStyle, ClusterSign, Compliance, DistrictScene, LineStyle, MapColours, MapLayer, Rgba, View,
    Viewport, WaterKind, compound_style, district_hue, hatch_lines, pipe_colour,
};
use crate::model::{Content, LimitLevel};

/// Buildings appear from this scale on, metres a pixel.
pub(super) const BUILDINGS_M_PX: f64 = 1.6;
/// Pipes get casings below this scale denominator.
const CASING_DENOMINATOR: f64 = 15_000.0;
/// Below this one they are drawn in full strength, planned ones dashed.
const STREET_DENOMINATOR: f64 = 3_500.0;
/// Outlines of features smaller than this are left out, pixels.
const OUTLINE_PX: f32 = 3.0;
/// Links shorter than this are left out, pixels.
const LINK_PX: f32 = 2.0;
/// Distance between hatch lines, pixels.
const HATCH_PX: f32 = 6.0;
/// What a fill keeps of a district's hue.
const DISTRICT_FILL: f32 = 0.26;
/// And of a cluster's.
const CLUSTER_FILL: f32 = 0.6;

/// Draws one layer; styles are the symbology's.
pub(super) fn paint_layer(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport, layer: MapLayer) {
    let colours = &input.palette.map;
    let scene = input.scene;
    match layer {
        MapLayer::Limits => paint_limits(brush, input, viewport),
        MapLayer::Parcels => {
            let outline = Some(line(colours.green.mix(colours.ink_soft, 0.35), 0.8));
            let style = AreaStyle { fill: Some(colours.green), outline, ..AreaStyle::default() };
            paint_areas(brush, &scene.parcels, viewport, |_| style);
        }
        MapLayer::Heritage => {
            let outline = Some(LineStyle { dash: Some([6.0, 2.0]), ..line(colours.heritage, 1.2) });
            let style = AreaStyle { fill: Some(colours.heritage.fade(0.10)), outline, ..AreaStyle::default() };
            paint_areas(brush, &scene.heritage, viewport, |_| style);
        }
        MapLayer::Streets => paint_streets(brush, input, viewport),
        MapLayer::Barriers => paint_barriers(brush, input, viewport),
        MapLayer::Compounds => {
            let hues = input.shown(MapLayer::Districts).map(|_| input.districts);
            let (content, verdicts) = (input.content, input.verdicts);
            paint_areas(brush, &scene.compounds, viewport, |row| style_of_compound(content, verdicts, hues, colours, row));
        }
        MapLayer::Districts => paint_districts(brush, input, viewport),
        MapLayer::Clusters => {
            let sign = |row: u32| input.clusters.get(row as usize).copied().unwrap_or_default();
            paint_areas(brush, &scene.compounds, viewport, |row| style_of_cluster(sign(row), colours));
        }
        MapLayer::Buildings => {
            if viewport.metres_per_pixel() <= BUILDINGS_M_PX {
                let fill = Some(colours.building.fade(0.85));
                let style = AreaStyle { fill, outline: Some(line(colours.quiet.fade(0.7), 0.6)), ..AreaStyle::default() };
                paint_areas(brush, &scene.buildings, viewport, |_| style);
            }
        }
        MapLayer::Pipes => paint_pipes(brush, input, viewport),
        MapLayer::Links => paint_links(brush, input, viewport),
        MapLayer::Facilities => paint_facilities(brush, input, viewport),
        MapLayer::Items | MapLayer::Mends | MapLayer::Labels => {}
    }
}

fn line(colour: Rgba, width_px: f32) -> LineStyle {
    LineStyle { colour, width_px, dash: None }
}

/// Style of a compound: its district's hue as a thin inner line where districts are shown, or the sign of its verdict.
fn style_of_compound(
    content: &Content,
    verdicts: &[Compliance],
    districts: Option<&DistrictScene>,
    colours: &MapColours,
    row: u32,
) -> AreaStyle {
    let verdict = verdicts.get(row as usize).copied().unwrap_or_default();
    let style = compound_style(verdict, colours);
    let style = if is_placeholder(content, row) { style.as_placeholder(colours) } else { style };
    let district = content.assignment.get(row as usize).copied().flatten();
    let (Some(id), Some(districts)) = (district, districts) else { return style };
    let colour = district_hue(districts.hue(id), colours.shade).fade(0.75);
    let dash = if verdict == Compliance::Must { None } else { style.outline.and_then(|l| l.dash) };
    let outline = Some(LineStyle { colour, width_px: 0.9, dash });
    let style = AreaStyle { fill: Some(colours.paper), outline, hatch: None, mark: false };
    if is_placeholder(content, row) { style.as_placeholder(colours) } else { style }
}

/// Style of a compound by its cluster: strong, so that it holds over what lies below; blank where it hangs on no other.
fn style_of_cluster(sign: ClusterSign, colours: &MapColours) -> AreaStyle {
    let (fill, outline) = match sign {
        ClusterSign::Outside => return AreaStyle::default(),
        ClusterSign::Alone => (colours.paper.fade(0.85), colours.ink_soft),
        ClusterSign::Hue(hue) => (district_hue(hue, colours.shade).fade(CLUSTER_FILL), district_hue(hue, colours.shade)),
    };
    AreaStyle { fill: Some(fill), outline: Some(line(outline, 1.2)), ..AreaStyle::default() }
}

fn is_placeholder(content: &Content, row: u32) -> bool {
    content.compounds.get(row as usize).is_some_and(|compound| compound.facts.placeholder.is_some())
}

/// Draws the visible features of a layer: all fills, then hatching, then all outlines.
fn paint_areas(brush: &mut Brush, layer: &AreaLayer, viewport: &Viewport, style: impl Fn(u32) -> AreaStyle + Sync) {
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let view = viewport.view(layer.anchor);
    let rows = layer.grid.in_rect(viewport.world_rect(MARGIN_PX));
    brush.in_parallel(&rows, |brush, row| {
        let style = style(row);
        if let Some(fill) = style.fill {
            brush.fill(level, row, &view, fill);
        }
        if let Some(ink) = style.hatch {
            hatch(brush, level, row, &view, ink, viewport);
        }
    });
    brush.in_parallel(&rows, |brush, row| {
        let Some(outline) = style(row).outline else { return };
        let px = size_px(level, row, view.scale);
        if px >= OUTLINE_PX {
            let dash = if px < 24.0 { None } else { outline.dash };
            let width_px = outline.width_px.min(px / 12.0).max(0.3);
            brush.outline(level, row, &view, LineStyle { width_px, dash, ..outline });
        }
    });
}

/// The larger side of a feature's box on the screen.
pub(super) fn size_px(level: &AreaLevel, row: u32, scale: f32) -> f32 {
    let bounds = level.features.get(row as usize).and_then(|f| f.bounds);
    bounds.map_or(0.0, |b| narrow(b.width().max(b.height())) * scale)
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of features in metres")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

fn hatch(brush: &mut Brush, level: &AreaLevel, row: u32, view: &View, ink: Rgba, viewport: &Viewport) {
    let Some(feature) = level.features.get(row as usize) else { return };
    if size_px(level, row, view.scale) < 8.0 {
        return;
    }
    let place = |ring: u32| level.ring(ring).iter().map(|p| view.place(*p)).collect();
    let rings: Vec<Vec<[f32; 2]>> = feature.rings.clone().map(place).collect();
    let size = viewport.size_px();
    let seen = |p: &[f32; 2]| (0..2).all(|i| p[i] > -MARGIN_PX && p[i] < size[i] + MARGIN_PX);
    for [a, b] in hatch_lines(&rings, HATCH_PX, view.offset) {
        if seen(&a) || seen(&b) {
            brush.screen_line(&[a, b], false, 0.8, ink);
        }
    }
}

fn paint_districts(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let colours = &input.palette.map;
    let layer = &input.districts.layer;
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let view = viewport.view(layer.anchor);
    let rows = layer.grid.in_rect(viewport.world_rect(MARGIN_PX));
    let hue = |row: u32| input.districts.shapes.get(row as usize).map_or(0, |shape| shape.hue);
    for row in &rows {
        brush.fill(level, *row, &view, district_hue(hue(*row), colours.shade).fade(DISTRICT_FILL));
    }
    for row in &rows {
        if size_px(level, *row, view.scale) > 24.0 {
            brush.outline(level, *row, &view, line(colours.paper.fade(0.9), 4.6));
        }
    }
    for row in &rows {
        let width = (size_px(level, *row, view.scale) / 20.0).clamp(0.7, 2.0);
        brush.outline(level, *row, &view, line(district_hue(hue(*row), colours.shade), width));
    }
}

fn paint_limits(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.limits;
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let view = viewport.view(layer.anchor);
    for row in layer.grid.in_rect(viewport.world_rect(MARGIN_PX)) {
        let office = input.content.limits.get(row as usize).is_some_and(|l| l.level == LimitLevel::StreetOffice);
        let (width_px, dash) = if office { (1.4, [14.0, 5.0]) } else { (0.9, [5.0, 4.0]) };
        let colour = input.palette.map.quiet.fade(0.7);
        brush.outline(level, row, &view, LineStyle { colour, width_px, dash: Some(dash) });
    }
}

fn paint_streets(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.streets;
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let colours = &input.palette.map;
    let view = viewport.view(layer.anchor);
    let rows = layer.grid.in_rect(viewport.world_rect(MARGIN_PX));
    let width = |row: u32| {
        let street = input.content.streets.get(row as usize);
        let metres = street.and_then(|s| s.width_m).unwrap_or(8.0).clamp(2.0, 80.0);
        let least = if street.is_some_and(|s| s.important) { 2.2 } else { 1.1 };
        (narrow(metres / viewport.metres_per_pixel())).max(least)
    };
    for surface in [false, true] {
        for row in &rows {
            let Some(feature) = level.features.get(*row as usize) else { continue };
            let wide = width(*row);
            let style = match (surface, wide > 3.0) {
                (false, true) => line(colours.street_edge, wide + 1.6),
                (false, false) => line(colours.street_edge, wide),
                (true, true) => line(colours.street, wide),
                (true, false) => continue,
            };
            for part in feature.parts.clone() {
                brush.line(level.part(part), false, &view, style);
            }
        }
    }
}

fn paint_barriers(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let colours = &input.palette.map;
    let scene = input.scene;
    let style = |row: u32| match scene.barrier_area_kinds.get(row as usize) {
        Some(WaterKind::Water) => {
            let outline = Some(line(colours.water.mix(colours.ink_soft, 0.25), 0.8));
            AreaStyle { fill: Some(colours.water), outline, ..AreaStyle::default() }
        }
        Some(WaterKind::Bridge) => {
            AreaStyle { fill: Some(colours.street), outline: Some(line(colours.ink_soft, 1.0)), ..AreaStyle::default() }
        }
        _ => AreaStyle { fill: Some(colours.no_data), outline: Some(line(colours.barrier, 1.0)), ..AreaStyle::default() },
    };
    paint_areas(brush, &scene.barrier_areas, viewport, style);
    let layer = &scene.barrier_lines;
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let view = viewport.view(layer.anchor);
    let metres = |m: f64| narrow(m / viewport.metres_per_pixel());
    for row in layer.grid.in_rect(viewport.world_rect(MARGIN_PX)) {
        let Some(feature) = level.features.get(row as usize) else { continue };
        let kind = scene.barrier_line_kinds.get(row as usize).copied().unwrap_or(WaterKind::Wall);
        for part in feature.parts.clone() {
            for style in barrier_strokes(kind, input, &metres) {
                brush.line(level.part(part), false, &view, style);
            }
        }
    }
    for bridge in &scene.bridge_points {
        let at = viewport.screen_from_world(bridge.at);
        brush.disc(at, 4.0, colours.ink_soft);
        brush.disc(at, 2.6, colours.street);
    }
}

/// The strokes of a barrier line, lowest first.
fn barrier_strokes(kind: WaterKind, input: &CanvasInput<'_>, metres: &impl Fn(f64) -> f32) -> Vec<LineStyle> {
    let colours = &input.palette.map;
    match kind {
        WaterKind::Water => vec![line(colours.water, metres(14.0).max(2.5))],
        WaterKind::Railway => vec![line(colours.barrier, 2.8), LineStyle { dash: Some([8.0, 8.0]), ..line(colours.paper, 1.4) }],
        WaterKind::Expressway => {
            let wide = metres(26.0).max(3.6);
            vec![line(colours.barrier, wide + 1.6), line(colours.street, wide), line(colours.barrier.fade(0.6), 0.8)]
        }
        WaterKind::Wall => vec![LineStyle { dash: Some([6.0, 2.0]), ..line(colours.barrier, 1.4) }],
        WaterKind::Bridge => {
            let wide = metres(16.0).max(4.0);
            vec![line(colours.ink_soft, wide + 1.8), line(colours.street, wide)]
        }
    }
}

fn paint_pipes(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.pipes;
    let Some(level) = layer.level(viewport.metres_per_pixel()) else { return };
    let view = viewport.view(layer.anchor);
    let near = viewport.scale_denominator() < CASING_DENOMINATOR;
    let street = viewport.scale_denominator() < STREET_DENOMINATOR;
    let width = if street {
        1.7
    } else if near {
        1.1
    } else {
        0.7
    };
    let rows: Vec<u32> = layer
        .grid
        .in_rect(viewport.world_rect(MARGIN_PX))
        .into_iter()
        .filter(|row| {
            let pipe = input.content.pipes.get(*row as usize);
            pipe.is_some_and(|p| !input.hidden_pipes.contains(&p.class))
        })
        .collect();
    for casing in [true, false] {
        for row in &rows {
            if casing && !near {
                break;
            }
            let (Some(feature), Some(pipe)) = (level.features.get(*row as usize), input.content.pipes.get(*row as usize)) else {
                continue;
            };
            let style = if casing {
                line(input.palette.map.paper.fade(0.8), width + if street { 1.8 } else { 1.2 })
            } else {
                let dash = (street && pipe.planned_year.is_some()).then_some([8.0, 3.0]);
                LineStyle { dash, ..line(pipe_colour(pipe.class, input.palette.shade()), width) }
            };
            for part in feature.parts.clone() {
                brush.line(level.part(part), false, &view, style);
            }
        }
    }
}

fn paint_links(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.compounds;
    let Some(level) = layer.levels.first() else { return };
    let view = viewport.view(layer.anchor);
    let size = viewport.size_px();
    let place = |id: u32| level.features.get(id as usize).and_then(|f| f.label).map(|at| view.place(at));
    let near = viewport.scale_denominator() < CASING_DENOMINATOR;
    let ink = input.palette.map.ink;
    // Millions of links may hold; those in view are found on all cores.
    let seen = |link: &LinkLine| {
        let (a, b) = (place(link.a.0)?, place(link.b.0)?);
        let outside = |i: usize| a[i].max(b[i]) < -MARGIN_PX || a[i].min(b[i]) > size[i] + MARGIN_PX;
        let dot = (a[0] - b[0]).hypot(a[1] - b[1]) < LINK_PX;
        (!outside(0) && !outside(1) && !dot).then_some((*link, a, b))
    };
    let lines: Vec<(LinkLine, [f32; 2], [f32; 2])> = input.links.par_iter().filter_map(seen).collect();
    let mut nodes = std::collections::BTreeSet::new();
    for (link, a, b) in lines {
        let (colour, dash) = match link.sign {
            LinkSign::Near => (ink.fade(if near { 0.5 } else { 0.4 }), None),
            LinkSign::Via => (ink.fade(0.75), None),
            LinkSign::Manual => (class_accent(input), None),
            LinkSign::Blocked => (ink.fade(0.45), Some([4.0, 4.0])),
        };
        let lines = dash.map_or_else(|| vec![vec![a, b]], |pattern| crate::map::dashes(&[a, b], false, pattern));
        for part in lines {
            brush.screen_line(&part, false, if near { 1.1 } else { 0.7 }, colour);
        }
        if near && link.sign != LinkSign::Blocked {
            nodes.extend([link.a, link.b]);
        }
    }
    for id in nodes {
        if let Some(at) = place(id.0) {
            brush.disc(at, 2.2, ink.fade(0.8));
        }
    }
}

/// The accent, for links set by hand.
fn class_accent(input: &CanvasInput<'_>) -> Rgba {
    let [r, g, b, a] = input.palette.accent.to_array();
    Rgba { r, g, b, a }
}

fn paint_facilities(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    if viewport.scale_denominator() > CASING_DENOMINATOR {
        return;
    }
    let colours = &input.palette.map;
    for row in input.scene.facility_grid.in_rect(viewport.world_rect(MARGIN_PX)) {
        let Some(facility) = input.scene.facilities.get(row as usize) else { continue };
        let at = viewport.screen_from_world(facility.at);
        brush.disc(at, 4.2, colours.paper);
        brush.disc(at, 3.4, colours.ink_soft);
        brush.disc(at, 1.9, colours.paper);
    }
}
