//! The TNTP format: metadata in angle brackets, then links by tail, head and ten values, or trips by origin.
//!
//! Format as described with Bar-Gera's collection of transportation network test problems.

use super::{Factors, Road, TntpFiles, TrafficCase, TrafficZone};
use crate::import::text::Texts;
use citytwin_routing::assignment::{Demand, VolumeDelay};
use citytwin_world::problem::Problem;
use citytwin_world::text::{Faults, Word, lines};
use std::ops::Range;
use std::path::Path;

/// Most nodes, zones or links that a file may state.
const COUNT_MAX: f64 = 100_000_000.0;

/// Reads all files of a case.
pub(super) fn read(files: &TntpFiles, factors: Factors, texts: &mut Texts) -> TrafficCase {
    let mut case = TrafficCase::default();
    let mut zones = None;
    each(&files.network, texts, |faults| zones = read_network(&mut case, factors, faults));
    if let Some(trips) = &files.trips {
        each(trips, texts, |faults| case.demand = read_trips(zones, faults));
    }
    case.position = vec![None; case.node_id.len()];
    if let Some(nodes) = &files.nodes {
        each(nodes, texts, |faults| read_nodes(&mut case.position, faults));
    }
    let zone = |node: u32| TrafficZone { id: (node + 1).to_string(), nodes: vec![node], centroid: node };
    case.zones = (0..zones.unwrap_or(0) as u32).map(zone).collect();
    case
}

/// Opens a file and hands it on, then keeps its text and problems.
fn each(path: &Path, texts: &mut Texts, read: impl FnOnce(&mut Faults<'_>)) {
    let Some(text) = texts.open(path) else { return };
    let mut faults = Faults::new(path, &text);
    read(&mut faults);
    let (name, list) = faults.finish();
    texts.close(name, list, text);
}

/// Coordinates by node: rows of node, x and y, after a line of names or none.
fn read_nodes(position: &mut [Option<[f64; 2]>], faults: &mut Faults<'_>) {
    let mut begun = false;
    for (start, line) in lines(faults.text) {
        let row: Vec<Word<'_>> = words(start, line.trim_start_matches('\u{feff}')).collect();
        let Some(first) = row.first() else { continue };
        let named = first.text.starts_with(|c: char| c.is_alphabetic() || c == '<');
        if !std::mem::replace(&mut begun, true) && named {
            continue;
        }
        let Some(node) = node(*first, "node", position.len(), faults) else { continue };
        let read = |at: usize| row.get(at).and_then(Word::number);
        let Some(slot) = position.get_mut(node as usize) else { continue };
        match (read(1), read(2)) {
            _ if slot.is_some() => {
                faults.error("E375", first.span(), format!("node {} is given twice", first.clip()));
            }
            (Some(x), Some(y)) => *slot = Some([x, y]),
            _ => faults.error("E373", first.start..start + line.len(), "a node has two coordinates"),
        }
    }
}

/// The metadata of a file, each `<KEY>` with its value.
struct Metadata<'t> {
    rows: Vec<(String, Word<'t>)>,
    /// Where the metadata end.
    end: usize,
}

impl<'t> Metadata<'t> {
    fn read(faults: &mut Faults<'t>) -> Self {
        let mut rows = Vec::new();
        for (start, line) in lines(faults.text) {
            let inner = line.trim_start_matches(['\u{feff}', ' ', '\t']);
            let Some((key, value)) = inner.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
                continue;
            };
            let key = key.trim().to_uppercase();
            let end = start + line.len();
            if key == "END OF METADATA" {
                return Self { rows, end };
            }
            let trimmed = value.trim_start();
            let at = end - trimmed.len();
            rows.push((key, Word { text: trimmed.trim_end(), start: at }));
        }
        let problem = Problem::error("E372", "the line `<END OF METADATA>` is missing");
        faults.whole(problem.help("a TNTP file begins with lines such as `<NUMBER OF ZONES> 24`"));
        Self { rows, end: faults.text.len() }
    }

    fn number(&self, key: &str, faults: &mut Faults<'_>) -> Option<f64> {
        let (_, word) = self.rows.iter().find(|(name, _)| name == key)?;
        let found = word.number().filter(|n| *n >= 0.0);
        if found.is_none() {
            faults.error("E372", word.span(), format!("`<{key}>` must be a number, not `{}`", word.clip()));
        }
        found
    }

    /// A whole number that must be there.
    fn count(&self, key: &str, faults: &mut Faults<'_>) -> Option<usize> {
        let Some((_, word)) = self.rows.iter().find(|(name, _)| name == key) else {
            faults.whole(Problem::error("E372", format!("the line `<{key}>` is missing")));
            return None;
        };
        let found = word.number().filter(|n| n.fract() == 0.0 && (0.0..=COUNT_MAX).contains(n));
        if found.is_none() {
            let what = format!("`<{key}>` must be a whole number, not `{}`", word.clip());
            faults.error("E372", word.span(), what);
        }
        found.map(|n| n as usize)
    }

    fn span(&self, key: &str) -> Range<usize> {
        self.rows.iter().find(|(name, _)| name == key).map_or(0..0, |(_, word)| word.span())
    }
}

