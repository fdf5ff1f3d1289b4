//! Well-known binary (OGC 06-103r4, §8): written little endian and flat, read in both byte orders, with Z and M
//! left out, in the ISO and the EWKB way of marking them.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::BlobError;

/// Deeper collections are refused, so that no file can exhaust the stack.
const MAX_DEPTH: u8 = 16;

/// Appends geometry to a buffer.
pub(super) struct Writer<'a>(pub(super) &'a mut Vec<u8>);

impl Writer<'_> {
    fn head(&mut self, code: u32) {
        self.0.push(1);
        self.u32(code);
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).unwrap_or(u32::MAX));
    }

    fn coords(&mut self, coords: &[Coord<f64>]) {
        self.count(coords.len());
        for c in coords {
            self.coord(*c);
        }
    }

    fn coord(&mut self, c: Coord<f64>) {
        self.0.extend_from_slice(&c.x.to_le_bytes());
        self.0.extend_from_slice(&c.y.to_le_bytes());
    }

    pub(super) fn point(&mut self, point: Point<f64>) {
        self.head(1);
        self.coord(point.0);
    }

    pub(super) fn line(&mut self, line: &LineString<f64>) {
        self.head(2);
        self.coords(&line.0);
    }

    pub(super) fn polygon(&mut self, polygon: &Polygon<f64>) {
        self.head(3);
        if polygon.exterior().0.is_empty() && polygon.interiors().is_empty() {
            return self.u32(0);
        }
        self.count(polygon.interiors().len() + 1);
        self.coords(&polygon.exterior().0);
        for ring in polygon.interiors() {
            self.coords(&ring.0);
        }
    }

    pub(super) fn multi_polygon(&mut self, shape: &MultiPolygon<f64>) {
        self.head(6);
        self.count(shape.0.len());
        for part in &shape.0 {
            self.polygon(part);
        }
    }

    pub(super) fn multi_line(&mut self, shape: &MultiLineString<f64>) {
        self.head(5);
        self.count(shape.0.len());
        for part in &shape.0 {
            self.line(part);
        }
    }

    pub(super) fn any(&mut self, shape: &Geometry<f64>) {
        match shape {
            Geometry::Point(p) => self.point(*p),
            Geometry::Line(l) => self.line(&LineString::from(vec![l.start, l.end])),
            Geometry::LineString(l) => self.line(l),
            Geometry::Polygon(p) => self.polygon(p),
            Geometry::MultiPoint(MultiPoint(points)) => {
                self.head(4);
                self.count(points.len());
                for point in points {
                    self.point(*point);
                }
            }
            Geometry::MultiLineString(l) => self.multi_line(l),
            Geometry::MultiPolygon(p) => self.multi_polygon(p),
            Geometry::GeometryCollection(GeometryCollection(parts)) => {
                self.head(7);
                self.count(parts.len());
                for part in parts {
                    self.any(part);
                }
            }
            Geometry::Rect(r) => self.polygon(&r.to_polygon()),
            Geometry::Triangle(t) => self.polygon(&t.to_polygon()),
        }
    }
}

fn little_coord(bytes: &[u8; 16]) -> Coord<f64> {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
    Coord { x: f64::from_le_bytes([a, b, c, d, e, f, g, h]), y: f64::from_le_bytes([i, j, k, l, m, n, o, p]) }
}

