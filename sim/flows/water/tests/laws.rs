//! Laws on networks made up.
