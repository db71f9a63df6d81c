//! One period: heads and flows by the global gradient method.
use super::losses::{BIG, Slope, ZERO_FLOW, emitter, link_slope, outlet};
use super::network::{DemandModel, Kind, Network, Status, Unbalanced};
use super::status;
use crate::sparse::{Factor, Pivots, Symbolic, TooDense};

/// All that changes as a network is run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    /// Head of each node, ft.
    pub head: Vec<f64>,
    /// Full demand of each junction; net inflow of each tank and reservoir. ft³/s.
    pub demand: Vec<f64>,
    /// What is delivered of the demand at each junction, ft³/s.
    pub delivered: Vec<f64>,
    /// Loss coefficient of each junction's emitter or leak, 0 without.
    pub leak: Vec<f64>,
    /// What it lets out, ft³/s.
    pub leaked: Vec<f64>,
    /// Flow of each link, ft³/s.
    pub flow: Vec<f64>,
    /// Status of each link.
    pub status: Vec<Status>,
    /// Setting of each link.
    pub setting: Vec<Option<f64>>,
    /// Links that something from outside keeps closed.
    pub out: Vec<bool>,
    /// Volume in each tank, ft³.
    pub volume: Vec<f64>,
    /// Sum of all positive demands, ft³/s.
    pub demand_sum: f64,
}

impl State {
    /// Whether nothing gets through a link.
    pub fn is_closed(&self, link: usize) -> bool {
        self.status[link].is_closed() || self.out[link]
    }
}

/// Where a change or an error is largest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Worst {
    pub amount: f64,
    /// Link, or node where `node` is set.
    pub at: usize,
    pub node: bool,
}

impl Worst {
    fn note(&mut self, amount: f64, at: usize, node: bool) {
        if amount.abs() > self.amount || amount.is_nan() {
            *self = Self { amount: amount.abs(), at, node };
        }
    }
}

/// How a period was solved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub trials: u32,
    /// Sum of flow changes of the last trial over sum of flows.
    pub error: f64,
    /// Largest flow change of the last trial, ft³/s.
    pub change: Worst,
    /// Whether flows came to rest.
    pub converged: bool,
    /// Whether statuses had to be kept for that.
    pub forced: bool,
    /// Junction at which the equations have no solution.
    pub singular: Option<u32>,
}

/// The linear system of a network.
#[derive(Clone, Debug)]
pub(super) struct System {
    pattern: Symbolic,
    factor: Factor,
    side: Vec<f64>,
    excess: Vec<f64>,
    slope: Vec<Slope>,
}

impl System {
    /// Finds the order of elimination.
    pub fn new(net: &Network) -> Result<Self, TooDense> {
        let (from, to): (Vec<u32>, Vec<u32>) = net.links.iter().map(|link| (link.from, link.to)).unzip();
        let pattern = Symbolic::new(net.junctions, &from, &to)?;
        Ok(Self {
            factor: Factor::new(&pattern),
            pattern,
            side: vec![0.0; net.junctions],
            excess: vec![0.0; net.nodes.len()],
            slope: vec![Slope::default(); net.links.len()],
        })
    }

    /// Solves a period; demands and heads of tanks stand in `state`, which also holds flows to begin from.
    pub fn solve(&mut self, net: &Network, state: &mut State) -> Outcome {
        let options = &net.options;
        let extra = match options.unbalanced {
            Unbalanced::Stop => 0,
            Unbalanced::Continue(extra) => extra,
        };
        let mut outcome = Outcome::default();
        let mut next_check = options.check_every;
        let mut relaxation = 1.0;
        let mut trial = 1;
        // Valves that contradict each other are opened one by one, each once.
        let mut mended = 0;
        while trial <= options.trials.saturating_add(extra) {
            outcome.trials = trial;
            self.slopes(net, state);
            self.assemble(net, state);
            if let Err(singular) = self.factor.refactor(&self.pattern, Pivots::Positive) {
                mended += 1;
                if mended <= net.valves.len() && status::open_contradicting(net, state, singular.node) {
                    continue;
                }
                outcome.singular = Some(singular.node);
                break;
            }
            self.factor.solve(&self.pattern, &mut self.side);
            state.head[..net.junctions].copy_from_slice(&self.side);
            outcome.error = self.new_flows(net, state, relaxation, &mut outcome.change);
            if !outcome.error.is_finite() {
                break;
            }
            relaxation = 1.0;
            let mut valves_changed = false;
            if options.damp_limit <= 0.0 {
                valves_changed = status::valves(net, state);
            } else if outcome.error <= options.damp_limit {
                relaxation = 0.6;
                valves_changed = status::valves(net, state);
            }
            outcome.converged = self.has_converged(net, state, &outcome);
            if outcome.converged {
                outcome.forced = trial > options.trials;
                if outcome.forced {
                    break;
                }
                let links_changed = status::links(net, state);
                let by_pressure = super::controls::by_pressure(net, state);
                if !(valves_changed || links_changed || by_pressure) {
                    break;
                }
                next_check = trial + options.check_every;
            } else if trial <= options.check_last && trial == next_check {
                status::links(net, state);
                next_check += options.check_every;
            }
            trial += 1;
        }
        outcome.converged &= outcome.error <= options.accuracy;
        outcome
    }

