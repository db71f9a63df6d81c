//! What the transmission tree says: who infected how many, after how long.
use citytwin_engine::TICKS_PER_DAY;
use citytwin_world::Setting;
use citytwin_world::health::{Episode, NEVER};
use citytwin_world::id::Key;

/// The day of an infection.
fn day_of(episode: &Episode) -> usize {
    (episode.infected_tick / TICKS_PER_DAY) as usize
}

/// Infections whose symptoms began on each of the first `days` days.
pub fn onsets(episodes: &[Episode], days: u32) -> Vec<f64> {
    let mut counts = vec![0.0; days as usize];
    for episode in episodes.iter().filter(|episode| episode.symptoms_tick != NEVER) {
        if let Some(count) = counts.get_mut((episode.symptoms_tick / TICKS_PER_DAY) as usize) {
            *count += 1.0;
        }
    }
    counts
}

/// The tree as indices: for each episode the episode that caused it, `None` for importations and unknown infectors.
///
/// The infector's episode is the latest one of that person that began before: episodes stand in order of time.
pub fn sources(episodes: &[Episode]) -> Vec<Option<u32>> {
    let persons = episodes.iter().map(|e| e.person.index() + 1).max().unwrap_or(0);
    let mut latest = vec![u32::MAX; persons];
    episodes
        .iter()
        .enumerate()
        .map(|(index, episode)| {
            let source = latest.get(episode.infector.index()).copied().filter(|s| *s != u32::MAX);
            if let Some(own) = latest.get_mut(episode.person.index()) {
                *own = u32::try_from(index).unwrap_or(u32::MAX);
            }
            source
        })
        .collect()
}

/// How many each episode infected.
pub fn offspring(episodes: &[Episode]) -> Vec<u32> {
    let mut counts = vec![0; episodes.len()];
    for source in sources(episodes).into_iter().flatten() {
        if let Some(count) = counts.get_mut(source as usize) {
            *count += 1;
        }
    }
    counts
}

/// Mean number of persons infected by those infected on each of the first `days` days (the case reproduction
/// number). NaN for days without infections and for days whose offspring may not all be there yet: those of which an
/// infection still runs at the end, unless no infection of the whole run was passed on so late.
pub fn cohort_reproduction(episodes: &[Episode], days: u32) -> Vec<f64> {
    let days_count = days as usize;
    let end_tick = days.saturating_mul(TICKS_PER_DAY);
    let latest = generation_intervals(episodes).len();
    let mut cases = vec![0u64; days_count];
    let mut infected = vec![0u64; days_count];
    let mut finished = vec![true; days_count];
    for (episode, count) in episodes.iter().zip(offspring(episodes)) {
        let day = day_of(episode);
        if day < days_count {
            cases[day] += 1;
            infected[day] += u64::from(count);
            finished[day] &= episode.end_tick < end_tick;
        }
    }
    (0..days_count)
        .map(|d| {
            if (finished[d] || d + latest < days_count) && cases[d] > 0 {
                infected[d] as f64 / cases[d] as f64
            } else {
                f64::NAN
            }
        })
        .collect()
}

/// Pairs of infector and infected by the days between their infections; index 0 is the same day.
pub fn generation_intervals(episodes: &[Episode]) -> Vec<u64> {
    let mut counts = Vec::new();
    for (episode, source) in episodes.iter().zip(sources(episodes)) {
        let Some(source) = source.and_then(|s| episodes.get(s as usize)) else { continue };
        let interval = day_of(episode).saturating_sub(day_of(source));
        if interval >= counts.len() {
            counts.resize(interval + 1, 0);
        }
        counts[interval] += 1;
    }
    counts
}

