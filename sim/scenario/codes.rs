//! What every code means, for `citytwin explain E012`. Codes keep their meaning; a new mistake gets a new code.

use crate::codes_city::CITY_CODES;
use crate::codes_flows::FLOW_CODES;
use crate::codes_governance::GOVERNANCE_CODES;
use crate::codes_infrastructure::INFRASTRUCTURE_CODES;
use crate::codes_routes::ROUTES_CODES;
use crate::codes_study::STUDY_CODES;
use crate::codes_supply::SUPPLY_CODES;

/// A code with its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSpec {
    /// The code, such as `E012`: `E` for errors, `W` for warnings.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it is wrong and what to do.
    pub explanation: &'static str,
    /// What is wrong and what is right, as it may stand in a file.
    pub example: &'static str,
}

pub(crate) const fn code(
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
    example: &'static str,
) -> CodeSpec {
    CodeSpec { code, title, explanation, example }
}

/// The codes of scenario files.
pub const CODES: &[CodeSpec] = &[
    code(
        "E001",
        "a file cannot be read",
        "A file or folder that is named doesn't exist or may not be opened. Paths in a scenario are relative to the \
         folder of the file that names them; paths in a flag to the present folder.",
        "wrong: extends = \"basline.toml\"\nright: extends = \"baseline.toml\"",
    ),
    code(
        "E002",
        "not a text file",
        "A scenario is a plain UTF-8 text of at most 4 MiB, not a folder, device, archive or spreadsheet.",
        "wrong: citytwin run scenarios/\nright: citytwin run scenarios/epidemic/health-code.toml",
    ),
    code(
        "E003",
        "not TOML",
        "The text breaks a rule of TOML. The rest of the file is checked all the same. Words stand in quotes, tables in \
         square brackets, a list's items between commas.",
        "wrong: name = porto-alegre\nright: name = \"porto-alegre\"",
    ),
    code(
        "E004",
        "given twice",
        "A table or a key may be given once. Two [time] tables would leave open which one counts. Only [[policy]] and \
         [[hazard]], in double brackets, may be repeated.",
        "wrong: [time]\n       days = 60\n       [time]\n       days = 90\nright: [time]\n       days = 90",
    ),
    code(
        "E005",
        "scenarios extend one another in a circle",
        "A scenario may extend another that extends a third, at most 16 in all, and none may come back to itself.",
        "wrong: extends = \"a.toml\" in a.toml itself",
    ),
    code(
        "E006",
        "unknown table",
        "Tables are [city], [time], [disease], [movement], [output], one for each layer that has keys, and the lists \
         [[policy]] and [[hazard]].",
        "wrong: [[polices]]\nright: [[policy]]",
    ),
    code(
        "E007",
        "unknown key",
        "The table has no such key, so it would have no effect. `citytwin explain TABLE` lists the keys of a table.",
        "wrong: sampel = 0.1\nright: sample = 0.1",
    ),
    code(
        "E008",
        "wrong type",
        "The value isn't of the sort that the key takes: words for a number, a list for a single value, a table for a \
         value, one table for a list of tables.",
        "wrong: days = \"many\"\nright: days = 120",
    ),
    code(
        "E009",
        "wrong unit",
        "The unit is unknown, measures something else, or is missing. Durations, lengths, speeds and rates need one \
         unless the key's name says it, as `days` does.",
        "wrong: delay = 48\nwrong: delay = \"48 km\"\nright: delay = \"48 h\"",
    ),
    code(
        "E010",
        "out of range",
        "The value is outside what the model is made for. `citytwin explain KEY` shows the range and its unit.",
        "wrong: r0 = 250\nright: r0 = 2.5",
    ),
    code(
        "E011",
        "not one of the choices",
        "The key takes one of a few words.",
        "wrong: tables = [\"infection\"]\nright: tables = [\"infections\"]",
    ),
    code(
        "E012",
        "unknown kind of place",
        "Places have kinds such as mall, hospital, metro_station, school and office.",
        "wrong: places = [\"maul\"]\nright: places = [\"mall\"]",
    ),
    code(
        "E013",
        "not a whole number",
        "Days, persons, beds and other counts are whole.",
        "wrong: days = 1.5\nright: days = 2",
    ),
    code(
        "E014",
        "not a date or time",
        "A date is written 2020-01-20. A time of the run may also be `day 20`, counted from the first day as 0, with \
         or without an hour.",
        "wrong: from = \"20 Jan\"\nright: from = \"day 20\"\nright: from = \"2020-02-09 08:00\"",
    ),
    code(
        "E015",
        "not a condition",
        "A condition is a comparison (a signal, one of > >= < <=, and a number with its unit) or several, joined by \
         `and`, `or`, `not` and round brackets. `not` binds closest, then `and`, then `or`. A part whose signal was \
         never told counts as unknown: the policy waits until the rest decides.",
        "wrong: when = \"icu_occupancy = 80 %\"\nright: when = \"icu_occupancy > 80 %\"\n\
         right: when = \"icu_occupancy > 80 % and (hospital_occupancy > 90 % or not test_positivity < 5 %)\"",
    ),
    code(
        "E016",
        "unknown signal",
        "A condition asks for a number that the board holds: what the government is told, not what is true. \
         `citytwin list signals` shows them.",
        "wrong: when = \"icu > 80 %\"\nright: when = \"icu_occupancy > 80 %\"",
    ),
    code(
        "E017",
        "something is missing",
        "A key without a default must be given.",
        "wrong: [city]\nright: [city]\n       name = \"porto-alegre\"",
    ),
    code(
        "E018",
        "starts after the end of the run",
        "It would never act. The run has `time.days` days; the first is `day 0`.",
        "wrong: from = \"day 90\" with days = 60\nright: from = \"day 30\"",
    ),
    code(
        "E019",
        "ends before it starts",
        "`until` is the first moment at which it's no longer in force, so it comes after `from`.",
        "wrong: from = \"day 20\"\n       until = \"day 10\"",
    ),
    code(
        "E020",
        "unknown policy",
        "`citytwin list policies` shows what a government can do here.",
        "wrong: kind = \"lockdwon\"\nright: kind = \"lockdown\"",
    ),
    code(
        "E021",
        "unknown hazard",
        "`citytwin list hazards` shows what can strike the city.",
        "wrong: kind = \"epidemics\"\nright: kind = \"epidemic\"",
    ),
    code(
        "E022",
        "unknown city",
        "A city is a built-in name (`citytwin list cities`) or the path of a city folder.",
        "wrong: name = \"porto-allegre\"\nright: name = \"porto-alegre\"",
    ),
    code(
        "E023",
        "unknown disease",
        "A disease is one of the names that `citytwin list diseases` shows.",
        "wrong: name = \"covid\"\nright: name = \"sars-cov-2-wild\"",
    ),
    code(
        "E024",
        "unknown metric",
        "`citytwin list metrics` shows what can be measured.",
        "wrong: metrics = [\"death\"]\nright: metrics = [\"deaths\"]",
    ),
    code(
        "E025",
        "not in this version",
        "The word is right, but this version of the program can't do it yet. Nothing else is done in its place.",
        "wrong: depth = \"assignment\"\nright: depth = \"queue\"",
    ),
    code(
        "E026",
        "a flag leads nowhere",
        "`--set` takes the dotted path of a key: a table and a key, or policy and hazard with an id, kind or number \
         between.",
        "wrong: --set days=60\nright: --set time.days=60\nright: --set policy.lockdown.from=\"day 30\"",
    ),
    code(
        "E027",
        "an id is given twice",
        "An id names one policy or one hazard in tables and flags.",
        "wrong: id = \"doors\" in two [[policy]]\nright: id = \"doors-1\" and id = \"doors-2\"",
    ),
    code(
        "E028",
        "nothing to replace",
        "`replace = true` takes the place of the policy or hazard with the same id, or kind, in the scenario that this \
         one extends; there is none.",
        "wrong: replace = true in a scenario that extends nothing",
    ),
    code(
        "E029",
        "nothing is called so",
        "The word is no key, table, policy, hazard, layer, signal, metric or code.",
        "wrong: citytwin explain r00\nright: citytwin explain disease.r0",
    ),
    code(
        "W001",
        "no caption",
        "The first line of a scenario should be a comment that says what it asks; lists and reports show it.",
        "right: # What if masks were worn a week earlier?",
    ),
    code(
        "W002",
        "starts before the run",
        "It's in force from the first hour of the run. If a date was meant to fall into the run, look at time.start.",
        "odd: from = 2020-01-01 with start = 2020-01-20",
    ),
    code(
        "W003",
        "a key without effect",
        "`population` is the size of a city that is generated; any other city has its own residents.",
        "odd: population = 50000 with name = \"porto-alegre\"\nright: sample = 0.1",
    ),
    code(
        "W004",
        "too large for this machine",
        "The run would need more memory than this machine has left, so it would be refused here. The forecast follows \
         from residents, zones and days.",
        "right: [city]\n       sample = 0.1",
    ),
];

