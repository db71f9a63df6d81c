//! Trips and the vehicles taken on them, as columns.
use crate::block::{Packer, Unpacker};
use crate::error::Broken;
use citytwin_world::Mode;

/// A trip of a recorded person. Minutes count from the midnight at which its day begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trip {
    /// Minute of departure; negative for one begun the day before.
    pub depart_min: i16,
    /// Row of the person among those recorded.
    pub row: u32,
    /// Minute of arrival, after the departure; over 1440 for one that ends on the next day.
    pub arrive_min: i16,
    /// How.
    pub mode: Mode,
    /// Habitual place left (index into the person's places).
    pub from: u8,
    /// Habitual place reached.
    pub to: u8,
    /// First of its rides.
    pub first_ride: u32,
    /// Number of its rides.
    pub rides: u8,
}

/// Time in one vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ride {
    /// Run of the timetable.
    pub run: u32,
    /// Minute in which it is boarded.
    pub board_min: i16,
    /// Minute by which it is left.
    pub alight_min: i16,
}

/// Trips with their rides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trips {
    /// The trips.
    pub trips: Vec<Trip>,
    /// Rides of all trips; those of one stand together.
    pub rides: Vec<Ride>,
}

/// Longest trip, min: two days.
const LENGTH_MAX: u32 = 2_880;
/// Slots of a person's habitual places.
const SLOTS: u8 = citytwin_world::residents::SLOTS as u8;

impl Trips {
    /// The rides of a trip.
    #[must_use]
    pub fn rides_of(&self, trip: &Trip) -> &[Ride] {
        let first = trip.first_ride as usize;
        self.rides.get(first..first + usize::from(trip.rides)).unwrap_or_default()
    }

    /// Adds a trip with its rides.
    pub fn push(&mut self, trip: Trip, rides: &[Ride]) {
        let first_ride = self.rides.len() as u32;
        self.rides.extend_from_slice(rides);
        self.trips.push(Trip { first_ride, rides: rides.len().min(255) as u8, ..trip });
    }

    /// Puts trips in order of departure and person, and their rides in the order of trips.
    pub fn sort(&mut self) {
        self.trips.sort_unstable();
        let mut rides = Vec::with_capacity(self.rides.len());
        for trip in &mut self.trips {
            let first = trip.first_ride as usize;
            trip.first_ride = rides.len() as u32;
            rides.extend_from_slice(&self.rides[first..first + usize::from(trip.rides)]);
        }
        self.rides = rides;
    }

    /// Writes trips that depart from a minute on.
    pub(crate) fn pack(&self, trips: &[Trip], from_min: i16, to: &mut Packer) -> std::io::Result<()> {
        // By person, so that steps from one to the next are small.
        let mut order: Vec<&Trip> = trips.iter().collect();
        order.sort_unstable_by_key(|t| (t.row, t.depart_min));
        let order = || order.iter().copied();
        to.steps(order().map(|t| t.row))?;
        to.numbers(order().map(|t| (t.depart_min - from_min).max(0) as u32))?;
        to.numbers(order().map(|t| (t.arrive_min - t.depart_min).max(0) as u32))?;
        to.bytes(order().map(|t| t.from | t.to << 3))?;
        to.bytes(order().map(|t| t.mode as u8 | t.rides.min(31) << 3))?;
        let rides = || order().flat_map(|t| self.rides_of(t).iter().take(31).map(move |r| (t, r)));
        to.numbers([rides().count() as u32])?;
        to.numbers(rides().map(|(_, r)| r.run))?;
        to.numbers(rides().map(|(t, r)| (r.board_min - t.depart_min).max(0) as u32))?;
        to.numbers(rides().map(|(_, r)| (r.alight_min - r.board_min).max(0) as u32))
    }

    /// Reads `count` trips of `persons` persons that depart from a minute on, and adds them.
    pub(crate) fn unpack(
        &mut self,
        block: &[u8],
        count: usize,
        from_min: i16,
        persons: u32,
    ) -> Result<(), Broken> {
        const NONSENSE: Broken = Broken("trips that make no sense");
        let mut from = Unpacker::new(block)?;
        let row = from.steps(count)?;
        let (depart, length) = (from.numbers(count)?, from.numbers(count)?);
        let (slots, kinds) = (from.bytes(count)?, from.bytes(count)?);
        let rides = from.numbers(1)?[0] as usize;
        if rides > count.saturating_mul(31) {
            return Err(NONSENSE);
        }
        let (run, board, aboard) = (from.numbers(rides)?, from.numbers(rides)?, from.numbers(rides)?);
        from.end()?;
        let minute = |base: i16, more: u32| i16::try_from(i64::from(base) + i64::from(more)).ok();
        let mut next = 0_usize;
        for i in 0..count {
            let mode = Mode::ALL.get(usize::from(kinds[i] & 7)).copied();
            let (a, b) = (slots[i] & 7, slots[i] >> 3);
            let ends = minute(from_min, depart[i]).and_then(|d| Some((d, minute(d, length[i])?)));
            let (Some(mode), Some((depart_min, arrive_min))) = (mode, ends) else { return Err(NONSENSE) };
            if row[i] >= persons || length[i] > LENGTH_MAX || a >= SLOTS || b >= SLOTS {
                return Err(NONSENSE);
            }
            let (first_ride, own) = (self.rides.len() as u32, kinds[i] >> 3);
            for _ in 0..own {
                let times = board.get(next).zip(aboard.get(next)).and_then(|(on, off)| {
                    let board_min = minute(depart_min, *on)?;
                    Some((board_min, minute(board_min, *off)?))
                });
                let (Some(&run), Some((board_min, alight_min))) = (run.get(next), times) else {
                    return Err(NONSENSE);
                };
                self.rides.push(Ride { run, board_min, alight_min });
                next += 1;
            }
            let trip =
                Trip { depart_min, row: row[i], arrive_min, mode, from: a, to: b, first_ride, rides: own };
            self.trips.push(trip);
        }
        if next == rides { Ok(()) } else { Err(NONSENSE) }
    }
}
