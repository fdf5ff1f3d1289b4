//! Which reader takes a file: by its ending, and by its first bytes where the ending lies. What no reader takes but people
//! have all the same is named, with what to export instead.

use std::io::Read;
use std::path::Path;

use super::error::ImportError;
use super::source::{Head, RawLayer};
use super::{csv_map, dxf, flatgeobuf, geojson, geopackage, kml, shapefile};
use crate::base::{Message, Reporter};

/// Endings of the map files that can be read.
pub const MAP_ENDINGS: &[&str] =
    &["geojson", "json", "geojsonl", "geojsons", "ndjson", "shp", "gpkg", "kml", "kmz", "fgb", "dxf", "zip"];

/// Endings of GeoJSON, which is read as a stream.
const GEOJSON_ENDINGS: [&str; 5] = ["geojson", "json", "geojsonl", "geojsons", "ndjson"];

/// Endings of the tables that can be read.
pub const TABLE_ENDINGS: &[&str] = &["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods"];

/// Files that belong to a `.shp` and are read, or not needed, with it.
const BESIDE_SHP: &[&str] = &["shx", "dbf", "prj", "cpg", "sbn", "sbx", "qix", "qpj", "ain", "aih", "atx", "ixs", "mxs"];

/// The ending of a file in small letters.
pub(super) fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Whether a file goes with a `.shp` of its name.
pub(super) fn is_beside_shp(ending: &str) -> bool {
    BESIDE_SHP.contains(&ending)
}

/// Whether a file is a ledger, which is joined, rather than a map, which is loaded: a table, unless it is text with
/// coordinates that does not look like a ledger of compounds.
#[must_use]
pub fn is_table(path: &Path) -> bool {
    let ending = ending(path);
    TABLE_ENDINGS.contains(&ending.as_str()) && !(csv_map::is_text(&ending) && path.is_file() && csv_map::is_map(path))
}

/// The layers of one file, which is neither folder nor zip.
///
/// # Errors
/// [`ImportError`] when nothing usable is in it.
pub(super) fn read(path: &Path, reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    let ending = ending(path);
    match ending.as_str() {
        "shp" => return Ok(vec![shapefile::read(path, reporter)?]),
        "gpkg" => return geopackage::read(path, reporter),
        _ => {}
    }
    if !MAP_ENDINGS.contains(&ending.as_str()) && !csv_map::is_text(&ending) {
        return Err(unknown(path, &ending));
    }
    if is_geojson(path) {
        return Ok(vec![in_lon_lat(geojson::read_file(path, reporter)?)]);
    }
    read_bytes(path, &super::read_bytes(path)?, reporter)
}

/// Bytes that are looked at of a larger file: thousands of features, read in a few dozen milliseconds.
pub(super) const HEAD: u64 = 4 << 20;

/// The beginnings of the layers of a file that is larger than [`HEAD`], where its format allows to read no more. `None`
/// where the file must be read whole.
///
/// # Errors
/// [`ImportError`] when the system cannot read it, or when the work was stopped.
pub(super) fn read_head(path: &Path, reporter: &dyn Reporter) -> Result<Option<Vec<Head>>, ImportError> {
    if super::length_of(path)? <= HEAD {
        return Ok(None);
    }
    let alone = |head: Option<Head>| head.map(|head| vec![head]);
    match ending(path).as_str() {
        "shp" => shapefile::read_head(path, reporter).map(alone),
        "gpkg" => geopackage::read_head(path, reporter).map(Some),
        _ if is_geojson(path) => {
            let head = geojson::read_head(path, reporter)?;
            Ok(alone(head.map(|Head { layer, times }| Head { layer: in_lon_lat(layer), times })))
        }
        _ => Ok(None),
    }
}

/// A layer of `GeoJSON`, which is in longitude and latitude unless it says otherwise.
fn in_lon_lat(layer: RawLayer) -> RawLayer {
    RawLayer { lon_lat_by_format: true, ..layer }
}

/// Whether a file is read as a stream of `GeoJSON`.
fn is_geojson(path: &Path) -> bool {
    GEOJSON_ENDINGS.contains(&ending(path).as_str()) && !starts_as_dwg(path)
}

/// The layers in the bytes of a file that is called `path`. What is called nothing known is read as GeoJSON.
///
/// # Errors
/// As [`read`].
pub(super) fn read_bytes(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    if is_dwg(bytes) {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.is-dwg") });
    }
    match ending(path).as_str() {
        "kml" => kml::read(path, bytes, reporter),
        "kmz" => kml::read_kmz(path, bytes, reporter),
        "dxf" => dxf::read(path, bytes, reporter),
        "fgb" => Ok(vec![flatgeobuf::read(path, bytes, reporter)?]),
        text if csv_map::is_text(text) => Ok(vec![csv_map::read(path, bytes)?]),
        _ => Ok(vec![in_lon_lat(geojson::read(path, bytes, reporter)?)]),
    }
}

/// A drawing of `AutoCAD`: `AC10` and two digits of its version.
fn is_dwg(bytes: &[u8]) -> bool {
    matches!(bytes, [b'A', b'C', b'1', b'0', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Whether a file is such a drawing, whatever it is called.
fn starts_as_dwg(path: &Path) -> bool {
    let mut first = [0; 6];
    path.is_file() && std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && is_dwg(&first)
}

/// Why a file is not read.
pub(super) fn unknown(path: &Path, ending: &str) -> ImportError {
    let key = match ending {
        "dwg" => "import.is-dwg",
        _ if starts_as_dwg(path) => "import.is-dwg",
        "mdb" | "accdb" | "gdb" => "import.is-geodatabase",
        "tab" | "mif" | "mid" => "import.is-mapinfo",
        "rar" | "7z" | "tar" | "gz" | "tgz" => "import.is-archive",
        beside if is_beside_shp(beside) => "import.is-beside-shp",
        _ => return ImportError::UnknownFormat { path: path.to_owned(), known: MAP_ENDINGS.join(", ") },
    };
    ImportError::NotThis { path: path.to_owned(), what: Message::new(key) }
}
