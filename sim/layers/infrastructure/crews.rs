//! Repair crews: they drive over the streets that are open to what has failed, repair it and go on from there.
use citytwin_engine::RestorationOrder;
use citytwin_engine::restoration::RepairRule;
use citytwin_routing::city::street_graph;
use citytwin_routing::{Direction, Graph, Scratch, Weights};
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Infrastructure, Service};
use citytwin_world::outages::{Crew, Fault, Outages};
use citytwin_world::streets::access;
use citytwin_world::{AssetId, City, LinkId, NodeId, Streets, ZoneId};
use std::collections::BTreeMap;

/// Speed of crews over that of free flow: they find their way in traffic and without signals (assumption).
const SLOWNESS: f32 = 1.5;

/// What crews need to find their way.
pub(super) struct Ways {
    graph: Graph,
    scratch: Scratch,
    /// Of each link, ds and m.
    time_ds: Vec<u32>,
    length_m: Vec<u32>,
    asked: Asked,
}

/// Ways that were looked for: hour after hour idle crews ask for the same jobs over the same streets.
#[derive(Default)]
struct Asked {
    to: Vec<NodeId>,
    closed: Vec<LinkId>,
    /// The streets with closed links closed.
    weights: Option<Weights>,
    /// Hours to each of `to` by junction; `None` where there is no way.
    from: BTreeMap<NodeId, Vec<Option<f32>>>,
}

impl Ways {
    /// The streets as crews drive them; `None` for a city without streets.
    pub fn of(streets: &Streets) -> Option<Self> {
        let graph = street_graph(streets, access::CAR, Direction::Forward).ok()?;
        let time = |link| (streets.free_time_s(link) * 10.0 * SLOWNESS).ceil().min(1e6) as u32;
        let time_ds = streets.from.ids().map(time).collect();
        let length_m = streets.length_m.as_slice().iter().map(|m| m.ceil().min(1e5) as u32).collect();
        Some(Self { graph, scratch: Scratch::default(), time_ds, length_m, asked: Asked::default() })
    }

    /// Says which junctions are asked for, over the links that aren't closed.
    fn ask_for(&mut self, to: Vec<NodeId>, closed: &[LinkId]) {
        if self.asked.to == to && self.asked.closed == closed {
            return;
        }
        let mut time = self.time_ds.clone();
        for link in closed {
            if let Some(time) = time.get_mut(link.index()) {
                *time = u32::MAX;
            }
        }
        let weights = self.graph.weigh(&time, &self.length_m).ok();
        self.asked = Asked { to, closed: closed.to_vec(), weights, from: BTreeMap::new() };
    }

    /// Hours from a junction to each of those asked for.
    fn hours(&mut self, from: NodeId) -> &[Option<f32>] {
        let Asked { to, weights, from: known, .. } = &mut self.asked;
        known.entry(from).or_insert_with(|| {
            let tree = weights
                .as_ref()
                .and_then(|weights| self.scratch.one_to_all(&self.graph, weights, from.0).ok());
            let hours = |node: &NodeId| match &tree {
                Some(tree) => tree.time(node.0).map(|ds| ds as f32 / 36_000.0),
                // Whoever stands where no street begins gets nowhere but there.
                None => (*node == from).then_some(0.0),
            };
            to.iter().map(hours).collect()
        })
    }
}

/// What hangs on an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Weight {
    /// Whether a hospital does.
    hospital: bool,
    /// Residents with a service that comes over it.
    residents: u64,
}

/// Who needs each asset.
struct Dependants {
    first: Vec<usize>,
    who: Vec<AssetId>,
}

impl Dependants {
    fn of(made: &Infrastructure) -> Self {
        let mut pairs: Vec<(AssetId, AssetId)> =
            made.needs.iter().map(|need| (need.on, need.asset)).collect();
        pairs.sort_unstable();
        let first = (0..=made.len()).map(|on| pairs.partition_point(|pair| pair.0.index() < on)).collect();
        Self { first, who: pairs.into_iter().map(|pair| pair.1).collect() }
    }

    /// Everything that hangs on an asset, directly or by way of others.
    fn weight(&self, city: &City, asset: AssetId) -> Weight {
        let made = &city.infrastructure;
        let mut hangs = vec![false; made.len()];
        let mut open = vec![asset];
        while let Some(one) = open.pop() {
            if !std::mem::replace(&mut hangs[one.index()], true) {
                open.extend(&self.who[self.first[one.index()]..self.first[one.index() + 1]]);
            }
        }
        let hospital = made.kind.iter().any(|(id, kind)| hangs[id.index()] && *kind == AssetKind::Hospital);
        let served = |zone: &ZoneId| {
            let mut all = Service::ALL.iter().flat_map(|service| made.serving(*service, *zone));
            all.any(|asset| hangs[asset.index()])
        };
        let zones = (0..city.zones.len()).map(ZoneId::from_index).filter(served);
        Weight { hospital, residents: zones.map(|zone| u64::from(city.zones.population[zone])).sum() }
    }
}

