//! What the city offers its people and how much of it was used today: digital services, hospitals, doors, trips.
use crate::entrance::{DigitalFunction, Entrance};
use crate::id::{LinkId, PersonId, PlaceId, StopId, ZoneId};
use crate::kinds::{Mode, PlaceKind, Sector, Setting, kinds};
use bitcode::{Decode, Encode};
use std::collections::BTreeMap;

kinds! {
    /// Why a trip was not made or did not reach its place.
    Cause {
        /// Turned back at a checkpoint for the colour of the code.
        CodeRefused = "code_refused",
        /// Turned back because no code could be shown.
        NoCode = "no_code",
        /// Gave up in the queue of a checkpoint.
        Balked = "balked",
        /// The place is closed by order.
        Closed = "closed",
        /// Kept at home by a lockdown.
        Lockdown = "lockdown",
        /// Isolated or in quarantine by order.
        Isolated = "isolated",
        /// Works from home.
        Remote = "remote_work",
        /// Too ill.
        Ill = "ill",
        /// No street or transit leads there at that hour.
        NoRoute = "no_route",
        /// Gave up at a stop because vehicles were full.
        NoRoom = "no_room",
        /// Turned back at a stop that was closed meanwhile.
        StopClosed = "stop_closed",
        /// Turned back at a checkpoint for want of a recent negative test.
        NoTest = "no_test",
        /// Dropped for what the epidemic map shows of the zone.
        Shunned = "shunned",
    }
}

/// Bins of trips by time under way.
pub const MINUTE_BINS: usize = 19;
/// Width of each of these bins, min.
pub const MINUTES_PER_BIN: u16 = 5;

/// Trips of the current day: plain counts, so that the sum over chunks does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct TripTally {
    /// Trips finished, by mode.
    pub trips: [u64; Mode::COUNT],
    /// Minutes under way, by mode.
    pub minutes: [u64; Mode::COUNT],
    /// Metres gone, by mode.
    pub metres: [u64; Mode::COUNT],
    /// Departures by hour of the day.
    pub departures: [u64; 24],
    /// Trips by length: bins of a factor √2 from 100 m on.
    pub length_bins: [u64; 20],
    /// Trips by mode and time under way: bins of [`MINUTES_PER_BIN`] minutes, the last without end.
    pub minute_bins: [[u64; MINUTE_BINS]; Mode::COUNT],
    /// Trips prevented, by cause.
    pub prevented: [u64; Cause::COUNT],
    /// Boardings of transit vehicles.
    pub boardings: u64,
    /// Trips that closed stops left to other modes.
    pub off_transit: u64,
    /// Trips on foot, by bicycle and, where roads know no traffic, by car that closed streets made longer, and by how much
    /// together, s.
    pub detours: u64,
    /// See [`Self::detours`].
    pub detour_s: u64,
    /// Minutes waited in checkpoint queues.
    pub checkpoint_wait_min: u64,
    /// Stays at work or school begun.
    pub anchor_stays: u64,
    /// Minutes worked at work places.
    pub work_min: u64,
    /// Minutes worked from home.
    pub remote_work_min: u64,
    /// Minutes of work planned for today by those with a job.
    pub work_planned_min: u64,
    /// Minutes worked at work places, by sector.
    pub work_by_sector_min: [u64; Sector::COUNT],
    /// Minutes of planned work that came to nothing, by what kept people from it.
    pub lost_by_cause_min: [u64; Cause::COUNT],
    /// The same by sector, without what was worked from home.
    pub lost_by_sector_min: [u64; Sector::COUNT],
    /// Minutes of planned work lost by late arrivals.
    pub lost_late_min: u64,
    /// Minutes of planned work that orders and checkpoints took from those who weren't infected when the day began.
    pub lost_wrongly_min: u64,
}

/// Least length of each of [`TripTally::length_bins`], m: 100 × √2 to the power of the bin; the first also holds
/// shorter trips.
const LENGTH_BIN_FROM_M: [u32; 20] = [
    100, 142, 200, 283, 400, 566, 800, 1_132, 1_600, 2_263, 3_200, 4_526, 6_400, 9_051, 12_800, 18_102,
    25_600, 36_204, 51_200, 72_408,
];

