//! From raw features to a layer of the plan: ids, places in the working CRS, mending, facts, and the report of it all.
//!
//! Features are worked on in parallel runs, each with a [`Transformer`] of its own; the result does not depend on how
//! many there are.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::error::ImportError;
use super::features::{FromRow, place_for};
use super::report::{FeatureNote, FieldUse, ReadReport};
use super::row::{Mapping, Row, merge};
use super::source::{RawFeature, RawShape, Unshaped};
use super::values::text;
use crate::base::{Message, Reporter};
use crate::geometry::crs::{CrsError, LON_LAT, Transformer, code_of, describe};
use crate::geometry::repair::Mend;
use crate::model::{LayerContent, LayerKind};

/// Features in one run: enough to pay for a transformer, few enough to spread over the cores.
const RUN: usize = 8_192;

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
        .par_chunks(RUN)
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

/// One run of features, done.
struct Run<T> {
    features: Vec<T>,
    mended: Vec<FeatureNote>,
    left_out: Vec<FeatureNote>,
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
        self.turned += usize::from(mends.iter().any(|mend| matches!(mend, Mend::Winding(_))));
        self.repeated += usize::from(mends.iter().any(|mend| matches!(mend, Mend::RepeatedVertices(_))));
        self.heights += usize::from(mends.contains(&Mend::HeightsDropped));
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
    let ids = assign_ids(&mut features, &mapping, &mut report);
    let mut tallies = ids.tallies;
    let done = AtomicUsize::new(0);
    let runs: Vec<(usize, Vec<RawFeature>)> = split(features);
    let runs: Result<Vec<Run<T>>, ImportError> = runs
        .into_par_iter()
        .map(|(start, run)| {
            loading.reporter.check()?;
            let count = run.len();
            let result = load_run(loading, start, run, &ids.names[start..], &places[start..], &mapping)?;
            loading.reporter.progress(done.fetch_add(count, Ordering::Relaxed) + count, total);
            Ok(result)
        })
        .collect();
    let mut all = Vec::with_capacity(total);
    let (mut slight, mut bounds) = (Slight::default(), None);
    for run in runs? {
        all.extend(run.features);
        report.mended.extend(run.mended);
        report.left_out.extend(run.left_out);
        merge(&mut tallies, run.tallies);
        slight.add(&run.slight);
        for (name, count) in run.types {
            *report.geometry_types.entry(name).or_default() += count;
        }
        bounds = joined(bounds, run.bounds);
    }
    report.loaded = all.len() - report.mended.len();
    report.fields = tallies;
    report.notes.extend(slight.notes());
    Ok(Loaded { content: T::layer(all), report, bounds })
}

/// Runs of features with the place of their first.
fn split(features: Vec<RawFeature>) -> Vec<(usize, Vec<RawFeature>)> {
    let mut runs: Vec<(usize, Vec<RawFeature>)> = Vec::new();
    for (index, feature) in features.into_iter().enumerate() {
        match runs.last_mut() {
            Some((_, run)) if run.len() < RUN => run.push(feature),
            _ => runs.push((index, vec![feature])),
        }
    }
    runs
}

