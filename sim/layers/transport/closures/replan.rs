//! Journeys between zones that call at no closed stop.
//!
//! Closing stops only takes choices away, so a journey that uses none of them stays the best one; the others are looked
//! for anew, origin by origin.
use super::super::network::Network;
use citytwin_routing::journeys::{Closed, ZoneJourneys};
use citytwin_world::id::Key;
use citytwin_world::transit::{Journey, JourneyRow, PERIODS};
use citytwin_world::{City, LinkId, StopId, ZoneId};
use rayon::prelude::*;

/// Cells of pairs of zones whose journey is as ever, and of those without one; others hold a row and [`FIRST`].
const AS_EVER: u32 = 0;
const NONE: u32 = 1;
const FIRST: u32 = 2;

/// Journeys in place of those that call at closed stops.
#[derive(Default)]
pub(super) struct Replanned {
    /// What is closed, ascending.
    stops: Vec<StopId>,
    on_foot: Vec<LinkId>,
    zones: usize,
    /// By part of the week, those that have been planned.
    periods: [Option<Period>; PERIODS.len()],
}

#[derive(Default)]
struct Period {
    /// By origin and destination; empty where no journey calls at a closed stop.
    cells: Vec<u32>,
    found: Vec<Journey>,
}

impl Replanned {
    /// Takes over what is closed; journeys planned for something else are forgotten.
    pub(super) fn close(&mut self, stops: &[StopId], on_foot: &[LinkId]) {
        if self.stops != stops || self.on_foot != on_foot {
            *self = Self { stops: stops.to_vec(), on_foot: on_foot.to_vec(), ..Self::default() };
        }
    }

    /// Plans the journeys of some parts of the week, where they aren't yet.
    pub(super) fn plan(&mut self, city: &City, network: &Network, periods: impl Iterator<Item = usize>) {
        if self.stops.is_empty() {
            return;
        }
        self.zones = city.transit.journeys.zones as usize;
        let mut search = None;
        for period in periods {
            let Some(None) = self.periods.get(period) else { continue };
            let touched = touched(city, network, period, &self.stops);
            self.periods[period] = Some(if touched.iter().all(Vec::is_empty) {
                Period::default()
            } else {
                let closed = Closed { stops: &self.stops, on_foot: &self.on_foot };
                let search =
                    search.get_or_insert_with(|| ZoneJourneys::new(city, &network.timetable, closed).ok());
                plan_period(search.as_ref(), self.zones, period, &touched)
            });
        }
    }

    /// The journey between two zones: `None` where it is as ever, an inner `None` where no open stop leads there.
    pub(super) fn find(&self, period: usize, from: ZoneId, to: ZoneId) -> Option<Option<&Journey>> {
        let period = self.periods.get(period)?.as_ref()?;
        let (from, to) = (from.index(), to.index());
        if from.max(to) >= self.zones {
            return None;
        }
        match *period.cells.get(from * self.zones + to)? {
            AS_EVER => None,
            NONE => Some(None),
            row => Some(period.found.get((row - FIRST) as usize)),
        }
    }
}

/// For each origin the destinations whose journey boards or alights at a closed stop.
fn touched(city: &City, network: &Network, period: usize, stops: &[StopId]) -> Vec<Vec<u32>> {
    let table = &city.transit.journeys;
    let zones = table.zones as usize;
    let mut closed = vec![false; city.transit.stop_lon.len()];
    for stop in stops {
        if let Some(closed) = closed.get_mut(stop.index()) {
            *closed = true;
        }
    }
    let calls = |row: u32| {
        let rides = table.journey.get(JourneyRow(row)).map_or(&[][..], Journey::rides);
        rides.iter().any(|ride| {
            let stops = network.timetable.stops(ride.pattern.into());
            let at = |index: u16| stops.get(usize::from(index)).and_then(|stop| closed.get(*stop as usize));
            [ride.board, ride.alight].into_iter().any(|index| at(index).is_some_and(|closed| *closed))
        })
    };
    (0..zones)
        .into_par_iter()
        .map(|from| {
            let begin = (period * zones + from) * zones;
            let rows = table.row.get(begin..begin + zones).unwrap_or_default();
            (0u32..)
                .zip(rows)
                .filter(|(_, row)| **row != u32::MAX && calls(**row))
                .map(|(to, _)| to)
                .collect()
        })
        .collect()
}

fn plan_period(
    search: Option<&ZoneJourneys<'_>>,
    zones: usize,
    period: usize,
    touched: &[Vec<u32>],
) -> Period {
    let searched: Vec<Vec<(ZoneId, Journey)>> = touched
        .par_iter()
        .enumerate()
        .map_init(
            || search.map(ZoneJourneys::rounds).unwrap_or_default(),
            |rounds, (origin, to)| {
                let Some(search) = search.filter(|_| !to.is_empty()) else { return Vec::new() };
                let wanted = |zone: usize| to.binary_search(&(zone as u32)).is_ok();
                // A checked city's timetable can be searched.
                search.from(rounds, (period, origin), wanted).unwrap_or_default()
            },
        )
        .collect();
    let mut planned = Period { cells: vec![AS_EVER; zones * zones], found: Vec::new() };
    for (origin, (to, found)) in touched.iter().zip(searched).enumerate() {
        to.iter().for_each(|to| planned.cells[origin * zones + *to as usize] = NONE);
        for (to, journey) in found {
            planned.cells[origin * zones + to.index()] = FIRST + planned.found.len() as u32;
            planned.found.push(journey);
        }
    }
    planned
}
