//! A day of traffic of drivers who know the usual times of links, each a little differently.
//!
//! Were all of them to know the same times, all would take the same way and none its equal beside it. So drivers belong
//! to classes, and each class sees each link a little longer or shorter than it is, the same every day; spread over the
//! classes, the ways found are those of a stochastic user equilibrium with normal errors in logarithms (probit:
//! Daganzo and Sheffi 1977) once the times known and the times met agree. All draws are keyed by class and link.
use super::posts::{Guarded, Post};
use super::roads::check_way;
use super::{Arrival, Departure, LinkTally, RoadTable, Settings, Traffic};
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

/// Somebody who drives from junction to junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Where the trip begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// When it begins, ms after midnight.
    pub depart_ms: u32,
    /// The class of drivers, taken modulo [`Sight::classes`].
    pub class: u32,
}

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
    /// The network with its posts, where there are any.
    guarded: Option<Guarded>,
    hierarchy: &'a Hierarchy,
    settings: Settings,
    /// How each class sees each link: times are multiplied by it.
    factor: Vec<Vec<f32>>,
    periods: usize,
    /// Times of empty roads, in hundredths of a second.
    free: Vec<u32>,
    /// Tells this network from others.
    network: u64,
}

/// The ways that drivers have chosen for a day.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    departures: Vec<Departure>,
    /// The links of all ways, one way after the other.
    links: Vec<u32>,
    /// The network on which they are ways.
    network: u64,
    /// Time of all ways by the times known, in hundredths of a second, and on empty roads, s.
    known_units: u64,
    free_s: f64,
}

