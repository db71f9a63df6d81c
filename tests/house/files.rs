//! Sizes of files and functions, and what sources of the simulation may not contain.
use super::{files, read, short, sources};

/// Most lines of a file, tests included.
const FILE_LINES_MAX: usize = 500;
/// Most lines of a function.
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn files_are_short() {
    let long: Vec<String> = sources()
        .iter()
        .map(|file| (short(file), read(file).lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// The functions of a formatted source: name and lines of code of the body, up to the brace in the column of `fn`.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let start = line.trim_start();
        let head = start.trim_start_matches("pub ").trim_start_matches("pub(super) ");
        let head = head.trim_start_matches("pub(crate) ").trim_start_matches("const ");
        let Some(rest) = head.strip_prefix("fn ") else { continue };
        let name = rest.split(['(', '<']).next().unwrap_or_default();
        let end = format!("{}}}", " ".repeat(line.len() - start.len()));
        let head_lines = lines[at..].iter().position(|l| l.ends_with('{')).unwrap_or(0);
        let rest = lines.get(at + head_lines + 1..).unwrap_or_default();
        let body = rest.get(..rest.iter().position(|l| *l == end).unwrap_or(0)).unwrap_or_default();
        let code = |l: &&&str| !l.trim().is_empty() && !l.trim_start().starts_with("//");
        let length = body.iter().filter(code).count();
        if !line.ends_with('}') && !line.ends_with(';') {
            found.push((name.to_owned(), length));
        }
    }
    found
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for file in sources() {
        for (name, lines) in functions(&read(&file)) {
            if lines > FUNCTION_LINES_MAX {
                long.push(format!("{}: fn {name} has {lines} lines", short(&file)));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn functions_are_counted_right() {
    let text = "impl A {\n    pub fn one(&self) -> u32 {\n        // 1\n\n        1\n    }\n}\nfn two() {}\nfn three() {\n}\n";
    assert_eq!(functions(text), [("one".to_owned(), 1), ("three".to_owned(), 0)]);
}

/// Sources of the simulation that may use a hash map, because they never walk through it, each with the reason.
const HASH_MAPS_ALLOWED: &[(&str, &str)] =
    &[("sim/synthesis/folder/sheet.rs", "identifiers are looked up one by one, millions of times")];

/// Code that runs while the house is built, where printing is speaking to cargo.
const BUILDS: &[&str] = &["/build.rs", "sim/fingerprint.rs"];

#[test]
fn the_simulation_neither_prints_nor_hashes() {
    let mut faults = Vec::new();
    for file in files("sim", "rs") {
        let name = short(&file);
        if name.contains("/tests")
            || name.contains("/examples/")
            || BUILDS.iter().any(|end| name.ends_with(end))
        {
            continue;
        }
        let text = read(&file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let prints =
                ["println!", "print!(", "dbg!", "todo!", "unimplemented!"].iter().any(|w| line.contains(w));
            let hashes = ["HashMap", "HashSet"].iter().any(|w| line.contains(w))
                && !HASH_MAPS_ALLOWED.iter().any(|(allowed, _)| *allowed == name);
            if prints || hashes {
                faults.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
