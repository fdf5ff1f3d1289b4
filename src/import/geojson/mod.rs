//! GeoJSON: RFC 7946, and what people write beside it.
//!
//! A collection in UTF-8 is streamed ([`stream`]) and its plain features are read by hand ([`plain`], [`scan`]). Whatever
//! is unusual about a feature or a file comes here: the file is taken apart as JSON once; each feature is then read on its
//! own, in parallel, so that a broken one is left out with its reason and the rest loads. Read too: the `crs` member of the
//! 2008 draft, a bare feature or geometry, one value a line (RFC 8142, [`sequence`]), a byte order mark. Nothing is guessed of
//! a single value whose JSON is broken.

mod head;
mod lines;
mod plain;
mod scan;
mod sequence;
mod stream;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use geo::Coord;
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

pub(super) use self::head::read_head;
use self::stream::{NoStream, Streamed};
use super::error::ImportError;
use super::source::{RawFeature, RawLayer, RawShape, Unshaped};
use super::text::decode;
use crate::base::{Cancelled, Message, Reporter};
use crate::model::{Approximation, Properties};

/// Geometry collections inside one another, at most. RFC 7946 §3.1.8 advises against any nesting.
const DEEPEST_COLLECTION: usize = 16;

/// Members of the outermost object that matter.
#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    features: Option<&'a RawValue>,
    #[serde(borrow, default)]
    crs: Option<&'a RawValue>,
    #[serde(borrow, default)]
    approximate: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
}

/// Members of a feature that matter.
#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow, default)]
    properties: Option<&'a RawValue>,
}

/// Members of a geometry that matter.
#[derive(Deserialize)]
struct Geometry<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometries: Option<Vec<&'a RawValue>>,
}

/// Reads a GeoJSON file.
///
/// # Errors
/// As [`read`]; [`ImportError::Unreadable`] when the system cannot read it.
pub(super) fn read_file(path: &Path, reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let length = super::length_of(path)?;
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let total = usize::try_from(length).unwrap_or(usize::MAX);
    match streamed(path, &mut file, total, reporter)? {
        Some(layer) => Ok(layer),
        None => read_whole(path, &super::read_bytes(path)?, reporter),
    }
}

/// Reads the bytes of a GeoJSON file.
///
/// # Errors
/// [`ImportError::Broken`] with line and column when the JSON is broken, [`ImportError::NotThis`] when it is no GeoJSON.
pub(super) fn read(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let mut source = bytes;
    match streamed(path, &mut source, bytes.len(), reporter)? {
        Some(layer) => Ok(layer),
        None => read_whole(path, bytes, reporter),
    }
}

