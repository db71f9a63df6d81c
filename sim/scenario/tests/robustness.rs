//! No input panics: random, truncated, mutated, deep, foreign and missing files.

use super::{data, vocabulary};
use crate::{read, read_text};
use proptest::prelude::*;

const TEXTS: &[&str] = &[include_str!("data/eight-mistakes.toml"), include_str!("data/baseline.toml")];

/// Reads, renders and serialises; the result doesn't matter, that there is one does.
fn survive(text: &str, flags: &[(String, String)]) {
    let findings = match read_text("tests/data/x.toml", text, flags, &vocabulary()) {
        Ok(scenario) => scenario.warnings,
        Err(findings) => findings,
    };
    assert!(!findings.render(false).is_empty());
    assert!(findings.to_json().is_object());
    for problem in &findings.problems {
        assert!(!problem.to_string().is_empty());
    }
}

#[test]
fn files_that_are_no_scenarios_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.toml");
    let code = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        let found = read(&path, &[], &vocabulary()).err();
        found.and_then(|found| found.problems.iter().next().map(|problem| problem.code))
    };
    assert_eq!(code(b"\xff\xfe\x00"), Some("E002"));
    assert_eq!(code(&vec![b'#'; 5 << 20]), Some("E002"));
    assert_eq!(code(b""), Some("E017"));
    assert_eq!(code("\u{feff}# A.\r\n[city]\r\nname = \"testville\"\r\n".as_bytes()), None);
    assert_eq!(code("\u{feff}# A.\r\n[city]\r\nname = \"testvile\"\r\n".as_bytes()), Some("E022"));
    let code = |path: &std::path::Path| read(path, &[], &vocabulary()).err().map(|found| found.to_string());
    assert!(code(folder.path()).is_some_and(|told| told.contains("E002")));
    assert!(code(&data("none.toml")).is_some_and(|told| told.contains("E001")));
    assert!(code(std::path::Path::new("/dev/zero")).is_none_or(|told| told.contains("E002")));
}

#[test]
fn deep_and_wide_texts_are_survived() {
    for text in [
        "x = ".to_owned() + &"[".repeat(100_000),
        "x = ".to_owned() + &"{a = ".repeat(50_000),
        "[".to_owned() + &"a.".repeat(20_000) + "b]\nc = 1",
        "a.".repeat(20_000) + "b = 1",
        "[[policy]]\n".repeat(3_000),
        "[time]\n".repeat(3_000),
        "\u{0}".repeat(100),
        "\"\"\"".to_owned(),
        "[city]\nname = \"\u{1b}[31mred\"".to_owned(),
        "[city]\nname = \"日本\tの\"\nsampel = \"Ωµ\"".to_owned(),
        "[city]\r\nname = 1\rx".to_owned(),
    ] {
        survive(&text, &[]);
    }
}

#[test]
fn every_prefix_is_survived() {
    for text in TEXTS {
        for end in 0..text.len() {
            survive(text.get(..end).unwrap_or_default(), &[]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts_are_survived(text in "\\PC{0,200}", flag in "\\PC{0,40}", value in "\\PC{0,40}") {
        survive(&text, &[(flag, value)]);
    }

    #[test]
    fn random_tokens_are_survived(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "[", "]", "[[", "]]", "policy", "time", "city", "days", "kind", ".", "=", "\n", "\r\n", "\"", "'", "\"\"\"",
            "1", "-", "1e999", "2020-01-20", "true", ",", "{", "}", "#", " ", "extends", "health_code", "é", "\\",
        ]), 0..60),
    ) {
        survive(&tokens.concat(), &[]);
    }

    #[test]
    fn mutated_scenarios_are_survived(
        which in 0..TEXTS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,3}"), 1..6),
    ) {
        let mut letters: Vec<char> = TEXTS[which].chars().collect();
        for (from, length, new) in edits {
            let from = from.index(letters.len().max(1)).min(letters.len());
            let to = (from + length.index(12)).min(letters.len());
            letters.splice(from..to, new.chars());
        }
        survive(&letters.into_iter().collect::<String>(), &[]);
    }

    #[test]
    fn random_flags_are_survived(
        key in prop::sample::select(vec!["time.days", "policy.0.from", "policy.lockdown.share", "city.name", "hazard.9.x"]),
        value in "\\PC{0,30}",
    ) {
        survive(TEXTS[1], &[(key.to_owned(), value)]);
    }
}
