//! Takes facts out of a feature's fields, and counts how many each field filled or could not fill.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::aliases;
use super::choice::{Feed, Feeds};
use super::readings::Readings;
use super::report::FieldUse;
use super::values::{Header, Reading, text_of};
use crate::model::{LayerKind, Member, Properties, value_of};

/// Examples of unreadable values that a report keeps for a field.
const EXAMPLES: usize = 3;

/// Which source field feeds which fact.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// Source fields in the order of their first appearance, each with its fact.
    fields: Vec<(Header, Option<&'static str>)>,
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
            fields.push((Header::new(header), found.map(|(target, _)| target)));
        }
        let sorted = |mut places: Vec<(usize, usize)>| {
            places.sort_unstable();
            places.into_iter().map(|(_, place)| place).collect()
        };
        let places = fields.iter().enumerate().map(|(place, (header, _))| (header.name.clone(), place)).collect();
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
        let guessed = self.fields.get(guess).is_some_and(|(own, _)| own.name == name);
        if guessed { Some(guess) } else { self.places.get(name).copied() }
    }

    /// Empty counts for this mapping.
    pub(super) fn tallies(&self) -> Vec<FieldUse> {
        let tally = |(header, target): &(Header, Option<&'static str>)| FieldUse {
            source: header.name.clone(),
            target: *target,
            ..FieldUse::default()
        };
        self.fields.iter().map(tally).collect()
    }
}

/// Room that the rows of one run use one after the other, and what it remembers of their fields.
#[derive(Default)]
pub(super) struct RowRoom {
    /// The members of the row at hand, each with the place of its field.
    members: Vec<(Member, Option<usize>)>,
    /// Which of them feed facts and are not taken yet, each at the place of its field.
    values: Vec<Option<usize>>,
    /// Which of them were taken.
    taken: Vec<bool>,
    /// What values of a field came to, each field at its place.
    readings: Vec<Readings>,
    /// Facts in the order in which the last row was asked for them, each with its place in the mapping.
    asked: Vec<(&'static str, Option<usize>)>,
    text: String,
}

impl RowRoom {
    fn readings_of(&mut self, place: usize) -> &mut Readings {
        if self.readings.len() <= place {
            self.readings.resize_with(place + 1, Readings::default);
        }
        &mut self.readings[place]
    }
}

/// The fields of one feature while facts are taken out; what is left becomes `extra`.
pub(super) struct Row<'a> {
    /// Place of the feature in its file, for examples.
    index: usize,
    properties: &'a Properties,
    room: &'a mut RowRoom,
    /// Facts asked for so far.
    turn: usize,
    mapping: &'a Mapping,
    tallies: &'a mut [FieldUse],
}

impl<'a> Row<'a> {
    /// The fields of one feature; `tallies` are those of the mapping, and `room` is used with no other mapping.
    pub(super) fn new(
        index: usize,
        properties: &'a Properties,
        mapping: &'a Mapping,
        room: &'a mut RowRoom,
        tallies: &'a mut [FieldUse],
    ) -> Self {
        room.members.clear();
        room.values.clear();
        room.values.resize(mapping.fields.len(), None);
        let mut guess = 0;
        for member in properties.members() {
            let place = mapping.place_of(&properties.name(&member), guess);
            if let Some(place) = place {
                guess = place + 1;
                if mapping.fields[place].1.is_some() {
                    room.values[place] = Some(room.members.len());
                }
            }
            room.members.push((member, place));
        }
        room.taken.clear();
        room.taken.resize(room.members.len(), false);
        Self { index, properties, room, turn: 0, mapping, tallies }
    }

    /// Reads a fact: the first of its fields that is neither blank nor unreadable. The value leaves the extra fields;
    /// what cannot be read stays there. Every fact has one reader: what it said of a value is remembered.
    pub(super) fn take<T: Clone + Send + 'static>(
        &mut self,
        target: &'static str,
        read: impl Fn(&Value, &Header) -> Reading<T>,
    ) -> Option<T> {
        self.take_raw(target, |readings, raw, header| readings.of(raw, || read(&value_of(raw), header)))
    }

    /// A text fact.
    pub(super) fn text(&mut self, target: &'static str) -> Option<String> {
        self.take_raw(target, |_, raw, _| Ok(text_of(raw)?.map(Cow::into_owned)))
    }

    /// Takes a text fact that is known already.
    pub(super) fn pass(&mut self, target: &'static str) {
        self.take_raw(target, |_, raw, _| Ok(text_of(raw)?.map(drop)));
    }

    fn take_raw<T>(&mut self, target: &'static str, read: impl Fn(&mut Readings, &str, &Header) -> Reading<T>) -> Option<T> {
        for &place in self.places_of(target) {
            let Some(number) = self.room.values[place] else { continue };
            let raw = self.properties.value(&self.room.members[number].0);
            match read(self.room.readings_of(place), raw, &self.mapping.fields[place].0) {
                Ok(None) => {}
                Ok(Some(fact)) => {
                    self.tallies[place].filled += 1;
                    self.room.values[place] = None;
                    self.room.taken[number] = true;
                    return Some(fact);
                }
                Err(_) => {
                    let tally = &mut self.tallies[place];
                    tally.unreadable += 1;
                    if tally.examples.len() < EXAMPLES {
                        tally.examples.push((self.index, value_of(raw).to_string()));
                    }
                }
            }
        }
        None
    }

    /// Places of the fields that may feed a fact. Rows of one kind are asked for their facts in one order.
    fn places_of(&mut self, target: &'static str) -> &'a [usize] {
        let turn = self.turn;
        self.turn += 1;
        let found = match self.room.asked.get(turn) {
            Some((asked, found)) if std::ptr::eq(*asked, target) => *found,
            _ => {
                let found = self.mapping.by_target.iter().position(|(own, _)| *own == target);
                self.room.asked.truncate(turn);
                self.room.asked.push((target, found));
                found
            }
        };
        found.map_or(&[], |found| &self.mapping.by_target[found].1)
    }

    /// The fields that no fact took, in their order.
    pub(super) fn rest(self) -> Properties {
        self.room.text.clear();
        for ((member, place), taken) in self.room.members.iter().zip(&self.room.taken) {
            if !taken {
                if let Some(place) = place.filter(|place| self.mapping.fields[*place].1.is_none()) {
                    self.tallies[place].filled += usize::from(!is_nothing(self.properties.value(member)));
                }
                self.properties.push_member(&mut self.room.text, member);
            }
        }
        if self.room.text.is_empty() {
            return Properties::new();
        }
        self.room.text.push('}');
        Properties::from_object(&self.room.text)
    }
}

/// Whether a value in JSON is null or a text without a letter.
fn is_nothing(raw: &str) -> bool {
    let inside = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    raw == "null" || inside.is_some_and(|text| text.trim().is_empty())
}

/// The id among the fields of a feature, found as [`Row::take`] finds it and not counted.
pub(super) fn id_of(properties: &Properties, mapping: &Mapping) -> Option<String> {
    mapping.places_of("source_id").iter().find_map(|&place| {
        let raw = properties.raw_value(&mapping.fields[place].0.name)?;
        text_of(raw).ok().flatten().map(Cow::into_owned)
    })
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
