//! MATPOWER case files (version 2): `mpc.baseMVA`, and the matrices `mpc.bus`, `mpc.gen` and `mpc.branch`.
//!
//! Format as in R. D. Zimmerman and C. E. Murillo-Sánchez, MATPOWER User's Manual, appendix B. Files are data here, not
//! programs: code that works on the matrices is refused, not run.

use super::Grid;
use super::tables::{BaseFrom, Case};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::text::{Faults, Word, lines};
use std::collections::BTreeMap;
use std::path::Path;

/// A row of a matrix: its numbers, each with its place.
type Cells<'t> = Vec<Word<'t>>;

/// What stands in a case file.
#[derive(Default)]
struct Parts<'t> {
    base: Option<Word<'t>>,
    /// Rows of `bus`, `gen` and `branch`.
    matrices: [Option<Vec<Cells<'t>>>; 3],
}

const MATRICES: [(&str, usize); 3] = [("bus", 9), ("gen", 8), ("branch", 11)];

/// Reads a case from the text of its file. Generation and load of a bus are netted, as in the tables; a bus with
/// generators may raise what it feeds in to the sum of their limits.
///
/// # Errors
/// All that is wrong at once: `E071` a matrix that is missing, not closed or changed by code, `E072` a wrong value,
/// `E073` a bus that isn't there, `E074` a bus given twice.
pub fn read_matpower(path: &Path, text: &str) -> Result<Case, Problems> {
    let mut faults = Faults::new(path, text);
    let parts = split(&mut faults);
    let base_mva = base(&parts, &mut faults).unwrap_or(100.0);
    let mut grid = Grid::default();
    let mut bus_id = Vec::new();
    let mut of_id = BTreeMap::new();
    for ((name, _), rows) in MATRICES.iter().zip(&parts.matrices) {
        match rows {
            None => faults.whole(Problem::error("E071", format!("`mpc.{name} = [ … ];` is missing"))),
            Some(rows) if rows.is_empty() && *name == "bus" => {
                faults.whole(Problem::error("E071", "`mpc.bus` has no rows"));
            }
            Some(_) => {}
        }
    }
    let [buses, generators, branches] = parts.matrices.map(Option::unwrap_or_default);
    for row in &buses {
        read_bus(row, &mut grid, &mut bus_id, &mut of_id, &mut faults);
    }
    for row in &generators {
        read_generator(row, &mut grid, &of_id, &mut faults);
    }
    for row in &branches {
        read_branch(row, base_mva, &mut grid, &of_id, &mut faults);
    }
    net(&mut grid);
    let problems: Problems = faults.finish().1.into_iter().collect();
    let ((grid, bus_id), warnings) = problems.or_value((grid, bus_id))?;
    Ok(Case { grid, bus_id, base_mva, base_from: BaseFrom::Stated, warnings })
}

/// Bus matrix: number, type, load, reactive load, shunt conductance, …, angle in the ninth column.
fn read_bus(
    row: &Cells<'_>,
    grid: &mut Grid,
    bus_id: &mut Vec<String>,
    of_id: &mut BTreeMap<u64, u32>,
    faults: &mut Faults<'_>,
) {
    let Some(bus) = bus_number(row[0], faults) else { return };
    if of_id.insert(bus, bus_id.len() as u32).is_some() {
        faults.error("E074", row[0].span(), format!("bus {bus} is given twice"));
    }
    bus_id.push(bus.to_string());
    let [kind, load, shunt, angle] = [1, 2, 4, 8].map(|at| value(row[at], faults).unwrap_or(0.0));
    // The conductance draws its power at 1 per unit.
    let at = grid.add_bus(-(load + shunt)) as usize;
    grid.bus_on[at] = kind != 4.0;
    grid.reference_rad[at] = (kind == 3.0).then(|| angle.to_radians());
}

