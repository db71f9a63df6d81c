//! How people get to each of their places: a logit over what is available to them.
use super::params::{ModeParams, PopulationParams};
use super::purpose;
use citytwin_routing::{Timetable, city::timetable};
use citytwin_world::draw::Draw;
use citytwin_world::problem::Problem;
use citytwin_world::residents::{SLOTS, flag, pair, slot};
use citytwin_world::transit::JourneyRow;
use citytwin_world::{City, Mode, PersonId, Resident, Residents, RunId};
use rayon::prelude::*;

/// Wait at the first stop as passengers feel it and per change, min; part of the journey's typical time.
const WAIT_PER_RIDE_MIN: f64 = 5.0;
/// Age below which nobody travels alone: a car of the household can take them.
const TAKEN_BELOW_AGE: u8 = 16;
/// What it takes to be driven by somebody else of the household, in utility: children, adults.
const PASSENGER: [f64; 2] = [-0.6, -1.8];
/// Urban speed of a lift where the driver's own times don't apply, m/min.
const LIFT_M_PER_MIN: f64 = 350.0;
/// Period of the week whose journeys count: work and school in the morning, the rest at midday.
const PERIOD: [usize; SLOTS] = [0, 0, 1, 1, 1, 1, 1];

/// Mode of each pattern of the timetable: metro or bus.
fn pattern_modes(city: &City, timetable: &Timetable) -> Vec<Mode> {
    let run_of = |pattern| (0..7).find_map(|day| timetable.next_trip(pattern, 0, 0, day)).map(|t| RunId(t.0));
    let mode = |pattern| {
        let line = run_of(pattern).and_then(|run| {
            let route = *city.transit.run_route.get(run)?;
            city.transit.route_line.get(route).copied()
        });
        line.and_then(|l| city.transit.line_mode.get(l).copied()).unwrap_or(Mode::Bus)
    };
    (0..timetable.pattern_count() as u32).map(mode).collect()
}

/// Chooses the mode of every resident's tour to every slot.
///
/// # Errors
/// `E405` if the transit tables contradict themselves.
pub fn choose(
    city: &City,
    residents: &mut Residents,
    params: &PopulationParams,
    seed: u64,
) -> Result<(), Problem> {
    let timetable = timetable(&city.transit)
        .map_err(|p| Problem::error("E405", format!("the timetable contradicts itself: {p}")))?;
    let pattern_mode = pattern_modes(city, &timetable);
    let chooser = Chooser { city, residents, params: &params.modes, pattern_mode };
    let modes: Vec<[Mode; SLOTS]> = (0..residents.len())
        .into_par_iter()
        .map(|i| {
            let mut draw = Draw::new(seed, purpose::MODE, i as u32, 0);
            let mut modes = [Mode::Walk; SLOTS];
            for (s, mode) in modes.iter_mut().enumerate().skip(1) {
                *mode = chooser.mode(PersonId(i as u32), s, &mut draw);
            }
            modes
        })
        .collect();
    residents.person.as_mut_slice().iter_mut().zip(modes).for_each(|(p, m)| p.mode = m);
    Ok(())
}

struct Chooser<'a> {
    city: &'a City,
    residents: &'a Residents,
    params: &'a ModeParams,
    pattern_mode: Vec<Mode>,
}

impl Chooser<'_> {
    fn mode(&self, id: PersonId, to: usize, draw: &mut Draw) -> Mode {
        let person = &self.residents.person[id];
        let unit = draw.unit_f64();
        if person.slot[to].get().is_none() {
            return Mode::Walk;
        }
        let mut utility = [f64::NEG_INFINITY; Mode::COUNT];
        let tens = self.residents.walk_10m[id][pair(slot::HOME, to)];
        let way_m = (tens != u16::MAX).then(|| f64::from(tens) * 10.0);
        self.on_street(person, to, way_m, &mut utility);
        self.by_transit(person, to, &mut utility);
        let best = utility.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if best == f64::NEG_INFINITY {
            // Beyond walking reach without transit or car: somebody gives a lift.
            return if way_m.is_some_and(|m| m < 3000.0) { Mode::Walk } else { Mode::Car };
        }
        let weights = utility.map(|u| (u - best).exp());
        let total: f64 = weights.iter().sum();
        let mut left = unit * total;
        for (mode, w) in Mode::ALL.iter().zip(weights) {
            left -= w;
            if left < 0.0 {
                return *mode;
            }
        }
        Mode::Walk
    }

    fn on_street(&self, person: &Resident, to: usize, way_m: Option<f64>, utility: &mut [f64; Mode::COUNT]) {
        let p = self.params;
        // Money weighs less for the better-off.
        let money = 1.0 / (0.4 + 1.2 * f64::from(person.income) / 255.0);
        let drive = |min: f64, km: f64| p.per_min * (min + p.parking_min + money * p.car_min_per_km * km);
        if let Some(m) = way_m {
            if m <= p.walk_max_km * 1000.0 {
                utility[0] = p.constant[0] + p.per_min * p.walk_weight * m / (p.walk_kmh * 1000.0 / 60.0);
            }
            if person.has(flag::BICYCLE) {
                utility[1] =
                    p.constant[1] + p.per_min * p.bicycle_weight * m / (p.bicycle_kmh * 1000.0 / 60.0);
            }
            if self.residents.household_cars[person.household] > 0 {
                let burden = PASSENGER[usize::from(person.age >= TAKEN_BELOW_AGE)];
                utility[2] = p.constant[2] + burden + drive(m / LIFT_M_PER_MIN, m / 1000.0);
            }
        }
        if let Some(legs) = self.residents.car.get(person.car_row as usize) {
            let [s, tens] = legs[slot::HOME * SLOTS + to];
            if s != u16::MAX {
                utility[2] = p.constant[2] + drive(f64::from(s) / 60.0, f64::from(tens) / 100.0);
            }
        }
    }

    fn by_transit(&self, person: &Resident, to: usize, utility: &mut [f64; Mode::COUNT]) {
        let zone = |s: usize| self.city.places.zone.get(person.slot[s]).copied();
        let (Some(from), Some(at)) = (zone(slot::HOME), zone(to)) else { return };
        let journeys = &self.city.transit.journeys;
        let Some(row) = journeys.find(PERIOD[to], from, at) else { return };
        let mode = self.mode_of(row);
        let rides = journeys.journey[row].rides();
        let walk_s = rides.iter().map(|r| u32::from(r.walk_s)).sum::<u32>()
            + u32::from(journeys.journey[row].egress_s);
        let outside = f64::from(walk_s) / 60.0 + WAIT_PER_RIDE_MIN * rides.len() as f64;
        let p = self.params;
        let money = 1.0 / (0.4 + 1.2 * f64::from(person.income) / 255.0);
        let minutes =
            f64::from(journeys.journey[row].typical_s) / 60.0 + (p.out_of_vehicle_weight - 1.0) * outside;
        utility[mode as usize] = p.constant[mode as usize] + p.per_min * (minutes + money * p.fare_min);
    }

    fn mode_of(&self, row: JourneyRow) -> Mode {
        let rides = self.city.transit.journeys.journey[row].rides();
        let metro = |pattern: u32| self.pattern_mode.get(pattern as usize) == Some(&Mode::Metro);
        if rides.iter().any(|r| metro(u32::from(r.pattern))) { Mode::Metro } else { Mode::Bus }
    }
}
