//! Travellers learn from day to day: who finds a quicker way takes it, until the ordinary day repeats itself.
//!
//! A round simulates the day, measures how long each link took in each part of the day, and lets a share of the
//! travellers look for the way that would have been quickest for them, as agents of MATSim and of day-to-day dynamics
//! do (Cascetta 1989). The share shrinks with the rounds, as in the method of successive averages. All draws are keyed
//! by traveller and round, so the outcome doesn't depend on threads.
use super::{Arrival, Departure, LinkTally, RoadTable, Settings, Traffic};
use crate::hierarchy::{Customised, Hierarchy, Seeker};
use crate::problem::Problem;
use citytwin_world::draw::{block, unit_f64};
use rayon::prelude::*;

/// Purpose of the draws that say who looks for a better way.
const LOOK: u32 = 0x0281;
/// Time units a second of the times given to the hierarchy.
const UNITS_PER_S: f64 = 100.0;
/// Travellers per piece of work.
const PIECE: usize = 1024;

/// Somebody who drives from junction to junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Where the trip begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// When it begins, ms after midnight.
    pub depart_ms: u32,
}

/// How travellers learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// End of the simulated day, ms: who has not arrived by then is counted as lost.
    pub end_ms: u32,
    /// Least share of travellers who look for a better way in a round, 0–1.
    pub share_min: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Learning {
    /// A day and two hours for the last to arrive, a share of 5 %, seed 1.
    fn default() -> Self {
        Self { end_ms: 93_600_000, share_min: 0.05, seed: 1 }
    }
}

/// How a round went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Round {
    /// Trips that could be made at all.
    pub trips: u64,
    /// Trips that arrived.
    pub arrived: u64,
    /// Mean time of those, s.
    pub mean_s: f64,
    /// Mean time that they would take on empty roads, s.
    pub free_s: f64,
    /// Mean time of the quickest ways over the times that links took in this round, relative to the mean time of the
    /// ways taken over the same times, minus 1: what travellers could still gain, 0 or less.
    pub gain: f64,
    /// Link traversals.
    pub crossings: u64,
    /// Those that squeezed into a full link.
    pub squeezed: u64,
}

/// The ways of some travellers, one after the other.
#[derive(Clone, Debug, Default)]
struct Ways {
    links: Vec<u32>,
    /// End of each traveller's way in `links`.
    end: Vec<u32>,
}

impl Ways {
    fn of(&self, index: usize) -> &[u32] {
        let first = index.checked_sub(1).map_or(0, |before| self.end[before]);
        &self.links[first as usize..self.end[index] as usize]
    }
    fn push(&mut self, way: &[u32]) {
        self.links.extend(way);
        self.end.push(self.links.len() as u32);
    }
}

/// Travellers with the ways they take at present.
pub struct Learners<'a> {
    table: RoadTable<'a>,
    hierarchy: &'a Hierarchy,
    settings: Settings,
    learning: Learning,
    period_ms: u32,
    trips: &'a [Trip],
    /// The ways taken at present, by piece of travellers.
    ways: Vec<Ways>,
    /// Time of each link by period, units: `period * links + link`.
    times: Vec<u32>,
    weights: Vec<Customised>,
    round: u32,
}

impl<'a> Learners<'a> {
    /// Travellers who know only empty roads. `trips` must be in the order of departure.
    ///
    /// # Errors
    /// A network that [`Traffic::new`] refuses, a hierarchy of other links, trips between junctions that don't exist.
    pub fn new(
        table: RoadTable<'a>,
        hierarchy: &'a Hierarchy,
        settings: Settings,
        learning: Learning,
        trips: &'a [Trip],
    ) -> Result<Self, Problem> {
        if learning.end_ms == 0 {
            return Err(Problem::Parameter("the end of the day"));
        }
        Traffic::new(&table, settings)?;
        let period_ms = (settings.period_s * 1000.0).round().clamp(1.0, 1e9) as u32;
        let free: Vec<u32> = table.free_s.iter().map(|s| units(*s)).collect();
        let periods = learning.end_ms.div_ceil(period_ms) as usize;
        let weights = vec![hierarchy.customise(&free)?];
        let mut learners = Self {
            table,
            hierarchy,
            settings,
            learning,
            period_ms,
            trips,
            ways: no_ways(trips.len()),
            times: free.iter().copied().cycle().take(free.len() * periods).collect(),
            weights,
            round: 0,
        };
        learners.look(|_| true)?;
        Ok(learners)
    }

