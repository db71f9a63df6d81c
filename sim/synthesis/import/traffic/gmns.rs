//! GMNS tables: `node.csv`, `link.csv`, a table of trips between zones, and `config.csv` for units.
//!
//! General Modeling Network Specification, zephyr-data-specs/GMNS; the columns of volume-delay functions (`vdf_…`)
//! are those that assignment programs have added to it.

use super::units::{length_m, speed_kmh};
use super::{Factors, Road, StatedUnits, TrafficCase, TrafficZone};
use crate::import::outline;
use crate::import::text::Texts;
use citytwin_routing::assignment::{Demand, VolumeDelay};
use citytwin_world::problem::Problem;
use citytwin_world::streets::access;
use citytwin_world::text::{Faults, Row, Sheet, Word};
use std::collections::BTreeMap;
use std::path::Path;

/// Factors of the Bureau of Public Roads (1964), where a link states none.
const B: f64 = 0.15;
/// Exponent of the same.
const POWER: f64 = 4.0;

/// Reads all tables of a case.
pub(super) fn read(folder: &Path, trips: Option<&Path>, factors: Factors, texts: &mut Texts) -> TrafficCase {
    let mut case = TrafficCase { units: units(&folder.join("config.csv"), texts), ..TrafficCase::default() };
    // Hours that a unit of length takes at a unit of speed; 1 where both are of one system.
    let hours_per_length_and_speed = match (case.units.length_m, case.units.speed_kmh) {
        (Some(length_m), Some(speed_kmh)) => length_m / 1000.0 / speed_kmh,
        _ => 1.0,
    };
    let mut nodes = Nodes::default();
    table(&folder.join("node.csv"), texts, |sheet, faults| nodes.read(sheet, faults, &mut case));
    table(&folder.join("link.csv"), texts, |sheet, faults| {
        links(sheet, faults, &nodes, factors, hours_per_length_and_speed, &mut case);
    });
    case.link_count = case.from.len();
    let zones = nodes.join_zones(&mut case);
    if let Some(trips) = trips {
        table(trips, texts, |sheet, faults| case.demand = demand(sheet, faults, &zones));
    }
    case
}

/// Opens a table and hands it on, then keeps its text and problems.
fn table(path: &Path, texts: &mut Texts, each: impl FnOnce(Sheet<'_>, &mut Faults<'_>)) {
    let Some(text) = texts.open(path) else { return };
    let mut faults = Faults::new(path, &text);
    match Sheet::new(&text) {
        Some(sheet) => each(sheet, &mut faults),
        None => faults.whole(Problem::error("E372", "the table is empty: a line of column names is missing")),
    }
    let (name, list) = faults.finish();
    texts.close(name, list, text);
}

