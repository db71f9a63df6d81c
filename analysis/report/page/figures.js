// The figures, section by section. A figure whose columns the run lacks is not drawn; a section without figures falls away.

function epidemicFigures(parent) {
  const incidence = column("incidence_persons");
  const known = column("known_cases_persons");
  const running = known && isRunningTotal(known);
  const learnt = column("known_incidence_persons") || (running ? growth(known) : null);
  const infected = column("infections_cumulative_persons");
  const drawn = [];
  drawn.push(overTime(parent, {
    id: "figure-epidemic", title: t("fig.epidemic"), unit: t("u.persons_per_day"), wide: true, marks: true, caption: t("fig.epidemic.note"),
    series: incidence ? [
      { name: t("series.true_weekly"), data: weekly(incidence), colour: COLOUR("truth"), area: true },
      { name: t("series.true_daily"), data: incidence, colour: COLOUR("truth"), faint: true },
      learnt && { name: t("series.known_weekly"), data: weekly(learnt), colour: COLOUR("board"), dash: true },
    ] : [],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.known"), unit: t("u.persons"), marks: true, caption: t("fig.known.note"),
    series: [
      { name: running ? t("series.true_total") : t("m.prevalence_persons"), data: running ? infected : column("prevalence_persons"), colour: COLOUR("truth") },
      known && { name: t("series.known"), data: known, colour: COLOUR("board"), dash: true },
    ],
  }));
  const rt = column("reproduction_number_ratio"), now = column("reproduction_instantaneous_ratio");
  drawn.push(overTime(parent, {
    title: t("fig.rt"), marks: true, caption: t("fig.rt.note"), max: (range) => Math.min(Math.ceil(range.max * 2) / 2, 8), min: 0,
    series: rt || now ? [
      { name: t("m.reproduction_number_ratio"), data: rt, colour: COLOUR("truth") },
      { name: t("m.reproduction_instantaneous_ratio"), data: now, colour: seriesColour(0), faint: Boolean(rt) },
      { name: t("series.one"), data: DATA.metrics.day.map(() => 1), colour: COLOUR("reference"), dash: true },
    ] : [],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.deaths"), unit: t("u.persons"), marks: true,
    series: [{ name: t("m.deaths_cumulative_persons"), data: column("deaths_cumulative_persons"), colour: COLOUR("dead"), area: true }],
  }));
  const done = column("tests_done_count"), positive = column("tests_positive_count");
  drawn.push(overTime(parent, {
    title: t("fig.tests"), unit: t("u.per_day"), marks: true, min: 0,
    series: [
      { name: t("m.tests_done_count"), data: done, colour: COLOUR("hospital"), area: true },
      { name: t("m.tests_positive_count"), data: positive, colour: COLOUR("truth") },
    ],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.contacts"), unit: t("u.per_person_and_day"), marks: true, min: 0,
    series: [{ name: t("m.contacts_per_person"), data: column("contacts_per_person"), colour: COLOUR("transit") }],
  }));
  return drawn.some(Boolean);
}

function hospitalFigures(parent) {
  // A village may have no intensive care at all.
  const wards = ["hospital", "icu"].filter((ward) => ["_occupancy_beds", "_capacity_beds"].some((beds) => (column(ward + beds) || []).some((value) => value > 0)));
  const drawn = wards.map((ward) => overTime(parent, {
    title: t("fig." + ward), unit: t("u.beds"), marks: true, min: 0,
    series: [
      { name: t("series.occupied"), data: column(ward + "_occupancy_beds"), colour: COLOUR(ward), area: true },
      { name: t("series.capacity"), data: column(ward + "_capacity_beds"), colour: COLOUR("capacity"), dash: true },
    ],
    needs: [ward + "_occupancy_beds"],
  }));
  const without = column("without_bed_persons");
  drawn.push(overTime(parent, {
    title: t("m.without_bed_persons"), unit: t("u.persons_per_day"), marks: true, min: 0,
    series: [without && without.some((value) => value > 0) && { name: t("m.without_bed_persons"), data: without, colour: COLOUR("truth"), kind: "bar" }],
  }));
  return drawn.some(Boolean);
}

