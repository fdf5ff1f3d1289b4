//! Draws a tangled area anew, and says of each sort of fault how much area it cost or brought.

use geo::algorithm::bool_ops::FillRule;
use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon, unary_union};

use super::mend::{MendKind, Tally};
use super::ring::{polygon, ring_area};
use super::tangle::{Tangles, tangles};

/// A part of a mended area smaller than this is rounding of the overlay, m².
const SLIVER_M2: f64 = 1e-6;

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
    let bodies: Vec<MultiPolygon<f64>> = shape.iter().map(|part| body(part, found, tally)).collect();
    let apart: f64 = bodies.iter().map(Area::unsigned_area).sum();
    let whole = if bodies.len() > 1 { unary_union(&bodies) } else { bodies.into_iter().next().unwrap_or(MultiPolygon(vec![])) };
    name(tally, MendKind::PartsOverlap, found.parts, first_of(&whole), whole.unsigned_area() - apart);
    let parts = whole.into_iter().filter(|part| part.unsigned_area() > SLIVER_M2);
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
fn body(part: &Polygon<f64>, found: Tangles, tally: &mut Tally) -> MultiPolygon<f64> {
    let first = part.exterior().0.first().copied().unwrap_or_default();
    let outer = ground(part.exterior());
    let outer_m2 = outer.unsigned_area();
    let mut crossing = outer_m2 - ring_area(&part.exterior().0);
    if part.interiors().is_empty() {
        name(tally, MendKind::SelfCrossing, found.own, first, crossing);
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
        if out_m2 > SLIVER_M2 {
            stray = stray.or(Some(first_of(&out)));
        }
        outside += out_m2;
        inside += hole_m2 - out_m2;
        grounds.push(hole_ground);
    }
    let body = outer.difference(&unary_union(&grounds));
    name(tally, MendKind::SelfCrossing, found.own, first, crossing);
    name(tally, MendKind::HoleOutside, found.outside.or(stray), first, outside);
    let twice = inside - (outer_m2 - body.unsigned_area());
    let nested = part.interiors().first().and_then(|hole| hole.0.first()).copied().unwrap_or(first);
    name(tally, MendKind::HolesOverlap, found.holes, nested, twice);
    body
}

/// Names a change when it is more than rounding.
fn name(tally: &mut Tally, kind: MendKind, at: Option<Coord<f64>>, otherwise: Coord<f64>, area_m2: f64) {
    if area_m2.abs() > SLIVER_M2 {
        tally.add(kind, 1, at.unwrap_or(otherwise), area_m2, 0.0);
    }
}

fn first_of(shape: &MultiPolygon<f64>) -> Coord<f64> {
    shape.0.first().and_then(|part| part.exterior().0.first()).copied().unwrap_or_default()
}
