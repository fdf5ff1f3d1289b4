//! From raw features to a layer of the plan: ids, places in the working CRS, mending, facts, and the report of it all.
//!
//! Features are worked on in parallel runs, each with a [`Transformer`] of its own; the result does not depend on how
//! many there are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::error::ImportError;
use super::features::FromRow;
use super::mending::{Shaped, place_for};
use super::report::{FeatureNote, FieldUse, ReadReport};
use super::row::{Mapping, Row, id_of, merge};
use super::source::{RawFeature, RawShape, Unshaped};
use super::values::text;
use super::ways::{Ways, by_row};
use crate::base::{Message, Reporter};
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
    pub(super) reporter: &'a dyn Reporter,
}

/// A loaded layer, its report without notes on its source, and its bounds in the source CRS.
pub(super) struct Loaded {
    pub(super) content: LayerContent,
    pub(super) report: ReadReport,
    /// Mends that changed a place, by row, ascending.
    pub(super) mended: Vec<(u32, Mended)>,
    pub(super) bounds: Option<Rect<f64>>,
}

/// Loads a layer of whatever kind it is.
pub(super) fn load(loading: &Loading<'_>, features: Vec<RawFeature>, places: &Places) -> Result<Loaded, ImportError> {
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
    let runs: Result<Vec<Places>, CrsError> = features
        .par_chunks(run_length(features.len()))
        .map(|run| {
            let transformer = Transformer::new(from, LON_LAT)?;
            let place = |feature: &RawFeature| {
                let mut first = [*feature.shape.as_ref().ok()?.coords().next()?];
                transformer.convert(&mut first).ok()?;
                Some((first[0].x, first[0].y)).filter(|(lon, lat)| lon.abs() <= 180.0 && lat.abs() <= 90.0)
            };
            Ok(run.iter().map(place).collect())
        })
        .collect();
    Ok(runs?.into_iter().flatten().collect())
}

