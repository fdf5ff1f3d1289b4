//! One placemark: its fields and its geometry, gathered tag by tag.

use geo::Coord;
use serde_json::Value;

use super::super::source::{RawFeature, RawShape, Unshaped};
use super::table;
use crate::base::Message;
use crate::geometry::repair::RawRings;
use crate::model::Properties;

/// Letters of broken coordinates that are shown.
const SHOWN: usize = 40;

/// A placemark while it is read.
#[derive(Default)]
pub(super) struct Placemark {
    id: Option<String>,
    properties: Properties,
    shape: RawShape,
    /// Rings of the polygon that is open.
    area: Option<RawRings>,
    /// Places of the track that is open.
    track: Option<Vec<Coord<f64>>>,
    tracks: usize,
    /// The name of the field whose value comes next.
    field: Option<String>,
    /// Why the geometry cannot be read.
    fault: Option<Message>,
}

impl Placemark {
    pub(super) fn new(id: Option<String>) -> Self {
        Self { id, ..Self::default() }
    }

    pub(super) fn is_track(&self) -> bool {
        self.tracks > 0
    }

    /// An element begins; `name` gives its attribute of that name.
    pub(super) fn start(&mut self, element: &str, name: impl Fn() -> Option<String>) {
        const SHAPES: [&str; 8] =
            ["Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model"];
        if SHAPES.contains(&element) && self.shape.type_name.is_empty() {
            self.shape.type_name = element.to_owned().into();
        }
        match element {
            "Data" | "SimpleData" => self.field = name(),
            "Polygon" => self.area = Some(Vec::new()),
            "Track" => self.track = Some(Vec::new()),
            "Model" => self.fault = Some(Message::new("import.unknown-geometry").text("type", "Model")),
            _ => {}
        }
    }

    /// An element inside `open` ends, with its text.
    pub(super) fn end(&mut self, element: &str, open: &[String], text: &str) {
        let parent = open.last().map_or("", String::as_str);
        match (element, parent) {
            ("coordinates", _) => self.coordinates(open, text),
            ("coord", "Track") => {
                let place = tuple(text.split_ascii_whitespace(), &mut self.shape.heights);
                self.keep(place.map(|place| vec![place]), text, |this, places| {
                    if let Some(track) = &mut this.track {
                        track.extend(places);
                    }
                });
            }
            ("Polygon", _) => self.shape.areas.extend(self.area.take()),
            ("Track", _) => {
                self.tracks += 1;
                self.shape.lines.extend(self.track.take());
            }
            ("value", "Data") | ("SimpleData", _) => {
                if let Some(field) = self.field.take() {
                    self.set(&field, text);
                }
            }
            ("Data" | "SchemaData", "ExtendedData") => {}
            (field, "ExtendedData") => self.set(field, text),
            ("when", "TimeStamp")
            | ("begin" | "end", "TimeSpan")
            | ("name" | "address" | "phoneNumber" | "Snippet" | "snippet", "Placemark") => self.set(element, text),
            ("description", "Placemark") => {
                self.set(element, text);
                for (field, value) in table::pairs(text) {
                    if !self.properties.contains_key(&field) {
                        self.set(&field, &value);
                    }
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, field: &str, text: &str) {
        let value = if text.is_empty() { Value::Null } else { Value::String(text.to_owned()) };
        self.properties.insert(field.to_owned(), value);
    }

    fn coordinates(&mut self, open: &[String], text: &str) {
        let mut around = open.iter().rev().map(String::as_str);
        let (element, boundary) = (around.next().unwrap_or_default(), around.next().unwrap_or_default());
        let places = tuples(text, &mut self.shape.heights);
        match element {
            "Point" => self.keep(places, text, |this, places| this.shape.points.extend(places)),
            "LineString" => self.keep(places, text, |this, places| this.shape.lines.push(places)),
            "LinearRing" => self.keep(places, text, |this, ring| match &mut this.area {
                Some(rings) if boundary == "outerBoundaryIs" => rings.insert(0, ring),
                Some(rings) => rings.push(ring),
                None => this.shape.lines.push(ring),
            }),
            _ => {}
        }
    }

    fn keep(&mut self, places: Option<Vec<Coord<f64>>>, text: &str, put: impl FnOnce(&mut Self, Vec<Coord<f64>>)) {
        if let Some(places) = places {
            put(self, places);
        } else {
            let shown: String = text.chars().take(SHOWN).collect();
            self.fault = Some(Message::new("import.kml-coordinates").text("text", shown));
        }
    }

    pub(super) fn finish(self) -> RawFeature {
        let shape = match self.fault {
            Some(fault) => Err(Unshaped(fault)),
            None if self.shape.type_name.is_empty() => Err(Unshaped::default()),
            None if self.shape.coords().next().is_none() => {
                Err(Unshaped(Message::new("import.empty-geometry").text("type", self.shape.type_name)))
            }
            None => Ok(self.shape),
        };
        RawFeature { id: self.id, shape, properties: self.properties }
    }
}

/// Tuples of longitude, latitude and perhaps height, with blanks between them. People put blanks behind commas as well.
fn tuples(text: &str, heights: &mut bool) -> Option<Vec<Coord<f64>>> {
    let mut joined = String::new();
    let text = if text.contains(',') && text.split(',').skip(1).any(|part| part.starts_with(|c: char| c.is_whitespace())) {
        for part in text.split(',') {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(part.trim());
        }
        &joined
    } else {
        text
    };
    text.split_ascii_whitespace().map(|part| tuple(part.split(',').map(str::trim), heights)).collect()
}

/// A height of zero is what programs write where there is none.
fn tuple<'a>(mut parts: impl Iterator<Item = &'a str>, heights: &mut bool) -> Option<Coord<f64>> {
    let x = parts.next()?.parse().ok()?;
    let y = parts.next()?.parse().ok()?;
    let height = parts.next().filter(|height| !height.is_empty());
    *heights |= height.is_some_and(|height| height.parse::<f64>().is_ok_and(|height| height != 0.0));
    parts.next().is_none().then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_as_people_write_them() {
        let read = |text| {
            let mut heights = false;
            tuples(text, &mut heights).map(|places| (places.len(), heights))
        };
        assert_eq!(read("125.3,43.9,0 125.4,43.9,0"), Some((2, false)));
        assert_eq!(read("\n 125.3,43.9,212.5\n\t125.4,43.9 "), Some((2, true)));
        assert_eq!(read("125.3, 43.9, 0"), Some((1, false)));
        assert_eq!(read(""), Some((0, false)));
        assert_eq!(read("125.3"), None);
        assert_eq!(read("a,b"), None);
        assert_eq!(read("1,2,3,4"), None);
    }
}
