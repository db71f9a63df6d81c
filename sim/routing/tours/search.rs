//! The search: islands that anneal side by side by ruin and recreate, and hand on their best now and then.

use super::dispatch::Dispatch;
use super::near::Near;
use super::plan::Plan;
use super::rebuild::{Scratch, Tuning, recreate, ruin};
use super::state::{Depth, FULL, LOADS, State, WINDOWS, depth};
use super::tails::try_tails;
use citytwin_world::draw::Draw;
use rayon::prelude::*;

const PURPOSE_ROUND: u32 = 0x0e01;
/// Parts of the budget after each of which islands meet.
const EPOCHS: usize = 25;
/// Rounds between two looks at the budget.
const ROUNDS_PER_LOOK: u64 = 64;
/// Share of the first temperature with which a plan that is given is improved.
const WARM: f64 = 0.1;

/// How a search is done.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// All chance hangs on it.
    pub seed: u64,
    /// Searches side by side; each may have a thread of its own, and the result hangs on their number, not on threads.
    pub islands: usize,
    /// What the search may be tuned by.
    pub tuning: Tuning,
}

/// What a search has found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The best plan.
    pub plan: Plan,
    /// Its cost in whole units of the task.
    pub cost: i64,
    /// Rounds of all islands together.
    pub rounds: u64,
}

/// One search.
struct Island<'a> {
    number: u32,
    state: State<'a>,
    best: State<'a>,
    scratch: Scratch,
    rounds: u64,
}

/// Tells for the rounds that an island has made which share of its budget is spent; 1 ends the search.
pub type Spent<'f> = &'f (dyn Fn(u64) -> f64 + Sync);

/// Finds a plan from nothing.
pub fn solve(task: &Dispatch, settings: &Settings, spent: Spent<'_>) -> Found {
    search(task, None, settings, spent)
}

/// Improves a plan that need not be right any more: orders whose tours have become impossible, or that are new, find
/// other places first.
pub fn improve(task: &Dispatch, plan: &Plan, settings: &Settings, spent: Spent<'_>) -> Found {
    search(task, Some(plan), settings, spent)
}

fn search(task: &Dispatch, plan: Option<&Plan>, settings: &Settings, spent: Spent<'_>) -> Found {
    let near = Near::new(task);
    let state = State::new(task, &near);
    match depth(task) {
        LOADS => run::<LOADS>(&state, plan, settings, spent),
        WINDOWS => run::<WINDOWS>(&state, plan, settings, spent),
        _ => run::<FULL>(&state, plan, settings, spent),
    }
}

fn run<const D: Depth>(
    empty: &State<'_>,
    plan: Option<&Plan>,
    settings: &Settings,
    spent: Spent<'_>,
) -> Found {
    let islands = 0..settings.islands.clamp(1, 1 << 16) as u32;
    let mut islands: Vec<Island<'_>> =
        islands.map(|number| first::<D>(number, empty, plan, settings)).collect();
    let orders = empty.task.orders.len();
    let best = |islands: &[Island<'_>]| {
        (0..islands.len()).min_by_key(|at| (islands[*at].best.cost, *at)).unwrap_or(0)
    };
    let mut heat = Heat::new(&islands[best(&islands)].best, &settings.tuning);
    if plan.is_some() {
        heat.hot *= WARM;
    }
    if orders > 0 {
        for epoch in 1..=EPOCHS {
            let until = epoch as f64 / EPOCHS as f64;
            islands.par_iter_mut().for_each(|island| island.anneal::<D>(&heat, until, settings, spent));
            hand_on(&mut islands);
        }
    }
    let found = &islands[best(&islands)].best;
    let rounds = islands.iter().map(|island| island.rounds).sum();
    Found { plan: found.plan(), cost: found.cost, rounds }
}

/// An island as it begins.
fn first<'a, const D: Depth>(
    number: u32,
    empty: &State<'a>,
    plan: Option<&Plan>,
    settings: &Settings,
) -> Island<'a> {
    let mut state = empty.clone();
    let mut scratch = Scratch::default();
    state.mark();
    if let Some(plan) = plan {
        state.take_over::<D>(plan);
    }
    let mut draw = Draw::new(settings.seed, PURPOSE_ROUND, u32::MAX, number);
    recreate::<D>(&mut state, &mut scratch, &settings.tuning, &mut draw);
    Island { number, best: state.clone(), state, scratch, rounds: 0 }
}

/// The island that is worst off goes on from where the best is.
fn hand_on(islands: &mut [Island<'_>]) {
    let key = |at: &usize| (islands[*at].state.cost, *at);
    let (worst, best) = ((0..islands.len()).max_by_key(key), (0..islands.len()).min_by_key(key));
    if let (Some(worst), Some(best)) = (worst, best)
        && worst != best
    {
        let state = islands[best].state.clone();
        islands[worst].state.clone_from(&state);
        if state.cost < islands[worst].best.cost {
            islands[worst].best = state;
        }
    }
}

/// The temperature as a function of the budget spent.
struct Heat {
    hot: f64,
    cold: f64,
}

impl Heat {
    /// Relative to the mean cost of a leg of a plan.
    fn new(state: &State<'_>, tuning: &Tuning) -> Self {
        let driving: i64 = state.cost
            - state.absent.iter().map(|node| state.wishes[*node as usize].unserved_cost).sum::<i64>();
        let served = state.task.orders.len() - state.absent.len();
        let mean = driving as f64 / (served + state.used).max(1) as f64;
        Self { hot: tuning.hot * mean, cold: tuning.cold * mean }
    }

    fn at(&self, spent: f64) -> f64 {
        self.hot * (self.cold / self.hot).powf(spent)
    }
}

impl Island<'_> {
    /// Goes on until a share of the budget is spent.
    fn anneal<const D: Depth>(&mut self, heat: &Heat, until: f64, settings: &Settings, spent: Spent<'_>) {
        let tuning = &settings.tuning;
        let mut temperature = 0.0;
        let mut begun = false;
        loop {
            if self.rounds.is_multiple_of(ROUNDS_PER_LOOK) || !begun {
                let share = spent(self.rounds);
                // A clock may stand still or be NaN, but not for ever.
                if share.is_nan() || share >= until {
                    break;
                }
                temperature = heat.at(share);
                begun = true;
            }
            let when = self.number | (((self.rounds >> 32) as u32) << 16);
            let mut draw = Draw::new(settings.seed, PURPOSE_ROUND, self.rounds as u32, when);
            self.round::<D>(tuning, temperature, &mut draw);
            self.rounds += 1;
        }
    }

    fn round<const D: Depth>(&mut self, tuning: &Tuning, temperature: f64, draw: &mut Draw) {
        let state = &mut self.state;
        if tuning.tails > 0 {
            try_tails::<D>(state, tuning.tails, temperature * draw.exponential(), draw);
        }
        state.mark();
        let before = state.cost;
        ruin::<D>(state, &mut self.scratch, tuning, draw);
        recreate::<D>(state, &mut self.scratch, tuning, draw);
        if (state.cost - before) as f64 >= temperature * draw.exponential() {
            state.undo();
        }
        if state.cost < self.best.cost {
            self.best.clone_from(state);
        }
    }
}
