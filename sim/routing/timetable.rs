//! A transit timetable arranged for searching: patterns of stops, and per day their runs in order of departure.

use crate::begins::{first_from, guess, per_s, search};
use crate::graph::{NONE, offsets};
use crate::problem::{Problem, as_u32, in_range, same_length};
use crate::ride::{Boarding, Wait};

/// Seconds of a service day.
const DAY_S: u32 = 86_400;
/// Latest time of a trip: a week after the midnight at which its service day begins.
const TIME_MAX_S: u32 = 7 * DAY_S;

/// Trips as rows of slices. Trip `t` calls at positions `first[t]..first[t + 1]` of the other slices.
#[derive(Clone, Copy, Debug)]
pub struct TripTable<'a> {
    /// Number of stops; stop ids are below it.
    pub stop_count: usize,
    /// Offsets of each trip's calls, one more than there are trips.
    pub first: &'a [u32],
    /// Stop of each call.
    pub stop: &'a [u32],
    /// Arrival of each call, seconds after the midnight of the service day; may exceed 24 h, at most 7 days.
    pub arrival_s: &'a [u32],
    /// Departure of each call, as `arrival_s`.
    pub departure_s: &'a [u32],
    /// Weekdays on which each trip runs: bit 0 is weekday 0 (Monday) … bit 6.
    pub days: &'a [u8],
}

impl TripTable<'_> {
    fn calls(&self, trip: u32) -> std::ops::Range<usize> {
        self.first[trip as usize] as usize..self.first[trip as usize + 1] as usize
    }

    fn stops(&self, trip: u32) -> &[u32] {
        &self.stop[self.calls(trip)]
    }

    fn check(&self) -> Result<(), Problem> {
        as_u32("stops", self.stop_count)?;
        as_u32("calls", self.stop.len())?;
        same_length("trip offsets", self.days.len() + 1, self.first.len())?;
        same_length("arrivals", self.stop.len(), self.arrival_s.len())?;
        same_length("departures", self.stop.len(), self.departure_s.len())?;
        let last = self.first.last().copied().unwrap_or(0) as usize;
        same_length("calls", self.stop.len(), last)?;
        self.stop.iter().try_for_each(|&s| in_range("stop", s as usize, self.stop_count))?;
        for (trip, ends) in self.first.windows(2).enumerate() {
            if ends[1] < ends[0] || ends[1] - ends[0] < 2 {
                return Err(Problem::TripTooShort(trip));
            }
            in_range("call", ends[1] as usize - 1, self.stop.len())?;
            in_range("weekday mask", self.days[trip] as usize, 1 << 7)?;
            let (mut before, mut fine) = (0, true);
            for call in self.calls(trip as u32) {
                fine &= before <= self.arrival_s[call] && self.arrival_s[call] <= self.departure_s[call];
                before = self.departure_s[call];
            }
            if !fine || before > TIME_MAX_S {
                return Err(Problem::TripTimes(trip));
            }
        }
        Ok(())
    }
}

/// A timetable: patterns (one stop sequence, trips that never overtake each other within a day) and, for each
/// weekday, the runs of each pattern.
///
/// A day's runs are that service day's trips, with those of the days before that still run after its midnight, so
/// a departure at 00:30 finds last night's buses. Trips of the next service day aren't among them.
#[derive(Clone, Debug, Default)]
pub struct Timetable {
    stop_count: usize,
    change_s: u32,
    patterns: Vec<Pattern>,
    pattern_stops: Vec<u32>,
    /// Seven for each pattern, from weekday 0 on.
    lists: Vec<List>,
    runs: Vec<Start>,
    /// Stop by stop arrival and departure: of lists whose runs are alike, seconds after the start; of others, the times
    /// of each run, seconds after the midnight of the day asked for (negative: the evening before).
    times_s: Vec<[i32; 2]>,
    first_visit: Vec<u32>,
    visits: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Pattern {
    first_stop: u32,
    stop_count: u32,
}

/// The runs of one pattern on one weekday, told within half a cache line.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    first_time: u32,
    first_run: u32,
    runs: u32,
    stops: u32,
    /// Runs per second, on average.
    runs_per_s: f32,
    /// Whether all runs take the same time between stops.
    alike: bool,
}

