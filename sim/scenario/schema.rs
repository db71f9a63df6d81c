//! The JSON Schema of scenario files, for editors that complete and check while one types.

use crate::condition;
use crate::spec::{HAZARD, POLICY, SECTIONS, TOP};
use crate::vocabulary::{KindSpec, Named, Vocabulary};
use citytwin_engine::key::item_of;
use citytwin_engine::{KeySpec, Preset, Unit};
use citytwin_world::kinds::PlaceKind;
use serde_json::{Map, Value, json};

/// The schema (draft 2020-12) of a scenario with these words.
pub fn schema(vocabulary: &Vocabulary) -> Value {
    let mut properties = Map::new();
    for key in TOP {
        properties.insert(key.name.to_owned(), of_key(key));
    }
    for section in SECTIONS.iter().filter(|section| section.name != "policy" && section.name != "hazard") {
        let mut table = of_table(&vocabulary.keys_of(section), section.summary, true);
        match section.name {
            "city" => suggest(&mut table, "name", &vocabulary.cities),
            "disease" => suggest(&mut table, "name", &vocabulary.diseases),
            _ => {}
        }
        properties.insert(section.name.to_owned(), table);
    }
    for layer in vocabulary.layer_tables() {
        properties.insert(layer.table().to_owned(), of_table(layer.keys, layer.summary, true));
    }
    properties.insert("policy".to_owned(), of_list(POLICY, &vocabulary.policies));
    properties.insert("hazard".to_owned(), of_list(HAZARD, &vocabulary.hazards));
    if !vocabulary.metrics.is_empty()
        && let Some(items) =
            properties.get_mut("output").and_then(|table| table.pointer_mut("/properties/metrics/items"))
    {
        let names: Vec<&str> = vocabulary.metrics.iter().map(|metric| metric.name.as_str()).collect();
        *items = json!({ "enum": names });
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "citytwin scenario",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn of_table(keys: &[KeySpec], summary: &str, closed: bool) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), of_key(key))).collect();
    let mut table = json!({ "type": "object", "description": summary, "properties": properties });
    if closed {
        table["additionalProperties"] = json!(false);
    }
    table
}

/// A list of tables in which the kind decides which further keys there are.
fn of_list(shared: &[KeySpec], kinds: &[KindSpec]) -> Value {
    let variants: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let rest = kind.keys.iter().filter(|key| !shared.iter().any(|other| other.name == key.name));
            let keys: Vec<KeySpec> = shared.iter().chain(rest).copied().collect();
            let mut table = of_table(&keys, kind.summary, true);
            table["properties"]["kind"] = json!({ "const": kind.name, "description": kind.summary });
            table["required"] = json!(["kind"]);
            table
        })
        .collect();
    if variants.is_empty() {
        return json!({ "type": "array", "items": of_table(shared, "", false) });
    }
    json!({ "type": "array", "items": { "oneOf": variants } })
}

fn of_key(key: &KeySpec) -> Value {
    let mut value = of_unit(key, key.unit);
    let limits = key.limits();
    let notes: Vec<&str> =
        [key.summary, key.unit.name(), &limits].into_iter().filter(|note| !note.is_empty()).collect();
    value["description"] = json!(notes.join("; "));
    match (key.default, key.unit) {
        (Preset::Required | Preset::Unset, _) => {}
        (Preset::Number(number), unit) if unit.is_named_in(key.name) => value["default"] = json!(number),
        (Preset::Bool(flag), _) => value["default"] = json!(flag),
        (Preset::Text(text), _) => value["default"] = json!(text),
        (Preset::Number(number), unit) => value["default"] = json!(unit.show(number)),
        (Preset::Words(words), _) => value["default"] = json!(words),
        (Preset::Numbers(numbers), unit) => {
            let shown: Vec<String> = numbers.iter().map(|number| item_of(unit).show(*number)).collect();
            value["default"] = json!(shown);
        }
    }
    value
}

fn of_unit(key: &KeySpec, unit: Unit) -> Value {
    match unit {
        Unit::List(item) => json!({ "type": "array", "items": of_unit(key, *item) }),
        Unit::Bool => json!({ "type": "boolean" }),
        Unit::PlaceKind => json!({ "enum": PlaceKind::NAMES }),
        Unit::Text if !key.choices.is_empty() => json!({ "enum": key.choices }),
        // A TOML date has no type of its own in JSON, so editors hand it over in different shapes.
        Unit::Date | Unit::Moment => json!({}),
        Unit::Text | Unit::Path => json!({ "type": "string" }),
        Unit::Condition => json!({ "type": "string", "examples": condition::EXAMPLES }),
        number => of_number(key, number),
    }
}

fn of_number(key: &KeySpec, unit: Unit) -> Value {
    let plain = match key.range {
        Some((least, greatest)) => json!({ "type": "number", "minimum": least, "maximum": greatest }),
        None => json!({ "type": "number" }),
    };
    let written = json!({ "type": "string", "pattern": "^\\s*[+-]?[0-9._eE+-]+\\s*\\S*" });
    if unit.is_named_in(key.name) { json!({ "anyOf": [plain, written] }) } else { written }
}

/// Known names as examples: a path may stand there as well.
fn suggest(table: &mut Value, key: &str, names: &[Named]) {
    let names: Vec<&str> = names.iter().map(|named| named.name.as_str()).collect();
    if !names.is_empty()
        && let Some(Value::Object(property)) = table.pointer_mut(&format!("/properties/{key}"))
    {
        property.insert("examples".to_owned(), json!(names));
    }
}
