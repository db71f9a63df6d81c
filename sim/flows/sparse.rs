//! Symmetric linear systems over a network: one unknown per node, one coupling per edge.
//!
//! The order of elimination and the pattern of the factor are found once ([`Symbolic`]); values may change and be
//! factored anew any number of times ([`Factor`]). L·D·Lᵀ without pivoting, row by row ("up-looking"), after
//! T. A. Davis, Direct Methods for Sparse Linear Systems, SIAM 2006, chapter 4.

mod order;
#[cfg(test)]
pub(crate) mod tests;

pub use order::least_degree;

/// Where no slot or node is.
const NONE: u32 = u32::MAX;
/// Most entries of a factor: 2 GB. Networks of lines and pipes have a few per node; what has more is none.
const ENTRIES_MAX: usize = 1 << 27;

/// A network so dense that its factor would fill the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDense;

/// The pattern of a system: order of elimination and where each value of the factor stands.
#[derive(Clone, Debug)]
pub struct Symbolic {
    /// Position of each node in the order of elimination.
    place: Vec<u32>,
    /// Entries above the diagonal, by column: where each column begins, and rows.
    upper_start: Vec<u32>,
    upper_row: Vec<u32>,
    /// Slot above the diagonal of each edge; `NONE` for loops and edges without two unknown ends.
    slot: Vec<u32>,
    /// Entries of L by column: where each begins, and rows in ascending order.
    lower_start: Vec<u32>,
    lower_row: Vec<u32>,
    /// Columns in which each row of L has entries, ascending.
    row_start: Vec<u32>,
    row_column: Vec<u32>,
}

impl Symbolic {
    /// The pattern for a number of unknowns coupled by edges, each given by its two ends. Parallel edges share a slot;
    /// loops and edges with an end beyond the unknowns couple nothing.
    ///
    /// # Errors
    /// A network too dense to be factored.
    pub fn new(count: usize, from: &[u32], to: &[u32]) -> Result<Self, TooDense> {
        Self::within(count, from, to, ENTRIES_MAX)
    }

    /// As [`Symbolic::new`], with the most entries that the factor may have.
    fn within(count: usize, from: &[u32], to: &[u32], entries_max: usize) -> Result<Self, TooDense> {
        let known = |node: u32| (node as usize) < count;
        let couples = |a: u32, b: u32| a != b && known(a) && known(b);
        let mut near: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (&a, &b) in from.iter().zip(to).filter(|&(&a, &b)| couples(a, b)) {
            near[a as usize].push(b);
            near[b as usize].push(a);
        }
        near.iter_mut().for_each(|list| {
            list.sort_unstable();
            list.dedup();
        });
        let sequence = least_degree(near.clone());
        let mut place = vec![0; count];
        for (at, node) in sequence.iter().enumerate() {
            place[*node as usize] = at as u32;
        }
        let mut upper_start = vec![0];
        let mut upper_row = Vec::new();
        for (column, node) in sequence.iter().enumerate() {
            let begin = upper_row.len();
            let rows = near[*node as usize].iter().map(|other| place[*other as usize]);
            upper_row.extend(rows.filter(|row| (*row as usize) < column));
            upper_row[begin..].sort_unstable();
            upper_start.push(upper_row.len() as u32);
        }
        let slot = from.iter().zip(to).map(|(&a, &b)| {
            if !couples(a, b) {
                return NONE;
            }
            let (a, b) = (place[a as usize], place[b as usize]);
            let (row, column) = (a.min(b), a.max(b) as usize);
            let begin = upper_start[column];
            let rows = &upper_row[begin as usize..upper_start[column + 1] as usize];
            rows.binary_search(&row).map_or(NONE, |at| begin + at as u32)
        });
        let slot = slot.collect();
        let mut pattern = Self {
            place,
            upper_start,
            upper_row,
            slot,
            lower_start: Vec::new(),
            lower_row: Vec::new(),
            row_start: Vec::new(),
            row_column: Vec::new(),
        };
        pattern.fill_in(entries_max)?;
        Ok(pattern)
    }

    /// Finds the entries of L by walking the elimination tree from each entry of a row.
    fn fill_in(&mut self, entries_max: usize) -> Result<(), TooDense> {
        let count = self.place.len();
        let mut parent = vec![NONE; count];
        let mut seen = vec![NONE; count];
        let mut entries = vec![0_u32; count];
        self.row_start = vec![0];
        for row in 0..count {
            seen[row] = row as u32;
            let begin = self.row_column.len();
            let upper = self.upper_start[row] as usize..self.upper_start[row + 1] as usize;
            for at in upper {
                let mut node = self.upper_row[at];
                while seen[node as usize] != row as u32 {
                    seen[node as usize] = row as u32;
                    self.row_column.push(node);
                    entries[node as usize] += 1;
                    if parent[node as usize] == NONE {
                        parent[node as usize] = row as u32;
                    }
                    node = parent[node as usize];
                }
            }
            self.row_column[begin..].sort_unstable();
            self.row_start.push(self.row_column.len() as u32);
            if self.row_column.len() > entries_max {
                return Err(TooDense);
            }
        }
        let mut total = 0;
        self.lower_start = vec![0];
        self.lower_start.extend(entries.iter().map(|n| {
            total += n;
            total
        }));
        let mut next: Vec<u32> = self.lower_start[..count].to_vec();
        self.lower_row = vec![0; total as usize];
        for row in 0..count {
            for at in self.row_start[row] as usize..self.row_start[row + 1] as usize {
                let column = self.row_column[at] as usize;
                self.lower_row[next[column] as usize] = row as u32;
                next[column] += 1;
            }
        }
        Ok(())
    }

