//! Designs of sensitivity: points of the unit cube in groups, each group telling something of every key.
use super::Method;
use crate::sweep::design::Method as Sample;
use citytwin_world::Draw;

/// Purpose of the draws of trajectories.
const TRAJECTORY: u32 = 0x0903;

/// Levels of a key in a trajectory, at equal steps from 0 to 1 (Morris 1991).
pub const LEVELS: u32 = 4;

/// Levels that a step in a trajectory crosses: half of them, so that all levels are met equally often (Morris 1991).
const STEP: u32 = LEVELS / 2;

/// Points in groups side by side: trajectories, or a base point with its mixtures.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// What the points are for.
    pub method: Method,
    /// Keys: the length of every point.
    pub keys: usize,
    /// Points; those of a group follow one another.
    pub points: Vec<Vec<f64>>,
}

impl Design {
    /// A design of `size` groups for some keys.
    pub fn new(method: Method, size: u32, keys: u32, seed: u64) -> Self {
        match method {
            Method::Morris => trajectories(size, keys, seed),
            Method::Sobol => mixtures(&Sample::Sobol.points(size, 2 * keys, seed), keys),
        }
    }

    /// Points of a group.
    pub fn group(&self) -> usize {
        self.method.group(self.keys as u64) as usize
    }
}

/// Trajectories through a grid: from a start by chance, every key is changed once, in an order and direction by chance
/// (M. D. Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33, 1991).
fn trajectories(size: u32, keys: u32, seed: u64) -> Design {
    let mut points = Vec::with_capacity((size * (keys + 1)) as usize);
    for trajectory in 0..size {
        let mut draw = Draw::new(seed, TRAJECTORY, trajectory, 0);
        let mut order: Vec<usize> = (0..keys as usize).collect();
        draw.shuffle(&mut order);
        let ends: Vec<[u32; 2]> = (0..keys)
            .map(|_| {
                let low = draw.below(LEVELS - STEP);
                if draw.below(2) == 0 { [low, low + STEP] } else { [low + STEP, low] }
            })
            .collect();
        let mut levels: Vec<u32> = ends.iter().map(|ends| ends[0]).collect();
        let share = |levels: &[u32]| levels.iter().map(|l| f64::from(*l) / f64::from(LEVELS - 1)).collect();
        points.push(share(&levels));
        for key in order {
            levels[key] = ends[key][1];
            points.push(share(&levels));
        }
    }
    Design { method: Method::Morris, keys: keys as usize, points }
}

/// For each base point of twice as many numbers as keys: the first half A, the second half B, and for each key A with
/// this key of B (A. Saltelli and others, "Variance based sensitivity analysis of model output", Computer Physics
/// Communications 181, 2010).
pub(super) fn mixtures(base: &[Vec<f64>], keys: u32) -> Design {
    let keys = keys as usize;
    let group = |point: &Vec<f64>| {
        let (a, b) = point.split_at(keys);
        let mixed = |key: usize| {
            let mut mixed = a.to_vec();
            mixed[key] = b[key];
            mixed
        };
        let mut group = vec![a.to_vec(), b.to_vec()];
        group.extend((0..keys).map(mixed));
        group
    };
    Design { method: Method::Sobol, keys, points: base.iter().flat_map(group).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trajectories_change_each_key_once_and_meet_all_levels_equally_often() {
        let design = Design::new(Method::Morris, 500, 5, 7);
        assert_eq!((design.points.len(), design.group()), (3000, 6));
        assert_eq!(design, Design::new(Method::Morris, 500, 5, 7));
        assert_ne!(design, Design::new(Method::Morris, 500, 5, 8));
        let (mut met, mut firsts, mut rising) = ([0; 4], [0; 5], 0);
        for walk in design.points.chunks(6) {
            let mut changed = Vec::new();
            for (from, to) in walk.iter().zip(&walk[1..]) {
                let of: Vec<usize> = (0..5).filter(|key| from[*key] != to[*key]).collect();
                let step = to[of[0]] - from[of[0]];
                assert!(of.len() == 1 && (step.abs() - 2.0 / 3.0).abs() < 1e-12, "{walk:?}");
                rising += u32::from(step > 0.0);
                changed.push(of[0]);
            }
            firsts[changed[0]] += 1;
            changed.sort_unstable();
            assert_eq!(changed, [0, 1, 2, 3, 4]);
            walk[0].iter().chain(&walk[5]).for_each(|x| met[(x * 3.0).round() as usize] += 1);
        }
        // 5,000 levels on 4 places: 1,250 each, deviation 31; 500 orders: 100 begin with each key; 2,500 steps.
        assert!(met.iter().all(|count| (1150..1350).contains(count)), "{met:?}");
        assert!(firsts.iter().all(|count| (60..140).contains(count)), "{firsts:?}");
        assert!((1150..1350).contains(&rising), "{rising}");
    }

    #[test]
    fn mixtures_take_one_key_from_the_other_half() {
        let design = Design::new(Method::Sobol, 64, 3, 1);
        assert_eq!((design.points.len(), design.group()), (320, 5));
        for group in design.points.chunks(5) {
            for key in 0..3 {
                let of = |other: usize| if other == key { group[1][other] } else { group[0][other] };
                assert_eq!(group[2 + key], [of(0), of(1), of(2)]);
            }
        }
    }
}
