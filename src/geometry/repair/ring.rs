//! Single rings put in order: repeated vertices, spikes, closing, winding.

use std::collections::VecDeque;

use geo::{Coord, LineString, Polygon};

use super::RawRings;
use super::mend::{MendKind, Tally};

/// Twice the widest spike, m: what is narrower than a millimetre is a slip of the pen or the rounding of a projection, and
/// no survey of a district is finer.
pub(super) const SPIKE_WIDTH_M: f64 = 1e-3;

/// Sine of the widest angle of a spike, one degree: a corner of a plot is never so sharp.
const SPIKE_SINE: f64 = 0.017_452_406;

/// How near the ends of a line lie that are meant to be one, m: boundary points of the first class are surveyed to 5 cm
/// (TD/T 1001-2012, cadastral survey), so nearer ends cannot be told apart.
pub const NEARLY_CLOSED_M: f64 = 0.05;

/// Whether a line comes back to where it began, or so near that the gap is a slip of the pen. `within` is
/// [`NEARLY_CLOSED_M`] in the unit of the line. What encloses no more ground than a strip as wide as its gap runs out and
/// back, and does not.
#[must_use]
pub fn comes_back(line: &[Coord<f64>], within: f64) -> bool {
    let [first, _, .., last] = line else { return false };
    let gap = length(*first, *last);
    if gap == 0.0 {
        return line.len() >= 4;
    }
    let run: f64 = line.windows(2).map(|pair| length(pair[0], pair[1])).sum();
    gap <= within && ring_area(line) > gap * run
}

/// Twice the signed area, taken about the first point to keep digits.
pub(super) fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    let cross = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        a.x * b.y - a.y * b.x
    };
    ring.windows(2).map(cross).sum()
}

/// Area of a ring by the shoelace formula, as if it were closed, m².
pub(super) fn ring_area(ring: &[Coord<f64>]) -> f64 {
    (doubled_area(ring) / 2.0).abs()
}

fn length(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (b.x - a.x).hypot(b.y - a.y)
}

/// Whether the boundary runs from `a` out to `b` and back over the same ground to `c`.
fn is_spike(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    let (u, v) = (a - b, c - b);
    if u.x * v.x + u.y * v.y <= 0.0 {
        return false;
    }
    let cross = (u.x * v.y - u.y * v.x).abs();
    if cross == 0.0 {
        return true;
    }
    let (long, short) = (u.x.hypot(u.y), v.x.hypot(v.y));
    cross <= SPIKE_SINE * long * short && cross <= SPIKE_WIDTH_M * long.max(short)
}

/// The vertices of a ring without the last where it repeats the first.
fn open(ring: &[Coord<f64>]) -> &[Coord<f64>] {
    match ring {
        [first, inner @ .., last] if first == last => &ring[..=inner.len()],
        _ => ring,
    }
}

/// Whether a ring without repeated vertices needs more than turning: its form in the source is then worth keeping.
pub(super) fn is_rough(ring: &[Coord<f64>]) -> bool {
    let corners = open(ring);
    let n = corners.len();
    if n < 3 || ring.first() != ring.last() {
        return true;
    }
    corners.windows(3).any(|w| is_spike(w[0], w[1], w[2]))
        || is_spike(corners[n - 2], corners[n - 1], corners[0])
        || is_spike(corners[n - 1], corners[0], corners[1])
}

/// A polygon out of its rings; one whose outer ring has no area is dropped with its holes.
pub(super) fn polygon(rings: RawRings, tally: &mut Tally) -> Option<Polygon<f64>> {
    let count = rings.len();
    let first = rings.iter().find_map(|ring| ring.first()).copied().unwrap_or_default();
    let holes_m2: f64 = rings.iter().skip(1).map(|hole| ring_area(hole)).sum();
    let mut rings = rings.into_iter();
    let Some(outer) = rings.next().and_then(|outer| ring(outer, true, tally)) else {
        if count > 1 {
            // With the outer ring its holes go, which the area before had taken off.
            tally.add(MendKind::RingsDropped, count - 1, first, holes_m2, 0.0);
        }
        return None;
    };
    let holes = rings.filter_map(|hole| ring(hole, false, tally)).collect();
    Some(Polygon::new(outer, holes))
}

/// One ring put in order; `None` when fewer than three different points are left of it.
fn ring(mut ring: Vec<Coord<f64>>, outer: bool, tally: &mut Tally) -> Option<LineString<f64>> {
    let Some(&first) = ring.first() else {
        tally.add(MendKind::RingsDropped, 1, Coord::zero(), 0.0, 0.0);
        return None;
    };
    let share = if outer { 1.0 } else { -1.0 };
    let last = ring[ring.len() - 1];
    if ring.len() > 2 && first != last {
        ring.push(first);
        tally.add(MendKind::RingsClosed, 1, last, 0.0, length(last, first));
    }
    if is_rough(&ring) {
        let before = ring_area(&ring);
        if let Some(cut) = cut_spikes(&mut ring) {
            let changed = ring_area(&ring) - before;
            tally.add(MendKind::Spikes, cut.count, cut.first, share * changed, -cut.length_m);
        }
    }
    // A figure of eight has no signed area and yet two lobes; only rings without three different points are nothing.
    if ring.len() < 4 {
        tally.add(MendKind::RingsDropped, 1, first, -share * ring_area(&ring), 0.0);
        return None;
    }
    let area = doubled_area(&ring);
    if area != 0.0 && (area > 0.0) != outer {
        ring.reverse();
        tally.add(MendKind::Winding, 1, first, 0.0, 0.0);
    }
    Some(LineString(ring))
}

/// What was cut off a ring.
struct Cut {
    count: usize,
    first: Coord<f64>,
    length_m: f64,
}

/// Cuts spikes until none is left, those that come to light under others too. A ring that is nothing but a spike ends with
/// fewer than four points.
fn cut_spikes(ring: &mut Vec<Coord<f64>>) -> Option<Cut> {
    let mut cut: Option<Cut> = None;
    let mut take = |a: Coord<f64>, b: Coord<f64>, c: Coord<f64>| {
        let cut = cut.get_or_insert(Cut { count: 0, first: b, length_m: 0.0 });
        cut.count += 1;
        cut.length_m += length(a, b) + length(b, c) - length(a, c);
    };
    let mut kept: VecDeque<Coord<f64>> = VecDeque::with_capacity(ring.len());
    for &corner in open(ring) {
        kept.push_back(corner);
        while kept.len() >= 3 {
            let n = kept.len();
            let (a, b, c) = (kept[n - 3], kept[n - 2], kept[n - 1]);
            if b == c {
                kept.pop_back();
            } else if is_spike(a, b, c) {
                take(a, b, c);
                kept.remove(n - 2);
            } else {
                break;
            }
        }
        if kept.len() == 2 && kept[0] == kept[1] {
            kept.pop_back();
        }
    }
    // Round the corner where the ring begins.
    while kept.len() >= 3 {
        let n = kept.len();
        if kept[n - 1] == kept[0] {
            kept.pop_back();
        } else if is_spike(kept[n - 2], kept[n - 1], kept[0]) {
            take(kept[n - 2], kept[n - 1], kept[0]);
            kept.pop_back();
        } else if is_spike(kept[n - 1], kept[0], kept[1]) {
            take(kept[n - 1], kept[0], kept[1]);
            kept.pop_front();
        } else {
            break;
        }
    }
    if cut.is_some() {
        ring.clear();
        ring.extend(kept.iter().copied());
        ring.extend(kept.front().copied());
    }
    cut
}
