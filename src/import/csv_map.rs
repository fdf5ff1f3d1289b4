//! Text tables with places: a column of well-known text or GeoJSON, or two with longitude and latitude (or easting and northing).

use std::path::Path;

use geo::Coord;
use serde_json::Value;

use super::aliases::{normal, of, rank};
use super::error::ImportError;
use super::source::{RawFeature, RawLayer, RawShape, Unshaped};
use super::table::{Table, csv_table};
use super::{geojson, wkt};
use crate::base::Message;
use crate::model::LayerKind;

/// Bytes of a file that are looked at to tell a map from a ledger.
const LOOKED_AT: u64 = 64 << 10;

/// Names of columns with well-known text or GeoJSON.
const SHAPE: &[&str] = &["wkt", "geometry", "geom", "the_geom", "shape", "几何", "图形", "小区范围", "边界", "红线", "scopeline"];
/// Names of columns with longitudes or eastings, and of the others, pair by pair.
const X: &[&str] = &["lon", "lng", "long", "longitude", "经度", "x", "x坐标", "横坐标", "easting", "point_x"];
const Y: &[&str] = &["lat", "latitude", "纬度", "y", "y坐标", "纵坐标", "northing", "point_y"];

/// Facts that only a ledger of compounds has.
const OF_A_LEDGER: &[&str] =
    &["built", "households", "floor_area_m2", "buildings", "stair_units", "estimated_cost", "consent", "street_office"];

/// Whether a file of this ending is a table as text.
pub(super) fn is_text(ending: &str) -> bool {
    matches!(ending, "csv" | "tsv" | "txt")
}

/// Well-known text, or the GeoJSON that databases export.
fn is_geometry(text: &str) -> bool {
    wkt::looks_like(text) || text.trim_start().starts_with('{') && geojson::shape(text).is_ok()
}

/// Where the places stand.
enum Columns {
    Shape(usize),
    Pair(usize, usize),
}

/// The column whose name stands first among these names.
fn named(table: &Table, names: &[&str]) -> Option<usize> {
    let ranked = table.headers.iter().enumerate().filter_map(|(place, header)| Some((rank(names, header)?, place)));
    ranked.min().map(|(_, place)| place)
}

/// Columns with longitude and latitude, or easting and northing.
pub(super) fn point_columns(table: &Table) -> Option<(usize, usize)> {
    Some((named(table, X)?, named(table, Y)?))
}

fn columns(table: &Table) -> Option<Columns> {
    let holds_wkt = |column: usize| table.rows.iter().filter_map(|row| row.get(column)?.as_str()).any(is_geometry);
    let shape = named(table, SHAPE).filter(|column| holds_wkt(*column)).map(Columns::Shape);
    shape.or_else(|| point_columns(table).map(|(x, y)| Columns::Pair(x, y)))
}

/// Whether a text table is a map: it has well-known text, or a pair of coordinates and nothing of a ledger of compounds.
/// What cannot be read is none.
pub(super) fn is_map(path: &Path) -> bool {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut bytes));
    // The last line may be cut.
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes.len(), |newline| newline + 1);
    let Ok(table) = read.map_err(|_| ()).and_then(|_| csv_table(path, &bytes[..end]).map_err(|_| ())) else { return false };
    match columns(&table) {
        Some(Columns::Shape(_)) => true,
        Some(Columns::Pair(..)) => !table.headers.iter().any(|header| is_of_a_ledger(header)),
        None => false,
    }
}

fn is_of_a_ledger(header: &str) -> bool {
    let facts = of(LayerKind::Compounds).iter().filter(|(fact, _)| OF_A_LEDGER.contains(fact));
    normal(header) != "street" && facts.into_iter().any(|(_, names)| rank(names, header).is_some())
}

/// Reads the bytes of a text table as a layer.
///
/// # Errors
/// [`ImportError`] when it is no table or no column holds places.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<RawLayer, ImportError> {
    let mut table = csv_table(path, bytes)?;
    let no_places = || ImportError::NotThis { path: path.to_owned(), what: Message::new("import.no-places") };
    let columns = columns(&table).ok_or_else(no_places)?;
    let mut layer = RawLayer { notes: std::mem::take(&mut table.notes), ..RawLayer::default() };
    for row in std::mem::take(&mut table.rows) {
        let text = |column: usize| row.get(column).and_then(Value::as_str).unwrap_or_default().trim();
        let shape = match columns {
            Columns::Shape(column) if text(column).starts_with('{') => geojson::shape(text(column)),
            Columns::Shape(column) => wkt::read(text(column)),
            Columns::Pair(x, y) => point(text(x), text(y)),
        };
        let skipped = |column: usize| matches!(columns, Columns::Shape(shape) if shape == column);
        let cells = table.headers.iter().zip(&row).enumerate().filter(|(column, _)| !skipped(*column));
        let properties = cells.map(|(_, (header, cell))| (header.clone(), blank_is_null(cell))).collect();
        layer.features.push(RawFeature { id: None, shape, properties });
    }
    Ok(layer)
}

fn blank_is_null(cell: &Value) -> Value {
    if cell.as_str().is_some_and(|text| text.trim().is_empty()) { Value::Null } else { cell.clone() }
}

fn point(x: &str, y: &str) -> Result<RawShape, Unshaped> {
    if x.is_empty() && y.is_empty() {
        return Err(Unshaped::default());
    }
    let (Ok(x), Ok(y)) = (x.parse(), y.parse()) else {
        return Err(Unshaped(Message::new("import.no-number").text("text", format!("{x}, {y}"))));
    };
    Ok(RawShape { points: vec![Coord { x, y }], type_name: "Point".into(), ..RawShape::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_places_by_name_and_content() {
        for name in ["小区范围", "边界", "红线", "geometry", "scopeLine", "WKT"] {
            for cell in ["POINT (125.3 43.9)", r#"{"type":"Point","coordinates":[125.3,43.9]}"#] {
                let cell = cell.replace('"', "\"\"");
                let layer = read(Path::new("t.csv"), format!("小区名称,{name}\n幸福,\"{cell}\"\n").as_bytes()).expect("places");
                assert_eq!(layer.features[0].shape.as_ref().expect("a place").points.len(), 1, "{name}: {cell}");
            }
        }
        assert!(read(Path::new("t.csv"), "小区名称,边界\n幸福,东至人民路\n".as_bytes()).is_err(), "words are no place");
    }
}
