// Headline cards and tables.

/** A table. Columns: title, kind ("number", "value", "text", "code"), cell(row) giving text or an element. */
function table(columns, rows) {
  const head = element("tr", {}, columns.map((column) => element("th", { class: ["number", "value"].includes(column.kind) ? column.kind : "", scope: "col" }, column.title)));
  const body = rows.map((row) => element("tr", {}, columns.map((column) => element("td", { class: column.kind || "" }, column.cell(row)))));
  return element("div", { class: "table", tabindex: "0" }, element("table", {}, element("thead", {}, head), element("tbody", {}, body)));
}

function cards() {
  const h = DATA.headline;
  const made = [];
  const card = (value, label, text, unit, note) => {
    if (value === null || value === undefined) return;
    made.push(element("div", { class: "card" }, element("div", { class: "label" }, t(label)),
      element("div", { class: "value" }, text(value), unit ? element("small", {}, unit) : null),
      note ? element("div", { class: "note" }, note) : null));
  };
  const whole = (value) => number(value, 0);
  card(h.infected_persons, "card.infected", whole, "", h.attack_rate_share === null ? "" : t("card.infected.note", { share: percent(h.attack_rate_share) }));
  if (h.peak_incidence) card(h.peak_incidence.value, "card.peak", whole, t("u.a_day"), dateText(h.peak_incidence.date, true));
  card(h.deaths_persons, "card.deaths", whole, "", h.infected_persons > 0 ? t("card.deaths.note", { share: percent(h.deaths_persons / h.infected_persons) }) : "");
  if (h.peak_icu) card(h.peak_icu.value, "card.icu", whole, h.icu_capacity_beds === null ? t("u.beds") : "/ " + whole(h.icu_capacity_beds),
    h.icu_full_days > 0 ? t("card.icu.full", { days: whole(h.icu_full_days) }) : dateText(h.peak_icu.date, true));
  card(h.trips_prevented_count, "card.prevented", whole, "", t("card.prevented.note", { share: percent(h.trips_prevented_share) }));
  card(h.checkpoint_wait_min, "card.wait", (value) => whole(value / 60), t("u.h"), h.scans_count > 0 ? t("card.wait.note", { each: number(h.checkpoint_wait_min / h.scans_count, 2) }) : "");
  card(h.false_red_person_days, "card.false_red", whole, "", h.true_red_person_days + h.false_red_person_days > 0
    ? t("card.false_red.note", { share: percent(h.false_red_person_days / (h.true_red_person_days + h.false_red_person_days)) }) : "");
  card(h.output_lost_share, "card.output", percent, "", h.days ? t("card.output.note", { days: number(h.output_lost_share * h.days, 1) }) : "");
  card(h.travel_h_per_person, "card.travel", (value) => number(value, 2), t("u.h"), t("card.travel.note"));
  return made.length ? element("div", { class: "cards" }, made) : null;
}

/** A little scale that shows where a value lies against its reference range. */
function rangePicture(fact) {
  const low = isNumber(fact.reference_low) ? fact.reference_low : fact.reference_high;
  const high = isNumber(fact.reference_high) ? fact.reference_high : fact.reference_low;
  if (!isNumber(low) || !isNumber(fact.value)) return "";
  const from = Math.min(low, fact.value), to = Math.max(high, fact.value);
  const span = to - from || Math.abs(to) || 1;
  const x = (value) => 10 + (value - from) / span * 110;
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const picture = svg("svg", { class: "range", viewBox: "0 0 130 16", "aria-hidden": "true" });
  const inside = fact.value >= low && fact.value <= high;
  picture.append(svg("line", { x1: 4, x2: 126, y1: 8, y2: 8, stroke: "#d5d1c4" }),
    svg("rect", { x: x(low), y: 4, width: Math.max(x(high) - x(low), 2), height: 8, rx: 4, fill: "#cfd8d6" }),
    svg("circle", { cx: x(fact.value), cy: 8, r: 4.5, fill: inside ? COLOUR("code_green") : COLOUR("code_red"), stroke: "#fff" }));
  return picture;
}
/** A fact named like a metric has its words among them. */
const factName = (fact) => (LANGUAGE === "zh" && fact.name_zh) || (/^[a-z0-9_]+$/.test(fact.name) ? metricName(fact.name) : fact.name);
function factText(fact, value) {
  if (fact.unit === "ratio") return number(value);
  return fact.unit === "share" ? percent(value) : number(value) + (fact.unit ? " " + (WORDS["u." + fact.unit] ? t("u." + fact.unit) : fact.unit) : "");
}
function factsTable(parent) {
  const facts = list("facts").filter((fact) => fact && fact.name && isNumber(fact.value));
  if (!facts.length) return false;
  const verdict = (fact) => {
    if (isNumber(fact.reference_low) && fact.value < fact.reference_low) return element("span", { class: "bad" }, "▼ " + t("facts.below"));
    if (isNumber(fact.reference_high) && fact.value > fact.reference_high) return element("span", { class: "bad" }, "▲ " + t("facts.above"));
    if (!isNumber(fact.reference_low) && !isNumber(fact.reference_high)) return "–";
    return element("span", { class: "good" }, "✓ " + t("facts.inside"));
  };
  const reference = (fact) => {
    const low = isNumber(fact.reference_low), high = isNumber(fact.reference_high);
    if (low && high) return factText(Object.assign({}, fact, { unit: fact.unit === "share" ? "share" : "" }), fact.reference_low) + " – " + factText(fact, fact.reference_high);
    if (low) return "≥ " + factText(fact, fact.reference_low);
    return high ? "≤ " + factText(fact, fact.reference_high) : "–";
  };
  parent.append(element("h3", { class: "before-table" }, t("facts.title")), table([
    { title: t("facts.name"), kind: "text", cell: factName },
    { title: t("facts.value"), kind: "number", cell: (fact) => factText(fact, fact.value) },
    { title: t("facts.reference"), kind: "number", cell: reference },
    { title: "", cell: rangePicture },
    { title: t("facts.verdict"), cell: verdict },
    { title: t("source"), kind: "text", cell: (fact) => worded(fact, "source") },
  ], facts));
  return true;
}

