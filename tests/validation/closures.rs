//! Streets and stops closed to everybody, in the small city: nobody goes where it is closed, the others go round, and
//! journeys by transit are the best of those that are left.
use crate::town::Play;
use citytwin_routing::journeys::{Closed, ZoneJourneys};
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::services::Cause;
use citytwin_world::streets::access;
use citytwin_world::transit::Journey;
use citytwin_world::{City, LinkId, Mode, NodeId, StopId, ZoneId};

/// Junctions that closed links leave without any open link for some travellers.
fn cut_off(city: &City, closed: &[LinkId], whom: u8) -> Vec<bool> {
    let streets = &city.streets;
    let (mut had, mut open) = (vec![false; streets.node_count()], vec![false; streets.node_count()]);
    for link in streets.from.ids().filter(|link| streets.access[*link] & whom != 0) {
        for node in [streets.from[link], streets.to[link]] {
            had[node.index()] = true;
            open[node.index()] |= closed.binary_search(&link).is_err();
        }
    }
    had.iter().zip(open).map(|(had, open)| *had && !open).collect()
}

#[test]
fn nobody_goes_into_a_closed_district_and_all_is_as_ever_before_and_after() {
    let play = Play::of("movement/closed-district", 14, &[]);
    let (mut simulation, mut free) =
        (play.simulation(3), Play::of("epidemic/baseline", 14, &[]).simulation(3));
    for day in 0..14 {
        simulation.world.services.trip_log_every = 1;
        simulation.run_day();
        free.run_day();
        let services = &simulation.world.services;
        let (trips, roads) = (&services.trips, &services.roads);
        let no_route = trips.prevented[Cause::NoRoute as usize];
        if !(8..=11).contains(&day) {
            assert_eq!((no_route, trips.detours, trips.off_transit), (0, 0, 0), "day {day}");
            assert!(roads.closed_on_foot.is_empty() && services.passengers.disruption.closed.is_empty());
            if day < 8 {
                assert_eq!(services.trips, free.world.services.trips, "day {day}");
            }
            continue;
        }
        // On the day of opening only the small hours are closed.
        let least = if day == 11 { 5 } else { 50 };
        assert!(no_route > least && trips.detours > least, "day {day}: {no_route} {}", trips.detours);
        let usual: u64 = free.world.services.trips.trips.iter().sum();
        let made: u64 = trips.trips.iter().sum();
        // Most of the small city lies around its middle.
        assert!(made < usual && made > usual / 5, "day {day}: {made} of {usual}");
        if day == 8 || day == 11 {
            continue; // half a day
        }
        assert!(roads.closed.len() > 20 && !services.passengers.disruption.closed.is_empty());
        let (city, residents) = (&simulation.world.city, &simulation.world.people.residents);
        let [on_foot, by_car] = [(&roads.closed_on_foot, access::FOOT), (&roads.closed, access::CAR)]
            .map(|(c, w)| cut_off(city, c, w));
        for trip in services.trip_log.iter().flatten() {
            let node = |slot: u8| -> NodeId {
                city.places.node[residents.person[trip.person].slot[usize::from(slot)]]
            };
            let [from, to] = trip.slots.map(node);
            let closed = if trip.mode == Mode::Car { &by_car } else { &on_foot };
            let home = usize::from(trip.slots[1]) == slot::HOME;
            assert!(home || from == to || !(closed[from.index()] || closed[to.index()]), "{trip:?}");
        }
    }
}

#[test]
fn vehicles_alone_are_kept_out_where_the_closure_says_so() {
    let changes = [("hazard.street_closure.vehicles_only", "true")];
    let mut play = Play::of("movement/closed-district", 11, &changes).simulation(3);
    let mut all = Play::of("movement/closed-district", 11, &[]).simulation(3);
    for _ in 0..10 {
        play.run_day();
        all.run_day();
    }
    let [fair, cordon] = [&play, &all].map(|simulation| &simulation.world.services);
    assert!(fair.roads.closed == cordon.roads.closed && fair.roads.closed_on_foot.is_empty());
    let no_route = |services: &citytwin_world::Services| services.trips.prevented[Cause::NoRoute as usize];
    assert!(no_route(fair) < no_route(cordon));
    let walks = |services: &citytwin_world::Services| services.trips.trips[Mode::Walk as usize];
    assert!(walks(fair) > walks(cordon), "{} {}", walks(fair), walks(cordon));
    assert!(!fair.passengers.disruption.closed.is_empty(), "buses pass by");
}

/// Arrival with five minutes for each ride, the cost by which journeys are chosen, by RAPTOR over all open stops.
#[test]
fn journeys_past_closed_stops_are_the_best_that_are_left() {
    let simulation = Play::of("epidemic/baseline", 1, &[]).simulation(1);
    let city = &*simulation.world.city;
    let timetable = citytwin_routing::city::timetable(&city.transit).unwrap();
    let calls = |journey: &Journey| -> Vec<StopId> {
        let ends = journey.rides().iter().flat_map(|ride| {
            let stops = timetable.stops(ride.pattern.into());
            [ride.board, ride.alight].map(|index| StopId(stops[usize::from(index)]))
        });
        ends.collect()
    };
    // Every third stop is closed.
    let stops: Vec<StopId> = city.transit.stop_lon.ids().filter(|stop| stop.0 % 3 == 0).collect();
    let closed = Closed { stops: &stops, on_foot: &[] };
    let [open, shut] = [Closed::default(), closed].map(|c| ZoneJourneys::new(city, &timetable, c).unwrap());
    let [mut rounds, mut rounds_shut] = [open.rounds(), shut.rounds()];
    let (mut kept, mut changed) = (0, 0);
    for origin in 0..city.zones.len() {
        let before = open.from(&mut rounds, (0, origin), |_| true).unwrap();
        let after = shut.from(&mut rounds_shut, (0, origin), |_| true).unwrap();
        for (to, journey) in &before {
            let row = city.transit.journeys.find(0, ZoneId::from_index(origin), *to).expect("in the table");
            assert_eq!(city.transit.journeys.journey[row], *journey, "the city's own table");
            let now = after.iter().find(|(zone, _)| zone == to).map(|(_, journey)| journey);
            let cost = |journey: &Journey| u32::from(journey.typical_s) + 300 * u32::from(journey.count);
            let touched = calls(journey).iter().any(|stop| stops.binary_search(stop).is_ok());
            match now {
                Some(now) if touched => {
                    assert!(calls(now).iter().all(|stop| stops.binary_search(stop).is_err()));
                    changed += 1;
                }
                Some(now) => {
                    assert!(cost(now) <= cost(journey), "{origin} {to:?}: what was best still is");
                    kept += 1;
                }
                None => assert!(touched, "{origin} {to:?}"),
            }
        }
    }
    assert!(kept > 50 && changed > 50, "{kept} {changed}");
}
