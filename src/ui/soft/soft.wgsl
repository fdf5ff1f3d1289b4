// Triangles of a window: the texture at a place, tinted. Colours are premultiplied and gamma-encoded.

// Width and height of the window in points; the rest is room.
@group(0) @binding(0) var<uniform> window: vec4<f32>;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var filtering: sampler;

struct Corner {
    @builtin(position) at: vec4<f32>,
    @location(0) texel: vec2<f32>,
    @location(1) tint: vec4<f32>,
};

@vertex
fn corner(@location(0) at: vec2<f32>, @location(1) texel: vec2<f32>, @location(2) tint: vec4<f32>) -> Corner {
    var out: Corner;
    out.at = vec4<f32>(at.x / window.x * 2.0 - 1.0, 1.0 - at.y / window.y * 2.0, 0.0, 1.0);
    out.texel = texel;
    out.tint = tint;
    return out;
}

@fragment
fn solid_gamma(in: Corner) -> @location(0) vec4<f32> {
    return in.tint;
}

@fragment
fn solid_linear(in: Corner) -> @location(0) vec4<f32> {
    return linear(in.tint);
}

@fragment
fn tinted_gamma(in: Corner) -> @location(0) vec4<f32> {
    return in.tint * textureSample(picture, filtering, in.texel);
}

@fragment
fn tinted_linear(in: Corner) -> @location(0) vec4<f32> {
    return linear(in.tint * textureSample(picture, filtering, in.texel));
}

fn linear(colour: vec4<f32>) -> vec4<f32> {
    let low = colour.rgb / 12.92;
    let high = pow((colour.rgb + 0.055) / 1.055, vec3<f32>(2.4));
    return vec4<f32>(select(high, low, colour.rgb < vec3<f32>(0.04045)), colour.a);
}
