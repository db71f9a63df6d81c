//! The keys of contact tracing: teams and their queue, how far back they ask, and what cases can name.
use crate::by_record::CASES;
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::Setting;

const MET_BEFORE: &str = "Kucharski 2020: share of contacts at work who had been met before, 79 %";
const OTHERS_MET_BEFORE: &str = "Kucharski 2020: share of other contacts who had been met before, 52 %";
const STRANGERS: &str = "assumption: strangers to each other";

const fn named(name: &'static str, share: f64, about: &'static str, source: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio).default(share).range(0.0, 1.0).about(about).source(source)
}

/// The keys of the policy.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("cases", Unit::List(&Unit::Text))
        .words(&["test_positive"])
        .choices(CASES)
        .about("Records of the health commission that make a person a case to be traced.")
        .source("assumption"),
    KeySpec::new("teams_per_100k", Unit::Number)
        .default(16.0)
        .range(0.0, 10_000.0)
        .about("Tracing teams for 100,000 residents.")
        .source("assumption"),
    KeySpec::new("cases_per_team", Unit::PerDay)
        .default(2.0)
        .range(0.0, 1000.0)
        .about("Cases that a team can interview in a day.")
        .source("assumption"),
    KeySpec::new("open_from", Unit::Hours)
        .default(8.0)
        .range(0.0, 24.0)
        .about("Hour of the day in which teams begin to interview.")
        .source("assumption"),
    KeySpec::new("open_until", Unit::Hours)
        .default(20.0)
        .range(0.0, 24.0)
        .about("Hour of the day in which they end; where it isn't later than the first, they work day and night.")
        .source("assumption"),
    KeySpec::new("order", Unit::Text)
        .text("oldest")
        .choices(&["oldest", "newest"])
        .about("Which case is interviewed first where cases wait.")
        .source("assumption"),
    KeySpec::new("give_up", Unit::Days)
        .default(7.0)
        .range(0.0, 90.0)
        .about("Age of a case, from what was observed, after which nobody interviews it any more.")
        .source("assumption: by then those infected have infected others"),
    KeySpec::new("forward", Unit::Days)
        .default(2.0)
        .range(0.0, 30.0)
        .about("Contacts are sought from so long before the symptoms on, or before the test of those without.")
        .source("ECDC, 25 February 2020: contacts from two days before the onset of symptoms"),
    KeySpec::new("source", Unit::Days)
        .default(0.0)
        .range(0.0, 30.0)
        .about("Who may have infected a case is sought among those met from so long before on; 0 for nobody.")
        .source("assumption: none"),
    KeySpec::new("contact_time", Unit::Minutes)
        .default(15.0)
        .range(1.0, 1440.0)
        .about("Time in the same room as a case that makes a contact.")
        .source("ECDC, 25 February 2020: within 2 m for 15 minutes"),
    named("recall_household", 1.0, "Share of contacts at home whom a case can name.", "assumption"),
    named(
        "recall_school",
        0.9,
        "The same in class.",
        "Kucharski 2020: share of contacts of children at school who had been met before, 90 %",
    ),
    named("recall_work", 0.79, "The same at work.", MET_BEFORE),
    named("recall_leisure", 0.52, "The same of company at leisure, and outdoors.", OTHERS_MET_BEFORE),
    named("recall_care", 0.52, "The same of patients and staff.", OTHERS_MET_BEFORE),
    named("recall_public", 0.0, "The same of customers and staff of shops and other public rooms.", STRANGERS),
    named("recall_vehicle", 0.0, "The same of passengers.", STRANGERS),
    named("reached", 0.95, "Share of those named who are reached.", "Kucharski 2020: 95 % of contacts at work and elsewhere"),
    KeySpec::new("delay", Unit::Hours)
        .default(24.0)
        .range(0.0, 720.0)
        .about("Mean time from the interview until a contact is reached.")
        .source("assumption"),
    KeySpec::new("app_coverage", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about(
            "Share of residents with a smartphone who have an app that remembers whom they met, of those who have it \
             too; it tells as soon as a case is known.",
        )
        .source("assumption: none; Kucharski 2020 takes 53 % of all"),
    KeySpec::new("test_sources", Unit::Bool)
        .flag(true)
        .about("Whether those who may have infected a case are called up for a swab.")
        .source("assumption"),
    KeySpec::new("test_contacts", Unit::Bool)
        .flag(false)
        .about("Whether those who may have been infected are called up for a swab.")
        .source("assumption"),
    KeySpec::new("watch", Unit::Days)
        .default(0.0)
        .range(0.0, 60.0)
        .about(
            "How long from the last company on those who may have been infected watch for symptoms once they are \
             reached. Who falls ill tells the health commission in the same hour (`symptom_report`); 0 for nobody.",
        )
        .source("assumption: nobody; ECDC, 25 February 2020: contacts watch for symptoms for 14 days"),
];

/// Share of contacts whom a case can name, by setting.
pub fn recall(params: &Params) -> [f32; Setting::COUNT] {
    let mut recall = [0.0; Setting::COUNT];
    for (setting, key) in [
        (Setting::Household, "recall_household"),
        (Setting::School, "recall_school"),
        (Setting::Work, "recall_work"),
        (Setting::Leisure, "recall_leisure"),
        (Setting::Outdoor, "recall_leisure"),
        (Setting::Care, "recall_care"),
        (Setting::Public, "recall_public"),
        (Setting::Vehicle, "recall_vehicle"),
    ] {
        recall[setting as usize] = params.f64(key) as f32;
    }
    recall
}
