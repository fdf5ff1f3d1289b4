//! Cuts a street block into lots: walled compounds with shared borders, walls, alleys and lanes between them.

use geo::{BoundingRect, Coord, LineString, Polygon};
use lianpian::base::SplitMix;

use super::geometry::{Frame, Span, at, real, rounded, whole};

/// What a lot is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Use {
    /// A residential compound.
    Homes,
    /// A residential building that stands alone on its lot.
    Single,
    /// Low-efficiency land.
    Parcel,
    /// Shops, schools, offices.
    Public,
    /// A park.
    Green,
}

/// A lot, in its block's frame; two parts where a compound lies on both sides of something.
#[derive(Clone, Debug)]
pub(crate) struct Lot {
    /// The parts.
    pub(crate) parts: Vec<Polygon<f64>>,
    /// What it is for.
    pub(crate) purpose: Use,
}

impl Lot {
    fn new(span: Span, purpose: Use) -> Self {
        Self { parts: vec![span.polygon()], purpose }
    }

    /// The box around its first part.
    pub(crate) fn span(&self) -> Span {
        self.parts.first().map_or(Span { w: 0.0, s: 0.0, e: 0.0, n: 0.0 }, span_of)
    }
}

/// The box around a polygon of a frame.
pub(crate) fn span_of(shape: &Polygon<f64>) -> Span {
    shape.bounding_rect().map_or(Span { w: 0.0, s: 0.0, e: 0.0, n: 0.0 }, |rect| Span {
        w: rect.min().x,
        s: rect.min().y,
        e: rect.max().x,
        n: rect.max().y,
    })
}

/// A lane wide enough to have a name: its middle line in the frame, and its width.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// Ends.
    pub(crate) ends: [Coord<f64>; 2],
    /// Width, m.
    pub(crate) width_m: f64,
}

/// What a block is to become.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    /// The whole block is a park, a school or the like.
    pub(crate) public: bool,
    /// A strip of low-efficiency land lies between its compounds.
    pub(crate) parcel: bool,
    /// A compound on two sides of an alley.
    pub(crate) multipolygon: bool,
    /// A compound around something that does not belong to it.
    pub(crate) hole: bool,
}

/// A block cut up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    /// The lots.
    pub(crate) lots: Vec<Lot>,
    /// Lanes between them.
    pub(crate) lanes: Vec<Lane>,
}

/// Cuts a block into lots as wished.
pub(crate) fn cut_block(random: &mut SplitMix, frame: &Frame, wish: Wish) -> Cut {
    let whole = Span { w: 0.0, s: 0.0, e: frame.width, n: frame.height };
    let mut cut = Cut::default();
    if wish.public {
        let green = random.chance(0.4);
        cut.lots.push(Lot::new(whole, if green { Use::Green } else { Use::Public }));
    } else if wish.parcel {
        let from = rounded(whole.wide() * random.between(0.38, 0.46), 1);
        let to = rounded(from + random.between(40.0, 54.0), 1);
        let gap = rounded(random.between(0.0, 3.0), 1);
        split(random, Span { e: from - gap, ..whole }, &mut cut);
        cut.lots.push(Lot::new(Span { w: from, e: to, ..whole }, Use::Parcel));
        split(random, Span { w: to, ..whole }, &mut cut);
    } else {
        split(random, whole, &mut cut);
    }
    if wish.multipolygon {
        join_two(&mut cut.lots);
    }
    if wish.hole {
        cut_hole(&mut cut.lots);
    }
    chamfer(&mut cut.lots, whole);
    meet(&mut cut.lots);
    cut
}

/// The distance left between two halves of a split lot, m: shared borders, walls, alleys and lanes.
fn gap_m(random: &mut SplitMix, large: bool) -> f64 {
    let gap = match random.unit() {
        x if large && x < 0.38 => random.between(6.0, 12.0),
        x if x < 0.30 => 0.0,
        x if x < 0.52 => random.between(0.24, 0.5),
        x if x < 0.92 => random.between(2.0, 4.5),
        _ => random.between(4.5, 7.5),
    };
    rounded(gap, 2)
}

