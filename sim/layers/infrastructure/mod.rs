//! Infrastructure that fails and recovers: power, telecom, water and hospitals as one layer, because what one of them
//! lacks the next one misses in the same hour.
//!
//! While nothing fails there is nothing to do. From the hour in which a hazard strikes, each hour settles on a fixed
//! point of who needs whom: the grid is solved (islands, overloads, shedding), batteries, fuel and tanks stand in, and
//! every failure is written down with its reason.
mod crews;
mod keys;
mod power;
mod served;
mod settle;
#[cfg(test)]
mod tests;

pub use keys::{KEYS, SIGNALS, Settings};

use citytwin_engine::{Board, Layer, Levers, Now, Phase, Signal};
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Service};
use citytwin_world::outages::{AssetState, Fault, Outage, Outages, ServedHour};
use citytwin_world::residents::slot;
use citytwin_world::{AssetId, City, Column, StopId, World, ZoneId};
use crews::Ways;
use power::PowerGrid;
use settle::{Settled, Settling};

/// Work that it takes to start by hand what waits for one another, h (assumption).
const RESTART_H: f32 = 1.0;

/// The layer; what it remembers between hours could be found again at any time.
pub struct Infrastructure {
    settings: Settings,
    grid: Option<PowerGrid>,
    ways: Option<Ways>,
    /// Residents simulated, by the zone they live in; found when something first fails.
    residents: Vec<u32>,
    /// Metro stops with their zones.
    stops: Vec<(StopId, ZoneId)>,
}

impl Infrastructure {
    /// The layer with its settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, grid: None, ways: None, residents: Vec::new(), stops: Vec::new() }
    }

    /// What is found once, when something first fails.
    fn prepare(&mut self, world: &World) {
        if self.residents.is_empty() {
            self.residents = residents_of(world);
            self.stops = metro_stops(&world.city);
            self.grid = PowerGrid::of(&world.city, self.settings.line_margin);
        }
    }

    /// All assets whole and full.
    fn wake(&self, city: &City, outages: &mut Outages, seed: u64) {
        let made = &city.infrastructure;
        let state = |(id, kind): (AssetId, &AssetKind)| {
            let given = made.backup_h[id];
            let full = if given >= 0.0 { given } else { self.settings.backup_h(*kind, id.0, seed) };
            let (works, broken, backup_h) = (true, None, [full, full]);
            AssetState { works, broken, repair_h: 0.0, broken_tick: 0, backup_h, outage: u32::MAX }
        };
        outages.assets = made.kind.iter().map(state).collect::<Vec<_>>().into();
    }

    /// One hour of a city in which something fails.
    fn hour(&mut self, now: Now, world: &mut World, levers: &Levers) {
        self.prepare(world);
        let World { city, services, .. } = world;
        let outages = &mut services.outages;
        if outages.assets.is_empty() {
            self.wake(city, outages, now.seed);
        }
        let living: u64 = city.zones.population.as_slice().iter().map(|n| u64::from(*n)).sum();
        let sent = levers.restoration.map_or(0, |order| order.crews) as usize;
        let own = (self.settings.crews_per_resident * living as f64).ceil() as usize;
        crews::muster(&city.infrastructure, outages, own.saturating_add(sent).min(CREWS_MAX));
        crews::finish(outages, now.tick);
        break_down(outages, now.tick);
        let settling = Settling {
            city,
            grid: self.grid.as_mut(),
            states: outages.assets.as_slice(),
            held: &outages.held,
            when: (now.tick, now.hour()),
        };
        let settled = settling.settle();
        self.write_down(outages, &settled, now.tick);
        let mut closed = services.roads.closing.clone();
        closed.extend_from_slice(&services.roads.closed);
        let when = (now.tick, self.settings.report_delay_h);
        crews::send(city, &mut self.ways, outages, when, levers.restoration, &closed);
        served::work_out(city, outages);
        let hour = ServedHour {
            tick: now.tick,
            city: [1.0; Service::COUNT],
            zones: Vec::new(),
            assets_down: 0,
            power_mw: settled.supply.power_mw,
            lines_tripped: settled.supply.lines_tripped,
        };
        served::count(outages, &self.residents, hour);
        outages.held.clear();
    }

    /// Takes over what the hour came to: who works, who lives on its store, and the log of outages.
    fn write_down(&self, outages: &mut Outages, settled: &Settled, tick: u32) {
        let Outages { assets, log, .. } = outages;
        for (index, state) in assets.as_mut_slice().iter_mut().enumerate() {
            let reason = settled.reasons[index];
            match reason {
                Some((fault, by)) if state.outage == u32::MAX => {
                    state.outage = log.len() as u32;
                    let asset = AssetId::from_index(index);
                    log.push(Outage { asset, fault, by, from_tick: tick, until_tick: u32::MAX });
                }
                None if state.outage != u32::MAX => {
                    if let Some(outage) = log.get_mut(state.outage as usize) {
                        outage.until_tick = tick;
                    }
                    state.outage = u32::MAX;
                }
                _ => {}
            }
            state.works = reason.is_none();
            if state.works && state.broken == Some(Fault::Deadlock) {
                (state.broken, state.repair_h) = (None, 0.0);
            }
            let [full, left] = state.backup_h;
            state.backup_h[1] = if settled.on_backup[index] {
                (left - 1.0).max(0.0)
            } else if state.works {
                (left + full / self.settings.recharge_h).min(full)
            } else {
                left
            };
        }
        for asset in &settled.deadlocked {
            let state = &mut assets[*asset];
            if state.broken.is_none() {
                (state.broken, state.repair_h, state.broken_tick) = (Some(Fault::Deadlock), RESTART_H, tick);
            }
        }
    }

    /// What the city's other services and its people meet.
    fn consequences(&self, world: &mut World) {
        let World { city, services, .. } = world;
        let outages = &services.outages;
        let centres = city.infrastructure.of_kind(AssetKind::DataCentre);
        let down = |asset: &AssetId| outages.assets.get(*asset).is_some_and(|state| !state.works);
        if !centres.is_empty() && centres.iter().all(down) {
            services.code_platform.level = 0.0;
        }
        let dark = |zone: ZoneId| outages.share(Service::Power, zone) <= 0.0;
        let stops = self.stops.iter().filter(|(_, zone)| dark(*zone)).map(|(stop, _)| *stop);
        services.passengers.coming.closed.extend(stops);
    }

    fn tell(&self, now: Now, outages: &Outages, board: &mut Board) {
        let Some(hour) = outages.hours.last().filter(|hour| hour.tick == now.tick) else { return };
        let known = now.tick.saturating_add(self.settings.report_delay_h);
        for (spec, share) in SIGNALS.iter().zip(hour.city) {
            let value = f64::from(1.0 - share);
            board.tell_signal(known, spec.name, Signal { value, as_of_tick: now.tick });
        }
    }
}

