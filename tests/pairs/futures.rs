//! Two futures are one until the first lever differs.
use super::same_truth;
use crate::town::Play;
use citytwin_engine::{TICKS_PER_DAY, digest};

const DAYS: u32 = 9;
/// The day on which a lever differs.
const FROM: u32 = 5;

/// Policies that no epidemic stays the same under.
const LEVERS: [&str; 5] = [
    "kind = \"lockdown\"\nstringency = \"80 %\"",
    "kind = \"mask_wearing\"\nshare = \"100 %\"",
    "kind = \"closure\"\nkinds = [\"school\", \"restaurant\"]\nshare = \"100 %\"",
    "kind = \"remote_work\"\nshare = \"100 %\"",
    "kind = \"checkpoints\"\nkinds = [\"shop\", \"market\", \"mall\", \"office\"]",
];

#[test]
fn two_futures_are_one_until_the_first_lever_differs() {
    let plain = Play::with("epidemic/baseline", "", DAYS);
    for lever in LEVERS {
        let play =
            Play::with("epidemic/baseline", &format!("[[policy]]\n{lever}\nfrom = \"day {FROM}\"\n"), DAYS);
        let (mut without, mut with) = (plain.simulation(11), play.simulation(11));
        let mut differs = false;
        for day in 0..DAYS {
            for _ in 0..TICKS_PER_DAY {
                differs |= without.levers != with.levers;
                without.step();
                with.step();
            }
            assert!(day >= FROM || !differs, "{lever}: day {day}");
            assert!(differs || same_truth(&without, &with), "{lever}: day {day}");
            assert!(differs || digest(&without) == digest(&with), "{lever}: day {day}");
        }
        assert!(differs && !same_truth(&without, &with), "{lever}");
    }
}

#[test]
fn a_lever_that_ends_leaves_its_traces() {
    let plain = Play::with("epidemic/baseline", "", DAYS);
    let ended = Play::with(
        "epidemic/baseline",
        "[[policy]]\nkind = \"lockdown\"\nfrom = \"day 2\"\nuntil = \"day 3\"\n",
        DAYS,
    );
    let (mut without, mut with) = (plain.simulation(1), ended.simulation(1));
    for day in 0..DAYS {
        without.run_day();
        with.run_day();
        assert_eq!(same_truth(&without, &with), day < 2, "day {day}");
        let held = &with.levers.lockdown;
        assert_eq!(held.everywhere > 0.0, day == 1, "the lever at the end of day {day}");
    }
}
