//! The grid of a city: what each substation is given, hour by hour, and what falls out by overload.
use citytwin_flows::power::{Flow, Grid, Slack, Solver};
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Infrastructure, peak_demand_mw};
use citytwin_world::{AssetId, City, ZoneId};

/// Demand by hour of the day over that of the peak hour: low at night, a plateau by day, the peak in the early evening
/// (assumption: the usual shape of an urban load with air conditioning).
const PROFILE: [f64; 24] = [
    0.66, 0.61, 0.58, 0.56, 0.56, 0.59, 0.65, 0.73, 0.80, 0.85, 0.88, 0.90, 0.90, 0.91, 0.92, 0.92, 0.92,
    0.94, 0.98, 1.00, 0.98, 0.93, 0.84, 0.74,
];
/// Share of the largest flow that every line can carry, whatever it carries on an ordinary day (rule of the cascade
/// tables that the solver is tested on).
const LEAST_RATING: f64 = 0.05;

/// The grid as equations: infeeds and substations are buses, feeders their loads.
pub(super) struct PowerGrid {
    grid: Grid,
    solver: Solver,
    /// Bus of each asset; `u32::MAX` for those that are none.
    bus_of: Vec<u32>,
    /// What each line can carry, MW.
    rating_mw: Vec<f64>,
    /// Feeders with their substation's bus and peak demand, MW.
    feeders: Vec<Feeder>,
}

struct Feeder {
    asset: AssetId,
    bus: usize,
    peak_mw: f64,
    /// Whether something hangs on it that is switched off last.
    critical: bool,
}

/// What an hour's solution says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Supply {
    /// Feeders that get nothing, with whether their substation is without any power; in order.
    pub off: Vec<(AssetId, bool)>,
    /// Power fed in, drawn, and demand not met, MW.
    pub power_mw: [f64; 3],
    /// Lines that tripped.
    pub lines_tripped: u32,
}

impl PowerGrid {
    /// The grid of a city; lines of unknown capacity carry `margin` times what they carry at the peak hour. `None` where
    /// there is no grid or its equations make no sense.
    pub fn of(city: &City, margin: f64) -> Option<Self> {
        let made = &city.infrastructure;
        let mut grid = Grid::default();
        let mut bus_of = vec![u32::MAX; made.len()];
        for (id, kind) in made.kind.iter() {
            if matches!(kind, AssetKind::GridInfeed | AssetKind::Substation) {
                bus_of[id.index()] = grid.add_bus(0.0);
            }
            if *kind == AssetKind::GridInfeed {
                let bus = bus_of[id.index()] as usize;
                let capacity = f64::from(made.capacity[id].max(0.0));
                grid.generation_max_mw[bus] = capacity;
                // All infeeds carry alike: each gives in proportion to what it can.
                grid.generation_mw[bus] = capacity;
            }
        }
        for line in &made.lines {
            let (from, to) = (bus_of[line.from.index()], bus_of[line.to.index()]);
            grid.add_branch(from, to, f64::from(line.mw_per_rad));
        }
        let feeders = feeders(city, &bus_of);
        let solver = Solver::new(&grid).ok()?;
        let mut whole = Self { grid, solver, bus_of, rating_mw: Vec::new(), feeders };
        whole.rating_mw = whole.ratings(made, margin)?;
        Some(whole)
    }

    fn ratings(&mut self, made: &Infrastructure, margin: f64) -> Option<Vec<f64>> {
        self.load(1.0, |_| true);
        let flow = self.solver.solve(&self.grid, Slack::Generators).ok()?;
        let largest = flow.flow_mw.iter().fold(0.0f64, |most, mw| most.max(mw.abs()));
        let rated = |(line, mw): (&citytwin_world::infrastructure::PowerLine, &f64)| {
            if line.capacity_mw > 0.0 {
                f64::from(line.capacity_mw)
            } else {
                margin * mw.abs().max(LEAST_RATING * largest)
            }
        };
        Some(made.lines.iter().zip(&flow.flow_mw).map(rated).collect())
    }

    /// Puts the demand of an hour on the buses, of the feeders that are switched on.
    fn load(&mut self, share: f64, on: impl Fn(AssetId) -> bool) {
        self.grid.load_mw.fill(0.0);
        for feeder in self.feeders.iter().filter(|feeder| on(feeder.asset)) {
            self.grid.load_mw[feeder.bus] += feeder.peak_mw * share;
        }
    }

