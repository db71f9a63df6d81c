//! One line with known vehicles and known demand, against what is worked out by hand.
use super::super::{Obedience, Transport};
use super::keys::{Filling, KEYS};
use super::{Filled, Service};
use crate::town;
use citytwin_engine::{Calendar, Layer, Params, Simulation};
use citytwin_routing::Timetable;
use citytwin_world::passengers::{Disruption, ServiceCut};
use citytwin_world::population::NO_DEPARTURE;
use citytwin_world::residents::{PAIRS, slot};
use citytwin_world::services::Cause;
use citytwin_world::transit::{Journey, JourneyTable, PERIODS, Ride};
use citytwin_world::{
    City, Date, LineId, Mode, NodeId, PersonId, PlaceId, Population, RouteId, RunId, StopId, Today, VisitLog,
    World, ZoneId,
};
use std::sync::Arc;

/// Homes at the first and at the second stop of the line; the office is at the third.
const FIRST: usize = 0;
const SECOND: usize = 1;
/// Places of each vehicle.
const PLACES: u16 = 20;
/// Walk to and from stops, s.
const WALK_S: u16 = 60;
/// Ride from stop to stop, s.
const BETWEEN_S: u32 = 300;

/// A line of three stops, half a kilometre apart, whose runs begin at some minutes of the day.
fn line(city: &mut City, begins_min: &[u32]) {
    let transit = &mut city.transit;
    for i in 0..3 {
        transit.stop_name.push(format!("stop {i}"));
        transit.stop_lon.push(0.0045 * f64::from(i));
        transit.stop_lat.push(0.0);
        transit.stop_node.push(NodeId(0));
    }
    transit.line_name.push("1".into());
    transit.line_mode.push(Mode::Bus);
    transit.route_line.push(LineId(0));
    transit.route_stops.push_row((0..3).map(StopId));
    transit.route_runs.push_row((0..begins_min.len() as u32).map(RunId));
    transit.route_shape.push_row([]);
    for begin_min in begins_min {
        transit.run_route.push(RouteId(0));
        transit.run_times_s.push_row((0..3).map(|stop| [begin_min * 60 + stop * BETWEEN_S; 2]));
        transit.run_weekdays.push(0x7f);
        transit.run_capacity.push(PLACES);
    }
    // From either home to the office and between the two homes.
    let pairs = [(0, 2), (1, 2), (0, 1)];
    let mut table = JourneyTable { zones: 3, ..JourneyTable::default() };
    table.row = vec![u32::MAX; PERIODS.len() * 9];
    for period in 0..PERIODS.len() {
        for (from, to) in pairs {
            let mut journey =
                Journey { count: 1, egress_s: WALK_S, period: period as u8, ..Journey::default() };
            journey.rides[0] = Ride { pattern: 0, board: from, alight: to, walk_s: WALK_S };
            let row = table.journey.push(journey);
            table.row[(period * 3 + usize::from(from)) * 3 + usize::from(to)] = row.0;
        }
    }
    transit.journeys = table;
}

/// A commuter: home stop, minute of leaving home, and whether the way leads to the office or to the shop at the second
/// stop.
type Commuter = (usize, u16, bool);

fn plan(today: &mut Today, leave_min: u16, to: usize) {
    (today.stops, today.stop[1]) = (2, to as u8);
    (today.until_min[0], today.until_min[1]) = (leave_min, NO_DEPARTURE);
    today.begin_plan();
}

