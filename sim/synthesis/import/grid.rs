//! Zones: from a population grid, or square cells over the streets where there is none.
use crate::import::outline;
use crate::near::Near;
use crate::source::open;
use crate::table::{Row, Table};
use citytwin_world::geo::{M_PER_DEGREE, distance_m};
use citytwin_world::problem::{Problem, Tally};
use std::path::Path;

/// Side of the cells made where no grid is given, m.
pub const CELL_M: f64 = 400.0;
/// Most cells accepted.
const CELLS_MAX: usize = 4_000_000;
/// Largest count believed of one cell.
const COUNT_MAX: f64 = 5e6;

/// One cell with what the source counts in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Identifier in the source.
    pub id: String,
    /// Longitude and latitude of the centre, degrees.
    pub centre: [f64; 2],
    /// Residents.
    pub population: u32,
    /// Jobs.
    pub jobs: u32,
    /// Schools.
    pub schools: u32,
    /// Clinics and hospitals.
    pub healthcare: u32,
    /// Outline, lon and lat in degrees, not closed.
    pub outline: Vec<[f64; 2]>,
}

/// The cells of a city.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// In the order of the source.
    pub cells: Vec<Cell>,
    /// Median distance between neighbouring centres, m.
    pub spacing_m: f64,
    /// Whether the source counts jobs.
    pub has_jobs: bool,
    /// Whether the source counts schools.
    pub has_schools: bool,
    /// Whether the source counts clinics and hospitals.
    pub has_healthcare: bool,
}

/// Names under which the columns of grids are found, in lower case.
const ID: &[&str] = &["id", "zone_id", "cell_id", "h3", "h3_address", "hex_id", "id_hex", "index", "fid"];
const LON: &[&str] = &["lon", "longitude", "lng", "x", "x_coord", "centroid_lon"];
const LAT: &[&str] = &["lat", "latitude", "y", "y_coord", "centroid_lat"];
const POPULATION: &[&str] =
    &["population", "pop", "residents", "inhabitants", "asukkaita", "pop_total", "p001"];
const JOBS: &[&str] = &["jobs", "employment", "workplaces", "opportunities", "t001"];
const SCHOOLS: &[&str] = &["schools", "school", "edu", "e001"];
const HEALTHCARE: &[&str] = &["healthcare", "health", "hospitals", "s001"];
const GEOMETRY: &[&str] = &["geometry", "wkt", "geom", "the_geom"];

/// Reads a grid of cells with centre or outline and counts. Column names are forgiven their spelling; counts may be
/// missing, except the residents.
///
/// # Errors
/// `E321` the file cannot be read, `E322` a needed column is missing, `E323` no usable cell.
pub fn read(path: &Path, tally: &mut Tally) -> Result<Grid, Problem> {
    let file = open(path)
        .map_err(|e| Problem::error("E321", format!("the grid cannot be read: {e}")).in_file(path))?;
    let broken = |what: String| Problem::error("E321", format!("the grid {what}")).in_file(path);
    let mut table = Table::new(file).map_err(broken)?;
    let columns = Columns::find(&table).map_err(|what| {
        Problem::error("E322", format!("the grid has no column for {what}")).in_file(path).help(
            "the columns are id, lon, lat, population, jobs, schools, healthcare; lon and lat may be a WKT geometry",
        )
    })?;
    let mut grid = Grid {
        has_jobs: columns.jobs.is_some(),
        has_schools: columns.schools.is_some(),
        has_healthcare: columns.healthcare.is_some(),
        ..Grid::default()
    };
    while let Some(row) = table.next_row().map_err(broken)? {
        match columns.cell(row, grid.cells.len(), tally) {
            Some(cell) if grid.cells.len() < CELLS_MAX => grid.cells.push(cell),
            Some(_) => return Err(broken(format!("has more than {CELLS_MAX} cells"))),
            None => tally.warning("W331", "a cell has no position; left out", || {
                format!("line {} of {}", row.line, path.display())
            }),
        }
    }
    if grid.cells.is_empty() {
        return Err(Problem::error("E323", "the grid has no cell with a position").in_file(path));
    }
    draw_outlines(&mut grid);
    Ok(grid)
}

struct Columns {
    id: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
    population: Option<usize>,
    jobs: Option<usize>,
    schools: Option<usize>,
    healthcare: Option<usize>,
    geometry: Option<usize>,
}

