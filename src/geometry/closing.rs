//! Shapes united over the narrow gaps between them: a morphological closing (Serra 1982), grown and shrunk again.

use geo::algorithm::buffer::{BufferStyle, LineJoin};
use geo::{Buffer, LineString, MultiPolygon, Polygon, Simplify};

/// Shapes are simplified by so much first, m: what a survey puts between two corners is no outline.
const SIMPLIFY_M: f64 = 0.5;

/// Corners sharper than this are cut off while growing, rad; else they would reach far.
const SHARPEST: f64 = 0.6;

/// The shapes as one, with gaps and notches of up to `width_m` closed; straight sides and corners stay where they are. Rings of
/// fewer than three corners or with a coordinate that is no number are left out; what comes of a ring that crosses itself,
/// as mending leaves none, is not promised. Shapes too thin to be shrunk come out grown. `O(n log n)` in the corners.
#[must_use]
pub fn closed<'a>(shapes: impl IntoIterator<Item = &'a MultiPolygon<f64>>, width_m: f64) -> MultiPolygon<f64> {
    let sound = shapes.into_iter().flatten().filter_map(sound);
    let parts: Vec<Polygon<f64>> = sound.map(|part| part.simplify(SIMPLIFY_M)).collect();
    if parts.is_empty() {
        return MultiPolygon(Vec::new());
    }
    let style = |d: f64| BufferStyle::new(d).line_join(LineJoin::Miter(SHARPEST));
    let grown = MultiPolygon(parts).buffer_with_style(style(width_m / 2.0));
    let shrunk = grown.buffer_with_style(style(-width_m / 2.0));
    if shrunk.0.is_empty() { grown } else { shrunk }
}

/// The polygon with its sound holes; `None` when its outer ring is not sound.
fn sound(polygon: &Polygon<f64>) -> Option<Polygon<f64>> {
    let is_sound = |ring: &LineString<f64>| ring.0.len() > 3 && ring.0.iter().all(|c| c.x.is_finite() && c.y.is_finite());
    let holes = || polygon.interiors().iter().filter(|ring| is_sound(ring)).cloned().collect();
    is_sound(polygon.exterior()).then(|| Polygon::new(polygon.exterior().clone(), holes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::distance::tests::{shape, square};
    use geo::{Area, BoundingRect, polygon};
    use proptest::prelude::*;

    fn squares(places: &[(f64, f64)]) -> Vec<MultiPolygon<f64>> {
        places.iter().map(|(x, y)| MultiPolygon(vec![square(*x, *y, 100.0, 100.0)])).collect()
    }

    #[test]
    fn narrow_gaps_close_and_wide_ones_stay() {
        let check = |places: &[(f64, f64)], width_m: f64, parts: usize, area_m2: f64| {
            let found = closed(&squares(places), width_m);
            assert_eq!(found.0.len(), parts, "{places:?}");
            assert!((found.unsigned_area() - area_m2).abs() < 1.0, "{places:?}: {}", found.unsigned_area());
        };
        check(&[(0.0, 0.0)], 30.0, 1, 10_000.0);
        check(&[(0.0, 0.0), (120.0, 0.0)], 30.0, 1, 22_000.0);
        check(&[(0.0, 0.0), (140.0, 0.0)], 30.0, 2, 20_000.0);
        check(&[(0.0, 0.0), (100.0, 0.0)], 0.02, 1, 20_000.0);
        // Four squares round a crossing of two lanes.
        check(&[(0.0, 0.0), (110.0, 0.0), (0.0, 110.0), (110.0, 110.0)], 30.0, 1, 210.0 * 210.0);
    }

    #[test]
    fn rubbish_neither_panics_nor_counts() {
        let nan = polygon![(x: f64::NAN, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
        let line = Polygon::new(LineString::from(vec![(0.0, 0.0), (50.0, 0.0)]), Vec::new());
        let flat = polygon![(x: 0.0, y: 0.0), (x: 50.0, y: 0.0), (x: 100.0, y: 0.0)];
        let endless = polygon![(x: 0.0, y: 0.0), (x: f64::INFINITY, y: 0.0), (x: 0.0, y: 1.0)];
        for bad in [nan, line, endless] {
            assert!(closed([&MultiPolygon(vec![bad])], 30.0).0.is_empty());
        }
        assert!(closed([&MultiPolygon(vec![flat])], 30.0).unsigned_area().is_finite());
        assert!(closed([], 30.0).0.is_empty());
        let crossed = polygon![(x: 0.0, y: 0.0), (x: 100.0, y: 100.0), (x: 100.0, y: 0.0), (x: 0.0, y: 100.0)];
        assert!(closed([&MultiPolygon(vec![crossed])], 2.0).unsigned_area().is_finite());
    }

    proptest! {
        /// Closing adds ground and takes none, but for what the simplifying moves.
        #[test]
        fn a_closing_holds_what_it_closes(first in shape(), second in shape(), width in 0.1..20.0f64) {
            let both = [first, second];
            let found = closed(&both, width);
            let bounds = found.bounding_rect().unwrap();
            for part in both.iter().flatten() {
                let own = part.bounding_rect().unwrap();
                prop_assert!(own.min().x >= bounds.min().x - 1.0 && own.max().x <= bounds.max().x + 1.0);
                prop_assert!(own.min().y >= bounds.min().y - 1.0 && own.max().y <= bounds.max().y + 1.0);
            }
        }
    }
}
