// The page of a calibration or a forecast: what is known of the values fitted, and bands of what may be seen.

const RECORD = DATA.record;
const KIND = DATA.kind;
const PARAMETERS = rowsOf(DATA.parameters);
const BANDS = rowsOf(DATA.bands).map((row) => Object.assign(row, { variant: row.variant === null ? "" : String(row.variant) }));
const VARIANTS = [...new Set(BANDS.map((row) => row.variant))];
const METRICS = [...new Set(BANDS.map((row) => row.metric))];
/** Observed metrics stand first, as the table has them. */
const isObserved = (metric) => RECORD.observed.includes(metric);
const variantName = (name) => name || t("fit.one");
/** A key for people: the last part of its path, or the metric whose share it is. */
const keyText = (key) => (key.startsWith("observed.") ? t("fit.share_of", { metric: metricName(key.slice(9)) }) : key.split(".").pop().replace(/_/g, " "));
const withUnit = (row, value) => (isNumber(value) ? number(value) + (row.key_unit ? " " + row.key_unit : "") : "–");

function fitHead() {
  const days = t("hero.days", { count: number(RECORD.days, 0), date: dateText(RECORD.start_date, true) });
  const runs = t("fit.runs." + KIND, { runs: number(RECORD.runs, 0), particles: number(RECORD.particles, 0), from: RECORD.from_date ? dateText(RECORD.from_date, true) : "", ahead: number(RECORD.days_ahead, 0) });
  const sentences = PARAMETERS.slice(0, 5).map((row) => t("fit.sentence", { key: keyText(row.key), mean: withUnit(row, row.mean), low: number(row.q05), high: withUnit(row, row.q95), before_low: number(row.prior_q05), before_high: withUnit(row, row.prior_q95) }));
  return [element("header", { class: "hero", id: "top" },
    element("p", { class: "kicker" }, t("fit.kicker." + KIND) + " · " + RECORD.study),
    element("h1", {}, RECORD.caption || t("fit.title." + KIND)),
    element("p", { class: "facts" }, [RECORD.scenario, days, runs].filter(Boolean).join(" · ")),
    element("ul", { class: "summary" }, sentences.map((sentence) => element("li", {}, sentence))))];
}

const CHOSEN = { metric: METRICS[0] };
/** What was observed as dots on medians and bands of 50 % and 90 %. */
function bandsOver(parent) {
  if (!METRICS.length) return false;
  const place = element("div", { class: "figures wide" });
  let chart = null;
  const draw = () => {
    if (chart) { CHARTS.splice(CHARTS.indexOf(chart), 1); chart.dispose(); }
    place.replaceChildren();
    chart = bandsOf(place, CHOSEN.metric);
  };
  parent.replaceWith(element("div", { class: "controls" }, picker(t("cmp.metric"), METRICS, METRICS.map((name) => metricName(name)), CHOSEN.metric, (name) => { CHOSEN.metric = name; draw(); })), place);
  draw();
  return true;
}
function bandsOf(place, metric) {
  const shares = isShare(metric);
  const own = BANDS.filter((row) => row.metric === metric);
  const dates = [...new Set(own.map((row) => row.date))];
  const days = (variant) => { const rows = new Map(own.filter((row) => row.variant === variant).map((row) => [row.date, row])); return dates.map((date) => rows.get(date) || {}); };
  const series = VARIANTS.map((name, index) => ({ name: variantName(name), data: days(name).map((row) => (isNumber(row.q50) ? row.q50 : null)), colour: seriesColour(index) }));
  const option = timeOption({ dates, series, shares, width: place.clientWidth - 40 });
  VARIANTS.forEach((variant, index) => {
    const rows = days(variant);
    // A band is what is stacked on an invisible floor.
    const layer = (key, data, opacity) => ({ name: variantName(variant), type: "line", stack: key + variant, data, symbol: "none", silent: true, color: seriesColour(index), z: 1, tooltip: { show: false },
      lineStyle: { opacity: 0 }, areaStyle: { opacity }, stackStrategy: "all" });
    for (const [low, high, opacity] of [["q05", "q95", 0.15], ["q25", "q75", 0.22]]) {
      const floor = rows.map((row) => (isNumber(row[low]) ? row[low] : null));
      option.series.push(layer(low, floor, 0), layer(low, rows.map((row) => (isNumber(row[high]) && isNumber(row[low]) ? row[high] - row[low] : null)), opacity));
    }
  });
  const seen = days(VARIANTS[0]).map((row) => (isNumber(row.observed) ? row.observed : null));
  if (seen.some(isNumber)) option.series.push({ name: t("fit.observed"), type: "scatter", data: seen, symbolSize: 5, color: "#20262c", z: 4 });
  const from = RECORD.from_date ? dates.indexOf(RECORD.from_date) : -1;
  if (from >= 0) option.series[0].markLine = { silent: true, symbol: "none", data: [{ xAxis: from }], lineStyle: { color: COLOUR("policy"), type: [3, 4] }, label: { formatter: t("fit.from"), position: "insideEndTop", fontFamily: SANS } };
  option.tooltip.formatter = (points) => {
    const day = points[0].dataIndex;
    const box = element("div", {}, element("b", {}, dateText(dates[day], true)));
    for (const name of VARIANTS) {
      const row = days(name)[day];
      if (isNumber(row.q50)) box.append(element("div", {}, variantName(name) + ": " + valueText(metric, row.q50) + " (" + valueText(metric, row.q05) + " – " + valueText(metric, row.q95) + ")"));
    }
    if (isNumber(seen[day])) box.append(element("div", {}, t("fit.observed") + ": " + valueText(metric, seen[day])));
    return box;
  };
  const all = seen.some(isNumber) ? [...series, { name: t("fit.observed"), data: seen, colour: "#20262c" }] : series;
  return figure(place, { title: metricName(metric), unit: shares ? "%" : metricUnit(metric), wide: true, series: all, option, caption: t(isObserved(metric) ? "fit.bands.observed" : "fit.bands.hidden") });
}

