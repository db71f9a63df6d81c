//! Seats and jobs in a sample of residents, in whole classes and teams.
//!
//! A hundredth of every school's pupils would be a class of a few children of all ages, and a hundredth of a small
//! office nobody at all, or one person without a colleague. Company decides how a disease spreads, so a sample keeps it:
//! places that are too small for a room of their own have either a whole one or nobody, as many of them as the sample's
//! share makes.

use super::purpose;
use citytwin_world::draw::Draw;

/// Whether a place is too small for a room of its own in a sample.
pub(super) fn shares_a_room(full: f64, sample: f64, room: f64) -> bool {
    full >= 1.0 && full * sample < room.min(full)
}

/// Seats of each place in a sample whose share is `sample`, from those in the whole city, where a room has at most
/// `room_of` seats of it. The sum follows that of the shares; without a sample every place has its own.
pub(super) fn whole_rooms(full: &[f64], sample: f64, room_of: impl Fn(usize) -> f64) -> Vec<u32> {
    let (mut large, mut small) = (0.5, 0.5);
    let (mut given, mut opened) = (0u64, 0.0f64);
    let seats = full.iter().enumerate().map(|(i, &full)| {
        let room = room_of(i).min(full);
        if !shares_a_room(full, sample, room) {
            large += full.max(0.0) * sample;
            let upto = large.floor() as u64;
            return (upto - std::mem::replace(&mut given, upto)) as u32;
        }
        // So many rooms are opened so far as the shares add up to.
        small += full * sample / room;
        let opens = small.floor() > opened;
        opened = small.floor();
        if opens { room.round() as u32 } else { 0 }
    });
    seats.collect()
}

/// Jobs of a place up to which each is kept by chance; of more, their share is.
const ONE_BY_ONE: u32 = 100_000;

/// Jobs of each place in a sample. Where people work in teams a place has a whole one or nobody. Elsewhere each job is kept
/// by chance: were they dealt out evenly, no two of a shop's staff would ever be left, though in the city they meet all
/// day, and what is left of a room's company stands for those who are missing. Teams have the jobs that are left of those
/// that `employed` residents need.
pub(super) fn sampled_jobs(
    full: &[f64],
    (sample, seed): (f64, u64),
    (employed, team): (f64, f64),
    in_teams: impl Fn(usize) -> bool,
) -> Vec<u32> {
    let kept = |(i, full): (usize, &f64)| {
        let mut draw = Draw::new(seed, purpose::JOBS_KEPT, i as u32, 0);
        let jobs = full.floor() as u32 + u32::from(draw.chance(full.fract()));
        match jobs {
            _ if in_teams(i) => 0,
            0..ONE_BY_ONE => (0..jobs).filter(|_| draw.chance(sample)).count() as u32,
            _ => (f64::from(jobs) * sample).round() as u32,
        }
    };
    let mut jobs: Vec<u32> = full.iter().enumerate().map(kept).collect();
    let teams: Vec<f64> =
        full.iter().enumerate().map(|(i, full)| if in_teams(i) { *full } else { 0.0 }).collect();
    let left = employed + 1.0 - jobs.iter().map(|jobs| f64::from(*jobs)).sum::<f64>();
    let factor = (left / (teams.iter().sum::<f64>() * sample).max(1e-9)).max(0.0);
    let teams: Vec<f64> = teams.iter().map(|jobs| jobs * factor).collect();
    let in_rooms = whole_rooms(&teams, sample, |_| team);
    jobs.iter_mut().zip(in_rooms).for_each(|(jobs, more)| *jobs += more);
    jobs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_is_kept_by_chance_and_teams_whole() {
        let full = [vec![3.0; 4_000], vec![12.0; 1_000]].concat();
        let jobs = sampled_jobs(&full, (0.05, 1), (1_200.0, 10.0), |i| i >= 4_000);
        let (staff, teams) = jobs.split_at(4_000);
        // Two of three are both left in 3 x 0.05 x 0.05 of the shops, near enough.
        assert!((15..50).contains(&staff.iter().filter(|n| **n >= 2).count()));
        assert!(teams.iter().all(|n| *n == 0 || *n == 10), "{teams:?}");
        assert!((1_190..=1_210).contains(&jobs.iter().sum::<u32>()), "{}", jobs.iter().sum::<u32>());
    }

    #[test]
    fn without_a_sample_every_place_has_its_own() {
        let full = [30.0, 2.0, 600.0, 1.0];
        assert_eq!(whole_rooms(&full, 1.0, |_| 10.0), [30, 2, 600, 1]);
    }

    #[test]
    fn small_places_have_a_whole_room_or_nobody() {
        let full = vec![7.0; 1_000];
        let seats = whole_rooms(&full, 0.02, |_| 5.0);
        assert!(seats.iter().all(|n| *n == 0 || *n == 5));
        assert_eq!(seats.iter().sum::<u32>(), 140);
        // A room larger than the place is the place.
        assert_eq!(whole_rooms(&full, 0.02, |_| 50.0).iter().sum::<u32>(), 140);
        // Where a share fills a room, every place keeps its share.
        let large = whole_rooms(&[2_000.0; 10], 0.02, |_| 30.0);
        assert_eq!(large, [40; 10]);
    }
}
