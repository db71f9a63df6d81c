//! One entry of the responsibility list as it is written: `FROM > TO: KINDS; latency 6 h; from day 30; for code; keep 14 d`.
use super::{department, no_pair};
use citytwin_engine::key::{Raw, Value};
use citytwin_engine::suggest::did_you_mean;
use citytwin_engine::{KeySpec, Moment, Now, Purpose, RecordKind, RecordKinds, Share, Terms, Unit};
use citytwin_world::Date;
use citytwin_world::problem::{Problem, Problems};

/// An entry, and from when it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    pub share: Share,
    pub from: Option<Moment>,
}

const LATENCY: KeySpec = KeySpec::new("latency", Unit::Hours).range(0.0, 2160.0);
const KEEP: KeySpec = KeySpec::new("keep", Unit::Days).range(0.0, 3650.0);

impl Entry {
    /// Whether it holds in an hour.
    pub fn is_in_force(&self, now: Now) -> bool {
        let start = Date(now.date.0.saturating_sub(now.day() as i32));
        self.from.is_none_or(|from| from.tick_from(start) <= i64::from(now.tick))
    }

    /// Reads an entry; what it leaves open is as in `usual`.
    ///
    /// # Errors
    /// `E032` for departments, `E100` for clauses, `E101` for kinds of record and `E102` for purposes that are none.
    pub fn read(text: &str, usual: Share) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        let mut clauses = text.split(';').map(str::trim);
        let head = clauses.next().unwrap_or_default();
        let (pair, kinds) = head.split_once(':').map_or((head, None), |(pair, kinds)| (pair, Some(kinds)));
        let (mut share, mut from, mut keep_h, mut purposes) = (usual, None, None, None);
        match pair.split_once('>') {
            None => problems.push(no_pair(text)),
            Some((giver, receiver)) => {
                let giver = problems.keep(department(giver.trim(), text));
                let receiver = problems.keep(department(receiver.trim(), text));
                (share.from, share.to) = (giver.unwrap_or(usual.from), receiver.unwrap_or(usual.to));
            }
        }
        if let Some(kinds) = kinds {
            let found: Vec<RecordKind> =
                kinds.split_whitespace().filter_map(|name| problems.keep(kind(name, text))).collect();
            share.kinds = RecordKinds::of(&found);
        }
        for clause in clauses.filter(|clause| !clause.is_empty()) {
            let (word, rest) = clause.split_once(char::is_whitespace).unwrap_or((clause, ""));
            let rest = rest.trim();
            match word {
                "latency" => {
                    share.latency_h =
                        problems.keep(quantity(&LATENCY, rest, text)).unwrap_or(0.0).round() as u32;
                }
                "keep" => {
                    keep_h =
                        problems.keep(quantity(&KEEP, rest, text)).map(|days| (days * 24.0).round() as u32);
                }
                "from" => match Moment::parse(rest) {
                    Some(moment) => from = Some(moment),
                    None => problems.push(no_clause(clause, text)),
                },
                "for" => {
                    let named = rest.split_whitespace();
                    purposes =
                        Some(named.filter_map(|name| problems.keep(purpose(name, text))).collect::<Vec<_>>());
                }
                _ => problems.push(no_clause(clause, text)),
            }
        }
        if keep_h.is_some() || purposes.is_some() {
            let kept = keep_h.unwrap_or(usual.terms.retention_h);
            let usual_purposes: Vec<Purpose> =
                Purpose::ALL.iter().copied().filter(|purpose| usual.terms.allow(*purpose)).collect();
            share.terms = Terms::new(&purposes.unwrap_or(usual_purposes), kept);
        }
        if problems.has_errors() { Err(problems) } else { Ok(Self { share, from }) }
    }
}

fn no_clause(clause: &str, text: &str) -> Problem {
    Problem::error("E100", format!("`{clause}` says nothing about how records are shared"))
        .label("no such clause")
        .help("clauses are `latency 6 h`, `from day 30`, `for code tracing` and `keep 14 d`")
        .word(text)
}

fn quantity(key: &KeySpec, words: &str, text: &str) -> Result<f64, Problem> {
    match key.check(&Raw::text(words)) {
        Ok(Value::Number(number)) => Ok(number),
        _ => Err(no_clause(&format!("{} {words}", key.name), text)),
    }
}

fn kind(name: &str, text: &str) -> Result<RecordKind, Problem> {
    RecordKind::parse(name).ok_or_else(|| {
        suggested(
            Problem::error("E101", format!("unknown kind of record `{name}`")),
            name,
            RecordKind::NAMES,
            text,
        )
    })
}

fn purpose(name: &str, text: &str) -> Result<Purpose, Problem> {
    Purpose::parse(name).ok_or_else(|| {
        suggested(Problem::error("E102", format!("unknown purpose `{name}`")), name, Purpose::NAMES, text)
    })
}

fn suggested(problem: Problem, name: &str, names: &[&str], text: &str) -> Problem {
    let problem = problem.label("no such name").word(text);
    match did_you_mean(name, names) {
        Some(suggestion) => problem.help(suggestion),
        None => problem.help(format!("one of {}", names.join(", "))),
    }
}
