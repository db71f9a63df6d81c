//! The vehicles of one day: which run, how many places they have, and at which stops they let people on and off.
use super::super::network;
use citytwin_engine::Now;
use citytwin_routing::{Call, Timetable};
use citytwin_world::City;
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::id::Key;
use citytwin_world::passengers::Disruption;
use citytwin_world::transit::Ride;
use citytwin_world::{Mode, RunId, StopId};

/// Purposes of this file's draws.
const PLACES: u32 = 0x0209;
const CUT: u32 = 0x020a;

/// Seconds of a day.
const DAY_S: i32 = 86_400;

/// A vehicle: the place in the day of a run of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vehicle {
    pub(super) pattern: u32,
    pub(super) run: usize,
}

/// The vehicles of one day.
#[derive(Debug, Default)]
pub(in super::super) struct Service {
    weekday: u8,
    /// First platform (a pattern's stop) and first vehicle of each pattern, with end marks.
    first_platform: Vec<u32>,
    first_vehicle: Vec<u32>,
    /// Passenger places of each vehicle.
    places: Vec<u16>,
    /// Vehicles that don't run; empty where all do.
    cut: Vec<bool>,
    /// For each platform whether nobody boards or alights there; empty where no stop is closed.
    closed: Vec<bool>,
}

impl Service {
    /// The vehicles of a day, with places for a share of the residents times a factor.
    ///
    /// Where places are scaled, those of a pattern's runs add up: any number of runs that follow each other have the
    /// right sum of places but for one, at an offset drawn for the day.
    pub(super) fn of_day(now: Now, timetable: &Timetable, city: &City, scale: f64) -> Self {
        let weekday = network::service_day(now);
        let mut service =
            Self { weekday, first_platform: vec![0], first_vehicle: vec![0], ..Self::default() };
        let mut platforms = 0;
        for pattern in 0..timetable.pattern_count() as u32 {
            let drawn = block(now.seed, PLACES, pattern, now.day(), 0)[0];
            let mut sum = f64::from(unit_f32(drawn));
            for run in 0..timetable.run_count(pattern, weekday) {
                let trip = timetable.call(pattern, 0, run, weekday).map(|call| RunId(call.trip));
                let places = trip.and_then(|trip| city.transit.run_capacity.get(trip)).copied().unwrap_or(0);
                let before = sum.floor();
                sum += f64::from(places) * scale;
                service.places.push((sum.floor() - before).min(f64::from(u16::MAX)) as u16);
            }
            platforms += timetable.stops(pattern).len() as u32;
            service.first_platform.push(platforms);
            service.first_vehicle.push(service.places.len() as u32);
        }
        service
    }

    /// Closes stops and cuts runs that begin at or after a second of the day; runs already under way go on.
    pub(super) fn disrupt(
        &mut self,
        now: Now,
        from_s: u32,
        timetable: &Timetable,
        city: &City,
        disruption: &Disruption,
    ) {
        self.close(timetable, &disruption.closed);
        if disruption.cuts.is_empty() && self.cut.is_empty() {
            return;
        }
        self.cut.resize(self.places.len(), false);
        for pattern in 0..timetable.pattern_count() as u32 {
            for run in 0..timetable.run_count(pattern, self.weekday) {
                let vehicle = self.number(Vehicle { pattern, run });
                let Some(call) = timetable.call(pattern, 0, run, self.weekday) else { continue };
                if now.day_begins() || i64::from(call.departure_s) >= i64::from(from_s) {
                    self.cut[vehicle] = is_cut(now, city, call, disruption);
                }
            }
        }
    }

    fn close(&mut self, timetable: &Timetable, stops: &[StopId]) {
        self.closed.clear();
        if stops.is_empty() {
            return;
        }
        for pattern in 0..timetable.pattern_count() as u32 {
            let calls = timetable.stops(pattern).iter();
            self.closed.extend(calls.map(|stop| stops.binary_search(&StopId(*stop)).is_ok()));
        }
    }

    /// Whether people may get on and off where a ride begins and ends.
    pub(super) fn is_open(&self, ride: &Ride) -> bool {
        let closed = |index| self.closed.get(self.platform(ride, index)).is_some_and(|closed| *closed);
        !closed(ride.board) && !closed(ride.alight)
    }

    pub(super) fn weekday(&self) -> u8 {
        self.weekday
    }

    /// Number of platforms: each stop of each pattern has its own.
    pub(super) fn platform_count(&self) -> usize {
        self.first_platform.last().copied().unwrap_or(0) as usize
    }

    /// The platform where a ride's stop lies.
    pub(super) fn platform(&self, ride: &Ride, index: u16) -> usize {
        let first = self.first_platform.get(usize::from(ride.pattern)).copied().unwrap_or(0);
        first as usize + usize::from(index)
    }