/// Fields in the order of their first appearance, matched with facts. Where no name says id, a field whose values are all
/// there and all different and whose name ends like a code is taken, and the report says so.
fn mapping_for(loading: &Loading<'_>, features: &[RawFeature], report: &mut ReadReport) -> Mapping {
    let mut seen: HashSet<&str> = HashSet::new();
    let keys = features.iter().flat_map(|feature| feature.properties.keys());
    let headers: Vec<&str> = keys.map(String::as_str).filter(|key| seen.insert(key)).collect();
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

/// Whether a field has a value in every feature and no value twice.
fn is_key(features: &[RawFeature], header: &str) -> bool {
    let mut seen = HashSet::with_capacity(features.len());
    let value = |feature: &RawFeature| text(feature.properties.get(header)?).ok().flatten();
    !features.is_empty() && features.iter().all(|feature| value(feature).is_some_and(|id| seen.insert(id)))
}

/// An id for every feature, and what had to be done for it.
struct Ids {
    names: Vec<(String, Option<Message>)>,
    tallies: Vec<FieldUse>,
}

/// Ids are unique in their layer: repeated ones get a number, missing ones are made of the row, and both are told.
fn assign_ids(features: &mut [RawFeature], mapping: &Mapping, report: &mut ReadReport) -> Ids {
    let mut tallies = mapping.tallies();
    let mut found: Vec<Option<String>> = Vec::with_capacity(features.len());
    for (index, feature) in features.iter_mut().enumerate() {
        let properties = std::mem::take(&mut feature.properties);
        let mut row = Row { index, properties, mapping, tallies: &mut tallies };
        let own = row.text("source_id");
        feature.properties = row.properties;
        found.push(own.or_else(|| feature.id.take()));
    }
    let none = found.iter().all(Option::is_none);
    if none && !found.is_empty() {
        report.notes.push(Message::new("import.ids-from-rows"));
    }
    let mut taken: HashSet<String> = found.iter().flatten().cloned().collect();
    let mut used: HashSet<String> = HashSet::with_capacity(found.len());
    let names = found.into_iter().enumerate().map(|(index, id)| match id {
        Some(id) if used.insert(id.clone()) => (id, None),
        Some(id) => {
            let fresh = fresh_id(&id, 2, &mut taken);
            let told = Message::new("import.repeated-id").text("id", id).text("new", fresh.clone());
            (fresh, Some(told))
        }
        None => {
            let made = (index + 1).to_string();
            let made = if taken.insert(made.clone()) { made } else { fresh_id(&made, 2, &mut taken) };
            let told = (!none).then(|| Message::new("import.missing-id").text("new", made.clone()));
            (made, told)
        }
    });
    Ids { names: names.collect(), tallies }
}

/// `id-2`, `id-3`, … whichever is free first.
fn fresh_id(id: &str, from: usize, taken: &mut HashSet<String>) -> String {
    let mut number = from;
    loop {
        let candidate = format!("{id}-{number}");
        if taken.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}

fn load_run<T: FromRow>(
    loading: &Loading<'_>,
    start: usize,
    features: Vec<RawFeature>,
    ids: &[(String, Option<Message>)],
    places: &[Option<(f64, f64)>],
    mapping: &Mapping,
) -> Result<Run<T>, ImportError> {
    let crs = |source| ImportError::Crs { path: loading.path.to_owned(), source };
    let forward = Transformer::new(loading.from, &format!("EPSG:{}", loading.working_crs)).map_err(crs)?;
    let degrees = code_of(loading.from).and_then(describe).is_some_and(|info| info.geographic);
    let mut run = Run {
        features: Vec::with_capacity(features.len()),
        mended: Vec::new(),
        left_out: Vec::new(),
        tallies: mapping.tallies(),
        slight: Slight::default(),
        types: BTreeMap::new(),
        bounds: None,
    };
    for (offset, feature) in features.into_iter().enumerate() {
        let (id, id_note) = ids[offset].clone();
        let note = |reasons| FeatureNote { index: start + offset, id: Some(id.clone()), place: places[offset], reasons };
        let type_name = feature.shape.as_ref().map_or(String::new(), |shape| shape.type_name.clone());
        *run.types.entry(type_name).or_default() += 1;
        let before = feature.shape.as_ref().ok().and_then(bounds_of);
        let placed = feature.shape.map_err(|Unshaped(why)| why).and_then(|shape| convert(shape, &forward, degrees));
        match placed.and_then(|shape| place_for(loading.kind, shape)) {
            Err(why) => run.left_out.push(note(vec![why])),
            Ok((place, mends, mut told)) => {
                run.slight.count(&mends);
                run.bounds = joined(run.bounds, before);
                told.extend(mends.iter().filter(|mend| !mend.is_slight()).map(Mend::message));
                told.extend(id_note);
                if !told.is_empty() {
                    run.mended.push(note(told));
                }
                let row = Row { index: start + offset, properties: feature.properties, mapping, tallies: &mut run.tallies };
                run.features.push(T::from_row(id, place, row, loading.hint));
            }
        }
    }
    Ok(run)
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
