//! Lengths or durations from place to place: a table where it fits into memory, else coordinates.

/// Places up to which a table is made of coordinates: 400 MB of numbers.
const TABLE_PLACES_MAX: usize = 10_000;

/// How a straight line in the plane becomes a whole number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest whole unit, halves up: `EUC_2D` of TSPLIB (Reinelt 1991).
    Nearest,
    /// To the next whole unit upwards: `CEIL_2D` of TSPLIB.
    Up,
    /// Tenths of a unit, cut off: the convention of the DIMACS challenge of 2021 for Solomon's instances.
    TenthsDown,
    /// Ten-thousandths of a unit, nearest: for instances whose best-known values are of unrounded lengths.
    Exact,
}

impl Rounding {
    /// Whole units that make one unit of the coordinates.
    pub fn scale(self) -> i64 {
        match self {
            Self::Nearest | Self::Up => 1,
            Self::TenthsDown => 10,
            Self::Exact => 10_000,
        }
    }

    /// The length of a vector in whole units.
    #[inline]
    fn length(self, dx: f64, dy: f64) -> i32 {
        let length = (dx * dx + dy * dy).sqrt();
        match self {
            Self::Nearest => (length + 0.5) as i32,
            Self::Up => length.ceil() as i32,
            Self::TenthsDown => (length * 10.0) as i32,
            Self::Exact => (length * 10_000.0 + 0.5) as i32,
        }
    }
}

/// Whole numbers from each place to each other.
#[derive(Clone, Debug)]
pub enum Legs {
    /// `size` rows of `size` numbers; the second table is the first turned on its side, empty where both are the same.
    Table {
        /// Number of places.
        size: usize,
        /// From the row's place to the column's.
        rows: Vec<i32>,
        /// From the column's place to the row's; empty for a symmetric table.
        turned: Vec<i32>,
    },
    /// Straight lines between points.
    Plane {
        /// Coordinates of each place.
        points: Vec<[f64; 2]>,
        /// How lengths are rounded.
        rounding: Rounding,
    },
}

impl Legs {
    /// Straight lines between points, as a table where that isn't too large.
    pub fn of_points(points: Vec<[f64; 2]>, rounding: Rounding) -> Self {
        let size = points.len();
        if size > TABLE_PLACES_MAX {
            return Self::Plane { points, rounding };
        }
        let mut rows = Vec::with_capacity(size * size);
        for [ax, ay] in &points {
            rows.extend(points.iter().map(|[bx, by]| rounding.length(ax - bx, ay - by)));
        }
        Self::Table { size, rows, turned: Vec::new() }
    }

    /// A table by rows; short tables are filled with zeros, long ones are cut.
    pub fn of_table(size: usize, mut rows: Vec<i32>) -> Self {
        rows.resize(size * size, 0);
        let at = |from: usize, to: usize| rows.get(from * size + to).copied().unwrap_or(0);
        let symmetric = (0..size).all(|from| (0..from).all(|to| at(from, to) == at(to, from)));
        let turned = match symmetric {
            true => Vec::new(),
            false => (0..size * size).map(|cell| at(cell % size, cell / size)).collect(),
        };
        Self::Table { size, rows, turned }
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        match self {
            Self::Table { size, .. } => *size,
            Self::Plane { points, .. } => points.len(),
        }
    }

    /// From one place to another.
    #[inline]
    pub fn leg(&self, from: usize, to: usize) -> i32 {
        match self {
            Self::Table { size, rows, .. } => rows[from * size + to],
            Self::Plane { points, rounding } => {
                let ([ax, ay], [bx, by]) = (points[from], points[to]);
                rounding.length(ax - bx, ay - by)
            }
        }
    }

    /// All legs that begin or end at one place.
    #[inline]
    pub(super) fn around(&self, place: usize) -> Around<'_> {
        match self {
            Self::Table { size, rows, turned } => {
                let range = place * size..(place + 1) * size;
                let away = &rows[range.clone()];
                Around::Rows { away, back: if turned.is_empty() { away } else { &turned[range] } }
            }
            Self::Plane { points, rounding } => {
                Around::Point { points, rounding: *rounding, at: points[place] }
            }
        }
    }
}

/// The legs that begin or end at one place.
#[derive(Clone, Copy)]
pub(super) enum Around<'a> {
    Rows { away: &'a [i32], back: &'a [i32] },
    Point { points: &'a [[f64; 2]], rounding: Rounding, at: [f64; 2] },
}

impl Around<'_> {
    /// From the place to another.
    #[inline]
    pub(super) fn to(&self, other: u32) -> i32 {
        match self {
            Self::Rows { away, .. } => away[other as usize],
            Self::Point { points, rounding, at } => {
                let point = points[other as usize];
                rounding.length(at[0] - point[0], at[1] - point[1])
            }
        }
    }

    /// From another place to this.
    #[inline]
    pub(super) fn from(&self, other: u32) -> i32 {
        match self {
            Self::Rows { back, .. } => back[other as usize],
            Self::Point { .. } => self.to(other),
        }
    }
}
