//! A fixed choice of rides, evaluated on the timetable for any departure.

use crate::timetable::Timetable;

/// One ride of a journey: a walk to a stop, then a vehicle of one pattern from that stop to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ride {
    /// Pattern of the timetable.
    pub pattern: u32,
    /// Index in the pattern of the stop where it is boarded.
    pub board: u32,
    /// Index in the pattern of the stop where it is left, above `board`.
    pub alight: u32,
    /// Walk to the boarding stop: from the origin, or from where the ride before was left (0 at the same stop).
    pub walk_s: u32,
}

/// A way through the timetable, independent of the time of day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Journey {
    /// Rides in order; empty when the whole way is walked.
    pub rides: Vec<Ride>,
    /// Walk after the last ride.
    pub egress_s: u32,
}

/// A traveller who is ready to board a ride's first vehicle from a second of the day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The ride wanted; its walk lies behind.
    pub ride: Ride,
    /// Since when, seconds after the midnight at which the day of departure begins.
    pub from_s: u32,
}

/// A vehicle boarded and left, seconds after the midnight at which the day of departure begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boarding {
    /// Trip, as numbered in the table from which the timetable was made.
    pub trip: u32,
    /// Departure from the boarding stop.
    pub board_s: u32,
    /// Arrival at the stop where it is left.
    pub alight_s: u32,
}

impl Timetable {
    /// Takes a journey, always with the next vehicle of its patterns, and returns the time of arrival with the
    /// boardings written to `boardings`. `None` if a vehicle no longer runs that day (the boardings then are those
    /// before), or if a ride doesn't belong to this timetable.
    ///
    /// Times are seconds after the midnight at which `weekday` (0–6) begins.
    pub fn ride(
        &self,
        journey: &Journey,
        depart_s: u32,
        weekday: u8,
        boardings: &mut Vec<Boarding>,
    ) -> Option<u32> {
        boardings.clear();
        let alight_s = self.ride_each(journey.rides.iter().copied(), depart_s, weekday, |boarding| {
            boardings.push(boarding)
        })?;
        Some(alight_s.saturating_add(journey.egress_s))
    }

    /// As [`Timetable::ride`] for rides kept elsewhere: calls `each` for every boarding and returns when the last
    /// vehicle is left (the departure itself without rides).
    #[inline]
    pub fn ride_each(
        &self,
        rides: impl IntoIterator<Item = Ride>,
        depart_s: u32,
        weekday: u8,
        each: impl FnMut(Boarding),
    ) -> Option<u32> {
        self.follow(rides, depart_s, each, |ride, earliest_s| self.board(ride, earliest_s, weekday))
    }

    /// As [`Timetable::ride_each`] for somebody who takes, between the stops of each ride, whichever line gets
    /// there first (of equal ones that of the lowest pattern).
    pub fn ride_any_line(
        &self,
        rides: &[Ride],
        depart_s: u32,
        weekday: u8,
        each: impl FnMut(Boarding),
    ) -> Option<u32> {
        self.follow(rides.iter().copied(), depart_s, each, |ride, earliest_s| {
            self.board_any(ride, earliest_s, weekday)
        })
    }

    /// Takes ride after ride, each with the vehicle that `board` finds for it from a time on.
    #[inline]
    fn follow(
        &self,
        rides: impl IntoIterator<Item = Ride>,
        depart_s: u32,
        mut each: impl FnMut(Boarding),
        board: impl Fn(&Ride, u32) -> Option<Boarding>,
    ) -> Option<u32> {
        let mut now_s = depart_s;
        for (number, ride) in rides.into_iter().enumerate() {
            let change_s = if number == 0 { 0 } else { self.change_s() };
            let boarding = board(&ride, now_s.saturating_add(ride.walk_s).saturating_add(change_s))?;
            now_s = boarding.alight_s;
            each(boarding);
        }
        Some(now_s)
    }

    /// The next vehicle of the ride's own pattern.
    #[inline]
    pub(crate) fn board(&self, ride: &Ride, earliest_s: u32, weekday: u8) -> Option<Boarding> {
        let (board, alight) = (ride.board as usize, ride.alight as usize);
        let runs = self.runs(ride.pattern, weekday)?;
        if board >= alight || alight >= runs.stop_count() {
            return None;
        }
        let run = runs.next(board, earliest_s, runs.count())?;
        let board_s = runs.departure_s(board, run).max(0) as u32;
        Some(Boarding { trip: runs.trip(run), board_s, alight_s: runs.arrival_s(alight, run) })
    }

    /// The vehicle of any pattern that gets first from the ride's one stop to its other.
    fn board_any(&self, ride: &Ride, earliest_s: u32, weekday: u8) -> Option<Boarding> {
        let mut best: Option<Boarding> = None;
        self.each_between(ride, |other| {
            if let Some(found) = self.board(&other, earliest_s, weekday)
                && best.is_none_or(|b| found.alight_s < b.alight_s)
            {
                best = Some(found);
            }
        });
        best
    }

    /// Calls `each` with the rides on any pattern from the ride's one stop to its other, in order of patterns.
    pub fn each_between(&self, ride: &Ride, mut each: impl FnMut(Ride)) {
        let stops = self.stops(ride.pattern);
        let (from, to) = (stops.get(ride.board as usize), stops.get(ride.alight as usize));
        let (Some(from), Some(to)) = (from, to) else { return };
        let mut ends = self.visits(*to);
        for &(pattern, board) in self.visits(*from) {
            // Both lists ascend by pattern, so one pass over each finds all that serve both stops.
            while let [(other, _), rest @ ..] = ends
                && *other < pattern
            {
                ends = rest;
            }
            let same = ends.iter().take_while(|end| end.0 == pattern);
            for &(_, alight) in same.filter(|end| end.1 > board) {
                each(Ride { pattern, board, alight, ..*ride });
            }
        }
    }
}
