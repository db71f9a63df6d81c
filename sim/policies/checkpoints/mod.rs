//! Checkpoints at doors and station gates: codes are scanned, and those of the wrong colour are turned back.
mod streets;

use crate::by_zone;
use citytwin_engine::{Board, CheckpointRule, Code, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, Sector};

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
        .about(
            "Kinds of place whose doors are guarded; `metro_station` guards the gates of the metro, `home` those of \
             compounds, at which visitors are checked, `gate` the highways, at which arrivals are taken down.",
        )
        .source("assumption: the places that Chinese cities guarded first in February 2020"),
    KeySpec::new("zones", Unit::List(&Unit::Text))
        .about("Zones in which those places and employers are guarded, by their ids; unset, all.")
        .source("choice of the scenario"),
    KeySpec::new("sectors", Unit::List(&Unit::Text))
        .choices(Sector::NAMES)
        .about("Sectors whose employers check their staff on the way in; customers pass.")
        .source("assumption: none; employers in Hangzhou checked codes when work resumed in February 2020"),
    KeySpec::new("borders", Unit::List(&Unit::Text))
        .about("Zones whose border is guarded, by their ids: whoever comes from another zone is checked, except on the way home.")
        .source("choice of the scenario"),
    KeySpec::new("streets", Unit::List(&Unit::Text))
        .about(
            "Streets on which vehicles are checked: numbers of links as in the table `links`, spots \"LONGITUDE \
             LATITUDE\" for the nearest street, both ways, or `middle` for that amid the city's jobs. Where cars queue (depth `queue`) they do so in space, each \
             served for `scan`; at `assignment` lanes bound what the street lets through; at `free` who drives there \
             waits as at a door.",
        )
        .source("choice of the scenario"),
    KeySpec::new("street_lanes", Unit::Count)
        .default(2.0)
        .range(1.0, 64.0)
        .about("Lanes of each checkpoint on a street, all day.")
        .source("assumption: one lane for each of two lanes of the street"),
    KeySpec::new("open_from", Unit::Hours)
        .default(0.0)
        .range(0.0, 24.0)
        .about("Hour of the day from which guards stand there; later than `open_until` they stand through midnight.")
        .source("assumption: all day"),
    KeySpec::new("open_until", Unit::Hours)
        .default(24.0)
        .range(0.0, 24.0)
        .about("Hour of the day until which guards stand there; the doors are open then.")
        .source("assumption: all day"),
    KeySpec::new("coverage", Unit::Ratio)
        .default(1.0)
        .range(0.0, 1.0)
        .about("Share of the places, employers, borders and streets that are guarded.")
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
    KeySpec::new("forged", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about("Share of those with a colour to hide who show a forged or borrowed green code.")
        .source("assumption: none"),
    KeySpec::new("forgery_found", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of forged or borrowed codes that guards find.")
        .source("assumption"),
    KeySpec::new("test_validity", Unit::Hours)
        .default(0.0)
        .range(0.0, 2160.0)
        .about(
            "How old the swab of a negative test may be that everybody must show; 0 where nobody is asked. Codes show \
             it once the laboratories share their results with the health commission.",
        )
        .source("assumption: not asked for; Xi'an, December 2021: 48 h for work places"),
    KeySpec::new("without_test", Unit::Text)
        .text("swab")
        .choices(&["refuse", "swab"])
        .about("Whether those without a valid test are turned back (`refuse`), or turned back and called up for a swab.")
        .source("assumption"),
];

struct Checkpoints(CheckpointRule);

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let mut problems = Problems::default();
    let mut zones = |key: &str| match by_zone::zones(&params.list(key), city) {
        Ok(mut zones) => {
            zones.sort_unstable();
            zones.dedup();
            zones
        }
        Err(found) => {
            problems.extend(found);
            Vec::new()
        }
    };
    let (zones, borders) = (zones("zones"), zones("borders"));
    let streets = streets::links(&params.list("streets"), city).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    let all_day = params.f64("open_from") <= 0.0 && params.f64("open_until") >= 24.0;
    if !streets.is_empty() && !all_day {
        let problem = Problem::error("E088", "checkpoints on streets stand all day").word("streets");
        problems.push(
            problem.help("leave `open_from` and `open_until` out, or make another policy for the streets"),
        );
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let seconds = |key: &str| (params.f64(key) * 60.0).round() as u32;
    let minute = |key: &str| (params.f64(key) * 60.0).round() as u16;
    Ok(Box::new(Checkpoints(CheckpointRule {
        kinds: params.place_kinds("kinds"),
        zones,
        sectors: params.list("sectors").iter().filter_map(|name| Sector::parse(name)).collect(),
        borders,
        streets,
        street_lanes: params.u32("street_lanes"),
        coverage: params.f64("coverage") as f32,
        open_min: [minute("open_from"), minute("open_until")],
        scan_s: params.f64("scan") as f32,
        by_hand_s: params.f64("by_hand") as f32,
        exponential: params.text("service") == "exponential",
        visitors_per_lane: params.u32("visitors_per_lane"),
        open_lane_after_s: seconds("open_lane_after"),
        refuse_from: if params.text("refuse_from") == "red" { Code::Red } else { Code::Yellow },
        paper_allowed: params.bool("paper"),
        patience_s: seconds("patience"),
        diligence: params.f64("diligence") as f32,
        forged: params.f64("forged") as f32,
        forgery_found: params.f64("forgery_found") as f32,
        test_valid_ticks: params.u32("test_validity"),
        sends_to_test: params.text("without_test") == "swab",
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

    #[test]
    fn streets_are_links_spots_or_the_middle() {
        use citytwin_world::NodeId;
        use citytwin_world::streets::access;
        let mut city = City::default();
        for i in 0..4u32 {
            city.streets.lon.push(f64::from(i) * 0.001);
            city.streets.lat.push(0.0);
        }
        // A street both ways, a footpath, and a street one way.
        for (from, to, who) in
            [(0, 1, access::CAR), (1, 0, access::CAR), (1, 2, access::FOOT), (2, 3, access::CAR)]
        {
            city.streets.from.push(NodeId(from));
            city.streets.to.push(NodeId(to));
            city.streets.access.push(who);
            city.streets.class.push(6);
            city.streets.shape.push_row([]);
        }
        city.zones.lon = vec![0.0025].into();
        city.zones.lat = vec![0.0001].into();
        city.zones.jobs = vec![10].into();
        let streets = |names: &str| {
            let params = Params::written(KEYS, &[("streets", names)]).expect("fine");
            build(&params, &city).map(|mut policy| {
                let mut levers = Levers::default();
                let now = Now {
                    tick: 0,
                    date: citytwin_world::Date(0),
                    day_type: citytwin_world::DayType::Workday,
                    seed: 1,
                };
                policy.decide(now, &Board::new(), &city, &mut levers);
                levers.checkpoints[0].streets.clone()
            })
        };
        assert_eq!(streets("[\"3\", \"0.0004 0.0002\"]").expect("fine"), [0, 1, 3]);
        assert_eq!(streets("[middle]").expect("fine"), [3]);
        let told = |names: &str| format!("{:?}", streets(names).expect_err("refused"));
        assert!(told("[\"2\"]").contains("E085") && told("[\"9\"]").contains("E085"));
        assert!(told("[\"Main Street\"]").contains("E086"));
        assert!(told("[\"1 1\"]").contains("E087"));
        let hours = Params::written(KEYS, &[("streets", "[middle]"), ("open_from", "7 h")]).expect("fine");
        assert!(format!("{:?}", build(&hours, &city).err()).contains("E088"));
    }

    #[test]
    fn zones_sectors_and_hours_are_read_and_unknown_zones_refused() {
        let mut city = City::default();
        city.zones.id = ["a", "b", "c"].map(str::to_owned).to_vec().into();
        let keys = [
            ("kinds", "[home]"),
            ("zones", "[c, a, c]"),
            ("borders", "[b]"),
            ("sectors", "[industry, office_work]"),
            ("open_from", "7 h"),
            ("open_until", "19.5 h"),
            ("test_validity", "48 h"),
        ];
        let levers = crate::trial::levers_in(&city, &[(&KIND, &keys)]);
        let rule = &levers.checkpoints[0];
        assert_eq!((rule.zones.as_slice(), rule.borders.as_slice()), (&[0, 2][..], &[1][..]));
        assert_eq!((rule.open_min, rule.test_valid_ticks, rule.sends_to_test), ([420, 1170], 48, true));
        assert_eq!(rule.sectors, [Sector::Industry, Sector::Office]);
        assert!(levers.asks_for_tests());
        let params = Params::written(KEYS, &[("zones", "[d]"), ("borders", "[e, a]")]).expect("well written");
        let refused = (KIND.build)(&params, &city).err().expect("two zones that are none");
        assert_eq!(refused.iter().map(|one| one.code).collect::<Vec<_>>(), ["E031", "E031"]);
    }
}