fn split(random: &mut SplitMix, span: Span, cut: &mut Cut) {
    let bell: f64 = (0..6).map(|_| random.unit()).sum::<f64>() - 3.0;
    let target = (16_000.0 * (0.62 * bell).exp()).clamp(5_000.0, 32_000.0);
    let upright = span.wide() > span.high();
    if span.area() < 1.55 * target || span.wide().max(span.high()) < 95.0 {
        finish(random, span, cut);
        return;
    }
    let gap = gap_m(random, span.area() > 26_000.0);
    let share = random.between(0.38, 0.62);
    let (low, high) = if upright { (span.w, span.e) } else { (span.s, span.n) };
    let middle = rounded(low + (high - low) * share, 1);
    let (first, second) = if upright {
        (Span { e: middle - gap / 2.0, ..span }, Span { w: middle + gap / 2.0, ..span })
    } else {
        (Span { n: middle - gap / 2.0, ..span }, Span { s: middle + gap / 2.0, ..span })
    };
    if gap >= 6.0 {
        let ends = if upright { [at(middle, span.s), at(middle, span.n)] } else { [at(span.w, middle), at(span.e, middle)] };
        cut.lanes.push(Lane { ends, width_m: gap });
    }
    split(random, first, cut);
    split(random, second, cut);
}

/// A lot of full size: whole, with a row of single buildings along one side, or notched by a neighbour.
fn finish(random: &mut SplitMix, span: Span, cut: &mut Cut) {
    let style = random.unit();
    if style < 0.24 && span.high() > 95.0 && span.wide() > 50.0 {
        roadside(random, span, cut);
    } else if style < 0.40 && span.high() > 85.0 && span.wide() > 85.0 {
        notch(random, span, cut);
    } else {
        cut.lots.push(Lot::new(span, Use::Homes));
    }
}

/// Cuts a strip along the south or north side and fills it with single buildings and shops.
fn roadside(random: &mut SplitMix, span: Span, cut: &mut Cut) {
    let (depth, gap) = (rounded(random.between(24.0, 30.0), 1), [0.0, 0.3, 3.0][random.below(3)]);
    let (strip, rest) = if random.chance(0.5) {
        (Span { n: span.s + depth, ..span }, Span { s: span.s + depth + gap, ..span })
    } else {
        (Span { s: span.n - depth, ..span }, Span { n: span.n - depth - gap, ..span })
    };
    cut.lots.push(Lot::new(rest, Use::Homes));
    let pieces = whole((strip.wide() / 62.0).round()).max(1);
    let between = if random.chance(0.5) { 0.0 } else { rounded(random.between(2.0, 4.0), 1) };
    for k in 0..pieces {
        let edge = |k: usize| rounded(strip.w + strip.wide() * real(k) / real(pieces), 2);
        let east = if k + 1 == pieces { strip.e } else { edge(k + 1) - between };
        let west = if k == 0 { strip.w } else { edge(k) };
        let purpose = if random.chance(0.55) { Use::Single } else { Use::Public };
        cut.lots.push(Lot::new(Span { w: west, e: east, ..strip }, purpose));
    }
}

/// Gives a corner of the lot to a smaller neighbour, so that the lot is L-shaped.
fn notch(random: &mut SplitMix, span: Span, cut: &mut Cut) {
    let x = rounded(span.w + span.wide() * random.between(0.5, 0.62), 1);
    let y = rounded(span.s + span.high() * random.between(0.45, 0.6), 1);
    let ring = vec![at(span.w, span.s), at(span.e, span.s), at(span.e, y), at(x, y), at(x, span.n), at(span.w, span.n)];
    cut.lots.push(Lot { parts: vec![Polygon::new(LineString::new(ring), vec![])], purpose: Use::Homes });
    let gap = [0.0, 0.3, 2.5][random.below(3)];
    let corner = Span { w: x + gap, s: y + gap, ..span };
    let purpose = if random.chance(0.75) { Use::Homes } else { Use::Public };
    cut.lots.push(Lot::new(corner, purpose));
}