impl TripTally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.merge(other, u64::wrapping_add);
    }
    /// Takes away what another tally, part of this one, has counted.
    pub fn subtract(&mut self, other: &Self) {
        self.merge(other, u64::wrapping_sub);
    }

    fn merge(&mut self, other: &Self, with: impl Fn(u64, u64) -> u64 + Copy) {
        fn rows(a: &mut [u64], b: &[u64], with: impl Fn(u64, u64) -> u64) {
            a.iter_mut().zip(b).for_each(|(a, b)| *a = with(*a, *b));
        }
        rows(&mut self.trips, &other.trips, with);
        rows(&mut self.minutes, &other.minutes, with);
        rows(&mut self.metres, &other.metres, with);
        rows(&mut self.departures, &other.departures, with);
        rows(&mut self.length_bins, &other.length_bins, with);
        let times = self.minute_bins.iter_mut().zip(&other.minute_bins);
        times.for_each(|(a, b)| rows(a, b, with));
        rows(&mut self.prevented, &other.prevented, with);
        self.boardings = with(self.boardings, other.boardings);
        self.off_transit = with(self.off_transit, other.off_transit);
        self.detours = with(self.detours, other.detours);
        self.detour_s = with(self.detour_s, other.detour_s);
        self.checkpoint_wait_min = with(self.checkpoint_wait_min, other.checkpoint_wait_min);
        self.anchor_stays = with(self.anchor_stays, other.anchor_stays);
        self.work_min = with(self.work_min, other.work_min);
        self.remote_work_min = with(self.remote_work_min, other.remote_work_min);
        self.work_planned_min = with(self.work_planned_min, other.work_planned_min);
        rows(&mut self.work_by_sector_min, &other.work_by_sector_min, with);
        rows(&mut self.lost_by_cause_min, &other.lost_by_cause_min, with);
        rows(&mut self.lost_by_sector_min, &other.lost_by_sector_min, with);
        self.lost_late_min = with(self.lost_late_min, other.lost_late_min);
        self.lost_wrongly_min = with(self.lost_wrongly_min, other.lost_wrongly_min);
    }
    /// The bin of [`Self::minute_bins`] for a time under way, min.
    #[inline]
    pub fn minute_bin(minutes: u16) -> usize {
        usize::from(minutes / MINUTES_PER_BIN).min(MINUTE_BINS - 1)
    }
    /// The bin of [`Self::length_bins`] for a trip length.
    #[inline]
    pub fn length_bin(metres: u32) -> usize {
        // Every second bin begins at 100 m times a power of two.
        let bin = 2 * (metres / 100).max(1).ilog2().min(LENGTH_BIN_FROM_M.len() as u32 / 2 - 1) as usize;
        bin + usize::from(LENGTH_BIN_FROM_M[bin + 1] <= metres)
    }
}

/// A digital service, such as the health-code platform.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct DigitalService {
    /// Share of requests that are answered, 0 (down) to 1.
    pub level: f32,
    /// Requests it can answer per minute; 0 = no limit.
    pub capacity_per_min: u32,
    /// Requests today.
    pub requests: u64,
    /// Requests today that got no answer.
    pub failed: u64,
    /// Requests of the day up to the start of the present hour.
    pub requests_before_hour: u64,
}

impl Default for DigitalService {
    /// A service that answers everything.
    fn default() -> Self {
        Self { level: 1.0, capacity_per_min: 0, requests: 0, failed: 0, requests_before_hour: 0 }
    }
}

kinds! {
    /// Who works in a field hospital.
    FieldStaff {
        /// Medical teams from outside the city, who are no residents.
        Outside = "outside",
        /// Staff drawn from the city's own hospitals.
        City = "city",
    }
}

/// Persons housed by order: mild cases in shelter hospitals, or contacts in central quarantine.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Housing {
    /// Places in service: those open, and those above with somebody still there.
    pub places: u32,
    /// Who is there, in the order in which they came.
    pub persons: Vec<PersonId>,
    /// Persons who should be there and found no place last midnight.
    pub waiting: u32,
}

/// A hospital's beds, staff, and who lies in the beds.
///
/// Beds need staff: when staff are missing, free beds close first; a bed with a patient stays in service and closes
/// only when the patient leaves it.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct HospitalState {
    /// The place; of a field hospital, the place beside which it stands.
    pub place: PlaceId,
    /// Whether it is a field hospital, and then whether its staff come from outside the city.
    pub field: Option<FieldStaff>,
    /// Ordinary beds for patients of the epidemic in service: those staffed, and those above with a patient still in
    /// them.
    pub beds: u32,
    /// Intensive-care beds, likewise.
    pub icu: u32,
    /// Ordinary and intensive-care beds with the whole staff at work.
    pub equipped: [u32; 2],
    /// Ordinary and intensive-care beds that those at work can staff: nobody is admitted beyond them.
    pub staffed: [u32; 2],
    /// Residents who work here, dead or alive.
    pub staff: u32,
    /// Of these, who are neither ill, isolated nor dead today.
    pub staff_present: u32,
    /// Patients in ordinary beds.
    pub patients: Vec<PersonId>,
    /// Patients in intensive care.
    pub icu_patients: Vec<PersonId>,
}

