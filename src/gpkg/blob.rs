//! Geometry blobs (OGC 12-128r17, §2.1.3): a header with SRS and envelope, then well-known binary.
//! Coordinates are x, y whatever order the axes of the CRS have.

use geo::{BoundingRect, Coord, Geometry, MultiLineString, MultiPolygon, Point, Rect};

use super::BlobError;
use super::wkb::{Reader, Writer};

/// Bounds as min x, max x, min y, max y: the order of the header and of the R-tree.
pub type Envelope = [f64; 4];

/// A borrowed geometry of any kind that layers have.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// Polygons.
    Area(&'a MultiPolygon<f64>),
    /// Lines.
    Lines(&'a MultiLineString<f64>),
    /// A point.
    Point(Point<f64>),
    /// Anything.
    Any(&'a Geometry<f64>),
}

impl Shape<'_> {
    fn bounds(self) -> Option<Rect<f64>> {
        match self {
            Self::Area(shape) => shape.bounding_rect(),
            Self::Lines(shape) => shape.bounding_rect(),
            Self::Point(point) => Some(point.bounding_rect()),
            Self::Any(shape) => shape.bounding_rect(),
        }
    }
}

/// The blob of a geometry in the SRS `srs_id`. Points carry no envelope, as the standard advises. `O(coordinates)`.
#[must_use]
pub fn encode(shape: Shape<'_>, srs_id: i32) -> Vec<u8> {
    let bounds = shape.bounds();
    let is_point = matches!(shape, Shape::Point(_) | Shape::Any(Geometry::Point(_)));
    let with_envelope = bounds.is_some() && !is_point;
    let mut blob = Vec::with_capacity(64);
    blob.extend_from_slice(b"GP");
    // Version 0; flags: little endian (bit 0), envelope kind (bits 1–3), empty (bit 4).
    blob.push(0);
    blob.push(1 | (u8::from(with_envelope) << 1) | (u8::from(bounds.is_none()) << 4));
    blob.extend_from_slice(&srs_id.to_le_bytes());
    if let (true, Some(rect)) = (with_envelope, bounds) {
        for v in [rect.min().x, rect.max().x, rect.min().y, rect.max().y] {
            blob.extend_from_slice(&v.to_le_bytes());
        }
    }
    let mut writer = Writer(&mut blob);
    match shape {
        Shape::Area(shape) => writer.multi_polygon(shape),
        Shape::Lines(shape) => writer.multi_line(shape),
        Shape::Point(point) => writer.point(point),
        Shape::Any(shape) => writer.any(shape),
    }
    blob
}

/// Where the well-known binary begins, and the flags.
fn header(blob: &[u8]) -> Result<(usize, u8), BlobError> {
    if blob.len() < 8 || !blob.starts_with(b"GP") {
        return Err(BlobError::NoHeader);
    }
    let flags = blob[3];
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(BlobError::NoHeader),
    };
    Ok((8 + envelope, flags))
}

/// The geometry of a blob, Z and M left out.
///
/// # Errors
/// [`BlobError`] when the bytes are not a simple feature; nothing is guessed.
pub fn decode(blob: &[u8]) -> Result<Geometry<f64>, BlobError> {
    let (at, _) = header(blob)?;
    Reader::new(blob, at).geometry(0)
}

/// Whether the coordinates of a blob have heights, by the type of its geometry.
#[must_use]
pub fn has_height(blob: &[u8]) -> bool {
    let Ok((at, _)) = header(blob) else { return false };
    let code = match blob.get(at..) {
        Some([0, a, b, c, d, ..]) => u32::from_be_bytes([*a, *b, *c, *d]),
        Some([1, a, b, c, d, ..]) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return false,
    };
    code & 0x8000_0000 != 0 || matches!((code & 0x1FFF_FFFF) / 1000, 1 | 3)
}

/// Bounds of a blob: from its header when it has them, else from its coordinates; `None` when it is empty.
///
/// # Errors
/// As [`decode`].
pub fn envelope(blob: &[u8]) -> Result<Option<Envelope>, BlobError> {
    let (at, flags) = header(blob)?;
    if flags & 0x10 != 0 {
        return Ok(None);
    }
    if at > 8 && blob.len() >= at {
        let mut bounds = [0.0; 4];
        for (slot, raw) in bounds.iter_mut().zip(blob[8..40].chunks_exact(8)) {
            let raw: [u8; 8] = raw.try_into().map_err(|_| BlobError::Truncated(blob.len()))?;
            *slot = if flags & 1 == 1 { f64::from_le_bytes(raw) } else { f64::from_be_bytes(raw) };
        }
        return Ok(Some(bounds));
    }
    let rect = match Reader::new(blob, at).geometry(0) {
        Ok(shape) => shape.bounding_rect(),
        Err(BlobError::EmptyPoint) => None,
        Err(error) => return Err(error),
    };
    Ok(rect.map(|r| [r.min().x, r.max().x, r.min().y, r.max().y]))
}

