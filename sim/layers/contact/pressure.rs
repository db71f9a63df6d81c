//! The infectious pressure in a room over the minutes of a day, and whom it infects.
use super::gather::can_catch;
use citytwin_engine::Now;
use citytwin_world::draw::{block, unit_f64};
use citytwin_world::health::{Health, NewInfection, VARIANTS_MAX};
use citytwin_world::{Setting, Visit, World};

/// Purpose of this file's draws.
const TRANSMIT: u32 = 0x0401;

/// Chance of transmission per minute with one infectious person, by setting.
pub(super) type Rates = [f32; Setting::COUNT];

/// Above this many pairs of visits a room's pressure is integrated once instead of pair by pair.
const PAIRS_MAX: usize = 1 << 14;

/// One infectious visit: from, until, how strong, of which variant, whose.
#[derive(Clone, Copy)]
struct Source {
    start: u16,
    end: u16,
    variant: u8,
    strength: f32,
    visit: usize,
}

/// The transmissions in rooms whose visits stand one room after the other.
pub(super) fn rooms(now: Now, world: &World, rates: &Rates, visits: &[Visit]) -> Vec<NewInfection> {
    let health = &world.people.health;
    let setting = &world.people.residents.rooms.setting;
    let mut found = Vec::new();
    let mut sources: Vec<Source> = Vec::new();
    for room in visits.chunk_by(|a, b| a.room == b.room) {
        sources.clear();
        sources.extend(room.iter().enumerate().filter(|(_, v)| health.infectivity[v.person] > 0.0).map(
            |(i, v)| Source {
                start: v.start_min,
                end: v.end_min,
                variant: health.latest(v.person).map_or(0, |e| e.variant),
                strength: health.infectivity[v.person],
                visit: i,
            },
        ));
        // The order of a room's visits says nothing; that of its sources must not either.
        sources.sort_unstable_by_key(|s| (room[s.visit].person, s.start));
        let rate = f64::from(rates[setting[room[0].room] as usize]);
        if rate <= 0.0 || sources.is_empty() {
            continue;
        }
        if sources.len() * room.len() > PAIRS_MAX {
            let integral = Integral::of(&sources);
            expose(
                now,
                health,
                room,
                rate,
                &mut found,
                |v| integral.between(v.start_min, v.end_min),
                &sources,
            );
        } else {
            expose(now, health, room, rate, &mut found, |v| pairwise(&sources, v), &sources);
        }
    }
    found
}

/// Infectious minutes, weighted by strength, that a visit shares with the sources, by variant.
fn pairwise(sources: &[Source], v: &Visit) -> [f64; VARIANTS_MAX] {
    let mut sum = [0.0; VARIANTS_MAX];
    for s in sources {
        let minutes = s.end.min(v.end_min).saturating_sub(s.start.max(v.start_min));
        sum[usize::from(s.variant) % VARIANTS_MAX] += f64::from(minutes) * f64::from(s.strength);
    }
    sum
}

/// Draws for each visit of a susceptible whether its exposure infects, and by whom.
fn expose(
    now: Now,
    health: &Health,
    room: &[Visit],
    rate: f64,
    found: &mut Vec<NewInfection>,
    exposure: impl Fn(&Visit) -> [f64; VARIANTS_MAX],
    sources: &[Source],
) {
    for v in room {
        if !can_catch(health.stage[v.person]) || health.infectivity[v.person] > 0.0 {
            continue;
        }
        let shared = exposure(v);
        let susceptible = &health.susceptibility[v.person];
        let hazard: [f64; VARIANTS_MAX] =
            std::array::from_fn(|k| shared[k] * f64::from(susceptible[k]) * rate);
        let total: f64 = hazard.iter().sum();
        if total <= 0.0 {
            continue;
        }
        let words = block(now.seed, TRANSMIT, v.person.0, now.day(), v.room.0 ^ u32::from(v.start_min) << 20);
        if unit_f64(words[0], words[1]) >= -(-total).exp_m1() {
            continue;
        }
        // Among the sources in proportion to what each contributed, then a minute of the time shared.
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
        let Some(s) = chosen else { continue };
        let (from, until) = (s.start.max(v.start_min), s.end.min(v.end_min));
        let minute = from + ((u64::from(words[3]) * u64::from(until - from)) >> 32) as u16;
        let infector = room[s.visit].person;
        found.push(NewInfection { person: v.person, infector, room: v.room, variant: s.variant, minute });
    }
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
    use citytwin_world::{PersonId, RoomId};

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
            let visit = Visit { room: RoomId(0), person: PersonId(0), start_min, end_min };
            let (slow, fast) = (pairwise(&sources, &visit), integral.between(start_min, end_min));
            for k in 0..VARIANTS_MAX {
                assert!((slow[k] - fast[k]).abs() < 1e-6, "{slow:?} {fast:?}");
            }
        }
    }
}
