//! Options, times, patterns and curves.
use super::reader::{Reader, Row, Section, is};
use crate::water::network::{Curve, DemandModel, Formula, Network, Options, Times, Unbalanced};
use crate::water::units::{FlowUnit, METRES, PressureUnit, Units};
use citytwin_world::problem::Problem;
use citytwin_world::suggest::did_you_mean;
use citytwin_world::text::Word;

/// Words with which lines of options begin.
const OPTIONS: [&str; 30] = [
    "UNITS",
    "HEADLOSS",
    "HYDRAULICS",
    "QUALITY",
    "VISCOSITY",
    "DIFFUSIVITY",
    "SPECIFIC",
    "TRIALS",
    "ACCURACY",
    "UNBALANCED",
    "PATTERN",
    "DEMAND",
    "EMITTER",
    "TOLERANCE",
    "MAP",
    "VERIFY",
    "CHECKFREQ",
    "MAXCHECK",
    "DAMPLIMIT",
    "HEADERROR",
    "FLOWCHANGE",
    "MINIMUM",
    "REQUIRED",
    "PRESSURE",
    "HTOL",
    "QTOL",
    "RQTOL",
    "SEGMENTS",
    "PRECISION",
    "BACKFLOW",
];

/// What options say in units of the file.
#[derive(Default)]
struct Stated {
    flow: FlowUnit,
    pressure: PressureUnit,
    viscosity: Option<f64>,
    gravity: Option<f64>,
    least_mark: Option<usize>,
}

impl<'t> Reader<'t> {
    /// Options, and the units they imply.
    pub(super) fn options(&mut self) -> (Options, Units) {
        let mut options = Options::default();
        let mut stated = Stated::default();
        for row in self.rows(Section::Options) {
            if self.choice(&row, &mut options, &mut stated).is_none() {
                self.quantity(&row, &mut options, &mut stated);
            }
        }
        let units = Units::new(stated.flow, stated.pressure, stated.gravity.unwrap_or(1.0));
        let area = if stated.flow.is_si() { METRES * METRES } else { 1.0 };
        if let Some(viscosity) = stated.viscosity {
            // Large numbers are relative to that of water at 20 °C.
            options.viscosity = if viscosity > 1e-3 { viscosity * 1.1e-5 } else { viscosity / area };
        }
        if let Some(at) = stated.least_mark.filter(|_| options.pressure[1] - options.pressure[0] < 0.1) {
            let what = "the required pressure must lie at least 0.1 above the minimum pressure";
            self.faults.error("E072", at..at + 1, what);
        }
        options.pressure = options.pressure.map(|pressure| pressure / units.pressure);
        options.head_error_max /= units.length;
        options.flow_change_max /= units.flow;
        (options, units)
    }

