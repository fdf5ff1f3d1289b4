// The map's shaders: triangles, dots and widened sides of lines of one cell, and loose triangles in window points.
//
// Lengths are physical pixels unless a name says points. Colours are premultiplied and gamma-encoded, as egui has them.

struct Draw {
    // Where the cell's origin lies in the picture.
    offset: vec2<f32>,
    // Size of the picture.
    size: vec2<f32>,
    // Pixels a metre.
    scale: f32,
    // Pixels a point.
    points: f32,
    opacity: f32,
    // Which stroke of the styles is drawn.
    stroke: u32,
    // Where hatching begins, and the distance of its lines along x + y.
    hatch: vec2<f32>,
    pad: vec2<f32>,
};

struct Stroke {
    colour: vec4<f32>,
    // Width in points, in metres, what is added where it is wide, from which size of the feature on it is drawn.
    width: vec4<f32>,
    // Dash and gap in points, greatest share of the feature's size (0: any) and the least width that this leaves.
    dash: vec4<f32>,
    // 1: only where it is wide.
    only: vec4<f32>,
};

struct Style {
    fill: vec4<f32>,
    hatch: vec4<f32>,
    strokes: array<Stroke, 3>,
};

struct Worn {
    style: u32,
    size_m: f32,
};

struct Side {
    // Where it begins and ends.
    ends: vec4<f32>,
    // Halves of what lies to its left at both ends, packed; nothing for a round end.
    left_a: u32,
    left_b: u32,
    along_m: f32,
    feature: u32,
};

const WIDE: f32 = 3.0;
const DASH_FROM: f32 = 24.0;
const HATCH_FROM: f32 = 8.0;
// The least that a dot covers of its pixel, so that a lone compound is still seen in a country.
const DOT_LEAST: f32 = 0.25;
const NOWHERE: vec4<f32> = vec4<f32>(2.0, 2.0, 2.0, 1.0);

@group(0) @binding(0) var<uniform> draw: Draw;
@group(1) @binding(0) var<storage, read> worn: array<Worn>;
@group(1) @binding(1) var<storage, read> styles: array<Style>;
@group(2) @binding(0) var<storage, read> sides: array<Side>;

fn pixel(local: vec2<f32>) -> vec2<f32> {
    return draw.offset + vec2<f32>(local.x, -local.y) * draw.scale;
}

fn clip(at: vec2<f32>) -> vec4<f32> {
    return vec4<f32>(at.x / draw.size.x * 2.0 - 1.0, 1.0 - at.y / draw.size.y * 2.0, 0.0, 1.0);
}

fn worn_by(feature: u32) -> Worn {
    return worn[min(feature, arrayLength(&worn) - 1u)];
}

struct FillOut {
    @builtin(position) at: vec4<f32>,
    @location(0) @interpolate(flat) fill: vec4<f32>,
    @location(1) @interpolate(flat) hatch: vec4<f32>,
};

@vertex
fn fill_vertex(@location(0) local: vec2<f32>, @location(1) feature: u32) -> FillOut {
    let wears = worn_by(feature);
    var out: FillOut;
    out.at = clip(pixel(local));
    out.fill = styles[wears.style].fill * draw.opacity;
    let hatched = wears.size_m * draw.scale >= HATCH_FROM * draw.points;
    out.hatch = select(vec4<f32>(0.0), styles[wears.style].hatch * draw.opacity, hatched);
    return out;
}

@fragment
fn fill_fragment(in: FillOut) -> @location(0) vec4<f32> {
    if in.hatch.a == 0.0 {
        return in.fill;
    }
    let along = (in.at.x + in.at.y - draw.hatch.x) / draw.hatch.y;
    let away = abs(fract(along + 0.5) - 0.5) * draw.hatch.y * 0.70710678;
    let cover = clamp(0.4 * draw.points - away + 0.5, 0.0, 1.0);
    let line = in.hatch * cover;
    return line + in.fill * (1.0 - line.a);
}

struct DotOut {
    @builtin(position) at: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
};

@vertex
fn dot_vertex(@location(0) local: vec2<f32>, @location(1) feature: u32, @location(2) area_m2: f32) -> DotOut {
    let style = styles[worn_by(feature).style];
    let cover = clamp(area_m2 * draw.scale * draw.scale, DOT_LEAST, 1.0);
    var out: DotOut;
    // The middle of a pixel, so that every dot is one pixel on every driver.
    out.at = clip(floor(pixel(local)) + vec2<f32>(0.5));
    out.colour = select(style.hatch * 0.5, style.fill, style.fill.a > 0.0) * cover * draw.opacity;
    return out;
}

