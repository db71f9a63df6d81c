//! Networks as two CSV tables, one row per bus and one per branch, with the columns that MATPOWER and pandapower give
//! their cases.
//!
//! Buses: `bus`; `p_inj_mw`, or `p_gen_mw` and `p_load_mw`; perhaps `bus_type` (1 load, 2 generator, 3 reference,
//! 4 out of service), `is_ref`, `va_deg`, `p_max_mw`, `priority`. Branches: `from`, `to`, `x_pu`; perhaps `tap`,
//! `shift_deg`, `status`, `pf_mw`.

use super::Grid;
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::suggest::nearest;
use citytwin_world::text::{Faults, Row, Sheet, Word};
use std::collections::BTreeMap;
use std::path::Path;

/// Base power where nothing tells, MVA, as in MATPOWER's cases.
const BASE_MVA: f64 = 100.0;

/// Where the base power comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseFrom {
    /// It was stated.
    Stated,
    /// Angles and injections of the buses imply it.
    Angles,
    /// It is MATPOWER's.
    Assumed,
}

/// A network read from files.
#[derive(Clone, Debug)]
pub struct Case {
    /// The network.
    pub grid: Grid,
    /// Name of each bus as written.
    pub bus_id: Vec<String>,
    /// Base power, MVA.
    pub base_mva: f64,
    /// Where it comes from.
    pub base_from: BaseFrom,
    /// What was odd.
    pub warnings: Problems,
}

/// Reads a network from the texts of its two tables, each with the name of its file; `base_mva` is the power that
/// reactances are relative to.
///
/// Without `base_mva` it is found from `va_deg` and `p_inj_mw` where every bus has both and they agree on it, else it is
/// 100. Flows depend on it only where branches shift phases.
///
/// # Errors
/// All that is wrong with both at once: `E071` an empty table or missing column, `E072` a wrong value, `E073` a bus that
/// isn't there, `E074` a bus given twice, `E076` a network that can't be solved.
pub fn read_tables(
    buses: (&Path, &str),
    branches: (&Path, &str),
    base_mva: Option<f64>,
) -> Result<Case, Problems> {
    let mut grid = Grid::default();
    let mut bus_id = Vec::new();
    let mut of_id = BTreeMap::new();
    let mut angles = Vec::new();
    let mut problems = table(buses, |sheet, faults| {
        read_buses(sheet, faults, &mut grid, &mut bus_id, &mut of_id, &mut angles);
    });
    problems.extend(table(branches, |sheet, faults| read_branches(sheet, faults, &mut grid, &of_id)));
    let implied = || implied_base(&grid, &angles);
    let (base_mva, base_from) = match base_mva {
        Some(base) => (base, BaseFrom::Stated),
        None => implied().map_or((BASE_MVA, BaseFrom::Assumed), |base| (base, BaseFrom::Angles)),
    };
    if base_from == BaseFrom::Assumed && grid.shift_rad.iter().any(|shift| *shift != 0.0) {
        let what = "phases are shifted, so flows depend on the base power; 100 MVA are assumed";
        problems.push(Problem::warning("W070", what).in_file(branches.0).help("state it with --base-mva"));
    }
    grid.mw_per_rad.iter_mut().for_each(|stiffness| *stiffness *= base_mva);
    let ((grid, bus_id), warnings) = problems.or_value((grid, bus_id))?;
    Ok(Case { grid, bus_id, base_mva, base_from, warnings })
}

/// Hands a table on and gives all that is wrong with it.
fn table((path, text): (&Path, &str), each: impl FnOnce(&Sheet<'_>, &mut Faults<'_>)) -> Problems {
    let mut faults = Faults::new(path, text);
    match Sheet::new(text) {
        Some(sheet) => each(&sheet, &mut faults),
        None => {
            faults.whole(Problem::error("E071", "the table is empty: a line of column names is missing"));
        }
    }
    faults.finish().1.into_iter().collect()
}

/// A number in a column: `default` where the column or the cell is missing; complains about anything else and where
/// there is no default.
fn number(
    row: &Row<'_>,
    column: Option<usize>,
    name: &str,
    default: Option<f64>,
    faults: &mut Faults<'_>,
) -> Option<f64> {
    let Some(word) = row.cell(column) else {
        if default.is_none() {
            faults.error("E072", row.whole.span(), format!("a row without `{name}`"));
        }
        return default;
    };
    // Nothing in a power system is this large, and sums of it stay finite.
    let found = word.number().filter(|n| n.abs() <= 1e12);
    if found.is_none() {
        faults.error("E072", word.span(), format!("`{name}` must be a number, not `{}`", word.clip()));
    }
    found
}

