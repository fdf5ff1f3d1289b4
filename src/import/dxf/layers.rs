//! Features of a drawing by layer, and within a layer by what they are: areas, lines, points, texts. A text that lies alone
//! in an area is its name.

use std::collections::{HashMap, HashSet};

use geo::{Coord, Rect};
use serde_json::Value;

use super::curve::CHORD_M;
use super::entity::Piece;
use super::place::key;
use super::rings::{holds, size};
use crate::base::{Cancelled, Message, Reporter};
use crate::geometry::index::BoxIndex;
use crate::import::drawing;
use crate::import::kinds::Extent;
use crate::import::source::{Drawn, RawFeature, RawLayer};

/// Edges that are looked at to find the areas round texts, at most: a few seconds. A real drawing takes a thousandth of it.
const MOST_LOOKED_AT: usize = 1 << 30;

/// What the features of a part of a layer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Areas,
    /// Lines whose ends nearly meet; after they are told, none: they are areas or lines.
    Unclosed,
    /// Filled areas; after the fillings are told, those that fill other areas.
    Hatches,
    Lines,
    Points,
    Texts,
}

/// Parts with what is put behind the name of a layer that has several.
const PARTS: [(Part, &str); 6] = [
    (Part::Areas, "（面）"),
    (Part::Unclosed, ""),
    (Part::Hatches, "（填充）"),
    (Part::Lines, "（线）"),
    (Part::Points, "（点）"),
    (Part::Texts, "（注记）"),
];

/// The features of one layer of the drawing, by part.
#[derive(Debug, Default)]
struct Layer {
    name: String,
    parts: [Vec<RawFeature>; 6],
    /// In which parts chords stand for curves.
    round: [bool; 6],
    /// Those that cannot be read, with what they would be.
    broken: Vec<(Part, RawFeature)>,
}

/// All layers in the order in which they first occur.
#[derive(Debug, Default)]
pub(super) struct Layers {
    layers: Vec<Layer>,
    places: HashMap<String, usize>,
}

/// What became of the texts.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// Areas that got a name.
    pub(super) named: usize,
    /// The limit was hit.
    pub(super) given_up: bool,
}

impl Layers {
    pub(super) fn add(&mut self, layer: &str, part: Part, feature: RawFeature, round: bool) {
        let place = if let Some(place) = self.places.get(layer) {
            *place
        } else {
            self.places.insert(layer.to_owned(), self.layers.len());
            self.layers.push(Layer { name: layer.to_owned(), ..Layer::default() });
            self.layers.len() - 1
        };
        let layer = &mut self.layers[place];
        if feature.shape.is_ok() {
            layer.parts[part as usize].push(feature);
            layer.round[part as usize] |= round;
        } else {
            layer.broken.push((part, feature));
        }
    }

    /// Puts a piece to the feature of the same id that came last; gives it back where there is none that it fits.
    pub(super) fn join(&mut self, layer: &str, piece: RawFeature, what: Piece) -> Option<RawFeature> {
        let Some(place) = self.places.get(layer).copied() else { return Some(piece) };
        let id = piece.properties.get("id");
        let wanted = [Part::Areas, Part::Lines, Part::Unclosed];
        let layer = &mut self.layers[place];
        let Some(part) = wanted.into_iter().find(|part| {
            let last = layer.parts[*part as usize].last();
            id.is_some() && last.is_some_and(|last| last.properties.get("id") == id)
        }) else {
            return Some(piece);
        };
        let target = layer.parts[part as usize].last_mut().and_then(|last| last.shape.as_mut().ok());
        match (target, &piece.shape, what) {
            (Some(target), Ok(shape), Piece::Hole) if !target.areas.is_empty() && !shape.areas.is_empty() => {
                let rings = shape.areas.iter().flatten().cloned();
                target.areas.last_mut().into_iter().for_each(|area| area.extend(rings.clone()));
                None
            }
            (Some(target), Ok(shape), Piece::Part) if shape.areas.is_empty() == target.areas.is_empty() => {
                target.areas.extend(shape.areas.iter().cloned());
                target.lines.extend(shape.lines.iter().cloned());
                None
            }
            _ => Some(piece),
        }
    }

