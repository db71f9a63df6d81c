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
];

/// The kinds of record that have keys of their own, with the keys of colour and term.
const RULED: [(RecordKind, &str, &str); 8] = [
    (RecordKind::TestPositive, "test_positive", "test_positive_days"),
    (RecordKind::Admission, "admission", "admission_days"),
    (RecordKind::HouseholdContact, "household_contact", "household_contact_days"),
    (RecordKind::ColleagueContact, "colleague_contact", "colleague_contact_days"),
    (RecordKind::CoLocation, "co_location", "co_location_days"),
    (RecordKind::SymptomReport, "symptom_report", "symptom_report_days"),
    (RecordKind::Arrival, "arrival", "arrival_days"),
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