/// Words of a line that are set apart by spaces, tabs, semicolons or commas, up to a comment.
fn words(start: usize, line: &str) -> impl Iterator<Item = Word<'_>> {
    let line = line.split('~').next().unwrap_or_default();
    line.split([' ', '\t', ';', ',']).filter(|word| !word.is_empty()).map(move |text| {
        // Words are parts of the line, so their distance is their place in it.
        Word { text, start: start + (text.as_ptr() as usize - line.as_ptr() as usize) }
    })
}

/// Fills the case's network; gives the number of zones.
fn read_network(case: &mut TrafficCase, factors: Factors, faults: &mut Faults<'_>) -> Option<usize> {
    let metadata = Metadata::read(faults);
    let zones = metadata.count("NUMBER OF ZONES", faults);
    let nodes = metadata.count("NUMBER OF NODES", faults)?;
    if nodes > faults.text.len() {
        let what = format!("{nodes} nodes are more than a file of this size can join");
        faults.error("E372", metadata.span("NUMBER OF NODES"), what);
        return None;
    }
    let first_through = metadata.number("FIRST THRU NODE", faults).unwrap_or(1.0) as usize;
    if let Some(zones) = zones.filter(|zones| *zones > nodes) {
        let what = format!("{zones} zones don't fit among {nodes} nodes");
        faults.error("E372", metadata.span("NUMBER OF ZONES"), what);
        return None;
    }
    case.node_id = (1..=nodes).map(|node| node.to_string()).collect();
    case.terminal = (1..=nodes).map(|node| node < first_through).collect();
    let stated = Factors {
        toll: metadata.number("TOLL FACTOR", faults),
        distance: metadata.number("DISTANCE FACTOR", faults),
    };
    let weights = [factors.toll.or(stated.toll), factors.distance.or(stated.distance)];
    let mut toll_at = None;
    for (start, line) in lines(faults.text).filter(|(start, _)| *start >= metadata.end) {
        let row: Vec<Word<'_>> = words(start, line).collect();
        let Some(first) = row.first() else { continue };
        if case.from.is_empty() && first.text.starts_with(|c: char| c.is_alphabetic()) {
            continue;
        }
        let Some(link) = Link::read(&row, nodes, faults) else { continue };
        if link.toll.0 > 0.0 {
            toll_at.get_or_insert(link.toll.1);
        }
        let fixed = link.toll.0 * weights[0].unwrap_or(0.0) + link.length * weights[1].unwrap_or(0.0);
        case.from.push(link.from);
        case.to.push(link.to);
        let capacity_veh_h = Some(link.delay.capacity).filter(|capacity| *capacity > 0.0);
        case.roads.push(Road { length: link.length, capacity_veh_h, ..Road::default() });
        case.delay.push(VolumeDelay { fixed, ..link.delay });
    }
    case.link_count = case.from.len();
    if let (Some(at), None) = (toll_at, weights[0]) {
        let odd = Problem::warning("W372", "tolls count nothing, as the file states no `<TOLL FACTOR>`");
        faults.add(odd.help("give the time that a unit of toll is worth with --toll-factor"), at);
    }
    if let Some(count) = metadata.number("NUMBER OF LINKS", faults).filter(|n| *n != case.link_count as f64) {
        let what = format!("{count} links are stated, {} follow", case.link_count);
        faults.warning("W371", metadata.span("NUMBER OF LINKS"), what);
    }
    zones
}

/// A row of the network file.
struct Link {
    from: u32,
    to: u32,
    length: f64,
    toll: (f64, Range<usize>),
    delay: VolumeDelay,
}

/// Columns of a row, in order.
const COLUMNS: [&str; 9] =
    ["init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power", "speed", "toll"];
/// Columns that no row may lack.
const NEEDED: usize = 7;

