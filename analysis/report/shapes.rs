//! Where things are: zones from GeoJSON, and the lines behind them on the map.

use crate::error::ReportError;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// A zone's place on the map, WGS-84 longitude and latitude in degrees, kept to about a metre.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// The zone's id, as in `zones.csv`.
    pub zone: String,
    /// Name for people, if the file has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Residents, persons, if the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
    /// Rings of the zone's polygons, holes among them (filled by the even-odd rule); a single ring of a single
    /// position is a point.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// Reads zones from a GeoJSON feature collection; geometries may be points, polygons and multipolygons.
///
/// # Errors
/// [`ReportError::Content`] if it is no feature collection, or a feature lacks `zone` or a usable geometry.
pub fn zones(path: &Path, json: &Value) -> Result<Vec<Shape>, ReportError> {
    let fail = |message: String| ReportError::content(path, 0, message);
    let features = json["features"]
        .as_array()
        .ok_or_else(|| fail("a GeoJSON feature collection was expected".into()))?;
    let mut shapes = Vec::with_capacity(features.len());
    for (index, feature) in features.iter().enumerate() {
        let zone = match &feature["properties"]["zone"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return Err(fail(format!("feature {index} has no property `zone`"))),
        };
        let name = feature["properties"]["name"].as_str().map(str::to_owned);
        let population = feature["properties"]["population"].as_f64().map(f64::round);
        let coordinates = &feature["geometry"]["coordinates"];
        let rings = match feature["geometry"]["type"].as_str() {
            Some("Point") => position(coordinates).map(|at| vec![vec![at]]),
            Some("Polygon") => rings(coordinates),
            Some("MultiPolygon") => coordinates
                .as_array()
                .and_then(|all| all.iter().map(rings).collect::<Option<Vec<_>>>())
                .map(|all| all.concat()),
            _ => None,
        };
        let rings = rings.filter(|rings| rings.iter().any(|ring| !ring.is_empty())).ok_or_else(|| {
            fail(format!(
                "the geometry of zone `{zone}` is no point, polygon or multipolygon with coordinates"
            ))
        })?;
        shapes.push(Shape { zone, name, population, rings });
    }
    Ok(shapes)
}

/// Reads `{"lines": [[[lon, lat], …], …]}`.
///
/// # Errors
/// [`ReportError::Content`] if `lines` is missing or holds something else.
pub fn streets(path: &Path, json: &Value) -> Result<Vec<Vec<[f64; 2]>>, ReportError> {
    rings(&json["lines"])
        .ok_or_else(|| ReportError::content(path, 0, "`lines` with chains of [lon, lat] was expected"))
}

fn rings(json: &Value) -> Option<Vec<Vec<[f64; 2]>>> {
    json.as_array()?.iter().map(|ring| ring.as_array()?.iter().map(position).collect()).collect()
}

fn position(json: &Value) -> Option<[f64; 2]> {
    let degrees = |at: usize, max: f64| {
        let value = json.get(at)?.as_f64().filter(|value| value.abs() <= max)?;
        Some((value * 1e5).round() / 1e5)
    };
    Some([degrees(0, 180.0)?, degrees(1, 90.0)?])
}

/// Total number of positions in chains.
pub(crate) fn positions(chains: &[Vec<[f64; 2]>]) -> usize {
    chains.iter().map(Vec::len).sum()
}

/// Keeps the chains with the most positions, in their order, so that not more than `positions_max` remain.
pub(crate) fn thin(chains: &[Vec<[f64; 2]>], positions_max: usize) -> Vec<Vec<[f64; 2]>> {
    let mut order: Vec<usize> = (0..chains.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(chains[index].len()), index));
    let mut left = positions_max;
    let mut kept: Vec<usize> = order
        .into_iter()
        .take_while(|&index| {
            let fits = chains[index].len() <= left;
            left = left.saturating_sub(chains[index].len());
            fits
        })
        .collect();
    kept.sort_unstable();
    kept.into_iter().map(|index| chains[index].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_points_polygons_and_multipolygons() {
        let square = json!([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.000_001], [0.0, 0.0]]]);
        let read = zones(
            Path::new("z"),
            &json!({"features": [
                {"properties": {"zone": 7}, "geometry": {"type": "Point", "coordinates": [1.0, 2.0]}},
                {"properties": {"zone": "b", "name": "Bay"}, "geometry": {"type": "Polygon", "coordinates": square}},
                {"properties": {"zone": "c"}, "geometry": {"type": "MultiPolygon", "coordinates": [square, square]}},
            ]}),
        )
        .unwrap();
        assert_eq!(
            read[0],
            Shape { zone: "7".into(), name: None, population: None, rings: vec![vec![[1.0, 2.0]]] }
        );
        assert_eq!((read[1].rings.len(), read[1].rings[0][2]), (1, [1.0, 1.0]));
        assert_eq!(read[2].rings.len(), 2);
    }

    #[test]
    fn refuses_what_is_no_map() {
        for bad in [
            json!([]),
            json!({"features": [{}]}),
            json!({"features": [{"properties": {"zone": "a"}, "geometry": null}]}),
            json!({"features": [{"properties": {"zone": "a"}, "geometry": {"type": "Point", "coordinates": [999, 1]}}]}),
            json!({"features": [{"properties": {"zone": "a"}, "geometry": {"type": "Polygon", "coordinates": []}}]}),
        ] {
            assert!(zones(Path::new("z"), &bad).is_err(), "{bad}");
        }
        assert!(streets(Path::new("s"), &json!({"lines": [[["a", 1]]]})).is_err());
    }

    #[test]
    fn thinning_keeps_the_longest_in_order() {
        let chain = |length: usize| vec![[0.0, 0.0]; length];
        let kept = thin(&[chain(2), chain(9), chain(1), chain(5)], 15);
        assert_eq!(kept.iter().map(Vec::len).collect::<Vec<_>>(), [9, 5]);
        assert_eq!(positions(&kept), 14);
    }
}
