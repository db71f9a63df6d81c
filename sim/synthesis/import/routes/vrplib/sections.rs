//! The sections of a CVRPLIB file that have a row for each place.

use super::super::{amount, coordinate, whole};
use super::{Parts, Section};
use citytwin_world::problem::Problem;
use citytwin_world::text::{Faults, Word};

/// Sections that are understood, or say nothing that matters here.
pub(super) const NAMES: &[&str] = &[
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "EDGE_WEIGHT_SECTION",
    "TIME_WINDOW_SECTION",
    "SERVICE_TIME_SECTION",
    "DISPLAY_DATA_SECTION",
];

/// What the sections say of each place, in the file's sequence.
pub(super) struct Sections {
    pub(super) point: Vec<[f64; 2]>,
    pub(super) demand: Vec<i32>,
    pub(super) window: Vec<Option<[f64; 2]>>,
    pub(super) service: Vec<f64>,
    /// Number of depots.
    pub(super) depots: usize,
    /// Places with the depots first.
    pub(super) place_order: Vec<usize>,
}

impl Sections {
    pub(super) fn read(parts: &Parts<'_>, size: usize, faults: &mut Faults<'_>) -> Option<Self> {
        let explicit = parts.key("EDGE_WEIGHT_TYPE").is_some_and(|kind| kind.text == "EXPLICIT");
        let point = column(parts, "NODE_COORD_SECTION", size, !explicit, faults, |row, faults| match row {
            [x, y] => Some([coordinate(x, faults)?, coordinate(y, faults)?]),
            _ => wrong(row, "a place has two coordinates", faults),
        });
        let demand = column(parts, "DEMAND_SECTION", size, true, faults, |row, faults| match row {
            [demand] => whole(demand, "a demand", faults).map(|demand| demand as i32),
            _ => wrong(row, "a place has one demand", faults),
        });
        let window = column(parts, "TIME_WINDOW_SECTION", size, false, faults, |row, faults| match row {
            [from, to] => {
                let window = [amount(from, "a moment", faults)?, amount(to, "a moment", faults)?];
                match window[0] <= window[1] {
                    true => Some(window),
                    false => wrong(row, "the window ends before it begins", faults),
                }
            }
            _ => wrong(row, "a window has a begin and an end", faults),
        });
        let service = column(parts, "SERVICE_TIME_SECTION", size, false, faults, |row, faults| match row {
            [time] => amount(time, "a service time", faults),
            _ => wrong(row, "a place has one service time", faults),
        });
        let everywhere = parts.number("SERVICE_TIME", faults).unwrap_or(0.0);
        let depots = depots(parts, size, faults)?;
        let orders = (0..size).filter(|place| !depots.contains(place));
        let place_order: Vec<usize> = depots.iter().copied().chain(orders).collect();
        let demand: Vec<i32> = demand?.into_iter().map(|demand| demand.unwrap_or(0)).collect();
        let service = service?.into_iter().map(|time| time.unwrap_or(everywhere)).collect();
        let point = point?.into_iter().map(|point| point.unwrap_or([0.0; 2])).collect();
        Some(Self { point, demand, window: window?, service, depots: depots.len(), place_order })
    }
}

fn wrong<T>(row: &[Word<'_>], what: &str, faults: &mut Faults<'_>) -> Option<T> {
    let span = match (row.first(), row.last()) {
        (Some(first), Some(last)) => first.start..last.span().end,
        _ => 0..0,
    };
    faults.error("E062", span, what);
    None
}

/// A value for each place; `None` where a section that must be there isn't, or something is wrong in it.
fn column<T: Clone>(
    parts: &Parts<'_>,
    name: &str,
    size: usize,
    must: bool,
    faults: &mut Faults<'_>,
    read: impl Fn(&[Word<'_>], &mut Faults<'_>) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let mut column = vec![None; size];
    let Some(section) = parts.section(name) else {
        if must {
            faults.whole(Problem::error("E061", format!("`{name}` is missing")));
        }
        return (!must).then_some(column);
    };
    let (mut seen, mut right) = (vec![false; size], true);
    for row in &section.rows {
        let Some((first, rest)) = row.split_first() else { continue };
        let Some(place) = place(first, size, faults) else {
            right = false;
            continue;
        };
        if std::mem::replace(&mut seen[place], true) {
            faults.error("E063", first.span(), format!("place {} is given twice", place + 1));
            right = false;
        }
        let span = first.span();
        let value = if rest.is_empty() {
            faults.error("E062", span, "the row ends after its place");
            None
        } else {
            read(rest, faults)
        };
        right &= value.is_some();
        column[place] = value;
    }
    right &= complete(section, &seen, faults);
    right.then_some(column)
}

/// Whether every place has its row.
fn complete(section: &Section<'_>, seen: &[bool], faults: &mut Faults<'_>) -> bool {
    let missing: Vec<String> =
        (1..).zip(seen).filter(|(_, seen)| !**seen).map(|(n, _)| n.to_string()).collect();
    if missing.is_empty() {
        return true;
    }
    let some = missing.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = if missing.len() > 5 { ", …" } else { "" };
    let what =
        format!("`{}` lacks {} of {} places: {some}{more}", section.name.clip(), missing.len(), seen.len());
    faults.error("E063", section.name.span(), what);
    false
}

/// A place by its number from 1.
fn place(word: &Word<'_>, size: usize, faults: &mut Faults<'_>) -> Option<usize> {
    let number = whole(word, "the number of a place", faults)? as usize;
    if (1..=size).contains(&number) {
        return Some(number - 1);
    }
    faults.error("E064", word.span(), format!("place {number} isn't one of the {size} places"));
    None
}

/// The depots, up to `-1`; the first place where no section names one.
fn depots(parts: &Parts<'_>, size: usize, faults: &mut Faults<'_>) -> Option<Vec<usize>> {
    let Some(section) = parts.section("DEPOT_SECTION") else { return Some(vec![0]) };
    let (mut found, mut right) = (Vec::new(), true);
    for word in section.rows.iter().flatten().take_while(|word| word.text != "-1") {
        match place(word, size, faults) {
            Some(depot) if found.contains(&depot) => {
                faults.error("E063", word.span(), format!("depot {} is given twice", depot + 1));
                right = false;
            }
            Some(depot) => found.push(depot),
            None => right = false,
        }
    }
    if right && found.is_empty() {
        faults.error("E063", section.name.span(), "no depot is named");
        right = false;
    }
    right.then_some(found)
}
