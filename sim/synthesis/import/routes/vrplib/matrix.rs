//! Tables of distances in the shapes of TSPLIB.

use super::Parts;
use citytwin_routing::tours::Legs;
use citytwin_world::problem::Problem;
use citytwin_world::text::{Faults, Word};

/// Most places of a table: 400 MB of numbers.
const PLACES_MAX: usize = 10_000;
/// Longest leg, so that sums along a tour fit into 32 bits.
const LEG_MAX: f64 = 1e6;

/// Reads the section of weights.
pub(super) fn read(parts: &Parts<'_>, size: usize, faults: &mut Faults<'_>) -> Option<Legs> {
    let Some(section) = parts.section("EDGE_WEIGHT_SECTION") else {
        faults.whole(Problem::error("E061", "`EXPLICIT` weights need an `EDGE_WEIGHT_SECTION`"));
        return None;
    };
    let Some(format) = parts.key("EDGE_WEIGHT_FORMAT") else {
        faults.whole(Problem::error("E061", "`EXPLICIT` weights need a line `EDGE_WEIGHT_FORMAT : …`"));
        return None;
    };
    let Some(cells) = cells(format.text, size) else {
        let what = "the format is none of FULL_MATRIX, LOWER_ROW, LOWER_DIAG_ROW, UPPER_ROW, UPPER_DIAG_ROW and the \
                    same with COL";
        faults.error("E061", format.span(), what);
        return None;
    };
    if size > PLACES_MAX {
        faults.whole(Problem::error("E061", format!("a table for more than {PLACES_MAX} places")));
        return None;
    }
    let numbers: Vec<Word<'_>> = section.rows.iter().flatten().copied().collect();
    if numbers.len() != cells.count {
        let what = format!(
            "`{}` of {size} places has {} numbers, not {}",
            format.clip(),
            cells.count,
            numbers.len()
        );
        faults.error("E063", section.name.span(), what);
        return None;
    }
    let mut rows = vec![0; size * size];
    let mut right = true;
    for (word, (row, column)) in numbers.iter().zip(cells.places(size)) {
        let Some(leg) = word.number().filter(|n| (0.0..=LEG_MAX).contains(n) && n.fract() == 0.0) else {
            let what = format!("a distance is a whole number from 0 to {LEG_MAX}, not `{}`", word.clip());
            faults.error("E062", word.span(), what);
            right = false;
            continue;
        };
        rows[row * size + column] = leg as i32;
        if !cells.full {
            rows[column * size + row] = leg as i32;
        }
    }
    right.then(|| Legs::of_table(size, rows))
}

/// Which cells of a table stand in a file.
struct Cells {
    count: usize,
    full: bool,
    lower: bool,
    diagonal: bool,
}

/// A triangle by columns is the other triangle by rows, since it is symmetric.
fn cells(format: &str, size: usize) -> Option<Cells> {
    let (full, lower, diagonal) = match format {
        "FULL_MATRIX" => (true, false, true),
        "LOWER_ROW" | "UPPER_COL" => (false, true, false),
        "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => (false, true, true),
        "UPPER_ROW" | "LOWER_COL" => (false, false, false),
        "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => (false, false, true),
        _ => return None,
    };
    let triangle = size.checked_mul(size - 1)? / 2 + if diagonal { size } else { 0 };
    Some(Cells { count: if full { size.checked_mul(size)? } else { triangle }, full, lower, diagonal })
}

impl Cells {
    fn places(&self, size: usize) -> impl Iterator<Item = (usize, usize)> {
        let (full, lower, diagonal) = (self.full, self.lower, usize::from(!self.diagonal));
        (0..size).flat_map(move |row| {
            let columns = match (full, lower) {
                (true, _) => 0..size,
                (false, true) => 0..(row + 1 - diagonal),
                (false, false) => (row + diagonal)..size,
            };
            columns.map(move |column| (row, column))
        })
    }
}
