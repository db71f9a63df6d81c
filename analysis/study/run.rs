//! One run: a ready simulation, day by day, into a run folder.
use crate::checkpoint;
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::map;
use crate::memory;
use crate::provenance::{Inputs, PhaseTime, RunBegun, RunRecord};
use crate::recorder::Recorder;
use crate::tables::{self, Source, Wanted};
use crate::trajectories::{Trajectories, WantedTrajectories};
use citytwin_engine::Simulation;
use citytwin_metrics::{MetricKind, Observation, Observer, facts, metrics};
use citytwin_recording::{BEGUN, FOLDER};
use citytwin_scenario::CitySize;
use citytwin_world::Date;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// A simulation ready to run, and what it was made from.
pub struct Job {
    /// The simulation at its first hour.
    pub simulation: Simulation,
    /// Days to simulate.
    pub days: u32,
    /// What goes into it, for the record.
    pub inputs: Inputs,
    /// Names of the metrics to write; all when empty.
    pub metrics: Vec<String>,
    /// Every n-th person's trips stand in the table of trips; 0 = nobody's.
    pub trips_every: u32,
    /// What is recorded for the viewer; `None` = nothing.
    pub trajectories: Option<WantedTrajectories>,
    /// How large its city is, for the forecast of memory; `None` = as the simulation's world says.
    pub size: Option<CitySize>,
    /// The tables to write.
    pub tables: Wanted,
    /// Wall seconds that it took to build.
    pub setup_s: f64,
    /// Wall seconds of these for the city and its residents.
    pub load_s: f64,
}

/// How a run is done.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The run folder to be.
    pub out: PathBuf,
    /// Days between checkpoints; 0 = none.
    pub checkpoint_every_days: u32,
    /// Goes on from the checkpoint of an unfinished run in that folder.
    pub resume: bool,
    /// Stops after this day as if interrupted, leaving a checkpoint; `None` = runs to the end.
    pub stop_after_day: Option<u32>,
    /// Leaves out what an ensemble has no use for: the shapes of zones and streets, and all days of zones but the last.
    pub lean: bool,
    /// Commit that the program was built from.
    pub commit: String,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Days done.
    pub days_done: u32,
    /// Days in all.
    pub days: u32,
    /// Date of the day just done.
    pub date: Date,
    /// Days simulated per wall second since the run was taken up.
    pub days_per_s: f64,
    /// Wall seconds left at that pace.
    pub eta_s: f64,
    /// Memory in use, bytes.
    pub memory_bytes: u64,
    /// Persons infectious now.
    pub infectious: u64,
}

/// The result of a run in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunSummary {
    /// The run folder.
    pub folder: PathBuf,
    /// Residents.
    pub population: u64,
    /// Days simulated.
    pub days: u32,
    /// Infections, reinfections counted again.
    pub infections: u64,
    /// Share of residents infected at least once.
    pub attack_rate_share: f64,
    /// Most infections on one day, and that day.
    pub peak_incidence: (u64, u32),
    /// Deaths.
    pub deaths: u64,
    /// Most ordinary beds occupied.
    pub hospital_peak_beds: u64,
    /// Most intensive-care beds occupied.
    pub icu_peak_beds: u64,
    /// Trips made.
    pub trips_made: u64,
    /// Trips prevented.
    pub trips_prevented: u64,
    /// Hours travelled per person and day.
    pub travel_h_per_person: f64,
    /// Scans at checkpoints, and those turned back.
    pub scans: [u64; 2],
    /// Wall seconds of the simulation.
    pub wall_s: f64,
    /// Person-days simulated per wall second.
    pub person_days_per_s: f64,
    /// Greatest memory of the process, bytes.
    pub peak_memory_bytes: u64,
    /// Digest of the state at the end, hexadecimal.
    pub state_hash: String,
}

/// Clocks and marks of a run that are no results.
struct Marks {
    wall_s: f64,
    measure_s: f64,
    first_day: u32,
    forecast_bytes: u64,
}