/// As [`number`], at least 0.
fn amount(row: &Row<'_>, column: Option<usize>, name: &str, default: f64, faults: &mut Faults<'_>) -> f64 {
    let found = number(row, column, name, Some(default), faults).unwrap_or(0.0);
    if let Some(word) = row.cell(column).filter(|_| found < 0.0) {
        faults.error("E072", word.span(), format!("`{name}` must be at least 0, not `{}`", word.clip()));
    }
    found.max(0.0)
}

/// A flag in a column, `default` where it is missing.
fn flag(row: &Row<'_>, column: Option<usize>, name: &str, default: bool, faults: &mut Faults<'_>) -> bool {
    let Some(word) = row.cell(column) else { return default };
    match word.text.to_lowercase().as_str() {
        "true" | "yes" | "on" => true,
        "false" | "no" | "off" => false,
        text => match text.parse() {
            Ok(1.0) => true,
            Ok(0.0) => false,
            _ => {
                faults.error("E072", word.span(), format!("`{name}` must be 0 or 1, not `{}`", word.clip()));
                default
            }
        },
    }
}

fn read_buses(
    sheet: &Sheet<'_>,
    faults: &mut Faults<'_>,
    grid: &mut Grid,
    bus_id: &mut Vec<String>,
    of_id: &mut BTreeMap<String, u32>,
    angles: &mut Vec<Option<f64>>,
) {
    let id = sheet.needed(&["bus", "bus_i", "bus_id"], "E071", faults);
    let generation = sheet.column(&["p_gen_mw", "pg_mw"]);
    let load = sheet.column(&["p_load_mw", "pd_mw"]);
    let injection = match (generation, load) {
        (None, None) => sheet.needed(&["p_inj_mw"], "E071", faults),
        _ => sheet.column(&["p_inj_mw"]),
    };
    let [kind, reference, angle, most, priority] =
        ["bus_type", "is_ref", "va_deg", "p_max_mw", "priority"].map(|name| sheet.column(&[name]));
    for row in sheet.rows() {
        let Some(word) = row.cell(id) else {
            if id.is_some() {
                faults.error("E072", row.whole.span(), "a bus without a name in `bus`");
            }
            continue;
        };
        if of_id.insert(word.text.to_owned(), bus_id.len() as u32).is_some() {
            faults.error("E074", word.span(), format!("bus `{}` is given twice", word.clip()));
        }
        bus_id.push(word.text.to_owned());
        let default = if generation.is_none() && load.is_none() { None } else { Some(0.0) };
        let net = if injection.is_some() || default.is_some() {
            number(&row, injection, "p_inj_mw", default, faults).unwrap_or(0.0)
        } else {
            0.0
        };
        let made = amount(&row, generation, "p_gen_mw", 0.0, faults) + net.max(0.0);
        let drawn = amount(&row, load, "p_load_mw", 0.0, faults) + (-net).max(0.0);
        let kind = number(&row, kind, "bus_type", Some(1.0), faults).unwrap_or(1.0);
        let held = flag(&row, reference, "is_ref", kind == 3.0, faults);
        let degrees = row.cell(angle).and_then(|_| number(&row, angle, "va_deg", None, faults));
        grid.generation_mw.push(made);
        grid.generation_max_mw.push(amount(&row, most, "p_max_mw", made, faults).max(made));
        grid.load_mw.push(drawn);
        grid.priority.push(amount(&row, priority, "priority", 0.0, faults).min(255.0) as u8);
        grid.reference_rad.push(held.then(|| degrees.unwrap_or(0.0).to_radians()));
        grid.bus_on.push(kind != 4.0);
        angles.push(degrees);
    }
    if id.is_some() && bus_id.is_empty() {
        faults.whole(Problem::error("E071", "the table has no buses"));
    }
}

