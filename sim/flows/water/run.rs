//! A network over time: demands, controls, solution, then as far as nothing changes by itself, tanks filling meanwhile.
use super::controls::{self, seconds};
use super::losses::{ZERO_FLOW, resistance};
use super::network::{Kind, Network, Status};
use super::solve::{Outcome, State, System, first_flow};
use super::units::METRES;
use crate::sparse::TooDense;

/// Something about a period that a reader of its results must know.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Flows didn't come to rest.
    Unbalanced {
        /// Seconds since the start.
        time: i64,
        /// Trials made.
        trials: u32,
        /// Sum of flow changes over sum of flows in the last of them.
        error: f64,
        /// Name of the link or node whose flow changes most.
        worst: String,
        /// By how much, m³/s.
        change_m3_s: f64,
    },
    /// Flows came to rest only with all statuses kept.
    Forced {
        /// Seconds since the start.
        time: i64,
    },
    /// A junction is cut off so that its equations have no solution.
    Singular {
        /// Seconds since the start.
        time: i64,
        /// Name of the junction.
        node: String,
    },
    /// Junctions with demand have less than no pressure.
    NegativePressure {
        /// Seconds since the start.
        time: i64,
        /// How many.
        count: usize,
        /// Name of the worst.
        worst: String,
        /// Its pressure, m.
        pressure_m: f64,
    },
}

/// A network that runs. Call [`Run::solve`] and [`Run::advance`] in turn.
pub struct Run<'n> {
    net: &'n Network,
    state: State,
    system: System,
    time: i64,
    /// Next time at which a report cuts a step.
    report: i64,
    last: Outcome,
}

impl<'n> Run<'n> {
    /// The network at its start.
    ///
    /// # Errors
    /// A network too dense to be factored.
    pub fn new(net: &'n Network) -> Result<Self, TooDense> {
        let (junctions, nodes, links) = (net.junctions, net.nodes.len(), net.links.len());
        let mut state = State {
            head: net.nodes.iter().map(|node| node.elevation).collect(),
            demand: vec![0.0; nodes],
            delivered: vec![0.0; junctions],
            leak: net.nodes[..junctions].iter().map(|node| node.emitter).collect(),
            leaked: vec![0.0; junctions],
            flow: vec![0.0; links],
            status: net.links.iter().map(|link| link.status).collect(),
            setting: net.links.iter().map(|link| link.setting).collect(),
            out: vec![false; links],
            volume: net.tanks.iter().map(|tank| tank.volume[0]).collect(),
            demand_sum: 0.0,
        };
        for (tank, head) in net.tanks.iter().zip(&mut state.head[junctions..]) {
            *head = tank.head[0];
        }
        for (leak, leaked) in state.leak.iter().zip(&mut state.leaked) {
            *leaked = if *leak > 0.0 { 1.0 } else { 0.0 };
        }
        for (at, link) in net.links.iter().enumerate() {
            if link.kind.regulates() && link.setting.is_some() {
                state.status[at] = Status::Active;
            }
            let closed = state.status[at].is_closed();
            let flow = first_flow(net, at, state.status[at], state.setting[at]);
            state.flow[at] = if closed { ZERO_FLOW } else { flow };
        }
        let system = System::new(net)?;
        Ok(Self { net, state, system, time: 0, report: net.times.report_step, last: Outcome::default() })
    }

    /// Seconds since the start.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// Keeps a link closed whatever controls say, as a pump without power, or lets it go again.
    pub fn set_out(&mut self, link: u32, out: bool) {
        let at = link as usize;
        if std::mem::replace(&mut self.state.out[at], out) && !out {
            self.state.flow[at] = first_flow(self.net, at, self.state.status[at], self.state.setting[at]);
        }
    }

    /// Gives a junction a leak that lets out `m3_s` at a metre of pressure, growing with pressure as emitters do; 0 mends
    /// it. An emitter of the file at that junction is replaced.
    pub fn set_leak(&mut self, node: u32, m3_s: f64) {
        let at = node as usize;
        let exponent = self.net.options.emitter_exponent;
        let flow = m3_s / self.net.units.flow_m3_s;
        self.state.leak[at] = if m3_s > 0.0 { 1.0 / METRES / flow.powf(exponent) } else { 0.0 };
        self.state.leaked[at] = flow.max(0.0);
    }

