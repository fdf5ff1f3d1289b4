//! Entities out of their records. What bears no place on a map is named, so that it can be counted.

use encoding_rs::Encoding;
use geo::Coord;
use serde_json::Value;

use super::curve::{Curve, Placing, Spline, upward};
use super::hatch;
use super::pairs::{Pair, Record, Records};
use super::text::{plain, unformatted};
use super::through;

/// The colour numbers that mean another's colour.
const BY_BLOCK: i64 = 0;
const BY_LAYER: i64 = 256;

/// Under this name our own drawings attach the fields of a feature.
const OURS: &[u8] = b"LIANPIAN";

/// What all entities have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entity {
    /// The name that the format has for it.
    pub(super) kind: String,
    pub(super) layer: String,
    pub(super) handle: Option<String>,
    /// Number of the palette, or `#rrggbb`.
    pub(super) colour: Option<Value>,
    /// On a sheet for printing rather than in the drawing.
    pub(super) paper: bool,
    /// Height, and what programs attach under their names.
    pub(super) fields: Vec<(String, Value)>,
    /// From its own plane to that of the drawing.
    pub(super) plane: Placing,
    /// Heights that are not kept as a field.
    pub(super) heights: bool,
    /// It belongs to the feature of the same id before it.
    pub(super) piece: Option<Piece>,
    pub(super) body: Body,
}

/// What an entity of our own drawings is to the feature before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Another part.
    Part,
    /// A hole in its last part.
    Hole,
}

/// What an entity is on a map.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    Point(Coord<f64>),
    Curve(Curve),
    /// Rings of curves in no particular order; filled.
    Area(Vec<Vec<Curve>>),
    Text(Coord<f64>, String),
    Insert(Box<Insert>),
    /// It has a place, which cannot be read.
    Broken,
    /// It has no place on a map.
    None,
}

/// A block put somewhere, perhaps in rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Insert {
    pub(super) block: String,
    pub(super) at: Coord<f64>,
    pub(super) scale: (f64, f64),
    pub(super) degrees: f64,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) gap: Coord<f64>,
    /// Tags and values.
    pub(super) attributes: Vec<(String, String)>,
}

/// Reads entities of one file.
pub(super) struct Reader {
    pub(super) encoding: &'static Encoding,
}

fn coord(record: &Record<'_>, code: i32) -> Option<Coord<f64>> {
    Some(Coord { x: record.real(code)?, y: record.real(code + 10)? })
}

impl Reader {
    /// A name or a text.
    pub(super) fn string(&self, bytes: &[u8]) -> String {
        plain(bytes, self.encoding)
    }

    /// The entity of a record, with those of the following records that belong to it.
    pub(super) fn entity(&self, record: &Record<'_>, following: &mut Records<'_>) -> Entity {
        let (body, heights) = self.body(record, following);
        let body = if record.broken && body != Body::None { Body::Broken } else { body };
        // Curves in space are told by their own coordinates; the others lie in a plane.
        let in_space = matches!(record.kind, b"LINE" | b"POINT" | b"ELLIPSE" | b"SPLINE" | b"MTEXT" | b"3DFACE" | b"MLINE");
        let axis = |code: i32, usual: f64| record.real(code).unwrap_or(usual);
        let height = record.real(38).or_else(|| record.real(30)).filter(|height| *height != 0.0 && !heights);
        let normal = [axis(210, 0.0), axis(220, 0.0), axis(230, 1.0)];
        let plane = if in_space { Placing::scale(1.0, 1.0) } else { Placing::plane(normal, height.unwrap_or(0.0)) };
        let mut fields = Vec::new();
        fields.extend(height.map(|height| ("elevation".to_owned(), Value::from(height))));
        self.attached(&record.pairs, &mut fields);
        let piece = piece_of(&mut fields);
        Entity {
            kind: String::from_utf8_lossy(record.kind).into_owned(),
            layer: record.first(8).map_or_else(|| "0".to_owned(), |pair| self.string(pair.text())),
            handle: record.first(5).map(|pair| String::from_utf8_lossy(pair.text()).into_owned()).filter(|h| !h.is_empty()),
            colour: colour(record),
            paper: record.whole(67) == Some(1),
            fields,
            plane,
            heights,
            piece,
            body,
        }
    }

