//! Reads OSM's protocol-buffer format, trusting no count or length that the file claims.
//! Format: wiki.openstreetmap.org/wiki/PBF_Format.
use crate::import::osm::{MemberKind, OsmData, OsmNode, OsmRelation, OsmWay, Tags};
use flate2::read::ZlibDecoder;
use rayon::prelude::*;
use std::io::Read;

/// Largest block header the format allows, bytes.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// Largest block, packed or unpacked, the format allows, bytes.
const BLOCK_BYTES_MAX: usize = 32 * 1024 * 1024;

type Outcome<T> = Result<T, String>;

/// Reads a whole extract.
///
/// # Errors
/// What is broken and at which byte.
pub fn read(bytes: &[u8]) -> Outcome<OsmData> {
    let mut blocks = Vec::new();
    let mut data = OsmData::default();
    let mut at = 0;
    let mut seen_header = false;
    while at < bytes.len() {
        let fail = |what: &str| format!("{what} (block at byte {at})");
        let length = take(bytes, at, 4).ok_or_else(|| fail("the file ends inside a block length"))?;
        let header_len = length.iter().fold(0_usize, |sum, b| sum << 8 | usize::from(*b));
        if header_len > HEADER_BYTES_MAX {
            return Err(fail("not an OSM extract in PBF: impossible header length"));
        }
        let header =
            take(bytes, at + 4, header_len).ok_or_else(|| fail("the file ends inside a block header"))?;
        let (kind, size) = block_header(header).map_err(|e| fail(&e))?;
        if size > BLOCK_BYTES_MAX {
            return Err(fail("a block is larger than the format allows"));
        }
        let body =
            take(bytes, at + 4 + header_len, size).ok_or_else(|| fail("the file ends inside a block"))?;
        match kind {
            b"OSMHeader" => {
                seen_header = true;
                data.bounds = file_header(&unpack(body).map_err(|e| fail(&e))?).map_err(|e| fail(&e))?;
            }
            b"OSMData" if seen_header => blocks.push((at, body)),
            b"OSMData" => return Err(fail("data come before the file header")),
            _ => {}
        }
        at += 4 + header_len + size;
    }
    if !seen_header {
        return Err("not an OSM extract in PBF: no file header".to_owned());
    }
    let parts: Vec<Outcome<OsmData>> = blocks
        .par_iter()
        .map(|(at, body)| {
            unpack(body)
                .and_then(|raw| primitive_block(&raw))
                .map_err(|e| format!("{e} (block at byte {at})"))
        })
        .collect();
    for part in parts {
        data.append(part?);
    }
    Ok(data)
}

fn take(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

/// One field's content.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Walks the fields of a message.
struct Message<'a> {
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn varint(&mut self) -> Outcome<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let (first, rest) = self.rest.split_first().ok_or("a number is cut off")?;
            self.rest = rest;
            value |= u64::from(first & 0x7f).checked_shl(shift).unwrap_or(0);
            if first & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number has too many bytes".to_owned())
    }

    fn next(&mut self) -> Outcome<Option<(u64, Field<'a>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let field = match key & 7 {
            0 => Field::Number(self.varint()?),
            1 => Field::Bytes(self.bytes(8)?),
            2 => {
                let len = self.varint()?;
                Field::Bytes(self.bytes(usize::try_from(len).map_err(|_| "a length is impossible")?)?)
            }
            5 => Field::Bytes(self.bytes(4)?),
            _ => return Err("a field has an unknown wire type".to_owned()),
        };
        Ok(Some((key >> 3, field)))
    }

    fn bytes(&mut self, len: usize) -> Outcome<&'a [u8]> {
        if len > self.rest.len() {
            return Err("a field is longer than its message".to_owned());
        }
        let (bytes, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok(bytes)
    }
}

fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// All numbers of a packed field; a field that isn't packed counts as one number.
fn numbers(field: &Field<'_>, into: &mut Vec<u64>) -> Outcome<()> {
    match field {
        Field::Number(one) => into.push(*one),
        Field::Bytes(bytes) => {
            let mut message = Message::new(bytes);
            while !message.rest.is_empty() {
                into.push(message.varint()?);
            }
        }
    }
    Ok(())
}

fn sums(deltas: &[u64]) -> impl Iterator<Item = i64> + '_ {
    deltas.iter().scan(0_i64, |sum, delta| {
        *sum = sum.wrapping_add(zigzag(*delta));
        Some(*sum)
    })
}

