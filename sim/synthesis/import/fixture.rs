//! A tiny city's raw files, written by the tests themselves: streets as XML and PBF, a feed, a grid.
use crate::import::{ImportOptions, StreetSource};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

/// Junctions of the fixture on a side.
pub const SIDE: i64 = 6;

/// Identifier and position of each street node: a square of 200 m steps near Porto Alegre.
fn nodes() -> Vec<(i64, f64, f64)> {
    (0..SIDE * SIDE)
        .map(|i| (i + 1, -51.2 + (i % SIDE) as f64 * 0.002, -30.03 + (i / SIDE) as f64 * 0.0018))
        .collect()
}

type Tags = &'static [(&'static str, &'static str)];

/// Rows and columns of streets; the first row is a one-way primary, the first column a footway.
fn ways() -> Vec<(i64, Vec<i64>, Tags)> {
    let mut ways: Vec<(i64, Vec<i64>, Tags)> = Vec::new();
    for line in 0..SIDE {
        let row = (0..SIDE).map(|c| line * SIDE + c + 1).collect();
        let column = (0..SIDE).map(|r| r * SIDE + line + 1).collect();
        let row_tags: Tags = match line {
            0 => &[("highway", "primary"), ("oneway", "yes"), ("lanes", "2"), ("maxspeed", "60")],
            _ => &[("highway", "residential")],
        };
        let column_tags: Tags =
            if line == 0 { &[("highway", "footway")] } else { &[("highway", "tertiary")] };
        ways.push((100 + line, row, row_tags));
        ways.push((200 + line, column, column_tags));
    }
    ways.push((300, vec![901, 902, 903, 904, 901], &[("building", "apartments"), ("building:levels", "5")]));
    ways
}

/// Points that aren't junctions: a shop, a school, a clinic, corners of a building and a street apart.
fn extras() -> Vec<(i64, f64, f64, Tags)> {
    vec![
        (801, -51.1961, -30.0291, &[("shop", "bakery"), ("name", "Padaria & \"Filhos\"")]),
        (802, -51.1941, -30.0265, &[("amenity", "school"), ("name", "Escola")]),
        (803, -51.1921, -30.0241, &[("amenity", "hospital"), ("beds", "40")]),
        (901, -51.1955, -30.0255, &[]),
        (902, -51.1952, -30.0255, &[]),
        (903, -51.1952, -30.0252, &[]),
        (904, -51.1955, -30.0252, &[]),
    ]
}

/// The fixture as OSM XML.
pub fn xml() -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
    let tags = |tags: Tags| {
        tags.iter().map(|(k, v)| format!("<tag k=\"{k}\" v=\"{}\"/>", escape(v))).collect::<String>()
    };
    let mut text = String::from("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n");
    for (id, lon, lat) in nodes() {
        writeln!(text, "<node id=\"{id}\" lon=\"{lon:.7}\" lat=\"{lat:.7}\"/>").expect("text");
    }
    for (id, lon, lat, kept) in extras() {
        writeln!(text, "<node id=\"{id}\" lon=\"{lon:.7}\" lat=\"{lat:.7}\">{}</node>", tags(kept))
            .expect("text");
    }
    for (id, refs, kept) in ways() {
        let refs: String = refs.iter().map(|r| format!("<nd ref=\"{r}\"/>")).collect();
        writeln!(text, "<way id=\"{id}\">{refs}{}</way>", tags(kept)).expect("text");
    }
    // From the second row into the third column, northwards: no left turn.
    text.push_str(
        "<relation id=\"1\"><member type=\"way\" ref=\"101\" role=\"from\"/><member type=\"node\" ref=\"9\" \
         role=\"via\"/><member type=\"way\" ref=\"202\" role=\"to\"/><tag k=\"type\" v=\"restriction\"/><tag \
         k=\"restriction\" v=\"no_left_turn\"/></relation>\n</osm>\n",
    );
    text
}

