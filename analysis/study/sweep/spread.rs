//! A sweep spread over machines: which task makes which runs, the scripts that a scheduler starts, and what is missing.
//!
//! All machines see one file system. A task makes its runs in the folder under construction, each in a folder of its own that
//! appears whole; whatever a lost machine left undone is done by whoever starts the task again. Tables are written when
//! all is gathered, so they are the same as those of a sweep on one machine.
use super::{Sweep, SweepOptions, threads};
use crate::ensemble::{Ensemble, Member, VariantName};
use crate::error::StudyError;
use crate::folder::partial_of;
use crate::memory;
use citytwin_world::problem::Problem;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What stands in the folder under construction of a sweep that a scheduler runs.
pub const FILE: &str = "spread.json";

/// Most tasks of an array: what a Slurm controller takes that nobody has configured otherwise (`MaxArraySize` 1001).
const TASKS_MAX: usize = 1000;

/// A scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// A job array of Slurm.
    Slurm,
    /// A task array of HyperQueue.
    HyperQueue,
}

impl Engine {
    /// The program that submits, with its arguments before the script.
    pub fn submit(self, spread: &Spread) -> (&'static str, Vec<String>) {
        match self {
            Self::Slurm => ("sbatch", vec!["--parsable".into()]),
            Self::HyperQueue => {
                let cpus = format!("--cpus={}", spread.threads);
                let array = format!("--array=0-{}", spread.tasks().saturating_sub(1));
                ("hq", vec!["submit".into(), format!("--name={}", spread.study), array, cpus])
            }
        }
    }
}

/// How a sweep is spread: all that a task and whoever gathers must know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The scheduler.
    pub engine: Engine,
    /// Name of the study.
    pub study: String,
    /// The study file.
    pub file: PathBuf,
    /// Values laid over its scenario, and lists tried.
    pub set: Vec<(String, String)>,
    /// The folder to be.
    pub out: PathBuf,
    /// The program.
    pub program: PathBuf,
    /// The folder that it is started in.
    pub here: PathBuf,
    /// Runs in all.
    pub runs: usize,
    /// Runs of a task.
    pub runs_per_task: usize,
    /// Threads of a task.
    pub threads: usize,
    /// Memory of a task, bytes.
    pub memory_bytes: u64,
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

impl Spread {
    /// Tasks in all.
    pub fn tasks(&self) -> usize {
        self.runs.div_ceil(self.runs_per_task.max(1))
    }

    /// The runs of a task.
    pub fn of_task(&self, task: usize) -> Range<usize> {
        let from = (task * self.runs_per_task).min(self.runs);
        from..(from + self.runs_per_task).min(self.runs)
    }

    /// The script that the scheduler starts for each task.
    pub fn script(&self) -> String {
        let word = |path: &Path| quoted(&path.to_string_lossy());
        let set: String = self
            .set
            .iter()
            .map(|(key, value)| format!(" --set {}", quoted(&format!("{key}={value}"))))
            .collect();
        let (head, task) = match self.engine {
            Engine::Slurm => {
                let last = self.tasks().saturating_sub(1);
                let megabytes = self.memory_bytes.div_ceil(1_000_000);
                let log = self.log_folder().join("task-%a.log");
                let lines = [
                    format!("#SBATCH --job-name={}", quoted(&self.study)),
                    format!("#SBATCH --array=0-{last}"),
                    format!("#SBATCH --cpus-per-task={}", self.threads),
                    format!("#SBATCH --mem={megabytes}M"),
                    "#SBATCH --requeue".to_owned(),
                    format!("#SBATCH --output={}", word(&log)),
                ];
                (lines.join("\n") + "\n", "$SLURM_ARRAY_TASK_ID")
            }
            Engine::HyperQueue => (String::new(), "$HQ_TASK_ID"),
        };
        format!(
            "#!/bin/sh\n{head}cd {} || exit 1\nexec {} sweep {} --out {}{set} --threads {} --quiet --task \"{task}\"\n",
            word(&self.here),
            word(&self.program),
            word(&self.file),
            word(&self.out),
            self.threads
        )
    }

    /// Where tasks leave what they say.
    fn log_folder(&self) -> PathBuf {
        self.here.join(partial_of(&self.out))
    }

    /// The script's path.
    pub fn script_path(&self) -> PathBuf {
        self.log_folder().join("task.sh")
    }

    /// Reads how the sweep of a folder to be was spread.
    ///
    /// # Errors
    /// When it wasn't, or what was written is broken.
    pub fn read(out: &Path) -> Result<Self, StudyError> {
        let path = partial_of(out).join(FILE);
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StudyError::Input(nothing_sent(out).into()),
            _ => StudyError::File { path: path.clone(), source: error },
        })?;
        serde_json::from_slice(&bytes)
            .map_err(|error| StudyError::Broken { path: path.clone(), message: error.to_string() })
    }
}