function parametersTable(parent) {
  if (!PARAMETERS.length) return false;
  const bounds = (row, low, high) => number(row[low]) + " … " + withUnit(row, row[high]);
  parent.append(table([
    { title: t("sens.key"), kind: "code", cell: (row) => breakable(row.key) },
    { title: t("cmp.mean"), kind: "number", cell: (row) => withUnit(row, row.mean) },
    { title: t("fit.sd"), kind: "number", cell: (row) => number(row.sd) },
    { title: t("cmp.interval"), kind: "number", cell: (row) => bounds(row, "q05", "q95") },
    { title: t("fit.before"), kind: "number", cell: (row) => bounds(row, "prior_q05", "prior_q95") },
  ], PARAMETERS));
  return true;
}

function scoresTable(parent) {
  const rows = DATA.scores ? rowsOf(DATA.scores) : [];
  if (!rows.length) return false;
  parent.append(table([
    { title: t("cmp.metric"), kind: "text", cell: (row) => metricName(row.metric) },
    { title: t("fit.model"), kind: "text", cell: (row) => (row.model === "persistence" ? t("fit.persistence") : variantName(String(row.model))) },
    { title: t("fit.forecasts"), kind: "number", cell: (row) => number(row.forecasts_count, 0) },
    { title: t("fit.wis"), kind: "number", cell: (row) => number(row.wis) },
    { title: t("fit.relative"), kind: "number", cell: (row) => number(row.wis_ratio, 3) },
    { title: "50 %", kind: "number", cell: (row) => percent(row.coverage_50_share) },
    { title: "90 %", kind: "number", cell: (row) => percent(row.coverage_90_share) },
    { title: "95 %", kind: "number", cell: (row) => percent(row.coverage_95_share) },
    { title: t("fit.bias"), kind: "number", cell: (row) => number(row.bias, 2) },
  ], rows));
  return true;
}

function fitMethod(parent) {
  parent.append(element("p", {}, t("fit.method." + (KIND === "forecast" ? "forecast" : RECORD.method))), element("p", {}, t("fit.method.error")));
  if (DATA.rounds) parent.append(table([
    { title: t("fit.round"), kind: "number", cell: (row) => number(row.round + 1, 0) },
    { title: t("cmp.runs"), kind: "number", cell: (row) => number(row.runs_count, 0) },
    { title: t("fit.distance"), kind: "number", cell: (row) => number(row.distance, 2) },
    { title: t("fit.accepted"), kind: "number", cell: (row) => percent(row.accepted_share) },
  ], rowsOf(DATA.rounds)));
  const failed = Array.isArray(RECORD.failed) ? RECORD.failed : [];
  if (failed.length) parent.append(element("div", { class: "notes" }, t("sens.failed", { count: number(failed.length, 0) }),
    element("ul", {}, failed.slice(0, 20).map((run) => element("li", {}, run.variant + ", " + t("hero.seed", { seed: run.seed }) + ": " + run.message)))));
  const facts = [["cmp.runs", number(RECORD.runs, 0)], ["fit.particles", number(RECORD.particles, 0) + (isNumber(RECORD.particles_effective) ? " (" + number(RECORD.particles_effective, 0) + ")" : "")],
    ["cmp.wall", number(RECORD.wall_s, 0) + " s"], ["cmp.memory", number(RECORD.peak_memory_bytes / 1e6, 0) + " MB"], ["cmp.version", [RECORD.version, RECORD.commit].filter(Boolean).join(" · ")]];
  parent.append(element("dl", { class: "provenance" }, facts.map(([key, value]) => element("div", {}, element("dt", {}, t(key)), element("dd", {}, value)))));
  return true;
}

show({
  sections: [
    { id: "seen", figures: bandsOver },
    { id: "known", below: parametersTable },
    { id: "scores", below: scoresTable },
    { id: "fit", below: fitMethod },
  ],
  head: fitHead,
  version: RECORD.version,
});
