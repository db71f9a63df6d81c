//! Speed of the infrastructure's solvers: `cargo bench --bench flows`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_flows::power::{Cascade, Case, Grid, Slack, Solver, read_tables};
use citytwin_flows::water::{Network, Run, read_inp};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Runs something several times and prints the median of the times.
fn median(name: &str, runs: usize, mut each: impl FnMut()) {
    let mut seconds: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            each();
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    println!("{name:56} {:>12.2} µs", 1e6 * seconds[seconds.len() / 2]);
}

fn main() {
    let case = ieee118();
    power("IEEE 118", &case.grid);
    let mut cascade = Cascade::new(&case.grid, 1.2).unwrap();
    median("IEEE 118: 186 cascades", 20, || {
        for branch in 0..case.grid.branch_count() {
            black_box(cascade.lose(branch).unwrap());
        }
    });
    power("meshed, 2,869 buses, 4,582 branches", &meshed(2869, 4582));
    power("meshed, 13,659 buses, 20,467 branches", &meshed(13_659, 20_467));
    water("Net3.inp", 24);
    water("Net3.inp", 168);
    water("Net3_hard_pump_outage.inp", 60);
    water("ky4.inp", 0);
}

fn ieee118() -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/power");
    let [buses, branches] = ["ieee118_bus.csv", "ieee118_branch.csv"].map(|name| folder.join(name));
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    read_tables((&buses, &text(&buses)), (&branches, &text(&branches)), None).unwrap()
}

/// Times the order of elimination, a whole solution, and one with another branch out each time.
fn power(name: &str, grid: &Grid) {
    let runs = 2_000_000 / grid.branch_count();
    median(&format!("{name}: order and pattern"), runs / 20 + 1, || {
        black_box(Solver::new(grid).unwrap());
    });
    let mut solver = Solver::new(grid).unwrap();
    let mut flow = solver.solve(grid, Slack::Reference).unwrap();
    median(&format!("{name}: balance, refactor, solve, check"), runs, || {
        solver.resolve(grid, Slack::Reference, &mut flow).unwrap();
        black_box(&flow);
    });
    let mut out = 0;
    median(&format!("{name}: the same with a branch out"), runs, || {
        flow.on[out] = false;
        solver.resolve(grid, Slack::Reference, &mut flow).unwrap();
        black_box(&flow);
        flow.on[out] = true;
        out = (out + 7) % grid.branch_count();
    });
}

/// Times reading a network and running it for some hours; EPANET 2.2 takes 1.6 ms for 24 h of Net3 where this takes 0.7.
fn water(name: &str, hours: i64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/water").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let read = || read_inp(&path, &text).unwrap().network;
    median(&format!("{name}: read"), 20, || {
        black_box(read());
    });
    let mut net: Network = read();
    net.times.duration = hours * 3600;
    median(&format!("{name}: {hours} h"), 50, || {
        let mut run = Run::new(&net).unwrap();
        loop {
            black_box(run.solve());
            if run.advance().is_none() {
                break;
            }
        }
    });
}

/// A made-up network as meshed as PEGASE's of that size: buses at random in a square, a tree of the nearest, and chords
/// to near ones.
fn meshed(buses: usize, branches: usize) -> Grid {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut number = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let at: Vec<[f64; 2]> = (0..buses).map(|_| [number(), number()]).collect();
    let far = |a: usize, b: usize| (at[a][0] - at[b][0]).hypot(at[a][1] - at[b][1]);
    let mut grid = Grid::default();
    for _ in 0..buses {
        grid.add_bus(100.0 * (number() - 0.5));
    }
    grid.reference_rad[0] = Some(0.0);
    for bus in 1..buses {
        let near = (0..bus).min_by(|a, b| far(bus, *a).total_cmp(&far(bus, *b))).unwrap();
        grid.add_branch(near as u32, bus as u32, 100.0 / (0.005 + far(bus, near)));
    }
    let mut bus = 0;
    while grid.branch_count() < branches {
        let mut near: Vec<usize> = (0..buses).filter(|other| *other != bus).collect();
        let rank = 1 + (3.0 * number()) as usize;
        near.select_nth_unstable_by(rank, |a, b| far(bus, *a).total_cmp(&far(bus, *b)));
        grid.add_branch(bus as u32, near[rank] as u32, 100.0 / (0.005 + far(bus, near[rank])));
        bus = (bus + 613) % buses;
    }
    grid
}
