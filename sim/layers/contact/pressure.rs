//! The infectious pressure in a room over the minutes of a day, and whom it infects.
use super::gather::HotVisit;
use citytwin_engine::Now;
use citytwin_world::draw::{blocks_of, unit_f64};
use citytwin_world::health::{Health, NewInfection, VARIANTS_MAX};
use citytwin_world::{RoomId, Setting, World};
use std::ops::Range;

/// Purpose of this file's draws.
const TRANSMIT: u32 = 0x0401;

/// Chance of transmission per minute with one infectious person, by setting.
pub(super) type Rates = [f32; Setting::COUNT];

/// Above this many pairs of visits a room's pressure is integrated once instead of pair by pair.
const PAIRS_MAX: usize = 1 << 10;

/// One infectious visit: from, until, how strong, of which variant, whose.
#[derive(Clone, Copy)]
struct Source {
    start: u16,
    end: u16,
    variant: u8,
    strength: f32,
    visit: usize,
}

/// The transmissions in the rooms of the list `hot` whose visits stand one room after the other.
pub(super) fn rooms(
    now: Now,
    world: &World,
    rates: &Rates,
    hot: &[RoomId],
    visits: &[HotVisit],
) -> Vec<NewInfection> {
    let health = &world.people.health;
    let rooms = &world.people.residents.rooms;
    let mut tries = Tries::of(now, health, visits);
    let mut sources: Vec<Source> = Vec::new();
    let mut first = 0;
    for visits in visits.chunk_by(|a, b| a.rank == b.rank) {
        let stays = first..first + visits.len();
        first = stays.end;
        let Some(&id) = hot.get(visits[0].rank as usize) else { continue };
        let rate = f64::from(rates[rooms.setting[id] as usize] * rooms.each_stands_for(id));
        if rate <= 0.0 {
            continue;
        }
        find_sources(health, visits, &mut sources);
        let room = Room { id, rate, stays };
        if sources.len() * visits.len() > PAIRS_MAX {
            let integral = Integral::of(&sources);
            tries.expose(&room, |v| integral.between(v.start_min, v.end_min));
        } else if health.variants <= 1 {
            tries.expose(&room, |v| [pairwise_of_one(&sources, v), 0.0, 0.0, 0.0]);
        } else {
            tries.expose(&room, |v| pairwise(&sources, v));
        }
        if tries.waiting.len() >= TOGETHER {
            tries.draw();
        }
    }
    tries.draw();
    tries.found
}

/// The infectious visits of a room, in an order that doesn't depend on that of the visits.
fn find_sources(health: &Health, visits: &[HotVisit], sources: &mut Vec<Source>) {
    sources.clear();
    for (visit, v) in visits.iter().enumerate().filter(|(_, v)| v.strength() > 0.0) {
        let variant = match health.variants {
            0 | 1 => 0,
            _ => health.latest(v.person).map_or(0, |e| e.variant),
        };
        sources.push(Source { start: v.start_min, end: v.end_min, variant, strength: v.strength(), visit });
    }
    sources.sort_unstable_by_key(|s| (visits[s.visit].person, s.start));
}

/// As [`pairwise`] where there is one variant.
fn pairwise_of_one(sources: &[Source], v: &HotVisit) -> f64 {
    let minutes = |s: &Source| s.end.min(v.end_min).saturating_sub(s.start.max(v.start_min));
    sources.iter().map(|s| f64::from(minutes(s)) * f64::from(s.strength)).sum()
}

/// Infectious minutes, weighted by strength, that a visit shares with the sources, by variant.
fn pairwise(sources: &[Source], v: &HotVisit) -> [f64; VARIANTS_MAX] {
    let mut sum = [0.0; VARIANTS_MAX];
    for s in sources {
        let minutes = s.end.min(v.end_min).saturating_sub(s.start.max(v.start_min));
        sum[usize::from(s.variant) % VARIANTS_MAX] += f64::from(minutes) * f64::from(s.strength);
    }
    sum
}