/// Travellers who are seated together.
const TOGETHER: usize = 32;

/// A traveller on the way to a run, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
struct Seat {
    list: List,
    /// Whether the runs are alike and the ride fits them.
    alike: bool,
    /// Where about in the list the run stands, and whether the run there leaves too early.
    near: usize,
    before: bool,
    /// The least begin of a run that can still be boarded.
    from_s: i32,
    /// From a run's begin to boarding and to alighting.
    board_s: i32,
    alight_s: i32,
}

/// Which trip runs, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// Departure from the first stop, seconds after the midnight of the day asked for (negative: the evening before).
    pub(crate) begin_s: i32,
    pub(crate) trip: u32,
}

/// One day's runs of one pattern.
///
/// Most lines take the same time between stops all day. Their runs are told by their starts alone, so that the whole
/// timetable of a city lies near the processor; of the others every time is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runs<'a> {
    list: List,
    runs: &'a [Start],
    times_s: &'a [[i32; 2]],
}

impl Runs<'_> {
    /// The first of the runs `..before` that leaves the pattern's stop at or after a time.
    #[inline]
    pub(crate) fn next(&self, index: usize, earliest_s: u32, before: usize) -> Option<usize> {
        let earliest_s = i32::try_from(earliest_s).ok()?;
        let run = if self.list.alike {
            let offset_s = self.times_s.get(index)?[1];
            let (runs, from_s) = (self.runs.get(..before)?, earliest_s.checked_sub(offset_s)?);
            let first_s = runs.first().map_or(0, |run| run.begin_s);
            first_from(runs, guess(first_s, runs.len(), self.list.runs_per_s, from_s), from_s)
        } else {
            let row = index * self.runs.len();
            let times_s = self.times_s.get(row..row + before)?;
            times_s.partition_point(|[_, departure_s]| *departure_s < earliest_s)
        };
        (run < before).then_some(run)
    }

    #[inline]
    pub(crate) fn times(&self, index: usize, run: usize) -> [i32; 2] {
        if self.list.alike {
            self.times_s[index].map(|offset_s| self.runs[run].begin_s + offset_s)
        } else {
            self.times_s[index * self.runs.len() + run]
        }
    }

    /// Arrival of a run that was boarded, so not before midnight.
    #[inline]
    pub(crate) fn arrival_s(&self, index: usize, run: usize) -> u32 {
        self.times(index, run)[0].max(0) as u32
    }

    #[inline]
    pub(crate) fn departure_s(&self, index: usize, run: usize) -> i32 {
        self.times(index, run)[1]
    }

    #[inline]
    pub(crate) fn stop_count(&self) -> usize {
        self.list.stops as usize
    }

    pub(crate) fn count(&self) -> usize {
        self.runs.len()
    }

    pub(crate) fn trip(&self, run: usize) -> u32 {
        self.runs[run].trip
    }
}