/// A day of commuters on a line.
fn day(begins_min: &[u32], commuters: &[Commuter], keys: &[(&str, &str)]) -> Simulation {
    let (mut city, mut residents) = town::residents(commuters.len().div_ceil(4) as u32);
    line(&mut city, begins_min);
    // Homes, the office, the shop, and the homes at the second stop.
    for (place, zone) in [(0, 0), (1, 2), (2, 1), (3, 1)] {
        city.places.zone[PlaceId(place)] = ZoneId(zone);
    }
    residents.rooms = citytwin_world::Rooms::lay_out(
        residents.household_home.as_slice(),
        &city.places.kind,
        &citytwin_world::Column::from(vec![0, 1, 1, 1]),
        begins_min.len(),
    );
    for (i, (home, ..)) in commuters.iter().enumerate() {
        let person = &mut residents.person[PersonId(i as u32)];
        person.mode = [Mode::Bus; citytwin_world::residents::SLOTS];
        person.slot[slot::HOME] = PlaceId(if *home == FIRST { 0 } else { 3 });
        person.slot[slot::ANCHOR] = PlaceId(1);
        residents.walk_10m[PersonId(i as u32)] = [400; PAIRS];
    }
    let mut people = Population::at_home(Arc::new(residents));
    for (i, (_, leave_min, to_office)) in commuters.iter().enumerate() {
        let to = if *to_office { slot::ANCHOR } else { slot::SHOP };
        plan(&mut people.today[PersonId(i as u32)], *leave_min, to);
    }
    let visits = VisitLog::for_persons(people.len());
    let world = World { city: Arc::new(city), people, visits, ..World::default() };
    let params = Params::written(KEYS, &[&[("transit", "capacity")], keys].concat()).expect("sound");
    let transport =
        Transport { filled: Filled::new(Filling::with(&params)), ..Transport::new(Obedience::default()) };
    let start = Date::parse("2020-01-20").expect("a date");
    let layers: Vec<Box<dyn Layer>> = vec![Box::new(transport)];
    Simulation::new(world, layers, Vec::new(), Calendar { start, holidays: Arc::default() }, 7)
}

