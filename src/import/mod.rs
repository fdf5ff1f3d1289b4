//! Bytes to layers, with a report of every feature kept, mended or left out. Bad input is not failure.
//!
//! One file a format: it yields raw layers ([`source`]), and everything after that (CRS, kind of layer, fields, mending,
//! report) is common. Ledgers are tables and are joined to compounds by id. Nothing here writes.

mod aliases;
#[cfg(test)]
mod attested;
pub mod backdrop;
mod bundle;
mod choice;
mod chosen;
mod comments;
mod control;
mod csv_map;
mod drawing;
mod dxf;
mod error;
mod facts;
mod features;
mod flatgeobuf;
mod form;
mod formats;
mod geojson;
mod geopackage;
mod hand_pairs;
mod headings;
mod ids;
mod join;
mod kml;
mod kinds;
mod ledger;
mod load;
mod matching;
mod mending;
mod namesakes;
mod offset;
mod opinions;
mod outlines;
mod pipe_class;
mod placeholder;
mod placing;
mod preview;
mod prices;
mod question;
mod reading;
mod readings;
mod repeats;
mod report;
mod row;
mod said;
mod shapefile;
pub mod source;
mod table;
mod text;
mod traps;
mod twins;
mod values;
mod ways;
pub mod weights;
mod wkt;
mod workbook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::reading::from_raw;
use crate::base::{Message, Reporter};
use crate::geometry::shift::Shift;
use crate::model::{LayerContent, LayerKind, LayerSource, Mended};
use geo::Rect;

pub use bundle::Unpacked;
pub use choice::{Choice, Feed, Feeds};
pub use comments::{FileComment, FileComments, read_comments};
pub use control::{Control, read_control};
pub use error::ImportError;
pub use form::{Form, FormRow, read_form};
pub use formats::{MAP_ENDINGS, TABLE_ENDINGS, is_table};
pub use geopackage::holds_features;
pub use hand_pairs::{HandPair, HandPairs, read_hand_pairs};
pub use ids::shared_ids;
pub use join::{JoinReport, OpenRow, join, join_by_row, join_row};
pub use ledger::{read_ledgers, read_sheet, sheet_asked};
pub use matching::MatchedBy;
pub use mending::{as_drawn, mended};
pub use offset::{in_crs, offset_hint};
pub use opinions::{FaultyOpinion, FileMinutes, FileOpinion, FileOpinions, read_minutes, stance_of};
pub use placeholder::{EnteredRow, enter_rows};
pub use preview::{FieldPreview, LayerPreview, Outlook, Preview, Sketch, fact_name, facts_of, preview};
pub use prices::{PriceBook, read_prices};
pub use question::{Question, in_window};
pub use repeats::{Repeats, same_file};
pub use report::{ExampleView, FeatureNote, FeatureView, FieldUse, FieldView, MendView, ReadReport, ReportView, ToldMend};
pub use table::Table;

/// The largest file that is read, bytes: text and features are held in memory together, about five times the file.
const LARGEST_FILE: u64 = 8 << 30;

/// What the user says of a file beforehand. Everything may be left open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// Kind of layer.
    pub kind: Option<LayerKind>,
    /// CRS of the file, `EPSG:n` or a PROJ string; it overrides what the file says.
    pub crs: Option<String>,
    /// The file has northing or latitude first.
    pub swap_xy: bool,
    /// Field with the ids.
    pub id_field: Option<String>,
    /// Offset of a map service that the coordinates have and that is undone.
    pub shift: Option<Shift>,
    /// Parameters from the datum of the source to WGS 84 (CGCS2000), as [`crate::geometry::crs::with_parameters`] takes them.
    pub datum: Option<[f64; 7]>,
    /// Control points by which the layer is brought over.
    pub control: Option<Control>,
    /// EPSG code of the plan's CRS; chosen by place when open.
    pub working_crs: Option<u32>,
    /// What fields feed, where it is not what their names say.
    pub feeds: Feeds,
    /// What was settled for single layers and ledgers, by the keys of their previews. Where there is any, the options above
    /// do not count, and a layer that cannot be placed leaves the others be.
    pub choices: BTreeMap<String, Choice>,
}

