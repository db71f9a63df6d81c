//! Makes a city folder of the files that cities publish: OSM, GTFS, population grid, elevation.
pub mod gtfs;
pub mod highway;
pub mod osm;
mod osm_xml;
mod pbf;
pub mod streets;
