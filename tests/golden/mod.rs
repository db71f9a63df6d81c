//! Runs whose results are written down: any change of the model, the draws or the tables shows here, as does a
//! difference between debug and release. Run the tests with `CITYTWIN_UPDATE=1` to write them down anew, and say in
//! the commit why they changed.
use crate::town::words;
use citytwin_scenario::assemble;
use citytwin_study::{RunOptions, run_one};
use std::path::Path;

/// A small city under codes, checkpoints and a lockdown.
const SCENARIO: &str = "# A small city meets an epidemic with codes, checkpoints and a late lockdown.\n\
    [city]\nname = \"generated\"\npopulation = 1500\n\
    [time]\nstart = 2020-03-02\ndays = 21\n\
    [disease]\nname = \"sars-cov-2-wild\"\nr0 = 4\n\
    [[hazard]]\nkind = \"epidemic\"\nseeds = 20\nper_day = \"1 /d\"\n\
    [[policy]]\nkind = \"testing\"\n\
    [[policy]]\nkind = \"data_sharing\"\nlatency = \"6 h\"\n\
    [[policy]]\nkind = \"health_code\"\nfrom = \"day 5\"\n\
    [[policy]]\nkind = \"checkpoints\"\nfrom = \"day 5\"\nkinds = [\"market\", \"shop\", \"office\"]\n\
    [[policy]]\nkind = \"lockdown\"\nfrom = \"day 14\"\nstringency = \"60 %\"\n";

#[test]
fn a_small_run_is_what_it_was() {
    let scenario = citytwin_scenario::read_text("golden.toml", SCENARIO, &[], words()).expect("sound");
    let prepared = assemble::prepare(&scenario, Path::new("nowhere")).expect("a city");
    let calibration = assemble::calibration(&scenario, &prepared).expect("people meet");
    let job = citytwin_study::job(&scenario, &prepared, calibration, words(), 1).expect("it fits");
    let home = tempfile::tempdir().expect("a folder");
    let options = RunOptions { out: home.path().join("run"), ..RunOptions::default() };
    let summary = run_one(job, &options, &mut |_| {}).expect("it runs").expect("to its end");
    for name in ["metrics.csv", "settings.csv", "checkpoints.csv"] {
        let now = std::fs::read_to_string(summary.folder.join(name)).expect("a table");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(name);
        if std::env::var_os("CITYTWIN_UPDATE").is_some() {
            std::fs::create_dir_all(kept.parent().expect("a folder")).expect("it can be made");
            std::fs::write(&kept, now).expect("it can be written");
            continue;
        }
        let then = std::fs::read_to_string(&kept).unwrap_or_default();
        let first = then.lines().zip(now.lines()).position(|(a, b)| a != b);
        let at = first.unwrap_or_else(|| then.lines().count().min(now.lines().count()));
        let line = |text: &str| text.lines().nth(at).unwrap_or("nothing").to_owned();
        assert!(
            then == now,
            "{name} differs from line {} on:\n  was {}\n  is  {}\nIf it should, run with CITYTWIN_UPDATE=1.",
            at + 1,
            line(&then),
            line(&now)
        );
    }
}