    /// The ways taken at present, in the order of trips; empty where there is none.
    pub fn ways(&self) -> impl Iterator<Item = &[u32]> {
        self.ways.iter().flat_map(|piece| (0..piece.end.len()).map(|index| piece.of(index)))
    }

    /// Time of each link by period as travellers know it, in hundredths of a second: `period * links + link`.
    #[must_use]
    pub fn times(&self) -> &[u32] {
        &self.times
    }

    fn period_of(&self, at_ms: u32) -> usize {
        (at_ms / self.period_ms) as usize
    }

    /// Lets the chosen travellers take the quickest way at the times known.
    fn look(&mut self, chosen: impl Fn(usize) -> bool + Sync) -> Result<(), Problem> {
        let (hierarchy, weights, trips) = (self.hierarchy, &self.weights, self.trips);
        let period_ms = self.period_ms;
        let pieces = self.ways.par_iter_mut().zip(trips.par_chunks(PIECE)).enumerate();
        pieces.try_for_each_init(Default::default, |(seeker, way): &mut (Seeker, Vec<u32>), (p, row)| {
            let (ways, trips) = row;
            let before = std::mem::take(ways);
            for (i, trip) in trips.iter().enumerate() {
                if !chosen(p * PIECE + i) {
                    ways.push(before.of(i));
                    continue;
                }
                let period = (trip.depart_ms / period_ms) as usize;
                let weights = &weights[period.min(weights.len() - 1)];
                way.clear();
                if trip.from != trip.to
                    && seeker.path_into(hierarchy, weights, trip.from, trip.to, way)?.is_none()
                {
                    way.clear();
                }
                ways.push(way);
            }
            Ok(())
        })
    }

    /// Simulates a day on the ways taken at present.
    ///
    /// # Errors
    /// As [`Traffic::new`] and [`Traffic::depart`].
    pub fn live(&self, mut each: impl FnMut(&[LinkTally])) -> Result<(Vec<Arrival>, [u64; 2]), Problem> {
        let mut traffic = Traffic::new(&self.table, self.settings)?;
        let mut routes: Vec<u32> = Vec::new();
        let mut departures = Vec::new();
        for (index, (way, trip)) in self.ways().zip(self.trips).enumerate() {
            if !way.is_empty() {
                let first = routes.len() as u32;
                routes.extend(way);
                let end = routes.len() as u32;
                departures.push(Departure { vehicle: index as u32, at_ms: trip.depart_ms, first, end });
            }
        }
        let (mut arrivals, mut next) = (Vec::new(), 0);
        for period in 0..self.times.len() / self.table.from.len().max(1) {
            let end_ms = (period as u32 + 1) * self.period_ms;
            let due = departures[next..].partition_point(|departure| departure.at_ms < end_ms);
            traffic.depart(&departures[next..next + due], &routes)?;
            next += due;
            arrivals.extend(traffic.advance(end_ms, &routes));
            each(&traffic.count());
        }
        Ok((arrivals, traffic.crossings()))
    }

