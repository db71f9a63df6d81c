//! Many runs of several variants in one city, side by side, each with a run folder of its own that is kept.
use crate::error::StudyError;
use crate::run::{Job, RunOptions, run_one};
use crate::tables::Wanted;
use citytwin_world::problem::Problems;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// One run of an ensemble: a variant and the seed of all its chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Position of the variant.
    pub variant: usize,
    /// Seed.
    pub seed: u64,
}

/// A variant as the folders of its runs know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantName {
    /// Name, which no other variant of the ensemble has.
    pub name: String,
    /// Digest of its checked content.
    pub scenario_hash: u64,
    /// Digest of the files of its city and disease.
    pub files_hash: u64,
}

/// Makes the run of a variant (by position) with a seed.
pub type Build<'a> = &'a (dyn Fn(usize, u64) -> Result<Job, Problems> + Sync);

/// Variants whose runs go into folders `variant=NAME/seed=N`.
pub struct Ensemble<'a> {
    /// The variants.
    pub variants: Vec<VariantName>,
    /// Makes a run.
    pub build: Build<'a>,
    /// The folder that holds those folders.
    pub folder: PathBuf,
    /// Commit that the program was built from; runs of another aren't taken for done.
    pub commit: String,
    /// Runs at a time.
    pub workers: usize,
    /// Threads of all runs together.
    pub threads: usize,
}

impl Ensemble<'_> {
    /// The folder of a run.
    pub fn folder_of(&self, member: Member) -> PathBuf {
        let name = self.variants.get(member.variant).map_or("", |variant| variant.name.as_str());
        self.folder.join(format!("variant={name}")).join(format!("seed={}", member.seed))
    }

    /// Whether the run stands finished in its folder, made by this program of the same scenario, city and disease.
    pub fn is_done(&self, member: Member) -> bool {
        let record = std::fs::read(self.folder_of(member).join("run.json")).ok();
        let record = record.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let (Some(record), Some(variant)) = (record, self.variants.get(member.variant)) else { return false };
        record["scenario_hash"].as_str() == Some(&format!("{:016x}", variant.scenario_hash))
            && record["files_hash"].as_str() == Some(&format!("{:016x}", variant.files_hash))
            && record["seed"].as_u64() == Some(member.seed)
            && record["version"].as_str() == Some(env!("CARGO_PKG_VERSION"))
            && record["commit"].as_str() == Some(&self.commit)
    }

    /// Runs all of the members that aren't done yet, several at a time, tells of each when it is done, and returns those
    /// that failed. The results do not depend on how many go side by side. With `stop_at_fault` no further run is begun
    /// once one has failed. Finished runs stay in any case.
    pub fn run(
        &self,
        members: &[Member],
        stop_at_fault: bool,
        tell: &(dyn Fn(Member) + Sync),
    ) -> Vec<(Member, StudyError)> {
        let (done, open): (Vec<Member>, Vec<Member>) =
            members.iter().partition(|member| self.is_done(**member));
        done.into_iter().for_each(tell);
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let faults: Mutex<Vec<(Member, StudyError)>> = Mutex::new(Vec::new());
        let workers = self.workers.clamp(1, open.len().max(1));
        let threads = (self.threads / workers).max(1);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while !failed.load(Ordering::Relaxed) {
                        let Some(&member) = open.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                        match self.run_member(member, threads) {
                            Ok(()) => tell(member),
                            Err(error) => {
                                failed.store(stop_at_fault, Ordering::Relaxed);
                                faults
                                    .lock()
                                    .unwrap_or_else(|poison| poison.into_inner())
                                    .push((member, error));
                            }
                        }
                    }
                });
            }
        });
        faults.into_inner().unwrap_or_else(|poison| poison.into_inner())
    }

    fn run_member(&self, member: Member, threads: usize) -> Result<(), StudyError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| StudyError::Threads(error.to_string()))?;
        pool.install(|| {
            let mut job = (self.build)(member.variant, member.seed)?;
            job.metrics = Vec::new();
            job.inputs.files_hash = self.variants.get(member.variant).map(|variant| variant.files_hash);
            job.tables = tables();
            let options = lean(self.folder_of(member), &self.commit);
            run_one(job, &options, &mut |_| {}).map(drop)
        })
    }
}

