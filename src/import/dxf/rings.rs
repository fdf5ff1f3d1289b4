//! Which rings are outer ones and which are holes, and what lies in them.

use geo::Coord;

use crate::base::Message;
use crate::geometry::repair::RawRings;
use crate::import::source::Unshaped;

/// Rings of one area, at most: each is held against every other.
const MOST_RINGS: usize = 2_000;

/// Vertices of a ring that are looked at to tell whether it lies in another.
const LOOKED_AT: usize = 9;

/// Sorts rings by what lies in what: the outermost are areas, those in them holes, those in holes areas again.
///
/// # Errors
/// When there are too many to tell.
pub(super) fn nested(mut rings: Vec<Vec<Coord<f64>>>) -> Result<Vec<RawRings>, Unshaped> {
    if rings.len() > MOST_RINGS {
        return Err(Unshaped(Message::new("import.too-many-rings").count("holes", rings.len())));
    }
    rings.sort_by(|a, b| size(b).total_cmp(&size(a)));
    // For every ring how deep it lies, and for an outer one its place among the areas.
    let mut placed: Vec<(usize, usize)> = Vec::with_capacity(rings.len());
    let mut areas: Vec<RawRings> = Vec::new();
    for (index, ring) in rings.iter().enumerate() {
        let around: Vec<usize> = (0..index).filter(|&outer| lies_in(ring, &rings[outer])).collect();
        let depth = around.len();
        // The one that lies deepest among those around it.
        let parent = around.into_iter().rfind(|&outer| placed[outer].0 + 1 == depth && depth % 2 == 1);
        if let Some(parent) = parent {
            areas[placed[parent].1].push(ring.clone());
            placed.push((depth, usize::MAX));
        } else {
            placed.push((if depth.is_multiple_of(2) { depth } else { 0 }, areas.len()));
            areas.push(vec![ring.clone()]);
        }
    }
    Ok(areas)
}

/// The area within a ring, whichever way it turns.
pub(super) fn size(ring: &[Coord<f64>]) -> f64 {
    let origin = ring.first().copied().unwrap_or_default();
    let cross = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        a.x * b.y - b.x * a.y
    };
    (ring.windows(2).map(cross).sum::<f64>() / 2.0).abs()
}

/// Whether most of a ring's vertices lie in another: single ones may lie on it.
fn lies_in(ring: &[Coord<f64>], outer: &[Coord<f64>]) -> bool {
    let step = ring.len().div_ceil(LOOKED_AT).max(1);
    let looked_at = ring.iter().step_by(step);
    let count = looked_at.len();
    looked_at.filter(|place| holds(outer, **place)).count() * 2 > count
}

/// Whether a place lies in a ring, by the crossings of a ray to the east.
pub(super) fn holds(ring: &[Coord<f64>], p: Coord<f64>) -> bool {
    let crosses = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0], pair[1]);
        (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x
    };
    ring.windows(2).filter(|pair| crosses(pair)).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Vec<Coord<f64>> {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)].map(|(x, y)| Coord { x, y }).to_vec()
    }

    #[test]
    fn rings_are_sorted_by_what_lies_in_what() {
        // An area with a hole in which an island lies, and another area beside it.
        let rings = vec![square(4.0, 4.0, 2.0), square(0.0, 0.0, 10.0), square(20.0, 0.0, 5.0), square(2.0, 2.0, 6.0)];
        let areas = nested(rings).expect("few");
        assert_eq!(areas.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(areas[0][1], square(2.0, 2.0, 6.0));
        assert!(nested(vec![square(0.0, 0.0, 1.0); MOST_RINGS + 1]).is_err());
        assert!((size(&square(1e7, 1e7, 3.0)) - 9.0).abs() < 1e-9);
    }
}
