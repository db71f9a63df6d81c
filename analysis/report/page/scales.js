// What zones can show day by day, and how values become colours.

const RAMP = DATA.ramp.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
/** The ramp's colour at `share` (0…1) as CSS. */
function rampColour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const low = Math.floor(at), high = Math.min(low + 1, RAMP.length - 1);
  return "rgb(" + RAMP[low].map((part, index) => Math.round(part + (RAMP[high][index] - part) * (at - low))).join(",") + ")";
}

/** What the map can show: each metric as it is, and counts of persons per 1,000 residents too. */
function mapChoices() {
  const zones = DATA.zones;
  const residents = zones.metrics.residents_persons;
  const choices = [];
  for (const name of zones.names) {
    const plain = { id: name, label: metricName(name), unit: isShare(name) ? "%" : metricUnit(name), share: isShare(name), at: (day, zone) => zones.metrics[name][day][zone] };
    if (residents && name !== "residents_persons" && parts(name).unit === "persons") {
      choices.push({ id: name + "/1000", label: t("per_thousand", { metric: metricName(name) }), unit: "", share: false,
        at: (day, zone) => { const all = residents[day][zone]; return all > 0 ? zones.metrics[name][day][zone] * 1000 / all : null; } });
    }
    choices.push(plain);
  }
  for (const choice of choices) choice.text = choice.share ? percent : (value) => number(value);
  return choices;
}
/** The top of a choice's scale: the same for all days so that days compare; on no day do more than 3 in 100 zones exceed it by much. */
function scaleTop(choice) {
  if (choice.top === undefined) {
    let high = 0;
    const stride = Math.max(1, Math.floor(DATA.zones.days.length * DATA.zones.keys.length / 400000));
    for (let day = DATA.zones.days.length - 1; day >= 0; day -= stride) {
      const values = DATA.zones.keys.map((_, zone) => choice.at(day, zone)).filter((value) => isNumber(value) && value > 0).sort((a, b) => a - b);
      // Few zones with anything at all would make a scale of single cases: count the empty zones too.
      const rank = Math.floor(0.97 * (DATA.zones.keys.length - 1)) - (DATA.zones.keys.length - values.length);
      if (values.length) high = Math.max(high, values[Math.max(rank, 0)]);
    }
    high = high || 1;
    const size = Math.pow(10, Math.floor(Math.log10(high)));
    choice.top = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => step * size).find((top) => top >= high * 0.999) || high;
    if (choice.share) choice.top = Math.min(choice.top, 1);
  }
  return choice.top;
}
/** The choice that a reader sees first. */
function firstChoice(choices) {
  const prefer = ["prevalence_persons/1000", "prevalence_persons", "incidence_persons/1000", "attack_rate_share"];
  const found = prefer.map((id) => choices.find((choice) => choice.id === id)).find(Boolean);
  return found || choices[0];
}
/** The day on which a choice's sum over the zones is highest. */
function fullestDay(choice) {
  let best = 0, most = -1;
  DATA.zones.days.forEach((_, day) => {
    const sum = DATA.zones.keys.reduce((all, __, zone) => all + (choice.at(day, zone) || 0), 0);
    if (sum > most) { most = sum; best = day; }
  });
  return best;
}
