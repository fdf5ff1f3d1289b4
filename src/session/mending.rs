//! Yes and no to mends: the shapes and records that follow from an answer, as an edit of a plan or put straight into content.
//!
//! The shape of a feature follows from its records alone: the shape as drawn, mended while that mend is applied, then cut by
//! or filled up to the neighbours for which that is applied, in the order of their rows. So refusing and accepting again come to the same shape.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use geo::{Area, BooleanOps, BoundingRect, Geometry, MultiPolygon};

use crate::contiguity::{Offer, SLIVER_M, fill};
use crate::geometry::index::BoxIndex;
use crate::geometry::repair::{MendKind, mend_area, rings_of};
use crate::geometry::segment::grown;
use crate::import;
use crate::model::{Content, Edit, LayerContent, LayerKind, MendKey, MendState, Mended};

/// A part of what is left after a cut that is smaller is rounding, m².
const NOTHING_M2: f64 = 1e-6;

/// What an answer changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    shapes: Vec<(LayerKind, u32, Geometry<f64>)>,
    records: Vec<(MendKey, Mended)>,
}

impl Answered {
    /// How many mends changed their state.
    #[must_use]
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// The edit of a plan.
    #[must_use]
    pub fn edit(self) -> Edit {
        let shapes = self.shapes.into_iter().map(|(layer, row, shape)| Edit::PutShape(layer, row, Box::new(shape)));
        let records = self.records.into_iter().map(|(key, mended)| Edit::PutMend(key, Some(Box::new(mended))));
        Edit::Group(shapes.chain(records).collect())
    }

    /// Puts the change straight into content that no plan holds yet.
    pub fn place(self, content: &mut Content) {
        for (layer, row, shape) in self.shapes {
            // The rows are those of records, and the shapes were made for the layer.
            let _ = content.put_shape(layer, row, shape);
        }
        content.mended.extend(self.records);
    }
}

/// What follows when the user says yes (or no) to these mends, recorded ones and offers. Mends that are in that state
/// already and offers without a cut to accept are passed over.
#[must_use]
pub fn answer(content: &Content, offers: &[Offer], keys: &[MendKey], accept: bool) -> Answered {
    let state = if accept { MendState::Applied } else { MendState::Refused };
    let mut records: BTreeMap<MendKey, Mended> = BTreeMap::new();
    for key in keys {
        let record = match content.mended.get(key) {
            Some(held) if held.state == state => continue,
            Some(held) => Mended { state, ..held.clone() },
            None => match offers.iter().find(|offer| offer.key == *key && (offer.can_apply || !accept)) {
                Some(offer) => match drawn_of(content, *key) {
                    Some(drawn) => Mended { mends: vec![offer.mend], drawn, state },
                    None => continue,
                },
                None => continue,
            },
        };
        records.insert(*key, record);
    }
    let rows: BTreeSet<(LayerKind, u32)> = records.keys().map(|key| (key.layer, key.row)).collect();
    let mut work = Work { content, records: &records, shapes: BTreeMap::new(), boxes: BTreeMap::new() };
    for (layer, row) in rows {
        work.follow(layer, row);
    }
    let changed = |((layer, row), shape): ((LayerKind, u32), Geometry<f64>)| {
        (content.shape(layer, row).as_ref() != Some(&shape)).then_some((layer, row, shape))
    };
    let shapes = work.shapes.into_iter().filter_map(changed).collect();
    Answered { shapes, records: records.into_iter().collect() }
}

/// [`answer`] to every mend that is recorded or offered.
#[must_use]
pub fn answer_all(content: &Content, offers: &[Offer], accept: bool) -> Answered {
    let recorded = content.mended.keys().copied();
    let keys: Vec<MendKey> = recorded.chain(offers.iter().map(|offer| offer.key)).collect();
    answer(content, offers, &keys, accept)
}

/// A layer that was read again with its mends, under the answers that the plan holds: those on features of the same id that
/// are drawn as they were. Answers on features that are gone or drawn anew are void.
#[must_use]
pub fn answered_again(
    plan: &Content,
    layer: LayerContent,
    read: Vec<(MendKey, Mended)>,
) -> (LayerContent, Vec<(MendKey, Mended)>) {
    let kind = layer.kind();
    let mut fresh = Content::default();
    fresh.set_layer(layer);
    fresh.mended.extend(read);
    let rows: HashMap<String, u32> = (0..).map_while(|row| Some((fresh.source_id(kind, row)?.to_owned(), row))).collect();
    let moved = |row: u32| rows.get(plan.source_id(kind, row)?).copied();
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for (key, held) in plan.mends_of(kind) {
        let Some(row) = moved(key.row) else { continue };
        let key = match key.neighbour.map(moved) {
            Some(None) => continue,
            Some(Some(neighbour)) => MendKey { layer: kind, row, neighbour: Some(neighbour) },
            None => MendKey { layer: kind, row, neighbour: None },
        };
        match (key.neighbour, fresh.mended.get(&key)) {
            (None, Some(own)) if own.drawn == held.drawn => {}
            (Some(_), None) if fresh.shape(kind, row).as_ref() == Some(&*held.drawn) => {
                // A cut of a boundary that is drawn as it was: recorded without effect until it is answered below.
                fresh.mended.insert(key, Mended { state: MendState::Refused, ..held.clone() });
            }
            _ => continue,
        }
        match held.state {
            MendState::Applied => accepted.push(key),
            MendState::Refused => refused.push(key),
            MendState::Waiting => {}
        }
    }
    for (keys, accept) in [(accepted, true), (refused, false)] {
        answer(&fresh, &[], &keys, accept).place(&mut fresh);
    }
    (fresh.layer(kind), fresh.mended.into_iter().collect())
}

