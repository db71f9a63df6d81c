//! A disease as its file describes it: transmission, durations, severity by age, immunity, variants.
use super::overrides;
use citytwin_engine::Params;
use citytwin_world::health::VARIANTS_MAX;
use citytwin_world::problem::{Problem, Problems};
use serde::Deserialize;

/// Decades of age in the tables of a disease: 0–9, 10–19 … 90 and older.
pub const DECADES: usize = 10;

/// The diseases that ship with the twin, by name, as the text of their files.
pub const DISEASES: &[(&str, &str)] = &[
    ("sars-cov-2-wild", include_str!("../../../assets/diseases/sars-cov-2-wild.toml")),
    ("sars-cov-2-delta", include_str!("../../../assets/diseases/sars-cov-2-delta.toml")),
    ("sars-cov-2-omicron", include_str!("../../../assets/diseases/sars-cov-2-omicron.toml")),
    ("influenza", include_str!("../../../assets/diseases/influenza.toml")),
    ("covasim-reference", include_str!("../../../assets/diseases/covasim-reference.toml")),
];

/// A disease. All shares are 0–1, all durations days; lists by age hold one value for each decade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disease {
    /// Name in scenario files.
    pub name: String,
    /// What it is, in a few words.
    pub summary: String,
    /// How it passes on.
    pub transmission: Transmission,
    /// How long its stages last.
    pub durations: Durations,
    /// Susceptibility and severity by decade of age.
    pub by_decade: ByDecade,
    /// What missing beds do.
    pub care: WithoutCare,
    /// What an infection leaves.
    pub immunity: Immunity,
    /// What a vaccine leaves.
    pub vaccine: Vaccine,
    /// Variants, at most [`VARIANTS_MAX`]; the first is the one that all numbers describe.
    pub variant: Vec<Variant>,
}

/// What the infectiousness over time is derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// A gamma curve over the time since infection.
    GenerationTime,
    /// High, then low load between the drawn begin and end of infectiousness.
    ViralLoad,
    /// A skew-normal curve over the time since the onset of symptoms.
    AroundOnset,
}

/// How the disease passes on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transmission {
    /// Source of these numbers.
    pub source: String,
    /// Basic reproduction number in the city's ordinary life.
    pub r0: f64,
    /// Gamma shape of individual infectiousness; infinite = all alike.
    pub overdispersion_k: f64,
    /// Infectiousness of those who never have symptoms, relative to the others.
    pub asymptomatic_infectiousness: f64,
    /// What infectiousness over time is derived from.
    pub profile: ProfileKind,
    /// Whether courses advance in whole days from the midnight before the infection.
    pub whole_days: bool,
    /// Gamma curve over time since infection.
    pub generation_time: GenerationTime,
    /// Load within the infectious period.
    pub viral_load: ViralLoad,
    /// Curve over the time since the onset of symptoms.
    #[serde(default)]
    pub around_onset: AroundOnset,
}

/// Gamma-shaped infectiousness over the time since infection.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationTime {
    /// Source of these numbers.
    pub source: String,
    /// Mean, days.
    pub mean_days: f64,
    /// Standard deviation, days.
    pub sd_days: f64,
}

/// Skew-normal infectiousness over the time since the onset of symptoms; who never has any is infectious as if symptoms
/// began after an incubation like that of the others.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AroundOnset {
    /// Source of these numbers.
    pub source: String,
    /// Location: where the curve would peak without slant, days after the onset.
    pub shift_days: f64,
    /// Scale, days.
    pub width_days: f64,
    /// Slant: above 0 more falls after the location than before it.
    pub slant: f64,
}

impl Default for AroundOnset {
    /// Fifteen in a hundred infections happen before the onset.
    fn default() -> Self {
        let source =
            "Hellewell 2020: skew normal around the onset of symptoms, scale 2 d, slant 1.95".to_owned();
        Self { source, shift_days: 0.0, width_days: 2.0, slant: 1.95 }
    }
}

/// Two levels of load, with a mean of 1 over an infectious period that is not cut by the cap.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViralLoad {
    /// Source of these numbers.
    pub source: String,
    /// Share of the infectious period with high load.
    pub early_share: f64,
    /// High load relative to low load.
    pub early_ratio: f64,
    /// Longest time of high load, days.
    pub early_max_days: f64,
}