impl Ways {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.departures.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.departures.is_empty()
    }
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
    /// Mean time of all trips, s; who has not arrived when the day ends counts with the time until then.
    pub mean_s: f64,
    /// Mean time of all trips by the times known before, s.
    pub known_s: f64,
    /// Mean time of all trips on empty roads, s.
    pub free_s: f64,
    /// Mean wait at the kerb for room on the first link, s; part of the time of those who arrived.
    pub kerb_s: f64,
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
        Self::with_posts((table, &[]), hierarchy, settings, sight, end_ms)
    }

    /// As [`RoadDays::new`], with checkpoints at the ends of some links. The hierarchy is that of the network without them;
    /// times of links are with the wait and the service at their posts.
    ///
    /// # Errors
    /// As [`RoadDays::new`]; posts on links that don't exist, two on a link, without lanes or time.
    pub fn with_posts(
        (table, posts): (RoadTable<'a>, &[Post]),
        hierarchy: &'a Hierarchy,
        settings: Settings,
        sight: Sight,
        end_ms: u32,
    ) -> Result<Self, Problem> {
        let guarded = if posts.is_empty() { None } else { Some(Guarded::new(&table, posts)?) };
        let driven = guarded.as_ref().map_or(table, Guarded::table);
        Traffic::new(&driven, settings)?;
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
        let service_s = |link| guarded.as_ref().map_or(0.0, |guarded| guarded.service_s(link));
        let free = (0..).zip(table.free_s).map(|(link, s)| units(*s + service_s(link))).collect();
        let network = network_of(&driven);
        Ok(Self { table, guarded, hierarchy, settings, factor, periods, free, network })
    }

    /// The network on which vehicles drive: with its posts, where there are any.
    pub(super) fn table(&self) -> RoadTable<'_> {
        self.guarded.as_ref().map_or(self.table, Guarded::table)
    }

    /// Number of links, those of posts included.
    fn driven(&self) -> usize {
        self.table().from.len()
    }

    /// The links of all ways, and the departures that name each.
    pub(super) fn routes<'w>(&self, ways: &'w Ways) -> Result<(&'w [u32], &'w [Departure]), Problem> {
        self.own(ways)?;
        Ok((&ways.links, &ways.departures))
    }

    fn own(&self, ways: &Ways) -> Result<(), Problem> {
        if ways.network == self.network { Ok(()) } else { Err(Problem::Parameter("ways of another network")) }
    }

    /// How traffic runs here.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Times of empty roads, as [`Lived::times`].
    #[must_use]
    pub fn free_times(&self) -> Vec<u32> {
        self.free.iter().copied().cycle().take(self.free.len() * self.periods).collect()
    }

    /// Lets the drivers of `trips`, in the order of departure, choose their ways by the times known ([`CLOSED`] where a
    /// link is closed), and the day run its course.
    ///
    /// # Errors
    /// Times of another network; trips between junctions that don't exist or out of order.
    pub fn live(&self, trips: &[Trip], known: &[u32]) -> Result<Lived, Problem> {
        self.drive(&self.choose(trips, known)?, known)
    }

    /// A day on which nobody knows the usual times beforehand, but all hear how it went so far: ways are chosen by the
    /// times met in the periods before, the latest counting half. Much nearer to an equilibrium than a day on which
    /// everybody believes the roads empty, and so a good one to begin learning from.
    ///
    /// # Errors
    /// As [`RoadDays::live`].
    pub fn listen(&self, trips: &[Trip]) -> Result<Lived, Problem> {
        let links = self.table.from.len();
        let mut known = self.free_times();
        let (mut ways, mut weights) = (self.no_ways(), Vec::new());
        let mut day = Day::new(self, &ways)?;
        for period in 0..self.periods {
            let range = period * links..(period + 1) * links;
            self.choose_period((trips, period), &known[range.clone()], &mut weights, &mut ways)?;
            day.pass(self, &ways, period);
            let met = day.met(self, period, &known[range.clone()]);
            let (before, after) = known.split_at_mut(range.end);
            for ((next, was), met) in after.iter_mut().zip(&before[range.start..]).zip(met) {
                *next = was.midpoint(met);
            }
        }
        Ok(day.end(self, &ways, &known))
    }

    fn no_ways(&self) -> Ways {
        Ways { network: self.network, ..Ways::default() }
    }

    /// The ways that drivers choose: a part of [`RoadDays::live`].
    ///
    /// # Errors
    /// As [`RoadDays::live`].
    pub fn choose(&self, trips: &[Trip], known: &[u32]) -> Result<Ways, Problem> {
        let links = self.table.from.len();
        same_length("times of links", links * self.periods, known.len())?;
        let (mut chosen, mut weights) = (self.no_ways(), Vec::new());
        for (period, known) in known.chunks(links.max(1)).enumerate() {
            self.choose_period((trips, period), known, &mut weights, &mut chosen)?;
        }
        Ok(chosen)
    }

    /// Adds the ways of those who leave in a period by the times known in it.
    fn choose_period(
        &self,
        (trips, period): (&[Trip], usize),
        known: &[u32],
        weights: &mut Vec<Customised>,
        chosen: &mut Ways,
    ) -> Result<(), Problem> {
        let begin_ms = period.checked_sub(1).map_or(0, |before| self.end_ms(before));
        let first = trips.partition_point(|trip| trip.depart_ms < begin_ms);
        let end = trips.partition_point(|trip| trip.depart_ms < self.end_ms(period));
        let trips = &trips[first..end.max(first)];
        for (trip, way) in trips.iter().zip(self.ways(trips, known, weights)?.iter().flatten()) {
            let (vehicle, first) = (chosen.departures.len() as u32, chosen.links.len() as u32);
            if way.is_empty() {
                continue;
            }
            for link in way {
                chosen.links.push(*link);
                chosen.links.extend(self.guarded.as_ref().and_then(|guarded| guarded.behind(*link)));
            }
            let end = chosen.links.len() as u32;
            chosen.departures.push(Departure { vehicle, at_ms: trip.depart_ms, first, end });
            chosen.known_units += way.iter().map(|link| u64::from(known[*link as usize])).sum::<u64>();
            chosen.free_s += way.iter().map(|link| self.table.free_s[*link as usize]).sum::<f64>();
        }
        Ok(())
    }

    /// The day on ways chosen by the times known: a part of [`RoadDays::live`].
    ///
    /// # Errors
    /// Ways of another network.
    pub fn drive(&self, ways: &Ways, known: &[u32]) -> Result<Lived, Problem> {
        same_length("times of links", self.free.len() * self.periods, known.len())?;
        self.own(ways)?;
        let mut day = Day::new(self, ways)?;
        for period in 0..self.periods {
            day.pass(self, ways, period);
        }
        Ok(day.end(self, ways, known))
    }

    /// End of a period, ms after midnight.
    fn end_ms(&self, period: usize) -> u32 {
        ((period + 1) as f64 * self.settings.period_s * 1000.0).min(f64::from(u32::MAX)) as u32
    }

    /// Ways of the trips of one period, by piece of trips; empty where there is none.
    fn ways(
        &self,
        trips: &[Trip],
        known: &[u32],
        weights: &mut Vec<Customised>,
    ) -> Result<Vec<Vec<Vec<u32>>>, Problem> {
        if trips.is_empty() {
            return Ok(Vec::new());
        }
        if weights.is_empty() {
            *weights = vec![self.hierarchy.customise(&self.free)?; self.factor.len()];
        }
        weights.par_iter_mut().zip(&self.factor).try_for_each(|(weights, factor)| {
            let see = |(&time, &factor): (&u32, &f32)| match time {
                CLOSED => CLOSED,
                time => (f64::from(time) * f64::from(factor)).round().clamp(1.0, LONGEST) as u32,
            };
            let times: Vec<u32> = known.iter().zip(factor).map(see).collect();
            self.hierarchy.recustomise(weights, &times)
        })?;
        let weights = &*weights;
        let ends = |link: u32| (self.table.from[link as usize], self.table.to[link as usize]);
        let pieces = trips.par_chunks(PIECE);
        pieces
            .map_init(Seeker::default, |seeker, piece| {
                let way = |trip: &Trip| {
                    let mut way = Vec::new();
                    let weights = &weights[trip.class as usize % self.factor.len()];
                    if trip.from != trip.to
                        && seeker.path_into(self.hierarchy, weights, trip.from, trip.to, &mut way)?.is_none()
                    {
                        way.clear();
                    }
                    check_way(&way, self.free.len(), ends)?;
                    Ok(way)
                };
                piece.iter().map(way).collect()
            })
            .collect()
    }

    /// Mean times of links in one period, where their vehicles are and the time these spent, ms; where nobody came that of
    /// an empty road.
    fn seen(&self, sums: &[(u32, u64)], known: &[u32], times: &mut [u32]) {
        for (((time, &(vehicles, spent_ms)), known), free) in
            times.iter_mut().zip(sums).zip(known).zip(&self.free)
        {
            *time = match (*known, vehicles) {
                (CLOSED, _) => CLOSED,
                (_, 0) => *free,
                _ => units(spent_ms as f64 / 1000.0 / f64::from(vehicles)),
            };
        }
        // Whoever left a link with a post was then served there.
        let Some(guarded) = &self.guarded else { return };
        for (link, (time, (vehicles, _))) in times.iter_mut().zip(sums).enumerate() {
            if *time != CLOSED && *vehicles > 0 {
                *time += units(guarded.service_s(link)) * u32::from(guarded.service_s(link) > 0.0);
            }
        }
    }
}

