// The city of a run in relief: zones as blocks, checkpoints as columns, people on their ways, by the minute.

const RUN_MIN = Math.max(1, DATA.run.days || 1) * 1440;
/** How many minutes of the city pass in a second of the watcher. */
const PACES = [10, 60, 360, 1440];
const STATE = { minute: 0, pace: 10, playing: false, metric: "", relief: true, people: "mode", points: true, streets: true };
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const day = () => Math.min(Math.floor(STATE.minute / 1440), RUN_MIN / 1440 - 1);
const trails = () => (DATA.trails ? DATA.trails.days.find((one) => one.day === day()) : undefined);

/** Zones in the order of their table, each with its outline as rings of degrees; those that are points become squares. */
const ZONES = (() => {
  const row = new Map((DATA.zones ? DATA.zones.keys : []).map((key, index) => [key, index]));
  const square = ([lon, lat], d = 0.0016) => [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d]];
  return DATA.shapes.map((shape, at) => ({
    row: row.has(shape.zone) ? row.get(shape.zone) : -1, at, name: shape.name || shape.zone,
    polygon: shape.rings.map((ring) => (ring.length === 1 ? square(ring[0]) : ring)),
  }));
})();
const FRAME = (() => {
  const frame = [Infinity, Infinity, -Infinity, -Infinity];
  const lines = ZONES.length ? ZONES.map((zone) => zone.polygon[0]) : DATA.streets;
  for (const line of lines) for (const [lon, lat] of line) {
    frame[0] = Math.min(frame[0], lon); frame[1] = Math.min(frame[1], lat);
    frame[2] = Math.max(frame[2], lon); frame[3] = Math.max(frame[3], lat);
  }
  return frame[0] <= frame[2] ? frame : [0, 0, 0.1, 0.1];
})();

/** The day of the zones' table that stands for a day of the run: the last one told. */
function tableDay() {
  const days = DATA.zones.days;
  let at = 0;
  while (at + 1 < days.length && days[at + 1] <= day()) at += 1;
  return at;
}
/** What zones can show: nothing, each metric of a day, each service of an hour (how many are without it). */
function zoneChoices() {
  const choices = [{ label: t("city.plain"), id: "", at: () => null, top: 1, text: () => "" }];
  if (DATA.outages) {
    for (const [name, shares] of Object.entries(DATA.outages.shares)) {
      const served = new Map();
      DATA.outages.hour.forEach((hour, at) => {
        if (!served.has(hour)) served.set(hour, new Map());
        served.get(hour).set(DATA.outages.zone[at], 1 - shares[at]);
      });
      const at = (zone) => { const hour = served.get(Math.floor(STATE.minute / 60)); return hour && hour.has(zone.at) ? hour.get(zone.at) : 0; };
      choices.push({ label: t("city.without", { service: t("served." + name) }), id: "without/" + name, at, top: 1, text: percent });
    }
  }
  if (DATA.zones) {
    for (const choice of mapChoices()) {
      choices.push({ id: choice.id, label: choice.label, at: (zone) => (zone.row < 0 ? null : choice.at(tableDay(), zone.row)), top: scaleTop(choice), text: choice.text });
    }
  }
  return choices;
}
let CHOICES = [];
const chosen = () => CHOICES.find((choice) => choice.id === STATE.metric) || CHOICES[0];

/** Seconds that a trail behind somebody lasts. */
const TAIL_S = 240;
/** The legs of a recorded day that are under way in an hour, as paths of degrees with seconds: only they need drawing. */
const LEGS = new Map();
function legsOf(one, hour) {
  const name = one.day + "/" + hour;
  if (!LEGS.has(name)) {
    const { origin_lon_lat: [lon, lat], m_per_degree: [east, south] } = DATA.trails;
    if (!one.spans) one.spans = one.legs.map(({ line }) => { let end = 0; for (let at = 2; at < line.length; at += 3) end += line[at]; return [line[2], end]; });
    const under = one.legs.filter((_, at) => one.spans[at][0] < (hour + 1) * 3600 && one.spans[at][1] + TAIL_S > hour * 3600);
    if (LEGS.size > 4) LEGS.clear();
    LEGS.set(name, under.map((leg) => {
      const path = [], seconds = [];
      let [x, z, s] = [0, 0, 0];
      for (let at = 0; at < leg.line.length; at += 3) {
        x += leg.line[at]; z += leg.line[at + 1]; s += leg.line[at + 2];
        path.push([lon + x / east, lat - z / south, 12]);
        seconds.push(s);
      }
      return { path, seconds, mode: leg.mode, person: leg.person };
    }));
  }
  return LEGS.get(name);
}

