//! Path algorithms as pure functions over slices.
