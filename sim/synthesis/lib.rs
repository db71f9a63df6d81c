//! Makes worlds: importers, the generated city, the synthetic population and the quality report.
pub mod generate;
pub mod import;
pub mod journeys;
pub mod near;
pub mod population;
pub mod table;