    /// Names areas by the texts in them: those of their own layer, which then are no features any more; where it has none,
    /// those of layers that hold nothing but texts, which stay what they are.
    pub(super) fn name_areas(&mut self, reporter: &dyn Reporter) -> Result<Naming, Cancelled> {
        self.layers.iter_mut().for_each(|layer| {
            layer.tell_unclosed();
            layer.tell_fillings();
        });
        let only_texts = |layer: &&Layer| {
            let empty = |(part, _): &(Part, &str)| (*part == Part::Texts) == layer.has(*part);
            PARTS.iter().all(empty)
        };
        let shared: Vec<Label> = self.layers.iter().filter(only_texts).flat_map(Layer::labels).filter(Label::is_name).collect();
        let mut naming = Naming::default();
        let mut room = MOST_LOOKED_AT;
        for layer in self.layers.iter_mut().filter(|layer| layer.has(Part::Areas)) {
            reporter.check()?;
            let own: Vec<Label> = layer.labels().collect();
            let (labels, consumed) = if own.is_empty() { (shared.as_slice(), false) } else { (own.as_slice(), true) };
            if labels.is_empty() {
                continue;
            }
            let Some(names) = layer.names(labels, &mut room) else {
                naming.given_up = true;
                continue;
            };
            naming.named += names.len();
            let mut taken = vec![false; own.len()];
            for (area, label) in names {
                let text = Value::from(labels[label].text.as_str());
                layer.parts[Part::Areas as usize][area].properties.insert("text".to_owned(), text);
                if consumed {
                    taken[label] = true;
                }
            }
            let mut taken = taken.into_iter();
            layer.parts[Part::Texts as usize].retain(|_| !taken.next().unwrap_or(false));
        }
        Ok(naming)
    }

    /// The layers for everything that follows. Each note comes with the parts that it is about; one of no part is about all.
    /// `hidden` are names of layers in small letters.
    pub(super) fn finish(self, notes: &[(Message, &[Part])], hidden: &HashSet<String>) -> Vec<RawLayer> {
        let about = |parts: &[Part], part: Part| parts.is_empty() || parts.contains(&part);
        let of = |part: Part| notes.iter().filter(move |(_, parts)| about(parts, part)).map(|(note, _)| note.clone());
        let chords = || Message::new("import.dxf-chords").number("metres", CHORD_M, 2);
        let mut done = Vec::new();
        for layer in self.layers {
            let Layer { name, mut parts, round, broken } = layer;
            let is_hidden = hidden.contains(&key(&name));
            for (part, feature) in broken {
                // A part of broken features alone would only split the layer. Of parts as full, the first; texts last.
                let own = part as usize;
                let place = (0..parts.len())
                    .rev()
                    .max_by_key(|place| parts[*place].len())
                    .filter(|place| parts[own].is_empty() && !parts[*place].is_empty());
                let place = place.unwrap_or(own);
                parts[place].push(feature);
            }
            let several = parts.iter().filter(|part| !part.is_empty()).count() > 1;
            for ((part, suffix), mut features) in PARTS.into_iter().zip(parts) {
                if features.is_empty() {
                    continue;
                }
                // Ids of a part that are not all there mean nothing: old drawings have no handles.
                if features.iter().any(|feature| feature.id.is_none()) {
                    for feature in &mut features {
                        feature.id = None;
                    }
                }
                let mut notes: Vec<Message> = of(part).chain(round[part as usize].then(chords)).collect();
                notes.extend(is_hidden.then(|| Message::new("import.dxf-hidden").count("count", features.len())));
                let telling = !several || !matches!(part, Part::Hatches | Part::Texts);
                done.push(RawLayer {
                    name: if several { format!("{name}{suffix}") } else { name.clone() },
                    features,
                    notes,
                    drawn: Some(Drawn { layer: name.clone(), telling }),
                    ..RawLayer::default()
                });
            }
        }
        done
    }
}

/// A text and its place.
struct Label {
    at: Coord<f64>,
    text: String,
}

impl Label {
    /// Heights and numbers of points name nothing.
    fn is_name(&self) -> bool {
        self.text.chars().any(char::is_alphabetic)
    }
}

/// The box of a ring in whole steps: a thousandth, or where numbers are degrees as much on the ground.
type Key = [i64; 4];

#[expect(clippy::cast_possible_truncation, reason = "coordinates of a drawing in thousandths fit; others are only compared")]
fn key_of(feature: &RawFeature) -> Option<Key> {
    let ring = feature.shape.as_ref().ok()?.areas.first()?.first()?;
    let bounds = bounds(ring)?;
    let (low, high) = (bounds.min(), bounds.max());
    let step = if high.x.abs().max(high.y.abs()) > 360.0 { 1e-3 } else { 1e-8 };
    Some([low.x, low.y, high.x, high.y].map(|v| (v / step).round() as i64))
}