fn block_header(bytes: &[u8]) -> Outcome<(&[u8], usize)> {
    let (mut kind, mut size) = (&[][..], None);
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, field) {
            (1, Field::Bytes(text)) => kind = text,
            (3, Field::Number(n)) => size = usize::try_from(n).ok(),
            _ => {}
        }
    }
    Ok((kind, size.ok_or("a block has no size")?))
}

/// The content of a block, inflated.
fn unpack(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let (mut packed, mut raw_size) = (None, 0);
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, field) {
            (1, Field::Bytes(raw)) => return Ok(raw.to_vec()),
            (2, Field::Number(n)) => raw_size = usize::try_from(n).unwrap_or(usize::MAX),
            (3, Field::Bytes(zlib)) => packed = Some(zlib),
            (4..=7, Field::Bytes(_)) => {
                return Err("a block is packed by a method other than zlib".to_owned());
            }
            _ => {}
        }
    }
    let packed = packed.ok_or("a block is empty")?;
    if raw_size > BLOCK_BYTES_MAX {
        return Err("a block is larger than the format allows".to_owned());
    }
    let mut raw = Vec::new();
    ZlibDecoder::new(packed)
        .take(BLOCK_BYTES_MAX as u64 + 1)
        .read_to_end(&mut raw)
        .map_err(|e| format!("a block cannot be unpacked: {e}"))?;
    if raw.len() != raw_size {
        return Err("a block unpacks to another size than it claims".to_owned());
    }
    Ok(raw)
}

fn file_header(bytes: &[u8]) -> Outcome<Option<[f64; 4]>> {
    let mut bounds = None;
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, field) {
            (1, Field::Bytes(bbox)) => {
                let mut sides = [0.0; 4];
                let mut box_message = Message::new(bbox);
                while let Some((side, value)) = box_message.next()? {
                    let at = [0, 2, 3, 1].get(side.wrapping_sub(1) as usize).copied();
                    if let (Some(at), Field::Number(nano)) = (at, value)
                        && let Some(degrees) = sides.get_mut(at)
                    {
                        *degrees = zigzag(nano) as f64 * 1e-9;
                    }
                }
                bounds = Some(sides);
            }
            (4, Field::Bytes(feature)) if !matches!(feature, b"OsmSchema-V0.6" | b"DenseNodes") => {
                let name = String::from_utf8_lossy(feature).into_owned();
                return Err(format!("the extract needs the feature {name}, which isn't supported"));
            }
            _ => {}
        }
    }
    Ok(bounds)
}

/// What the objects of one block share.
struct Block<'a> {
    strings: Vec<&'a [u8]>,
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

impl Block<'_> {
    fn degrees(&self, offset: i64, value: i64) -> f64 {
        offset.wrapping_add(self.granularity.wrapping_mul(value)) as f64 * 1e-9
    }

    fn string(&self, index: u64) -> Outcome<std::borrow::Cow<'_, str>> {
        let at = usize::try_from(index).map_err(|_| "a text's number is impossible")?;
        Ok(String::from_utf8_lossy(self.strings.get(at).ok_or("a text is missing from the block's list")?))
    }

    fn tags(&self, keys: &[u64], values: &[u64]) -> Outcome<Tags> {
        let mut tags = Tags::default();
        for (key, value) in keys.iter().zip(values) {
            tags.keep(&self.string(*key)?, &self.string(*value)?);
        }
        Ok(tags)
    }
}

fn primitive_block(bytes: &[u8]) -> Outcome<OsmData> {
    let mut block = Block { strings: Vec::new(), granularity: 100, lat_offset: 0, lon_offset: 0 };
    let mut groups = Vec::new();
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, field) {
            (1, Field::Bytes(table)) => {
                let mut strings = Message::new(table);
                while let Some((_, field)) = strings.next()? {
                    if let Field::Bytes(text) = field {
                        block.strings.push(text);
                    }
                }
            }
            (2, Field::Bytes(group)) => groups.push(group),
            (17, Field::Number(n)) => block.granularity = n as i64,
            (19, Field::Number(n)) => block.lat_offset = n as i64,
            (20, Field::Number(n)) => block.lon_offset = n as i64,
            _ => {}
        }
    }
    let mut data = OsmData::default();
    for group in groups {
        let mut message = Message::new(group);
        while let Some((number, field)) = message.next()? {
            match (number, field) {
                (1, Field::Bytes(node)) => plain_node(&block, node, &mut data)?,
                (2, Field::Bytes(dense)) => dense_nodes(&block, dense, &mut data)?,
                (3, Field::Bytes(way)) => read_way(&block, way, &mut data)?,
                (4, Field::Bytes(relation)) => read_relation(&block, relation, &mut data)?,
                _ => {}
            }
        }
    }
    Ok(data)
}

