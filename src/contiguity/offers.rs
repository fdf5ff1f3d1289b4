//! Where neighbours of one layer overlap or leave a gap too narrow to be meant. Which of two drawn boundaries is right is
//! the user's to say, so a cut or a filling is offered and never made unasked.
//!
//! The rule: ground goes to the smaller of the two. What they share comes off the larger (of equals, off the later one),
//! which loses the lesser share of itself; one that lies wholly in the other leaves a hole. The same ground drawn twice is
//! told without an offer: a cut would leave nothing of one. A gap is filled by the smaller, up to the boundary of the larger
//! and never over that of a third.

use geo::algorithm::buffer::{Buffer, BufferStyle, LineJoin};
use geo::{Area, BooleanOps, BoundingRect, Coord, Euclidean, InteriorPoint, Length, MultiPolygon, Polygon};
use rayon::prelude::*;

use super::LinkKind;
use super::pairs::{Boxed, Pair, pairs_of};
use super::touch::{TOUCH_M, kind_of_touch};
use crate::base::{Cancelled, Reporter};
use crate::geometry::distance::polygon_gap_within;
use crate::geometry::frontage::frontage;
use crate::geometry::repair::{Mend, MendKind, mend_area, rings_of};
use crate::geometry::segment::grown;
use crate::model::{Content, LayerKind, MendKey};

/// Narrower than this a strip is a slip of the pen, m: half a brick is 0.115 m, so not even a wall stands in it.
pub const SLIVER_M: f64 = 0.1;

/// Length of boundary along a gap from which on it is told, m: two borders that part at a sharp corner are that near for
/// less.
const LEAST_GAP_RUN_M: f64 = 2.0;

/// A part of what is left after a cut that is smaller is rounding, m².
const NOTHING_M2: f64 = 1e-6;

/// How far the filling of a gap reaches into the shape it joins, m, so that no slit stays between them.
const JOINT_M: f64 = TOUCH_M / 2.0;

/// The layers whose features should not overlap one another. Buildings do, by their balconies and parts.
pub const LAYERS: [LayerKind; 2] = [LayerKind::Compounds, LayerKind::Parcels];

/// Two neighbours at odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The feature that would change, and its neighbour.
    pub key: MendKey,
    /// What would be done to it.
    pub mend: Mend,
    /// Mean width of the strip, m.
    pub width_m: f64,
    /// Whether there is a cut or a filling to accept.
    pub can_apply: bool,
}

/// Every pair of neighbours at odds on which the user has not spoken, by layer and rows. In parallel; `O(n log n)` for
/// shapes that lie side by side, and an overlay for each pair that overlaps.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn offers(content: &Content, reporter: &dyn Reporter) -> Result<Vec<Offer>, Cancelled> {
    let mut all = Vec::new();
    for layer in LAYERS {
        let shapes = content.areas(layer);
        if shapes.is_empty() {
            continue;
        }
        let boxed = Boxed::new(shapes);
        let pairs = pairs_of(&boxed, SLIVER_M, reporter)?;
        let found: Result<Vec<Option<Offer>>, Cancelled> = pairs
            .par_iter()
            .with_min_len(256)
            .map(|pair| if reporter.should_stop() { Err(Cancelled) } else { Ok(offer(layer, &boxed, pair)) })
            .collect();
        let spoken = |offer: &Offer| {
            let MendKey { layer, row, neighbour } = offer.key;
            let turned = neighbour.map(|other| MendKey { layer, row: other, neighbour: Some(row) });
            content.mended.contains_key(&offer.key) || turned.is_some_and(|key| content.mended.contains_key(&key))
        };
        all.extend(found?.into_iter().flatten().filter(|offer| !spoken(offer)));
    }
    Ok(all)
}

