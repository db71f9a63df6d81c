//! `citytwin city import`: a city folder from OpenStreetMap, GTFS, a population grid and heights.
use super::oddities;
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_synthesis::import::projection::Datum;
use citytwin_synthesis::import::{ImportOptions, ImportReport, import};
use clap::Args;
use std::path::PathBuf;

/// Imports a city from OpenStreetMap, GTFS feeds, a population grid and heights.
#[derive(Args)]
pub struct Import {
    /// OpenStreetMap extract: .pbf, .osm or .osm.gz.
    #[arg(long)]
    osm: PathBuf,
    /// GTFS feed, zipped; may be repeated.
    #[arg(long)]
    gtfs: Vec<PathBuf>,
    /// Population grid: a table of cells with residents and jobs.
    #[arg(long)]
    grid: Option<PathBuf>,
    /// Places known besides the map: a table with kind, lon, lat and name.
    #[arg(long)]
    points: Option<PathBuf>,
    /// Heights: a GeoTIFF.
    #[arg(long)]
    elevation: Option<PathBuf>,
    /// Residents of the whole city; by default those of the grid.
    #[arg(long)]
    population: Option<u32>,
    /// The city folder to write.
    #[arg(long)]
    out: PathBuf,
    /// Name shown to people; by default that of the folder.
    #[arg(long)]
    name: Option<String>,
    /// Country, as the tables of ages and households name it.
    #[arg(long, default_value = "Brazil")]
    country: String,
    /// Time zone, as America/Sao_Paulo.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Public holiday, as 2020-12-25; may be repeated.
    #[arg(long = "holiday")]
    holidays: Vec<String>,
    /// Where the data come from, a line; may be repeated.
    #[arg(long = "source")]
    sources: Vec<String>,
    /// Datum of the extract's coordinates: wgs84, gcj02 or bd09.
    #[arg(long, default_value = "wgs84", value_parser = datum)]
    osm_datum: Datum,
    /// Datum of the grid's coordinates: wgs84, gcj02 or bd09.
    #[arg(long, default_value = "wgs84", value_parser = datum)]
    grid_datum: Datum,
    /// Seed of what is inferred.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn datum(text: &str) -> Result<Datum, String> {
    Datum::parse(text).ok_or_else(|| "write wgs84, gcj02 or bd09".to_owned())
}

impl Import {
    /// Imports and says what was made.
    pub fn run(&self) -> Result<(), Failure> {
        let plain = ImportOptions::new(&self.osm, &self.out);
        let options = ImportOptions {
            name: self.name.clone().unwrap_or_else(|| plain.name.clone()),
            country: self.country.clone(),
            time_zone: self.time_zone.clone(),
            holidays: self.holidays.clone(),
            sources: self.sources.clone(),
            gtfs: self.gtfs.clone(),
            grid: self.grid.clone(),
            points: self.points.clone(),
            elevation: self.elevation.clone(),
            population: self.population,
            osm_datum: self.osm_datum,
            grid_datum: self.grid_datum,
            seed: self.seed,
            ..plain
        };
        let report = import(&options).map_err(|problems| Failure::Input(problems, self.format))?;
        if self.format == Format::Json {
            return say_json(&report);
        }
        note(&oddities(&report.tally));
        say(&text(&report, &self.out.display().to_string()))
    }
}

fn text(report: &ImportReport, folder: &str) -> String {
    let [lines, stops, routes, runs] = report.transit;
    let mut text = format!(
        "{folder}\n{:>9} junctions, {} links, {} turns banned\n{lines:>9} lines, {stops} stops, {routes} routes, \
         {runs} runs\n{:>9} zones, {} residents, {} jobs\n{:>9} buildings\n",
        report.nodes,
        report.links,
        report.banned_turns,
        report.zones,
        report.population,
        report.jobs,
        report.buildings,
    );
    for (kind, observed, inferred) in &report.places {
        text += &format!("{:>9} {kind}, {inferred} of them inferred\n", observed + inferred);
    }
    text + &format!("{:>9.1} s\n", report.wall_s)
}
