//! The epidemic map that is published: cases by zone, as privacy lets them be told, and what residents make of them.
use bitcode::{Decode, Encode};

/// A map as it hangs out.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct EpidemicMap {
    /// Zones that residents see as dangerous, ascending by number.
    pub shunned: Vec<u32>,
    /// Share of residents who look at the map and shun such zones at leisure, 0–1.
    pub caution: f32,
    /// Zones whose number is kept back because it stands for too few persons.
    pub withheld: u32,
    /// Mean difference between the numbers told and those known, over all zones with either, persons.
    pub error_persons: f32,
    /// Privacy spent so far where noise is added: the sum of ε over all maps; 0 without noise.
    pub epsilon_spent: f64,
}

impl EpidemicMap {
    /// The order of maps by caution, then by what they tell.
    pub(crate) fn rank(&self) -> (u32, usize, &[u32], u64) {
        (self.caution.to_bits(), self.shunned.len(), &self.shunned, self.epsilon_spent.to_bits())
    }
    /// Whether a zone is shunned.
    #[inline]
    pub fn shuns(&self, zone: u32) -> bool {
        self.shunned.binary_search(&zone).is_ok()
    }
    /// Whether anybody shuns any zone.
    pub fn is_heeded(&self) -> bool {
        self.caution > 0.0 && !self.shunned.is_empty()
    }
}
