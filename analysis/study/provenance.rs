//! What `run.json` says: inputs, parameters, speed, memory, and the digest of every day.
use citytwin_metrics::Fact;
use serde::Serialize;

/// A policy as the scenario schedules it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyEntry {
    /// Kind, as in the scenario file.
    pub kind: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// First day, from 0.
    pub from_day: f64,
    /// First day on which it no longer acts; `None` = never ends.
    pub until_day: Option<f64>,
    /// The condition on which it acts, if any.
    pub when: Option<String>,
}

/// A hazard as the scenario schedules it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Hazard {
    /// Kind, as in the scenario file.
    pub kind: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// First day, from 0.
    pub from_day: f64,
    /// First day on which it no longer acts; `None` = never ends.
    pub until_day: Option<f64>,
}

/// A parameter of the run with its value and source.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Parameter {
    /// Full key, such as `disease.r0`.
    pub key: String,
    /// Value as written in a scenario file.
    pub value: String,
    /// Unit; empty for pure numbers and words.
    pub unit: String,
    /// Where the value comes from.
    pub source: String,
}

/// What goes into a run, for the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Path or name of the scenario.
    pub scenario: String,
    /// Its caption.
    pub caption: String,
    /// Digest of its checked content.
    pub scenario_hash: u64,
    /// Digest of the city's and disease's files, of a run of many.
    pub files_hash: Option<u64>,
    /// Policies.
    pub policies: Vec<PolicyEntry>,
    /// Hazards.
    pub hazards: Vec<Hazard>,
    /// All parameters.
    pub parameters: Vec<Parameter>,
}

/// Wall time of one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseTime {
    /// Phase.
    pub name: &'static str,
    /// Wall seconds.
    pub wall_s: f64,
}

/// `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRecord {
    /// Path or name of the scenario.
    pub scenario: String,
    /// Its caption.
    pub caption: String,
    /// Digest of its checked content, hexadecimal.
    pub scenario_hash: String,
    /// Digest of the city's and disease's files, of a run of many: by it a resumed study knows that they were edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_hash: Option<String>,
    /// Digest of the city's files, hexadecimal.
    pub city_hash: String,
    /// Name of the city.
    pub city: String,
    /// Where the city's data come from.
    pub city_sources: Vec<String>,
    /// Seed of every draw.
    pub seed: u64,
    /// Threads used.
    pub threads: usize,
    /// Version of the program.
    pub version: String,
    /// Commit it was built from; empty where unknown.
    pub commit: String,
    /// Residents.
    pub population: usize,
    /// Days simulated.
    pub days: u32,
    /// Date of day 0.
    pub start_date: String,
    /// Day at which the run was taken up again; `None` when it ran through.
    pub resumed_at_day: Option<u32>,
    /// Wall seconds of the simulation (since it was last taken up), without set-up and tables.
    pub wall_s: f64,
    /// Wall seconds of reading the scenario and building its world.
    pub setup_s: f64,
    /// Wall seconds of `setup_s` for the city and its residents, from their caches or made.
    pub load_s: f64,
    /// Wall seconds of measuring, included in `wall_s`.
    pub measure_s: f64,
    /// Wall seconds of writing the tables.
    pub tables_s: f64,
    /// Residents times days simulated in `wall_s`, per second of it.
    pub person_days_per_s: f64,
    /// Greatest memory of the process, bytes.
    pub peak_memory_bytes: u64,
    /// Forecast of it before the first day, bytes.
    pub forecast_memory_bytes: u64,
    /// Wall time by phase.
    pub phases: Vec<PhaseTime>,
    /// Digest of the state at the end of each day (what is true and what departments were told), hexadecimal.
    pub state_hash: Vec<String>,
    /// Policies.
    pub policies: Vec<PolicyEntry>,
    /// Hazards.
    pub hazards: Vec<Hazard>,
    /// All parameters.
    pub parameters: Vec<Parameter>,
    /// Numbers of the run beside published ones.
    pub facts: Vec<Fact>,
}

/// `trajectories/begun.json`: what of `run.json` is known before the first day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunBegun<'a> {
    /// Path or name of the scenario.
    pub scenario: &'a str,
    /// Its caption.
    pub caption: &'a str,
    /// Seed of every draw.
    pub seed: u64,
    /// Residents.
    pub population: usize,
    /// Days that are to be simulated.
    pub days: u32,
    /// Date of day 0.
    pub start_date: String,
    /// All parameters.
    pub parameters: &'a [Parameter],
}
