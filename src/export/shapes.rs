//! Shapes that only files and sheets need: districts as one area.

use geo::{BooleanOps, BoundingRect, MultiPolygon, unary_union};

use crate::base::CompoundId;
use crate::model::Content;

/// The area of a district: its members in one, shared boundaries dissolved where members touch or overlap.
/// Coordinates of members that touch nobody are kept to the bit. `O(n log n)` in the coordinates of those that touch.
#[must_use]
pub fn dissolve(content: &Content, members: &[CompoundId]) -> MultiPolygon<f64> {
    let shapes: Vec<&MultiPolygon<f64>> =
        members.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| &c.shape).filter(|s| !s.0.is_empty()).collect();
    let boxes: Vec<_> = shapes.iter().map(|shape| shape.bounding_rect()).collect();
    // Sweep by the left edge; few boxes of compounds overlap, so few shapes go through the union.
    let mut order: Vec<usize> = (0..shapes.len()).collect();
    let left = |i: usize| boxes[i].map_or(f64::INFINITY, |b| b.min().x);
    order.sort_by(|a, b| left(*a).total_cmp(&left(*b)));
    let mut touching = vec![false; shapes.len()];
    for (n, i) in order.iter().enumerate() {
        let Some(a) = boxes[*i] else { continue };
        for j in order[n + 1..].iter().take_while(|j| left(**j) <= a.max().x) {
            let Some(b) = boxes[*j] else { continue };
            if a.min().y <= b.max().y && b.min().y <= a.max().y {
                touching[*i] = true;
                touching[*j] = true;
            }
        }
    }
    let mut alone: Vec<_> = (0..shapes.len()).filter(|i| !touching[*i]).flat_map(|i| shapes[i].0.iter().cloned()).collect();
    let merged: Vec<&MultiPolygon<f64>> = (0..shapes.len()).filter(|i| touching[*i]).map(|i| shapes[i]).collect();
    alone.extend(union(&merged).0);
    MultiPolygon(alone)
}

fn union(shapes: &[&MultiPolygon<f64>]) -> MultiPolygon<f64> {
    match shapes {
        [] => MultiPolygon(Vec::new()),
        [one] => (*one).clone(),
        [a, b] => a.union(*b),
        many => unary_union(many.iter().copied()),
    }
}
