//! Simple controls and rules.
use super::losses::ZERO_FLOW;
use super::network::{Kind, Network, PumpCurve, Status};
use super::orders::{Action, Condition, Object, Operator, Premise, Trigger, Variable};
use super::solve::State;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// How near is equal, in units of the file.
const TOLERANCE: f64 = 1e-3;
/// Flow too small to fill or drain a tank by, ft³/s.
const STILL: f64 = 1e-6;

/// A pump of constant power that starts again begins from its first flow.
fn restart(net: &Network, state: &mut State, link: usize) {
    if let Kind::Pump(number) = net.links[link].kind {
        let pump = &net.pumps[number as usize];
        if matches!(pump.curve, PumpCurve::Constant { .. }) {
            state.flow[link] = pump.first_flow;
        }
    }
}

/// Gives a link a setting, with the status that goes with it.
pub(super) fn set(net: &Network, state: &mut State, link: usize, value: f64) {
    match net.links[link].kind {
        Kind::Pump(_) => {
            state.setting[link] = Some(value);
            if value > 0.0 && state.status[link].is_closed() {
                restart(net, state, link);
                state.status[link] = Status::Open;
            }
            if value == 0.0 && !state.status[link].is_closed() {
                state.status[link] = Status::Closed;
            }
        }
        Kind::Fcv => {
            state.setting[link] = Some(value);
            state.status[link] = Status::Active;
        }
        _ => {
            if state.setting[link].is_none() && state.status[link].is_closed() {
                state.status[link] = Status::Open;
            }
            state.setting[link] = Some(value);
        }
    }
}

/// Opens or closes a link.
fn turn(net: &Network, state: &mut State, link: usize, open: bool) {
    let kind = net.links[link].kind;
    if kind.is_pump() {
        state.setting[link] = Some(if open { 1.0 } else { 0.0 });
        if open && state.status[link] == Status::Closed {
            restart(net, state, link);
        }
    } else if kind.is_valve() && kind != Kind::Gpv {
        state.setting[link] = None;
    }
    state.status[link] = if open { Status::Open } else { Status::Closed };
}

/// Simple controls by time and by levels of tanks at the begin of a period.
pub(super) fn simple(net: &Network, state: &mut State, time: i64) {
    for control in &net.controls {
        let level = |node: u32| {
            let there = net.volume(node, state.head[node as usize]);
            (there, state.demand[node as usize].abs())
        };
        let acts = match control.trigger {
            Trigger::Below(node, head) if net.tank(node).is_some() => {
                let (volume, second) = level(node);
                volume <= net.volume(node, head) + second
            }
            Trigger::Above(node, head) if net.tank(node).is_some() => {
                let (volume, second) = level(node);
                volume >= net.volume(node, head) - second
            }
            Trigger::At(at) => at == time,
            Trigger::Clock(at) => (time + net.times.clock_start) % DAY == at,
            Trigger::Below(..) | Trigger::Above(..) => false,
        };
        if !acts {
            continue;
        }
        let at = control.link as usize;
        let kind = net.links[at].kind;
        let before = if state.status[at].is_closed() { Status::Closed } else { Status::Open };
        let setting = if kind.is_pipe() { state.setting[at] } else { control.setting };
        if kind.is_pump() && before == Status::Closed && control.status == Status::Open {
            restart(net, state, at);
        }
        if before != control.status || state.setting[at] != setting {
            state.status[at] = control.status;
            state.setting[at] = setting;
        }
    }
}

/// Simple controls by pressures of junctions, after a period was solved; gives whether any acted.
pub(super) fn by_pressure(net: &Network, state: &mut State) -> bool {
    let tolerance = net.options.head_tolerance;
    let mut acted = false;
    for control in &net.controls {
        let (node, acts) = match control.trigger {
            Trigger::Below(node, head) => (node, state.head[node as usize] <= head + tolerance),
            Trigger::Above(node, head) => (node, state.head[node as usize] >= head - tolerance),
            _ => continue,
        };
        if (node as usize) >= net.junctions || !acts {
            continue;
        }
        let at = control.link as usize;
        let kind = net.links[at].kind;
        let change = match kind {
            Kind::Pipe | Kind::CheckValve => state.status[at] != control.status,
            Kind::Pump(_) => state.setting[at] != control.setting,
            _ => {
                state.setting[at] != control.setting
                    || (state.setting[at].is_none() && state.status[at] != control.status)
            }
        };
        if change {
            state.status[at] = control.status;
            if !kind.is_pipe() {
                state.setting[at] = control.setting;
            }
            acted = true;
        }
    }
    acted
}

/// Seconds until a simple control by time or by the level of a tank acts, if it would change anything before `most`.
pub(super) fn until_control(net: &Network, state: &State, time: i64, most: i64) -> i64 {
    let mut step = most;
    for control in &net.controls {
        let until = match control.trigger {
            Trigger::At(at) => at - time,
            Trigger::Clock(at) => (at - (time + net.times.clock_start) % DAY).rem_euclid(DAY),
            Trigger::Below(node, aim) | Trigger::Above(node, aim) => {
                let (head, inflow) = (state.head[node as usize], state.demand[node as usize]);
                let rises = matches!(control.trigger, Trigger::Above(..));
                let towards = if rises { head < aim && inflow > 0.0 } else { head > aim && inflow < 0.0 };
                if net.tank(node).is_none() || inflow.abs() <= ZERO_FLOW || !towards {
                    continue;
                }
                let room = net.volume(node, aim) - state.volume[node as usize - net.junctions];
                seconds(room / inflow)
            }
        };
        let at = control.link as usize;
        let changes = (!net.links[at].kind.is_pipe() && state.setting[at] != control.setting)
            || state.status[at] != control.status;
        if until > 0 && until < step && changes {
            step = until;
        }
    }
    step
}

