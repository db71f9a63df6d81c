//! Traffic assignment problems as researchers exchange them: a road network with volume-delay functions and a table of
//! trips, in the TNTP format (two text files) or as GMNS tables (`node.csv`, `link.csv`, `demand.csv`).

mod gmns;
mod tntp;
pub mod units;

#[cfg(test)]
mod tests;

use super::text::Texts;
use citytwin_routing::assignment::{Demand, VolumeDelay};
use citytwin_world::problem::{Problem, Problems};
use std::path::{Path, PathBuf};

/// A road network with the trips to be assigned to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficCase {
    /// Id of each node as written in the file; centroids made for zones of several nodes come last, without one.
    pub node_id: Vec<String>,
    /// Node that each link leaves. Links are in the order of the file; connectors of made centroids come last.
    pub from: Vec<u32>,
    /// Node that each link enters.
    pub to: Vec<u32>,
    /// Volume-delay function of each link; times in the unit of the file (minutes for GMNS).
    pub delay: Vec<VolumeDelay>,
    /// Links that stand in the file, the first ones.
    pub link_count: usize,
    /// Whether trips only begin or end at a node and never pass it.
    pub terminal: Vec<bool>,
    /// Trips between nodes; empty where no table of trips was read.
    pub demand: Vec<Demand>,
    /// What the file says of each link besides, in the order of `from`; nothing of the connectors of made centroids.
    pub roads: Vec<Road>,
    /// Coordinates of each node of `node_id` as written, x (or longitude) first.
    pub position: Vec<Option<[f64; 2]>>,
    /// Zones with the node at which their trips begin and end; empty where GMNS nodes have no zones.
    pub zones: Vec<TrafficZone>,
    /// Units that the files state.
    pub units: StatedUnits,
    /// What was odd, without making the case unusable.
    pub warnings: Problems,
}

/// What a file says of a link beside its volume-delay function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Road {
    /// Length in the unit of the file; 0 where unknown.
    pub length: f64,
    /// Free speed in the unit of the file.
    pub free_speed: Option<f64>,
    /// Lanes in this direction.
    pub lanes: Option<f64>,
    /// Capacity of all lanes, vehicles per hour.
    pub capacity_veh_h: Option<f64>,
    /// Who may use it: bits of [`citytwin_world::streets::access`].
    pub uses: Option<u8>,
    /// All points from one end to the other, as written.
    pub shape: Vec<[f64; 2]>,
}

/// A zone of a traffic problem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficZone {
    /// Id as written.
    pub id: String,
    /// Nodes that belong to it.
    pub nodes: Vec<u32>,
    /// Node of its trips: the only one of `nodes`, or a centroid made for several.
    pub centroid: u32,
}

/// Units that a file states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StatedUnits {
    /// Metres of a unit of length.
    pub length_m: Option<f64>,
    /// Kilometres per hour of a unit of speed.
    pub speed_kmh: Option<f64>,
}

/// What fixed costs weigh against time, as link cost = time + toll × `toll_factor` + length × `distance_factor`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Factors {
    /// Units of time per unit of toll; what the file states, else 0, if not given.
    pub toll: Option<f64>,
    /// Units of time per unit of length; what the file states, else 0, if not given.
    pub distance: Option<f64>,
}

/// A case that can't be used: all that is wrong with its files, and their texts to show the places in.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What is wrong.
    pub problems: Problems,
    /// The files that were read, as (name as in the problems, text).
    pub texts: Vec<(String, String)>,
}

/// Reads a case. `network` is a TNTP network file (`…_net.tntp`), a folder with one, or a folder of GMNS tables;
/// `trips` names the table of trips where it isn't beside the network under its usual name (`…_trips.tntp`,
/// `demand.csv`).
///
/// # Errors
/// All problems of all files at once: `E371` a file can't be read, `E372` broken metadata or a missing column,
/// `E373` a wrong value, `E374` a node or zone that isn't there, `E375` an id given twice, `E376` a broken trip table.
pub fn read(network: &Path, trips: Option<&Path>, factors: Factors) -> Result<TrafficCase, Refused> {
    let files =
        locate(network, trips).map_err(|problem| Refused { problems: problem.into(), texts: Vec::new() })?;
    read_files(&files, factors)
}

