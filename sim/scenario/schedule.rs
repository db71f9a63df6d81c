//! Policies and hazards of a scenario: which kind, when in force, under which condition.

use crate::check::{Checker, span_of};
use crate::condition;
use crate::extends::identity;
use crate::scenario::Entry;
use crate::spec::{HAZARD, POLICY};
use crate::tree::Table;
use crate::vocabulary::KindSpec;
use citytwin_engine::suggest::did_you_mean;
use citytwin_engine::trigger::{Condition, Trigger};
use citytwin_engine::{KeySpec, Params, TICKS_PER_DAY};
use citytwin_world::calendar::Date;
use citytwin_world::problem::Problem;
use std::collections::BTreeMap;

/// First day and length of the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub start: Date,
    pub days: u32,
}

/// A checked entry with all its values, those that every entry of its list has included.
pub(crate) struct Checked {
    pub entry: Entry,
    pub all: Params,
    pub enabled: bool,
}

/// Which list is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Policies,
    Hazards,
}

impl List {
    const fn name(self) -> &'static str {
        match self {
            Self::Policies => "policy",
            Self::Hazards => "hazard",
        }
    }

    const fn keys(self) -> &'static [KeySpec] {
        match self {
            Self::Policies => POLICY,
            Self::Hazards => HAZARD,
        }
    }
}

impl Checker<'_> {
    /// Checks every entry of a list; those of unknown kind are left out after their shared keys were checked.
    pub fn entries(&mut self, root: &Table, list: List, run: Span) -> Vec<Checked> {
        let vocabulary = self.vocabulary;
        let known = match list {
            List::Policies => &vocabulary.policies,
            List::Hazards => &vocabulary.hazards,
        };
        let tables = self.sections(root, list.name());
        let mut ids: BTreeMap<String, u32> = BTreeMap::new();
        let mut checked = Vec::new();
        for table in &tables {
            let kind = self.kind_of(table, list, known);
            let own = kind.map_or(&[] as &[KeySpec], |kind| kind.keys);
            // A kind may list a shared key (a hazard that reads its own `from`): it's the same key.
            let shared = |key: &&KeySpec| list.keys().iter().any(|other| other.name == key.name);
            let rest = own.iter().filter(|key| !shared(key));
            let keys: Vec<KeySpec> = list.keys().iter().chain(rest).copied().collect();
            let all = self.params(table, list.name(), &keys, kind.is_none());
            let params = all.of(own);
            let (from_tick, until_tick) = self.ticks(table, &all, run, list);
            let trigger = if list == List::Policies { self.trigger(table, &all) } else { None };
            let id = self.id_of(table, &mut ids);
            if let Some(kind) = kind {
                if all.bool("enabled") {
                    self.refused(kind, table, &params);
                    self.variant_exists(kind, table, &params);
                }
                let kind = kind.name.to_owned();
                let (source, span) = (table.source, table.span.clone());
                let entry = Entry { kind, id, from_tick, until_tick, trigger, params, source, span };
                checked.push(Checked { entry, enabled: all.bool("enabled"), all });
            }
        }
        checked
    }

    fn kind_of<'k>(&mut self, table: &Table, list: List, known: &'k [KindSpec]) -> Option<&'k KindSpec> {
        let name = table.text("kind")?;
        let found = known.iter().find(|kind| kind.name == name);
        if found.is_none() {
            let code = if list == List::Policies { "E020" } else { "E021" };
            let names: Vec<&str> = known.iter().map(|kind| kind.name).collect();
            let problem = Problem::error(code, format!("unknown {} `{name}`", list.name()));
            let problem = problem.label(format!("no such {}", list.name()));
            let problem = match did_you_mean(name, &names) {
                Some(help) => problem.help(help),
                None => problem,
            };
            let (source, span) = span_of(table, "kind");
            self.report(problem, source, span);
        }
        found
    }

    /// An id that no other entry has: a repeated kind is numbered, a repeated id is a mistake.
    fn id_of(&mut self, table: &Table, ids: &mut BTreeMap<String, u32>) -> String {
        let name = identity(table).unwrap_or_default().to_owned();
        let count = ids.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return name;
        }
        let numbered = format!("{name}-{count}");
        if table.text("id").is_some() {
            let problem = Problem::error("E027", format!("the id `{name}` is given twice"))
                .help(format!("give one of them another id, such as `{numbered}`"));
            let (source, span) = span_of(table, "id");
            self.report(problem, source, span);
        }
        ids.insert(numbered.clone(), 1);
        numbered
    }

    fn ticks(&mut self, table: &Table, shared: &Params, run: Span, list: List) -> (u32, u32) {
        let end = i64::from(run.days) * i64::from(TICKS_PER_DAY);
        let from = shared.moment("from").map_or(0, |moment| moment.tick_from(run.start));
        let until = shared.moment("until").map(|moment| moment.tick_from(run.start));
        let last = run.start.plus(i32::try_from(run.days).unwrap_or(i32::MAX).saturating_sub(1));
        if from >= end {
            let problem = Problem::error(
                "E018",
                format!("this {} starts after the end of the run", list.name()),
            )
            .label("after the end")
            .help(format!(
                "the run has {} days, {} to {last}: the last day is `day {}`; or set time.days higher",
                run.days,
                run.start,
                run.days.saturating_sub(1),
            ));
            let (source, span) = span_of(table, "from");
            self.report(problem, source, span);
        }
        if from < 0 {
            let problem = Problem::warning("W002", format!("this {} starts before the run", list.name()))
                .label("before the first day")
                .help(format!("it is in force from the first hour, {}", run.start));
            let (source, span) = span_of(table, "from");
            self.report(problem, source, span);
        }
        if let Some(until) = until
            && until <= from.max(0)
        {
            let problem = Problem::error("E019", format!("this {} ends before it starts", list.name()))
                .label("not after `from`")
                .help("`until` is not included, so it must come after `from`");
            let (source, span) = span_of(table, "until");
            self.report(problem, source, span);
        }
        let held = |tick: i64| u32::try_from(tick.max(0)).unwrap_or(u32::MAX);
        (held(from), until.map_or(u32::MAX, held))
    }

    fn trigger(&mut self, table: &Table, shared: &Params) -> Option<Trigger> {
        let when = self.condition(table, shared, "when");
        let until_when = self.condition(table, shared, "until_when");
        if table.get("until_when").is_some() && table.get("when").is_none() {
            let problem = Problem::error("E017", "`until_when` needs a `when`")
                .help("say with `when` what switches it on, or use `until` for a fixed time");
            let (source, span) = span_of(table, "until_when");
            self.report(problem, source, span);
        }
        when.map(|when| Trigger { when, until_when, on: false })
    }

    fn condition(&mut self, table: &Table, shared: &Params, key: &str) -> Option<Condition> {
        if !shared.is_set(key) {
            return None;
        }
        match condition::parse(&shared.text(key), &self.vocabulary.signals) {
            Ok(condition) => Some(condition),
            Err(problems) => {
                let (source, span) = span_of(table, key);
                for mut problem in problems {
                    let part = problem.span.take().unwrap_or(0..0);
                    let place = self.sources.within(source, &span, &shared.text(key), &part);
                    self.report(problem, source, place);
                }
                None
            }
        }
    }
}