/// One room with somebody infectious in it.
struct Room {
    id: RoomId,
    /// Chance of transmission per infectious minute.
    rate: f64,
    /// Where its visits stand in the list of all.
    stays: Range<usize>,
}

/// An exposed visit that waits for its draw.
struct Try {
    /// Position of the visit in the list of all, and of its room's first and last visits.
    visit: usize,
    stays: Range<usize>,
    room: RoomId,
    /// Susceptibility × rate × infectious minutes: the chance is 1 − exp(−x).
    x: f64,
}

/// Draws made at once, or a few more.
const TOGETHER: usize = 1024;

/// Exposed visits and whom they infect. Draws are made for many visits at once; few of them infect.
struct Tries<'a> {
    now: Now,
    health: &'a Health,
    visits: &'a [HotVisit],
    waiting: Vec<Try>,
    keys: Vec<[u32; 2]>,
    words: Vec<[u32; 4]>,
    sources: Vec<Source>,
    found: Vec<NewInfection>,
}

impl<'a> Tries<'a> {
    fn of(now: Now, health: &'a Health, visits: &'a [HotVisit]) -> Self {
        let (waiting, keys, words) = (Vec::new(), Vec::new(), Vec::new());
        Self { now, health, visits, waiting, keys, words, sources: Vec::new(), found: Vec::new() }
    }

    fn susceptibility(&self, v: &HotVisit) -> [f32; VARIANTS_MAX] {
        match self.health.variants {
            0 | 1 => [v.susceptibility(), 0.0, 0.0, 0.0],
            _ => self.health.susceptibility[v.person],
        }
    }

    /// Notes each visit of a susceptible to a room in which it was exposed.
    fn expose(&mut self, room: &Room, exposure: impl Fn(&HotVisit) -> [f64; VARIANTS_MAX]) {
        let visits = self.visits.get(room.stays.clone()).unwrap_or_default();
        for (i, v) in visits.iter().enumerate().filter(|(_, v)| v.susceptibility() > 0.0) {
            let shared = exposure(v);
            if shared.iter().all(|minutes| *minutes <= 0.0) {
                continue;
            }
            let susceptible = self.susceptibility(v);
            let x: f64 = (0..VARIANTS_MAX).map(|k| shared[k] * f64::from(susceptible[k]) * room.rate).sum();
            if x > 0.0 {
                let visit = room.stays.start + i;
                self.keys.push([v.person.0, room.id.0 ^ u32::from(v.start_min) << 20]);
                self.waiting.push(Try { visit, stays: room.stays.clone(), room: room.id, x });
            }
        }
    }

    /// Draws for each visit that waits whether its exposure infects, and by whom.
    fn draw(&mut self) {
        blocks_of(self.now.seed, TRANSMIT, self.now.day(), &self.keys, &mut self.words);
        for (exposed, words) in self.waiting.iter().zip(&self.words) {
            let luck = unit_f64(words[0], words[1]);
            // The chance is never above x, which is cheaper to compare with.
            if luck >= exposed.x || luck >= -(-exposed.x).exp_m1() {
                continue;
            }
            let (v, visits) = (&self.visits[exposed.visit], &self.visits[exposed.stays.clone()]);
            let susceptible = self.susceptibility(v);
            find_sources(self.health, visits, &mut self.sources);
            self.found.extend(infection(&self.sources, visits, (v, &susceptible), exposed.room, words));
        }
        self.waiting.clear();
        self.keys.clear();
    }
}