/// Reads the files of a case.
///
/// # Errors
/// As [`read`].
pub fn read_files(files: &NetworkFiles, factors: Factors) -> Result<TrafficCase, Refused> {
    let mut texts = Texts::new("E371");
    let case = match files {
        NetworkFiles::Tntp(files) => tntp::read(files, factors, &mut texts),
        NetworkFiles::Gmns { folder, trips } => gmns::read(folder, trips.as_deref(), factors, &mut texts),
    };
    let Texts { mut problems, texts, .. } = texts;
    if problems.has_errors() {
        return Err(Refused { problems, texts });
    }
    problems.extend(case.warnings);
    Ok(TrafficCase { warnings: problems, ..case })
}

/// The files of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkFiles {
    /// TNTP text files.
    Tntp(TntpFiles),
    /// GMNS tables.
    Gmns {
        /// Folder of `node.csv`, `link.csv` and perhaps `config.csv`.
        folder: PathBuf,
        /// Table of trips.
        trips: Option<PathBuf>,
    },
}

/// The files of a TNTP network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TntpFiles {
    /// Links.
    pub network: PathBuf,
    /// Table of trips.
    pub trips: Option<PathBuf>,
    /// Coordinates of the nodes.
    pub nodes: Option<PathBuf>,
}

const NETWORK_END: &str = "_net.tntp";

/// Where a file lies beside a TNTP network by the collection's custom, such as `Town_trips.tntp` by `Town_net.tntp`.
fn beside(network: &Path, end: &str) -> Option<PathBuf> {
    let name = network.file_name()?.to_string_lossy();
    name.strip_suffix(NETWORK_END).map(|stem| network.with_file_name(format!("{stem}{end}")))
}

impl TntpFiles {
    /// The files of a network; trips and nodes that aren't named are those that lie beside it, if any do.
    pub fn around(network: PathBuf, trips: Option<PathBuf>, nodes: Option<PathBuf>) -> Self {
        let there = |end: &str| beside(&network, end).filter(|path| path.is_file());
        let (trips, nodes) = (trips.or_else(|| there("_trips.tntp")), nodes.or_else(|| there("_node.tntp")));
        Self { network, trips, nodes }
    }
}

fn locate(network: &Path, trips: Option<&Path>) -> Result<NetworkFiles, Problem> {
    if !network.is_dir() {
        let missing = || {
            Problem::error("E371", format!("{}: no table of trips is named", network.display()))
                .help("name it with --trips FILE")
        };
        let trips = trips.map(Path::to_path_buf).or_else(|| beside(network, "_trips.tntp"));
        let trips = Some(trips.ok_or_else(missing)?);
        return Ok(NetworkFiles::Tntp(TntpFiles { network: network.to_path_buf(), trips, nodes: None }));
    }
    if network.join("link.csv").is_file() {
        let trips = trips.map_or_else(|| network.join("demand.csv"), Path::to_path_buf);
        return Ok(NetworkFiles::Gmns { folder: network.to_path_buf(), trips: Some(trips) });
    }
    let entries = std::fs::read_dir(network).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(NETWORK_END))
        .collect();
    found.sort();
    match found.as_slice() {
        [one] => locate(one, trips),
        [] => Err(Problem::error("E371", format!("{}: no network in this folder", network.display())).help(
            "a folder holds `…_net.tntp` and `…_trips.tntp`, or `node.csv`, `link.csv` and `demand.csv`",
        )),
        _ => Err(Problem::error("E371", format!("{}: more than one network here", network.display()))
            .help(format!("name one of them, such as {}", found[0].display()))),
    }
}