    /// Demands, controls and solution of the period that begins now.
    pub fn solve(&mut self) -> Vec<Event> {
        self.demands();
        controls::simple(self.net, &mut self.state, self.time);
        let before = self.state.clone();
        self.last = self.system.solve(self.net, &mut self.state);
        if !self.last.converged && self.last.singular.is_none() {
            self.begin_anew(before);
        }
        self.events()
    }

    /// Whether the last solution can be used at all: flows came to rest.
    pub fn is_balanced(&self) -> bool {
        self.last.converged
    }

    /// Trials of the last solution.
    pub fn trials(&self) -> u32 {
        self.last.trials
    }

    /// Solves the period again from flows that don't know the past: statuses that went in circles often come to rest from
    /// there. What was found first stays if that doesn't help.
    fn begin_anew(&mut self, before: State) {
        let (first, outcome) = (std::mem::replace(&mut self.state, before), self.last);
        for at in 0..self.net.links.len() {
            if !self.state.is_closed(at) {
                self.state.flow[at] = first_flow(self.net, at, self.state.status[at], self.state.setting[at]);
            }
        }
        self.last = self.system.solve(self.net, &mut self.state);
        if !self.last.converged {
            (self.state, self.last) = (first, outcome);
        }
    }

    fn demands(&mut self) {
        let Self { net, state, time, .. } = self;
        let period = (*time + net.times.pattern_start) / net.times.pattern_step;
        state.demand_sum = 0.0;
        for node in 0..net.junctions {
            let mut sum = 0.0;
            for demand in &net.nodes[node].demands {
                let drawn = demand.base * net.multiplier(demand.pattern, period) * net.options.demand_factor;
                state.demand_sum += drawn.max(0.0);
                sum += drawn;
            }
            state.demand[node] = sum;
            state.delivered[node] = sum;
        }
        for (at, tank) in net.tanks.iter().enumerate() {
            if tank.area == 0.0 && tank.pattern.is_some() {
                let node = net.junctions + at;
                state.head[node] = net.nodes[node].elevation * net.multiplier(tank.pattern, period);
            }
        }
        for pump in net.pumps.iter().filter(|pump| pump.pattern.is_some()) {
            controls::set(net, state, pump.link as usize, net.multiplier(pump.pattern, period));
        }
    }

    fn events(&self) -> Vec<Event> {
        let (net, state, time) = (self.net, &self.state, self.time);
        let mut events = Vec::new();
        if let Some(node) = self.last.singular {
            events.push(Event::Singular { time, node: net.nodes[node as usize].id.clone() });
        } else if !self.last.converged {
            let worst = self.last.change;
            let name = if worst.node { &net.nodes[worst.at].id } else { &net.links[worst.at].id };
            events.push(Event::Unbalanced {
                time,
                trials: self.last.trials,
                error: self.last.error,
                worst: format!("{} {name}", if worst.node { "node" } else { "link" }),
                change_m3_s: worst.amount * net.units.flow_m3_s,
            });
        } else if self.last.forced {
            events.push(Event::Forced { time });
        }
        let pressure = |node: usize| state.head[node] - net.nodes[node].elevation;
        let low = (0..net.junctions).filter(|node| state.demand[*node] > 0.0 && pressure(*node) < 0.0);
        let low: Vec<usize> = low.collect();
        if let Some(&worst) = low.iter().min_by(|a, b| pressure(**a).total_cmp(&pressure(**b))) {
            events.push(Event::NegativePressure {
                time,
                count: low.len(),
                worst: net.nodes[worst].id.clone(),
                pressure_m: pressure(worst) * METRES,
            });
        }
        events
    }

    /// Goes on to the next period, filling and draining tanks, and gives the seconds until then; `None` when the run is
    /// over.
    pub fn advance(&mut self) -> Option<i64> {
        let times = &self.net.times;
        if self.time >= times.duration {
            return None;
        }
        let mut step = times.step;
        let mut cut = |until: i64| {
            if until > 0 && until < step {
                step = until;
            }
        };
        let period = (self.time + times.pattern_start) / times.pattern_step + 1;
        cut(period.saturating_mul(times.pattern_step) - self.time);
        cut(self.report - self.time);
        for at in 0..self.net.tanks.len() {
            cut(self.until_full_or_empty(at));
        }
        let step = controls::until_control(self.net, &self.state, self.time, step);
        let step = self.fill(step);
        self.time += step;
        if self.time >= self.report {
            self.report += times.report_step;
        }
        Some(step)
    }