/// Shape of the distribution of a duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Log-normal.
    #[default]
    Lognormal,
    /// Gamma; exponential where the standard deviation equals the mean.
    Gamma,
}

/// A duration drawn for each person.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Mean, days.
    pub mean_days: f64,
    /// Standard deviation, days; 0 = the same for everybody.
    pub sd_days: f64,
    /// Distribution.
    #[serde(default)]
    pub shape: Shape,
}

/// How long the stages last.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Durations {
    /// Source of these numbers.
    pub source: String,
    /// Infection to symptoms, with profile `generation_time`.
    pub incubation: Span,
    /// Infection to infectiousness, with profile `viral_load`.
    pub exposed_to_infectious: Span,
    /// Infectiousness to symptoms, with profile `viral_load`.
    pub infectious_to_symptomatic: Span,
    /// Symptoms to the need of a bed.
    pub symptomatic_to_severe: Span,
    /// Need of a bed to need of intensive care.
    pub severe_to_critical: Span,
    /// Infectiousness to recovery of those without symptoms.
    pub asymptomatic_recovery: Span,
    /// Symptoms to recovery of mild cases.
    pub mild_recovery: Span,
    /// Need of a bed to recovery.
    pub severe_recovery: Span,
    /// Need of intensive care to recovery.
    pub critical_recovery: Span,
    /// Need of intensive care to death.
    pub critical_to_death: Span,
}

/// Susceptibility (relative) and shares of infections by decade of age.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByDecade {
    /// Source of these numbers.
    pub source: String,
    /// Susceptibility relative to adults.
    pub susceptibility: [f64; DECADES],
    /// Share of infections with symptoms.
    pub symptomatic: [f64; DECADES],
    /// Share of infections that need a bed.
    pub severe: [f64; DECADES],
    /// Share of infections that need intensive care.
    pub critical: [f64; DECADES],
    /// Share of infections that end in death.
    pub fatal: [f64; DECADES],
}

/// What missing beds do.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithoutCare {
    /// Source of these numbers.
    pub source: String,
    /// Factor on severe → critical without a bed.
    pub without_bed: f64,
    /// Factor on critical → death without intensive care.
    pub without_icu: f64,
}

/// Protection that starts at a level and falls by half-lives to a floor.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waning {
    /// Protection at first.
    pub initial: f64,
    /// Half-life of what can wane, days; infinite = none wanes.
    pub half_life_days: f64,
    /// Protection that stays.
    pub floor: f64,
}

/// What an infection leaves against the same variant.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Immunity {
    /// Source of these numbers.
    pub source: String,
    /// Protection against infection.
    pub infection: Waning,
    /// Protection against severe disease, counting also those not infected.
    pub severe: Waning,
}

/// How a share of the first protection fades.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fading {
    /// Half-life of what can wane, days; infinite = none wanes.
    pub half_life_days: f64,
    /// Share of the first protection that stays.
    pub floor: f64,
}

/// What a vaccine leaves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vaccine {
    /// Source of these numbers.
    pub source: String,
    /// Protection against infection at first, by doses received (one, two, three and more).
    pub infection_by_dose: Vec<f64>,
    /// Protection against severe disease at first, counting also those not infected, by doses received.
    pub severe_by_dose: Vec<f64>,
    /// How protection against infection fades.
    pub infection_waning: Fading,
    /// How protection against severe disease fades.
    pub severe_waning: Fading,
}

/// A variant, relative to the numbers of the disease.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Source of these numbers.
    pub source: String,
    /// Name.
    pub name: String,
    /// Factor on infectiousness.
    pub transmissibility: f64,
    /// Factor on the generation time.
    pub generation_time: f64,
    /// Factor on the incubation and the latent period.
    pub incubation: f64,
    /// Factor on the share of severe infections.
    pub severe: f64,
    /// Factor on the share of deaths among critical patients.
    pub fatal: f64,
    /// Share of the protection left by each variant that holds against this one.
    pub protection_by: Vec<f64>,
    /// Share of the vaccine's protection that holds against this one.
    pub vaccine_match: f64,
}

