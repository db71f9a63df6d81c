//! Traffic assignment problems as researchers exchange them: a road network with volume-delay functions and a table of
//! trips, in the TNTP format (two text files) or as GMNS tables (`node.csv`, `link.csv`, `demand.csv`).

mod gmns;
mod text;
mod tntp;

#[cfg(test)]
mod tests;

use citytwin_routing::assignment::{Demand, VolumeDelay};
use citytwin_world::problem::{Problem, Problems};
use std::path::{Path, PathBuf};
use text::Texts;

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
    /// Trips between nodes.
    pub demand: Vec<Demand>,
    /// What was odd, without making the case unusable.
    pub warnings: Problems,
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
    let mut texts = Texts::default();
    let case = match locate(network, trips) {
        Ok(Files::Tntp { network, trips }) => tntp::read(&network, &trips, factors, &mut texts),
        Ok(Files::Gmns { folder, trips }) => gmns::read(&folder, &trips, factors, &mut texts),
        Err(problem) => {
            texts.problems.push(problem);
            TrafficCase::default()
        }
    };
    let Texts { mut problems, texts } = texts;
    if problems.has_errors() {
        return Err(Refused { problems, texts });
    }
    problems.extend(case.warnings);
    Ok(TrafficCase { warnings: problems, ..case })
}

/// The files of a case.
enum Files {
    Tntp { network: PathBuf, trips: PathBuf },
    Gmns { folder: PathBuf, trips: PathBuf },
}

const NETWORK_END: &str = "_net.tntp";

fn locate(network: &Path, trips: Option<&Path>) -> Result<Files, Problem> {
    if !network.is_dir() {
        let beside = || {
            let name = network.file_name().unwrap_or_default().to_string_lossy();
            name.strip_suffix(NETWORK_END).map(|stem| network.with_file_name(format!("{stem}_trips.tntp")))
        };
        let missing = || {
            Problem::error("E371", format!("{}: no table of trips is named", network.display()))
                .help("name it with --trips FILE")
        };
        let trips = trips.map(Path::to_path_buf).or_else(beside).ok_or_else(missing)?;
        return Ok(Files::Tntp { network: network.to_path_buf(), trips });
    }
    if network.join("link.csv").is_file() {
        let trips = trips.map_or_else(|| network.join("demand.csv"), Path::to_path_buf);
        return Ok(Files::Gmns { folder: network.to_path_buf(), trips });
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