    /// Seconds until a tank is full or empty; 0 where it stays as it is.
    fn until_full_or_empty(&self, at: usize) -> i64 {
        let (tank, node) = (&self.net.tanks[at], self.net.junctions + at);
        let (inflow, head) = (self.state.demand[node], self.state.head[node]);
        let [_, lowest, highest] = tank.head;
        if tank.area == 0.0 || inflow.abs() <= ZERO_FLOW {
            0
        } else if inflow > 0.0 && head < highest {
            seconds((tank.volume[2] - self.state.volume[at]) / inflow)
        } else if inflow < 0.0 && head > lowest {
            seconds((tank.volume[1] - self.state.volume[at]) / inflow)
        } else {
            0
        }
    }

    /// Fills and drains tanks for a step, or until a rule changes something; gives how long that was.
    fn fill(&mut self, step: i64) -> i64 {
        let Self { net, state, time, .. } = self;
        if net.rules.is_empty() {
            levels(net, state, step);
            return step;
        }
        let rule_step = net.times.rule_step;
        let end = *time + step;
        let mut now = *time;
        let mut span = (rule_step - now % rule_step).min(step);
        loop {
            now += span;
            levels(net, state, span);
            if controls::rules(net, state, now, span) || now >= end {
                return now - *time;
            }
            span = rule_step.min(end - now);
        }
    }

    /// Whether the last solution is made of numbers.
    pub fn has_numbers(&self) -> bool {
        self.last.singular.is_none() && self.last.error.is_finite()
    }

    /// Head of each node, m.
    pub fn heads_m(&self) -> impl Iterator<Item = f64> + '_ {
        self.state.head.iter().map(|head| head * METRES)
    }

    /// Pressure at each node as metres of water; 0 at reservoirs.
    pub fn pressures_m(&self) -> impl Iterator<Item = f64> + '_ {
        self.state.head.iter().zip(&self.net.nodes).enumerate().map(|(at, (head, node))| {
            let reservoir =
                at.checked_sub(self.net.junctions).is_some_and(|at| self.net.tanks[at].area == 0.0);
            if reservoir { 0.0 } else { (head - node.elevation) * METRES }
        })
    }

    /// Flow of each link, m³/s; 0 where closed.
    pub fn flows_m3_s(&self) -> impl Iterator<Item = f64> + '_ {
        let flow = |(at, flow): (usize, &f64)| if self.state.is_closed(at) { 0.0 } else { *flow };
        self.state.flow.iter().enumerate().map(flow).map(|flow| flow * self.net.units.flow_m3_s)
    }

    /// What leaves each junction as demand and leaks, and what flows into each reservoir and tank, m³/s.
    pub fn outflows_m3_s(&self) -> impl Iterator<Item = f64> + '_ {
        let State { delivered, leaked, demand, .. } = &self.state;
        let out = delivered.iter().zip(leaked).map(|(delivered, leaked)| delivered + leaked);
        let into = demand[self.net.junctions..].iter().copied();
        out.chain(into).map(|flow| flow * self.net.units.flow_m3_s)
    }

    /// What each junction would draw at full pressure, m³/s.
    pub fn demands_m3_s(&self) -> impl Iterator<Item = f64> + '_ {
        self.state.demand[..self.net.junctions].iter().map(|flow| flow * self.net.units.flow_m3_s)
    }
}

/// Fills and drains tanks for a step.
fn levels(net: &Network, state: &mut State, step: i64) {
    for (at, tank) in net.tanks.iter().enumerate().filter(|(_, tank)| tank.area != 0.0) {
        let node = net.junctions + at;
        let inflow = state.demand[node];
        let volume = &mut state.volume[at];
        *volume += inflow * step as f64;
        // Full or empty within the next second is full or empty.
        if *volume + inflow >= tank.volume[2] {
            *volume = tank.volume[2];
        } else if *volume - inflow <= tank.volume[1] {
            *volume = tank.volume[1];
        }
        state.head[node] = net.tank_head(node as u32, *volume);
    }
}

impl Network {
    /// Works out resistances of pipes from their sizes.
    pub fn resist(&mut self) {
        for link in self.links.iter_mut().filter(|link| matches!(link.kind, Kind::Pipe | Kind::CheckValve)) {
            link.resistance = resistance(self.options.formula, link.roughness, link.diameter, link.length);
        }
    }
}