const MODES = ["walk", "bicycle", "car", "bus", "metro"];
/** What people's colours can tell: words and colours by number. */
const TELLS = {
  mode: { of: (leg) => leg.mode, words: MODES.map((mode) => "t." + mode), colours: ["#f0e442", "#009e73", "#e69f00", "#56b4e9", "#cc79a7"] },
  health: { of: (leg, one) => one.stage[leg.person], words: ["m.susceptible_persons", "m.exposed_persons", "city.infectious", "m.recovered_persons"], colours: ["#56b4e9", "#f0e442", "#d55e00", "#009e73"] },
  code: { of: (leg, one) => one.code[leg.person], words: ["city.green", "city.yellow", "city.red"], colours: ["#009e73", "#f0e442", "#d55e00"] },
};

function layers() {
  const all = [];
  const choice = chosen();
  // The tallest block is a tenth as high as the city is wide.
  const width = (FRAME[2] - FRAME[0]) * 111320 * Math.cos((FRAME[1] + FRAME[3]) / 2 * Math.PI / 180);
  const high = STATE.relief && choice.id ? width / 10 : 0;
  const share = (zone) => { const value = choice.at(zone); return isNumber(value) ? Math.min(value / choice.top, 1) : 0; };
  const stamp = choice.id.startsWith("without/") ? Math.floor(STATE.minute / 60) : DATA.zones ? tableDay() : 0;
  all.push(new deck.SolidPolygonLayer({
    id: "zones", data: ZONES, getPolygon: (zone) => zone.polygon, extruded: high > 0, pickable: true,
    getElevation: (zone) => high * share(zone),
    getFillColor: (zone) => (choice.id && isNumber(choice.at(zone)) && share(zone) > 0 ? [...rgbOfShare(share(zone)), 225] : [44, 54, 64, 255]),
    updateTriggers: { getElevation: [choice.id, stamp, high], getFillColor: [choice.id, stamp] },
    transitions: { getElevation: STATE.playing ? 0 : 250 },
    material: { ambient: 0.55, diffuse: 0.5, shininess: 8 },
  }));
  if (STATE.streets) {
    all.push(new deck.PathLayer({ data: DATA.streets, id: "streets", getPath: (line) => line, getColor: [165, 180, 192, 150], getWidth: 10, widthMinPixels: 0.8, widthMaxPixels: 3, parameters: { depthCompare: "always" } }));
  }
  if (STATE.points && DATA.posts) {
    const at = Math.max(0, DATA.posts.days.indexOf(day()));
    const waits = DATA.posts.days.length ? DATA.posts.wait_min[at] : [];
    const known = DATA.posts.days.includes(day());
    all.push(new deck.ColumnLayer({
      id: "checkpoints", data: DATA.posts.places, getPosition: (post) => [post.lon, post.lat], diskResolution: 10, pickable: true,
      radius: width / 260, extruded: true, getElevation: (_, { index }) => width / 250 + (known ? (waits[index] || 0) * width / 200 : 0),
      getFillColor: (_, { index }) => (known && waits[index] >= 5 ? [213, 94, 0] : known && waits[index] >= 1 ? [240, 200, 66] : known ? [0, 158, 115] : [138, 144, 150]),
      updateTriggers: { getElevation: [day()], getFillColor: [day()] },
    }));
  }
  const one = trails(), tell = TELLS[STATE.people];
  if (one && tell) {
    const hour = Math.floor((STATE.minute - one.day * 1440) / 60);
    all.push(new deck.TripsLayer({
      id: "people", data: legsOf(one, hour), getPath: (leg) => leg.path, getTimestamps: (leg) => leg.seconds,
      getColor: (leg) => rgb(tell.colours[tell.of(leg, one)] || "#8a9096"), updateTriggers: { getColor: [STATE.people] },
      currentTime: (STATE.minute - one.day * 1440) * 60, trailLength: TAIL_S, fadeTrail: true,
      widthMinPixels: 2.5, getWidth: 14, widthMaxPixels: 7, parameters: { depthCompare: "always" },
    }));
  }
  return all;
}
function rgbOfShare(share) { return rampColour(share).match(/\d+/g).map(Number); }