impl Columns {
    fn find(table: &Table<'_>) -> Result<Self, &'static str> {
        let columns = Self {
            id: table.column(ID),
            lon: table.column(LON),
            lat: table.column(LAT),
            population: table.column(POPULATION),
            jobs: table.column(JOBS),
            schools: table.column(SCHOOLS),
            healthcare: table.column(HEALTHCARE),
            geometry: table.column(GEOMETRY),
        };
        if columns.geometry.is_none() && (columns.lon.is_none() || columns.lat.is_none()) {
            return Err("the position (lon and lat)");
        }
        if columns.population.is_none() {
            return Err("the residents (population)");
        }
        Ok(columns)
    }

    fn cell(&self, row: Row<'_>, at: usize, tally: &mut Tally) -> Option<Cell> {
        let outline =
            outline::from_text(&row.text(self.geometry)).filter(|o| o.len() > 2).unwrap_or_default();
        let given = row.number(self.lon).zip(row.number(self.lat)).map(|(lon, lat)| [lon, lat]);
        let centre = given.or_else(|| outline::centre(&outline))?;
        if centre[0].abs() > 180.0 || centre[1].abs() > 90.0 {
            return None;
        }
        let mut count = |column: Option<usize>| {
            let text = row.text(column);
            let value = row.number(column).filter(|n| (0.0..=COUNT_MAX).contains(n));
            if value.is_none() && !text.is_empty() && text != "NA" {
                tally.warning("W332", "a cell's count is no number from 0 to 5 million; taken as 0", || {
                    format!("`{text}` at line {}", row.line)
                });
            }
            value.map_or(0, |n| n.round() as u32)
        };
        let id = row.text(self.id);
        Some(Cell {
            id: if id.is_empty() { format!("{}", at + 1) } else { id.into_owned() },
            centre,
            population: count(self.population),
            jobs: count(self.jobs),
            schools: count(self.schools),
            healthcare: count(self.healthcare),
            outline,
        })
    }
}

/// Square cells over all junctions, without counts.
pub fn over_streets(lon: &[f64], lat: &[f64]) -> Grid {
    let low = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let (west, south) = (low(lon), low(lat));
    let (step_lon, step_lat) =
        (CELL_M / M_PER_DEGREE / south.to_radians().cos().max(0.01), CELL_M / M_PER_DEGREE);
    let mut used: Vec<(u32, u32)> = lon
        .iter()
        .zip(lat)
        .map(|(x, y)| (((y - south) / step_lat) as u32, ((x - west) / step_lon) as u32))
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut grid = Grid { spacing_m: CELL_M, ..Grid::default() };
    for (row, column) in used {
        let corner = |dx: f64, dy: f64| {
            [west + (f64::from(column) + dx) * step_lon, south + (f64::from(row) + dy) * step_lat]
        };
        grid.cells.push(Cell {
            id: format!("{}-{}", row + 1, column + 1),
            centre: corner(0.5, 0.5),
            outline: vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)],
            ..Cell::default()
        });
    }
    grid
}

/// Finds the spacing and draws hexagons or squares around the centres of cells that have no outline.
fn draw_outlines(grid: &mut Grid) {
    let near = Near::new(grid.cells.iter().enumerate().map(|(at, c)| (at as u32, c.centre)));
    let vectors = neighbour_vectors(grid, &near);
    let mut lengths: Vec<f64> = vectors.iter().filter_map(|v| v.first().map(|v| v[0].hypot(v[1]))).collect();
    lengths.sort_by(f64::total_cmp);
    grid.spacing_m = lengths.get(lengths.len() / 2).copied().unwrap_or(CELL_M).clamp(1.0, 50_000.0);
    let close = |v: &&[f64; 2]| v[0].hypot(v[1]) < 1.2 * grid.spacing_m;
    let crowded = vectors.iter().filter(|v| v.iter().filter(close).count() > 4).count();
    let sides = if crowded * 20 > vectors.len() { 6.0 } else { 4.0 };
    // The directions to neighbours repeat every 360°/sides: the mean of that multiple is the grid's turn.
    let sum = vectors.iter().flatten().filter(close).fold([0.0, 0.0], |sum, v| {
        let angle = v[1].atan2(v[0]) * sides;
        [sum[0] + angle.cos(), sum[1] + angle.sin()]
    });
    let turn = sum[1].atan2(sum[0]) / sides;
    let half = std::f64::consts::PI / sides;
    let radius_m = grid.spacing_m / 2.0 / half.cos();
    for cell in grid.cells.iter_mut().filter(|c| c.outline.is_empty()) {
        let [lon, lat] = cell.centre;
        let corner = |i: usize| {
            let angle = turn + half * (2.0 * i as f64 + 1.0);
            let (dx, dy) = (radius_m * angle.cos(), radius_m * angle.sin());
            [lon + dx / M_PER_DEGREE / lat.to_radians().cos().max(0.01), lat + dy / M_PER_DEGREE]
        };
        cell.outline = (0..sides as usize).map(corner).collect();
    }
}

