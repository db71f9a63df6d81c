//! Writes a city folder: into a folder beside it first, then in one move.
use super::{
    BUILDING, CITY, CRS, CityFile, FORMAT, GTFS, LINK, NODE, PLACE, TURN, ZONE, buildings, hash, timetable,
};
use crate::import::observe::Building;
use crate::import::outline;
use citytwin_world::City;
use citytwin_world::id::Key;
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::streets::{CLASSES, access};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Names of [`access`] bits in `allowed_uses`.
pub(super) const USES: [(u8, &str); 3] =
    [(access::CAR, "car"), (access::BICYCLE, "bicycle"), (access::FOOT, "foot")];

/// Writes a city folder and returns its digest. The feeds are copied as they are. An empty folder or an older city
/// folder at `out` is replaced; files in it that are no part of a city folder (`SOURCE.md`, `population/` …) are kept.
///
/// # Errors
/// `E351` the folder cannot be written, or something else is there.
pub fn write(city: &City, buildings: &[Building], feeds: &[PathBuf], out: &Path) -> Result<u64, Problems> {
    let fail = |what: String| {
        Problems::from(
            Problem::error("E351", format!("the city folder cannot be written: {what}")).in_file(out),
        )
    };
    let in_the_way = out.exists()
        && (!out.is_dir()
            || (!out.join(CITY).is_file()
                && fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some())));
    if in_the_way {
        return Err(fail("there is something else of that name, which isn't overwritten".to_owned()));
    }
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| fail(e.to_string()))?;
    let fresh =
        tempfile::Builder::new().prefix(".city-").tempdir_in(parent).map_err(|e| fail(e.to_string()))?;
    let digest = fill(city, buildings, feeds, fresh.path()).map_err(|e| fail(e.to_string()))?;
    replace(fresh, out, parent).map_err(|e| fail(e.to_string()))?;
    Ok(digest)
}

/// Writes the folder of a city that was made rather than imported, its timetable as `gtfs/timetable.zip`, and returns
/// its digest. What stands at `out` is treated as in [`write()`].
///
/// # Errors
/// `E351` the folder cannot be written, or something else is there.
pub fn write_made(city: &City, out: &Path) -> Result<u64, Problems> {
    if city.transit.run_route.is_empty() {
        return write(city, &[], &[], out);
    }
    let fail = |e: io::Error| Problem::error("E351", format!("the timetable cannot be written: {e}"));
    let home = tempfile::tempdir().map_err(fail)?;
    let feed = home.path().join("timetable.zip");
    timetable::write(city, File::create(&feed).map_err(fail)?).map_err(fail)?;
    write(city, &[], &[feed], out)
}

fn fill(city: &City, buildings: &[Building], feeds: &[PathBuf], folder: &Path) -> io::Result<u64> {
    write_city_file(city, &folder.join(CITY))?;
    table(&folder.join(NODE), |out| write_nodes(city, out))?;
    table(&folder.join(LINK), |out| write_links(city, out))?;
    table(&folder.join(TURN), |out| write_turns(city, out))?;
    table(&folder.join(ZONE), |out| write_zones(city, out))?;
    table(&folder.join(PLACE), |out| write_places(city, out))?;
    if !buildings.is_empty() {
        table(&folder.join(BUILDING), |out| buildings::write(buildings, out))?;
    }
    if !feeds.is_empty() {
        fs::create_dir_all(folder.join(GTFS))?;
    }
    for (at, feed) in feeds.iter().enumerate() {
        let name = feed.file_name().map_or_else(|| format!("{at}.zip"), |n| n.to_string_lossy().into_owned());
        let mut target = folder.join(GTFS).join(&name);
        if target.exists() {
            target = folder.join(GTFS).join(format!("{}-{name}", at + 1));
        }
        fs::copy(feed, target)?;
    }
    hash::hash_files(folder)
}

/// Moves the new folder to its place and what others put into the old one after it.
fn replace(fresh: tempfile::TempDir, out: &Path, parent: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(fresh.keep(), out);
    }
    let ours = [CITY, NODE, LINK, TURN, ZONE, PLACE, BUILDING, GTFS, ".citytwin-cache"];
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        if !ours.iter().any(|name| entry.file_name() == *name) {
            copy(&entry.path(), &fresh.path().join(entry.file_name()))?;
        }
    }
    let old = tempfile::Builder::new().prefix(".city-old-").tempdir_in(parent)?;
    let aside = old.path().join("city");
    fs::rename(out, &aside)?;
    fs::rename(fresh.keep(), out).or_else(|error| fs::rename(&aside, out).and(Err(error)))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn write_city_file(city: &City, path: &Path) -> io::Result<()> {
    let file = CityFile {
        format: FORMAT,
        name: city.info.name.clone(),
        country: city.info.country.clone(),
        time_zone: city.info.time_zone.clone(),
        crs: CRS.to_owned(),
        population: city.info.population,
        holidays: city.info.holidays.clone(),
        sources: city.info.sources.clone(),
    };
    let text = toml::to_string_pretty(&file).map_err(io::Error::other)?;
    let mut out = File::create(path)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()
}

