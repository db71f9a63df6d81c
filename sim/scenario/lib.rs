//! From a scenario file to a checked, ready simulation.
