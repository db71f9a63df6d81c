//! From the day's stays to transmissions: infectious rooms first, then their visitors, then the pressure in each.
use super::pressure::{self, Rates};
use citytwin_engine::Now;
use citytwin_world::health::NewInfection;
use citytwin_world::id::Key;
use citytwin_world::{RoomId, Stage, Visit, World};
use rayon::prelude::*;

/// Groups of rooms worked on apart from each other: a fixed number, so results don't depend on the thread count.
const PARTS: usize = 32;
/// Room number meaning "no infectious visitor today".
const COLD: u32 = u32::MAX;

/// Memory kept from day to day.
#[derive(Default)]
pub(super) struct Scratch {
    /// Position of each room among today's infectious rooms, or [`COLD`].
    rank: Vec<u32>,
    /// Infectious rooms of the day.
    hot: Vec<RoomId>,
    /// For each chunk of persons, visits to infectious rooms by part.
    split: Vec<Vec<Vec<Visit>>>,
}

impl Scratch {
    /// The day's transmissions, in order of room.
    pub(super) fn transmissions(&mut self, now: Now, world: &World, rates: &Rates) -> Vec<NewInfection> {
        self.mark(world);
        if self.hot.is_empty() {
            return Vec::new();
        }
        self.split(world);
        let (hot, rank, split) = (&self.hot, &self.rank, &self.split);
        let found: Vec<Vec<NewInfection>> = (0..PARTS)
            .into_par_iter()
            .map(|part| {
                let first = part_start(part, hot.len());
                let rooms = part_start(part + 1, hot.len()) - first;
                let visits =
                    sort_by_room(split.iter().map(|chunk| chunk[part].as_slice()), rank, first, rooms);
                pressure::rooms(now, world, rates, &visits)
            })
            .collect();
        found.into_iter().flatten().collect()
    }

    /// Finds today's infectious rooms.
    fn mark(&mut self, world: &World) {
        let rooms = world.people.residents.rooms.count as usize;
        if self.rank.len() != rooms {
            self.rank = vec![COLD; rooms];
        }
        for room in self.hot.drain(..) {
            self.rank[room.index()] = COLD;
        }
        let infectivity = &world.people.health.infectivity;
        let found: Vec<Vec<RoomId>> = world
            .visits
            .chunks
            .par_iter()
            .map(|chunk| chunk.iter().filter(|v| infectivity[v.person] > 0.0).map(|v| v.room).collect())
            .collect();
        for room in found.into_iter().flatten() {
            let rank = &mut self.rank[room.index()];
            if *rank == COLD {
                *rank = 0;
                self.hot.push(room);
            }
        }
        self.hot.sort_unstable();
        for (i, room) in self.hot.iter().enumerate() {
            self.rank[room.index()] = i as u32;
        }
    }

    /// Copies the visits that matter, by part: those of infectious and of susceptible persons to infectious rooms.
    fn split(&mut self, world: &World) {
        let chunks = world.visits.chunks.len();
        self.split.resize_with(chunks, || vec![Vec::new(); PARTS]);
        let (rank, hot) = (&self.rank, self.hot.len());
        let health = &world.people.health;
        world.visits.chunks.par_iter().zip(&mut self.split).for_each(|(visits, parts)| {
            parts.iter_mut().for_each(Vec::clear);
            for v in visits {
                let r = rank[v.room.index()];
                if r != COLD && (can_catch(health.stage[v.person]) || health.infectivity[v.person] > 0.0) {
                    parts[part_of(r as usize, hot)].push(*v);
                }
            }
        });
    }
}

/// Whether somebody in a stage can be infected; the recovered may be, as far as their protection allows.
pub(super) fn can_catch(stage: Stage) -> bool {
    matches!(stage, Stage::Susceptible | Stage::Recovered)
}

fn part_of(rank: usize, hot: usize) -> usize {
    rank * PARTS / hot
}

fn part_start(part: usize, hot: usize) -> usize {
    (part * hot).div_ceil(PARTS)
}

/// Counting sort by room, stable, so that visits of a room stay in the order of persons.
fn sort_by_room<'a>(
    lists: impl Iterator<Item = &'a [Visit]> + Clone,
    rank: &[u32],
    first: usize,
    rooms: usize,
) -> Vec<Visit> {
    let mut starts = vec![0u32; rooms + 1];
    for v in lists.clone().flatten() {
        starts[rank[v.room.index()] as usize - first + 1] += 1;
    }
    for i in 0..rooms {
        starts[i + 1] += starts[i];
    }
    let filler =
        Visit { room: RoomId::NONE, person: citytwin_world::PersonId::NONE, start_min: 0, end_min: 0 };
    let mut sorted = vec![filler; starts[rooms] as usize];
    for v in lists.flatten() {
        let at = &mut starts[rank[v.room.index()] as usize - first];
        sorted[*at as usize] = *v;
        *at += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_every_room_once() {
        for hot in [1, 2, 31, 32, 33, 1000, 12_345] {
            for rank in 0..hot {
                let part = part_of(rank, hot);
                assert!(
                    (part_start(part, hot)..part_start(part + 1, hot)).contains(&rank),
                    "{rank} of {hot}"
                );
            }
        }
    }
}
