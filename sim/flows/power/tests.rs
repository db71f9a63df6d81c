//! Reference cases, the cascade table, dense elimination and laws on random networks.
use super::*;
use crate::sparse::tests::dense;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/power").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn case(name: &str) -> Case {
    let [buses, branches] = ["bus", "branch"].map(|table| format!("{name}_{table}.csv"));
    read_tables((&path(&buses), &text(&buses)), (&path(&branches), &text(&branches)), None).unwrap()
}

/// A column of a reference table as numbers.
fn column(file: &str, name: &str) -> Vec<f64> {
    let text = text(file);
    let at = text.lines().next().unwrap().split(',').position(|column| column == name).unwrap();
    text.lines().skip(1).map(|row| row.split(',').nth(at).unwrap().parse().unwrap()).collect()
}

const CASES: [(&str, f64); 4] =
    [("ieee14", 100.0), ("ieee118", 100.0), ("rts24", 100.0), ("simbench_hv_urban", 1.0)];

#[test]
fn reference_cases_come_out_as_pandapower_has_them() {
    for (name, base_mva) in CASES {
        let case = case(name);
        assert_eq!((case.base_mva, case.base_from), (base_mva, BaseFrom::Angles), "{name}");
        let flow = Solver::new(&case.grid).unwrap().solve(&case.grid, Slack::Reference).unwrap();
        let wanted = column(&format!("{name}_branch.csv"), "pf_mw");
        let largest = wanted.iter().fold(0.0_f64, |most, mw| most.max(mw.abs()));
        for (branch, (mw, wanted)) in flow.flow_mw.iter().zip(&wanted).enumerate() {
            assert!((mw - wanted).abs() < 1e-9 * largest, "{name} branch {branch}: {mw} {wanted}");
        }
        for (angle, degrees) in flow.angle_rad.iter().zip(column(&format!("{name}_bus.csv"), "va_deg")) {
            assert!((angle.to_degrees() - degrees).abs() < 1e-7, "{name}: {angle} {degrees}");
        }
    }
}

#[test]
fn the_cascade_table_comes_out_row_by_row() {
    let case = case("ieee118");
    let mut cascade = Cascade::new(&case.grid, 1.2).unwrap();
    let file = "cascade_ieee118_alpha1.2.csv";
    let [trigger, rounds, lost, shed] =
        ["trigger_branch", "rounds", "branches_lost", "load_shed_frac"].map(|name| column(file, name));
    assert_eq!(trigger.len(), 186);
    for at in 0..trigger.len() {
        let outcome = cascade.lose(trigger[at] as usize).unwrap();
        let found = (outcome.rounds as f64, outcome.branches_lost as f64);
        assert_eq!(found, (rounds[at], lost[at]), "trigger {at}");
        assert!((outcome.load_shed_frac - shed[at]).abs() < 1e-9, "trigger {at}: {outcome:?} {}", shed[at]);
    }
}

/// A small network that may fall apart: chain, chords and two generators.
fn any_grid() -> impl Strategy<Value = Grid> {
    let buses = prop::collection::vec(-50.0_f64..80.0, 2..25);
    let chords = prop::collection::vec((0_usize..25, 0_usize..25, 0.5_f64..500.0, -0.3_f64..0.3), 0..60);
    let off = prop::collection::vec(0_usize..60, 0..12);
    (buses, chords, off, prop::collection::vec(0_usize..25, 0..3)).prop_map(
        |(buses, chords, off, references)| {
            let mut grid = Grid::default();
            for injection in &buses {
                let bus = grid.add_bus(*injection);
                grid.priority[bus as usize] = (bus % 3) as u8;
            }
            for (a, b, stiffness, shift) in chords {
                let (a, b) = (a % buses.len(), b % buses.len());
                if a != b {
                    let branch = grid.add_branch(a as u32, b as u32, stiffness) as usize;
                    grid.shift_rad[branch] = if branch.is_multiple_of(4) { shift } else { 0.0 };
                }
            }
            for branch in off {
                if grid.branch_count() == 0 {
                    break;
                }
                let branch = branch % grid.branch_count();
                grid.branch_on[branch] = false;
            }
            for bus in references {
                grid.reference_rad[bus % buses.len()] = Some(0.1);
            }
            grid
        },
    )
}

