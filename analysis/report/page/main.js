// Lays the page out, in the language chosen, and says when it is done.

/** Sections in reading order: id, what fills the grid of figures, what comes below it. */
const SECTIONS = [
  { id: "epidemic", figures: epidemicFigures },
  { id: "hospitals", figures: hospitalFigures },
  { id: "map", figures: mapFigures },
  { id: "code", figures: codeFigures },
  { id: "departments", below: departmentTable },
  { id: "checkpoints", figures: checkpointFigures, below: checkpointTable },
  { id: "transit", figures: transitFigures, below: lineTable },
  { id: "movement", figures: movementFigures, below: factsTable },
  { id: "traffic", figures: trafficFigures },
  { id: "people", figures: peopleFigures },
  { id: "economy", figures: economyFigures },
  { id: "explorer", figures: explorer },
  { id: "method", below: methodTables },
  { id: "provenance", below: provenance },
];

function hero() {
  const run = DATA.run;
  const facts = [];
  if (run.city) facts.push(typeof run.city === "string" ? run.city.replace(/[-_]/g, " ").replace(/(^|\s)\p{Ll}/gu, (first) => first.toUpperCase()) : String(run.city.name || ""));
  if (isNumber(run.population)) facts.push(t("hero.residents", { count: number(run.population, 0) }));
  if (isNumber(run.days)) facts.push(t("hero.days", { count: number(run.days, 0), date: dateText(run.start_date || DATA.metrics.date[0], true) }));
  if (run.seed !== undefined) facts.push(t("hero.seed", { seed: run.seed }));
  const title = worded(run, "caption") || run.scenario || "citytwin";
  return element("header", { class: "hero", id: "top" },
    element("p", { class: "kicker" }, t("hero.kicker") + (run.scenario ? " · " + run.scenario : "")),
    element("h1", {}, String(title)),
    element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    element("ul", { class: "summary" }, DATA.sentences.map((sentence) => element("li", {}, sentence[LANGUAGE]))));
}

function languages() {
  const button = (language, name) => element("button", { type: "button", lang: language, "aria-pressed": String(LANGUAGE === language), onclick: () => { LANGUAGE = language; render(); } }, name);
  return element("div", { class: "languages", role: "group", "aria-label": "Language · 语言" }, button("en", "English"), button("zh", "中文"));
}

function render() {
  stopPlaying();
  clearCharts();
  document.documentElement.lang = LANGUAGE === "zh" ? "zh-CN" : "en";
  const page = document.getElementById("page");
  const links = element("div", { class: "links" });
  page.replaceChildren(hero(), cards() || "");
  for (const { id, figures, below } of SECTIONS) {
    const grid = element("div", { class: "figures" });
    const body = element("section", { id }, element("h2", {}, t("section." + id)), element("p", { class: "intro" }, t("intro." + id)), grid);
    page.append(body);
    // Figures are drawn at the size of their place in the page, so the section must be in it first.
    const drawn = figures ? figures(grid) : false;
    if (drawn) balance(grid);
    else grid.remove();
    const more = below ? below(body) : false;
    if (!drawn && !more) body.remove();
    else links.append(element("a", { href: "#" + id }, t("short." + id)));
  }
  page.append(element("footer", {}, t("footer", { version: DATA.run.version ? " " + DATA.run.version : "" })));
  document.getElementById("bar").replaceChildren(element("a", { class: "brand", href: "#top", style: "text-decoration:none" }, "citytwin"), links, languages());
  const root = document.documentElement;
  root.dataset.charts = String(CHARTS.length);
  root.dataset.ready = "1";
}

// Figures follow the width of the page: at once where it jumps (a phone that is turned), else when it comes to rest.
let RESIZE = null, WIDTH = document.getElementById("page").clientWidth;
const refit = () => { WIDTH = document.getElementById("page").clientWidth; resizeCharts(); MAP_REDRAW(); JAM_REDRAW(); };
new ResizeObserver(() => {
  const moved = Math.abs(document.getElementById("page").clientWidth - WIDTH);
  clearTimeout(RESIZE);
  if (moved > 40) refit();
  else if (moved > 0) RESIZE = setTimeout(refit, 120);
}).observe(document.getElementById("page"));
// Figures have the screen's size; before printing they are drawn again at the width of the paper.
window.addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  resizeCharts();
  MAP_REDRAW();
  JAM_REDRAW();
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  resizeCharts();
  MAP_REDRAW();
  JAM_REDRAW();
});
render();
