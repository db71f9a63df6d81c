//! Flags that several commands share, and the places they look at.
use crate::output::{Failure, Format};
use citytwin_scenario::{Scenario, Vocabulary};
use citytwin_study::StudyError;
use citytwin_study::sweep::SweepOptions;
use clap::Args;
use std::path::{Path, PathBuf};

/// Which scenario, with which values changed.
#[derive(Args, Clone, Debug)]
pub struct Choice {
    /// The scenario file.
    pub scenario: PathBuf,
    /// Sets a value of the scenario, such as `disease.r0=3` or `policy.checkpoints.scan="5 s"`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// How results and problems are written.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How many runs are made, wherever they come from.
#[derive(Args, Clone, Debug)]
pub struct ManyRuns {
    /// Threads to compute with; the results do not depend on it. 0 = one per core.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub threads: u16,
    /// The folder for all that comes of it; by default one in `runs`, named after what is run.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Goes on with what was interrupted; what is finished isn't done again.
    #[arg(long)]
    pub resume: bool,
    /// No progress on stderr.
    #[arg(long, short)]
    pub quiet: bool,
    /// How results and problems are written.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

impl ManyRuns {
    /// The folder asked for, or that of a name in `runs`, if runs may be written there.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let out = self.out.clone().unwrap_or_else(|| Path::new("runs").join(name));
        citytwin_study::folder::check_free(&out).map_err(|error| Failure::Run(error.to_string()))?;
        Ok(out)
    }

    /// How a study is run into a folder.
    pub fn options(&self, out: PathBuf) -> SweepOptions {
        let commit = env!("CITYTWIN_COMMIT").to_owned();
        SweepOptions { out, resume: self.resume, threads: self.threads.into(), commit }
    }

    /// Whose fault an error is: the input's, or the run's own.
    pub fn failure(&self, error: StudyError) -> Failure {
        match error {
            StudyError::Input(problems) => Failure::Input(problems, self.format),
            error => Failure::Run(error.to_string()),
        }
    }
}

/// `KEY=VALUE` as its two sides.
///
/// # Errors
/// Without `=` or without a key.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write KEY=VALUE, such as disease.r0=3".to_owned()),
    }
}

impl Choice {
    /// Reads and checks the scenario.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, words: &Vocabulary) -> Result<Scenario, Failure> {
        citytwin_scenario::read(&self.scenario, &self.set, words)
            .map_err(|findings| Failure::Scenario(Box::new(findings), self.format))
    }
}

/// The folder of the cities that come with the program: `$CITYTWIN_ASSETS/cities`, else `assets/cities` here or beside
/// the program's sources.
pub fn cities_folder() -> PathBuf {
    if let Some(assets) = std::env::var_os("CITYTWIN_ASSETS") {
        return PathBuf::from(assets).join("cities");
    }
    beside_sources("assets/cities")
}

/// A folder of the project: here if it is there, else where the program was built.
pub fn beside_sources(name: &str) -> PathBuf {
    let here = PathBuf::from(name);
    if here.is_dir() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join(name) }
}

/// All words that scenarios may use.
pub fn words() -> Vocabulary {
    citytwin_study::vocabulary(&cities_folder())
}