/// East and north distances in m from each cell to those near it, nearest first.
fn neighbour_vectors(grid: &Grid, near: &Near) -> Vec<Vec<[f64; 2]>> {
    let metres = |a: [f64; 2], b: [f64; 2]| {
        let scale = M_PER_DEGREE * ((a[1] + b[1]) / 2.0).to_radians().cos();
        [(b[0] - a[0]) * scale, (b[1] - a[1]) * M_PER_DEGREE]
    };
    let mut reach_m = 1000.0;
    // A probe of some cells tells the scale of the grid before all neighbours are gathered.
    let probe: Vec<f64> = grid
        .cells
        .iter()
        .step_by(grid.cells.len().div_ceil(64))
        .filter_map(|cell| {
            let others = grid.cells.iter().filter(|o| o.centre != cell.centre);
            others
                .map(|o| distance_m(cell.centre[0], cell.centre[1], o.centre[0], o.centre[1]))
                .reduce(f64::min)
        })
        .collect();
    if !probe.is_empty() {
        let mut sorted = probe;
        sorted.sort_by(f64::total_cmp);
        reach_m = sorted.get(sorted.len() / 2).copied().unwrap_or(reach_m) * 1.5;
    }
    grid.cells
        .iter()
        .map(|cell| {
            let [lon, lat] = cell.centre;
            let mut vectors: Vec<[f64; 2]> = near
                .within(lon, lat, reach_m)
                .into_iter()
                .filter_map(|at| grid.cells.get(at as usize))
                .filter(|other| other.centre != cell.centre)
                .map(|other| metres(cell.centre, other.centre))
                .collect();
            vectors.sort_by(|a, b| a[0].hypot(a[1]).total_cmp(&b[0].hypot(b[1])));
            vectors.truncate(12);
            vectors
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(points: impl Iterator<Item = [f64; 2]>) -> Grid {
        let cells =
            points.map(|[x, y]| Cell { centre: [x / M_PER_DEGREE, y / M_PER_DEGREE], ..Cell::default() });
        let mut grid = Grid { cells: cells.collect(), ..Grid::default() };
        draw_outlines(&mut grid);
        grid
    }

    #[test]
    fn hexagons_around_a_hexagonal_grid_fill_the_plane() {
        let (spacing, turn) = (300.0_f64, 0.3_f64);
        let points =
            (0..10).flat_map(|r| (0..10).map(move |c| (f64::from(r), f64::from(c)))).map(|(r, c)| {
                let (x, y) = (spacing * (c + r * 0.5), spacing * r * 0.75_f64.sqrt());
                [x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()]
            });
        let grid = grid(points);
        assert!((grid.spacing_m - spacing).abs() < 0.1);
        let cell = grid.cells.get(45).expect("a cell");
        assert_eq!(cell.outline.len(), 6);
        assert!((outline::area_km2(&cell.outline) - 0.09 * 0.75_f64.sqrt()).abs() < 1e-4);
        let shared = grid
            .cells
            .iter()
            .flat_map(|c| &c.outline)
            .filter(|p| cell.outline.iter().any(|q| distance_m(p[0], p[1], q[0], q[1]) < 1.0));
        assert_eq!(shared.count(), 18, "each corner belongs to three cells");
    }

    #[test]
    fn squares_around_a_square_grid() {
        let grid = grid((0..100).map(|i| [f64::from(i % 10) * 250.0, f64::from(i / 10) * 250.0]));
        assert!((grid.spacing_m - 250.0).abs() < 0.1);
        let cell = grid.cells.first().expect("a cell");
        assert_eq!(cell.outline.len(), 4);
        assert!((outline::area_km2(&cell.outline) - 0.0625).abs() < 1e-5);
    }
}
