//! Work resumption: places of work are shut, then open again stage by stage.
use crate::first_tick::FirstTick;
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, TICKS_PER_DAY, Unit};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, PlaceKind};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "work_resumption",
    summary: "Keeps places of work shut and opens them again stage by stage.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("kinds", Unit::List(&Unit::PlaceKind))
        .words(&["office", "factory", "depot", "mall", "restaurant"])
        .about("Kinds of place of work that follow the stages.")
        .source("assumption"),
    KeySpec::new("stages", Unit::List(&Unit::Ratio))
        .preset(citytwin_engine::Preset::Numbers(&[0.2, 0.5, 0.8, 1.0]))
        .range(0.0, 1.0)
        .about("Share of work and visits allowed in each stage.")
        .source("assumption"),
    KeySpec::new("stage", Unit::Days)
        .default(7.0)
        .range(1.0, 365.0)
        .about("Length of a stage; the last one lasts until the policy ends.")
        .source("assumption"),
];

struct WorkResumption {
    kinds: Vec<PlaceKind>,
    stages: Vec<f32>,
    stage_ticks: u32,
    first_tick: FirstTick,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let stages: Vec<f32> = params.list_f64("stages").iter().map(|share| *share as f32).collect();
    if stages.is_empty() {
        let problem = Problem::error("E033", "`stages` must hold at least one share").label("empty");
        return Err(problem.help("write it like [\"30 %\", \"60 %\", \"100 %\"]").word("stages").into());
    }
    let stage_ticks = (params.f64("stage") * f64::from(TICKS_PER_DAY)).round() as u32;
    Ok(Box::new(WorkResumption {
        kinds: params.place_kinds("kinds"),
        stages,
        stage_ticks: stage_ticks.max(1),
        first_tick: FirstTick::default(),
    }))
}

impl Policy for WorkResumption {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let first = self.first_tick.at(now.tick);
        let stage = (now.tick.saturating_sub(first) / self.stage_ticks) as usize;
        let Some(allowed) = self.stages.get(stage).or(self.stages.last()) else { return };
        for kind in &self.kinds {
            levers.close(*kind, 1.0 - allowed);
        }
    }

    fn memory(&self) -> Vec<u8> {
        self.first_tick.save()
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        self.first_tick.load(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{built, simulation};

    #[test]
    fn stages_follow_each_other_and_the_last_one_stays() {
        let keys = [("kinds", "[office]"), ("stages", "[20 %, 50 %]"), ("stage", "2 d")];
        let mut simulation = simulation(&City::default(), &[(&KIND, &keys)]);
        let mut closed = Vec::new();
        for _ in 0..6 {
            closed.push(simulation.levers.closed[PlaceKind::Office as usize]);
            simulation.run_day();
        }
        assert_eq!(closed, [0.8, 0.8, 0.5, 0.5, 0.5, 0.5]);
        let memory = simulation.policies()[0].policy.memory();
        let mut fresh = built(&KIND, &keys, &City::default());
        assert!(fresh.restore(&memory) && fresh.memory() == memory);
        assert!(!fresh.restore(&[255; 3]));
    }
}
