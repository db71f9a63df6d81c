//! A network's own fundamental diagram: how much traffic gets through with ever more vehicles on the roads.
//!
//! A town's flow rises with the vehicles in it, has one summit and falls as jams spill back over junctions
//! (Geroliminis and Daganzo 2008).
use super::{Departure, RoadDays, Traffic, Ways};
use crate::problem::Problem;

/// Length of the steps in which those who have arrived are replaced, ms.
const STEP_MS: u32 = 60_000;

/// What gets through while about so many vehicles are on the roads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Throughput {
    /// Mean number of vehicles on the roads; those who wait at kerbs for room don't count.
    pub vehicles: f64,
    /// Distance driven, vehicle-km per hour.
    pub vehicle_km_per_h: f64,
    /// Trips ended per hour.
    pub arrived_per_h: f64,
}

impl RoadDays<'_> {
    /// What gets through with `vehicles` under way all the time: whoever arrives is replaced within a minute by the next
    /// of the ways, round and round. They set out over `fill_s`; what happens in the `count_s` thereafter is told.
    ///
    /// # Errors
    /// Ways of another network, no ways, a network that [`Traffic::new`] refuses, times beyond a fortnight.
    pub fn throughput(
        &self,
        ways: &Ways,
        vehicles: u32,
        (fill_s, count_s): (u32, u32),
    ) -> Result<Throughput, Problem> {
        const FORTNIGHT_S: u32 = 14 * 86_400;
        if ways.is_empty() || fill_s == 0 || count_s == 0 || fill_s > FORTNIGHT_S || count_s > FORTNIGHT_S {
            return Err(Problem::Parameter("ways and times of a fundamental diagram"));
        }
        let (routes, all) = self.routes(ways)?;
        let mut traffic = Traffic::new(&self.table(), self.settings())?;
        let (fill, steps) = (fill_s.div_ceil(60), fill_s.div_ceil(60) + count_s.div_ceil(60));
        let (mut told, mut begun, mut before) = (Throughput::default(), 0, 0);
        for step in 0..steps {
            if step == fill {
                traffic.count();
                before = traffic.counts()[1];
            }
            let wanted = u64::from(vehicles) * u64::from(fill.min(step + 1)) / u64::from(fill);
            let more = wanted.saturating_sub(traffic.inside());
            let departures: Vec<Departure> = (0..more)
                .map(|n| {
                    let Departure { first, end, .. } = all[(begun + n as usize) % all.len()];
                    let at_ms = step * STEP_MS + (n * u64::from(STEP_MS) / more) as u32;
                    Departure { vehicle: n as u32, at_ms, first, end }
                })
                .collect();
            begun += departures.len();
            traffic.depart_on_ways(&departures, routes);
            traffic.advance((step + 1) * STEP_MS, routes);
            if step >= fill {
                told.vehicles += traffic.on_roads() as f64;
            }
        }
        let (counted, hours) = (f64::from(steps - fill), f64::from(steps - fill) / 60.0);
        let lengths = self.table().length_m;
        let tallies = traffic.count();
        let km =
            tallies.iter().map(|t| f64::from(t.vehicles) * lengths[t.link as usize] / 1000.0).sum::<f64>();
        Ok(Throughput {
            vehicles: told.vehicles / counted,
            vehicle_km_per_h: km / hours,
            arrived_per_h: (traffic.counts()[1] - before) as f64 / hours,
        })
    }
}