/// The shape a first cut starts from: that of other cuts of the feature, else as it stands.
fn drawn_of(content: &Content, key: MendKey) -> Option<Arc<Geometry<f64>>> {
    let cuts = content.mends_of(key.layer).filter(|(held, _)| held.row == key.row && held.neighbour.is_some());
    cuts.map(|(_, mended)| Arc::clone(&mended.drawn)).next().or_else(|| content.shape(key.layer, key.row).map(Arc::new))
}

/// Shapes while they are worked out; later ones see earlier ones.
struct Work<'a> {
    content: &'a Content,
    records: &'a BTreeMap<MendKey, Mended>,
    shapes: BTreeMap<(LayerKind, u32), Geometry<f64>>,
    /// Boxes of layers in which a gap is to be filled.
    boxes: BTreeMap<LayerKind, BoxIndex>,
}

impl Work<'_> {
    /// Works out the shape of a feature from its records.
    fn follow(&mut self, layer: LayerKind, row: u32) {
        let own = self.record(MendKey { layer, row, neighbour: None });
        let cuts = self.cuts(layer, row);
        let base = match own {
            Some(own) if own.state == MendState::Applied => {
                // Its shape was mended once, so it can be again.
                import::mended(layer, &own.drawn).unwrap_or_else(|| Geometry::clone(&own.drawn))
            }
            Some(own) => import::as_drawn(layer, &own.drawn),
            None => match cuts.first() {
                Some((_, cut)) => Geometry::clone(&cut.drawn),
                None => return,
            },
        };
        let mut shape = base;
        for (neighbour, cut) in cuts {
            if cut.state == MendState::Applied
                && let (Geometry::MultiPolygon(mine), Some(Geometry::MultiPolygon(other))) =
                    (&shape, self.shape(layer, neighbour))
            {
                let is_gap = cut.mends.iter().any(|mend| mend.kind == MendKind::Gap);
                let changed = if is_gap { self.filled(layer, [row, neighbour], mine, &other) } else { cut_off(mine, &other) };
                shape = Geometry::MultiPolygon(changed);
            }
        }
        self.shapes.insert((layer, row), shape);
    }

    /// A shape with the gap to its neighbour filled; as it is where nothing is to be filled any more.
    fn filled(
        &mut self,
        layer: LayerKind,
        pair: [u32; 2],
        mine: &MultiPolygon<f64>,
        other: &MultiPolygon<f64>,
    ) -> MultiPolygon<f64> {
        let content = self.content;
        let shapes = content.areas(layer);
        let index = self.boxes.entry(layer).or_insert_with(|| BoxIndex::new(shapes.iter().map(|shape| shape.bounding_rect())));
        // Shapes that were changed by this very answer may have grown by as much as a gap is wide.
        let Some(reach) = mine.bounding_rect().map(|rect| grown(&rect, 2.0 * SLIVER_M)) else { return mine.clone() };
        let third = |row: &usize| !pair.iter().any(|own| *own as usize == *row);
        let rows: Vec<u32> = index.in_box(reach).filter(third).filter_map(|row| u32::try_from(row).ok()).collect();
        let area = |row| if let Some(Geometry::MultiPolygon(shape)) = self.shape(layer, row) { Some(shape) } else { None };
        let thirds: Vec<MultiPolygon<f64>> = rows.into_iter().filter_map(area).collect();
        let thirds: Vec<&MultiPolygon<f64>> = thirds.iter().collect();
        fill(mine, other, &thirds).unwrap_or_else(|| mine.clone())
    }

    fn record(&self, key: MendKey) -> Option<&Mended> {
        self.records.get(&key).or_else(|| self.content.mended.get(&key))
    }

    /// Cuts of a feature by the row of the neighbour.
    fn cuts(&self, layer: LayerKind, row: u32) -> Vec<(u32, Mended)> {
        let first = MendKey { layer, row, neighbour: Some(0) };
        let last = MendKey { layer, row, neighbour: Some(u32::MAX) };
        let held = self.content.mended.range(first..=last).chain(self.records.range(first..=last));
        let keys: BTreeSet<MendKey> = held.map(|(key, _)| *key).collect();
        keys.into_iter().filter_map(|key| Some((key.neighbour?, self.record(key)?.clone()))).collect()
    }

    fn shape(&self, layer: LayerKind, row: u32) -> Option<Geometry<f64>> {
        self.shapes.get(&(layer, row)).cloned().or_else(|| self.content.shape(layer, row))
    }
}

/// A shape without the ground of another, in order. What rounding leaves is swept up; where nothing would be left, the
/// shape stays whole.
fn cut_off(shape: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let left: MultiPolygon<f64> = shape.difference(other).into_iter().filter(|part| part.unsigned_area() > NOTHING_M2).collect();
    mend_area(rings_of(left)).map_or_else(|_| shape.clone(), |done| done.shape)
}
