//! `citytwin solve power`: DC power flow and cascades of overloads.
use super::files::{findings, quoted, read_all, write_whole};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_flows::power::{
    BaseFrom, Cascade, Case, Flow, Slack, Solver, Unsolvable, read_matpower, read_tables,
};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Finds the DC power flow of a network, or what comes of the loss of each branch.
///
/// Islands are solved each for itself. Reference buses hold their angle and take what is left over; an island without
/// one scales its generation down to its load, or sheds load that it can't serve, the lowest `priority` first.
#[derive(Args)]
pub struct Power {
    /// Table of buses (bus, p_inj_mw, is_ref …), or a MATPOWER case (`CASE.m`).
    buses: PathBuf,
    /// Table of branches (from, to, x_pu, tap, shift_deg, status), unless the case is MATPOWER's.
    branches: Option<PathBuf>,
    /// CSV to write: the branches in the order of the file with from, to and pf_mw; with --cascade, its table.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// CSV of buses to write: bus, island, va_deg, p_inj_mw, shed_mw.
    #[arg(long, value_name = "FILE")]
    out_buses: Option<PathBuf>,
    /// Loses each branch in turn and trips overloads until none is left; capacity is ALPHA times the larger of a branch's
    /// flow and 5 % of the largest flow.
    #[arg(long, value_name = "ALPHA", value_parser = factor)]
    cascade: Option<f64>,
    /// Power that reactances in tables are relative to, MVA; by default what the tables imply, else 100.
    #[arg(long, value_name = "MVA", value_parser = factor)]
    base_mva: Option<f64>,
    /// Who takes up what generation and load differ by.
    #[arg(long, value_enum, default_value_t)]
    slack: SlackBy,
    /// How the result is told.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// As [`Slack`], on the command line.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum SlackBy {
    /// Reference buses.
    #[default]
    Reference,
    /// All generators of an island.
    Generators,
}

fn factor(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0);
    number.ok_or_else(|| "a number above 0".to_owned())
}

impl Power {
    /// Reads, solves, writes.
    pub fn run(&self) -> Result<(), Failure> {
        let case = self.read()?;
        if !case.warnings.is_empty() && self.format == Format::Text {
            note(&case.warnings.to_string());
        }
        match self.cascade {
            Some(alpha) => self.run_cascade(&case, alpha),
            None => self.run_flow(&case),
        }
    }

