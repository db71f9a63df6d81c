//! The arrows: which room may import which.
use super::{files, read, root, short};
use std::collections::BTreeSet;

/// Each room, its folder, and the rooms it may import directly; what those may import, it may too.
const ARROWS: &[(&str, &str, &[&str])] = &[
    ("world", "sim/world", &[]),
    ("routing", "sim/routing", &["world"]),
    ("flows", "sim/flows", &["world"]),
    ("engine", "sim/engine", &["world"]),
    ("synthesis", "sim/synthesis", &["world", "routing"]),
    ("layers", "sim/layers", &["engine", "routing", "flows"]),
    ("policies", "sim/policies", &["engine"]),
    ("scenario", "sim/scenario", &["layers", "policies", "synthesis"]),
    ("metrics", "analysis/metrics", &["engine"]),
    ("recording", "analysis/recording", &["world"]),
    ("movement", "analysis/movement", &["recording", "routing"]),
    ("study", "analysis/study", &["metrics", "scenario", "recording", "movement"]),
    ("report", "analysis/report", &["study", "metrics"]),
    ("viewer", "analysis/viewer", &["recording", "movement", "report", "synthesis"]),
    ("cli", "analysis/cli", &["study", "report", "scenario", "synthesis", "flows", "recording"]),
];

/// All rooms that a room may import.
fn allowed(room: &str) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![room];
    while let Some(from) = open.pop() {
        let direct = ARROWS.iter().find(|(name, ..)| *name == from).map_or(&[] as &[&str], |(_, _, to)| to);
        for to in direct {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}

/// The rooms that a text names as `citytwin_room` or `citytwin-room`.
fn named(text: &str, joint: char) -> BTreeSet<&str> {
    let start = format!("citytwin{joint}");
    let rooms = text.match_indices(&start).map(|(at, _)| {
        let rest = &text[at + start.len()..];
        &rest[..rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())]
    });
    rooms.filter(|room| ARROWS.iter().any(|(name, ..)| name == room)).collect()
}

#[test]
fn rooms_import_only_along_the_arrows() {
    let mut faults = Vec::new();
    for (room, folder, _) in ARROWS {
        let allowed = allowed(room);
        let mut check = |what: String, text: &str, joint: char| {
            for other in named(text, joint) {
                if other != *room && !allowed.contains(other) {
                    faults.push(format!("{what} imports {other}"));
                }
            }
        };
        if *room != "cli" {
            let manifest = read(&root().join(folder).join("Cargo.toml"));
            let dependencies = manifest.split_once("[dependencies]").map_or("", |(_, rest)| rest);
            let dependencies = dependencies.split("[dev-dependencies]").next().unwrap_or_default();
            check(format!("{folder}/Cargo.toml"), dependencies, '-');
        }
        for file in files(folder, "rs") {
            let text = read(&file);
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            // Tests of a room may look at any other.
            let code = code.join("\n");
            let code = code.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            if !is_test(&file) {
                check(short(&file), &code, '_');
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn is_test(file: &std::path::Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs" || part == "examples")
}

#[test]
fn folders_of_layers_and_policies_do_not_import_each_other() {
    let mut faults = Vec::new();
    for room in ["sim/layers", "sim/policies"] {
        let folders: Vec<String> = std::fs::read_dir(root().join(room))
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        for folder in &folders {
            for file in files(&format!("{room}/{folder}"), "rs").iter().filter(|file| !is_test(file)) {
                let text = read(file);
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for other in folders.iter().filter(|other| *other != folder) {
                    let imports = [format!("crate::{other}::"), format!("crate::{{{other}")];
                    if imports.iter().any(|import| code.contains(import)) {
                        faults.push(format!("{} imports {other}", short(file)));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
