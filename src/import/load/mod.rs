//! From raw features to a layer of the plan: ids, places in the working CRS, mending, facts, and the report of it all.
//!
//! Features are worked on in parallel runs, each with a [`Transformer`] of its own; the result does not depend on how
//! many there are. Each feature is taken out of the list as it comes, so that the memory for it is free at once.

mod run;

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use geo::{Coord, Rect};
use rayon::prelude::*;

use self::run::{Shared, Slight, Worker};
use super::choice::Feeds;
use super::error::ImportError;
use super::features::FromRow;
use super::ids::{assign_ids, is_key};
use super::report::ReadReport;
use super::row::{Mapping, merge};
use super::source::{RawFeature, RawShape};
use super::ways::by_row;
use super::{namesakes, twins};
use crate::base::{Message, Reporter};
use crate::geometry::bounds::join;
use crate::geometry::crs::{CrsError, LON_LAT, Transformer, code_of, describe};
use crate::model::{LayerContent, LayerKind, Mended};

/// Fewest features in one run: to make a transformer takes as long as to project some thousand places.
const SHORTEST_RUN: usize = 4_096;

/// Runs for each core, so that none is left waiting long for the last one.
const RUNS_A_CORE: usize = 4;

/// Features between two looks at whether to stop: a few milliseconds.
const STRIDE: usize = 1_024;

/// Features in one run.
fn run_length(features: usize) -> usize {
    features.div_ceil(RUNS_A_CORE * rayon::current_num_threads()).max(SHORTEST_RUN)
}

/// Where features lie and whose they are: one entry each.
type Places = Vec<Option<(f64, f64)>>;

/// What all runs of one layer share.
pub(super) struct Loading<'a> {
    pub(super) path: &'a Path,
    pub(super) kind: LayerKind,
    /// CRS of the source, as PROJ takes it.
    pub(super) from: &'a str,
    /// CRS of the plan.
    pub(super) working_crs: u32,
    /// Name of file and layer, for what the fields do not tell.
    pub(super) hint: &'a str,
    pub(super) id_field: Option<&'a str>,
    /// What fields feed, as far as somebody said it.
    pub(super) feeds: &'a Feeds,
    /// Names of the fields, when the reader has them at hand.
    pub(super) headers: Option<&'a [String]>,
    pub(super) reporter: &'a dyn Reporter,
}

/// A loaded layer, its report without notes on its source, and its bounds in longitude and latitude.
pub(super) struct Loaded {
    pub(super) content: LayerContent,
    pub(super) report: ReadReport,
    /// Mends that changed a place, by row, ascending.
    pub(super) mended: Vec<(u32, Mended)>,
    pub(super) bounds: Option<Rect<f64>>,
}

/// Loads a layer of whatever kind it is.
pub(super) fn load(loading: &Loading<'_>, features: Vec<RawFeature>, places: &Places) -> Result<Loaded, ImportError> {
    let mut loaded = load_kind(loading, features, places)?;
    if let LayerContent::Compounds(compounds) = &loaded.content {
        loading.reporter.check()?;
        let (twins, namesakes) = rayon::join(|| twins::warning(compounds), || namesakes::warning(compounds));
        loaded.report.warnings.extend(twins.into_iter().chain(namesakes));
    }
    Ok(loaded)
}

fn load_kind(loading: &Loading<'_>, features: Vec<RawFeature>, places: &Places) -> Result<Loaded, ImportError> {
    match loading.kind {
        LayerKind::Compounds => load_as::<crate::model::Compound>(loading, features, places),
        LayerKind::Pipes => load_as::<crate::model::Pipe>(loading, features, places),
        LayerKind::Buildings => load_as::<crate::model::Building>(loading, features, places),
        LayerKind::Barriers => load_as::<crate::model::Barrier>(loading, features, places),
        LayerKind::Bridges => load_as::<crate::model::Bridge>(loading, features, places),
        LayerKind::Streets => load_as::<crate::model::Street>(loading, features, places),
        LayerKind::Parcels => load_as::<crate::model::Parcel>(loading, features, places),
        LayerKind::Facilities => load_as::<crate::model::Facility>(loading, features, places),
        LayerKind::Heritage => load_as::<crate::model::Heritage>(loading, features, places),
        LayerKind::Limits => load_as::<crate::model::Limit>(loading, features, places),
    }
}

/// Longitude and latitude of the first point of every feature that has one.
pub(super) fn lon_lat_places(features: &[RawFeature], from: &str) -> Result<Places, CrsError> {
    Transformer::new(from, LON_LAT)?;
    let place = |transformer: &mut Option<Transformer>, feature: &RawFeature| {
        let mut first = [*feature.shape.as_ref().ok()?.coords().next()?];
        transformer.as_ref()?.convert(&mut first).ok()?;
        Some((first[0].x, first[0].y)).filter(|(lon, lat)| lon.abs() <= 180.0 && lat.abs() <= 90.0)
    };
    Ok(features.par_iter().with_min_len(SHORTEST_RUN).map_init(|| Transformer::new(from, LON_LAT).ok(), place).collect())
}

