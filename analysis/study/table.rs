//! A table as columns with names, units and meanings, ready for any file format.
use citytwin_world::Date;

/// The cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Whole numbers; `u32::MAX` is a missing value (as in ids).
    U32(Vec<u32>),
    /// Large whole numbers.
    U64(Vec<u64>),
    /// Numbers; NaN is a missing value.
    F64(Vec<f64>),
    /// Words out of a list; a code beyond the list is a missing value.
    Name {
        /// Index into `names` of each row.
        codes: Vec<u32>,
        /// The words.
        names: Vec<String>,
    },
    /// Days since 1970-01-01.
    Date(Vec<i32>),
}

impl Cells {
    /// Words out of a fixed list, by the index that each row gives.
    pub fn names(names: &[&str], codes: impl IntoIterator<Item = usize>) -> Self {
        Self::Name {
            codes: codes.into_iter().map(|code| u32::try_from(code).unwrap_or(u32::MAX)).collect(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::U32(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::Name { codes, .. } => codes.len(),
            Self::Date(v) => v.len(),
        }
    }
    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Vec<u32>> for Cells {
    fn from(values: Vec<u32>) -> Self {
        Self::U32(values)
    }
}
impl From<Vec<u64>> for Cells {
    fn from(values: Vec<u64>) -> Self {
        Self::U64(values)
    }
}
impl From<Vec<f64>> for Cells {
    fn from(values: Vec<f64>) -> Self {
        Self::F64(values)
    }
}
impl From<Vec<Date>> for Cells {
    fn from(values: Vec<Date>) -> Self {
        Self::Date(values.into_iter().map(|date| date.0).collect())
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Name, unit last.
    pub name: String,
    /// Unit; empty for ids, names and dates.
    pub unit: &'static str,
    /// What it says.
    pub summary: String,
    /// The cells.
    pub cells: Cells,
}

/// A table: columns of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name, and that of its files.
    pub name: &'static str,
    /// What a row is.
    pub summary: &'static str,
    /// The columns.
    pub columns: Vec<TableColumn>,
}

impl Table {
    /// A table without columns yet.
    pub fn new(name: &'static str, summary: &'static str) -> Self {
        Self { name, summary, columns: Vec::new() }
    }
    /// Adds a column.
    #[must_use]
    pub fn column(
        mut self,
        name: impl Into<String>,
        unit: &'static str,
        summary: impl Into<String>,
        cells: impl Into<Cells>,
    ) -> Self {
        self.columns.push(TableColumn {
            name: name.into(),
            unit,
            summary: summary.into(),
            cells: cells.into(),
        });
        self
    }
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }
    /// What is wrong with the table itself: columns of different lengths, a name twice, a unit not at the name's end.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            if column.cells.len() != self.rows() {
                faults.push(format!("{}.{} has {} rows", self.name, column.name, column.cells.len()));
            }
            if self.columns[..i].iter().any(|other| other.name == column.name) {
                faults.push(format!("{}.{} occurs twice", self.name, column.name));
            }
            let named = column.name == column.unit || column.name.ends_with(&format!("_{}", column.unit));
            if !column.unit.is_empty() && !named {
                faults.push(format!(
                    "{}.{} does not end with its unit {}",
                    self.name, column.name, column.unit
                ));
            }
        }
        faults
    }
}
