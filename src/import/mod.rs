//! Bytes to layers, with a report of every feature kept, mended or left out. Bad input is not failure.
//!
//! One file a format: it yields raw layers ([`source`]), and everything after that (CRS, kind of layer, fields, mending,
//! report) is common. Ledgers are tables and are joined to compounds by id. Nothing here writes.

mod aliases;
#[cfg(test)]
mod attested;
mod bundle;
mod choice;
mod chosen;
mod control;
mod csv_map;
mod drawing;
mod dxf;
mod error;
mod facts;
mod features;
mod flatgeobuf;
mod formats;
mod geojson;
mod geopackage;
mod ids;
mod join;
mod kml;
mod kinds;
mod load;
mod matching;
mod mending;
mod namesakes;
mod offset;
mod outlines;
mod pipe_class;
mod placeholder;
mod placing;
mod preview;
mod question;
mod readings;
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

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::{Coord, Rect};
use rayon::prelude::*;

use self::chosen::{Chosen, chosen};
use self::kinds::Kind;
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use crate::geometry::shift::Shift;
use crate::model::{Approximation, LayerContent, LayerKind, LayerSource, Mended};
use crate::policy::PipeClass;

pub use choice::{Choice, Feed, Feeds};
pub use control::{Control, read_control};
pub use error::ImportError;
pub use formats::{MAP_ENDINGS, TABLE_ENDINGS, is_table};
pub use geopackage::holds_features;
pub use ids::shared_ids;
pub use join::{JoinReport, OpenRow, join, join_by_row, join_row};
pub use matching::MatchedBy;
pub use mending::{as_drawn, mended};
pub use offset::offset_hint;
pub use placeholder::{EnteredRow, enter_rows};
pub use preview::{FieldPreview, LayerPreview, Outlook, Preview, Sketch, fact_name, facts_of, preview};
pub use question::{Question, in_window};
pub use report::{ExampleView, FeatureNote, FeatureView, FieldUse, FieldView, MendView, ReadReport, ReportView, ToldMend};
pub use table::{Table, read_table};

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
    /// Parameters from the datum of the source to WGS 84 (CGCS2000), as [`crs::with_parameters`] takes them.
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
    check_there(path)?;
    let read = if bundle::is_bundle(path) {
        bundle::read(path, options, reporter)
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

/// What every format shares, from raw layers on.
fn from_raw(
    origin: &Origin<'_>,
    raw: Vec<source::RawLayer>,
    options: &ReadOptions,
    reporter: &dyn Reporter,
) -> Result<FileRead, ImportError> {
    let (several, share) = (raw.len() > 1, raw.len());
    let mut read = FileRead::default();
    let mut working_crs = options.working_crs;
    let mut first_error = None;
    let mut layers = chosen(origin, raw, options, &mut read.failures)?;
    let own = |place: usize| {
        let choice = options.choices.get(&choice::key(origin.member, place));
        choice.map_or(Cow::Borrowed(options), |choice| Cow::Owned(options.under(choice)))
    };
    for Chosen { layer, .. } in layers.iter_mut().filter(|chosen| own(chosen.place).swap_xy) {
        swap_axes(layer);
    }
    let judged = judged(&layers, own);
    for Chosen { place, layer, kind } in layers {
        let (key, own) = (choice::key(origin.member, place), own(place));
        let name = if several { format!("{}#{}", origin.file, layer.name) } else { origin.file.clone() };
        match read_layer(origin, (layer, kind), &own, judged.as_ref(), &mut working_crs, share, reporter) {
            Ok(mut loaded) => {
                (loaded.source.file, loaded.key) = (name, key);
                read.layers.push(loaded);
            }
            Err(ImportError::Cancelled) => return Err(ImportError::Cancelled),
            Err(error) if options.choices.is_empty() => return Err(error),
            Err(error) => {
                read.failures.push(error.message());
                first_error = first_error.or(Some(error));
            }
        }
    }
    if let Some(error) = first_error.filter(|_| read.layers.is_empty()) {
        return Err(error);
    }
    read.working_crs = working_crs.unwrap_or(FALLBACK_CRS);
    Ok(read)
}

/// The system of a drawing, in which all its layers lie: what is said of its fullest layer, and where that lies by its
/// numbers. `None` of other files, whose layers have a system each, and where control points say it.
fn judged<'a>(layers: &[Chosen], own: impl Fn(usize) -> Cow<'a, ReadOptions>) -> Option<Judged> {
    let drawn = layers.iter().filter(|chosen| chosen.layer.drawn.is_some());
    let fullest = drawn.max_by_key(|chosen| chosen.layer.features.len())?;
    let own = own(fullest.place);
    let placed = placing::place(&fullest.layer, own.crs.as_deref(), own.swap_xy);
    own.control.is_none().then(|| Judged { asked: own.crs.clone(), placed })
}

