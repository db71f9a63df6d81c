//! `citytwin compare`: scenarios beside each other on the same seeds, to a folder with tables and a report.
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::output::{Failure, Format, note, say, say_json};
use crate::progress::Show;
use crate::report;
use citytwin_metrics::{MetricKind, find, metrics};
use citytwin_scenario::{Scenario, Vocabulary};
use citytwin_study::comparison::effect::Effect;
use citytwin_study::comparison::{CompareOptions, Comparison, Variants, compare};
use citytwin_world::problem::Problem;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Runs scenarios with the same seeds and says what each does beside the first.
///
/// All share the accidents of each seed, so few replicates tell much. Once, after 10 replicates or 5 more, the 90 %
/// interval of each effect on the metric `--by` is within the tolerance, a quarter more are made, and that is the end.
#[derive(Args)]
pub struct Compare {
    /// The scenario files; the others are compared with the first.
    #[arg(required = true, num_args = 2..)]
    scenarios: Vec<PathBuf>,
    /// Replicates of each scenario at most.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    replicates: u32,
    /// Seed of the first replicate; the others follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sets a value of every scenario, such as `city.sample=0.1`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// The metric by which scenarios are ranked and by which the comparison stops early.
    #[arg(long, value_name = "METRIC", default_value = "infections_cumulative_persons")]
    by: String,
    /// Stops when the 90 % interval of each effect reaches no farther than this share of the first scenario's mean; 0 =
    /// makes all replicates.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    tolerance: f64,
    #[command(flatten)]
    many: ManyRuns,
}

impl Compare {
    /// Compares.
    pub fn run(&self) -> Result<(), Failure> {
        let words = words();
        let by = self.metric()?;
        if !(0.0..=1.0).contains(&self.tolerance) {
            let problem = Problem::error("E010", format!("--tolerance {}: not a share", self.tolerance));
            return Err(Failure::input(
                problem.help("give a share from 0 to 1, such as 0.01"),
                self.many.format,
            ));
        }
        let scenarios = self.read(&words)?;
        let out = self.many.folder(&default_name(&scenarios))?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.many.threads.into()).build();
        let pool = pool.map_err(|error| Failure::Run(error.to_string()))?;
        let runs_max = self.replicates.saturating_mul(scenarios.len() as u32);
        let show = Mutex::new(Show::new(self.many.quiet, runs_max, "runs"));
        let mut step = |what: &str| locked(&show).step(what);
        let variants = pool
            .install(|| Variants::prepare(scenarios, &cities_folder(), words, &mut step))
            .map_err(|problems| Failure::Input(problems, self.many.format))?;
        let names: Vec<String> = variants.names().into_iter().map(|variant| variant.name).collect();
        let options = CompareOptions {
            out,
            replicates: self.replicates,
            seed: self.seed,
            by,
            tolerance: self.tolerance,
            resume: self.many.resume,
            threads: self.many.threads.into(),
            commit: env!("CITYTWIN_COMMIT").to_owned(),
        };
        let done = compare(&variants, &options, &|done| {
            let name = names.get(done.member.variant).map_or("", String::as_str);
            locked(&show).run(
                done.runs as u32,
                done.runs_max as u32,
                &format!("{name}, seed {}", done.member.seed),
            );
        });
        locked(&show).end();
        let done = done.map_err(|error| self.many.failure(error))?;
        self.tell(&done, by)
    }

    fn metric(&self) -> Result<&'static MetricKind, Failure> {
        find(&self.by)
            .ok_or_else(|| Failure::input(citytwin_study::comparison::no_metric(&self.by), self.many.format))
    }

    /// Reads all scenarios; what is wrong with each is told.
    fn read(&self, words: &Vocabulary) -> Result<Vec<Scenario>, Failure> {
        let (mut scenarios, mut wrong) = (Vec::new(), Vec::new());
        for file in &self.scenarios {
            match citytwin_scenario::read(file, &self.set, words) {
                Ok(scenario) => {
                    if !self.many.quiet && !scenario.warnings.problems.is_empty() {
                        note(&scenario.warnings.render(false));
                    }
                    scenarios.push(scenario);
                }
                Err(findings) => wrong.push(findings),
            }
        }
        let Some(last) = wrong.pop() else { return Ok(scenarios) };
        if self.many.format == Format::Text {
            wrong.iter().for_each(|findings| note(&findings.render(false)));
        }
        Err(Failure::Scenario(Box::new(last), self.many.format))
    }

    fn tell(&self, done: &Comparison, by: &MetricKind) -> Result<(), Failure> {
        let page = report::write_comparison(&done.folder)?;
        match self.many.format {
            Format::Text => say(&text(done, by, &page)),
            Format::Json => say_json(&json!({
                "report": page,
                "folder": done.folder,
                "comparison": done.record,
                "ranking": ranking(done),
                "effects": effects(done),
            })),
        }
    }
}

