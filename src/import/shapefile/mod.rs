//! Shapefiles: `.shp` with `.shx`, `.dbf`, `.prj` and `.cpg` beside it, each of which may be missing.
//!
//! A reader of our own rather than the crates `shapefile` and `dbase`: those stop at the first broken record, skip deleted
//! rows so that shapes and rows no longer belong together, and want the encoding before the names of the fields are known.

mod dbf;
mod encoding;
mod head;
mod records;
mod shp;

use std::path::{Path, PathBuf};

pub(super) use self::head::read_head;
use super::aliases;
use super::error::ImportError;
use super::source::{RawFeature, RawLayer, Unshaped};
use super::text::decode;
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use crate::model::Properties;

/// Rows between two looks at whether to stop.
const STEP: usize = 4_096;

/// Reads the shapefile whose `.shp` is at `path`.
///
/// # Errors
/// [`ImportError`] when the `.shp` cannot be read or is none. Everything else that is missing or broken is told.
pub(super) fn read(path: &Path, reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let shp = super::read_bytes(path)?;
    let beside = |ending: &str| companion(path, ending).map(|path| super::read_bytes(&path)).transpose();
    let (shx, dbf, prj, cpg) = (beside("shx")?, beside("dbf")?, beside("prj")?, beside("cpg")?);
    reporter.check()?;
    read_parts(path, &Parts { shp, shx, dbf, prj, cpg }, reporter)
}

/// The bytes of the files that make a shapefile.
struct Parts {
    shp: Vec<u8>,
    shx: Option<Vec<u8>>,
    dbf: Option<Vec<u8>>,
    prj: Option<Vec<u8>>,
    cpg: Option<Vec<u8>>,
}

fn read_parts(path: &Path, parts: &Parts, reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let Parts { shp, shx, dbf, prj, cpg } = parts;
    let shapes = shp::read(shp, shx.as_deref()).map_err(not_this)?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut layer = RawLayer { name, ..RawLayer::default() };
    tell_of_shapes(&shapes, shx.is_some(), &mut layer);
    if let Some(prj) = prj {
        system(&decode(prj).text, &mut layer);
    }
    let told = cpg.as_ref().map(|bytes| decode(bytes).text.into_owned());
    let table = match dbf.as_deref().map(|dbf| dbf::open(dbf, told.as_deref())) {
        Some(Ok(table)) => Some(table),
        Some(Err(why)) => {
            layer.notes.push(why);
            None
        }
        None => {
            layer.notes.push(Message::new("import.no-dbf"));
            None
        }
    };
    let mut features: Vec<RawFeature> = Vec::with_capacity(shapes.list.len());
    let row_count = table.as_ref().map_or(0, dbf::Table::len);
    let mut shapes = shapes.list.into_iter();
    let names = table.as_ref().map(|table| names(table, &mut layer)).unwrap_or_default();
    for row in 0..shapes.len().max(row_count) {
        if row.is_multiple_of(STEP) {
            reporter.check()?;
        }
        let shape = shapes.next().unwrap_or_else(|| Err(Unshaped(Message::new("import.row-without-shape"))));
        features.push(feature(row, shape, table.as_ref(), &names));
    }
    if let Some(table) = &table {
        tell_of_table(table, &features, &mut layer);
    }
    layer.features = features;
    Ok(layer)
}

fn feature(
    row: usize,
    shape: Result<super::source::RawShape, Unshaped>,
    table: Option<&dbf::Table<'_>>,
    names: &[String],
) -> RawFeature {
    let mut properties = Properties::default();
    let Some(table) = table.filter(|table| row < table.len()) else { return RawFeature { id: None, shape, properties } };
    for ((_, value), name) in table.values(row).zip(names) {
        properties.insert(name.clone(), value);
    }
    let shape = if table.is_deleted(row) { Err(Unshaped(Message::new("import.row-deleted"))) } else { shape };
    RawFeature { id: None, shape, properties }
}