/// A layer that was read.
#[derive(Clone, Debug)]
pub struct LoadedLayer {
    /// By which name choices know it.
    pub key: String,
    /// The features.
    pub content: LayerContent,
    /// Where they came from.
    pub source: LayerSource,
    /// What became of each.
    pub report: ReadReport,
    /// Mends that changed a place, by row, ascending.
    pub mended: Vec<(u32, Mended)>,
    /// How the kind of layer was known: a key of the word tables.
    pub kind_known_by: &'static str,
    /// Bounds in longitude and latitude; `None` of an empty layer.
    pub lon_lat_bounds: Option<Rect<f64>>,
}

/// Everything that came out of a file, a folder or a zip.
#[derive(Clone, Debug, Default)]
pub struct FileRead {
    /// The file, folder or zip.
    pub path: PathBuf,
    /// The layers, in the order of the file.
    pub layers: Vec<LoadedLayer>,
    /// EPSG code of the CRS that they are in.
    pub working_crs: u32,
    /// Ledgers that lay in the folder or zip, to be joined.
    pub tables: Vec<Table>,
    /// What was left alone in the folder, zip or file, and why.
    pub failures: Vec<Message>,
}

/// Where layers come from, as the user knows it.
struct Origin<'a> {
    /// For messages, and for what the name of the file tells.
    path: &'a Path,
    /// For the plan.
    file: String,
    /// Name inside the folder or zip; empty where it lies alone.
    member: &'a str,
}

/// Reads a map file of any known format, or all of those in a folder or zip.
///
/// # Errors
/// [`ImportError`] when nothing usable came out, or when the user must say where the coordinates lie.
pub fn read_path(path: &Path, options: &ReadOptions, reporter: &dyn Reporter) -> Result<FileRead, ImportError> {
    read_looked_into(path, None, options, reporter)
}

/// As [`read_path`], with what [`preview`] unpacked of the zip.
///
/// # Errors
/// As [`read_path`].
pub fn read_looked_into(
    path: &Path,
    unpacked: Option<&Arc<Unpacked>>,
    options: &ReadOptions,
    reporter: &dyn Reporter,
) -> Result<FileRead, ImportError> {
    check_there(path)?;
    let read = if bundle::is_bundle(path) {
        bundle::read(path, unpacked, options, reporter)
    } else {
        read_file(path, &Origin::of(path), options, reporter)
    };
    read.map(|read| FileRead { path: path.to_owned(), ..read })
}

/// Reads a file that lies at `path` and that the user knows by its origin.
fn read_file(path: &Path, origin: &Origin<'_>, options: &ReadOptions, reporter: &dyn Reporter) -> Result<FileRead, ImportError> {
    let raw = formats::read(path, &outlines::Outlining::new(options, reporter))?;
    reporter.check()?;
    from_raw(origin, raw, options, reporter)
}

/// Reads the bytes of a file that is called `path`: GeoJSON unless the ending says another format that is one file.
///
/// # Errors
/// As [`read_path`].
pub fn read_bytes_as(path: &Path, bytes: &[u8], options: &ReadOptions, reporter: &dyn Reporter) -> Result<FileRead, ImportError> {
    let raw = formats::read_bytes(path, bytes, &outlines::Outlining::new(options, reporter))?;
    reporter.check()?;
    from_raw(&Origin::of(path), raw, options, reporter)
}

impl<'a> Origin<'a> {
    fn of(path: &'a Path) -> Self {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path, file, member: "" }
    }

    fn stem(&self) -> String {
        self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Makes sure that a path leads to a file or a folder: pipes and devices would keep their reader waiting.
fn check_there(path: &Path) -> Result<(), ImportError> {
    if path.is_dir() { Ok(()) } else { length_of(path).map(drop) }
}

/// The bytes of a file, which must be a file and not be beyond all measure.
fn read_bytes(path: &Path) -> Result<Vec<u8>, ImportError> {
    length_of(path)?;
    std::fs::read(path).map_err(|error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() })
}

/// The length of a file, bytes.
fn length_of(path: &Path) -> Result<u64, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if !found.is_file() {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.not-a-file") });
    }
    let length = found.len();
    if length > LARGEST_FILE {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.too-large") });
    }
    Ok(length)
}

/// Frees what a cancelled reading leaves behind without keeping anybody waiting: millions of features take a while.
fn let_go<T: Send + 'static>(left_behind: T) {
    rayon::spawn(move || drop(left_behind));
}