    /// One round: a day lived, links measured, and a share of the travellers on new ways.
    ///
    /// # Errors
    /// As [`Self::live`].
    pub fn learn(&mut self) -> Result<Round, Problem> {
        let links = self.table.from.len();
        let free: Vec<u32> = self.table.free_s.iter().map(|s| units(*s)).collect();
        let mut sums = vec![(0u32, 0u64); self.times.len()];
        let (arrivals, [crossings, squeezed]) = self.live(|tallies| {
            for tally in tallies {
                let row = tally.period as usize * links + tally.link as usize;
                if let Some(sum) = sums.get_mut(row) {
                    (sum.0, sum.1) = (sum.0 + tally.vehicles, sum.1 + tally.spent_ms);
                }
            }
        })?;
        let seen = sums.iter().zip(free.iter().cycle()).map(|(&(vehicles, spent_ms), free)| {
            if vehicles > 0 { units(spent_ms as f64 / 1000.0 / f64::from(vehicles)) } else { *free }
        });
        // What is known follows what is seen, so that single days don't upset everybody.
        for (known, seen) in self.times.iter_mut().zip(seen) {
            *known = if self.round == 0 { seen } else { known.midpoint(seen) };
        }
        self.weights.truncate(0);
        let weights: Result<Vec<Customised>, Problem> =
            self.times.par_chunks(links.max(1)).map(|times| self.hierarchy.customise(times)).collect();
        self.weights = weights?;
        let round = self.sum_up(&arrivals, [crossings, squeezed])?;
        self.round += 1;
        let share = (1.0 / f64::from(self.round + 1)).max(self.learning.share_min);
        let (seed, number) = (self.learning.seed, self.round);
        self.look(|index| {
            let words = block(seed, LOOK, index as u32, number, 0);
            unit_f64(words[0], words[1]) < share
        })?;
        Ok(round)
    }

    fn sum_up(&self, arrivals: &[Arrival], [crossings, squeezed]: [u64; 2]) -> Result<Round, Problem> {
        let trips = self.ways().filter(|way| !way.is_empty()).count() as u64;
        let links = self.table.from.len();
        let mut sum_s = 0.0;
        for arrival in arrivals {
            sum_s += f64::from(arrival.at_ms - self.trips[arrival.vehicle as usize].depart_ms) / 1000.0;
        }
        let free: f64 = self.ways().flatten().map(|link| self.table.free_s[*link as usize]).sum();
        // Ways taken and quickest ways over the same times, those of the period of departure.
        let pieces = self.ways.par_iter().zip(self.trips.par_chunks(PIECE));
        let costs: Result<Vec<[u64; 2]>, Problem> = pieces
            .map_init(Seeker::default, |seeker, (ways, trips)| {
                let mut sums = [0u64; 2];
                for (i, trip) in trips.iter().enumerate() {
                    let period = self.period_of(trip.depart_ms).min(self.weights.len() - 1);
                    let times = &self.times[period * links..(period + 1) * links];
                    let best = seeker.time(self.hierarchy, &self.weights[period], trip.from, trip.to)?;
                    if let Some(best) = best.filter(|_| !ways.of(i).is_empty()) {
                        sums[0] +=
                            ways.of(i).iter().map(|link| u64::from(times[*link as usize])).sum::<u64>();
                        sums[1] += u64::from(best);
                    }
                }
                Ok(sums)
            })
            .collect();
        let [taken, best] = costs?.iter().fold([0u64; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        Ok(Round {
            trips,
            arrived: arrivals.len() as u64,
            mean_s: sum_s / (arrivals.len().max(1)) as f64,
            free_s: free / trips.max(1) as f64,
            gain: if taken == 0 { 0.0 } else { best as f64 / taken as f64 - 1.0 },
            crossings,
            squeezed,
        })
    }
}

/// Nobody knows a way yet.
fn no_ways(travellers: usize) -> Vec<Ways> {
    let piece = |first: usize| Ways { links: Vec::new(), end: vec![0; PIECE.min(travellers - first)] };
    (0..travellers).step_by(PIECE).map(piece).collect()
}

fn units(seconds: f64) -> u32 {
    (seconds * UNITS_PER_S).round().clamp(1.0, 8_640_000.0) as u32
}