/// Cells of a row as values.
trait Values {
    /// A number of at least 0; `None` if the cell is blank; complains about anything else and gives `None`.
    fn number(&self, column: Option<usize>, name: &str, faults: &mut Faults<'_>) -> Option<f64>;
    /// A coordinate; `None` if the cell is blank; what is no number is told and left out.
    fn coordinate(&self, column: Option<usize>, faults: &mut Faults<'_>) -> Option<f64>;
    /// What a cell names; complains where that isn't there.
    fn named(
        &self,
        column: Option<usize>,
        name: &str,
        known: &BTreeMap<String, u32>,
        faults: &mut Faults<'_>,
    ) -> Option<u32>;
}

impl Values for Row<'_> {
    fn number(&self, column: Option<usize>, name: &str, faults: &mut Faults<'_>) -> Option<f64> {
        let word = self.cell(column)?;
        let found = word.number().filter(|n| *n >= 0.0);
        if found.is_none() {
            let what = format!("`{name}` must be a number of at least 0, not `{}`", word.clip());
            faults.error("E373", word.span(), what);
        }
        found
    }

    fn coordinate(&self, column: Option<usize>, faults: &mut Faults<'_>) -> Option<f64> {
        let word = self.cell(column)?;
        let found = word.number();
        if found.is_none() {
            faults.warning("W375", word.span(), format!("no coordinate: `{}`", word.clip()));
        }
        found
    }

    fn named(
        &self,
        column: Option<usize>,
        name: &str,
        known: &BTreeMap<String, u32>,
        faults: &mut Faults<'_>,
    ) -> Option<u32> {
        let word = self.cell(column).unwrap_or(Word { text: "", ..self.whole });
        let found = known.get(word.text).copied();
        if found.is_none() {
            let at = if word.text.is_empty() { self.whole.span() } else { word.span() };
            faults.error("E374", at, format!("`{name}` names nothing that is there: `{}`", word.clip()));
        }
        found
    }
}

/// The units that the configuration states.
fn units(path: &Path, texts: &mut Texts) -> StatedUnits {
    let mut stated = StatedUnits::default();
    if !path.is_file() {
        return stated;
    }
    table(path, texts, |sheet, faults| {
        let columns = [sheet.column(&["long_length", "length_unit"]), sheet.column(&["speed", "speed_unit"])];
        let Some(row) = sheet.rows().next() else { return };
        let mut read = |column, known: fn(&str) -> Option<f64>| {
            let word: Word<'_> = row.cell(column)?;
            let found = known(word.text);
            if found.is_none() {
                faults.error("E373", word.span(), format!("unknown unit `{}`", word.clip()));
            }
            found
        };
        stated = StatedUnits { length_m: read(columns[0], length_m), speed_kmh: read(columns[1], speed_kmh) };
    });
    stated
}

/// Bits of [`access`] that words such as `auto;bike` mean; `None` where none of them is known.
fn uses(word: Word<'_>) -> Option<u8> {
    let known = |use_: &str| {
        Some(match use_.to_lowercase().as_str() {
            "auto" | "car" | "cars" | "vehicle" | "motor_vehicle" | "da" | "sov" | "hov" | "taxi" => {
                access::CAR
            }
            "bike" | "bicycle" | "cycle" => access::BICYCLE,
            "walk" | "foot" | "ped" | "pedestrian" => access::FOOT,
            "all" => access::CAR | access::BICYCLE | access::FOOT,
            "bus" | "truck" | "transit" | "rail" | "railway" | "tram" => 0,
            _ => return None,
        })
    };
    let mut uses = word.text.split([';', ',', '|', ' ']).filter_map(known).peekable();
    uses.peek()?;
    Some(uses.fold(0, |all, bit| all | bit))
}

/// Nodes by id, and the nodes of each zone.
#[derive(Default)]
struct Nodes {
    by_id: BTreeMap<String, u32>,
    of_zone: BTreeMap<String, Vec<u32>>,
    /// Whether the table has zones at all.
    zoned: bool,
}

impl Nodes {
    fn read(&mut self, sheet: Sheet<'_>, faults: &mut Faults<'_>, case: &mut TrafficCase) {
        let id = sheet.needed(&["node_id"], "E372", faults);
        let [zone, kind] = [sheet.column(&["zone_id"]), sheet.column(&["node_type"])];
        let [x, y] = [sheet.column(&["x_coord", "x"]), sheet.column(&["y_coord", "y"])];
        self.zoned = zone.is_some();
        for row in sheet.rows() {
            let next = case.node_id.len() as u32;
            let Some(word) = row.cell(id) else {
                faults.error("E373", row.whole.span(), "a node without `node_id`");
                continue;
            };
            if self.by_id.insert(word.text.to_owned(), next).is_some() {
                faults.error("E375", word.span(), format!("`node_id` {} is given twice", word.clip()));
                continue;
            }
            case.node_id.push(word.text.to_owned());
            case.position.push(row.coordinate(x, faults).zip(row.coordinate(y, faults)).map(|(x, y)| [x, y]));
            case.terminal.push(row.cell(kind).is_some_and(|kind| kind.text.eq_ignore_ascii_case("centroid")));
            // Without zones every node is its own; -1 and 0 are used for "of no zone".
            match row.cell(zone) {
                _ if zone.is_none() => self.of_zone.entry(word.text.to_owned()).or_default().push(next),
                Some(zone) if !matches!(zone.text, "-1" | "0") => {
                    self.of_zone.entry(zone.text.to_owned()).or_default().push(next);
                }
                _ => {}
            }
        }
    }