function checkpointTable(parent) {
  if (!DATA.checkpoints.length) return false;
  parent.append(element("h3", { class: "before-table" }, t("checkpoints.title", { shown: DATA.checkpoints.length, all: DATA.checkpoints_count })), table([
    { title: t("checkpoints.place"), kind: "text", cell: (row) => row.place },
    { title: t("checkpoints.kind"), kind: "kind", cell: (row) => (row.kind ? thingName(row.kind) : "–") },
    { title: t("checkpoints.wait"), kind: "number", cell: (row) => number(row.wait_min, 2) },
    { title: t("checkpoints.waited"), kind: "number", cell: (row) => number(row.waited_h, 0) },
    ["wait_max_min", "queue_max_persons"].filter((name) => DATA.checkpoints.some((row) => isNumber(row[name])))
      .map((name) => ({ title: t("checkpoints." + name), kind: "number", cell: (row) => number(row[name], name === "wait_max_min" ? 1 : 0) })),
    { title: t("m.scans_count"), kind: "number", cell: (row) => number(row.scans_count, 0) },
    { title: t("m.scans_refused_count"), kind: "number", cell: (row) => number(row.refused_count, 0) },
  ].flat(), DATA.checkpoints));
  return true;
}

/** A cell for each hour of the day, coloured by how full vehicles were. */
function hourStrip(row) {
  const hours = row.load_share.map((share, hour) => element("i", isNumber(share) ? { style: "background:" + rampColour(share), title: hour + ":00 · " + percent(share) } : {}));
  return element("span", { class: "loads" }, hours);
}

function lineTable(parent) {
  if (!DATA.lines.length) return false;
  parent.append(element("h3", { class: "before-table" }, t("lines.title", { shown: DATA.lines.length, all: DATA.lines_count })), table([
    { title: t("lines.line"), kind: "text", cell: (row) => row.line },
    { title: t("checkpoints.kind"), kind: "kind", cell: (row) => thingName(row.mode) },
    { title: t("m.boardings_count"), kind: "number", cell: (row) => number(row.boardings_count, 0) },
    { title: t("m.boardings_denied_count"), kind: "number", cell: (row) => number(row.denied_count, 0) },
    { title: t("lines.hours"), cell: hourStrip },
  ], DATA.lines), element("p", { class: "note" }, t("lines.note")));
  return true;
}

function departmentTable(parent) {
  const departments = DATA.departments;
  if (!departments || !departments.rows.length) return false;
  const columns = departments.header.map((name, index) => {
    const numeric = departments.rows.every((row) => row[index] === "" || isFinite(Number(row[index]))) && departments.rows.some((row) => row[index] !== "");
    const unit = ["h_mean", "share", "count"].some((known) => name.endsWith(known)) || !numeric ? "" : " (" + metricUnit(name) + ")";
    const text = (row) => (row[index] === "" ? "–" : isShare(name) ? percent(Number(row[index])) : number(Number(row[index])));
    return { title: metricName(name) + unit, kind: numeric ? "number" : "text", cell: (row) => (numeric ? text(row) : thingName(row[index])) };
  });
  parent.append(table(columns, departments.rows));
  return true;
}

