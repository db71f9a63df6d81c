//! Residential buildings: real ones where they are known, otherwise along the streets of each zone.
use crate::places::rates;
use crate::places::share::share;
use crate::places::{Draft, purpose};
use citytwin_world::draw::Draw;
use citytwin_world::geo::M_PER_DEGREE;
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{NodeId, PlaceKind, Streets, ZoneId, Zones};

/// Distance of a home from the middle of its street, m.
const SETBACK_M: f64 = 12.0;

/// A residential building as mapped.
#[derive(Clone, Debug, PartialEq)]
pub struct Dwelling {
    /// Identifier in the city folder.
    pub id: String,
    /// Zone it lies in.
    pub zone: ZoneId,
    /// Street junction that serves it.
    pub node: NodeId,
    /// Longitude and latitude of its middle, degrees.
    pub at: [f64; 2],
    /// Floor area of all storeys, m².
    pub floor_m2: f32,
    /// Height, m; 0 where unknown.
    pub height_m: f32,
}

/// Longest stretch that lies in one zone as a whole, m; longer streets are cut.
const STRETCH_M_MAX: f64 = 400.0;

/// A stretch of street along which people live.
struct Frontage {
    from: [f64; 2],
    to: [f64; 2],
    nodes: [NodeId; 2],
    length_m: f64,
}

/// Homes of every zone; their capacities sum to each zone's residents exactly. A zone with mapped dwellings uses
/// those, in proportion to floor area; any other gets buildings along its streets.
pub fn build(
    zones: &Zones,
    streets: &Streets,
    dwellings: &[Dwelling],
    zone_of: &dyn Fn([f64; 2]) -> ZoneId,
    seed: u64,
) -> Vec<Draft> {
    let mut of_zone: Vec<Vec<&Dwelling>> = vec![Vec::new(); zones.len()];
    for dwelling in dwellings {
        if let Some(list) = of_zone.get_mut(dwelling.zone.index()) {
            list.push(dwelling);
        }
    }
    let frontages = frontages(zones, streets, zone_of);
    let mut homes = Vec::new();
    for (zone, residents) in zones.population.iter().filter(|(_, n)| **n > 0) {
        match of_zone.get(zone.index()) {
            Some(known) if !known.is_empty() => real(*residents, known, &mut homes),
            _ => {
                let along = frontages.get(zone.index()).map_or(&[][..], Vec::as_slice);
                along_streets(zones, zone, along, seed, &mut homes);
            }
        }
    }
    homes
}

fn real(residents: u32, dwellings: &[&Dwelling], homes: &mut Vec<Draft>) {
    let weights: Vec<f64> = dwellings.iter().map(|d| f64::from(d.floor_m2)).collect();
    for (d, capacity) in dwellings.iter().zip(share(residents, &weights)).filter(|(_, n)| *n > 0) {
        homes.push(Draft {
            id: d.id.clone(),
            kind: PlaceKind::Home,
            zone: d.zone,
            node: d.node,
            at: d.at,
            capacity,
            jobs: 0,
            floor_m2: d.floor_m2,
            height_m: d.height_m,
            inferred: false,
            name: String::new(),
        });
    }
}

