//! The day's motif: the directed network of a person's trips between places, up to renaming all places but home
//! (Schneider et al. 2013, doi 10.1098/rsif.2013.0246).
use std::collections::BTreeMap;

/// Most slots that a trail holds: thirty bits at three bits each.
const TRAIL_MAX: u32 = 10;

/// A trail with its places renamed in the order of the first visit (home keeps 0), and its length above.
pub fn walk(trail: u32, length: u8) -> u64 {
    let mut names = [u32::MAX; 8];
    names[0] = 0;
    let mut next = 1;
    let mut renamed = 0u64;
    let length = u32::from(length).min(TRAIL_MAX);
    for step in 0..length {
        let slot = (trail >> (3 * step) & 7) as usize;
        if names[slot] == u32::MAX {
            names[slot] = next;
            next += 1;
        }
        renamed |= u64::from(names[slot]) << (3 * step);
    }
    renamed | u64::from(length) << 32
}

/// The network of a walk: bit `8 a + b` is set where a trip led from place a to place b.
fn network(walk: u64) -> u64 {
    let length = walk >> 32;
    let place = |step: u64| walk >> (3 * step) & 7;
    (1..length)
        .map(|step| (place(step - 1), place(step)))
        .filter(|(from, to)| from != to)
        .fold(0, |edges, (from, to)| edges | 1 << (8 * from + to))
}

/// The smallest of all networks that come about by renaming the places other than home.
fn canonical(edges: u64) -> u64 {
    let mut names = [0, 1, 2, 3, 4, 5, 6, 7];
    let places = (0..8usize)
        .filter(|p| (0..8).any(|q| edges >> (8 * p + q) & 1 == 1 || edges >> (8 * q + p) & 1 == 1))
        .max()
        .map_or(1, |last| last + 1);
    let mut smallest = u64::MAX;
    permute(&mut names, 1, places, &mut |names| {
        let mut renamed = 0u64;
        let mut left = edges;
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            renamed |= 1 << (8 * names[bit / 8] + names[bit % 8]);
        }
        smallest = smallest.min(renamed);
    });
    smallest
}

/// Calls `each` with every order of `names[from..to]`.
fn permute(names: &mut [usize; 8], from: usize, to: usize, each: &mut impl FnMut(&[usize; 8])) {
    if from >= to {
        each(names);
        return;
    }
    for other in from..to {
        names.swap(from, other);
        permute(names, from + 1, to, each);
        names.swap(from, other);
    }
}

/// Person-days of each motif, the most frequent first, from person-days by walk.
pub fn motifs(walks: &BTreeMap<u64, u64>) -> Vec<(u64, u64)> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for (walk, count) in walks {
        *counts.entry(canonical(network(*walk))).or_default() += count;
    }
    let mut motifs: Vec<(u64, u64)> = counts.into_iter().collect();
    motifs.sort_by_key(|(edges, count)| (std::cmp::Reverse(*count), *edges));
    motifs
}

/// Share of person-days in the `most` most frequent motifs; NaN without person-days.
pub fn share_of_most_frequent(walks: &BTreeMap<u64, u64>, most: usize) -> f64 {
    let motifs = motifs(walks);
    let top: u64 = motifs.iter().take(most).map(|(_, count)| count).sum();
    crate::observation::share(top, motifs.iter().map(|(_, count)| count).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(slots: &[u32]) -> u64 {
        let bits = slots.iter().enumerate().fold(0, |bits, (i, slot)| bits | slot << (3 * i));
        walk(bits, slots.len() as u8)
    }

    fn motif(slots: &[u32]) -> u64 {
        canonical(network(trail(slots)))
    }

    #[test]
    fn a_motif_forgets_which_places_but_not_home() {
        assert_eq!(motif(&[0, 1, 0]), motif(&[0, 6, 0]));
        assert_eq!(motif(&[0, 1, 0, 2, 0]), motif(&[0, 5, 0, 3, 0, 5, 0]));
        assert_ne!(motif(&[0, 1, 2, 0]), motif(&[0, 1, 0, 2, 0]));
        // A star around home is not a star around work.
        assert_ne!(motif(&[0, 1, 0, 2, 0, 3, 0]), motif(&[0, 1, 2, 1, 3, 1, 0]));
        // The same ring walked in the order of other places.
        assert_eq!(motif(&[0, 1, 2, 3, 0]), motif(&[0, 3, 1, 2, 0]));
        assert_eq!(motif(&[0]), 0);
    }

    #[test]
    fn shares_add_up_over_walks_of_one_motif() {
        let walks = [
            (trail(&[0, 1, 0]), 5),
            (trail(&[0, 2, 0, 2, 0]), 2),
            (trail(&[0]), 2),
            (trail(&[0, 1, 2, 0]), 1),
        ];
        let mut map = BTreeMap::new();
        for (walk, count) in walks {
            *map.entry(walk).or_default() += count;
        }
        assert_eq!(motifs(&map).len(), 3);
        assert_eq!(share_of_most_frequent(&map, 1), 0.7);
        assert_eq!(share_of_most_frequent(&map, 17), 1.0);
        assert!(share_of_most_frequent(&BTreeMap::new(), 17).is_nan());
    }
}
