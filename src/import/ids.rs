//! Ids of features: found among their fields, made where they are missing, numbered where they are repeated.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use rayon::prelude::*;

use super::LoadedLayer;
use super::report::ReadReport;
use super::row::{Mapping, id_of};
use super::source::RawFeature;
use super::values::text;
use crate::base::Message;
use crate::model::LayerContent;

/// Whether a field has a value in every feature and no value twice.
pub(super) fn is_key(features: &[RawFeature], header: &str) -> bool {
    let mut seen = HashSet::with_capacity(features.len());
    let value = |feature: &RawFeature| text(&feature.properties.get(header)?).ok().flatten();
    !features.is_empty() && features.iter().all(|feature| value(feature).is_some_and(|id| seen.insert(id)))
}

/// Ids are unique in their layer: repeated ones get a number, missing ones are made of the row, and both are told, by the
/// place of the feature. Afterwards every feature has one.
pub(super) fn assign_ids(features: &mut [RawFeature], mapping: &Mapping, report: &mut ReadReport) -> HashMap<usize, Message> {
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

/// Ids shown of those that several files share.
const SHOWN: usize = 3;

/// A warning where a layer has ids that layers of its kind had before: what is joined or compared by id may mean either. Ids
/// that were made of rows say nothing.
#[must_use]
pub fn shared_ids<'a>(layer: &LoadedLayer, before: impl Iterator<Item = &'a LayerContent>) -> Option<Message> {
    if layer.report.notes.iter().any(|note| note.key() == "import.ids-from-rows") {
        return None;
    }
    let mut before = before.peekable();
    before.peek()?;
    let own: HashSet<&str> = ids(&layer.content).collect();
    let held: HashSet<&str> = before.flat_map(ids).filter(|id| own.contains(id)).collect();
    let shared: Vec<&str> = ids(&layer.content).filter(|id| held.contains(id)).collect();
    let message = Message::new("import.shared-ids").count("count", shared.len());
    let few: Vec<&str> = shared.iter().take(SHOWN).copied().collect();
    (!shared.is_empty()).then(|| message.text("examples", few.join(", ")))
}

/// The ids of a layer.
fn ids(layer: &LayerContent) -> Box<dyn Iterator<Item = &str> + '_> {
    match layer {
        LayerContent::Compounds(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Pipes(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Buildings(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Barriers(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Bridges(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Streets(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Parcels(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Facilities(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Heritage(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
        LayerContent::Limits(list) => Box::new(list.iter().map(|own| own.source_id.as_str())),
    }
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
