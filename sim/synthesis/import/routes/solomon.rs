//! Solomon's format for vehicle routing with time windows, which Gehring and Homberger use too.
//!
//! Solomon (1987), "Algorithms for the vehicle routing and scheduling problems with time window constraints".
//! A name, `VEHICLE` with number and capacity, `CUSTOMER` with seven numbers a row, of which the first is the depot.

use super::{RoutingCase, amount, coordinate, scaled, whole};
use citytwin_routing::tours::{Dispatch, Legs, MUST, NEVER_LATE, Orders, Rounding, VehicleKind};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::text::{Faults, Word, lines, words};

/// What a row of customers holds besides its number.
#[derive(Clone, Copy)]
struct Row {
    number: u32,
    point: [f64; 2],
    demand: u32,
    window: [f64; 2],
    service: f64,
}

/// Reads an instance.
pub(super) fn read(rounding: Option<Rounding>, faults: &mut Faults<'_>) -> Option<RoutingCase> {
    let (mut name, mut section) = (String::new(), "");
    let (mut fleet, mut rows): (Option<VehicleKind>, Vec<Row>) = (None, Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for (start, line) in lines(faults.text) {
        let row: Vec<Word<'_>> = words(start, line.trim_start_matches('\u{feff}')).collect();
        let Some(first) = row.first() else { continue };
        let upper = first.text.to_uppercase();
        match (upper.as_str(), section) {
            ("VEHICLE", _) => section = "vehicle",
            ("CUSTOMER", _) => section = "customer",
            (_, "") if name.is_empty() => name = line.trim().chars().take(80).collect(),
            // Names of columns.
            ("NUMBER" | "CUST" | "CUST." | "CUSTNO" | "CUSTNO.", "vehicle" | "customer") => {}
            (_, "vehicle") => fleet = vehicles(&row, fleet, faults),
            (_, "customer") => {
                if let Some(read) = customer(&row, start + line.len(), faults) {
                    if !seen.insert(read.number) {
                        faults.error("E063", first.span(), format!("number {} is given twice", read.number));
                    }
                    rows.push(read);
                }
            }
            _ => faults.error(
                "E061",
                first.span(),
                format!("a line `VEHICLE` comes here, not `{}`", first.clip()),
            ),
        }
    }
    if fleet.is_none() {
        let problem = Problem::error("E061", "the number of vehicles and their capacity are missing");
        faults.whole(problem.help("after `VEHICLE` comes a line with names and a line such as `25 200`"));
    }
    let Some(depot) = rows.first().copied() else {
        faults.whole(Problem::error("E063", "there is no row under `CUSTOMER`; the first one is the depot"));
        return None;
    };
    Some(case(name, fleet?, depot, &rows, rounding.unwrap_or(Rounding::TenthsDown)))
}

/// The line with number and capacity.
fn vehicles(row: &[Word<'_>], known: Option<VehicleKind>, faults: &mut Faults<'_>) -> Option<VehicleKind> {
    let first = row.first()?;
    if known.is_some() {
        faults.error("E063", first.span(), "number and capacity of vehicles are given twice");
        return known;
    }
    let [count, capacity] = row else {
        faults.error("E061", first.span(), "number and capacity of vehicles are two numbers");
        return None;
    };
    let count = whole(count, "the number of vehicles", faults);
    let capacity = whole(capacity, "the capacity", faults);
    let kind = VehicleKind { count: count? as usize, ..VehicleKind::default() };
    Some(VehicleKind { capacity: [capacity? as i32, kind.capacity[1]], ..kind })
}

/// A row of seven numbers.
fn customer(row: &[Word<'_>], end: usize, faults: &mut Faults<'_>) -> Option<Row> {
    let first = row.first()?;
    let [number, x, y, demand, ready, due, service] = row else {
        let what = format!(
            "a row holds number, x, y, demand, ready time, due date and service time: seven numbers, not {}",
            row.len()
        );
        faults.error("E063", first.start..end, what);
        return None;
    };
    let read = (whole(number, "a customer's number", faults), coordinate(x, faults), coordinate(y, faults));
    let demand = whole(demand, "a demand", faults);
    let (from, to) = (amount(ready, "a ready time", faults), amount(due, "a due date", faults));
    let service = amount(service, "a service time", faults);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        faults.error("E062", due.span(), "the due date comes before the ready time");
    }
    Some(Row {
        number: read.0?,
        point: [read.1?, read.2?],
        demand: demand?,
        window: [from?, to?],
        service: service?,
    })
}

fn case(name: String, fleet: VehicleKind, depot: Row, rows: &[Row], rounding: Rounding) -> RoutingCase {
    let scale = rounding.scale();
    let mut orders = Orders::default();
    let mut numbers = Vec::new();
    for row in rows.iter().skip(1) {
        orders.load.push([row.demand as i32, 0]);
        orders.ready.push(scaled(row.window[0], scale));
        orders.due.push(scaled(row.window[1], scale));
        orders.service.push(scaled(row.service, scale));
        orders.lateness_cost.push(NEVER_LATE);
        orders.unserved_cost.push(MUST);
        numbers.push(row.number);
    }
    let shift = depot.window.map(|moment| scaled(moment, scale));
    let distance = Legs::of_points(rows.iter().map(|row| row.point).collect(), rounding);
    let fleet = vec![VehicleKind { shift, ..fleet }];
    let task = Dispatch { depots: 1, orders, fleet, distance, time: None };
    RoutingCase { name, task, numbers, scale, rounding: Some(rounding), warnings: Problems::default() }
}
