//! The journey table: which rides take one from zone to zone in each part of the week.
use citytwin_routing::city::timetable;
use citytwin_routing::journeys::{Closed, ZoneJourneys};
use citytwin_world::City;
use citytwin_world::problem::Problem;
use citytwin_world::transit::{JourneyTable, PERIODS};
use rayon::prelude::*;

/// Zones that a table of all pairs in all periods may have.
pub const ZONES_MAX: usize = 2_500;
/// Patterns of stops that the table's rides can number.
pub const PATTERNS_MAX: usize = u16::MAX as usize;

/// The journeys of a city's timetable from zone to zone.
///
/// # Errors
/// `E406` for more than [`ZONES_MAX`] zones, `E405` for tables that contradict themselves.
pub fn journeys(city: &City) -> Result<JourneyTable, Problem> {
    let zones = city.zones.len();
    if city.transit.stop_lon.is_empty() || city.transit.run_route.is_empty() {
        return Ok(JourneyTable::default());
    }
    if zones > ZONES_MAX {
        let message = format!("{zones} zones are too many for a journey table; {ZONES_MAX} is the limit");
        return Err(Problem::error("E406", message).help("merge the grid into larger cells"));
    }
    let timetable = timetable(&city.transit).map_err(refused)?;
    if timetable.pattern_count() > PATTERNS_MAX {
        let count = timetable.pattern_count();
        let message = format!(
            "{count} patterns of stops are too many for a journey table; {PATTERNS_MAX} is the limit"
        );
        return Err(Problem::error("E406", message));
    }
    let search = ZoneJourneys::new(city, &timetable, Closed::default()).map_err(refused)?;
    let mut table = JourneyTable { zones: zones as u32, ..JourneyTable::default() };
    table.row = vec![u32::MAX; PERIODS.len() * zones * zones];
    for period in 0..PERIODS.len() {
        let found: Result<Vec<_>, _> = (0..zones)
            .into_par_iter()
            .map_init(|| search.rounds(), |rounds, z| search.from(rounds, (period, z), |_| true))
            .collect();
        for (origin, found) in found.map_err(refused)?.into_iter().enumerate() {
            for (to, journey) in found {
                let row = table.journey.push(journey);
                table.row[(period * zones + origin) * zones + to.0 as usize] = row.0;
            }
        }
    }
    Ok(table)
}

fn refused(problem: impl std::fmt::Display) -> Problem {
    Problem::error("E405", format!("the timetable can't be searched: {problem}"))
}
