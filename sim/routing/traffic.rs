//! Traffic of single vehicles on link queues: who drives where is given, when each arrives follows from the crowd.
//!
//! A vehicle that enters a link may leave it after the free travel time at the earliest, in the order of entry, not
//! faster than the link's capacity lets vehicles out, and only when the next link has room. Room that a leaving
//! vehicle makes at the head of a queue reaches the queue's end as a wave that runs backwards, so jams grow, spill
//! back over junctions and dissolve as in Newell's simplified theory of kinematic waves (1993); a link is thus the
//! "link transmission" of Yperman (2007) for single vehicles, and the whole stands in the tradition of MATSim's
//! QSim (Cetin, Burri and Nagel 2003). Against gridlock, whoever has stood at the head of a queue for
//! [`Settings::patience_s`] (longer where fewer vehicles are simulated) squeezes into the next link whether it has room or
//! not, and is counted.
//!
//! Work follows events, not time or size. The network is cut into parts that advance side by side through windows no
//! longer than any effect needs to cross a cut, so the outcome doesn't depend on the number of parts or threads.

mod calendar;
mod cut;
mod diagram;
mod meeting;
mod part;
mod posts;
mod roads;
mod rows;
mod run;
mod spread;

#[cfg(test)]
mod known_answers;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod posts_tests;
#[cfg(test)]
mod tests;

pub use diagram::Throughput;
pub use posts::Post;
pub use roads::{RoadColumns, RoadTable, Settings};
pub use run::{Arrival, Departure, LinkTally, Traffic};
pub use spread::{CLOSED, Lived, RoadDays, Sight, Trip, Ways};
