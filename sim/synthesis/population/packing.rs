//! Seats and jobs in a sample of residents, in whole classes and teams.
//!
//! A hundredth of every school's pupils would be a class of a few children of all ages, and a hundredth of a small
//! office nobody at all, or one person without a colleague. Company decides how a disease spreads, so a sample keeps it:
//! places that are too small for a room of their own have either a whole one or nobody, as many of them as the sample's
//! share makes.

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

#[cfg(test)]
mod tests {
    use super::*;

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
