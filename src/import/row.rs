//! Takes facts out of a feature's fields, and counts how many each field filled or could not fill.

use std::collections::BTreeMap;

use serde_json::Value;

use super::aliases;
use super::report::FieldUse;
use super::values::{Reading, text};
use crate::model::{LayerKind, Properties};

/// Examples of unreadable values that a report keeps for a field.
const EXAMPLES: usize = 3;

/// Which source field feeds which fact.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// Source fields in the order of their first appearance, each with its fact.
    fields: Vec<(String, Option<&'static str>)>,
    /// Places in `fields` for each fact, best name first.
    by_target: BTreeMap<&'static str, Vec<usize>>,
}

impl Mapping {
    /// Matches the names of fields with the facts of a layer kind.
    pub(super) fn new<'a>(kind: LayerKind, headers: impl Iterator<Item = &'a str>, id_field: Option<&str>) -> Self {
        let mut ranked: BTreeMap<&'static str, Vec<(usize, usize)>> = BTreeMap::new();
        let mut fields = Vec::new();
        for (place, header) in headers.enumerate() {
            let by_alias =
                || aliases::of(kind).iter().find_map(|(target, names)| Some((*target, aliases::rank(names, header)? + 1)));
            let found = if id_field == Some(header) { Some(("source_id", 0)) } else { by_alias() };
            if let Some((target, rank)) = found {
                ranked.entry(target).or_default().push((rank, place));
            }
            fields.push((header.to_owned(), found.map(|(target, _)| target)));
        }
        let sorted = |mut places: Vec<(usize, usize)>| {
            places.sort_unstable();
            places.into_iter().map(|(_, place)| place).collect()
        };
        Self { fields, by_target: ranked.into_iter().map(|(target, places)| (target, sorted(places))).collect() }
    }

    /// Whether some field feeds a fact.
    pub(super) fn has(&self, target: &str) -> bool {
        self.by_target.contains_key(target)
    }

    /// Empty counts for this mapping.
    pub(super) fn tallies(&self) -> Vec<FieldUse> {
        let tally = |(source, target): &(String, Option<&'static str>)| FieldUse {
            source: source.clone(),
            target: *target,
            ..FieldUse::default()
        };
        self.fields.iter().map(tally).collect()
    }
}

/// The fields of one feature while facts are taken out; what is left becomes `extra`.
pub(super) struct Row<'a> {
    /// Place of the feature in its file, for examples.
    pub(super) index: usize,
    /// What is left.
    pub(super) properties: Properties,
    pub(super) mapping: &'a Mapping,
    pub(super) tallies: &'a mut [FieldUse],
}

impl Row<'_> {
    /// Reads a fact: the first of its fields that is neither blank nor unreadable. The value leaves the extra fields;
    /// what cannot be read stays there.
    pub(super) fn take<T>(&mut self, target: &str, read: impl Fn(&Value, &str) -> Reading<T>) -> Option<T> {
        for &place in self.mapping.by_target.get(target).map_or(&[][..], Vec::as_slice) {
            let (source, _) = &self.mapping.fields[place];
            let Some(value) = self.properties.get(source) else { continue };
            match read(value, source) {
                Ok(None) => {}
                Ok(Some(fact)) => {
                    self.tallies[place].filled += 1;
                    self.properties.shift_remove(source);
                    return Some(fact);
                }
                Err(_) => {
                    let tally = &mut self.tallies[place];
                    tally.unreadable += 1;
                    if tally.examples.len() < EXAMPLES {
                        tally.examples.push((self.index, value.to_string()));
                    }
                }
            }
        }
        None
    }

    /// A text fact.
    pub(super) fn text(&mut self, target: &str) -> Option<String> {
        self.take(target, |value, _| text(value))
    }
}

/// Adds the counts of one run of features to those of another.
pub(super) fn merge(into: &mut [FieldUse], from: Vec<FieldUse>) {
    for (sum, part) in into.iter_mut().zip(from) {
        sum.filled += part.filled;
        sum.unreadable += part.unreadable;
        sum.examples.extend(part.examples);
        sum.examples.truncate(EXAMPLES);
    }
}
