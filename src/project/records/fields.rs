//! How a thing of the plan becomes a row and comes back. Columns are found by name, so that a file with more or fewer
//! columns still reads: what is missing is unknown, what is unknown goes into the properties kept for export.

use std::borrow::Cow;

use geo::{Geometry, MultiLineString, MultiPolygon, Point};

use super::codes::Codes;
use crate::gpkg::{Cell, CellRef, Cells, Column};
use crate::model::Properties;

/// Name of the column that keeps unused properties as JSON.
pub(in crate::project) const EXTRA: &str = "extra";

/// Something that is stored as a row.
pub(in crate::project) trait Record: Sized {
    /// Columns, in the order of [`Record::cells`] and of the reads in [`Record::read`].
    fn columns() -> Vec<Column>;
    /// The geometry blob, when it has one.
    fn blob(&self, srs_id: i32) -> Option<Vec<u8>>;
    /// A cell for each column.
    fn cells(&self) -> Vec<Cell>;
    /// The thing again. Cells that make no sense are told to `fields` and read as unknown.
    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self;
}

/// Where the columns of a record stand in the rows of a file.
#[derive(Debug)]
pub(in crate::project) struct Layout {
    columns: Vec<Column>,
    at: Vec<Option<usize>>,
    derived: Vec<Option<usize>>,
    unknown: Vec<(usize, String)>,
}

impl Layout {
    /// `derived` names columns that are written for readers of the file and never read back.
    pub(in crate::project) fn new(columns: Vec<Column>, names: &[String], derived: &[&str]) -> Self {
        let place = |name: &str| names.iter().position(|n| n == name);
        let at = columns.iter().map(|c| place(c.name)).collect();
        let known = |name: &String| derived.contains(&name.as_str()) || columns.iter().any(|c| c.name == name);
        let unknown = names.iter().enumerate().filter(|(_, n)| !known(n)).map(|(i, n)| (i, n.clone())).collect();
        Self { columns, at, derived: derived.iter().map(|name| place(name)).collect(), unknown }
    }
}

