//! Building footprints as GeoJSON.
use crate::import::observe::Building;
use citytwin_world::problem::Problem;
use serde::Deserialize;
use std::io::{self, Write};
use std::path::Path;

/// Largest file read, bytes.
const BYTES_MAX: u64 = 4 << 30;

pub(super) fn write(buildings: &[Building], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (at, b) in buildings.iter().enumerate() {
        let ring: Vec<String> = b
            .outline
            .iter()
            .chain(b.outline.first())
            .map(|[lon, lat]| format!("[{lon:.6},{lat:.6}]"))
            .collect();
        let kind = serde_json::to_string(&b.kind).map_err(io::Error::other)?;
        let id = serde_json::to_string(&b.id).map_err(io::Error::other)?;
        write!(out, "{{\"type\":\"Feature\",\"id\":{id},\"properties\":{{\"kind\":{kind}")?;
        if b.height_m > 0.0 {
            write!(out, ",\"height_m\":{}", (b.height_m * 10.0).round() / 10.0)?;
        }
        if b.levels > 0 {
            write!(out, ",\"levels\":{}", b.levels)?;
        }
        let comma = if at + 1 < buildings.len() { "," } else { "" };
        writeln!(
            out,
            "}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}{comma}",
            ring.join(",")
        )?;
    }
    writeln!(out, "]}}")
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    properties: Option<Properties>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize, Default)]
struct Properties {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    height_m: Option<f32>,
    #[serde(default)]
    levels: Option<f32>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
    #[serde(other)]
    Other,
}

/// Reads the footprints of a city folder (`building.geojson`); none where there is no such file.
///
/// # Errors
/// `E341` the file cannot be read or is no GeoJSON.
pub fn read_buildings(folder: &Path) -> Result<Vec<Building>, Problem> {
    let path = folder.join(super::BUILDING);
    let broken = |what: String| {
        Problem::error("E341", format!("the building footprints cannot be read: {what}")).in_file(&path)
    };
    let size = match std::fs::metadata(&path) {
        Ok(meta) => meta.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(broken(error.to_string())),
    };
    if size > BYTES_MAX {
        return Err(broken("the file is impossibly large".to_owned()));
    }
    let text = crate::source::bytes(&path).map_err(|e| broken(e.to_string()))?;
    let all: Collection = serde_json::from_slice(&text).map_err(|e| {
        let problem = broken(e.to_string());
        if e.line() > 0 { problem.at_line(e.line()) } else { problem }
    })?;
    Ok(all.features.into_iter().filter_map(footprint).collect())
}

fn footprint(feature: Feature) -> Option<Building> {
    let ring = match feature.geometry? {
        Geometry::Polygon(rings) => rings.into_iter().next()?,
        Geometry::MultiPolygon(polygons) => polygons.into_iter().next()?.into_iter().next()?,
        Geometry::Other => return None,
    };
    let mut outline: Vec<[f64; 2]> = ring
        .iter()
        .filter_map(|p| match p.as_slice() {
            [lon, lat, ..] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Some([*lon, *lat]),
            _ => None,
        })
        .collect();
    if outline.len() > 1 && outline.first() == outline.last() {
        outline.pop();
    }
    let properties = feature.properties.unwrap_or_default();
    let id = match feature.id {
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(n) => n.to_string(),
        _ => String::new(),
    };
    (outline.len() > 2).then(|| Building {
        id,
        outline,
        height_m: properties.height_m.filter(|h| (0.0..=1000.0).contains(h)).unwrap_or(0.0),
        levels: properties.levels.filter(|n| (0.0..=200.0).contains(n)).map_or(0, |n| n as u8),
        kind: properties.kind.unwrap_or_default(),
    })
}
