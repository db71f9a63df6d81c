//! The format of CVRPLIB and TSPLIB: lines `KEY : value`, then sections of rows.
//!
//! Keys and sections as Reinelt (1991), "TSPLIB – a traveling salesman problem library", and the sets of CVRPLIB
//! have them; windows, vehicles and prizes as in the instances of PyVRP.

mod matrix;
mod sections;

use super::{RoutingCase, scaled};
use citytwin_routing::tours::{Dispatch, Legs, MUST, NEVER_LATE, Orders, Rounding, UNLIMITED, VehicleKind};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::text::{Faults, Word, lines, words};
use sections::Sections;

/// Keys that are understood, or say nothing that matters here.
const KEYS: &[&str] = &[
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "CAPACITY",
    "VEHICLES",
    "DISTANCE",
    "SERVICE_TIME",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
    "VEHICLES_MAX_DURATION",
];
/// Kinds of problem that are understood.
const TYPES: &[&str] = &["CVRP", "ACVRP", "DCVRP", "VRPTW", "CVRPTW", "MDVRPTW", "VRP"];

/// A section: its name and its words.
pub(super) struct Section<'t> {
    name: Word<'t>,
    /// Rows of words; a row is a line.
    rows: Vec<Vec<Word<'t>>>,
}

/// The parts of a file.
#[derive(Default)]
pub(super) struct Parts<'t> {
    keys: Vec<(Word<'t>, Word<'t>)>,
    sections: Vec<Section<'t>>,
}

impl<'t> Parts<'t> {
    fn read(faults: &mut Faults<'t>) -> Self {
        let mut parts = Self::default();
        for (start, line) in lines(faults.text) {
            let start = start + line.len() - line.trim_start_matches('\u{feff}').len();
            let line = line.trim_start_matches('\u{feff}');
            let row: Vec<Word<'t>> = words(start, line).collect();
            let Some(first) = row.first().copied() else { continue };
            if first.text == "EOF" {
                break;
            }
            if let Some((key, value)) =
                line.split_once(':').filter(|_| first.text.starts_with(char::is_alphabetic))
            {
                let at = start + key.len() + 1 + (value.len() - value.trim_start().len());
                let key = Word { text: key.trim(), start: first.start };
                match key.text.ends_with("_SECTION") {
                    true => parts.sections.push(Section { name: key, rows: Vec::new() }),
                    false => parts.keys.push((key, Word { text: value.trim(), start: at })),
                }
            } else if first.text.ends_with("_SECTION") {
                parts.sections.push(Section { name: first, rows: Vec::new() });
            } else if let Some(section) = parts.sections.last_mut() {
                section.rows.push(row);
            } else {
                faults.error(
                    "E061",
                    first.span(),
                    format!("neither `KEY : value` nor a section: `{}`", first.clip()),
                );
            }
        }
        parts.look_at_names(faults);
        parts
    }

    /// Complains of what is unknown or given twice.
    fn look_at_names(&self, faults: &mut Faults<'_>) {
        for (at, (key, _)) in self.keys.iter().enumerate() {
            if self.keys.iter().take(at).any(|(other, _)| other.text == key.text) {
                faults.error("E063", key.span(), format!("`{}` is given twice", key.clip()));
            } else if !KEYS.contains(&key.text) {
                faults.error(
                    "E061",
                    key.span(),
                    format!("unknown key `{}`: it would have no effect", key.clip()),
                );
            }
        }
        for (at, section) in self.sections.iter().enumerate() {
            let name = section.name;
            if self.sections.iter().take(at).any(|other| other.name.text == name.text) {
                faults.error("E063", name.span(), format!("`{}` is given twice", name.clip()));
            } else if !sections::NAMES.contains(&name.text) {
                faults.error(
                    "E061",
                    name.span(),
                    format!("unknown section `{}`: it would have no effect", name.clip()),
                );
            }
        }
    }

    fn key(&self, name: &str) -> Option<Word<'t>> {
        self.keys.iter().find(|(key, _)| key.text == name).map(|(_, value)| *value)
    }

    /// A number of a header, `None` where it isn't given or wrong.
    fn number(&self, name: &str, faults: &mut Faults<'_>) -> Option<f64> {
        super::amount(&self.key(name)?, &format!("`{name}`"), faults)
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.name.text == name)
    }
}

/// Reads an instance.
pub(super) fn read<'t>(rounding: Option<Rounding>, faults: &mut Faults<'t>) -> Option<RoutingCase> {
    let parts = Parts::read(faults);
    if let Some(kind) = parts.key("TYPE").filter(|kind| !TYPES.contains(&kind.text)) {
        let what = format!("`{}` is none of the kinds {}", kind.clip(), TYPES.join(", "));
        faults.error("E061", kind.span(), what);
    }
    let size = dimension(&parts, faults);
    let rounding = rounding.or_else(|| convention(&parts, faults));
    let sections = Sections::read(&parts, size?, faults);
    let explicit = parts.key("EDGE_WEIGHT_TYPE").is_some_and(|kind| kind.text == "EXPLICIT");
    let table = if explicit { matrix::read(&parts, size?, faults) } else { None };
    let fleet = vehicles(&parts, faults);
    let sections = sections?;
    let distance = match (explicit, rounding) {
        (true, _) => table?,
        (false, Some(rounding)) => {
            let points = sections.place_order.iter().map(|place| sections.point[*place]).collect();
            Legs::of_points(points, rounding)
        }
        (false, None) => return None,
    };
    let scale = if explicit { 1 } else { rounding?.scale() };
    let distance = if explicit { reordered(&distance, &sections.place_order) } else { distance };
    let rounding = rounding.filter(|_| !explicit);
    let name = parts.key("NAME").map_or_else(String::new, |name| name.clip());
    Some(assemble(name, sections, fleet?, distance, rounding, scale))
}