    /// Linearises head losses at the flows of now.
    fn slopes(&mut self, net: &Network, state: &State) {
        for (at, slope) in self.slope.iter_mut().enumerate() {
            let regulates = net.links[at].kind.regulates() && state.setting[at].is_some();
            // Valves that regulate get theirs when flows into nodes are known.
            *slope = if regulates { Slope::default() } else { link_slope(net, state, at) };
        }
    }

    fn assemble(&mut self, net: &Network, state: &State) {
        self.factor.clear();
        self.side.fill(0.0);
        self.excess.fill(0.0);
        for (at, slope) in self.slope.iter().enumerate().filter(|(_, slope)| slope.p != 0.0) {
            let ends = [net.links[at].from as usize, net.links[at].to as usize];
            self.excess[ends[0]] -= state.flow[at];
            self.excess[ends[1]] += state.flow[at];
            self.factor.couple(&self.pattern, at, -slope.p);
            for (end, other, y) in [(ends[0], ends[1], slope.y), (ends[1], ends[0], -slope.y)] {
                if end < net.junctions {
                    self.factor.add(&self.pattern, end as u32, slope.p);
                    self.side[end] += y;
                    if other >= net.junctions {
                        self.side[end] += slope.p * state.head[other];
                    }
                }
            }
        }
        for node in 0..net.junctions {
            self.outlets(net, state, node);
            self.excess[node] -= state.delivered[node];
            self.side[node] += self.excess[node];
        }
        for &at in &net.valves {
            self.regulate(net, state, at as usize);
        }
    }

    /// Adds leak and demand of a junction.
    fn outlets(&mut self, net: &Network, state: &State, node: usize) {
        let elevation = net.nodes[node].elevation;
        if state.leak[node] > 0.0 {
            let (loss, gradient) = emitter(net, state.leak[node], state.leaked[node]);
            self.factor.add(&self.pattern, node as u32, 1.0 / gradient);
            self.side[node] += (loss + elevation) / gradient;
            self.excess[node] -= state.leaked[node];
        }
        if net.options.demand_model == DemandModel::Pressure && state.demand[node] > 0.0 {
            let (loss, gradient) = outlet(net, state.delivered[node], state.demand[node]);
            self.factor.add(&self.pattern, node as u32, 1.0 / gradient);
            self.side[node] += (loss + elevation + net.options.pressure[0]) / gradient;
        }
    }

    /// Adds a valve that regulates: one that is active forces a head or a flow, any other is a pipe.
    fn regulate(&mut self, net: &Network, state: &State, at: usize) {
        let link = &net.links[at];
        let Some(setting) = state.setting[at].filter(|_| link.kind.regulates()) else { return };
        let (from, to) = (link.from as usize, link.to as usize);
        let flow = state.flow[at];
        let active = state.status[at] == Status::Active && !state.out[at];
        if active && link.kind != Kind::Fcv {
            let sustains = link.kind == Kind::Psv;
            // The end that is held at a head, and the other, which takes up what that leaves over.
            let (held, other) = if sustains { (from, to) } else { (to, from) };
            let head = net.nodes[held].elevation + setting;
            let over = self.excess[held];
            self.slope[at] = Slope { p: 0.0, y: if sustains { flow - over } else { flow + over } };
            self.side[held] += head * BIG;
            self.factor.add(&self.pattern, held as u32, BIG);
            if (sustains && over > 0.0) || (!sustains && over < 0.0) {
                self.side[other] += over;
            }
            return;
        }
        let (slope, driven) = if active {
            self.excess[from] -= setting;
            self.excess[to] += setting;
            (Slope { p: 1.0 / BIG, y: flow - setting }, -setting)
        } else {
            let slope = link_slope(net, state, at);
            (slope, slope.y - flow)
        };
        self.slope[at] = slope;
        self.factor.couple(&self.pattern, at, -slope.p);
        self.factor.add(&self.pattern, from as u32, slope.p);
        self.factor.add(&self.pattern, to as u32, slope.p);
        self.side[from] += driven;
        self.side[to] -= driven;
    }

