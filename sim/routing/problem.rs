//! What can be wrong with the slices that a caller hands to this crate.

use std::fmt;

/// A fault of the input; each variant carries the index at fault, so that a caller can name the row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Two slices that describe the same things differ in length.
    Lengths {
        /// What the slices describe.
        what: &'static str,
        /// The length expected.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// An index points outside of its table.
    OutOfRange {
        /// What the index names.
        what: &'static str,
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A turn ban joins two links that don't meet: `(link in, link out)`.
    BanApart(u32, u32),
    /// There are more items than 32-bit ids can name.
    TooMany(&'static str),
    /// All lengths together exceed what a label can carry (2^31 units).
    LengthsTooLong,
    /// A trip whose times run backwards, or lie beyond a week; the index of the trip.
    TripTimes(usize),
    /// A trip with fewer than two stops; the index of the trip.
    TripTooShort(usize),
    /// A coordinate that isn't a finite longitude or latitude; the index of the stop.
    Coordinate(usize),
    /// A parameter that must be finite and positive isn't.
    Parameter(&'static str),
    /// A volume-delay function with a negative or infinite number, or without capacity; the index of the link.
    Delay(usize),
    /// A demand that is negative or not finite; the index of the pair.
    Demand(usize),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths { what, expected, found } => {
                write!(f, "{what}: expected {expected} values, found {found}")
            }
            Self::OutOfRange { what, index, count } => {
                write!(f, "{what} {index} doesn't exist: there are {count}")
            }
            Self::BanApart(a, b) => write!(f, "turn ban from link {a} to link {b}: the links don't meet"),
            Self::TooMany(what) => write!(f, "too many {what} for 32-bit ids"),
            Self::LengthsTooLong => write!(f, "the lengths of all links together exceed 2^31 units"),
            Self::TripTimes(trip) => write!(f, "trip {trip}: times run backwards or lie beyond a week"),
            Self::TripTooShort(trip) => write!(f, "trip {trip}: fewer than two stops"),
            Self::Coordinate(stop) => write!(f, "stop {stop}: not a finite longitude and latitude"),
            Self::Delay(link) => {
                write!(f, "link {link}: its volume-delay function has a negative number or no capacity")
            }
            Self::Demand(pair) => write!(f, "demand {pair}: negative or not finite"),
            Self::Parameter(name) => write!(f, "{name} must be finite and positive"),
        }
    }
}

impl std::error::Error for Problem {}

/// Succeeds if `found` equals `expected`.
pub(crate) fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), Problem> {
    if expected == found { Ok(()) } else { Err(Problem::Lengths { what, expected, found }) }
}

/// Succeeds if `index` is below `count`.
pub(crate) fn in_range(what: &'static str, index: usize, count: usize) -> Result<(), Problem> {
    if index < count { Ok(()) } else { Err(Problem::OutOfRange { what, index, count }) }
}

/// A count as a 32-bit number, with one value left over to mean "none".
pub(crate) fn as_u32(what: &'static str, count: usize) -> Result<u32, Problem> {
    u32::try_from(count).ok().filter(|&n| n < u32::MAX).ok_or(Problem::TooMany(what))
}
