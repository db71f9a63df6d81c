//! The mobile entrance: one app or several, launched on a day and taken up over weeks, with what its platforms bear.
use crate::first_tick::FirstTick;
use citytwin_engine::{
    Board, EntranceOrder, KeySpec, Kind, Levers, Now, Params, Policy, TICKS_PER_DAY, Unit,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, DigitalFunction};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "mobile_entrance",
    summary: "Brings digital services to phones through apps that residents take up over time; without it every \
              smartphone has them at once.",
    keys: KEYS,
    build,
};

const fn uptake(name: &'static str, share: f64, about: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .default(share)
        .range(0.0, 1.0)
        .about(about)
        .source("assumption: WeChat's codes had 800 million users by January 2021; the elderly lagged behind")
}

const fn requests(name: &'static str, per_day: f64, about: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::PerDay).default(per_day).range(0.0, 1000.0).about(about).source("assumption")
}

const KEYS: &[KeySpec] = &[
    KeySpec::new("services", Unit::List(&Unit::Text))
        .words(&["code", "declaration", "map", "reservation", "online_service"])
        .choices(DigitalFunction::NAMES)
        .about("What the entrance carries; whatever it does not is open to every smartphone.")
        .source("assumption: what city platforms offered in February 2020"),
    KeySpec::new("joined", Unit::Bool)
        .flag(true)
        .about("Whether one app carries all of it; otherwise each has a platform of its own, to be taken up by itself.")
        .source("choice of the scenario; in February 2020 ministries, provinces and cities ran some hundred platforms"),
    uptake("uptake_children", 0.6, "Share of those below 18 with a smartphone who take up an app in the end."),
    uptake("uptake_adults", 0.97, "Share of those of 18 to 59 with a smartphone who take up an app in the end."),
    uptake("uptake_elderly", 0.75, "Share of those of 60 and older with a smartphone who take up an app in the end."),
    KeySpec::new("uptake_time", Unit::Days)
        .default(5.0)
        .range(0.0, 365.0)
        .about("Mean time from the launch until one of them has it.")
        .source("Hangzhou: launched on 11 February 2020, 7.25 million codes by the 19th, of some 10 million residents"),
    KeySpec::new("companions", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of those without it whose code somebody they live with shows on a phone that has it.")
        .source("assumption; codes of family members could be added to an own one"),
    KeySpec::new("capacity_per_1000", Unit::PerHour)
        .default(0.0)
        .range(0.0, 1e6)
        .about("Requests of a thousand residents that the platform of one service answers, joined those of all; 0 for no limit.")
        .source("assumption: no limit"),
    KeySpec::new("admission", Unit::Bool)
        .flag(true)
        .about("Whether platforms let in no more than they can answer; otherwise a rush breaks them down.")
        .source("assumption; Xi'an brought in admission control after the outage of 4 January 2022"),
    KeySpec::new("crash_at", Unit::Number)
        .default(2.0)
        .range(1.0, 1000.0)
        .about("Requests in an hour over capacity at which a platform without admission control breaks down.")
        .source("assumption; Xi'an's failed at more than ten times its usual peak (20 December 2021)"),
    KeySpec::new("restart", Unit::Hours)
        .default(1.0)
        .range(1.0, 720.0)
        .about("How long a platform that broke down stays down; while too many ask, it breaks down again.")
        .source("Xi'an, 4 January 2022: about an hour; 20 December 2021: more than 15 hours"),
    requests("looks_at_code", 0.5, "How often a user looks at the code on a day, besides at doors."),
    requests("looks_at_map", 1.0, "How often a user looks at the epidemic map on a day."),
    requests("reservations", 0.2, "How often a user reserves something on a day."),
    requests("online_services", 0.1, "How often a user deals with an office on a day."),
];

struct MobileEntrance {
    order: EntranceOrder,
    launched: FirstTick,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let carried = params.list("services");
    let carries = std::array::from_fn(|i| carried.iter().any(|name| name == DigitalFunction::NAMES[i]));
    let share = |key: &str| params.f64(key) as f32;
    let order = EntranceOrder {
        launched_tick: 0,
        joined: params.bool("joined"),
        carries,
        uptake: [share("uptake_children"), share("uptake_adults"), share("uptake_elderly")],
        uptake_ticks: (params.f64("uptake_time") * f64::from(TICKS_PER_DAY)) as f32,
        companions: share("companions"),
        // Declarations are made by those who have something to declare.
        requests_per_day: [
            share("looks_at_code"),
            0.0,
            share("looks_at_map"),
            share("reservations"),
            share("online_services"),
        ],
        capacity_per_resident: params.f64("capacity_per_1000") / 1000.0,
        admission: params.bool("admission"),
        crash_at: params.f64("crash_at"),
        restart_ticks: params.u32("restart"),
    };
    Ok(Box::new(MobileEntrance { order, launched: FirstTick::default() }))
}

impl Policy for MobileEntrance {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        if !self.order.carries.contains(&true) {
            return;
        }
        self.order.launched_tick = self.launched.at(now.tick);
        levers.open_entrance(&self.order);
    }
    fn memory(&self) -> Vec<u8> {
        self.launched.save()
    }
    fn restore(&mut self, memory: &[u8]) -> bool {
        self.launched.load(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{levers_of, simulation};

    #[test]
    fn it_is_launched_when_the_policy_first_acts_and_stays_launched_over_a_restart() {
        let mut simulation = simulation(&City::default(), &[(&KIND, &[("uptake_time", "2 d")])]);
        simulation.run_day();
        let order = simulation.levers.entrance.as_ref().expect("open");
        assert_eq!((order.launched_tick, order.uptake_ticks, order.joined), (0, 48.0, true));
        let params = Params::written(KEYS, &[]).expect("fine");
        let mut other = (KIND.build)(&params, &City::default()).expect("builds");
        assert!(other.restore(&simulation.policies()[0].policy.memory()));
        assert!(!other.restore(&[1, 2, 3, 4, 5, 6, 7]));
    }

    #[test]
    fn an_entrance_that_carries_nothing_is_none_and_two_are_one() {
        assert_eq!(levers_of(&[(&KIND, &[("services", "[]")])]).entrance, None);
        let (code, map) = ([("services", "[code]")], [("services", "[map]"), ("joined", "false")]);
        let forth = levers_of(&[(&KIND, &code), (&KIND, &map)]).entrance;
        assert_eq!(forth, levers_of(&[(&KIND, &map), (&KIND, &code)]).entrance);
        assert_eq!(forth.map(|order| order.carries), Some([true, false, true, false, false]));
    }
}