function codeFigures(parent) {
  const right = column("code_true_red_persons"), wrong = column("code_false_red_persons"), missed = column("code_missed_infectious_persons");
  const red = column("code_red_persons"), yellow = column("code_yellow_persons"), green = column("code_green_persons");
  const drawn = [];
  drawn.push(overTime(parent, {
    title: t("fig.truth"), unit: t("u.persons"), marks: true, wide: true, caption: t("fig.truth.note"), min: 0,
    series: [
      right && { name: t("m.code_true_red_persons"), data: right, colour: COLOUR("code_true_red"), area: true, stack: "all" },
      wrong && { name: t("m.code_false_red_persons"), data: wrong, colour: COLOUR("code_false_red"), area: true, stack: "all" },
      missed && { name: t("m.code_missed_infectious_persons"), data: missed, colour: COLOUR("code_missed"), area: true, stack: "all" },
    ],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.accuracy"), unit: "%", shares: true, min: 0, max: 1, interval: 0.25, caption: t("fig.accuracy.note"),
    series: [
      right && wrong && { name: t("series.precision"), data: divide(right, add(right, wrong), 1), colour: COLOUR("board") },
      right && missed && { name: t("series.recall"), data: divide(right, add(right, missed), 1).map((share, row) => (wrong && right[row] + wrong[row] < 1 ? null : share)), colour: COLOUR("truth"), dash: true },
    ],
  }));
  if (red && yellow && green) {
    const all = add(add(red, yellow), green);
    drawn.push(overTime(parent, {
      title: t("fig.colours"), unit: t("u.of_residents"), shares: true, min: 0, caption: t("fig.colours.note"),
      series: [
        { name: t("m.code_red_persons"), data: divide(red, all), colour: COLOUR("code_red"), area: true, stack: "all" },
        { name: t("m.code_yellow_persons"), data: divide(yellow, all), colour: COLOUR("code_yellow"), area: true, stack: "all" },
      ],
    }));
  }
  return drawn.some(Boolean);
}

/** Columns with a beginning and an end, such as trips by mode, stacked, the largest first; those that stay zero are left out. */
function stackOf(names, colour) {
  return names.map((name) => ({ name, data: column(name) }))
    .filter((one) => one.data && one.data.some((value) => value > 0))
    .map((one) => Object.assign(one, { sum: one.data.reduce((sum, value) => sum + (value || 0), 0) }))
    .sort((a, b) => b.sum - a.sum)
    .map((one, index) => ({ name: metricName(one.name), data: one.data, colour: colour(index), kind: "bar", stack: "all" }));
}

/** Trips by length, classes of a factor of two, kilometres. */
function lengthClasses() {
  const table = DATA.trip_lengths;
  if (!table) return [];
  const rows = table.rows.map((row) => ({ from: Number(row[0]), to: row[1] === "" ? NaN : Number(row[1]), count: Number(row[2]) }));
  const pairs = rows.filter((_, i) => i % 2 === 0).map((row, i) => ({ from: row.from, to: rows[2 * i + 1]?.to ?? row.to, count: row.count + (rows[2 * i + 1]?.count ?? 0) }));
  const name = (row) => (Number.isFinite(row.to) ? number(row.from) + "–" + number(row.to) : "≥ " + number(row.from)) + " km";
  return pairs.filter((row) => row.count > 0).map((row) => ({ name: name(row), count: row.count, colour: COLOUR("trips_made") }));
}

/** Bars of what share of all trips each class holds. */
function tripShares(parent, title, classes) {
  const all = classes.reduce((sum, one) => sum + one.count, 0);
  return bars(parent, { title, unit: t("u.of_trips"), format: percent, rows: all > 0 ? classes.map((one) => ({ name: one.name, value: one.count / all, colour: one.colour })) : [] });
}

