//! Which vehicle brings what where, and when: the tours of a day.
use super::streets::{NO_WAY_S, Spot, Ways};
use citytwin_routing::tours::{
    Dispatch, Legs, Orders, Plan, Settings, Tuning, UNLIMITED, VehicleKind, check, solve,
};

/// Rounds of search for each stop, and for each plan.
const ROUNDS_PER_STOP: u64 = 40;
const ROUNDS_LEAST: u64 = 400;
/// What leaving out a stop costs beside driving, s: more than any tour.
const LEFT_OUT_S: i64 = 200_000;

/// A stop to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Where.
    pub spot: Spot,
    /// Weight, kg, and volume, l.
    pub load: [i32; 2],
    /// How many times as bad it is to leave it out as an ordinary one.
    pub weight: i64,
}

/// Vehicles that are alike, from one depot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vehicles {
    /// How many.
    pub count: usize,
    /// What each can take: kg and l.
    pub load: [i32; 2],
    /// When tours begin, and when they must end, s after midnight.
    pub shift_s: [i32; 2],
    /// Time at each stop, s.
    pub stop_s: i32,
}

/// A stop as it is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Number of the stop.
    pub stop: usize,
    /// Number of the tour.
    pub tour: usize,
    /// When service begins, s after midnight.
    pub begin_s: i32,
}

/// The tours of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tours {
    /// Stops in the order of tours.
    pub planned: Vec<Planned>,
    /// Stops that no vehicle makes.
    pub left_out: Vec<usize>,
    /// Tours.
    pub count: usize,
    /// Time of driving, s.
    pub drive_s: i64,
}

/// Plans tours from a spot to stops and to a last spot, for a seed: the same on any number of threads.
pub fn plan(seed: u64, ways: &mut Ways, ends: [Spot; 2], stops: &[Stop], vehicles: &Vehicles) -> Tours {
    if stops.is_empty() || vehicles.count == 0 {
        return Tours { left_out: (0..stops.len()).collect(), ..Tours::default() };
    }
    let spots: Vec<Spot> = ends.into_iter().chain(stops.iter().map(|stop| stop.spot)).collect();
    let task = task(&spots, ways.table_s(&spots), stops, vehicles);
    let budget = (ROUNDS_PER_STOP * stops.len() as u64).max(ROUNDS_LEAST) as f64;
    let settings = Settings { seed, islands: 1, tuning: Tuning::default() };
    let found = solve(&task, &settings, &|rounds| rounds as f64 / budget);
    // What another look at the plan does not bear out is not driven.
    match check(&task, &found.plan) {
        Ok(_) => drive(&task, &found.plan, vehicles),
        Err(_) => Tours { left_out: (0..stops.len()).collect(), ..Tours::default() },
    }
}

fn task(spots: &[Spot], table: Vec<i32>, stops: &[Stop], vehicles: &Vehicles) -> Dispatch {
    let mut orders = Orders::default();
    for stop in stops {
        orders.push(stop.load);
    }
    orders.ready.fill(vehicles.shift_s[0]);
    orders.due.fill(vehicles.shift_s[1]);
    orders.service.fill(vehicles.stop_s);
    orders.unserved_cost = stops.iter().map(|stop| LEFT_OUT_S * stop.weight).collect();
    let kind = VehicleKind {
        count: vehicles.count,
        start: 0,
        end: 1,
        capacity: vehicles.load,
        shift: vehicles.shift_s,
        duration_max: UNLIMITED,
        ..VehicleKind::default()
    };
    Dispatch {
        depots: 2,
        orders,
        fleet: vec![kind],
        distance: Legs::of_table(spots.len(), table),
        time: None,
    }
}

