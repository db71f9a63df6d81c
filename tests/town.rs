//! The small made-up city that the laws are tested on, and the gallery's scenarios set in it.
use citytwin_engine::{Simulation, TICKS_PER_DAY};
use citytwin_scenario::assemble::{self, Calibration, Prepared};
use citytwin_scenario::{Scenario, Vocabulary};
use citytwin_study::Job;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Residents: enough for bus lines and a hospital, few enough for a day in milliseconds.
const POPULATION: &str = "10000";
/// What makes weeks enough: many infected at the start, quick spread.
const QUICK: [(&str, &str); 4] = [
    ("city.name", "generated"),
    ("city.population", POPULATION),
    ("hazard.epidemic.seeds", "150"),
    ("disease.r0", "5"),
];

/// All words of scenarios.
pub fn words() -> &'static Vocabulary {
    static WORDS: OnceLock<Vocabulary> = OnceLock::new();
    WORDS.get_or_init(|| {
        citytwin_study::vocabulary(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities"))
    })
}

/// The city with its residents, made once for each depth of movement.
fn prepared(scenario: &Scenario) -> &'static Prepared {
    static PREPARED: [OnceLock<Prepared>; 3] = [const { OnceLock::new() }; 3];
    let depth = scenario.movement.text("depth");
    let which = ["free", "queue", "assignment"].iter().position(|one| *one == depth).expect("a depth");
    PREPARED[which].get_or_init(|| {
        let text = format!(
            "# A city.\n[city]\nname = \"generated\"\npopulation = {POPULATION}\n[time]\ndays = 1\n\
             [movement]\ndepth = \"{depth}\"\n"
        );
        let scenario = citytwin_scenario::read_text("city.toml", &text, &[], words()).expect("sound");
        assemble::prepare(&scenario, Path::new("nowhere")).expect("a city")
    })
}

/// The folder of the gallery.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Every scenario of the gallery, in order.
pub fn gallery() -> Vec<PathBuf> {
    let (mut open, mut found) = (vec![folder()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A scenario set in the small city, with its simulation made at will.
pub struct Play {
    pub scenario: Scenario,
    calibration: Calibration,
}

impl Play {
    /// A scenario of the gallery by its name, such as `epidemic/masks`, or by its path, with values changed.
    pub fn of(name: impl AsRef<Path>, days: u32, changes: &[(&str, &str)]) -> Self {
        let path = folder().join(name).with_extension("toml");
        let read = citytwin_scenario::read(&path, &flags(changes), words());
        Self::new(days, read.unwrap_or_else(|findings| panic!("{findings}")))
    }

    /// A scenario of the gallery with more lines at its end.
    pub fn with(name: &str, more: &str, days: u32) -> Self {
        Self::with_changes(name, more, days, &[])
    }

    /// The same with values changed.
    pub fn with_changes(name: &str, more: &str, days: u32, changes: &[(&str, &str)]) -> Self {
        let text = format!("# A variant.\nextends = \"{name}.toml\"\n{more}");
        let file = folder().join("variant.toml");
        let read = citytwin_scenario::read_text(&file.to_string_lossy(), &text, &flags(changes), words());
        Self::new(days, read.unwrap_or_else(|findings| panic!("{findings}")))
    }

    fn new(days: u32, scenario: Scenario) -> Self {
        let scenario = Scenario { days, ..scenario };
        let calibration = assemble::calibration(&scenario, prepared(&scenario)).expect("people meet");
        Self { scenario, calibration }
    }

    /// Brings every policy forward to a day, that short runs show it.
    pub fn hastened(mut self, day: u32) -> Self {
        for entry in &mut self.scenario.policies {
            entry.from_tick = entry.from_tick.min(day * TICKS_PER_DAY);
        }
        self
    }

    /// Ends every policy at an hour of the run.
    pub fn ended(mut self, tick: u32) -> Self {
        for entry in &mut self.scenario.policies {
            entry.until_tick = entry.until_tick.min(tick);
        }
        self
    }

    /// The simulation at its first hour.
    pub fn simulation(&self, seed: u64) -> Simulation {
        assemble::simulation(&self.scenario, prepared(&self.scenario), self.calibration, seed)
            .unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    /// The run, ready for its folder.
    pub fn job(&self, seed: u64) -> Job {
        citytwin_study::job(&self.scenario, prepared(&self.scenario), self.calibration, words(), seed)
            .unwrap_or_else(|problems| panic!("{problems:?}"))
    }
}

fn flags(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let kept = QUICK.iter().filter(|(key, _)| changes.iter().all(|(other, _)| other != key));
    kept.chain(changes).map(owned).collect()
}