impl Timetable {
    /// Arranges trips into patterns. `change_s` is the least time between alighting and boarding another vehicle,
    /// besides walking.
    ///
    /// Trips of one stop sequence that overtake each other on some day go to separate patterns. Trips that run on
    /// no day are left out.
    ///
    /// # Errors
    /// Slices that don't fit together, stops that don't exist, trips of fewer than two calls, times that run
    /// backwards.
    pub fn new(table: TripTable<'_>, change_s: u32) -> Result<Self, Problem> {
        table.check()?;
        // Each call is kept at most once a weekday and once for each of the days a trip may last.
        as_u32("times of runs", table.stop.len().saturating_mul(7 * 8))?;
        let mut order: Vec<u32> =
            (0..table.days.len() as u32).filter(|&t| table.days[t as usize] != 0).collect();
        let times = |trip: u32| &table.departure_s[table.calls(trip)];
        order.sort_by(|&a, &b| {
            table.stops(a).cmp(table.stops(b)).then_with(|| times(a).cmp(times(b))).then(a.cmp(&b))
        });
        let mut timetable = Self { stop_count: table.stop_count, change_s, ..Self::default() };
        for group in order.chunk_by(|&a, &b| table.stops(a) == table.stops(b)) {
            let mut chains: Vec<Chain> = Vec::new();
            for &trip in group {
                if !chains.iter_mut().any(|chain| chain.take(&table, trip)) {
                    let mut chain = Chain::default();
                    chain.take(&table, trip);
                    chains.push(chain);
                }
            }
            chains.iter().for_each(|chain| timetable.push(&table, table.stops(group[0]), chain));
        }
        timetable.index_stops();
        Ok(timetable)
    }

    fn push(&mut self, table: &TripTable<'_>, stops: &[u32], chain: &Chain) {
        let first_list = self.lists.len();
        for day in 0..7 {
            let list = match (0..day).find(|&d| chain.days[d] == chain.days[day]) {
                Some(same) => self.lists[first_list + same],
                None => self.push_list(table, stops.len(), &chain.days[day]),
            };
            self.lists.push(list);
        }
        let first_stop = self.pattern_stops.len() as u32;
        self.patterns.push(Pattern { first_stop, stop_count: stops.len() as u32 });
        self.pattern_stops.extend(stops);
    }

    fn push_list(&mut self, table: &TripTable<'_>, stops: usize, runs: &[Run]) -> List {
        let begin_s = |run: &Run| run.times(table, 0).1;
        let offsets = |run: &Run, index: usize| {
            let (arrival_s, departure_s) = run.times(table, index);
            (arrival_s - begin_s(run), departure_s - begin_s(run))
        };
        let alike = runs.iter().all(|run| {
            (0..stops).all(|index| runs.first().map(|r| offsets(r, index)) == Some(offsets(run, index)))
        });
        let first_run = self.runs.len();
        self.runs.extend(runs.iter().map(|run| Start { begin_s: begin_s(run), trip: run.trip }));
        let list = List {
            first_time: self.times_s.len() as u32,
            first_run: first_run as u32,
            runs: runs.len() as u32,
            stops: stops as u32,
            runs_per_s: per_s(&self.runs[first_run..]),
            alike,
        };
        for index in 0..stops {
            for run in runs.iter().take(if alike { 1 } else { runs.len() }) {
                let (arrival_s, departure_s) =
                    if alike { offsets(run, index) } else { run.times(table, index) };
                self.times_s.push([arrival_s, departure_s]);
            }
        }
        list
    }

    /// Lists, for each stop, the patterns that call there.
    fn index_stops(&mut self) {
        self.first_visit = offsets(self.stop_count, self.pattern_stops.iter().copied());
        let mut next = self.first_visit.clone();
        self.visits = vec![(0, 0); self.pattern_stops.len()];
        for (id, pattern) in self.patterns.iter().enumerate() {
            for index in 0..pattern.stop_count {
                let slot = &mut next[self.pattern_stops[(pattern.first_stop + index) as usize] as usize];
                self.visits[*slot as usize] = (id as u32, index);
                *slot += 1;
            }
        }
    }

    /// Number of stops.
    #[must_use]
    pub fn stop_count(&self) -> usize {
        self.stop_count
    }

    /// Number of patterns.
    #[must_use]
    pub fn pattern_count(&self) -> usize {
        self.patterns.len()
    }

    /// Least time between alighting and boarding another vehicle, besides walking.
    #[must_use]
    pub fn change_s(&self) -> u32 {
        self.change_s
    }

    /// Stops of a pattern in order; empty for a pattern that doesn't exist.
    #[must_use]
    pub fn stops(&self, pattern: u32) -> &[u32] {
        self.patterns.get(pattern as usize).map_or(&[], |p| {
            &self.pattern_stops[p.first_stop as usize..(p.first_stop + p.stop_count) as usize]
        })
    }

