//! Tables as CSV (RFC 4180, UTF-8, LF, a missing value is an empty cell), formatted in parallel pieces.
use crate::table::{Cells, Table};
use citytwin_world::Date;
use rayon::prelude::*;
use std::io::Write;

/// Rows formatted by one thread at a time.
const PIECE: usize = 16_384;
/// Pieces held in memory at a time.
const PIECES: usize = 8;

/// Writes a table.
///
/// # Errors
/// What the writer says.
pub fn write(table: &Table, out: &mut impl Write) -> std::io::Result<()> {
    let mut line = Vec::new();
    for (i, column) in table.columns.iter().enumerate() {
        separate(&mut line, i);
        quote(&mut line, &column.name);
    }
    line.push(b'\n');
    out.write_all(&line)?;
    let rows = table.rows();
    for batch in (0..rows).step_by(PIECE * PIECES) {
        let pieces: Vec<Vec<u8>> = (batch..rows.min(batch + PIECE * PIECES))
            .into_par_iter()
            .step_by(PIECE)
            .map(|start| format_rows(table, start..rows.min(start + PIECE)))
            .collect();
        for piece in pieces {
            out.write_all(&piece)?;
        }
    }
    Ok(())
}

fn format_rows(table: &Table, rows: std::ops::Range<usize>) -> Vec<u8> {
    let mut text = Vec::with_capacity(rows.len() * table.columns.len() * 6);
    let mut digits = itoa::Buffer::new();
    for row in rows {
        for (i, column) in table.columns.iter().enumerate() {
            separate(&mut text, i);
            format_cell(&column.cells, row, &mut text, &mut digits);
        }
        text.push(b'\n');
    }
    text
}

fn format_cell(cells: &Cells, row: usize, text: &mut Vec<u8>, digits: &mut itoa::Buffer) {
    match cells {
        Cells::U32(values) => {
            if let Some(value) = values.get(row).filter(|v| **v != u32::MAX) {
                text.extend_from_slice(digits.format(*value).as_bytes());
            }
        }
        Cells::U64(values) => {
            if let Some(value) = values.get(row) {
                text.extend_from_slice(digits.format(*value).as_bytes());
            }
        }
        Cells::F64(values) => {
            if let Some(value) = values.get(row).filter(|v| v.is_finite()) {
                format_number(*value, text, digits);
            }
        }
        Cells::Name { codes, names } => {
            if let Some(name) = codes.get(row).and_then(|code| names.get(*code as usize)) {
                quote(text, name);
            }
        }
        Cells::Date(days) => {
            if let Some(day) = days.get(row) {
                text.extend_from_slice(Date(*day).to_string().as_bytes());
            }
        }
    }
}

/// The shortest digits that read back as the same number; whole numbers without a point.
fn format_number(value: f64, text: &mut Vec<u8>, digits: &mut itoa::Buffer) {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        text.extend_from_slice(digits.format(value as i64).as_bytes());
    } else {
        text.extend_from_slice(value.to_string().as_bytes());
    }
}

fn separate(text: &mut Vec<u8>, column: usize) {
    if column > 0 {
        text.push(b',');
    }
}

fn quote(text: &mut Vec<u8>, word: &str) {
    if !word.contains(['"', ',', '\n', '\r']) {
        text.extend_from_slice(word.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(word.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_the_format_asks() {
        let table = Table::new("t", "")
            .column("a", "", "", vec![1u32, u32::MAX])
            .column("b_share", "share", "", vec![0.1 + 0.2, f64::NAN])
            .column("c", "", "", Cells::names(&["x, \"y\"", "z"], [0, 7]))
            .column("d", "", "", vec![Date(18_281), Date(0)])
            .column("e_count", "count", "", vec![u64::MAX, 3]);
        let mut out = Vec::new();
        write(&table, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,b_share,c,d,e_count\n\
             1,0.30000000000000004,\"x, \"\"y\"\"\",2020-01-20,18446744073709551615\n\
             ,,,1970-01-01,3\n"
        );
        assert!(table.faults().is_empty());
    }

    #[test]
    fn pieces_join_in_order() {
        let rows = (PIECE * PIECES + PIECE + 3) as u32;
        let table = Table::new("t", "").column("a", "", "", (0..rows).collect::<Vec<_>>());
        let mut out = Vec::new();
        write(&table, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().skip(1).enumerate().all(|(i, line)| line == i.to_string()));
        assert_eq!(text.lines().count(), rows as usize + 1);
    }
}
