//! A checked scenario: every value typed, in its unit, with where it comes from.

use crate::findings::Findings;
use crate::source::SourceId;
use citytwin_engine::params::Origin;
use citytwin_engine::trigger::Trigger;
use citytwin_engine::{Params, Unit};
use citytwin_world::calendar::Date;
use citytwin_world::problem::Problems;
use serde::Serialize;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which city, and where it is.
#[derive(Debug, Clone)]
pub struct CityChoice {
    /// A built-in name, or the path as written.
    pub name: String,
    /// The city folder; `None` for a built-in city that has none.
    pub path: Option<PathBuf>,
    /// Share of the residents that is simulated.
    pub sample: f64,
    /// Seed of the synthetic population.
    pub seed: u64,
    /// All keys of `[city]`.
    pub params: Params,
    /// How large it is; `None` where that can't be told from its name and zones.
    pub size: Option<CitySize>,
}

/// How large a city is, as far as memory goes, known before anything is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CitySize {
    /// Residents simulated.
    pub persons: u64,
    /// Zones.
    pub zones: u64,
    /// Bytes of its tables of streets and places; 0 for one that is generated.
    pub tables_bytes: u64,
    /// Whether it has public transport.
    pub transit: bool,
    /// Junctions of its streets, where movement knows traffic on them; 0 where it doesn't.
    pub traffic_junctions: u64,
}

/// One `[[policy]]` or `[[hazard]]` with its own keys checked.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which kind.
    pub kind: String,
    /// Its own name: the id given, else the kind, numbered where a kind occurs again.
    pub id: String,
    /// First tick (hour of the run) in which it's in force.
    pub from_tick: u32,
    /// First tick in which it's no longer in force; `u32::MAX` to the end.
    pub until_tick: u32,
    /// The condition on the board, for policies with `when`.
    pub trigger: Option<Trigger>,
    /// Its own keys.
    pub params: Params,
    /// The text it stands in.
    pub source: SourceId,
    /// The bytes of its header there.
    pub span: Range<usize>,
}

/// One value of a scenario and where it comes from, a row of `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// Dotted path, such as `policy.health_code.delay`.
    pub key: String,
    /// The value as it could be written; empty where unset.
    pub value: String,
    /// Its unit's symbol; empty for pure numbers and words.
    pub unit: String,
    /// The file, `--set`, or the source of the default.
    pub source: String,
    /// Whether it's the default.
    pub default: bool,
}

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The first comment line of the file.
    pub caption: String,
    /// The file it was read from.
    pub file: PathBuf,
    /// All files read, the scenario's own first.
    pub files: Vec<PathBuf>,
    /// The city.
    pub city: CityChoice,
    /// First day.
    pub start: Date,
    /// Length in days.
    pub days: u32,
    /// Name of the disease, or the path of its file as written.
    pub disease_name: String,
    /// The disease file; `None` for a built-in name.
    pub disease_path: Option<PathBuf>,
    /// All keys of `[disease]`; what isn't set is the disease's own.
    pub disease: Params,
    /// Hazards in order.
    pub hazards: Vec<Entry>,
    /// Policies in order.
    pub policies: Vec<Entry>,
    /// All keys of `[movement]`.
    pub movement: Params,
    /// Layers with a table of their own, by name, with all their keys.
    pub layers: Vec<(String, Params)>,
    /// All keys of `[output]`.
    pub output: Params,
    /// Every value with where it comes from, in the order of the sections.
    pub provenance: Vec<Provenance>,
    /// Digest of what the scenario says, whatever its comments, order of keys and formatting (16 hex digits).
    pub hash: String,
    /// What deserves a look though the scenario can run.
    pub warnings: Findings,
}

impl Scenario {
    /// The folder for the run that the scenario names, if it does.
    pub fn out(&self) -> Option<PathBuf> {
        self.output.is_set("out").then(|| PathBuf::from(self.output.text("out")))
    }

    /// The values for a layer, wherever its keys stand in the file; `None` for a layer without keys.
    pub fn layer(&self, name: &str) -> Option<&Params> {
        match name {
            "epidemic" => Some(&self.disease),
            "transport" => Some(&self.movement),
            _ => self.layers.iter().find(|(layer, _)| layer == name).map(|(_, params)| params),
        }
    }

    /// Problems met while policies and hazards were built for the city, each put at the entry it came from.
    pub fn refusal(&self, refused: impl IntoIterator<Item = (Entry, Problems)>) -> Findings {
        let sources = &self.warnings.sources;
        let placed = refused.into_iter().flat_map(|(entry, problems)| {
            problems.into_iter().map(move |problem| match problem.file {
                None => sources.place(problem, entry.source, entry.span.clone()),
                Some(_) => problem,
            })
        });
        Findings::new(placed.collect(), sources.clone())
    }

    /// The name of the scenario: that of its file without `.toml`.
    pub fn name(&self) -> String {
        self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// The rows of a table of values under a path.
pub fn provenance_of(path: &str, params: &Params) -> Vec<Provenance> {
    params
        .iter()
        .map(|(key, value, origin)| Provenance {
            key: format!("{path}.{}", key.name),
            value: value.map(|value| value.show(key.unit)).unwrap_or_default(),
            unit: key.unit.symbol().to_owned(),
            source: match origin {
                Origin::Preset => key.source.to_owned(),
                Origin::File(file) => file.clone(),
                Origin::Flag => "--set".to_owned(),
            },
            default: *origin == Origin::Preset,
        })
        .collect()
}

/// Digest of what a scenario says: FNV-1a, 64 bits, over its values sorted by path; where output goes is left out,
/// and of a file only its name counts.
pub fn digest_of(sections: &[(String, &Params)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (path, params) in sections {
        for (key, value, _) in params.iter().filter(|(key, ..)| path != "output" || key.name != "out") {
            let shown = value.map(|value| value.show(key.unit)).unwrap_or_default();
            let shown = match key.unit {
                Unit::Path => {
                    Path::new(&shown).file_name().unwrap_or_default().to_string_lossy().into_owned()
                }
                _ => shown,
            };
            lines.push(format!("{path}.{}={shown}\n", key.name));
        }
    }
    lines.sort();
    let digest =
        lines.iter().flat_map(|line| line.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{digest:016x}")
}