/// Most crews: beyond it nobody could lead them.
const CREWS_MAX: usize = 10_000;

impl Layer for Infrastructure {
    fn name(&self) -> &'static str {
        "infrastructure"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Services]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        let outages = &mut world.services.outages;
        if phase == Phase::Hazard {
            // This layer stands before the hazards, which say hour by hour who is driven from home.
            outages.displaced = Column::default();
            return;
        }
        if now.day_begins() && !outages.hours.is_empty() {
            outages.hours.clear();
            (outages.without_person_h, outages.displaced_person_h) = ([0.0; Service::COUNT], 0.0);
        }
        if outages.nothing() || world.city.zones.is_empty() {
            (outages.held, outages.damage) = (Vec::new(), Vec::new());
            return;
        }
        self.hour(now, world, levers);
        self.consequences(world);
        self.tell(now, &world.services.outages, board);
        go_to_sleep(&mut world.services.outages);
    }
}

/// Hazards break assets: an asset broken twice takes the longer repair. What is held is put in order.
fn break_down(outages: &mut Outages, tick: u32) {
    let count = outages.assets.len();
    for damage in std::mem::take(&mut outages.damage) {
        let Some(state) = outages.assets.as_mut_slice().get_mut(damage.asset.index()) else { continue };
        if state.broken.is_none() {
            (state.broken, state.broken_tick) = (Some(damage.fault), tick);
        }
        state.repair_h = state.repair_h.max(damage.repair_h);
    }
    outages.held.retain(|(asset, _)| asset.index() < count);
    outages.held.sort_unstable();
    outages.held.dedup_by_key(|(asset, _)| *asset);
}

/// Once all is whole and full again there is nothing more to do.
fn go_to_sleep(outages: &mut Outages) {
    let whole =
        |state: &AssetState| state.works && state.broken.is_none() && state.backup_h[1] >= state.backup_h[0];
    if outages.assets.as_slice().iter().all(whole) && outages.displaced.is_empty() {
        outages.assets = Column::default();
        outages.served = Default::default();
        outages.crews.clear();
    }
}

/// Residents of this world by zone.
fn residents_of(world: &World) -> Vec<u32> {
    let mut count = vec![0; world.city.zones.len()];
    for person in world.people.residents.person.as_slice() {
        let zone = world.city.places.zone.get(person.slot[slot::HOME]);
        if let Some(count) = zone.and_then(|zone| count.get_mut(zone.index())) {
            *count += 1;
        }
    }
    count
}

/// Metro stops with the zone whose middle is nearest.
fn metro_stops(city: &City) -> Vec<(StopId, ZoneId)> {
    let transit = &city.transit;
    let nearest = |stop: StopId| city.zones.nearest(transit.stop_lon[stop], transit.stop_lat[stop]);
    transit.metro_stops().into_iter().filter_map(|stop| Some((stop, nearest(stop)?))).collect()
}