/// When each stop of a plan is made by vehicles that leave at the beginning of their shift.
fn drive(task: &Dispatch, plan: &Plan, vehicles: &Vehicles) -> Tours {
    let mut tours = Tours { count: plan.tours.len(), ..Tours::default() };
    tours.left_out = plan.unserved.iter().map(|order| *order as usize).collect();
    for (number, tour) in plan.tours.iter().enumerate() {
        let (mut at, mut clock_s) = (0, vehicles.shift_s[0]);
        for order in &tour.orders {
            let place = task.depots + *order as usize;
            let leg_s = task.distance.leg(at, place);
            let begin_s = clock_s + leg_s;
            tours.drive_s += i64::from(leg_s);
            tours.planned.push(Planned { stop: *order as usize, tour: number, begin_s });
            (at, clock_s) = (place, begin_s + vehicles.stop_s);
        }
        tours.drive_s += i64::from(task.distance.leg(at, 1).min(NO_WAY_S));
    }
    tours
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::streets::access;
    use citytwin_world::{City, LinkId, NodeId, PlaceId, World};
    use std::sync::Arc;

    /// Four junctions in a ring, 1 km and 100 s apart, a place at each.
    fn ring() -> World {
        let mut city = City::default();
        for i in 0..4u32 {
            city.streets.lon.push(f64::from(i / 2) * 0.01);
            city.streets.lat.push(f64::from(i.div_ceil(2) % 2) * 0.01);
            city.places.lon.push(0.0);
            city.places.lat.push(0.0);
            city.places.node.push(NodeId(i));
            for (from, to) in [(i, (i + 1) % 4), ((i + 1) % 4, i)] {
                city.streets.from.push(NodeId(from));
                city.streets.to.push(NodeId(to));
                city.streets.access.push(access::CAR);
                city.streets.length_m.push(1_000.0);
                city.streets.free_speed_kmh.push(36.0);
            }
        }
        World { city: Arc::new(city), ..World::default() }
    }

    fn planned(world: &World, vehicles: &Vehicles) -> Tours {
        let mut ways = Ways::of(&world.city);
        ways.ready(world, 0);
        let spot = |place| Spot::of(&world.city, PlaceId(place));
        let stops = [1, 2, 3].map(|place| Stop { spot: spot(place), load: [10, 1], weight: 1 });
        plan(1, &mut ways, [spot(0); 2], &stops, vehicles)
    }

    const ONE: Vehicles = Vehicles { count: 1, load: [30, 30], shift_s: [3_600, 7_200], stop_s: 60 };

    #[test]
    fn a_tour_goes_round_and_the_other_way_where_a_street_is_closed() {
        let mut world = ring();
        let tours = planned(&world, &ONE);
        assert_eq!((tours.drive_s, tours.count, tours.planned.len()), (400, 1, 3));
        let begins: Vec<i32> = tours.planned.iter().map(|one| one.begin_s).collect();
        assert_eq!(begins, [3_700, 3_860, 4_020]);
        // Between 0 and 1 closed in both directions: to the end of the street and back.
        world.services.supply.closed_links = vec![LinkId(0), LinkId(1)];
        let tours = planned(&world, &ONE);
        assert_eq!((tours.drive_s, tours.left_out.as_slice()), (600, &[][..]));
        // Junction 1 cut off altogether: its stop alone is left out.
        world.services.supply.closed_links.extend([LinkId(2), LinkId(3)]);
        let tours = planned(&world, &ONE);
        assert_eq!((tours.drive_s, tours.left_out.as_slice(), tours.planned.len()), (400, &[0][..], 2));
    }

    #[test]
    fn what_no_vehicle_can_take_or_reach_in_time_is_left_out() {
        let world = ring();
        let small = planned(&world, &Vehicles { load: [20, 30], ..ONE });
        assert_eq!((small.planned.len(), small.left_out.len()), (2, 1));
        let late = planned(&world, &Vehicles { shift_s: [3_600, 3_900], ..ONE });
        assert_eq!((late.planned.len(), late.left_out.len()), (1, 2));
        let none = planned(&world, &Vehicles { count: 0, ..ONE });
        assert_eq!(none.left_out, [0, 1, 2]);
    }
}