    /// What the record is, and whether it has heights of its own at every place.
    fn body(&self, record: &Record<'_>, following: &mut Records<'_>) -> (Body, bool) {
        let some = |body: Option<Body>| body.unwrap_or(Body::Broken);
        let flat = |body: Option<Body>| (some(body), false);
        match record.kind {
            b"LINE" => {
                let line = coord(record, 10).zip(coord(record, 11)).map(|(a, b)| Body::Curve(Curve::straight([a, b], false)));
                (some(line), record.real(30) != record.real(31))
            }
            b"POINT" => flat(coord(record, 10).map(Body::Point)),
            b"LWPOLYLINE" => flat(light_polyline(record)),
            b"POLYLINE" => polyline(record, following),
            b"CIRCLE" => flat(circle(record, 0.0, 360.0)),
            b"ARC" => flat(record.real(50).zip(record.real(51)).and_then(|(from, to)| circle(record, from, to))),
            b"ELLIPSE" => flat(ellipse(record)),
            b"SPLINE" => flat(spline(record)),
            b"MLINE" => {
                let places = run(&record.pairs, 11).into_iter().map(|(place, _)| place);
                flat(Some(Body::Curve(Curve::straight(places, record.whole(71).is_some_and(|flags| flags & 2 != 0)))))
            }
            // Corners of a filled area: the third and the fourth stand crosswise.
            b"SOLID" | b"TRACE" => flat(corners(record, [10, 11, 13, 12])),
            b"3DFACE" => (some(corners(record, [10, 11, 12, 13])), record.real(30) != record.real(31)),
            b"HATCH" => flat(hatch::boundary(&record.pairs)),
            b"TEXT" | b"ATTRIB" => flat(self.line_of_text(record)),
            b"MTEXT" => flat(self.many_lines(record)),
            b"INSERT" => flat(self.insert(record, following)),
            _ => (Body::None, false),
        }
    }

    /// A text is placed by its first point, unless it is centred or set to the right.
    fn line_of_text(&self, record: &Record<'_>) -> Option<Body> {
        let set = [72, 73, 74].iter().any(|code| record.whole(*code).is_some_and(|how| how != 0));
        let at = coord(record, 11).filter(|_| set).or_else(|| coord(record, 10))?;
        Some(Body::Text(at, self.string(record.text(1)).trim().to_owned()))
    }

    /// The text comes in pieces that may cut a letter.
    fn many_lines(&self, record: &Record<'_>) -> Option<Body> {
        let pieces = |code: i32| record.pairs.iter().filter(move |pair| pair.code == code).map(Pair::text);
        let whole: Vec<u8> = pieces(3).chain(pieces(1)).flatten().copied().collect();
        Some(Body::Text(coord(record, 10)?, unformatted(&self.string(&whole))))
    }

    fn insert(&self, record: &Record<'_>, following: &mut Records<'_>) -> Option<Body> {
        let number = |code: i32, usual: f64| record.real(code).unwrap_or(usual);
        let count = |code: i32| record.whole(code).and_then(|count| usize::try_from(count).ok()).unwrap_or(1).max(1);
        let mut attributes: Vec<(String, String)> = Vec::new();
        while matches!(following.peek(), Some(b"ATTRIB")) {
            let Some(attribute) = following.next() else { break };
            let value = if attribute.first(3).is_some() { self.many_lines(&attribute) } else { self.line_of_text(&attribute) };
            if let Some(Body::Text(_, value)) = value {
                attributes.push((self.string(attribute.text(2)), value));
            }
        }
        close(following);
        Some(Body::Insert(Box::new(Insert {
            block: self.string(record.text(2)),
            at: coord(record, 10)?,
            scale: (number(41, 1.0), number(42, 1.0)),
            degrees: number(50, 0.0),
            columns: count(70),
            rows: count(71),
            gap: Coord { x: number(44, 0.0), y: number(45, 0.0) },
            attributes,
        })))
    }