    /// Unknowns.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// Whether there are no unknowns.
    pub fn is_empty(&self) -> bool {
        self.place.is_empty()
    }

    /// Entries of the factor below its diagonal.
    pub fn entries(&self) -> usize {
        self.lower_row.len()
    }
}

/// A node whose pivot vanished: the system has no single solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular {
    /// The node.
    pub node: u32,
}

/// Which pivots a factorisation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pivots {
    /// Those that don't vanish beside the diagonal, of either sign.
    Distinct,
    /// All above 0, as a positive definite system has them.
    Positive,
}

/// Values of a system on a [`Symbolic`] pattern, and their factors. Sum values in, factor, then solve any number of right
/// sides.
#[derive(Clone, Debug)]
pub struct Factor {
    diagonal: Vec<f64>,
    upper: Vec<f64>,
    lower: Vec<f64>,
    /// Inverse of each pivot.
    inverse: Vec<f64>,
    filled: Vec<u32>,
    work: Vec<f64>,
}

impl Factor {
    /// Room for the values of a pattern, all 0.
    pub fn new(pattern: &Symbolic) -> Self {
        let count = pattern.len();
        Self {
            diagonal: vec![0.0; count],
            upper: vec![0.0; pattern.upper_row.len()],
            lower: vec![0.0; pattern.entries()],
            inverse: vec![0.0; count],
            filled: vec![0; count],
            work: vec![0.0; count],
        }
    }

    /// Makes all values 0.
    pub fn clear(&mut self) {
        self.diagonal.fill(0.0);
        self.upper.fill(0.0);
    }

    /// Adds to the diagonal at a node.
    pub fn add(&mut self, pattern: &Symbolic, node: u32, value: f64) {
        self.diagonal[pattern.place[node as usize] as usize] += value;
    }

    /// Adds to the entries that couple the ends of an edge.
    pub fn couple(&mut self, pattern: &Symbolic, edge: usize, value: f64) {
        if let Some(entry) = self.upper.get_mut(pattern.slot[edge] as usize) {
            *entry += value;
        }
    }

    /// Factors the values.
    ///
    /// # Errors
    /// A node whose pivot isn't taken.
    pub fn refactor(&mut self, pattern: &Symbolic, pivots: Pivots) -> Result<(), Singular> {
        let Self { diagonal, upper, lower, inverse, filled, work } = self;
        let count = pattern.len();
        filled.copy_from_slice(&pattern.lower_start[..count]);
        for row in 0..count {
            let span = pattern.upper_start[row] as usize..pattern.upper_start[row + 1] as usize;
            for (at, value) in pattern.upper_row[span.clone()].iter().zip(&upper[span]) {
                work[*at as usize] = *value;
            }
            let mut pivot = diagonal[row];
            let columns = pattern.row_start[row] as usize..pattern.row_start[row + 1] as usize;
            for &column in &pattern.row_column[columns] {
                let column = column as usize;
                let value = std::mem::take(&mut work[column]);
                let span = pattern.lower_start[column] as usize..filled[column] as usize;
                let end = span.end;
                for (at, entry) in pattern.lower_row[span.clone()].iter().zip(&lower[span]) {
                    work[*at as usize] -= entry * value;
                }
                let entry = value * inverse[column];
                pivot -= entry * value;
                lower[end] = entry;
                filled[column] = end as u32 + 1;
            }
            let taken = match pivots {
                Pivots::Distinct => pivot.abs() > 1e-13 * diagonal[row].abs(),
                Pivots::Positive => pivot > 0.0,
            };
            if !taken || !pivot.is_finite() {
                work.fill(0.0);
                let node = pattern.place.iter().position(|at| *at as usize == row).unwrap_or(0);
                return Err(Singular { node: node as u32 });
            }
            inverse[row] = 1.0 / pivot;
        }
        Ok(())
    }

    /// Replaces a right side, one value per node, by the solution.
    pub fn solve(&mut self, pattern: &Symbolic, side: &mut [f64]) {
        let Self { lower, inverse, work, .. } = self;
        for (at, value) in pattern.place.iter().zip(side.iter()) {
            work[*at as usize] = *value;
        }
        let count = pattern.len();
        for column in 0..count {
            let value = work[column];
            let span = pattern.lower_start[column] as usize..pattern.lower_start[column + 1] as usize;
            for (row, entry) in pattern.lower_row[span.clone()].iter().zip(&lower[span]) {
                work[*row as usize] -= entry * value;
            }
        }
        for column in (0..count).rev() {
            let span = pattern.lower_start[column] as usize..pattern.lower_start[column + 1] as usize;
            let mut value = work[column] * inverse[column];
            for (row, entry) in pattern.lower_row[span.clone()].iter().zip(&lower[span]) {
                value -= entry * work[*row as usize];
            }
            work[column] = value;
        }
        for (at, value) in pattern.place.iter().zip(side.iter_mut()) {
            *value = std::mem::take(&mut work[*at as usize]);
        }
    }
}
