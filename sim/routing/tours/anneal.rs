//! Annealing: ruins that make a plan a little worse are kept as long as it is hot.

use super::dispatch::Dispatch;
use super::near::Near;
use super::plan::Plan;
use super::rebuild::{Scratch, Tuning, recreate, ruin};
use super::state::{Depth, FULL, LOADS, State, WINDOWS, depth};
use citytwin_world::draw::Draw;

const PURPOSE_ROUND: u32 = 0x0e1;

/// Improves a plan from nothing; `progress` tells for a number of rounds which share of the budget is spent.
pub fn anneal(task: &Dispatch, seed: u64, tuning: &Tuning, progress: &mut dyn FnMut(u64) -> f64) -> (Plan, i64, u64) {
    let near = Near::new(task);
    let mut state = State::new(task, &near);
    match depth(task) {
        LOADS => run::<LOADS>(&mut state, seed, tuning, progress),
        WINDOWS => run::<WINDOWS>(&mut state, seed, tuning, progress),
        _ => run::<FULL>(&mut state, seed, tuning, progress),
    }
}

fn run<const D: Depth>(
    state: &mut State<'_>,
    seed: u64,
    tuning: &Tuning,
    progress: &mut dyn FnMut(u64) -> f64,
) -> (Plan, i64, u64) {
    let mut scratch = Scratch::default();
    let mut draw = Draw::new(seed, PURPOSE_ROUND, u32::MAX, 0);
    recreate::<D>(state, &mut scratch, tuning, &mut draw);
    let served = (state.task.orders.len() - state.absent.len()).max(1);
    let mean_leg = state.cost as f64 / (served + state.used) as f64;
    let (mut best, mut best_cost) = (state.plan(), state.cost);
    let mut best_state = state.clone();
    let mut round = 0u64;
    let mut temperature = 0.0;
    loop {
        if round % 64 == 0 {
            let spent = progress(round);
            if spent >= 1.0 {
                break;
            }
            temperature = mean_leg * tuning.hot * (tuning.cold / tuning.hot).powf(spent);
        }
        let mut draw = Draw::new(seed, PURPOSE_ROUND, round as u32, (round >> 32) as u32);
        state.mark();
        let before = state.cost;
        ruin::<D>(state, &mut scratch, tuning, &mut draw);
        recreate::<D>(state, &mut scratch, tuning, &mut draw);
        let allowed = temperature * draw.exponential();
        if (state.cost - before) as f64 >= allowed {
            state.undo();
        } else if state.cost < best_cost {
            best_cost = state.cost;
            best_state.clone_from(state);
        }
        round += 1;
    }
    if best_state.cost == best_cost {
        best = best_state.plan();
    }
    (best, best_cost, round)
}
