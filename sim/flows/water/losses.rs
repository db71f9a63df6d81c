//! Head lost in links, and how it grows with flow.
use super::network::{Formula, Kind, Network, PumpCurve};
use super::solve::State;
use std::f64::consts::PI;

/// A very small and a very large coefficient.
pub(super) const SMALL: f64 = 1e-6;
/// See [`SMALL`].
pub(super) const BIG: f64 = 1e8;
/// Flow in a closed link to begin with, ft³/s.
pub(super) const ZERO_FLOW: f64 = 1e-6;

/// A head loss linearised at a flow: inverse of its gradient, and loss over gradient.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slope {
    /// Flow per head.
    pub p: f64,
    /// Flow that the loss stands for.
    pub y: f64,
}

impl Slope {
    fn of(loss: f64, gradient: f64) -> Self {
        Self { p: 1.0 / gradient, y: loss / gradient }
    }

    /// A link that lets nothing through.
    pub fn closed(flow: f64) -> Self {
        Self { p: 1.0 / BIG, y: flow }
    }

    /// A link that costs nothing.
    fn free(flow: f64) -> Self {
        Self { p: 1.0 / SMALL, y: flow }
    }
}

/// Resistance of a pipe by the network's formula: Hazen-Williams and Chezy-Manning in feet and ft³/s; for
/// Darcy-Weisbach what multiplies the friction factor.
pub fn resistance(formula: Formula, roughness: f64, diameter: f64, length: f64) -> f64 {
    let area = PI * diameter * diameter / 4.0;
    match formula {
        Formula::HazenWilliams => 4.727 * length / roughness.powf(1.852) / diameter.powf(4.871),
        Formula::DarcyWeisbach => length / (2.0 * 32.2 * diameter * area * area),
        Formula::ChezyManning => (roughness / (1.49 * area)).powi(2) * (diameter / 4.0).powf(-1.333) * length,
    }
}

/// The head loss of any link but a regulating valve that isn't fixed.
pub(super) fn link_slope(net: &Network, state: &State, at: usize) -> Slope {
    let link = &net.links[at];
    let flow = state.flow[at];
    let closed = state.is_closed(at);
    match link.kind {
        Kind::Pipe | Kind::CheckValve if closed => Slope::closed(flow),
        Kind::Pipe | Kind::CheckValve => pipe(net, at, flow),
        Kind::Pump(number) => pump(net, number, flow, state.setting[at].unwrap_or(1.0), closed),
        Kind::Gpv if closed => Slope::closed(flow),
        Kind::Gpv => general(net, state.setting[at], flow),
        Kind::Pbv => breaker(net, state, at),
        Kind::Tcv => {
            let minor = state.setting[at].map(|loss| 0.02517 * loss / link.diameter.powi(4));
            valve(net, flow, minor.unwrap_or(link.minor), closed)
        }
        Kind::Prv | Kind::Psv | Kind::Fcv => valve(net, flow, link.minor, closed),
    }
}

fn pipe(net: &Network, at: usize, flow: f64) -> Slope {
    let (link, options) = (&net.links[at], &net.options);
    let exponent = match options.formula {
        Formula::DarcyWeisbach => return darcy_weisbach(net, at, flow),
        Formula::HazenWilliams => 1.852,
        Formula::ChezyManning => 2.0,
    };
    let q = flow.abs();
    let steep = exponent * link.resistance * if exponent == 2.0 { q } else { q.powf(exponent - 1.0) };
    let (mut gradient, mut loss) = (steep, steep * q / exponent);
    if gradient < options.gradient_min {
        gradient = options.gradient_min;
        loss = gradient * q;
    }
    if link.minor > 0.0 {
        loss += link.minor * q * q;
        gradient += 2.0 * link.minor * q;
    }
    Slope::of(if flow < 0.0 { -loss } else { loss }, gradient)
}

/// Laminar flow after Hagen and Poiseuille up to a Reynolds number of 2,000, else by the friction factor.
fn darcy_weisbach(net: &Network, at: usize, flow: f64) -> Slope {
    let link = &net.links[at];
    let (q, drag) = (flow.abs(), net.options.viscosity * link.diameter);
    if q <= 500.0 * PI * drag {
        let r = 16.0 * PI * drag * link.resistance;
        return Slope::of(flow * (r + link.minor * q), r + 2.0 * link.minor * q);
    }
    let (factor, by_flow) = friction(q, link.roughness / link.diameter, drag);
    let r = factor * link.resistance + link.minor;
    Slope::of(r * q * flow, 2.0 * r * q + by_flow * link.resistance * q * q)
}

