//! Tables of comma-, semicolon- or tab-separated text as people and programs really write them.
use crate::source::{Portions, Since};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

/// Longest record accepted, bytes.
const RECORD_BYTES_MAX: usize = 4 << 20;
/// Most columns accepted.
const COLUMNS_MAX: usize = 4096;

/// A table being read row by row.
pub struct Table<'r> {
    reader: csv::Reader<Box<dyn BufRead + 'r>>,
    header: Vec<String>,
    record: csv::ByteRecord,
    /// Bytes read since the last row.
    since: Since,
    /// Lines that the reader's count is behind: it meets the second half of a `\r\n` only with the next row.
    behind: usize,
}

/// What a file is by its first bytes that people take for a table.
fn no_text(start: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"SQLite format 3\0", "a GeoPackage or another SQLite database"),
        (b"PK\x03\x04", "a zip archive or a spreadsheet"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"PAR1", "a Parquet file"),
        (b"\x00\x00\x27\x0a", "a shapefile"),
        (b"\xff\xfe", "a text in UTF-16"),
    ];
    KINDS.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, what)| *what)
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    record: &'t csv::ByteRecord,
    /// Line of the file the row begins on, from 1 (that of the blank lines before it, if any).
    pub line: usize,
}

impl<'r> Table<'r> {
    /// Reads the header. Byte-order marks, spaces around names and letter case are forgiven; the separator is told
    /// from the header line.
    ///
    /// # Errors
    /// What is wrong with the header.
    pub fn new(source: impl Read + 'r) -> Result<Self, String> {
        let (source, since) = Portions::new(source, RECORD_BYTES_MAX);
        let mut source: Box<dyn BufRead + 'r> = Box::new(BufReader::with_capacity(1 << 16, source));
        let start = source.fill_buf().map_err(|e| format!("cannot be read: {e}"))?;
        if let Some(what) = no_text(start) {
            return Err(format!("is {what}, not a table of text in UTF-8: export it as CSV"));
        }
        let first_line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        let behind = usize::from(first_line.ends_with(b"\r"));
        let count = |mark: u8| first_line.iter().filter(|b| **b == mark).count();
        let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(source);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(|e| format!("cannot be read: {e}"))?;
        if !found {
            return Err("is empty: a header line is missing".to_owned());
        }
        if record.len() > COLUMNS_MAX || record.as_slice().len() > RECORD_BYTES_MAX {
            return Err("has an impossibly long header line".to_owned());
        }
        let header = record
            .iter()
            .map(|name| {
                let name = String::from_utf8_lossy(name);
                name.trim_start_matches('\u{feff}').trim().trim_matches('"').to_lowercase()
            })
            .collect();
        since.set(0);
        Ok(Self { reader, header, record, since, behind })
    }

    /// Number of the first column that bears one of the names (given in lower case).
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|h| h == name))
    }

    /// The column names, in lower case.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The next row that isn't blank.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, String> {
        loop {
            let found =
                self.reader.read_byte_record(&mut self.record).map_err(|e| format!("cannot be read: {e}"))?;
            if !found {
                return Ok(None);
            }
            self.since.set(0);
            let line = self.record.position().map_or(0, |p| p.line() as usize + self.behind);
            if self.record.as_slice().len() > RECORD_BYTES_MAX {
                return Err(format!("has an impossibly long row at line {line}"));
            }
            if self.record.iter().any(|field| !field.is_empty()) {
                break;
            }
        }
        let line = self.record.position().map_or(0, |p| p.line() as usize + self.behind);
        Ok(Some(Row { record: &self.record, line }))
    }
}

impl<'t> Row<'t> {
    /// The text of a column, empty where the row is short or the column unknown.
    pub fn text(&self, column: Option<usize>) -> Cow<'t, str> {
        column.and_then(|at| self.record.get(at)).map_or(Cow::Borrowed(""), String::from_utf8_lossy)
    }

    /// The number in a column, if there is one that is finite.
    pub fn number(&self, column: Option<usize>) -> Option<f64> {
        self.text(column).trim().parse::<f64>().ok().filter(|n| n.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_marks_spaces_case_and_separators() {
        for text in ["\u{feff}Id, Name\n1, a\n\n2\n", "id;name\n1;a\n;\n2;\n", "id\tname\r\n1\ta\r\n2\t\r\n"]
        {
            let mut table = Table::new(text.as_bytes()).expect("header");
            let (id, name) = (table.column(&["nr", "id"]), table.column(&["name"]));
            let row = table.next_row().expect("readable").expect("a row");
            assert_eq!((row.text(id).as_ref(), row.text(name).as_ref(), row.line), ("1", "a", 2));
            let row = table.next_row().expect("readable").expect("a row");
            assert_eq!((row.number(id), row.number(name)), (Some(2.0), None));
            assert!(table.next_row().expect("readable").is_none());
        }
        assert!(Table::new(&b""[..]).is_err());
        assert!(Table::new(std::io::repeat(b'a')).is_err());
        let mut endless = Table::new(b"id\n\"".chain(std::io::repeat(b'\n'))).expect("header");
        assert!(endless.next_row().is_err());
        let told = Table::new(&b"SQLite format 3\0..."[..]).err();
        assert!(told.is_some_and(|told| told.contains("GeoPackage") && told.contains("CSV")));
    }
}
