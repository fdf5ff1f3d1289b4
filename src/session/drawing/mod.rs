//! What is drawn by hand: annotations, and features of layers. Each command is one step of the history.
//!
//! A drawn feature is marked among its properties ([`DRAWN`]): only such ones can be drawn otherwise or taken away, and
//! they stay when the file of their layer is read again.

use std::sync::Arc;

use geo::{Geometry, MultiPolygon, Point, Translate, Validation};

use super::dispatch::commit;
use super::{Effect, State, actions, edits};
use crate::base::{AnnotationId, Message};
use crate::command::{Command, Drawn, Target};
use crate::composition::Measure;
use crate::model::{
    Annotation, Barrier, Bridge, Content, Edit, Facility, Item, LayerContent, LayerKind, MendKey, Mended, Parcel, Properties,
    Quantity,
};

/// The property that marks a feature as drawn in the program.
pub const DRAWN: &str = "lianpian_drawn";

/// How far a copy lies from what it was made of, m.
const ASIDE_M: f64 = 8.0;

/// Commands on what is drawn; gives back any other.
pub(super) fn change_drawings(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::SetAnnotation(id, annotation) => annotate(state, id, annotation),
        Command::AddFeature(drawn, shape) => add(state, drawn, *shape),
        Command::Reshape(target, shape) => reshape(state, target, *shape),
        Command::Duplicate(target) => duplicate(state, target),
        Command::RemoveDrawn(target) => remove(state, target),
        other => return Err(other),
    };
    Ok(effects)
}

fn annotate(state: &mut State, id: Option<AnnotationId>, annotation: Option<Box<Annotation>>) -> Vec<Effect> {
    let known = id.is_some_and(|id| state.plan.annotations.contains_key(&id));
    if annotation.is_none() && !known {
        return Vec::new();
    }
    let label = match (known, &annotation) {
        (false, _) => Message::new("session.edit-annotate"),
        (true, Some(_)) => Message::new("session.edit-annotation"),
        (true, None) => Message::new("session.edit-remove-annotation"),
    };
    let id = id.unwrap_or_else(|| state.plan.next_annotation_id());
    let selected = annotation.is_some().then_some(Target::Annotation(id));
    let effects = commit(state, label, Edit::PutAnnotation(id, annotation));
    state.view.selection.drawn = selected;
    effects
}

/// The shape of something drawn; `None` for what is not there, has no shape, or was not drawn.
#[must_use]
pub fn shape_of(content: &Content, target: Target) -> Option<Geometry<f64>> {
    match target {
        Target::Item(id) => content.items.get(&id)?.place.clone(),
        Target::Annotation(id) => content.annotations.get(&id)?.place.clone(),
        Target::Feature(kind, row) => content.shape(kind, row).filter(|_| is_drawn(content, kind, row)),
    }
}

/// Whether a feature was drawn in the program.
#[must_use]
pub fn is_drawn(content: &Content, kind: LayerKind, row: u32) -> bool {
    let row = row as usize;
    let extra = match kind {
        LayerKind::Barriers => content.barriers.get(row).map(|feature| &feature.extra),
        LayerKind::Bridges => content.bridges.get(row).map(|feature| &feature.extra),
        LayerKind::Parcels => content.parcels.get(row).map(|feature| &feature.extra),
        LayerKind::Facilities => content.facilities.get(row).map(|feature| &feature.extra),
        _ => None,
    };
    extra.is_some_and(|extra| extra.contains_key(DRAWN))
}

/// Layers in which features can be drawn.
pub const DRAWN_LAYERS: [LayerKind; 4] = [LayerKind::Barriers, LayerKind::Bridges, LayerKind::Parcels, LayerKind::Facilities];

/// The drawn features of the plan's layers, each with its shape.
pub fn drawn_features(content: &Content) -> impl Iterator<Item = (LayerKind, u32, Geometry<f64>)> + '_ {
    let rows = |kind: LayerKind| 0..u32::try_from(content.layer(kind).len()).unwrap_or(u32::MAX);
    let drawn = move |kind: LayerKind| {
        rows(kind).filter_map(move |row| Some((kind, row, shape_of(content, Target::Feature(kind, row))?)))
    };
    DRAWN_LAYERS.into_iter().flat_map(drawn)
}

