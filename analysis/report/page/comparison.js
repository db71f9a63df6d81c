// The page of a comparison: what each scenario does beside the first, on the same seeds.

const NAMES = DATA.record.variants.map((variant) => variant.name);
const OTHERS = NAMES.slice(1);
const variantColour = (name) => seriesColour(NAMES.indexOf(name));
/** Metrics whose effects are shown side by side, as shares of what they are without. */
const SIDE_BY_SIDE = ["infections_cumulative_persons", "deaths_cumulative_persons", "icu_occupancy_beds", "hospital_occupancy_beds", "trips_made_count", "work_hours_h"];

// Names of scenarios are text, whatever they look like.
const textOf = (row) => Object.assign(row, { variant: String(row.variant) });
const EFFECTS = rowsOf(DATA.effects).map(textOf);
const effectsOf = (metric) => EFFECTS.filter((row) => row.metric === metric);
const METRICS = [...new Set(EFFECTS.map((row) => row.metric))].sort((a, b) => rankOf(a) - rankOf(b));

/** How days become the number of a run, in words after the metric's name. */
const overRun = (row) => t("over." + row.over_run);
function signed(metric, value) {
  if (!isNumber(value)) return "–";
  const text = isShare(metric) ? number(value * 100, Math.abs(value) < 0.0995 ? 2 : 1) : number(value);
  return (value > 0 ? "+" : "") + text + (isShare(metric) ? " " + t("points") : "");
}
/** Whether an effect is good, bad, or neither can be told. */
function verdict(row) {
  if (row.better === "neither" || !isNumber(row.effect_low_90) || (row.effect_low_90 <= 0 && row.effect_high_90 >= 0)) return "";
  return (row.effect < 0) === (row.better === "less") ? "good" : "bad";
}

function comparisonHead() {
  const record = DATA.record;
  const facts = [String(record.city || "").replace(/[-_]/g, " "), t("hero.residents", { count: number(record.population, 0) }),
    t("hero.days", { count: number(record.days, 0), date: dateText(record.start_date, true) }), t("cmp.replicates", { count: number(record.replicates, 0), seed: record.seed })];
  const sentences = OTHERS.map((name) => headSentence(name)).filter(Boolean);
  const saved = record.runs_independent - record.runs;
  if (saved > 0) sentences.push(t("cmp.saved", { made: number(record.runs, 0), needed: number(record.runs_independent, 0) }));
  return [element("header", { class: "hero", id: "top" },
    element("p", { class: "kicker" }, t("cmp.kicker")),
    element("h1", {}, t("cmp.title", { first: NAMES[0], others: OTHERS.join(t("comma")) })),
    element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    element("ul", { class: "summary" }, sentences.map((sentence) => element("li", {}, sentence))))];
}
function headSentence(name) {
  const row = effectsOf(DATA.record.by).find((one) => one.variant === name);
  if (!row || !isNumber(row.effect)) return null;
  const values = { name, metric: metricName(row.metric), effect: signed(row.metric, row.effect), reference: valueText(row.metric, row.reference), value: valueText(row.metric, row.value),
    low: signed(row.metric, row.effect_low_90), high: signed(row.metric, row.effect_high_90), share: percent(row.better_share), first: NAMES[0] };
  return t(isNumber(row.better_share) ? "cmp.sentence.better" : "cmp.sentence", values);
}

/** Effects in per cent of the first scenario's mean, a line a metric and scenario: 50 % thick, 90 % thin. */
function forest(parent) {
  const rows = METRICS.filter((metric) => SIDE_BY_SIDE.includes(metric) || metric === DATA.record.by)
    .flatMap((metric) => effectsOf(metric)).filter((row) => isNumber(row.effect) && Math.abs(row.reference) > 1e-12);
  if (!rows.length) return false;
  const share = (row, name) => row[name] / Math.abs(row.reference) * 100;
  const ends = rows.flatMap((row) => [share(row, "effect_low_90"), share(row, "effect_high_90"), 0]).filter(isNumber);
  const [low, high] = niceEnds(Math.min(...ends), Math.max(...ends));
  const x = (value) => (value - low) / (high - low) * 100 + "%";
  const grid = element("div", { class: "forest", role: "img", "aria-label": t("cmp.forest") });
  let before = null;
  for (const row of rows) {
    const track = element("div", { class: "track" }, element("i", { class: "zero", style: "left:" + x(0) }));
    const bar = (from, to, kind) => {
      const left = share(row, from), right = share(row, to);
      if (!isNumber(left) || !isNumber(right)) return;
      track.append(element("i", { class: kind, style: "left:" + x(left) + ";width:" + Math.max((right - left) / (high - low) * 100, 0.2) + "%;background:" + variantColour(row.variant) }));
    };
    bar("effect_low_90", "effect_high_90", "thin");
    bar("effect_low_50", "effect_high_50", "thick");
    track.append(element("i", { class: "dot", style: "left:" + x(share(row, "effect")) + ";background:" + variantColour(row.variant) }));
    const value = share(row, "effect");
    grid.append(element("div", { class: "name" }, row.metric === before ? "" : metricName(row.metric)), track,
      element("div", { class: "amount " + verdict(row) }, (value > 0 ? "+" : "") + number(value, Math.abs(value) < 10 ? 1 : 0) + " %"));
    before = row.metric;
  }
  const ticks = [low, low + (high - low) / 4, (low + high) / 2, low + (high - low) * 3 / 4, high];
  grid.append(element("div", {}), element("div", { class: "ticks" }, ticks.map((tick) => element("span", { style: "left:" + x(tick) }, number(tick, 0) + " %"))), element("div", {}));
  const key = element("div", { class: "legend" }, OTHERS.map((name) => element("span", {}, swatch({ colour: variantColour(name), kind: "bar" }), " " + name)));
  parent.append(element("figure", { class: "wide" }, element("h3", {}, t("cmp.forest"), element("span", { class: "unit" }, t("cmp.of_reference", { first: NAMES[0] }))), key, grid, element("figcaption", {}, t("cmp.forest.caption"))));
  return true;
}

