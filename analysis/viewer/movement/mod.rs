//! Where everybody is: from recorded trips to what the graphics card interpolates.
pub mod courses;
pub mod routes;
pub mod window;

pub use courses::Courses;
pub use routes::Routes;
pub use window::{Crowd, Record, Window};