/// Runs a simulation to its end and writes the run folder. Returns `None` when it was stopped on the way as asked.
///
/// # Errors
/// When the run would not fit into memory, its folder cannot be written, or there's nothing to resume.
pub fn run_one(
    mut job: Job,
    options: &RunOptions,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Option<RunSummary>, StudyError> {
    let forecast_bytes = check_memory(&job, options)?;
    let chosen = chosen_metrics(&job);
    let folder = RunFolder::begin(&options.out, options.resume)?;
    let mut observer = Observer::new(&job.simulation.world);
    let mut recorder = Recorder::default();
    if options.resume {
        recorder = checkpoint::resume(&folder, &mut job.simulation, job.inputs.scenario_hash)?;
        observer.memory = recorder.memory.clone();
    }
    let wanted = job.trajectories.clone().filter(|_| !options.lean);
    let trajectories = wanted.as_ref().map(|wanted| record(wanted, &job, &folder)).transpose()?;
    let first_day = recorder.days;
    let began = Instant::now();
    let mut measure_s = 0.0;
    while recorder.days < job.days {
        let logged = WantedTrajectories::log_every(wanted.as_ref(), recorder.days, job.trips_every);
        job.simulation.world.services.trip_log_every = logged;
        let now = match trajectories.as_ref().filter(|one| one.wants(recorder.days)) {
            Some(trajectories) => trajectories.run_day(&mut job.simulation)?,
            None => job.simulation.run_day(),
        };
        let day_ended = Instant::now();
        let seen = recorder.record(now, &job.simulation, &mut observer, &chosen, job.trips_every);
        if options.lean {
            recorder.keep_last_day_of_zones(seen.zones.len());
        }
        measure_s += day_ended.elapsed().as_secs_f64();
        let done = recorder.days;
        let stop = options.stop_after_day == Some(now.day());
        let every = options.checkpoint_every_days;
        if stop || (every > 0 && done.is_multiple_of(every) && done < job.days) {
            recorder.memory = observer.memory.clone();
            checkpoint::save(&folder, &job.simulation, &recorder, job.inputs.scenario_hash)?;
        }
        progress(&progress_of(&job, &seen, done - first_day, began));
        if stop {
            return Ok(None);
        }
    }
    let marks = Marks { wall_s: began.elapsed().as_secs_f64(), measure_s, first_day, forecast_bytes };
    if let Some(trajectories) = &trajectories {
        trajectories.write_trails(&folder, &recorder, &job.simulation.world.city)?;
    }
    job.simulation.lay_down();
    finish(&job, options, folder, &observer, &recorder, &chosen, &marks).map(Some)
}

/// Begins to record, and tells what is recorded.
fn record(wanted: &WantedTrajectories, job: &Job, folder: &RunFolder) -> Result<Trajectories, StudyError> {
    let (simulation, inputs) = (&job.simulation, &job.inputs);
    let trajectories = Trajectories::begin(wanted, folder.partial(), &simulation.world)?;
    let begun = RunBegun {
        scenario: &inputs.scenario,
        caption: &inputs.caption,
        seed: simulation.seed,
        population: simulation.world.people.len(),
        days: job.days,
        start_date: simulation.calendar.start.to_string(),
        parameters: &inputs.parameters,
    };
    write_json(folder, &format!("{FOLDER}/{BEGUN}"), &begun)?;
    Ok(trajectories)
}

fn write_json(folder: &RunFolder, name: &str, value: &impl Serialize) -> Result<(), StudyError> {
    let wrong =
        |error: serde_json::Error| StudyError::Table { table: name.into(), message: error.to_string() };
    let text = serde_json::to_string_pretty(value).map_err(wrong)?;
    folder.write_bytes(name, text.as_bytes()).map(|_| ())
}

/// The forecast of the peak, if it fits.
fn check_memory(job: &Job, options: &RunOptions) -> Result<u64, StudyError> {
    let size = job.size.unwrap_or_else(|| memory::size_of_world(&job.simulation.world));
    let forecast_bytes = memory::forecast_bytes(&size, job.days, options.checkpoint_every_days > 0);
    memory::fits(forecast_bytes).map(|()| forecast_bytes)
}

fn chosen_metrics(job: &Job) -> Vec<&'static MetricKind> {
    let wanted = |m: &&MetricKind| job.metrics.is_empty() || job.metrics.iter().any(|name| name == m.name);
    metrics().filter(wanted).collect()
}

fn progress_of(job: &Job, seen: &Observation, done_here: u32, began: Instant) -> Progress {
    let days_done = seen.now.day() + 1;
    let days_per_s = f64::from(done_here) / began.elapsed().as_secs_f64().max(1e-9);
    Progress {
        days_done,
        days: job.days,
        date: seen.now.date,
        days_per_s,
        eta_s: f64::from(job.days - days_done.min(job.days)) / days_per_s,
        memory_bytes: memory::used_bytes(),
        infectious: seen.in_stage(citytwin_world::Stage::Infectious),
    }
}

