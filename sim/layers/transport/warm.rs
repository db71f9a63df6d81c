//! Bringing what travellers need into the cache before they are looked at one by one.
//!
//! A traveller's data lie in half a dozen far places, and each of them alone makes the processor wait. So it is first
//! said where all of them lie, and then they are read one right after the other: the waits overlap. Nothing here
//! changes any result.
use super::due::{Bits, each_bit};
use super::{View, walk};
use citytwin_world::population::{DURATION, STOPS_MAX, Today};
use citytwin_world::residents::{PAIRS, Resident, SLOTS, slot};
use citytwin_world::transit::JourneyRow;
use citytwin_world::{Mode, PersonId};
use std::hint::black_box;

/// Places noted before they are read.
const NOTED_MAX: usize = 256;
/// Ordered pairs of slots whose car times lie in three different lines of the cache, of those that a row takes.
const CAR_LINES: [usize; 3] = [8, 24, 40];
/// A usual trip, min: good enough to guess in which part of the day the next one begins.
const TRIP_MIN: u16 = 20;

/// Touches everything that the persons due in this hour will read.
pub(super) fn touch(view: &View, first: usize, today: &[Today], hour: &Bits) {
    let residents = view.residents;
    let mut sum = 0u64;
    each_bit(hour, |i| {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), residents.person.get(id)) else { return };
        let way = residents.walk_10m[id];
        sum = sum.wrapping_add(u64::from(t.next_min) ^ u64::from(t.room.0) ^ u64::from(p.household.0));
        sum = sum.wrapping_add(u64::from(way[0]) ^ u64::from(way[PAIRS - 1]) ^ p.mode[SLOTS - 1] as u64);
    });
    black_box(sum);
    let mut far = Far::new();
    each_bit(hour, |i| {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), residents.person.get(id)) else { return };
        let mode = Mode::ALL[usize::from(t.mode) % Mode::COUNT];
        far.note_car(view, p);
        far.note(view, (id, t, p), usize::from(t.at), (mode, t.next_min));
    });
    far.read(view);
}

/// Touches the car times of some persons.
pub(super) fn touch_cars(view: &View, persons: impl Iterator<Item = PersonId>) {
    let mut far = Far::new();
    persons.filter_map(|id| view.residents.person.get(id)).for_each(|person| far.note_car(view, person));
    black_box(far.sum);
}

/// Touches the legs of whole days of some of a group of persons.
pub(super) fn touch_day(view: &View, first: usize, today: &[Today], some: u64) {
    let mut far = Far::new();
    for (i, t) in today.iter().enumerate().filter(|(i, t)| some >> i & 1 == 1 && t.stops >= 2) {
        let id = PersonId((first + i) as u32);
        let Some(p) = view.residents.person.get(id) else { continue };
        far.note_car(view, p);
        if !p.mode.iter().any(|mode| matches!(mode, Mode::Bus | Mode::Metro)) {
            continue;
        }
        let (mut mode, mut clock_min) = (Mode::Walk, 0u16);
        for at in 0..usize::from(t.stops).clamp(1, STOPS_MAX) - 1 {
            // A guess of the minute of leaving: stays that last a while begin when the trip before them ends.
            let until = t.until_min[at];
            clock_min =
                if until & DURATION != 0 { clock_min.saturating_add(until & !DURATION) } else { until };
            mode = far.note(view, (id, t, p), at, (mode, clock_min));
            clock_min = clock_min.saturating_add(TRIP_MIN);
        }
    }
    far.read(view);
}

/// Where the far data of some journeys lie, and what was read so far.
struct Far {
    /// Cells of the table of journeys.
    cells: [u32; NOTED_MAX],
    count: usize,
    sum: u64,
}

impl Far {
    fn new() -> Self {
        Self { cells: [0; NOTED_MAX], count: 0, sum: 0 }
    }

    /// Reads a person's car times: their place is known at once.
    fn note_car(&mut self, view: &View, p: &Resident) {
        if let Some(legs) = view.residents.car.get(p.car_row as usize) {
            CAR_LINES.iter().for_each(|cell| self.sum = self.sum.wrapping_add(u64::from(legs[*cell][0])));
        }
    }

    /// Notes the journey from a stop of the plan to the next one, left about a minute of the day by somebody whose tour
    /// so far goes by a mode; tells the mode of the leg.
    fn note(
        &mut self,
        view: &View,
        (id, t, p): (PersonId, &Today, &Resident),
        at: usize,
        (mode, leave_min): (Mode, u16),
    ) -> Mode {
        let (Some(&a), Some(&b)) = (t.stop.get(at), t.stop.get(at + 1)) else { return mode };
        let (a, b) = (usize::from(a) % SLOTS, usize::from(b) % SLOTS);
        let mode = if a == slot::HOME { walk::tour_mode(p, t, at + 1) } else { mode };
        if matches!(mode, Mode::Bus | Mode::Metro) {
            if self.count == NOTED_MAX {
                self.read(view);
            }
            let leave_s = u32::from(leave_min) * 60;
            let cell = view.network.far_cell((view.now, view.city), (id, p), (a, b), leave_s);
            self.cells[self.count] = cell as u32;
            self.count += 1;
        }
        mode
    }

    /// Reads all that was noted.
    fn read(&mut self, view: &View) {
        let journeys = &view.city.transit.journeys;
        let cells = &mut self.cells[..self.count];
        for cell in cells.iter_mut() {
            *cell = journeys.row.get(*cell as usize).copied().unwrap_or(u32::MAX);
        }
        let mut sum = self.sum;
        for &row in cells.iter() {
            let journey = journeys.journey.get(JourneyRow(row));
            sum = sum.wrapping_add(journey.map_or(0, |journey| u64::from(journey.egress_s)));
        }
        self.sum = black_box(sum);
        self.count = 0;
    }
}
