//! Plans of random tasks obey all rules, cost what the check counts, and are the cheapest where that can be proved.
use super::rebuild::{Scratch, recreate, ruin};
use super::state::{Depth, FULL, LOADS, State, WINDOWS, depth};
use super::tails::try_tails;
use super::*;
use citytwin_world::draw::Draw;
use proptest::prelude::*;

const PURPOSE_TEST: u32 = 0x0e02;

/// What a random task asks for.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    orders: usize,
    depots: usize,
    windows: bool,
    priced: bool,
    table: bool,
}

/// A random task on a square of 100 by 100.
fn task(seed: u64, wanted: Wanted) -> Dispatch {
    let mut draw = Draw::new(seed, PURPOSE_TEST, 0, 0);
    let places = wanted.depots + wanted.orders;
    let points: Vec<[f64; 2]> =
        (0..places).map(|_| [draw.unit_f64() * 100.0, draw.unit_f64() * 100.0]).collect();
    let straight = Legs::of_points(points, Rounding::Nearest);
    let mut skewed = || {
        let cells = (0..places * places).map(|cell| straight.leg(cell / places, cell % places));
        Legs::of_table(places, cells.map(|leg| leg + draw.below(6) as i32).collect())
    };
    let (distance, time) = match wanted.table {
        true => (skewed(), Some(skewed())),
        false => (straight, None),
    };
    let mut orders = Orders::default();
    for order in 0..wanted.orders {
        orders.push([1 + draw.below(9) as i32, draw.below(5) as i32]);
        orders.service[order] = draw.below(10) as i32;
        if wanted.windows {
            orders.ready[order] = draw.below(300) as i32;
            orders.due[order] = orders.ready[order] + 150 + draw.below(200) as i32;
        }
        if wanted.priced && draw.chance(0.5) {
            orders.lateness_cost[order] = i64::from(draw.below(20));
        }
        if wanted.priced && draw.chance(0.3) {
            orders.unserved_cost[order] = i64::from(draw.below(300));
        }
    }
    let fleet = (0..wanted.depots as u32).map(|depot| VehicleKind {
        start: depot,
        end: (depot + 1) % wanted.depots as u32,
        capacity: [20 + 5 * depot as i32, 14],
        fixed_cost: i64::from(20 * depot),
        distance_cost: 1 + i64::from(depot),
        time_cost: i64::from(wanted.priced),
        shift: if wanted.windows { [0, 800] } else { [0, UNLIMITED] },
        duration_max: if wanted.priced { 500 } else { UNLIMITED },
        ..VehicleKind::default()
    });
    Dispatch { depots: wanted.depots, orders, fleet: fleet.collect(), distance, time }
}

fn settings(seed: u64, islands: usize) -> Settings {
    Settings { seed, islands, tuning: Tuning::default() }
}

fn solved(task: &Dispatch, seed: u64, rounds: u64) -> Found {
    solve(task, &settings(seed, 1), &|done| done as f64 / rounds as f64)
}

/// The cheapest plan, by all ways to share orders among tours and all sequences of each: slow and plain.
fn cheapest(task: &Dispatch) -> i64 {
    let orders = task.orders.len();
    let all = 1usize << orders;
    let tour = |set: usize| {
        let members: Vec<u32> = (0..orders as u32).filter(|order| set >> order & 1 == 1).collect();
        let mut best = None;
        for kind in 0..task.fleet.len() {
            each_sequence(&mut members.clone(), 0, &mut |sequence| {
                let plan =
                    Plan { tours: vec![Tour { kind, orders: sequence.to_vec() }], unserved: Vec::new() };
                // Orders outside of the tour are no fault here.
                let mut alone = task.clone();
                alone.orders.unserved_cost = vec![0; orders];
                let rest = (0..orders as u32).filter(|order| !sequence.contains(order)).collect();
                if let Ok(account) = check(&alone, &Plan { unserved: rest, ..plan }) {
                    let cost = account.cost();
                    best = Some(best.map_or(cost, |known: i64| known.min(cost)));
                }
            });
        }
        best
    };
    let tours: Vec<Option<i64>> = (0..all).map(|set| if set == 0 { None } else { tour(set) }).collect();
    let mut cost = vec![i64::MAX / 2; all];
    cost[0] = 0;
    for set in 1..all {
        let first = set & set.wrapping_neg();
        let out = cost[set ^ first] + task.orders.unserved_cost[first.trailing_zeros() as usize];
        cost[set] = out;
        let mut part = set;
        while part > 0 {
            if part & first != 0
                && let Some(own) = tours[part]
            {
                cost[set] = cost[set].min(own + cost[set ^ part]);
            }
            part = (part - 1) & set;
        }
    }
    cost[all - 1]
}