fn offer(layer: LayerKind, boxed: &Boxed<'_>, pair: &Pair) -> Option<Offer> {
    let (a, b) = (boxed.shape(pair.a)?, boxed.shape(pair.b)?);
    let rows = (u32::try_from(pair.a).ok()?, u32::try_from(pair.b).ok()?);
    if pair.gap_m <= TOUCH_M && kind_of_touch(a, b) == LinkKind::Overlap {
        return overlap(layer, rows, a.0, b.0);
    }
    let run = frontage(a.0, b.0, SLIVER_M).0 - frontage(a.0, b.0, TOUCH_M).0;
    if run < LEAST_GAP_RUN_M {
        return None;
    }
    let smaller_first = a.0.unsigned_area() <= b.0.unsigned_area();
    let (mine, other, row, neighbour) = if smaller_first { (a, b, rows.0, rows.1) } else { (b, a, rows.1, rows.0) };
    let third = |row: &usize| *row != pair.a && *row != pair.b;
    let thirds: Vec<&MultiPolygon<f64>> =
        boxed.boxes.index().in_box(grown(mine.1, SLIVER_M)).filter(third).map(|row| boxed.shapes[row]).collect();
    let filled = fill(mine.0, other.0, &thirds);
    if filled.is_none() && pair.gap_m <= TOUCH_M {
        // They touch, and what lies open between them is hardly wider than that.
        return None;
    }
    let won_m2 = filled.as_ref().map_or(0.0, |filled| filled.unsigned_area() - mine.0.unsigned_area());
    let at = Coord { x: pair.from.x.midpoint(pair.to.x), y: pair.from.y.midpoint(pair.to.y) };
    let mend = Mend { area_m2: won_m2, ..Mend::new(MendKind::Gap, 1, at) };
    let key = MendKey { layer, row, neighbour: Some(neighbour) };
    Some(Offer { key, mend, width_m: (won_m2 / run).max(pair.gap_m), can_apply: filled.is_some() })
}

/// A shape with the gap to its neighbour filled, up to the neighbour's boundary and over none of the `thirds`; `None` when
/// there is nothing between them to fill. The shape keeps its ground; only what lies within [`SLIVER_M`] of both is added.
#[must_use]
pub fn fill(mine: &MultiPolygon<f64>, other: &MultiPolygon<f64>, thirds: &[&MultiPolygon<f64>]) -> Option<MultiPolygon<f64>> {
    let both = mine.union(other);
    let grow = |shape: &MultiPolygon<f64>, by: f64| {
        shape.buffer_with_style(BufferStyle::new(by).line_join(LineJoin::Miter(std::f64::consts::FRAC_PI_4)))
    };
    let closed = grow(&grow(&both, SLIVER_M / 2.0), -SLIVER_M / 2.0);
    let beside = |part: &Polygon<f64>| {
        let part = MultiPolygon(vec![part.clone()]);
        let width_m = 2.0 * part.unsigned_area() / Euclidean.length(part.0[0].exterior());
        let touches = |shape| polygon_gap_within(&part, shape, TOUCH_M).is_some();
        width_m > TOUCH_M && touches(mine) && touches(other)
    };
    let gaps: MultiPolygon<f64> = closed.difference(&both).into_iter().filter(beside).collect();
    let bounds = gaps.bounding_rect()?;
    let meets = |shape: &&&MultiPolygon<f64>| {
        let other = shape.bounding_rect();
        other.is_some_and(|other| crate::geometry::segment::box_distance2(&other, &bounds) <= TOUCH_M * TOUCH_M)
    };
    let mut added = grow(&gaps, JOINT_M).difference(other);
    for third in thirds.iter().filter(meets) {
        added = added.difference(*third);
    }
    let filled: MultiPolygon<f64> = mine.union(&added).into_iter().filter(|part| part.unsigned_area() > NOTHING_M2).collect();
    let filled = mend_area(rings_of(filled)).ok()?.shape;
    (filled.unsigned_area() - mine.unsigned_area() > NOTHING_M2).then_some(filled)
}

fn overlap(layer: LayerKind, rows: (u32, u32), a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> Option<Offer> {
    let shared = a.intersection(b);
    let area_m2 = shared.unsigned_area();
    let at = shared.0.iter().max_by(|p, q| p.unsigned_area().total_cmp(&q.unsigned_area()))?.interior_point()?.0;
    let rim: f64 = shared.iter().map(|part| Euclidean.length(part.exterior())).sum();
    let width_m = if rim > 0.0 { 2.0 * area_m2 / rim } else { 0.0 };
    let (a_m2, b_m2) = (a.unsigned_area(), b.unsigned_area());
    let (row, neighbour, own_m2) = if a_m2 > b_m2 { (rows.0, rows.1, a_m2) } else { (rows.1, rows.0, b_m2) };
    let kind = if width_m < SLIVER_M { MendKind::Sliver } else { MendKind::Overlap };
    Some(Offer {
        key: MendKey { layer, row, neighbour: Some(neighbour) },
        mend: Mend { area_m2: -area_m2, ..Mend::new(kind, 1, at) },
        width_m,
        can_apply: area_m2 > 0.0 && own_m2 - area_m2 > NOTHING_M2,
    })
}
