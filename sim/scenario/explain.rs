//! What a key, a kind, a signal or a code means, as text for `citytwin explain`.

use crate::codes::{self, CodeSpec};
use crate::spec::{HAZARD, POLICY, SECTIONS, TOP};
use crate::template::TEMPLATES;
use crate::vocabulary::Vocabulary;
use citytwin_engine::suggest::did_you_mean;
use citytwin_engine::{KeySpec, Preset};
use citytwin_world::problem::Problem;
use std::fmt::Write;

/// A table or kind with its keys, under the path by which it's explained.
struct Topic {
    path: String,
    summary: String,
    keys: Vec<KeySpec>,
}

/// Explains a key (`disease.r0`, `policy.health_code.update`, `r0`), a table, a kind, a signal, a metric, a table of
/// results or a code (`E012`).
///
/// # Errors
/// `E029` with the nearest word where nothing is called so.
pub fn explain(word: &str, vocabulary: &Vocabulary) -> Result<String, Problem> {
    let word = word.trim().trim_matches(['[', ']']);
    if let Some(code) = codes::all().find(|spec| spec.code.eq_ignore_ascii_case(word)) {
        return Ok(code_text(code));
    }
    let topics = topics(vocabulary);
    let mut out = String::new();
    for topic in topics.iter().filter(|topic| is_named(&topic.path, word)) {
        topic_text(&mut out, topic);
    }
    if out.is_empty() {
        for topic in &topics {
            for key in topic.keys.iter().filter(|key| is_named(&format!("{}.{}", topic.path, key.name), word))
            {
                key_text(&mut out, &topic.path, key);
            }
        }
    }
    if out.is_empty() {
        shared_key_text(&mut out, word, vocabulary);
    }
    for (what, list) in ["layers", "signals", "metrics", "tables", "diseases", "cities"]
        .iter()
        .filter_map(|what| vocabulary.list(what).map(|list| (what, list)))
    {
        // A layer with a table of its own is explained there.
        let told = out.clone();
        for named in list.iter().filter(|named| named.name == word && !told.contains(&named.summary)) {
            let _ = writeln!(out, "{} (one of the {what})\n  {}\n", named.name, named.summary);
        }
    }
    for template in TEMPLATES.iter().filter(|template| template.name == word) {
        let _ = writeln!(out, "{word} (one of the templates)\n  {}\n", template.caption());
    }
    if !out.is_empty() {
        return Ok(out.trim_end().to_owned());
    }
    let words = words(&topics);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let problem = Problem::error("E029", format!("nothing is called `{word}`"));
    Err(match did_you_mean(word, &words) {
        Some(help) if help.starts_with("did") => problem.help(help),
        _ => problem
            .help("give a key such as disease.r0, a policy such as health_code, or a code such as E012"),
    })
}

/// Every word that [`explain`] knows, for completion: topics, keys with their paths, codes.
pub fn known_words(vocabulary: &Vocabulary) -> Vec<String> {
    words(&topics(vocabulary))
}

fn words(topics: &[Topic]) -> Vec<String> {
    let keys = topics.iter().flat_map(|topic| {
        topic.keys.iter().flat_map(|key| [key.name.to_owned(), format!("{}.{}", topic.path, key.name)])
    });
    let last = |path: &String| path.rsplit('.').next().unwrap_or_default().to_owned();
    let mut words: Vec<String> =
        topics.iter().flat_map(|topic| [last(&topic.path), topic.path.clone()]).collect();
    words.extend(keys);
    words.extend(codes::all().map(|spec| spec.code.to_owned()));
    words.sort();
    words.dedup();
    words
}

/// Whether a word is a path or the end of it: `policy.health_code.update`, `health_code.update` or `update`.
fn is_named(path: &str, word: &str) -> bool {
    path == word
        || (!word.is_empty() && path.ends_with(word) && {
            path.get(..path.len() - word.len()).is_some_and(|before| before.ends_with('.'))
        })
}

