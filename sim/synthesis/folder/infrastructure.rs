//! Reads the infrastructure that a city folder brings: `infrastructure/asset.csv`, `line.csv`, `dependency.csv`.
//!
//! `asset.csv`: asset_id, kind, lon, lat; and where known zone_id, place_id, node_id, capacity (MW, persons or beds, as
//! its kind has it), backup_h, elevation_m, inferred. `line.csv`: from_id, to_id, x_pu (on 100 MVA), capacity_mw.
//! `dependency.csv`: asset_id, on_id, kind, buffered. Who serves which zone follows from where things are.
use super::sheet::{Positions, clip, rows};
use crate::infrastructure::serve;
use crate::near::Near;
use citytwin_world::infrastructure::{
    AssetKind, BACKUP_UNKNOWN_H, Infrastructure, Need, NeedKind, PowerLine,
};
use citytwin_world::problem::Problems;
use citytwin_world::suggest::did_you_mean;
use citytwin_world::{AssetId, City, NodeId, PlaceId, ZoneId};
use std::path::Path;

/// Base power of reactances, MVA.
const BASE_MVA: f64 = 100.0;
pub(super) const FOLDER: &str = "infrastructure";
pub(super) const FILES: [&str; 3] = ["asset.csv", "line.csv", "dependency.csv"];

/// The infrastructure of a folder; `None` where it brings none.
pub(super) fn read(folder: &Path, city: &City, problems: &mut Problems) -> Option<Infrastructure> {
    let [asset, line, dependency] = FILES.map(|name| folder.join(FOLDER).join(name));
    if !asset.is_file() {
        return None;
    }
    let mut ids = Positions::new();
    let mut made = assets(&asset, city, &mut ids, problems);
    if line.is_file() {
        lines(&line, &ids, &mut made, problems);
    }
    if dependency.is_file() {
        needs(&dependency, &ids, &mut made, problems);
    }
    if !problems.has_errors() {
        serve(&mut made, city);
    }
    Some(made)
}

fn positions(names: &[String]) -> Positions {
    names.iter().zip(0..).map(|(name, at)| (name.clone(), at)).collect()
}

fn assets(path: &Path, city: &City, ids: &mut Positions, problems: &mut Problems) -> Infrastructure {
    let mut made = Infrastructure::default();
    let zones = positions(city.zones.id.as_slice());
    let places = positions(city.places.id.as_slice());
    let middles = Near::new(city.zones.lon.iter().map(|(z, lon)| (z.0, [*lon, city.zones.lat[z]])));
    let streets = &city.streets;
    let nodes = Near::new(streets.lon.iter().map(|(n, lon)| (n.0, [*lon, streets.lat[n]])));
    let needed = ["asset_id", "kind", "lon", "lat"];
    let more = ["zone_id", "place_id", "capacity", "backup_h", "elevation_m", "inferred"];
    rows(path, needed, more, problems, |row, [id, kind, lon, lat], more, c| {
        let [zone, place, capacity, backup, elevation, inferred] = more;
        c.identify(row, id, "asset_id", ids);
        let (name, found) = (row.text(kind), AssetKind::parse(&row.text(kind)));
        if found.is_none() {
            c.push(row.line, "E079", || {
                let help = did_you_mean(&name, AssetKind::NAMES).unwrap_or_default();
                format!("there is no kind of asset `{}`: {help}", clip(&name))
            });
        }
        let lon = c.number(row, lon, "lon", -180.0..=180.0).unwrap_or(0.0);
        let lat = c.number(row, lat, "lat", -90.0..=90.0).unwrap_or(0.0);
        let given = |column| !row.text(column).is_empty();
        let zone = if given(zone) {
            c.position(row, zone, "zone_id", &zones).map(ZoneId)
        } else {
            middles.nearest(lon, lat).map(|(zone, _)| ZoneId(zone))
        };
        let place =
            if given(place) { c.position(row, place, "place_id", &places).map(PlaceId) } else { None };
        let mut optional = |column, name, range: std::ops::RangeInclusive<f64>, otherwise: f32| {
            let number = if given(column) { c.number(row, column, name, range) } else { None };
            number.map_or(otherwise, |number| number as f32)
        };
        let capacity = optional(capacity, "capacity", 0.0..=1e8, 0.0);
        let backup_h = optional(backup, "backup_h", 0.0..=1e5, BACKUP_UNKNOWN_H);
        let elevation_m = optional(elevation, "elevation_m", -500.0..=9_000.0, f32::NAN);
        let node = nodes.nearest(lon, lat).map_or(NodeId::NONE, |(node, _)| NodeId(node));
        let height = city.streets.elevation_m.get(node).copied().unwrap_or(f32::NAN);
        made.id.push(row.text(id).into_owned());
        made.kind.push(found.unwrap_or(AssetKind::Substation));
        made.zone.push(zone.unwrap_or(ZoneId::NONE));
        made.node.push(node);
        made.place.push(place.unwrap_or(PlaceId::NONE));
        made.lon.push(lon);
        made.lat.push(lat);
        made.elevation_m.push(if elevation_m.is_finite() { elevation_m } else { height });
        made.capacity.push(capacity);
        made.backup_h.push(backup_h);
        made.inferred.push(matches!(row.text(inferred).as_ref(), "1" | "true" | "yes"));
    });
    made
}

