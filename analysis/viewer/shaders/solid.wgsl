// Ground, buildings, ribbons, sky and shadows: Lambert's law under sun and sky, haze, and windows that light up at night.
#import bevy_pbr::mesh_view_bindings::view

struct Light {
  sun: vec4<f32>,         // direction to the sun, and how much day it is (0 night, 1 day)
  sun_colour: vec4<f32>,  // and how far shadows reach up (0 none)
  sky: vec4<f32>,         // light from above, and share of lit windows
  bounce: vec4<f32>,      // light from below
  haze: vec4<f32>,        // colour far away, and its density per metre
  zenith: vec4<f32>,      // colour of the sky overhead
};
struct Look { role: u32, full: u32, heat: f32, heat_half_m: f32 };

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> light: Light;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> look: Look;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var heat_picture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var heat_sampler: sampler;

const GROUND = 0u; const BUILDING = 1u; const RIBBON = 2u; const SKY = 3u; const SHADOW = 4u;

struct In {
  @location(0) position: vec3<f32>,
  @location(1) normal: vec3<f32>,
  @location(2) uv: vec2<f32>,
  @location(3) colour: vec4<f32>,
};
struct Out {
  @builtin(position) clip: vec4<f32>,
  @location(0) place: vec3<f32>,
  @location(1) normal: vec3<f32>,
  @location(2) uv: vec2<f32>,
  @location(3) colour: vec4<f32>,
};

// Metres that a pixel covers at a place.
fn pixel_m(place: vec3<f32>) -> f32 {
  let far = max(-(view.view_from_world * vec4(place, 1.0)).z, 1.0);
  return 2.0 * far / (view.clip_from_view[1][1] * view.viewport.w);
}

@vertex
fn vertex(v: In) -> Out {
  var o: Out;
  var place = v.position;
  o.normal = v.normal;
  if look.role == RIBBON {
    place += v.normal * max(v.uv.x, v.uv.y * pixel_m(place));
    o.normal = vec3(0.0, 1.0, 0.0);
  } else if look.role == SKY {
    place = view.world_position + v.position;
  } else if look.role == SHADOW {
    let slope = light.sun.xz / max(light.sun.y, 0.12);
    place = vec3(place.x - slope.x * place.y, 0.75, place.z - slope.y * place.y);
  }
  o.place = place;
  o.uv = v.uv;
  o.colour = v.colour;
  o.clip = view.clip_from_world * vec4(place, 1.0);
  return o;
}

fn chance(p: vec2<f32>) -> f32 {
  var q = fract(p * vec2(0.1031, 0.1030));
  q += dot(q, q.yx + 33.33);
  return fract((q.x + q.y) * q.x);
}

fn hazed(colour: vec3<f32>, place: vec3<f32>) -> vec3<f32> {
  let far = distance(place, view.world_position);
  return mix(light.haze.rgb, colour, exp(-far * light.haze.a));
}

// Windows of a façade: how much of the point is pane, and how it shines at night.
fn windows(uv: vec2<f32>, seed: f32) -> vec4<f32> {
  let cell = uv / vec2(3.1, 3.2);
  let blur = max(fwidth(cell.x), fwidth(cell.y));
  let q = fract(cell);
  let pane = step(0.2, q.x) * step(q.x, 0.8) * step(0.26, q.y) * step(q.y, 0.84) * step(0.0, uv.y);
  let sharp = 1.0 - smoothstep(0.25, 0.9, blur);
  let lot = chance(floor(cell) + vec2(seed * 917.0, seed * 431.0));
  let lit = step(lot, light.sky.a);
  let tone = mix(vec3(1.0, 0.74, 0.40), vec3(0.86, 0.90, 1.0), step(0.75, fract(lot * 13.7)));
  // From afar windows melt into the mean of what they are.
  let shine = mix(0.35 * light.sky.a, pane * lit, sharp);
  return vec4(tone * shine * (0.55 + 0.6 * fract(lot * 7.3)), mix(0.30, pane, sharp));
}

@fragment
fn fragment(o: Out) -> @location(0) vec4<f32> {
  if look.role == SKY {
    let up = normalize(o.place - view.world_position);
    let toward = max(dot(up, light.sun.xyz), 0.0);
    let glow = pow(toward, 6.0) * 0.25 + pow(toward, 900.0) * 3.0;
    let high = pow(clamp(up.y, 0.0, 1.0), 0.55);
    return vec4(mix(light.haze.rgb, light.zenith.rgb, high) + light.sun_colour.rgb * glow * 0.35 * light.sun.w, 1.0);
  }
  if look.role == SHADOW {
    let ground = vec3(0.305, 0.315, 0.34);
    let dark = ground * (light.sky.rgb * 0.82 + light.sun_colour.rgb * 0.10);
    return vec4(hazed(dark, o.place), 1.0);
  }
  var colour = o.colour.rgb;
  var shine = vec3(0.0);
  let n = normalize(o.normal);
  var occlusion = 1.0;
  if look.role == BUILDING {
    occlusion = 0.66 + 0.34 * smoothstep(0.0, 14.0, o.place.y);
    if o.colour.a > 0.0 && look.full == 1u {
      let w = windows(o.uv, o.colour.a);
      colour = mix(colour, vec3(0.10, 0.135, 0.18), w.a * 0.55);
      shine = w.rgb;
    } else if o.colour.a > 0.0 {
      shine = vec3(1.0, 0.8, 0.5) * 0.3 * light.sky.a;
      colour *= 0.86;
    }
  } else if look.role == RIBBON {
    // Street lamps.
    shine = vec3(1.0, 0.66, 0.30) * 0.16 * o.colour.a * (1.0 - light.sun.w);
  } else if look.heat > 0.0 {
    let uv = o.place.xz / (2.0 * look.heat_half_m) + 0.5;
    let h = textureSampleLevel(heat_picture, heat_sampler, uv, 0.0);
    if all(uv > vec2(0.0)) && all(uv < vec2(1.0)) {
      colour = mix(colour, h.rgb, h.a * look.heat);
      shine = h.rgb * h.a * look.heat * 0.5 * (1.0 - light.sun.w);
    }
  }
  // Softly, that a low sun leaves streets and squares readable.
  let sun = max(dot(n, light.sun.xyz) * 0.78 + 0.22, 0.0);
  let above = 0.5 + 0.5 * n.y;
  let from_sky = mix(light.bounce.rgb, light.sky.rgb, above);
  let lit = colour * (light.sun_colour.rgb * sun + from_sky * occlusion) + shine;
  return vec4(hazed(lit, o.place), 1.0);
}