/// A file of the same name with another ending, in whatever case. A link that leads out of the folder is none.
fn companion(path: &Path, ending: &str) -> Option<PathBuf> {
    let (folder, stem) = (path.parent()?, path.file_stem()?);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    found.retain(|file| {
        let same_stem = file.file_stem().is_some_and(|found| found.eq_ignore_ascii_case(stem));
        same_stem && file.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending)) && stays(folder, file)
    });
    found.sort();
    // The very same stem before one that differs in case.
    let same = found.iter().position(|file| file.file_stem() == Some(stem)).unwrap_or(0);
    (!found.is_empty()).then(|| found.swap_remove(same))
}

fn stays(folder: &Path, file: &Path) -> bool {
    let place = |path: &Path| path.canonicalize().ok();
    place(file).is_some_and(|real| real.is_file() && real.parent().map(Path::to_owned) == place(folder))
}

/// The CRS of a `.prj`.
fn system(text: &str, layer: &mut RawLayer) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    match crs::from_wkt(text) {
        Some(found) => layer.crs = Some(found),
        None => layer.notes.push(Message::new("import.prj-unreadable")),
    }
}

fn tell_of_shapes(shapes: &shp::Shapes, indexed: bool, layer: &mut RawLayer) {
    if !indexed {
        layer.notes.push(Message::new("import.no-shx"));
    }
    if shapes.bad_index {
        layer.notes.push(Message::new("import.shx-broken"));
    }
    let counted = [
        (shapes.measured, "import.measures-dropped"),
        (shapes.stray_holes, "import.stray-holes"),
        (shapes.found_again, "import.shp-found-again"),
        (shapes.unindexed, "import.shx-short"),
    ];
    for (count, key) in counted {
        if count > 0 {
            layer.notes.push(Message::new(key).count("count", count));
        }
    }
}

/// Names of the columns; one that was cut off becomes the one name of ours that begins so, and the layer says it.
fn names(table: &dbf::Table<'_>, layer: &mut RawLayer) -> Vec<String> {
    let mut names: Vec<String> = table.fields.iter().map(|field| field.name.clone()).collect();
    for (place, field) in table.fields.iter().enumerate().filter(|(_, field)| field.cut) {
        let full = aliases::full_name(&field.name).filter(|full| !names.iter().any(|name| name == full));
        if let Some(full) = full {
            layer.notes.push(Message::new("import.field-cut").text("cut", field.name.as_str()).text("full", full));
            full.clone_into(&mut names[place]);
        }
    }
    // Names that are the same in the file, or empty, still name two columns.
    for place in 0..names.len() {
        if names[place].is_empty() || names[..place].contains(&names[place]) {
            names[place] = format!("{}#{}", names[place], place + 1);
        }
    }
    names
}

fn tell_of_table(table: &dbf::Table<'_>, features: &[RawFeature], layer: &mut RawLayer) {
    if table.encoding != encoding_rs::UTF_8 {
        let beyond = |text: &str| !text.is_ascii();
        let in_names = table.fields.iter().any(|field| beyond(&field.name));
        let in_values = || features.iter().flat_map(|f| f.properties.values()).any(|v| v.as_str().is_some_and(beyond));
        if in_names || in_values() {
            layer.notes.push(Message::new("import.encoding").text("encoding", table.encoding.name()));
        }
    }
    let damaged = |text: &str| text.contains('\u{fffd}');
    if features.iter().flat_map(|f| f.properties.values()).any(|value| value.as_str().is_some_and(damaged)) {
        layer.notes.push(Message::new("import.encoding-damaged").text("encoding", table.encoding.name()));
    }
    if !table.dropped.is_empty() {
        layer.notes.push(Message::new("import.memos-dropped").text("fields", table.dropped.join(", ")));
    }
    if table.missing > 0 {
        layer.notes.push(Message::new("import.rows-missing").count("count", table.missing));
    }
}
