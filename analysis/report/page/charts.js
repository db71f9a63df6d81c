// Figures with ECharts: one look for all, a legend that wraps, marks where policies and hazards begin.
const CHARTS = [];
const COLOUR = (name) => DATA.colours[name] || DATA.colours.other;
const seriesColour = (index) => DATA.series_colours[index % DATA.series_colours.length];
const SANS = getComputedStyle(document.documentElement).getPropertyValue("--sans");

/** Days on which policies and hazards begin, each with its number and what begins on that day. Hazards that are there from
 * the first day on, as importations are, part no before from an after and have no mark. */
function beginMarks() {
  const days = new Map();
  for (const policy of [...list("policies"), ...list("hazards").filter((hazard) => hazard.from_day > 0)]) {
    const day = policy.from_day === undefined || policy.from_day === null ? 0 : Math.floor(policy.from_day);
    if (!isNumber(day) || !policy.kind) continue;
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(policy);
  }
  return [...days.entries()].sort((a, b) => a[0] - b[0]).map(([day, policies], index) => ({ day, policies, mark: String(index + 1) }));
}
/** The row of the metrics that shows a day; -1 where none does. */
function rowOfDay(day) {
  const row = DATA.metrics.day.findIndex((each) => each >= day);
  return row;
}
function markLine() {
  const data = beginMarks().map((mark) => ({ xAxis: rowOfDay(mark.day), name: mark.mark })).filter((mark) => mark.xAxis >= 0);
  if (!data.length) return undefined;
  return {
    silent: true, symbol: "none", data,
    lineStyle: { color: COLOUR("policy"), type: [3, 4], width: 1, opacity: 0.65 },
    label: { formatter: (mark) => mark.name, position: "end", distance: 3, color: "#fff", backgroundColor: COLOUR("policy"),
      borderRadius: 9, width: 16, height: 16, lineHeight: 16, align: "center", fontSize: 11, fontFamily: SANS, opacity: 1 },
  };
}
/** The key below a figure: what begins at which mark. */
function marksKey() {
  const row = element("div", { class: "marks" });
  for (const { mark, policies, day } of beginMarks()) {
    const names = policies.map((policy) => {
      const until = isNumber(policy.until_day) ? t("until", { date: dayText(Math.floor(policy.until_day)) }) : "";
      return thingName(policy.kind) + until;
    });
    row.append(element("span", {}, element("b", {}, mark), t("from", { date: dayText(day) }) + names.join(t("comma"))));
  }
  return row;
}

/** Common look of all charts. */
function base(extra) {
  return Object.assign({
    animation: false,
    textStyle: { fontFamily: SANS, fontSize: 12 },
    grid: { left: 4, right: 14, top: 26, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { show: false },
    aria: { enabled: true },
  }, extra);
}
const axisLabel = () => ({ color: "#59626b", fontFamily: SANS, fontSize: 12, hideOverlap: true });
function valueAxis(formatter, extra) {
  return Object.assign({
    type: "value", axisLabel: Object.assign(axisLabel(), { formatter }), splitNumber: 4,
    splitLine: { lineStyle: { color: "#e8e5da" } }, axisLine: { show: false }, axisTick: { show: false },
  }, extra);
}
/** Dates are written at whole weeks, as many as `width` pixels hold. */
function dateAxis(dates, width) {
  const apart = dates.length / Math.max(2, Math.floor(width / 78));
  const step = apart <= 1 ? 1 : apart <= 7 ? Math.ceil(apart) : Math.ceil(apart / 7) * 7;
  return {
    type: "category", data: dates, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: "#b9bcbd" } },
    axisLabel: Object.assign(axisLabel(), { formatter: (date) => dateText(date), alignMinLabel: "left", interval: (index) => index % step === 0 && (index === 0 || index <= dates.length - step / 3) }),
  };
}

/** Ends of a scale with round quarters around two numbers and 0. */
function niceEnds(low, high) {
  const raw = Math.max(high - low, 1e-9) / 4;
  const size = Math.pow(10, Math.floor(Math.log10(raw)));
  for (const step of [1, 2, 2.5, 5, 10, 20].map((step) => step * size)) {
    const from = Math.floor(low / step) * step;
    if (from + 4 * step >= high) return [from, from + 4 * step];
  }
  return [low, high];
}

/** A small picture of how a series is drawn. */
function swatch(series) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  line.setAttribute("width", "20"); line.setAttribute("height", "10"); line.setAttribute("aria-hidden", "true");
  const solid = series.kind === "bar" || series.area;
  const mark = document.createElementNS("http://www.w3.org/2000/svg", solid ? "rect" : "line");
  const set = solid ? { x: 3, y: 0, width: 14, height: 10, rx: 2, fill: series.colour, opacity: series.faint ? 0.45 : 1 }
    : { x1: 0, x2: 20, y1: 5, y2: 5, stroke: series.colour, "stroke-width": series.faint ? 1.2 : 2.6, "stroke-dasharray": series.dash ? "4 3" : "none" };
  for (const [name, value] of Object.entries(set)) mark.setAttribute(name, value);
  line.append(mark);
  return line;
}

