//! Looking for the next of a line's runs by the time at which it begins.

use crate::timetable::Start;

/// How many runs of a line start in a second, on average: what [`first_from`] guesses by.
pub(crate) fn per_s(runs: &[Start]) -> f32 {
    match (runs.first(), runs.last()) {
        (Some(first), Some(last)) if last.begin_s > first.begin_s => {
            (runs.len() - 1) as f32 / (last.begin_s - first.begin_s) as f32
        }
        _ => 0.0,
    }
}

/// About where among runs in order of their begins, the first of which begins at `first_s`, the first one stands that
/// doesn't begin before a time, if headways are even.
#[inline]
pub(crate) fn guess(first_s: i32, runs: usize, per_s: f32, from_s: i32) -> usize {
    let later_s = (i64::from(from_s) - i64::from(first_s)).max(0);
    ((later_s as f32 * per_s) as usize).min(runs.saturating_sub(1))
}

/// The first of runs in order of their begins that doesn't begin before a time. Headways are mostly even, so the search
/// starts where even ones would lead, and widens from there.
#[inline]
pub(crate) fn first_from(runs: &[Start], guess: usize, from_s: i32) -> usize {
    search(runs, guess, runs.get(guess).is_some_and(|run| run.begin_s < from_s), from_s)
}

/// As [`first_from`], told whether the run at the guess begins before the time.
#[inline]
pub(crate) fn search(runs: &[Start], guess: usize, before: bool, from_s: i32) -> usize {
    // Everything below `low` is before the time; what is sought lies at or below `high`.
    let (mut low, mut high, mut step) = (guess, guess, 1);
    if before {
        while high < runs.len() && runs[high].begin_s < from_s {
            (low, high, step) = (high + 1, high + step, step * 2);
        }
        high = high.min(runs.len());
    } else {
        (low, high) = (low.min(runs.len()), high.min(runs.len()));
        while low > 0 && runs[low - 1].begin_s >= from_s {
            (high, low, step) = (low - 1, (low - 1).saturating_sub(step - 1), step * 2);
        }
    }
    low + runs[low..high].partition_point(|run| run.begin_s < from_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_begin_is_that_of_a_plain_search() {
        let mut word = 11u32;
        let mut next = |n: u32| {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (word >> 8) % n
        };
        for round in 0..400 {
            let mut begins: Vec<i32> = (0..next(90))
                .map(|i| if round % 2 == 0 { 600 * i as i32 } else { next(90_000) as i32 - 7_200 })
                .collect();
            begins.sort_unstable();
            let runs: Vec<Start> =
                begins.iter().map(|begin_s| Start { begin_s: *begin_s, trip: 0 }).collect();
            for _ in 0..100 {
                let from_s = next(100_000) as i32 - 10_000;
                let plain = begins.partition_point(|begin_s| *begin_s < from_s);
                let first_s = begins.first().map_or(0, |first_s| *first_s);
                let near = guess(first_s, runs.len(), per_s(&runs), from_s);
                assert_eq!(first_from(&runs, near, from_s), plain, "{from_s} in {begins:?}");
                let far = next(100) as usize;
                assert_eq!(first_from(&runs, far, from_s), plain, "{from_s} from {far} in {begins:?}");
            }
        }
    }
}
