//! A day of traffic of drivers who know the usual times of links, each a little differently.
//!
//! Were all of them to know the same times, all would take the same way and none its equal beside it. So drivers belong
//! to classes, and each class sees each link a little longer or shorter than it is, the same every day; spread over the
//! classes, the ways found are those of a stochastic user equilibrium with normal errors in logarithms (probit:
//! Daganzo and Sheffi 1977) once the times known and the times met agree. All draws are keyed by class and link.
use super::{Departure, RoadTable, Settings, Traffic, Trip};
use crate::hierarchy::{Customised, Hierarchy, Seeker};
use crate::problem::{Problem, same_length};
use citytwin_world::draw::Draw;
use rayon::prelude::*;

/// Purpose of the draws of how a class sees a link.
const SEE: u32 = 0x0282;
/// Time of a link that is closed, and of those that no weight may reach.
pub const CLOSED: u32 = u32::MAX;
/// Longest time of an open link, units of a hundredth of a second: a day.
const LONGEST: f64 = 8_640_000.0;
/// Trips per piece of work.
const PIECE: usize = 256;

/// How drivers see the times of links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Classes of drivers, at least 1.
    pub classes: u32,
    /// Standard deviation of the logarithm of a link's time as a class sees it.
    pub spread: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Sight {
    /// Eight classes that differ by a quarter of a link's time (assumption).
    fn default() -> Self {
        Self { classes: 8, spread: 0.25, seed: 1 }
    }
}

/// A network on which drivers live day after day.
pub struct RoadDays<'a> {
    table: RoadTable<'a>,
    hierarchy: &'a Hierarchy,
    settings: Settings,
    /// How each class sees each link: times are multiplied by it.
    factor: Vec<Vec<f32>>,
    periods: usize,
}

/// What a day was like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lived {
    /// Time of each link by period of entry, in hundredths of a second: `period * links + link`. That of an empty road
    /// where nobody came; the time known for links that are closed.
    pub times: Vec<u32>,
    /// Vehicles by link.
    pub vehicles: Vec<u32>,
    /// Trips for which there was a way.
    pub trips: u64,
    /// Those that arrived.
    pub arrived: u64,
    /// Mean time of those, s.
    pub mean_s: f64,
    /// Mean time of all trips by the times known before, s.
    pub known_s: f64,
    /// Mean time of all trips on empty roads, s.
    pub free_s: f64,
    /// Link traversals, and those that squeezed into a full link.
    pub crossings: [u64; 2],
}

impl<'a> RoadDays<'a> {
    /// A network whose days last until a time (ms after midnight), told by periods of [`Settings::period_s`].
    ///
    /// # Errors
    /// A network that [`Traffic::new`] refuses, no classes, a day without length.
    pub fn new(
        table: RoadTable<'a>,
        hierarchy: &'a Hierarchy,
        settings: Settings,
        sight: Sight,
        end_ms: u32,
    ) -> Result<Self, Problem> {
        Traffic::new(&table, settings)?;
        if end_ms == 0 || sight.classes == 0 || !sight.spread.is_finite() || sight.spread < 0.0 {
            return Err(Problem::Parameter("how drivers see roads"));
        }
        let periods = (f64::from(end_ms) / (settings.period_s * 1000.0)).ceil().clamp(1.0, 1e5) as usize;
        let factors = |class: u32| -> Vec<f32> {
            let of = |link| {
                let z = Draw::new(sight.seed, SEE, class, link).normal();
                (sight.spread * z.clamp(-3.0, 3.0)).exp() as f32
            };
            (0..table.from.len() as u32).map(of).collect()
        };
        let factor = (0..sight.classes).into_par_iter().map(factors).collect();
        Ok(Self { table, hierarchy, settings, factor, periods })
    }

