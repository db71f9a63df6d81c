//! Moves travellers of a pair between the paths it knows until these take equal time.

use super::delay::Curve;

/// Volumes of all links with the times and slopes that follow from them.
pub(super) struct State {
    pub(super) curves: Vec<Curve>,
    pub(super) volume: Vec<f64>,
    pub(super) time: Vec<f64>,
    slope: Vec<f64>,
    /// Which comparison of two paths last met each link; see [`State::compare`].
    mark: Vec<u64>,
    comparison: u64,
    /// Links of the slower path alone and of the quicker path alone, of the last comparison.
    slower: Vec<u32>,
    quicker: Vec<u32>,
}

/// A path with the volume on it; its links lie in a store shared by all paths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) first: usize,
    pub(super) len: usize,
    pub(super) volume: f64,
}

impl Path {
    pub(super) fn links<'a>(&self, store: &'a [u32]) -> &'a [u32] {
        &store[self.first..self.first + self.len]
    }
}

/// Evaluations of one move besides the first.
const CORRECTIONS: usize = 3;
/// A move is good enough once the difference of the times has shrunk to this share.
const SHRUNK: f64 = 0.1;

impl State {
    pub(super) fn new(curves: Vec<Curve>) -> Self {
        let links = curves.len();
        let mut state = Self {
            curves,
            volume: vec![0.0; links],
            time: vec![0.0; links],
            slope: vec![0.0; links],
            mark: vec![0; links],
            comparison: 0,
            slower: Vec::new(),
            quicker: Vec::new(),
        };
        state.evaluate_all();
        state
    }

    /// Times and slopes of all links anew from the volumes.
    pub(super) fn evaluate_all(&mut self) {
        (0..self.curves.len()).for_each(|link| self.evaluate(link));
    }

    #[inline]
    fn evaluate(&mut self, link: usize) {
        (self.time[link], self.slope[link]) = self.curves[link].at(self.volume[link]);
    }

    /// Adds a volume to the links of a path.
    pub(super) fn load(&mut self, links: &[u32], volume: f64) {
        for &link in links {
            self.volume[link as usize] += volume;
            self.evaluate(link as usize);
        }
    }

    /// Time along links, summed in the order of travel.
    pub(super) fn time_along(&self, links: &[u32]) -> f64 {
        links.iter().fold(0.0, |sum, &link| sum + self.time[link as usize])
    }

    /// Moves travellers from each path of a pair to its quickest; returns what they took longer before than on that
    /// one, summed over them. Paths that nobody uses any more are dropped.
    pub(super) fn balance(&mut self, paths: &mut Vec<Path>, store: &[u32]) -> f64 {
        let mut best = (0, f64::INFINITY);
        let mut taken = 0.0;
        for (at, path) in paths.iter().enumerate() {
            let time = self.time_along(path.links(store));
            taken += time * path.volume;
            if time < best.1 {
                best = (at, time);
            }
        }
        let volume: f64 = paths.iter().map(|path| path.volume).sum();
        for at in (0..paths.len()).filter(|&at| at != best.0) {
            let moved = self.shift(paths[at].links(store), paths[best.0].links(store), paths[at].volume);
            paths[at].volume -= moved;
            paths[best.0].volume += moved;
        }
        let mut at = 0;
        paths.retain(|path| {
            at += 1;
            path.volume > 0.0 || at - 1 == best.0
        });
        (taken - best.1 * volume).max(0.0)
    }

    /// Moves as much as makes two paths equally quick, or all there is, from one path to another; returns how much.
    fn shift(&mut self, from: &[u32], to: &[u32], available: f64) -> f64 {
        self.compare(from, to);
        let (mut gain, mut slope) = self.difference();
        if gain <= 0.0 {
            return 0.0;
        }
        let first_gain = gain;
        // The volume to move lies between these two; a Newton step outside of them is replaced by halving.
        let (mut low, mut high) = (0.0, available);
        let mut moved = 0.0;
        for _ in 0..=CORRECTIONS {
            let newton = moved + gain / slope;
            let next = match newton {
                step if step.is_finite() && step > low && step < high => step,
                _ if high == available && gain > 0.0 => high,
                _ => 0.5 * (low + high),
            };
            self.apply(next - moved);
            moved = next;
            (gain, slope) = self.difference();
            if gain > 0.0 {
                low = moved;
            } else {
                high = moved;
            }
            if gain.abs() <= SHRUNK * first_gain || low >= high {
                break;
            }
        }
        if moved >= available { available } else { moved }
    }

    /// Finds the links that only one of two paths has.
    fn compare(&mut self, from: &[u32], to: &[u32]) {
        self.comparison += 2;
        let (in_to, in_both) = (self.comparison - 1, self.comparison);
        to.iter().for_each(|&link| self.mark[link as usize] = in_to);
        self.slower.clear();
        for &link in from {
            let mark = &mut self.mark[link as usize];
            if *mark < in_to {
                self.slower.push(link);
            } else {
                *mark = in_both;
            }
        }
        self.quicker.clear();
        self.quicker.extend(to.iter().copied().filter(|&link| self.mark[link as usize] == in_to));
    }

    /// By how much the slower path takes longer, and how fast that shrinks with the volume moved.
    fn difference(&self) -> (f64, f64) {
        let (mut time, mut slope) = (0.0, 0.0);
        for &link in &self.slower {
            time += self.time[link as usize];
            slope += self.slope[link as usize];
        }
        for &link in &self.quicker {
            time -= self.time[link as usize];
            slope += self.slope[link as usize];
        }
        (time, slope)
    }

    /// Moves a volume from the slower path's own links to the quicker path's.
    fn apply(&mut self, moved: f64) {
        for at in 0..self.slower.len() {
            let link = self.slower[at] as usize;
            self.volume[link] -= moved;
            self.evaluate(link);
        }
        for at in 0..self.quicker.len() {
            let link = self.quicker[at] as usize;
            self.volume[link] += moved;
            self.evaluate(link);
        }
    }
}
