//! What a person does after a checkpoint: go on, or turn back and go home.
use super::doors::{Outcome, Passage, Verdict};
use super::network::{self, Leg};
use super::platforms;
use super::traveller::Traveller;
use super::{Sink, View, walk, work};
use citytwin_world::Mode;
use citytwin_world::id::Key;
use citytwin_world::population::{Hold, Today};
use citytwin_world::residents::slot;
use citytwin_world::services::Cause;

/// Applies one outcome to its person, who may since have been taken out of the queue (to a hospital bed).
pub(super) fn apply(view: &View, outcome: &Outcome, today: &mut [Today], sink: &mut Sink) {
    let index = outcome.person.index().wrapping_sub(sink.first);
    let Some(person) = today.get_mut(index) else { return };
    if person.hold != Hold::Queue {
        return;
    }
    let who = Traveller::new(view.now, outcome.person);
    sink.ahead.release(index);
    sink.work.tally.checkpoint_wait_min += u64::from(outcome.wait_s / 60);
    person.hold = Hold::Free;
    match outcome.verdict {
        Verdict::Passed => pass(view, outcome, who, person, sink),
        Verdict::Turned(cause) => {
            sink.work.tally.prevented[cause as usize] += 1;
            turn_back(view, outcome, who, person, sink);
        }
    }
    if person.hold == Hold::Free {
        walk::go_on_and_note(view, who, person, sink);
    }
}

fn pass(view: &View, outcome: &Outcome, who: Traveller, person: &mut Today, sink: &mut Sink) {
    let at_s = outcome.at_ds.div_ceil(10);
    match outcome.passage {
        Passage::Entrance { mode, doors } => {
            let leg = Leg { arrive_s: at_s, metres: outcome.metres, mode };
            walk::reach_after(view, who, person, leg, (outcome.depart_min, doors), sink);
        }
        Passage::Street => {
            let leg = Leg { arrive_s: at_s, metres: outcome.metres, mode: Mode::Car };
            walk::reach_after(view, who, person, leg, (outcome.depart_min, 0), sink);
        }
        Passage::Gate { ride } => {
            let at = usize::from(person.at);
            let legs = (usize::from(person.stop[at]), usize::from(person.stop[at + 1]));
            let depart_s = u32::from(outcome.depart_min) * 60;
            if let Some(service) = view.service {
                let trip = (outcome.depart_min, outcome.metres);
                let goes_on = walk::journey(view, who.id, legs, depart_s).is_some_and(|found| {
                    let ground = (view, service);
                    platforms::through_gate(ground, who, person, found, (ride, at_s), trip, sink)
                });
                if !goes_on {
                    turn_back(view, outcome, who, person, sink);
                }
                return;
            }
            let rest = walk::journey(view, who.id, legs, depart_s).and_then(|journey| {
                let mut rides = journey.rides;
                let rest = rides[..journey.rides().len()].get_mut(usize::from(ride)..)?;
                rest.first_mut()?.walk_s = 0; // the walk to the platform lies behind
                Some(walk::ride_all(view, who, rest, at_s, sink)? + u32::from(journey.egress_s))
            });
            match rest {
                Some(arrive_s) => {
                    let leg = Leg { arrive_s, metres: outcome.metres, mode: Mode::Metro };
                    walk::reach(view, who, person, leg, outcome.depart_min, sink);
                }
                None => turn_back(view, outcome, who, person, sink), // the last train has gone
            }
        }
    }
}

/// Goes home from a door or platform: the rest of the day out is given up.
pub(super) fn turn_back(view: &View, outcome: &Outcome, who: Traveller, person: &mut Today, sink: &mut Sink) {
    let at = usize::from(person.at);
    let stops = usize::from(person.stops);
    let from = usize::from(person.stop[at]);
    let aim = usize::from(person.stop[at + 1]);
    if aim == slot::ANCHOR {
        // Who passed and turns back all the same found no vehicle any more.
        let cause = if let Verdict::Turned(cause) = outcome.verdict { cause } else { Cause::NoRoute };
        work::lose(view, &mut sink.work.tally, who.id, cause);
    }
    let home = (at + 1..stops).find(|i| usize::from(person.stop[*i]) == slot::HOME);
    // The way back: from an entrance the way from there, from a gate the way come.
    let at_s = outcome.at_ds.div_ceil(10);
    let spent_s = at_s.saturating_sub(u32::from(outcome.depart_min) * 60);
    let way = |slot_index: usize| {
        let metres = network::way_m(view.city, view.residents, who.id, slot_index, slot::HOME);
        let mode = Mode::ALL[usize::from(person.mode)];
        let mode = network::on_streets(mode, (slot_index, slot::HOME), metres);
        walk::street_leg(view, who.id, (slot_index, slot::HOME), metres, (mode, at_s))
    };
    let leg = match outcome.passage {
        Passage::Entrance { .. } => way(aim),
        Passage::Gate { .. } | Passage::Street if from == slot::HOME => {
            Leg { arrive_s: at_s + spent_s.max(60), metres: 0, mode: Mode::Walk }
        }
        Passage::Gate { .. } | Passage::Street => way(from),
    };
    // Plans without a later stop at home (night shifts) end at home too.
    let target = home.unwrap_or(stops - 1);
    person.stop[target] = slot::HOME as u8;
    person.at = (target - 1) as u8;
    if home.is_none() {
        person.until_min[target] = citytwin_world::population::NO_DEPARTURE;
    }
    walk::arrive(view, who, person, leg, outcome.depart_min, sink);
}