/// A plain collection; `None` when the text must be looked at as a whole.
fn streamed(
    path: &Path,
    source: &mut (dyn Read + Send),
    total: usize,
    reporter: &dyn Reporter,
) -> Result<Option<RawLayer>, ImportError> {
    match stream::read(source, total, reporter) {
        Ok(streamed) => Ok(collection_of(streamed)),
        Err(NoStream::Unusual) => Ok(None),
        Err(NoStream::Cancelled) => Err(ImportError::Cancelled),
        Err(NoStream::Io(error)) => Err(ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn collection_of(streamed: Streamed) -> Option<RawLayer> {
    let outer = stream::shell(&streamed.shell)?;
    let kind = text_of(outer.kind).unwrap_or_default();
    if kind == "Feature" {
        return None;
    }
    let mut layer = RawLayer { name: text_of(outer.name).unwrap_or_default(), ..RawLayer::default() };
    layer.crs = outer.crs.and_then(crs_member);
    layer.approximate = approximate_member(outer.approximate);
    if kind != "FeatureCollection" {
        layer.notes.push(Message::new("import.type-not-collection").text("type", kind));
    }
    layer.features = streamed.features;
    layer.headers = Some(streamed.headers);
    Some(layer)
}

/// Reads any GeoJSON, with the whole text in memory.
fn read_whole(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    if let Some(features) = lines::read(bytes, reporter)? {
        return Ok(RawLayer { features, ..RawLayer::default() });
    }
    read_common(path, bytes, reporter)
}

/// Reads any GeoJSON as `serde_json` does.
fn read_common(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let decoded = decode(bytes);
    // RFC 8142 puts a record separator before every text; JSON has no place for it elsewhere.
    let text = if decoded.text.contains('\u{1e}') { decoded.text.replace('\u{1e}', " ").into() } else { decoded.text.clone() };
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    if text.trim().is_empty() {
        return Err(not_this(Message::new("import.empty-file")));
    }
    let mut layer = match values(&text, reporter)? {
        Ok(values) => match values.as_slice() {
            [single] => read_outer(path, single)?,
            several => sequence::layer(several.iter().map(|value| Ok(*value)).collect()),
        },
        Err(error) => {
            let pieces = sequence::pieces(path, &decoded.text, reporter)?;
            sequence::layer(pieces.ok_or_else(|| broken(path, &error))?)
        }
    };
    if decoded.encoding != "UTF-8" {
        layer.notes.push(Message::new("import.encoding").text("encoding", decoded.encoding));
    }
    if decoded.damaged {
        layer.notes.push(Message::new("import.encoding-damaged").text("encoding", decoded.encoding));
    }
    Ok(layer)
}

/// All values of a text, or the first fault in it.
///
/// # Errors
/// [`Cancelled`] when the work was stopped.
fn values<'a>(text: &'a str, reporter: &dyn Reporter) -> Result<serde_json::Result<Vec<&'a RawValue>>, Cancelled> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        reporter.check()?;
        match value {
            Ok(value) => values.push(value),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(values))
}

fn broken(path: &Path, error: &serde_json::Error) -> ImportError {
    let reason = bare_reason(error);
    ImportError::Broken { path: path.to_owned(), line: error.line(), column: error.column(), reason }
}

/// What `serde_json` says, without the place, which is told apart.
fn bare_reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// A collection, a bare feature or a bare geometry.
fn read_outer(path: &Path, value: &RawValue) -> Result<RawLayer, ImportError> {
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let no_object = || not_this(Message::new("import.not-geojson"));
    if !value.get().starts_with('{') {
        return Err(no_object());
    }
    let outer: Outer<'_> = serde_json::from_str(value.get()).map_err(|error| broken(path, &error))?;
    let kind = text_of(outer.kind).unwrap_or_default();
    let mut layer = RawLayer { name: text_of(outer.name).unwrap_or_default(), ..RawLayer::default() };
    layer.crs = outer.crs.and_then(crs_member);
    layer.approximate = approximate_member(outer.approximate);
    let collection = kind == "FeatureCollection" || (outer.features.is_some() && kind != "Feature");
    if collection {
        let features = outer.features.ok_or_else(|| not_this(Message::new("import.no-features-member")))?;
        let features: Vec<&RawValue> =
            serde_json::from_str(features.get()).map_err(|_| not_this(Message::new("import.features-not-a-list")))?;
        if kind != "FeatureCollection" {
            layer.notes.push(Message::new("import.type-not-collection").text("type", kind));
        }
        layer.features = read_features(&features);
    } else if kind == "Feature" || is_geometry(&kind) {
        layer.features = vec![read_feature(value)];
    } else {
        return Err(no_object());
    }
    Ok(layer)
}

fn read_features(values: &[&RawValue]) -> Vec<RawFeature> {
    values.par_iter().map(|value| read_feature(value)).collect()
}

/// Types of geometry, RFC 7946 §1.4.
const GEOMETRIES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

fn is_geometry(kind: &str) -> bool {
    GEOMETRIES.contains(&kind)
}

/// A JSON string, when the value is one.
fn text_of(value: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(value?.get()).ok()
}

/// The foreign member that our exports carry where places are approximate.
fn approximate_member(value: Option<&RawValue>) -> Option<Approximation> {
    Approximation::from_code(&text_of(value)?)
}

/// `{"type": "name", "properties": {"name": "urn:…"}}` of the 2008 draft, §3; or the bare name.
fn crs_member(value: &RawValue) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(value.get()).ok()?;
    let properties = &value["properties"];
    let code = properties["code"].as_u64().map(|code| format!("EPSG:{code}"));
    properties["name"].as_str().or(value.as_str()).map(str::to_owned).or(code)
}

/// The place in the text of a geometry or a feature.
///
/// # Errors
/// Why there is none.
pub(super) fn shape(text: &str) -> Result<RawShape, Unshaped> {
    let value: &RawValue = serde_json::from_str(text).map_err(|error| Unshaped(unreadable(&error)))?;
    read_feature(value).shape
}