    /// How traffic runs here.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Periods of a day.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.periods
    }

    /// Times of empty roads, as [`Lived::times`].
    #[must_use]
    pub fn free_times(&self) -> Vec<u32> {
        let free: Vec<u32> = self.table.free_s.iter().map(|s| units(*s)).collect();
        free.iter().copied().cycle().take(free.len() * self.periods).collect()
    }

    /// Lets the drivers of `trips`, each of a class and in the order of departure, choose their ways by the times known
    /// ([`CLOSED`] where a link is closed), and the day run its course.
    ///
    /// # Errors
    /// Times of another network; trips between junctions that don't exist or out of order.
    pub fn live(&self, trips: &[(Trip, u32)], known: &[u32]) -> Result<Lived, Problem> {
        let links = self.table.from.len();
        same_length("times of links", links * self.periods, known.len())?;
        let mut traffic = Traffic::new(&self.table, self.settings)?;
        let mut lived = Lived { vehicles: vec![0; links], ..Lived::default() };
        let mut sums = vec![(0u32, 0u64); known.len()];
        let (mut routes, mut next) = (Vec::new(), 0);
        let mut weights: Vec<Customised> = Vec::new();
        let (mut spent_s, mut known_units, mut free_s) = (0.0, 0u64, 0.0);
        for (period, known) in known.chunks(links.max(1)).enumerate() {
            let end_ms = (period + 1) as f64 * self.settings.period_s * 1000.0;
            let end_ms = end_ms.min(f64::from(u32::MAX)) as u32;
            let due = trips[next..].partition_point(|(trip, _)| trip.depart_ms < end_ms);
            let trips_now = &trips[next..next + due];
            let ways = self.ways(trips_now, known, &mut weights)?;
            let mut departures = Vec::with_capacity(due);
            for (index, way) in ways.iter().flatten().enumerate().filter(|(_, way)| !way.is_empty()) {
                let first = routes.len() as u32;
                routes.extend(way);
                let (vehicle, at_ms) = ((next + index) as u32, trips_now[index].0.depart_ms);
                departures.push(Departure { vehicle, at_ms, first, end: routes.len() as u32 });
                lived.trips += 1;
                known_units += way.iter().map(|link| u64::from(known[*link as usize])).sum::<u64>();
                free_s += way.iter().map(|link| self.table.free_s[*link as usize]).sum::<f64>();
            }
            next += due;
            traffic.depart(&departures, &routes)?;
            for arrival in traffic.advance(end_ms, &routes) {
                let depart_ms = trips.get(arrival.vehicle as usize).map_or(0, |(trip, _)| trip.depart_ms);
                spent_s += f64::from(arrival.at_ms - depart_ms) / 1000.0;
                lived.arrived += 1;
            }
            for tally in traffic.count() {
                lived.vehicles[tally.link as usize] += tally.vehicles;
                if let Some(sum) = sums.get_mut(tally.period as usize * links + tally.link as usize) {
                    (sum.0, sum.1) = (sum.0 + tally.vehicles, sum.1 + tally.spent_ms);
                }
            }
        }
        lived.times = self.seen(&sums, known);
        lived.mean_s = spent_s / lived.arrived.max(1) as f64;
        lived.known_s = known_units as f64 / 100.0 / lived.trips.max(1) as f64;
        lived.free_s = free_s / lived.trips.max(1) as f64;
        lived.crossings = traffic.crossings();
        Ok(lived)
    }

    /// Ways of the trips of one period, by piece of trips; empty where there is none.
    fn ways(
        &self,
        trips: &[(Trip, u32)],
        known: &[u32],
        weights: &mut Vec<Customised>,
    ) -> Result<Vec<Vec<Vec<u32>>>, Problem> {
        if trips.is_empty() {
            return Ok(Vec::new());
        }
        for (class, factor) in self.factor.iter().enumerate() {
            let see = |(&time, &factor): (&u32, &f32)| match time {
                CLOSED => CLOSED,
                time => (f64::from(time) * f64::from(factor)).round().clamp(1.0, LONGEST) as u32,
            };
            let times: Vec<u32> = known.iter().zip(factor).map(see).collect();
            match weights.get_mut(class) {
                Some(weights) => self.hierarchy.recustomise(weights, &times)?,
                None => weights.push(self.hierarchy.customise(&times)?),
            }
        }
        let pieces = trips.par_chunks(PIECE);
        pieces
            .map_init(Seeker::default, |seeker, piece| {
                let way = |(trip, class): &(Trip, u32)| {
                    let mut way = Vec::new();
                    let weights = &weights[*class as usize % self.factor.len()];
                    if trip.from != trip.to
                        && seeker.path_into(self.hierarchy, weights, trip.from, trip.to, &mut way)?.is_none()
                    {
                        way.clear();
                    }
                    Ok(way)
                };
                piece.iter().map(way).collect()
            })
            .collect()
    }

    /// Mean times of links by period; where nobody came that of an empty road.
    fn seen(&self, sums: &[(u32, u64)], known: &[u32]) -> Vec<u32> {
        let free = self.table.free_s.iter().cycle();
        let time =
            |((&(vehicles, spent_ms), known), free): ((&(u32, u64), &u32), &f64)| match (known, vehicles) {
                (&CLOSED, _) => CLOSED,
                (_, 0) => units(*free),
                _ => units(spent_ms as f64 / 1000.0 / f64::from(vehicles)),
            };
        sums.iter().zip(known).zip(free).map(time).collect()
    }
}

fn units(seconds: f64) -> u32 {
    (seconds * 100.0).round().clamp(1.0, LONGEST) as u32
}