function tooltip({ object, layer, index }) {
  if (!object) return null;
  const text = layer.id === "zones"
    ? object.name + (chosen().id ? "\n" + chosen().label + ": " + (isNumber(chosen().at(object)) ? chosen().text(chosen().at(object)) : "–") : "")
    : object.place + "\n" + thingName(object.kind) + postText(index);
  return { text, style: { background: "#10151b", color: "#e9edf0", fontSize: "12px", borderRadius: "4px", whiteSpace: "pre" } };
}
function postText(index) {
  const at = DATA.posts.days.indexOf(day());
  const wait = at < 0 ? null : DATA.posts.wait_min[at][index];
  return "\n" + (isNumber(wait) ? t("city.wait", { minutes: number(wait) }) : t("city.unstaffed"));
}

let DECK = null, SLIDER = null, CLOCK = null, KEY = null;
/** Draws the moment: layers, clock, legend. */
function draw() {
  if (DECK) DECK.setProps({ layers: layers() });
  const minute = Math.floor(STATE.minute) % 1440;
  CLOCK.textContent = dayText(day(), true) + "  " + String(Math.floor(minute / 60)).padStart(2, "0") + ":" + String(minute % 60).padStart(2, "0");
  SLIDER.value = STATE.minute;
  SLIDER.setAttribute("aria-valuetext", CLOCK.textContent);
  const one = trails();
  const key = STATE.metric + STATE.people + LANGUAGE + (one ? one.day : "");
  if (KEY.dataset.key !== key) {
    KEY.dataset.key = key;
    KEY.replaceChildren(...legend(one));
  }
}
function legend(one) {
  const choice = chosen(), found = [];
  if (choice.id) {
    found.push(element("div", { class: "ramp", style: "background:linear-gradient(90deg," + DATA.ramp.join(",") + ")" }),
      element("div", { class: "ends" }, element("span", {}, choice.text(0)), element("span", {}, "≥ " + choice.text(choice.top))));
  }
  const tell = TELLS[STATE.people];
  if (one && tell) found.push(element("ul", {}, tell.words.map((word, at) => element("li", {}, element("i", { style: "background:" + tell.colours[at] }), t(word)))));
  if (DATA.trails && DATA.trails.days.length) {
    found.push(element("p", {}, t("city.sample", { count: number(DATA.trails.one_in, 0) })),
      element("div", {}, DATA.trails.days.map((told) => element("button", { type: "button", class: "jump", onclick: () => go(told.day * 1440 + 7.5 * 60) }, dayText(told.day)))));
  } else found.push(element("p", {}, t("city.unrecorded")));
  return found;
}
function go(minute) { STATE.minute = Math.min(Math.max(minute, 0), RUN_MIN - 1); draw(); }

function panel() {
  const check = (field, key, shown) => (shown ? element("label", {}, element("input", { type: "checkbox", checked: STATE[field], onchange: (event) => { STATE[field] = event.target.checked; draw(); } }), t(key)) : null);
  const tells = Object.keys(TELLS);
  KEY = element("div", {});
  document.getElementById("panel").replaceChildren(
    languages(render), element("h1", {}, String(worded(DATA.run, "caption") || DATA.run.scenario || "citytwin")),
    element("p", {}, t("city.how")),
    picker(t("city.zones"), CHOICES.map((choice) => choice.id), CHOICES.map((choice) => choice.label), STATE.metric, (id) => { STATE.metric = id; draw(); }),
    check("relief", "city.relief", true) || "",
    (DATA.trails ? picker(t("city.people"), [...tells, "none"], [...tells, "none"].map((tell) => t("city.by." + tell)), STATE.people, (tell) => { STATE.people = tell; draw(); }) : ""),
    check("points", "map.checkpoints", DATA.posts) || "", check("streets", "map.streets", DATA.streets.length) || "", KEY);
  const play = element("button", { type: "button", onclick: () => { STATE.playing = !STATE.playing; play.textContent = t(STATE.playing ? "city.pause" : "city.play"); if (STATE.playing) requestAnimationFrame(tick); } }, t(STATE.playing ? "city.pause" : "city.play"));
  SLIDER = element("input", { type: "range", min: 0, max: RUN_MIN - 1, step: 1, value: STATE.minute, "aria-label": t("city.time"), oninput: (event) => go(Number(event.target.value)) });
  CLOCK = element("output", {});
  const pace = element("select", { "aria-label": t("city.pace"), onchange: (event) => { STATE.pace = Number(event.target.value); } },
    PACES.map((minutes) => element("option", { value: minutes, selected: minutes === STATE.pace }, t("city.pace." + minutes))));
  document.getElementById("time").replaceChildren(play, pace, SLIDER, CLOCK);
}

