//! The `.shp` file: shapes of one type, each in a record of its own (ESRI Shapefile Technical Description, July 1998).
//!
//! Every length and count is held against the bytes that are there before memory is taken. A record that is broken is
//! left out with its reason, and the next one is read ([`super::records`]).

use geo::Coord;

use super::super::source::{RawShape, Unshaped};
use super::records::{Lost, Records, indexed, walked};
use crate::base::Message;
use crate::geometry::repair::RawRings;

/// Length of the header of `.shp` and `.shx`, bytes.
pub(super) const HEADER: usize = 100;

/// Vertices of outer rings times holes that are compared, at most: a second or two of work. Real polygons of several parts
/// have hundreds of holes; only a made-up file has more.
const MOST_COMPARED: usize = 1 << 30;

/// The shapes of a file, in its order.
pub(super) struct Shapes {
    /// A shape, or why there is none.
    pub(super) list: Vec<Result<RawShape, Unshaped>>,
    /// Shapes that carried measures, which are dropped.
    pub(super) measured: usize,
    /// Rings wound as holes that lie in no outer ring; each was read as an area of its own.
    pub(super) stray_holes: usize,
    /// The index could not be trusted; the file was read from record to record.
    pub(super) bad_index: bool,
    /// Records that were found although their own length, or that of the one before, is wrong.
    pub(super) found_again: usize,
    /// Records that the index does not name.
    pub(super) unindexed: usize,
}

/// Reads a `.shp` file with its index when there is one.
///
/// # Errors
/// A message when the file has no header of a shapefile.
pub(super) fn read(shp: &[u8], shx: Option<&[u8]>) -> Result<Shapes, Message> {
    if !has_header(shp) {
        return Err(Message::new("import.shp-no-header"));
    }
    let records = shx.and_then(|shx| indexed(shp, shx));
    let bad_index = shx.is_some() && records.is_none();
    let Records { spans, found_again, unindexed } = records.unwrap_or_else(|| walked(shp));
    let list = Vec::with_capacity(spans.len());
    let mut shapes = Shapes { list, measured: 0, stray_holes: 0, bad_index, found_again, unindexed };
    for span in spans {
        let shape = match span {
            Ok((start, end)) => shp.get(start..end).ok_or_else(cut_off).and_then(|content| shape_of(content, &mut shapes)),
            Err(Lost::CutOff) => Err(cut_off()),
            Err(Lost::Broken) => Err(broken()),
        };
        shapes.list.push(shape);
    }
    Ok(shapes)
}

pub(super) fn has_header(bytes: &[u8]) -> bool {
    bytes.len() >= HEADER && be(bytes, 0) == Some(9994)
}

pub(super) fn be(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn le(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn number(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// 16-bit words to bytes.
pub(super) fn bytes_of(words: u32) -> Option<usize> {
    usize::try_from(words).ok()?.checked_mul(2)
}

fn cut_off() -> Unshaped {
    Unshaped(Message::new("import.shp-cut-off"))
}

fn broken() -> Unshaped {
    Unshaped(Message::new("import.shp-record-broken"))
}

/// The shape in the content of a record.
fn shape_of(content: &[u8], shapes: &mut Shapes) -> Result<RawShape, Unshaped> {
    let code = le(content, 0).ok_or_else(broken)?;
    let mut shape = RawShape { heights: matches!(code, 11..=18 | 31), ..RawShape::default() };
    shapes.measured += usize::from(matches!(code, 21..=28));
    match code {
        0 => return Err(Unshaped(Message::new("import.no-geometry"))),
        1 | 11 | 21 => {
            shape.type_name = "Point".into();
            shape.points = coords(content, 4, 1)?;
        }
        8 | 18 | 28 => {
            shape.type_name = "MultiPoint".into();
            let count = le(content, 36).ok_or_else(broken)?;
            shape.points = coords(content, 40, usize::try_from(count).map_err(|_| broken())?)?;
        }
        3 | 13 | 23 => {
            shape.lines = parts(content, 44)?.0;
            shape.type_name = if shape.lines.len() == 1 { "LineString" } else { "MultiLineString" }.into();
        }
        5 | 15 | 25 => {
            let (areas, strays) = areas(parts(content, 44)?.0)?;
            shapes.stray_holes += strays;
            shape.areas = areas;
            shape.type_name = if shape.areas.len() == 1 { "Polygon" } else { "MultiPolygon" }.into();
        }
        31 => {
            shape.areas = patches(content)?;
            shape.type_name = "MultiPatch".into();
        }
        other => return Err(Unshaped(Message::new("import.unknown-geometry").text("type", other.to_string()))),
    }
    if shape.coords().next().is_none() {
        return Err(Unshaped(Message::new("import.empty-geometry").text("type", shape.type_name)));
    }
    Ok(shape)
}

fn coords(content: &[u8], at: usize, count: usize) -> Result<Vec<Coord<f64>>, Unshaped> {
    let end = count.checked_mul(16).and_then(|size| size.checked_add(at)).ok_or_else(broken)?;
    let pairs = content.get(at..end).ok_or_else(broken)?.chunks_exact(16);
    pairs.map(|pair| Some(Coord { x: number(pair, 0)?, y: number(pair, 8)? })).collect::<Option<_>>().ok_or_else(broken)
}

/// Parts of a shape, and an offset.
type Parts = (Vec<Vec<Coord<f64>>>, usize);

/// Parts of a line or polygon; `starts` is where the list of their first points begins. Also the offset behind the list.
fn parts(content: &[u8], starts: usize) -> Result<Parts, Unshaped> {
    let read = |at| le(content, at).and_then(|v| usize::try_from(v).ok()).ok_or_else(broken);
    let (count, points) = (read(36)?, read(40)?);
    let behind = count.checked_mul(4).and_then(|size| size.checked_add(starts)).ok_or_else(broken)?;
    let list = content.get(starts..behind).ok_or_else(broken)?;
    let mut firsts: Vec<usize> = list.chunks_exact(4).filter_map(|raw| usize::try_from(le(raw, 0)?).ok()).collect();
    // A multipatch has the kinds of its parts between the list and the points.
    let at = if le(content, 0) == Some(31) { behind.checked_add(4 * count).ok_or_else(broken)? } else { behind };
    let all = coords(content, at, points)?;
    firsts.push(points);
    let cut = |pair: &[usize]| all.get(pair[0]..pair[1]).map(<[_]>::to_vec);
    let lines: Option<Vec<_>> = firsts.windows(2).map(cut).collect();
    Ok((lines.ok_or_else(broken)?, behind))
}

/// Twice the area by the shoelace formula, about the first point; negative of a ring that runs clockwise.
fn signed(ring: &[Coord<f64>]) -> f64 {
    let Some(&zero) = ring.first() else { return 0.0 };
    let cross = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0] - zero, pair[1] - zero);
        a.x * b.y - a.y * b.x
    };
    ring.windows(2).map(cross).sum()
}

