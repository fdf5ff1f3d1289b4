//! From raw layers on, whatever their format: which are taken and as what, where they lie, the CRS of the plan, loading.

use std::borrow::Cow;

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::chosen::{Chosen, chosen};
use super::error::ImportError;
use super::kinds::Kind;
use super::question::Question;
use super::{FileRead, LoadedLayer, Origin, ReadOptions, choice, control, load, outlines, placing, source, traps};
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use crate::geometry::shift::Shift;
use crate::model::{Approximation, LayerSource};
use crate::policy::PipeClass;

/// What every format shares, from raw layers on.
pub(super) fn from_raw(
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
pub(super) struct Judged {
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
pub(super) fn located(
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
pub(super) const FALLBACK_CRS: u32 = 4551;

/// By the middle of the places, so that a single stray feature does not move the zone. Where both corners of all places
/// have one zone of China, so has their middle, and it need not be found.
pub(super) fn working_crs_of(places: &[Option<(f64, f64)>]) -> u32 {
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

pub(super) fn swap_axes(layer: &mut source::RawLayer) {
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