/// A number that another network hardly has.
fn network_of(table: &RoadTable<'_>) -> u64 {
    let ends = table.from.iter().zip(table.to);
    ends.fold(table.node_count as u64, |hash, (from, to)| {
        (hash.rotate_left(23) ^ (u64::from(*from) << 32 | u64::from(*to))).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

/// A day under way.
struct Day {
    traffic: Traffic,
    /// Vehicles by link and period, and the time that they spent, in no order.
    tallies: Vec<LinkTally>,
    arrivals: Vec<Arrival>,
    /// Time of those who have arrived, ms.
    spent_ms: u64,
    arrived: u64,
    /// Ways begun so far, and which of them have not ended.
    departed: usize,
    under_way: Vec<bool>,
}

impl Day {
    fn new(days: &RoadDays<'_>, ways: &Ways) -> Result<Self, Problem> {
        let mut loads = vec![0u32; if days.settings.parts > 1 { days.driven() } else { 0 }];
        for link in &ways.links {
            if let Some(load) = loads.get_mut(*link as usize) {
                *load += 1;
            }
        }
        Ok(Self {
            traffic: Traffic::with_loads(&days.table(), days.settings, &loads)?,
            tallies: Vec::new(),
            arrivals: Vec::new(),
            spent_ms: 0,
            arrived: 0,
            departed: 0,
            under_way: Vec::new(),
        })
    }

    /// Lets one period pass, the next in order.
    fn pass(&mut self, days: &RoadDays<'_>, ways: &Ways, period: usize) {
        let end_ms = days.end_ms(period);
        let rest = ways.departures.get(self.departed..).unwrap_or(&[]);
        let due = rest.partition_point(|departure| departure.at_ms < end_ms);
        self.traffic.depart_on_ways(&rest[..due], &ways.links);
        self.departed += due;
        self.under_way.resize(self.departed, true);
        self.traffic.advance_into(end_ms, &ways.links, &mut self.arrivals);
        for arrival in self.arrivals.drain(..) {
            let depart_ms = ways.departures[arrival.vehicle as usize].at_ms;
            self.spent_ms += u64::from(arrival.at_ms - depart_ms);
            self.under_way[arrival.vehicle as usize] = false;
            self.arrived += 1;
        }
    }

    /// Times of links as those met them who came and left in the period that has just passed.
    fn met(&mut self, days: &RoadDays<'_>, period: usize, known: &[u32]) -> Vec<u32> {
        let before = self.tallies.len();
        self.traffic.count_into(&mut self.tallies);
        let mut sums = vec![(0, 0); known.len()];
        add(&mut sums, self.tallies[before..].iter().filter(|tally| tally.period as usize == period));
        let mut times = vec![0; known.len()];
        days.seen(&sums, known, &mut times);
        times
    }

    fn end(mut self, days: &RoadDays<'_>, ways: &Ways, known: &[u32]) -> Lived {
        self.traffic.count_into(&mut self.tallies);
        let mut vehicles = vec![0; days.free.len()];
        let links = vehicles.len();
        let on_links = self.tallies.iter().filter(|tally| (tally.link as usize) < links);
        on_links.for_each(|tally| vehicles[tally.link as usize] += tally.vehicles);
        self.tallies.append(&mut self.traffic.count_inside(&ways.links));
        let trips = ways.departures.len() as u64;
        let end_ms = days.end_ms(days.periods - 1);
        let late = ways.departures.iter().zip(&self.under_way).filter(|(_, under_way)| **under_way);
        let late_ms: u64 = late.map(|(departure, _)| u64::from(end_ms.saturating_sub(departure.at_ms))).sum();
        Lived {
            times: times_of(days, self.tallies, known),
            vehicles,
            trips,
            arrived: self.arrived,
            mean_s: (self.spent_ms + late_ms) as f64 / 1000.0 / trips.max(1) as f64,
            known_s: ways.known_units as f64 / 100.0 / trips.max(1) as f64,
            free_s: ways.free_s / trips.max(1) as f64,
            kerb_s: self.traffic.kerb_ms() as f64 / 1000.0 / trips.max(1) as f64,
            crossings: self.traffic.crossings(),
        }
    }
}

/// Mean times of links by period.
fn times_of(days: &RoadDays<'_>, tallies: Vec<LinkTally>, known: &[u32]) -> Vec<u32> {
    let mut by_period: Vec<Vec<LinkTally>> = vec![Vec::new(); days.periods];
    for tally in tallies {
        if let Some(period) = by_period.get_mut(tally.period as usize) {
            period.push(tally);
        }
    }
    let links = days.free.len().max(1);
    let mut times = vec![0; known.len()];
    let periods = times.par_chunks_mut(links).zip(known.par_chunks(links)).zip(&by_period);
    periods.for_each_init(Vec::new, |sums, ((times, known), tallies)| {
        sums.clear();
        sums.resize(links, (0, 0));
        add(sums, tallies.iter());
        days.seen(sums, known, times);
    });
    times
}

fn add<'a>(sums: &mut [(u32, u64)], tallies: impl Iterator<Item = &'a LinkTally>) {
    for tally in tallies {
        // Those at posts are told with their link.
        let Some(sum) = sums.get_mut(tally.link as usize) else { continue };
        (sum.0, sum.1) = (sum.0 + tally.vehicles, sum.1 + tally.spent_ms);
    }
}

fn units(seconds: f64) -> u32 {
    (seconds * 100.0).round().clamp(1.0, LONGEST) as u32
}