/// Generator matrix: bus, power, …, status in the eighth column, then the most it can give.
fn read_generator(row: &Cells<'_>, grid: &mut Grid, of_id: &BTreeMap<u64, u32>, faults: &mut Faults<'_>) {
    let Some(bus) = named(row[0], of_id, faults) else { return };
    let power = value(row[1], faults).unwrap_or(0.0);
    let on = value(row[7], faults).unwrap_or(0.0) > 0.0;
    // A limit may be infinite, and needn't be there.
    let most = row.get(8).and_then(|word| word.text.parse::<f64>().ok()).filter(|mw| !mw.is_nan());
    if on {
        grid.generation_mw[bus as usize] += power;
        grid.generation_max_mw[bus as usize] += most.unwrap_or(power).clamp(power, power.abs() + 1e9);
    }
}

/// Branch matrix: from, to, resistance, reactance, charging, three ratings, tap, shift, status.
fn read_branch(
    row: &Cells<'_>,
    base_mva: f64,
    grid: &mut Grid,
    of_id: &BTreeMap<u64, u32>,
    faults: &mut Faults<'_>,
) {
    let ends = [named(row[0], of_id, faults), named(row[1], of_id, faults)];
    let numbers = [3, 8, 9, 10].map(|at| value(row[at], faults));
    let ([Some(a), Some(b)], [Some(x), Some(tap), Some(shift), Some(status)]) = (ends, numbers) else {
        return;
    };
    let stiffness = base_mva / (x * if tap == 0.0 { 1.0 } else { tap });
    if !(stiffness.abs() <= 1e14 && stiffness != 0.0) {
        let what = "a branch without reactance would carry any flow at no angle";
        faults.error("E072", row[3].span(), what);
    } else if a == b {
        faults.error("E072", row[0].start..row[1].span().end, "a branch joins a bus with itself");
    } else {
        let branch = grid.add_branch(a, b, stiffness) as usize;
        grid.shift_rad[branch] = shift.to_radians();
        grid.branch_on[branch] = status != 0.0;
    }
}

/// Nets generation and load of each bus.
fn net(grid: &mut Grid) {
    for bus in 0..grid.bus_count() {
        let (made, drawn) = (grid.generation_mw[bus], grid.load_mw[bus]);
        let room = grid.generation_max_mw[bus] - made;
        let injection = made - drawn;
        grid.generation_mw[bus] = injection.max(0.0);
        grid.load_mw[bus] = (-injection).max(0.0);
        grid.generation_max_mw[bus] = (injection + room.max(0.0)).max(injection).max(0.0);
    }
}

fn base(parts: &Parts<'_>, faults: &mut Faults<'_>) -> Option<f64> {
    let Some(word) = parts.base else {
        faults.whole(Problem::error("E071", "`mpc.baseMVA = …;` is missing"));
        return None;
    };
    let found = word.number().filter(|base| *base > 0.0 && *base <= 1e9);
    if found.is_none() {
        let what = format!("`mpc.baseMVA` must be a number above 0, not `{}`", word.clip());
        faults.error("E072", word.span(), what);
    }
    found
}

fn value(word: Word<'_>, faults: &mut Faults<'_>) -> Option<f64> {
    let found = word.number().filter(|n| n.abs() <= 1e12);
    if found.is_none() {
        faults.error("E072", word.span(), format!("a number is wanted here, not `{}`", word.clip()));
    }
    found
}

fn bus_number(word: Word<'_>, faults: &mut Faults<'_>) -> Option<u64> {
    let found = word.number().filter(|n| *n >= 0.0 && *n <= 1e15 && n.fract() == 0.0).map(|n| n as u64);
    if found.is_none() {
        faults.error("E072", word.span(), format!("`{}` is no number of a bus", word.clip()));
    }
    found
}

