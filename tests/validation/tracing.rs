//! Test, trace and quarantine in Covasim's hybrid population, by the twin's own laboratories, departments and policies.
//!
//! The published row (attack 0.204, sd 0.015, 20 seeds) does not state its interventions. These ones are Covasim's own:
//! tests as in its tutorial 5 (20 % a day with symptoms, 0.1 % without), results after a day as in its example of
//! scenarios, tracing as in its paper and tests (home 90 % at once, school and work 70 % after a day, community 30 %
//! after three). Covasim 4.0.1 itself gives RESULT with them.
use super::covasim::{Rules, check, mean_of};
use citytwin_engine::{KeySpec, Kind, Layer, Params, Policy, Scheduled};
use citytwin_layers::{reporting, testing};
use citytwin_policies::{data_sharing, isolation};
use citytwin_world::City;

/// The evening before day 15: swabs are booked for the morning.
const FROM_TICK: u32 = 15 * 24 - 1;

fn written(keys: &'static [KeySpec], values: &[(&str, &str)]) -> Params {
    Params::written(keys, values).expect("well written")
}

fn scheduled(kind: &Kind<dyn Policy>, values: &[(&str, &str)]) -> Scheduled {
    let policy = (kind.build)(&written(kind.keys, values), &City::default()).expect("builds");
    Scheduled { id: kind.name.to_owned(), from_tick: FROM_TICK, until_tick: u32::MAX, trigger: None, policy }
}

/// What a planner would write, with Covasim's numbers.
fn rules() -> Rules {
    let departments = [
        ("communities_coverage", "90 %"),
        ("communities_delay", "0 h"),
        ("schools_coverage", "70 %"),
        ("schools_delay", "24 h"),
        ("employers_coverage", "70 %"),
        ("employers_delay", "24 h"),
        ("telecom_operators_coverage", "30 %"),
        ("telecom_operators_delay", "72 h"),
        ("co_location_time", "5 min"),
        ("co_location_settings", "[public]"),
        ("arrivals_per_1000", "0 /d"),
        ("health_commission_coverage", "100 %"),
        ("health_commission_delay", "0 h"),
        ("health_commission_error", "0 %"),
        ("communities_error", "0 %"),
        ("schools_error", "0 %"),
        ("employers_error", "0 %"),
        ("telecom_operators_error", "0 %"),
    ];
    let laboratories = [
        ("laboratory_time", "24 h"),
        ("sensitivity", "100 %"),
        ("specificity", "100 %"),
        ("other_illness_per_1000", "0 /d"),
    ];
    let layers: Vec<Box<dyn Layer>> = vec![
        Box::new(testing::Testing::new(&written(testing::KEYS, &laboratories))),
        Box::new(reporting::Reporting::new(&written(reporting::KEYS, &departments))),
    ];
    let swabs = [("symptomatic_share", "0 %"), ("symptomatic_per_day", "20 %"), ("screening_per_day", "0.1 %")];
    // In Covasim isolation leaves 10 % of contact outside the home and 30 % at home, quarantine 20 % and 60 %; a case
    // is isolated until recovery, a contact for 14 days.
    let orders = [
        ("cases", "[test_positive]"),
        ("contacts", "[household_contact, colleague_contact, co_location]"),
        ("isolation", "40 d"),
        ("quarantine", "14 d"),
        ("adherence", "90 %"),
        ("quarantine_adherence", "80 %"),
        ("isolation_apart", "70 %"),
        ("quarantine_apart", "40 %"),
    ];
    let policies = vec![
        scheduled(&citytwin_policies::testing::KIND, &swabs),
        scheduled(&data_sharing::KIND, &[("latency", "1 h")]),
        scheduled(&isolation::KIND, &orders),
    ];
    Rules { policies, layers }
}

#[test]
fn test_trace_and_quarantine_holds_it_down_as_published() {
    let mean = mean_of(8, rules);
    eprintln!("{mean:?}");
    check("attack rate with test, trace and quarantine", mean.attack, 0.204, 0.015);
}