impl Link {
    fn read(row: &[Word<'_>], nodes: usize, faults: &mut Faults<'_>) -> Option<Self> {
        let (first, last) = (row.first()?, row.last()?);
        if row.len() < NEEDED {
            let what = format!("a link has {} values, not {}", COLUMNS.len() + 1, row.len());
            let missing = Problem::error("E373", what).help(format!("in this order: {}", COLUMNS.join(", ")));
            faults.add(missing, first.start..last.span().end);
            return None;
        }
        let from = node(row[0], COLUMNS[0], nodes, faults);
        let to = node(row[1], COLUMNS[1], nodes, faults);
        let mut values = [0.0; COLUMNS.len()];
        let mut sound = true;
        for (at, word) in row.iter().enumerate().take(COLUMNS.len()).skip(2) {
            // Speeds are told in many ways and mean nothing here.
            match word.number().filter(|n| *n >= 0.0) {
                Some(number) => values[at] = number,
                None if COLUMNS[at] == "speed" => {}
                None => {
                    sound = false;
                    let name = COLUMNS[at];
                    let what = format!("`{name}` must be a number of at least 0, not `{}`", word.clip());
                    faults.error("E373", word.span(), what);
                }
            }
        }
        let [_, _, capacity, length, free_time, b, power, _, toll] = values;
        let delay = VolumeDelay { free_time, b, capacity, power, fixed: 0.0 };
        if sound && !delay.is_sound() {
            let what = "a link whose time depends on its volume needs a capacity above 0";
            faults.error("E373", row[2].span(), what);
            sound = false;
        }
        let toll = (toll, row.get(8).map_or(0..0, Word::span));
        sound.then_some(Self { from: from?, to: to?, length, toll, delay })
    }
}

/// The node that a word numbers from 1.
fn node(word: Word<'_>, name: &str, nodes: usize, faults: &mut Faults<'_>) -> Option<u32> {
    let found = word.number().filter(|n| n.fract() == 0.0 && (1.0..=nodes as f64).contains(n));
    if found.is_none() {
        let what = format!("`{name}` must be a node from 1 to {nodes}, not `{}`", word.clip());
        faults.error("E374", word.span(), what);
    }
    found.map(|n| n as u32 - 1)
}

/// Words of a trip table; colons and semicolons are words of their own.
fn trip_words(text: &str, start: usize) -> impl Iterator<Item = Word<'_>> {
    lines(&text[start..]).flat_map(move |(at, line)| {
        let line = line.split('~').next().unwrap_or_default();
        let mut rest = (line, start + at);
        std::iter::from_fn(move || {
            let inner = rest.0.trim_start();
            let from = rest.1 + rest.0.len() - inner.len();
            let end = match inner.find(|c: char| c.is_whitespace() || c == ':' || c == ';') {
                Some(0) => 1,
                Some(end) => end,
                None => inner.len(),
            };
            let word = Word { text: &inner[..end], start: from };
            rest = (&inner[end..], from + end);
            (end > 0).then_some(word)
        })
    })
}

/// Trips between nodes, zone `z` being node `z - 1`.
fn read_trips(zones: Option<usize>, faults: &mut Faults<'_>) -> Vec<Demand> {
    let metadata = Metadata::read(faults);
    // Without a sound network there still are the table's own numbers to check.
    let zones = zones.or_else(|| metadata.count("NUMBER OF ZONES", faults)).unwrap_or(COUNT_MAX as usize);
    let mut demand = Vec::new();
    // Before the first `Origin` there is none; after a wrong one trips are checked but belong to nobody.
    let mut origin: Option<Option<u32>> = None;
    let mut words = trip_words(faults.text, metadata.end).filter(|word| word.text != ";").peekable();
    while let Some(word) = words.next() {
        if word.text.eq_ignore_ascii_case("origin") {
            origin = Some(words.next().and_then(|word| zone(word, zones, faults)));
            continue;
        }
        let destination = zone(word, zones, faults);
        let Some(_) = words.next_if(|word| word.text == ":").filter(|_| origin.is_some()) else {
            faults.error("E376", word.span(), "trips are written `zone : number;` after `Origin zone`");
            // What follows up to the next origin would only be more of the same.
            while words.next_if(|word| !word.text.eq_ignore_ascii_case("origin")).is_some() {}
            continue;
        };
        let Some(word) = words.next() else {
            faults.error("E376", word.span(), "the table ends before the number of trips");
            break;
        };
        let volume = word.number().filter(|n| *n >= 0.0);
        if volume.is_none() {
            let what = format!("a number of trips must be at least 0, not `{}`", word.clip());
            faults.error("E376", word.span(), what);
        }
        if let (Some(origin), Some(destination), Some(volume)) = (origin.flatten(), destination, volume) {
            demand.push(Demand { origin, destination, volume });
        }
    }
    let sum: f64 = demand.iter().map(|trips| trips.volume).sum();
    if let Some(total) = metadata.number("TOTAL OD FLOW", faults)
        && (total - sum).abs() > 1e-3 * total.max(sum)
    {
        let what = format!("{total} trips are stated, {sum} follow");
        faults.warning("W374", metadata.span("TOTAL OD FLOW"), what);
    }
    demand
}

fn zone(word: Word<'_>, zones: usize, faults: &mut Faults<'_>) -> Option<u32> {
    let found = word.number().filter(|n| n.fract() == 0.0 && (1.0..=zones as f64).contains(n));
    if found.is_none() {
        let what = format!("a zone from 1 to {zones} should stand here, not `{}`", word.clip());
        faults.error("E374", word.span(), what);
    }
    found.map(|n| n as u32 - 1)
}
