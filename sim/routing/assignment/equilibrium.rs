//! The state of an assignment: pairs, their paths, and the rounds that bring them to equilibrium.

use super::balance::{Path, State};
use super::delay::{Curve, VolumeDelay};
use super::finder::{Finder, Memory};
use crate::graph::{Direction, Graph};
use crate::hierarchy::Hierarchy;
use crate::problem::{Problem, in_range, same_length};
use rayon::prelude::*;

/// Travellers from one node to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Node where they start.
    pub origin: u32,
    /// Node where they end; trips within a node load no link.
    pub destination: u32,
    /// How many, in the unit of the capacities.
    pub volume: f64,
}

/// How far from equilibrium a state is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Time that all travellers together spend beyond what they would on shortest paths at the present times, as a
    /// share of all time spent: `(total - shortest) / total`.
    pub relative_gap: f64,
    /// The same time per traveller, in the unit of the times.
    pub average_excess: f64,
    /// Time spent by all travellers, in units of time times volume.
    pub total_time: f64,
    /// Beckmann's objective: the sum of the integrals of the links' times; least at equilibrium.
    pub objective: f64,
    /// Paths in use or tried.
    pub paths: usize,
}

/// Travellers of one pair and the paths that they use.
#[derive(Clone, Debug)]
struct Pair {
    destination: u32,
    volume: f64,
    paths: Vec<Path>,
}

/// Pairs of one origin, as a range.
#[derive(Clone, Debug)]
struct Origin {
    node: u32,
    pairs: std::ops::Range<usize>,
}

/// A path quicker than all known ones of its pair.
struct Column {
    pair: usize,
    links: Vec<u32>,
}

/// Origins searched by one task; fixed, so that sums don't depend on the number of threads.
const ORIGINS_PER_TASK: usize = 4;
/// Batches in which demand is loaded on a guess.
const BATCHES: usize = 8;
/// Rounds among known paths after each search.
const INNER_ROUNDS_MAX: usize = 100;
/// Known paths are balanced until their own gap is this share of that of the search.
const INNER_SHARE: f64 = 0.02;

/// An assignment of demand to paths.
pub struct Equilibrium<'a> {
    finder: Finder<'a>,
    delay: Vec<VolumeDelay>,
    origins: Vec<Origin>,
    pairs: Vec<Pair>,
    /// Links of all paths.
    store: Vec<u32>,
    state: State,
    unreached: Vec<Demand>,
    total_volume: f64,
}

impl<'a> Equilibrium<'a> {
    /// Loads all demand on a forward graph whose links have the volume-delay functions `delay` (one per link of the
    /// network), one origin after another, each seeing the volumes of those before.
    ///
    /// `terminal` marks nodes at which trips begin and end but which no path passes, such as zone centroids; empty
    /// when there are none. Demand of the same pair is added up; see [`Equilibrium::unreached`] for what has no path.
    ///
    /// # Errors
    /// A slice of another length than the network's, a node that doesn't exist, a demand that is negative, or a
    /// volume-delay function without sense.
    pub fn new(
        graph: Graph,
        delay: &[VolumeDelay],
        terminal: &[bool],
        demand: &[Demand],
    ) -> Result<Self, Problem> {
        same_length("volume-delay functions", graph.link_count(), delay.len())?;
        if !terminal.is_empty() {
            same_length("terminal nodes", graph.node_count(), terminal.len())?;
        }
        if graph.direction() != Direction::Forward {
            return Err(Problem::Parameter("direction of the graph"));
        }
        let mut made = Self::unloaded(Finder::on_graph(graph, terminal), delay, demand)?;
        made.load();
        Ok(made)
    }

    /// As [`Equilibrium::new`], with quickest ways looked up in a hierarchy: for demand of many pairs, each of them
    /// small. Times must be in seconds; they count in whole milliseconds where paths are compared. Nobody uses the
    /// links `closed`.
    ///
    /// `before` is a guess of the volumes, such as those of the day before, or empty. Demand is loaded in a few batches,
    /// each of which takes the place of its share of the guess and sees what is left of it beside the batches before.
    ///
    /// # Errors
    /// As [`Equilibrium::new`].
    pub fn on_hierarchy(
        hierarchy: &'a Hierarchy,
        delay: &[VolumeDelay],
        closed: &[u32],
        demand: &[Demand],
        before: &[f64],
    ) -> Result<Self, Problem> {
        let links = hierarchy.graph().link_count();
        same_length("volume-delay functions", links, delay.len())?;
        if !before.is_empty() {
            same_length("volumes before", links, before.len())?;
        }
        if hierarchy.graph().direction() != Direction::Forward {
            return Err(Problem::Parameter("direction of the graph"));
        }
        let mut made = Self::unloaded(Finder::on_hierarchy(hierarchy, closed)?, delay, demand)?;
        made.load_in_batches(before);
        Ok(made)
    }

