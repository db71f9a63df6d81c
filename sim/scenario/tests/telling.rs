//! What is told about keys, codes and schemas.

use super::vocabulary;
use crate::codes::CODES;
use crate::explain::known_words;
use crate::{Named, TEMPLATES, Vocabulary, explain, read_text, schema, template};

#[test]
fn keys_kinds_and_codes_are_explained() {
    let words = vocabulary();
    let told = |word: &str| explain(word, &words).unwrap_or_default();
    assert!(told("disease.r0").contains("limits   from 0 to 30"), "{}", told("disease.r0"));
    assert_eq!(told("r0"), told("disease.r0"));
    assert!(told("health_code").contains("delay"));
    assert!(told("policy.health_code.delay").contains("write    delay = \"24 h\""));
    assert!(told("delay").contains("default  24 h"));
    assert!(told("asymptomatic_share").contains("disease.asymptomatic_share"));
    assert!(told("e012").contains("maul"));
    assert!(told("icu_occupancy").contains("signals"));
    assert!(told("[[policy]]").contains("until_when"));
    assert!(told("extends").contains("extends = "));
    let lost = explain("disease.r00", &words).expect_err("no such key");
    assert_eq!((lost.code, lost.help.as_deref()), ("E029", Some("did you mean `disease.r0`?")));
    for word in known_words(&words) {
        assert!(explain(&word, &words).is_ok_and(|told| !told.is_empty()), "{word}");
    }
    assert!(explain("", &words).is_err());
    assert!(CODES.iter().all(|spec| explain(spec.code, &words).is_ok()));
}

#[test]
fn the_schema_names_every_key() {
    let schema = schema(&vocabulary());
    assert_eq!(schema["properties"]["disease"]["properties"]["r0"]["anyOf"][0]["maximum"], 30.0);
    assert_eq!(schema["properties"]["city"]["properties"]["name"]["examples"][0], "testville");
    let policies = &schema["properties"]["policy"]["items"]["oneOf"];
    assert_eq!(policies[0]["properties"]["kind"]["const"], "health_code");
    assert_eq!(policies[0]["properties"]["delay"]["default"], "24 h");
    assert!(policies[0]["properties"]["until_when"].is_object());
    assert_eq!(schema["properties"]["care"]["properties"]["share"]["default"], 0.5);
    assert_eq!(schema["properties"]["output"]["properties"]["metrics"]["items"]["enum"][1], "deaths");
}

#[test]
fn templates_are_right_by_the_words_of_the_program() {
    let mut words = Vocabulary::standard();
    words.cities.push(Named::new("porto-alegre", "A city."));
    for one in TEMPLATES {
        assert!(one.caption().ends_with('?'), "{}", one.name);
        let told = match read_text("new.toml", one.text, &[], &words) {
            Ok(scenario) => scenario.warnings,
            Err(findings) => findings,
        };
        assert!(told.problems.is_empty(), "{}: {told}", one.name);
    }
    assert!(template("health-code").is_some() && template("none").is_none());
}

#[test]
fn the_words_of_the_program_are_sound() {
    let words = Vocabulary::standard();
    let kinds = words.policies.iter().chain(&words.hazards).chain(&words.layers);
    for kind in kinds {
        assert!(!kind.summary.is_empty(), "{}", kind.name);
        let faults: Vec<String> = kind.keys.iter().flat_map(citytwin_engine::KeySpec::faults).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", kind.name);
    }
    assert!(words.diseases.iter().all(|disease| !disease.summary.is_empty()));
    for word in known_words(&words) {
        assert!(explain(&word, &words).is_ok_and(|told| !told.is_empty()), "{word}");
    }
    assert!(
        schema(&words)["properties"]["policy"]["items"]["oneOf"].as_array().is_some_and(|all| all.len() > 5)
    );
}
