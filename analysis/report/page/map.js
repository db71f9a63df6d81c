// The map: zones in colour over the streets, scrubbed and played over time.

/** Zones with a shape and a row in the table; streets; and the frame around the zones. */
function mapGround() {
  const row = new Map(DATA.zones.keys.map((key, index) => [key, index]));
  const shapes = DATA.shapes.filter((shape) => row.has(shape.zone)).map((shape) => Object.assign({ row: row.get(shape.zone) }, shape));
  const frame = [Infinity, Infinity, -Infinity, -Infinity];
  for (const shape of shapes) for (const ring of shape.rings) for (const [lon, lat] of ring) {
    frame[0] = Math.min(frame[0], lon); frame[1] = Math.min(frame[1], lat);
    frame[2] = Math.max(frame[2], lon); frame[3] = Math.max(frame[3], lat);
  }
  return { shapes, frame };
}

/** Draws the city on a canvas; returns how degrees become pixels, and the zones' paths. */
function drawMap(canvas, ground, width, height, paint, { streets, points, chosen, scale }) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = height + "px";
  }
  const [west, south, east, north] = ground.frame;
  const narrow = Math.cos((south + north) / 2 * Math.PI / 180);
  const pad = Math.max(6, Math.min(width, height) * 0.04);
  const spanX = Math.max((east - west) * narrow, 1e-4), spanY = Math.max(north - south, 1e-4);
  const zoom = Math.min((width - 2 * pad) / spanX, (height - 2 * pad) / spanY);
  const left = (width - spanX * zoom) / 2, top = (height - spanY * zoom) / 2;
  const place = ([lon, lat]) => [left + (lon - west) * narrow * zoom, top + (north - lat) * zoom];
  const ink = canvas.getContext("2d");
  ink.setTransform(ratio, 0, 0, ratio, 0, 0);
  ink.clearRect(0, 0, width, height);
  const dot = Math.max(2, Math.sqrt(spanX * spanY / Math.max(ground.shapes.length, 1)) * zoom * 0.42);
  const paths = ground.shapes.map((shape) => {
    const path = new Path2D();
    for (const ring of shape.rings) {
      if (ring.length === 1) {
        const [x, y] = place(ring[0]);
        path.moveTo(x + dot, y);
        path.arc(x, y, dot, 0, 2 * Math.PI);
      } else ring.forEach((at, index) => { const [x, y] = place(at); if (index) path.lineTo(x, y); else path.moveTo(x, y); });
      path.closePath();
    }
    return path;
  });
  ink.lineJoin = "round";
  ground.shapes.forEach((shape, index) => {
    ink.fillStyle = paint(shape.row);
    ink.fill(paths[index], "evenodd");
    ink.strokeStyle = "rgba(255,255,255,.55)";
    ink.lineWidth = dot > 4 ? 0.6 : 0.25;
    ink.stroke(paths[index]);
  });
  if (streets) drawStreets(ink, place);
  if (points) drawPoints(ink, place);
  const marked = ground.shapes.findIndex((shape) => shape.row === chosen);
  if (marked >= 0) {
    for (const [colour, width] of [["#fff", 5], ["#111", 2.2]]) {
      ink.strokeStyle = colour;
      ink.lineWidth = width;
      ink.stroke(paths[marked]);
    }
  }
  if (scale) drawScale(ink, height, zoom);
  return { paths, ratio, place };
}
function drawStreets(ink, place) {
  ink.beginPath();
  for (const line of DATA.streets) line.forEach((at, index) => { const [x, y] = place(at); if (index) ink.lineTo(x, y); else ink.moveTo(x, y); });
  // A light edge under a dark core: streets stay visible over pale zones and over dark ones.
  for (const [colour, width] of [["rgba(255,255,255,.38)", 1.7], ["rgba(40,48,56,.5)", 0.7]]) {
    ink.strokeStyle = colour;
    ink.lineWidth = width;
    ink.stroke();
  }
}
function drawPoints(ink, place) {
  for (const point of DATA.checkpoint_points) {
    const [x, y] = place([point.lon, point.lat]);
    ink.beginPath();
    ink.arc(x, y, 3.4, 0, 2 * Math.PI);
    ink.fillStyle = COLOUR("checkpoint"); ink.fill();
    ink.strokeStyle = "#fff"; ink.lineWidth = 1.2; ink.stroke();
  }
}
/** A scale bar of a round number of kilometres; `zoom` is pixels a degree of latitude (111.2 km). */
function drawScale(ink, height, zoom) {
  const km = [50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1].find((length) => length / 111.2 * zoom <= 110) || 0.1;
  const length = km / 111.2 * zoom;
  ink.strokeStyle = "#333"; ink.lineWidth = 1.5;
  ink.beginPath(); ink.moveTo(14, height - 20); ink.lineTo(14, height - 14); ink.lineTo(14 + length, height - 14); ink.lineTo(14 + length, height - 20); ink.stroke();
  ink.fillStyle = "#333"; ink.font = "12px " + SANS;
  ink.fillText(number(km) + " km", 14, height - 25);
}

