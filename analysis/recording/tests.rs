//! What is written is read again; what is broken is refused.
use super::*;
use citytwin_world::population::Hold;
use citytwin_world::{Date, HouseholdId, Mode, Occupation, PlaceId, Sector, Severity, Stage};
use proptest::collection::vec;
use proptest::prelude::*;

fn state() -> impl Strategy<Value = State> {
    (0..Stage::COUNT, 0..Severity::COUNT, 0..3_u8, 0..Hold::COUNT)
        .prop_map(|(a, b, code, c)| State::new(Stage::ALL[a], Severity::ALL[b], code, Hold::ALL[c]))
}

fn trip(persons: u32) -> impl Strategy<Value = (Trip, Vec<Ride>)> {
    let ride = (any::<u32>(), 0..90_i16, 0..60_i16);
    ((-1440..1440_i16, 0..1440_i16, 0..persons), (0..Mode::COUNT, 0..7_u8, 0..7_u8), vec(ride, 0..4))
        .prop_map(|((depart_min, length, row), (mode, from, to), rides)| {
            let arrive_min = depart_min + length;
            let mode = Mode::ALL[mode];
            let ride = |(run, on, off)| {
                let board_min = depart_min + on;
                Ride { run, board_min, alight_min: board_min + off }
            };
            let trip = Trip { depart_min, row, arrive_min, mode, from, to, first_ride: 0, rides: 0 };
            (trip, rides.into_iter().map(ride).collect())
        })
}

fn change(persons: u32) -> impl Strategy<Value = Change> {
    let place = prop_oneof![Just(u32::MAX), 0..1000_u32].prop_map(PlaceId);
    (0..persons, state(), place).prop_map(|(row, state, place)| Change { row, state, place })
}

fn day() -> impl Strategy<Value = Day> {
    (1..60_u32).prop_flat_map(|persons| {
        let n = persons as usize;
        let hours = vec(vec(change(persons), 0..4), HOURS);
        let held = vec((0..persons, (0..99_u32).prop_map(PlaceId)), 0..5);
        let people = (vec(0..7_u8, n), vec(state(), n), held);
        (0..200_u32, people, vec(trip(persons), 0..200), hours).prop_map(|(day, people, trips, hours)| {
            let mut made = Day { day, date: Date(18_000 + day as i32), ..Day::default() };
            (made.slot, made.state, made.held) = people;
            trips.iter().for_each(|(trip, rides)| made.trips.push(*trip, rides));
            made.trips.sort();
            made.changes = std::array::from_fn(|hour| hours[hour].clone());
            made
        })
    })
}

/// Trips with their rides beside them, in an order that hangs on nothing else.
fn plain(trips: &Trips) -> Vec<(Trip, Vec<Ride>)> {
    let plain = |t: &Trip| (Trip { first_ride: 0, ..*t }, trips.rides_of(t).to_vec());
    let mut all: Vec<_> = trips.trips.iter().map(plain).collect();
    all.sort();
    all
}

fn people(count: u32) -> People {
    let person = |n: u32| Person {
        household: HouseholdId(n / 3),
        places: std::array::from_fn(|slot| PlaceId(if slot == 2 { u32::MAX } else { n * 7 + slot as u32 })),
        age: (n % 100) as u8,
        occupation: Occupation::ALL[n as usize % Occupation::COUNT],
        sector: Sector::ALL[n as usize % Sector::COUNT],
    };
    People { every: 4, city_hash: 0x1234_5678_9abc_def0, person: (0..count).map(person).collect() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_day_is_read_as_it_was_written(day in day()) {
        let home = tempfile::tempdir().unwrap();
        day.write(home.path()).unwrap();
        let file = DayFile::open(home.path(), day.day).unwrap();
        let read = file.all().unwrap();
        prop_assert_eq!(plain(&read.trips), plain(&day.trips));
        let without_trips = |day: &Day| Day { trips: Trips::default(), ..day.clone() };
        prop_assert_eq!(without_trips(&read), without_trips(&day));
        prop_assert_eq!(days(home.path()).unwrap(), [day.day]);
        let all: u32 = file.chunks.iter().flat_map(|chunk| chunk.by_mode).sum();
        prop_assert_eq!(all as usize, day.trips.trips.len());
        for hour in &file.hours {
            prop_assert_eq!(hour.by_stage.iter().sum::<u32>(), file.persons);
            prop_assert_eq!(hour.by_code.iter().sum::<u32>(), file.persons);
        }
    }

    #[test]
    fn a_window_holds_just_the_trips_under_way(day in day(), from in -100..1500_i16, length in 1..300_i16) {
        let home = tempfile::tempdir().unwrap();
        day.write(home.path()).unwrap();
        let window = from..from + length;
        let read = DayFile::open(home.path(), day.day).unwrap().trips(window.clone()).unwrap();
        let mut wanted = plain(&day.trips);
        wanted.retain(|(t, _)| t.depart_min < window.end && t.arrive_min >= window.start);
        prop_assert_eq!(plain(&read), wanted);
    }

    #[test]
    fn broken_days_are_refused_or_read_but_never_panic(day in day(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let home = tempfile::tempdir().unwrap();
        day.write(home.path()).unwrap();
        let path = day_path(home.path(), day.day);
        let whole = std::fs::read(&path).unwrap();
        let read = || DayFile::open(home.path(), day.day).and_then(|file| file.all());
        std::fs::write(&path, &whole[..at.index(whole.len())]).unwrap();
        prop_assert!(read().is_err());
        let mut altered = whole.clone();
        altered[at.index(whole.len())] ^= 1 << bit;
        std::fs::write(&path, &altered).unwrap();
        // A flipped bit is found by a checksum, or stands where it changes nothing.
        if let Ok(read) = read() {
            prop_assert_eq!(plain(&read.trips), plain(&day.trips));
        }
    }

    #[test]
    fn noise_is_no_recording(noise in vec(any::<u8>(), 0..400)) {
        prop_assert!(People::unpack(&noise).is_err());
        let home = tempfile::tempdir().unwrap();
        std::fs::write(day_path(home.path(), 0), &noise).unwrap();
        prop_assert!(DayFile::open(home.path(), 0).is_err());
    }
}

#[test]
fn people_are_read_as_they_were_written() {
    let home = tempfile::tempdir().unwrap();
    for count in [0, 1, 1000] {
        let people = people(count);
        people.write(home.path()).unwrap();
        assert_eq!(People::read(home.path()).unwrap(), people);
    }
    let path = home.path().join("people.ctr");
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        assert!(People::unpack(&whole[..cut]).is_err(), "cut at {cut}");
    }
    for at in 28..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        if let Ok(read) = People::unpack(&altered) {
            assert_eq!(read, people(1000), "altered at {at}");
        }
    }
}

#[test]
fn a_missing_folder_is_told() {
    let nowhere = std::path::Path::new("/nonexistent/trajectories");
    assert!(matches!(days(nowhere), Err(RecordingError::File { .. })));
    assert!(matches!(People::read(nowhere), Err(RecordingError::File { .. })));
}