fn each_sequence(items: &mut Vec<u32>, from: usize, see: &mut impl FnMut(&[u32])) {
    if from == items.len() {
        return see(items);
    }
    for at in from..items.len() {
        items.swap(from, at);
        each_sequence(items, from + 1, see);
        items.swap(from, at);
    }
}

/// The plan of a state costs what the state says, by the check.
fn agrees(state: &State<'_>) {
    let mut lenient = state.task.clone();
    let left_out: i64 = state.absent.iter().map(|node| state.wishes[*node as usize].unserved_cost).sum();
    lenient.orders.unserved_cost.iter_mut().for_each(|cost| *cost = (*cost).min(MUST - 1));
    let account = check(&lenient, &state.plan()).unwrap();
    assert_eq!(account.driving_cost + account.lateness_cost + left_out, state.cost);
}

fn walk<const D: Depth>(task: &Dispatch, seed: u64) {
    let near = near::Near::new(task);
    let mut state = State::new(task, &near);
    let (mut scratch, tuning) = (Scratch::default(), Tuning::default());
    for round in 0..60 {
        let mut draw = Draw::new(seed, PURPOSE_TEST, 1, round);
        let before = (state.plan(), state.cost, state.moments.clone());
        state.mark();
        ruin::<D>(&mut state, &mut scratch, &tuning, &mut draw);
        recreate::<D>(&mut state, &mut scratch, &tuning, &mut draw);
        agrees(&state);
        if draw.chance(0.3) {
            state.undo();
            let sorted = |plan: Plan| {
                let mut tours = plan.tours;
                tours.sort();
                (tours, plan.unserved)
            };
            assert_eq!(sorted(state.plan()), sorted(before.0));
            assert_eq!(state.cost, before.1);
            if D == WINDOWS {
                let served = |at: &usize| state.nodes[*at].tour != state::NONE;
                assert!((0..before.2.len()).filter(served).all(|at| state.moments[at] == before.2[at]));
            }
        }
        try_tails::<D>(&mut state, 10, 30.0, &mut draw);
        agrees(&state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_step_of_the_search_counts_right(
        seed in 0u64..1 << 40, orders in 1usize..40, depots in 1usize..4,
        windows: bool, priced: bool, table: bool,
    ) {
        let task = task(seed, Wanted { orders, depots, windows, priced, table });
        match depth(&task) {
            LOADS => walk::<LOADS>(&task, seed),
            WINDOWS => walk::<WINDOWS>(&task, seed),
            _ => walk::<FULL>(&task, seed),
        }
        // What binds in part may be looked at in full.
        walk::<FULL>(&task, seed);
    }

    #[test]
    fn small_tasks_are_solved_to_the_optimum(
        seed in 0u64..1 << 40, orders in 1usize..7, depots in 1usize..3,
        windows: bool, priced: bool, table: bool,
    ) {
        let task = task(seed, Wanted { orders, depots, windows, priced, table });
        let found = solved(&task, seed, 3_000);
        prop_assert_eq!(found.cost, cheapest(&task));
    }
}

#[test]
fn nine_orders_are_served_at_the_least_cost() {
    for seed in 0..3 {
        let task =
            task(seed, Wanted { orders: 8, depots: 1, windows: seed == 1, priced: false, table: false });
        assert_eq!(solved(&task, seed, 5_000).cost, cheapest(&task), "{seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_plan_on_any_number_of_threads() {
    let task = task(5, Wanted { orders: 60, depots: 2, windows: true, priced: false, table: true });
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve(&task, &settings(seed, 4), &|done| done as f64 / 2_000.0))
    };
    let one = run(1, 9);
    for threads in [2, 3, 8] {
        let other = run(threads, 9);
        assert_eq!((one.plan.clone(), one.rounds), (other.plan, other.rounds));
    }
    assert_ne!(one.plan, run(1, 10).plan);
}

#[test]
fn a_plan_that_has_become_impossible_is_mended() {
    let wanted = Wanted { orders: 80, depots: 2, windows: true, priced: false, table: false };
    let before = task(3, wanted);
    let plan = solved(&before, 1, 20_000).plan;
    // Everything takes half as long again, and a vehicle carries less.
    let mut after = before.clone();
    let places = before.distance.places();
    let slow = (0..places * places).map(|cell| before.distance.leg(cell / places, cell % places) * 3 / 2);
    after.time = Some(Legs::of_table(places, slow.collect()));
    after.fleet.iter_mut().for_each(|kind| kind.capacity[0] -= 6);
    assert!(check(&after, &plan).is_err());
    let mended = improve(&after, &plan, &settings(1, 1), &|done| done as f64 / 5_000.0);
    assert_eq!(check(&after, &mended.plan).unwrap().cost(), mended.cost);
    // Nothing changed: a good plan doesn't get worse.
    let cost = check(&before, &plan).unwrap().cost();
    assert!(improve(&before, &plan, &settings(2, 1), &|done| done as f64 / 100.0).cost <= cost);
}

#[test]
fn the_check_finds_every_fault() {
    let mut task = task(1, Wanted { orders: 6, depots: 1, windows: true, priced: false, table: false });
    task.fleet[0].capacity = [1, UNLIMITED];
    task.fleet[0].count = 1;
    task.orders.due[0] = 0;
    task.orders.load[0] = [2, 0];
    let tours = vec![
        Tour { kind: 0, orders: vec![0] },
        Tour { kind: 0, orders: vec![] },
        Tour { kind: 7, orders: vec![1, 1] },
    ];
    let faults = check(&task, &Plan { tours, unserved: vec![2, 99] }).unwrap_err();
    let has = |wanted: &dyn Fn(&Fault) -> bool| assert!(faults.iter().any(wanted), "{faults:?}");
    has(&|fault| matches!(fault, Fault::Empty(1)));
    has(&|fault| matches!(fault, Fault::Kind(2)));
    has(&|fault| matches!(fault, Fault::NoOrder(99)));
    has(&|fault| matches!(fault, Fault::Times(1, 2)));
    has(&|fault| matches!(fault, Fault::Times(3, 0)));
    has(&|fault| matches!(fault, Fault::LeftOut(2)));
    has(&|fault| matches!(fault, Fault::Load { tour: 0, side: 0, load: 2 }));
    has(&|fault| matches!(fault, Fault::Late { tour: 0, order: 0, .. }));
    has(&|fault| matches!(fault, Fault::Vehicles { kind: 0, tours: 2, count: 1 }));
}

#[test]
fn nothing_to_do_is_done() {
    let empty = Dispatch {
        depots: 1,
        orders: Orders::default(),
        fleet: vec![VehicleKind::default()],
        distance: Legs::of_points(vec![[0.0; 2]], Rounding::Nearest),
        time: None,
    };
    assert_eq!(solved(&empty, 1, 10).plan, Plan::default());
    let mut nobody = task(1, Wanted { orders: 3, depots: 1, windows: false, priced: false, table: false });
    nobody.fleet.clear();
    assert_eq!(solved(&nobody, 1, 10).plan.unserved, [0, 1, 2]);
}
