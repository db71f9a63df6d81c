//! The runs of a pattern by their place in the day, for those who follow vehicles one by one.

use crate::timetable::Timetable;

/// One run's call at one of its pattern's stops, seconds after the midnight of the day asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Trip, as numbered in the table from which the timetable was made.
    pub trip: u32,
    /// Arrival; negative: the evening before.
    pub arrival_s: i32,
    /// Departure, as `arrival_s`.
    pub departure_s: i32,
}

impl Timetable {
    /// Number of runs of a pattern on a weekday (0–6), those of the night before included.
    #[must_use]
    pub fn run_count(&self, pattern: u32, weekday: u8) -> usize {
        self.runs(pattern, weekday).map_or(0, |runs| runs.count())
    }

    /// Place in the day of the first run of a pattern that leaves its `index`-th stop at or after a second; `None` when
    /// none is left that day, and for a pattern, stop index or weekday that doesn't exist.
    #[must_use]
    pub fn next_run(&self, pattern: u32, index: u32, earliest_s: u32, weekday: u8) -> Option<usize> {
        let runs = self.runs(pattern, weekday)?;
        runs.next(index as usize, earliest_s, runs.count())
    }

    /// The call at a pattern's `index`-th stop of the run at a place in the day.
    #[must_use]
    pub fn call(&self, pattern: u32, index: u32, run: usize, weekday: u8) -> Option<Call> {
        let runs = self.runs(pattern, weekday)?;
        let index = index as usize;
        (index < runs.stop_count() && run < runs.count()).then(|| {
            let [arrival_s, departure_s] = runs.times(index, run);
            Call { trip: runs.trip(run), arrival_s, departure_s }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::timetable::{Timetable, TripTable};

    #[test]
    fn runs_are_numbered_in_order_of_departure_with_those_of_the_night_before_first() {
        let table = TripTable {
            stop_count: 2,
            first: &[0, 2, 4, 6],
            stop: &[0, 1, 0, 1, 0, 1],
            arrival_s: &[36_000, 36_600, 3_600, 4_200, 86_100, 86_700],
            departure_s: &[36_000, 36_600, 3_600, 4_200, 86_100, 86_700],
            days: &[0x7f; 3],
        };
        let timetable = Timetable::new(table, 60).expect("sound");
        assert_eq!((timetable.pattern_count(), timetable.run_count(0, 2)), (1, 4));
        let calls: Vec<_> = (0..4).filter_map(|run| timetable.call(0, 1, run, 2)).collect();
        let seen: Vec<_> = calls.iter().map(|call| (call.trip, call.arrival_s)).collect();
        assert_eq!(seen, [(2, 300), (1, 4_200), (0, 36_600), (2, 86_700)]);
        assert_eq!(timetable.next_run(0, 0, 3_600, 2), Some(1));
        assert_eq!(timetable.next_run(0, 0, 3_601, 2), Some(2));
        assert_eq!((timetable.next_run(0, 0, 86_101, 2), timetable.call(0, 2, 0, 2)), (None, None));
    }
}
