// The page of a sensitivity analysis: which keys of the scenario each metric hangs on.

const RECORD = DATA.record;
const METHOD = RECORD.method;
/** What keys are ordered by, and what is told beside it. */
const MEASURES = METHOD === "morris" ? ["mu_star", "mu", "sigma"] : ["total", "first"];
const MAIN = MEASURES[0];
const ROWS = rowsOf(DATA.indices);
const METRICS = [...new Set(ROWS.map((row) => row.metric))].sort((a, b) => rankOf(a) - rankOf(b));
/** The rows of a metric, the key that matters most first. */
const rowsOfMetric = (metric) => ROWS.filter((row) => row.metric === metric).sort((a, b) => (b[MAIN] || 0) - (a[MAIN] || 0));
/** A key of the scenario for people: its last part, after that of its table where two would be alike. */
function keyName(key) {
  const last = (name) => name.split(".").pop().replace(/_/g, " ");
  const alike = RECORD.keys.filter((other) => last(other.name) === last(key)).length > 1;
  return (alike ? key.split(".").slice(-2, -1)[0].replace(/_/g, " ") + ": " : "") + last(key);
}
/** An index as text: effects in the metric's unit, shares of its variance in per cent. */
function indexText(metric, value, interval) {
  if (!isNumber(value)) return "–";
  if (METHOD === "sobol") return number(value * 100, interval ? 0 : 1) + " %";
  return isShare(metric) ? number(value * 100, 2) + " %" : number(value);
}
const boundsText = (row, measure) => indexText(row.metric, row[measure + "_low_90"], true) + " … " + indexText(row.metric, row[measure + "_high_90"], true);
const rangeText = (key) => {
  const ends = key.ends.map((end) => number(end)).join(key.spread === "normal" ? " ± " : " – ");
  return ends + (key.unit ? " " + key.unit : "") + " (" + t("sens.spread." + key.spread) + ")";
};

function sensitivityHead() {
  const counted = t("sens.size." + METHOD, { count: number(RECORD.size, 0), keys: number(RECORD.keys.length, 0) });
  const runs = t("sens.runs", { runs: number(RECORD.variants * RECORD.replicates, 0), replicates: number(RECORD.replicates, 0), seed: RECORD.seed });
  return [element("header", { class: "hero", id: "top" },
    element("p", { class: "kicker" }, t("sens.kicker") + " · " + RECORD.study),
    element("h1", {}, RECORD.caption || t("sens.title")),
    element("p", { class: "facts" }, [RECORD.scenario, counted, runs].filter(Boolean).join(" · ")),
    element("ul", { class: "summary" }, METRICS.filter((metric) => rankOf(metric) < FIRST.length).slice(0, 4).map((metric) => element("li", {}, sentence(metric)))))];
}
function sentence(metric) {
  const [first, second] = rowsOfMetric(metric);
  const unit = ["share", "count"].includes(parts(metric).unit) ? "" : metricUnit(metric) + " ";
  const told = (row) => t("sens.key." + METHOD, { key: keyName(row.key), value: indexText(metric, row[MAIN]), unit, bounds: boundsText(row, MAIN) });
  const keys = [first, second].filter((row) => row && row[MAIN] > 0.01 * first[MAIN]);
  return t("sens.sentence", { metric: metricName(metric), keys: keys.length ? keys.map(told).join(t("sens.then")) : t("sens.none") });
}

const CHOSEN = { metric: METRICS[0] };
/** What is drawn of a key: the main measure as a bar, and for Sobol' indices the part that it explains alone. */
const DRAWN = METHOD === "morris" ? [["mu_star", 0]] : [["total", 0], ["first", 1]];

function tornado(parent) {
  if (!METRICS.length) return false;
  const place = element("div", { class: "figures wide" });
  const draw = () => { place.replaceChildren(tornadoOf(CHOSEN.metric)); };
  parent.replaceWith(element("div", { class: "controls" }, picker(t("cmp.metric"), METRICS, METRICS.map((name) => metricName(name)), CHOSEN.metric, (name) => { CHOSEN.metric = name; draw(); })), place);
  draw();
  return true;
}
function tornadoOf(metric) {
  const rows = rowsOfMetric(metric);
  const ends = rows.flatMap((row) => DRAWN.flatMap(([measure]) => [row[measure], row[measure + "_low_90"], row[measure + "_high_90"]])).filter(isNumber);
  // What chance puts a little below nothing needs no quarter of the scale.
  const least = Math.min(0, ...ends), most = Math.max(0, ...ends);
  const [low, high] = niceEnds(least < -0.02 * most ? least : 0, most);
  const left = (value) => (value - low) / (high - low) * 100;
  const grid = element("div", { class: "forest tornado", role: "img", "aria-label": t("sens.tornado", { metric: metricName(metric) }) });
  for (const row of rows) {
    DRAWN.forEach(([measure, series], index) => {
      const value = row[measure], from = row[measure + "_low_90"], to = row[measure + "_high_90"];
      const track = element("div", { class: "track" });
      const bar = (a, b, kind) => {
        if (!isNumber(a) || !isNumber(b)) return;
        const from = left(Math.max(Math.min(a, b), low)), to = left(Math.max(a, b, low));
        track.append(element("i", { class: kind, style: "left:" + from + "%;width:" + (to - from) + "%" + (kind === "length" ? ";background:" + seriesColour(series) : "") }));
      };
      bar(0, value, "length");
      track.append(element("i", { class: "zero", style: "left:" + left(0) + "%" }));
      bar(from, to, "range");
      grid.append(element("div", { class: "name", title: row.key }, index === 0 ? keyName(row.key) : ""), track, element("div", { class: "amount" }, indexText(metric, value)));
    });
  }
  const ticks = [0, 1, 2, 3, 4].map((quarter) => low + (high - low) * quarter / 4);
  grid.append(element("div", {}), element("div", { class: "ticks" }, ticks.map((tick) => element("span", { style: "left:" + left(tick) + "%" }, indexText(metric, tick, true)))), element("div", {}));
  const key = DRAWN.length > 1 ? element("div", { class: "legend" }, DRAWN.map(([measure, series]) => element("span", {}, swatch({ colour: seriesColour(series), kind: "bar" }), " " + t("sens." + measure)))) : null;
  const unit = METHOD === "sobol" ? t("sens.of_variance") : isShare(metric) ? "%" : metricUnit(metric);
  const numbers = table([{ title: t("sens.key"), kind: "text", cell: (row) => keyName(row.key) },
    ...MEASURES.flatMap((measure) => [
      { title: t("sens." + measure), kind: "number", cell: (row) => indexText(metric, row[measure]) },
      { title: t("cmp.interval"), kind: "number", cell: (row) => boundsText(row, measure) }])], rows);
  const few = rows[0].groups < RECORD.size ? " " + t("sens.left_out", { used: number(rows[0].groups, 0), size: number(RECORD.size, 0) }) : "";
  return element("figure", { class: "wide" },
    element("h3", {}, metricName(metric), element("span", { class: "unit" }, t("over." + rows[0].over_run) + " · " + unit)),
    key, grid, element("figcaption", {}, t("sens.tornado.caption." + METHOD) + few), numbers);
}