fn read_branches(sheet: &Sheet<'_>, faults: &mut Faults<'_>, grid: &mut Grid, of_id: &BTreeMap<String, u32>) {
    let from = sheet.needed(&["from", "f_bus", "fbus", "from_bus"], "E071", faults);
    let to = sheet.needed(&["to", "t_bus", "tbus", "to_bus"], "E071", faults);
    let reactance = sheet.needed(&["x_pu", "br_x", "x"], "E071", faults);
    let [tap, shift, status] = [&["tap", "ratio"][..], &["shift_deg", "angle"], &["status", "br_status"]]
        .map(|names| sheet.column(names));
    if [from, to, reactance].contains(&None) {
        return;
    }
    for row in sheet.rows() {
        let ends = [(from, "from"), (to, "to")].map(|(column, name)| end(&row, column, name, of_id, faults));
        let stiffness = stiffness(&row, reactance, tap, faults);
        let turn = number(&row, shift, "shift_deg", Some(0.0), faults).unwrap_or(0.0);
        let on = flag(&row, status, "status", true, faults);
        let ([Some(a), Some(b)], Some(stiffness)) = (ends, stiffness) else { continue };
        if a == b {
            faults.error("E072", row.whole.span(), "a branch joins a bus with itself");
            continue;
        }
        let branch = grid.add_branch(a, b, stiffness) as usize;
        grid.shift_rad[branch] = turn.to_radians();
        grid.branch_on[branch] = on;
    }
}

/// The bus at an end of a branch.
fn end(
    row: &Row<'_>,
    column: Option<usize>,
    name: &str,
    of_id: &BTreeMap<String, u32>,
    faults: &mut Faults<'_>,
) -> Option<u32> {
    let word = row.cell(column).unwrap_or(Word { text: "", ..row.whole });
    let found = of_id.get(word.text).copied();
    if found.is_none() {
        let at = if word.text.is_empty() { row.whole.span() } else { word.span() };
        let problem =
            Problem::error("E073", format!("`{name}` names no bus that is there: `{}`", word.clip()));
        let near =
            (of_id.len() < 5000).then(|| nearest(word.text, of_id.keys().map(String::as_str))).flatten();
        faults.add(
            match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            },
            at,
        );
    }
    found
}

/// Flow per radian and base power, by reactance and tap; a tap of 0 means none, as in MATPOWER.
fn stiffness(
    row: &Row<'_>,
    reactance: Option<usize>,
    tap: Option<usize>,
    faults: &mut Faults<'_>,
) -> Option<f64> {
    let ohms = number(row, reactance, "x_pu", None, faults)?;
    let tap = number(row, tap, "tap", Some(1.0), faults)?;
    let tap = if tap == 0.0 { 1.0 } else { tap };
    let stiffness = 1.0 / (ohms * tap);
    if stiffness.abs() <= 1e12 && stiffness != 0.0 {
        return Some(stiffness);
    }
    let at = row.cell(reactance).unwrap_or(row.whole).span();
    let problem = Problem::error("E072", "a branch without reactance would carry any flow at no angle");
    faults.add(problem.help("join its two buses into one, or give it a small reactance, such as 1e-5"), at);
    None
}

/// The base power at which the stated angles carry the stated injections, if they do: the least squares of
/// `injection = base · what the angles drive`, where that fits.
fn implied_base(grid: &Grid, angles: &[Option<f64>]) -> Option<f64> {
    let angles: Option<Vec<f64>> = angles.iter().map(|angle| angle.map(f64::to_radians)).collect();
    let angles = angles?;
    let mut driven = vec![0.0; grid.bus_count()];
    for branch in (0..grid.branch_count()).filter(|branch| grid.carries(*branch)) {
        let (a, b) = (grid.from[branch] as usize, grid.to[branch] as usize);
        let flow = grid.mw_per_rad[branch] * (angles[a] - angles[b] - grid.shift_rad[branch]);
        driven[a] += flow;
        driven[b] -= flow;
    }
    let injection = |bus: usize| grid.generation_mw[bus] - grid.load_mw[bus];
    let square: f64 = driven.iter().map(|d| d * d).sum();
    let product: f64 = driven.iter().enumerate().map(|(bus, d)| d * injection(bus)).sum();
    let base = product / square;
    let largest = (0..grid.bus_count()).fold(0.0_f64, |most, bus| most.max(injection(bus).abs()));
    let off = driven.iter().enumerate().map(|(bus, d)| (base * d - injection(bus)).abs());
    let worst = off.fold(0.0_f64, f64::max);
    (base.is_finite() && base > 0.0 && worst <= 1e-3 * largest).then(|| round_to_digits(base))
}

/// A base as people state it: to six digits.
fn round_to_digits(value: f64) -> f64 {
    let unit = 10_f64.powf(value.abs().log10().floor() - 5.0);
    (value / unit).round() * unit
}