    fn read(&self) -> Result<Case, Failure> {
        let paths: Vec<&Path> =
            [Some(&self.buses), self.branches.as_ref()].into_iter().flatten().map(PathBuf::as_path).collect();
        let matpower = self.buses.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("m"));
        if matpower != self.branches.is_none() {
            let what = "a network is two tables, BUS.csv and BRANCH.csv, or one MATPOWER case, CASE.m";
            let problem = citytwin_world::problem::Problem::error("E070", what).in_file(&self.buses);
            return Err(Failure::input(problem, self.format));
        }
        let texts = read_all(&paths, self.format)?;
        let text = |at: usize| texts.get(at).map_or("", |(_, text)| text.as_str());
        let read = match &self.branches {
            Some(branches) => read_tables((&self.buses, text(0)), (branches, text(1)), self.base_mva),
            None => read_matpower(&self.buses, text(0)),
        };
        read.map_err(|problems| Failure::Scenario(Box::new(findings(problems, texts)), self.format))
    }

    fn run_flow(&self, case: &Case) -> Result<(), Failure> {
        let slack = match self.slack {
            SlackBy::Reference => Slack::Reference,
            SlackBy::Generators => Slack::Generators,
        };
        let mut solver = Solver::new(&case.grid).map_err(|why| unsolved(case, &why))?;
        let start = Instant::now();
        let flow = solver.solve(&case.grid, slack).map_err(|why| unsolved(case, &why))?;
        let solve_us = start.elapsed().as_secs_f64() * 1e6;
        if let Some(out) = &self.out {
            write_whole(out, &branch_rows(case, &flow))?;
        }
        if let Some(out) = &self.out_buses {
            write_whole(out, &bus_rows(case, &flow))?;
        }
        self.tell(case, &flow, solve_us)
    }

    fn tell(&self, case: &Case, flow: &Flow, solve_us: f64) -> Result<(), Failure> {
        let sum = |list: &[f64]| list.iter().sum::<f64>();
        let grid = &case.grid;
        let (generation, load) = (sum(&flow.generation_mw), sum(&flow.load_mw));
        let shed: f64 =
            (0..grid.bus_count()).map(|bus| (grid.load_mw[bus] - flow.load_mw[bus]).max(0.0)).sum();
        let largest = flow.flow_mw.iter().fold(0.0_f64, |most, mw| most.max(mw.abs()));
        if self.format == Format::Json {
            return say_json(&json!({"buses": grid.bus_count(), "branches": grid.branch_count(),
                "islands": flow.islands.count, "base_mva": case.base_mva, "generation_mw": generation,
                "load_mw": load, "shed_mw": shed, "largest_flow_mw": largest, "solve_us": solve_us,
                "out": self.out, "warnings": case.warnings}));
        }
        let base = match case.base_from {
            BaseFrom::Stated => "",
            BaseFrom::Angles => ", as the buses' angles imply",
            BaseFrom::Assumed => ", assumed",
        };
        say(&format!(
            "{} buses, {} branches, {} island{}, base {} MVA{base}\n\
             generation {generation:.3} MW, load {load:.3} MW, shed {shed:.3} MW, largest flow {largest:.3} MW\n\
             solved in {solve_us:.1} µs",
            grid.bus_count(),
            grid.branch_count(),
            flow.islands.count,
            if flow.islands.count == 1 { "" } else { "s" },
            case.base_mva,
        ))
    }

    fn run_cascade(&self, case: &Case, alpha: f64) -> Result<(), Failure> {
        let start = Instant::now();
        let mut cascade = Cascade::new(&case.grid, alpha).map_err(|why| unsolved(case, &why))?;
        let mut text = String::from("trigger_branch,rounds,branches_lost,load_shed_frac\n");
        let (mut spread, mut worst) = (0, (0, 0.0));
        for branch in 0..case.grid.branch_count() {
            let outcome = cascade.lose(branch).map_err(|why| unsolved(case, &why))?;
            // Writing to a string can't fail.
            let _ = writeln!(
                text,
                "{branch},{},{},{:.10}",
                outcome.rounds, outcome.branches_lost, outcome.load_shed_frac
            );
            spread += usize::from(outcome.rounds > 0);
            if outcome.load_shed_frac > worst.1 {
                worst = (branch, outcome.load_shed_frac);
            }
        }
        let wall_s = start.elapsed().as_secs_f64();
        if let Some(out) = &self.out {
            write_whole(out, &text)?;
        }
        let count = case.grid.branch_count();
        if self.format == Format::Json {
            return say_json(&json!({"triggers": count, "spread": spread, "worst_branch": worst.0,
                "worst_load_shed_frac": worst.1, "wall_s": wall_s, "out": self.out, "warnings": case.warnings}));
        }
        say(&format!(
            "{count} branches lost one by one in {wall_s:.3} s: {spread} losses spread; the worst, branch {}, sheds {:.1} %",
            worst.0,
            100.0 * worst.1
        ))
    }
}

/// The failure of a network without a solution.
fn unsolved(case: &Case, why: &Unsolvable) -> Failure {
    let name = |bus: u32| case.bus_id.get(bus as usize).map_or("?", String::as_str);
    Failure::Run(match *why {
        Unsolvable::Singular { bus } => {
            format!(
                "no solution: the equations at bus {} leave it free; do reactances cancel there?",
                name(bus)
            )
        }
        Unsolvable::TooDense => "no solution: the network is too dense to be factored in memory".to_owned(),
        Unsolvable::Inaccurate { bus, mismatch_mw } => {
            format!("no solution: bus {} stays {mismatch_mw:e} MW out of balance", name(bus))
        }
    })
}

/// The branches with their flows.
fn branch_rows(case: &Case, flow: &Flow) -> String {
    let mut text = String::from("from,to,pf_mw\n");
    let id = |bus: u32| quoted(&case.bus_id[bus as usize]);
    for ((from, to), mw) in case.grid.from.iter().zip(&case.grid.to).zip(&flow.flow_mw) {
        let _ = writeln!(text, "{},{},{mw}", id(*from), id(*to));
    }
    text
}

/// The buses with what was found.
fn bus_rows(case: &Case, flow: &Flow) -> String {
    let mut text = String::from("bus,island,va_deg,p_inj_mw,shed_mw\n");
    for (bus, id) in case.bus_id.iter().enumerate() {
        let shed = (case.grid.load_mw[bus] - flow.load_mw[bus]).max(0.0);
        let injection = flow.generation_mw[bus] - flow.load_mw[bus];
        let (island, angle) = (flow.islands.of_bus[bus], flow.angle_rad[bus].to_degrees());
        let _ = writeln!(text, "{},{island},{angle},{injection},{shed}", quoted(id));
    }
    text
}