/// What is fed in, less what is drawn and what flows out, at each bus, MW.
fn left_over(grid: &Grid, flow: &Flow) -> Vec<f64> {
    let mut left: Vec<f64> = flow.generation_mw.iter().zip(&flow.load_mw).map(|(a, b)| a - b).collect();
    for branch in 0..grid.branch_count() {
        left[grid.from[branch] as usize] -= flow.flow_mw[branch];
        left[grid.to[branch] as usize] += flow.flow_mw[branch];
    }
    left
}

/// The flows by dense elimination for the same generation and load.
fn slow(grid: &Grid, flow: &Flow, held: &[bool]) -> Option<Vec<f64>> {
    let count = grid.bus_count();
    let mut matrix = vec![vec![0.0; count]; count];
    let mut side: Vec<f64> = flow.generation_mw.iter().zip(&flow.load_mw).map(|(a, b)| a - b).collect();
    for branch in (0..grid.branch_count()).filter(|branch| grid.branch_on[*branch]) {
        let (a, b) = (grid.from[branch] as usize, grid.to[branch] as usize);
        let stiffness = grid.mw_per_rad[branch];
        for (at, other, shift) in [(a, b, grid.shift_rad[branch]), (b, a, -grid.shift_rad[branch])] {
            matrix[at][at] += stiffness;
            matrix[at][other] -= stiffness;
            side[at] += stiffness * shift;
        }
    }
    for bus in (0..count).filter(|bus| held[*bus]) {
        matrix[bus].fill(0.0);
        matrix[bus][bus] = 1.0;
        side[bus] = flow.angle_rad[bus];
    }
    let angle = dense(matrix, side)?;
    Some(
        (0..grid.branch_count())
            .map(|branch| {
                let turn = angle[grid.from[branch] as usize]
                    - angle[grid.to[branch] as usize]
                    - grid.shift_rad[branch];
                if grid.branch_on[branch] { grid.mw_per_rad[branch] * turn } else { 0.0 }
            })
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_bus_balances_and_dense_elimination_agrees(grid in any_grid()) {
        for slack in [Slack::Reference, Slack::Generators, Slack::Lowered] {
            let mut solver = Solver::new(&grid).unwrap();
            let flow = solver.solve(&grid, slack).unwrap();
            let largest = flow.flow_mw.iter().fold(1.0_f64, |most, mw| most.max(mw.abs()));
            for (bus, left) in left_over(&grid, &flow).into_iter().enumerate() {
                prop_assert!(left.abs() < 1e-9 * largest, "bus {} is out by {} under {:?}", bus, left, slack);
            }
            let made: f64 = flow.generation_mw.iter().sum();
            let drawn: f64 = flow.load_mw.iter().sum();
            prop_assert!((made - drawn).abs() < 1e-9 * (1.0 + made));
            let mut held = vec![false; grid.bus_count()];
            let mut seen = vec![false; flow.islands.count];
            for pass in 0..2 {
                for (bus, held) in held.iter_mut().enumerate() {
                    let island = flow.islands.of_bus[bus] as usize;
                    let reference = slack == Slack::Reference && grid.reference_rad[bus].is_some();
                    if (pass == 0 && reference) || (pass == 1 && !seen[island]) {
                        seen[island] = true;
                        *held = true;
                    }
                }
            }
            let wanted = slow(&grid, &flow, &held).expect("regular");
            for (branch, (a, b)) in flow.flow_mw.iter().zip(&wanted).enumerate() {
                // Without power nothing flows, not even around a loop with shifters.
                let dead = flow.angle_rad.iter().zip(&flow.islands.of_bus).all(|(angle, island)| {
                    *island != flow.islands.of_bus[grid.from[branch] as usize] || *angle == 0.0
                });
                prop_assert!((a - b).abs() < 1e-7 * largest || (dead && *a == 0.0), "{} {} {:?}", a, b, slack);
            }
        }
    }

    #[test]
    fn shedding_keeps_the_higher_priorities(grid in any_grid()) {
        let flow = Solver::new(&grid).unwrap().solve(&grid, Slack::Lowered).unwrap();
        for a in 0..grid.bus_count() {
            for b in 0..grid.bus_count() {
                let alike = flow.islands.of_bus[a] == flow.islands.of_bus[b];
                let lives = flow.generation_mw.iter().zip(&flow.islands.of_bus).any(|(mw, island)| {
                    *mw > 0.0 && *island == flow.islands.of_bus[a]
                });
                if alike && lives && grid.priority[a] < grid.priority[b] {
                    let cut = grid.load_mw[b] - flow.load_mw[b];
                    prop_assert!(cut < 1e-9 || flow.load_mw[a] < 1e-9, "{} kept {}, {} lost {}", a, flow.load_mw[a], b, cut);
                }
            }
        }
    }

    #[test]
    fn cascades_end_and_lose_no_balance(grid in any_grid(), factor in 0.3_f64..1.5, trigger in 0_usize..60) {
        prop_assume!(grid.branch_count() > 0);
        let mut cascade = Cascade::new(&grid, factor).unwrap();
        let outcome = cascade.lose(trigger % grid.branch_count()).unwrap();
        prop_assert!(outcome.branches_lost <= grid.branch_count() && outcome.rounds <= grid.branch_count());
        prop_assert!((0.0..=1.0).contains(&outcome.load_shed_frac));
        let flow = cascade.state();
        let largest = flow.flow_mw.iter().fold(1.0_f64, |most, mw| most.max(mw.abs()));
        prop_assert!(left_over(&grid, flow).into_iter().all(|left| left.abs() < 1e-9 * largest));
        for (mw, most) in flow.flow_mw.iter().zip(cascade.capacity_mw()) {
            prop_assert!(mw.abs() <= most * (1.0 + 1e-9));
        }
    }

    #[test]
    fn no_text_panics(text in "(bus|branch|,|;|\n|1|2|-3|1e400|nan|\"|from|to|x_pu|p_inj_mw|mpc|\\.|=|\\[|\\]|%| |gen|baseMVA|é|0){0,60}") {
        let file = Path::new("a.csv");
        let _ = read_tables((file, &text), (file, &text), None);
        let _ = read_matpower(file, &text);
    }

    #[test]
    fn a_broken_file_is_told_not_crashed_on(cut in 0_usize..3000, letter in any::<char>()) {
        let whole = text("ieee14_branch.csv");
        let buses = text("ieee14_bus.csv");
        let at = whole.char_indices().map(|(at, _)| at).nth(cut % whole.len()).unwrap();
        let broken = format!("{}{letter}{}", &whole[..at], &whole[(at + 3).min(whole.len())..]);
        for text in [&whole[..at], broken.as_str()] {
            if let Err(problems) = read_tables((Path::new("b"), &buses), (Path::new("a"), text), None) {
                prop_assert!(problems.iter().all(|problem| problem.file.is_some()));
            }
        }
    }
}

#[test]
fn parallel_branches_share_and_a_shifter_drives_power_round() {
    let mut grid = Grid::default();
    let buses = [90.0, -90.0].map(|mw| grid.add_bus(mw));
    for stiffness in [100.0, 200.0] {
        grid.add_branch(buses[0], buses[1], stiffness);
    }
    let mut solver = Solver::new(&grid).unwrap();
    let flow = solver.solve(&grid, Slack::Generators).unwrap();
    assert!((flow.flow_mw[0] - 30.0).abs() < 1e-12 && (flow.flow_mw[1] - 60.0).abs() < 1e-12);
    grid.shift_rad[0] = 0.3;
    let flow = solver.solve(&grid, Slack::Generators).unwrap();
    assert!((flow.flow_mw[0] - 10.0).abs() < 1e-12 && (flow.flow_mw[1] - 80.0).abs() < 1e-12);
}

const TINY: &str = "function mpc = tiny\n%% three buses\nmpc.version = '2';\nmpc.baseMVA = 100;\nmpc.bus = [\n\
    \t1\t3\t0\t0\t0\t0\t1\t1\t0\t135\t1\t1.05\t0.95;\n\t20 2 20 0 10 0 1 1 0 135 1 1.05 0.95;\n\
    \t7\t1\t60\t0\t0\t0\t1\t1\t0\t135\t1\t1.05\t0.95;\n];\n\
    mpc.gen = [\n\t1 40 0 0 0 1 100 1 332.4 0;\n\t20 10 0 0 0 1 100 1 140 0;\n\t7 99 0 0 0 1 100 0 140 0\n];\n\
    mpc.branch = [\n\t1 20 0 0.1 0 0 0 0 0 0 1 -360 360;\n\t20 7 0 0.1 0 0 0 0 0.5 0 1 -360 360;\n\
    \t1 7 0 0.2 0 0 0 0 0 0 1 -360 360; 1 7 0 0.2 0 0 0 0 0 0 0 -360 360;\n];\nmpc.gencost = [ 2 0 0 3 0 1 0 ];\n";

#[test]
fn a_matpower_case_is_read_with_shunts_taps_and_generators_off() {
    let case = read_matpower(Path::new("tiny.m"), TINY).unwrap();
    assert_eq!(case.bus_id, ["1", "20", "7"]);
    assert_eq!(case.grid.load_mw, [0.0, 20.0, 60.0]);
    assert_eq!(case.grid.generation_max_mw[1], 110.0);
    let flow = Solver::new(&case.grid).unwrap().solve(&case.grid, Slack::Reference).unwrap();
    // Two ways: 1-20-7 with .1 + .05, 1-7 with .2 per unit.
    let [a, b, c, d] = flow.flow_mw[..] else { panic!() };
    assert!((a - b - 20.0).abs() < 1e-10 && (b + c - 60.0).abs() < 1e-10 && d == 0.0);
    assert!((0.1 * a + 0.05 * b - 0.2 * c).abs() < 1e-10);
    assert!((flow.generation_mw[0] - 80.0).abs() < 1e-10, "the reference takes what is left");
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let buses = "bus,p_inj_mw,is_ref\n1,30,yes\n2,a lot,0\n2,-30,0\n";
    let branches = "from,to,x_pu,status\n1,2,0.1,1\n1,3,0.1,1\n1,2,0,1\n2,1,0.1,maybe\n1,1,.2,1\n";
    let problems =
        read_tables((Path::new("b.csv"), buses), (Path::new("r.csv"), branches), None).unwrap_err();
    assert_eq!(problems.codes(), ["E072", "E074", "E073", "E072", "E072", "E072"]);
    let places: Vec<_> = problems.iter().map(|p| (p.line.unwrap(), p.column.unwrap())).collect();
    assert_eq!(places, [(3, 3), (4, 1), (3, 3), (4, 5), (5, 9), (6, 1)]);
    let broken = TINY.replace("];\nmpc.gen =", "mpc.gen =").replace("mpc.baseMVA = 100", "mpc.baseMVA = 0");
    let problems = read_matpower(Path::new("tiny.m"), &broken).unwrap_err();
    assert!(problems.codes().contains(&"E071") && problems.codes().contains(&"E072"), "{problems}");
    let changed = format!("{TINY}mpc.branch(:, 4) = 2 * mpc.branch(:, 4);\n");
    assert_eq!(read_matpower(Path::new("tiny.m"), &changed).unwrap_err().codes(), ["E071"]);
}