const CHOSEN = { metric: null, variant: OTHERS[0], table: OTHERS[0] };

/** How a metric goes over time in each scenario: medians, and bands that hold 90 % of the replicates. */
function overDays(parent) {
  const metrics = Object.keys(DATA.bands).sort((a, b) => rankOf(a) - rankOf(b));
  if (!metrics.length) return false;
  const prefer = ["prevalence_persons", "incidence_persons"].find((name) => DATA.bands[name]);
  CHOSEN.metric = DATA.bands[CHOSEN.metric] ? CHOSEN.metric : prefer || metrics[0];
  const place = element("div", { class: "figures wide" });
  parent.replaceWith(element("div", { class: "controls" }, picker(t("cmp.metric"), metrics, metrics.map((name) => metricName(name)), CHOSEN.metric, (name) => { CHOSEN.metric = name; draw(); })), place);
  let chart = null;
  const draw = () => {
    if (chart) { CHARTS.splice(CHARTS.indexOf(chart), 1); chart.dispose(); }
    place.replaceChildren();
    chart = bandFigure(place, CHOSEN.metric);
  };
  draw();
  return true;
}
function bandFigure(place, metric) {
  const shares = isShare(metric);
  const days = DATA.bands[metric];
  const shown = NAMES.filter((name) => days[name]);
  const dates = days[shown[0]].q50.map((_, day) => dateOfDay(day) || String(day));
  const series = shown.map((name) => ({ name, data: days[name].q50, colour: variantColour(name) }));
  const option = timeOption({ dates, series, shares, width: place.clientWidth - 40 });
  for (const name of shown) {
    const { q05, q95 } = days[name];
    // A band is what is stacked on an invisible floor.
    const band = (data, opacity) => ({ name, type: "line", stack: "band " + name, data, symbol: "none", silent: true, color: variantColour(name), z: 1, tooltip: { show: false },
      lineStyle: { opacity: 0 }, areaStyle: { opacity }, stackStrategy: "all" });
    option.series.push(band(q05, 0), band(q95.map((value, day) => (isNumber(value) && isNumber(q05[day]) ? value - q05[day] : null)), 0.18));
  }
  option.tooltip.formatter = (points) => {
    const day = points[0].dataIndex;
    const box = element("div", {}, element("b", {}, dateText(dates[day], true)));
    for (const name of shown) {
      const { q05, q50, q95 } = days[name];
      box.append(element("div", {}, name + ": " + valueText(metric, q50[day]) + " (" + valueText(metric, q05[day]) + " – " + valueText(metric, q95[day]) + ")"));
    }
    return box;
  };
  return figure(place, { title: metricName(metric), unit: shares ? "%" : metricUnit(metric), wide: true, series, option, caption: t("cmp.bands.caption") });
}

function rankingTable(parent) {
  const rows = rowsOf(DATA.ranking).map(textOf);
  if (!rows.length) return false;
  const metric = DATA.record.by;
  const unit = parts(metric).unit;
  parent.append(element("p", { class: "note" }, t("cmp.ranked_by", { metric: metricName(metric) })), table([
    { title: t("cmp.place"), kind: "number", cell: (row) => String(rows.indexOf(row) + 1) },
    { title: t("cmp.scenario"), kind: "kind", cell: (row) => row.variant },
    { title: t("cmp.mean"), kind: "number", cell: (row) => valueText(metric, row["mean_" + unit]) },
    { title: t("cmp.regret"), kind: "number", cell: (row) => valueText(metric, row["regret_" + unit]) },
    { title: t("cmp.regret_max"), kind: "number", cell: (row) => valueText(metric, row["regret_max_" + unit]) },
    { title: t("cmp.best"), kind: "number", cell: (row) => percent(row.best_share) },
  ], rows));
  return true;
}