let LAST = null;
function tick(now) {
  if (!STATE.playing) { LAST = null; return; }
  if (LAST !== null) STATE.minute = (STATE.minute + (now - LAST) / 1000 * STATE.pace) % RUN_MIN;
  LAST = now;
  draw();
  requestAnimationFrame(tick);
}

function begin() {
  const [west, south, east, north] = FRAME;
  const narrow = Math.cos((south + north) / 2 * Math.PI / 180);
  const place = document.getElementById("city");
  // Beside the panel where there is room for it, else under it.
  const padding = place.clientWidth > 700 ? { left: 310, bottom: 70 } : { top: place.clientHeight * 0.42, bottom: 110 };
  const [wide, high] = [place.clientWidth - (padding.left || 0), place.clientHeight - (padding.top || 0) - padding.bottom];
  const span = Math.max((east - west) * narrow / Math.max(wide, 1), (north - south) * 0.75 / Math.max(high, 1), 1e-7);
  const zoom = Math.log2(360 * narrow / (512 * span));
  const light = new deck.LightingEffect({ ambient: new deck.AmbientLight({ color: [255, 255, 255], intensity: 1.1 }), sun: new deck.DirectionalLight({ color: [255, 246, 230], intensity: 1.6, direction: [-2, -4, -5] }) });
  try {
    DECK = new deck.Deck({
      parent: place, views: new deck.MapView({ repeat: false, padding }), controller: true, effects: [light], getTooltip: tooltip, useDevicePixels: 1,
      initialViewState: { longitude: (west + east) / 2, latitude: (south + north) / 2, zoom, pitch: 48, bearing: -18, maxPitch: 75 },
      deviceProps: { type: "webgl", webgl: { preserveDrawingBuffer: true } },
      layers: layers(),
      onAfterRender: () => { document.documentElement.dataset.ready = "1"; },
      onError: (error) => { throw error; },
    });
  } catch (error) {
    DECK = null;
    place.replaceChildren(element("p", { class: "none" }, t("city.nogl")));
    document.documentElement.dataset.ready = "1";
  }
}

/** What `#minute=…&zones=…&people=…` asks for. */
function asked() {
  const wants = new URLSearchParams(location.hash.replace(/^#/, ""));
  if (wants.has("lang")) LANGUAGE = wants.get("lang") === "zh" ? "zh" : "en";
  if (wants.has("zones")) STATE.metric = wants.get("zones");
  if (wants.has("people")) STATE.people = wants.get("people");
  if (wants.has("minute")) STATE.minute = Math.min(Math.max(Number(wants.get("minute")) || 0, 0), RUN_MIN - 1);
}

function render() {
  document.documentElement.lang = LANGUAGE === "zh" ? "zh-CN" : "en";
  CHOICES = zoneChoices();
  panel();
  draw();
}

/** The first moment: an outage, if there is one, else the morning of a day that was recorded, else the fullest day. */
function firstMoment() {
  const told = DATA.trails && DATA.trails.days[DATA.trails.days.length - 1];
  if (DATA.outages && DATA.outages.hour.length) {
    // The service that most zones lacked, in the hour in which they lacked most of it.
    let worst = [0, "", 0];
    for (const [name, shares] of Object.entries(DATA.outages.shares)) {
      const missing = new Map();
      DATA.outages.hour.forEach((hour, at) => missing.set(hour, (missing.get(hour) || 0) + 1 - shares[at]));
      for (const [hour, sum] of missing) if (sum > worst[0]) worst = [sum, "without/" + name, hour];
    }
    [STATE.metric, STATE.minute] = [worst[1], worst[2] * 60 + 30];
  } else {
    const days = DATA.zones ? mapChoices() : [];
    const first = days.length && DATA.zones.days.length ? firstChoice(days) : null;
    STATE.metric = first ? first.id : "";
    STATE.minute = told ? told.day * 1440 + 7.5 * 60 : first ? DATA.zones.days[fullestDay(first)] * 1440 + 720 : 0;
    // Where nobody is seen to move, days are what there is to play.
    if (!told) STATE.pace = 1440;
  }
}
CHOICES = zoneChoices();
firstMoment();
asked();
render();
begin();
