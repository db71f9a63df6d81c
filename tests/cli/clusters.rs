//! Sweeps on schedulers: a stand-in for Slurm's `sbatch` that runs an array, one task of which is lost.
use super::comparisons::tables;
use super::{SMALL, citytwin, status, stderr, stdout};
use std::path::Path;
use std::process::{Command, Output};

const STUDY: &str = "# How quickly it spreads.\nscenario = \"village.toml\"\nreplicates = 4\nseed = 5\n\
    [set]\n\"disease.r0\" = [1.5, 2, 2.5, 3, 4]\n[zip]\n\"time.days\" = [4]\n";

/// Takes an array as `sbatch` does: reads its size from the script and runs each task, but for those named in `$LOST`.
const SBATCH: &str = "#!/bin/sh\nfor script; do :; done\n\
    last=$(sed -n 's/^#SBATCH --array=0-//p' \"$script\")\ni=0\n\
    while [ $i -le $last ]; do\n  case \" $LOST \" in *\" $i \"*) ;; *) SLURM_ARRAY_TASK_ID=$i sh \"$script\" || exit 1;; esac\n  i=$((i+1))\ndone\necho 4711\n";

fn with_slurm(home: &Path, lost: &str, arguments: &[&str]) -> Output {
    let path = format!("{}:{}", home.display(), std::env::var("PATH").unwrap());
    Command::new(env!("CARGO_BIN_EXE_citytwin"))
        .args(arguments)
        .current_dir(home)
        .env("PATH", path)
        .env("LOST", lost)
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn an_array_with_a_lost_task_leaves_the_same_tables() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    write("village.toml", SMALL);
    write("spread.toml", STUDY);
    write("sbatch", SBATCH);
    std::fs::set_permissions(home.path().join("sbatch"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let done = citytwin(home.path(), &["sweep", "spread.toml", "--quiet", "--out", "local"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));

    let sweep = ["sweep", "spread.toml", "--quiet", "--out", "far", "--threads", "2", "--engine", "slurm"];
    let sent = with_slurm(home.path(), "7", &sweep);
    assert_eq!(status(&sent), 0, "{}", stderr(&sent));
    assert!(
        stdout(&sent).contains("4711") && stdout(&sent).contains("citytwin gather far"),
        "{}",
        stdout(&sent)
    );
    let early = citytwin(home.path(), &["gather", "far", "--quiet"]);
    assert_eq!(status(&early), 1);
    assert!(stderr(&early).contains("1 of 20 runs are not finished"), "{}", stderr(&early));
    // As the scheduler does with what a lost machine had: the task starts again, in the same folder.
    let again = with_slurm(home.path(), "0 1 2 3", &sweep);
    assert_eq!(status(&again), 0, "{}", stderr(&again));
    let gathered = citytwin(home.path(), &["gather", "far", "--quiet"]);
    assert_eq!(status(&gathered), 0, "{}", stderr(&gathered));
    assert!(tables(&home.path().join("far")) == tables(&home.path().join("local")), "the tables differ");

    let nobody = citytwin(home.path(), &["sweep", "spread.toml", "--out", "hq", "--engine", "hyperqueue"]);
    assert!(status(&nobody) == 1 && stderr(&nobody).contains("hq submit"), "{}", stderr(&nobody));
    let here = citytwin(home.path(), &["gather", "hq", "--here", "--quiet"]);
    assert_eq!(status(&here), 0, "{}", stderr(&here));
    assert!(tables(&home.path().join("hq")) == tables(&home.path().join("local")), "the tables differ");
    for (folder, words) in [("nowhere", "no sweep was sent"), ("far", "gathered already")] {
        let told = citytwin(home.path(), &["gather", folder]);
        assert_eq!(status(&told), 2, "{}", stderr(&told));
        assert!(stderr(&told).contains("E117") && stderr(&told).contains(words), "{}", stderr(&told));
    }
}