/// Why there is nothing to gather: the name isn't that of a sweep, or its tables are made already.
fn nothing_sent(out: &Path) -> Problem {
    let out = out.display();
    if Path::new(&format!("{out}/study.json")).is_file() {
        let problem = Problem::error("E117", format!("`{out}` is gathered already"));
        return problem
            .help(format!("its tables lie there: {out}/runs.csv, with what they mean in tables.json"));
    }
    Problem::error("E117", format!("no sweep was sent to a scheduler for the folder `{out}`")).help(format!(
        "give the folder that the sweep was sent with: citytwin sweep STUDY.toml --engine slurm --out {out}, then \
         citytwin gather {out}"
    ))
}

impl Sweep {
    /// How the sweep is spread on a scheduler, with as many threads a task.
    pub fn spread(
        &self,
        engine: Engine,
        (file, set): (&Path, &[(String, String)]),
        options: &SweepOptions,
        (program, here): (PathBuf, PathBuf),
    ) -> Spread {
        let sizes = self.checked.iter().filter_map(|one| Some((one.size?, one.days)));
        let most = sizes.map(|(size, days)| memory::forecast_bytes(&size, days, false)).max().unwrap_or(0);
        Spread {
            engine,
            study: self.study.name.clone(),
            file: file.to_owned(),
            set: set.to_vec(),
            out: options.out.clone(),
            program,
            here,
            runs: self.runs(),
            runs_per_task: self.runs().div_ceil(TASKS_MAX).max(1),
            threads: options.threads.max(1),
            // A forecast is good to 15 %.
            memory_bytes: most + most / 4,
        }
    }

    /// Makes some of the runs (by position) in the folder under construction, which others write to at the same time.
    ///
    /// # Errors
    /// The first run that failed.
    pub fn run_some(&self, runs: Range<usize>, options: &SweepOptions) -> Result<(), StudyError> {
        let members: Vec<Member> = self.members().get(runs).map(<[Member]>::to_vec).unwrap_or_default();
        let build = |variant: usize, seed: u64| self.job(variant, seed);
        let mut faults = self.spread_ensemble(&build, options).run(&members, false, &|_| {});
        if faults.is_empty() { Ok(()) } else { Err(faults.remove(0).1) }
    }

    /// Runs that aren't finished in the folder under construction.
    pub fn missing(&self, options: &SweepOptions) -> Vec<Member> {
        let build = |variant: usize, seed: u64| self.job(variant, seed);
        let ensemble = self.spread_ensemble(&build, options);
        self.members().into_iter().filter(|member| !ensemble.is_done(*member)).collect()
    }

    fn spread_ensemble<'a>(&self, build: crate::ensemble::Build<'a>, options: &SweepOptions) -> Ensemble<'a> {
        let variant = |(v, s): (usize, &super::Checked)| VariantName {
            name: self.name(v),
            scenario_hash: s.hash,
            files_hash: s.files,
        };
        Ensemble {
            variants: self.checked.iter().enumerate().map(variant).collect(),
            build,
            folder: partial_of(&options.out).join("runs").join(format!("study={}", self.study.name)),
            commit: options.commit.clone(),
            workers: 1,
            threads: threads(options.threads),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_share_the_runs_and_scripts_quote_what_they_are_given() {
        let mut spread = Spread {
            engine: Engine::Slurm,
            study: "terms".into(),
            file: "it's.toml".into(),
            set: vec![("disease.r0".into(), "1.5,3".into())],
            out: "runs/terms".into(),
            program: "/bin/citytwin".into(),
            here: "/home/a b".into(),
            runs: 2500,
            runs_per_task: 3,
            threads: 2,
            memory_bytes: 120_000_001,
        };
        assert_eq!(
            (spread.tasks(), spread.of_task(0), spread.of_task(833), spread.of_task(900)),
            (834, 0..3, 2499..2500, 2500..2500)
        );
        let script = spread.script();
        for line in [
            "#SBATCH --array=0-833",
            "#SBATCH --mem=121M",
            "#SBATCH --requeue",
            "cd '/home/a b' || exit 1",
            "exec '/bin/citytwin' sweep 'it'\\''s.toml' --out 'runs/terms' --set 'disease.r0=1.5,3' --threads 2 --quiet --task \"$SLURM_ARRAY_TASK_ID\"",
        ] {
            assert!(script.lines().any(|one| one == line), "{line}: {script}");
        }
        spread.engine = Engine::HyperQueue;
        assert!(spread.script().contains("$HQ_TASK_ID") && !spread.script().contains("SBATCH"));
        let (program, arguments) = spread.engine.submit(&spread);
        assert_eq!((program, arguments[2].as_str()), ("hq", "--array=0-833"));
        let text = serde_json::to_string(&spread).unwrap();
        assert_eq!(serde_json::from_str::<Spread>(&text).unwrap(), spread);
    }
}
