//! Sides of a small ring, each tested with each: no list is made and sorted for most rings of a city.

use geo::{Coord, LineString};

/// Corners of the largest ring that is small.
pub(super) const FEW: usize = 48;

/// Whether some pair of sides meets in a way that `wrong` calls wrong. It is asked, by the places of two sides, of those whose
/// boxes meet; neighbours that turn are right.
pub(super) fn cross(ring: &LineString<f64>, wrong: impl Fn(usize, usize) -> bool) -> bool {
    let mut sides = [(Coord::zero(), Coord::zero()); FEW];
    let count = ring.0.len() - 1;
    for (side, pair) in sides.iter_mut().zip(ring.0.windows(2)) {
        let (a, b) = (pair[0], pair[1]);
        *side = (Coord { x: a.x.min(b.x), y: a.y.min(b.y) }, Coord { x: a.x.max(b.x), y: a.y.max(b.y) });
    }
    let meet = |(low, high): (Coord<f64>, Coord<f64>), (other_low, other_high): (Coord<f64>, Coord<f64>)| {
        low.x <= other_high.x && other_low.x <= high.x && low.y <= other_high.y && other_low.y <= high.y
    };
    let after = |place: usize| ring.0[if place + 1 == count { 1 } else { place + 2 }];
    (0..count).any(|a| {
        let next = if a + 1 == count { 0 } else { a + 1 };
        let turns = surely_turns(ring.0[a], ring.0[a + 1], after(a));
        let folds = !turns && wrong(a, next);
        let others = a + 2..if a == 0 { count - 1 } else { count };
        folds || others.into_iter().any(|b| meet(sides[a], sides[b]) && wrong(a, b))
    })
}

/// Whether three points surely lie on no line, whatever rounding did (Shewchuk 1997, §4.1); neighbouring sides that turn
/// meet in their corner alone.
fn surely_turns(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    const BOUND: f64 = (3.0 + 8.0 * f64::EPSILON) * f64::EPSILON / 2.0;
    let (left, right) = ((a.x - c.x) * (b.y - c.y), (a.y - c.y) * (b.x - c.x));
    (left - right).abs() > BOUND * (left.abs() + right.abs())
}
