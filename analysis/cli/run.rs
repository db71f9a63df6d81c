//! `citytwin run`: a scenario from its file to a run folder with a report.
use crate::flags::{Choice, cities_folder, words};
use crate::output::{Failure, Format, note, say, say_json};
use crate::progress::Show;
use crate::report;
use citytwin_scenario::assemble::{self, Prepared};
use citytwin_scenario::{Scenario, Vocabulary};
use citytwin_study::{RunOptions, RunSummary, memory, run_one};
use citytwin_world::problem::Problems;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs a scenario and writes a run folder with tables and a report.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    choice: Choice,
    /// Seed of every draw; with replicates, of the first.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads to compute with; the results do not depend on it. 0 = one per core.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: u16,
    /// Runs with so many consecutive seeds, each into its own folder.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    replicates: u64,
    /// The run folder; by default that of `output.out`, or runs/SCENARIO-seedN.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Goes on with a run that was interrupted, from its last checkpoint.
    #[arg(long)]
    resume: bool,
    /// Days between two checkpoints; 0 = none.
    #[arg(long, default_value_t = 0, value_name = "DAYS")]
    checkpoint_every: u32,
    /// Stops after this day (from 0) with a checkpoint, to be resumed later.
    #[arg(long, value_name = "DAY")]
    stop_after_day: Option<u32>,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
}

impl Run {
    /// Runs all replicates.
    pub fn run(&self) -> Result<(), Failure> {
        let began = Instant::now();
        let words = words();
        let scenario = self.choice.read(&words)?;
        if !self.quiet && !scenario.warnings.problems.is_empty() {
            note(&scenario.warnings.render(false));
        }
        for replicate in 0..self.replicates {
            let out = self.options(&scenario, self.seed.wrapping_add(replicate)).out;
            citytwin_study::folder::check(&out, self.resume)
                .map_err(|error| Failure::Run(error.to_string()))?;
        }
        if let Some(size) = &scenario.city.size {
            let forecast = memory::forecast_bytes(size, scenario.days, self.checkpoint_every > 0);
            memory::fits(forecast).map_err(|error| Failure::Run(error.to_string()))?;
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.into()).build();
        let pool = pool.map_err(|error| Failure::Run(error.to_string()))?;
        let mut show = Show::new(self.quiet, scenario.days, "days");
        pool.install(|| {
            let load = Instant::now();
            let prepared = self.prepare(&scenario, &show)?;
            let load_s = load.elapsed().as_secs_f64();
            show.step(&format!("finding the transmissibility among {} residents", prepared.residents.len()));
            let calibration =
                assemble::calibration(&scenario, &prepared).map_err(|problems| self.wrong(problems))?;
            let setup_s = began.elapsed().as_secs_f64();
            for replicate in 0..self.replicates {
                let seed = self.seed.wrapping_add(replicate);
                let mut job = citytwin_study::job(&scenario, &prepared, calibration, &words, seed)
                    .map_err(|problems| self.wrong(problems))?;
                (job.setup_s, job.load_s) = (setup_s, load_s);
                let options = self.options(&scenario, seed);
                let done = run_one(job, &options, &mut |progress| show.day(progress));
                show.end();
                self.tell(done.map_err(|error| Failure::Run(error.to_string()))?, &options.out, seed)?;
                show = Show::new(self.quiet, scenario.days, "days");
            }
            Ok(())
        })
    }

    fn prepare(&self, scenario: &Scenario, show: &Show) -> Result<Prepared, Failure> {
        show.step(&format!("reading {}", scenario.city.name));
        let mut tell = |what: &str| show.step(what);
        assemble::prepare_telling(scenario, &cities_folder(), &mut tell)
            .map_err(|problems| self.wrong(problems))
    }

    fn wrong(&self, problems: Problems) -> Failure {
        Failure::Input(problems, self.choice.format)
    }

    /// The run folder, once the scenario is found to be right.
    ///
    /// # Errors
    /// What is wrong with the scenario.
    pub fn folder(&self, words: &Vocabulary) -> Result<PathBuf, Failure> {
        Ok(self.options(&self.choice.read(words)?, self.seed).out)
    }

    fn options(&self, scenario: &Scenario, seed: u64) -> RunOptions {
        let named = self.out.clone().or_else(|| scenario.out());
        let out = match named {
            Some(folder) if self.replicates > 1 => folder.join(format!("seed{seed}")),
            Some(folder) => folder,
            None => Path::new("runs").join(format!("{}-seed{seed}", scenario.name())),
        };
        RunOptions {
            out,
            checkpoint_every_days: self.checkpoint_every,
            resume: self.resume,
            stop_after_day: self.stop_after_day,
            lean: false,
            commit: env!("CITYTWIN_COMMIT").to_owned(),
        }
    }

    fn tell(&self, summary: Option<RunSummary>, out: &Path, seed: u64) -> Result<(), Failure> {
        let Some(summary) = summary else {
            let day = self.stop_after_day.unwrap_or_default();
            return match self.choice.format {
                Format::Json => say_json(&json!({"stopped_after_day": day, "folder": out})),
                Format::Text => {
                    say(&format!("stopped after day {day}; go on with --resume --out {}", out.display()))
                }
            };
        };
        let page = report::write(&summary.folder)?;
        match self.choice.format {
            Format::Json => {
                let city_page = citytwin_report::city_page(&page);
                say_json(&json!({"seed": seed, "report": page, "city_page": city_page, "summary": summary}))
            }
            Format::Text => say(&table(&summary, &page)),
        }
    }
}

/// The result in short.
fn table(s: &RunSummary, page: &Path) -> String {
    let share = |part: f64| format!("{:.1} %", part * 100.0);
    let rows = [
        ("residents", s.population.to_string()),
        ("days", s.days.to_string()),
        ("infections", format!("{} ({} of residents infected)", s.infections, share(s.attack_rate_share))),
        ("most infections", format!("{} on day {}", s.peak_incidence.0, s.peak_incidence.1)),
        ("deaths", s.deaths.to_string()),
        ("hospital beds, most occupied", s.hospital_peak_beds.to_string()),
        ("intensive care, most occupied", s.icu_peak_beds.to_string()),
        ("trips made", s.trips_made.to_string()),
        ("trips prevented", s.trips_prevented.to_string()),
        ("travel per person and day", format!("{:.2} h", s.travel_h_per_person)),
        ("scans, turned back", format!("{}, {}", s.scans[0], s.scans[1])),
        ("wall time", format!("{:.1} s", s.wall_s)),
        ("speed", format!("{:.2} million person-days/s", s.person_days_per_s / 1e6)),
        ("memory, most used", format!("{} MB", s.peak_memory_bytes / 1_000_000)),
        ("state", s.state_hash.clone()),
        ("report", page.display().to_string()),
    ];
    let city = citytwin_report::city_page(page).map(|page| ("city in relief", page.display().to_string()));
    rows.iter().chain(&city).map(|(name, value)| format!("{name:32}{value}\n")).collect()
}
