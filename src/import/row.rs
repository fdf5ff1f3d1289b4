//! Takes facts out of a feature's fields, and counts how many each field filled or could not fill.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::aliases;
use super::choice::{Feed, Feeds};
use super::report::FieldUse;
use super::values::{Reading, text};
use crate::model::{LayerKind, Properties, value_of};

/// Examples of unreadable values that a report keeps for a field.
const EXAMPLES: usize = 3;

/// Which source field feeds which fact.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// Source fields in the order of their first appearance, each with its fact.
    fields: Vec<(String, Option<&'static str>)>,
    /// Places in `fields` by name.
    places: HashMap<String, usize>,
    /// Places in `fields` for each fact, best name first. A layer has a few facts: a list is faster than a tree.
    by_target: Vec<(&'static str, Vec<usize>)>,
}

impl Mapping {
    /// Matches the names of fields with the facts of a layer kind.
    pub(super) fn new<'a>(kind: LayerKind, headers: impl Iterator<Item = &'a str>, id_field: Option<&str>) -> Self {
        Self::chosen(kind, headers, id_field, &Feeds::new())
    }

    /// As [`Mapping::new`], but for the fields of which somebody said what they feed.
    pub(super) fn chosen<'a>(
        kind: LayerKind,
        headers: impl Iterator<Item = &'a str>,
        id_field: Option<&str>,
        feeds: &Feeds,
    ) -> Self {
        let mut ranked: BTreeMap<&'static str, Vec<(usize, usize)>> = BTreeMap::new();
        let mut fields = Vec::new();
        for (place, header) in headers.enumerate() {
            let by_alias =
                || aliases::of(kind).iter().find_map(|(target, names)| Some((*target, aliases::rank(names, header)? + 1)));
            let found = match feeds.get(header) {
                _ if id_field == Some(header) => Some(("source_id", 0)),
                Some(Feed::Keep) => None,
                Some(Feed::Fact(code)) => aliases::of(kind).iter().find(|(fact, _)| fact == code).map(|(fact, _)| (*fact, 0)),
                None => by_alias(),
            };
            if let Some((target, rank)) = found {
                ranked.entry(target).or_default().push((rank, place));
            }
            fields.push((header.to_owned(), found.map(|(target, _)| target)));
        }
        let sorted = |mut places: Vec<(usize, usize)>| {
            places.sort_unstable();
            places.into_iter().map(|(_, place)| place).collect()
        };
        let places = fields.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
        Self { fields, places, by_target: ranked.into_iter().map(|(target, places)| (target, sorted(places))).collect() }
    }

    /// Whether some field feeds a fact.
    pub(super) fn has(&self, target: &str) -> bool {
        !self.places_of(target).is_empty()
    }

    /// The fact of every field, in their order.
    pub(super) fn targets(&self) -> impl Iterator<Item = Option<&'static str>> {
        self.fields.iter().map(|(_, target)| *target)
    }

    fn places_of(&self, target: &str) -> &[usize] {
        self.by_target.iter().find(|(own, _)| *own == target).map_or(&[], |(_, places)| places)
    }

    /// The place of a field; features of one file mostly have their fields in one order, so `guess` is mostly right.
    fn place_of(&self, name: &str, guess: usize) -> Option<usize> {
        let guessed = self.fields.get(guess).is_some_and(|(own, _)| own == name);
        if guessed { Some(guess) } else { self.places.get(name).copied() }
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
    index: usize,
    properties: &'a Properties,
    /// Values that feed facts and are not taken yet, each at the place of its field.
    values: Vec<Option<Value>>,
    /// Places of what was taken.
    taken: Vec<usize>,
    mapping: &'a Mapping,
    tallies: &'a mut [FieldUse],
}

impl<'a> Row<'a> {
    /// The fields of one feature; `tallies` are those of the mapping.
    pub(super) fn new(index: usize, properties: &'a Properties, mapping: &'a Mapping, tallies: &'a mut [FieldUse]) -> Self {
        let mut values = vec![None; mapping.fields.len()];
        let mut guess = 0;
        for (name, raw) in properties.raw() {
            let Some(place) = mapping.place_of(&name, guess) else { continue };
            guess = place + 1;
            if mapping.fields[place].1.is_some() {
                values[place] = Some(value_of(raw));
            }
        }
        Self { index, properties, values, taken: Vec::new(), mapping, tallies }
    }

    /// Reads a fact: the first of its fields that is neither blank nor unreadable. The value leaves the extra fields;
    /// what cannot be read stays there.
    pub(super) fn take<T>(&mut self, target: &str, read: impl Fn(&Value, &str) -> Reading<T>) -> Option<T> {
        for &place in self.mapping.places_of(target) {
            let (source, _) = &self.mapping.fields[place];
            let Some(value) = &self.values[place] else { continue };
            match read(value, source) {
                Ok(None) => {}
                Ok(Some(fact)) => {
                    self.tallies[place].filled += 1;
                    self.values[place] = None;
                    self.taken.push(place);
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

    /// The fields that no fact took, in their order.
    pub(super) fn rest(&self) -> Properties {
        let mut guess = 0;
        let left = self.properties.raw().filter(|(name, _)| {
            let place = self.mapping.place_of(name, guess);
            guess = place.map_or(guess, |place| place + 1);
            place.is_none_or(|place| !self.taken.contains(&place))
        });
        Properties::from_raw(left)
    }
}

/// The id among the fields of a feature, found as [`Row::take`] finds it and not counted.
pub(super) fn id_of(properties: &Properties, mapping: &Mapping) -> Option<String> {
    mapping.places_of("source_id").iter().find_map(|&place| text(&properties.get(&mapping.fields[place].0)?).ok().flatten())
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