function costTable(parent) {
  const rows = rowsOf(DATA.costs).map(textOf).filter((row) => isNumber(row.cost_per_spared) && (row.low_90 || row.high_90));
  if (!rows.length) return false;
  parent.append(table([
    { title: t("cmp.scenario"), kind: "kind", cell: (row) => row.variant },
    { title: t("cmp.spared"), kind: "text", cell: (row) => t("spared." + row.spared) },
    { title: t("cmp.cost"), kind: "text", cell: (row) => t("cost." + row.cost) },
    { title: t("cmp.each"), kind: "number", cell: (row) => number(row.cost_per_spared) },
    { title: t("cmp.interval"), kind: "number", cell: (row) => number(row.low_90) + " – " + (isNumber(row.high_90) ? number(row.high_90) : "∞") },
  ], rows));
  return true;
}

/** A colour between the stops for differences; `share` goes from −1 (less) to 1 (more). */
const DIFFERENCES = DATA.differences.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
function differenceColour(share) {
  const at = (Math.min(Math.max(share, -1), 1) + 1) / 2 * (DIFFERENCES.length - 1);
  const low = Math.floor(at), high = Math.min(low + 1, DIFFERENCES.length - 1);
  return "rgb(" + DIFFERENCES[low].map((part, index) => Math.round(part + (DIFFERENCES[high][index] - part) * (at - low))).join(",") + ")";
}
let ZONES_REDRAW = () => {};
function zoneMap(parent) {
  ZONES_REDRAW = () => {};
  const all = rowsOf(DATA.zone_effects).map(textOf);
  if (!all.length || !DATA.shapes.length) return false;
  const shapes = DATA.shapes.map((shape, row) => Object.assign({}, shape, { row }));
  const frame = [Infinity, Infinity, -Infinity, -Infinity];
  for (const shape of shapes) for (const ring of shape.rings) for (const [lon, lat] of ring) {
    frame[0] = Math.min(frame[0], lon); frame[1] = Math.min(frame[1], lat);
    frame[2] = Math.max(frame[2], lon); frame[3] = Math.max(frame[3], lat);
  }
  const size = all.map((row) => Math.abs(row.effect_share || 0)).sort((a, b) => a - b);
  const top = Math.max(size[Math.floor(0.97 * (size.length - 1))], 1e-4);
  const maps = element("div", { class: "maps" });
  parent.replaceWith(maps);
  const drawn = OTHERS.map((name) => {
    const of = new Map(all.filter((row) => row.variant === name).map((row) => [String(row.zone), row]));
    const canvas = element("canvas", { role: "img", "aria-label": t("cmp.map", { name }) });
    const tip = element("div", { class: "tip" });
    const holder = element("div", { class: "map" }, canvas, tip);
    maps.append(element("figure", {}, element("h3", {}, name), holder));
    let state = { paths: [], ratio: 1 };
    const paint = (row) => { const found = of.get(String(shapes[row].zone)); return found && isNumber(found.effect_share) ? differenceColour(found.effect_share / top) : "#d9dcdc"; };
    canvas.addEventListener("mousemove", (event) => {
      const box = canvas.getBoundingClientRect(), ink = canvas.getContext("2d");
      const index = state.paths.findIndex((path) => ink.isPointInPath(path, (event.clientX - box.left) * state.ratio, (event.clientY - box.top) * state.ratio, "evenodd"));
      const found = index >= 0 ? of.get(String(shapes[index].zone)) : null;
      tip.style.display = found ? "block" : "none";
      if (!found) return;
      tip.textContent = (shapes[index].name || t("map.zone", { zone: shapes[index].zone })) + " · " + signed("effect_share", found.effect_share) + " ± " + number(found.half_width_90_share * 100, 2);
      tip.style.left = Math.max(0, Math.min(event.clientX - box.left + 12, box.width - tip.offsetWidth - 4)) + "px";
      tip.style.top = Math.max(4, event.clientY - box.top - 36) + "px";
    });
    canvas.addEventListener("mouseleave", () => { tip.style.display = "none"; });
    return () => {
      const width = holder.clientWidth;
      const shape = (frame[3] - frame[1]) / Math.max((frame[2] - frame[0]) * Math.cos((frame[1] + frame[3]) / 2 * Math.PI / 180), 1e-6);
      state = drawMap(canvas, { shapes, frame }, width, Math.round(Math.min(Math.max(width * shape, width * 0.6), width * 1.1, 640)), paint, { streets: DATA.streets.length > 0, points: false, chosen: null, scale: true });
    };
  });
  const strip = element("div", { class: "strip" });
  strip.style.background = "linear-gradient(to right, " + DATA.differences.join(", ") + ")";
  const ends = [-top, 0, top].map((value, index) => element("span", {}, (index === 0 ? "≤ " : index === 2 ? "≥ " : "") + signed("effect_share", value)));
  maps.after(element("div", { class: "ramp" }, element("div", {}, t("cmp.map.scale", { first: NAMES[0] })), strip, element("div", { class: "ticks" }, ends)));
  ZONES_REDRAW = () => drawn.forEach((draw) => draw());
  ZONES_REDRAW();
  setTimeout(ZONES_REDRAW, 0);
  return true;
}