/// A layer that was read, with the features behind it that were drawn into the one in its place.
#[must_use]
pub(super) fn carried(content: &Content, mut layer: LayerContent) -> LayerContent {
    fn drawn<T: Clone>(held: &[T], extra: impl Fn(&T) -> &Properties) -> Arc<Vec<T>> {
        Arc::new(held.iter().filter(|feature| extra(feature).contains_key(DRAWN)).cloned().collect())
    }
    let own = match layer.kind() {
        LayerKind::Barriers => LayerContent::Barriers(drawn(&content.barriers, |feature| &feature.extra)),
        LayerKind::Bridges => LayerContent::Bridges(drawn(&content.bridges, |feature| &feature.extra)),
        LayerKind::Parcels => LayerContent::Parcels(drawn(&content.parcels, |feature| &feature.extra)),
        LayerKind::Facilities => LayerContent::Facilities(drawn(&content.facilities, |feature| &feature.extra)),
        _ => return layer,
    };
    if !own.is_empty() {
        // Both are of one kind, so one takes the other in.
        let _ = layer.append(own);
    }
    layer
}

/// An id that no feature of the layer has.
fn free_id(content: &Content, kind: LayerKind) -> String {
    let taken = |id: &str| (0..).map_while(|row| content.source_id(kind, row)).any(|held| held == id);
    let mut numbers = 1_u32..;
    numbers.find_map(|n| Some(format!("drawn-{n}")).filter(|id| !taken(id))).unwrap_or_default()
}

fn add(state: &mut State, drawn: Drawn, shape: Geometry<f64>) -> Vec<Effect> {
    let content = state.plan.content();
    let kind = drawn.layer();
    let mut extra = Properties::new();
    extra.insert(DRAWN.to_owned(), serde_json::Value::Bool(true));
    let (source_id, name) = (free_id(content, kind), String::new());
    let feature = match (drawn, shape) {
        (Drawn::Barrier(kind), shape) => LayerContent::Barriers(Arc::new(vec![Barrier { source_id, kind, name, shape, extra }])),
        (Drawn::Bridge, shape) => LayerContent::Bridges(Arc::new(vec![Bridge { source_id, name, shape, extra }])),
        (Drawn::Parcel, Geometry::Polygon(polygon)) if polygon.is_valid() => {
            LayerContent::Parcels(Arc::new(vec![Parcel { source_id, name, shape: MultiPolygon(vec![polygon]), extra }]))
        }
        (Drawn::Facility, Geometry::Point(place)) => {
            LayerContent::Facilities(Arc::new(vec![Facility { source_id, kind: String::new(), name, place, extra }]))
        }
        _ => {
            state.tell_failure(Message::new("session.drawn-crosses"));
            return Vec::new();
        }
    };
    let mut layer = content.layer(kind);
    let row = u32::try_from(layer.len()).unwrap_or(u32::MAX);
    if layer.append(feature).is_err() {
        return Vec::new();
    }
    let source = content.sources.get(&kind).cloned();
    let edit = edits::replace_facts(content, layer, source);
    let label = Message::new("session.edit-draw").nested("layer", kind.message());
    let effects = commit(state, label, edit);
    state.view.selection.drawn = Some(Target::Feature(kind, row));
    effects
}

fn reshape(state: &mut State, target: Target, shape: Geometry<f64>) -> Vec<Effect> {
    if shape_of(&state.plan, target).is_none() {
        return Vec::new();
    }
    let edit = match target {
        Target::Item(id) => {
            let Some(item) = state.plan.items.get(&id) else { return Vec::new() };
            Edit::PutItem(id, Some(Box::new(measured(&state.plan, Item { place: Some(shape), ..item.clone() }))))
        }
        Target::Annotation(id) => {
            let Some(note) = state.plan.annotations.get(&id) else { return Vec::new() };
            Edit::PutAnnotation(id, Some(Box::new(Annotation { place: Some(shape), ..note.clone() })))
        }
        Target::Feature(kind, row) => Edit::PutShape(kind, row, Box::new(shape)),
    };
    commit(state, Message::new("session.edit-reshape"), edit)
}

/// The item at its place: whose it is, and what it measures there.
#[must_use]
pub fn measured(content: &Content, item: Item) -> Item {
    use geo::Centroid;
    let item = match item.place.as_ref().and_then(Centroid::centroid) {
        Some(middle) => {
            let homed = actions::item_at(content, &item.code, middle.0);
            Item { compound: homed.compound, district: homed.district, ..item }
        }
        None => item,
    };
    let quantity = match item.quantity {
        Quantity::Manual(_) => item.quantity,
        Quantity::Missing | Quantity::Measured(_) => {
            Measure::new(content).quantity(&Item { quantity: Quantity::Missing, ..item.clone() })
        }
    };
    Item { quantity, ..item }
}