    /// Flows by the new heads; gives the sum of their changes over their sum.
    fn new_flows(&self, net: &Network, state: &mut State, relaxation: f64, worst: &mut Worst) -> f64 {
        let (mut sum, mut changed) = (0.0, 0.0);
        *worst = Worst::default();
        state.demand[net.junctions..].fill(0.0);
        for (at, slope) in self.slope.iter().enumerate() {
            let link = &net.links[at];
            let (from, to) = (link.from as usize, link.to as usize);
            let mut change = relaxation * (slope.y - slope.p * (state.head[from] - state.head[to]));
            if let Kind::Pump(number) = link.kind {
                let constant = matches!(net.pumps[number as usize].curve, super::PumpCurve::Constant { .. });
                // A pump of constant power can't turn its flow round.
                if constant && change > state.flow[at] {
                    change = state.flow[at] / 2.0;
                }
            }
            state.flow[at] -= change;
            sum += state.flow[at].abs();
            changed += change.abs();
            worst.note(change, at, false);
            if !state.is_closed(at) {
                if from >= net.junctions {
                    state.demand[from] -= state.flow[at];
                }
                if to >= net.junctions {
                    state.demand[to] += state.flow[at];
                }
            }
        }
        for node in 0..net.junctions {
            let mut note = |change: f64, flow: f64| {
                sum += flow.abs();
                changed += change.abs();
                worst.note(change, node, true);
            };
            let above = state.head[node] - net.nodes[node].elevation;
            if state.leak[node] > 0.0 {
                let (loss, gradient) = emitter(net, state.leak[node], state.leaked[node]);
                let change = relaxation * (loss - above) / gradient;
                state.leaked[node] -= change;
                note(change, state.leaked[node]);
            }
            if net.options.demand_model == DemandModel::Pressure && state.demand[node] > 0.0 {
                let (loss, gradient) = outlet(net, state.delivered[node], state.demand[node]);
                let change = relaxation * (loss - above + net.options.pressure[0]) / gradient;
                state.delivered[node] -= change;
                note(change, state.delivered[node]);
            }
        }
        if sum > net.options.accuracy { changed / sum } else { changed }
    }

    fn has_converged(&mut self, net: &Network, state: &State, outcome: &Outcome) -> bool {
        let options = &net.options;
        if outcome.error > options.accuracy {
            return false;
        }
        if options.head_error_max > 0.0 && self.head_error(net, state) > options.head_error_max {
            return false;
        }
        if options.flow_change_max > 0.0 && outcome.change.amount > options.flow_change_max {
            return false;
        }
        const TOLERANCE: f64 = 0.001;
        options.demand_model == DemandModel::Driven
            || (0..net.junctions).filter(|node| state.demand[*node] > 0.0).all(|node| {
                let pressure = state.head[node] - net.nodes[node].elevation - options.pressure[0];
                let delivered = state.delivered[node];
                delivered >= -TOLERANCE && !(delivered > TOLERANCE && pressure < -TOLERANCE)
            })
    }

    /// Largest difference between the head lost in a link and that between its ends, ft.
    fn head_error(&mut self, net: &Network, state: &State) -> f64 {
        self.slopes(net, state);
        let open = |at: &usize| !state.is_closed(*at) && self.slope[*at].p != 0.0;
        let error = |at: usize| {
            let between = state.head[net.links[at].from as usize] - state.head[net.links[at].to as usize];
            (between - self.slope[at].y / self.slope[at].p).abs()
        };
        (0..net.links.len()).filter(open).map(error).fold(0.0, f64::max)
    }
}

/// Flow that a link begins with: none if closed, a pump's middle flow, a foot per second in all others.
pub(super) fn first_flow(net: &Network, at: usize, status: Status, setting: Option<f64>) -> f64 {
    let link = &net.links[at];
    match link.kind {
        _ if status == Status::Closed => ZERO_FLOW,
        Kind::Pump(number) => setting.unwrap_or(1.0) * net.pumps[number as usize].first_flow,
        _ => std::f64::consts::PI * link.diameter * link.diameter / 4.0,
    }
}