/// What one run of features came to, beside the features.
struct Run {
    mended: Vec<FeatureNote>,
    left_out: Vec<FeatureNote>,
    /// By place in the file.
    drawn: Vec<(usize, Mended)>,
    tallies: Vec<FieldUse>,
    slight: Slight,
    types: BTreeMap<String, usize>,
    bounds: Option<Rect<f64>>,
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
    loading.reporter.check()?;
    let id_notes = assign_ids(&mut features, &mapping, &mut report);
    let shared = Shared {
        loading,
        mapping: &mapping,
        places,
        id_notes: &id_notes,
        degrees: code_of(loading.from).and_then(describe).is_some_and(|info| info.geographic),
        done: AtomicUsize::new(0),
        total,
    };
    let length = run_length(total);
    // A place for each feature, filled in parallel: a city's list is too long to be made in parts and copied together.
    let mut places: Vec<Option<T>> = (0..total).into_par_iter().map(|_| None).collect();
    let runs: Result<Vec<Run>, ImportError> = features
        .par_chunks_mut(length)
        .zip(places.par_chunks_mut(length))
        .enumerate()
        .map(|(number, (run, places))| load_run(&shared, number * length, run, places))
        .collect();
    drop(features);
    let mut tallies = mapping.tallies();
    let (mut slight, mut bounds, mut drawn) = (Slight::default(), None, Vec::new());
    for run in runs? {
        drawn.extend(run.drawn);
        report.mended.extend(run.mended);
        report.left_out.extend(run.left_out);
        merge(&mut tallies, run.tallies);
        slight.add(&run.slight);
        for (name, count) in run.types {
            *report.geometry_types.entry(name).or_default() += count;
        }
        bounds = joined(bounds, run.bounds);
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
    let headers = headers_of(features);
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mapping = Mapping::new(loading.kind, headers.iter().copied(), loading.id_field);
    if loading.id_field.is_some_and(|asked| !headers.contains(&asked)) {
        let asked = loading.id_field.unwrap_or_default();
        report.warnings.push(Message::new("import.no-id-field").text("field", asked));
    }
    if mapping.has("source_id") || features.iter().all(|feature| feature.id.is_some()) {
        return mapping;
    }
    let code_like =
        |header: &&&str| ["id", "cd", "code", "no", "号", "码"].iter().any(|end| header.to_lowercase().ends_with(end));
    match headers.iter().filter(code_like).find(|header| is_key(features, header)) {
        Some(header) => {
            report.notes.push(Message::new("import.id-guessed").text("field", *header));
            Mapping::new(loading.kind, headers.iter().copied(), Some(header))
        }
        None => mapping,
    }
}

/// Names of fields in the order of their first appearance.
fn headers_of(features: &[RawFeature]) -> Vec<String> {
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

/// Whether a field has a value in every feature and no value twice.
fn is_key(features: &[RawFeature], header: &str) -> bool {
    let mut seen = HashSet::with_capacity(features.len());
    let value = |feature: &RawFeature| text(&feature.properties.get(header)?).ok().flatten();
    !features.is_empty() && features.iter().all(|feature| value(feature).is_some_and(|id| seen.insert(id)))
}

/// Ids are unique in their layer: repeated ones get a number, missing ones are made of the row, and both are told, by the
/// place of the feature. Afterwards every feature has one.
fn assign_ids(features: &mut [RawFeature], mapping: &Mapping, report: &mut ReadReport) -> HashMap<usize, Message> {
    features.par_iter_mut().for_each(|feature| {
        if let Some(own) = id_of(&feature.properties, mapping) {
            feature.id = Some(own);
        }
    });
    let none = features.iter().all(|feature| feature.id.is_none());
    if none && !features.is_empty() {
        report.notes.push(Message::new("import.ids-from-rows"));
    }
    if all_different(features) {
        return HashMap::new();
    }
    let mut used: HashSet<&str> = HashSet::with_capacity(features.len());
    let mut wanting: Vec<usize> = Vec::new();
    for (index, feature) in features.iter().enumerate() {
        if feature.id.as_deref().is_none_or(|id| !used.insert(id)) {
            wanting.push(index);
        }
    }
    if wanting.is_empty() {
        return HashMap::new();
    }
    let mut taken: HashSet<String> = used.into_iter().map(str::to_owned).collect();
    let mut notes = HashMap::new();
    // A file may give one id to all its features: each id remembers how far its numbers have come.
    let mut next: HashMap<String, usize> = HashMap::new();
    for index in wanting {
        let (fresh, told) = if let Some(id) = features[index].id.take() {
            let fresh = fresh_id(&id, next.entry(id.clone()).or_insert(2), &mut taken);
            let told = Message::new("import.repeated-id").text("id", id).text("new", fresh.clone());
            (fresh, Some(told))
        } else {
            let made = (index + 1).to_string();
            let made = if taken.insert(made.clone()) { made } else { fresh_id(&made, &mut 2, &mut taken) };
            let told = (!none).then(|| Message::new("import.missing-id").text("new", made.clone()));
            (made, told)
        };
        features[index].id = Some(fresh);
        notes.extend(told.map(|told| (index, told)));
    }
    notes
}

/// Whether every feature has an id and the hashes of all ids differ, which is so of nearly every file. Sorting hashes on all
/// cores is several times faster than a set of texts.
fn all_different(features: &[RawFeature]) -> bool {
    let hasher = std::hash::RandomState::new();
    let hash = |feature: &RawFeature| feature.id.as_ref().map(|id| hasher.hash_one(id));
    let Some(mut hashes) = features.par_iter().map(hash).collect::<Option<Vec<u64>>>() else { return false };
    hashes.par_sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

/// `id-2`, `id-3`, … whichever is free first, from `number` on.
fn fresh_id(id: &str, number: &mut usize, taken: &mut HashSet<String>) -> String {
    loop {
        let candidate = format!("{id}-{number}");
        *number += 1;
        if taken.insert(candidate.clone()) {
            return candidate;
        }
    }
}

/// What the runs of one layer share.
struct Shared<'a> {
    loading: &'a Loading<'a>,
    mapping: &'a Mapping,
    places: &'a Places,
    id_notes: &'a HashMap<usize, Message>,
    /// Whether the source is in degrees.
    degrees: bool,
    /// Features that are done.
    done: AtomicUsize,
    total: usize,
}

/// Loads the features from `start` on. What they hold is taken out of them, so that the memory for it is free at once.
fn load_run<T: FromRow>(
    shared: &Shared<'_>,
    start: usize,
    features: &mut [RawFeature],
    places: &mut [Option<T>],
) -> Result<Run, ImportError> {
    let loading = shared.loading;
    let crs = |source| ImportError::Crs { path: loading.path.to_owned(), source };
    let forward = Transformer::new(loading.from, &format!("EPSG:{}", loading.working_crs)).map_err(crs)?;
    let ways = Ways::new(forward, loading.working_crs);
    let mut run = Run {
        mended: Vec::new(),
        left_out: Vec::new(),
        drawn: Vec::new(),
        tallies: shared.mapping.tallies(),
        slight: Slight::default(),
        types: BTreeMap::new(),
        bounds: None,
    };
    let mut index = start;
    for (some, places) in features.chunks_mut(STRIDE).zip(places.chunks_mut(STRIDE)) {
        loading.reporter.check()?;
        for (feature, place) in some.iter_mut().zip(places) {
            *place = load_feature(shared, &ways, index, feature, &mut run);
            index += 1;
        }
        let done = shared.done.fetch_add(some.len(), Ordering::Relaxed) + some.len();
        loading.reporter.progress(done, shared.total);
    }
    Ok(run)
}

fn load_feature<T: FromRow>(
    shared: &Shared<'_>,
    ways: &Ways,
    index: usize,
    feature: &mut RawFeature,
    run: &mut Run,
) -> Option<T> {
    let id = feature.id.take().unwrap_or_default();
    let shape = std::mem::replace(&mut feature.shape, Err(Unshaped::default()));
    let properties = std::mem::take(&mut feature.properties);
    let note = |id: &str, reasons| {
        let place = shared.places[index];
        FeatureNote { index, id: Some(id.to_owned()), place, reasons, mends: Vec::new(), state: None }
    };
    let type_name = shape.as_ref().map_or("", |shape| &*shape.type_name);
    match run.types.get_mut(type_name) {
        Some(count) => *count += 1,
        None => drop(run.types.insert(type_name.to_owned(), 1)),
    }
    let mut row = Row::new(index, &properties, shared.mapping, &mut run.tallies);
    // The id has been read already; here its field is counted and leaves the others.
    row.text("source_id");
    let before = shape.as_ref().ok().and_then(bounds_of);
    let placed = shape.map_err(|Unshaped(why)| why).and_then(|shape| convert(shape, ways.forward(), shared.degrees));
    match placed.and_then(|shape| place_for(shared.loading.kind, shape)) {
        Err(why) => {
            run.left_out.push(note(&id, vec![why]));
            None
        }
        Ok(Shaped { place, mends, mended }) => {
            run.slight.count(&mends);
            run.bounds = joined(run.bounds, before);
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

fn bounds_of(shape: &RawShape) -> Option<Rect<f64>> {
    let first = *shape.coords().next()?;
    let (low, high) = shape.coords().fold((first, first), |(low, high), c| {
        (Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) })
    });
    Some(Rect::new(low, high))
}

fn joined(a: Option<Rect<f64>>, b: Option<Rect<f64>>) -> Option<Rect<f64>> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Some(Rect::new(low, high))
}

/// Bounds in longitude and latitude, by the rim of the bounds in the source CRS.
pub(super) fn lon_lat_bounds(bounds: Option<Rect<f64>>, from: &str) -> Option<Rect<f64>> {
    let (bounds, back) = (bounds?, Transformer::new(from, LON_LAT).ok()?);
    let rim = (0..=20_u8).map(|i| f64::from(i) / 20.0).flat_map(|t| [(t, 0.0), (t, 1.0), (0.0, t), (1.0, t)]);
    rim.filter_map(|(u, v)| {
        let mut place = [bounds.min() + Coord { x: bounds.width() * u, y: bounds.height() * v }];
        back.convert(&mut place).ok()?;
        Some(Rect::new(place[0], place[0]))
    })
    .fold(None, |sum, place| joined(sum, Some(place)))
}