/// Reads one feature, or one bare geometry; what is wrong stands where its place would.
fn read_feature(value: &RawValue) -> RawFeature {
    let unread = |what: Message| RawFeature { id: None, shape: Err(Unshaped(what)), properties: Properties::new() };
    if !value.get().starts_with('{') {
        return unread(Message::new("import.not-an-object"));
    }
    let feature: Feature<'_> = match serde_json::from_str(value.get()) {
        Ok(feature) => feature,
        Err(error) => return unread(unreadable(&error)),
    };
    let kind = text_of(feature.kind).unwrap_or_default();
    if is_geometry(&kind) {
        let shape = read_geometry(value);
        return RawFeature { id: None, shape, properties: Properties::new() };
    }
    let properties = feature.properties.map(|raw| serde_json::from_str::<Properties>(raw.get()));
    let id = feature.id.and_then(|raw| id_text(raw.get()));
    let shape = match (kind.as_str(), feature.geometry) {
        ("Feature", Some(geometry)) => read_geometry(geometry),
        ("Feature", None) => Err(Unshaped::default()),
        _ => Err(Unshaped(Message::new("import.not-a-feature").text("type", kind))),
    };
    match properties.transpose() {
        Ok(properties) => RawFeature { id, shape, properties: properties.unwrap_or_default() },
        Err(_) => RawFeature { id, ..unread(Message::new("import.properties-not-an-object")) },
    }
}

fn unreadable(error: &serde_json::Error) -> Message {
    Message::new("import.feature-broken").text("reason", bare_reason(error))
}

/// A string or a number; anything else is no id.
fn id_text(raw: &str) -> Option<String> {
    match serde_json::from_str(raw).ok()? {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn read_geometry(value: &RawValue) -> Result<RawShape, Unshaped> {
    let mut shape = RawShape::default();
    add_geometry(value, &mut shape, DEEPEST_COLLECTION)?;
    if shape.coords().next().is_none() {
        return Err(Unshaped(Message::new("import.empty-geometry").text("type", shape.type_name)));
    }
    Ok(shape)
}

fn add_geometry(value: &RawValue, shape: &mut RawShape, deeper: usize) -> Result<(), Unshaped> {
    let broken = |error: &serde_json::Error| Unshaped(unreadable(error));
    let geometry: Geometry<'_> = serde_json::from_str(value.get()).map_err(|error| broken(&error))?;
    if shape.type_name.is_empty() {
        shape.type_name = geometry.kind.clone().into_owned().into();
    }
    if geometry.kind == "GeometryCollection" {
        if deeper == 0 {
            return Err(Unshaped(Message::new("import.too-deep")));
        }
        let members = geometry.geometries.unwrap_or_default();
        return members.into_iter().try_for_each(|member| add_geometry(member, shape, deeper - 1));
    }
    if !is_geometry(&geometry.kind) {
        return Err(Unshaped(Message::new("import.unknown-geometry").text("type", geometry.kind)));
    }
    let raw = geometry.coordinates.ok_or_else(|| Unshaped(Message::new("import.no-coordinates")))?;
    add_coordinates(&geometry.kind, raw.get(), shape).map_err(|error| broken(&error))
}

fn add_coordinates(kind: &str, raw: &str, shape: &mut RawShape) -> serde_json::Result<()> {
    let mut heights = false;
    let mut run = |line: Vec<Position>| -> Vec<Coord<f64>> {
        heights |= line.iter().any(|position| position.height);
        line.into_iter().map(|position| position.place).collect()
    };
    match kind {
        "Point" => shape.points.extend(run(vec![serde_json::from_str(raw)?])),
        "MultiPoint" => shape.points.extend(run(serde_json::from_str(raw)?)),
        "LineString" => shape.lines.push(run(serde_json::from_str(raw)?)),
        "MultiLineString" => {
            let lines: Vec<Vec<Position>> = serde_json::from_str(raw)?;
            shape.lines.extend(lines.into_iter().map(run));
        }
        "Polygon" => {
            let rings: Vec<Vec<Position>> = serde_json::from_str(raw)?;
            shape.areas.push(rings.into_iter().map(run).collect());
        }
        _ => {
            let polygons: Vec<Vec<Vec<Position>>> = serde_json::from_str(raw)?;
            shape.areas.extend(polygons.into_iter().map(|rings| rings.into_iter().map(&mut run).collect()));
        }
    }
    shape.heights |= heights;
    Ok(())
}

/// A position: two numbers; what follows is a height or foreign, and dropped (RFC 7946 §3.1.1).
struct Position {
    place: Coord<f64>,
    height: bool,
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a position of at least two numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let short = |found| serde::de::Error::invalid_length(found, &Self);
                let x = seq.next_element()?.ok_or_else(|| short(0))?;
                let y = seq.next_element()?.ok_or_else(|| short(1))?;
                let mut height = false;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    height = true;
                }
                Ok(Position { place: Coord { x, y }, height })
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}
