//! The health-code platform breaks down and comes back.
use super::schedule::{FROM, Schedule, UNTIL};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Phase, Unit};
use citytwin_world::World;

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("level", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about("Share of requests still answered during the crash.")
        .source("assumption: a complete crash"),
    KeySpec::new("recovery", Unit::Hours)
        .default(0.0)
        .range(0.0, 720.0)
        .about("Time over which the platform comes back after the end, in equal steps; 0 = at once.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "platform_crash",
    summary: "The health-code platform answers fewer requests, or none, for a time.",
    keys: KEYS,
    build: |params, _| {
        Ok(Box::new(PlatformCrash {
            schedule: Schedule::with(params),
            level: params.f64("level") as f32,
            recovery_h: params.f64("recovery"),
        }) as Box<dyn Layer>)
    },
};

/// A crash of the health-code platform.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlatformCrash {
    /// When.
    pub schedule: Schedule,
    /// Share of requests still answered.
    pub level: f32,
    /// Time to come back, h.
    pub recovery_h: f64,
}

impl PlatformCrash {
    /// The level that the crash allows in an hour; `None` where it has nothing to say.
    fn level_at(&self, now: Now) -> Option<f32> {
        if self.schedule.hours_since_begin(now) < 0 {
            return None;
        }
        let since_end = self.schedule.hours_since_end(now);
        if since_end < 0 {
            return Some(self.level);
        }
        let hours = since_end as f64;
        if hours < self.recovery_h {
            return Some(self.level + (1.0 - self.level) * (hours / self.recovery_h) as f32);
        }
        None
    }
}

impl Layer for PlatformCrash {
    fn name(&self) -> &'static str {
        "platform_crash"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if let Some(level) = self.level_at(now) {
            // What the platform's load leaves of it may be less still.
            let platform = &mut world.services.code_platform;
            platform.level = platform.level.min(level);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_engine::Params;
    use citytwin_world::{City, Date, DayType};

    #[test]
    fn the_platform_falls_and_recovers() {
        let values =
            [("from", "day 1 06:00"), ("until", "day 1 10:00"), ("recovery", "2 h"), ("level", "20 %")];
        let params = Params::written(KEYS, &values).expect("fine");
        let mut crash = (KIND.build)(&params, &City::default()).expect("builds");
        let mut world = World::default();
        let mut levels = Vec::new();
        for tick in 28..40 {
            let date = Date::from_ymd(2020, 1, 21).expect("a date");
            let now = Now { tick, date, day_type: DayType::Workday, seed: 1 };
            world.services.code_platform.level = 1.0;
            crash.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
            levels.push((world.services.code_platform.level * 10.0).round() as i32);
        }
        assert_eq!(levels, [10, 10, 2, 2, 2, 2, 2, 6, 10, 10, 10, 10]);
    }
}