function movementFigures(parent) {
  const drawn = [];
  const modes = stackOf(DATA.metrics.names.filter((name) => /^trips_.*_count$/.test(name) && !/^trips_(made|prevented)_count$/.test(name)), seriesColour);
  const reasons = stackOf(DATA.metrics.names.filter((name) => /^prevented_.*_count$/.test(name)), (index) => seriesColour(index + 1));
  drawn.push(overTime(parent, {
    title: t("fig.trips"), unit: t("u.trips_per_day"), marks: true, min: 0,
    series: modes.length ? modes : [{ name: t("m.trips_made_count"), data: column("trips_made_count"), colour: COLOUR("trips_made"), kind: "bar" }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.prevented"), unit: t("u.trips_per_day"), marks: true, min: 0,
    series: reasons.length ? reasons : [{ name: t("m.trips_prevented_count"), data: column("trips_prevented_count"), colour: COLOUR("trips_prevented"), kind: "bar" }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.travel"), unit: t("u.h_per_person_and_day"), marks: true, min: 0,
    series: [{ name: t("m.travel_h_per_person"), data: column("travel_h_per_person"), colour: COLOUR("trips_made") }],
  }));
  drawn.push(tripShares(parent, t("fig.mode_shares"), modes.map((mode) => ({ name: mode.name, count: mode.data.reduce((sum, day) => sum + (day || 0), 0), colour: mode.colour }))));
  drawn.push(tripShares(parent, t("fig.trip_lengths"), lengthClasses()));
  return drawn.some(Boolean);
}

function checkpointFigures(parent) {
  const drawn = [];
  if (!(column("scans_count") || []).some((scans) => scans > 0)) return false;
  drawn.push(overTime(parent, {
    title: t("fig.scans"), unit: t("u.per_day"), min: 0,
    series: [{ name: t("m.scans_count"), data: column("scans_count"), colour: COLOUR("checkpoint"), kind: "bar" }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.refused"), unit: t("u.per_day"), min: 0,
    series: [{ name: t("m.scans_refused_count"), data: column("scans_refused_count"), colour: COLOUR("trips_prevented"), kind: "bar" }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.wait"), unit: t("u.min_per_scan"), min: 0,
    series: [{ name: t("m.checkpoint_wait_min"), data: column("checkpoint_wait_min"), colour: COLOUR("checkpoint") }],
  }));
  return drawn.some(Boolean);
}

function transitFigures(parent) {
  const drawn = [];
  if (!(column("boardings_denied_count") || []).some((denied) => denied > 0)) return false;
  drawn.push(overTime(parent, {
    title: t("fig.denied"), unit: t("u.per_day"), marks: true, min: 0,
    series: [{ name: t("m.boardings_denied_count"), data: column("boardings_denied_count"), colour: COLOUR("trips_prevented"), kind: "bar" }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.denied_wait"), unit: t("u.min"), min: 0,
    series: [{ name: t("m.denied_wait_min"), data: column("denied_wait_min"), colour: COLOUR("checkpoint") }],
  }));
  return drawn.some(Boolean);
}

function supplyFigures(parent) {
  const drawn = [];
  const lines = (names) => names.filter((name) => (column(name) || []).some((value) => value > 0))
    .map((name, index) => ({ name: t("m." + name), data: column(name), colour: DATA.series_colours[index % DATA.series_colours.length] }));
  const unmet = lines(["food_unmet_share", "masks_unmet_share", "medicine_unmet_share", "oxygen_unmet_share", "hospital_masks_unmet_share"]);
  if (unmet.length) drawn.push(overTime(parent, { title: t("fig.unmet"), unit: t("u.of_need"), marks: true, min: 0, series: unmet }));
  const left = lines(["food_left_days"]);
  if (left.length) drawn.push(overTime(parent, { title: t("m.food_left_days"), unit: t("u.days"), min: 0, series: left }));
  return drawn.some(Boolean);
}

/** Sums of a cube's metric by key over all days, in the cube's order of keys. */
function sumsByKey(cube, metric) {
  return cube.keys.map((key, index) => cube.metrics[metric].reduce((sum, day) => sum + (day[index] || 0), 0));
}

function peopleFigures(parent) {
  const settings = DATA.settings, ages = DATA.ages;
  let drawn = false;
  if (settings && settings.metrics.infections_persons && settings.days.length) {
    const sums = sumsByKey(settings, "infections_persons");
    const all = sums.reduce((a, b) => a + b, 0);
    const order = settings.keys.map((key, index) => ({ key, index, sum: sums[index] })).sort((a, b) => b.sum - a.sum || a.index - b.index);
    const taken = new Set(order.map((one) => DATA.colours[one.key]));
    const spare = DATA.series_colours.filter((colour) => !taken.has(colour));
    let next = 0;
    for (const one of order) one.colour = DATA.colours[one.key] || spare[next++ % spare.length] || COLOUR("other");
    drawn = bars(parent, {
      title: t("fig.settings"), unit: t("u.of_infections"), caption: t("fig.settings.note"), format: percent,
      rows: all > 0 ? order.map((one) => ({ name: thingName(one.key), value: one.sum / all, colour: one.colour })) : [],
    }) || drawn;
    const series = order.filter((one) => one.sum > 0).map((one) => ({
      name: thingName(one.key), colour: one.colour, area: true, stack: "all",
      data: settings.metrics.infections_persons.map((day) => day[one.index] || 0),
    }));
    if (series.length) {
      const dates = settings.days.map((day) => dateOfDay(day) || String(day));
      figure(parent, { title: t("fig.settings_time"), unit: t("u.persons_per_day"), series, option: timeOption({ dates, series, min: 0 }) });
      drawn = true;
    }
  }
  if (ages && ages.days.length) {
    const residents = ages.metrics.residents_persons;
    for (const metric of ages.names.filter((name) => parts(name).unit === "persons" && name !== "residents_persons")) {
      // A running total counts once, by its last day; what is counted a day is added up.
      const sums = /_cumulative_/.test(metric) ? ages.metrics[metric][ages.days.length - 1] : sumsByKey(ages, metric);
      const rate = residents && /incidence|infection|death/.test(metric);
      const rows = ages.keys.map((key, index) => ({
        name: key, value: rate ? (sums[index] || 0) / (residents[0][index] || NaN) : sums[index] || 0,
        colour: /death/.test(metric) ? COLOUR("dead") : COLOUR("truth"),
      })).filter((row) => isNumber(row.value));
      drawn = bars(parent, {
        title: t("fig.by_age", { metric: metricName(metric) }), unit: rate ? t("u.of_age_band") : t("u.persons"),
        format: rate ? (value) => (value > 0 && value < 0.001 ? number(value * 100, 3) + " %" : percent(value)) : number, rows,
      }) || drawn;
    }
  }
  return drawn;
}

function economyFigures(parent) {
  const drawn = [];
  drawn.push(overTime(parent, {
    title: t("fig.output"), unit: t("u.of_normal"), shares: true, marks: true, caption: t("fig.output.note"),
    max: (range) => Math.max(1, Math.ceil(range.max * 20) / 20), min: (range) => Math.max(0, Math.floor(range.min * 10 - 0.5) / 10),
    series: [{ name: t("m.output_share"), data: column("output_share"), colour: COLOUR("output") }],
  }));
  drawn.push(overTime(parent, {
    title: t("fig.sectors"), unit: t("u.of_normal"), shares: true, marks: true,
    series: DATA.metrics.names.filter((name) => /^output_.+_share$/.test(name) && column(name)).map((name, index) => ({ name: metricName(name), data: column(name), colour: seriesColour(index) })),
  }));
  const lost = stackOf(DATA.metrics.names.filter((name) => /^work_lost_.*_h$/.test(name) && name !== "work_lost_wrongly_h"), (index) => seriesColour(index + 1));
  if (lost.length) drawn.push(overTime(parent, { title: t("fig.work_lost"), unit: t("u.h_per_day"), marks: true, min: 0, series: lost }));
  const groups = DATA.metrics.names.filter((name) => /^wrongly_restricted_.*_per_1000$/.test(name) && column(name));
  if (groups.length) drawn.push(overTime(parent, {
    title: t("fig.wrongly"), caption: t("fig.wrongly.note"), unit: "‰", marks: true, min: 0,
    series: groups.map((name, index) => ({ name: metricName(name), data: column(name), colour: seriesColour(index) })),
  }));
  drawn.push(overTime(parent, {
    title: t("fig.work"), unit: t("u.h_per_day"), marks: true, min: 0,
    series: [{ name: t("m.work_hours_h"), data: column("work_hours_h"), colour: COLOUR("output"), kind: "bar" }],
  }));
  return drawn.some(Boolean);
}

/** Every metric of the run, one at a time. */
function explorer(parent) {
  const names = DATA.metrics.names.filter((name) => column(name));
  if (!names.length) return false;
  const picker = element("select", { "aria-label": t("explorer.pick") });
  for (const name of names) picker.append(element("option", { value: name }, metricName(name) + " · " + metricUnit(name)));
  const holder = element("div", { class: "figures" });
  let shown = null;
  const show = () => {
    if (shown) {
      CHARTS.splice(CHARTS.indexOf(shown), 1);
      shown.dispose();
    }
    holder.replaceChildren();
    const name = picker.value;
    const series = [{ name: metricName(name), data: column(name), colour: seriesColour(0), area: true }];
    shown = figure(holder, {
      title: metricName(name), unit: isShare(name) ? "%" : metricUnit(name), wide: true, marks: true,
      series, option: timeOption({ dates: DATA.metrics.date, series, shares: isShare(name), marks: true }),
    });
  };
  picker.addEventListener("change", show);
  parent.replaceWith(element("div", { class: "controls" }, element("label", {}, t("explorer.pick"), picker)), holder);
  // On paper the explorer would show one metric of many: the last that no other figure shows says most.
  picker.value = names[names.length - 1];
  show();
  return true;
}