fn load_as<T: FromRow>(loading: &Loading<'_>, mut features: Vec<RawFeature>, places: &Places) -> Result<Loaded, ImportError> {
    let total = features.len();
    let mut report = ReadReport::default();
    let mapping = mapping_for(loading, &features, &mut report);
    if let Err(cancelled) = loading.reporter.check() {
        super::let_go(features);
        return Err(cancelled.into());
    }
    let id_notes = assign_ids(&mut features, &mapping, &mut report);
    let shared = Shared {
        loading,
        mapping: &mapping,
        places,
        id_notes: &id_notes,
        degrees: code_of(loading.from).and_then(describe).is_some_and(|info| info.geographic),
        working: format!("EPSG:{}", loading.working_crs),
        runs: Mutex::new(Vec::new()),
        done: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        lost: Mutex::new(None),
        total,
    };
    let crs = |source| ImportError::Crs { path: loading.path.to_owned(), source };
    Transformer::new(loading.from, &shared.working).map_err(crs)?;
    // A place for each feature, filled in parallel: a city's list is too long to be made in parts and copied together.
    let places: Vec<Option<T>> = features
        .into_par_iter()
        .enumerate()
        .with_min_len(SHORTEST_RUN)
        .map_init(|| Worker::new(&shared), |worker, (index, feature)| worker.load(index, feature))
        .collect();
    if let Some(source) = shared.lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(crs(source));
    }
    if shared.stopped.load(Ordering::Relaxed) {
        super::let_go(places);
        return Err(ImportError::Cancelled);
    }
    let mut runs = shared.runs.into_inner().unwrap_or_else(PoisonError::into_inner);
    runs.sort_unstable_by_key(|run| run.start);
    let mut tallies = mapping.tallies();
    let (mut slight, mut bounds, mut drawn) = (Slight::default(), None, Vec::new());
    for run in runs {
        drawn.extend(run.drawn);
        report.mended.extend(run.mended);
        report.left_out.extend(run.left_out);
        merge(&mut tallies, run.tallies);
        slight.add(&run.slight);
        for (name, count) in run.types {
            *report.geometry_types.entry(name).or_default() += count;
        }
        bounds = join(bounds, run.bounds);
    }
    // In place: what was left out closes up.
    #[expect(clippy::filter_map_identity, reason = "the standard library does this one in place")]
    let all: Vec<T> = places.into_iter().filter_map(|place| place).collect();
    report.loaded = all.len() - report.mended.len();
    report.fields = tallies;
    report.notes.extend(slight.notes());
    let mended = by_row(drawn, &report.left_out);
    Ok(Loaded { content: T::layer(all), report, mended, bounds })
}

/// Fields in the order of their first appearance, matched with facts. Where no name says id, a field whose values are all
/// there and all different and whose name ends like a code is taken, and the report says so.
fn mapping_for(loading: &Loading<'_>, features: &[RawFeature], report: &mut ReadReport) -> Mapping {
    let headers = loading.headers.map_or_else(|| Cow::Owned(headers_of(features)), Cow::Borrowed);
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mapping = Mapping::chosen(loading.kind, headers.iter().copied(), loading.id_field, loading.feeds);
    if loading.id_field.is_some_and(|asked| !headers.contains(&asked)) {
        let asked = loading.id_field.unwrap_or_default();
        report.warnings.push(Message::new("import.no-id-field").text("field", asked));
    }
    if mapping.has("source_id") || features.iter().all(|feature| feature.id.is_some()) {
        return mapping;
    }
    let free = |header: &&&str| may_be_key(header) && !loading.feeds.contains_key(**header);
    match headers.iter().filter(free).find(|header| is_key(features, header)) {
        Some(header) => {
            report.notes.push(Message::new("import.id-guessed").text("field", *header));
            Mapping::chosen(loading.kind, headers.iter().copied(), Some(header), loading.feeds)
        }
        None => mapping,
    }
}

/// Whether the name of a field ends as those of codes do.
pub(super) fn may_be_key(header: &str) -> bool {
    let header = header.to_lowercase();
    ["id", "cd", "code", "no", "号", "码"].iter().any(|end| header.ends_with(end))
}

/// Names of fields in the order of their first appearance.
pub(super) fn headers_of(features: &[RawFeature]) -> Vec<String> {
    let runs: Vec<Vec<String>> = features.par_chunks(run_length(features.len())).map(headers_of_run).collect();
    let mut seen: HashSet<String> = HashSet::new();
    runs.into_iter().flatten().filter(|name| seen.insert(name.clone())).collect()
}

fn headers_of_run(features: &[RawFeature]) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut found: Vec<String> = Vec::new();
    for feature in features {
        // Features of one file mostly have their fields in one order.
        for (guess, name) in feature.properties.keys().enumerate() {
            if found.get(guess).is_none_or(|own| *own != name) && !seen.contains(name.as_ref()) {
                seen.insert(name.clone().into_owned());
                found.push(name.into_owned());
            }
        }
    }
    found
}

pub(super) fn bounds_of(shape: &RawShape) -> Option<Rect<f64>> {
    let first = *shape.coords().next()?;
    let (low, high) = shape.coords().fold((first, first), |(low, high), c| {
        (Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) })
    });
    Some(Rect::new(low, high))
}
