//! One attribute of every row of a noun.
use crate::id::Key;
use bitcode::{Decode, Encode};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A vector of `V` that only ids of kind `K` can index.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Column<K, V> {
    values: Vec<V>,
    key: PhantomData<K>,
}

impl<K, V> Default for Column<K, V> {
    fn default() -> Self {
        Self { values: Vec::new(), key: PhantomData }
    }
}

impl<K, V> From<Vec<V>> for Column<K, V> {
    fn from(values: Vec<V>) -> Self {
        Self { values, key: PhantomData }
    }
}

impl<K: Key, V> Column<K, V> {
    /// A column of `len` equal values.
    pub fn filled(value: V, len: usize) -> Self
    where
        V: Clone,
    {
        vec![value; len].into()
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// The value of a row, or `None` for an id out of range (such as `NONE`).
    pub fn get(&self, key: K) -> Option<&V> {
        self.values.get(key.index())
    }
    /// Appends a row and returns its id.
    pub fn push(&mut self, value: V) -> K {
        self.values.push(value);
        K::from_index(self.values.len() - 1)
    }
    /// The rows in id order.
    pub fn as_slice(&self) -> &[V] {
        &self.values
    }
    /// The rows in id order, writable.
    pub fn as_mut_slice(&mut self) -> &mut [V] {
        &mut self.values
    }
    /// Rows with their ids, in id order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (K, &V)> {
        self.values.iter().enumerate().map(|(i, v)| (K::from_index(i), v))
    }
    /// All ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = K> + use<K, V> {
        (0..self.values.len()).map(K::from_index)
    }
}

impl<K: Key, V> Index<K> for Column<K, V> {
    type Output = V;
    #[inline]
    fn index(&self, key: K) -> &V {
        &self.values[key.index()]
    }
}

impl<K: Key, V> IndexMut<K> for Column<K, V> {
    #[inline]
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.values[key.index()]
    }
}

/// Rows of varying length: for each key a slice of values (compressed sparse rows).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Ragged<K, V> {
    starts: Vec<u32>,
    values: Vec<V>,
    key: PhantomData<K>,
}

impl<K, V> Default for Ragged<K, V> {
    fn default() -> Self {
        Self { starts: vec![0], values: Vec::new(), key: PhantomData }
    }
}

impl<K: Key, V> Ragged<K, V> {
    /// Appends the row of the next key.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = V>) -> K {
        self.values.extend(row);
        self.starts.push(self.values.len() as u32);
        K::from_index(self.starts.len() - 2)
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }
    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The row of a key; empty for an id out of range.
    pub fn row(&self, key: K) -> &[V] {
        let i = key.index();
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(&a), Some(&b)) => &self.values[a as usize..b as usize],
            _ => &[],
        }
    }
    /// All values, row after row.
    pub fn values(&self) -> &[V] {
        &self.values
    }
    /// Where each row starts in [`Self::values`], with one end mark more.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }
}
