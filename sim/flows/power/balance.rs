//! Balance of generation and load within each island.
use super::{Grid, Islands};

/// Sums of an island, MW.
#[derive(Clone, Copy, Default)]
struct Sums {
    generation: f64,
    room: f64,
    load: f64,
}

/// Brings generation and load of each island into balance, except in those marked `free`, whose reference takes what is
/// left over. More generation than load is scaled down pro rata. Less is raised, if it may be `raised`, within what
/// generators can give, in proportion to the room they have, and what is still short is shed: the lowest priority first, pro rata within a
/// priority. An island without generation or without load loses both.
///
/// `generation_mw` and `load_mw` hold a value per bus and are changed.
pub fn balance(
    grid: &Grid,
    islands: &Islands,
    free: &[bool],
    raised: bool,
    generation_mw: &mut [f64],
    load_mw: &mut [f64],
) {
    let room =
        |bus: usize, made: f64| if raised { (grid.generation_max_mw[bus] - made).max(0.0) } else { 0.0 };
    let mut sums = vec![Sums::default(); islands.count];
    for bus in 0..grid.bus_count() {
        let sum = &mut sums[islands.of_bus[bus] as usize];
        sum.generation += generation_mw[bus];
        sum.room += room(bus, generation_mw[bus]);
        sum.load += load_mw[bus];
    }
    let mut short = vec![0.0; islands.count];
    for bus in 0..grid.bus_count() {
        let island = islands.of_bus[bus] as usize;
        let sum = sums[island];
        if free[island] {
            continue;
        }
        if sum.generation + sum.room <= 0.0 || sum.load <= 0.0 {
            (generation_mw[bus], load_mw[bus]) = (0.0, 0.0);
        } else if sum.generation > sum.load {
            generation_mw[bus] *= sum.load / sum.generation;
        } else if sum.generation < sum.load {
            let lacking = sum.load - sum.generation;
            let share = if sum.room > 0.0 { (lacking / sum.room).min(1.0) } else { 0.0 };
            generation_mw[bus] += share * room(bus, generation_mw[bus]);
            short[island] = (lacking - sum.room).max(0.0);
        }
    }
    if short.iter().any(|lacking| *lacking > 0.0) {
        shed(grid, islands, &mut short, load_mw);
    }
}

/// Sheds what is short in each island, the lowest priority first.
fn shed(grid: &Grid, islands: &Islands, short: &mut [f64], load_mw: &mut [f64]) {
    let mut ranks = grid.priority.clone();
    ranks.sort_unstable();
    ranks.dedup();
    for rank in ranks {
        let mut there = vec![0.0; islands.count];
        let of_rank = |bus: &usize| grid.priority[*bus] == rank;
        for bus in (0..grid.bus_count()).filter(of_rank) {
            there[islands.of_bus[bus] as usize] += load_mw[bus];
        }
        for bus in (0..grid.bus_count()).filter(of_rank) {
            let island = islands.of_bus[bus] as usize;
            if there[island] > 0.0 {
                load_mw[bus] *= 1.0 - (short[island] / there[island]).min(1.0);
            }
        }
        for (lacking, load) in short.iter_mut().zip(&there) {
            *lacking = (*lacking - load).max(0.0);
        }
    }
}
