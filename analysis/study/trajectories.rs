//! Records who moves where, and how health, codes and whereabouts change, for the viewer.
//!
//! Everything is read from the world between hours and after each day; nothing is remembered from day to day, so that a
//! run taken up from a checkpoint records the same.
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::recorder::Recorder;
use citytwin_engine::{Levers, Now, Simulation};
use citytwin_movement::trails;
use citytwin_recording::{Change, Day, FOLDER, People, Person, Ride, State, Trip, Trips};
use citytwin_world::id::Key;
use citytwin_world::places::VEHICLE_SECTIONS;
use citytwin_world::population::Hold;
use citytwin_world::visits::CHUNK;
use citytwin_world::{City, PersonId, PlaceId, Population, Visit, World};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a scenario wants to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedTrajectories {
    /// Every n-th resident.
    pub every: u32,
    /// On which days of the run.
    pub days: Range<u32>,
}

impl WantedTrajectories {
    /// A share of the residents over some days; `None` for nobody.
    #[must_use]
    pub fn new(share: f64, days: Range<u32>) -> Option<Self> {
        (share > 0.0 && !days.is_empty())
            .then(|| Self { every: (1.0 / share).round().clamp(1.0, f64::from(u32::MAX)) as u32, days })
    }

    /// Of which persons' trips the world must keep a log on a day (every n-th), besides those of every `other`-th that
    /// a table asks for; 0 = of nobody. The day before counts too, for its trips over midnight.
    pub(crate) fn log_every(wanted: Option<&Self>, day: u32, other: u32) -> u32 {
        match wanted.filter(|w| w.days.contains(&day) || w.days.contains(&(day + 1))) {
            Some(wanted) if other == 0 => wanted.every,
            Some(wanted) => common_divisor(wanted.every, other),
            None => other,
        }
    }
}

fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Records days into the folder of a run under construction.
pub(crate) struct Trajectories {
    wanted: WantedTrajectories,
    folder: PathBuf,
}

impl Trajectories {
    /// Makes the folder and writes who is recorded.
    pub(crate) fn begin(wanted: &WantedTrajectories, run: &Path, world: &World) -> Result<Self, StudyError> {
        let folder = run.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(StudyError::file(&folder))?;
        let residents = world.people.residents.person.as_slice().iter().step_by(wanted.every as usize);
        let person = residents.map(|p| Person {
            household: p.household,
            places: p.slot,
            age: p.age,
            occupation: p.occupation,
            sector: p.sector,
        });
        let people = People { every: wanted.every, city_hash: world.city.hash, person: person.collect() };
        people.write(&folder)?;
        Ok(Self { wanted: wanted.clone(), folder })
    }

    /// Writes a sample of the trails of up to three recorded days for the page of the run: of the first one, of that
    /// with the most infections, and of that with the most outages.
    pub(crate) fn write_trails(
        &self,
        folder: &RunFolder,
        source: &Recorder,
        city: &City,
    ) -> Result<(), StudyError> {
        let recorded = citytwin_recording::days(&self.folder)?;
        let (infections, outages) = (source.infections_by_day(), source.outages_by_day());
        // Of days with as many, the earliest; none without any.
        let most = |counts: &[u64]| {
            let on = |day: &u32| counts.get(*day as usize).copied().unwrap_or(0);
            recorded.iter().copied().rev().max_by_key(on).filter(|day| on(day) > 0)
        };
        let days: BTreeSet<u32> =
            recorded.first().copied().into_iter().chain(most(&infections)).chain(most(&outages)).collect();
        let days: Vec<u32> = days.into_iter().collect();
        let trails = trails::read(&self.folder, city, &days)?;
        let text = serde_json::to_string(&trails)
            .map_err(|error| StudyError::Table { table: trails::FILE.into(), message: error.to_string() })?;
        folder.write_bytes(&format!("{FOLDER}/{}", trails::FILE), text.as_bytes()).map(drop)
    }

    /// Whether a day is to be recorded.
    pub(crate) fn wants(&self, day: u32) -> bool {
        self.wanted.days.contains(&day)
    }

    /// Simulates a day hour by hour and writes it down.
    pub(crate) fn run_day(&self, simulation: &mut Simulation) -> Result<Now, StudyError> {
        let mut day = self.midnight(simulation);
        let mut state = day.state.clone();
        let mut now = simulation.now();
        for changes in &mut day.changes {
            now = simulation.now();
            simulation.step();
            *changes = self.changes((&simulation.world, &simulation.levers), &mut state);
        }
        self.trips(&simulation.world, &mut day.trips);
        day.write(&self.folder)?;
        Ok(now)
    }

    fn every(&self) -> usize {
        self.wanted.every as usize
    }

