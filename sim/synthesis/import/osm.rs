//! What an OSM extract says, before anything is made of it: nodes, ways and relations with the tags that matter here.
use crate::import::{osm_xml, pbf};
use citytwin_world::problem::Problem;
use std::path::Path;

/// Keys of tags that are kept; all others are dropped while reading.
pub const KEPT_KEYS: &[&str] = &[
    "access",
    "amenity",
    "area",
    "beds",
    "bicycle",
    "building",
    "building:levels",
    "capacity",
    "craft",
    "cycleway",
    "duration",
    "except",
    "foot",
    "government",
    "healthcare",
    "height",
    "highway",
    "industrial",
    "junction",
    "landuse",
    "lanes",
    "lanes:backward",
    "lanes:forward",
    "leisure",
    "man_made",
    "maxspeed",
    "motor_vehicle",
    "motorcar",
    "motorroad",
    "name",
    "office",
    "oneway",
    "oneway:bicycle",
    "public_transport",
    "railway",
    "restriction",
    "route",
    "service",
    "shop",
    "station",
    "tourism",
    "type",
    "vehicle",
];

/// Tags of one object: key and value, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(pub Vec<(&'static str, String)>);

impl Tags {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| v.as_str())
    }
    /// Whether a key has a value.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }
    /// Keeps a tag if its key is one of [`KEPT_KEYS`].
    pub fn keep(&mut self, key: &str, value: &str) {
        if let Ok(at) = KEPT_KEYS.binary_search(&key)
            && let Some(kept) = KEPT_KEYS.get(at)
        {
            self.0.push((kept, value.to_owned()));
        }
    }
}

/// A point of the extract.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OsmNode {
    /// OSM's identifier.
    pub id: i64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
}

/// A line or outline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsmWay {
    /// OSM's identifier.
    pub id: i64,
    /// Identifiers of its nodes in order.
    pub refs: Vec<i64>,
    /// Tags kept.
    pub tags: Tags,
}

/// What a relation's member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A node.
    Node,
    /// A way.
    Way,
    /// Another relation.
    Relation,
}

/// A relation between objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsmRelation {
    /// OSM's identifier.
    pub id: i64,
    /// Kind, identifier and role of each member.
    pub members: Vec<(MemberKind, i64, String)>,
    /// Tags kept.
    pub tags: Tags,
}

/// An extract in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsmData {
    /// All nodes, sorted by identifier after [`OsmData::finish`].
    pub nodes: Vec<OsmNode>,
    /// Tags of the nodes that have any, sorted by identifier.
    pub node_tags: Vec<(i64, Tags)>,
    /// Ways in file order.
    pub ways: Vec<OsmWay>,
    /// Relations in file order.
    pub relations: Vec<OsmRelation>,
    /// West, south, east and north of the extract in degrees, where the file says.
    pub bounds: Option<[f64; 4]>,
}

impl OsmData {
    /// The node of an identifier, if the extract holds it.
    pub fn node(&self, id: i64) -> Option<&OsmNode> {
        self.nodes.binary_search_by_key(&id, |n| n.id).ok().and_then(|at| self.nodes.get(at))
    }

    /// Sorts by identifier, drops doubles and impossible coordinates; call once after reading.
    pub fn finish(&mut self) {
        self.nodes.retain(|n| n.lon.abs() <= 180.0 && n.lat.abs() <= 90.0);
        self.nodes.sort_by_key(|n| n.id);
        self.nodes.dedup_by_key(|n| n.id);
        self.node_tags.sort_by_key(|(id, _)| *id);
        self.node_tags.dedup_by_key(|(id, _)| *id);
        self.ways.sort_by_key(|w| w.id);
        self.ways.dedup_by_key(|w| w.id);
        self.relations.sort_by_key(|r| r.id);
        self.relations.dedup_by_key(|r| r.id);
    }

    /// Moves another extract's objects into this one; call [`Self::finish`] afterwards.
    pub fn append(&mut self, mut other: Self) {
        self.nodes.append(&mut other.nodes);
        self.node_tags.append(&mut other.node_tags);
        self.ways.append(&mut other.ways);
        self.relations.append(&mut other.relations);
        self.bounds = self.bounds.or(other.bounds);
    }
}

/// Reads an extract: `.pbf`, or XML plain or gzipped; told by content, not by name.
///
/// # Errors
/// `E301` the file cannot be read; `E302` it is no OSM extract or is broken; `E303` it holds no nodes or no ways.
pub fn read(path: &Path) -> Result<OsmData, Problem> {
    let bytes = crate::source::bytes(path)
        .map_err(|error| Problem::error("E301", format!("cannot read the file: {error}")).in_file(path))?;
    let broken = |what: String| Problem::error("E302", what).in_file(path);
    let gzipped = bytes.starts_with(&[0x1f, 0x8b]);
    let text_start =
        bytes.iter().copied().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
    let mut data = if gzipped || text_start == Some(b'<') {
        osm_xml::read(&bytes, gzipped).map_err(broken)?
    } else {
        pbf::read(&bytes).map_err(broken)?
    };
    data.finish();
    if data.nodes.is_empty() || data.ways.is_empty() {
        return Err(Problem::error("E303", "the extract holds no streets: it has no nodes or no ways")
            .in_file(path)
            .help("give an OSM extract with highways as .osm.pbf, .osm or .osm.gz"));
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_keys_are_sorted() {
        assert!(KEPT_KEYS.is_sorted());
        let mut tags = Tags::default();
        tags.keep("highway", "primary");
        tags.keep("surface", "asphalt");
        assert_eq!(tags.get("highway"), Some("primary"));
        assert_eq!(tags.get("surface"), None);
    }
}