    fn unloaded(finder: Finder<'a>, delay: &[VolumeDelay], demand: &[Demand]) -> Result<Self, Problem> {
        let state = State::new(Curve::all(delay)?);
        let (origins, pairs) = group(demand, finder.graph().node_count())?;
        Ok(Self {
            finder,
            delay: delay.to_vec(),
            origins,
            total_volume: pairs.iter().map(|pair| pair.volume).sum(),
            pairs,
            store: Vec::new(),
            state,
            unreached: Vec::new(),
        })
    }

    /// Searches shortest paths at the present times, tells how far from equilibrium the volumes are, and remembers
    /// the paths that are quicker than those known. Volumes stay as they are.
    pub fn measure(&mut self) -> Progress {
        self.settle();
        let found: Vec<(f64, Vec<Column>)> = {
            let search = |memory: &mut Memory, origins: &[Origin]| self.search(memory, origins);
            self.origins.par_chunks(ORIGINS_PER_TASK).map_init(Memory::default, search).collect()
        };
        let mut excess = 0.0;
        for (of_task, columns) in found {
            excess += of_task;
            for Column { pair, links } in columns {
                let path = Path { first: self.store.len(), len: links.len(), volume: 0.0 };
                self.store.extend(links);
                self.pairs[pair].paths.push(path);
            }
        }
        let volumes = self.state.volume.iter();
        let total_time: f64 = volumes.clone().zip(&self.state.time).map(|(v, t)| v * t).sum();
        Progress {
            relative_gap: if total_time > 0.0 { excess / total_time } else { 0.0 },
            average_excess: if self.total_volume > 0.0 { excess / self.total_volume } else { 0.0 },
            total_time,
            objective: volumes.zip(&self.delay).map(|(v, delay)| delay.integral(*v)).sum(),
            paths: self.pairs.iter().map(|pair| pair.paths.len()).sum(),
        }
    }

    /// Moves travellers between known paths, after a search that found this progress.
    pub fn improve(&mut self, progress: &Progress) {
        let enough = INNER_SHARE * progress.relative_gap * progress.total_time;
        let mut open: Vec<&mut Pair> = self.pairs.iter_mut().filter(|pair| pair.paths.len() > 1).collect();
        for _ in 0..INNER_ROUNDS_MAX {
            let mut excess = 0.0;
            for pair in &mut open {
                excess += self.state.balance(&mut pair.paths, &self.store);
            }
            if excess <= enough {
                break;
            }
            open.retain(|pair| pair.paths.len() > 1);
        }
    }

    /// Rounds until the relative gap is reached or `rounds_max` are done; tells of each. Returns the last progress.
    pub fn solve(&mut self, gap: f64, rounds_max: usize, mut each: impl FnMut(usize, &Progress)) -> Progress {
        let mut round = 0;
        loop {
            let progress = self.measure();
            each(round, &progress);
            if progress.relative_gap <= gap || round >= rounds_max {
                return progress;
            }
            self.improve(&progress);
            round += 1;
        }
    }

    /// Volume per link, as of the last round.
    #[must_use]
    pub fn volumes(&self) -> &[f64] {
        &self.state.volume
    }

    /// Time per link at the present volumes.
    #[must_use]
    pub fn times(&self) -> &[f64] {
        &self.state.time
    }

