//! A feature as every program writes it: `type`, `properties` and `geometry` once each, a geometry of a single kind.
//! Anything else is left to the common reader, so that this one needs no words.

use std::ops::Range;

use geo::Coord;

use super::scan::{Scan, Scanned, Stop};
use crate::import::source::{RawFeature, RawShape};
use crate::model::Properties;

/// Names in one object that are compared with each other; longer lists are left to the common reader.
const MOST_NAMES: usize = 64;

/// Reads one feature; the scanner then stands behind it.
///
/// # Errors
/// [`Stop`] when it is not whole or not plain; where the scanner stands then means nothing.
pub(super) fn feature(scan: &mut Scan<'_>) -> Scanned<RawFeature> {
    scan.peek()?;
    let start = scan.at;
    let (mut kind, mut id, mut shape, mut properties) = (None, None, None, None);
    let mut more = scan.open(b'{', b'}')?;
    let mut names = Names::default();
    while more {
        let name = scan.name()?;
        names.add(scan.bytes, name.clone())?;
        match &scan.bytes[name] {
            b"type" => kind = Some(scan.string()?),
            b"geometry" => shape = Some(geometry(scan)?),
            b"properties" if scan.peek()? == b'n' => scan.skip()?,
            b"properties" => properties = Some(object(scan)?),
            b"id" => {
                scan.peek()?;
                let from = scan.at;
                scan.skip()?;
                id = super::id_text(std::str::from_utf8(&scan.bytes[from..scan.at]).map_err(|_| Stop::Unusual)?);
            }
            _ => scan.skip()?,
        }
        more = scan.more(b'}')?;
    }
    let (Some(kind), Some(shape)) = (kind, shape) else { return Err(Stop::Unusual) };
    if &scan.bytes[kind] != b"Feature" {
        return Err(Stop::Unusual);
    }
    let text = std::str::from_utf8(&scan.bytes[start..scan.at]).map_err(|_| Stop::Unusual)?;
    let fields = properties.and_then(|range| text.get(range.start - start..range.end - start));
    Ok(RawFeature { id, shape: Ok(shape), properties: fields.map(Properties::from_object).unwrap_or_default() })
}

/// Names of one object, to find one that is there twice.
#[derive(Default)]
struct Names(Vec<Range<usize>>);

impl Names {
    fn add(&mut self, bytes: &[u8], name: Range<usize>) -> Scanned<()> {
        let twice = self.0.iter().any(|own| own.len() == name.len() && bytes[own.clone()] == bytes[name.clone()]);
        if twice || self.0.len() == MOST_NAMES {
            return Err(Stop::Unusual);
        }
        self.0.push(name);
        Ok(())
    }
}

/// The place of an object with no name twice.
fn object(scan: &mut Scan<'_>) -> Scanned<Range<usize>> {
    scan.peek()?;
    let start = scan.at;
    let mut names = Names::default();
    let mut more = scan.open(b'{', b'}')?;
    while more {
        let name = scan.name()?;
        names.add(scan.bytes, name)?;
        scan.skip()?;
        more = scan.more(b'}')?;
    }
    Ok(start..scan.at)
}

fn geometry(scan: &mut Scan<'_>) -> Scanned<RawShape> {
    let mut names = Names::default();
    let (mut kind, mut coordinates) = (None, None);
    let mut shape = RawShape::default();
    let mut more = scan.open(b'{', b'}')?;
    while more {
        let name = scan.name()?;
        names.add(scan.bytes, name.clone())?;
        match &scan.bytes[name] {
            b"type" => kind = Some(scan.string()?),
            b"coordinates" => {
                scan.peek()?;
                coordinates = Some(scan.at);
                match &kind {
                    Some(kind) => positions(scan, kind.clone(), &mut shape)?,
                    None => scan.skip()?,
                }
            }
            b"geometries" => return Err(Stop::Unusual),
            _ => scan.skip()?,
        }
        more = scan.more(b'}')?;
    }
    let (Some(kind), Some(from)) = (kind, coordinates) else { return Err(Stop::Unusual) };
    // The type may stand behind the coordinates.
    if shape.type_name.is_empty() {
        positions(&mut Scan { bytes: scan.bytes, at: from }, kind, &mut shape)?;
    }
    // Without a place the common reader says what kind of nothing it is.
    let placed = shape.coords().next().is_some();
    placed.then_some(shape).ok_or(Stop::Unusual)
}

fn positions(scan: &mut Scan<'_>, kind: Range<usize>, shape: &mut RawShape) -> Scanned<()> {
    let kind = std::str::from_utf8(&scan.bytes[kind]).map_err(|_| Stop::Unusual)?;
    let mut heights = false;
    let known = super::GEOMETRIES.into_iter().find(|own| *own == kind).ok_or(Stop::Unusual)?;
    match known {
        "Point" => shape.points.push(position(scan, &mut heights)?),
        "MultiPoint" => shape.points = run(scan, &mut heights)?,
        "LineString" => shape.lines.push(run(scan, &mut heights)?),
        "MultiLineString" => shape.lines = list(scan, |scan| run(scan, &mut heights))?,
        "Polygon" => shape.areas.push(list(scan, |scan| run(scan, &mut heights))?),
        "MultiPolygon" => shape.areas = list(scan, |scan| list(scan, |scan| run(scan, &mut heights)))?,
        _ => return Err(Stop::Unusual),
    }
    shape.heights = heights;
    shape.type_name = known.into();
    Ok(())
}

fn list<T>(scan: &mut Scan<'_>, mut item: impl FnMut(&mut Scan<'_>) -> Scanned<T>) -> Scanned<Vec<T>> {
    let mut items = Vec::new();
    let mut more = scan.open(b'[', b']')?;
    if more {
        // Most lists of rings and lines have one member.
        items.reserve_exact(1);
    }
    while more {
        items.push(item(scan)?);
        more = scan.more(b']')?;
    }
    Ok(items)
}

fn run(scan: &mut Scan<'_>, heights: &mut bool) -> Scanned<Vec<Coord<f64>>> {
    let mut coords = Vec::with_capacity(8);
    let mut more = scan.open(b'[', b']')?;
    while more {
        coords.push(position(scan, heights)?);
        more = scan.more(b']')?;
    }
    coords.shrink_to_fit();
    Ok(coords)
}

fn position(scan: &mut Scan<'_>, heights: &mut bool) -> Scanned<Coord<f64>> {
    scan.expect(b'[')?;
    let x = scan.number()?;
    scan.expect(b',')?;
    let y = scan.number()?;
    while scan.more(b']')? {
        *heights = true;
        scan.skip()?;
    }
    Ok(Coord { x, y })
}
