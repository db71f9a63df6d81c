// Traffic: a map of the links that hold cars up, hour by hour; how long trips take; what costs time.

/** The share of time lost on a link in an hour, 0…1. */
const lostShare = (day, index, hour) => parseInt(day.hours[index * 24 + hour], 36) / 36;
const hourText = (hour) => String(hour).padStart(2, "0") + ":00";

/** Zones in one pale colour, streets, and a frame around the zones or, without them, around the links. */
function trafficGround() {
  if (DATA.zones && DATA.shapes.length) {
    const ground = mapGround();
    if (ground.shapes.length) return ground;
  }
  const frame = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [[fromLon, fromLat, toLon, toLat]] of DATA.traffic.lines) {
    frame[0] = Math.min(frame[0], fromLon, toLon); frame[1] = Math.min(frame[1], fromLat, toLat);
    frame[2] = Math.max(frame[2], fromLon, toLon); frame[3] = Math.max(frame[3], fromLat, toLat);
  }
  return { shapes: [], frame };
}

/** What is lost on all links in an hour, in shares added up. */
const lostIn = (day, hour) => day.links.reduce((sum, _, index) => sum + lostShare(day, index, hour), 0);

function dayName(day) {
  const kind = t("day_kind." + day.kind);
  const date = day.day > 0 ? t("traffic.from", { date: dayText(day.day) }) : t("traffic.ordinary");
  return kind + " · " + date + (day.closed.length ? t("traffic.closed_links", { count: number(day.closed.length) }) : "");
}

function trafficFigures(parent) {
  const drawn = [timeLost(parent), tripTimes(parent)];
  if (DATA.traffic) drawn.unshift(jamMap(parent));
  return drawn.some(Boolean);
}

/** The map of jams, before the other figures. */
function jamMap(parent) {
  const { lines, days } = DATA.traffic;
  const ground = trafficGround();
  const fullest = (day) => [...Array(24).keys()].reduce((best, hour) => (lostIn(day, hour) > lostIn(day, best) ? hour : best), 0);
  // Closed streets are what a run was made for; else the ordinary workday.
  const first = days.find((day) => day.closed.length) || days.find((day) => day.kind === "workday") || days[0];
  const state = { day: first, hour: fullest(first) };
  const canvas = element("canvas", { role: "img", "aria-label": t("traffic.map") });
  const tip = element("div", { class: "tip" });
  const holder = element("div", { class: "map" }, canvas, tip);
  const range = element("input", { type: "range", min: 0, max: 23, step: 1, "aria-label": t("traffic.hour") });
  const hour = element("output", {});
  const worst = element("div", {});
  const hours = element("div", { class: "hours", "aria-hidden": "true" });
  const picker = element("select", { "aria-label": t("map.day") },
    days.map((day, index) => element("option", { value: index, selected: day === state.day }, dayName(day))));
  const ramp = element("div", { class: "ramp" });
  parent.before(
    element("div", { class: "controls" }, picker),
    element("div", { class: "controls" }, element("div", { class: "scrub" }, element("div", { class: "scale" }, range, hours), hour)),
    element("div", { class: "map-layout" }, element("div", {}, holder, ramp), worst));

  let place = null;
  const draw = () => {
    const width = holder.clientWidth;
    const [west, south, east, north] = ground.frame;
    const shape = (north - south) / Math.max((east - west) * Math.cos((south + north) / 2 * Math.PI / 180), 1e-6);
    const height = Math.round(Math.min(Math.max(width * shape, width * 0.6), width * 1.1, 640));
    place = drawMap(canvas, ground, width, height, () => "#f4f5f3", { streets: true, points: false, chosen: null, scale: true }).place;
    drawJams(canvas.getContext("2d"), place, state);
    range.value = state.hour;
    hour.textContent = hourText(state.hour);
    range.setAttribute("aria-valuetext", hour.textContent);
    const most = Math.max(...[...Array(24).keys()].map((each) => lostIn(state.day, each)), 1e-9);
    hours.replaceChildren(...[...Array(24).keys()].map((each) => {
      const bar = element("i", { class: each === state.hour ? "now" : "" });
      bar.style.height = Math.round(lostIn(state.day, each) / most * 100) + "%";
      return bar;
    }));
    worst.replaceChildren(worstLinks(state));
  };
  range.addEventListener("input", () => { state.hour = Number(range.value); draw(); });
  picker.addEventListener("change", () => { state.day = days[Number(picker.value)]; draw(); });
  canvas.addEventListener("mousemove", (event) => {
    const box = canvas.getBoundingClientRect();
    const at = [event.clientX - box.left, event.clientY - box.top];
    const near = nearestLink(state, place, at);
    tip.style.display = near ? "block" : "none";
    if (!near) return;
    tip.textContent = near;
    tip.style.left = Math.max(0, Math.min(at[0] + 12, box.width - tip.offsetWidth - 4)) + "px";
    tip.style.top = Math.max(4, at[1] - 36) + "px";
  });
  canvas.addEventListener("mouseleave", () => { tip.style.display = "none"; });
  const stops = DATA.ramp.slice(1).map((hex, index, all) => hex + " " + Math.round(index / (all.length - 1) * 100) + "%").join(", ");
  const strip = element("div", { class: "strip" });
  strip.style.background = "linear-gradient(to right, " + stops + ")";
  const ticks = [1.2, 1.5, 2, 4, 10].map((times) => element("span", {}, t("traffic.times", { times: number(times) })));
  ramp.append(element("div", {}, t("traffic.ramp")), strip, element("div", { class: "ticks" }, ticks),
    element("div", { class: "note" }, t("traffic.note")));
  JAM_REDRAW = draw;
  setTimeout(draw, 0);
  draw();
  return true;
}
let JAM_REDRAW = () => {};