function allEffects(parent) {
  if (!EFFECTS.length) return false;
  const place = element("div", {});
  const draw = () => {
    const rows = METRICS.flatMap((metric) => effectsOf(metric)).filter((row) => row.variant === CHOSEN.table && (row.reference || row.value));
    place.replaceChildren(table([
      { title: t("cmp.metric"), kind: "text", cell: (row) => metricName(row.metric) + " (" + [overRun(row), isShare(row.metric) ? "" : metricUnit(row.metric)].filter(Boolean).join(", ") + ")" },
      { title: NAMES[0], kind: "number", cell: (row) => valueText(row.metric, row.reference) },
      { title: CHOSEN.table, kind: "number", cell: (row) => valueText(row.metric, row.value) },
      { title: t("cmp.effect"), kind: "number", cell: (row) => element("span", { class: verdict(row) }, signed(row.metric, row.effect)) },
      { title: t("cmp.interval"), kind: "number", cell: (row) => signed(row.metric, row.effect_low_90) + " … " + signed(row.metric, row.effect_high_90) },
      { title: t("cmp.better"), kind: "number", cell: (row) => (isNumber(row.better_share) ? percent(row.better_share) : "–") },
      { title: t("cmp.pairing"), kind: "number", cell: (row) => number(row.pairing_ratio) },
    ], rows));
  };
  parent.append(element("div", { class: "controls" }, picker(t("cmp.scenario"), OTHERS, OTHERS, CHOSEN.table, (name) => { CHOSEN.table = name; draw(); })), place);
  draw();
  return true;
}

function comparisonMethod(parent) {
  const record = DATA.record;
  const rule = record.tolerance > 0 ? t("cmp.rule", { metric: metricName(record.by), tolerance: percent(record.tolerance) }) : t("cmp.rule.none");
  const policies = (variant) => (variant.policies || []).map((policy) => thingName(policy.kind)).join(t("comma")) || "–";
  parent.append(
    element("p", {}, rule + " " + t(record.stopped_early ? "cmp.stopped" : "cmp.all_made", { made: number(record.replicates, 0), most: number(record.replicates_max, 0) })),
    table([
      { title: t("cmp.scenario"), kind: "kind", cell: (variant) => variant.name },
      { title: t("what"), kind: "text", cell: (variant) => variant.caption || "" },
      { title: t("policy"), kind: "text", cell: policies },
    ], record.variants));
  const facts = [["cmp.seeds", record.seed + " – " + (record.seed + record.replicates - 1)], ["cmp.runs", number(record.runs, 0)], ["cmp.wall", number(record.wall_s, 0) + " s"],
    ["cmp.workers", number(record.workers, 0)], ["cmp.memory", number(record.peak_memory_bytes / 1e6, 0) + " MB"], ["cmp.version", [record.version, record.commit].filter(Boolean).join(" · ")]];
  parent.append(element("dl", { class: "provenance" }, facts.map(([key, value]) => element("div", {}, element("dt", {}, t(key)), element("dd", {}, value)))));
  const sources = Array.isArray(record.city_sources) ? record.city_sources : [];
  if (sources.length) parent.append(element("ul", { class: "sources" }, sources.map((source) => element("li", {}, source))));
  if (DATA.notes.length) parent.append(element("div", { class: "notes" }, t("notes"), element("ul", {}, DATA.notes.map((note) => element("li", {}, note)))));
  return true;
}

show({
  sections: [
    { id: "effects", figures: forest },
    { id: "overdays", figures: overDays },
    { id: "ranking", below: rankingTable },
    { id: "costs", below: costTable },
    { id: "zones", figures: zoneMap },
    { id: "alleffects", below: allEffects },
    { id: "comparison", below: comparisonMethod },
  ],
  head: comparisonHead,
  redraw: () => ZONES_REDRAW(),
  version: DATA.record.version,
});