fn locked<T>(show: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    show.lock().unwrap_or_else(|poison| poison.into_inner())
}

fn default_name(scenarios: &[Scenario]) -> String {
    let names: Vec<String> = scenarios.iter().take(3).map(Scenario::name).collect();
    let more = if scenarios.len() > 3 { "-and-others" } else { "" };
    format!("compare-{}{more}", names.join("-"))
}

fn ranking(done: &Comparison) -> Vec<Value> {
    let rank = |rank: &citytwin_study::comparison::effect::Rank| {
        json!({
            "variant": done.record.variants[rank.variant].name,
            "mean": rank.mean,
            "regret": rank.regret,
            "regret_max": rank.regret_max,
            "best_share": rank.best_share,
        })
    };
    done.ranking.iter().map(rank).collect()
}

fn effects(done: &Comparison) -> Vec<Value> {
    let of = |(at, effects): (usize, &Vec<Effect>)| {
        let name = done.record.variants[at + 1].name.clone();
        let known = metrics().zip(effects).filter(|(_, effect)| effect.difference.is_finite());
        known
            .map(|(metric, effect)| {
                json!({
                    "variant": name,
                    "metric": metric.name,
                    "reference": effect.reference,
                    "value": effect.value,
                    "effect": effect.difference,
                    "interval_90": [effect.difference - effect.half_widths[1], effect.difference + effect.half_widths[1]],
                    "better_share": Some(effect.better_share).filter(|share| share.is_finite()),
                })
            })
            .collect::<Vec<_>>()
    };
    done.effects.iter().enumerate().flat_map(of).collect()
}

/// Metrics of a short table, as far as they have values.
pub const SHOWN: [&str; 7] = [
    "infections_cumulative_persons",
    "deaths_cumulative_persons",
    "icu_occupancy_beds",
    "trips_prevented_count",
    "checkpoint_lost_h",
    "work_hours_h",
    "output_share",
];

/// The result in short.
fn text(done: &Comparison, by: &MetricKind, page: &Path) -> String {
    let record = &done.record;
    let mut shown: Vec<&str> = SHOWN.to_vec();
    if !shown.contains(&by.name) {
        shown.insert(0, by.name);
    }
    let mut out = String::new();
    for (variant, effects) in record.variants[1..].iter().zip(&done.effects) {
        out += &format!("{} beside {}\n", variant.name, record.variants[0].name);
        for (metric, effect) in metrics().zip(effects) {
            if shown.contains(&metric.name) && effect.difference.is_finite() {
                out += &line(metric, effect);
            }
        }
        out.push('\n');
    }
    out += &format!("by {}\n", by.name);
    for (place, rank) in done.ranking.iter().enumerate() {
        let name = &record.variants[rank.variant].name;
        out += &format!(
            "{:>3} {name:28} mean {:>12}  mean regret {:>12}  best on {:>3.0} % of seeds\n",
            place + 1,
            number(rank.mean),
            number(rank.regret),
            rank.best_share.abs() * 100.0
        );
    }
    let early = if record.stopped_early { ", stopped when the intervals were narrow enough" } else { "" };
    out += &format!("\n{:32}{} of each scenario{early}\n", "replicates", record.replicates);
    if let Some(runs) = record.runs_independent {
        let saved = (runs - record.runs as f64).round().max(0.0);
        out += &format!("{:32}{} made, {saved} saved by common seeds\n", "runs", record.runs);
    }
    out += &format!("{:32}{:.1} s\n{:32}{}\n", "wall time", record.wall_s, "report", page.display());
    out
}

fn line(metric: &MetricKind, effect: &Effect) -> String {
    let sign = if effect.difference > 0.0 { "+" } else { "" };
    let better = match effect.better_share {
        share if share.is_finite() => format!("  better on {:.0} % of seeds", share * 100.0),
        _ => String::new(),
    };
    let half = effect.half_widths[1];
    let (low, high) = (number(effect.difference - half), number(effect.difference + half));
    format!(
        "  {:32}{:>12} -> {:>12}  {sign}{} [{low}, {high}]{better}\n",
        metric.name,
        number(effect.reference),
        number(effect.value),
        number(effect.difference),
    )
}

/// A number with as many digits as the eye can use.
pub fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