    /// An option whose value is a word; `None` where it is none.
    fn choice(&mut self, row: &Row<'t>, options: &mut Options, stated: &mut Stated) -> Option<()> {
        let (key, second) = (row[0], row.get(1).copied());
        let choose = |reader: &mut Self, word: Word<'t>, known: &[&str]| {
            let found = known.iter().position(|name| is(word, name));
            if found.is_none() {
                let problem = Problem::error("E075", format!("`{}` isn't one of the choices", word.clip()));
                let help = did_you_mean(word.text, known).unwrap_or_default();
                reader.tell(problem.help(help), word);
            }
            found
        };
        if is(key, "UNIT") {
            let names = FlowUnit::NAMES.map(|(name, _)| name);
            let at = choose(self, second?, &names)?;
            stated.flow = FlowUnit::NAMES[at].1;
        } else if is(key, "PRESSURE") && !is(second?, "EXP") {
            let at = choose(self, second?, &["PSI", "KPA", "METERS"]);
            stated.pressure = [PressureUnit::Psi, PressureUnit::Kpa, PressureUnit::Metres][at.unwrap_or(0)];
        } else if is(key, "HEADL") {
            let formulas = [Formula::HazenWilliams, Formula::DarcyWeisbach, Formula::ChezyManning];
            options.formula = formulas[choose(self, second?, &["H-W", "D-W", "C-M"]).unwrap_or(0)];
        } else if is(key, "UNBA") {
            let more = row.get(2).and_then(|word| self.amount(*word, "the number of extra trials"));
            options.unbalanced = match choose(self, second?, &["STOP", "CONT"]) {
                Some(1) => Unbalanced::Continue(more.unwrap_or(0.0).min(1e6) as u32),
                _ => Unbalanced::Stop,
            };
        } else if is(key, "PATT") {
            self.default_pattern = second?.text;
        } else if is(key, "DEMAND") && is(second?, "MODEL") {
            let word = *row.get(2)?;
            let at = choose(self, word, &["DDA", "PDA", "PDD", "DD"]);
            let by_pressure = matches!(at, Some(1 | 2));
            options.demand_model = if by_pressure { DemandModel::Pressure } else { DemandModel::Driven };
        } else if ["HYDR", "QUAL", "MAP", "VERI", "SEGM", "TOLER", "DIFF", "PREC", "BACKFLOW"]
            .iter()
            .any(|name| is(key, name))
        {
            // No bearing on heads and flows.
        } else {
            return None;
        }
        Some(())
    }

    /// An option whose value is a number.
    fn quantity(&mut self, row: &Row<'t>, options: &mut Options, stated: &mut Stated) {
        let key = row[0];
        let two = ["SPEC", "EMIT", "DEMAND", "MINI", "REQ", "PRESSURE"].iter().any(|name| is(key, name));
        let known = |name: &&&str| is(key, &name[..name.len().min(4)]);
        if !OPTIONS.iter().any(|name| known(&name)) {
            let help = did_you_mean(key.text, &OPTIONS).unwrap_or_default();
            let problem = Problem::error("E075", format!("no option is called `{}`", key.clip()));
            return self.tell(problem.help(help), key);
        }
        let Some(&word) = row.get(if two { 2 } else { 1 }) else { return };
        let may_be_none =
            ["DAMP", "FLOWCH", "HEADER", "MINI", "REQ", "PRESSURE"].iter().any(|name| is(key, name));
        let value = match may_be_none {
            true => self.amount(word, "this option"),
            false => self.positive(word, "this option"),
        };
        let Some(value) = value else { return };
        let whole = value.min(1e6) as u32;
        match key.text.to_ascii_uppercase() {
            name if name.starts_with("VISC") => stated.viscosity = Some(value),
            name if name.starts_with("SPEC") => stated.gravity = Some(value),
            name if name.starts_with("TRIAL") => options.trials = whole.max(1),
            name if name.starts_with("ACCU") => options.accuracy = value.clamp(1e-5, 0.1),
            name if name.starts_with("HTOL") => options.head_tolerance = value,
            name if name.starts_with("QTOL") => options.flow_tolerance = value,
            name if name.starts_with("RQTOL") => options.gradient_min = value.min(1.0),
            name if name.starts_with("CHECKFREQ") => options.check_every = whole.max(1),
            name if name.starts_with("MAXCHECK") => options.check_last = whole,
            name if name.starts_with("DAMPLIMIT") => options.damp_limit = value,
            name if name.starts_with("FLOWCHANGE") => options.flow_change_max = value,
            name if name.starts_with("HEADERROR") => options.head_error_max = value,
            name if name.starts_with("EMIT") => options.emitter_exponent = 1.0 / value,
            name if name.starts_with("DEMAND") => options.demand_factor = value,
            name if name.starts_with("MINI") => {
                if options.pressure[1] == 0.1 {
                    options.pressure[1] = value + 0.1;
                }
                options.pressure[0] = value;
                stated.least_mark = Some(word.start);
            }
            name if name.starts_with("REQ") => {
                options.pressure[1] = value;
                stated.least_mark = Some(word.start);
            }
            name if name.starts_with("PRESSURE") => options.pressure_exponent = value.max(1e-3),
            _ => {}
        }
    }

    /// Times, brought into what the solver can keep to.
    pub(super) fn times(&mut self) -> Times {
        let mut times = Times {
            duration: 0,
            step: 3600,
            pattern_step: 3600,
            pattern_start: 0,
            report_step: 3600,
            report_start: 0,
            rule_step: 0,
            clock_start: 0,
        };
        for row in self.rows(Section::Times) {
            self.time_row(&row, &mut times);
        }
        times.pattern_step = if times.pattern_step <= 0 { 3600 } else { times.pattern_step };
        times.report_step = if times.report_step <= 0 { times.pattern_step } else { times.report_step };
        times.step = if times.step <= 0 { 3600 } else { times.step };
        times.step = times.step.min(times.pattern_step).min(times.report_step);
        times.report_start = if times.report_start > times.duration { 0 } else { times.report_start };
        times.rule_step = if times.rule_step == 0 { times.step / 10 } else { times.rule_step };
        times.rule_step = times.rule_step.clamp(1, times.step);
        times
    }

    fn time_row(&mut self, row: &Row<'t>, times: &mut Times) {
        let key = row[0];
        if is(key, "STAT") {
            if row.get(1).is_some_and(|word| !is(*word, "NO")) {
                let what = "statistics over time aren't made: every report time has a row of its own";
                self.faults.warning("W070", key.span(), what);
            }
            return;
        }
        if self.is_short(row, 2, "a time has a value") {
            return;
        }
        let last = row.len() - 1;
        let hours = hours(row[last], None).or_else(|| hours(row[last - 1], Some(row[last])));
        let Some(hours) = hours.filter(|hours| (0.0..1e7).contains(hours)) else {
            return self.error("E072", row[last], format!("`{}` is no time such as 24:00", row[last].clip()));
        };
        let seconds = (3600.0 * hours + 0.5) as i64;
        let second = |name: &str| is(row[1], name);
        let slot = if is(key, "DURA") {
            &mut times.duration
        } else if is(key, "HYDR") {
            &mut times.step
        } else if is(key, "RULE") {
            &mut times.rule_step
        } else if is(key, "PATT") && second("TIME") {
            &mut times.pattern_step
        } else if is(key, "PATT") && second("STAR") {
            &mut times.pattern_start
        } else if is(key, "REPO") && second("TIME") {
            &mut times.report_step
        } else if is(key, "REPO") && second("STAR") {
            &mut times.report_start
        } else if is(key, "STAR") {
            times.clock_start = seconds % 86_400;
            return;
        } else if is(key, "QUAL") || is(key, "MINI") {
            return;
        } else {
            let known =
                ["DURATION", "HYDRAULIC", "RULE", "PATTERN", "REPORT", "START", "QUALITY", "STATISTIC"];
            let help = did_you_mean(key.text, &known).unwrap_or_default();
            let problem = Problem::error("E075", format!("no time is called `{}`", key.clip()));
            return self.tell(problem.help(help), key);
        };
        *slot = seconds;
    }

    /// Patterns, each over any number of lines.
    pub(super) fn patterns(&mut self, net: &mut Network) {
        for row in self.rows(Section::Patterns) {
            let next = net.patterns.len() as u32;
            let at = *self.patterns.entry(row[0].text).or_insert(next);
            if at == next {
                net.patterns.push(Vec::new());
            }
            self.is_short(&row, 2, "a pattern has multipliers");
            for word in &row[1..] {
                let factor = self.number(*word, "a multiplier");
                net.patterns[at as usize].extend(factor);
            }
        }
    }

    /// Curves, a point to a line.
    pub(super) fn curves(&mut self, net: &mut Network) {
        for row in self.rows(Section::Curves) {
            if self.is_short(&row, 3, "a curve has points of x and y") {
                continue;
            }
            let next = net.curves.len() as u32;
            let at = self.curves.entry(row[0].text).or_insert((next, row[0].span())).0;
            if at == next {
                net.curves.push(Curve::default());
            }
            let point = [self.number(row[1], "x"), self.number(row[2], "y")];
            let curve = &mut net.curves[at as usize];
            if let [Some(x), Some(y)] = point {
                if curve.x.last().is_some_and(|last| *last >= x) {
                    self.error("E078", row[1], "the points of a curve go up in x");
                    continue;
                }
                curve.x.push(x);
                curve.y.push(y);
            }
        }
    }
}

/// Hours that a word such as `6`, `6:30` or `6:30:10` means, with a unit or half of the day perhaps.
pub(super) fn hours(word: Word<'_>, unit: Option<Word<'_>>) -> Option<f64> {
    let parts: Option<Vec<f64>> = word.text.split(':').map(|part| part.parse().ok()).collect();
    let parts = parts
        .filter(|parts| parts.len() <= 3 && parts.iter().all(|part| part.is_finite() && *part >= 0.0))?;
    let value = parts[0] + parts.get(1).unwrap_or(&0.0) / 60.0 + parts.get(2).unwrap_or(&0.0) / 3600.0;
    let Some(unit) = unit else { return Some(value) };
    if is(unit, "AM") || is(unit, "PM") {
        if value >= 13.0 {
            return None;
        }
        let hour = if value >= 12.0 { value - 12.0 } else { value };
        return Some(if is(unit, "PM") { hour + 12.0 } else { hour });
    }
    let units = [("SEC", 1.0 / 3600.0), ("MIN", 1.0 / 60.0), ("HOU", 1.0), ("DAY", 24.0)];
    let factor = units.iter().find(|(name, _)| is(unit, name))?.1;
    (parts.len() == 1).then_some(value * factor)
}
