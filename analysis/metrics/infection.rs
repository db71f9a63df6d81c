//! The epidemic as it truly is.
use crate::metric::MetricKind;
use crate::observation::share;
use crate::transmission;
use citytwin_world::Setting;
use citytwin_world::health::Stage;

/// Age bands of ten years: 0–9, 10–19 … 80 and older.
pub const AGE_BANDS: usize = 9;
/// Names of the age bands in tables.
pub const AGE_BAND_NAMES: [&str; AGE_BANDS] =
    ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+"];

/// Metrics of the epidemic.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("incidence_persons", "persons", "Infections that began on the day.", |o| {
        o.infections as f64
    })
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "imported_persons",
        "persons",
        "Infections of the day brought from outside the city.",
        |o| o.infections_by_setting[Setting::Imported as usize] as f64,
    )
    .summed(),
    MetricKind::daily("prevalence_persons", "persons", "Persons infectious at the end of the day.", |o| {
        o.in_stage(Stage::Infectious) as f64
    })
    .at_peak()
    .less_is_better(),
    MetricKind::daily(
        "infections_cumulative_persons",
        "persons",
        "Infections so far, reinfections counted again.",
        |o| o.infections_total as f64,
    )
    .left_at_end()
    .less_is_better(),
    MetricKind::daily("attack_rate_share", "share", "Share of residents infected at least once.", |o| {
        share(o.ever_infected, o.population)
    })
    .left_at_end()
    .less_is_better(),
    MetricKind::daily("susceptible_persons", "persons", "Persons susceptible.", |o| {
        o.in_stage(Stage::Susceptible) as f64
    })
    .left_at_end(),
    MetricKind::daily("exposed_persons", "persons", "Persons infected and not yet infectious.", |o| {
        o.in_stage(Stage::Exposed) as f64
    })
    .at_peak()
    .less_is_better(),
    MetricKind::daily("recovered_persons", "persons", "Persons past their infection.", |o| {
        o.in_stage(Stage::Recovered) as f64
    })
    .left_at_end(),
    MetricKind::daily("symptomatic_persons", "persons", "Persons with symptoms or worse.", |o| {
        o.symptomatic as f64
    })
    .at_peak()
    .less_is_better(),
    MetricKind::at_end(
        "onsets_persons",
        "persons",
        "Infected whose symptoms began on the day, known to anybody or not.",
        transmission::onsets,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("deaths_persons", "persons", "Deaths of the day from the disease.", |o| {
        o.deaths_by_age.iter().sum::<u64>() as f64
    })
    .summed()
    .less_is_better(),
    MetricKind::daily("deaths_cumulative_persons", "persons", "Deaths so far from the disease.", |o| {
        o.in_stage(Stage::Dead) as f64
    })
    .left_at_end()
    .less_is_better(),
    MetricKind::at_end(
        "reproduction_number_ratio",
        "ratio",
        "Persons infected on average by those infected on the day, from the transmission tree; empty while the \
         infections of that day still run.",
        transmission::cohort_reproduction,
    ),
    MetricKind::at_end(
        "reproduction_instantaneous_ratio",
        "ratio",
        "Infections of the day over those expected from the infections before it, by the generation intervals of \
         the transmission tree (Cori 2013).",
        transmission::instantaneous_reproduction,
    ),
];
