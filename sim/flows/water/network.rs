//! A water network as it is solved: feet, cubic feet per second and seconds throughout.
use super::orders::{Control, Rule};
use super::units::Units;

/// A junction, reservoir or tank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Name as written.
    pub id: String,
    /// Elevation; of a reservoir its head. ft.
    pub elevation: f64,
    /// Head lost in its leak or emitter per flow to the power of [`Options::emitter_exponent`]; 0 without one.
    pub emitter: f64,
    /// What is drawn there.
    pub demands: Vec<Demand>,
}

/// A demand of one category.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Demand {
    /// Mean, ft³/s.
    pub base: f64,
    /// Pattern over time; constant without one.
    pub pattern: Option<u32>,
}

/// A node whose head is given: a reservoir, or a tank with its water.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tank {
    /// Mean area, ft²; 0 for a reservoir.
    pub area: f64,
    /// Head at the start, lowest and highest, ft.
    pub head: [f64; 3],
    /// Volume at the start, least and most, ft³.
    pub volume: [f64; 3],
    /// Curve of volume by level above the bottom, in units of the file.
    pub curve: Option<u32>,
    /// Pattern of a reservoir's head.
    pub pattern: Option<u32>,
    /// Whether water may run over when full.
    pub overflows: bool,
}

/// What a link is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A pipe with a check valve.
    CheckValve,
    /// A pipe.
    #[default]
    Pipe,
    /// A pump, with its number among [`Network::pumps`].
    Pump(u32),
    /// A pressure-reducing valve.
    Prv,
    /// A pressure-sustaining valve.
    Psv,
    /// A pressure-breaker valve.
    Pbv,
    /// A flow-control valve.
    Fcv,
    /// A throttle-control valve.
    Tcv,
    /// A valve with a curve of head loss.
    Gpv,
}

impl Kind {
    /// Whether it is a pipe, with a check valve or without.
    pub fn is_pipe(self) -> bool {
        matches!(self, Self::Pipe | Self::CheckValve)
    }

    /// Whether it is a pump.
    pub fn is_pump(self) -> bool {
        matches!(self, Self::Pump(_))
    }

    /// Whether it is any valve but a check valve.
    pub fn is_valve(self) -> bool {
        !self.is_pipe() && !self.is_pump()
    }

    /// Whether it holds a pressure or a flow by its status.
    pub fn regulates(self) -> bool {
        matches!(self, Self::Prv | Self::Psv | Self::Fcv)
    }
}

/// Status of a link, in EPANET's order: all up to `Closed` let nothing through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A pump that can't reach the head.
    XHead,
    /// Closed for the time being, as beside a full tank.
    Held,
    /// Closed.
    Closed,
    /// Open.
    #[default]
    Open,
    /// A valve that regulates.
    Active,
    /// A flow-control valve that can't reach its flow.
    XFlow,
    /// A pressure valve that can't hold its pressure.
    XPressure,
}

impl Status {
    /// Whether nothing gets through.
    pub fn is_closed(self) -> bool {
        self <= Self::Closed
    }
}

/// A pipe, pump or valve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Name as written.
    pub id: String,
    /// Node at which it begins.
    pub from: u32,
    /// Node at which it ends.
    pub to: u32,
    /// What it is.
    pub kind: Kind,
    /// Diameter, ft.
    pub diameter: f64,
    /// Length, ft.
    pub length: f64,
    /// Roughness of a pipe: a coefficient, or ft for Darcy-Weisbach.
    pub roughness: f64,
    /// Resistance of a pipe by the formula of head loss.
    pub resistance: f64,
    /// Minor loss: head per square of flow.
    pub minor: f64,
    /// Setting at the start: speed of a pump, pressure (ft), flow or loss coefficient of a valve; `None` where it is fixed
    /// open or closed.
    pub setting: Option<f64>,
    /// Status at the start.
    pub status: Status,
}

/// How a pump's head depends on its flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PumpCurve {
    /// Gain = `-shutoff - r · flow^n`, at full speed.
    Power {
        /// Head at no flow, negative, ft.
        shutoff: f64,
        /// Factor.
        r: f64,
        /// Exponent.
        n: f64,
    },
    /// Constant power: gain = `-r / flow`.
    Constant {
        /// Power as head times flow, negative.
        r: f64,
    },
    /// Straight pieces between points of a curve.
    Points(u32),
}

/// A pump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pump {
    /// Its link.
    pub link: u32,
    /// Head by flow.
    pub curve: PumpCurve,
    /// Flow to begin with, ft³/s.
    pub first_flow: f64,
    /// Most head at full speed, ft.
    pub head_max: f64,
    /// Pattern of its speed.
    pub pattern: Option<u32>,
}

/// Points of a curve, in units of the file, x ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// First coordinate of each point.
    pub x: Vec<f64>,
    /// Second coordinate.
    pub y: Vec<f64>,
}

impl Curve {
    /// Value at `x` by straight pieces, that of the end beyond it.
    pub fn value(&self, x: f64) -> f64 {
        pieces(&self.x, &self.y, x)
    }

    /// `x` at which the value is reached.
    pub fn inverse(&self, y: f64) -> f64 {
        pieces(&self.y, &self.x, y)
    }

    /// Value at 0 and slope of the straight piece at `x`, continued beyond the ends. Needs two points.
    pub fn line(&self, x: f64) -> (f64, f64) {
        let last = self.x.len() - 1;
        let end = self.x.iter().position(|at| *at >= x).unwrap_or(last).clamp(1, last.max(1));
        let slope = (self.y[end] - self.y[end - 1]) / (self.x[end] - self.x[end - 1]);
        (self.y[end - 1] - slope * self.x[end - 1], slope)
    }
}