/// By whom and when a visitor is infected: among the sources in proportion to what each contributed, then a minute of
/// the time shared.
fn infection(
    sources: &[Source],
    visits: &[HotVisit],
    (v, susceptible): (&HotVisit, &[f32; VARIANTS_MAX]),
    room: RoomId,
    words: &[u32; 4],
) -> Option<NewInfection> {
    let weight = |s: &Source| {
        let minutes = s.end.min(v.end_min).saturating_sub(s.start.max(v.start_min));
        let k = usize::from(s.variant) % VARIANTS_MAX;
        f64::from(minutes) * f64::from(s.strength) * f64::from(susceptible[k])
    };
    let mut mark = unit_f64(words[2], words[0]) * sources.iter().map(weight).sum::<f64>();
    let mut chosen = None;
    for s in sources {
        let w = weight(s);
        if w > 0.0 {
            chosen = Some(s);
            mark -= w;
            if mark < 0.0 {
                break;
            }
        }
    }
    let s = chosen?;
    let (from, until) = (s.start.max(v.start_min), s.end.min(v.end_min));
    let minute = from + ((u64::from(words[3]) * u64::from(until - from)) >> 32) as u16;
    let infector = visits[s.visit].person;
    Some(NewInfection { person: v.person, infector, room, variant: s.variant, minute })
}

/// Running integral of the pressure in one room: at each minute where it changes, its value and its slope.
struct Integral {
    minute: Vec<u16>,
    sum: Vec<[f64; VARIANTS_MAX]>,
    slope: Vec<[f64; VARIANTS_MAX]>,
}

impl Integral {
    fn of(sources: &[Source]) -> Self {
        let mut change: Vec<(u16, usize, f64)> = Vec::with_capacity(sources.len() * 2);
        for s in sources {
            let k = usize::from(s.variant) % VARIANTS_MAX;
            change.push((s.start, k, f64::from(s.strength)));
            change.push((s.end, k, -f64::from(s.strength)));
        }
        change.sort_by_key(|c| (c.0, c.1));
        let (mut minute, mut sum, mut slope) =
            (vec![0], vec![[0.0; VARIANTS_MAX]], vec![[0.0; VARIANTS_MAX]]);
        for at in change.chunk_by(|a, b| a.0 == b.0) {
            let last = minute.len() - 1;
            let gap = f64::from(at[0].0 - minute[last]);
            let (mut now_sum, mut now_slope) = (sum[last], slope[last]);
            (0..VARIANTS_MAX).for_each(|k| now_sum[k] += gap * slope[last][k]);
            at.iter().for_each(|c| now_slope[c.1] += c.2);
            minute.push(at[0].0);
            sum.push(now_sum);
            slope.push(now_slope);
        }
        Self { minute, sum, slope }
    }

    fn until(&self, minute: u16) -> [f64; VARIANTS_MAX] {
        let at = self.minute.partition_point(|m| *m <= minute) - 1;
        let gap = f64::from(minute - self.minute[at]);
        std::array::from_fn(|k| self.sum[at][k] + gap * self.slope[at][k])
    }

    fn between(&self, start: u16, end: u16) -> [f64; VARIANTS_MAX] {
        let (a, b) = (self.until(start), self.until(end));
        // Rounding may leave a trace of pressure where all sources have gone.
        std::array::from_fn(|k| if b[k] - a[k] > 1e-9 { b[k] - a[k] } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_equals_the_sum_over_pairs() {
        let mut word = 7u32;
        let mut next = |n: u32| {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (word >> 8) % n
        };
        for _ in 0..200 {
            let sources: Vec<Source> = (0..next(40))
                .map(|i| {
                    let start = next(1400) as u16;
                    let end = start + next(1440 - u32::from(start)) as u16;
                    Source {
                        start,
                        end,
                        variant: next(3) as u8,
                        strength: 0.25 * next(9) as f32,
                        visit: i as usize,
                    }
                })
                .collect();
            let integral = Integral::of(&sources);
            let start_min = next(1440) as u16;
            let end_min = start_min + next(1441 - u32::from(start_min)) as u16;
            let visit = HotVisit::new(start_min, end_min, -1.0);
            let (slow, fast) = (pairwise(&sources, &visit), integral.between(start_min, end_min));
            for k in 0..VARIANTS_MAX {
                assert!((slow[k] - fast[k]).abs() < 1e-6, "{slow:?} {fast:?}");
            }
        }
    }
}