fn topics(vocabulary: &Vocabulary) -> Vec<Topic> {
    let mut topics: Vec<Topic> = SECTIONS
        .iter()
        .map(|section| Topic {
            path: section.name.to_owned(),
            summary: section.summary.to_owned(),
            keys: vocabulary.keys_of(section),
        })
        .collect();
    topics.push(Topic {
        path: "scenario".to_owned(),
        summary: "What may stand before the first table.".to_owned(),
        keys: TOP.to_vec(),
    });
    topics.extend(vocabulary.layer_tables().map(|layer| Topic {
        path: layer.table().to_owned(),
        summary: layer.summary.to_owned(),
        keys: layer.keys.to_vec(),
    }));
    let lists = [("policy", POLICY, &vocabulary.policies), ("hazard", HAZARD, &vocabulary.hazards)];
    for (list, shared, kinds) in lists {
        topics.extend(kinds.iter().map(|kind| {
            Topic {
                path: format!("{list}.{}", kind.name),
                summary: kind.summary.to_owned(),
                keys: kind
                    .keys
                    .iter()
                    .filter(|key| !shared.iter().any(|other| other.name == key.name))
                    .copied()
                    .collect(),
            }
        }));
    }
    topics
}

fn topic_text(out: &mut String, topic: &Topic) {
    let header = match topic.path.split_once('.') {
        Some((list, kind)) => format!("[[{list}]] kind = \"{kind}\""),
        None if topic.path == "policy" || topic.path == "hazard" => format!("[[{}]]", topic.path),
        None => format!("[{}]", topic.path),
    };
    let _ = writeln!(out, "{header}\n  {}\n", topic.summary);
    let width = topic.keys.iter().map(|key| key.name.len()).max().unwrap_or(0);
    for key in &topic.keys {
        let _ = writeln!(out, "  {:width$}  {} ({})", key.name, key.summary, preset_text(key));
    }
    if topic.path.contains('.') {
        let list = topic.path.split('.').next().unwrap_or_default();
        let _ = writeln!(out, "\n  and the keys that every {list} has: see `citytwin explain {list}`");
    }
    out.push('\n');
}

fn key_text(out: &mut String, path: &str, key: &KeySpec) {
    let name = if path == "scenario" { key.name.to_owned() } else { format!("{path}.{}", key.name) };
    let _ = writeln!(out, "{name}\n  {}\n", key.summary);
    let _ = writeln!(out, "  takes    {}", key.unit.name());
    let limits = key.limits();
    if !limits.is_empty() {
        let _ = writeln!(out, "  limits   {limits}");
    }
    let _ = writeln!(out, "  default  {}", preset_text(key));
    let _ = writeln!(out, "  source   {}", key.source);
    let _ = writeln!(out, "  write    {} = {}\n", key.name, written(key));
}

/// A key that all policies or all hazards have, named as one of theirs: `policy.lockdown.from`.
fn shared_key_text(out: &mut String, word: &str, vocabulary: &Vocabulary) {
    for (list, shared, kinds) in
        [("policy", POLICY, &vocabulary.policies), ("hazard", HAZARD, &vocabulary.hazards)]
    {
        for path in kinds.iter().map(|kind| format!("{list}.{}", kind.name)) {
            let named = shared.iter().find(|key| word == format!("{path}.{}", key.name));
            if let Some(key) = named {
                key_text(out, &path, key);
            }
        }
    }
}

fn preset_text(key: &KeySpec) -> String {
    match key.default {
        Preset::Required => "must be given".to_owned(),
        Preset::Unset => "unset".to_owned(),
        _ => key.preset_value().map(|value| value.show(key.unit)).unwrap_or_default(),
    }
}

/// The key as it may be written: its default, else its first choice, else an example of its unit.
fn written(key: &KeySpec) -> String {
    match (key.default, key.choices.first()) {
        (Preset::Number(number), _) if key.unit.symbol().is_empty() || key.unit.is_whole() => {
            number.to_string()
        }
        (Preset::Number(number), _) => format!("\"{}\"", key.unit.show(number)),
        (Preset::Text(text), _) => format!("\"{text}\""),
        (Preset::Bool(flag), _) => flag.to_string(),
        (Preset::Words(words), _) => format!("{words:?}"),
        (Preset::Numbers(numbers), _) => format!("{numbers:?}"),
        (_, Some(choice)) => format!("\"{choice}\""),
        (_, None) => key.unit.example().to_owned(),
    }
}

fn code_text(spec: &CodeSpec) -> String {
    let example = spec.example.replace('\n', "\n  ");
    format!("{}: {}\n\n{}\n\n  {example}", spec.code, spec.title, spec.explanation)
}
