//! The shapes (`.shp`) and their index (`.shx`), after ESRI's description of July 1998. Outer rings run clockwise.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use geo::orient::{Direction, Orient};
use geo::{BoundingRect, Coord, Geometry, LineString, MultiPolygon};

use super::Form;
use crate::export::geojson::Replacing;

/// Bytes of the head of both files.
const HEAD: u64 = 100;

/// Bytes of a file, at most.
const MOST: u64 = (1 << 31) - 1;

pub(super) struct Shapes {
    form: Form,
    shp: Replacing,
    shx: Replacing,
    /// Bytes of the shapes so far.
    at: u64,
    records: u64,
    bounds: Option<[f64; 4]>,
}

fn narrow(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

impl Shapes {
    pub(super) fn create(base: &Path, form: Form) -> io::Result<Self> {
        let open = |ending: &str| -> io::Result<Replacing> {
            let mut file = Replacing::create(&base.with_extension(ending))?;
            file.out.write_all(&[0; 100])?;
            Ok(file)
        };
        let (shp, shx) = (open("shp")?, open("shx")?);
        Ok(Self { form, shp, shx, at: HEAD, records: 0, bounds: None })
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.at > MOST
    }

    /// The next shape; nothing is a record without one.
    pub(super) fn add(&mut self, shape: Option<&Geometry<f64>>) -> io::Result<()> {
        let mut body = Vec::new();
        match shape {
            Some(shape) => self.body(shape, &mut body),
            None => body.extend(0_i32.to_le_bytes()),
        }
        if let Some(b) = shape.and_then(BoundingRect::bounding_rect) {
            let own = [b.min().x, b.min().y, b.max().x, b.max().y];
            let all = self.bounds.unwrap_or(own);
            self.bounds = Some([all[0].min(own[0]), all[1].min(own[1]), all[2].max(own[2]), all[3].max(own[3])]);
        }
        self.records += 1;
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX) / 2;
        self.shx.out.write_all(&narrow(self.at / 2).to_be_bytes())?;
        self.shx.out.write_all(&narrow(length).to_be_bytes())?;
        self.shp.out.write_all(&narrow(self.records).to_be_bytes())?;
        self.shp.out.write_all(&narrow(length).to_be_bytes())?;
        self.shp.out.write_all(&body)?;
        self.at += 8 + length * 2;
        Ok(())
    }

    fn body(&self, shape: &Geometry<f64>, body: &mut Vec<u8>) {
        match self.form {
            Form::Points => {
                let point = first_point(shape).unwrap_or_default();
                body.extend(1_i32.to_le_bytes());
                for value in [point.x, point.y] {
                    body.extend(value.to_le_bytes());
                }
            }
            Form::Lines => parts(3, &lines_of(shape), body),
            Form::Areas => parts(5, &rings_of(shape), body),
        }
    }

    pub(super) fn finish(self, base: &Path) -> io::Result<()> {
        let Self { form, mut shp, mut shx, at, records, bounds } = self;
        let kind = match form {
            Form::Points => 1,
            Form::Lines => 3,
            Form::Areas => 5,
        };
        for (file, bytes) in [(&mut shp, at), (&mut shx, HEAD + records * 8)] {
            file.out.flush()?;
            file.out.seek(SeekFrom::Start(0))?;
            file.out.write_all(&head(kind, bytes, bounds.unwrap_or_default()))?;
        }
        shp.finish(&base.with_extension("shp"))?;
        shx.finish(&base.with_extension("shx"))
    }
}

fn head(kind: i32, bytes: u64, bounds: [f64; 4]) -> Vec<u8> {
    let mut head = Vec::with_capacity(100);
    head.extend(9_994_i32.to_be_bytes());
    head.extend([0; 20]);
    head.extend(narrow(bytes / 2).to_be_bytes());
    head.extend(1_000_i32.to_le_bytes());
    head.extend(kind.to_le_bytes());
    for value in bounds.into_iter().chain([0.0; 4]) {
        head.extend(value.to_le_bytes());
    }
    head
}

/// A shape of several runs: box, counts, beginnings, places.
fn parts(kind: i32, runs: &[Vec<Coord<f64>>], body: &mut Vec<u8>) {
    let places = || runs.iter().flatten();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let bounds = places().fold(start, |b, c| [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)]);
    body.extend(kind.to_le_bytes());
    for value in bounds {
        body.extend(value.to_le_bytes());
    }
    body.extend(count(runs.len()).to_le_bytes());
    body.extend(count(places().count()).to_le_bytes());
    let mut begin = 0;
    for run in runs {
        body.extend(count(begin).to_le_bytes());
        begin += run.len();
    }
    for c in places() {
        body.extend(c.x.to_le_bytes());
        body.extend(c.y.to_le_bytes());
    }
}

fn first_point(shape: &Geometry<f64>) -> Option<Coord<f64>> {
    match shape {
        Geometry::Point(p) => Some(p.0),
        Geometry::MultiPoint(points) => points.iter().next().map(|p| p.0),
        Geometry::GeometryCollection(parts) => parts.iter().find_map(first_point),
        _ => None,
    }
}

fn lines_of(shape: &Geometry<f64>) -> Vec<Vec<Coord<f64>>> {
    match shape {
        Geometry::Line(l) => vec![vec![l.start, l.end]],
        Geometry::LineString(l) => vec![l.0.clone()],
        Geometry::MultiLineString(lines) => lines.iter().filter(|l| l.0.len() > 1).map(|l| l.0.clone()).collect(),
        Geometry::GeometryCollection(parts) => parts.iter().flat_map(lines_of).collect(),
        _ => Vec::new(),
    }
}

fn rings_of(shape: &Geometry<f64>) -> Vec<Vec<Coord<f64>>> {
    let area = |shape: MultiPolygon<f64>| -> Vec<Vec<Coord<f64>>> {
        let oriented = shape.orient(Direction::Reversed);
        let rings = |p: &geo::Polygon<f64>| -> Vec<LineString<f64>> {
            std::iter::once(p.exterior().clone()).chain(p.interiors().iter().cloned()).collect()
        };
        oriented.iter().flat_map(rings).filter(|ring| ring.0.len() > 3).map(|ring| ring.0).collect()
    };
    match shape {
        Geometry::Polygon(p) => area(MultiPolygon(vec![p.clone()])),
        Geometry::MultiPolygon(p) => area(p.clone()),
        Geometry::Rect(r) => area(MultiPolygon(vec![r.to_polygon()])),
        Geometry::Triangle(t) => area(MultiPolygon(vec![t.to_polygon()])),
        Geometry::GeometryCollection(parts) => parts.iter().flat_map(rings_of).collect(),
        _ => Vec::new(),
    }
}