fn lines(path: &Path, ids: &Positions, made: &mut Infrastructure, problems: &mut Problems) {
    rows(
        path,
        ["from_id", "to_id", "x_pu"],
        ["capacity_mw"],
        problems,
        |row, [from, to, x], [capacity], c| {
            let from = c.position(row, from, "from_id", ids).map(AssetId);
            let to = c.position(row, to, "to_id", ids).map(AssetId);
            let x_pu = c.number(row, x, "x_pu", 1e-6..=1e3);
            let mut capacity_mw = 0.0;
            if !row.text(capacity).is_empty() {
                capacity_mw = c.number(row, capacity, "capacity_mw", 0.0..=1e6).unwrap_or(0.0);
            }
            let (Some(from), Some(to), Some(x_pu)) = (from, to, x_pu) else { return };
            let high = |id| matches!(made.kind.get(id), Some(AssetKind::GridInfeed | AssetKind::Substation));
            if from == to || !high(from) || !high(to) {
                c.push(row.line, "E080", || "a line joins two different infeeds or substations".to_owned());
                return;
            }
            let (capacity_mw, mw_per_rad) = (capacity_mw as f32, (BASE_MVA / x_pu) as f32);
            made.lines.push(PowerLine { from, to, capacity_mw, mw_per_rad });
        },
    );
}

fn needs(path: &Path, ids: &Positions, made: &mut Infrastructure, problems: &mut Problems) {
    rows(
        path,
        ["asset_id", "on_id", "kind"],
        ["buffered"],
        problems,
        |row, [asset, on, kind], [buffered], c| {
            let asset = c.position(row, asset, "asset_id", ids).map(AssetId);
            let on = c.position(row, on, "on_id", ids).map(AssetId);
            let text = row.text(kind);
            let found = NeedKind::parse(&text);
            if found.is_none() {
                c.push(row.line, "E081", || {
                    let help = did_you_mean(&text, NeedKind::NAMES).unwrap_or_default();
                    format!("there is no kind of dependency `{}`: {help}", clip(&text))
                });
            }
            let (Some(asset), Some(on), Some(kind)) = (asset, on, found) else { return };
            if asset == on {
                c.push(row.line, "E082", || format!("`{}` needs itself", made.id[asset]));
                return;
            }
            let buffered = matches!(row.text(buffered).as_ref(), "1" | "true" | "yes");
            made.needs.push(Need { asset, on, kind, buffered });
        },
    );
    made.needs.sort_unstable();
    made.needs.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::{read_city, write_made};
    use crate::generate;
    use citytwin_world::infrastructure::Service;

    const ASSETS: &str = "asset_id,kind,lon,lat,capacity,backup_h\nin,grid_infeed,0,0,50,\ns1,substation,0,0,40,\n\
                          f1,feeder,0,0,9,\nb1,base_station,0,0,3000,4\np1,pumping_station,0,0,,12\n";
    const LINES: &str = "from_id,to_id,x_pu,capacity_mw\nin,s1,0.05,60\n";
    const NEEDS: &str =
        "asset_id,on_id,kind,buffered\nf1,s1,functional,\nb1,f1,functional,yes\np1,f1,functional,1\n";

    fn read_with(files: [&str; 3]) -> Result<Infrastructure, Problems> {
        let home = tempfile::tempdir().expect("temp");
        let path = home.path().join("village");
        write_made(&generate::city(400, 3).expect("a village"), &path).expect("written");
        std::fs::create_dir(path.join(FOLDER)).expect("a folder");
        for (name, text) in FILES.iter().zip(files) {
            std::fs::write(path.join(FOLDER).join(name), text).expect("written");
        }
        read_city(&path).map(|(city, _)| city.infrastructure)
    }

    #[test]
    fn assets_lines_and_needs_are_read_and_serve_the_nearest_zones() {
        let made = read_with([ASSETS, LINES, NEEDS]).expect("sound");
        assert_eq!((made.len(), made.lines.len(), made.needs.len()), (5, 1, 3));
        assert_eq!(made.serving(Service::Power, ZoneId(0)), [AssetId(2)]);
        assert_eq!(made.lines[0].mw_per_rad, 2000.0);
        assert_eq!((made.backup_h[AssetId(3)], made.capacity[AssetId(4)]), (4.0, 0.0));
        assert!(!made.inferred[AssetId(0)]);
        assert_eq!(made.backup_h[AssetId(0)], BACKUP_UNKNOWN_H);
        assert!(made.elevation_m.len() == 5 && made.needs[1].buffered && !made.needs[0].buffered);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let assets = ASSETS.replace("s1,substation", "s1,substaton").replace("f1,feeder,0", "f1,feeder,east");
        let needs = "asset_id,on_id,kind\nf1,s9,functional\nf1,f1,functional\nb1,f1,funny\n";
        let problems =
            read_with([&assets, "from_id,to_id,x_pu\nin,b1,0.1\nin,s1,0\n", needs]).expect_err("refused");
        let told: Vec<(&str, Option<usize>)> = problems.iter().map(|one| (one.code, one.line)).collect();
        for wanted in
            [("E079", 3), ("E343", 4), ("E080", 2), ("E343", 3), ("E344", 2), ("E082", 3), ("E081", 4)]
        {
            assert!(told.contains(&(wanted.0, Some(wanted.1))), "{wanted:?} in {told:?}");
        }
        for cut in 0..ASSETS.len() {
            let _ = read_with_cut(&ASSETS[..cut]);
        }
    }

    fn read_with_cut(assets: &str) -> Option<usize> {
        let home = tempfile::tempdir().expect("temp");
        std::fs::create_dir(home.path().join(FOLDER)).expect("a folder");
        std::fs::write(home.path().join(FOLDER).join(FILES[0]), assets).expect("written");
        let mut problems = Problems::new();
        read(home.path(), &City::default(), &mut problems).map(|made| made.len())
    }
}
