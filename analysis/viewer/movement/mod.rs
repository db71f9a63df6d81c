//! Where everybody is: from recorded trips to what the graphics card interpolates.
pub mod window;

pub use window::{Crowd, Record, Window};
