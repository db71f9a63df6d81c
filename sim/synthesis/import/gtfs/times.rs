//! Fills in the times that a trip's calls leave blank.
use crate::import::gtfs::feed::{Call, FeedStop};
use citytwin_world::geo::distance_m;

/// A call with its times known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stopping {
    /// Position of the stop in the feed.
    pub stop: u32,
    /// Arrival and departure, s after midnight of the service day; never before the call before.
    pub times_s: [u32; 2],
}

/// Times of all calls of a trip, those before the first and after the last known time left out.
///
/// Blank times are spread between the known ones by the feed's distances where it has them, else by the straight
/// lines between stops, else evenly. Times that run backwards are raised to the time before; `backwards` says so.
pub fn fill(calls: &[Call], stops: &[FeedStop], backwards: &mut bool) -> Vec<Stopping> {
    let known = |c: &Call| c.arrive_s != u32::MAX;
    let (Some(first), Some(last)) = (calls.iter().position(known), calls.iter().rposition(known)) else {
        return Vec::new();
    };
    let calls = calls.get(first..=last).unwrap_or_default();
    let along = distances(calls, stops);
    let mut filled: Vec<Stopping> = Vec::with_capacity(calls.len());
    let mut before = (0, 0);
    let mut at_least = 0;
    for (at, call) in calls.iter().enumerate() {
        let times_s = if known(call) {
            before = (at, call.depart_s);
            [call.arrive_s, call.depart_s]
        } else {
            let after =
                (at..calls.len()).find_map(|i| calls.get(i).filter(|c| known(c)).map(|c| (i, c.arrive_s)));
            let time = between(&along, before, after.unwrap_or(before), at);
            [time, time]
        };
        let arrive = times_s[0].max(at_least);
        let depart = times_s[1].max(arrive);
        *backwards |= [arrive, depart] != times_s;
        at_least = depart;
        filled.push(Stopping { stop: call.stop, times_s: [arrive, depart] });
    }
    filled
}

/// Position of each call along the trip, in any unit, never decreasing.
fn distances(calls: &[Call], stops: &[FeedStop]) -> Vec<f64> {
    let given: Vec<f64> = calls.iter().map(|c| f64::from(c.distance)).collect();
    if given.iter().all(|d| d.is_finite()) && given.is_sorted() && given.first() < given.last() {
        return given;
    }
    let position = |c: &Call| stops.get(c.stop as usize).and_then(|s| s.position);
    let mut sum = 0.0;
    let mut last: Option<[f64; 2]> = None;
    calls
        .iter()
        .map(|call| {
            let here = position(call);
            if let (Some([alon, alat]), Some([blon, blat])) = (last, here) {
                sum += distance_m(alon, alat, blon, blat);
            }
            last = here.or(last);
            sum
        })
        .collect()
}

fn between(along: &[f64], before: (usize, u32), after: (usize, u32), at: usize) -> u32 {
    let place = |i: usize| along.get(i).copied().unwrap_or(0.0);
    let length = place(after.0) - place(before.0);
    let share = if length > 0.0 {
        (place(at) - place(before.0)) / length
    } else {
        (at - before.0) as f64 / (after.0 - before.0).max(1) as f64
    };
    let span = f64::from(after.1) - f64::from(before.1);
    (f64::from(before.1) + span * share).round().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(stop: u32, time: Option<u32>, distance: f32) -> Call {
        let time = time.unwrap_or(u32::MAX);
        Call { trip: 0, sequence: stop, stop, arrive_s: time, depart_s: time, distance }
    }

    fn line() -> Vec<FeedStop> {
        [0.0, 0.01, 0.04, 0.05]
            .map(|lon| FeedStop { position: Some([lon, 0.0]), ..FeedStop::default() })
            .to_vec()
    }

    #[test]
    fn blank_times_follow_distance() {
        let blank = [
            call(0, Some(0), f32::NAN),
            call(1, None, f32::NAN),
            call(2, None, f32::NAN),
            call(3, Some(500), f32::NAN),
        ];
        let times = |calls: &[Call]| {
            fill(calls, &line(), &mut false).iter().map(|s| s.times_s[0]).collect::<Vec<_>>()
        };
        assert_eq!(times(&blank), [0, 100, 400, 500]);
        let mut given = blank;
        given.iter_mut().zip([0.0, 5.0, 6.0, 10.0]).for_each(|(c, d)| c.distance = d);
        assert_eq!(times(&given), [0, 250, 300, 500]);
        assert_eq!(times(&blank[1..]), [500], "nothing is known before the first time");
    }

    #[test]
    fn times_never_run_backwards() {
        let mut backwards = false;
        let filled = fill(&[call(0, Some(100), 0.0), call(1, Some(50), 1.0)], &line(), &mut backwards);
        assert!(backwards);
        assert_eq!(filled.iter().map(|s| s.times_s).collect::<Vec<_>>(), [[100, 100], [100, 100]]);
    }
}