/// Where a drawing lies, for those of its layers of which nothing else is said.
struct Judged {
    asked: Option<String>,
    placed: Result<placing::Placed, Question>,
}

/// Places one layer, whose axes stand right, and loads it. The first one that is placed tells the plan's CRS where that is
/// open.
fn read_layer(
    origin: &Origin<'_>,
    (mut layer, kind): (source::RawLayer, Kind),
    options: &ReadOptions,
    judged: Option<&Judged>,
    working_crs: &mut Option<u32>,
    share: usize,
    reporter: &dyn Reporter,
) -> Result<LoadedLayer, ImportError> {
    let path = origin.path;
    let placed = located(&mut layer, options, *working_crs, judged)
        .map_err(|question| ImportError::Place { path: path.to_owned(), what: question.what })?;
    let crs_error = |source| ImportError::Crs { path: path.to_owned(), source };
    let places = load::lon_lat_places(&layer.features, &placed.crs).map_err(crs_error)?;
    let working = *working_crs.get_or_insert_with(|| working_crs_of(&places));
    outlines::show(&layer, &placed.crs, working, share, reporter);
    load_layer(origin, layer, kind, placed, &places, working, options, reporter)
}

/// Where a layer lies: by control points, by what is said of it or by its numbers; with offsets undone.
fn located(
    layer: &mut source::RawLayer,
    options: &ReadOptions,
    working_crs: Option<u32>,
    judged: Option<&Judged>,
) -> Result<placing::Placed, Question> {
    let asked = options.crs.as_deref();
    if let Some(control) = &options.control {
        return Ok(control::place(layer, control, asked, working_crs)?);
    }
    let judged = judged.filter(|judged| layer.drawn.is_some() && judged.asked == options.crs);
    let mut placed = match judged {
        Some(judged) => judged.placed.clone()?,
        None => placing::place(layer, asked, options.swap_xy)?,
    };
    placed.approximate = placed.approximate.or(layer.approximate);
    // Parameters are for datums that need them: layers in CGCS2000 or WGS 84 that are read beside one stay where they are.
    let needs = placed.approximate == Some(Approximation::Datum) || crs::code_of(&placed.crs).is_none();
    if let Some(parameters) = options.datum.as_ref().filter(|_| needs) {
        placed.crs = crs::with_parameters(&placed.crs, parameters)
            .ok_or_else(|| Message::new("import.parameters-not-for").text("crs", placed.crs.as_str()))?;
        placed.warnings.retain(|warning| warning.key() != "import.old-datum");
        placed.approximate = Some(Approximation::Parameters);
    } else if options.datum.is_some() {
        placed.warnings.push(Message::new("import.parameters-not-needed").text("crs", placed.crs.as_str()));
    }
    if let Some(shift) = options.shift {
        if unshift(layer, shift, &placed.crs)? {
            placed.approximate = Some(Approximation::Shift(shift));
        } else {
            placed.warnings.push(Message::new("import.shift-moved-nothing").text("shift", shift.name()));
        }
    }
    Ok(placed)
}

/// Undoes the offset of a map service, which lies in degrees. Whether anything moved: outside China there is no offset.
fn unshift(layer: &mut source::RawLayer, shift: Shift, crs: &str) -> Result<bool, Message> {
    if !crs::code_of(crs).and_then(crs::describe).is_some_and(|info| info.geographic) {
        return Err(Message::new("import.shift-needs-degrees").text("crs", crs));
    }
    let shapes = layer.features.par_iter_mut().filter_map(|feature| feature.shape.as_mut().ok());
    let undo = |coord: &mut Coord<f64>| {
        let home = shift.undo(*coord);
        std::mem::replace(coord, home) != home
    };
    let moved =
        |shape: &mut source::RawShape| shape.runs_mut().flatten().filter_map(|coord| undo(coord).then_some(())).count() > 0;
    let any = shapes.map(moved).reduce(|| false, |a, b| a || b);
    if any {
        layer.notes.push(Message::new("import.shift-undone").text("shift", shift.name()));
    }
    Ok(any)
}