/// A table with its places in another sequence.
fn reordered(legs: &Legs, places: &[usize]) -> Legs {
    let cells = places.iter().flat_map(|from| places.iter().map(|to| legs.leg(*from, *to)));
    Legs::of_table(places.len(), cells.collect())
}

/// Number of places.
fn dimension(parts: &Parts<'_>, faults: &mut Faults<'_>) -> Option<usize> {
    let Some(word) = parts.key("DIMENSION") else {
        faults.whole(Problem::error("E061", "the line `DIMENSION : …` is missing"));
        return None;
    };
    let size = super::whole(&word, "`DIMENSION`", faults)? as usize;
    // Every place has a row of a few bytes, so that a wrong number can't ask for memory without end.
    if size < 2 || size > faults.text.len() / 2 {
        faults.error("E061", word.span(), format!("{size} places don't fit this file"));
        return None;
    }
    Some(size)
}

/// How lengths are rounded: as the type of weights says, and by the comment where that is a best-known value with
/// decimals, as in the sets CMT, Golden, Tai and Li of CVRPLIB; with windows in tenths, cut off.
fn convention(parts: &Parts<'_>, faults: &mut Faults<'_>) -> Option<Rounding> {
    let Some(kind) = parts.key("EDGE_WEIGHT_TYPE") else {
        faults.whole(Problem::error("E061", "the line `EDGE_WEIGHT_TYPE : …` is missing"));
        return None;
    };
    let comment = parts.key("COMMENT").map_or("", |comment| comment.text.trim_matches('"'));
    let decimals = comment.trim().parse::<f64>().is_ok_and(|value| value.fract() != 0.0);
    match kind.text {
        "EUC_2D" if parts.section("TIME_WINDOW_SECTION").is_some() => Some(Rounding::TenthsDown),
        "EUC_2D" if decimals => Some(Rounding::Exact),
        "EUC_2D" => Some(Rounding::Nearest),
        "CEIL_2D" => Some(Rounding::Up),
        "EXACT_2D" => Some(Rounding::Exact),
        "EXPLICIT" => Some(Rounding::Nearest),
        other => {
            let what = format!(
                "`{}` is none of EUC_2D, CEIL_2D, EXACT_2D, EXPLICIT",
                other.chars().take(40).collect::<String>()
            );
            faults.error("E061", kind.span(), what);
            None
        }
    }
}

/// What the header says of vehicles, in units of the file.
struct Fleet {
    count: usize,
    capacity: i32,
    duration_max: Option<f64>,
}

fn vehicles(parts: &Parts<'_>, faults: &mut Faults<'_>) -> Option<Fleet> {
    let count = match parts.key("VEHICLES") {
        Some(word) => super::whole(&word, "`VEHICLES`", faults)? as usize,
        None => usize::MAX,
    };
    let Some(capacity) = parts.key("CAPACITY") else {
        faults.whole(Problem::error("E061", "the line `CAPACITY : …` is missing"));
        return None;
    };
    let capacity = super::whole(&capacity, "`CAPACITY`", faults)? as i32;
    let distance = parts.number("DISTANCE", faults);
    let duration_max = parts.number("VEHICLES_MAX_DURATION", faults).or(distance);
    Some(Fleet { count, capacity, duration_max })
}

fn assemble(
    name: String,
    sections: Sections,
    fleet: Fleet,
    distance: Legs,
    rounding: Option<Rounding>,
    scale: i64,
) -> RoutingCase {
    let depots = sections.depots;
    let mut orders = Orders::default();
    let mut numbers = Vec::new();
    for place in sections.place_order.iter().skip(depots) {
        orders.load.push([sections.demand[*place], 0]);
        let window = sections.window[*place];
        orders.ready.push(window.map_or(0, |[from, _]| scaled(from, scale)));
        orders.due.push(window.map_or(UNLIMITED, |[_, to]| scaled(to, scale)));
        orders.service.push(scaled(sections.service[*place], scale));
        orders.lateness_cost.push(NEVER_LATE);
        orders.unserved_cost.push(MUST);
        // Solutions count from the depot, the first place, as 0.
        numbers.push(*place as u32);
    }
    let duration_max = fleet.duration_max.map_or(UNLIMITED, |most| scaled(most, scale));
    let kinds = (0..depots).map(|depot| {
        let place = sections.place_order[depot];
        let shift =
            sections.window[place].map_or([0, UNLIMITED], |window| window.map(|at| scaled(at, scale)));
        VehicleKind {
            count: fleet.count,
            start: depot as u32,
            end: depot as u32,
            capacity: [fleet.capacity, UNLIMITED],
            shift,
            duration_max,
            ..VehicleKind::default()
        }
    });
    let task = Dispatch { depots, orders, fleet: kinds.collect(), distance, time: None };
    RoutingCase { name, task, numbers, scale, rounding, warnings: Problems::default() }
}
