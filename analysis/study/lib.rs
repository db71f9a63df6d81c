//! Runs, replicates and run folders.