fn duplicate(state: &mut State, target: Target) -> Vec<Effect> {
    let Some(shape) = shape_of(&state.plan, target).map(|shape| shape.translate(ASIDE_M, -ASIDE_M)) else { return Vec::new() };
    match target {
        Target::Item(id) => {
            let Some(item) = state.plan.items.get(&id) else { return Vec::new() };
            let copy = measured(&state.plan, Item { place: Some(shape), ..item.clone() });
            let id = state.plan.next_item_id();
            let effects = commit(state, Message::new("session.edit-duplicate"), Edit::PutItem(id, Some(Box::new(copy))));
            state.view.selection.item = Some(id);
            effects
        }
        Target::Annotation(id) => {
            let Some(note) = state.plan.annotations.get(&id) else { return Vec::new() };
            let copy = Annotation { place: Some(shape), ..note.clone() };
            annotate(state, None, Some(Box::new(copy)))
        }
        Target::Feature(LayerKind::Barriers, row) => match state.plan.barriers.get(row as usize).map(|barrier| barrier.kind) {
            Some(kind) => add(state, Drawn::Barrier(kind), shape),
            None => Vec::new(),
        },
        Target::Feature(LayerKind::Bridges, _) => add(state, Drawn::Bridge, shape),
        Target::Feature(LayerKind::Parcels, _) => match shape {
            Geometry::MultiPolygon(MultiPolygon(mut parts)) if parts.len() == 1 => {
                add(state, Drawn::Parcel, Geometry::Polygon(parts.swap_remove(0)))
            }
            _ => Vec::new(),
        },
        Target::Feature(LayerKind::Facilities, _) => add(state, Drawn::Facility, shape),
        Target::Feature(..) => Vec::new(),
    }
}

fn remove(state: &mut State, target: Target) -> Vec<Effect> {
    match target {
        Target::Item(id) if state.plan.items.contains_key(&id) => {
            commit(state, Message::new("session.edit-remove-items"), Edit::PutItem(id, None))
        }
        Target::Annotation(id) => annotate(state, Some(id), None),
        Target::Feature(kind, row) if is_drawn(&state.plan, kind, row) => {
            let edit = without(&state.plan, kind, row);
            let label = Message::new("session.edit-remove-drawn").nested("layer", kind.message());
            state.view.selection.drawn = None;
            commit(state, label, edit)
        }
        _ => Vec::new(),
    }
}

/// A layer without one of its features. Mends of those behind it move up with them.
fn without(content: &Content, kind: LayerKind, row: u32) -> Edit {
    fn cut<T: Clone>(held: &[T], row: u32) -> Arc<Vec<T>> {
        let mut kept = held.to_vec();
        if (row as usize) < kept.len() {
            kept.remove(row as usize);
        }
        Arc::new(kept)
    }
    let layer = match kind {
        LayerKind::Barriers => LayerContent::Barriers(cut(&content.barriers, row)),
        LayerKind::Bridges => LayerContent::Bridges(cut(&content.bridges, row)),
        LayerKind::Parcels => LayerContent::Parcels(cut(&content.parcels, row)),
        LayerKind::Facilities => LayerContent::Facilities(cut(&content.facilities, row)),
        other => content.layer(other),
    };
    let up = |held: u32| if held > row { held - 1 } else { held };
    let names = |key: &MendKey| key.row == row || key.neighbour == Some(row);
    let kept = content.mends_of(kind).filter(|(key, _)| !names(key));
    let mends: Vec<(MendKey, Mended)> = kept
        .map(|(key, mended)| (MendKey { layer: kind, row: up(key.row), neighbour: key.neighbour.map(up) }, mended.clone()))
        .collect();
    let source = content.sources.get(&kind).cloned().filter(|_| !layer.is_empty());
    let put = Edit::PutLayer(Box::new(layer), source);
    if mends.is_empty() { put } else { Edit::Group(vec![put, Edit::SetMends(kind, mends)]) }
}

/// The point of a place, for those that want one.
#[must_use]
pub fn point(at: geo::Coord<f64>) -> Geometry<f64> {
    Geometry::Point(Point(at))
}

#[cfg(test)]
mod tests;