/** An item of a list of policies or hazards as its kind and words. */
const itemKind = (item) => (typeof item === "string" ? item : thingName(item.kind || item.name || "–"));
const itemSummary = (item) => (typeof item === "string" ? "" : LANGUAGE === "zh" && !item.summary_zh && WORDS["about." + item.kind] ? t("about." + item.kind) : worded(item, "summary"));
/** The source of a parameter; what the program itself says of it is put into the page's language. */
function sourceText(each) {
  const text = worded(each, "source");
  if (text === "--set") return t("by_flag");
  if (text === WORDS.choice.en) return t("choice");
  return text.replace(/^assumption(?=$|[:;,])/, t("assumption"));
}
function plainValue(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return new Intl.NumberFormat(locale(), { maximumSignificantDigits: 6, useGrouping: Math.abs(value) >= 10000 }).format(value);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
/** A key that may break at its dots and underscores. */
const breakable = (key) => element("span", {}, String(key).split(/(?<=[._])/).flatMap((part) => [part, element("wbr")]));
/** A parameter's value without the unit, which has a column of its own. */
function parameterValue(each) {
  if (each.value === "") return t("parameters.unset");
  const text = plainValue(each.value), unit = each.unit ? " " + each.unit : "";
  return unit && text.endsWith(unit) ? text.slice(0, -unit.length) : text;
}
function methodTables(parent) {
  const policies = list("policies"), hazards = list("hazards"), parameters = list("parameters").filter((each) => each && each.key);
  const limit = (day, words) => (isNumber(day) ? dayText(Math.floor(day), true) : t(words));
  const term = [
    { title: t("policies.from"), kind: "number", cell: (item) => limit(item.from_day, "policies.start") },
    { title: t("policies.until"), kind: "number", cell: (item) => limit(item.until_day, "policies.end") }];
  if (hazards.length) parent.append(element("h3", { class: "before-table" }, t("hazards.title")), table([
    { title: t("kind"), kind: "kind", cell: itemKind }, { title: t("what"), kind: "text", cell: itemSummary }, ...term], hazards));
  if (policies.length) parent.append(element("h3", { class: "before-table" }, t("policies.title")), table([
    { title: t("policy"), kind: "kind", cell: itemKind },
    { title: t("what"), kind: "text", cell: itemSummary }, ...term], policies));
  if (parameters.length) parent.append(element("h3", { class: "before-table" }, t("parameters.title")), table([
    { title: t("parameter"), kind: "code", cell: (each) => breakable(each.key) },
    { title: t("value"), kind: "value", cell: parameterValue },
    { title: t("unit"), cell: (each) => (WORDS["u." + each.unit] ? t("u." + each.unit) : each.unit || "") },
    { title: t("source"), kind: "text", cell: sourceText }], parameters));
  const sources = list("city_sources").map(String);
  if (sources.length) parent.append(element("h3", { class: "before-table" }, t("sources.title")), element("ul", { class: "sources" }, sources.map((source) => element("li", {}, source))));
  return true;
}

function provenance(parent) {
  const run = DATA.run;
  const rows = [];
  const add = (key, value, code) => { if (value !== undefined && value !== null && value !== "") rows.push(element("div", {}, element("dt", {}, t(key)), element("dd", { class: code ? "code" : "" }, String(value)))); };
  const seconds = (value) => (isNumber(value) ? number(value, 1) + " s" : null);
  add("p.scenario", run.scenario, true); add("p.city", run.city);
  add("p.seed", run.seed); add("p.version", run.version); add("p.commit", run.commit, true);
  add("p.scenario_hash", run.scenario_hash, true); add("p.city_hash", run.city_hash, true);
  add("p.state_hash", run.state_hash_last, true); add("p.threads", run.threads);
  add("p.setup", seconds(run.setup_s)); add("p.wall", seconds(run.wall_s));
  add("p.speed", isNumber(run.person_days_per_s) ? t("p.speed.value", { value: short(run.person_days_per_s) }) : null);
  if (isNumber(run.peak_memory_bytes)) {
    const each = run.population > 0 ? t("p.memory.each", { value: number(run.peak_memory_bytes / run.population / 1000, 2) }) : "";
    add("p.memory", number(run.peak_memory_bytes / 1e6, 0) + " MB" + each);
  }
  if (isNumber(run.forecast_memory_bytes)) add("p.forecast", number(run.forecast_memory_bytes / 1e6, 0) + " MB");
  parent.append(element("dl", { class: "provenance" }, rows));
  const phases = list("phases").filter((phase) => phase && isNumber(phase.wall_s));
  const grid = element("div", { class: "figures" });
  parent.append(grid);
  bars(grid, { title: t("fig.phases"), unit: "s", wide: true, format: (value) => number(value, 2) + " s",
    rows: phases.map((phase) => ({ name: thingName(phase.name), value: phase.wall_s, colour: seriesColour(0) })) });
  if (DATA.notes.length) parent.append(element("div", { class: "notes" }, t("notes"), element("ul", {}, DATA.notes.map((note) => element("li", {}, note)))));
  return true;
}