/// Makes one compound of the first two that an alley parts.
fn join_two(lots: &mut Vec<Lot>) {
    let apart = |a: &Span, b: &Span| (a.w - b.e).max(b.w - a.e).max(a.s - b.n).max(b.s - a.n);
    let homes: Vec<usize> = (0..lots.len()).filter(|&k| lots[k].purpose == Use::Homes).collect();
    let pairs = homes.iter().flat_map(|&a| homes.iter().map(move |&b| (a, b))).filter(|(a, b)| a < b);
    let mut close = pairs.filter(|&(a, b)| (1.0..14.0).contains(&apart(&lots[a].span(), &lots[b].span())));
    if let Some((a, b)) = close.next() {
        let part = lots.remove(b);
        lots[a].parts.extend(part.parts);
    }
}

/// Cuts a yard that is not its own out of the largest plain lot.
fn cut_hole(lots: &mut [Lot]) {
    let plain = |lot: &&mut Lot| lot.purpose == Use::Homes && lot.parts.len() == 1 && lot.parts[0].exterior().0.len() == 5;
    let largest = lots.iter_mut().filter(plain).max_by(|a, b| a.span().area().total_cmp(&b.span().area()));
    let Some(lot) = largest else { return };
    let span = lot.span();
    let (x, y) = (rounded(f64::midpoint(span.w, span.e), 1), rounded(f64::midpoint(span.s, span.n), 1));
    let (a, b) = ((span.wide() / 5.0).min(21.0), (span.high() / 5.0).min(17.0));
    let ring = vec![at(x - a, y - b), at(x - a, y + b), at(x + a, y + b), at(x + a, y - b)];
    lot.parts[0].interiors_push(LineString::new(ring));
}

/// Cuts the corners of the block for the sight lines of its crossings.
fn chamfer(lots: &mut [Lot], block: Span) {
    let size = 6.0;
    let corner = |c: Coord<f64>| {
        let (x, y) = ([block.w, block.e].contains(&c.x), [block.s, block.n].contains(&c.y));
        x && y
    };
    for part in lots.iter_mut().filter(|lot| lot.purpose != Use::Single).flat_map(|lot| lot.parts.iter_mut()) {
        part.exterior_mut(|ring| {
            let open = &ring.0[..ring.0.len() - 1];
            let mut points = Vec::with_capacity(open.len() + 4);
            for (k, &point) in open.iter().enumerate() {
                if !corner(point) {
                    points.push(point);
                    continue;
                }
                let (before, after) = (open[(k + open.len() - 1) % open.len()], open[(k + 1) % open.len()]);
                points.push(point + super::geometry::direction(point, before) * size);
                points.push(point + super::geometry::direction(point, after) * size);
            }
            points.push(points[0]);
            ring.0 = points;
        });
    }
}

/// Gives both sides of a shared border the same points, so that they stay shared when coordinates are rounded.
fn meet(lots: &mut [Lot]) {
    let corners: Vec<Coord<f64>> =
        lots.iter().flat_map(|lot| &lot.parts).flat_map(|part| part.exterior().0.iter().copied()).collect();
    for part in lots.iter_mut().flat_map(|lot| lot.parts.iter_mut()) {
        part.exterior_mut(|ring| {
            let mut points = vec![ring.0[0]];
            for pair in ring.0.windows(2) {
                let mut inner: Vec<Coord<f64>> =
                    corners.iter().copied().filter(|&c| strictly_between(pair[0], pair[1], c)).collect();
                let far = |c: &Coord<f64>| super::geometry::length(*c - pair[0]);
                inner.sort_by(|a, b| far(a).total_cmp(&far(b)));
                inner.dedup();
                points.extend(inner);
                points.push(pair[1]);
            }
            ring.0 = points;
        });
    }
}

/// Whether `c` lies on the axis-parallel edge from `a` to `b`, ends left out.
fn strictly_between(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    const NEAR: f64 = 1e-9;
    let within = |low: f64, high: f64, x: f64| x > low.min(high) + NEAR && x < low.max(high) - NEAR;
    let level = (a.y - b.y).abs() < NEAR && (c.y - a.y).abs() < NEAR && within(a.x, b.x, c.x);
    let upright = (a.x - b.x).abs() < NEAR && (c.x - a.x).abs() < NEAR && within(a.y, b.y, c.y);
    level || upright
}
