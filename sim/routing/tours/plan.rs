//! A plan: which vehicle serves which orders in which sequence.

/// The tour of one vehicle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tour {
    /// Kind of the vehicle.
    pub kind: usize,
    /// Orders in the sequence in which they are served.
    pub orders: Vec<u32>,
}

/// Tours of all vehicles that are used, and who is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One tour for each vehicle that leaves its depot.
    pub tours: Vec<Tour>,
    /// Orders that nobody serves.
    pub unserved: Vec<u32>,
}