    /// The node of each zone; zones of several nodes get a centroid joined to all of them at no cost.
    fn join_zones(self, case: &mut TrafficCase) -> BTreeMap<String, u32> {
        let mut node_of_zone = BTreeMap::new();
        for (zone, nodes) in self.of_zone {
            let node = match nodes.as_slice() {
                [only] => *only,
                several => {
                    let centroid = case.terminal.len() as u32;
                    case.terminal.push(true);
                    for &node in several {
                        case.from.extend([centroid, node]);
                        case.to.extend([node, centroid]);
                        case.delay.extend([VolumeDelay::constant(0.0); 2]);
                    }
                    centroid
                }
            };
            if self.zoned {
                case.zones.push(TrafficZone { id: zone.clone(), nodes, centroid: node });
            }
            node_of_zone.insert(zone, node);
        }
        node_of_zone
    }
}

/// Columns of `link.csv` as numbers, with all names in use for them.
const NUMBERS: [(&str, &[&str]); 8] = [
    ("length", &["length"]),
    ("free_speed", &["free_speed", "freespeed", "speed_limit"]),
    ("vdf_fftt", &["vdf_fftt", "vdf_fftt1", "free_flow_time", "fftt"]),
    ("capacity", &["capacity", "vdf_cap", "vdf_cap1"]),
    ("lanes", &["lanes"]),
    ("vdf_alpha", &["vdf_alpha", "vdf_alpha1", "alpha", "b"]),
    ("vdf_beta", &["vdf_beta", "vdf_beta1", "beta", "power"]),
    ("toll", &["toll", "vdf_toll", "vdf_toll1"]),
];

fn links(
    sheet: Sheet<'_>,
    faults: &mut Faults<'_>,
    nodes: &Nodes,
    factors: Factors,
    hours_per_length_and_speed: f64,
    case: &mut TrafficCase,
) {
    let ends =
        [sheet.needed(&["from_node_id"], "E372", faults), sheet.needed(&["to_node_id"], "E372", faults)];
    let [directed, allowed, geometry] =
        [&["directed"][..], &["allowed_uses"], &["geometry"]].map(|names| sheet.column(names));
    let columns = NUMBERS.map(|(_, names)| sheet.column(names));
    if ends.contains(&None) {
        return;
    }
    for row in sheet.rows() {
        let from = row.named(ends[0], "from_node_id", &nodes.by_id, faults);
        let to = row.named(ends[1], "to_node_id", &nodes.by_id, faults);
        let mut at = 0;
        let values = columns.map(|column| {
            at += 1;
            row.number(column, NUMBERS[at - 1].0, faults)
        });
        let [length, free_speed, free_time_min, capacity, lanes, b, power, toll] = values;
        let by_speed = || {
            let (length, speed) = (length?, free_speed.filter(|speed| *speed > 0.0)?);
            Some(60.0 * length / speed * hours_per_length_and_speed)
        };
        let Some(free_time) = free_time_min.or_else(by_speed) else {
            let what = "a link needs `vdf_fftt`, or `length` and a `free_speed` above 0";
            faults.error("E373", row.whole.span(), what);
            continue;
        };
        let fixed = toll.unwrap_or(0.0) * factors.toll.unwrap_or(0.0)
            + length.unwrap_or(0.0) * factors.distance.unwrap_or(0.0);
        let b = if capacity.is_some() { b.unwrap_or(B) } else { 0.0 };
        // GMNS states capacity per lane.
        let capacity_veh_h = capacity.map(|capacity| capacity * lanes.unwrap_or(1.0));
        let capacity = capacity_veh_h.unwrap_or(0.0);
        let delay = VolumeDelay { free_time, b, capacity, power: power.unwrap_or(POWER), fixed };
        if !delay.is_sound() {
            let at = row.cell(columns[3]).unwrap_or(row.whole).span();
            faults.error(
                "E373",
                at,
                "a link whose time depends on its volume needs a capacity and lanes above 0",
            );
            continue;
        }
        let (Some(from), Some(to)) = (from, to) else { continue };
        let one_way =
            row.cell(directed).is_none_or(|word| matches!(word.text, "1" | "true" | "True" | "TRUE"));
        for (from, to) in [(from, to), (to, from)].into_iter().take(if one_way { 1 } else { 2 }) {
            case.from.push(from);
            case.to.push(to);
            case.delay.push(delay);
        }
        let shape = row.cell(geometry).and_then(|word| outline::from_text(word.text)).unwrap_or_default();
        let uses = row.cell(allowed).and_then(uses);
        let length = length.unwrap_or(0.0);
        let road = Road { length, free_speed, lanes, capacity_veh_h, uses, shape };
        if !one_way {
            let back = Road { shape: road.shape.iter().rev().copied().collect(), ..road.clone() };
            case.roads.extend([road, back]);
        } else {
            case.roads.push(road);
        }
    }
}

fn demand(sheet: Sheet<'_>, faults: &mut Faults<'_>, zones: &BTreeMap<String, u32>) -> Vec<Demand> {
    let columns = [
        sheet.needed(&["o_zone_id", "from_zone_id", "origin"], "E372", faults),
        sheet.needed(&["d_zone_id", "to_zone_id", "destination"], "E372", faults),
        sheet.needed(&["volume", "total", "demand", "trips"], "E372", faults),
    ];
    if columns.contains(&None) {
        return Vec::new();
    }
    let mut demand = Vec::new();
    for row in sheet.rows() {
        let origin = row.named(columns[0], "o_zone_id", zones, faults);
        let destination = row.named(columns[1], "d_zone_id", zones, faults);
        let volume = row.number(columns[2], "volume", faults);
        if volume.is_none() && row.cell(columns[2]).is_none() {
            faults.error("E376", row.whole.span(), "a row without a number of trips");
        }
        if let (Some(origin), Some(destination), Some(volume)) = (origin, destination, volume) {
            demand.push(Demand { origin, destination, volume });
        }
    }
    demand
}
