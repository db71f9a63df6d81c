// Controls that every page has.

/** The buttons for the language; `again` draws everything anew. */
function languages(again) {
  const button = (language, name) => element("button", { type: "button", lang: language, "aria-pressed": String(LANGUAGE === language), onclick: () => { LANGUAGE = language; again(); } }, name);
  return element("div", { class: "languages", role: "group", "aria-label": "Language · 语言" }, button("en", "English"), button("zh", "中文"));
}

/** A list to choose one of. */
function picker(label, values, names, chosen, change) {
  return element("label", {}, label, element("select", { onchange: (event) => change(event.target.value) },
    values.map((value, index) => element("option", { value, selected: value === chosen }, names[index]))));
}
