//! The sparse solver beside dense elimination.
use super::*;
use proptest::prelude::*;

/// Gaussian elimination with pivoting on the dense matrix: slow, and plainly right.
pub(crate) fn dense(mut matrix: Vec<Vec<f64>>, mut side: Vec<f64>) -> Option<Vec<f64>> {
    let count = side.len();
    for column in 0..count {
        let best =
            (column..count).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[best][column] == 0.0 {
            return None;
        }
        matrix.swap(column, best);
        side.swap(column, best);
        for row in column + 1..count {
            let factor = matrix[row][column] / matrix[column][column];
            let pivot = matrix[column].clone();
            for (entry, above) in matrix[row].iter_mut().zip(&pivot).skip(column) {
                *entry -= factor * above;
            }
            side[row] -= factor * side[column];
        }
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|at| matrix[row][at] * side[at]).sum();
        side[row] = (side[row] - known) / matrix[row][row];
    }
    Some(side)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn it_solves_what_dense_elimination_solves(
        count in 1_usize..30,
        edges in prop::collection::vec((0_u32..34, 0_u32..34, 0.1_f64..10.0), 0..80),
        diagonal in prop::collection::vec(0.01_f64..2.0, 30),
        side in prop::collection::vec(-5.0_f64..5.0, 30),
    ) {
        let (from, to): (Vec<u32>, Vec<u32>) = edges.iter().map(|(a, b, _)| (*a, *b)).unzip();
        let pattern = Symbolic::new(count, &from, &to).unwrap();
        let mut factor = Factor::new(&pattern);
        let mut matrix = vec![vec![0.0; count]; count];
        let known = |node: u32| (node as usize) < count;
        for round in 1..3 {
            factor.clear();
            matrix.iter_mut().for_each(|row| row.fill(0.0));
            for node in 0..count {
                factor.add(&pattern, node as u32, diagonal[node]);
                matrix[node][node] += diagonal[node];
            }
            for (edge, &(a, b, value)) in edges.iter().enumerate().filter(|(_, (a, b, _))| a != b) {
                let value = value * f64::from(round);
                for node in [a, b].into_iter().filter(|node| known(*node)) {
                    factor.add(&pattern, node, value);
                    matrix[node as usize][node as usize] += value;
                }
                factor.couple(&pattern, edge, -value);
                if known(a) && known(b) {
                    matrix[a as usize][b as usize] -= value;
                    matrix[b as usize][a as usize] -= value;
                }
            }
            factor.refactor(&pattern, Pivots::Distinct).expect("dominant diagonal");
            let mut found = side[..count].to_vec();
            factor.solve(&pattern, &mut found);
            let wanted = dense(matrix.clone(), side[..count].to_vec()).expect("regular");
            for (a, b) in found.iter().zip(&wanted) {
                prop_assert!((a - b).abs() <= 1e-8 * (1.0 + b.abs()), "{a} {b}");
            }
        }
    }
}

#[test]
fn the_order_of_a_grid_keeps_the_factor_sparse() {
    let side = 40_u32;
    let mut ends = (Vec::new(), Vec::new());
    for node in 0..side * side {
        if node % side + 1 < side {
            ends.0.push(node);
            ends.1.push(node + 1);
        }
        if node + side < side * side {
            ends.0.push(node);
            ends.1.push(node + side);
        }
    }
    let pattern = Symbolic::new((side * side) as usize, &ends.0, &ends.1).unwrap();
    // A banded factor would have 40 entries in each of 1,600 columns.
    assert!(pattern.entries() < 64_000 / 3, "{}", pattern.entries());
}

#[test]
fn a_star_is_eliminated_from_its_tips() {
    let count = 50_000_u32;
    let pattern =
        Symbolic::new(count as usize, &vec![0; count as usize - 1], &(1..count).collect::<Vec<_>>()).unwrap();
    assert_eq!(pattern.entries(), count as usize - 1);
}

#[test]
fn a_floating_network_is_singular() {
    let pattern = Symbolic::new(3, &[0, 1], &[1, 2]).unwrap();
    let mut factor = Factor::new(&pattern);
    for (edge, [a, b]) in [[0, 1], [1, 2]].into_iter().enumerate() {
        factor.add(&pattern, a, 2.0);
        factor.add(&pattern, b, 2.0);
        factor.couple(&pattern, edge, -2.0);
    }
    assert!(factor.refactor(&pattern, Pivots::Distinct).is_err());
}

#[test]
fn what_would_fill_the_machine_is_refused() {
    let ends: Vec<(u32, u32)> = (0..20).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let (from, to): (Vec<u32>, Vec<u32>) = ends.into_iter().unzip();
    assert!(Symbolic::within(20, &from, &to, 190).is_ok());
    assert_eq!(Symbolic::within(20, &from, &to, 189).err(), Some(TooDense));
}
