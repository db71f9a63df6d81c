//! Broken files are told of, with everything that is wrong and where.
use super::*;
use proptest::prelude::*;

fn refused(text: &str) -> citytwin_world::problem::Problems {
    read_inp(Path::new("a.inp"), text).expect_err("it is broken")
}

const TOWN: &str = "[JUNCTIONS]\na 10 5\nb 10 5\n[RESERVOIRS]\nr 50\n[PIPES]\n1 r a 100 300 100\n2 a b 100 300 100\n\
                    [OPTIONS]\nUnits LPS\n[END]\n";

#[test]
fn a_town_reads() {
    assert!(read_inp(Path::new("a.inp"), TOWN).is_ok());
}

#[test]
fn all_mistakes_come_at_once_with_their_places() {
    let text = "[JUNKTIONS]\nz 1\n[JUNCTIONS]\na ten 5\na 10 5\nb 10 5\n[RESERVOIRS]\nriver 50\n[PIPES]\n1 rivr a 100 300 100\n\
                2 a b -100 300 100\n3 a b 100\n[PUMPS]\np river b HEAD 7\n[VALVES]\nv river a 100 PRV 30\n[CONTROLS]\n\
                LINK 2 OPEN WHEN NODE a BELOW 4 now\nLINK 2 SHUT\n[RULES]\nIF TANK t LEVEL > 3\n[OPTIONS]\nUnits gallons\n";
    let problems = refused(text);
    let found: Vec<(&str, usize)> =
        problems.iter().filter_map(|problem| Some((problem.code, problem.line?))).collect();
    for wanted in [
        ("E075", 1),
        ("E072", 4),
        ("E074", 5),
        ("E073", 10),
        ("E072", 11),
        ("E071", 12),
        ("E073", 14),
        ("E076", 16),
        ("E077", 19),
        ("E077", 21),
        ("E075", 23),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} in {problems}");
    }
    assert!(problems.to_string().contains("did you mean `river`?"), "{problems}");
    assert!(problems.to_string().contains("did you mean `[JUNCTIONS]`?"), "{problems}");
}

#[test]
fn networks_without_a_solution_are_refused() {
    let cases = [
        ("", "E071"),
        ("[JUNCTIONS]\na 1\nb 1\n[PIPES]\n1 a b 1 1 1\n", "E076"),
        (&TOWN.replace("b 10 5\n", "b 10 5\nlone 10 5\n"), "E076"),
        (
            &TOWN.replace("[OPTIONS]", "[TIMES]\nDuration 9000000\nHydraulic Timestep 0:00:01\n[OPTIONS]"),
            "E076",
        ),
        (&TOWN.replace("[OPTIONS]", "[CURVES]\nc 5 10\nc 4 20\n[OPTIONS]"), "E078"),
        (&TOWN.replace("[OPTIONS]", "[CURVES]\nc 5 10\nc 6 20\n[PUMPS]\nu r b HEAD c\n[OPTIONS]"), "E078"),
        (&TOWN.replace("[OPTIONS]", "[PUMPS]\nu r b\n[OPTIONS]"), "E071"),
        (&TOWN.replace("[OPTIONS]", "[TANKS]\nt 1 5 6 7 8\n[OPTIONS]"), "E072"),
    ];
    for (text, code) in cases {
        let problems = refused(text);
        assert!(problems.codes().contains(&code), "{code} in {problems} of {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_cut_and_no_letter_panics(at in 0.0_f64..1.0, length in 0_usize..60, letters in "[\\PC\n\t;\"\\[\\]0-9.eE-]{0,12}") {
        let whole = text("every_element.inp");
        let begin = whole.char_indices().map(|(at, _)| at).nth((at * whole.len() as f64) as usize).unwrap_or(0);
        let end = (begin + length).min(whole.len());
        let end = (end..=whole.len()).find(|end| whole.is_char_boundary(*end)).unwrap_or(whole.len());
        for text in [whole[..begin].to_owned(), format!("{}{letters}{}", &whole[..begin], &whole[end..])] {
            if let Ok(read) = read_inp(Path::new("a.inp"), &text) {
                let mut run = Run::new(&read.network).unwrap();
                run.solve();
                run.advance();
                run.solve();
            }
        }
    }

    #[test]
    fn no_pile_of_words_panics(
        text in "(\\[JUNCTIONS\\]|\\[TANKS\\]|\\[PIPES\\]|\\[VALVES\\]|\\[PUMPS\\]|\\[RULES\\]|\\[TIMES\\]|\\[CURVES\\]|\n|\n|a|b|1|2|-1|1e300|nan|HEAD|PRV|IF|TANK| | |\"|;|:|0){0,80}"
    ) {
        if let Ok(read) = read_inp(Path::new("a.inp"), &text) {
            Run::new(&read.network).unwrap().solve();
        }
    }
}
