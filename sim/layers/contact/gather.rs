//! From the day's stays to transmissions: infectious rooms first, then their visitors, then the pressure in each.
use super::hot::{HotRooms, PARTS};
use super::pressure::{self, Rates};
use citytwin_engine::{Now, PersonSet};
use citytwin_world::health::{Health, NewInfection, VARIANTS_MAX};
use citytwin_world::{PersonId, Stage, Visit, World};
use rayon::prelude::*;

/// A stay in a room with somebody infectious, with what counts of the visitor's health: kept together, so that the
/// work on a room reads no other memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct HotVisit {
    /// Position of the room among the day's infectious rooms.
    pub(super) rank: u32,
    pub(super) person: PersonId,
    pub(super) start_min: u16,
    pub(super) end_min: u16,
    /// Infectiousness where positive; otherwise the visitor's greatest susceptibility, with a minus sign.
    weight: f32,
}

impl HotVisit {
    /// A visit of somebody infectious (`weight` positive) or susceptible (negative), for tests.
    #[cfg(test)]
    pub(super) fn new(start_min: u16, end_min: u16, weight: f32) -> Self {
        Self { rank: 0, person: PersonId(0), start_min, end_min, weight }
    }
    /// Infectiousness of the visitor; 0 for the susceptible.
    #[inline]
    pub(super) fn strength(&self) -> f32 {
        self.weight.max(0.0)
    }
    /// Susceptibility of the visitor to the variant that finds it easiest; 0 for the infectious.
    #[inline]
    pub(super) fn susceptibility(&self) -> f32 {
        (-self.weight).max(0.0)
    }
}

/// Memory kept from day to day.
#[derive(Default)]
pub(super) struct Scratch {
    hot: HotRooms,
    /// For each chunk of persons, visits to infectious rooms by part.
    split: Vec<Vec<Vec<HotVisit>>>,
}

impl Scratch {
    /// The day's transmissions, in order of room.
    pub(super) fn transmissions(
        &mut self,
        now: Now,
        world: &World,
        rates: &Rates,
        apart: Option<&PersonSet>,
    ) -> Vec<NewInfection> {
        self.hot.find(world);
        if self.hot.rooms().is_empty() {
            return Vec::new();
        }
        self.split(world, apart);
        let (hot, split) = (&self.hot, &self.split);
        let found: Vec<Vec<NewInfection>> = (0..PARTS)
            .into_par_iter()
            .map_init(Vec::new, |sorted, part| {
                let ranks = hot.part(part);
                let lists = split.iter().map(|chunk| chunk[part].as_slice());
                sort_by_room(lists, ranks.start, ranks.len(), sorted);
                pressure::rooms(now, world, rates, hot.rooms(), sorted)
            })
            .collect();
        found.into_iter().flatten().collect()
    }

    /// Copies the visits that matter, by part: those of infectious and of susceptible persons to infectious rooms.
    /// Who keeps apart at home meets nobody there.
    fn split(&mut self, world: &World, apart: Option<&PersonSet>) {
        let chunks = world.visits.chunks.len();
        self.split.resize_with(chunks, || vec![Vec::new(); PARTS]);
        let hot = &self.hot;
        let health = &world.people.health;
        let households = world.people.residents.rooms.households;
        world.visits.chunks.par_iter().zip(&mut self.split).for_each(|(visits, parts)| {
            parts.iter_mut().for_each(Vec::clear);
            for stays in visits.chunk_by(|a, b| a.person == b.person) {
                let weight = weight_of(health, stays[0].person);
                if weight == 0.0 {
                    continue;
                }
                let alone = apart.is_some_and(|set| set.has(stays[0].person));
                for &Visit { room, start_min, end_min, person } in stays {
                    if alone && room.0 < households {
                        continue;
                    }
                    if let Some((part, rank)) = hot.rank(room) {
                        parts[part].push(HotVisit { rank, person, start_min, end_min, weight });
                    }
                }
            }
        });
    }
}

/// Infectiousness of a person, or with a minus sign the greatest susceptibility; 0 for those who play no part.
fn weight_of(health: &Health, person: PersonId) -> f32 {
    let strength = health.infectivity[person];
    if strength > 0.0 {
        return strength;
    }
    if !can_catch(health.stage[person]) {
        return 0.0;
    }
    let variants = usize::from(health.variants).clamp(1, VARIANTS_MAX);
    -health.susceptibility[person][..variants].iter().fold(0.0f32, |most, s| most.max(*s))
}

/// Whether somebody in a stage can be infected; the recovered may be, as far as their protection allows.
fn can_catch(stage: Stage) -> bool {
    matches!(stage, Stage::Susceptible | Stage::Recovered)
}

/// Counting sort by room, stable.
fn sort_by_room<'a>(
    lists: impl Iterator<Item = &'a [HotVisit]> + Clone,
    first: usize,
    rooms: usize,
    sorted: &mut Vec<HotVisit>,
) {
    let mut starts = vec![0u32; rooms + 1];
    for list in lists.clone() {
        list.iter().for_each(|v| starts[v.rank as usize - first + 1] += 1);
    }
    for i in 0..rooms {
        starts[i + 1] += starts[i];
    }
    let filler = HotVisit { rank: 0, person: PersonId::NONE, start_min: 0, end_min: 0, weight: 0.0 };
    sorted.clear();
    sorted.resize(starts[rooms] as usize, filler);
    for list in lists {
        for v in list {
            let at = &mut starts[v.rank as usize - first];
            sorted[*at as usize] = *v;
            *at += 1;
        }
    }
}
