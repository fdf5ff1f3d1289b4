//! The layers below labels and symbols, drawn into one mesh.

use rayon::prelude::*;

use super::brush::Brush;
use super::picture::MARGIN_PX;
use super::styles::{
    BUILDINGS_M_PX, CASING_DENOMINATOR, DistrictSigns, PipeScale, Signs, Strokes, barrier_area_style, barrier_strokes,
    building_style, heritage_style, limit_line, narrow, parcel_style, street_metres, street_strokes, style_of_cluster,
};
use super::{CanvasInput, LinkLine, LinkSign};
use crate::map::{
    AreaLayer, AreaShape, AreaStyle, DASH_FROM_PX, Grid, HATCH_FROM_PX, KilometreGrid, LineLayer, LineStyle, MapLayer, Placed,
    Rgba, STROKES, Stroke, Viewport, WaterKind, hatch_lines,
};
use crate::model::LimitLevel;

/// Links shorter than this are left out, pixels.
const LINK_PX: f32 = 2.0;
/// Distance between hatch lines, pixels.
const HATCH_PX: f32 = 6.0;

/// Draws one layer; styles are the symbology's.
pub(super) fn paint_layer(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport, layer: MapLayer) {
    let colours = &input.palette.map;
    let scene = input.scene;
    match layer {
        MapLayer::Limits => paint_limits(brush, input, viewport),
        MapLayer::Parcels => paint_areas(brush, &scene.parcels, viewport, |_| parcel_style(colours)),
        MapLayer::Heritage => paint_areas(brush, &scene.heritage, viewport, |_| heritage_style(colours)),
        MapLayer::Streets => paint_streets(brush, input, viewport),
        MapLayer::Barriers => paint_barriers(brush, input, viewport),
        MapLayer::Compounds => {
            let signs = Signs::of(input);
            paint_areas(brush, &scene.compounds, viewport, |row| signs.style(signs.number(row), colours));
        }
        MapLayer::Districts => paint_districts(brush, input, viewport),
        MapLayer::Clusters => {
            let sign = |row: u32| input.clusters.get(row as usize).copied().unwrap_or_default();
            paint_areas(brush, &scene.compounds, viewport, |row| style_of_cluster(sign(row), colours));
        }
        MapLayer::Buildings => {
            if viewport.metres_per_pixel() <= BUILDINGS_M_PX {
                paint_areas(brush, &scene.buildings, viewport, |_| building_style(colours));
            }
        }
        MapLayer::Pipes => paint_pipes(brush, input, viewport),
        MapLayer::Links => paint_links(brush, input, viewport),
        MapLayer::Facilities => paint_facilities(brush, input, viewport),
        MapLayer::Kilometres => paint_kilometres(brush, input, viewport),
        MapLayer::Items | MapLayer::Mends | MapLayer::Labels => {}
    }
}

/// Rows of a layer that may be seen.
fn seen(grid: &Grid, viewport: &Viewport) -> Vec<u32> {
    grid.in_rect(viewport.world_rect(MARGIN_PX))
}

/// Pixels a metre.
fn pixels(viewport: &Viewport) -> f32 {
    narrow(1.0 / viewport.metres_per_pixel())
}

/// Draws the visible features of a layer: all fills, then hatching, then all outlines.
fn paint_areas(brush: &mut Brush, layer: &AreaLayer, viewport: &Viewport, style: impl Fn(u32) -> AreaStyle + Sync) {
    let rows = seen(&layer.grid, viewport);
    let origin = viewport.view(layer.anchor).offset;
    brush.in_parallel(&rows, |brush, row| {
        let (style, Some(placed)) = (style(row), layer.placed(viewport, row)) else { return };
        if let Some(fill) = style.fill {
            brush.fill(&placed, fill);
        }
        if let Some(ink) = style.hatch.filter(|_| layer.size_m(row) * placed.view.scale >= HATCH_FROM_PX) {
            hatch(brush, &placed, ink, viewport, origin);
        }
    });
    brush.in_parallel(&rows, |brush, row| {
        let (Some(outline), Some(placed)) = (style(row).outline, layer.placed(viewport, row)) else { return };
        stroke(brush, &placed, &Stroke::outline(outline), layer.size_m(row));
    });
}

/// Draws the outline of an area as its size has it.
fn stroke(brush: &mut Brush, placed: &Placed<AreaShape<'_>>, stroke: &Stroke, size_m: f32) {
    if let Some(width_px) = stroke.width_at(placed.view.scale, size_m) {
        let dash = stroke.dash.filter(|_| size_m * placed.view.scale >= DASH_FROM_PX);
        brush.outline(placed, LineStyle { colour: stroke.colour, width_px, dash });
    }
}

fn hatch(brush: &mut Brush, placed: &Placed<AreaShape<'_>>, ink: Rgba, viewport: &Viewport, origin: [f32; 2]) {
    let place = |ring: &[[f32; 2]]| ring.iter().map(|p| placed.view.place(*p)).collect();
    let rings: Vec<Vec<[f32; 2]>> = placed.shape.rings().map(place).collect();
    let size = viewport.size_px();
    let seen = |p: &[f32; 2]| (0..2).all(|i| p[i] > -MARGIN_PX && p[i] < size[i] + MARGIN_PX);
    for [a, b] in hatch_lines(&rings, HATCH_PX, origin) {
        if seen(&a) || seen(&b) {
            brush.screen_line(&[a, b], false, 0.8, ink);
        }
    }
}

