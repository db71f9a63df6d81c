//! All good departures of a span of time at once: range RAPTOR
//! (Delling, Pajor, Werneck: Round-based public transit routing, 2015, section 4.2).

use crate::graph::NONE;
use crate::problem::{Problem, in_range, same_length};
use crate::raptor::Access;
use crate::timetable::Timetable;
use crate::transfers::Transfers;

/// Which departures to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Earliest departure from the origin, seconds after midnight.
    pub first_s: u32,
    /// Latest departure from the origin, seconds after midnight.
    pub last_s: u32,
    /// Day at whose midnight the seconds begin, 0 (Monday) to 6.
    pub weekday: u8,
    /// Most rides in a row.
    pub rides_max: u8,
}

/// A departure that no other beats: none leaves as late or later, arrives as early or earlier and has as few rides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// Latest departure from the origin, seconds after midnight; a [`Rounds`](crate::Rounds) search at it finds the
    /// journey.
    pub depart_s: u32,
    /// Arrival at the destination, seconds after midnight.
    pub arrival_s: u32,
    /// Rides in a row.
    pub rides: u8,
}

/// Memory of profile searches, to be used again by the next one.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    stop_count: usize,
    /// Per number of rides and stop the earliest arrival with at most so many, over all departures looked at so far:
    /// by a vehicle, and by a vehicle or on foot.
    by_ride_s: Vec<u32>,
    by_any_s: Vec<u32>,
    /// Per stop, when the last round reached it; `u32::MAX` if it didn't improve it.
    waiting_s: Vec<u32>,
    marked: Vec<u32>,
    alighted: Vec<u32>,
    first_wait: Vec<u32>,
    queue: Vec<u32>,
}

impl Profile {
    /// All choices of departures within the span, from an origin next to the stops in `access` to a destination next
    /// to those in `egress`, with one ride at least; by departure, the latest first, then by rides. The rules of
    /// walking and changing are those of [`Rounds::one_to_all`](crate::Rounds::one_to_all).
    ///
    /// # Errors
    /// A stop or weekday that doesn't exist, or transfers of another number of stops.
    pub fn choices(
        &mut self,
        timetable: &Timetable,
        transfers: &Transfers,
        access: &[Access],
        egress: &[Access],
        span: Span,
    ) -> Result<Vec<Choice>, Problem> {
        same_length("transfers", timetable.stop_count(), transfers.stop_count())?;
        in_range("weekday", span.weekday as usize, 7)?;
        access
            .iter()
            .chain(egress)
            .try_for_each(|a| in_range("stop", a.stop as usize, timetable.stop_count()))?;
        self.reset(timetable, span.rides_max);
        let mut least_s = vec![u32::MAX; span.rides_max as usize + 1];
        let mut choices = Vec::new();
        for depart_s in departures(timetable, access, span) {
            self.leave(access, depart_s);
            for round in 1..=span.rides_max as usize {
                timetable.gather(&self.marked, span.weekday, &mut self.first_wait, &mut self.queue);
                if self.queue.is_empty() {
                    break;
                }
                self.ride_all(timetable, span, round);
                self.walk_all(transfers, span, round);
            }
            self.marked.clear();
            for round in 1..=span.rides_max {
                let by_ride_s = &self.by_ride_s[round as usize * self.stop_count..];
                let arrivals = egress.iter().map(|to| by_ride_s[to.stop as usize].saturating_add(to.walk_s));
                let arrival_s = arrivals.min().unwrap_or(u32::MAX);
                if arrival_s < least_s[round as usize] {
                    least_s[round as usize..].iter_mut().for_each(|least| *least = arrival_s.min(*least));
                    choices.push(Choice { depart_s, arrival_s, rides: round });
                }
            }
        }
        Ok(choices)
    }

    fn reset(&mut self, timetable: &Timetable, rides_max: u8) {
        self.stop_count = timetable.stop_count();
        let labels = self.stop_count * (rides_max as usize + 1);
        let fill = |column: &mut Vec<u32>, length| {
            column.clear();
            column.resize(length, u32::MAX);
        };
        fill(&mut self.by_ride_s, labels);
        fill(&mut self.by_any_s, labels);
        fill(&mut self.waiting_s, self.stop_count);
        fill(&mut self.first_wait, timetable.pattern_count());
        self.marked.clear();
        self.alighted.clear();
        self.queue.clear();
    }

