//! Rows of tables as plain values, and what columns are declared as.

use std::borrow::Cow;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// One value of a row. A real that is not a number is stored as nothing, as `SQLite` does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    #[default]
    Null,
    /// A truth value; `SQLite` gives it back as 0 or 1.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// Text.
    Text(String),
}

impl Cell {
    /// Text, or nothing where there is none.
    #[must_use]
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |t| Self::Text(t.to_owned()))
    }

    /// As `SQLite` holds it.
    #[must_use]
    pub fn stored(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Boolean(v) => ValueRef::Integer(i64::from(*v)),
            Self::Integer(v) => ValueRef::Integer(*v),
            Self::Real(v) if v.is_nan() => ValueRef::Null,
            // A zero loses its sign.
            Self::Real(v) => ValueRef::Real(*v + 0.0),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
        }
    }

    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(v) => (*v).into(),
            Self::Integer(v) => (*v).into(),
            Self::Real(v) => (*v).into(),
            Self::Text(v) => v.as_str().into(),
        }
    }
}

impl From<CellRef<'_>> for Cell {
    fn from(value: CellRef<'_>) -> Self {
        match value {
            CellRef::Null => Self::Null,
            CellRef::Boolean(v) => Self::Boolean(v),
            CellRef::Integer(v) => Self::Integer(v),
            CellRef::Real(v) => Self::Real(v),
            CellRef::Text(v) => Self::Text(v.into_owned()),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Null, Self::Real)
    }
}

impl From<Option<i32>> for Cell {
    fn from(value: Option<i32>) -> Self {
        value.map_or(Self::Null, |v| Self::Integer(v.into()))
    }
}

impl From<Option<u32>> for Cell {
    fn from(value: Option<u32>) -> Self {
        value.map_or(Self::Null, |v| Self::Integer(v.into()))
    }
}

impl From<Option<bool>> for Cell {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Boolean)
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.stored()))
    }
}

/// A value that lies in a row: a [`Cell`] that borrows its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CellRef<'a> {
    /// Nothing.
    #[default]
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
}

impl<'a> From<&'a Cell> for CellRef<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Boolean(v) => Self::Boolean(*v),
            Cell::Integer(v) => Self::Integer(*v),
            Cell::Real(v) => Self::Real(*v),
            Cell::Text(v) => Self::Text(Cow::Borrowed(v)),
        }
    }
}

impl<'a> From<ValueRef<'a>> for CellRef<'a> {
    /// As `SQLite` hands it over; blobs, which no attribute of ours has, become nothing.
    fn from(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null | ValueRef::Blob(_) => Self::Null,
            ValueRef::Integer(v) => Self::Integer(v),
            ValueRef::Real(v) => Self::Real(v),
            // Nearly every text is UTF-8, which is seen faster than it is made.
            ValueRef::Text(v) => Self::Text(std::str::from_utf8(v).map_or_else(|_| String::from_utf8_lossy(v), Cow::Borrowed)),
        }
    }
}

/// The values of one row, in the order of the columns: none is copied before somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// As they lie in memory.
    Listed(&'a [Cell]),
    /// As a file has them: a row, and the places of the columns in it.
    Stored(&'a rusqlite::Row<'a>, &'a [usize]),
}

impl<'a> Cells<'a> {
    /// The value at a place; nothing beyond the last.
    #[must_use]
    pub fn get(self, at: usize) -> CellRef<'a> {
        match self {
            Self::Listed(cells) => cells.get(at).map(CellRef::from).unwrap_or_default(),
            Self::Stored(row, places) => {
                places.get(at).and_then(|place| row.get_ref(*place).ok()).map(CellRef::from).unwrap_or_default()
            }
        }
    }
}

/// What a column is declared as; other programs choose their editors by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// `BOOLEAN`.
    Boolean,
    /// `INTEGER`.
    Integer,
    /// `REAL`.
    Real,
    /// `TEXT`.
    Text,
}

impl ColumnKind {
    /// The type name of the GeoPackage standard, table 1.
    #[must_use]
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
        }
    }
}

/// A column beside the id and the geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Declared type.
    pub kind: ColumnKind,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Text }
    }

    /// A column of whole numbers.
    #[must_use]
    pub const fn integer(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Integer }
    }

    /// A column of real numbers.
    #[must_use]
    pub const fn real(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Real }
    }

    /// A column of truth values.
    #[must_use]
    pub const fn boolean(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Boolean }
    }
}

/// A row: id, geometry blob when it has one, and a cell for each column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Primary key.
    pub fid: i64,
    /// Geometry as [`super::encode`] makes it.
    pub geometry: Option<Vec<u8>>,
    /// Values in the order of the columns.
    pub cells: Vec<Cell>,
}
