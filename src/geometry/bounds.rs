//! Bounding rectangles of many shapes at once.

use geo::{BoundingRect, Coord, MultiPolygon, Rect};

/// The smallest rectangle around both; `None` is an empty one.
#[must_use]
pub fn join(a: Option<Rect<f64>>, b: Option<Rect<f64>>) -> Option<Rect<f64>> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Some(Rect::new(low, high))
}

/// The rectangle around areas; `None` when there are none. `O(vertices)`.
#[must_use]
pub fn of_areas<'a>(shapes: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> Option<Rect<f64>> {
    shapes.into_iter().map(BoundingRect::bounding_rect).fold(None, join)
}