/// Rings to polygons: outer rings run clockwise, holes the other way round and after or before their outer ring, in any
/// order (p. 8 of the description). Where all run the wrong way, all are outer rings. Also how many holes had no outer ring.
fn areas(rings: Vec<Vec<Coord<f64>>>) -> Result<(Vec<RawRings>, usize), Unshaped> {
    let (mut outers, mut holes): (Vec<_>, Vec<_>) =
        rings.into_iter().filter(|ring| !ring.is_empty()).partition(|ring| signed(ring) <= 0.0);
    if outers.is_empty() {
        std::mem::swap(&mut outers, &mut holes);
    }
    // Other formats wind outer rings the other way round; that is no fault of these.
    outers.iter_mut().filter(|ring| signed(ring) < 0.0).for_each(|ring| ring.reverse());
    holes.iter_mut().filter(|ring| signed(ring) > 0.0).for_each(|ring| ring.reverse());
    let mut areas: Vec<RawRings> = outers.into_iter().map(|ring| vec![ring]).collect();
    if let [only] = areas.as_mut_slice() {
        only.extend(holes);
        return Ok((areas, 0));
    }
    let vertices: usize = areas.iter().flatten().map(Vec::len).sum();
    if vertices.saturating_mul(holes.len()) > MOST_COMPARED {
        return Err(Unshaped(Message::new("import.too-many-rings").count("holes", holes.len())));
    }
    let sizes: Vec<f64> = areas.iter().map(|area| signed(&area[0]).abs()).collect();
    let mut strays = Vec::new();
    for hole in holes {
        let around = (0..sizes.len()).filter(|&outer| sizes[outer] >= signed(&hole).abs() && surrounds(&areas[outer][0], &hole));
        match around.min_by(|&a, &b| sizes[a].total_cmp(&sizes[b])) {
            Some(outer) => areas[outer].push(hole),
            None => strays.push(vec![hole]),
        }
    }
    let found = strays.len();
    areas.extend(strays);
    Ok((areas, found))
}

/// Whether most of a few vertices of `hole` lie inside `outer`: a single one may lie on its rim.
fn surrounds(outer: &[Coord<f64>], hole: &[Coord<f64>]) -> bool {
    let step = hole.len().div_ceil(5).max(1);
    let probes = hole.iter().step_by(step);
    let (inside, all) = probes.fold((0, 0), |(inside, all), probe| (inside + usize::from(holds(outer, *probe)), all + 1));
    inside * 2 > all
}

/// The even-odd rule.
fn holds(ring: &[Coord<f64>], p: Coord<f64>) -> bool {
    let crossed = |pair: &&[Coord<f64>]| {
        let (a, b) = (pair[0], pair[1]);
        (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x
    };
    ring.windows(2).filter(crossed).count() % 2 == 1
}

/// Rings of a multipatch seen from above; triangles are no outlines of anything that is planned.
fn patches(content: &[u8]) -> Result<Vec<RawRings>, Unshaped> {
    let (rings, kinds) = parts(content, 44)?;
    let mut areas: Vec<RawRings> = Vec::new();
    for (place, ring) in rings.into_iter().enumerate() {
        match le(content, kinds + 4 * place) {
            Some(2 | 4) => areas.push(vec![ring]),
            Some(3 | 5) => match areas.last_mut() {
                Some(area) => area.push(ring),
                None => areas.push(vec![ring]),
            },
            _ => return Err(Unshaped(Message::new("import.unknown-geometry").text("type", "TriangleStrip"))),
        }
    }
    Ok(areas)
}
