//! `GeoPackages` of other programs: every feature table is a layer. Our own plan file is opened by `project` instead.
//!
//! Views are not run: what their SQL does is up to who wrote it, for as long as it likes. They are told, as are tables
//! without geometry.

use std::path::Path;

use geo::Geometry;
use rusqlite::types::ValueRef;

use super::error::ImportError;
use super::source::{Head, RawFeature, RawLayer, RawShape, Unshaped};
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use crate::gpkg::{self, Cell, CellRef, GpkgError, Package, SOURCES, quoted};
use crate::model::{Approximation, Properties};

/// Rows between two looks at whether to stop.
const STEP: usize = 4_096;

/// A feature table as the contents list it.
struct Listed {
    table: String,
    geometry: String,
    srs: i64,
    is_table: bool,
}

/// Reads every feature table.
///
/// # Errors
/// [`ImportError`] when the file is no `GeoPackage`, or has no feature table.
pub(super) fn read(path: &Path, reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    Ok(read_some(path, None, reporter)?.into_iter().map(|head| head.layer).collect())
}

/// Rows of a table that tell what it is.
const FIRST: usize = 5_000;

/// Reads the first rows of every feature table.
///
/// # Errors
/// As [`read`].
pub(super) fn read_head(path: &Path, reporter: &dyn Reporter) -> Result<Vec<Head>, ImportError> {
    read_some(path, Some(FIRST), reporter)
}

fn read_some(path: &Path, most: Option<usize>, reporter: &dyn Reporter) -> Result<Vec<Head>, ImportError> {
    let fault = |error: GpkgError| ImportError::NotThis { path: path.to_owned(), what: error.message() };
    let not_this = |key: &'static str| ImportError::NotThis { path: path.to_owned(), what: Message::new(key) };
    let package = Package::open(path).map_err(fault)?;
    if !package.has_table("gpkg_contents").map_err(fault)? {
        return Err(not_this("import.no-geopackage"));
    }
    let listed = listed(&package).map_err(fault)?;
    let mut notes = other_tables(&package).map_err(fault)?;
    let mut layers = Vec::new();
    for entry in listed {
        if !entry.is_table {
            notes.push(Message::new("import.view-left").text("name", entry.table));
            continue;
        }
        let layer = read_table(&package, &entry, most, reporter)?.map_err(fault)?;
        let times = if most.is_some_and(|most| layer.features.len() >= most) { times(&package, &entry, &layer) } else { 1.0 };
        layers.push(Head { layer, times });
    }
    let Some(first) = layers.first_mut() else { return Err(not_this("import.no-feature-table")) };
    first.layer.notes.extend(notes);
    Ok(layers)
}

/// About as many rows as a table has for each that was read: row ids count up, and their last one is found at once.
fn times(package: &Package, entry: &Listed, layer: &RawLayer) -> f64 {
    let sql = format!("SELECT max(rowid) FROM {}", quoted(&entry.table));
    let last: Option<i64> = package.connection().query_row(&sql, [], |row| row.get(0)).ok().flatten();
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let times = last.unwrap_or(0) as f64 / layer.features.len().max(1) as f64;
    times.max(1.0)
}

/// Whether a file is a `GeoPackage` with feature tables.
#[must_use]
pub fn holds_features(path: &Path) -> bool {
    let some = |package: &Package| Ok(package.has_table("gpkg_contents")? && !listed(package)?.is_empty());
    Package::open(path).and_then(|package| some(&package)).unwrap_or(false)
}

fn listed(package: &Package) -> Result<Vec<Listed>, GpkgError> {
    let mut statement = package.connection().prepare(
        "SELECT g.table_name, g.column_name, g.srs_id, m.type = 'table' FROM gpkg_contents c
         JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name)
         JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) AND m.type IN ('table', 'view')
         WHERE c.data_type = 'features' ORDER BY c.rowid",
    )?;
    let entry = |row: &rusqlite::Row<'_>| {
        Ok(Listed { table: row.get(0)?, geometry: row.get(1)?, srs: row.get(2)?, is_table: row.get(3)? })
    };
    let list = statement.query_map([], entry)?.collect::<rusqlite::Result<_>>()?;
    Ok(list)
}

/// What stands in the contents and holds no features.
fn other_tables(package: &Package) -> Result<Vec<Message>, GpkgError> {
    let mut statement = package.connection().prepare(
        "SELECT table_name FROM gpkg_contents WHERE data_type <> 'features' AND table_name NOT IN ('layer_styles', ?1) ORDER BY rowid",
    )?;
    let names = statement.query_map([SOURCES], |row| row.get::<_, String>(0))?;
    let note = |name: String| Message::new("import.table-left").text("name", name);
    let notes = names.map(|name| name.map(note)).collect::<rusqlite::Result<_>>()?;
    Ok(notes)
}

/// Why the places of a table are approximate, as a file of ours says it.
fn approximate(package: &Package, table: &str) -> Option<Approximation> {
    let sql = format!("SELECT shift FROM {} WHERE layer = ?1", quoted(SOURCES));
    let code: Option<String> = package.connection().query_row(&sql, [table], |row| row.get(0)).ok()?;
    Approximation::from_code(&code?)
}

