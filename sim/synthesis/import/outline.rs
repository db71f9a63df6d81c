//! Outlines as text (well-known text) and their areas.

/// Area enclosed by an outline (lon, lat in degrees, not closed), km².
pub fn area_km2(outline: &[[f64; 2]]) -> f64 {
    let Some(first) = outline.first() else { return 0.0 };
    let metres = |p: &[f64; 2]| {
        let m = citytwin_world::geo::M_PER_DEGREE;
        [(p[0] - first[0]) * first[1].to_radians().cos() * m, (p[1] - first[1]) * m]
    };
    let twice: f64 = outline
        .iter()
        .zip(outline.iter().cycle().skip(1))
        .map(|(a, b)| (metres(a), metres(b)))
        .map(|(a, b)| a[0] * b[1] - a[1] * b[0])
        .sum();
    twice.abs() / 2.0 / 1e6
}

/// Mean of the corners of an outline.
pub fn centre(outline: &[[f64; 2]]) -> Option<[f64; 2]> {
    let n = outline.len() as f64;
    (!outline.is_empty()).then(|| {
        let sum = outline.iter().fold([0.0; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
        [sum[0] / n, sum[1] / n]
    })
}

/// Whether a point lies inside an outline (even-odd rule).
pub fn contains(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    outline
        .iter()
        .zip(outline.iter().cycle().skip(1))
        .filter(|(a, b)| (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
        .count()
        % 2
        == 1
}

/// `POLYGON ((lon lat, …))` with `digits` decimals, closed.
pub fn to_polygon_text(outline: &[[f64; 2]], digits: usize) -> String {
    if outline.is_empty() {
        return String::new();
    }
    let ring: Vec<String> = outline
        .iter()
        .chain(outline.first())
        .map(|[lon, lat]| format!("{lon:.digits$} {lat:.digits$}"))
        .collect();
    format!("POLYGON (({}))", ring.join(", "))
}

/// `LINESTRING (lon lat, …)` with `digits` decimals; empty for fewer than two points.
pub fn to_line_text(points: impl Iterator<Item = [f64; 2]>, digits: usize) -> String {
    let points: Vec<String> = points.map(|[lon, lat]| format!("{lon:.digits$} {lat:.digits$}")).collect();
    if points.len() < 2 { String::new() } else { format!("LINESTRING ({})", points.join(", ")) }
}

/// Points of a `POLYGON` (outer ring, opened), `MULTIPOLYGON` (first polygon) or `LINESTRING`; `None` when the text
/// is neither.
pub fn from_text(text: &str) -> Option<Vec<[f64; 2]>> {
    let text = text.trim();
    let upper = text.get(..text.find('(')?)?.trim().to_ascii_uppercase();
    let is_line = upper.starts_with("LINESTRING");
    if !is_line && !upper.starts_with("POLYGON") && !upper.starts_with("MULTIPOLYGON") {
        return None;
    }
    let start = text.find(|c: char| c.is_ascii_digit() || c == '-')?;
    let body = text.get(start..)?;
    let ring = body.get(..body.find(')')?)?;
    let mut points = Vec::new();
    for pair in ring.split(',') {
        let mut numbers = pair.split_whitespace().map(|n| n.parse::<f64>().ok().filter(|n| n.is_finite()));
        points.push([numbers.next()??, numbers.next()??]);
    }
    if !is_line && points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_there_and_back() {
        let square = vec![[0.0, 0.0], [0.01, 0.0], [0.01, 0.01], [0.0, 0.01]];
        let text = to_polygon_text(&square, 3);
        assert_eq!(text, "POLYGON ((0.000 0.000, 0.010 0.000, 0.010 0.010, 0.000 0.010, 0.000 0.000))");
        assert_eq!(from_text(&text), Some(square.clone()));
        assert!((area_km2(&square) - 1.236_43).abs() < 1e-3);
        assert!(contains(&square, [0.005, 0.005]) && !contains(&square, [0.02, 0.005]));
        assert_eq!(centre(&square), Some([0.005, 0.005]));
        assert_eq!(from_text("LINESTRING (1 2, 3 4)"), Some(vec![[1.0, 2.0], [3.0, 4.0]]));
        for bad in [
            "",
            "POINT (1 2)",
            "POLYGON ((1 2, 3",
            "POLYGON ((a b))",
            "POLYGON ((1))",
            "LINESTRING (1 inf, 2 3)",
        ] {
            assert_eq!(from_text(bad), None, "{bad}");
        }
    }
}