/** The ramp by how many times as long a link takes: 1.2, 1.5, 2, 4 and 10 at equal steps. */
function jamColour(share) {
  const times = 1 / Math.max(1 - share, 0.02);
  const marks = [1.2, 1.5, 2, 4, 10];
  let step = 0;
  while (step < marks.length - 2 && times > marks[step + 1]) step++;
  const within = Math.min(Math.max((times - marks[step]) / (marks[step + 1] - marks[step]), 0), 1);
  const position = (step + within) / (marks.length - 1);
  return rampColour((1 + position * (RAMP.length - 2)) / (RAMP.length - 1));
}

function drawJams(ink, place, { day, hour }) {
  const order = day.links.map((line, index) => [lostShare(day, index, hour), line]).filter(([share]) => share > 0).sort((a, b) => a[0] - b[0]);
  ink.lineCap = "round";
  const stroke = (line, colour, width, dash) => {
    const [fromLon, fromLat, toLon, toLat] = DATA.traffic.lines[line][0];
    const [x, y] = place([fromLon, fromLat]), [toX, toY] = place([toLon, toLat]);
    // The two directions of a street lie side by side.
    const length = Math.hypot(toX - x, toY - y) || 1, aside = 1.1;
    const dx = -(toY - y) / length * aside, dy = (toX - x) / length * aside;
    ink.beginPath(); ink.moveTo(x + dx, y + dy); ink.lineTo(toX + dx, toY + dy);
    ink.strokeStyle = colour; ink.lineWidth = width; ink.setLineDash(dash || []); ink.stroke();
  };
  for (const [share, line] of order) stroke(line, jamColour(share), 2 + 1.6 * share);
  for (const line of day.closed) stroke(line, COLOUR("board"), 2.4, [2, 3]);
  ink.setLineDash([]);
  ink.lineCap = "butt";
}

function linkText(line, share) {
  const name = t("street." + DATA.traffic.lines[line][1]);
  return name + " · " + t("traffic.slower", { times: number(1 / (1 - share), 1) });
}
/** What to say of the link nearest to a point of the map, if one is near. */
function nearestLink({ day, hour }, place, [x, y]) {
  let best = 64, text = null;
  const look = (line, say) => {
    const [fromLon, fromLat, toLon, toLat] = DATA.traffic.lines[line][0];
    const [ax, ay] = place([fromLon, fromLat]), [bx, by] = place([toLon, toLat]);
    const along = Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1), 0), 1);
    const apart = (ax + along * (bx - ax) - x) ** 2 + (ay + along * (by - ay) - y) ** 2;
    if (apart < best) { best = apart; text = say(); }
  };
  day.closed.forEach((line) => look(line, () => t("traffic.closed")));
  day.links.forEach((line, index) => { const share = lostShare(day, index, hour); if (share > 0) look(line, () => linkText(line, share)); });
  return text;
}