fn table(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, File::create(path)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// A number with at most `digits` decimals, without trailing zeros; empty for what is no number.
fn number(value: f32, digits: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.digits$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A text as one field of a table.
fn field(text: &str) -> String {
    let special = |c: char| matches!(c, ',' | ';' | '"' | '\n' | '\r' | '\t');
    let spaced = text.starts_with(' ') || text.ends_with(' ');
    if text.contains(special) || spaced {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn write_nodes(city: &City, out: &mut impl Write) -> io::Result<()> {
    let streets = &city.streets;
    writeln!(out, "node_id,x_coord,y_coord,elevation_m")?;
    for (node, lon) in streets.lon.iter() {
        let height = number(streets.elevation_m[node], 1);
        writeln!(out, "{},{lon:.7},{:.7},{height}", node.0 + 1, streets.lat[node])?;
    }
    Ok(())
}

fn write_links(city: &City, out: &mut impl Write) -> io::Result<()> {
    let s = &city.streets;
    writeln!(
        out,
        "link_id,from_node_id,to_node_id,length_m,lanes,free_speed_kmh,capacity_veh_h,allowed_uses,facility_type,geometry"
    )?;
    for (link, from) in s.from.iter() {
        let to = s.to[link];
        let uses: Vec<&str> =
            USES.iter().filter(|(bit, _)| s.access[link] & bit != 0).map(|(_, n)| *n).collect();
        let between = s.shape.row(link);
        let ends = |n| [s.lon[n], s.lat[n]];
        let points = std::iter::once(ends(*from))
            .chain(between.iter().map(|p| p.map(f64::from)))
            .chain(std::iter::once(ends(to)));
        // A straight link's geometry follows from its nodes.
        let line = if between.is_empty() { String::new() } else { outline::to_line_text(points, 5) };
        let quote = if line.is_empty() { "" } else { "\"" };
        writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{quote}{line}{quote}",
            link.0 + 1,
            from.0 + 1,
            to.0 + 1,
            number(s.length_m[link], 1),
            s.lanes[link],
            number(s.free_speed_kmh[link], 1),
            number(s.capacity_veh_h[link], 0),
            uses.join(";"),
            CLASSES.get(usize::from(s.class[link])).copied().unwrap_or("unclassified"),
        )?;
    }
    Ok(())
}

fn write_turns(city: &City, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "from_link_id,to_link_id")?;
    for (from, to) in &city.streets.banned_turns {
        writeln!(out, "{},{}", from.0 + 1, to.0 + 1)?;
    }
    Ok(())
}

fn write_zones(city: &City, out: &mut impl Write) -> io::Result<()> {
    let z = &city.zones;
    writeln!(out, "zone_id,x_coord,y_coord,population,jobs,area_km2,elevation_m,node_id,geometry")?;
    for (zone, id) in z.id.iter() {
        writeln!(
            out,
            "{},{:.6},{:.6},{},{},{},{},{},\"{}\"",
            field(id),
            z.lon[zone],
            z.lat[zone],
            z.population[zone],
            z.jobs[zone],
            number(z.area_km2[zone], 5),
            number(z.elevation_m[zone], 1),
            z.node[zone].index() + 1,
            outline::to_polygon_text(z.outline.row(zone), 6),
        )?;
    }
    Ok(())
}

fn write_places(city: &City, out: &mut impl Write) -> io::Result<()> {
    let p = &city.places;
    writeln!(
        out,
        "place_id,kind,zone_id,node_id,x_coord,y_coord,capacity,jobs,floor_m2,height_m,inferred,name"
    )?;
    for (place, id) in p.id.iter() {
        writeln!(
            out,
            "{},{},{},{},{:.6},{:.6},{},{},{},{},{},{}",
            field(id),
            p.kind[place].name(),
            city.zones.id.get(p.zone[place]).map_or(String::new(), |id| field(id)),
            p.node[place].index() + 1,
            p.lon[place],
            p.lat[place],
            p.capacity[place],
            p.jobs[place],
            number(p.floor_m2[place], 0),
            number(p.height_m[place], 1),
            u8::from(p.inferred[place]),
            field(&p.name[place]),
        )?;
    }
    Ok(())
}
