//! An order of elimination that keeps the factor sparse: the node with the least degree next.
//!
//! Degrees are bounded, not counted, on a quotient graph: P. R. Amestoy, T. A. Davis and I. S. Duff, "An approximate
//! minimum degree ordering algorithm", SIAM J. Matrix Anal. Appl. 17 (1996).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A graph in which eliminated nodes have become elements: sets of nodes that are all joined to each other.
struct Quotient {
    /// Nodes still to be eliminated that each node is joined to directly.
    near: Vec<Vec<u32>>,
    /// Elements that each node belongs to.
    elements: Vec<Vec<u32>>,
    /// Members of each element, which bears the number of the node that made it.
    members: Vec<Vec<u32>>,
    /// How many of `near` are there still.
    alive: Vec<u32>,
    gone: Vec<bool>,
    /// Marks of the node that was last put into the new element, and sizes of elements outside it.
    mark: Vec<u32>,
    outside: Vec<(u32, u32)>,
    degree: Vec<u32>,
}

/// The nodes in the order in which to eliminate them, for a graph given by the neighbours of each node (each pair named
/// at both ends, none twice).
pub fn least_degree(near: Vec<Vec<u32>>) -> Vec<u32> {
    let count = near.len();
    let degree: Vec<u32> = near.iter().map(|list| list.len() as u32).collect();
    let mut open: BinaryHeap<Reverse<(u32, u32)>> =
        degree.iter().zip(0..).map(|(degree, node)| Reverse((*degree, node))).collect();
    let mut graph = Quotient {
        near,
        elements: vec![Vec::new(); count],
        members: vec![Vec::new(); count],
        alive: degree.clone(),
        gone: vec![false; count],
        mark: vec![u32::MAX; count],
        outside: vec![(u32::MAX, 0); count],
        degree,
    };
    let mut sequence = Vec::with_capacity(count);
    while let Some(Reverse((degree, node))) = open.pop() {
        // A degree that has changed since was put in again.
        if graph.gone[node as usize] || graph.degree[node as usize] != degree {
            continue;
        }
        sequence.push(node);
        graph.eliminate(node);
        for index in 0..graph.members[node as usize].len() {
            let member = graph.members[node as usize][index];
            let before = graph.degree[member as usize];
            let left = (count - sequence.len() - 1) as u32;
            let now = graph.bound(member, node, before).min(left);
            if now != before {
                graph.degree[member as usize] = now;
                open.push(Reverse((now, member)));
            }
        }
    }
    sequence
}

impl Quotient {
    /// Makes a node an element of all it is joined to, which takes in the elements that it belonged to.
    fn eliminate(&mut self, node: u32) {
        let pivot = node as usize;
        self.gone[pivot] = true;
        let mut members = Vec::new();
        let direct = std::mem::take(&mut self.near[pivot]);
        for &other in direct.iter().filter(|other| !self.gone[**other as usize]) {
            self.mark[other as usize] = node;
            self.alive[other as usize] -= 1;
            members.push(other);
        }
        let own = std::mem::take(&mut self.elements[pivot]);
        for element in &own {
            for other in std::mem::take(&mut self.members[*element as usize]) {
                if !self.gone[other as usize] && self.mark[other as usize] != node {
                    self.mark[other as usize] = node;
                    members.push(other);
                }
            }
        }
        for &member in &members {
            let at = member as usize;
            // A long list is gone through only when much of it is stale, or a hub would cost its square.
            let length = self.near[at].len();
            if length <= 16 + 4 * members.len() || length > 2 * self.alive[at] as usize {
                let (mark, gone) = (&self.mark, &self.gone);
                // Joined through the new element from now on.
                self.near[at].retain(|other| !gone[*other as usize] && mark[*other as usize] != node);
                self.alive[at] = self.near[at].len() as u32;
            }
            self.elements[at].retain(|element| !own.contains(element));
        }
        self.members[pivot] = members;
        self.measure(node);
        for index in 0..self.members[pivot].len() {
            let member = self.members[pivot][index] as usize;
            // Elements that lie within the new one say nothing more.
            let outside = &self.outside;
            self.elements[member].retain(|element| outside[*element as usize] != (node, 0));
            self.elements[member].push(node);
        }
    }

    /// Counts for each element that meets the new one how many of its members lie outside the new one.
    fn measure(&mut self, node: u32) {
        for index in 0..self.members[node as usize].len() {
            let member = self.members[node as usize][index] as usize;
            for &element in &self.elements[member] {
                let (stamp, left) = &mut self.outside[element as usize];
                if *stamp != node {
                    let gone = &self.gone;
                    self.members[element as usize].retain(|other| !gone[*other as usize]);
                    (*stamp, *left) = (node, self.members[element as usize].len() as u32);
                }
                *left = left.saturating_sub(1);
            }
        }
    }

    /// An upper bound of a member's degree after the element was made.
    fn bound(&self, member: u32, node: u32, before: u32) -> u32 {
        let member = member as usize;
        let fresh = self.members[node as usize].len() as u32 - 1;
        let others = self.elements[member].iter().filter(|element| **element != node);
        let apart: u32 = others.map(|element| self.outside[*element as usize].1).sum();
        (self.alive[member] + fresh + apart).min(before + fresh)
    }
}