/// `EPSG:n`, or the definition in the file; `None` when it is undefined.
fn system(package: &Package, srs: i64) -> Option<String> {
    let sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?));
    let (organization, code, definition) = package.connection().query_row(sql, [srs], row).ok().filter(|_| srs > 0)?;
    if organization.eq_ignore_ascii_case("epsg") {
        return Some(format!("EPSG:{code}"));
    }
    crs::from_wkt(&definition)
}

/// Values that are bytes and mean nothing here.
#[derive(Default)]
struct Dropped {
    blobs: usize,
}

fn read_table(
    package: &Package,
    entry: &Listed,
    most: Option<usize>,
    reporter: &dyn Reporter,
) -> Result<Result<RawLayer, GpkgError>, ImportError> {
    let approximate = approximate(package, &entry.table);
    let mut layer = RawLayer { name: entry.table.clone(), crs: system(package, entry.srs), approximate, ..RawLayer::default() };
    let mut dropped = Dropped::default();
    let mut cancelled = Ok(());
    let limit = most.map(|most| format!(" LIMIT {most}")).unwrap_or_default();
    let mut rows = || -> Result<(), GpkgError> {
        package.check_columns(&entry.table)?;
        let key = key_of(package, &entry.table)?;
        let mut statement = package.connection().prepare(&format!("SELECT * FROM {}{limit}", quoted(&entry.table)))?;
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let same = |name: &String, wanted: &str| name.eq_ignore_ascii_case(wanted);
        let geometry = names.iter().position(|name| same(name, &entry.geometry));
        let key = key.and_then(|key| names.iter().position(|name| same(name, &key)));
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if layer.features.len().is_multiple_of(STEP) {
                cancelled = reporter.check();
                if cancelled.is_err() {
                    return Ok(());
                }
            }
            layer.features.push(feature(row, &names, geometry, key, &mut dropped)?);
        }
        Ok(())
    };
    if let Err(error) = rows() {
        return Ok(Err(error));
    }
    cancelled?;
    if dropped.blobs > 0 {
        layer.notes.push(Message::new("import.blobs-dropped").count("count", dropped.blobs));
    }
    Ok(Ok(layer))
}

/// The column that is the primary key.
fn key_of(package: &Package, table: &str) -> Result<Option<String>, GpkgError> {
    let mut statement = package.connection().prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0")?;
    let names: Vec<String> = statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(names.into_iter().next())
}

fn feature(
    row: &rusqlite::Row<'_>,
    names: &[String],
    geometry: Option<usize>,
    key: Option<usize>,
    dropped: &mut Dropped,
) -> Result<RawFeature, GpkgError> {
    let mut properties = Properties::default();
    let (mut id, mut shape) = (None, Err(Unshaped::default()));
    for (place, name) in names.iter().enumerate() {
        let value = row.get_ref(place)?;
        if Some(place) == geometry {
            shape = shape_of(value);
        } else if Some(place) == key {
            id = match value {
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            };
        } else {
            dropped.blobs += usize::from(matches!(value, ValueRef::Blob(_)));
            properties.insert(name.clone(), Cell::from(CellRef::from(value)).to_json());
        }
    }
    Ok(RawFeature { id, shape, properties })
}

fn shape_of(value: ValueRef<'_>) -> Result<RawShape, Unshaped> {
    let ValueRef::Blob(bytes) = value else { return Err(Unshaped::default()) };
    let geometry = gpkg::decode(bytes).map_err(|error| Unshaped(error.message()))?;
    let mut shape = RawShape { heights: gpkg::has_height(bytes), type_name: type_name(&geometry).into(), ..RawShape::default() };
    add(geometry, &mut shape);
    if shape.coords().next().is_none() {
        return Err(Unshaped(Message::new("import.empty-geometry").text("type", shape.type_name)));
    }
    Ok(shape)
}

fn type_name(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

/// Sorts a geometry into a shape. The codec reads collections to a limited depth only.
fn add(geometry: Geometry<f64>, shape: &mut RawShape) {
    let rings = |polygon: geo::Polygon<f64>| {
        let (outer, holes) = polygon.into_inner();
        std::iter::once(outer).chain(holes).map(|ring| ring.0).collect()
    };
    match geometry {
        Geometry::Point(point) => shape.points.push(point.0),
        Geometry::MultiPoint(points) => shape.points.extend(points.into_iter().map(|point| point.0)),
        Geometry::Line(line) => shape.lines.push(vec![line.start, line.end]),
        Geometry::LineString(line) => shape.lines.push(line.0),
        Geometry::MultiLineString(lines) => shape.lines.extend(lines.into_iter().map(|line| line.0)),
        Geometry::Polygon(polygon) => shape.areas.push(rings(polygon)),
        Geometry::MultiPolygon(polygons) => shape.areas.extend(polygons.into_iter().map(rings)),
        Geometry::GeometryCollection(members) => members.into_iter().for_each(|member| add(member, shape)),
        Geometry::Rect(rect) => shape.areas.push(rings(rect.to_polygon())),
        Geometry::Triangle(triangle) => shape.areas.push(rings(triangle.to_polygon())),
    }
}
