//! Which assets work in an hour: everything that needs something else goes with it, to a fixed point.
use super::power::{PowerGrid, Supply};
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Infrastructure, Need, NeedKind};
use citytwin_world::outages::{AssetState, Fault};
use citytwin_world::{AssetId, City};

/// Least battery, fuel or tank with which an asset works through an hour, h: hours are rounded.
const THROUGH_THE_HOUR_H: f32 = 0.5;

/// Why an asset doesn't work, and whose failure brought it down.
pub(super) type Reason = (Fault, AssetId);

/// The assets of one hour on their way to a fixed point.
pub(super) struct Settling<'a> {
    pub city: &'a City,
    pub grid: Option<&'a mut PowerGrid>,
    pub states: &'a [AssetState],
    /// What hazards keep from working in this hour, ordered by asset.
    pub held: &'a [(AssetId, Fault)],
    /// Tick and hour of the day.
    pub when: (u32, u32),
}

/// What an hour came to.
pub(super) struct Settled {
    /// Why each asset doesn't work; `None` for those that do.
    pub reasons: Vec<Option<Reason>>,
    /// Whether each asset lives on its own battery, fuel or tank.
    pub on_backup: Vec<bool>,
    /// The grid.
    pub supply: Supply,
    /// Assets that nothing keeps from working but each other, and that didn't work before.
    pub deadlocked: Vec<AssetId>,
}

impl Settling<'_> {
    /// The fixed point. Assets only ever fall in a pass, so every pass ends. What worked in the last hour goes on; what
    /// didn't comes back once all that it needs is back; what could only come back together with others that wait for
    /// it doesn't: it is deadlocked.
    pub fn settle(mut self) -> Settled {
        let made = &self.city.infrastructure;
        let possible = self.fall(vec![true; made.len()], &vec![None; made.len()]);
        let mut up: Vec<bool> = self
            .states
            .iter()
            .zip(&possible.reasons)
            .map(|(state, why)| state.works && why.is_none())
            .collect();
        self.rise(&possible.reasons, &mut up);
        // Whoever could work by itself and lies still waits for others that wait for it.
        let waits = |asset: usize| possible.reasons[asset].is_none() && !up[asset];
        let deadlocked: Vec<AssetId> =
            (0..made.len()).filter(|asset| waits(*asset)).map(AssetId::from_index).collect();
        if deadlocked.is_empty() {
            return Settled { deadlocked, ..possible };
        }
        Settled { deadlocked, ..self.fall(up, &possible.reasons) }
    }

    /// Brings up whoever has all that it needs among those that are up, again and again.
    fn rise(&self, possible: &[Option<Reason>], up: &mut [bool]) {
        let made = &self.city.infrastructure;
        loop {
            let mut changed = false;
            for needs in rows(made) {
                let (asset, needs) = needs;
                let ready = needs.iter().all(|need| up[need.on.index()] || self.stands_in(need));
                if !up[asset] && possible[asset].is_none() && ready {
                    up[asset] = true;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Whether an asset's own store stands in for a need.
    fn stands_in(&self, need: &Need) -> bool {
        need.buffered && self.states[need.asset.index()].backup_h[1] >= THROUGH_THE_HOUR_H
    }

    /// Lets fall whoever is broken, held, without power or without what it needs, until nothing falls any more. Who is
    /// down from the start is so for what is `known`, or is deadlocked.
    fn fall(&mut self, mut up: Vec<bool>, known: &[Option<Reason>]) -> Settled {
        let made = &self.city.infrastructure;
        let waiting = Some((Fault::Deadlock, AssetId::NONE));
        let down = up.iter().zip(known).map(|(up, known)| if *up { None } else { known.or(waiting) });
        let mut reasons: Vec<Option<Reason>> = down.collect();
        for (asset, state) in self.states.iter().enumerate() {
            // Who waits to be started by hand could work.
            if let Some(fault) = state.broken.filter(|fault| *fault != Fault::Deadlock) {
                (up[asset], reasons[asset]) = (false, Some((fault, AssetId::NONE)));
            }
        }
        for (asset, fault) in self.held {
            (up[asset.index()], reasons[asset.index()]) = (false, Some((*fault, AssetId::NONE)));
        }
        let mut on_backup = vec![false; up.len()];
        let mut supply = Supply::default();
        // The grid is solved again only when its own assets have changed.
        let mut solved: Option<Vec<bool>> = None;
        loop {
            let mut changed = false;
            let own: Vec<bool> =
                up.iter().zip(made.kind.as_slice()).map(|(up, k)| *up && is_grid(*k)).collect();
            if solved.as_ref() != Some(&own) {
                if let Some(found) = self.grid.as_mut().and_then(|grid| grid.settle(&up, self.when)) {
                    supply = found;
                }
                solved = Some(own);
                for (feeder, dark) in &supply.off {
                    let fault = if *dark { Fault::NoPower } else { Fault::LoadShed };
                    changed |= std::mem::take(&mut up[feeder.index()]);
                    reasons[feeder.index()].get_or_insert((fault, AssetId::NONE));
                }
            }
            for (asset, needs) in rows(made) {
                let unmet = needs.iter().find(|need| !up[need.on.index()] && !self.stands_in(need));
                let lives_on = needs.iter().any(|need| need.buffered && !up[need.on.index()]);
                on_backup[asset] = lives_on && up[asset];
                if let Some(need) = unmet.filter(|_| up[asset]) {
                    (up[asset], on_backup[asset]) = (false, false);
                    reasons[asset] = Some((fault_of(need, made), need.on));
                    changed = true;
                }
            }
            if !changed {
                return Settled { reasons, on_backup, supply, deadlocked: Vec::new() };
            }
        }
    }
}

fn is_grid(kind: AssetKind) -> bool {
    matches!(kind, AssetKind::GridInfeed | AssetKind::Substation)
}

/// Assets with what they need, those without needs too.
fn rows(made: &Infrastructure) -> impl Iterator<Item = (usize, &[Need])> {
    let mut rest = made.needs.as_slice();
    (0..made.len()).map(move |asset| {
        let count = rest.iter().take_while(|need| need.asset.index() == asset).count();
        let (needs, after) = rest.split_at(count);
        rest = after;
        (asset, needs)
    })
}

fn fault_of(need: &Need, made: &Infrastructure) -> Fault {
    match (need.kind, made.kind[need.on]) {
        (NeedKind::Logical, _) => Fault::NoControl,
        (NeedKind::Geographic, _) => Fault::FellWith,
        (NeedKind::Functional, AssetKind::WaterWorks | AssetKind::PumpingStation) => Fault::NoWater,
        (NeedKind::Functional, AssetKind::DataCentre | AssetKind::BaseStation) => Fault::NoControl,
        (NeedKind::Functional, _) => Fault::NoPower,
    }
}
