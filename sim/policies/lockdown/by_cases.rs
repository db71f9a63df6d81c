//! Which zones are locked down by their own known cases: closed above a number, opened below a lower one, not too soon.
use citytwin_engine::{Board, Params, TICKS_PER_DAY};
use citytwin_world::problem::Problem;

/// The rule, and since when each zone has been closed.
#[derive(Clone, Debug, PartialEq)]
pub struct ByCases {
    on_per_1000: f64,
    off_per_1000: f64,
    cases_least: u32,
    least_ticks: u32,
    /// Tick after that of the closing of each zone; 0 for an open one and those beyond the end of the list.
    since: Vec<u32>,
}

impl ByCases {
    /// The rule of the checked keys; `None` where zones aren't looked at one by one.
    ///
    /// # Errors
    /// `E034` where a zone would be opened above the number that closes it.
    pub fn new(params: &Params) -> Result<Option<Self>, Problem> {
        let Some(on_per_1000) = params.opt_f64("zone_cases_on") else { return Ok(None) };
        let off_per_1000 = params.opt_f64("zone_cases_off").unwrap_or(on_per_1000 / 2.0);
        if off_per_1000 > on_per_1000 {
            let message =
                format!("a zone closed above {on_per_1000} would open below {off_per_1000} again at once");
            return Err(Problem::error("E034", message)
                .label("higher than `zone_cases_on`")
                .help("set `zone_cases_off` at most as high as `zone_cases_on`")
                .word("zone_cases_off"));
        }
        Ok(Some(Self {
            on_per_1000,
            off_per_1000,
            cases_least: params.u32("zone_cases_least"),
            least_ticks: (params.f64("zone_days") * f64::from(TICKS_PER_DAY)).round() as u32,
            since: Vec::new(),
        }))
    }

    /// The zones closed at a tick, in order: of those listed, or of all. A zone of which nothing was told stays as it
    /// is.
    pub fn zones(&mut self, tick: u32, board: &Board, listed: Option<&[u32]>, zone_count: usize) -> Vec<u32> {
        self.since.resize(zone_count, 0);
        let counts = |name: &str| board.zone_counts(name).map_or(&[][..], |told| told.counts.as_slice());
        let (residents, cases) = (counts("residents"), counts("known_cases_7d"));
        let all: Vec<u32> = (0..zone_count as u32).collect();
        let mut watched = listed.unwrap_or(&all).to_vec();
        watched.sort_unstable();
        watched.dedup();
        watched.retain(|zone| {
            let z = *zone as usize;
            let Some(since) = self.since.get_mut(z) else { return false };
            let (Some(cases), Some(residents)) = (cases.get(z), residents.get(z)) else { return *since > 0 };
            let per_1000 = f64::from(*cases) * 1000.0 / f64::from((*residents).max(1));
            if *since == 0 && *cases >= self.cases_least && per_1000 > self.on_per_1000 {
                *since = tick.saturating_add(1);
            } else if *since > 0 {
                let stays = tick < (*since - 1).saturating_add(self.least_ticks);
                *since *= u32::from(stays || per_1000 >= self.off_per_1000);
            }
            *since > 0
        });
        watched
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> Vec<u8> {
        bitcode::encode(&self.since)
    }

    /// Takes back what was saved; false where it makes no sense.
    pub fn load(&mut self, memory: &[u8]) -> bool {
        let Ok(since) = bitcode::decode(memory) else { return false };
        self.since = since;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::KIND;
    use super::*;
    use crate::trial::{built, simulation};
    use citytwin_engine::{Simulation, ZoneCounts};
    use citytwin_world::City;
    use citytwin_world::problem::Problems;

    /// Three zones: a village of 100, a quarter of 1,000, a town of 10,000.
    fn city() -> City {
        let mut city = City::default();
        for id in ["village", "quarter", "town"] {
            city.zones.id.push(id.to_owned());
        }
        city
    }

    /// A run to which the known cases of each day are told at its start.
    fn told(keys: &[(&str, &str)], cases: &[[u32; 3]]) -> Simulation {
        let mut simulation = simulation(&city(), &[(&KIND, keys)]);
        for (day, counts) in (0..).zip(cases) {
            let mut tell = |name: &str, counts: Vec<u32>| {
                let counts = ZoneCounts { counts, as_of_tick: 24 * day };
                simulation.board.tell_zones(24 * day, name, counts);
            };
            tell("residents", vec![100, 1_000, 10_000]);
            tell("known_cases_7d", counts.to_vec());
        }
        simulation
    }

    /// Whether each zone is locked down at the end of each day.
    fn story(simulation: &mut Simulation, days: usize) -> Vec<[u8; 3]> {
        let mut seen = Vec::new();
        for _ in 0..days {
            simulation.run_day();
            seen.push([0, 1, 2].map(|zone| u8::from(simulation.levers.lockdown_share(zone) > 0.0)));
        }
        seen
    }

    const KEYS: [(&str, &str); 3] = [("zone_cases_on", "5"), ("zone_cases_off", "2"), ("zone_days", "0 d")];
    const WAVE: [[u32; 3]; 6] = [[2, 5, 0], [3, 6, 49], [1, 4, 51], [1, 2, 51], [0, 1, 19], [0, 6, 0]];

    #[test]
    fn a_zone_closes_above_one_number_and_opens_below_another() {
        let seen = story(&mut told(&KEYS, &WAVE), 6);
        // The village needs three cases, not only a high rate, and one case in a hundred residents keeps it closed.
        assert_eq!(seen, [[0, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 1, 0]]);
    }

    #[test]
    fn a_zone_stays_closed_for_its_least_time_and_others_are_not_watched() {
        let keys = [("zone_cases_on", "5"), ("zone_days", "3 d"), ("zones", "[village, town]")];
        let seen = story(&mut told(&keys, &[[9, 9, 0], [0, 9, 0], [0, 9, 0], [0, 9, 0], [0, 9, 0]]), 5);
        assert_eq!(seen, [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]);
    }

    #[test]
    fn a_restart_changes_nothing_and_nothing_told_closes_nothing() {
        let mut whole = told(&KEYS, &WAVE);
        whole.run_day();
        whole.run_day();
        let mut resumed = simulation(&city(), &[(&KIND, &KEYS)]);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        assert_eq!(story(&mut whole, 4), story(&mut resumed, 4));
        let mut silent = told(&KEYS, &[]);
        assert_eq!(story(&mut silent, 2), [[0; 3]; 2]);
        assert_eq!(silent.levers, Default::default());
        assert!(!built(&KIND, &KEYS, &city()).restore(&[1, 2, 3]));
    }

    #[test]
    fn opening_above_the_number_that_closes_is_refused() {
        let params = Params::written(KIND.keys, &[("zone_cases_on", "2"), ("zone_cases_off", "3")]);
        let refused = (KIND.build)(&params.expect("well written"), &city()).err();
        assert_eq!(refused.as_ref().map(Problems::codes), Some(vec!["E034"]));
    }
}
