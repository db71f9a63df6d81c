//! Makes worlds: importers, the generated city, the synthetic population and the quality report.
pub mod population;
