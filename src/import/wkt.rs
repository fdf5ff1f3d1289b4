//! Well-known text (OGC 06-103r4, §7) and the `SRID=…;` that `PostGIS` puts before it; heights and measures are dropped.

use geo::Coord;

use super::source::{RawShape, Unshaped};
use crate::base::Message;

/// Collections inside one another, at most.
const DEEPEST: usize = 16;

/// Letters of broken text that are shown.
const SHOWN: usize = 40;

/// Types in capitals, and as other formats spell them.
const KINDS: [(&str, &str); 7] = [
    ("POINT", "Point"),
    ("LINESTRING", "LineString"),
    ("POLYGON", "Polygon"),
    ("MULTIPOINT", "MultiPoint"),
    ("MULTILINESTRING", "MultiLineString"),
    ("MULTIPOLYGON", "MultiPolygon"),
    ("GEOMETRYCOLLECTION", "GeometryCollection"),
];

/// The type that a word names, with or without a mark of its dimension.
fn kind_of(word: &str) -> Option<(&'static str, &'static str)> {
    KINDS.into_iter().find(|(kind, _)| word.strip_prefix(kind).is_some_and(|mark| matches!(mark, "" | "Z" | "M" | "ZM")))
}

/// Whether text begins like a geometry.
pub(super) fn looks_like(text: &str) -> bool {
    let mut cursor = Cursor { rest: body(text) };
    kind_of(&cursor.word()).is_some()
}

fn body(text: &str) -> &str {
    let text = text.trim();
    text.split_once(';').filter(|(srid, _)| srid.to_ascii_uppercase().starts_with("SRID=")).map_or(text, |(_, body)| body)
}

/// Reads a geometry.
///
/// # Errors
/// [`Unshaped`] when there is none or it is broken.
pub(super) fn read(text: &str) -> Result<RawShape, Unshaped> {
    if text.trim().is_empty() {
        return Err(Unshaped::default());
    }
    let mut shape = RawShape::default();
    let mut cursor = Cursor { rest: body(text) };
    let read = geometry(&mut cursor, &mut shape, DEEPEST).filter(|()| cursor.rest.trim().is_empty());
    match read {
        None => {
            let shown: String = text.trim().chars().take(SHOWN).collect();
            Err(Unshaped(Message::new("import.wkt-broken").text("text", shown)))
        }
        Some(()) if shape.coords().next().is_none() => {
            Err(Unshaped(Message::new("import.empty-geometry").text("type", shape.type_name)))
        }
        Some(()) => Ok(shape),
    }
}

/// What is left to read.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// A word in capitals; empty when there is none.
    fn word(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_ascii_uppercase()
    }

    /// Takes a sign when it comes next.
    fn sign(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Option<f64> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')).unwrap_or(self.rest.len());
        let (number, rest): (&'a str, &'a str) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok()
    }

    /// A list in brackets.
    fn list(&mut self, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.sign('(') {
            return None;
        }
        loop {
            one(self)?;
            if self.sign(')') {
                return Some(());
            }
            if !self.sign(',') {
                return None;
            }
        }
    }

    /// Two numbers, and one or two more that are dropped.
    fn coord(&mut self, heights: &mut bool) -> Option<Coord<f64>> {
        let place = Coord { x: self.number()?, y: self.number()? };
        for _ in 0..2 {
            if self.rest.trim_start().starts_with([',', ')']) {
                break;
            }
            self.number()?;
            *heights = true;
        }
        Some(place)
    }

    fn coords(&mut self, heights: &mut bool) -> Option<Vec<Coord<f64>>> {
        let mut coords = Vec::new();
        self.list(|cursor| {
            coords.push(cursor.coord(heights)?);
            Some(())
        })?;
        Some(coords)
    }

    fn rings(&mut self, heights: &mut bool) -> Option<Vec<Vec<Coord<f64>>>> {
        let mut rings = Vec::new();
        self.list(|cursor| {
            rings.push(cursor.coords(heights)?);
            Some(())
        })?;
        Some(rings)
    }
}

fn geometry(cursor: &mut Cursor<'_>, shape: &mut RawShape, deeper: usize) -> Option<()> {
    let (kind, name) = kind_of(&cursor.word())?;
    if shape.type_name.is_empty() {
        shape.type_name = name.to_owned().into();
    }
    let before = cursor.rest;
    match cursor.word().as_str() {
        "EMPTY" => return Some(()),
        "" => {}
        "Z" | "M" | "ZM" => {
            let dimension = cursor.rest;
            if cursor.word() == "EMPTY" {
                return Some(());
            }
            cursor.rest = dimension;
        }
        _ => {
            cursor.rest = before;
            return None;
        }
    }
    let RawShape { points, lines, areas, heights, .. } = shape;
    match kind {
        "POINT" => points.extend(cursor.coords(heights)?),
        "MULTIPOINT" => cursor.list(|cursor| {
            let bracketed = cursor.rest.trim_start().starts_with('(');
            if bracketed {
                points.extend(cursor.coords(heights)?);
            } else {
                points.push(cursor.coord(heights)?);
            }
            Some(())
        })?,
        "LINESTRING" => lines.push(cursor.coords(heights)?),
        "MULTILINESTRING" => lines.extend(cursor.rings(heights)?),
        "POLYGON" => areas.push(cursor.rings(heights)?),
        "MULTIPOLYGON" => cursor.list(|cursor| {
            areas.push(cursor.rings(heights)?);
            Some(())
        })?,
        _ => {
            let deeper = deeper.checked_sub(1)?;
            cursor.list(|cursor| geometry(cursor, shape, deeper))?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read() {
        let read = |text: &str| {
            let shape = read(text).expect(text);
            (shape.points.len(), shape.lines.len(), shape.areas.len(), shape.heights)
        };
        assert_eq!(read("POINT (1 2)"), (1, 0, 0, false));
        assert_eq!(read("SRID=4326;Point Z(1 2 3)"), (1, 0, 0, true));
        assert_eq!(read("MULTIPOINT ((1 2), (3 4))"), (2, 0, 0, false));
        assert_eq!(read("MULTIPOINT (1 2, 3 4)"), (2, 0, 0, false));
        assert_eq!(read("LINESTRING(1 2,3 4)"), (0, 1, 0, false));
        assert_eq!(read("MULTILINESTRING((1 2,3 4),(5 6,7 8))"), (0, 2, 0, false));
        assert_eq!(read("POLYGONZ((0 0 1,1 0 1,1 1 1,0 0 1),(0 0 1,1 0 1,1 1 1,0 0 1))"), (0, 0, 1, true));
        assert_eq!(read("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0)))"), (0, 0, 2, false));
        assert_eq!(read("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))"), (1, 1, 0, false));
    }

    #[test]
    fn broken_text_is_no_shape() {
        for text in ["", "POINT", "POINT(", "POINT(1)", "POINT EMPTY", "POINT(1 2", "POINT(1 2) x", "CIRCLE(1 2)", "POINT(a b)"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"GEOMETRYCOLLECTION(".repeat(100_000)).is_err());
        assert!(looks_like(" polygon((") && !looks_like("points of view"));
    }
}
