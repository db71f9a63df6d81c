// Infrastructure: who had power, phone, water and hospital, hour by hour, and what failed first and why.

const SERVICES = [["power", "checkpoint"], ["mobile", "policy"], ["water", "transit"], ["hospital", "hospital"]];

function infrastructureFigures(parent) {
  const served = DATA.served;
  if (!served || !served.rows.length) return false;
  const at = (name) => served.header.indexOf(name);
  const hourOf = (row) => Number(row[at("day")]) * 24 + Number(row[at("hour_of_day")]);
  const first = hourOf(served.rows[0]), last = hourOf(served.rows[served.rows.length - 1]);
  const rows = new Map(served.rows.map((row) => [hourOf(row), row]));
  const hours = Array.from({ length: last - first + 3 }, (_, index) => first - 1 + index).filter((hour) => hour >= 0);
  // An hour without a row is one in which nothing was out.
  const values = (name, otherwise) => hours.map((hour) => (rows.has(hour) ? Number(rows.get(hour)[at(name)]) : otherwise));
  const name = (hour) => (dateOfDay(Math.floor(hour / 24)) ? dateText(dateOfDay(Math.floor(hour / 24))) : String(Math.floor(hour / 24))) + " " + String(hour % 24).padStart(2, "0") + ":00";
  const draw = (title, caption, series, shares, unit) => {
    const option = timeOption({ dates: hours.map(name), series, shares, min: 0, max: shares ? 1 : undefined });
    option.xAxis.axisLabel.formatter = (text) => text;
    option.xAxis.axisLabel.interval = "auto";
    option.xAxis.axisPointer = { label: { show: false } };
    figure(parent, { title, unit, wide: true, series, option, caption });
  };
  draw(t("fig.served"), t("fig.served.note"), SERVICES.map(([service, colour]) => ({ name: t("served." + service), data: values(service + "_share", 1), colour: COLOUR(colour) })), true, t("u.of_residents"));
  const missing = values("power_missing_mw", 0);
  if (missing.some((mw) => mw > 0)) {
    draw(t("fig.power"), t("fig.power.note"), [
      { name: t("served.drawn"), data: values("power_drawn_mw", null), colour: COLOUR("transit"), area: true },
      { name: t("served.missing"), data: missing, colour: COLOUR("truth"), dash: true },
    ], false, "MW");
  }
  return true;
}

/** What failed, by kind and reason: how many outages, and how long. */
function assetTable(parent) {
  const assets = DATA.assets;
  if (!assets || !assets.rows.length) return false;
  const at = (name) => assets.header.indexOf(name);
  const end = DATA.metrics.day.length * 24;
  const groups = new Map();
  for (const row of assets.rows) {
    const key = row[at("kind")] + " " + row[at("fault")];
    const group = groups.get(key) || { kind: row[at("kind")], fault: row[at("fault")], names: new Set(), count: 0, first: Infinity, hours: 0, open: 0 };
    const from = Number(row[at("from_h")]), until = row[at("until_h")] === "" ? end : Number(row[at("until_h")]);
    group.names.add(row[at("asset")]); group.count += 1; group.first = Math.min(group.first, from);
    group.hours += until - from; group.open += row[at("until_h")] === "" ? 1 : 0;
    groups.set(key, group);
  }
  const rows = [...groups.values()].sort((a, b) => a.first - b.first || a.count - b.count);
  parent.append(element("h3", { class: "before-table" }, t("assets.title")), table([
    { title: t("assets.kind"), kind: "text", cell: (row) => thingName(row.kind) },
    { title: t("assets.fault"), kind: "text", cell: (row) => thingName(row.fault) },
    { title: t("assets.assets"), kind: "number", cell: (row) => number(row.names.size, 0) },
    { title: t("assets.outages"), kind: "number", cell: (row) => number(row.count, 0) },
    { title: t("assets.mean"), kind: "number", cell: (row) => number(row.hours / row.count, 1) },
    { title: t("assets.open"), kind: "number", cell: (row) => number(row.open, 0) },
  ], rows), element("p", { class: "note" }, t("assets.note")));
  return true;
}
