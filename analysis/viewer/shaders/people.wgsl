// People as discs and vehicles as boxes, found from records and points at the present minute.
#import bevy_pbr::mesh_view_bindings::view

struct Now {
  minute: f32,       // of the day, shifted as the records are
  colour_by: u32,    // 0 health, 1 code, 2 activity, 3 mode
  size_m: f32,       // half the width of a person
  least_px: f32,     // half the least width on the screen
  records: u32,      // how many there are
  persons: u32,      // how many states there are
  vehicles: u32,     // 1 to draw boxes, 2 for people as dots of one pixel
  night: f32,        // 1 in the dark
  chosen: u32,       // row of the person asked for
  palette: array<vec4<f32>, 32>,
};
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> records: array<u32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<storage, read> points: array<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var<storage, read> states: array<u32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var<uniform> now: Now;

const FIELDS = 5u;
const STAY = 8u;
const VEHICLE = 24u;

struct Out {
  @builtin(position) clip: vec4<f32>,
  @location(0) uv: vec2<f32>,
  @location(1) @interpolate(flat) colour: vec3<f32>,
  @location(2) @interpolate(flat) ring: u32,  // 1 for the person asked for
};

fn chance(n: u32) -> f32 {
  var h = n * 0x9e3779b9u;
  h = (h ^ (h >> 16u)) * 0x7feb352du;
  h = (h ^ (h >> 15u)) * 0x846ca68bu;
  return f32((h ^ (h >> 16u)) >> 8u) / 16777216.0;
}

fn point(i: u32) -> vec3<f32> {
  return vec3(points[i * 3u], points[i * 3u + 1u], points[i * 3u + 2u]);
}

struct Spot { at: vec2<f32>, ahead: vec2<f32> };

// Where a leg is at the present minute, and which way it leads.
fn along(first: u32, count: u32) -> Spot {
  var low = 0u;
  var high = count - 1u;
  while high - low > 1u {
    let middle = (low + high) / 2u;
    if points[(first + middle) * 3u + 2u] <= now.minute { low = middle; } else { high = middle; }
  }
  let a = point(first + low);
  let b = point(first + high);
  let share = clamp((now.minute - a.z) / max(b.z - a.z, 0.0001), 0.0, 1.0);
  var ahead = b.xy - a.xy;
  let far = length(ahead);
  ahead = select(vec2(1.0, 0.0), ahead / max(far, 0.001), far > 0.001);
  return Spot(mix(a.xy, b.xy, share), ahead);
}

// The number of a colour in the palette: health 0–4, code 5–7, mode 8–12, activity 13–20, muted 21, vehicles 22–23.
fn colour_of(kind: u32, state: u32) -> u32 {
  let resting = kind >= STAY;
  switch now.colour_by {
    case 0u: { return state & 7u; }
    case 1u: { return 5u + ((state >> 5u) & 3u); }
    case 2u: { return select(8u + kind, 13u + kind - STAY, resting); }
    default: { return select(8u + kind, 21u, resting); }
  }
}