impl HospitalState {
    /// A hospital without patients, all of whose beds are staffed.
    pub fn new(place: PlaceId, beds: u32, icu: u32) -> Self {
        let equipped = [beds, icu];
        let (staff, staff_present, patients, icu_patients) = (0, 0, Vec::new(), Vec::new());
        let (field, staffed) = (None, equipped);
        Self { place, field, beds, icu, equipped, staffed, staff, staff_present, patients, icu_patients }
    }

    /// A field hospital beside a place, still without beds.
    pub fn of_field(place: PlaceId, staff: FieldStaff) -> Self {
        Self { field: Some(staff), ..Self::new(place, 0, 0) }
    }

    /// Closes beds that are neither staffed nor have a patient, opens those staffed again.
    pub fn settle_beds(&mut self) {
        self.beds = self.staffed[0].max(self.patients.len() as u32);
        self.icu = self.staffed[1].max(self.icu_patients.len() as u32);
    }
}

/// A door with a checkpoint: a place's entrance or a transit stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Door {
    /// Entrance of a place.
    Place(PlaceId),
    /// Gate of a metro station.
    Stop(StopId),
    /// Staff door of a work place.
    Staff(PlaceId),
    /// Border of a zone, for those who come from another one.
    Border(ZoneId),
    /// End of a street, for those who drive there.
    Street(LinkId),
}

/// What happened at one door today.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct DoorTally {
    /// The door.
    pub door: Door,
    /// Kind of place behind it; `Gate` for the border of a zone.
    pub kind: PlaceKind,
    /// Lanes open.
    pub lanes: u16,
    /// When each lane is free again, tenths of a second after midnight, earliest first.
    pub lane_free_ds: Vec<u32>,
    /// Minutes that guards stand there today, over all lanes.
    pub staffed_min: u32,
    /// Arrivals on each of the last seven days, a number per weekday; 0 for days without a checkpoint.
    pub arrivals_by_weekday: [u32; 7],
    /// Persons scanned today.
    pub scans: u32,
    /// Persons turned back for their code.
    pub refused: u32,
    /// Persons turned back because they had no code to show.
    pub no_code: u32,
    /// Persons registered by hand (no phone, or the platform was down).
    pub by_hand: u32,
    /// Persons turned back for want of a recent negative test.
    pub no_test: u32,
    /// Persons let in on a forged or borrowed code.
    pub forged: u32,
    /// Persons who gave up waiting.
    pub balked: u32,
    /// Waiting summed over persons, s.
    pub wait_s: u64,
    /// Longest wait today, s.
    pub wait_max_s: u32,
    /// Refused persons who were in truth infectious.
    pub refused_infectious: u32,
    /// Admitted persons who were in truth infectious.
    pub admitted_infectious: u32,
}

/// One finished trip, recorded only when a scenario asks for the trips table.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct TripRecord {
    /// Who.
    pub person: PersonId,
    /// Minute of departure.
    pub depart_min: u16,
    /// Minute of arrival.
    pub arrive_min: u16,
    /// How.
    pub mode: Mode,
    /// Slot left and slot reached (see `residents::slot`).
    pub slots: [u8; 2],
    /// Length, m.
    pub metres: u32,
}

/// Expected contacts of sampled residents on one day, by age band of both sides.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct ContactSurvey {
    /// Whether the contact layer should fill this today.
    pub wanted: bool,
    /// Residents asked, by age band of five years (0–4 … 75 and older).
    pub egos: Vec<u32>,
    /// Expected contacts of those asked with each age band: `ego * bands + other`.
    pub contacts: Vec<f64>,
    /// Expected contacts by setting.
    pub by_setting: Vec<f64>,
}

/// A swab booked or taken, with the result it will have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Swab {
    /// When the laboratory has the result, ticks.
    pub result_tick: u32,
    /// Of whom.
    pub person: PersonId,
    /// When it is taken, ticks.
    pub taken_tick: u32,
    /// The result.
    pub positive: bool,
}

/// A tube with the swabs of several persons that will be found positive.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Tube {
    /// When the laboratory has the result, ticks.
    pub result_tick: u32,
    /// Whose swabs are in it.
    pub members: Vec<PersonId>,
}

/// Mass testing: swabs in shared tubes.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Pooled {
    /// Tubes whose result is due, by day of the result.
    pub booked: BTreeMap<u32, u32>,
    /// Those of them that will be found positive.
    pub positive: Vec<Tube>,
    /// Swabs taken today for shared tubes.
    pub swabs_today: u64,
    /// Tubes found positive today.
    pub positive_today: u64,
}