    /// Data that programs attach: the survey program CASS writes the code of a feature so, under the name `SOUTH`.
    fn attached(&self, pairs: &[Pair<'_>], fields: &mut Vec<(String, Value)>) {
        let attached = pairs.iter().skip_while(|pair| pair.code != 1001);
        let mut ours = false;
        for pair in attached {
            if pair.code == 1001 {
                ours = pair.text() == OURS;
            }
            if ours {
                if pair.code == 1000 {
                    own_field(&self.string(pair.text()), fields);
                }
                continue;
            }
            let told = match pair.code {
                1001 => {
                    fields.push((self.string(pair.text()), Value::Null));
                    continue;
                }
                1000 => self.string(pair.text()),
                1040 => pair.real().map(|number| number.to_string()).unwrap_or_default(),
                1070 | 1071 => pair.whole().map(|number| number.to_string()).unwrap_or_default(),
                _ => continue,
            };
            if let Some((_, value)) = fields.last_mut() {
                let before = value.as_str().map(|before| format!("{before} ")).unwrap_or_default();
                *value = Value::String(before + &told);
            }
        }
        // AutoCAD's own says how it draws, not what there is.
        fields.retain(|(name, value)| !value.is_null() && !name.starts_with("ACAD"));
    }
}

/// A field as our own drawings attach it, `name=value`; what begins with a plus goes on with the value before it.
fn own_field(text: &str, fields: &mut Vec<(String, Value)>) {
    match (text.strip_prefix('+'), text.split_once('=')) {
        (Some(more), _) => {
            if let Some((_, Value::String(value))) = fields.last_mut() {
                value.push_str(more);
            }
        }
        (None, Some((name, value))) => fields.push((name.to_owned(), Value::from(value))),
        (None, None) => {}
    }
}

/// What an entity of our own drawings is to the one before it, taken out of its fields.
fn piece_of(fields: &mut Vec<(String, Value)>) -> Option<Piece> {
    let at = fields.iter().position(|(name, _)| name == "lianpian_part")?;
    let (_, what) = fields.remove(at);
    Some(if what == "hole" { Piece::Hole } else { Piece::Part })
}

/// Passes the record that ends a list of attributes or vertices.
fn close(following: &mut Records<'_>) {
    if following.peek() == Some(b"SEQEND") {
        following.next();
    }
}

fn colour(record: &Record<'_>) -> Option<Value> {
    let own = record.whole(420).map(|rgb| Value::String(format!("#{:06x}", rgb & 0x00ff_ffff)));
    own.or_else(|| record.whole(62).filter(|number| *number != BY_BLOCK && *number != BY_LAYER).map(Value::from))
}

fn circle(record: &Record<'_>, from: f64, to: f64) -> Option<Body> {
    let radius = record.real(40).filter(|radius| *radius > 0.0)?;
    Some(Body::Curve(Curve::arc(coord(record, 10)?, radius, from, to)))
}

/// Its minor axis lies at right angles to the major one in a plane that has a normal of its own.
fn ellipse(record: &Record<'_>) -> Option<Body> {
    let (centre, major) = (coord(record, 10)?, coord(record, 11)?);
    let ratio = record.real(40).filter(|ratio| *ratio > 0.0)?;
    let normal = [record.real(210).unwrap_or(0.0), record.real(220).unwrap_or(0.0), record.real(230).unwrap_or(1.0)];
    let size = normal.iter().map(|n| n * n).sum::<f64>().sqrt();
    let [nx, ny, nz] = if size > 0.0 { normal.map(|n| n / size) } else { [0.0, 0.0, 1.0] };
    let major_z = record.real(31).unwrap_or(0.0);
    let minor = Coord { x: ny * major_z - nz * major.y, y: nz * major.x - nx * major_z } * ratio;
    let from = record.real(41).unwrap_or(0.0);
    let to = record.real(42).unwrap_or(std::f64::consts::TAU);
    Some(Body::Curve(Curve::Oval { centre, major, minor, from, to: upward(from, to, std::f64::consts::TAU) }))
}

fn spline(record: &Record<'_>) -> Option<Body> {
    let numbers = |code: i32| record.pairs.iter().filter(move |pair| pair.code == code).filter_map(Pair::real);
    let control: Vec<Coord<f64>> = run(&record.pairs, 10).into_iter().map(|(place, _)| place).collect();
    let closed = record.whole(70).is_some_and(|flags| flags & 1 != 0);
    if control.is_empty() {
        // Given by the places it runs through alone, as few programs write it.
        let places: Vec<Coord<f64>> = run(&record.pairs, 11).into_iter().map(|(place, _)| place).collect();
        let curve = through::spline(&places, closed).map(Curve::Spline);
        return Some(Body::Curve(curve.unwrap_or_else(|| Curve::straight(places, closed))));
    }
    let degree = record.whole(71).and_then(|degree| usize::try_from(degree).ok())?;
    let spline = Spline { degree, knots: numbers(40).collect(), control, weights: numbers(41).collect(), closed };
    spline.is_whole().then_some(Body::Curve(Curve::Spline(spline)))
}

fn corners(record: &Record<'_>, codes: [i32; 4]) -> Option<Body> {
    let mut ring: Vec<Coord<f64>> = codes.iter().filter_map(|code| coord(record, *code)).collect();
    ring.dedup();
    (ring.len() >= 3).then(|| Body::Area(vec![vec![Curve::straight(ring, true)]]))
}

/// Places by their first coordinates, each with the bulge behind it.
fn run(pairs: &[Pair<'_>], code: i32) -> Vec<(Coord<f64>, f64)> {
    let mut vertices: Vec<(Coord<f64>, f64)> = Vec::new();
    let mut x = None;
    for pair in pairs {
        match pair.code {
            own if own == code => x = pair.real(),
            own if own == code + 10 => {
                vertices.extend(x.take().zip(pair.real()).map(|(x, y)| (Coord { x, y }, 0.0)));
            }
            42 => {
                if let Some((_, bulge)) = vertices.last_mut() {
                    *bulge = pair.real().unwrap_or(0.0);
                }
            }
            _ => {}
        }
    }
    vertices
}

fn light_polyline(record: &Record<'_>) -> Option<Body> {
    let vertices = run(&record.pairs, 10);
    let told = record.whole(90).and_then(|count| usize::try_from(count).ok());
    let closed = record.whole(70).is_some_and(|flags| flags & 1 != 0);
    let whole = !vertices.is_empty() && told.is_none_or(|told| told == vertices.len());
    whole.then_some(Body::Curve(Curve::Run { vertices, closed }))
}

/// A polyline whose vertices are records of their own. Meshes are none.
fn polyline(record: &Record<'_>, following: &mut Records<'_>) -> (Body, bool) {
    let flags = record.whole(70).unwrap_or(0);
    let (mut vertices, mut broken, mut heights) = (Vec::new(), false, Vec::new());
    while following.peek() == Some(b"VERTEX") {
        let Some(vertex) = following.next() else { break };
        // The frame of a curve that is drawn through other vertices.
        if vertex.whole(70).is_some_and(|flags| flags & 16 != 0) {
            continue;
        }
        let place = coord(&vertex, 10).filter(|_| !vertex.broken);
        broken |= place.is_none();
        vertices.extend(place.map(|place| (place, vertex.real(42).unwrap_or(0.0))));
        heights.push(vertex.real(30).unwrap_or(0.0));
    }
    close(following);
    let in_space = flags & 8 != 0;
    let uneven = in_space && heights.iter().any(|height| *height != 0.0);
    if flags & (16 | 64) != 0 {
        return (Body::None, false);
    }
    let whole = !broken && !vertices.is_empty();
    let curve = Curve::Run { vertices, closed: flags & 1 != 0 };
    (if whole { Body::Curve(curve) } else { Body::Broken }, uneven)
}
