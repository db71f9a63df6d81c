//! Statuses of valves, pumps and pipes to tanks after a trial.
use super::network::{Kind, Network, PumpCurve, Status};
use super::solve::State;

/// Pressure valves that aren't fixed; gives whether any changed.
pub(super) fn valves(net: &Network, state: &mut State) -> bool {
    let mut changed = false;
    for &at in &net.valves {
        let at = at as usize;
        let link = &net.links[at];
        let Some(setting) = state.setting[at] else { continue };
        let heads = [state.head[link.from as usize], state.head[link.to as usize]];
        let before = state.status[at];
        let after = match link.kind {
            Kind::Prv => reducing(net, state, at, net.nodes[link.to as usize].elevation + setting, heads),
            Kind::Psv => sustaining(net, state, at, net.nodes[link.from as usize].elevation + setting, heads),
            _ => continue,
        };
        state.status[at] = after;
        changed |= after != before;
    }
    changed
}

/// A valve that keeps the head below it at most at `aim`.
fn reducing(net: &Network, state: &State, at: usize, aim: f64, [above, below]: [f64; 2]) -> Status {
    let tolerance = net.options.head_tolerance;
    let back = state.flow[at] < -net.options.flow_tolerance;
    let loss = net.links[at].minor * state.flow[at] * state.flow[at];
    match state.status[at] {
        Status::Active | Status::Open | Status::XPressure if back => Status::Closed,
        Status::Active if above - loss < aim - tolerance => Status::Open,
        Status::Open if below >= aim + tolerance => Status::Active,
        Status::Closed if above >= aim + tolerance && below < aim - tolerance => Status::Active,
        Status::Closed if above < aim - tolerance && above > below + tolerance => Status::Open,
        same => same,
    }
}

/// A valve that keeps the head above it at least at `aim`.
fn sustaining(net: &Network, state: &State, at: usize, aim: f64, [above, below]: [f64; 2]) -> Status {
    let tolerance = net.options.head_tolerance;
    let back = state.flow[at] < -net.options.flow_tolerance;
    let loss = net.links[at].minor * state.flow[at] * state.flow[at];
    match state.status[at] {
        Status::Active | Status::Open | Status::XPressure if back => Status::Closed,
        Status::Active if below + loss > aim + tolerance => Status::Open,
        Status::Open if above < aim - tolerance => Status::Active,
        Status::Closed if below > aim + tolerance && above > below + tolerance => Status::Open,
        Status::Closed if above >= aim + tolerance && above > below + tolerance => Status::Active,
        same => same,
    }
}

/// Check valves, pumps, flow valves and links to tanks; gives whether any changed.
pub(super) fn links(net: &Network, state: &mut State) -> bool {
    let mut changed = false;
    for (at, link) in net.links.iter().enumerate() {
        let heads = [state.head[link.from as usize], state.head[link.to as usize]];
        let loss = heads[0] - heads[1];
        let before = state.status[at];
        if matches!(before, Status::XHead | Status::Held) {
            state.status[at] = Status::Open;
        }
        match link.kind {
            Kind::CheckValve => state.status[at] = check_valve(net, state.status[at], loss, state.flow[at]),
            Kind::Pump(number) if state.status[at] >= Status::Open && state.setting[at] > Some(0.0) => {
                let speed = state.setting[at].unwrap_or(1.0);
                let pump = &net.pumps[number as usize];
                let most = match pump.curve {
                    PumpCurve::Constant { .. } => pump.head_max,
                    _ => speed * speed * pump.head_max,
                };
                let beyond = -loss > most + net.options.head_tolerance;
                state.status[at] = if beyond { Status::XHead } else { Status::Open };
            }
            Kind::Fcv => {
                if let Some(setting) = state.setting[at] {
                    state.status[at] = flow_valve(net, before, loss, state.flow[at], setting);
                }
            }
            _ => {}
        }
        if (link.from as usize) >= net.junctions || (link.to as usize) >= net.junctions {
            hold_at_tank(net, state, at);
        }
        changed |= state.status[at] != before;
    }
    changed
}

fn check_valve(net: &Network, before: Status, loss: f64, flow: f64) -> Status {
    let tolerance = net.options.head_tolerance;
    if loss < -tolerance || flow < -net.options.flow_tolerance {
        Status::Closed
    } else if loss > tolerance {
        Status::Open
    } else {
        before
    }
}

fn flow_valve(net: &Network, before: Status, loss: f64, flow: f64, setting: f64) -> Status {
    if loss < -net.options.head_tolerance || flow < -net.options.flow_tolerance {
        Status::XFlow
    } else if before == Status::XFlow && flow >= setting {
        Status::Active
    } else {
        before
    }
}

/// Closes a link into a full tank or out of an empty one for the time being.
fn hold_at_tank(net: &Network, state: &mut State, at: usize) {
    if state.status[at].is_closed() {
        return;
    }
    let link = &net.links[at];
    let (mut near, mut far, mut flow) = (link.from, link.to, state.flow[at]);
    if (near as usize) < net.junctions {
        (near, far, flow) = (far, near, -flow);
    }
    let Some(tank) = net.tank(near).filter(|tank| tank.area != 0.0) else { return };
    let loss = state.head[near as usize] - state.head[far as usize];
    let tolerance = net.options.head_tolerance;
    let [_, lowest, highest] = tank.head;
    if state.head[near as usize] >= highest - tolerance && !tank.overflows {
        let into = match link.kind.is_pump() {
            true => link.to == near,
            false => check_valve(net, Status::Open, loss, flow) == Status::Closed,
        };
        if into {
            state.status[at] = Status::Held;
        }
    }
    if state.head[near as usize] <= lowest + tolerance {
        let out = match link.kind.is_pump() {
            true => link.from == near,
            false => check_valve(net, Status::Closed, loss, flow) == Status::Open,
        };
        if out {
            state.status[at] = Status::Held;
        }
    }
}

/// Opens the first regulating valve at a node where the equations contradict each other; gives whether one was.
pub(super) fn open_contradicting(net: &Network, state: &mut State, node: u32) -> bool {
    let at_node = |at: &&u32| {
        let link = &net.links[**at as usize];
        link.from == node || link.to == node
    };
    let Some(at) = net.valves.iter().find(at_node).map(|at| *at as usize) else { return false };
    if state.status[at] != Status::Active || !net.links[at].kind.regulates() {
        return false;
    }
    state.status[at] = if net.links[at].kind == Kind::Fcv { Status::XFlow } else { Status::XPressure };
    true
}
