//! The nouns of the twin: city, people, services. Data only.

pub mod problem;