    /// Walks from the origin at a time.
    fn leave(&mut self, access: &[Access], depart_s: u32) {
        for &Access { stop, walk_s } in access {
            let arrival_s = depart_s.saturating_add(walk_s);
            if improve(&mut self.by_any_s, self.stop_count, 0, stop, arrival_s) {
                self.wait(stop, arrival_s);
            }
        }
    }

    fn wait(&mut self, stop: u32, arrival_s: u32) {
        let waiting_s = &mut self.waiting_s[stop as usize];
        if *waiting_s == u32::MAX {
            self.marked.push(stop);
        }
        *waiting_s = arrival_s.min(*waiting_s);
    }

    fn ride_all(&mut self, timetable: &Timetable, span: Span, round: usize) {
        let change_s = if round == 1 { 0 } else { timetable.change_s() };
        for at in 0..self.queue.len() {
            let pattern = self.queue[at];
            let first = std::mem::replace(&mut self.first_wait[pattern as usize], NONE) as usize;
            let Some(runs) = timetable.runs(pattern, span.weekday) else { continue };
            // `run` counts down to the earliest run caught; at the count itself none is.
            let mut run = runs.count();
            for (index, &stop) in timetable.stops(pattern).iter().enumerate().skip(first) {
                if run < runs.count()
                    && improve(&mut self.by_ride_s, self.stop_count, round, stop, runs.arrival_s(index, run))
                {
                    self.alighted.push(stop);
                }
                let waiting_s = self.waiting_s[stop as usize];
                if waiting_s != u32::MAX
                    && let Some(earlier) = runs.next(index, waiting_s.saturating_add(change_s), run)
                {
                    run = earlier;
                }
            }
        }
        self.queue.clear();
        for stop in self.marked.drain(..) {
            self.waiting_s[stop as usize] = u32::MAX;
        }
    }

    /// Marks what this round's rides improved, and walks on from where they were left.
    fn walk_all(&mut self, transfers: &Transfers, span: Span, round: usize) {
        let last = round == span.rides_max as usize;
        let mut alighted = std::mem::take(&mut self.alighted);
        for from in alighted.drain(..) {
            let alight_s = self.by_ride_s[round * self.stop_count + from as usize];
            if last {
                continue;
            }
            let walks = transfers.from(from).map(|(to, walk_s)| (to, alight_s.saturating_add(walk_s)));
            for (to, arrival_s) in std::iter::once((from, alight_s)).chain(walks) {
                if improve(&mut self.by_any_s, self.stop_count, round, to, arrival_s) {
                    self.wait(to, arrival_s);
                }
            }
        }
        self.alighted = alighted;
    }
}

/// Records an arrival with so many rides, if it is earlier than all with as many or fewer.
fn improve(labels_s: &mut [u32], stops: usize, rides: usize, stop: u32, arrival_s: u32) -> bool {
    let mut at = rides * stops + stop as usize;
    if arrival_s >= labels_s[at] {
        return false;
    }
    // More rides are never worse.
    while let Some(label_s) = labels_s.get_mut(at).filter(|label_s| **label_s > arrival_s) {
        *label_s = arrival_s;
        at += stops;
    }
    true
}

/// When to leave the origin to step right into a vehicle, the latest first, each once.
fn departures(timetable: &Timetable, access: &[Access], span: Span) -> Vec<u32> {
    let mut found = Vec::new();
    for &Access { stop, walk_s } in access {
        for &(pattern, index) in timetable.visits(stop) {
            let Some(runs) = timetable.runs(pattern, span.weekday) else { continue };
            let left = (0..runs.count()).map(|run| i64::from(runs.departure_s(index as usize, run)));
            let from_origin = left.map(|departure_s| departure_s - i64::from(walk_s));
            let within = i64::from(span.first_s)..=i64::from(span.last_s);
            found.extend(from_origin.filter(|depart_s| within.contains(depart_s)).map(|s| s as u32));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found
}