fn paint_districts(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let colours = &input.palette.map;
    let layer = &input.districts.layer;
    let rows = seen(&layer.grid, viewport);
    let signs = DistrictSigns::of(input);
    let style = |row: u32| signs.style(signs.number(row), colours);
    for row in &rows {
        if let (Some(placed), Some(fill)) = (layer.placed(viewport, *row), style(*row).fill) {
            brush.fill(&placed, fill);
        }
    }
    for number in 0..STROKES {
        for row in &rows {
            if let (Some(placed), Some(line)) = (layer.placed(viewport, *row), style(*row).strokes[number]) {
                stroke(brush, &placed, &line, layer.size_m(*row));
            }
        }
    }
}

fn paint_limits(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.limits;
    for row in seen(&layer.grid, viewport) {
        let office = input.content.limits.get(row as usize).is_some_and(|l| l.level == LimitLevel::StreetOffice);
        if let Some(placed) = layer.placed(viewport, row) {
            brush.outline(&placed, limit_line(&input.palette.map, office));
        }
    }
}

/// Draws strokes of lines, the lowest of all first.
fn paint_lines(brush: &mut Brush, layer: &LineLayer, rows: &[u32], viewport: &Viewport, strokes: impl Fn(u32) -> Strokes) {
    let scale = pixels(viewport);
    for number in 0..STROKES {
        for row in rows {
            let stroke = strokes(*row)[number];
            let Some((stroke, width_px)) = stroke.and_then(|stroke| Some((stroke, stroke.width_at(scale, 0.0)?))) else {
                continue;
            };
            if let Some(placed) = layer.placed(viewport, *row) {
                brush.lines(&placed, LineStyle { colour: stroke.colour, width_px, dash: stroke.dash });
            }
        }
    }
}

fn paint_streets(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.streets;
    let strokes = |row: u32| {
        let street = input.content.streets.get(row as usize);
        street.map(|s| street_strokes(narrow(street_metres(s)), s.important, &input.palette.map)).unwrap_or_default()
    };
    paint_lines(brush, layer, &seen(&layer.grid, viewport), viewport, strokes);
}

fn paint_barriers(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let colours = &input.palette.map;
    let scene = input.scene;
    let kind = |row: u32| scene.barrier_area_kinds.get(row as usize).copied().unwrap_or(WaterKind::Wall);
    paint_areas(brush, &scene.barrier_areas, viewport, |row| barrier_area_style(kind(row), colours));
    let kind = |row: u32| scene.barrier_line_kinds.get(row as usize).copied().unwrap_or(WaterKind::Wall);
    let layer = &scene.barrier_lines;
    paint_lines(brush, layer, &seen(&layer.grid, viewport), viewport, |row| barrier_strokes(kind(row), colours));
    paint_bridge_points(brush, input, viewport);
}

/// The grid of round coordinates, as hairlines.
fn paint_kilometres(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let ink = input.palette.map.ink_soft.fade(0.45);
    let grid = KilometreGrid::new(viewport, MARGIN_PX);
    let [width, height] = viewport.size_px();
    for line in &grid.eastings {
        brush.screen_line(&[[line.at_px, -MARGIN_PX], [line.at_px, height + MARGIN_PX]], false, 0.7, ink);
    }
    for line in &grid.northings {
        brush.screen_line(&[[-MARGIN_PX, line.at_px], [width + MARGIN_PX, line.at_px]], false, 0.7, ink);
    }
}

/// Bridges of which only a place is known.
pub(super) fn paint_bridge_points(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let colours = &input.palette.map;
    for bridge in &input.scene.bridge_points {
        let at = viewport.screen_from_world(bridge.at);
        brush.disc(at, 4.0, colours.ink_soft);
        brush.disc(at, 2.6, colours.street);
    }
}

fn paint_pipes(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.pipes;
    let scale = PipeScale::of(viewport);
    let pipe = |row: u32| input.content.pipes.get(row as usize).filter(|pipe| !input.hidden_pipes.contains(&pipe.class));
    let mut rows = seen(&layer.grid, viewport);
    rows.retain(|row| pipe(*row).is_some());
    let strokes = |row: u32| {
        let drawn = pipe(row).map(|p| scale.strokes(p.class, p.planned_year.is_some(), &input.palette.map));
        drawn.unwrap_or_default()
    };
    paint_lines(brush, layer, &rows, viewport, strokes);
}

fn paint_links(brush: &mut Brush, input: &CanvasInput<'_>, viewport: &Viewport) {
    let layer = &input.scene.compounds;
    let view = viewport.view(layer.anchor);
    let size = viewport.size_px();
    let place = |id: u32| layer.features.get(id as usize).and_then(|f| f.label).map(|at| view.place(at));
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
