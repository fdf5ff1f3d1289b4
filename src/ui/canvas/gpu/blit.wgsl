// Puts a picture on the window. Pictures are premultiplied and gamma-encoded.

// Its upper left and lower right corner on the window.
@group(0) @binding(0) var<uniform> place: vec4<f32>;
@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var filtering: sampler;

struct BlitOut {
    @builtin(position) at: vec4<f32>,
    @location(0) texel: vec2<f32>,
};

@vertex
fn blit_vertex(@builtin(vertex_index) index: u32) -> BlitOut {
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    var out: BlitOut;
    out.at = vec4<f32>(mix(place.xy, place.zw, corner), 0.0, 1.0);
    out.texel = corner;
    return out;
}

@fragment
fn blit_gamma(in: BlitOut) -> @location(0) vec4<f32> {
    return textureSample(picture, filtering, in.texel);
}

@fragment
fn blit_linear(in: BlitOut) -> @location(0) vec4<f32> {
    let gamma = textureSample(picture, filtering, in.texel);
    let low = gamma.rgb / 12.92;
    let high = pow((gamma.rgb + 0.055) / 1.055, vec3<f32>(2.4));
    return vec4<f32>(select(high, low, gamma.rgb < vec3<f32>(0.04045)), gamma.a);
}