/// The tables that are kept of a run of many.
pub(crate) fn tables() -> Wanted {
    Wanted { names: vec!["zones".into()], aggregates: false }
}

/// How a run of many is done.
pub(crate) fn lean(out: PathBuf, commit: &str) -> RunOptions {
    RunOptions { out, lean: true, commit: commit.to_owned(), ..RunOptions::default() }
}

/// Names of variants after their scenario files, each once: a second `a.toml` becomes `a-2`.
pub fn names_of<'a>(files: impl IntoIterator<Item = &'a Path>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for file in files {
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let numbered = (2..).map(|n| format!("{stem}-{n}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| !names.contains(name));
        names.push(free.unwrap_or(stem));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toy;

    #[test]
    fn members_run_once_whatever_goes_side_by_side() {
        let home = tempfile::tempdir().unwrap();
        let made = AtomicUsize::new(0);
        let build = |variant: usize, seed: u64| {
            made.fetch_add(1, Ordering::Relaxed);
            Ok(toy::job(6 + variant as u32, seed))
        };
        let hash = toy::job(6, 1).inputs.scenario_hash;
        let name = |name: &str| VariantName { name: name.into(), scenario_hash: hash, files_hash: 3 };
        let ensemble = |folder: &str, workers: usize| Ensemble {
            variants: vec![name("a"), name("b")],
            build: &build,
            folder: home.path().join(folder),
            commit: "c".into(),
            workers,
            threads: 2,
        };
        let members: Vec<Member> =
            (0..4).map(|i| Member { variant: i % 2, seed: 7 + i as u64 / 2 }).collect();
        let one = ensemble("one", 1);
        assert!(one.run(&members, true, &|_| {}).is_empty());
        let told = AtomicUsize::new(0);
        let many = ensemble("many", 3);
        many.run(&members, true, &|_| {
            told.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!((told.load(Ordering::Relaxed), made.load(Ordering::Relaxed)), (4, 8));
        for member in &members {
            let read = |e: &Ensemble| std::fs::read(e.folder_of(*member).join("metrics.csv")).unwrap();
            assert_eq!(read(&one), read(&many));
            assert!(many.is_done(*member) && !many.folder_of(*member).join("zones.geojson").exists());
        }
        many.run(&members, true, &|_| {});
        assert_eq!(made.load(Ordering::Relaxed), 8, "what is done isn't done again");
        let other = Ensemble { commit: "d".into(), ..ensemble("many", 3) };
        assert!(!other.is_done(members[0]));
        let mut edited = ensemble("many", 3);
        edited.variants[0].files_hash = 4;
        assert!(
            !edited.is_done(members[0]) && edited.is_done(members[1]),
            "an edited city asks for new runs"
        );
    }

    #[test]
    fn a_run_that_fails_leaves_the_finished_ones() {
        let home = tempfile::tempdir().unwrap();
        let build = |_: usize, seed: u64| match seed {
            3 => Err(citytwin_world::problem::Problem::error("E020", "no").into()),
            seed => Ok(toy::job(3, seed)),
        };
        let variants = vec![VariantName {
            name: "a".into(),
            scenario_hash: toy::job(3, 1).inputs.scenario_hash,
            files_hash: 0,
        }];
        let folder = home.path().to_owned();
        let ensemble =
            Ensemble { variants, build: &build, folder, commit: String::new(), workers: 1, threads: 1 };
        let members = [1, 2, 3, 4].map(|seed| Member { variant: 0, seed });
        let faults = ensemble.run(&members, true, &|_| {});
        assert!(matches!(faults[..], [(Member { seed: 3, .. }, StudyError::Input(_))]));
        assert_eq!(members.map(|member| ensemble.is_done(member)), [true, true, false, false]);
        assert_eq!(ensemble.run(&members, false, &|_| {}).len(), 1);
        assert_eq!(members.map(|member| ensemble.is_done(member)), [true, true, false, true]);
    }

    #[test]
    fn names_are_those_of_files_and_each_but_once() {
        let files = ["x/a.toml", "b.toml", "y/a.toml", "a-2.toml"].map(Path::new);
        assert_eq!(names_of(files), ["a", "b", "a-2", "a-2-2"]);
    }
}