/// A vaccination campaign so far; empty without one.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Campaign {
    /// Doses of the campaign that each resident has had.
    pub given: Vec<u8>,
    /// Who is due for another dose from which day on, in order.
    pub due: Vec<(u32, PersonId)>,
    /// Doses that do not protect yet, with the day from which they do, in order.
    pub pending: Vec<(u32, PersonId)>,
    /// Doses given so far.
    pub total: u64,
    /// Doses given today.
    pub today: u64,
    /// Residents with a dose of the campaign.
    pub persons: u64,
}

/// Two residents with phones who shared a room for a while, as operators can find out later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Meeting {
    /// The one with a positive swab (whether or not anybody knows yet).
    pub case: PersonId,
    /// The other one.
    pub other: PersonId,
    /// Last hour of the day of the meeting, ticks.
    pub tick: u32,
}

/// Two residents who shared a room for a while, one of them somebody who may become a known case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Encounter {
    /// The one with a running infection or a positive swab (whether or not anybody knows yet).
    pub case: PersonId,
    /// The other one.
    pub other: PersonId,
    /// In which company.
    pub setting: Setting,
    /// Last hour of the first day on which they met, ticks.
    pub first_tick: u32,
    /// Last hour of the last day on which they met, ticks.
    pub last_tick: u32,
}

/// Services and today's use of them.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Services {
    /// The platform that shows and checks health codes.
    pub code_platform: DigitalService,
    /// The mobile entrance.
    pub entrance: Entrance,
    /// Hospitals.
    pub hospitals: Vec<HospitalState>,
    /// Shelter hospitals.
    pub shelter: Housing,
    /// Central quarantine.
    pub quarantine: Housing,
    /// Doors with a checkpoint, ordered by door.
    pub doors: Vec<DoorTally>,
    /// Trips of the current day.
    pub trips: TripTally,
    /// Trips one by one, per chunk of persons, when wanted.
    pub trip_log: Vec<Vec<TripRecord>>,
    /// Every n-th person's trips are recorded; 0 = none.
    pub trip_log_every: u32,
    /// The roads as drivers know them.
    pub roads: crate::roads::Roads,
    /// Passengers, where vehicles can fill.
    pub passengers: crate::passengers::Passengers,
    /// What of the infrastructure fails; empty while nothing does.
    pub outages: crate::outages::Outages,
    /// Contacts of a sample of residents.
    pub survey: ContactSurvey,
    /// Tests taken today.
    pub tests_done: u64,
    /// Tests today that were positive.
    pub tests_positive: u64,
    /// Whom checkpoints sent to be swabbed in this hour, by id.
    pub sent_to_test: Vec<PersonId>,
    /// Swabs whose result is due today or later, ordered by the result's tick.
    pub swabs: Vec<Swab>,
    /// Vaccination.
    pub campaign: Campaign,
    /// Mass testing.
    pub pooled: Pooled,
    /// Residents with a running infection and a positive swab, told or not, in order.
    pub confirmed: Vec<PersonId>,
    /// Residents who fell ill today with fever or cough of another cause.
    pub other_illness: Vec<PersonId>,
    /// Meetings of the last days with residents whose swab is positive, ordered by case.
    pub meetings: Vec<Meeting>,
    /// Company that tracing teams may ask for, ordered by case; empty where nobody traces.
    pub encounters: Vec<Encounter>,
    /// Goods, where a scenario speaks of any.
    pub supply: crate::supply::Supply,
    /// Deaths today.
    pub deaths_today: u32,
    /// Patients today who needed a bed and got none.
    pub without_bed: u32,
}

impl Services {
    /// The platform on which a function runs, where it has one of its own.
    pub fn platform(&self, function: DigitalFunction) -> &DigitalService {
        match function {
            DigitalFunction::Code => &self.code_platform,
            other => &self.entrance.platforms[other as usize],
        }
    }
    /// As [`Self::platform`].
    pub fn platform_mut(&mut self, function: DigitalFunction) -> &mut DigitalService {
        match function {
            DigitalFunction::Code => &mut self.code_platform,
            other => &mut self.entrance.platforms[other as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_finds_its_bin() {
        for metres in (0..200_000).chain([1 << 20, u32::MAX]) {
            let plain = LENGTH_BIN_FROM_M.partition_point(|from| *from <= metres).saturating_sub(1);
            assert_eq!(TripTally::length_bin(metres), plain, "{metres}");
        }
    }
}
