//! Checkpoints at doors and station gates: codes are scanned, and those of the wrong colour are turned back.
use citytwin_engine::{Board, CheckpointRule, Code, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "checkpoints",
    summary: "Scans health codes at doors and station gates, and turns back the wrong colour.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("kinds", Unit::List(&Unit::PlaceKind))
        .words(&["metro_station", "mall", "hospital"])
        .about("Kinds of place whose doors are guarded; `metro_station` guards the gates of the metro.")
        .source("assumption: the places that Chinese cities guarded first in February 2020"),
    KeySpec::new("coverage", Unit::Ratio)
        .default(1.0)
        .range(0.0, 1.0)
        .about("Share of the places of those kinds that are guarded.")
        .source("assumption"),
    KeySpec::new("scan", Unit::Seconds)
        .default(4.0)
        .range(0.1, 600.0)
        .about("Time to show and scan a code.")
        .source("assumption: twice a hand-held temperature check (2 s a person, Shanghai metro 2020)"),
    KeySpec::new("by_hand", Unit::Seconds)
        .default(25.0)
        .range(0.1, 3600.0)
        .about("Time to register a person by hand, without a phone or while the platform is down.")
        .source("assumption"),
    KeySpec::new("service", Unit::Text)
        .text("fixed")
        .choices(&["fixed", "exponential"])
        .about("Whether everybody takes as long (`fixed`) or `scan` and `by_hand` are means of exponential times.")
        .source("assumption; the two kinds of server whose queues are known exactly (M/D/c and M/M/c)"),
    KeySpec::new("visitors_per_lane", Unit::Persons)
        .default(1500.0)
        .range(1.0, 1e6)
        .about(
            "Visitors a day for whom a door is staffed with one lane, at least one: those of the busiest of the last \
             seven days, or on the first day as many as the place holds at once (two lanes where that is unknown).",
        )
        .source("assumption: a lane that registers three in ten by hand passes 350 an hour, and a fifth come at the peak"),
    KeySpec::new("open_lane_after", Unit::Minutes)
        .default(5.0)
        .range(0.0, 1440.0)
        .about("Wait at which a door opens a further lane for the rest of the day, up to 64 lanes.")
        .source("assumption; Guangzhou's metro counted who was not through the gates within 5 minutes (2020)"),
    KeySpec::new("refuse_from", Unit::Text)
        .text("yellow")
        .choices(&["yellow", "red"])
        .about("The mildest colour that is turned back.")
        .source("Hangzhou, February 2020: only green passes"),
    KeySpec::new("paper", Unit::Bool)
        .flag(true)
        .about("Whether persons without a phone are registered by hand; otherwise they are turned back.")
        .source("State Council of China, November 2020: registration by hand for the elderly"),
    KeySpec::new("patience", Unit::Minutes)
        .default(20.0)
        .range(0.0, 1440.0)
        .about("Longest wait a person accepts before giving up.")
        .source("assumption"),
    KeySpec::new("diligence", Unit::Ratio)
        .default(0.95)
        .range(0.0, 1.0)
        .about("Share of persons who are really checked.")
        .source("assumption"),
];

struct Checkpoints(CheckpointRule);

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(Checkpoints(CheckpointRule {
        kinds: params.place_kinds("kinds"),
        coverage: params.f64("coverage") as f32,
        scan_s: params.f64("scan") as f32,
        by_hand_s: params.f64("by_hand") as f32,
        exponential: params.text("service") == "exponential",
        visitors_per_lane: params.u32("visitors_per_lane"),
        open_lane_after_s: (params.f64("open_lane_after") * 60.0).round() as u32,
        refuse_from: if params.text("refuse_from") == "red" { Code::Red } else { Code::Yellow },
        paper_allowed: params.bool("paper"),
        patience_s: (params.f64("patience") * 60.0).round() as u32,
        diligence: params.f64("diligence") as f32,
    })))
}

impl Policy for Checkpoints {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.checkpoints.push(self.0.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;
    use citytwin_world::PlaceKind;

    #[test]
    fn every_rule_stands_and_the_first_that_covers_a_door_is_kept() {
        let strict = [("kinds", "[mall]"), ("scan", "6 s"), ("patience", "5 min"), ("paper", "false")];
        let mild = [("kinds", "[mall, hospital]"), ("refuse_from", "red")];
        let levers = levers_of(&[(&KIND, &strict), (&KIND, &mild)]);
        let rule = levers.checkpoint(PlaceKind::Mall).expect("a rule for malls");
        assert_eq!((rule.scan_s, rule.patience_s, rule.paper_allowed), (6.0, 300, false));
        assert_eq!(rule.refuse_from, Code::Yellow);
        assert_eq!(levers.checkpoint(PlaceKind::Hospital).map(|rule| rule.refuse_from), Some(Code::Red));
        assert_eq!(levers.checkpoint(PlaceKind::Shop), None);
    }
}
