//! The solver: one symbolic factorisation for a network, whatever falls out of it later.
use super::{Grid, Islands, balance};
use crate::sparse::{Factor, Pivots, Singular, Symbolic, TooDense};

/// Who takes up what generation and load of an island differ by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slack {
    /// Reference buses: each holds its angle and feeds whatever results. Islands without one are balanced as by
    /// [`Slack::Generators`].
    #[default]
    Reference,
    /// All generators of the island by [`balance`], with shedding where they can't.
    Generators,
    /// As [`Slack::Generators`], but generation is only ever lowered: within seconds of an accident nobody raises it.
    Lowered,
}

/// Why there is no solution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unsolvable {
    /// The equations at a bus contradict each other or leave it free, as reactances that cancel do.
    Singular {
        /// The bus.
        bus: u32,
    },
    /// The network is too dense to be factored.
    TooDense,
    /// Rounding leaves a bus unbalanced.
    Inaccurate {
        /// The bus.
        bus: u32,
        /// By how much, MW.
        mismatch_mw: f64,
    },
}

/// A solution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// Flow over each branch from `from` to `to`, MW; 0 where out of service.
    pub flow_mw: Vec<f64>,
    /// Angle of each bus, rad; 0 in an island without power.
    pub angle_rad: Vec<f64>,
    /// What each bus feeds in, MW.
    pub generation_mw: Vec<f64>,
    /// What each bus draws, MW.
    pub load_mw: Vec<f64>,
    /// The islands solved.
    pub islands: Islands,
    /// Whether each branch carries power.
    pub on: Vec<bool>,
}

/// Solves one network again and again with other loads and other branches in service.
pub struct Solver {
    pattern: Symbolic,
    factor: Factor,
    /// Whether each bus holds its angle, and right sides.
    held: Vec<bool>,
    side: Vec<f64>,
    free: Vec<bool>,
    powered: Vec<bool>,
    slack: Vec<bool>,
}

/// Mismatch that is worth another round of refinement, relative to the largest flow.
const REFINED: f64 = 1e-13;
/// Mismatch that isn't a solution, relative to the largest flow.
const MISMATCH_MAX: f64 = 1e-9;
/// Rounds of refinement.
const ROUNDS: usize = 4;

impl Solver {
    /// Finds the order of elimination for a network.
    ///
    /// # Errors
    /// [`Unsolvable::TooDense`].
    pub fn new(grid: &Grid) -> Result<Self, Unsolvable> {
        let pattern = Symbolic::new(grid.bus_count(), &grid.from, &grid.to);
        let pattern = pattern.map_err(|TooDense| Unsolvable::TooDense)?;
        let factor = Factor::new(&pattern);
        let count = grid.bus_count();
        Ok(Self {
            pattern,
            factor,
            held: vec![false; count],
            side: vec![0.0; count],
            free: Vec::new(),
            powered: Vec::new(),
            slack: Vec::new(),
        })
    }

    /// The flow in the network as it stands.
    ///
    /// # Errors
    /// [`Unsolvable`].
    pub fn solve(&mut self, grid: &Grid, slack: Slack) -> Result<Flow, Unsolvable> {
        let mut flow = Flow {
            on: (0..grid.branch_count()).map(|branch| grid.carries(branch)).collect(),
            generation_mw: grid.generation_mw.clone(),
            load_mw: grid.load_mw.clone(),
            ..Flow::default()
        };
        for bus in (0..grid.bus_count()).filter(|bus| !grid.bus_on[*bus]) {
            (flow.generation_mw[bus], flow.load_mw[bus]) = (0.0, 0.0);
        }
        self.resolve(grid, slack, &mut flow)?;
        Ok(flow)
    }

    /// The flow for the branches, generation and load that `flow` names; all else in it is found anew.
    ///
    /// # Errors
    /// [`Unsolvable`].
    pub fn resolve(&mut self, grid: &Grid, slack: Slack, flow: &mut Flow) -> Result<(), Unsolvable> {
        flow.islands.find(grid, &flow.on);
        self.hold(grid, slack, flow);
        let raised = slack != Slack::Lowered;
        balance(grid, &flow.islands, &self.free, raised, &mut flow.generation_mw, &mut flow.load_mw);
        self.power(grid, flow);
        self.assemble(grid, flow).map_err(|singular| Unsolvable::Singular { bus: singular.node })?;
        flow.angle_rad.clone_from(&self.side);
        self.factor.solve(&self.pattern, &mut flow.angle_rad);
        let (bus, mismatch_mw, largest) = self.refine(grid, flow);
        if mismatch_mw > MISMATCH_MAX * largest || !mismatch_mw.is_finite() {
            return Err(Unsolvable::Inaccurate { bus, mismatch_mw });
        }
        self.settle(grid, flow);
        Ok(())
    }

    /// Marks the buses that hold their angle: references, else the first bus of an island that generates, else its
    /// first.
    fn hold(&mut self, grid: &Grid, slack: Slack, flow: &Flow) {
        let count = flow.islands.count;
        self.free.clear();
        self.free.resize(count, false);
        self.slack.clear();
        self.slack.resize(count, false);
        self.held.fill(false);
        let island = |bus: usize| flow.islands.of_bus[bus] as usize;
        for bus in (0..grid.bus_count()).filter(|bus| grid.bus_on[*bus] && grid.reference_rad[*bus].is_some())
        {
            // With generators as slack one angle is enough, or a second would take power up.
            let first = !std::mem::replace(&mut self.slack[island(bus)], true);
            self.held[bus] = slack == Slack::Reference || first;
            self.free[island(bus)] |= slack == Slack::Reference;
        }
        for pass in 0..2 {
            for bus in 0..grid.bus_count() {
                if !self.slack[island(bus)] && (pass == 1 || flow.generation_mw[bus] > 0.0) {
                    self.slack[island(bus)] = true;
                    self.held[bus] = true;
                }
            }
        }
    }