fn pieces(x: &[f64], y: &[f64], at: f64) -> f64 {
    let last = y.last().copied().unwrap_or(0.0);
    let Some(end) = x.iter().position(|x| *x >= at) else { return last };
    if end == 0 || at <= x[0] {
        return y[0];
    }
    let run = x[end] - x[end - 1];
    if run.abs() < 1e-6 { y[end] } else { y[end] - (x[end] - at) * (y[end] - y[end - 1]) / run }
}

/// Formula of head loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formula {
    /// Hazen and Williams.
    #[default]
    HazenWilliams,
    /// Darcy and Weisbach.
    DarcyWeisbach,
    /// Chezy and Manning.
    ChezyManning,
}

/// Whether demand depends on pressure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DemandModel {
    /// Demand is drawn whatever the pressure.
    #[default]
    Driven,
    /// Demand falls from full at the required pressure to nothing at the least.
    Pressure,
}

/// What is done with a period that doesn't converge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unbalanced {
    /// The run ends.
    #[default]
    Stop,
    /// It goes on, after so many more trials with statuses kept.
    Continue(u32),
}

/// Options of the solution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Formula of head loss.
    pub formula: Formula,
    /// Kinematic viscosity, ft²/s.
    pub viscosity: f64,
    /// Most trials.
    pub trials: u32,
    /// Sum of flow changes over sum of flows at which a period has converged.
    pub accuracy: f64,
    /// What happens where it doesn't.
    pub unbalanced: Unbalanced,
    /// Head tolerance of status checks, ft.
    pub head_tolerance: f64,
    /// Flow tolerance of status checks, ft³/s.
    pub flow_tolerance: f64,
    /// Least gradient of head loss, below which losses are linear.
    pub gradient_min: f64,
    /// Trials between status checks.
    pub check_every: u32,
    /// Last trial with such a check.
    pub check_last: u32,
    /// Accuracy at which steps are damped; 0 for never.
    pub damp_limit: f64,
    /// Most head error of a link, ft; 0 for any.
    pub head_error_max: f64,
    /// Most flow change of a link, ft³/s; 0 for any.
    pub flow_change_max: f64,
    /// Exponent of flow in the head lost by an emitter.
    pub emitter_exponent: f64,
    /// Factor of all demands.
    pub demand_factor: f64,
    /// Whether demand depends on pressure.
    pub demand_model: DemandModel,
    /// Pressure at which nothing is delivered, and all, ft.
    pub pressure: [f64; 2],
    /// Exponent of pressure in demand.
    pub pressure_exponent: f64,
}

/// Times, s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long.
    pub duration: i64,
    /// Longest hydraulic step.
    pub step: i64,
    /// Step of patterns.
    pub pattern_step: i64,
    /// Time in patterns at the start.
    pub pattern_start: i64,
    /// Step of reports.
    pub report_step: i64,
    /// First report.
    pub report_start: i64,
    /// Step at which rules are looked at.
    pub rule_step: i64,
    /// Time of day at the start.
    pub clock_start: i64,
}

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Junctions first, then reservoirs and tanks.
    pub nodes: Vec<Node>,
    /// How many of them are junctions.
    pub junctions: usize,
    /// What the other nodes are, in their order.
    pub tanks: Vec<Tank>,
    /// Links.
    pub links: Vec<Link>,
    /// Pumps.
    pub pumps: Vec<Pump>,
    /// Links that are valves.
    pub valves: Vec<u32>,
    /// Multipliers of each pattern.
    pub patterns: Vec<Vec<f64>>,
    /// Curves.
    pub curves: Vec<Curve>,
    /// Simple controls, in their order.
    pub controls: Vec<Control>,
    /// Rules, in their order.
    pub rules: Vec<Rule>,
    /// Options.
    pub options: Options,
    /// Times.
    pub times: Times,
    /// Units of the file.
    pub units: Units,
}

impl Network {
    /// The tank or reservoir that a node is.
    pub fn tank(&self, node: u32) -> Option<&Tank> {
        (node as usize).checked_sub(self.junctions).and_then(|at| self.tanks.get(at))
    }

    /// Volume in a tank at a head, ft³.
    pub fn volume(&self, node: u32, head: f64) -> f64 {
        let Some(tank) = self.tank(node) else { return 0.0 };
        match tank.curve {
            None => tank.volume[1] + (head - tank.head[1]) * tank.area,
            Some(curve) => {
                let level = (head - self.nodes[node as usize].elevation) * self.units.length;
                self.curves[curve as usize].value(level) / self.units.volume()
            }
        }
    }

    /// Head in a tank at a volume, ft.
    pub fn tank_head(&self, node: u32, volume: f64) -> f64 {
        let Some(tank) = self.tank(node) else { return self.nodes[node as usize].elevation };
        match tank.curve {
            None => tank.head[1] + (volume - tank.volume[1]) / tank.area,
            Some(curve) => {
                let level = self.curves[curve as usize].inverse(volume * self.units.volume());
                self.nodes[node as usize].elevation + level / self.units.length
            }
        }
    }

    /// A pattern's multiplier in a period since the start; 1 without a pattern.
    pub fn multiplier(&self, pattern: Option<u32>, period: i64) -> f64 {
        let Some(list) = pattern.and_then(|at| self.patterns.get(at as usize)) else { return 1.0 };
        list.get(period.rem_euclid(list.len().max(1) as i64) as usize).copied().unwrap_or(1.0)
    }
}
