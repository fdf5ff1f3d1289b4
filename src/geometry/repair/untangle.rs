//! Draws a tangled area anew, and says of each sort of fault how much area it cost or brought.

use geo::algorithm::bool_ops::FillRule;
use geo::{Area, BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect, unary_union};

use super::mend::{MendKind, Tally};
use super::ring::{polygon, ring_area};
use super::tangle::{Tangles, tangles};

/// A change of area or a part smaller than this is nothing, m².
const NOTHING_M2: f64 = 1e-6;

/// Step of the grid on which the overlay works, as a share of the larger side of the shape: it counts in 31 bits.
const GRID_SHARE: f64 = 1.0 / 1_073_741_824.0;

/// The area that rounding may bring or cost, m²: four sides of the given length, each moved by a step of the grid.
fn rounding_m2(side_m: f64, whole: &MultiPolygon<f64>) -> f64 {
    NOTHING_M2 + 4.0 * side_m * extent(whole) * GRID_SHARE
}

/// The larger side of the box around a shape, m.
fn extent(shape: &impl BoundingRect<f64, Output = Option<Rect<f64>>>) -> f64 {
    shape.bounding_rect().map_or(0.0, |rect| rect.width().max(rect.height()))
}

/// Times a shape is drawn anew: what the first leaves by rounding is gone after the second.
const MOST_ROUNDS: usize = 4;

/// The ground that the outer rings enclose in either direction, less that of the holes, parts joined.
/// Non-zero winding keeps a stretch that was drawn twice; both lobes of a figure of eight count.
/// The areas named in `tally` add up to the whole change.
pub(super) fn untangle(shape: &MultiPolygon<f64>, found: Tangles, tally: &mut Tally) -> MultiPolygon<f64> {
    let start = drawn_area(shape) - tally.area_m2();
    let mut drawn = redraw(shape, found, tally);
    for _ in 1..MOST_ROUNDS {
        if tangles(&drawn).is_none() {
            break;
        }
        drawn = redraw(&drawn, Tangles::default(), tally);
    }
    let sorts = [
        (MendKind::SelfCrossing, found.own),
        (MendKind::HoleOutside, found.outside),
        (MendKind::HolesOverlap, found.holes),
        (MendKind::PartsOverlap, found.parts),
    ];
    for (kind, at) in sorts {
        // A fault that cost no area, such as a ring that touches itself.
        if let Some(at) = at.filter(|_| !tally.has(kind)) {
            tally.add(kind, 1, at, 0.0, 0.0);
        }
    }
    // What rounding and the sweeping up left over belongs to the redrawing as such.
    let rest = drawn.unsigned_area() - start - tally.area_m2();
    if let Some((kind, _)) = sorts.into_iter().find(|(kind, _)| tally.has(*kind)) {
        tally.add(kind, 0, Coord::zero(), rest, 0.0);
    }
    drawn
}

/// Area by the shoelace formula: outer rings less holes, whatever they cover, m².
pub(super) fn drawn_area(shape: &MultiPolygon<f64>) -> f64 {
    let of_part = |part: &Polygon<f64>| {
        let holes: f64 = part.interiors().iter().map(|hole| ring_area(&hole.0)).sum();
        ring_area(&part.exterior().0) - holes
    };
    shape.iter().map(of_part).sum()
}

/// The ground that a ring encloses in either direction.
fn ground(ring: &LineString<f64>) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::<f64>::new(Vec::new());
    Polygon::new(ring.clone(), Vec::new()).union_with_fill_rule(&nothing, FillRule::NonZero)
}

fn redraw(shape: &MultiPolygon<f64>, found: Tangles, tally: &mut Tally) -> MultiPolygon<f64> {
    let rounding = rounding_m2(extent(shape), shape);
    let bodies: Vec<MultiPolygon<f64>> = shape.iter().map(|part| body(part, found, rounding, tally)).collect();
    let apart: f64 = bodies.iter().map(Area::unsigned_area).sum();
    let whole = if bodies.len() > 1 { unary_union(&bodies) } else { bodies.into_iter().next().unwrap_or(MultiPolygon(vec![])) };
    let joined = whole.unsigned_area() - apart;
    if joined.abs() > rounding {
        tally.add(MendKind::PartsOverlap, 1, found.parts.unwrap_or_else(|| first_of(&whole)), joined, 0.0);
    }
    let parts = whole.into_iter().filter(|part| part.unsigned_area() > rounding_m2(extent(part), shape));
    // The overlay winds and closes as it likes; spikes that it leaves are rounding. None of that is told.
    let mut untold = Tally::default();
    let rings = |part: Polygon<f64>| {
        let (outer, holes) = part.into_inner();
        std::iter::once(outer).chain(holes).map(|ring| tidy(ring.0)).collect()
    };
    parts.filter_map(|part| polygon(rings(part), &mut untold)).collect()
}

/// A ring without repeated vertices.
fn tidy(mut ring: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
    ring.dedup();
    ring
}

/// The ground of one part: its outer ring less its holes.
fn body(part: &Polygon<f64>, found: Tangles, rounding: f64, tally: &mut Tally) -> MultiPolygon<f64> {
    let first = part.exterior().0.first().copied().unwrap_or_default();
    let outer = ground(part.exterior());
    let outer_m2 = outer.unsigned_area();
    let mut crossing = outer_m2 - ring_area(&part.exterior().0);
    // A change that is more than rounding is named, at the place that was found or else where the part begins.
    let mut name = |kind, at: Option<Coord<f64>>, area_m2: f64| {
        if area_m2.abs() > rounding {
            tally.add(kind, 1, at.unwrap_or(first), area_m2, 0.0);
        }
    };
    if part.interiors().is_empty() {
        name(MendKind::SelfCrossing, found.own, crossing);
        return outer;
    }
    let (mut outside, mut inside) = (0.0, 0.0);
    let mut stray = None;
    let mut grounds = Vec::with_capacity(part.interiors().len());
    for hole in part.interiors() {
        let hole_ground = ground(hole);
        let hole_m2 = hole_ground.unsigned_area();
        crossing -= hole_m2 - ring_area(&hole.0);
        let out = hole_ground.difference(&outer);
        let out_m2 = out.unsigned_area();
        if out_m2 > rounding {
            stray = stray.or(Some(first_of(&out)));
        }
        outside += out_m2;
        inside += hole_m2 - out_m2;
        grounds.push(hole_ground);
    }
    let body = outer.difference(&unary_union(&grounds));
    name(MendKind::SelfCrossing, found.own, crossing);
    name(MendKind::HoleOutside, found.outside.or(stray), outside);
    let nested = part.interiors().first().and_then(|hole| hole.0.first()).copied();
    name(MendKind::HolesOverlap, found.holes.or(nested), inside - (outer_m2 - body.unsigned_area()));
    body
}

fn first_of(shape: &MultiPolygon<f64>) -> Coord<f64> {
    shape.0.first().and_then(|part| part.exterior().0.first()).copied().unwrap_or_default()
}