/// The CRS of a plan without a single place: CGCS2000, 3-degree zone of 126° east.
const FALLBACK_CRS: u32 = 4551;

/// By the middle of the places, so that a single stray feature does not move the zone. Where both corners of all places
/// have one zone of China, so has their middle, and it need not be found.
fn working_crs_of(places: &[Option<(f64, f64)>]) -> u32 {
    let nothing = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    let wider = |a: (f64, f64, f64, f64), b: (f64, f64, f64, f64)| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3));
    let corners = places.par_iter().flatten().map(|&(lon, lat)| (lon, lat, lon, lat)).reduce(|| nothing, wider);
    let at = |x: f64, y: f64| crs::working_crs_for(Rect::new(Coord { x, y }, Coord { x, y }));
    let (first, last) = (at(corners.0, corners.1), at(corners.2, corners.3));
    if first == last && ZONES_OF_CHINA.contains(&first) {
        return first;
    }
    let (lon, lat) = rayon::join(
        || placing::median(places.iter().flatten().map(|place| place.0).collect()),
        || placing::median(places.iter().flatten().map(|place| place.1).collect()),
    );
    let (Some(x), Some(y)) = (lon, lat) else { return FALLBACK_CRS };
    at(x, y)
}

/// Codes that [`crs::working_crs_for`] gives in and around China.
const ZONES_OF_CHINA: std::ops::RangeInclusive<u32> = 4534..=4554;

/// Metres that are off by more than this share are told: at 0.1 % a gap of 30 m is 3 cm off, an area 0.2 %.
const SCALE_ERROR_TOLD: f64 = 1e-3;

fn scale_warning(working_crs: u32, bounds: Rect<f64>) -> Option<Message> {
    let error = crs::scale_error(working_crs, bounds);
    let warning = Message::new("import.scale-error").text("crs", format!("EPSG:{working_crs}"));
    (error > SCALE_ERROR_TOLD).then(|| warning.number("percent", error.min(1.0) * 100.0, 2))
}

fn swap_axes(layer: &mut source::RawLayer) {
    for shape in layer.features.iter_mut().filter_map(|feature| feature.shape.as_mut().ok()) {
        for coord in shape.runs_mut().flatten() {
            std::mem::swap(&mut coord.x, &mut coord.y);
        }
    }
    layer.notes.push(Message::new("import.axes-were-swapped"));
}

/// What names say of a layer whose fields say nothing: those of file and layer. In a drawing a layer that says anything of
/// pipes says it alone; its file may be called after something else.
fn hint_of(origin: &Origin<'_>, raw: &source::RawLayer) -> String {
    let drawn = raw.drawn.as_ref().map(|drawn| drawn.layer.as_str());
    match drawn {
        Some(layer) if PipeClass::parse(layer).is_some() => layer.to_owned(),
        Some(layer) => format!("{layer} {}", origin.stem()),
        None => format!("{} {}", origin.stem(), raw.name),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a step of reading that is done before")]
fn load_layer(
    origin: &Origin<'_>,
    raw: source::RawLayer,
    (kind, kind_known_by): Kind,
    placed: placing::Placed,
    places: &Vec<Option<(f64, f64)>>,
    working_crs: u32,
    options: &ReadOptions,
    reporter: &dyn Reporter,
) -> Result<LoadedLayer, ImportError> {
    let hint = hint_of(origin, &raw);
    let loading = load::Loading {
        path: origin.path,
        kind,
        from: &placed.crs,
        working_crs,
        hint: &hint,
        id_field: options.id_field.as_deref(),
        feeds: &options.feeds,
        headers: raw.headers.as_deref(),
        reporter,
    };
    let load::Loaded { content, mut report, mended, bounds } = load::load(&loading, raw.features, places)?;
    report.notes.splice(0..0, raw.notes);
    report.warnings.extend(placed.warnings);
    report.warnings.extend(traps::found(&content, &report));
    if report.read() == 0 {
        report.warnings.push(Message::new("import.no-features"));
    }
    report.warnings.extend(bounds.and_then(|bounds| scale_warning(working_crs, bounds)));
    let (crs, crs_known_by, approximate) = (placed.crs, placed.known_by.to_owned(), placed.approximate);
    let source = LayerSource { file: origin.file.clone(), crs, crs_known_by, approximate };
    Ok(LoadedLayer { key: String::new(), content, source, report, mended, kind_known_by, lon_lat_bounds: bounds })
}