fn finish(
    job: &Job,
    options: &RunOptions,
    folder: RunFolder,
    observer: &Observer,
    recorder: &Recorder,
    chosen: &[&'static MetricKind],
    marks: &Marks,
) -> Result<RunSummary, StudyError> {
    let began = Instant::now();
    let world = &job.simulation.world;
    let source = Source { simulation: &job.simulation, recorder, observer, metrics: chosen };
    tables::write_all(&folder, &source, &job.tables)?;
    if !options.lean {
        map::write(&folder, &world.city, &observer.zone_population())?;
    }
    let record = run_record(job, options, observer, recorder, marks, began.elapsed().as_secs_f64());
    write_json(&folder, "run.json", &record)?;
    let checkpoint = folder.partial().join(checkpoint::FILE);
    if checkpoint.exists() {
        std::fs::remove_file(&checkpoint).map_err(StudyError::file(&checkpoint))?;
    }
    Ok(summary(observer, recorder, &record, folder.finish()?))
}

fn run_record(
    job: &Job,
    options: &RunOptions,
    observer: &Observer,
    recorder: &Recorder,
    marks: &Marks,
    tables_s: f64,
) -> RunRecord {
    let world = &job.simulation.world;
    let inputs = job.inputs.clone();
    let days_here = recorder.days - marks.first_day;
    RunRecord {
        scenario: inputs.scenario,
        caption: inputs.caption,
        scenario_hash: format!("{:016x}", inputs.scenario_hash),
        files_hash: inputs.files_hash.map(|hash| format!("{hash:016x}")),
        city_hash: format!("{:016x}", world.city.hash),
        city: world.city.info.name.clone(),
        city_sources: world.city.info.sources.clone(),
        seed: job.simulation.seed,
        threads: rayon::current_num_threads(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: options.commit.clone(),
        population: world.people.len(),
        days: recorder.days,
        start_date: job.simulation.calendar.start.to_string(),
        resumed_at_day: (marks.first_day > 0).then_some(marks.first_day),
        wall_s: marks.wall_s,
        setup_s: job.setup_s,
        load_s: job.load_s,
        measure_s: marks.measure_s,
        tables_s,
        person_days_per_s: world.people.len() as f64 * f64::from(days_here) / marks.wall_s.max(1e-9),
        peak_memory_bytes: memory::peak_bytes(),
        forecast_memory_bytes: marks.forecast_bytes,
        phases: job
            .simulation
            .phase_times_s()
            .into_iter()
            .map(|(name, wall_s)| PhaseTime { name, wall_s })
            .collect(),
        state_hash: recorder.state_hash.iter().map(|hash| format!("{hash:016x}")).collect(),
        policies: inputs.policies,
        hazards: inputs.hazards,
        parameters: inputs.parameters,
        facts: facts::facts(&observer.memory.totals, observer.standing, &world.services.survey),
    }
}

fn summary(observer: &Observer, recorder: &Recorder, record: &RunRecord, folder: PathBuf) -> RunSummary {
    let totals = &observer.memory.totals;
    let incidence = recorder.infections_by_day();
    let peak =
        incidence.iter().copied().zip(0..).reduce(|best, next| if next.0 > best.0 { next } else { best });
    let beds = |of: usize| -> u64 {
        let by_day = recorder.hospitals.chunk_by(|a, b| a.day == b.day);
        by_day.map(|day| day.iter().map(|h| u64::from(h.beds[of])).sum()).max().unwrap_or(0)
    };
    let population = record.population as u64;
    RunSummary {
        folder,
        population,
        days: record.days,
        infections: incidence.iter().sum(),
        attack_rate_share: observer.memory.ever_infected() as f64 / population.max(1) as f64,
        peak_incidence: peak.unwrap_or((0, 0)),
        deaths: recorder.ages.iter().map(|[_, deaths]| deaths.iter().sum::<u64>()).sum(),
        hospital_peak_beds: beds(1),
        icu_peak_beds: beds(3),
        trips_made: totals.trips.trips.iter().sum(),
        trips_prevented: totals.trips.prevented.iter().sum(),
        travel_h_per_person: totals.trips.minutes.iter().sum::<u64>() as f64
            / 60.0
            / totals.person_days.max(1) as f64,
        scans: [
            recorder.doors.iter().map(|d| u64::from(d.counts[0])).sum(),
            recorder.doors.iter().map(|d| u64::from(d.counts[1] + d.counts[2])).sum(),
        ],
        wall_s: record.wall_s,
        person_days_per_s: record.person_days_per_s,
        peak_memory_bytes: record.peak_memory_bytes,
        state_hash: record.state_hash.last().cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toy;
    use std::path::Path;

    fn run(out: &Path, days: u32, seed: u64, change: impl FnOnce(&mut RunOptions)) -> Option<RunSummary> {
        let mut options = RunOptions { out: out.to_owned(), ..RunOptions::default() };
        change(&mut options);
        run_one(toy::job(days, seed), &options, &mut |_| {}).unwrap()
    }

    fn tables(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with("run.json"))
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_stopped_and_resumed_run_writes_the_same_tables() {
        let home = tempfile::tempdir().unwrap();
        let through = run(&home.path().join("through"), 12, 3, |_| {}).unwrap();
        let names: Vec<_> = tables(&through.folder).into_iter().map(|(name, _)| name).collect();
        for name in ["metrics.csv", "infections.parquet", "checkpoints.csv", "zones.geojson", "tables.json"] {
            assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
        }
        for stop in [0, 4, 10] {
            let out = home.path().join(format!("stopped{stop}"));
            assert!(run(&out, 12, 3, |o| o.stop_after_day = Some(stop)).is_none());
            assert!(!out.exists());
            let resumed = run(&out, 12, 3, |o| o.resume = true).unwrap();
            assert_eq!(tables(&resumed.folder), tables(&through.folder));
            assert_eq!(resumed.state_hash, through.state_hash);
        }
        let other = run(&home.path().join("other"), 12, 4, |o| o.checkpoint_every_days = 5).unwrap();
        assert_ne!(tables(&other.folder), tables(&through.folder));
        assert!(!other.folder.join(checkpoint::FILE).exists());
    }

    #[test]
    fn numbers_of_the_tables_agree_with_each_other() {
        let home = tempfile::tempdir().unwrap();
        let mut days = Vec::new();
        let options = RunOptions { out: home.path().join("a"), ..RunOptions::default() };
        let summary = run_one(toy::job(12, 3), &options, &mut |p| days.push(p.days_done)).unwrap().unwrap();
        assert_eq!(days, (1..=12).collect::<Vec<_>>());
        let metrics = std::fs::read_to_string(summary.folder.join("metrics.csv")).unwrap();
        let header: Vec<&str> = metrics.lines().next().unwrap().split(',').collect();
        let column = |name: &str| -> Vec<&str> {
            let at = header.iter().position(|h| *h == name).unwrap();
            metrics.lines().skip(1).map(|line| line.split(',').nth(at).unwrap()).collect()
        };
        let sum = |name: &str| column(name).iter().map(|v| v.parse::<u64>().unwrap()).sum::<u64>();
        let infections = std::fs::read_to_string(summary.folder.join("infections.csv")).unwrap();
        assert_eq!(sum("incidence_persons"), summary.infections);
        assert_eq!(infections.lines().count() as u64 - 1, summary.infections);
        assert!(summary.infections > 10 && summary.deaths > 0);
        assert_eq!(sum("deaths_persons"), summary.deaths);
        assert_eq!(column("date")[0], "2020-01-20");
        assert_eq!(column("code_red_persons")[0], "");
        assert_eq!(column("code_red_persons")[5], "60");
        assert_eq!(column("hospital_occupancy_beds")[11], "1");
        let stages =
            ["susceptible_persons", "prevalence_persons", "recovered_persons", "deaths_cumulative_persons"];
        assert_eq!(stages.iter().map(|s| column(s)[11].parse::<u64>().unwrap()).sum::<u64>(), 600);
        let run: serde_json::Value =
            serde_json::from_slice(&std::fs::read(summary.folder.join("run.json")).unwrap()).unwrap();
        assert_eq!(run["state_hash"].as_array().unwrap().len(), 12);
        assert_eq!(run["population"], 600);
    }

    #[test]
    fn what_cannot_be_resumed_says_why() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("a");
        let mut options = RunOptions { out: out.clone(), resume: true, ..RunOptions::default() };
        let nothing = run_one(toy::job(5, 1), &options, &mut |_| {});
        assert!(matches!(nothing, Err(StudyError::NoCheckpoint(_))));
        options.resume = false;
        options.stop_after_day = Some(1);
        assert!(run_one(toy::job(5, 1), &options, &mut |_| {}).unwrap().is_none());
        options.resume = true;
        assert!(matches!(run_one(toy::job(5, 2), &options, &mut |_| {}), Err(StudyError::Resume { .. })));
        std::fs::write(out.with_extension("partial").join(checkpoint::FILE), b"broken").unwrap();
        assert!(matches!(run_one(toy::job(5, 1), &options, &mut |_| {}), Err(StudyError::Resume { .. })));
    }

    #[test]
    fn a_run_that_would_not_fit_is_refused() {
        let error = StudyError::Memory { needed_bytes: 9_000_000_000, available_bytes: 1_000_000_000 };
        assert!(error.to_string().contains("9000 MB") && error.to_string().contains("1000 MB"));
        let job = toy::job(5, 1);
        let options = RunOptions::default();
        assert!(check_memory(&job, &options).unwrap() < 1_000_000_000);
    }
}
