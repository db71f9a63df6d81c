//! The keys by which a scenario changes single numbers of a disease.
use super::disease::{DECADES, Disease, ProfileKind};
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::problem::{Problem, Problems};

const FILE: &str = "the file of the disease, which names its sources";

const fn number(name: &'static str, unit: Unit, most: f64, about: &'static str) -> KeySpec {
    KeySpec::new(name, unit).range(0.0, most).about(about).source(FILE)
}
const fn days(name: &'static str, about: &'static str) -> KeySpec {
    number(name, Unit::Days, 400.0, about)
}
const fn shares(name: &'static str, about: &'static str) -> KeySpec {
    number(name, Unit::List(&Unit::Ratio), 1.0, about)
}

/// The keys of the table `[disease]`. Those without a default keep the number of the disease's file.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("name", Unit::Text)
        .text("sars-cov-2-wild")
        .about("Which disease; the names are those of the shipped disease files.")
        .source("assumption"),
    number("r0", Unit::Number, 30.0, "Basic reproduction number in the city's ordinary life."),
    number("overdispersion_k", Unit::Number, 1e6, "Gamma shape of individual infectiousness; large = all alike."),
    number("asymptomatic_infectiousness", Unit::Ratio, 1.0, "Infectiousness of those who never have symptoms."),
    KeySpec::new("profile", Unit::Text)
        .choices(&["generation_time", "viral_load", "around_onset"])
        .about("What infectiousness over time is derived from.")
        .source(FILE),
    days("generation_time_mean", "Mean of the infectiousness over the time since infection."),
    days("generation_time_sd", "Its standard deviation."),
    KeySpec::new("onset_shift", Unit::Days)
        .range(-60.0, 60.0)
        .about("Location of the infectiousness over the time since the onset of symptoms, with profile `around_onset`.")
        .source(FILE),
    days("onset_width", "Scale of that skew-normal curve."),
    KeySpec::new("onset_slant", Unit::Number)
        .range(-1000.0, 1000.0)
        .about("Slant of that curve: above 0 more is passed on after the location than before it.")
        .source(FILE),
    days("incubation_mean", "Mean time from infection to symptoms."),
    days("incubation_sd", "Its standard deviation."),
    days("latent_mean", "Mean time from infection to infectiousness, with profile `viral_load`."),
    days("latent_sd", "Its standard deviation."),
    days("mild_recovery_mean", "Mean time from symptoms to recovery of mild cases."),
    days("mild_recovery_sd", "Its standard deviation."),
    days("severe_recovery_mean", "Mean time a severe case needs a bed until recovery."),
    days("critical_recovery_mean", "Mean time a critical case needs care until recovery."),
    days("critical_to_death_mean", "Mean time from the need of intensive care to death."),
    number(
        "susceptibility_by_decade",
        Unit::List(&Unit::Number),
        20.0,
        "Susceptibility by decade of age (ten numbers), relative to adults.",
    ),
    shares("symptomatic_by_decade", "Share of infections with symptoms by decade of age (ten numbers)."),
    shares("severe_by_decade", "Share of infections that need a bed by decade of age (ten numbers)."),
    shares("critical_by_decade", "Share of infections that need intensive care by decade of age (ten numbers)."),
    shares("fatal_by_decade", "Share of infections that end in death by decade of age (ten numbers)."),
    number("immunity_initial", Unit::Ratio, 1.0, "Protection against reinfection at first."),
    number("immunity_half_life", Unit::Days, 1e6, "Half-life of that protection."),
    number("immunity_floor", Unit::Ratio, 1.0, "Part of that protection that never wanes."),
    number("without_bed", Unit::Number, 20.0, "How many times likelier a severe case becomes critical without a bed."),
    number("without_icu", Unit::Number, 20.0, "How many times likelier a critical case dies without intensive care."),
    KeySpec::new("vaccinated_by_decade", Unit::List(&Unit::Ratio))
        .range(0.0, 1.0)
        .about("Share vaccinated before the run by decade of age (ten shares); unset = nobody.")
        .source("assumption: the scenario knows its country and date"),
    KeySpec::new("vaccine_doses", Unit::Count)
        .default(2.0)
        .range(1.0, 10.0)
        .about("Doses each vaccinated resident has had.")
        .source("assumption: a complete primary course"),
    KeySpec::new("vaccine_age", Unit::Days)
        .default(120.0)
        .range(0.0, 3650.0)
        .about("Mean time since the last dose; residents differ evenly between half and one and a half times it.")
        .source("assumption"),
];

/// Changes every number whose key is set.
///
/// # Errors
/// `E041` for every list by age that has not ten numbers.
pub fn apply(disease: &mut Disease, params: &Params) -> Result<(), Problems> {
    let set = |key: &str, slot: &mut f64| {
        if let Some(value) = params.opt_f64(key) {
            *slot = value;
        }
    };
    let t = &mut disease.transmission;
    set("r0", &mut t.r0);
    set("overdispersion_k", &mut t.overdispersion_k);
    set("asymptomatic_infectiousness", &mut t.asymptomatic_infectiousness);
    if params.is_set("profile") {
        t.profile = match params.text("profile").as_str() {
            "viral_load" => ProfileKind::ViralLoad,
            "around_onset" => ProfileKind::AroundOnset,
            _ => ProfileKind::GenerationTime,
        };
    }
    set("generation_time_mean", &mut t.generation_time.mean_days);
    set("generation_time_sd", &mut t.generation_time.sd_days);
    set("onset_shift", &mut t.around_onset.shift_days);
    set("onset_width", &mut t.around_onset.width_days);
    set("onset_slant", &mut t.around_onset.slant);
    let d = &mut disease.durations;
    set("incubation_mean", &mut d.incubation.mean_days);
    set("incubation_sd", &mut d.incubation.sd_days);
    set("latent_mean", &mut d.exposed_to_infectious.mean_days);
    set("latent_sd", &mut d.exposed_to_infectious.sd_days);
    set("mild_recovery_mean", &mut d.mild_recovery.mean_days);
    set("mild_recovery_sd", &mut d.mild_recovery.sd_days);
    set("severe_recovery_mean", &mut d.severe_recovery.mean_days);
    set("critical_recovery_mean", &mut d.critical_recovery.mean_days);
    set("critical_to_death_mean", &mut d.critical_to_death.mean_days);
    set("immunity_initial", &mut disease.immunity.infection.initial);
    set("immunity_half_life", &mut disease.immunity.infection.half_life_days);
    set("immunity_floor", &mut disease.immunity.infection.floor);
    set("without_bed", &mut disease.care.without_bed);
    set("without_icu", &mut disease.care.without_icu);
    let a = &mut disease.by_decade;
    let mut problems = Problems::new();
    for (key, slot) in [
        ("susceptibility_by_decade", &mut a.susceptibility),
        ("symptomatic_by_decade", &mut a.symptomatic),
        ("severe_by_decade", &mut a.severe),
        ("critical_by_decade", &mut a.critical),
        ("fatal_by_decade", &mut a.fatal),
    ] {
        problems.keep(set_decades(params, key, slot));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn set_decades(params: &Params, key: &str, slot: &mut [f64; DECADES]) -> Result<(), Problem> {
    if !params.is_set(key) {
        return Ok(());
    }
    let values = params.list_f64(key);
    let count = values.len();
    *slot = values.try_into().map_err(|_| {
        Problem::error(
            "E041",
            format!("`{key}` needs {DECADES} numbers, one for each decade of age, not {count}"),
        )
        .label(format!("{count} numbers"))
        .word(key)
    })?;
    Ok(())
}