/// Friction factor and its derivative by flow: P. K. Swamee and A. K. Jain (1976) from a Reynolds number of 4,000 on, E.
/// Dunlop's cubic between 2,000 and 4,000.
fn friction(q: f64, roughness: f64, drag: f64) -> (f64, f64) {
    // The Reynolds number times a quarter of pi.
    let w = q / drag;
    let per_log = -2.0 / std::f64::consts::LN_10;
    if w >= 1000.0 * PI {
        let turbulence = 5.74 * (PI / 4.0).powf(0.9) / w.powf(0.9);
        let sum = roughness / 3.7 + turbulence;
        let log = per_log * sum.ln();
        let factor = 1.0 / (log * log);
        return (factor, 1.8 * factor * turbulence * per_log / sum / log / q);
    }
    let at_4000 = 5.74 / 4000_f64.powf(0.9);
    let sum = roughness / 3.7 + at_4000;
    let log = per_log * sum.ln();
    let fa = 1.0 / (log * log);
    // Slope of the logarithm at the upper end.
    let fb = (2.0 + 1.8 * per_log * at_4000 / (sum * log)) * fa;
    let r = w / (500.0 * PI);
    let x = [
        7.0 * fa - fb,
        0.128 - 17.0 * fa + 2.5 * fb,
        -0.128 + 13.0 * fa - 2.0 * fb,
        0.032 - 3.0 * fa + 0.5 * fb,
    ];
    let factor = x[0] + r * (x[1] + r * (x[2] + r * x[3]));
    (factor, (x[1] + r * (2.0 * x[2] + r * 3.0 * x[3])) / drag / (500.0 * PI))
}

fn pump(net: &Network, number: u32, flow: f64, speed: f64, closed: bool) -> Slope {
    if closed || speed == 0.0 {
        return Slope::closed(flow);
    }
    let q = flow.abs();
    let least = net.options.gradient_min;
    match net.pumps[number as usize].curve {
        PumpCurve::Points(curve) => {
            let (head, slope) = net.curves[curve as usize].line(q / speed * net.units.flow);
            let gradient = -slope * net.units.flow / net.units.length * speed;
            Slope::of(-head / net.units.length * speed * speed + gradient * flow, gradient)
        }
        PumpCurve::Constant { r } => {
            // Affinity: power grows with the cube of speed.
            let r = r * speed.powi(3);
            let gradient = -r / q / q;
            if gradient > BIG {
                Slope::of(-BIG * flow, BIG)
            } else if gradient < least {
                Slope::of(-least * flow, least)
            } else {
                Slope::of(r / flow, gradient)
            }
        }
        PumpCurve::Power { shutoff, r, n } => {
            let n = if (n - 1.0).abs() < 1e-6 { 1.0 } else { n };
            let (head, r) = (speed * speed * shutoff, r * speed.powf(2.0 - n));
            if n == 1.0 {
                return Slope::of(head + r * flow, r);
            }
            let gradient = n * r * q.powf(n - 1.0);
            if gradient < least {
                Slope::of(head + least * flow, least)
            } else {
                Slope::of(head + gradient * flow / n, gradient)
            }
        }
    }
}

/// A valve with a curve of head loss by flow.
fn general(net: &Network, curve: Option<f64>, flow: f64) -> Slope {
    let q = flow.abs().max(1e-6);
    let Some(curve) = curve.and_then(|at| net.curves.get(at as usize)) else { return Slope::free(flow) };
    let (head, slope) = curve.line(q * net.units.flow);
    let gradient = (slope * net.units.flow / net.units.length).max(1e-6);
    let y = head / net.units.length / gradient + q;
    Slope { p: 1.0 / gradient, y: if flow < 0.0 { -y } else { y } }
}

fn breaker(net: &Network, state: &State, at: usize) -> Slope {
    let (link, flow) = (&net.links[at], state.flow[at]);
    let out = state.out[at];
    match state.setting[at] {
        Some(setting) if setting != 0.0 && link.minor * flow * flow <= setting && !out => {
            Slope { p: BIG, y: setting * BIG }
        }
        _ => valve(net, flow, link.minor, state.is_closed(at)),
    }
}

/// A valve that is open, closed or throttled.
pub(super) fn valve(net: &Network, flow: f64, minor: f64, closed: bool) -> Slope {
    if closed {
        return Slope::closed(flow);
    }
    if minor <= 0.0 {
        return Slope::free(flow);
    }
    let gradient = 2.0 * minor * flow.abs();
    let least = net.options.gradient_min;
    if gradient < least { Slope::of(flow * least, least) } else { Slope::of(flow * gradient / 2.0, gradient) }
}

/// Head lost in an emitter and its gradient.
pub(super) fn emitter(net: &Network, coefficient: f64, flow: f64) -> (f64, f64) {
    let (exponent, least) = (net.options.emitter_exponent, net.options.gradient_min);
    let gradient = exponent * coefficient.max(SMALL) * flow.abs().powf(exponent - 1.0);
    if gradient < least { (least * flow, least) } else { (gradient * flow / exponent, gradient) }
}

/// Head lost in delivering a demand that depends on pressure, and its gradient: a power within 0 and the full demand, and
/// walls beyond.
pub(super) fn outlet(net: &Network, delivered: f64, full: f64) -> (f64, f64) {
    let options = &net.options;
    let range = options.pressure[1] - options.pressure[0];
    let n = 1.0 / options.pressure_exponent;
    let share = delivered / full;
    if share <= 0.0 {
        return (BIG * delivered, BIG);
    }
    if share >= 1.0 {
        return (range + BIG * (delivered - full), BIG);
    }
    let gradient = n * range * share.powf(n - 1.0) / full;
    let least = options.gradient_min;
    if gradient < least { (least * delivered, least) } else { (gradient * delivered / n, gradient) }
}
