//! Numbers about the truth, a file each.
