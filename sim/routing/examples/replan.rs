//! How good a new plan is after so many seconds when a river can no longer be crossed in its middle: 100 vehicles, 1,500
//! stops with windows, improved from the plan of before. `replan [SECONDS…]`, default 2 and 60.
use citytwin_routing::tours::{
    Dispatch, Legs, MUST, NEVER_LATE, Orders, Plan, Settings, Tuning, UNLIMITED, VehicleKind, check, improve,
    solve,
};
use citytwin_world::draw::Draw;
use std::time::Instant;

const PURPOSE_EXAMPLE: u32 = 0x0e03;
const STOPS: usize = 1500;
const VEHICLES: usize = 100;
/// Side of the town, m.
const SIDE: f64 = 12_000.0;
/// Where the three bridges over the river in the middle stand, m from the edge.
const BRIDGES: [f64; 3] = [1_500.0, 6_000.0, 10_500.0];
/// Speed, m per s.
const SPEED: f64 = 7.0;

/// Seconds from each place to each other by way of the bridges that are open.
fn seconds(points: &[[f64; 2]], bridges: &[f64]) -> Legs {
    let straight = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() + (a[1] - b[1]).abs();
    let way = |a: [f64; 2], b: [f64; 2]| match (a[0] < SIDE / 2.0) == (b[0] < SIDE / 2.0) {
        true => straight(a, b),
        false => {
            let over = |y: &f64| straight(a, [SIDE / 2.0, *y]) + straight([SIDE / 2.0, *y], b);
            bridges.iter().map(over).fold(f64::INFINITY, f64::min)
        }
    };
    let cells = points.iter().flat_map(|a| points.iter().map(|b| (way(*a, *b) / SPEED) as i32));
    Legs::of_table(points.len(), cells.collect())
}

fn task(points: &[[f64; 2]], bridges: &[f64]) -> Dispatch {
    let mut draw = Draw::new(1, PURPOSE_EXAMPLE, 1, 0);
    let mut orders = Orders::default();
    for _ in 0..STOPS {
        let ready = draw.below(7 * 3600) as i32;
        orders.load.push([1 + draw.below(10) as i32, 1 + draw.below(10) as i32]);
        orders.ready.push(ready);
        orders.due.push(ready + 3 * 3600);
        orders.service.push(300);
        orders.lateness_cost.push(NEVER_LATE);
        orders.unserved_cost.push(MUST);
    }
    let kind = VehicleKind {
        count: VEHICLES / 2,
        capacity: [120, 120],
        fixed_cost: 1800,
        shift: [0, 11 * 3600],
        duration_max: UNLIMITED,
        ..VehicleKind::default()
    };
    let fleet = vec![kind.clone(), VehicleKind { start: 1, end: 1, ..kind }];
    Dispatch { depots: 2, orders, fleet, distance: seconds(points, bridges), time: None }
}

fn main() {
    let given: Vec<f64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let budgets = if given.is_empty() { vec![2.0, 60.0] } else { given };
    let mut draw = Draw::new(1, PURPOSE_EXAMPLE, 0, 0);
    let mut points = vec![[3_000.0, 6_000.0], [9_000.0, 6_000.0]];
    points.extend((0..STOPS).map(|_| [draw.unit_f64() * SIDE, draw.unit_f64() * SIDE]));
    let before = task(&points, &BRIDGES);
    let settings = Settings { seed: 1, islands: 1, tuning: Tuning::default() };
    let clock = |start: Instant, limit: f64| move |_| start.elapsed().as_secs_f64() / limit;
    let plan: Plan = solve(&before, &settings, &clock(Instant::now(), 30.0)).plan;
    eprintln!("before: {:?}", check(&before, &plan).map(|account| (account.cost(), plan.tours.len())));
    let closed = task(&points, &[BRIDGES[0], BRIDGES[2]]);
    eprintln!(
        "after the closure the old plan breaks {} rules",
        check(&closed, &plan).err().map_or(0, |f| f.len())
    );
    for limit in budgets {
        let start = Instant::now();
        let found = improve(&closed, &plan, &settings, &clock(start, limit));
        let wall_s = start.elapsed().as_secs_f64();
        let told = check(&closed, &found.plan).map(|account| (account.cost(), found.plan.tours.len()));
        eprintln!("{limit} s: {told:?}, {} rounds, {wall_s:.2} s in all", found.rounds);
    }
}