let PLAYING = null;
function stopPlaying() {
  if (PLAYING) clearInterval(PLAYING);
  PLAYING = null;
}

/** Builds the map's section. */
function mapFigures(parent) {
  stopPlaying();
  if (!DATA.zones || !DATA.zones.days.length) return false;
  const ground = mapGround();
  const choices = mapChoices();
  if (!ground.shapes.length || !choices.length) return false;
  const zones = DATA.zones, last = zones.days.length - 1;
  const state = { choice: firstChoice(choices), day: last, chosen: null, streets: DATA.streets.length > 0, points: false };
  state.day = fullestDay(state.choice);
  state.chosen = tellingZone(ground, state);

  const canvas = element("canvas", { role: "img", "aria-label": t("section.map") });
  const tip = element("div", { class: "tip" });
  const holder = element("div", { class: "map" }, canvas, tip);
  const side = element("div", { class: "side" });
  const ramp = element("div", { class: "ramp" });
  const moments = element("div", { class: "moments" });
  const range = element("input", { type: "range", min: 0, max: last, step: 1, value: state.day, "aria-label": t("map.day") });
  const date = element("output", {});
  const play = element("button", { class: "play", type: "button", "aria-label": t("map.play") });
  const picker = element("select", { "aria-label": t("map.metric") }, choices.map((choice) => element("option", { value: choice.id, selected: choice === state.choice }, choice.label)));
  const check = (key, field, shown) => shown ? element("label", {}, element("input", { type: "checkbox", checked: state[field], onchange: (event) => { state[field] = event.target.checked; draw(); } }), t(key)) : null;
  parent.replaceWith(
    element("div", { class: "controls" }, picker, check("map.streets", "streets", DATA.streets.length), check("map.checkpoints", "points", DATA.checkpoint_points.length)),
    element("div", { class: "controls" }, play, element("div", { class: "scrub" }, range, date)),
    element("div", { class: "map-layout" }, element("div", {}, holder, ramp), side), moments);

  let drawn = { paths: [], ratio: 1 };
  const paint = (day) => (row) => {
    const value = state.choice.at(day, row);
    return isNumber(value) ? rampColour(value / scaleTop(state.choice)) : "#d9dcdc";
  };
  const draw = () => {
    const width = holder.clientWidth;
    const [west, south, east, north] = ground.frame;
    const shape = (north - south) / Math.max((east - west) * Math.cos((south + north) / 2 * Math.PI / 180), 1e-6);
    const height = Math.round(Math.min(Math.max(width * shape, width * 0.6), width * 1.1, 640));
    drawn = drawMap(canvas, ground, width, height, paint(state.day), { streets: state.streets, points: state.points, chosen: state.chosen, scale: true });
    date.textContent = dayText(zones.days[state.day], true);
    range.value = state.day;
    range.setAttribute("aria-valuetext", date.textContent);
  };
  const icon = () => { play.innerHTML = PLAYING ? '<svg width="14" height="14"><path d="M2 1h4v12H2zM8 1h4v12H8z" fill="#fff"/></svg>' : '<svg width="14" height="14"><path d="M3 1l10 6-10 6z" fill="#fff"/></svg>'; };
  range.addEventListener("input", () => { state.day = Number(range.value); draw(); });
  play.addEventListener("click", () => {
    if (PLAYING) stopPlaying();
    else {
      if (state.day >= last) state.day = 0;
      PLAYING = setInterval(() => { if (state.day >= last) { stopPlaying(); icon(); } else { state.day += 1; draw(); } }, Math.max(60, Math.min(400, 15000 / (last + 1))));
    }
    icon();
  });
  picker.addEventListener("change", () => { state.choice = choices.find((choice) => choice.id === picker.value); redraw(); });
  const hit = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.left) * drawn.ratio, y = (event.clientY - box.top) * drawn.ratio;
    const ink = canvas.getContext("2d");
    // Paths are in page pixels while the canvas is scaled by the screen's ratio; the current transform takes care of it.
    const index = drawn.paths.findIndex((path) => ink.isPointInPath(path, x, y, "evenodd"));
    return { shape: ground.shapes[index], x: event.clientX - box.left, y: event.clientY - box.top, box };
  };
  canvas.addEventListener("mousemove", (event) => {
    const { shape, x, y, box } = hit(event);
    tip.style.display = shape ? "block" : "none";
    if (!shape) return;
    tip.textContent = (shape.name || t("map.zone", { zone: shape.zone })) + " · " + state.choice.text(state.choice.at(state.day, shape.row)) + (state.choice.share ? "" : " " + (state.choice.unit || t("u.per_thousand")));
    tip.style.left = Math.max(0, Math.min(x + 12, box.width - tip.offsetWidth - 4)) + "px";
    tip.style.top = Math.max(4, y - 36) + "px";
  });
  canvas.addEventListener("mouseleave", () => { tip.style.display = "none"; });
  canvas.addEventListener("click", (event) => { const { shape } = hit(event); if (shape) { state.chosen = shape.row; draw(); zoneChart(side, ground, state, choose); } });
  const choose = (row) => { state.chosen = row; draw(); zoneChart(side, ground, state, choose); };
  const redraw = () => {
    draw();
    icon();
    drawRamp(ramp, state.choice);
    zoneChart(side, ground, state, choose);
    drawMoments(moments, ground, paint, zones.days);
  };
  MAP_REDRAW = () => { draw(); drawMoments(moments, ground, paint, zones.days); };
  setTimeout(redraw, 0);
  redraw();
  return true;
}
let MAP_REDRAW = () => {};

