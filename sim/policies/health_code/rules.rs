//! Rules of the health code as data: which record gives which colour for how long.
use citytwin_engine::{Code, KeySpec, Params, RecordKind, TICKS_PER_DAY, Unit};

/// What a record of a kind does to the code of the person it names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The record.
    pub kind: RecordKind,
    /// The colour it gives; green for none.
    pub code: Code,
    /// For how long from what was observed, ticks.
    pub term_ticks: u32,
}

const HANGZHOU: &str = "Hangzhou health code, February 2020: red 14 days, yellow 7 days";
const COLOURS: &[&str] = &["green", "yellow", "red"];

const fn colour(name: &'static str, about: &'static str, colour: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Text).text(colour).choices(COLOURS).about(about).source(HANGZHOU)
}

const fn term(name: &'static str, days: f64) -> KeySpec {
    KeySpec::new(name, Unit::Days)
        .default(days)
        .range(0.0, 365.0)
        .about("For how long from what was observed.")
        .source(HANGZHOU)
}

/// The keys of the policy: when codes are made, and a colour and a term for each kind of record.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("update", Unit::Text)
        .text("nightly")
        .choices(&["nightly", "hourly"])
        .about("Whether codes are made once a night or every hour.")
        .source("early health codes were updated each night (Hangzhou, Shenzhen, February 2020)"),
    KeySpec::new("update_hour", Unit::Count)
        .default(0.0)
        .range(0.0, 23.0)
        .about("Hour of the day from which the nightly codes hold.")
        .source("assumption"),
    colour("test_positive", "Colour for a positive test.", "red"),
    term("test_positive_days", 14.0),
    colour("admission", "Colour for an admission to hospital with the disease.", "red"),
    term("admission_days", 14.0),
    colour("household_contact", "Colour for those who live with a case.", "red"),
    term("household_contact_days", 14.0),
    colour("traced_contact", "Colour for those whom a case named to the tracing teams.", "red"),
    term("traced_contact_days", 14.0),
    colour("colleague_contact", "Colour for those who work or learn in the room of a case.", "yellow"),
    term("colleague_contact_days", 7.0),
    colour("co_location", "Colour for those who were near a case for a while, by their phones.", "yellow"),
    term("co_location_days", 7.0),
    colour("symptom_report", "Colour for those who declare symptoms.", "yellow"),
    term("symptom_report_days", 7.0),
    colour("arrival", "Colour for those who come from outside the city.", "yellow"),
    term("arrival_days", 7.0),
    colour("fever_medicine", "Colour for those who buy fever medicine.", "green"),
    term("fever_medicine_days", 7.0),
    colour("missed_screening", "Colour for those who were called up in a round of mass testing and did not come.", "green"),
    term("missed_screening_days", 7.0),
    colour("travel_history", "Colour for those whose phone was for a while in a part of the city with many known cases.", "green"),
    term("travel_history_days", 7.0),
    KeySpec::new("retest", Unit::Text)
        .text("none")
        .choices(&["none", "release", "expiry", "both"])
        .about("Whether negative retests end a colour before its term, are asked for at its term, or both.")
        .source("assumption: none; Shanghai, April 2022: red turned green again on a negative retest"),
    KeySpec::new("retest_after", Unit::Days)
        .default(7.0)
        .range(0.0, 365.0)
        .about("From a new colour to the first retest.")
        .source("assumption"),
    KeySpec::new("retest_every", Unit::Hours)
        .default(24.0)
        .range(1.0, 2160.0)
        .about("From one retest to the next.")
        .source("WHO, 12 January 2020: negative samples at least 24 hours apart"),
    KeySpec::new("retest_negatives", Unit::Count)
        .default(2.0)
        .range(1.0, 10.0)
        .about("Negative results in a row that are needed; the laboratories must share them.")
        .source("WHO, 12 January 2020: two negative samples in a row"),
    KeySpec::new("appeal", Unit::Bool)
        .flag(false)
        .about("Whether residents may have a new colour looked at again, through the platform or by telephone.")
        .source("assumption: they may not; Shanghai, April 2022: appeal by hotline or app"),
    KeySpec::new("appeal_delay", Unit::Hours)
        .default(24.0)
        .range(0.0, 2160.0)
        .about("From an appeal to its decision.")
        .source("assumption"),
    KeySpec::new("appeal_right", Unit::Ratio)
        .default(0.9)
        .range(0.0, 1.0)
        .about(
            "Share of appeals decided as the file says: a colour stands on a positive test or admission without a \
             negative test after it, or on two departments.",
        )
        .source("assumption"),
    KeySpec::new("declarations", Unit::Count)
        .default(0.0)
        .range(0.0, 365.0)
        .about("Days of declared good health that the end of a colour needs; 0 for none, and nobody is asked.")
        .source("assumption: none; Hangzhou, 11 February 2020 (Xinhua): codes turned green after 7 or 14 days of declared health"),
    KeySpec::new("grace", Unit::Days)
        .default(7.0)
        .range(0.0, 365.0)
        .about("How long a colour goes on at most after its term, where tests or declarations are lacking.")
        .source("assumption"),
];

/// The kinds of record that have keys of their own, with the keys of colour and term.
const RULED: [(RecordKind, &str, &str); 11] = [
    (RecordKind::TestPositive, "test_positive", "test_positive_days"),
    (RecordKind::Admission, "admission", "admission_days"),
    (RecordKind::HouseholdContact, "household_contact", "household_contact_days"),
    (RecordKind::TracedContact, "traced_contact", "traced_contact_days"),
    (RecordKind::ColleagueContact, "colleague_contact", "colleague_contact_days"),
    (RecordKind::CoLocation, "co_location", "co_location_days"),
    (RecordKind::SymptomReport, "symptom_report", "symptom_report_days"),
    (RecordKind::Arrival, "arrival", "arrival_days"),
    (RecordKind::MissedScreening, "missed_screening", "missed_screening_days"),
    (RecordKind::TravelHistory, "travel_history", "travel_history_days"),
    (RecordKind::FeverMedicine, "fever_medicine", "fever_medicine_days"),
];

/// The rules of checked keys; kinds that leave the code green have none.
pub fn rules(params: &Params) -> Vec<Rule> {
    let rule = |(kind, colour, term): &(RecordKind, &str, &str)| {
        let code = match params.text(colour).as_str() {
            "red" => Code::Red,
            "yellow" => Code::Yellow,
            _ => Code::Green,
        };
        let term_ticks = (params.f64(term) * f64::from(TICKS_PER_DAY)).round() as u32;
        Rule { kind: *kind, code, term_ticks }
    };
    RULED.iter().map(rule).filter(|rule| rule.code != Code::Green).collect()
}