/// Whole seconds of a span; what no clock can hold is far away.
pub(super) fn seconds(span: f64) -> i64 {
    if span.abs() < 1e15 { span.round() as i64 } else { i64::MAX }
}

/// Looks at all rules at a time, `step` seconds after the last look, and does what they say; gives whether anything
/// changed.
pub(super) fn rules(net: &Network, state: &mut State, time: i64, step: i64) -> bool {
    let since = time - step + 1;
    // The action on each link with the rule that wants it.
    let mut actions: Vec<(usize, Action)> = Vec::new();
    for (number, rule) in net.rules.iter().enumerate() {
        let wanted =
            if holds(net, state, &rule.premises, since, time) { &rule.then } else { &rule.otherwise };
        for action in wanted {
            match actions.iter_mut().find(|(_, other)| other.link == action.link) {
                None => actions.push((number, *action)),
                Some(held) if rule.priority > net.rules[held.0].priority => *held = (number, *action),
                Some(_) => {}
            }
        }
    }
    let mut changed = false;
    for (_, action) in actions.iter().rev() {
        let at = action.link as usize;
        let closed = state.status[at].is_closed();
        match (action.status, action.setting) {
            (Some(Status::Open), _) if closed => turn(net, state, at, true),
            (Some(Status::Closed), _) if !closed => turn(net, state, at, false),
            (_, Some(value)) if state.setting[at].is_none_or(|now| (value - now).abs() > TOLERANCE) => {
                set(net, state, at, value);
            }
            _ => continue,
        }
        changed = true;
    }
    changed
}

/// Whether premises hold: OR binds to what stands before it.
fn holds(net: &Network, state: &State, premises: &[Premise], since: i64, time: i64) -> bool {
    let mut result = true;
    for premise in premises {
        if premise.or {
            result = result || is_met(net, state, premise, since, time);
        } else if result {
            result = is_met(net, state, premise, since, time);
        } else {
            return false;
        }
    }
    result
}

fn is_met(net: &Network, state: &State, premise: &Premise, since: i64, time: i64) -> bool {
    match (premise.variable, premise.condition) {
        (Variable::Time, Condition::Number(at)) => at_time(premise.operator, since, time, at as i64),
        (Variable::Clock, Condition::Number(at)) => {
            let clock = |time: i64| (time + net.times.clock_start) % DAY;
            at_time(premise.operator, clock(since), clock(time), at as i64)
        }
        (_, Condition::Is(status)) => {
            let Object::Link(link) = premise.object else { return false };
            let now = match state.status[link as usize] {
                closed if closed.is_closed() => Status::Closed,
                Status::Active => Status::Active,
                _ => Status::Open,
            };
            match premise.operator {
                Operator::Equal => now == status,
                Operator::Unequal => now != status,
                _ => false,
            }
        }
        (_, Condition::Number(value)) => {
            quantity(net, state, premise).is_some_and(|now| compare(premise.operator, now, value))
        }
    }
}

/// Whether a time lies so to the span that has passed since the last look.
fn at_time(operator: Operator, since: i64, time: i64, at: i64) -> bool {
    let within = if time < since { at >= since || at <= time } else { (since..=time).contains(&at) };
    match operator {
        Operator::Less => time < at,
        Operator::AtMost => time <= at,
        Operator::More => time > at,
        Operator::AtLeast => time >= at,
        Operator::Equal => within,
        Operator::Unequal => !within,
    }
}

/// Compares with EPANET's tolerances, which let `<` hold a little above and `<=` only a little below.
fn compare(operator: Operator, now: f64, value: f64) -> bool {
    match operator {
        Operator::Equal => (now - value).abs() <= TOLERANCE,
        Operator::Unequal => (now - value).abs() >= TOLERANCE,
        Operator::Less => now <= value + TOLERANCE,
        Operator::AtMost => now <= value - TOLERANCE,
        Operator::More => now >= value - TOLERANCE,
        Operator::AtLeast => now >= value + TOLERANCE,
    }
}

/// What a premise looks at, in units of the file.
fn quantity(net: &Network, state: &State, premise: &Premise) -> Option<f64> {
    let units = &net.units;
    match (premise.object, premise.variable) {
        (Object::System, Variable::Demand) => Some(state.demand_sum * units.flow),
        (Object::Node(node), variable) => {
            let at = node as usize;
            let above = state.head[at] - net.nodes[at].elevation;
            // After a period was solved, what a junction lets out stands for its demand.
            let drawn = match at < net.junctions {
                true => state.delivered[at] + state.leaked[at],
                false => state.demand[at],
            };
            let span = |volume: f64| {
                let tank = net.tank(node).filter(|tank| tank.area != 0.0)?;
                let _ = tank;
                Some((volume - state.volume[at - net.junctions]) / drawn)
            };
            match variable {
                Variable::Demand => Some(drawn * units.flow),
                Variable::Head => Some(state.head[at] * units.length),
                Variable::Pressure => Some(above * units.pressure),
                Variable::Level => Some(above * units.length),
                Variable::FillTime if drawn > STILL => span(net.tank(node)?.volume[2]),
                Variable::DrainTime if drawn < -STILL => span(net.tank(node)?.volume[1]),
                _ => None,
            }
        }
        (Object::Link(link), Variable::Flow) => Some(state.flow[link as usize].abs() * units.flow),
        (Object::Link(link), Variable::Setting) => {
            let at = link as usize;
            state.setting[at].map(|setting| match net.links[at].kind {
                Kind::Prv | Kind::Psv | Kind::Pbv => setting * units.pressure,
                Kind::Fcv => setting * units.flow,
                _ => setting,
            })
        }
        _ => None,
    }
}
