//! Compounds whose boundary is the very one of another compound: drawn once and registered twice, mostly.

use geo::{BoundingRect, Coord, CoordsIter, LineString, MultiPolygon, Rect};
use rayon::prelude::*;

use crate::base::Message;
use crate::model::Compound;

/// Pairs that are named in the warning.
const NAMED: usize = 5;

/// What to check of the boundaries; `None` when all differ. `O(n log n)`.
pub(super) fn warning(compounds: &[Compound]) -> Option<Message> {
    let twins = twins(compounds);
    if twins.is_empty() {
        return None;
    }
    let name = |(row, first): &(usize, usize)| format!("{} = {}", compounds[*row].label(), compounds[*first].label());
    let names: Vec<String> = twins.iter().take(NAMED).map(name).collect();
    Some(Message::new("import.twin-boundaries").count("count", twins.len()).text("names", names.join(", ")))
}

/// Rows whose boundary an earlier row has, each with the first that has it; twins have the same box.
fn twins(compounds: &[Compound]) -> Vec<(usize, usize)> {
    let boxed = |(row, compound): (usize, &Compound)| Some((bits(&compound.shape.bounding_rect()?), row));
    let mut boxes: Vec<([u64; 4], usize)> = compounds.par_iter().enumerate().filter_map(boxed).collect();
    boxes.par_sort_unstable();
    let same = |a: usize, b: usize| same_boundary(&compounds[a].shape, &compounds[b].shape);
    let mut twins = Vec::new();
    for alike in boxes.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        for (place, &(_, row)) in alike.iter().enumerate() {
            let first = alike[..place].iter().find(|&&(_, other)| same(other, row));
            twins.extend(first.map(|&(_, other)| (row, other)));
        }
    }
    twins.sort_unstable();
    twins
}

/// A box as bits that can be put in order; both zeros are one.
fn bits(rect: &Rect<f64>) -> [u64; 4] {
    [rect.min().x, rect.min().y, rect.max().x, rect.max().y].map(|value| (value + 0.0).to_bits())
}

/// Whether two boundaries run along the same points, wherever their rings begin.
fn same_boundary(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> bool {
    let rings = |shape: &MultiPolygon<f64>| {
        let all = shape.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
        let mut rings: Vec<Vec<(u64, u64)>> = all.map(from_lowest).collect();
        rings.sort_unstable();
        rings
    };
    a.coords_count() == b.coords_count() && rings(a) == rings(b)
}

/// The points of a closed ring, beginning with the lowest, as bits that can be put in order.
fn from_lowest(ring: &LineString<f64>) -> Vec<(u64, u64)> {
    let bits = |c: &Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let mut points: Vec<(u64, u64)> = ring.0.iter().skip(1).map(bits).collect();
    let lowest = (0..points.len()).min_by_key(|place| points[*place]).unwrap_or(0);
    points.rotate_left(lowest);
    points
}

#[cfg(test)]
mod tests {
    use geo::{Polygon, coord};
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CompoundFacts, Properties};

    fn compound(id: usize, shape: MultiPolygon<f64>) -> Compound {
        Compound { source_id: id.to_string(), shape, facts: CompoundFacts::default(), extra: Properties::new() }
    }

    fn ring(x: f64, start: usize) -> LineString<f64> {
        let corners = [coord! { x: x, y: 0. }, coord! { x: x + 1., y: 0. }, coord! { x: x + 1., y: 2. }, coord! { x: x, y: 1. }];
        LineString((0..=4).map(|n| corners[(start + n) % 4]).collect())
    }

    proptest! {
        #[test]
        fn twins_are_those_that_a_scan_finds(places in prop::collection::vec((0..4_u8, 0..4_usize), 0..12)) {
            let shape = |(place, start): &(u8, usize)| MultiPolygon(vec![Polygon::new(ring(f64::from(*place) / 2.0, *start), vec![])]);
            let compounds: Vec<Compound> = places.iter().map(shape).enumerate().map(|(id, shape)| compound(id, shape)).collect();
            let first = |row: usize| (0..row).find(|other| places[*other].0 == places[row].0).map(|other| (row, other));
            let wanted: Vec<_> = (0..places.len()).filter_map(first).collect();
            prop_assert_eq!(twins(&compounds), wanted.clone());
            prop_assert_eq!(warning(&compounds).is_some(), !wanted.is_empty());
        }
    }

    #[test]
    fn the_same_box_is_not_the_same_boundary() {
        let square = MultiPolygon(vec![Rect::new((0., 0.), (2., 2.)).to_polygon()]);
        let corner = Polygon::new(LineString::from(vec![(0., 0.), (2., 0.), (2., 2.), (1., 1.), (0., 2.), (0., 0.)]), vec![]);
        let holed = Polygon::new(square.0[0].exterior().clone(), vec![ring(0.5, 0)]);
        let none = MultiPolygon(Vec::new());
        let all = [square, MultiPolygon(vec![corner]), MultiPolygon(vec![holed]), none.clone(), none];
        let compounds: Vec<Compound> = all.into_iter().enumerate().map(|(id, shape)| compound(id, shape)).collect();
        assert_eq!(twins(&compounds), []);
    }
}