@vertex
fn vertex(@location(0) corner: u32) -> Out {
  var o: Out;
  o.clip = vec4(0.0, 0.0, -1.0, 1.0);
  o.uv = vec2(0.0);
  o.colour = vec3(0.0);
  let n = corner / array<u32, 3>(3u, 36u, 1u)[min(now.vehicles, 2u)];
  if n >= now.records { return o; }
  let r = n * FIELDS;
  let span = records[r + 1u];
  if now.minute < f32(span & 0xffffu) || now.minute >= f32(span >> 16u) { return o; }
  let info = records[r + 4u];
  let count = info & 0xffffu;
  let kind = (info >> 16u) & 31u;
  let row = records[r];
  var spot = Spot(vec2(bitcast<f32>(records[r + 2u]), bitcast<f32>(records[r + 3u])), vec2(1.0, 0.0));
  var height = f32(info >> 21u) * 0.1;
  if count > 1u { spot = along(records[r + 2u], count); }
  let right = vec2(-spot.ahead.y, spot.ahead.x);
  if kind >= VEHICLE {
    let metro = f32(kind - VEHICLE);
    let half = vec3(mix(6.0, 40.0, metro), 1.7, mix(1.4, 1.6, metro));
    return box(corner % 36u, spot, half, right, now.palette[22u + kind - VEHICLE].rgb);
  }
  if kind < STAY {
    // People keep to their side of the street, each with a little room.
    let lane = mix(1.2, 4.5, chance(row * 7u + 3u));
    spot.at += right * select(lane, 0.8 * (chance(row) - 0.5), kind >= 3u);
    height = select(1.6, 3.8, kind >= 3u);
  }
  let state = states[row % now.persons];
  let ill = (state & 7u) == 2u && now.colour_by == 0u;
  let strong = ill || (now.colour_by == 1u && ((state >> 5u) & 3u) > 0u);
  let asked = row == now.chosen;
  let place = vec3(spot.at.x, height, spot.at.y);
  let far = max(-(view.view_from_world * vec4(place, 1.0)).z, 0.5);
  let pixel_m = 2.0 * far / (view.clip_from_view[1][1] * view.viewport.w);
  let moves = select(0.8, 1.0, kind < STAY);
  let size = select(1.0, 2.2, asked) * max(now.size_m * select(moves, 1.5, strong), now.least_px * pixel_m * select(moves, 1.4, strong));
  // A triangle that holds the disc.
  let c = corner % 3u;
  var uv = array<vec2<f32>, 3>(vec2(-1.7320508, -1.0), vec2(1.7320508, -1.0), vec2(0.0, 2.0))[c];
  if now.vehicles == 2u { uv = vec2(0.0); }
  let side = view.world_from_view[0].xyz;
  let up = view.world_from_view[1].xyz;
  // Somewhat nearer than it is, so that the roof below doesn't swallow it; the ill before all others.
  let toward = normalize(view.world_position - place);
  let lifted = place + toward * (size + 0.3 + select(0.0, 1.0, strong) + select(0.0, 6.0, asked)) + (side * uv.x + up * uv.y) * size;
  o.clip = view.clip_from_world * vec4(lifted, 1.0);
  o.uv = uv;
  o.ring = select(0u, 1u, asked);
  o.colour = now.palette[colour_of(kind, state)].rgb;
  return o;
}

fn box(corner: u32, spot: Spot, half: vec3<f32>, right: vec2<f32>, colour: vec3<f32>) -> Out {
  let face = corner / 6u;
  let c = corner % 6u;
  let axis = face / 2u;
  let sign = f32(face % 2u) * 2.0 - 1.0;
  let a = array<f32, 6>(-1.0, 1.0, 1.0, -1.0, 1.0, -1.0)[c];
  let b = array<f32, 6>(-1.0, -1.0, 1.0, -1.0, 1.0, 1.0)[c];
  var local = vec3(sign, a, b);
  var shade = 0.78;
  if axis == 1u { local = vec3(a, sign, b); shade = select(0.4, 1.0, sign > 0.0); }
  if axis == 2u { local = vec3(a, b, sign); shade = 0.66; }
  local *= half;
  let place = vec3(
    spot.at.x + spot.ahead.x * local.x + right.x * (local.z + 2.2),
    half.y + 0.6 + local.y,
    spot.at.y + spot.ahead.y * local.x + right.y * (local.z + 2.2));
  var o: Out;
  o.clip = view.clip_from_world * vec4(place, 1.0);
  o.uv = vec2(0.0);
  o.colour = colour * shade * mix(1.0, 0.75, now.night);
  return o;
}

@fragment
fn fragment(o: Out) -> @location(0) vec4<f32> {
  let out = dot(o.uv, o.uv);
  if out > 1.0 { discard; }
  if o.ring == 1u && out > 0.42 {
    return vec4(vec3(select(1.0, 0.02, out > 0.82)), 1.0);
  }
  return vec4(o.colour, 1.0);
}