    /// Patterns that call at a stop as (pattern, stop index in it); empty for a stop that doesn't exist.
    #[must_use]
    pub fn visits(&self, stop: u32) -> &[(u32, u32)] {
        if stop as usize >= self.stop_count {
            return &[];
        }
        &self.visits[self.first_visit[stop as usize] as usize..self.first_visit[stop as usize + 1] as usize]
    }

    /// The first trip of a pattern that leaves its `index`-th stop at or after `earliest_s`, with its departure,
    /// in seconds after the midnight at which `weekday` (0–6) begins. `None` when none is left that day, and for
    /// a pattern, stop index or weekday that doesn't exist.
    #[must_use]
    pub fn next_trip(&self, pattern: u32, index: u32, earliest_s: u32, weekday: u8) -> Option<(u32, u32)> {
        let runs = self.runs(pattern, weekday)?;
        let run = runs.next(index as usize, earliest_s, runs.count())?;
        Some((runs.trip(run), runs.departure_s(index as usize, run).max(0) as u32))
    }

    /// Adds to `queue` the patterns that run on a weekday and call at some of the stops, each once, and keeps in
    /// `first_wait` the first index at which each of them does (`NONE` for those not in the queue).
    pub(crate) fn gather(&self, stops: &[u32], weekday: u8, first_wait: &mut [u32], queue: &mut Vec<u32>) {
        for &(pattern, index) in stops.iter().flat_map(|stop| self.visits(*stop)) {
            let first = &mut first_wait[pattern as usize];
            if *first == NONE {
                if self.runs(pattern, weekday).is_none() {
                    continue;
                }
                queue.push(pattern);
            }
            // `NONE` is the largest number, so the minimum also replaces it.
            *first = index.min(*first);
        }
    }

    /// The next vehicle of each ride's own pattern for many travellers who wait, written to `found` in their order;
    /// `None` where none is left that day or the ride doesn't belong to this timetable. Faster than one by one: the
    /// work on one goes on while the memory of the others is waited for.
    pub fn board_all(&self, waits: &[Wait], weekday: u8, found: &mut Vec<Option<Boarding>>) {
        found.clear();
        for waits in waits.chunks(TOGETHER) {
            let mut seats = [Seat::default(); TOGETHER];
            for (seat, wait) in seats.iter_mut().zip(waits) {
                seat.list = self.list(wait.ride.pattern, weekday).unwrap_or_default();
            }
            for (seat, wait) in seats.iter_mut().zip(waits) {
                self.approach(seat, wait);
            }
            found.extend(seats.iter().zip(waits).map(|(seat, wait)| match seat.alike {
                true => self.take(seat),
                false => self.board(&wait.ride, wait.from_s, weekday),
            }));
        }
    }

    /// Finds where about in its list the run stands that a traveller takes, and brings that place near.
    #[inline]
    fn approach(&self, seat: &mut Seat, wait: &Wait) {
        let (list, board, alight) = (seat.list, wait.ride.board, wait.ride.alight);
        let fits = list.alike && list.runs > 0 && board < alight && alight < list.stops;
        let at = |index: u32| self.times_s.get((list.first_time + index) as usize);
        let first = self.runs.get(list.first_run as usize);
        let (Some(&[_, board_s]), Some(&[alight_s, _]), Some(first)) = (at(board), at(alight), first) else {
            return;
        };
        let from_s = i32::try_from(wait.from_s).unwrap_or(i32::MAX).saturating_sub(board_s);
        seat.near = guess(first.begin_s, list.runs as usize, list.runs_per_s, from_s);
        let near = self.runs.get(list.first_run as usize + seat.near);
        seat.before = near.is_some_and(|run| run.begin_s < from_s);
        (seat.from_s, seat.board_s, seat.alight_s, seat.alike) = (from_s, board_s, alight_s, fits);
    }

