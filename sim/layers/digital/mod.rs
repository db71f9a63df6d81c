//! The digital services residents meet: how much of what is asked of a platform gets an answer.
mod entrance;

use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::World;
use citytwin_world::services::DigitalService;

/// How it is listed.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "digital",
    summary: "The platforms that show and check health codes and take declarations answer, or are too busy.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Digital::new(params))),
};

/// Keys of the table `[platform]`.
pub const KEYS: &[KeySpec] = &[KeySpec::new("capacity", Unit::PerHour)
    .default(0.0)
    .range(0.0, 1e10)
    .about("Requests that the health-code platform can answer; 0 for no limit.")
    .source("assumption: no limit; Xi'an's platform failed at ten times its usual peak (20 December 2021)")];

/// Sets the level of the platforms each hour.
pub struct Digital {
    capacity_per_min: u32,
}

impl Digital {
    /// The layer with the checked keys of `[platform]`.
    pub fn new(params: &Params) -> Self {
        Self { capacity_per_min: (params.f64("capacity") / 60.0).ceil() as u32 }
    }

    fn open_hour(&self, now: Now, world: &mut World, levers: &Levers) {
        let platform = &mut world.services.code_platform;
        platform.capacity_per_min = self.capacity_per_min;
        platform.level = platform.level.min(by_load(platform, u64::from(self.capacity_per_min) * 60));
        if let Some(order) = &levers.entrance {
            entrance::open_hour(now, world, order);
        }
        count_from_here(now, &mut world.services.code_platform);
    }
}

/// Requests of the last hour.
fn last_hour(platform: &DigitalService) -> u64 {
    platform.requests.saturating_sub(platform.requests_before_hour)
}

/// Share of the requests that a platform of so many an hour answers, 0 for any number, as the last hour went: a rush
/// shows in the next hour, when those who got no answer ask again.
fn by_load(platform: &DigitalService, most: u64) -> f32 {
    let last_hour = last_hour(platform);
    if most == 0 || last_hour <= most { 1.0 } else { (most as f64 / last_hour as f64) as f32 }
}

/// The day's count of requests starts again at midnight.
fn count_from_here(now: Now, platform: &mut DigitalService) {
    platform.requests_before_hour = if now.day_begins() { 0 } else { platform.requests };
}

impl Layer for Digital {
    fn name(&self) -> &'static str {
        "digital"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Services, Phase::Report]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        match phase {
            // Each hour begins whole: this layer stands before the hazards, which lower the level, as load does after.
            Phase::Hazard => world.services.code_platform.level = 1.0,
            Phase::Services => self.open_hour(now, world, levers),
            _ => {
                if let Some(order) = &levers.entrance {
                    entrance::ask(now, world, order);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::{Date, DayType};

    #[test]
    fn a_rush_lowers_the_level_of_the_next_hour() {
        let params = Params::written(KEYS, &[("capacity", "600 /h")]).expect("well written");
        let mut world = World::default();
        let mut levels = Vec::new();
        for (tick, requests) in [(8, 0), (9, 600), (10, 1800), (11, 1900), (24, 3100), (25, 100)] {
            world.services.code_platform.requests = requests;
            let now = Now { tick, date: Date(0), day_type: DayType::Workday, seed: 1 };
            let (levers, mut board) = (Levers::default(), Board::new());
            for phase in [Phase::Hazard, Phase::Services] {
                Digital::new(&params).run(phase, now, &mut world, &levers, &mut board);
            }
            levels.push(world.services.code_platform.level);
        }
        assert_eq!(levels, [1.0, 1.0, 0.5, 1.0, 0.5, 1.0]);
        // What a hazard leaves of the platform stands, unless load leaves less; it is gone with the hazard.
        for (tick, requests, crashed, wanted) in
            [(26, 100, 0.0, 0.0), (27, 1300, 1.0, 0.5), (28, 1300, 0.7, 0.7), (29, 1300, 1.0, 1.0)]
        {
            world.services.code_platform.requests = requests;
            let now = Now { tick, date: Date(1), day_type: DayType::Workday, seed: 1 };
            let (levers, mut board) = (Levers::default(), Board::new());
            let mut digital = Digital::new(&params);
            digital.run(Phase::Hazard, now, &mut world, &levers, &mut board);
            let platform = &mut world.services.code_platform;
            platform.level = platform.level.min(crashed);
            digital.run(Phase::Services, now, &mut world, &levers, &mut board);
            assert_eq!(world.services.code_platform.level, wanted);
        }
        assert_eq!(KEYS.iter().flat_map(KeySpec::faults).next(), None);
    }
}
