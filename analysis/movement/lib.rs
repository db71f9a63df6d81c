//! From recorded trips to lines through space and time.
//!
//! A recording says who left where and came where, when, by what and in which vehicle. Here that becomes points with
//! minutes: ways over the streets, found when they are drawn, and courses of vehicles by the timetable of the day.
//! The window draws everybody from it, and the page of a run a sample ([`trails`]).
pub mod courses;
pub mod legs;
pub mod plane;
pub mod routes;
pub mod trails;

pub use courses::{Courses, Passing};
pub use legs::{Leg, Trace};
pub use plane::Plane;
pub use routes::{By, End, Finding, Routes, Way};

use citytwin_world::Date;

/// The bit of the timetable that runs on a date: holidays run as Sunday.
#[must_use]
pub fn service_bit(date: Date, holidays: &[Date]) -> u8 {
    1 << if holidays.contains(&date) { 6 } else { date.weekday() as u8 }
}