fn named(word: Word<'_>, of_id: &BTreeMap<u64, u32>, faults: &mut Faults<'_>) -> Option<u32> {
    let found = of_id.get(&bus_number(word, faults)?).copied();
    if found.is_none() {
        faults.error("E073", word.span(), format!("no bus has the number {}", word.clip()));
    }
    found
}

/// Parts a file into base and matrices.
fn split<'t>(faults: &mut Faults<'t>) -> Parts<'t> {
    let mut parts = Parts::default();
    let mut open: Option<(usize, usize)> = None;
    for (start, line) in lines(faults.text) {
        let code = line.split('%').next().unwrap_or_default();
        let mut rest = Word { text: code, start };
        if open.is_none() {
            let Some((name, after)) = assignment(rest) else { continue };
            let known = MATRICES.iter().position(|(matrix, _)| name.text == *matrix);
            let touched = MATRICES.iter().any(|(matrix, _)| {
                name.text.strip_prefix(matrix).is_some_and(|rest| rest.trim_start().starts_with('('))
            });
            if name.text == "baseMVA" {
                let text = after.text.trim_end_matches([';', ' ', '\t']).trim_start();
                parts.base = Some(Word {
                    text,
                    start: after.start + (after.text.len() - after.text.trim_start().len()),
                });
            } else if touched {
                let problem = Problem::error("E071", "code that changes a matrix isn't run");
                faults.add(problem.help("write the case with its numbers: savecase() does"), name.span());
            }
            let Some(at) = known else { continue };
            let Some(bracket) = after.text.find('[') else {
                faults.error(
                    "E071",
                    after.span(),
                    format!("`mpc.{}` must be a matrix in brackets", name.text),
                );
                continue;
            };
            parts.matrices[at] = Some(Vec::new());
            open = Some((at, name.start));
            rest = Word { text: &after.text[bracket + 1..], start: after.start + bracket + 1 };
        }
        let Some((at, _)) = open else { continue };
        let (body, closed) = match rest.text.split_once(']') {
            Some((body, _)) => (body, true),
            None => (rest.text, false),
        };
        if let Some(rows) = &mut parts.matrices[at] {
            rows_of(Word { text: body, start: rest.start }, at, rows, faults);
        }
        if closed {
            open = None;
        }
    }
    if let Some((at, start)) = open {
        let what =
            format!("the matrix `mpc.{}` isn't closed by `];`: is the file cut short?", MATRICES[at].0);
        faults.error("E071", start..start + MATRICES[at].0.len(), what);
    }
    parts
}

/// `mpc.NAME = REST`: the name and the rest.
fn assignment(line: Word<'_>) -> Option<(Word<'_>, Word<'_>)> {
    let equals = line.text.find('=')?;
    let left = &line.text[..equals];
    let dot = left.find('.')?;
    let name = left[dot + 1..].trim();
    let start = line.start + dot + 1 + (left[dot + 1..].len() - left[dot + 1..].trim_start().len());
    let after = Word { text: &line.text[equals + 1..], start: line.start + equals + 1 };
    Some((Word { text: name, start }, after))
}

/// The rows of a piece of a matrix, parted by semicolons and ends of line.
fn rows_of<'t>(body: Word<'t>, matrix: usize, rows: &mut Vec<Cells<'t>>, faults: &mut Faults<'t>) {
    let mut start = body.start;
    for piece in body.text.split(';') {
        let mut cells = Vec::new();
        let mut at = start;
        for cell in piece.split([' ', '\t', ',', '\r']) {
            if !cell.is_empty() {
                cells.push(Word { text: cell, start: at });
            }
            at += cell.len() + 1;
        }
        let (name, columns) = MATRICES[matrix];
        if cells.len() >= columns {
            rows.push(cells);
        } else if let [first, ..] = cells.as_slice() {
            let what = format!("a row of `mpc.{name}` has {} values, not at least {columns}", cells.len());
            faults.error("E072", first.start..start + piece.trim_end().len(), what);
        }
        start += piece.len() + 1;
    }
}