    /// Number of a vehicle, in order of patterns and runs.
    pub(super) fn number(&self, vehicle: Vehicle) -> usize {
        self.first_vehicle.get(vehicle.pattern as usize).copied().unwrap_or(0) as usize + vehicle.run
    }

    pub(super) fn places(&self, number: usize) -> u16 {
        self.places.get(number).copied().unwrap_or(0)
    }

    /// Keeps the places that a vehicle set out with the day before; who is aboard rides on.
    pub(super) fn keep(&mut self, number: usize, places: u16) {
        if let Some(own) = self.places.get_mut(number) {
            *own = places;
        }
        if let Some(cut) = self.cut.get_mut(number) {
            *cut = false;
        }
    }

    pub(super) fn is_cut(&self, number: usize) -> bool {
        self.cut.get(number).copied().unwrap_or(false)
    }

    /// Number of runs that don't run today.
    pub(super) fn cut_count(&self) -> u64 {
        self.cut.iter().filter(|cut| **cut).count() as u64
    }

    /// The first vehicle of a ride's pattern that leaves its boarding stop at or after a second.
    pub(super) fn next(&self, timetable: &Timetable, ride: &Ride, from_s: u32) -> Option<Vehicle> {
        let pattern = u32::from(ride.pattern);
        let run = timetable.next_run(pattern, ride.board.into(), from_s, self.weekday)?;
        self.running(timetable, Vehicle { pattern, run })
    }

    /// The ride between the same two stops, on any pattern, whose vehicle leaves at or after a second and gets there
    /// first.
    pub(super) fn next_of_any(
        &self,
        timetable: &Timetable,
        ride: &Ride,
        from_s: u32,
    ) -> Option<(Ride, Vehicle)> {
        let mut best: Option<(i32, Ride, Vehicle)> = None;
        timetable.each_between(&network::on_timetable(ride), |other| {
            let narrow = |n: u32| u16::try_from(n).unwrap_or(u16::MAX); // as all rides of the city's journeys
            let (pattern, board) = (narrow(other.pattern), narrow(other.board));
            let other = Ride { pattern, board, alight: narrow(other.alight), ..*ride };
            let Some(vehicle) = self.next(timetable, &other, from_s) else { return };
            let Some(call) = self.call(timetable, vehicle, other.alight) else { return };
            if best.is_none_or(|(first_s, ..)| call.arrival_s < first_s) {
                best = Some((call.arrival_s, other, vehicle));
            }
        });
        best.map(|(_, ride, vehicle)| (ride, vehicle))
    }

    /// A vehicle, or the first after it that runs.
    fn running(&self, timetable: &Timetable, vehicle: Vehicle) -> Option<Vehicle> {
        let count = timetable.run_count(vehicle.pattern, self.weekday);
        let mut runs = (vehicle.run..count).map(|run| Vehicle { run, ..vehicle });
        runs.find(|vehicle| !self.is_cut(self.number(*vehicle)))
    }

    /// The call of a vehicle at a stop of its pattern.
    pub(super) fn call(&self, timetable: &Timetable, vehicle: Vehicle, index: u16) -> Option<Call> {
        timetable.call(vehicle.pattern, index.into(), vehicle.run, self.weekday)
    }

    /// When the last of some rides is left, if no vehicle is full; `None` where one no longer runs that day.
    pub(super) fn foresee(&self, timetable: &Timetable, rides: &[Ride], depart_s: u32) -> Option<u32> {
        let mut now_s = depart_s;
        for (number, ride) in rides.iter().enumerate() {
            let change_s = if number == 0 { 0 } else { timetable.change_s() };
            let from_s = now_s.saturating_add(ride.walk_s.into()).saturating_add(change_s);
            let vehicle = self.next(timetable, ride, from_s).filter(|_| ride.board < ride.alight)?;
            now_s = self.call(timetable, vehicle, ride.alight)?.arrival_s.max(0) as u32;
        }
        Some(now_s)
    }
}

/// Whether a run is cut on the day on which it begins: the strictest cut that concerns it decides, and a run that one
/// share cuts every larger share cuts too.
fn is_cut(now: Now, city: &City, call: Call, disruption: &Disruption) -> bool {
    let (transit, run) = (&city.transit, RunId(call.trip));
    let Some(line) = transit.run_route.get(run).and_then(|route| transit.route_line.get(*route)) else {
        return false;
    };
    let mode = transit.line_mode.get(*line).copied().unwrap_or(Mode::Bus);
    let concerned = disruption.cuts.iter().filter(|cut| cut.concerns(*line, mode));
    let share = concerned.map(|cut| cut.share).fold(0.0, f32::max);
    // Seen from today, runs of the days before begin before midnight.
    let nights = call.departure_s.div_euclid(DAY_S);
    let day = now.day().wrapping_add_signed(nights);
    share > 0.0 && unit_f32(block(now.seed, CUT, run.index() as u32, day, 0)[0]) < share
}
