//! Reads OSM's XML format, plain or gzipped.
use crate::import::osm::{MemberKind, OsmData, OsmNode, OsmRelation, OsmWay, Tags};
use crate::source::{Portions, Since};
use flate2::read::MultiGzDecoder;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{BufRead, BufReader, Read};

/// Largest text unpacked from a gzipped extract, bytes: a bomb ends here instead of filling the machine.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;
/// Largest single element, bytes.
const ELEMENT_BYTES_MAX: usize = 1 << 20;
/// Unpacked at a time, bytes.
const CHUNK_BYTES: usize = 1 << 16;

/// Reads a whole extract.
///
/// # Errors
/// What is broken and at which byte of the (unpacked) text.
pub fn read(bytes: &[u8], gzipped: bool) -> Result<OsmData, String> {
    if gzipped {
        let unpacked = MultiGzDecoder::new(bytes).take(UNPACKED_BYTES_MAX);
        let (unpacked, since) = Portions::new(unpacked, ELEMENT_BYTES_MAX + CHUNK_BYTES);
        parse(BufReader::with_capacity(CHUNK_BYTES, unpacked), &since)
    } else {
        parse(bytes, &Since::default())
    }
}

/// The object that is being read.
enum Open {
    Nothing,
    Node(OsmNode, Tags),
    Way(OsmWay),
    Relation(OsmRelation),
}

fn parse(source: impl BufRead, since: &Since) -> Result<OsmData, String> {
    let mut reader = Reader::from_reader(source);
    let mut data = OsmData::default();
    let mut open = Open::Nothing;
    let mut buffer = Vec::new();
    let (mut depth, mut is_osm) = (0_u32, false);
    loop {
        buffer.clear();
        since.set(0);
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| format!("the XML is broken at byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Start(element) => {
                depth += 1;
                is_osm |= element.name().as_ref() == b"osm";
                begin(&element, &mut open, &mut data)?;
            }
            Event::Empty(element) => {
                begin(&element, &mut open, &mut data)?;
                end(element.name().as_ref(), &mut open, &mut data);
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                end(element.name().as_ref(), &mut open, &mut data);
            }
            Event::Eof => break,
            _ => {}
        }
        if buffer.len() > ELEMENT_BYTES_MAX {
            return Err("an element of the XML is impossibly long".to_owned());
        }
    }
    if !is_osm {
        return Err("not an OSM extract: there is no <osm> element".to_owned());
    }
    if depth > 0 {
        return Err("the extract is cut off: the last element isn't closed".to_owned());
    }
    Ok(data)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<String, String> {
    let found = element.try_get_attribute(name).map_err(|e| format!("an attribute is broken: {e}"))?;
    let found = found.ok_or_else(|| {
        format!("<{}> has no attribute `{name}`", String::from_utf8_lossy(element.name().as_ref()))
    })?;
    let value = found
        .normalized_value(XmlVersion::Implicit1_0)
        .map_err(|e| format!("an attribute is broken: {e}"))?;
    Ok(value.into_owned())
}

fn number<T: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Result<T, String> {
    let text = attribute(element, name)?;
    text.trim().parse().map_err(|_| format!("the attribute `{name}` is no number: `{text}`"))
}

fn begin(element: &BytesStart<'_>, open: &mut Open, data: &mut OsmData) -> Result<(), String> {
    match (element.name().as_ref(), &mut *open) {
        (b"bounds", _) => {
            let mut sides = [0.0; 4];
            for (side, name) in sides.iter_mut().zip(["minlon", "minlat", "maxlon", "maxlat"]) {
                *side = number(element, name)?;
            }
            data.bounds = Some(sides);
        }
        // A node deleted in a history file has no position: it can't be used.
        (b"node", _) if element.try_get_attribute("lon").ok().flatten().is_some() => {
            let node = OsmNode {
                id: number(element, "id")?,
                lon: number(element, "lon")?,
                lat: number(element, "lat")?,
            };
            *open = Open::Node(node, Tags::default());
        }
        (b"way", _) => *open = Open::Way(OsmWay { id: number(element, "id")?, ..OsmWay::default() }),
        (b"relation", _) => {
            *open = Open::Relation(OsmRelation { id: number(element, "id")?, ..OsmRelation::default() });
        }
        (b"nd", Open::Way(way)) => way.refs.push(number(element, "ref")?),
        (b"member", Open::Relation(relation)) => {
            let kind = match attribute(element, "type")?.as_str() {
                "node" => MemberKind::Node,
                "way" => MemberKind::Way,
                _ => MemberKind::Relation,
            };
            relation.members.push((kind, number(element, "ref")?, attribute(element, "role")?));
        }
        (b"tag", Open::Node(_, tags)) => tags.keep(&attribute(element, "k")?, &attribute(element, "v")?),
        (b"tag", Open::Way(way)) => way.tags.keep(&attribute(element, "k")?, &attribute(element, "v")?),
        (b"tag", Open::Relation(relation)) => {
            relation.tags.keep(&attribute(element, "k")?, &attribute(element, "v")?);
        }
        _ => {}
    }
    Ok(())
}

fn end(name: &[u8], open: &mut Open, data: &mut OsmData) {
    if !matches!(name, b"node" | b"way" | b"relation") {
        return;
    }
    match std::mem::replace(open, Open::Nothing) {
        Open::Nothing => {}
        Open::Node(node, tags) => {
            if !tags.0.is_empty() {
                data.node_tags.push((node.id, tags));
            }
            data.nodes.push(node);
        }
        Open::Way(way) => data.ways.push(way),
        Open::Relation(relation) => data.relations.push(relation),
    }
}
