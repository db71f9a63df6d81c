// Lays a page out, in the language chosen, and says when it is done.

/** What the page is made of: its sections in reading order, its head, and what is drawn again when the width changes. */
let PAGE = { sections: [], head: () => [], redraw: () => {}, stop: () => {}, version: "" };

function render() {
  PAGE.stop();
  clearCharts();
  document.documentElement.lang = LANGUAGE === "zh" ? "zh-CN" : "en";
  const page = document.getElementById("page");
  const links = element("div", { class: "links" });
  page.replaceChildren(...PAGE.head());
  for (const { id, figures, below } of PAGE.sections) {
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
  page.append(element("footer", {}, t("footer", { version: PAGE.version ? " " + PAGE.version : "" })));
  document.getElementById("bar").replaceChildren(element("a", { class: "brand", href: "#top", style: "text-decoration:none" }, "citytwin"), links, languages(render));
  const root = document.documentElement;
  root.dataset.charts = String(CHARTS.length);
  root.dataset.ready = "1";
}

/** Shows a page and keeps its figures at the width of the screen or the paper. */
function show(page) {
  PAGE = Object.assign(PAGE, page);
  // Figures follow the width of the page: at once where it jumps (a phone that is turned), else when it comes to rest.
  let RESIZE = null, WIDTH = document.getElementById("page").clientWidth;
  const refit = () => { WIDTH = document.getElementById("page").clientWidth; resizeCharts(); PAGE.redraw(); };
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
    PAGE.redraw();
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    resizeCharts();
    PAGE.redraw();
  });
  render();
}
