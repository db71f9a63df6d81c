// What the page knows: the run's data, the words of two languages, and how numbers, dates and units are written.
"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent);
const WORDS = JSON.parse(document.getElementById("words").textContent);
// Residents of zones come with their shapes where the table lacks them.
if (DATA.zones && !DATA.zones.metrics.residents_persons && DATA.shapes.some((shape) => shape.population > 0)) {
  const residents = new Map(DATA.shapes.map((shape) => [shape.zone, shape.population]));
  DATA.zones.names.push("residents_persons");
  DATA.zones.metrics.residents_persons = [DATA.zones.keys.map((zone) => (residents.has(zone) ? residents.get(zone) : null))];
}
// A metric that is the same on all days comes once.
for (const cube of [DATA.zones, DATA.ages, DATA.settings]) {
  if (!cube) continue;
  for (const name of cube.names) {
    const days = cube.metrics[name];
    while (days.length && days.length < cube.days.length) days.push(days[0]);
  }
}
let LANGUAGE = /^#?zh/i.test(location.hash) || (!location.hash && /^zh/i.test(navigator.language || "")) ? "zh" : "en";

/** The words for `key` in the page's language, with `{name}` replaced by `values.name`. */
function t(key, values) {
  const entry = WORDS[key];
  let text = entry ? entry[LANGUAGE] : key;
  if (values) text = text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  return text;
}

/** Units by which column names may end, longest first. */
const UNITS = ["h_per_person", "min_per_person", "km_per_person", "per_person", "person_days", "persons", "beds", "count",
  "share", "ratio", "min", "ms", "mw", "m3s", "kg", "km", "h", "s", "m"];
/** What a column's name says: `{ stem, unit }`. */
function parts(column) {
  const unit = UNITS.find((known) => column.endsWith("_" + known)) || column.split("_").pop();
  const stem = column.endsWith("_" + unit) ? column.slice(0, -unit.length - 1) : column;
  return { stem, unit };
}
/** A column's name for people. */
function metricName(column) {
  if (WORDS["m." + column]) return t("m." + column);
  const text = parts(column).stem.replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
/** A column's unit for people. */
function metricUnit(column) {
  const unit = parts(column).unit;
  return WORDS["u." + unit] ? t("u." + unit) : unit.replace(/_/g, " ");
}
/** A name in the tables (policy, setting, kind of place) for people. */
function thingName(name) {
  const key = "t." + String(name);
  if (WORDS[key]) return t(key);
  const text = String(name).replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const isNumber = (value) => typeof value === "number" && isFinite(value);
const isShare = (column) => parts(column).unit === "share";
const locale = () => (LANGUAGE === "zh" ? "zh-CN" : "en-GB");
/** A number with as many digits as the eye can use. */
function number(value, digits) {
  if (!isNumber(value)) return "–";
  const size = Math.abs(value);
  const places = digits !== undefined ? digits : size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.095 ? 2 : 4;
  // Nothing has no sign, even where it's less than nothing by a hair.
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: places }).format(value).replace(/^-0$/, "0");
}
/** A share 0…1 in per cent. */
function percent(share) {
  if (!isNumber(share)) return "–";
  const value = share * 100;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return number(value, Math.abs(value) < 9.95 ? 1 : 0) + " %";
}
/** A short number for axes: 12k, 1.2万. */
function short(value) {
  if (!isNumber(value)) return "";
  if (Math.abs(value) < 10000) return number(value);
  return new Intl.NumberFormat(locale(), { notation: "compact", maximumFractionDigits: 1 }).format(value);
}
/** A value of `column` as text without its unit (per cent for shares). */
const valueText = (column, value) => (isShare(column) ? percent(value) : number(value));

/** `2020-03-14` as `14 Mar` or `3月14日`; with `year`, the year too. */
function dateText(iso, year) {
  const match = /^(\d{4})-(\d\d)-(\d\d)(.*)$/.exec(String(iso));
  if (!match) return String(iso);
  const date = new Date(Date.UTC(+match[1], +match[2] - 1, +match[3]));
  const form = { day: "numeric", month: LANGUAGE === "zh" ? "long" : "short", timeZone: "UTC" };
  if (year) form.year = "numeric";
  const hour = match[4].replace(/^[T ]/, " ").replace(/(:\d\d):00.*$/, "$1");
  return new Intl.DateTimeFormat(locale(), form).format(date) + hour;
}
/** The ISO date of a day of the run; null where it cannot be known. */
function dateOfDay(day) {
  const row = DATA.metrics.day.indexOf(day);
  if (row >= 0) return DATA.metrics.date[row];
  const start = /^\d{4}-\d\d-\d\d/.exec(DATA.run.start_date || DATA.metrics.date[0] || "");
  if (!start || !isNumber(day)) return null;
  const date = new Date(start[0] + "T00:00:00Z");
  date.setUTCDate(date.getUTCDate() + day);
  return isNaN(date) ? null : date.toISOString().slice(0, 10);
}
/** A day of the run as a date, or as "day 20" where dates are not known. */
function dayText(day, year) {
  const date = dateOfDay(day);
  return date ? dateText(date, year) : t("day_number", { day });
}

/** Columns that some figure shows; the explorer shows them all. */
function column(name) {
  const values = DATA.metrics.columns[name];
  return values && values.some(isNumber) ? values : null;
}
/** Whether a column never falls, as totals do that run on. */
function isRunningTotal(values) {
  const known = values.filter(isNumber);
  return known.every((value, index) => index === 0 || value >= known[index - 1]);
}
/** What a running total grew by from row to row. */
const growth = (values) => values.map((value, index) => (index === 0 ? value : isNumber(value) && isNumber(values[index - 1]) ? value - values[index - 1] : null));
/** Mean over the seven rows around each row; over fewer at both ends. */
function weekly(values) {
  return values.map((value, index) => {
    if (!isNumber(value)) return null;
    const reach = Math.min(3, index, values.length - 1 - index);
    const near = values.slice(index - reach, index + reach + 1).filter(isNumber);
    return near.reduce((sum, each) => sum + each, 0) / near.length;
  });
}
/** `a[i] / b[i]` where `b[i]` is at least `least`. */
const divide = (a, b, least) => a.map((value, index) => (isNumber(value) && b[index] >= (least || 1e-12) ? value / b[index] : null));
/** `a[i] + b[i]`. */
const add = (a, b) => a.map((value, index) => (isNumber(value) && isNumber(b[index]) ? value + b[index] : null));
/** A text of an object of `run.json`; where there is `FIELD_zh`, it serves the Chinese page. */
const worded = (item, field) => (LANGUAGE === "zh" && item[field + "_zh"]) || item[field] || "";
/** Lists of `run.json`, whatever it holds. */
const list = (name) => (Array.isArray(DATA.run[name]) ? DATA.run[name].filter((item) => item !== null && item !== undefined) : []);

/** Metrics that come first, where they have values. */
const FIRST = ["infections_cumulative_persons", "deaths_cumulative_persons", "icu_occupancy_beds", "hospital_occupancy_beds",
  "trips_prevented_count", "checkpoint_lost_h", "code_false_red_persons", "work_hours_h", "output_share"];
function rankOf(metric) { const at = FIRST.indexOf(metric); return at < 0 ? FIRST.length : at; }
/** The rows of a table of columns as objects. */
function rowsOf(columns) {
  const [first] = Object.values(columns || {});
  return (first || []).map((_, index) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index]])));
}

/** An element with attributes and children; strings become text, never markup. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined && child !== false) made.append(child);
  return made;
}
