//! Mends shapes as people draw and export them, and says what it did, where, and how much changed. Coordinates are in metres.
//!
//! What comes out of [`mend_area`] is valid in the OGC sense: rings closed, simple, of at least four points, wound as
//! RFC 7946 §3.1.6 has it (outer rings counter-clockwise), parts that do not overlap. Mending it again changes nothing.
//! The area after is the area before (by the shoelace formula, outer rings less holes) and the sum of the named changes.

mod mend;
mod ring;
mod tangle;
#[cfg(test)]
mod tests;
mod untangle;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use crate::base::Message;
use mend::Tally;

pub use mend::{Mend, MendKind};
pub use ring::{NEARLY_CLOSED_M, comes_back};

/// Rings of one polygon, the outer one first, as the source has them: perhaps open, perhaps too short.
pub type RawRings = Vec<Vec<Coord<f64>>>;

/// Lines as the source has them: perhaps without length.
pub type RawLines = Vec<Vec<Coord<f64>>>;

/// No coordinate lies farther out, m: once round the Earth and a quarter. Eastings with the number of a zone come to 46 million.
const FARTHEST_M: f64 = 5e7;

/// No feature is wider, m: China is 5,200 km wide. The overlay counts in 31 bits, so a shape of this width is drawn anew to a
/// centimetre.
const WIDEST_M: f64 = 1e7;

/// Why nothing is left of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hopeless {
    /// No ring encloses an area.
    #[error("no area is left")]
    NoArea,
    /// No line has a length.
    #[error("no length is left")]
    NoLength,
    /// A coordinate is no place on Earth.
    #[error("a coordinate is no place on Earth")]
    OffEarth,
}

impl Hopeless {
    /// The sentence for the user.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::NoArea => Message::new("geometry.no-area"),
            Self::NoLength => Message::new("geometry.no-length"),
            Self::OffEarth => Message::new("geometry.off-earth"),
        }
    }
}

/// A shape that is in order now, and what was done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired<T, D> {
    /// The shape.
    pub shape: T,
    /// What was done, in order; empty when nothing was.
    pub mends: Vec<Mend>,
    /// The shape as it was drawn (repeated vertices and winding aside), when a mend changed more than those.
    pub drawn: Option<D>,
}

fn is_off_earth(coord: &Coord<f64>) -> bool {
    // Not a number compares false, too.
    !(coord.x.abs() <= FARTHEST_M && coord.y.abs() <= FARTHEST_M)
}

fn is_too_wide(polygons: &[RawRings]) -> bool {
    let all = || polygons.iter().flatten().flatten();
    let is_wide = |along: fn(&Coord<f64>) -> f64| {
        let (low, high) = all().map(along).fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        high - low > WIDEST_M
    };
    is_wide(|c| c.x) || is_wide(|c| c.y)
}

/// Mends lines: repeated vertices go, and so do lines without length.
///
/// # Errors
/// [`Hopeless::NoLength`] when no line has a length, [`Hopeless::OffEarth`] when a coordinate is no place.
pub fn mend_lines(lines: RawLines) -> Result<Repaired<MultiLineString<f64>, RawLines>, Hopeless> {
    if lines.iter().flatten().any(is_off_earth) {
        return Err(Hopeless::OffEarth);
    }
    let short = |line: &Vec<Coord<f64>>| line.first().is_none_or(|first| line.iter().all(|c| c == first));
    let drawn = lines.iter().any(short).then(|| lines.clone());
    let mut tally = Tally::default();
    let mut kept: Vec<LineString<f64>> = Vec::with_capacity(lines.len());
    for mut line in lines {
        let at = dedup(&mut line, &mut tally);
        if line.len() >= 2 {
            kept.push(LineString(line));
        } else {
            tally.add(MendKind::LinesDropped, 1, at, 0.0, 0.0);
        }
    }
    if kept.is_empty() {
        return Err(Hopeless::NoLength);
    }
    Ok(Repaired { shape: MultiLineString(kept), mends: tally.mends(), drawn })
}

/// Mends an area given as polygons of rings. `O(n log n)` for shapes that are in order, slower for tangled ones.
///
/// # Errors
/// [`Hopeless::NoArea`] when no ring encloses an area, [`Hopeless::OffEarth`] when a coordinate is no place.
pub fn mend_area(mut polygons: Vec<RawRings>) -> Result<Repaired<MultiPolygon<f64>, Vec<RawRings>>, Hopeless> {
    if polygons.iter().flatten().flatten().any(is_off_earth) || is_too_wide(&polygons) {
        return Err(Hopeless::OffEarth);
    }
    let mut tally = Tally::default();
    let mut rough = false;
    for ring in polygons.iter_mut().flatten() {
        dedup(ring, &mut tally);
        rough |= ring::is_rough(ring);
    }
    let mut drawn = rough.then(|| polygons.clone());
    let tidy: Vec<Polygon<f64>> = polygons.into_iter().filter_map(|rings| ring::polygon(rings, &mut tally)).collect();
    if tidy.is_empty() {
        return Err(Hopeless::NoArea);
    }
    let mut shape = MultiPolygon(tidy);
    let found = tangle::tangles(&shape);
    if !found.is_none() {
        let mended = untangle::untangle(&shape, found, &mut tally);
        if mended.0.is_empty() {
            return Err(Hopeless::NoArea);
        }
        let before = std::mem::replace(&mut shape, mended);
        drawn.get_or_insert_with(|| rings_of(before));
    }
    Ok(Repaired { shape, mends: tally.mends(), drawn })
}

/// Area of polygons as they are drawn, by the shoelace formula: outer rings less holes, whatever they cover, m².
#[must_use]
pub fn drawn_area_m2(polygons: &[RawRings]) -> f64 {
    let area = |rings: &RawRings| {
        let holes: f64 = rings.iter().skip(1).map(|hole| ring::ring_area(hole)).sum();
        rings.first().map_or(0.0, |outer| ring::ring_area(outer)) - holes
    };
    polygons.iter().map(area).sum()
}

/// The rings of polygons.
#[must_use]
pub fn rings_of(shape: MultiPolygon<f64>) -> Vec<RawRings> {
    let rings = |part: Polygon<f64>| {
        let (outer, holes) = part.into_inner();
        std::iter::once(outer).chain(holes).map(|ring| ring.0).collect()
    };
    shape.into_iter().map(rings).collect()
}

/// Drops repeated vertices and tells them; gives back where the line begins.
fn dedup(line: &mut Vec<Coord<f64>>, tally: &mut Tally) -> Coord<f64> {
    let at = line.first().copied().unwrap_or_default();
    if line.windows(2).any(|pair| pair[0] == pair[1]) {
        let before = line.len();
        let place = line.windows(2).find(|pair| pair[0] == pair[1]).map_or(at, |pair| pair[0]);
        line.dedup();
        tally.add(MendKind::RepeatedVertices, before - line.len(), place, 0.0, 0.0);
    }
    at
}
