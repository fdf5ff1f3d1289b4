//! A feature as every program writes it: `type`, `properties` and `geometry` once each, a geometry of a single kind.
//! Anything else is left to the common reader, so that this one needs no words.

use std::ops::Range;

use geo::Coord;

use super::scan::{Scan, Scanned, Stop};
use crate::import::source::{Headers, RawFeature, RawShape};
use crate::model::Properties;

/// Names in one object that are compared with each other; longer lists are left to the common reader.
const MOST_NAMES: usize = 64;

/// Reads features one after the other and remembers the names of their fields, which are mostly the same ones.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// Names of the fields of the last feature, in order and no two alike.
    last: Vec<String>,
    headers: Headers,
    /// Places of the names of the feature at hand.
    names: Vec<Range<usize>>,
    /// How many of them, from the first on, are those of the last feature.
    alike: usize,
    /// Room for the places of one run, so that each list is made once and in its size.
    coords: Vec<Coord<f64>>,
}

impl Plain {
    /// Names of all fields so far, in the order of their first appearance.
    pub(super) fn into_headers(self) -> Vec<String> {
        self.headers.into_names()
    }

    /// Notes the fields of a feature that was read in another way.
    pub(super) fn note_other(&mut self, feature: &RawFeature) {
        feature.properties.keys().for_each(|name| self.headers.note(&name));
    }

    /// Reads one feature; the scanner then stands behind it.
    ///
    /// # Errors
    /// [`Stop`] when it is not whole or not plain; where the scanner stands then means nothing.
    pub(super) fn feature(&mut self, scan: &mut Scan<'_>) -> Scanned<RawFeature> {
        scan.peek()?;
        let start = scan.at;
        let (mut kind, mut id, mut shape, mut properties) = (None, None, None, None);
        let mut more = scan.open(b'{', b'}')?;
        let mut names = Names::default();
        while more {
            let name = scan.name()?;
            names.add(scan.bytes, &name)?;
            match &scan.bytes[name] {
                b"type" => kind = Some(scan.string()?),
                b"geometry" => shape = Some(geometry(scan, &mut self.coords)?),
                b"properties" if scan.peek()? == b'n' => scan.skip()?,
                b"properties" => properties = Some(self.object(scan)?),
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
        let Some(range) = properties else { return Ok(RawFeature { id, shape: Ok(shape), properties: Properties::new() }) };
        self.note(scan.bytes);
        let fields = text.get(range.start - start..range.end - start).ok_or(Stop::Unusual)?;
        Ok(RawFeature { id, shape: Ok(shape), properties: Properties::from_object(fields) })
    }

    /// The place of an object with no name twice.
    fn object(&mut self, scan: &mut Scan<'_>) -> Scanned<Range<usize>> {
        scan.peek()?;
        let start = scan.at;
        self.names.clear();
        self.alike = 0;
        let mut more = scan.open(b'{', b'}')?;
        while more {
            let name = scan.name()?;
            let place = self.names.len();
            let same = self.last.get(place).is_some_and(|last| last.as_bytes() == &scan.bytes[name.clone()]);
            if same && self.alike == place {
                self.alike += 1;
            }
            self.names.push(name);
            scan.skip()?;
            more = scan.more(b'}')?;
        }
        self.no_name_twice(scan.bytes)?;
        Ok(start..scan.at)
    }

    /// Those that are the last feature's are no two alike.
    fn no_name_twice(&self, bytes: &[u8]) -> Scanned<()> {
        if self.alike == self.names.len() {
            return Ok(());
        }
        let mut names = Names::default();
        self.names.iter().try_for_each(|name| names.add(bytes, name))
    }

    /// Notes the names of a feature that was read; they are text, as the whole feature is.
    fn note(&mut self, bytes: &[u8]) {
        if self.alike == self.names.len() {
            return;
        }
        self.last.resize(self.names.len(), String::new());
        for (last, name) in self.last.iter_mut().zip(&self.names) {
            let name = String::from_utf8_lossy(&bytes[name.clone()]);
            self.headers.note(&name);
            last.clear();
            last.push_str(&name);
        }
    }
}

/// Names of one object, to find one that is there twice. The first few need no memory of their own.
#[derive(Default)]
struct Names {
    first: [(usize, usize); 8],
    count: usize,
    others: Vec<(usize, usize)>,
}

impl Names {
    fn add(&mut self, bytes: &[u8], name: &Range<usize>) -> Scanned<()> {
        let known = &self.first[..self.count.min(self.first.len())];
        let twice = known.iter().chain(&self.others).any(|&(start, end)| bytes[start..end] == bytes[name.clone()]);
        if twice || self.count == MOST_NAMES {
            return Err(Stop::Unusual);
        }
        match self.first.get_mut(self.count) {
            Some(place) => *place = (name.start, name.end),
            None => self.others.push((name.start, name.end)),
        }
        self.count += 1;
        Ok(())
    }
}

fn geometry(scan: &mut Scan<'_>, coords: &mut Vec<Coord<f64>>) -> Scanned<RawShape> {
    let mut names = Names::default();
    let (mut kind, mut coordinates) = (None, None);
    let mut shape = RawShape::default();
    let mut more = scan.open(b'{', b'}')?;
    while more {
        let name = scan.name()?;
        names.add(scan.bytes, &name)?;
        match &scan.bytes[name] {
            b"type" => kind = Some(scan.string()?),
            b"coordinates" => {
                scan.peek()?;
                coordinates = Some(scan.at);
                match &kind {
                    Some(kind) => positions(scan, kind.clone(), &mut shape, coords)?,
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
        positions(&mut Scan { bytes: scan.bytes, at: from }, kind, &mut shape, coords)?;
    }
    // Without a place the common reader says what kind of nothing it is.
    let placed = shape.coords().next().is_some();
    placed.then_some(shape).ok_or(Stop::Unusual)
}

fn positions(scan: &mut Scan<'_>, kind: Range<usize>, shape: &mut RawShape, coords: &mut Vec<Coord<f64>>) -> Scanned<()> {
    let kind = std::str::from_utf8(&scan.bytes[kind]).map_err(|_| Stop::Unusual)?;
    let mut heights = false;
    let known = super::GEOMETRIES.into_iter().find(|own| *own == kind).ok_or(Stop::Unusual)?;
    match known {
        "Point" => shape.points.push(position(scan, &mut heights)?),
        "MultiPoint" => shape.points = run(scan, coords, &mut heights)?,
        "LineString" => shape.lines.push(run(scan, coords, &mut heights)?),
        "MultiLineString" => shape.lines = list(scan, |scan| run(scan, coords, &mut heights))?,
        "Polygon" => shape.areas.push(list(scan, |scan| run(scan, coords, &mut heights))?),
        "MultiPolygon" => shape.areas = list(scan, |scan| list(scan, |scan| run(scan, coords, &mut heights)))?,
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

fn run(scan: &mut Scan<'_>, coords: &mut Vec<Coord<f64>>, heights: &mut bool) -> Scanned<Vec<Coord<f64>>> {
    coords.clear();
    let mut more = scan.open(b'[', b']')?;
    while more {
        coords.push(position(scan, heights)?);
        more = scan.more(b']')?;
    }
    Ok(coords.as_slice().to_vec())
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