@fragment
fn dot_fragment(in: DotOut) -> @location(0) vec4<f32> {
    return in.colour;
}

struct StrokeOut {
    @builtin(position) at: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    // Along the side from its beginning, and across to its left.
    @location(1) place: vec2<f32>,
    // Half the width, the length of the side, dash and gap.
    @location(2) @interpolate(flat) shape: vec4<f32>,
    // 1 for a round beginning, 1 for a round end, how far along the line the side begins.
    @location(3) @interpolate(flat) ends: vec3<f32>,
};

// Sides are pulled by number, four corners each: drivers on the processor draw many instances one by one, far slower.
@vertex
fn stroke_vertex(@builtin(vertex_index) index: u32) -> StrokeOut {
    let pulled = sides[index / 4u];
    let corner = index % 4u;
    let side = pulled.ends;
    let left_a = unpack2x16snorm(pulled.left_a);
    let left_b = unpack2x16snorm(pulled.left_b);
    var out: StrokeOut;
    out.at = NOWHERE;
    let wears = worn_by(pulled.feature);
    let stroke = styles[wears.style].strokes[draw.stroke];
    let points_per_metre = draw.scale / draw.points;
    let size = wears.size_m * points_per_metre;
    var wide = max(stroke.width.x, stroke.width.y * points_per_metre);
    if stroke.dash.z > 0.0 {
        wide = max(min(wide, size * stroke.dash.z), stroke.dash.w);
    }
    if stroke.colour.a == 0.0 || size < stroke.width.w || (stroke.only.x > 0.0 && wide <= WIDE) {
        return out;
    }
    if wide > WIDE {
        wide += stroke.width.z;
    }
    let full = wide * draw.points;
    let drawn = max(full, 1.0);
    let reach = drawn * 0.5 + 0.5;
    let a = pixel(side.xy);
    let b = pixel(side.zw);
    let long = length(b - a);
    let way = (b - a) / max(long, 1.0e-6);
    let own = vec2<f32>(way.y, -way.x);
    let at_end = (corner & 1u) == 1u;
    let hand = select(-1.0, 1.0, (corner & 2u) != 0u);
    let round_a = dot(left_a, left_a) < 0.01;
    let round_b = dot(left_b, left_b) < 0.01;
    let is_round = select(round_a, round_b, at_end);
    let given = select(left_a, left_b, at_end) * 2.0;
    var away = vec2<f32>(given.x, -given.y) * reach * hand;
    if is_round {
        away = own * reach * hand + way * reach * select(-1.0, 1.0, at_end);
    }
    let at = select(a, b, at_end) + away;
    out.at = clip(at);
    out.colour = stroke.colour * draw.opacity * min(full, 1.0);
    out.place = vec2<f32>(dot(at - a, way), dot(at - a, own));
    let dashed = stroke.dash.x > 0.0 && (wears.size_m == 0.0 || size >= DASH_FROM);
    out.shape = vec4<f32>(drawn * 0.5, long, select(0.0, stroke.dash.x * draw.points, dashed), stroke.dash.y * draw.points);
    out.ends = vec3<f32>(select(0.0, 1.0, round_a), select(0.0, 1.0, round_b), pulled.along_m * draw.scale);
    return out;
}

@fragment
fn stroke_fragment(in: StrokeOut) -> @location(0) vec4<f32> {
    let before = max(-in.place.x, 0.0) * in.ends.x;
    let after = max(in.place.x - in.shape.y, 0.0) * in.ends.y;
    let away = length(vec2<f32>(before + after, in.place.y));
    var cover = clamp(in.shape.x - away + 0.5, 0.0, 1.0);
    if in.shape.z > 0.0 {
        let period = in.shape.z + in.shape.w;
        let t = fract((in.ends.z + in.place.x) / period) * period;
        cover *= clamp(min(t, in.shape.z - t) + 0.5, 0.0, 1.0);
    }
    return in.colour * cover;
}

@vertex
fn loose_vertex(@location(0) at_points: vec2<f32>, @location(1) colour: vec4<f32>) -> LooseOut {
    var out: LooseOut;
    out.at = clip(at_points * draw.points);
    out.colour = colour;
    return out;
}

struct LooseOut {
    @builtin(position) at: vec4<f32>,
    @location(0) colour: vec4<f32>,
};

@fragment
fn loose_fragment(in: LooseOut) -> @location(0) vec4<f32> {
    return in.colour;
}