/// Reads geometry from a slice.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The head of one geometry.
#[derive(Clone, Copy)]
struct Head {
    little: bool,
    code: u32,
    /// Ordinates beyond x and y.
    more: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], BlobError> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        let taken = *taken.ok_or(BlobError::Truncated(self.bytes.len()))?;
        self.at += N;
        Ok(taken)
    }

    fn u32(&mut self, little: bool) -> Result<u32, BlobError> {
        let raw = self.take::<4>()?;
        Ok(if little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    fn f64(&mut self, little: bool) -> Result<f64, BlobError> {
        let raw = self.take::<8>()?;
        Ok(if little { f64::from_le_bytes(raw) } else { f64::from_be_bytes(raw) })
    }

    fn head(&mut self) -> Result<Head, BlobError> {
        let [order] = self.take::<1>()?;
        if order > 1 {
            return Err(BlobError::ByteOrder(order));
        }
        let little = order == 1;
        let raw = self.u32(little)?;
        let (z, m, srid) = (raw & 0x8000_0000 != 0, raw & 0x4000_0000 != 0, raw & 0x2000_0000 != 0);
        if srid {
            self.u32(little)?;
        }
        let plain = raw & 0x1FFF_FFFF;
        let iso = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(BlobError::UnknownType(raw)),
        };
        Ok(Head { little, code: plain % 1000, more: iso.max(usize::from(z) + usize::from(m)) })
    }

    /// A count of things that take at least `size` bytes each; a larger one than fits is refused before memory is taken.
    fn count(&mut self, head: Head, size: usize) -> Result<usize, BlobError> {
        let count = self.u32(head.little)?;
        let fits = (self.bytes.len() - self.at) / size;
        usize::try_from(count).ok().filter(|n| *n <= fits).ok_or(BlobError::Count(count))
    }

    fn coord(&mut self, head: Head) -> Result<Coord<f64>, BlobError> {
        let (x, y) = (self.f64(head.little)?, self.f64(head.little)?);
        for _ in 0..head.more {
            self.take::<8>()?;
        }
        Ok(Coord { x, y })
    }

    fn line(&mut self, head: Head) -> Result<LineString<f64>, BlobError> {
        let count = self.count(head, 16 + 8 * head.more)?;
        if let (true, 0, Some(bytes)) = (head.little, head.more, self.bytes.get(self.at..self.at + 16 * count)) {
            // As nearly every file has them.
            self.at += bytes.len();
            let (places, _) = bytes.as_chunks::<16>();
            return Ok(LineString(places.iter().map(little_coord).collect()));
        }
        let mut coords = Vec::with_capacity(count);
        for _ in 0..count {
            coords.push(self.coord(head)?);
        }
        Ok(LineString(coords))
    }

    fn polygon(&mut self, head: Head) -> Result<Polygon<f64>, BlobError> {
        let count = self.count(head, 4)?;
        if count == 0 {
            return Ok(Polygon::new(LineString(Vec::new()), Vec::new()));
        }
        let exterior = self.line(head)?;
        let mut interiors = Vec::with_capacity(count - 1);
        for _ in 1..count {
            interiors.push(self.line(head)?);
        }
        Ok(Polygon::new(exterior, interiors))
    }

    fn point(&mut self, head: Head) -> Result<Point<f64>, BlobError> {
        let c = self.coord(head)?;
        if c.x.is_nan() && c.y.is_nan() { Err(BlobError::EmptyPoint) } else { Ok(Point(c)) }
    }

    /// Parts of a multi-geometry, each with a head of its own that must be of type `code`.
    fn parts<T>(
        &mut self,
        head: Head,
        code: u32,
        read: impl Fn(&mut Self, Head) -> Result<T, BlobError>,
    ) -> Result<Vec<T>, BlobError> {
        let count = self.count(head, 5)?;
        let mut parts = Vec::with_capacity(count);
        for _ in 0..count {
            let inner = self.head()?;
            if inner.code != code {
                return Err(BlobError::WrongPart(inner.code));
            }
            parts.push(read(self, inner)?);
        }
        Ok(parts)
    }

    pub(super) fn geometry(&mut self, depth: u8) -> Result<Geometry<f64>, BlobError> {
        let head = self.head()?;
        Ok(match head.code {
            1 => Geometry::Point(self.point(head)?),
            2 => Geometry::LineString(self.line(head)?),
            3 => Geometry::Polygon(self.polygon(head)?),
            4 => Geometry::MultiPoint(MultiPoint(self.parts(head, 1, Self::point)?)),
            5 => Geometry::MultiLineString(MultiLineString(self.parts(head, 2, Self::line)?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.parts(head, 3, Self::polygon)?)),
            7 if depth < MAX_DEPTH => {
                let count = self.count(head, 5)?;
                let mut parts = Vec::with_capacity(count);
                for _ in 0..count {
                    parts.push(self.geometry(depth + 1)?);
                }
                Geometry::GeometryCollection(GeometryCollection(parts))
            }
            7 => return Err(BlobError::TooDeep),
            code => return Err(BlobError::UnknownType(code)),
        })
    }
}
