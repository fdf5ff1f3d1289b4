//! From raw features to a layer of the plan: ids, places in the working CRS, mending, facts, and the report of it all.
//!
//! Features are worked on in parallel runs, each with a [`Transformer`] of its own; the result does not depend on how
//! many there are. Each feature is taken out of the list as it comes, so that the memory for it is free at once.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::choice::Feeds;
use super::error::ImportError;
use super::features::FromRow;
use super::ids::{assign_ids, is_key};
use super::mending::{Shaped, place_for};
use super::report::{FeatureNote, FieldUse, ReadReport};
use super::row::{Mapping, Row, RowRoom, merge};
use super::said::reworded;
use super::source::{RawFeature, RawShape, Unshaped};
use super::ways::{Ways, by_row};
use super::{namesakes, twins};
use crate::base::{Message, Reporter};
use crate::geometry::bounds::join;
use crate::geometry::crs::{CrsError, LON_LAT, Transformer, code_of, describe};
use crate::geometry::repair::{Mend, MendKind};
use crate::model::{LayerContent, LayerKind, MendState, Mended};

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

/// What one run of features came to, beside the features.
struct Run {
    /// Place of its first feature.
    start: usize,
    mended: Vec<FeatureNote>,
    left_out: Vec<FeatureNote>,
    /// By place in the file.
    drawn: Vec<(usize, Mended)>,
    tallies: Vec<FieldUse>,
    slight: Slight,
    types: BTreeMap<String, usize>,
    bounds: Option<Rect<f64>>,
    room: RowRoom,
}

/// Features with mends that are told once a layer.
#[derive(Default)]
struct Slight {
    turned: usize,
    repeated: usize,
    heights: usize,
}

impl Slight {
    fn count(&mut self, mends: &[Mend]) {
        let has = |kind| usize::from(mends.iter().any(|mend| mend.kind == kind));
        self.turned += has(MendKind::Winding);
        self.repeated += has(MendKind::RepeatedVertices);
        self.heights += has(MendKind::HeightsDropped);
    }

    fn add(&mut self, other: &Self) {
        self.turned += other.turned;
        self.repeated += other.repeated;
        self.heights += other.heights;
    }

    fn notes(&self) -> impl Iterator<Item = Message> {
        let notes = [
            (self.turned, Message::new("import.note-winding")),
            (self.repeated, Message::new("import.note-repeated")),
            (self.heights, Message::new("import.note-heights")),
        ];
        notes.into_iter().filter(|(count, _)| *count > 0).map(|(count, note)| note.count("features", count))
    }
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

/// What the runs of one layer share.
struct Shared<'a> {
    loading: &'a Loading<'a>,
    mapping: &'a Mapping,
    places: &'a Places,
    id_notes: &'a HashMap<usize, Message>,
    /// Whether the source is in degrees.
    degrees: bool,
    /// CRS of the plan, as PROJ takes it.
    working: String,
    /// What the runs came to, in no order.
    runs: Mutex<Vec<Run>>,
    /// Features that are done.
    done: AtomicUsize,
    /// Somebody wished to stop, or there is no way into the CRS of the plan.
    stopped: AtomicBool,
    /// Why there is none.
    lost: Mutex<Option<CrsError>>,
    total: usize,
}

/// Loads one run of neighbouring features, one after the other, and leaves what they came to when it is dropped.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    ways: Option<Ways>,
    run: Option<Run>,
    /// Features since the last look at whether to stop.
    since: usize,
    /// What came after the wish to stop: it is freed when nobody waits any more.
    left: Vec<RawFeature>,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared<'a>) -> Self {
        let made = Ways::new(shared.loading.from, shared.loading.working_crs);
        let lose = |error| {
            shared.stopped.store(true, Ordering::Relaxed);
            *shared.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        };
        let ways = made.map_err(lose).ok();
        Self { shared, ways, run: None, since: 0, left: Vec::new() }
    }

    /// Loads a feature, in the order of the file within the run; nothing more once somebody wishes to stop.
    fn load<T: FromRow>(&mut self, index: usize, feature: RawFeature) -> Option<T> {
        let shared = self.shared;
        if self.since.is_multiple_of(STRIDE) {
            self.report();
        }
        self.since += 1;
        if shared.stopped.load(Ordering::Relaxed) {
            self.left.push(feature);
            return None;
        }
        let run = self.run.get_or_insert_with(|| Run::new(index, shared.mapping));
        load_feature(shared, self.ways.as_ref()?, index, feature, run)
    }

    fn report(&mut self) {
        let (shared, reporter) = (self.shared, self.shared.loading.reporter);
        let done = shared.done.fetch_add(self.since, Ordering::Relaxed) + self.since;
        self.since = 0;
        reporter.progress(done, shared.total);
        if reporter.should_stop() {
            shared.stopped.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.report();
        if !self.left.is_empty() {
            super::let_go(std::mem::take(&mut self.left));
        }
        let Some(run) = self.run.take() else { return };
        self.shared.runs.lock().unwrap_or_else(PoisonError::into_inner).push(run);
    }
}

