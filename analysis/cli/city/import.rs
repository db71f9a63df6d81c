//! `citytwin city import`: a city folder of what cities publish.
use super::{free, table, thousands};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_synthesis::import::projection::Datum;
use citytwin_synthesis::import::{ImportOptions, ImportReport, import};
use citytwin_world::Date;
use clap::Args;
use std::path::PathBuf;

/// Makes a city folder from an OSM extract, timetables, a population grid and a height raster.
#[derive(Args)]
pub struct Import {
    /// OSM extract: .osm.pbf, .osm or .osm.gz.
    #[arg(long, value_name = "FILE")]
    osm: PathBuf,
    /// GTFS feed, a zip; may be repeated.
    #[arg(long, value_name = "ZIP")]
    gtfs: Vec<PathBuf>,
    /// Population grid: a table of cells with residents; without one, square cells over the streets.
    #[arg(long, value_name = "CSV")]
    grid: Option<PathBuf>,
    /// GeoTIFF of heights.
    #[arg(long, value_name = "TIF")]
    elevation: Option<PathBuf>,
    /// Places known besides the map: a table with kind, lon, lat and name.
    #[arg(long, value_name = "CSV")]
    points: Option<PathBuf>,
    /// Residents of the whole city; by default those of the grid.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    population: Option<u32>,
    /// Country, as the tables of ages and households by country name it.
    #[arg(long, value_name = "NAME", default_value = "Brazil")]
    country: String,
    /// Name of the city; by default that of the folder.
    #[arg(long)]
    name: Option<String>,
    /// Time zone, such as Europe/Berlin.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// Public holiday, YYYY-MM-DD; may be repeated.
    #[arg(long = "holiday", value_name = "DATE", value_parser = holiday)]
    holidays: Vec<String>,
    /// Where the data come from and their licence, a line; may be repeated.
    #[arg(long = "source", value_name = "TEXT")]
    sources: Vec<String>,
    /// Datum of the extract's coordinates: wgs84, gcj02 or bd09.
    #[arg(long, alias = "osm-datum", default_value = "wgs84", value_parser = datum)]
    datum: Datum,
    /// Datum of the grid's coordinates: wgs84, gcj02 or bd09.
    #[arg(long, default_value = "wgs84", value_parser = datum)]
    grid_datum: Datum,
    /// Seed of what is inferred.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to write.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replaces the city folder at --out.
    #[arg(long)]
    replace: bool,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
}

fn datum(text: &str) -> Result<Datum, String> {
    Datum::parse(text).ok_or_else(|| "one of wgs84, gcj02, bd09".to_owned())
}

fn holiday(text: &str) -> Result<String, String> {
    Date::parse(text).map(|_| text.to_owned()).ok_or_else(|| "a date of the form YYYY-MM-DD".to_owned())
}

impl Import {
    /// Imports and tells what came of it.
    pub fn run(&self) -> Result<(), Failure> {
        free(&self.out, self.replace, self.format)?;
        let mut options = ImportOptions::new(&self.osm, &self.out);
        if let Some(name) = &self.name {
            options.name.clone_from(name);
        }
        options.country.clone_from(&self.country);
        options.time_zone.clone_from(&self.time_zone);
        options.holidays.clone_from(&self.holidays);
        options.sources.clone_from(&self.sources);
        options.gtfs.clone_from(&self.gtfs);
        options.grid.clone_from(&self.grid);
        options.points.clone_from(&self.points);
        options.elevation.clone_from(&self.elevation);
        options.population = self.population;
        (options.osm_datum, options.grid_datum, options.seed) = (self.datum, self.grid_datum, self.seed);
        if !self.quiet {
            note(&format!("importing {} in {}", options.name, options.country));
        }
        let report = import(&options).map_err(|problems| Failure::Input(problems, self.format))?;
        match self.format {
            Format::Json => say_json(&report),
            Format::Text => say(&self.tell(&report)),
        }
    }

    fn tell(&self, report: &ImportReport) -> String {
        let [lines, stops, routes, runs] = report.transit.map(thousands);
        let mut rows: Vec<(String, String)> = [
            ("folder", self.out.display().to_string()),
            ("junctions", thousands(report.nodes)),
            ("links", format!("{} ({} forbidden turns)", thousands(report.links), report.banned_turns)),
            ("public transport", format!("{lines} lines, {stops} stops, {routes} routes, {runs} runs")),
            ("zones", thousands(report.zones)),
            ("residents", format!("{} (country {})", thousands(report.population), self.country)),
            ("jobs", thousands(report.jobs)),
            ("buildings drawn", thousands(report.buildings)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        rows.push(("places".to_owned(), "observed, inferred".to_owned()));
        rows.extend(report.places.iter().map(|(kind, observed, inferred)| {
            (format!("  {kind}"), format!("{}, {}", thousands(*observed), thousands(*inferred)))
        }));
        rows.push(("wall time".to_owned(), format!("{:.1} s", report.wall_s)));
        let mut text = table(&rows);
        if !report.tally.is_empty() {
            text.push_str("\nWhat was odd in the data:\n");
            text.push_str(&report.tally.problems().to_string());
        }
        text
    }
}
