//! Makes worlds: importers, the generated city, the synthetic population and the quality report.
pub mod generate;
pub mod journeys;
pub mod population;