impl Layer {
    /// A line whose ends nearly meet is an area like those that are closed, unless the name of the layer tells lines: then a
    /// ring of pipes stays one. Where the name tells nothing, it needs areas beside it, or lines that are all like it.
    fn tell_unclosed(&mut self) {
        let mut unclosed = std::mem::take(&mut self.parts[Part::Unclosed as usize]);
        if unclosed.is_empty() {
            return;
        }
        let drawn = Drawn { layer: self.name.clone(), telling: true };
        let tells = |extent: Extent| drawing::kind_of(&drawn, extent).is_some();
        let among_areas = || tells(Extent::Areas) || self.has(Part::Areas) || !self.has(Part::Lines);
        if tells(Extent::Lines) || !among_areas() {
            self.round[Part::Lines as usize] |= self.round[Part::Unclosed as usize];
            self.parts[Part::Lines as usize].extend(unclosed);
            return;
        }
        for shape in unclosed.iter_mut().filter_map(|feature| feature.shape.as_mut().ok()) {
            shape.areas = shape.lines.drain(..).map(|ring| vec![ring]).collect();
        }
        self.round[Part::Areas as usize] |= self.round[Part::Unclosed as usize];
        self.parts[Part::Areas as usize].extend(unclosed);
    }

    /// A hatch is an area like others, unless it fills one that is drawn on the same layer: then it would be there twice.
    fn tell_fillings(&mut self) {
        let outlines: HashSet<Key> = self.parts[Part::Areas as usize].iter().filter_map(key_of).collect();
        let hatches = std::mem::take(&mut self.parts[Part::Hatches as usize]);
        for hatch in hatches {
            let fills = key_of(&hatch).is_some_and(|key| outlines.contains(&key));
            self.round[Part::Areas as usize] |= self.round[Part::Hatches as usize] && !fills;
            self.parts[if fills { Part::Hatches } else { Part::Areas } as usize].push(hatch);
        }
    }

    fn has(&self, part: Part) -> bool {
        !self.parts[part as usize].is_empty()
    }

    fn labels(&self) -> impl Iterator<Item = Label> {
        self.parts[Part::Texts as usize].iter().filter_map(|feature| {
            let at = feature.shape.as_ref().ok()?.points.first().copied()?;
            let text = feature.properties.get("text").and_then(|text| Some(text.as_str()?.to_owned())).unwrap_or_default();
            Some(Label { at, text })
        })
    }

    /// Areas with the one label that lies in each; a label counts for the smallest area around it. `None` beyond the limit.
    fn names(&self, labels: &[Label], room: &mut usize) -> Option<Vec<(usize, usize)>> {
        let areas = &self.parts[Part::Areas as usize];
        let outer =
            |feature: &RawFeature| -> Option<Vec<Coord<f64>>> { feature.shape.as_ref().ok()?.areas.first()?.first().cloned() };
        let rings: Vec<Vec<Coord<f64>>> = areas.iter().map(|area| outer(area).unwrap_or_default()).collect();
        let sizes: Vec<f64> = rings.iter().map(|ring| size(ring)).collect();
        let index = BoxIndex::new(rings.iter().map(|ring| bounds(ring)));
        let mut found: HashMap<usize, Option<usize>> = HashMap::new();
        for (number, label) in labels.iter().enumerate() {
            let mut smallest: Option<usize> = None;
            for area in index.in_box(Rect::new(label.at, label.at)) {
                *room = room.checked_sub(rings[area].len() + 1)?;
                if smallest.is_none_or(|best| sizes[area] < sizes[best]) && holds(&rings[area], label.at) {
                    smallest = Some(area);
                }
            }
            if let Some(area) = smallest {
                found.entry(area).and_modify(|label| *label = None).or_insert(Some(number));
            }
        }
        let mut names: Vec<(usize, usize)> = found.into_iter().filter_map(|(area, label)| Some((area, label?))).collect();
        names.sort_unstable();
        Some(names)
    }
}

fn bounds(ring: &[Coord<f64>]) -> Option<Rect<f64>> {
    let first = *ring.first()?;
    let low = ring.iter().fold(first, |low, p| Coord { x: low.x.min(p.x), y: low.y.min(p.y) });
    let high = ring.iter().fold(first, |high, p| Coord { x: high.x.max(p.x), y: high.y.max(p.y) });
    Some(Rect::new(low, high))
}