impl Transmission {
    /// What in the numbers of infectiousness over time makes no sense.
    fn curve_faults(&self) -> Vec<&'static str> {
        let at_least_0 = |x: f64| x >= 0.0 && x.is_finite();
        let (g, o, v) = (&self.generation_time, &self.around_onset, &self.viral_load);
        let g_fits = (0.05..=60.0).contains(&g.mean_days) && (0.02..=60.0).contains(&g.sd_days);
        let o_fits = o.shift_days.abs() <= 60.0 && (0.02..=60.0).contains(&o.width_days);
        let load_fits =
            (0.0..=1.0).contains(&v.early_share) && at_least_0(v.early_ratio) && at_least_0(v.early_max_days);
        let faults = [
            (g_fits, "generation_time must lie between 0.05 and 60 days"),
            (
                o_fits && o.slant.abs() <= 1000.0,
                "around_onset must lie within 60 days, with a slant up to 1000",
            ),
            (load_fits, "viral_load has a number out of range"),
        ];
        faults.iter().filter(|(fits, _)| !fits).map(|(_, fault)| *fault).collect()
    }
}

impl Disease {
    /// One of [`DISEASES`].
    ///
    /// # Errors
    /// `E040` where there is no disease of that name.
    pub fn named(name: &str) -> Result<Self, Problems> {
        let names: Vec<&str> = DISEASES.iter().map(|(known, _)| *known).collect();
        let Some((_, text)) = DISEASES.iter().find(|(known, _)| *known == name) else {
            let problem = Problem::error("E040", format!("there is no disease `{name}`"));
            let help = format!("known are {}, or the path of a disease file", names.join(", "));
            return Err(problem.help(help).word(name).into());
        };
        Self::parse(text)
    }

    /// Reads a disease file.
    ///
    /// # Errors
    /// `E040` where the text is no disease file (with the place in it), `E041` for every number that makes no sense.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let disease: Self = toml::from_str(text).map_err(|error| {
            let problem = Problem::error("E040", format!("not a disease file: {}", error.message()));
            match error.span() {
                Some(span) => problem.at(span).locate(text),
                None => problem,
            }
        })?;
        disease.checked()
    }

    /// The disease that the keys of [`super::KEYS`] describe: the one named, with every number that is set changed.
    ///
    /// # Errors
    /// As [`Self::named`] and [`Self::parse`]; `E041` also where changed numbers don't fit together.
    pub fn with(params: &Params) -> Result<Self, Problems> {
        let mut disease = Self::named(&params.text("name"))?;
        overrides::apply(&mut disease, params)?;
        disease.checked()
    }

    /// The disease of a file's text, with every number changed that the keys set.
    ///
    /// # Errors
    /// As [`Self::with`].
    pub fn read(text: &str, params: &Params) -> Result<Self, Problems> {
        let mut disease = Self::parse(text)?;
        overrides::apply(&mut disease, params)?;
        disease.checked()
    }

    /// Where the numbers come from: each table with its source, for reports.
    pub fn sources(&self) -> Vec<(String, &str)> {
        let mut all = vec![
            ("transmission".into(), self.transmission.source.as_str()),
            ("transmission.generation_time".into(), self.transmission.generation_time.source.as_str()),
            ("transmission.viral_load".into(), self.transmission.viral_load.source.as_str()),
            ("transmission.around_onset".into(), self.transmission.around_onset.source.as_str()),
            ("durations".into(), self.durations.source.as_str()),
            ("by_decade".into(), self.by_decade.source.as_str()),
            ("care".into(), self.care.source.as_str()),
            ("immunity".into(), self.immunity.source.as_str()),
            ("vaccine".into(), self.vaccine.source.as_str()),
        ];
        all.extend(self.variant.iter().map(|v| (format!("variant {}", v.name), v.source.as_str())));
        all
    }

    fn checked(self) -> Result<Self, Problems> {
        let problems: Problems = self
            .faults()
            .into_iter()
            .map(|fault| {
                // Most faults begin with the number's name, which is that of the key that changes it.
                let word = fault.split_whitespace().next().unwrap_or_default().to_owned();
                Problem::error("E041", format!("disease `{}`: {fault}", self.name)).word(word)
            })
            .collect();
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// Everything in the numbers that makes no sense.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut require = |fine: bool, fault: String| {
            if !fine {
                faults.push(fault);
            }
        };
        let (t, a) = (&self.transmission, &self.by_decade);
        let at_least_0 = |x: f64| x >= 0.0 && x.is_finite();
        let share = |x: f64| (0.0..=1.0).contains(&x);
        require(at_least_0(t.r0), "r0 must be 0 or more".into());
        require(t.overdispersion_k > 0.0, "overdispersion_k must be above 0".into());
        require(share(t.asymptomatic_infectiousness), "asymptomatic_infectiousness must be a share".into());
        for fault in t.curve_faults() {
            require(false, fault.into());
        }
        for (name, span) in self.durations.all() {
            let fits = (0.0..=400.0).contains(&span.mean_days) && (0.0..=400.0).contains(&span.sd_days);
            require(
                fits && (span.mean_days > 0.0 || span.sd_days == 0.0),
                format!("duration {name} must lie within 400 days"),
            );
        }
        for i in 0..DECADES {
            require(
                at_least_0(a.susceptibility[i]),
                format!("susceptibility of decade {i} must be 0 or more"),
            );
            let steps = [1.0, a.symptomatic[i], a.severe[i], a.critical[i], a.fatal[i], 0.0];
            let falling = steps.windows(2).all(|pair| pair[0] >= pair[1]);
            require(
                falling,
                format!("decade {i}: shares must fall from symptomatic over severe and critical to fatal"),
            );
        }
        for w in [self.immunity.infection, self.immunity.severe] {
            require(
                share(w.initial) && share(w.floor) && w.half_life_days > 0.0,
                "immunity out of range".into(),
            );
        }
        for f in [self.vaccine.infection_waning, self.vaccine.severe_waning] {
            require(share(f.floor) && f.half_life_days > 0.0, "waning of the vaccine out of range".into());
        }
        let doses = self.vaccine.infection_by_dose.iter().chain(&self.vaccine.severe_by_dose);
        require(doses.into_iter().all(|x| share(*x)), "protection by dose must be shares".into());
        require(
            at_least_0(self.care.without_bed) && at_least_0(self.care.without_icu),
            "care factors must be 0 or more".into(),
        );
        let count = self.variant.len();
        require((1..=VARIANTS_MAX).contains(&count), format!("there must be 1 to {VARIANTS_MAX} variants"));
        for one in &self.variant {
            let factors = [one.transmissibility, one.severe, one.fatal];
            let times = [one.generation_time, one.incubation];
            let fits =
                factors.into_iter().all(at_least_0) && times.into_iter().all(|x| (0.05..=20.0).contains(&x));
            require(fits, format!("variant {}: a factor is out of range", one.name));
            let matched = one.protection_by.iter().all(|x| share(*x)) && share(one.vaccine_match);
            require(
                matched && one.protection_by.len() == count,
                format!("variant {}: protection_by needs {count} shares", one.name),
            );
        }
        faults
    }
}

