//! Solves instances for a budget of processor time: `tours SECONDS SEED KEY=VALUE… FILE…`.
use citytwin_routing::tours::*;
use std::time::Instant;

fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}

fn read(path: &str) -> Dispatch {
    let text = std::fs::read_to_string(path).unwrap();
    let mut orders = Orders::default();
    let mut points = Vec::new();
    let mut fleet = VehicleKind::default();
    if path.ends_with(".vrp") {
        let (mut section, mut windows, mut service) = ("", Vec::new(), 0);
        for line in text.lines() {
            let w: Vec<&str> = line.split_whitespace().collect();
            if w.is_empty() { continue; }
            match w[0] {
                "CAPACITY" => fleet.capacity[0] = w[2].parse().unwrap(),
                "VEHICLES" => fleet.count = w[2].parse().unwrap(),
                "SERVICE_TIME" => service = w[2].parse::<i32>().unwrap() * 10,
                "TIME_WINDOW_SECTION" => section = "w",
                _ if section == "w" && w[0] != "DEPOT_SECTION" => windows.push([w[1].parse::<i32>().unwrap() * 10, w[2].parse::<i32>().unwrap() * 10]),
                "NODE_COORD_SECTION" => section = "n",
                "DEMAND_SECTION" => section = "d",
                "DEPOT_SECTION" => section = "",
                _ if section == "n" => points.push([w[1].parse().unwrap(), w[2].parse().unwrap()]),
                _ if section == "d" => if w[0] != "1" { orders.push([w[1].parse().unwrap(), 0]) },
                _ => {}
            }
        }
        let rounding = if windows.is_empty() { Rounding::Nearest } else { Rounding::TenthsDown };
        for (i, w) in windows.iter().enumerate() {
            if i == 0 { fleet.shift = *w; continue; }
            (orders.ready[i - 1], orders.due[i - 1]) = (w[0], w[1]);
            orders.service[i - 1] = service;
        }
        return Dispatch { depots: 1, orders, fleet: vec![fleet], distance: Legs::of_points(points, rounding), time: None };
    }
    for (i, line) in text.lines().enumerate() {
        let w: Vec<i32> = line.split_whitespace().filter_map(|x| x.parse().ok()).collect();
        if w.len() == 2 { fleet.capacity[0] = w[1]; fleet.count = w[0] as usize; }
        if w.len() == 7 {
            points.push([w[1] as f64, w[2] as f64]);
            if points.len() == 1 { fleet.shift = [w[4] * 10, w[5] * 10]; continue; }
            orders.push([w[3], 0]);
            *orders.ready.last_mut().unwrap() = w[4] * 10;
            *orders.due.last_mut().unwrap() = w[5] * 10;
            *orders.service.last_mut().unwrap() = w[6] * 10;
        }
        let _ = i;
    }
    Dispatch { depots: 1, orders, fleet: vec![fleet], distance: Legs::of_points(points, Rounding::TenthsDown), time: None }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let seconds: f64 = args[0].parse().unwrap();
    let seed: u64 = args[1].parse().unwrap();
    let mut tuning = Tuning::default();
    for arg in &args[2..] {
        if let Some((key, value)) = arg.split_once('=') {
            let value: f64 = value.parse().unwrap();
            match key {
                "removed" => tuning.removed_mean = value,
                "string" => tuning.string_max = value,
                "split" => tuning.split = value,
                "blink" => tuning.blink = value,
                "near" => tuning.near = value as usize,
                "tails" => tuning.tails = value as usize,
                "hot" => tuning.hot = value,
                "cold" => tuning.cold = value,
                _ => panic!("{key}"),
            }
            continue;
        }
        let task = read(arg);
        let sol = std::path::Path::new(arg).with_extension("sol");
        let text = std::fs::read_to_string(sol).unwrap();
        let best: f64 = text.split("Cost").nth(1).unwrap().trim().parse().unwrap();
        let best_tours = text.matches("Route").count();
        let wall = Instant::now();
        let settings = Settings { seed, islands: 1, tuning };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let pool = pool.install(|| { let start = cpu_s(); solve(&task, &settings, &|_| (cpu_s() - start) / seconds) });
        let Found { plan, cost, rounds } = pool;
        if let Err(faults) = check(&task, &plan) { println!("{faults:?}"); }
        else { assert_eq!(check(&task, &plan).unwrap().cost(), cost); }
        let scale = if arg.ends_with(".txt") || arg.contains("_10_") { 10.0 } else { 1.0 };
        let cost = cost as f64 / scale;
        println!("{:28} cost {:9.1} best {:9.1} gap {:6.3} % tours {} / {} rounds {} wall {:.1}", arg.rsplit('/').next().unwrap(), cost, best, 100.0 * (cost / best - 1.0), plan.tours.len(), best_tours, rounds, wall.elapsed().as_secs_f64());
    }
}
