//! Whole weeks from feeds that hold only part of one.
//!
//! Some published feeds are cut to a few hours or to workdays. Left so, a city would have no bus in the morning. The
//! missing service is inferred from what the feed does hold, its own headways repeated, and told as inferred.
use super::timetable::Run;
use citytwin_world::problem::Tally;
use std::collections::BTreeMap;

/// A feed whose runs nearly all start within less than this holds only part of a day, s.
const PART_DAY_S: u32 = 8 * 3600;
/// Service is inferred from this second of the day on.
const FIRST_S: u32 = 5 * 3600;
/// Service is inferred up to this second of the day.
const LAST_S: u32 = 24 * 3600;
/// Runs a feed must have before anything is inferred from it.
const RUNS_MIN: usize = 20;
/// Of inferred weekend service, every second run goes on Saturdays and every third on Sundays (assumption: published
/// timetables of large bus systems run half to two thirds of the workday's service then).
const SATURDAY_EVERY: usize = 2;
const SUNDAY_EVERY: usize = 3;

/// Adds the hours and weekend days that a feed lacks.
pub(super) fn whole_week(mut runs: Vec<Run>, tally: &mut Tally) -> Vec<Run> {
    if runs.len() < RUNS_MIN {
        return runs;
    }
    if let Some((first_s, last_s)) = window(&runs) {
        let repeated = repeat(&runs, first_s, last_s);
        for run in &repeated {
            tally.warning(
                "W324",
                "the feed holds only part of the day; a run repeats its own headway",
                || format!("start at {:02}:{:02}", run.start_s() / 3600, run.start_s() / 60 % 60),
            );
        }
        runs.extend(repeated);
    }
    if runs.iter().all(|run| run.weekdays & 0b110_0000 == 0) {
        weekends(&mut runs, tally);
    }
    runs
}

/// The full hours that a part-day feed covers, s; `None` where it covers the day.
fn window(runs: &[Run]) -> Option<(u32, u32)> {
    let mut starts: Vec<u32> = runs.iter().map(Run::start_s).collect();
    starts.sort_unstable();
    let at = |share: usize| starts.get(starts.len() * share / 100).copied();
    let (early, late) = (at(5)?, at(95)?);
    if late - early >= PART_DAY_S {
        return None;
    }
    let (first, last) = (early.div_ceil(3600) * 3600, late / 3600 * 3600);
    (first < last).then_some((first, last))
}

/// The window's runs, shifted by whole windows over the rest of the day.
fn repeat(runs: &[Run], first_s: u32, last_s: u32) -> Vec<Run> {
    let length = last_s - first_s;
    let covered = |s: u32| (first_s..last_s).contains(&s);
    let mut added = Vec::new();
    for run in runs.iter().filter(|run| covered(run.start_s())) {
        let start = run.start_s();
        let before = (1..).map(|k| start.checked_sub(k * length)).map_while(|s| s.filter(|s| *s >= FIRST_S));
        let after = (1..).map(|k| start + k * length).take_while(|s| *s < LAST_S);
        for begin in before.chain(after) {
            let times_s = run.times_s.iter().map(|t| t.map(|s| s - start + begin)).collect();
            added.push(Run { times_s, ..run.clone() });
        }
    }
    // Real runs outside the window stand: a repeated one too close to one of them is not needed.
    let real: Vec<&Run> = runs.iter().filter(|run| !covered(run.start_s())).collect();
    added.retain(|new| {
        !real
            .iter()
            .any(|r| r.line == new.line && r.stops == new.stops && r.start_s().abs_diff(new.start_s()) < 300)
    });
    added
}

fn weekends(runs: &mut [Run], tally: &mut Tally) {
    let mut groups: BTreeMap<(usize, Vec<u32>), Vec<usize>> = BTreeMap::new();
    for (i, run) in runs.iter().enumerate() {
        groups.entry((run.line, run.stops.clone())).or_default().push(i);
    }
    for mut group in groups.into_values() {
        group.sort_by_key(|i| runs[*i].start_s());
        for (n, i) in group.into_iter().enumerate() {
            let saturday = u8::from(n.is_multiple_of(SATURDAY_EVERY)) << 5;
            let sunday = u8::from(n.is_multiple_of(SUNDAY_EVERY)) << 6;
            if saturday | sunday != 0 {
                runs[i].weekdays |= saturday | sunday;
                tally.warning(
                    "W325",
                    "the feed has no weekend service; part of its workday runs go then too",
                    || format!("a run at {:02}:{:02}", runs[i].start_s() / 3600, runs[i].start_s() / 60 % 60),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(start_s: u32) -> Run {
        let times_s = vec![[start_s, start_s], [start_s + 600, start_s + 600]];
        Run { line: 0, stops: vec![0, 1], times_s, weekdays: 0b1_1111, shape: String::new() }
    }

    #[test]
    fn a_part_day_feed_is_repeated_over_the_day_and_weekend() {
        let runs: Vec<Run> = (0..48).map(|n| run(12 * 3600 + n * 300)).collect();
        let mut tally = Tally::new();
        let whole = whole_week(runs, &mut tally);
        let in_hour = |h: u32| whole.iter().filter(|r| r.start_s() / 3600 == h).count();
        assert_eq!((in_hour(7), in_hour(12), in_hour(22), in_hour(3)), (12, 12, 12, 0));
        assert!(whole.iter().any(|r| r.weekdays & 64 != 0) && tally.len() == 2);
    }

    #[test]
    fn a_whole_day_feed_stays_as_it_is() {
        let mut runs: Vec<Run> = (0..38).map(|n| run(5 * 3600 + n * 1800)).collect();
        runs[0].weekdays = 0b111_1111;
        let mut tally = Tally::new();
        assert_eq!(whole_week(runs, &mut tally).len(), 38);
        assert!(tally.is_empty());
    }
}