    /// The run that a traveller takes, of a list whose runs are alike.
    #[inline]
    fn take(&self, seat: &Seat) -> Option<Boarding> {
        let (first, count) = (seat.list.first_run as usize, seat.list.runs as usize);
        let runs = self.runs.get(first..first + count)?;
        let run = runs.get(search(runs, seat.near, seat.before, seat.from_s))?;
        let (board_s, alight_s) = (run.begin_s + seat.board_s, run.begin_s + seat.alight_s);
        Some(Boarding { trip: run.trip, board_s: board_s.max(0) as u32, alight_s: alight_s.max(0) as u32 })
    }

    #[inline]
    fn list(&self, pattern: u32, weekday: u8) -> Option<List> {
        let day = if weekday < 7 { usize::from(weekday) } else { return None };
        self.lists.get(pattern as usize * 7 + day).copied()
    }

    /// Runs of a pattern on a weekday, or `None` if there are none.
    #[inline]
    pub(crate) fn runs(&self, pattern: u32, weekday: u8) -> Option<Runs<'_>> {
        let list = self.list(pattern, weekday).filter(|list| list.runs > 0)?;
        let (first_run, first_time) = (list.first_run as usize, list.first_time as usize);
        let times = list.stops as usize * if list.alike { 1 } else { list.runs as usize };
        Some(Runs {
            list,
            runs: &self.runs[first_run..first_run + list.runs as usize],
            times_s: &self.times_s[first_time..first_time + times],
        })
    }
}

/// A trip as seen from the midnight of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    trip: u32,
    /// Seconds between the midnight of the trip's service day and that of the day from which it is seen.
    earlier_s: u32,
}

impl Run {
    /// Arrival and departure at the pattern's stop.
    fn times(&self, table: &TripTable<'_>, index: usize) -> (i32, i32) {
        let call = table.first[self.trip as usize] as usize + index;
        let shift = |time_s: u32| time_s as i32 - self.earlier_s as i32;
        (shift(table.arrival_s[call]), shift(table.departure_s[call]))
    }

    /// All times of the run in order of travel.
    fn all_times<'a>(&'a self, table: &'a TripTable<'_>) -> impl Iterator<Item = (i32, i32)> + 'a {
        (0..table.stops(self.trip).len()).map(|index| self.times(table, index))
    }

    /// Whether this run is nowhere later than another of the same stops.
    fn stays_ahead(&self, table: &TripTable<'_>, other: &Run) -> bool {
        self.all_times(table).zip(other.all_times(table)).all(|(a, b)| a.0 <= b.0 && a.1 <= b.1)
    }
}

/// Runs of one stop sequence per weekday, each day's in order and without overtaking.
#[derive(Debug, Default)]
struct Chain {
    days: [Vec<Run>; 7],
}

impl Chain {
    /// Adds a trip on all of its days, or changes nothing if it would overtake or be overtaken on one of them.
    fn take(&mut self, table: &TripTable<'_>, trip: u32) -> bool {
        let mut slots = Vec::new();
        let last_s = table.departure_s[table.calls(trip).end - 1];
        for day in (0..7).filter(|day| table.days[trip as usize] >> day & 1 == 1) {
            for nights in 0..=last_s / DAY_S {
                let run = Run { trip, earlier_s: nights * DAY_S };
                let seen = (day + nights as usize) % 7;
                let runs = &self.days[seen];
                let at = runs.partition_point(|other| other.all_times(table).le(run.all_times(table)));
                let behind = at == 0 || runs[at - 1].stays_ahead(table, &run);
                if !behind || runs.get(at).is_some_and(|next| !run.stays_ahead(table, next)) {
                    return false;
                }
                slots.push((seen, run));
            }
        }
        for (seen, run) in slots {
            let runs = &mut self.days[seen];
            let at = runs.partition_point(|other| other.all_times(table).le(run.all_times(table)));
            runs.insert(at, run);
        }
        true
    }
}
