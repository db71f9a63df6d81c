//! Writes a city's public transport as a GTFS feed (gtfs.org/documentation/schedule/reference): for cities that were
//! made rather than imported, whose timetable stands in no feed yet.
use crate::import::gtfs::{CAPACITIES, RouteType};
use citytwin_world::id::Key;
use citytwin_world::transit::Transit;
use citytwin_world::{City, LineId, Mode, RouteId, RunId};
use std::collections::BTreeSet;
use std::io::{self, Seek, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// First and last day of the services: one representative week repeats.
const FROM_TO: &str = "20200101,20201231";

/// Writes the feed of a city.
///
/// # Errors
/// What the writer says.
pub(super) fn write(city: &City, out: impl Write + Seek) -> io::Result<()> {
    let transit = &city.transit;
    let mut zip = ZipWriter::new(out);
    // Without a time of change, the same city always gives the same bytes.
    let options = SimpleFileOptions::default();
    let mut file = |name: &str, text: String| -> io::Result<()> {
        zip.start_file(name, options).map_err(io::Error::other)?;
        zip.write_all(text.as_bytes())
    };
    let zone = if city.info.time_zone.is_empty() { "UTC" } else { &city.info.time_zone };
    let agency = "agency_id,agency_name,agency_url,agency_timezone\n1,Transit,https://example.org,";
    file("agency.txt", format!("{agency}{zone}\n"))?;
    file("stops.txt", stops(transit))?;
    file("routes.txt", lines(transit))?;
    file("calendar.txt", calendar(transit))?;
    file("shapes.txt", shapes(transit))?;
    file("trips.txt", trips(transit))?;
    file("stop_times.txt", calls(transit))?;
    zip.finish().map_err(io::Error::other)?;
    Ok(())
}

/// A word as a CSV cell.
fn cell(word: &str) -> String {
    if word.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", word.replace('"', "\"\""))
    } else {
        word.into()
    }
}

fn stops(transit: &Transit) -> String {
    let mut text = String::from("stop_id,stop_name,stop_lat,stop_lon\n");
    for (stop, name) in transit.stop_name.iter() {
        let position = transit.stop_lat.get(stop).zip(transit.stop_lon.get(stop));
        if let Some((lat, lon)) = position {
            text += &format!("{},{},{lat:.7},{lon:.7}\n", stop.0, cell(name));
        }
    }
    text
}

fn lines(transit: &Transit) -> String {
    let mut text = String::from("route_id,agency_id,route_short_name,route_type\n");
    for (line, name) in transit.line_name.iter() {
        let kind = kind_of(transit, line);
        text += &format!("{},1,{},{kind}\n", line.0, cell(name));
    }
    text
}

/// Number of the kind of vehicle whose mode and places are nearest to those of a line's runs, as readers give a run the
/// places of its kind of vehicle.
fn kind_of(transit: &Transit, line: LineId) -> u8 {
    let mode = transit.line_mode.get(line).copied().unwrap_or(Mode::Bus);
    let route = transit.route_line.iter().find(|(_, of)| **of == line).map(|(route, _)| route);
    let run = route.and_then(|route| transit.route_runs.row(route).first());
    let places = run.and_then(|run| transit.run_capacity.get(*run)).copied().unwrap_or(0);
    let of_mode = CAPACITIES.iter().filter(|c| c.of.mode() == mode);
    match of_mode.min_by_key(|c| c.places.abs_diff(places)).map(|c| c.of) {
        Some(RouteType::Tram) => 0,
        Some(RouteType::Metro) => 1,
        Some(RouteType::Rail) => 2,
        Some(RouteType::Ferry) => 4,
        Some(RouteType::Cable) => 5,
        Some(RouteType::Bus) | None => 3,
    }
}

/// One service for each set of weekdays, named by its bits.
fn calendar(transit: &Transit) -> String {
    let mut text = String::from(
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n",
    );
    let masks: BTreeSet<u8> = transit.run_weekdays.as_slice().iter().copied().collect();
    for mask in masks {
        let days: Vec<String> = (0..7).map(|day| (mask >> day & 1).to_string()).collect();
        text += &format!("{mask},{},{FROM_TO}\n", days.join(","));
    }
    text
}

fn shapes(transit: &Transit) -> String {
    let mut text = String::from("shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n");
    for route in transit.route_line.ids() {
        for (at, [lon, lat]) in transit.route_shape.row(route).iter().enumerate() {
            text += &format!("{},{lat:.6},{lon:.6},{at}\n", route.0);
        }
    }
    text
}

/// Every run with its route, in the order of routes.
fn runs(transit: &Transit) -> impl Iterator<Item = (RouteId, RunId)> + '_ {
    transit
        .route_line
        .ids()
        .flat_map(|route| transit.route_runs.row(route).iter().map(move |run| (route, *run)))
}

fn trips(transit: &Transit) -> String {
    let mut text = String::from("route_id,service_id,trip_id,shape_id\n");
    for (route, run) in runs(transit) {
        let line = transit.route_line.get(route).map_or(0, |line| line.0);
        let service = transit.run_weekdays.get(run).copied().unwrap_or(0);
        let shape =
            if transit.route_shape.row(route).is_empty() { String::new() } else { route.0.to_string() };
        text += &format!("{line},{service},{},{shape}\n", run.0);
    }
    text
}

fn calls(transit: &Transit) -> String {
    let mut text = String::from("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n");
    for (route, run) in runs(transit) {
        let stops = transit.route_stops.row(route);
        for (at, (stop, [arrive_s, depart_s])) in stops.iter().zip(transit.run_times_s.row(run)).enumerate() {
            text += &format!("{},{},{},{},{at}\n", run.index(), clock(*arrive_s), clock(*depart_s), stop.0);
        }
    }
    text
}

fn clock(seconds: u32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use crate::{folder, generate};

    #[test]
    fn a_made_city_reads_back_with_its_timetable() {
        let city = generate::city(20_000, 3).unwrap();
        assert!(!city.transit.run_route.is_empty());
        let home = tempfile::tempdir().unwrap();
        folder::write_made(&city, &home.path().join("a")).unwrap();
        let (read, _) = folder::read_city(&home.path().join("a")).unwrap();
        assert_eq!(read.streets.link_count(), city.streets.link_count());
        assert_eq!(read.places.len(), city.places.len());
        assert_eq!(read.zones.population, city.zones.population);
        assert_eq!(read.transit.line_name.len(), city.transit.line_name.len());
        assert_eq!(read.transit.run_route.len(), city.transit.run_route.len());
        let calls = |c: &citytwin_world::City| c.transit.run_times_s.values().len();
        assert_eq!(calls(&read), calls(&city));
        folder::write_made(&city, &home.path().join("b")).unwrap();
        let feed = |name: &str| std::fs::read(home.path().join(name).join("gtfs/timetable.zip")).unwrap();
        assert_eq!(feed("a"), feed("b"));
    }
}
