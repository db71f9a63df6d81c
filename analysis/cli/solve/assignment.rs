//! `citytwin solve assignment`: user equilibrium on a road network in the TNTP or GMNS format.
use super::files::{quoted, refusal, write_whole};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_routing::assignment::{Equilibrium, Progress};
use citytwin_routing::{Direction, Graph, Network};
use citytwin_synthesis::import::traffic::{Factors, TrafficCase, read};
use citytwin_world::problem::Problem;
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

/// Finds the user equilibrium of trips on a road network: volumes at which no traveller gains by another path.
///
/// Prints the relative gap of each round, `(total time - time on shortest paths) / total time`.
#[derive(Args)]
pub struct Assignment {
    /// TNTP network (`NAME_net.tntp`), a folder with one, or a folder of GMNS tables.
    network: PathBuf,
    /// Table of trips; by default `NAME_trips.tntp` or `demand.csv` beside the network.
    #[arg(long, value_name = "FILE")]
    trips: Option<PathBuf>,
    /// Relative gap to reach.
    #[arg(long, value_name = "SHARE", default_value_t = 1e-6, value_parser = share)]
    gap: f64,
    /// CSV to write: init_node, term_node, flow and cost of every link in the order of the file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Most rounds.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    rounds: usize,
    /// Time that a unit of toll is worth; by default what the file states, else 0.
    #[arg(long, value_name = "TIME", value_parser = weight)]
    toll_factor: Option<f64>,
    /// Time that a unit of length is worth; by default what the file states, else 0.
    #[arg(long, value_name = "TIME", value_parser = weight)]
    distance_factor: Option<f64>,
    /// Threads; by default all cores. The result is the same for any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only the result, without the rounds.
    #[arg(long, short)]
    quiet: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| (0.0..1.0).contains(n));
    number.ok_or_else(|| "a number from 0 to below 1, such as 1e-6".to_owned())
}

fn weight(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0);
    number.ok_or_else(|| "a number of at least 0".to_owned())
}

/// A round of the solver as it is reported.
#[derive(serde::Serialize)]
struct Round {
    round: usize,
    relative_gap: f64,
    objective: f64,
    total_time: f64,
    paths: usize,
    wall_s: f64,
}

impl Assignment {
    /// Reads, solves, writes.
    pub fn run(&self) -> Result<(), Failure> {
        let factors = Factors { toll: self.toll_factor, distance: self.distance_factor };
        let case = read(&self.network, self.trips.as_deref(), factors)
            .map_err(|refused| Failure::Scenario(Box::new(refusal(refused)), self.format))?;
        if !case.warnings.is_empty() && self.format == Format::Text {
            note(&case.warnings.to_string());
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from)).build();
        let pool = pool.map_err(|error| Failure::Run(format!("threads: {error}")))?;
        pool.install(|| self.solve(&case))
    }

    fn solve(&self, case: &TrafficCase) -> Result<(), Failure> {
        let start = Instant::now();
        let contradiction = |problem: citytwin_routing::Problem| {
            Failure::input(Problem::error("E373", problem.to_string()).in_file(&self.network), self.format)
        };
        let network = Network { node_count: case.terminal.len(), from: &case.from, to: &case.to };
        let graph = Graph::of_all(network, Direction::Forward).map_err(contradiction)?;
        let mut state =
            Equilibrium::new(graph, &case.delay, &case.terminal, &case.demand).map_err(contradiction)?;
        self.tell_unreached(case, &state);
        let live = self.format == Format::Text && !self.quiet;
        let mut told = if live { say(&format!("{HEAD}\n")) } else { Ok(()) };
        let mut rounds = Vec::new();
        let last = state.solve(self.gap, self.rounds, |round, progress| {
            let row = Round::new(round, progress, start.elapsed().as_secs_f64());
            if live && told.is_ok() {
                told = say(&row.to_text());
            }
            rounds.push(row);
        });
        told?;
        if let Some(out) = &self.out {
            write_whole(out, &flows(case, &state))?;
        }
        let reached = last.relative_gap <= self.gap;
        if self.format == Format::Json {
            let unreached: f64 = state.unreached().iter().map(|trips| trips.volume).sum();
            let warnings = &case.warnings;
            say_json(
                &json!({"reached": reached, "relative_gap": last.relative_gap, "objective": last.objective,
                "average_excess": last.average_excess, "total_time": last.total_time, "rounds": rounds,
                "trips_without_path": unreached, "out": self.out, "warnings": warnings}),
            )?;
        } else if self.quiet {
            say(&rounds.last().map(Round::to_text).unwrap_or_default())?;
        }
        if reached {
            return Ok(());
        }
        let why = format!("gap {:e} after {} rounds, not {:e}", last.relative_gap, self.rounds, self.gap);
        Err(Failure::Run(why))
    }

    /// Says which trips can't be made; they load nothing.
    fn tell_unreached(&self, case: &TrafficCase, state: &Equilibrium) {
        let Some(first) = state.unreached().first() else { return };
        let name =
            |node: u32| case.node_id.get(node as usize).map_or("a zone of several nodes", String::as_str);
        let volume: f64 = state.unreached().iter().map(|trips| trips.volume).sum();
        let what = format!(
            "{volume} trips of {} pairs have no path and are left out, such as from {} to {}",
            state.unreached().len(),
            name(first.origin),
            name(first.destination)
        );
        note(&Problem::warning("W373", what).in_file(&self.network).to_string());
    }
}

const HEAD: &str = "round  relative gap      objective      total time     paths  seconds";

impl Round {
    fn new(round: usize, progress: &Progress, wall_s: f64) -> Self {
        let Progress { relative_gap, objective, total_time, paths, .. } = *progress;
        Self { round, relative_gap, objective, total_time, paths, wall_s }
    }

    fn to_text(&self) -> String {
        format!(
            "{:5}  {:12.4e}  {:13.6e}  {:14.6e}  {:8}  {:7.3}",
            self.round, self.relative_gap, self.objective, self.total_time, self.paths, self.wall_s
        )
    }
}

/// The links of the file with their volumes and times.
fn flows(case: &TrafficCase, state: &Equilibrium) -> String {
    let mut text = String::from("init_node,term_node,flow,cost\n");
    let ends = case.from.iter().zip(&case.to).take(case.link_count);
    for ((from, to), (flow, cost)) in ends.zip(state.volumes().iter().zip(state.times())) {
        let id = |node: &u32| case.node_id.get(*node as usize).map_or("", String::as_str);
        // Writing to a string can't fail.
        let _ = writeln!(text, "{},{},{flow},{cost}", quoted(id(from)), quoted(id(to)));
    }
    text
}