/// Widens `total` by `one`.
pub(super) fn widen(total: &mut Option<Envelope>, one: Envelope) {
    let whole = total.get_or_insert(one);
    let low = Coord { x: whole[0].min(one[0]), y: whole[2].min(one[2]) };
    let high = Coord { x: whole[1].max(one[1]), y: whole[3].max(one[3]) };
    *whole = [low.x, high.x, low.y, high.y];
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{GeometryCollection, LineString, MultiPoint, Polygon};
    use proptest::prelude::*;

    fn coord() -> impl Strategy<Value = Coord<f64>> {
        (-1.0e7..1.0e7_f64, -1.0e7..1.0e7_f64).prop_map(|(x, y)| Coord { x, y })
    }

    fn line() -> impl Strategy<Value = LineString<f64>> {
        prop::collection::vec(coord(), 0..6).prop_map(LineString)
    }

    fn polygon() -> impl Strategy<Value = Polygon<f64>> {
        let ring = || prop::collection::vec(coord(), 3..6).prop_map(LineString);
        (ring(), prop::collection::vec(ring(), 0..3)).prop_map(|(outer, holes)| Polygon::new(outer, holes))
    }

    fn geometry() -> impl Strategy<Value = Geometry<f64>> {
        let leaf = prop_oneof![
            coord().prop_map(|c| Geometry::Point(Point(c))),
            line().prop_map(Geometry::LineString),
            polygon().prop_map(Geometry::Polygon),
            prop::collection::vec(coord(), 0..4)
                .prop_map(|v| Geometry::MultiPoint(MultiPoint(v.into_iter().map(Point).collect()))),
            prop::collection::vec(line(), 0..3).prop_map(|v| Geometry::MultiLineString(MultiLineString(v))),
            prop::collection::vec(polygon(), 0..3).prop_map(|v| Geometry::MultiPolygon(MultiPolygon(v))),
        ];
        leaf.prop_recursive(2, 12, 3, |inner| {
            prop::collection::vec(inner, 0..3).prop_map(|v| Geometry::GeometryCollection(GeometryCollection(v)))
        })
    }

    proptest! {
        #[test]
        fn encode_then_decode_is_identity(shape in geometry()) {
            let blob = encode(Shape::Any(&shape), 4551);
            prop_assert_eq!(decode(&blob).unwrap(), shape.clone());
            let want = shape.bounding_rect().map(|r| [r.min().x, r.max().x, r.min().y, r.max().y]);
            prop_assert_eq!(envelope(&blob).unwrap(), want);
        }

        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), keep in any::<bool>()) {
            if keep && bytes.len() > 4 {
                bytes[..4].copy_from_slice(b"GP\0\x01");
            }
            let _ = decode(&bytes);
            let _ = envelope(&bytes);
        }

        #[test]
        fn a_cut_blob_is_an_error(shape in geometry(), cut in 0.0..1.0_f64) {
            let blob = encode(Shape::Any(&shape), 0);
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "test")]
            let at = (blob.len() as f64 * cut) as usize;
            prop_assert!(decode(&blob[..at]).is_err());
        }
    }

    #[test]
    fn reads_big_endian_and_leaves_z_and_m_out() {
        let mut blob = b"GP\0\x00\0\0\x11\xC7".to_vec();
        blob.push(0);
        blob.extend_from_slice(&3002_u32.to_be_bytes());
        blob.extend_from_slice(&2_u32.to_be_bytes());
        for v in [1.0_f64, 2.0, 9.0, 8.0, 3.0, 4.0, 9.0, 8.0] {
            blob.extend_from_slice(&v.to_be_bytes());
        }
        let want = LineString::from(vec![(1.0, 2.0), (3.0, 4.0)]);
        assert_eq!(decode(&blob), Ok(Geometry::LineString(want)));
        assert_eq!(envelope(&blob), Ok(Some([1.0, 3.0, 2.0, 4.0])));
    }

    #[test]
    fn nested_collections_end() {
        let mut blob = b"GP\0\x01\0\0\0\0".to_vec();
        for _ in 0..40 {
            blob.push(1);
            blob.extend_from_slice(&7_u32.to_le_bytes());
            blob.extend_from_slice(&1_u32.to_le_bytes());
        }
        blob.extend_from_slice(&[0; 64]);
        assert_eq!(decode(&blob), Err(BlobError::TooDeep));
    }
}