    /// Marks the islands that have power.
    fn power(&mut self, grid: &Grid, flow: &Flow) {
        self.powered.clone_from(&self.free);
        for bus in 0..grid.bus_count() {
            self.powered[flow.islands.of_bus[bus] as usize] |= flow.generation_mw[bus] > 0.0;
        }
    }

    /// Puts together and factors the equations; the right side lies in `side`.
    fn assemble(&mut self, grid: &Grid, flow: &Flow) -> Result<(), Singular> {
        let Self { pattern, factor, held, side, powered, .. } = self;
        factor.clear();
        for bus in 0..grid.bus_count() {
            side[bus] = flow.generation_mw[bus] - flow.load_mw[bus];
            if held[bus] {
                factor.add(pattern, bus as u32, 1.0);
                side[bus] = if powered[flow.islands.of_bus[bus] as usize] {
                    grid.reference_rad[bus].unwrap_or(0.0)
                } else {
                    0.0
                };
            }
        }
        let angle = |bus: usize| grid.reference_rad[bus].unwrap_or(0.0);
        for branch in (0..grid.branch_count()).filter(|branch| flow.on[*branch]) {
            let (a, b) = (grid.from[branch] as usize, grid.to[branch] as usize);
            let stiffness = grid.mw_per_rad[branch];
            let lives = powered[flow.islands.of_bus[a] as usize];
            let shifted = if lives { stiffness * grid.shift_rad[branch] } else { 0.0 };
            for (bus, other, shifted) in
                [(a, b, shifted), (b, a, -shifted)].into_iter().filter(|(bus, ..)| !held[*bus])
            {
                factor.add(pattern, bus as u32, stiffness);
                side[bus] += shifted;
                if held[other] && lives {
                    side[bus] += stiffness * angle(other);
                }
            }
            if !held[a] && !held[b] {
                factor.couple(pattern, branch, -stiffness);
            }
        }
        factor.refactor(pattern, Pivots::Distinct)
    }

    /// Flows by the angles, and corrections of the angles by what they leave unbalanced. Gives the worst bus, by how
    /// much it is out, and the largest flow.
    fn refine(&mut self, grid: &Grid, flow: &mut Flow) -> (u32, f64, f64) {
        let mut last = f64::INFINITY;
        let mut worst = (0, 0.0, 0.0);
        for round in 0..=ROUNDS {
            self.flows(grid, flow);
            let largest = flow.flow_mw.iter().fold(0.0_f64, |most, mw| most.max(mw.abs()));
            let out = self.side.iter().zip(0..).fold((0, 0.0_f64), |worst, (mw, bus)| {
                if mw.abs() > worst.1 || mw.is_nan() { (bus, mw.abs()) } else { worst }
            });
            worst = (out.0, out.1, largest);
            // Rounding leaves this much at a bus, however good the angles are.
            if out.1 <= REFINED * largest || out.1 >= 0.5 * last || round == ROUNDS {
                break;
            }
            last = out.1;
            self.factor.solve(&self.pattern, &mut self.side);
            for (angle, correction) in flow.angle_rad.iter_mut().zip(&self.side) {
                *angle += correction;
            }
        }
        worst
    }

    /// Flows by the angles; what each free bus is out by goes into `side`.
    fn flows(&mut self, grid: &Grid, flow: &mut Flow) {
        let Self { held, side, powered, .. } = self;
        for bus in 0..grid.bus_count() {
            side[bus] = if held[bus] { 0.0 } else { flow.generation_mw[bus] - flow.load_mw[bus] };
        }
        flow.flow_mw.clear();
        flow.flow_mw.extend((0..grid.branch_count()).map(|branch| {
            let (a, b) = (grid.from[branch] as usize, grid.to[branch] as usize);
            if !flow.on[branch] || !powered[flow.islands.of_bus[a] as usize] {
                return 0.0;
            }
            let turn = flow.angle_rad[a] - flow.angle_rad[b] - grid.shift_rad[branch];
            let mw = grid.mw_per_rad[branch] * turn;
            if !held[a] {
                side[a] -= mw;
            }
            if !held[b] {
                side[b] += mw;
            }
            mw
        }));
    }

    /// Gives references what their branches take.
    fn settle(&mut self, grid: &Grid, flow: &mut Flow) {
        self.side.fill(0.0);
        for branch in 0..grid.branch_count() {
            self.side[grid.from[branch] as usize] += flow.flow_mw[branch];
            self.side[grid.to[branch] as usize] -= flow.flow_mw[branch];
        }
        for bus in 0..grid.bus_count() {
            if self.held[bus] && self.free[flow.islands.of_bus[bus] as usize] {
                let generation = self.side[bus] + flow.load_mw[bus];
                flow.generation_mw[bus] = generation.max(0.0);
                flow.load_mw[bus] += (-generation).max(0.0);
            }
        }
    }
}
