//! A world of a forecast: a simulation with its values, lived on day by day, copied whole and carried on with other chance.
use super::level::Level;
use crate::error::StudyError;
use crate::sweep::build::Builder;
use crate::sweep::design::Values;
use citytwin_engine::Simulation;
use citytwin_metrics::{Memory, MetricKind, Observer, Read};
use std::path::PathBuf;

/// What ties a state to the program's own copy of it; it never leaves the memory.
const OWN: u64 = 0;

/// One world.
pub struct World {
    /// Standard normal coordinates of its values.
    pub at: Vec<f64>,
    /// Values of the metrics followed, by metric and day lived.
    pub series: Vec<Vec<f64>>,
    /// What it makes known of the share of each metric observed; `None` of a share that doesn't wander.
    pub levels: Vec<Option<Level>>,
    simulation: Simulation,
    observer: Observer,
}

/// A world laid down as bytes, to be carried on any number of times.
pub struct Copy {
    /// Coordinates of its values.
    pub at: Vec<f64>,
    /// What was seen of it so far.
    pub series: Vec<Vec<f64>>,
    levels: Vec<Option<Level>>,
    seed: u64,
    bytes: Vec<u8>,
    memory: Memory,
}

impl World {
    /// A world with some values of the scenario at its first hour.
    ///
    /// # Errors
    /// Values that the scenario can't have.
    pub fn begin(
        builder: &Builder,
        values: &Values,
        at: Vec<f64>,
        seed: u64,
        metrics: usize,
    ) -> Result<Self, StudyError> {
        let scenario = builder.scenario(values).map_err(|findings| StudyError::Input(findings.problems))?;
        let simulation = builder.job(&scenario, seed)?.simulation;
        let observer = Observer::new(&simulation.world);
        Ok(Self { at, series: vec![Vec::new(); metrics], levels: Vec::new(), simulation, observer })
    }

    /// Lives a day and sees the metrics.
    pub fn live(&mut self, metrics: &[&'static MetricKind]) {
        let now = self.simulation.run_day();
        let simulation = &self.simulation;
        let seen = self.observer.observe(now, &simulation.world, &simulation.levers, &simulation.board);
        let episodes = &simulation.world.people.health.episodes;
        for (metric, days) in metrics.iter().zip(&mut self.series) {
            days.push(match metric.read {
                Read::Daily(read) => read(&seen),
                // What later days will not change is known at the end of its own.
                Read::AtEnd(read) => read(episodes, now.day() + 1).last().copied().unwrap_or(f64::NAN),
            });
        }
    }

    /// Lays the world down.
    pub fn copy(&self) -> Copy {
        Copy {
            at: self.at.clone(),
            series: self.series.clone(),
            levels: self.levels.clone(),
            seed: self.simulation.seed,
            bytes: self.simulation.save(OWN),
            memory: self.observer.memory.clone(),
        }
    }
}

impl Copy {
    /// Carries the world on with other values and other chance.
    ///
    /// # Errors
    /// Values that the scenario can't have, or under which its policies aren't the same.
    pub fn carry_on(
        &self,
        builder: &Builder,
        values: &Values,
        at: Vec<f64>,
        seed: Option<u64>,
    ) -> Result<World, StudyError> {
        let mut world = World::begin(builder, values, at, self.seed, 0)?;
        let unlike = |source| StudyError::Resume { path: PathBuf::from("a world of the forecast"), source };
        world.simulation.resume(&self.bytes, OWN).map_err(unlike)?;
        world.simulation.seed = seed.unwrap_or(self.seed);
        world.observer.memory = self.memory.clone();
        world.series.clone_from(&self.series);
        world.levels.clone_from(&self.levels);
        Ok(world)
    }
}