fn plain_node(block: &Block<'_>, bytes: &[u8], data: &mut OsmData) -> Outcome<()> {
    let (mut id, mut lat, mut lon) = (0, 0, 0);
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, &field) {
            (1, Field::Number(n)) => id = zigzag(*n),
            (2, _) => numbers(&field, &mut keys)?,
            (3, _) => numbers(&field, &mut values)?,
            (8, Field::Number(n)) => lat = zigzag(*n),
            (9, Field::Number(n)) => lon = zigzag(*n),
            _ => {}
        }
    }
    let tags = block.tags(&keys, &values)?;
    push_node(block, data, id, [lon, lat], tags);
    Ok(())
}

fn push_node(block: &Block<'_>, data: &mut OsmData, id: i64, [lon, lat]: [i64; 2], tags: Tags) {
    let (lon, lat) = (block.degrees(block.lon_offset, lon), block.degrees(block.lat_offset, lat));
    data.nodes.push(OsmNode { id, lon, lat });
    if !tags.0.is_empty() {
        data.node_tags.push((id, tags));
    }
}

fn dense_nodes(block: &Block<'_>, bytes: &[u8], data: &mut OsmData) -> Outcome<()> {
    let mut columns: [Vec<u64>; 4] = Default::default();
    let [ids, lats, lons, texts] = &mut columns;
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match number {
            1 => numbers(&field, ids)?,
            8 => numbers(&field, lats)?,
            9 => numbers(&field, lons)?,
            10 => numbers(&field, texts)?,
            _ => {}
        }
    }
    if ids.len() != lats.len() || ids.len() != lons.len() {
        return Err("a block's nodes have more numbers of one kind than of another".to_owned());
    }
    let mut texts = texts.iter().copied();
    for ((id, lat), lon) in sums(ids).zip(sums(lats)).zip(sums(lons)) {
        let mut tags = Tags::default();
        while let Some(key) = texts.next().filter(|key| *key != 0) {
            let value = texts.next().ok_or("a node's tag has no value")?;
            tags.keep(&block.string(key)?, &block.string(value)?);
        }
        push_node(block, data, id, [lon, lat], tags);
    }
    Ok(())
}

fn read_way(block: &Block<'_>, bytes: &[u8], data: &mut OsmData) -> Outcome<()> {
    let mut id = 0;
    let (mut keys, mut values, mut refs) = (Vec::new(), Vec::new(), Vec::new());
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, &field) {
            (1, Field::Number(n)) => id = *n as i64,
            (2, _) => numbers(&field, &mut keys)?,
            (3, _) => numbers(&field, &mut values)?,
            (8, _) => numbers(&field, &mut refs)?,
            _ => {}
        }
    }
    let tags = block.tags(&keys, &values)?;
    data.ways.push(OsmWay { id, refs: sums(&refs).collect(), tags });
    Ok(())
}

fn read_relation(block: &Block<'_>, bytes: &[u8], data: &mut OsmData) -> Outcome<()> {
    let mut id = 0;
    let mut columns: [Vec<u64>; 5] = Default::default();
    let [keys, values, roles, ids, kinds] = &mut columns;
    let mut message = Message::new(bytes);
    while let Some((number, field)) = message.next()? {
        match (number, &field) {
            (1, Field::Number(n)) => id = *n as i64,
            (2, _) => numbers(&field, keys)?,
            (3, _) => numbers(&field, values)?,
            (8, _) => numbers(&field, roles)?,
            (9, _) => numbers(&field, ids)?,
            (10, _) => numbers(&field, kinds)?,
            _ => {}
        }
    }
    let mut relation = OsmRelation { id, members: Vec::new(), tags: block.tags(keys, values)? };
    for ((member, role), kind) in sums(ids).zip(roles.iter()).zip(kinds.iter()) {
        let kind = match kind {
            0 => MemberKind::Node,
            1 => MemberKind::Way,
            _ => MemberKind::Relation,
        };
        relation.members.push((kind, member, block.string(*role)?.into_owned()));
    }
    data.relations.push(relation);
    Ok(())
}
