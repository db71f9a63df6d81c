// The page of a run: its sections and its head.

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
  { id: "infrastructure", figures: infrastructureFigures, below: assetTable },
  { id: "supply", figures: supplyFigures },
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
    DATA.city_page ? element("p", {}, element("a", { href: DATA.city_page + "#lang=" + LANGUAGE }, t("city.link"))) : null,
    element("ul", { class: "summary" }, DATA.sentences.map((sentence) => element("li", {}, sentence[LANGUAGE]))));
}

show({
  sections: SECTIONS,
  head: () => [hero(), cards() || ""],
  redraw: () => { MAP_REDRAW(); JAM_REDRAW(); },
  stop: stopPlaying,
  version: DATA.run.version,
});