/// The fixture as gzipped XML.
pub fn xml_gz() -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(xml().as_bytes()).expect("memory");
    gz.finish().expect("memory")
}

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn bytes_field(number: u64, content: &[u8], out: &mut Vec<u8>) {
    varint(number << 3 | 2, out);
    varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

fn number_field(number: u64, value: u64, out: &mut Vec<u8>) {
    varint(number << 3, out);
    varint(value, out);
}

fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

fn packed(number: u64, values: impl IntoIterator<Item = u64>, out: &mut Vec<u8>) {
    let mut content = Vec::new();
    values.into_iter().for_each(|v| varint(v, &mut content));
    bytes_field(number, &content, out);
}

fn deltas(values: &[i64]) -> Vec<u64> {
    let before = std::iter::once(&0).chain(values);
    values.iter().zip(before).map(|(a, b)| zigzag(a - b)).collect()
}

/// A block of the PBF format.
pub fn block(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(content).expect("memory");
    let mut blob = Vec::new();
    number_field(2, content.len() as u64, &mut blob);
    bytes_field(3, &zlib.finish().expect("memory"), &mut blob);
    let mut header = Vec::new();
    bytes_field(1, kind.as_bytes(), &mut header);
    number_field(3, blob.len() as u64, &mut header);
    let mut out = (header.len() as u32).to_be_bytes().to_vec();
    out.extend(header);
    out.extend(blob);
    out
}

/// The fixture as PBF, dense nodes and ways in two blocks.
pub fn pbf() -> Vec<u8> {
    let mut strings: Vec<String> = vec![String::new()];
    let mut text = |s: &str| {
        let at = strings.iter().position(|t| t == s).unwrap_or_else(|| {
            strings.push(s.to_owned());
            strings.len() - 1
        });
        at as u64
    };
    let mut all: Vec<(i64, f64, f64, Tags)> =
        nodes().into_iter().map(|(i, x, y)| (i, x, y, &[][..])).collect();
    all.extend(extras());
    let unit = |degrees: f64| (degrees * 1e7).round() as i64;
    let mut dense = Vec::new();
    packed(1, deltas(&all.iter().map(|n| n.0).collect::<Vec<_>>()), &mut dense);
    packed(8, deltas(&all.iter().map(|n| unit(n.2)).collect::<Vec<_>>()), &mut dense);
    packed(9, deltas(&all.iter().map(|n| unit(n.1)).collect::<Vec<_>>()), &mut dense);
    let mut keys_values = Vec::new();
    for (_, _, _, tags) in &all {
        tags.iter().for_each(|(k, v)| keys_values.extend([text(k), text(v)]));
        keys_values.push(0);
    }
    packed(10, keys_values, &mut dense);
    let mut group = Vec::new();
    bytes_field(2, &dense, &mut group);
    for (id, refs, tags) in ways() {
        let mut way = Vec::new();
        number_field(1, id as u64, &mut way);
        packed(2, tags.iter().map(|(k, _)| text(k)), &mut way);
        packed(3, tags.iter().map(|(_, v)| text(v)), &mut way);
        packed(8, deltas(&refs), &mut way);
        bytes_field(3, &way, &mut group);
    }
    let mut relation = Vec::new();
    number_field(1, 1, &mut relation);
    packed(2, [text("type"), text("restriction")], &mut relation);
    packed(3, [text("restriction"), text("no_left_turn")], &mut relation);
    packed(8, [text("from"), text("via"), text("to")], &mut relation);
    packed(9, deltas(&[101, 9, 202]), &mut relation);
    packed(10, [1, 0, 1], &mut relation);
    bytes_field(4, &relation, &mut group);
    let mut table = Vec::new();
    strings.iter().for_each(|s| bytes_field(1, s.as_bytes(), &mut table));
    let mut primitive = Vec::new();
    bytes_field(1, &table, &mut primitive);
    bytes_field(2, &group, &mut primitive);
    let mut header = Vec::new();
    bytes_field(4, b"OsmSchema-V0.6", &mut header);
    bytes_field(4, b"DenseNodes", &mut header);
    [block("OSMHeader", &header), block("OSMData", &primitive)].concat()
}

/// A zip of texts by name.
pub fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// Tables of a feed as sloppy as real ones: a byte-order mark, spaces, blank times, an odd type, a headway.
pub const FEED: [(&str, &str); 6] = [
    (
        "stops.txt",
        "\u{feff}stop_id, stop_name,stop_lat,stop_lon\nA,West,-30.0299,-51.1999\nB,Middle,-30.0299,-51.1960\nC,East,-30.0299,-51.1901\nFAR,Far,-29.0,-51.0\n",
    ),
    ("routes.txt", "route_id,route_short_name,route_long_name,route_type\nbus,10,Centro,22\nrail,M1,,1\n"),
    ("trips.txt", "route_id,service_id,trip_id\nbus,work,b1\nbus,work,b2\nrail,all,m1\n"),
    (
        "stop_times.txt",
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nb1,07:00:00,07:00:00,A,1\nb1,,,B,2\nb1,07:10:00,07:10:00,C,3\nb1,08:10:00,08:10:00,FAR,4\nb2,24:50:00,24:50:00,A,1\nb2,25:00:00,25:00:00,C,3\nm1,06:00:00,06:00:30,A,1\nm1,06:05:00,06:05:00,C,2\n",
    ),
    (
        "calendar.txt",
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nwork,1,1,1,1,1,0,0,20190415,20190715\nall,1,1,1,1,1,1,1,20190101,2019x231\n",
    ),
    ("frequencies.txt", "trip_id,start_time,end_time,headway_secs\nm1,06:00:00,07:00:00,600\n"),
];

/// A population grid of nine cells.
pub fn grid() -> String {
    let mut text = String::from("id,lon,lat,population,jobs,schools,healthcare\n");
    for i in 0..9 {
        let (lon, lat) = (-51.198 + f64::from(i % 3) * 0.004, -30.028 + f64::from(i / 3) * 0.0035);
        writeln!(
            text,
            "c{i},{lon:.4},{lat:.4},{},{},{},{}",
            1000 + i * 10,
            300 + i,
            i % 2,
            u32::from(i == 4)
        )
        .expect("text");
    }
    text
}

/// Writes all raw files into a folder and returns options that import them into `folder/city`.
pub fn write(folder: &Path) -> ImportOptions {
    let put = |name: &str, content: &[u8]| -> PathBuf {
        std::fs::write(folder.join(name), content).expect("write");
        folder.join(name)
    };
    let mut options =
        ImportOptions::new(StreetSource::Osm(put("map.osm", xml().as_bytes())), folder.join("city"));
    options.name = "Tiny".to_owned();
    options.gtfs = vec![put("feed.zip", &zip(&FEED))];
    options.grid = Some(put("grid.csv", grid().as_bytes()));
    options
}
