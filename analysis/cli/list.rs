//! `citytwin list`: what a scenario can name.
use crate::flags::{beside_sources, words};
use crate::output::{Failure, Format, say, say_json};
use citytwin_scenario::Named;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Policies.
    Policies,
    /// Hazards.
    Hazards,
    /// Layers.
    Layers,
    /// Diseases.
    Diseases,
    /// Cities.
    Cities,
    /// Metrics.
    Metrics,
    /// Numbers that conditions can ask for.
    Signals,
    /// Tables of a run folder.
    Tables,
    /// Scenarios of the gallery.
    Scenarios,
    /// Templates for new scenarios.
    Templates,
}

/// Lists what there is, with a sentence for each.
#[derive(Args)]
pub struct List {
    /// What to list.
    what: Listed,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl List {
    /// Lists.
    pub fn run(&self) -> Result<(), Failure> {
        let list = match self.what {
            Listed::Scenarios => gallery(),
            Listed::Templates => {
                let templates = citytwin_scenario::template::TEMPLATES.iter();
                templates.map(|t| Named::new(t.name, t.caption())).collect()
            }
            other => {
                let name = other.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
                words().list(&name).unwrap_or_default()
            }
        };
        if self.format == Format::Json {
            let data: Vec<Value> =
                list.iter().map(|n| json!({"name": n.name, "summary": n.summary})).collect();
            return say_json(&data);
        }
        let width = list.iter().map(|n| n.name.chars().count()).max().unwrap_or(0);
        let lines: Vec<String> =
            list.iter().map(|n| format!("{:width$}  {}", n.name, n.summary).trim_end().to_owned()).collect();
        say(&lines.join("\n"))
    }
}

/// The scenarios of the gallery with their captions, by path.
fn gallery() -> Vec<Named> {
    let mut files = Vec::new();
    collect(&beside_sources("scenarios"), &mut files);
    files.sort();
    let caption = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default().strip_prefix('#');
        first.map(|line| line.trim().to_owned()).unwrap_or_default()
    };
    files.iter().map(|path| Named::new(path.display().to_string(), caption(path))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
}