/// As many crews as the city has and was sent; those that are there stay.
pub(super) fn muster(made: &Infrastructure, outages: &mut Outages, wanted: usize) {
    let depots = made.of_kind(AssetKind::Substation);
    for number in outages.crews.len()..wanted {
        // They set out from the substations in turn.
        let node = depots.get(number % depots.len().max(1)).map_or(NodeId(0), |depot| made.node[*depot]);
        outages.crews.push(Crew { node, task: AssetId::NONE, done_tick: 0 });
    }
}

/// Work that is done is done.
pub(super) fn finish(outages: &mut Outages, tick: u32) {
    for crew in outages.crews.iter_mut().filter(|crew| crew.task.is_some() && crew.done_tick <= tick) {
        if let Some(state) = outages.assets.as_mut_slice().get_mut(crew.task.index()) {
            // What is started by hand runs, and whatever needs it with it.
            state.works |= state.broken == Some(Fault::Deadlock);
            (state.broken, state.repair_h) = (None, 0.0);
        }
        crew.task = AssetId::NONE;
    }
}

/// Sends every free crew to the job that the rule names, among those known of for long enough; nobody works on what a
/// hazard still holds.
pub(super) fn send(
    city: &City,
    ways: &mut Option<Ways>,
    outages: &mut Outages,
    (tick, delay_h): (u32, u32),
    order: Option<RestorationOrder>,
    closed: &[LinkId],
) {
    let made = &city.infrastructure;
    let taken: Vec<AssetId> = outages.crews.iter().filter_map(|crew| crew.task.get()).collect();
    let held: Vec<AssetId> = outages.held.iter().map(|(asset, _)| *asset).collect();
    let waiting = outages.assets.iter().filter(|(id, state)| {
        let known = state.broken_tick.saturating_add(delay_h) <= tick;
        state.broken.is_some() && known && !taken.contains(id) && held.binary_search(id).is_err()
    });
    let mut jobs: Vec<AssetId> = waiting.map(|(id, _)| id).collect();
    if jobs.is_empty() || outages.crews.iter().all(|crew| crew.task.is_some()) {
        return;
    }
    let rule = order.map_or(RepairRule::FirstFailed, |order| order.rule);
    let mut weights = vec![Weight::default(); made.len()];
    if matches!(rule, RepairRule::MostPeople | RepairRule::HospitalFirst) {
        let dependants = Dependants::of(made);
        jobs.iter().for_each(|job| weights[job.index()] = dependants.weight(city, *job));
    }
    if ways.is_none() {
        *ways = Ways::of(&city.streets);
    }
    let all = jobs.clone();
    if let Some(ways) = ways {
        ways.ask_for(all.iter().map(|job| made.node[*job]).collect(), closed);
    }
    let free: Vec<usize> =
        (0..outages.crews.len()).filter(|crew| !outages.crews[*crew].task.is_some()).collect();
    for crew in free {
        let from = outages.crews[crew].node;
        let hours = ways.as_mut().map(|ways| ways.hours(from));
        let reached = all.iter().enumerate().filter(|(_, job)| jobs.contains(job)).filter_map(|(at, job)| {
            let hours = hours.as_ref().map_or(Some(0.0), |hours| hours.get(at).copied().flatten())?;
            Some((*job, hours))
        });
        let rank = |(job, hours): &(AssetId, f32)| {
            let soon = (hours * 3_600.0) as u64;
            let all = weights[job.index()];
            let many = u64::MAX - all.residents;
            match rule {
                RepairRule::FirstFailed => (0, u64::from(outages.assets[*job].broken_tick), soon, *job),
                RepairRule::MostPeople => (0, many, soon, *job),
                RepairRule::HospitalFirst => (u64::from(!all.hospital), many, soon, *job),
                RepairRule::Nearest => (0, soon, 0, *job),
            }
        };
        let Some((job, hours)) = reached.min_by_key(rank) else { continue };
        let work_h = hours + outages.assets[job].repair_h;
        let crew = &mut outages.crews[crew];
        (crew.node, crew.task) = (made.node[job], job);
        crew.done_tick = tick.saturating_add((work_h.ceil() as u32).max(1));
        jobs.retain(|other| *other != job);
        if jobs.is_empty() {
            break;
        }
    }
}
