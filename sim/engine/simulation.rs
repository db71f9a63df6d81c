//! The step: one world, its layers and policies, advanced hour by hour.
use crate::board::Board;
use crate::clock::{Calendar, Now, Phase, TICKS_PER_DAY};
use crate::contract::{Layer, Policy};
use crate::lever::Levers;
use crate::trigger::Trigger;
use citytwin_world::{VisitLog, World};
use std::time::{Duration, Instant};

/// A policy and when it acts.
pub struct Scheduled {
    /// Its name in the scenario.
    pub id: String,
    /// First tick at which it decides.
    pub from_tick: u32,
    /// First tick at which it no longer decides; `u32::MAX` = never ends.
    pub until_tick: u32,
    /// Further condition on the board's signals.
    pub trigger: Option<Trigger>,
    /// The policy.
    pub policy: Box<dyn Policy>,
}

/// One replicate: a world in motion.
pub struct Simulation {
    /// The truth.
    pub world: World,
    /// What departments have been told.
    pub board: Board,
    /// The levers in force this hour.
    pub levers: Levers,
    /// The calendar.
    pub calendar: Calendar,
    /// Seed of every draw.
    pub seed: u64,
    layers: Vec<Box<dyn Layer>>,
    policies: Vec<Scheduled>,
    tick: u32,
    /// Wall time spent in each phase so far (never read by any result).
    spent: [Duration; Phase::ORDER.len()],
}

impl Simulation {
    /// A simulation at its first hour, with the levers of a government that has not decided anything yet.
    pub fn new(
        world: World,
        layers: Vec<Box<dyn Layer>>,
        policies: Vec<Scheduled>,
        calendar: Calendar,
        seed: u64,
    ) -> Self {
        let mut simulation = Self {
            world,
            board: Board::new(),
            levers: Levers::default(),
            calendar,
            seed,
            layers,
            policies,
            tick: 0,
            spent: Default::default(),
        };
        // Policies in force from the start bind the first hour too.
        simulation.decide();
        simulation
    }

    /// The present hour.
    pub fn now(&self) -> Now {
        self.at(self.tick)
    }

    fn at(&self, tick: u32) -> Now {
        let day = tick / TICKS_PER_DAY;
        Now { tick, date: self.calendar.date(day), day_type: self.calendar.day_type(day), seed: self.seed }
    }

    /// Hours simulated so far.
    pub fn tick(&self) -> u32 {
        self.tick
    }

    /// Simulates one hour.
    pub fn step(&mut self) {
        let now = self.now();
        self.board.arrive(now.tick, &self.levers.sharing);
        for (i, phase) in Phase::ORDER.into_iter().enumerate() {
            let began = Instant::now();
            for layer in &mut self.layers {
                if layer.phases().contains(&phase) {
                    layer.run(phase, now, &mut self.world, &self.levers, &mut self.board);
                }
            }
            if phase == Phase::Decide {
                self.tick += 1;
                self.decide();
            }
            self.spent[i] += began.elapsed();
        }
    }

    /// Gives back the memory that only further hours would need: the layers with what they remember, and the stays of
    /// the day. What is true and what has been told stays as it is; no further hour can be simulated.
    pub fn lay_down(&mut self) {
        self.layers = Vec::new();
        self.world.visits = VisitLog::default();
    }

    /// Simulates the 24 hours of a day; the world afterwards still shows that day.
    pub fn run_day(&mut self) -> Now {
        let last = self.at(self.tick + TICKS_PER_DAY - 1);
        for _ in 0..TICKS_PER_DAY {
            self.step();
        }
        last
    }

    /// Levers are rebuilt from nothing: a policy that stops asserting has ended.
    fn decide(&mut self) {
        let now = self.now();
        let mut levers = Levers::default();
        for scheduled in &mut self.policies {
            let in_time = (scheduled.from_tick..scheduled.until_tick).contains(&now.tick);
            let wanted = scheduled.trigger.as_mut().is_none_or(|t| t.holds(&self.board));
            if in_time && wanted {
                scheduled.policy.decide(now, &self.board, &self.world.city, &mut levers);
            }
        }
        self.levers = levers;
    }

    /// Wall seconds spent in each phase so far.
    pub fn phase_times_s(&self) -> Vec<(&'static str, f64)> {
        Phase::ORDER.iter().zip(&self.spent).map(|(p, d)| (p.name(), d.as_secs_f64())).collect()
    }

    /// The policies with their schedules.
    pub fn policies(&self) -> &[Scheduled] {
        &self.policies
    }

    pub(crate) fn policies_mut(&mut self) -> &mut [Scheduled] {
        &mut self.policies
    }

    pub(crate) fn set_tick(&mut self, tick: u32) {
        self.tick = tick;
    }
}