impl Durations {
    /// All durations with their names, in the order of a course.
    pub fn all(&self) -> [(&'static str, Span); 10] {
        [
            ("incubation", self.incubation),
            ("exposed_to_infectious", self.exposed_to_infectious),
            ("infectious_to_symptomatic", self.infectious_to_symptomatic),
            ("symptomatic_to_severe", self.symptomatic_to_severe),
            ("severe_to_critical", self.severe_to_critical),
            ("asymptomatic_recovery", self.asymptomatic_recovery),
            ("mild_recovery", self.mild_recovery),
            ("severe_recovery", self.severe_recovery),
            ("critical_recovery", self.critical_recovery),
            ("critical_to_death", self.critical_to_death),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_diseases_are_sound_and_named_as_their_files() {
        for (name, _) in DISEASES {
            let disease = Disease::named(name).unwrap_or_else(|problem| panic!("{problem}"));
            assert_eq!(disease.name, *name);
            assert!(disease.sources().iter().all(|(_, source)| source.len() > 3));
        }
    }

    #[test]
    fn broken_files_are_refused_with_a_place() {
        let text = DISEASES[0].1.replace("sd_days = 2.14", "sd_day = 2.14");
        let problems = Disease::parse(&text).expect_err("misspelt");
        assert_eq!(problems.codes(), ["E040"]);
        assert!(problems.iter().all(|problem| problem.line.is_some()));
        let text =
            DISEASES[0].1.replace("r0 = 2.5", "r0 = -2.5").replace("without_bed = ", "without_bed = -");
        assert_eq!(Disease::parse(&text).expect_err("negative").codes(), ["E041", "E041"]);
        assert_eq!(Disease::named("plague").expect_err("unknown").codes(), ["E040"]);
    }
}