/** Every metric and key: how much of a metric's greatest effect, or of its variance, a key has. */
function heat(parent) {
  if (!METRICS.length) return false;
  const keys = RECORD.keys.map((key) => key.name);
  const head = element("tr", {}, element("th", { scope: "col" }, t("cmp.metric")), keys.map((key) => element("th", { scope: "col", title: key }, keyName(key))));
  const body = METRICS.map((metric) => {
    const rows = rowsOfMetric(metric);
    const top = METHOD === "sobol" ? 1 : Math.max(...rows.map((row) => row[MAIN] || 0), 1e-300);
    return element("tr", {}, element("th", { scope: "row" }, metricName(metric)), keys.map((key) => {
      const row = rows.find((one) => one.key === key);
      const share = row && isNumber(row[MAIN]) ? row[MAIN] / top : null;
      if (share === null) return element("td", {}, "–");
      // The ramp grows dark to its end, so its numbers turn white.
      return element("td", { style: "background:" + rampColour(share) + (share > 0.55 ? ";color:#fff" : ""), title: t("sens." + MAIN) + ": " + indexText(metric, row[MAIN]) + " (" + boundsText(row, MAIN) + ")" }, number(share * 100, 0));
    }));
  });
  const strip = element("div", { class: "strip" });
  strip.style.background = "linear-gradient(to right, " + DATA.ramp.join(", ") + ")";
  const ends = [0, 50, 100].map((value) => element("span", {}, value + " %"));
  parent.append(element("figure", { class: "wide" },
    element("div", { class: "ramp" }, element("div", {}, t("sens.heat.scale." + METHOD)), strip, element("div", { class: "ticks" }, ends)),
    element("div", { class: "table heat", tabindex: "0" }, element("table", {}, element("thead", {}, head), element("tbody", {}, body)))));
  return true;
}

function sensitivityMethod(parent) {
  const names = (list) => list.map((name) => metricName(name)).join(t("comma"));
  parent.append(element("p", {}, t("sens.method." + METHOD)), element("p", {}, t("sens.method.intervals", { samples: number(RECORD.resamples, 0) })),
    table([
      { title: t("sens.key"), kind: "code", cell: (key) => key.name },
      { title: t("sens.range"), kind: "text", cell: rangeText },
    ], RECORD.keys));
  if (RECORD.constant.length) parent.append(element("p", { class: "note" }, t("sens.constant") + " " + names(RECORD.constant)));
  if (RECORD.without_value.length) parent.append(element("p", { class: "note" }, t("sens.without_value") + " " + names(RECORD.without_value)));
  const failed = Array.isArray(RECORD.failed) ? RECORD.failed : [];
  if (failed.length) parent.append(element("div", { class: "notes" }, t("sens.failed", { count: number(failed.length, 0) }),
    element("ul", {}, failed.slice(0, 20).map((run) => element("li", {}, run.variant + ", " + t("hero.seed", { seed: run.seed }) + ": " + run.message)))));
  const facts = [["cmp.runs", number(RECORD.variants * RECORD.replicates, 0)], ["cmp.wall", number(RECORD.wall_s, 0) + " s"], ["cmp.workers", number(RECORD.workers, 0)],
    ["cmp.memory", number(RECORD.peak_memory_bytes / 1e6, 0) + " MB"], ["cmp.version", [RECORD.version, RECORD.commit].filter(Boolean).join(" · ")]];
  parent.append(element("dl", { class: "provenance" }, facts.map(([key, value]) => element("div", {}, element("dt", {}, t(key)), element("dd", {}, value)))));
  return true;
}

show({
  sections: [
    { id: "tornado", figures: tornado },
    { id: "heat", figures: heat },
    { id: "sensitivity", below: sensitivityMethod },
  ],
  head: sensitivityHead,
  version: RECORD.version,
});