/// Who rode in each run, from which minute to which.
fn rides(simulation: &Simulation, run: u32) -> Vec<(u32, u16, u16)> {
    let rooms = &simulation.world.people.residents.rooms;
    let (first, after) = (rooms.of_run(RunId(run), 0).0, rooms.of_run(RunId(run + 1), 0).0);
    let visits = simulation.world.visits.chunks.iter().flatten();
    let mut found: Vec<_> = visits
        .filter(|v| (first..after).contains(&v.room.0))
        .map(|v| (v.person.0, v.start_min, v.end_min))
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn a_bottleneck_leaves_as_many_behind_for_as_long_as_worked_out_by_hand() {
    // Fifty wait at the first stop for 7:00, ten at the second for 7:05, all to the third; twenty places every ten
    // minutes. 7:00 takes 20, 7:10 takes 20, 7:20 takes 10 of the first stop and 10 of the second.
    let crowd: Vec<Commuter> =
        (0..60).map(|i| if i < 50 { (FIRST, 414, true) } else { (SECOND, 420, true) }).collect();
    let mut simulation = day(&[420, 430, 440, 450], &crowd, &[]);
    simulation.run_day();
    let aboard: Vec<usize> = (0..4).map(|run| rides(&simulation, run).len()).collect();
    assert_eq!(aboard, [20, 20, 20, 0]);
    let today = simulation.world.services.passengers.today;
    // At the first stop 30 and 10 are denied, at the second 10 and 10.
    assert_eq!((today.boarded, today.denied, today.left_behind), (60, 60, 40));
    // Twenty wait ten minutes more, and twenty wait twenty.
    assert_eq!(today.denied_wait_s, 20 * 600 + 10 * 1200 + 10 * 1200);
    let hour = simulation.world.services.passengers.lines[7];
    assert_eq!((hour.boardings, hour.denied, hour.load_max), (60, 60, 1.0));
    assert_eq!(simulation.world.services.trips.boardings, 60);
    // The last arrive at 7:30 and walk a minute.
    let last = simulation.world.people.today.as_slice().iter().map(|today| today.since_min).max();
    assert!(simulation.world.people.today.iter().all(|(_, today)| usize::from(today.at) == 1));
    assert_eq!(last, Some(1440));
    let entered =
        simulation.world.visits.chunks.iter().flatten().filter(|v| v.start_min > 430 && v.end_min == 1440);
    let latest = entered.map(|v| v.start_min).max();
    assert_eq!(latest, Some(451));
}

#[test]
fn who_would_wait_too_long_gives_up_and_goes_home() {
    let crowd: Vec<Commuter> = (0..52).map(|_| (FIRST, 414, true)).collect();
    let mut simulation = day(&[420, 430, 440], &crowd, &[("denied_patience", "15 min")]);
    simulation.run_day();
    // At 7:10 the next vehicle leaves twenty minutes after the first full one.
    let world = &simulation.world;
    let aboard: Vec<usize> = (0..3).map(|run| rides(&simulation, run).len()).collect();
    assert_eq!(aboard, [20, 20, 0]);
    let today = world.services.passengers.today;
    assert_eq!((today.denied, today.left_behind), (32 + 12, 32));
    assert_eq!(today.denied_wait_s, 20 * 600 + 12 * 600);
    assert_eq!(world.services.trips.prevented[Cause::NoRoom as usize], 12);
    let homes = world.people.residents.rooms.households;
    assert_eq!(world.people.today.iter().filter(|(_, today)| today.room.0 < homes).count(), 12);
}

#[test]
fn who_came_first_boards_first() {
    let crowd: Vec<Commuter> = (0..32u16).map(|i| (FIRST, 418 - i, true)).collect();
    let mut simulation = day(&[420, 430], &crowd, &[]);
    simulation.run_day();
    let of = |run| rides(&simulation, run).iter().map(|ride| ride.0).collect::<Vec<_>>();
    assert_eq!((of(0), of(1)), ((12..32).collect(), (0..12).collect()));
}

#[test]
fn those_who_alight_make_room_for_those_who_board() {
    // Five of twenty go to the shop at the second stop, where eight wait.
    let crowd: Vec<Commuter> =
        (0..28).map(|i| if i < 20 { (FIRST, 410, i >= 5) } else { (SECOND, 410, true) }).collect();
    let mut simulation = day(&[420, 430], &crowd, &[]);
    simulation.run_day();
    let from_second = |run| rides(&simulation, run).iter().filter(|ride| ride.0 >= 20).count();
    assert_eq!((from_second(0), from_second(1)), (5, 3));
    assert_eq!(simulation.world.services.passengers.today.denied, 3);
}

#[test]
fn after_the_last_vehicle_those_left_behind_give_up() {
    let crowd: Vec<Commuter> = (0..24).map(|_| (FIRST, 414, true)).collect();
    let mut simulation = day(&[420], &crowd, &[]);
    simulation.run_day();
    let services = &simulation.world.services;
    assert_eq!((services.passengers.today.boarded, services.passengers.today.denied), (20, 4));
    assert_eq!(services.trips.prevented[Cause::NoRoom as usize], 4);
}

#[test]
fn passengers_at_midnight_keep_their_places() {
    // A run leaves the first stop at 23:57 and the second at 0:02, full; another follows half an hour later.
    let crowd: Vec<Commuter> =
        (0..24).map(|i| if i < 20 { (FIRST, 1425, true) } else { (SECOND, NO_DEPARTURE, true) }).collect();
    let mut simulation = day(&[1437, 1467], &crowd, &[]);
    simulation.run_day();
    let under_way = &simulation.world.services.passengers.under_way;
    assert_eq!(under_way.len(), 1);
    let vehicle = &under_way[0];
    assert_eq!((vehicle.run, vehicle.begin_s, vehicle.aboard_now), (RunId(0), 1437 * 60, 20));
    assert_eq!((vehicle.places, vehicle.taken(), vehicle.aboard.as_slice()), (PLACES, 1.0, &[20, 20][..]));
    let saved = simulation.save(1);
    let mut resumed = day(&[1437, 1467], &crowd, &[]);
    resumed.resume(&saved, 1).expect("its own state");
    for mut simulation in [simulation, resumed] {
        for person in 20..24 {
            let today = &mut simulation.world.people.today[PersonId(person)];
            today.since_min = 0;
            plan(today, 0, slot::ANCHOR);
        }
        simulation.run_day();
        assert_eq!(simulation.world.services.passengers.today.denied, 4);
        let seen = rides(&simulation, 1);
        assert_eq!(seen, (20..24).map(|person| (person, 32, 37)).collect::<Vec<_>>());
    }
}

#[test]
fn places_for_a_share_of_the_residents_add_up() {
    let mut city = City::default();
    let begins: Vec<u32> = (0..200).map(|i| 300 + 5 * i).collect();
    line(&mut city, &begins);
    let timetable: Timetable = citytwin_routing::city::timetable(&city.transit).expect("sound");
    let now = citytwin_engine::Now {
        tick: 0,
        date: Date::parse("2020-01-20").expect("a date"),
        day_type: citytwin_world::DayType::Workday,
        seed: 3,
    };
    for scale in [1.0, 0.13, 0.03] {
        let service = Service::of_day(now, &timetable, &city, scale);
        let mut sum = 0.0;
        for vehicle in 0..200 {
            sum += f64::from(service.places(vehicle));
            let right = f64::from(PLACES) * scale * (vehicle + 1) as f64;
            assert!((sum - right).abs() <= 1.0, "{scale}: {sum} for {right}");
        }
    }
}

#[test]
fn nobody_boards_or_alights_at_a_closed_stop() {
    let mut city = City::default();
    line(&mut city, &[420]);
    let timetable: Timetable = citytwin_routing::city::timetable(&city.transit).expect("sound");
    let now = citytwin_engine::Now {
        tick: 0,
        date: Date::parse("2020-01-20").expect("a date"),
        day_type: citytwin_world::DayType::Workday,
        seed: 3,
    };
    let mut service = Service::of_day(now, &timetable, &city, 1.0);
    let ride = city.transit.journeys.journey.as_slice()[0].rides()[0];
    let mut open_with = |stops: &[u32]| {
        let closed = stops.iter().map(|s| StopId(*s)).collect();
        service.disrupt(now, 0, &timetable, &city, &Disruption { closed, cuts: Vec::new() });
        service.is_open(&ride)
    };
    assert!(open_with(&[]) && open_with(&[1]), "vehicles pass a closed stop");
    assert!(!open_with(&[0]) && !open_with(&[2]) && !open_with(&[0, 1, 2]));
    assert!(open_with(&[]));
}

#[test]
fn a_cut_takes_the_share_of_runs_that_it_names() {
    let mut city = City::default();
    let begins: Vec<u32> = (0..400).map(|i| 300 + 2 * i).collect();
    line(&mut city, &begins);
    let timetable: Timetable = citytwin_routing::city::timetable(&city.transit).expect("sound");
    let mut cut_on = Vec::new();
    for day in 0..3 {
        let now = citytwin_engine::Now {
            tick: day * 24,
            date: Date::parse("2020-01-20").expect("a date").plus(day as i32),
            day_type: citytwin_world::DayType::Workday,
            seed: 3,
        };
        let mut service = Service::of_day(now, &timetable, &city, 1.0);
        let cut = |share, mode| Disruption {
            closed: Vec::new(),
            cuts: vec![ServiceCut { mode, line: None, share }],
        };
        service.disrupt(now, 0, &timetable, &city, &cut(0.5, Some(Mode::Metro)));
        assert_eq!(service.cut_count(), 0);
        service.disrupt(now, 0, &timetable, &city, &cut(0.5, None));
        let half: Vec<bool> = (0..400).map(|run| service.is_cut(run)).collect();
        let count = half.iter().filter(|cut| **cut).count();
        assert!((160..240).contains(&count), "{count}");
        // A larger share cuts the same runs and more; none are cut under way.
        service.disrupt(now, 0, &timetable, &city, &cut(0.8, None));
        assert!((0..400).all(|run| service.is_cut(run) || !half[run]));
        let noon = citytwin_engine::Now { tick: day * 24 + 10, ..now };
        service.disrupt(noon, 36_000, &timetable, &city, &Disruption::default());
        assert!((0..400).all(|run| !service.is_cut(run) || begins[run] < 600));
        cut_on.push(half);
    }
    assert!(cut_on[0] != cut_on[1] && cut_on[1] != cut_on[2]);
}
