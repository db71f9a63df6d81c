//! EPANET input files (`.inp`), as appendix C of the EPANET 2.2 User Manual describes them.
//!
//! Sections on water quality, energy and drawing are passed over.

mod controls;
mod links;
mod nodes;
mod options;
mod reader;
mod rules;

use super::network::{Network, Options, Times};
use super::units::Units;
use citytwin_world::problem::{Problem, Problems};
use reader::Reader;
use std::path::Path;

/// A network read from a file.
#[derive(Clone, Debug)]
pub struct Read {
    /// The network.
    pub network: Network,
    /// What was odd.
    pub warnings: Problems,
}

/// Most periods that a file may ask for.
const PERIODS_MAX: i64 = 10_000_000;

/// Reads a network from the text of its file.
///
/// # Errors
/// All that is wrong at once: `E071` a part that is missing, `E072` a wrong value, `E073` a name that isn't there, `E074`
/// a name given twice, `E075` a word or section that EPANET doesn't know, `E076` a network that can't be solved, `E077` a
/// broken control or rule, `E078` a curve that can't be used.
pub fn read_inp(path: &Path, text: &str) -> Result<Read, Problems> {
    let mut reader = Reader::new(path, text);
    let (options, units) = reader.options();
    let times = reader.times();
    let mut net = Network {
        nodes: Vec::new(),
        junctions: 0,
        tanks: Vec::new(),
        links: Vec::new(),
        pumps: Vec::new(),
        valves: Vec::new(),
        patterns: Vec::new(),
        curves: Vec::new(),
        controls: Vec::new(),
        rules: Vec::new(),
        options,
        times,
        units,
    };
    reader.patterns(&mut net);
    reader.curves(&mut net);
    reader.nodes(&mut net);
    reader.demands(&mut net);
    reader.links(&mut net);
    reader.statuses(&mut net);
    reader.controls(&mut net);
    reader.rules(&mut net);
    check(&net, &mut reader);
    let problems: Problems = reader.faults.finish().1.into_iter().collect();
    net.resist();
    let (network, warnings) = problems.or_value(net)?;
    Ok(Read { network, warnings })
}

/// What must hold of the network as a whole.
fn check(net: &Network, reader: &mut Reader<'_>) {
    let mut whole = |what: &str, help: &str| {
        reader.faults.whole(Problem::error("E076", what).help(help));
    };
    if net.junctions == 0 {
        whole("the network has no junctions", "write them in a section [JUNCTIONS]");
    }
    if net.tanks.is_empty() {
        whole("the network has no reservoir and no tank, so no head is known", "write one in [RESERVOIRS]");
    }
    let Times { duration, step, pattern_step, report_step, rule_step, .. } = net.times;
    let rule_step = if net.rules.is_empty() { step } else { rule_step };
    let least = step.min(pattern_step).min(report_step).min(rule_step).max(1);
    if duration / least > PERIODS_MAX {
        whole(
            "the run would have more than ten million periods",
            "shorten the duration or lengthen the steps",
        );
    }
    let mut joined = vec![false; net.nodes.len()];
    for link in &net.links {
        for end in [link.from, link.to] {
            if let Some(joined) = joined.get_mut(end as usize) {
                *joined = true;
            }
        }
    }
    let alone: Vec<usize> = (0..net.junctions).filter(|node| !joined[*node]).collect();
    for node in alone {
        let id = net.nodes[node].id.clone();
        let at = reader.place_of_node(&id);
        reader.faults.error("E076", at, format!("junction `{id}` is joined to nothing"));
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            formula: super::Formula::HazenWilliams,
            viscosity: 1.1e-5,
            trials: 200,
            accuracy: 0.001,
            unbalanced: super::Unbalanced::Stop,
            head_tolerance: 0.0005,
            flow_tolerance: 0.0001,
            gradient_min: 1e-7,
            check_every: 2,
            check_last: 10,
            damp_limit: 0.0,
            head_error_max: 0.0,
            flow_change_max: 0.0,
            emitter_exponent: 2.0,
            demand_factor: 1.0,
            demand_model: super::DemandModel::Driven,
            pressure: [0.0, 0.1],
            pressure_exponent: 0.5,
        }
    }
}

impl Default for Units {
    fn default() -> Self {
        Self::new(super::FlowUnit::Gpm, super::PressureUnit::Psi, 1.0)
    }
}