/// Stretches of each zone, of the classes along which people live, one direction of each street.
fn frontages(zones: &Zones, streets: &Streets, zone_of: &dyn Fn([f64; 2]) -> ZoneId) -> Vec<Vec<Frontage>> {
    let mut of_zone: Vec<Vec<Frontage>> = (0..zones.len()).map(|_| Vec::new()).collect();
    let place = |n: NodeId| [streets.lon[n], streets.lat[n]];
    for (link, from) in streets.from.iter() {
        let (from, to) = (*from, streets.to[link]);
        let class = usize::from(streets.class[link]);
        let lived_in = (2..=9).contains(&class) && streets.access[link] & access::FOOT != 0;
        if !lived_in || from >= to {
            continue;
        }
        let (a, b) = (place(from), place(to));
        let length_m = f64::from(streets.length_m[link]);
        let pieces = (length_m / STRETCH_M_MAX).ceil().clamp(1.0, 1000.0);
        let along = |share: f64| [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
        for piece in 0..pieces as u32 {
            let [start, middle, end] = [0.0, 0.5, 1.0].map(|part| (f64::from(piece) + part) / pieces);
            if let Some(list) = of_zone.get_mut(zone_of(along(middle)).index()) {
                list.push(Frontage {
                    from: along(start),
                    to: along(end),
                    nodes: [(start + middle) / 2.0, (middle + end) / 2.0]
                        .map(|share| if share <= 0.5 { from } else { to }),
                    length_m: length_m / pieces,
                });
            }
        }
    }
    of_zone
}

fn along_streets(zones: &Zones, zone: ZoneId, along: &[Frontage], seed: u64, homes: &mut Vec<Draft>) {
    let residents = zones.population[zone];
    let density = f64::from(residents) / f64::from(zones.area_km2[zone]).max(1e-3) / 1000.0;
    let each = (density * rates::RESIDENTS_PER_BUILDING_PER_DENSITY).max(rates::RESIDENTS_PER_BUILDING_MIN);
    let count = ((f64::from(residents) / each).ceil() as u32).clamp(1, residents);
    let mut draw = Draw::new(seed, purpose::HOMES, zone.0, 0);
    let lengths: Vec<f64> = along.iter().map(|f| f.length_m).collect();
    let sizes: Vec<f64> = (0..count).map(|_| draw.lognormal(0.0, 0.5)).collect();
    // Everyone has a roof: one resident each first, the rest by size.
    let capacities = share(residents - count, &sizes).into_iter().map(|n| n + 1);
    let spots: Vec<(usize, f64, f64)> = share(count, &lengths)
        .iter()
        .enumerate()
        .flat_map(|(at, n)| {
            (0..*n).map(move |i| (at, (f64::from(i) + 0.5) / f64::from(*n), f64::from(i % 2) * 2.0 - 1.0))
        })
        .collect();
    for (i, capacity) in capacities.enumerate() {
        let spot =
            spots.get(i).and_then(|(at, share, side)| along.get(*at).map(|f| beside(f, *share, *side)));
        // A zone without streets of its own is served by the junction nearest to its centre.
        let (at, node) = spot.unwrap_or(([zones.lon[zone], zones.lat[zone]], zones.node[zone]));
        let floor_m2 = capacity as f32 * rates::FLOOR_M2_PER_RESIDENT;
        homes.push(Draft {
            id: format!("home-{}-{}", zone.0 + 1, i + 1),
            kind: PlaceKind::Home,
            zone,
            node,
            at,
            capacity,
            jobs: 0,
            floor_m2,
            height_m: height_m(floor_m2),
            inferred: true,
            name: String::new(),
        });
    }
}

/// Height of a house of a floor area, whose footprint grows from 80 to 400 m².
pub fn height_m(floor_m2: f32) -> f32 {
    let footprint = (floor_m2 / 3.0).clamp(80.0, 400.0);
    (floor_m2 / footprint).ceil().max(1.0) * rates::STOREY_M
}

/// The point at a share of a stretch, set back to one side, and the nearer junction.
fn beside(f: &Frontage, share: f64, side: f64) -> ([f64; 2], NodeId) {
    let scale = f.from[1].to_radians().cos().max(0.01);
    let (dx, dy) = ((f.to[0] - f.from[0]) * scale, f.to[1] - f.from[1]);
    let length = dx.hypot(dy).max(1e-12);
    let off = side * SETBACK_M / M_PER_DEGREE;
    let at = [
        f.from[0] + (f.to[0] - f.from[0]) * share - dy / length * off / scale,
        f.from[1] + (f.to[1] - f.from[1]) * share + dx / length * off,
    ];
    (at, if share <= 0.5 { f.nodes[0] } else { f.nodes[1] })
}
