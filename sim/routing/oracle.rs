//! Slow and plain versions of the algorithms, and the tests that hold the fast ones to them.

mod streets;
mod transit;