/** Beside the map: by class of street, how many links are slow in this hour and how slow. */
function worstLinks({ day, hour }) {
  const classes = new Map();
  day.links.forEach((line, index) => {
    const share = lostShare(day, index, hour);
    if (!(share > 0)) return;
    const name = DATA.traffic.lines[line][1];
    const row = classes.get(name) || { slow: 0, stuck: 0, sum: 0 };
    row.slow += 1; row.stuck += share >= 0.75 ? 1 : 0; row.sum += 1 / (1 - share);
    classes.set(name, row);
  });
  const rows = [...classes.entries()].sort((a, b) => b[1].slow - a[1].slow);
  const head = ["traffic.class", "traffic.slow", "traffic.stuck", "traffic.mean"].map((key, index) => element("th", { class: index ? "number" : "" }, t(key)));
  const body = rows.map(([name, row]) => element("tr", {}, element("td", {}, t("street." + name)),
    element("td", { class: "number" }, number(row.slow)), element("td", { class: "number" }, number(row.stuck)),
    element("td", { class: "number" }, t("traffic.times", { times: number(row.sum / row.slow, 1) }))));
  if (!rows.length) return element("p", { class: "intro" }, t("traffic.none"));
  return element("div", {}, element("h3", {}, t("traffic.by_class", { hour: hourText(hour) })),
    element("div", { class: "table" }, element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body))));
}

/** Time lost over the run, by cause. */
function timeLost(parent) {
  const causes = [["lost_congestion_h", "truth"], ["lost_closures_h", "policy"], ["checkpoint_lost_h", "checkpoint"]];
  if (!column("lost_congestion_h")) return false;
  const series = causes.map(([name, colour]) => ({ name: metricName(name), data: column(name), colour: COLOUR(colour), kind: "bar", stack: "all" }))
    .filter((one) => one.data && one.data.some((value) => value > 0));
  const delay = column("car_delay_min");
  const first = overTime(parent, { title: t("fig.time_lost"), unit: t("u.h_per_day"), marks: true, min: 0, caption: t("fig.time_lost.note"), series });
  return overTime(parent, {
    title: t("fig.car_times"), unit: t("u.min"), marks: true, min: 0,
    series: [
      { name: t("m.car_trip_min"), data: column("car_trip_min"), colour: COLOUR("trips_made") },
      { name: t("m.car_delay_min"), data: delay, colour: COLOUR("truth"), area: true },
    ],
  }) || first;
}

/** Trips by time under way: each mode's own shares. */
function tripTimes(parent) {
  const table = DATA.trip_times;
  if (!table) return false;
  const from = table.rows.map((row) => Number(row[0]));
  const name = (row) => (row[1] === "" ? "≥ " + row[0] : row[0] + "–" + row[1]);
  const modes = table.header.map((header, at) => ({ header, at })).filter(({ header }) => header.endsWith("_count")).map(({ header, at }) => {
    const counts = table.rows.map((row) => Number(row[at]));
    const all = counts.reduce((sum, count) => sum + count, 0);
    const mode = parts(header).stem;
    return { mode, all, data: counts.map((count) => (all > 0 ? count / all : null)) };
  }).filter((one) => one.all > 0).sort((a, b) => b.all - a.all);
  const until = Math.max(...modes.flatMap((one) => one.data.map((share, index) => (share > 0.001 ? index : 0)))) + 1;
  if (!modes.length || !from.length) return false;
  const series = modes.map((one, index) => ({ name: thingName(one.mode), data: one.data.slice(0, until), colour: seriesColour(index) }));
  const option = timeOption({ dates: table.rows.slice(0, until).map(name), series, shares: true, min: 0 });
  option.xAxis.axisLabel.formatter = (text) => text;
  option.xAxis.axisLabel.interval = "auto";
  option.xAxis.axisPointer = { label: { show: false } };
  figure(parent, { title: t("fig.trip_times"), unit: t("u.of_trips_by_min"), wide: true, series, option, caption: t("fig.trip_times.note") });
  return true;
}
