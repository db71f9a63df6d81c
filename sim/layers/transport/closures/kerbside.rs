//! Which street a bus stop lies at.
use super::super::network::Network;
use citytwin_world::geo::{M_PER_DEGREE, away_from_stretch};
use citytwin_world::streets::access;
use citytwin_world::{City, LinkId, StopId, Streets};

/// Stops farther than this from any street for cars lie at none: bus stations, lanes of their own, m (assumption).
const REACH_M: f64 = 100.0;
/// Links whose distances from a stop differ by no more are one street: both directions, or all streets of a junction, m.
const SAME_M: f64 = 0.5;
/// Longest stretch of a link that is looked at in one piece, m.
const PIECE_M: f64 = 200.0;
/// The street of each stop at which buses call.
pub(super) struct Kerbside {
    /// Stops, and where each one's links begin in `links`, with an end mark.
    stops: Vec<StopId>,
    first: Vec<u32>,
    links: Vec<LinkId>,
}

/// A stretch of a link, in metres east and north of a spot in the city.
#[derive(Clone, Copy)]
struct Piece {
    link: LinkId,
    ends: [[f64; 2]; 2],
}

/// The square of the map in which a point lies.
fn cell([x, y]: [f64; 2]) -> [i32; 2] {
    [(x / REACH_M).floor() as i32, (y / REACH_M).floor() as i32]
}

/// Stretches of all links for cars by the squares of the map that they may cross, in order.
fn pieces(streets: &Streets, flat: &impl Fn([f64; 2]) -> [f64; 2]) -> Vec<([i32; 2], Piece)> {
    let mut pieces = Vec::new();
    for link in streets.from.ids().filter(|link| streets.access[*link] & access::CAR != 0) {
        let points: Vec<[f64; 2]> = streets.line(link).map(flat).collect();
        for ends in points.windows(2) {
            let (before, next) = (ends[0], ends[1]);
            let (dx, dy) = (next[0] - before[0], next[1] - before[1]);
            let parts = (dx.hypot(dy) / PIECE_M).ceil().clamp(1.0, 1e4);
            for part in 0..parts as u32 {
                let point = |n: f64| [before[0] + dx * n / parts, before[1] + dy * n / parts];
                let ends = [point(f64::from(part)), point(f64::from(part + 1))];
                let [[x1, y1], [x2, y2]] = ends.map(cell);
                for x in x1.min(x2)..=x1.max(x2) {
                    pieces.extend((y1.min(y2)..=y1.max(y2)).map(|y| ([x, y], Piece { link, ends })));
                }
            }
        }
    }
    // In the order of links within a square, since sorting is stable.
    pieces.sort_by_key(|(cell, _)| *cell);
    pieces
}

impl Kerbside {
    pub(super) fn of(city: &City, network: &Network) -> Self {
        let (streets, transit) = (&city.streets, &city.transit);
        let middle = streets.lat.as_slice().first().copied().unwrap_or(0.0);
        let flat =
            |[lon, lat]: [f64; 2]| [lon * M_PER_DEGREE * middle.to_radians().cos(), lat * M_PER_DEGREE];
        let pieces = pieces(streets, &flat);
        let mut made = Self { stops: Vec::new(), first: vec![0], links: Vec::new() };
        for stop in network.bus_stops(transit.stop_lon.len()) {
            let at = flat([transit.stop_lon[stop], transit.stop_lat[stop]]);
            let [x, y] = cell(at);
            let mut near: Vec<(f64, LinkId)> = Vec::new();
            for column in x - 1..=x + 1 {
                let from = pieces.partition_point(|(cell, _)| *cell < [column, y - 1]);
                let within = pieces[from..].iter().take_while(|(cell, _)| *cell <= [column, y + 1]);
                near.extend(within.map(|(_, piece)| (away_from_stretch(at, piece.ends), piece.link)));
            }
            let least = near.iter().map(|(away_m, _)| *away_m).fold(f64::INFINITY, f64::min);
            if least <= REACH_M {
                let mut street: Vec<LinkId> = near
                    .iter()
                    .filter(|(away_m, _)| *away_m <= least + SAME_M)
                    .map(|(_, link)| *link)
                    .collect();
                street.sort_unstable();
                street.dedup();
                made.stops.push(stop);
                made.links.extend(street);
                made.first.push(made.links.len() as u32);
            }
        }
        made
    }

    /// The stops whose street is among some closed links, which ascend: all its links are.
    pub(super) fn stops_at(&self, closed: &[LinkId]) -> Vec<StopId> {
        if closed.is_empty() {
            return Vec::new();
        }
        let rows = self.first.windows(2).map(|ends| &self.links[ends[0] as usize..ends[1] as usize]);
        let shut = |links: &[LinkId]| links.iter().all(|link| closed.binary_search(link).is_ok());
        self.stops.iter().zip(rows).filter(|(_, links)| shut(links)).map(|(stop, _)| *stop).collect()
    }
}
