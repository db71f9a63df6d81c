//! Classes, teams, wards and the rooms of public places, and who belongs to which.
use super::params::PopulationParams;
use citytwin_world::residents::slot;
use citytwin_world::{City, Column, Occupation, PlaceId, PlaceKind, Resident, RoomId, Rooms, Setting};

/// Students of one course at most: lectures are larger than school classes.
const COURSE_FACTOR: u32 = 2;
/// Staff of a ward or practice room at most, all shifts.
const WARD_STAFF: u32 = 40;

/// Who is anchored at each place: learners by age, then staff, each in person order.
struct Anchored {
    first: Vec<u32>,
    person: Vec<u32>,
}

impl Anchored {
    fn of(city: &City, person: &[Resident]) -> Self {
        let places = city.places.len();
        let mut first = vec![0_u32; places + 1];
        let at = |p: &Resident| p.slot[slot::ANCHOR].get().map(|id| id.0 as usize).filter(|i| *i < places);
        person.iter().filter_map(at).for_each(|i| first[i + 1] += 1);
        (0..places).for_each(|i| first[i + 1] += first[i]);
        let mut next = first.clone();
        let mut list = vec![0; first[places] as usize];
        for (n, p) in person.iter().enumerate() {
            if let Some(i) = at(p) {
                list[next[i] as usize] = n as u32;
                next[i] += 1;
            }
        }
        for i in 0..places {
            let here = &mut list[first[i] as usize..first[i + 1] as usize];
            here.sort_by_key(|&n| {
                let p = &person[n as usize];
                let staff = p.occupation == Occupation::Worker;
                (staff, if staff { 0 } else { p.age }, n)
            });
        }
        Self { first, person: list }
    }
    fn of_place(&self, place: PlaceId) -> &[u32] {
        let i = place.0 as usize;
        &self.person[self.first[i] as usize..self.first[i + 1] as usize]
    }
}

/// Learners of a class, group or course at most; nothing for places that don't teach.
pub(super) fn seats_of_room(kind: PlaceKind, params: &PopulationParams) -> Option<u32> {
    match kind {
        PlaceKind::School => Some(params.class_max),
        PlaceKind::Kindergarten => Some(params.group_max),
        PlaceKind::University => Some(params.class_max * COURSE_FACTOR),
        _ => None,
    }
}

/// How many rooms a place needs for `learners` pupils and `staff` workers.
fn rooms_needed(kind: PlaceKind, capacity: u32, learners: u32, staff: u32, params: &PopulationParams) -> u32 {
    if let Some(seats) = seats_of_room(kind, params) {
        return learners.div_ceil(seats).max(1);
    }
    match kind {
        PlaceKind::Home => 0,
        PlaceKind::Office | PlaceKind::Factory | PlaceKind::Depot | PlaceKind::Government => {
            staff.div_ceil(params.team_mean).max(1)
        }
        PlaceKind::Hospital => capacity.div_ceil(params.ward_beds).max(staff.div_ceil(WARD_STAFF)).max(1),
        PlaceKind::Hall => 1,
        _ => capacity.div_ceil(params.visitors_per_room).max(staff.div_ceil(params.team_mean)).max(1),
    }
}

/// Lays out all rooms and puts everybody with an anchor into one: pupils into classes of one age as far as possible,
/// teachers to the classes in turn, workers into teams.
pub fn furnish(
    city: &City,
    household_home: &[PlaceId],
    person: &mut [Resident],
    params: &PopulationParams,
    (sample, jobs): (f64, &[f64]),
) -> Rooms {
    let anchored = Anchored::of(city, person);
    let learners_of = |here: &[u32], person: &[Resident]| {
        here.partition_point(|&n| person[n as usize].occupation != Occupation::Worker)
    };
    let mut per_place: Column<PlaceId, u32> = Column::filled(0, city.places.len());
    let mut stand_for: Column<PlaceId, f32> = Column::filled(1.0, city.places.len());
    for (id, kind) in city.places.kind.iter() {
        let here = anchored.of_place(id);
        let learners = learners_of(here, person);
        // What the place would need if all residents lived, and its share of that.
        let all = |n: usize| (n as f64 / sample).round() as u32;
        let (capacity, staff) = (city.places.capacity[id], here.len() - learners);
        // Classes and teams are whole, or nobody is there; one of a shop's staff says little of how many there are.
        let kept_whole = matches!(kind.setting(), Setting::Household | Setting::School | Setting::Work);
        let staff = match jobs.get(id.0 as usize) {
            Some(jobs) if sample < 1.0 && !kept_whole => jobs.round() as u32,
            _ => all(staff),
        };
        let whole = f64::from(rooms_needed(*kind, capacity, all(learners), staff, params));
        let rooms = (whole * sample).round().max(whole.min(1.0));
        per_place[id] = rooms as u32;
        if !kept_whole {
            stand_for[id] = (rooms / (sample * whole)) as f32;
        }
    }
    let mut rooms =
        Rooms::lay_out(household_home, &city.places.kind, &per_place, city.transit.run_route.len());
    if sample < 1.0 {
        rooms.visitors_stand_for = stand_for;
        rooms.passengers_stand_for = (1.0 / sample) as f32;
    }
    for id in city.places.kind.ids() {
        let here = anchored.of_place(id);
        let learners = learners_of(here, person);
        let range = rooms.of_place(id);
        let count = (range.end - range.start) as usize;
        if count == 0 {
            continue;
        }
        for (k, &n) in here.iter().enumerate() {
            let staff = here.len() - learners;
            // Learners and teams are cut into equal runs; teachers and ward staff go round.
            let room = if k < learners {
                k * count / learners
            } else if learners > 0 || city.places.kind[id].setting() != Setting::Work {
                (k - learners) % count
            } else {
                (k - learners) * count / staff
            };
            person[n as usize].anchor_room = RoomId(range.start + room as u32);
        }
    }
    rooms
}