/// The lists of codes, each in order.
const LISTS: &[&[CodeSpec]] = &[
    CODES,
    CITY_CODES,
    FLOW_CODES,
    GOVERNANCE_CODES,
    INFRASTRUCTURE_CODES,
    ROUTES_CODES,
    STUDY_CODES,
    SUPPLY_CODES,
];

/// All codes that problems bear, list by list.
pub fn all() -> impl Iterator<Item = &'static CodeSpec> {
    LISTS.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The codes that the program's text gives to problems, each with its file.
    fn used(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "tests" | "data" | "target") {
                used(&path, found);
            } else if name.ends_with(".rs") && name != "tests.rs" && !name.starts_with("codes") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let program = text.split("#[cfg(test)]").next().unwrap_or_default();
                for part in program.split('"') {
                    let digits = part.strip_prefix(['E', 'W']).unwrap_or_default();
                    if digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        found.push((part.to_owned(), path.display().to_string()));
                    }
                }
            }
        }
    }

    #[test]
    fn every_code_that_is_used_is_explained_once_and_in_order() {
        for list in LISTS {
            assert!(list.windows(2).all(|pair| pair[0].code < pair[1].code));
        }
        let mut found = Vec::new();
        let sim = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        used(&sim, &mut found);
        used(&sim.join("../analysis"), &mut found);
        assert!(found.len() > 30);
        let all = || all().map(|spec| spec.code);
        let unknown: Vec<_> = found.iter().filter(|(code, _)| all().all(|known| known != code)).collect();
        assert!(unknown.is_empty(), "explain these in one of the lists: {unknown:?}");
        let mut codes: Vec<&str> = all().collect();
        codes.sort_unstable();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