    /// The supply in an hour of the day, with the assets that are `up`; where power is short the feeders switched off
    /// go round with the tick.
    pub fn settle(&mut self, up: &[bool], (tick, hour): (u32, u32)) -> Option<Supply> {
        let share = PROFILE[hour as usize % 24];
        for (asset, bus) in self.bus_of.iter().enumerate().filter(|(_, bus)| **bus != u32::MAX) {
            self.grid.bus_on[*bus as usize] = up[asset];
        }
        self.load(share, |asset| up[asset.index()]);
        let demand: f64 = self.feeders.iter().map(|feeder| feeder.peak_mw * share).sum();
        let mut flow = self.solver.solve(&self.grid, Slack::Generators).ok()?;
        let mut supply = Supply { lines_tripped: self.trip(&mut flow)?, ..Supply::default() };
        self.shed(&flow, (share, tick), up, &mut supply);
        // What is left is fed by what is left: the grid once more, with the feeders that stay on.
        let off: Vec<AssetId> = supply.off.iter().map(|(asset, _)| *asset).collect();
        self.load(share, |asset| up[asset.index()] && off.binary_search(&asset).is_err());
        flow.load_mw.clone_from(&self.grid.load_mw);
        for (bus, mw) in flow.generation_mw.iter_mut().enumerate() {
            *mw = if self.grid.bus_on[bus] { self.grid.generation_mw[bus] } else { 0.0 };
        }
        self.solver.resolve(&self.grid, Slack::Generators, &mut flow).ok()?;
        let (made, drawn): (f64, f64) = (flow.generation_mw.iter().sum(), flow.load_mw.iter().sum());
        supply.power_mw = [made, drawn, (demand - drawn).max(0.0)];
        Some(supply)
    }

    /// Takes out all lines above their rating until none is; gives how many.
    fn trip(&mut self, flow: &mut Flow) -> Option<u32> {
        let mut tripped = 0;
        loop {
            let over = |(line, mw): (usize, &f64)| mw.abs() > self.rating_mw[line] * (1.0 + 1e-9);
            let lines: Vec<usize> =
                flow.flow_mw.iter().enumerate().filter(|row| over(*row)).map(|(line, _)| line).collect();
            if lines.is_empty() {
                return Some(tripped);
            }
            tripped += lines.len() as u32;
            lines.iter().for_each(|line| flow.on[*line] = false);
            for bus in 0..self.grid.bus_count() {
                let on = self.grid.bus_on[bus];
                flow.generation_mw[bus] = if on { self.grid.generation_mw[bus] } else { 0.0 };
                flow.load_mw[bus] = if on { self.grid.load_mw[bus] } else { 0.0 };
            }
            self.solver.resolve(&self.grid, Slack::Generators, flow).ok()?;
        }
    }

    /// Switches whole feeders off where a substation gets less than they draw: the critical last, the others in turn.
    fn shed(&self, flow: &Flow, (share, tick): (f64, u32), up: &[bool], supply: &mut Supply) {
        for of_bus in self.feeders.chunk_by(|a, b| a.bus == b.bus) {
            let given = flow.load_mw[of_bus[0].bus] + 1e-9;
            let mut turn: Vec<&Feeder> = of_bus.iter().filter(|feeder| up[feeder.asset.index()]).collect();
            let wanted: f64 = turn.iter().map(|feeder| feeder.peak_mw * share).sum();
            if wanted <= given * (1.0 + 1e-9) {
                continue;
            }
            let count = turn.len().max(1);
            turn.rotate_left(tick as usize % count);
            turn.sort_by_key(|feeder| !feeder.critical);
            let mut left = given;
            for feeder in turn {
                let wants = feeder.peak_mw * share;
                if wants <= left {
                    left -= wants;
                } else {
                    supply.off.push((feeder.asset, given <= 1e-6));
                }
            }
        }
        supply.off.sort_unstable();
    }
}

/// Feeders by the bus of their substation, with what their zones draw.
fn feeders(city: &City, bus_of: &[u32]) -> Vec<Feeder> {
    let made = &city.infrastructure;
    let mut peak_mw = vec![0.0; made.len()];
    for zone in (0..made.power.len()).map(ZoneId::from_index) {
        if let (Some(feeder), Some(residents)) =
            (made.power.row(zone).first(), city.zones.population.get(zone))
        {
            peak_mw[feeder.index()] += peak_demand_mw(*residents, city.zones.jobs[zone]);
        }
    }
    let vital = |kind: AssetKind| {
        matches!(
            kind,
            AssetKind::Hospital | AssetKind::WaterWorks | AssetKind::PumpingStation | AssetKind::DataCentre
        )
    };
    let mut feeders: Vec<Feeder> = Vec::new();
    for need in made.needs.iter().filter(|need| made.kind[need.asset] == AssetKind::Feeder) {
        let bus = bus_of.get(need.on.index()).copied().unwrap_or(u32::MAX);
        let again = feeders.iter().any(|feeder| feeder.asset == need.asset);
        if bus == u32::MAX || again {
            continue;
        }
        let critical = made.needs.iter().any(|other| other.on == need.asset && vital(made.kind[other.asset]));
        let asset = need.asset;
        feeders.push(Feeder { asset, bus: bus as usize, peak_mw: peak_mw[asset.index()], critical });
    }
    feeders.sort_by_key(|feeder| (feeder.bus, feeder.asset));
    feeders
}
