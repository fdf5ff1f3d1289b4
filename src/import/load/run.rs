//! One run of neighbouring features: each is brought into the CRS of the plan, mended, and its facts are taken.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use geo::{Coord, Rect};

use super::{Loading, Places, STRIDE};
use crate::base::Message;
use crate::geometry::crs::{CrsError, Transformer};
use crate::geometry::repair::{Mend, MendKind};
use crate::import::features::FromRow;
use crate::import::let_go;
use crate::import::mending::{Shaped, place_for};
use crate::import::report::{FeatureNote, FieldUse};
use crate::import::row::{Mapping, Row, RowRoom};
use crate::import::said::reworded;
use crate::import::source::{RawFeature, RawShape, Unshaped};
use crate::import::ways::Ways;
use crate::model::{MendState, Mended};

/// What one run of features came to, beside the features.
pub(super) struct Run {
    /// Place of its first feature.
    pub(super) start: usize,
    pub(super) mended: Vec<FeatureNote>,
    pub(super) left_out: Vec<FeatureNote>,
    /// By place in the file.
    pub(super) drawn: Vec<(usize, Mended)>,
    pub(super) tallies: Vec<FieldUse>,
    pub(super) slight: Slight,
    pub(super) types: BTreeMap<String, usize>,
    pub(super) bounds: Option<Rect<f64>>,
    pub(super) room: RowRoom,
}

/// Features with mends that are told once a layer.
#[derive(Default)]
pub(super) struct Slight {
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

    pub(super) fn add(&mut self, other: &Self) {
        self.turned += other.turned;
        self.repeated += other.repeated;
        self.heights += other.heights;
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = Message> {
        let notes = [
            (self.turned, Message::new("import.note-winding")),
            (self.repeated, Message::new("import.note-repeated")),
            (self.heights, Message::new("import.note-heights")),
        ];
        notes.into_iter().filter(|(count, _)| *count > 0).map(|(count, note)| note.count("features", count))
    }
}

/// What the runs of one layer share.
pub(super) struct Shared<'a> {
    pub(super) loading: &'a Loading<'a>,
    pub(super) mapping: &'a Mapping,
    pub(super) places: &'a Places,
    pub(super) id_notes: &'a HashMap<usize, Message>,
    /// Whether the source is in degrees.
    pub(super) degrees: bool,
    /// CRS of the plan, as PROJ takes it.
    pub(super) working: String,
    /// What the runs came to, in no order.
    pub(super) runs: Mutex<Vec<Run>>,
    /// Features that are done.
    pub(super) done: AtomicUsize,
    /// Somebody wished to stop, or there is no way into the CRS of the plan.
    pub(super) stopped: AtomicBool,
    /// Why there is none.
    pub(super) lost: Mutex<Option<CrsError>>,
    pub(super) total: usize,
}

/// Loads one run of neighbouring features, one after the other, and leaves what they came to when it is dropped.
pub(super) struct Worker<'a> {
    shared: &'a Shared<'a>,
    ways: Option<Ways>,
    run: Option<Run>,
    /// Features since the last look at whether to stop.
    since: usize,
    /// What came after the wish to stop: it is freed when nobody waits any more.
    left: Vec<RawFeature>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        let made = Ways::new(shared.loading.from, shared.loading.working_crs);
        let lose = |error| {
            shared.stopped.store(true, Ordering::Relaxed);
            *shared.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        };
        let ways = made.map_err(lose).ok();
        Self { shared, ways, run: None, since: 0, left: Vec::new() }
    }

    /// Loads a feature, in the order of the file within the run; nothing more once somebody wishes to stop.
    pub(super) fn load<T: FromRow>(&mut self, index: usize, feature: RawFeature) -> Option<T> {
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
            let_go(std::mem::take(&mut self.left));
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