/** The zone shown at first: the one with the highest value, of the half with most residents, where rates mean something. */
function tellingZone(ground, state) {
  const residents = (shape) => (isNumber(shape.population) ? shape.population : 0);
  const ranked = [...ground.shapes].sort((a, b) => residents(b) - residents(a));
  const value = (shape) => state.choice.at(state.day, shape.row) || 0;
  return ranked.slice(0, Math.ceil(ranked.length / 2)).reduce((best, shape) => (value(shape) > value(best) ? shape : best)).row;
}

function drawRamp(ramp, choice) {
  const top = scaleTop(choice);
  const stops = DATA.ramp.map((hex, index) => hex + " " + Math.round(index / (DATA.ramp.length - 1) * 100) + "%").join(", ");
  const strip = element("div", { class: "strip" });
  strip.style.background = "linear-gradient(to right, " + stops + ")";
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => element("span", {}, (share === 1 ? "≥ " : "") + choice.text(top * share)));
  ramp.replaceChildren(element("div", {}, choice.label + (choice.share || !choice.unit ? "" : " (" + choice.unit + ")")), strip, element("div", { class: "ticks" }, ticks));
}

let ZONE_CHART = null;
/** Beside the map: the chosen zone over time, and the middle half of all zones. */
function zoneChart(side, ground, state, choose) {
  if (ZONE_CHART) {
    const at = CHARTS.indexOf(ZONE_CHART);
    if (at >= 0) { CHARTS.splice(at, 1); ZONE_CHART.dispose(); }
  }
  side.replaceChildren();
  const named = [...ground.shapes].sort((a, b) => (a.name || a.zone).localeCompare(b.name || b.zone, undefined, { numeric: true }));
  side.append(element("div", { class: "controls" }, element("label", {}, t("map.chosen"),
    element("select", { onchange: (event) => choose(Number(event.target.value)) },
      named.map((shape) => element("option", { value: shape.row, selected: shape.row === state.chosen }, shape.name || shape.zone))))));
  const days = DATA.zones.days.map((_, day) => day);
  const middle = (share) => days.map((day) => {
    const values = DATA.zones.keys.map((_, zone) => state.choice.at(day, zone)).filter(isNumber).sort((a, b) => a - b);
    return values.length ? values[Math.floor(share * (values.length - 1))] : null;
  });
  const series = [
    { name: t("map.this_zone"), data: days.map((day) => state.choice.at(day, state.chosen)), colour: COLOUR("truth") },
    { name: t("map.median"), data: middle(0.5), colour: COLOUR("reference"), dash: true },
    { name: t("map.upper"), data: middle(0.9), colour: COLOUR("reference"), faint: true },
  ];
  ZONE_CHART = figure(side, {
    title: state.choice.label, unit: state.choice.share ? "%" : state.choice.unit, series, caption: t("map.hint"),
    option: timeOption({ dates: DATA.zones.days.map((day) => dateOfDay(day) || String(day)), series, shares: state.choice.share, min: 0 }),
  });
}

/** Six moments of the run side by side; also what paper shows of the map over time. */
function drawMoments(moments, ground, paint, days) {
  moments.replaceChildren();
  const count = Math.min(6, days.length);
  for (let index = 0; index < count; index++) {
    const day = count === 1 ? 0 : Math.round((index + (count < 6 ? 0 : 1)) * (days.length - 1) / (count < 6 ? count - 1 : count));
    const canvas = element("canvas", {});
    moments.append(element("div", { class: "moment" }, canvas, dayText(days[day])));
    const width = canvas.parentElement.clientWidth || 120;
    drawMap(canvas, ground, width, Math.round(width * 1.1), paint(day), { streets: false, points: false, chosen: null, scale: false });
  }
}
