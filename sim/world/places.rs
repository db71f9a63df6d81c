//! Places and the rooms inside them.
use crate::column::Column;
use crate::id::{Key, NodeId, PlaceId, RoomId, ZoneId};
use crate::kinds::{PlaceKind, Setting};
use bitcode::{Decode, Encode};

/// Everything people go to.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Places {
    /// Identifier in the city folder.
    pub id: Column<PlaceId, String>,
    /// What it is for.
    pub kind: Column<PlaceId, PlaceKind>,
    /// Zone it lies in.
    pub zone: Column<PlaceId, ZoneId>,
    /// Street junction that serves it.
    pub node: Column<PlaceId, NodeId>,
    /// Longitude, degrees.
    pub lon: Column<PlaceId, f64>,
    /// Latitude, degrees.
    pub lat: Column<PlaceId, f64>,
    /// Pupils, beds, jobs, dwellers or visitors it can hold at once; 0 where unknown.
    pub capacity: Column<PlaceId, u32>,
    /// Jobs of those who work there.
    pub jobs: Column<PlaceId, u32>,
    /// Floor area, m²; 0 where unknown.
    pub floor_m2: Column<PlaceId, f32>,
    /// Height, m; 0 where unknown.
    pub height_m: Column<PlaceId, f32>,
    /// Whether its existence at this spot was inferred rather than observed.
    pub inferred: Column<PlaceId, bool>,
    /// Name, empty where unknown.
    pub name: Column<PlaceId, String>,
}

impl Places {
    /// Number of places.
    pub fn len(&self) -> usize {
        self.kind.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Ids of all places of a kind, in order.
    pub fn of_kind(&self, kind: PlaceKind) -> Vec<PlaceId> {
        self.kind.iter().filter(|(_, k)| **k == kind).map(|(id, _)| id).collect()
    }
}

/// Parts of one vehicle within which passengers are near each other: a 12 m bus of 70–90 places has about six such
/// groups of a dozen (two doors, aisle halves, rear).
pub const VEHICLE_SECTIONS: u32 = 6;

/// Where exactly people meet: one room per household, then the rooms of the other places in place order, then
/// [`VEHICLE_SECTIONS`] per vehicle run of the timetable.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Rooms {
    /// Number of household rooms: room `h` belongs to household `h`.
    pub households: u32,
    /// First room of each place (homes own none here: theirs are the household rooms), with an end mark.
    pub first_of_place: Vec<u32>,
    /// First vehicle room: run `r` has the rooms from `vehicles + r * VEHICLE_SECTIONS` on.
    pub vehicles: u32,
    /// Number of all rooms.
    pub count: u32,
    /// Company kept in each room.
    pub setting: Column<RoomId, Setting>,
    /// Place of each room; `NONE` for vehicles.
    pub place: Column<RoomId, PlaceId>,
    /// In a sample of residents, how many of the whole city's visitors to a room of a place each of the sample's stands
    /// for: as many fewer meet there. Empty where all residents live.
    pub visitors_stand_for: Column<PlaceId, f32>,
    /// The same in vehicles; 0 where all residents live.
    pub passengers_stand_for: f32,
}

impl Rooms {
    /// The rooms of a place that is no home, as a range of room numbers.
    #[inline]
    pub fn of_place(&self, place: PlaceId) -> std::ops::Range<u32> {
        let i = place.index();
        match (self.first_of_place.get(i), self.first_of_place.get(i + 1)) {
            (Some(&a), Some(&b)) => a..b,
            _ => 0..0,
        }
    }
    /// How many of the whole city's people each of a room's company stands for; 1 where all residents live, and in
    /// households, classes and teams, which a sample keeps whole.
    #[inline]
    pub fn each_stands_for(&self, room: RoomId) -> f32 {
        if self.visitors_stand_for.is_empty() || room.0 < self.households {
            return 1.0;
        }
        let place = self.place.get(room).and_then(|place| self.visitors_stand_for.get(*place));
        place.copied().unwrap_or(self.passengers_stand_for)
    }
    /// One section of a vehicle run; any number picks a section.
    #[inline]
    pub fn of_run(&self, run: crate::id::RunId, pick: u32) -> RoomId {
        RoomId(self.vehicles + run.0 * VEHICLE_SECTIONS + pick % VEHICLE_SECTIONS)
    }
    /// Lays out rooms: `per_place` names how many rooms each place has (0 for homes), `run_count` the vehicle runs.
    pub fn lay_out(
        household_place: &[PlaceId],
        kind: &Column<PlaceId, PlaceKind>,
        per_place: &Column<PlaceId, u32>,
        run_count: usize,
    ) -> Self {
        let households = household_place.len() as u32;
        let mut first_of_place = Vec::with_capacity(kind.len() + 1);
        let mut setting = vec![Setting::Household; household_place.len()];
        let mut place: Vec<PlaceId> = household_place.to_vec();
        first_of_place.push(households);
        for (id, k) in kind.iter() {
            for _ in 0..per_place[id] {
                setting.push(k.setting());
                place.push(id);
            }
            first_of_place.push(place.len() as u32);
        }
        let vehicles = place.len() as u32;
        setting.extend(std::iter::repeat_n(Setting::Vehicle, run_count * VEHICLE_SECTIONS as usize));
        place.extend(std::iter::repeat_n(PlaceId::NONE, run_count * VEHICLE_SECTIONS as usize));
        Self {
            households,
            first_of_place,
            vehicles,
            count: place.len() as u32,
            setting: setting.into(),
            place: place.into(),
            visitors_stand_for: Column::default(),
            passengers_stand_for: 0.0,
        }
    }
}
