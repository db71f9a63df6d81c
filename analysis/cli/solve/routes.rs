//! `citytwin solve routes`: tours of vehicles for an instance of CVRPLIB, Solomon, or Gehring and Homberger.
use super::files::{refusal, write_whole};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_routing::tours::{Found, Rounding, Settings, Tuning, check, solve};
use citytwin_synthesis::import::routes::{RoutingCase, in_units, read, solution};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Islands where the budget is a number of rounds, so that the result doesn't hang on the threads.
const ISLANDS: u16 = 4;

/// Finds short tours for vehicles that serve orders with loads and time windows.
///
/// The cost is the distance of all tours. A plan is checked by other code than that which found it before it is written.
#[derive(Args)]
pub struct Routes {
    /// Instance: CVRPLIB (`.vrp`), Solomon or Gehring-Homberger (`.txt`).
    instance: PathBuf,
    /// How long to search. What is found hangs on the speed of the machine then; see `--iterations`.
    #[arg(long, value_name = "S", default_value_t = 30.0, value_parser = seconds, conflicts_with = "iterations")]
    seconds: f64,
    /// Searches for so many iterations instead, all islands together: the same file for the same seed on any machine and
    /// any number of threads.
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
    /// All chance hangs on it.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Threads; by default all cores.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Searches side by side that hand on what they find; by default one per thread, or 4 with `--iterations`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    islands: Option<u16>,
    /// How lengths are made of coordinates, in place of what the format has agreed on.
    #[arg(long, value_enum)]
    round: Option<Round>,
    /// Most vehicles, if fewer than the instance has.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    vehicles: Option<u32>,
    /// Solution to write: a line `Route #1: …` for each tour and `Cost`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only the result.
    #[arg(long, short)]
    quiet: bool,
}

/// How lengths are made of coordinates.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Round {
    /// To the nearest whole number (CVRP).
    Nearest,
    /// To the next whole number upwards.
    Up,
    /// To tenths, cut off (Solomon, Gehring-Homberger).
    Tenths,
    /// Ten-thousandths, which stand for no rounding.
    Exact,
}

impl From<Round> for Rounding {
    fn from(round: Round) -> Self {
        match round {
            Round::Nearest => Self::Nearest,
            Round::Up => Self::Up,
            Round::Tenths => Self::TenthsDown,
            Round::Exact => Self::Exact,
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| *n > 0.0 && *n <= 1e7);
    number.ok_or_else(|| "a number above 0, such as 30".to_owned())
}

impl Routes {
    /// Reads, solves, checks, writes.
    pub fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let mut case = read(&self.instance, self.round.map(Rounding::from))
            .map_err(|refused| Failure::Scenario(Box::new(refusal(*refused)), self.format))?;
        if let Some(most) = self.vehicles {
            case.task.fleet.iter_mut().for_each(|kind| kind.count = kind.count.min(most as usize));
        }
        if !self.quiet && self.format == Format::Text {
            self.tell(&case);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from)).build();
        let pool = pool.map_err(|error| Failure::Run(format!("threads: {error}")))?;
        let found = pool.install(|| self.search(&case, start));
        let account = check(&case.task, &found.plan).map_err(|faults| {
            let all: Vec<String> = faults.iter().take(10).map(ToString::to_string).collect();
            Failure::Run(format!("no plan that keeps all rules was found: {}", all.join("; ")))
        })?;
        if account.cost() != found.cost {
            let what = format!("the search counts {}, the check {}", found.cost, account.cost());
            return Err(Failure::Run(format!("{what}; nothing is written")));
        }
        if let Some(out) = &self.out {
            write_whole(out, &solution(&case, &found.plan, account.cost()))?;
        }
        self.report(&case, &found, start.elapsed())
    }

    fn search(&self, case: &RoutingCase, start: Instant) -> Found {
        let threads = u16::try_from(rayon::current_num_threads()).unwrap_or(u16::MAX);
        let islands = self.islands.unwrap_or(if self.iterations.is_some() { ISLANDS } else { threads });
        let settings = Settings { seed: self.seed, islands: islands.into(), tuning: Tuning::default() };
        match self.iterations {
            Some(most) => {
                let each = (most / u64::from(islands)).max(1);
                solve(&case.task, &settings, &|rounds| rounds as f64 / each as f64)
            }
            None => solve(&case.task, &settings, &|_| start.elapsed().as_secs_f64() / self.seconds),
        }
    }

    /// What is solved, and by which convention.
    fn tell(&self, case: &RoutingCase) {
        let way = match case.rounding {
            None => "distances from the file's table",
            Some(Rounding::Nearest) => "distances rounded to whole numbers",
            Some(Rounding::Up) => "distances rounded up to whole numbers",
            Some(Rounding::TenthsDown) => "distances cut off to tenths",
            Some(Rounding::Exact) => "distances to ten-thousandths",
        };
        let end = match self.iterations {
            Some(_) => "the same seed gives the same tours on any number of threads",
            None => {
                "the clock ends the search, so another run may find others; --iterations makes it repeatable"
            }
        };
        note(&format!("{}: {} orders, {way}; {end}", case.name, case.task.orders.len()));
        if !case.warnings.is_empty() {
            note(&case.warnings.to_string());
        }
    }

    fn report(&self, case: &RoutingCase, found: &Found, wall: Duration) -> Result<(), Failure> {
        let cost = in_units(found.cost, case.scale);
        let (tours, rounds, wall_s) = (found.plan.tours.len(), found.rounds, wall.as_secs_f64());
        if self.format == Format::Json {
            let cost = found.cost as f64 / case.scale as f64;
            return say_json(
                &json!({"name": case.name, "cost": cost, "vehicles": tours, "iterations": rounds,
                "wall_s": wall_s, "repeatable": self.iterations.is_some(), "out": self.out,
                "warnings": case.warnings}),
            );
        }
        say(&format!("cost {cost}, {tours} vehicles, {rounds} iterations in {wall_s:.1} s"))
    }
}