/** Adds a figure to `parent`: title, unit, legend, chart of `option`, key and caption. Returns the chart. */
function figure(parent, { title, unit, wide, series, option, caption, marks, height, id }) {
  const holder = element("div", { class: "chart", role: "img", "aria-label": title });
  if (height) holder.style.height = height + "px";
  const legend = element("div", { class: "legend" });
  const body = element("figure", { class: wide ? "wide" : "", id },
    element("h3", {}, title, unit ? element("span", { class: "unit" }, unit) : null),
    series && series.length > 1 ? legend : null, holder,
    marks && beginMarks().length ? marksKey() : null,
    caption ? element("figcaption", {}, caption) : null);
  parent.append(body);
  const chart = echarts.init(holder, null, { renderer: "svg" });
  chart.setOption(option);
  CHARTS.push(chart);
  for (const one of series || []) {
    legend.append(element("button", {
      type: "button", "aria-pressed": "true",
      onclick: (event) => {
        const button = event.currentTarget;
        button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
        chart.dispatchAction({ type: "legendToggleSelect", name: one.name });
      },
    }, swatch(one), one.name));
  }
  return chart;
}

/** The option of a chart over time. Series: name, data, colour, and dash, area, faint, stack, kind. */
function timeOption({ dates, series, shares, max, min, marks, interval, width }) {
  const text = shares ? percent : (value) => number(value);
  return base({
    tooltip: { trigger: "axis", confine: true, valueFormatter: (value) => text(value === null || value === "-" ? NaN : value),
      axisPointer: { lineStyle: { color: "#8d949b" }, label: { show: false } }, textStyle: { fontFamily: SANS, fontSize: 13 },
      order: "seriesAsc" },
    xAxis: Object.assign(dateAxis(dates, width || 460), { axisPointer: { label: { formatter: (at) => dateText(at.value, true) } } }),
    yAxis: valueAxis(shares ? (value) => number(value * 100, 2) + " %" : short, { max, min, interval }),
    series: series.map((one, index) => ({
      name: one.name, type: one.kind || "line", data: one.data, stack: one.stack, symbol: one.data.length < 3 ? "circle" : "none", color: one.colour,
      connectNulls: false, barCategoryGap: "20%", z: one.faint ? 1 : 2,
      itemStyle: { opacity: one.faint ? 0.45 : 1 },
      lineStyle: { width: one.faint ? 1 : one.stack ? 0 : 2.2, type: one.dash ? [6, 4] : "solid", opacity: one.faint ? 0.55 : 1 },
      areaStyle: one.area ? { opacity: one.stack ? 0.9 : 0.16 } : undefined,
      markLine: marks && index === 0 ? markLine() : undefined,
    })),
  });
}

/** A figure over the rows of the metrics; nothing if no series has data. Returns whether it was drawn. */
function overTime(parent, spec) {
  const series = spec.series.filter((one) => one && one.data && one.data.some(isNumber));
  if (!series.length || (spec.needs && !spec.needs.every((name) => column(name)))) return false;
  const width = Math.max(240, (parent.clientWidth || 1000) / (spec.wide || parent.clientWidth < 700 ? 1 : 2) - 60);
  figure(parent, Object.assign({}, spec, { series, option: timeOption(Object.assign({ dates: DATA.metrics.date, width }, spec, { series })) }));
  return true;
}

/** A figure of horizontal bars. Bars: name, value, colour. */
function bars(parent, { title, unit, rows, caption, format, wide }) {
  if (!rows.length) return false;
  const text = format || number;
  const shown = [...rows].reverse();
  figure(parent, {
    title, unit, caption, wide, height: Math.max(120, rows.length * 30 + 20),
    option: base({
      grid: { left: 4, right: 64, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: { trigger: "item", confine: true, valueFormatter: text, textStyle: { fontFamily: SANS, fontSize: 13 } },
      xAxis: valueAxis(short, { axisLabel: { show: false }, splitLine: { show: false } }),
      yAxis: { type: "category", data: shown.map((row) => row.name), axisTick: { show: false }, axisLine: { show: false },
        axisLabel: { color: "#1f252b", fontFamily: SANS, fontSize: 13, width: 150, overflow: "truncate", interval: 0 } },
      series: [{ name: title, type: "bar", barWidth: "62%", data: shown.map((row) => ({ value: row.value, itemStyle: { color: row.colour, borderRadius: [0, 3, 3, 0] } })),
        label: { show: true, position: "right", formatter: (bar) => text(bar.value), color: "#1f252b", fontFamily: SANS, fontSize: 12 } }],
    }),
  });
  return true;
}

/** Where figures stand in twos and one is left over, the last takes the row. */
function balance(grid) {
  const halves = [...grid.children].filter((child) => child.tagName === "FIGURE" && !child.classList.contains("wide"));
  if (halves.length % 2 === 0) return;
  const last = halves[halves.length - 1];
  last.classList.add("wide");
  const chart = echarts.getInstanceByDom(last.querySelector(".chart"));
  if (chart) chart.resize();
}
function resizeCharts() {
  for (const chart of CHARTS) {
    chart.resize();
    // Paper doesn't wait for the next frame.
    chart.getZr().flush();
  }
}
function clearCharts() {
  for (const chart of CHARTS) chart.dispose();
  CHARTS.length = 0;
}
