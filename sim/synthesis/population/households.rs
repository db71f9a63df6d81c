//! Whole households for every zone, so that each zone has exactly its residents.
use super::purpose;
use super::rake::HouseholdType;
use citytwin_world::draw::Draw;

/// Households waiting for a zone that they fit into are tried this often before one is drawn to measure.
const TRIES: usize = 64;

/// The households of all zones, zone after zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dealt {
    /// Kind of each household.
    pub kind: Vec<u32>,
    /// First household of each zone, with an end mark.
    pub first: Vec<u32>,
}

/// Residents per zone at a sample share: rounded so that the total over any run of zones is off by at most one half.
pub fn sampled(counts: &[u32], sample: f64) -> Vec<u32> {
    let mut so_far = 0.0;
    let mut given = 0;
    counts
        .iter()
        .map(|&n| {
            so_far += f64::from(n) * sample;
            let upto = (so_far + 0.5).floor() as u64;
            let n = upto - given;
            given = upto;
            n as u32
        })
        .collect()
}

/// Deals households to zones. The whole city's households are drawn by systematic sampling over the raked kinds in
/// order (which keeps all margins to within rounding), shuffled, and dealt; what does not fit into the rest of a zone
/// waits for another; a rest that nothing fits is filled by a draw among the kinds that do.
pub fn deal(types: &[HouseholdType], zone_residents: &[u32], seed: u64) -> Dealt {
    let residents: u64 = zone_residents.iter().map(|&n| u64::from(n)).sum();
    let mut queue = systematic(types, residents);
    Draw::new(seed, purpose::HOUSEHOLD_ORDER, 0, 0).shuffle(&mut queue);
    let size = |kind: u32| types[kind as usize].members.len();
    let largest = types.iter().map(|t| t.members.len()).max().unwrap_or(1);
    let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); largest + 1];
    let mut dealt = Dealt { kind: Vec::with_capacity(queue.len()), first: vec![0] };
    let mut next = queue.into_iter();
    for (zone, &residents) in zone_residents.iter().enumerate() {
        let mut rest = residents as usize;
        let mut fill = Draw::new(seed, purpose::HOUSEHOLD_FILL, zone as u32, 0);
        let mut tries = 0;
        while rest > 0 {
            let fitting = (1..=rest.min(largest)).rev().find_map(|s| waiting[s].pop());
            let kind = match fitting {
                Some(kind) => kind,
                None => match next.next() {
                    Some(kind) if size(kind) > rest && tries < TRIES => {
                        waiting[size(kind)].push(kind);
                        tries += 1;
                        continue;
                    }
                    Some(kind) if size(kind) <= rest => kind,
                    _ => match to_measure(types, rest, &mut fill) {
                        Some(kind) => kind,
                        None => break,
                    },
                },
            };
            dealt.kind.push(kind);
            rest -= size(kind);
        }
        dealt.first.push(dealt.kind.len() as u32);
    }
    dealt
}

fn systematic(types: &[HouseholdType], residents: u64) -> Vec<u32> {
    let mut so_far = 0.5;
    let mut given = 0_u64;
    let mut queue = Vec::new();
    for (kind, t) in types.iter().enumerate() {
        so_far += t.weight * residents as f64;
        let upto = so_far.floor() as u64;
        queue.extend(std::iter::repeat_n(kind as u32, (upto - given) as usize));
        given = upto;
    }
    queue
}

fn to_measure(types: &[HouseholdType], rest: usize, draw: &mut Draw) -> Option<u32> {
    // Kinds are sorted by size, so those that fit are a prefix.
    let fitting = types.partition_point(|t| t.members.len() <= rest);
    let weights: Vec<f64> = types[..fitting].iter().map(|t| t.weight).collect();
    draw.weighted(&weights).map(|i| i as u32)
}

/// Exact ages of a household's members: the kind's ages moved by up to two years together and one alone, each inside
/// its ten-year band and on its side of 18.
pub fn ages(kind: &HouseholdType, household: u32, seed: u64) -> impl Iterator<Item = (u8, bool)> {
    let mut draw = Draw::new(seed, purpose::AGES, household, 0);
    let together = draw.below(5) as i16 - 2;
    kind.members.iter().map(move |&(age, female)| {
        let moved = i16::from(age) + together + draw.below(3) as i16 - 1;
        let band = i16::from(age / 10) * 10;
        let (low, high) = if age >= 80 { (80, 105) } else { (band, band + 9) };
        let (low, high) = match age {
            10..=17 => (low, 17),
            18..=19 => (18, high),
            _ => (low, high),
        };
        (moved.clamp(low, high) as u8, female)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_filled_exactly() {
        let types: Vec<HouseholdType> =
            (1..=5).map(|n| HouseholdType { weight: 1.0 / 15.0, members: vec![(30, true); n] }).collect();
        for zones in [vec![1, 0, 2, 3], vec![1; 40], vec![100, 7, 3, 2000], vec![]] {
            let dealt = deal(&types, &zones, 3);
            for (z, n) in zones.iter().enumerate() {
                let range = dealt.first[z] as usize..dealt.first[z + 1] as usize;
                let persons: usize = dealt.kind[range].iter().map(|k| types[*k as usize].members.len()).sum();
                assert_eq!(persons, *n as usize);
            }
        }
    }

    #[test]
    fn samples_keep_the_total() {
        let counts = [3, 5, 0, 100, 7, 1];
        assert_eq!(sampled(&counts, 1.0), counts);
        assert_eq!(sampled(&counts, 0.5).iter().sum::<u32>(), 58);
        assert_eq!(sampled(&[], 0.5), Vec::<u32>::new());
    }
}