/// The cells of one row, read in the order of the columns.
#[derive(Debug)]
pub(in crate::project) struct Fields<'a> {
    layout: &'a Layout,
    cells: Cells<'a>,
    next: usize,
    /// Columns whose cells made no sense; `geom` for the geometry.
    pub(in crate::project) faults: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(in crate::project) fn new(layout: &'a Layout, cells: Cells<'a>) -> Self {
        Self { layout, cells, next: 0, faults: Vec::new() }
    }

    fn take(&mut self) -> CellRef<'a> {
        let at = self.layout.at.get(self.next).copied().flatten();
        self.next += 1;
        at.map(|at| self.cells.get(at)).unwrap_or_default()
    }

    /// The cell of a derived column, by its place among them.
    pub(in crate::project) fn derived(&self, n: usize) -> CellRef<'a> {
        self.layout.derived.get(n).copied().flatten().map(|at| self.cells.get(at)).unwrap_or_default()
    }

    fn fault<T>(&mut self) -> Option<T> {
        self.faults.extend(self.layout.columns.get(self.next.wrapping_sub(1)).map(|c| c.name));
        None
    }

    /// Tells that the geometry is of the wrong kind.
    pub(in crate::project) fn bad_shape(&mut self) {
        self.faults.push("geom");
    }

    /// Text that is only looked at.
    pub(in crate::project) fn word(&mut self) -> Option<Cow<'a, str>> {
        match self.take() {
            CellRef::Null => None,
            CellRef::Text(text) => Some(text),
            CellRef::Integer(v) => Some(v.to_string().into()),
            CellRef::Real(v) => Some(v.to_string().into()),
            CellRef::Boolean(v) => Some(v.to_string().into()),
        }
    }

    pub(in crate::project) fn text(&mut self) -> Option<String> {
        self.word().map(Cow::into_owned)
    }

    pub(in crate::project) fn string(&mut self) -> String {
        self.text().unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "a whole number typed into a column of reals")]
    pub(in crate::project) fn real(&mut self) -> Option<f64> {
        match self.take() {
            CellRef::Null => None,
            CellRef::Real(v) => Some(v),
            CellRef::Integer(v) => Some(v as f64),
            CellRef::Text(_) | CellRef::Boolean(_) => self.fault(),
        }
    }

    pub(in crate::project) fn whole<T: TryFrom<i64>>(&mut self) -> Option<T> {
        match self.take() {
            CellRef::Null => None,
            CellRef::Integer(v) => match T::try_from(v) {
                Ok(v) => Some(v),
                Err(_) => self.fault(),
            },
            CellRef::Real(_) | CellRef::Text(_) | CellRef::Boolean(_) => self.fault(),
        }
    }

    pub(in crate::project) fn boolean(&mut self) -> Option<bool> {
        match self.take() {
            CellRef::Null => None,
            CellRef::Boolean(v) => Some(v),
            CellRef::Integer(v @ 0..=1) => Some(v == 1),
            CellRef::Integer(_) | CellRef::Real(_) | CellRef::Text(_) => self.fault(),
        }
    }

    pub(in crate::project) fn parsed<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.word()?;
        match parse(&text) {
            Some(value) => Some(value),
            None => self.fault(),
        }
    }

    pub(in crate::project) fn choice<T: Copy>(&mut self, codes: Codes<T>) -> Option<T> {
        self.parsed(|word| super::codes::choice(codes, word))
    }

    /// The properties column, and with it every column that the record does not know.
    pub(in crate::project) fn extra(&mut self) -> Properties {
        let mut extra: Properties =
            self.parsed(|json| Properties::of_text(json).or_else(|| serde_json::from_str(json).ok())).unwrap_or_default();
        for (at, name) in &self.layout.unknown {
            match self.cells.get(*at) {
                CellRef::Null => {}
                cell => {
                    if !extra.contains_key(name) {
                        extra.insert(name.clone(), Cell::from(cell).to_json());
                    }
                }
            }
        }
        extra
    }

    pub(in crate::project) fn area(&mut self, shape: Option<Geometry<f64>>) -> MultiPolygon<f64> {
        match shape {
            Some(Geometry::MultiPolygon(shape)) => shape,
            Some(Geometry::Polygon(polygon)) => polygon.into(),
            None => MultiPolygon(Vec::new()),
            Some(_) => {
                self.bad_shape();
                MultiPolygon(Vec::new())
            }
        }
    }

    pub(in crate::project) fn lines(&mut self, shape: Option<Geometry<f64>>) -> MultiLineString<f64> {
        match shape {
            Some(Geometry::MultiLineString(shape)) => shape,
            Some(Geometry::LineString(line)) => line.into(),
            None => MultiLineString(Vec::new()),
            Some(_) => {
                self.bad_shape();
                MultiLineString(Vec::new())
            }
        }
    }

    pub(in crate::project) fn point(&mut self, shape: Option<&Geometry<f64>>) -> Point<f64> {
        if let Some(Geometry::Point(point)) = shape {
            return *point;
        }
        self.bad_shape();
        Point::new(f64::NAN, f64::NAN)
    }
}

/// A geometry of any kind; an empty collection where there is none.
pub(in crate::project) fn any_shape(shape: Option<Geometry<f64>>) -> Geometry<f64> {
    shape.unwrap_or_else(|| Geometry::GeometryCollection(geo::GeometryCollection(Vec::new())))
}

/// Properties as the cell of [`EXTRA`]; nothing when there are none.
pub(in crate::project) fn extra_cell(extra: &Properties) -> Cell {
    if extra.is_empty() {
        return Cell::Null;
    }
    serde_json::to_string(extra).map_or(Cell::Null, Cell::Text)
}