impl Run {
    fn new(start: usize, mapping: &Mapping) -> Self {
        Self {
            start,
            mended: Vec::new(),
            left_out: Vec::new(),
            drawn: Vec::new(),
            tallies: mapping.tallies(),
            slight: Slight::default(),
            types: BTreeMap::new(),
            bounds: None,
            room: RowRoom::default(),
        }
    }
}

fn load_feature<T: FromRow>(shared: &Shared<'_>, ways: &Ways, index: usize, feature: RawFeature, run: &mut Run) -> Option<T> {
    let RawFeature { id, shape, properties } = feature;
    let id = id.unwrap_or_default();
    let note = |id: &str, reasons| {
        let place = shared.places[index];
        FeatureNote { index, id: Some(id.to_owned()), place, reasons, mends: Vec::new(), state: None }
    };
    let type_name = shape.as_ref().map_or("", |shape| &*shape.type_name);
    match run.types.get_mut(type_name) {
        Some(count) => *count += 1,
        None => drop(run.types.insert(type_name.to_owned(), 1)),
    }
    let mut row = Row::new(index, &properties, shared.mapping, &mut run.room, &mut run.tallies);
    // The id has been read already; here its field is counted and leaves the others.
    row.pass("source_id");
    let placed = shape.map_err(|Unshaped(why)| why).and_then(|shape| {
        let bounds = ways.widened(run.bounds, &shape)?;
        Ok((convert(shape, ways.forward(), shared.degrees)?, bounds))
    });
    match placed.and_then(|(shape, bounds)| Ok((place_for(shared.loading.kind, shape)?, bounds))) {
        Err(why) => {
            run.left_out.push(note(&id, vec![reworded(why)]));
            None
        }
        Ok((Shaped { place, mends, mended }, bounds)) => {
            run.slight.count(&mends);
            run.bounds = bounds;
            let told: Vec<&Mend> = mends.iter().filter(|mend| !mend.is_slight()).collect();
            let mut reasons: Vec<Message> = told.iter().map(|mend| mend.message()).collect();
            let state = mended.as_ref().map(|mended| mended.state);
            if state == Some(MendState::Waiting) {
                reasons.push(Message::new("import.mend-waits"));
            }
            reasons.extend(shared.id_notes.get(&index).cloned());
            if !reasons.is_empty() {
                let mends = told.into_iter().map(|mend| ways.told(mend)).collect();
                run.mended.push(FeatureNote { mends, state, ..note(&id, reasons) });
            }
            run.drawn.extend(mended.map(|mended| (index, mended)));
            Some(T::from_row(id, place, row, shared.loading.hint))
        }
    }
}

/// Brings a shape into the working CRS.
fn convert(mut shape: RawShape, forward: &Transformer, degrees: bool) -> Result<RawShape, Message> {
    let outside = |c: &&Coord<f64>| degrees && !(c.x.abs() <= 180.0 && c.y.abs() <= 90.0);
    if let Some(bad) = shape.coords().find(outside) {
        return Err(Message::new("import.out-of-range").number("x", bad.x, 6).number("y", bad.y, 6));
    }
    for run in shape.runs_mut() {
        forward.convert(run).map_err(|error| error.message())?;
    }
    Ok(shape)
}

pub(super) fn bounds_of(shape: &RawShape) -> Option<Rect<f64>> {
    let first = *shape.coords().next()?;
    let (low, high) = shape.coords().fold((first, first), |(low, high), c| {
        (Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) })
    });
    Some(Rect::new(low, high))
}