/// Infections inside the city on each day over `sum of w(s) x infections(day - s)`, with the observed generation
/// intervals as `w` (Cori et al. 2013, doi 10.1093/aje/kwt133). NaN while nothing was to be expected.
pub fn instantaneous_reproduction(episodes: &[Episode], days: u32) -> Vec<f64> {
    let days_count = days as usize;
    let mut all = vec![0u64; days_count];
    let mut local = vec![0u64; days_count];
    for episode in episodes.iter().filter(|e| day_of(e) < days_count) {
        all[day_of(episode)] += 1;
        local[day_of(episode)] += u64::from(episode.setting != Setting::Imported);
    }
    let intervals = generation_intervals(episodes);
    let pairs: u64 = intervals.iter().sum();
    (0..days_count)
        .map(|day| {
            let weighted: u64 =
                intervals.iter().enumerate().take(day + 1).map(|(s, pairs)| pairs * all[day - s]).sum();
            if weighted == 0 { f64::NAN } else { local[day] as f64 * pairs as f64 / weighted as f64 }
        })
        .collect()
}

/// Mean number of persons infected and the dispersion `k` of a negative binomial by moments (k = m² / (v − m)) of
/// infections that are over; `None` with fewer than 100 of them or without overdispersion.
pub fn dispersion(episodes: &[Episode], days: u32) -> Option<f64> {
    let end_tick = days.saturating_mul(TICKS_PER_DAY);
    let counts: Vec<f64> = episodes
        .iter()
        .zip(offspring(episodes))
        .filter(|(episode, _)| episode.end_tick < end_tick)
        .map(|(_, count)| f64::from(count))
        .collect();
    if counts.len() < 100 {
        return None;
    }
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (variance > mean).then(|| mean * mean / (variance - mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::health::Severity;
    use citytwin_world::{PersonId, PlaceId, RoomId};

    fn episode(person: u32, infector: u32, day: u32, end_day: u32) -> Episode {
        Episode {
            person: PersonId(person),
            infector: PersonId(infector),
            room: RoomId::NONE,
            place: PlaceId::NONE,
            setting: if infector == u32::MAX { Setting::Imported } else { Setting::Work },
            variant: 0,
            worst: Severity::Mild,
            fatal: false,
            infected_tick: day * 24,
            infected_min: 0,
            infectious_tick: day * 24 + 48,
            symptoms_tick: NEVER,
            severe_tick: NEVER,
            critical_tick: NEVER,
            end_tick: end_day * 24,
            infectiousness: 1.0,
        }
    }

    fn tree() -> Vec<Episode> {
        let none = u32::MAX;
        vec![
            episode(0, none, 0, 5),
            episode(1, none, 0, 5),
            episode(2, 0, 3, 8),
            episode(3, 0, 3, 8),
            episode(4, 0, 4, 9),
            episode(0, 4, 7, 20), // infected again, by one whom it had infected
            episode(5, 0, 9, 20),
        ]
    }

    #[test]
    fn the_tree_knows_which_infection_was_the_source() {
        let sources = sources(&tree());
        assert_eq!(sources, [None, None, Some(0), Some(0), Some(0), Some(4), Some(5)]);
        assert_eq!(offspring(&tree()), [3, 0, 0, 0, 1, 1, 0]);
    }

    #[test]
    fn onsets_are_counted_on_their_days() {
        let mut tree = tree();
        tree[0].symptoms_tick = 49;
        tree[2].symptoms_tick = 71;
        tree[3].symptoms_tick = 24 * 5;
        assert_eq!(onsets(&tree, 4), [0.0, 0.0, 2.0, 0.0]);
    }

    #[test]
    fn cohorts_are_known_only_once_finished() {
        let r = cohort_reproduction(&tree(), 10);
        assert_eq!((r[0], r[3], r[4]), (1.5, 0.0, 1.0));
        assert!(r[1].is_nan() && r[7].is_nan() && r[9].is_nan());
    }

    #[test]
    fn instantaneous_numbers_follow_the_intervals() {
        // Intervals: 3, 3, 4, 3, 2 days. On day 3 two infections; expected 3/5 of the two of day 0.
        let r = instantaneous_reproduction(&tree(), 10);
        assert!((r[3] - 2.0 / (2.0 * 3.0 / 5.0)).abs() < 1e-12);
        assert!(r[0].is_nan());
        assert!(cohort_reproduction(&[], 3).iter().all(|r| r.is_nan()));
    }
}
