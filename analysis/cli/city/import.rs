//! `citytwin city import`: a city folder of what cities publish, or of a road network for traffic assignment.
use super::{free, table, thousands};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_scenario::Findings;
use citytwin_scenario::source::{Source, Sources};
use citytwin_synthesis::import::network::{RoadNetwork, TRIPS_PER_RESIDENT, Units};
use citytwin_synthesis::import::projection::Datum;
use citytwin_synthesis::import::traffic::{NetworkFiles, TntpFiles, units};
use citytwin_synthesis::import::{ImportOptions, ImportReport, StreetSource, import};
use citytwin_world::Date;
use citytwin_world::problem::Problems;
use clap::Args;
use std::path::PathBuf;

/// Makes a city folder from an OSM extract, timetables, a population grid and a height raster; or from a road network
/// in the TNTP or GMNS format, with zones peopled by its trips.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("streets").required(true).args(["osm", "tntp_net", "gmns"]))]
pub struct Import {
    /// OSM extract: .osm.pbf, .osm or .osm.gz.
    #[arg(long, value_name = "FILE")]
    osm: Option<PathBuf>,
    /// GTFS feed, a zip; may be repeated.
    #[arg(long, value_name = "ZIP", requires = "osm", conflicts_with_all = ["tntp_net", "gmns"])]
    gtfs: Vec<PathBuf>,
    /// Population grid: a table of cells with residents; without one, square cells over the streets.
    #[arg(long, value_name = "CSV", requires = "osm", conflicts_with_all = ["tntp_net", "gmns"])]
    grid: Option<PathBuf>,
    /// GeoTIFF of heights.
    #[arg(long, value_name = "TIF", requires = "osm", conflicts_with_all = ["tntp_net", "gmns"])]
    elevation: Option<PathBuf>,
    /// Places known besides the map: a table with kind, lon, lat and name.
    #[arg(long, value_name = "CSV", requires = "osm", conflicts_with_all = ["tntp_net", "gmns"])]
    points: Option<PathBuf>,
    #[command(flatten)]
    network: Network,
    /// Residents of the whole city; by default those of the grid, or those whose trips the table counts.
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

/// A road network instead of a map.
#[derive(Args)]
struct Network {
    /// TNTP network (NAME_net.tntp).
    #[arg(long, value_name = "FILE", help_heading = "Road network")]
    tntp_net: Option<PathBuf>,
    /// TNTP table of trips; by default NAME_trips.tntp beside the network, if it is there.
    #[arg(long, value_name = "FILE", requires = "tntp_net", help_heading = "Road network")]
    tntp_trips: Option<PathBuf>,
    /// TNTP coordinates of the nodes; by default NAME_node.tntp beside the network, if it is there. Without
    /// coordinates the network is laid out by the lengths of its links.
    #[arg(long, value_name = "FILE", requires = "tntp_net", help_heading = "Road network")]
    tntp_nodes: Option<PathBuf>,
    /// Folder of GMNS tables: node.csv, link.csv and perhaps demand.csv, config.csv.
    #[arg(long, value_name = "DIR", help_heading = "Road network")]
    gmns: Option<PathBuf>,
    /// Unit of lengths: mi, km, ft, m or a multiple such as 100ft; by default what the files state, else what fits
    /// the coordinates or usual speeds.
    #[arg(long, value_name = "UNIT", value_parser = length, conflicts_with = "osm", help_heading = "Road network")]
    length_unit: Option<f64>,
    /// Unit of free-flow times: min, h, s or a multiple such as 0.01h; by default what gives usual speeds.
    #[arg(long, value_name = "UNIT", value_parser = time, conflicts_with = "osm", help_heading = "Road network")]
    time_unit: Option<f64>,
    /// Unit of GMNS free speeds: kmh, mph, m/s; by default what the files state, else that of the lengths' system.
    #[arg(long, value_name = "UNIT", value_parser = speed, conflicts_with = "osm", help_heading = "Road network")]
    speed_unit: Option<f64>,
    /// Trips of the table that a resident makes; they tell the residents where --population doesn't.
    #[arg(long, value_name = "N", default_value_t = TRIPS_PER_RESIDENT, value_parser = trips)]
    #[arg(conflicts_with = "osm", help_heading = "Road network")]
    trips_per_person: f64,
}

fn length(text: &str) -> Result<f64, String> {
    units::length_m(text).ok_or_else(|| "mi, km, ft or m, or a multiple such as 100ft".to_owned())
}

fn time(text: &str) -> Result<f64, String> {
    units::time_h(text).ok_or_else(|| "min, h or s, or a multiple such as 0.01h".to_owned())
}

fn speed(text: &str) -> Result<f64, String> {
    units::speed_kmh(text).ok_or_else(|| "kmh, mph or m/s".to_owned())
}

fn trips(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| (0.001..=1000.0).contains(n));
    number.ok_or_else(|| "a number from 0.001 to 1000".to_owned())
}

impl Network {
    /// The network, if one is named.
    fn named(&self) -> Option<RoadNetwork> {
        let files = match (&self.tntp_net, &self.gmns) {
            (Some(network), _) => NetworkFiles::Tntp(TntpFiles::around(
                network.clone(),
                self.tntp_trips.clone(),
                self.tntp_nodes.clone(),
            )),
            (None, Some(folder)) => {
                let trips = Some(folder.join("demand.csv")).filter(|path| path.is_file());
                NetworkFiles::Gmns { folder: folder.clone(), trips }
            }
            (None, None) => return None,
        };
        let units = Units { length_m: self.length_unit, time_h: self.time_unit, speed_kmh: self.speed_unit };
        Some(RoadNetwork { files, units, trips_per_resident: self.trips_per_person })
    }
}

fn datum(text: &str) -> Result<Datum, String> {
    Datum::parse(text).ok_or_else(|| "one of wgs84, gcj02, bd09".to_owned())
}

fn holiday(text: &str) -> Result<String, String> {
    Date::parse(text).map(|_| text.to_owned()).ok_or_else(|| "a date of the form YYYY-MM-DD".to_owned())
}

/// The problems, with the lines they speak of where they name places of texts.
fn shown(problems: Problems, format: Format) -> Failure {
    if problems.iter().all(|problem| problem.span.is_none()) {
        return Failure::Input(problems, format);
    }
    let mut sources = Sources::default();
    let mut names: Vec<&String> = problems.iter().filter_map(|problem| problem.file.as_ref()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        // As the importer reads it; a file that can't be read is among the problems itself.
        let path = PathBuf::from(name);
        let bytes = Some(&path).filter(|path| path.is_file()).and_then(|path| std::fs::read(path).ok());
        if let Some(bytes) = bytes {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            sources.add(Source { path: Some(path), name: name.clone(), text });
        }
    }
    Failure::Scenario(Box::new(Findings::new(problems, sources)), format)
}

impl Import {
    /// Imports and tells what came of it.
    pub fn run(&self) -> Result<(), Failure> {
        free(&self.out, self.replace, self.format)?;
        let streets = match (self.network.named(), &self.osm) {
            (Some(network), _) => StreetSource::Network(network),
            (None, osm) => StreetSource::Osm(osm.clone().unwrap_or_default()),
        };
        let mut options = ImportOptions::new(streets, &self.out);
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
        let report = import(&options).map_err(|problems| shown(problems, self.format))?;
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