    /// How everything stands at midnight, with the trips then under way.
    fn midnight(&self, simulation: &Simulation) -> Day {
        let (now, world) = (simulation.now(), &simulation.world);
        let rows = world.people.today.as_slice().iter().step_by(self.every());
        let mut day = Day { day: now.day(), date: now.date, ..Day::default() };
        day.slot = rows.map(|today| today.stop[usize::from(today.at) % today.stop.len()] & 7).collect();
        let mut held = Vec::new();
        for row in 0..day.slot.len() {
            let (state, place) = self.look((world, &simulation.levers), row);
            day.state.push(state);
            if place.is_some() {
                held.push((row as u32, place));
            }
        }
        day.held = held;
        let yesterday = world.services.trip_log.iter().flatten();
        let over = yesterday.filter(|trip| trip.arrive_min > 1440).filter_map(|trip| self.trip(trip));
        for trip in over.filter(|_| now.day() > 0) {
            let (depart_min, arrive_min) = (trip.depart_min - 1440, trip.arrive_min - 1440);
            day.trips.push(Trip { depart_min, arrive_min, ..trip }, &[]);
        }
        day
    }

    /// The state of a recorded person, and the place of those whom a bed or order holds.
    fn look(&self, (world, levers): (&World, &Levers), row: usize) -> (State, PlaceId) {
        let person = PersonId::from_index(row * self.every());
        let Population { residents, today, health } = &world.people;
        let today = &today[person];
        // Queues come and go within the hour: they are part of the way.
        let hold = if today.hold == Hold::Queue { Hold::Free } else { today.hold };
        let code = levers.code(person) as u8;
        let state = State::new(health.stage[person], health.severity[person], code, hold);
        let place = match hold {
            Hold::Free | Hold::Dead | Hold::Queue => PlaceId::NONE,
            _ => residents.rooms.place.get(today.room).copied().unwrap_or(PlaceId::NONE),
        };
        (state, place)
    }

    /// What has changed since `state`, which becomes what holds now.
    fn changes(&self, now: (&World, &Levers), state: &mut [State]) -> Vec<Change> {
        let parts = state.par_chunks_mut(CHUNK).enumerate().map(|(chunk, state)| {
            let mut changes = Vec::new();
            for (i, state) in state.iter_mut().enumerate() {
                let row = chunk * CHUNK + i;
                let (seen, place) = self.look(now, row);
                if seen != *state {
                    *state = seen;
                    changes.push(Change { row: row as u32, state: seen, place });
                }
            }
            changes
        });
        parts.collect::<Vec<_>>().concat()
    }

    /// A trip as it is recorded; `None` for somebody who isn't.
    fn trip(&self, trip: &citytwin_world::services::TripRecord) -> Option<Trip> {
        trip.person.0.is_multiple_of(self.wanted.every).then(|| Trip {
            depart_min: trip.depart_min as i16,
            row: trip.person.0 / self.wanted.every,
            arrive_min: trip.arrive_min as i16,
            mode: trip.mode,
            from: trip.slots[0] & 7,
            to: trip.slots[1] & 7,
            first_ride: 0,
            rides: 0,
        })
    }

    /// Adds the trips of the day just ended, with the vehicles taken.
    fn trips(&self, world: &World, trips: &mut Trips) {
        let first_vehicle = world.people.residents.rooms.vehicles;
        let logs = world.services.trip_log.par_iter().zip(&world.visits.chunks);
        let parts: Vec<Trips> = logs
            .map(|(log, visits)| {
                let mut aboard: Vec<&Visit> = visits
                    .iter()
                    .filter(|v| v.room.0 >= first_vehicle && v.room.is_some())
                    .filter(|v| v.person.0.is_multiple_of(self.wanted.every))
                    .filter(|v| world.people.residents.rooms.setting.get(v.room).is_some())
                    .collect();
                aboard.sort_unstable_by_key(|v| (v.person, v.start_min));
                let mut part = Trips::default();
                for trip in log {
                    let Some(made) = self.trip(trip) else { continue };
                    let at = |minute: u16| {
                        aboard.partition_point(|v| (v.person, v.start_min) < (trip.person, minute))
                    };
                    let own = aboard.get(at(trip.depart_min)..at(trip.arrive_min)).unwrap_or_default();
                    let ride = |v: &&Visit| Ride {
                        run: (v.room.0 - first_vehicle) / VEHICLE_SECTIONS,
                        board_min: v.start_min as i16,
                        alight_min: v.end_min as i16,
                    };
                    part.push(made, &own.iter().map(ride).collect::<Vec<_>>());
                }
                part
            })
            .collect();
        for part in &parts {
            for trip in &part.trips {
                trips.push(*trip, part.rides_of(trip));
            }
        }
        trips.sort();
    }
}
