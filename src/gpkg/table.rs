//! What a table is declared as, and the statements that follow from it.

use super::{Column, index};

/// Geometry type names of the standard that our tables use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryKind {
    /// `MULTIPOLYGON`.
    MultiPolygon,
    /// `MULTILINESTRING`.
    MultiLineString,
    /// `LINESTRING`.
    LineString,
    /// `POINT`.
    Point,
    /// `GEOMETRY`: any.
    Any,
}

impl GeometryKind {
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::MultiPolygon => "MULTIPOLYGON",
            Self::MultiLineString => "MULTILINESTRING",
            Self::LineString => "LINESTRING",
            Self::Point => "POINT",
            Self::Any => "GEOMETRY",
        }
    }
}

/// A table to be made.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec<'a> {
    /// Name.
    pub name: &'a str,
    /// What it holds, for other programs' lists.
    pub description: &'a str,
    /// Geometry and its SRS, for feature tables; `None` makes a table of attributes.
    pub geometry: Option<(GeometryKind, i32)>,
    /// Columns beside `fid` and `geom`.
    pub columns: &'a [Column],
    /// `YYYY-MM-DD` for `last_change`: the plan's date, so that equal plans give equal files.
    pub changed: &'a str,
}

impl TableSpec<'_> {
    /// The statement that makes the table.
    pub(super) fn sql(&self) -> String {
        let mut columns = vec!["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()];
        columns.extend(self.geometry.map(|(kind, _)| format!("{} {}", index::GEOMETRY, kind.sql())));
        columns.extend(self.columns.iter().map(|c| format!("{} {}", quoted(c.name), c.kind.sql())));
        format!("CREATE TABLE {} ({})", quoted(self.name), columns.join(", "))
    }

    /// The statement that adds a row: `fid`, the geometry of feature tables, then the cells.
    pub(super) fn insert(&self) -> String {
        let marks = vec!["?"; self.first_cell() - 1 + self.columns.len()].join(", ");
        format!("INSERT INTO {} VALUES ({marks})", quoted(self.name))
    }

    /// The statement that puts a row in the place of the one that has its `fid`, with the parameters of [`Self::insert`].
    pub(super) fn update(&self) -> String {
        let geometry = self.geometry.map(|_| format!("{} = ?2", index::GEOMETRY));
        let cells = (self.first_cell()..).zip(self.columns).map(|(place, c)| format!("{} = ?{place}", quoted(c.name)));
        let all: Vec<String> = geometry.into_iter().chain(cells).collect();
        format!("UPDATE {} SET {} WHERE fid = ?1", quoted(self.name), all.join(", "))
    }

    /// The parameter of the first cell.
    pub(super) fn first_cell(&self) -> usize {
        2 + usize::from(self.geometry.is_some())
    }

    /// What `gpkg_contents` calls such tables.
    pub(super) const fn data_type(&self) -> &'static str {
        if self.geometry.is_some() { "features" } else { "attributes" }
    }

    /// `last_change` of the table.
    pub(super) fn time(&self) -> String {
        format!("{}T00:00:00.000Z", self.changed)
    }
}

/// A name as an SQL identifier.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