    /// Paths of all pairs as (origin, destination, links, volume), in the order of origins and destinations.
    pub fn paths(&self) -> impl Iterator<Item = (u32, u32, &[u32], f64)> + '_ {
        let pairs = self
            .origins
            .iter()
            .flat_map(|origin| self.pairs[origin.pairs.clone()].iter().map(move |pair| (origin.node, pair)));
        pairs.flat_map(move |(node, pair)| {
            pair.paths.iter().map(move |p| (node, pair.destination, p.links(&self.store), p.volume))
        })
    }

    /// Demand that no path serves; it is left out.
    #[must_use]
    pub fn unreached(&self) -> &[Demand] {
        &self.unreached
    }

    /// Puts each pair's whole volume on the quickest path that its origin finds, origin after origin.
    fn load(&mut self) {
        let mut memory = Memory::default();
        for at in 0..self.origins.len() {
            self.finder.see(&self.state.time);
            self.load_origin(at, &mut memory);
        }
    }

    /// Loads batch after batch on what is left of a guess.
    fn load_in_batches(&mut self, before: &[f64]) {
        let mut memory = Memory::default();
        let mut kept = 1.0;
        before.iter().zip(&mut self.state.volume).for_each(|(guess, volume)| *volume = guess.max(0.0));
        for batch in 0..BATCHES {
            self.state.evaluate_all();
            self.finder.see(&self.state.time);
            // Every so many origins, so that each batch has some from everywhere.
            for at in (batch..self.origins.len()).step_by(BATCHES) {
                self.load_origin(at, &mut memory);
            }
            let next = (BATCHES - 1 - batch) as f64 / BATCHES as f64;
            let gone = kept - next;
            for (guess, volume) in before.iter().zip(&mut self.state.volume) {
                *volume = (*volume - gone * guess.max(0.0)).max(0.0);
            }
            kept = next;
        }
        self.unreached.sort_by_key(|demand| (demand.origin, demand.destination));
    }

    fn load_origin(&mut self, at: usize, memory: &mut Memory) {
        let Origin { node, ref pairs } = self.origins[at];
        let pairs = &mut self.pairs[pairs.clone()];
        self.finder.begin(memory, node, pairs.iter().map(|pair| pair.destination));
        for pair in pairs {
            let Pair { destination, volume, .. } = *pair;
            if self.finder.time(memory, node, destination).is_infinite() {
                self.unreached.push(Demand { origin: node, destination, volume });
                self.total_volume -= volume;
                pair.volume = 0.0;
                continue;
            }
            let links = self.finder.path(memory, node, destination);
            self.state.load(&links, volume);
            pair.paths.push(Path { first: self.store.len(), len: links.len(), volume });
            self.store.extend(&links);
        }
    }

    /// Makes the links' volumes exactly what the paths carry, and the store hold just these paths, pair by pair.
    fn settle(&mut self) {
        let mut store = Vec::with_capacity(self.store.len());
        self.state.volume.fill(0.0);
        for pair in &mut self.pairs {
            keep_sum(pair);
            for path in &mut pair.paths {
                let links = path.links(&self.store);
                links.iter().for_each(|&link| self.state.volume[link as usize] += path.volume);
                path.first = store.len();
                store.extend(links);
            }
        }
        self.store = store;
        self.state.evaluate_all();
        self.finder.see(&self.state.time);
    }

    /// Excess time of the pairs of some origins, and paths quicker than those that they know.
    fn search(&self, memory: &mut Memory, origins: &[Origin]) -> (f64, Vec<Column>) {
        let (mut excess, mut columns) = (0.0, Vec::new());
        for origin in origins {
            let pairs = &self.pairs[origin.pairs.clone()];
            self.finder.begin(memory, origin.node, pairs.iter().map(|pair| pair.destination));
            for (pair, number) in pairs.iter().zip(origin.pairs.clone()) {
                if pair.paths.is_empty() {
                    continue;
                }
                let shortest = self.finder.time(memory, origin.node, pair.destination);
                let mut known = f64::INFINITY;
                for path in &pair.paths {
                    let time = self.finder.time_along(path.links(&self.store), &self.state.time);
                    excess += path.volume * (time - shortest);
                    known = known.min(time);
                }
                if shortest < known {
                    let links = self.finder.path(memory, origin.node, pair.destination);
                    columns.push(Column { pair: number, links });
                }
            }
        }
        (excess, columns)
    }
}

/// Takes what rounding has added to or lost from a pair's volume to its fullest path.
fn keep_sum(pair: &mut Pair) {
    let sum: f64 = pair.paths.iter().map(|path| path.volume).sum();
    if let Some(fullest) = pair.paths.iter_mut().max_by(|a, b| a.volume.total_cmp(&b.volume)) {
        fullest.volume = (fullest.volume + (pair.volume - sum)).max(0.0);
    }
}

/// Demand sorted into pairs by origin and destination; what is nothing or stays where it is falls out.
fn group(demand: &[Demand], nodes: usize) -> Result<(Vec<Origin>, Vec<Pair>), Problem> {
    let mut sorted = Vec::with_capacity(demand.len());
    for (at, trips) in demand.iter().enumerate() {
        in_range("origin", trips.origin as usize, nodes)?;
        in_range("destination", trips.destination as usize, nodes)?;
        if !(trips.volume.is_finite() && trips.volume >= 0.0) {
            return Err(Problem::Demand(at));
        }
        if trips.volume > 0.0 && trips.origin != trips.destination {
            sorted.push(*trips);
        }
    }
    sorted.sort_by_key(|trips| (trips.origin, trips.destination));
    let (mut origins, mut pairs) = (Vec::<Origin>::new(), Vec::<Pair>::new());
    for Demand { origin, destination, volume } in sorted {
        if origins.last().is_none_or(|last| last.node != origin) {
            origins.push(Origin { node: origin, pairs: pairs.len()..pairs.len() });
        }
        let Some(last) = origins.last_mut() else { continue };
        match pairs.last_mut() {
            Some(pair) if last.pairs.end > last.pairs.start && pair.destination == destination => {
                pair.volume += volume;
            }
            _ => {
                pairs.push(Pair { destination, volume, paths: Vec::new() });
                last.pairs.end = pairs.len();
            }
        }
    }
    Ok((origins, pairs))
}
