//! From values of a study's keys to runs: its scenario read anew with them, in the city that all share.
use super::city::Cities;
use crate::job;
use crate::run::Job;
use crate::sweep::design::Values;
use citytwin_scenario::assemble;
use citytwin_scenario::{Findings, Scenario, Vocabulary};
use citytwin_world::problem::Problems;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A scenario whose values are laid over it, and what its runs share.
pub struct Builder {
    scenario: PathBuf,
    flags: Vec<(String, String)>,
    words: Vocabulary,
    cities: Cities,
    /// Digests of files found so far, by city and disease.
    files: Mutex<Vec<(FilesKey, u64)>>,
}

/// Name and path of a city, and path of a disease.
type FilesKey = (String, Option<PathBuf>, Option<PathBuf>);

impl Builder {
    /// For a scenario file; `flags` are laid over it before a study's own values, `cities` is the folder of built-in
    /// cities.
    pub fn new(scenario: &Path, flags: &[(String, String)], cities: &Path, words: Vocabulary) -> Self {
        Self {
            scenario: scenario.to_owned(),
            flags: flags.to_vec(),
            words,
            cities: Cities::new(cities),
            files: Mutex::default(),
        }
    }

    /// The scenario file.
    pub fn file(&self) -> &Path {
        &self.scenario
    }

    /// The scenario with some values.
    ///
    /// # Errors
    /// Values that it can't have.
    pub fn scenario(&self, own: &Values) -> Result<Scenario, Findings> {
        citytwin_scenario::read(&self.scenario, &[self.flags.as_slice(), own].concat(), &self.words)
    }

    /// Digest of the files of a scenario's city and disease, read once for all scenarios that share them.
    pub fn files_hash(&self, scenario: &Scenario) -> u64 {
        let city = &scenario.city;
        let key = (city.name.clone(), city.path.clone(), scenario.disease_path.clone());
        let mut files = self.files.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some((_, hash)) = files.iter().find(|(known, _)| *known == key) {
            return *hash;
        }
        let hash = assemble::files_hash(scenario, self.cities.folder());
        files.push((key, hash));
        hash
    }

    /// Residents of a scenario's city.
    ///
    /// # Errors
    /// What is wrong with the city.
    pub fn population(&self, scenario: &Scenario) -> Result<usize, Problems> {
        Ok(self.cities.of(scenario)?.prepared.residents.person.len())
    }

    /// The run of a scenario that [`Self::scenario`] has read.
    ///
    /// # Errors
    /// What is wrong with the city, or values that don't fit it.
    pub fn job(&self, scenario: &Scenario, seed: u64) -> Result<Job, Problems> {
        let ready = self.cities.of(scenario)?;
        job::job(scenario, &ready.prepared, ready.calibration, &self.words, seed)
    }
}
