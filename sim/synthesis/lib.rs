//! Makes worlds: importers, the generated city, the synthetic population and the quality report.
pub mod cache;
pub mod folder;
pub mod generate;
pub mod import;
pub mod infrastructure;
pub mod journeys;
pub mod load;
pub mod near;
pub mod places;
pub mod population;
pub mod quality;
mod source;
pub mod table;
