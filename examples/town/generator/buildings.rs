//! Rows of slab buildings that face south, as far apart as the winter sun asks.

use geo::Polygon;
use lianpian::base::SplitMix;

use super::geometry::{Span, common, real, stretches, whole};
use super::lots::span_of;

/// How a compound is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Storeys of most buildings.
    pub(crate) storeys: usize,
    /// Depth of a slab, m.
    pub(crate) depth_m: f64,
    /// Least distance between rows, as a multiple of the height.
    pub(crate) ratio: f64,
    /// Flats on a floor of a stair unit.
    pub(crate) flats: usize,
    /// With lifts.
    pub(crate) lift: bool,
}

impl Style {
    /// The style of a year.
    pub(crate) fn of_year(random: &mut SplitMix, year: usize) -> Self {
        let storeys = match year {
            0..=1982 => 3 + random.below(3),
            1983..=2000 => 5 + random.below(3),
            2001..=2005 => [6, 6, 7, 7, 11][random.below(5)],
            _ => [6, 7, 11, 15, 18][random.below(5)],
        };
        let flats = if year < 1990 && random.chance(0.45) { 3 } else { 2 };
        let ratio = random.between(1.15, 1.35);
        Self { storeys, depth_m: super::geometry::rounded(random.between(11.0, 13.2), 1), ratio, flats, lift: storeys > 9 }
    }
}

/// A slab in its block's frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slab {
    /// Middle, eastwards.
    pub(crate) s: f64,
    /// Middle, northwards.
    pub(crate) t: f64,
    /// Length, m.
    pub(crate) long: f64,
    /// Depth, m.
    pub(crate) deep: f64,
    /// Storeys.
    pub(crate) storeys: usize,
    /// Stair units; 0 where nobody lives.
    pub(crate) units: usize,
}

const STOREY_M: f64 = 2.9;
const UNIT_M: f64 = 13.2;

/// Fills a lot with rows of slabs, southernmost first.
pub(crate) fn rows(random: &mut SplitMix, shape: &Polygon<f64>, style: Style) -> Vec<Slab> {
    let span = span_of(shape);
    let margin = ((span.high() - style.depth_m) / 2.0).clamp(1.5, 6.5);
    let pitch = style.depth_m + style.ratio * STOREY_M * real(style.storeys);
    let room = span.high() - 2.0 * margin - style.depth_m;
    let count = whole((room / pitch).max(0.0)) + 1;
    let widest = style.depth_m + 1.65 * STOREY_M * real(style.storeys);
    let step = if count > 1 { (room / real(count - 1)).clamp(pitch, widest.max(pitch)) } else { 0.0 };
    let first = span.s + margin + (room - step * real(count - 1)).max(0.0) * 0.6;
    let mut slabs = Vec::new();
    for row in 0..count {
        let low = first + step * real(row);
        let high = low + style.depth_m;
        let free = common(&stretches(shape, low - 1.0), &stretches(shape, high + 1.0));
        for stretch in common(&free, &stretches(shape, f64::midpoint(low, high))) {
            row_of_slabs(random, stretch, (low, high), style, &mut slabs);
        }
    }
    thin_out(random, &mut slabs);
    if slabs.is_empty() { vec![only_slab(span, style)] } else { slabs }
}

/// Slabs side by side on a stretch of a row, in whole stair units.
fn row_of_slabs(random: &mut SplitMix, (west, east): (f64, f64), (low, high): (f64, f64), style: Style, slabs: &mut Vec<Slab>) {
    let length = east - west - 9.0;
    if length < 1.6 * UNIT_M {
        return;
    }
    let most = random.between(56.0, 84.0);
    let count = whole((length / most).ceil()).max(1);
    let share = (length - 7.0 * real(count - 1)) / real(count);
    let units = whole(share / UNIT_M).clamp(1, 6);
    let long = (real(units) * UNIT_M * 1.06).min(share);
    let start = west + 4.5 + (length - real(count) * long - 7.0 * real(count - 1)) * random.unit();
    for k in 0..count {
        let storeys = if random.chance(0.15) { style.storeys.saturating_sub(1).max(2) } else { style.storeys };
        let s = start + real(k) * (long + 7.0) + long / 2.0;
        slabs.push(Slab { s, t: f64::midpoint(low, high), long, deep: style.depth_m, storeys, units });
    }
}

/// Leaves a building out now and then, where the yard or the boiler house is.
fn thin_out(random: &mut SplitMix, slabs: &mut Vec<Slab>) {
    if slabs.len() > 3 && random.chance(0.45) {
        let gone = random.below(slabs.len());
        slabs.remove(gone);
    }
}

/// The one building of a lot too small for rows.
fn only_slab(span: Span, style: Style) -> Slab {
    let long = (span.wide() - 4.0).clamp(6.0, 64.0).min(span.wide() * 0.9);
    let deep = style.depth_m.min(span.high() * 0.7);
    let (s, t) = (f64::midpoint(span.w, span.e), f64::midpoint(span.s, span.n));
    Slab { s, t, long, deep, storeys: style.storeys, units: whole(long / UNIT_M).max(1) }
}

/// Large buildings of a public lot: a wing along the north and one along the west.
pub(crate) fn public(random: &mut SplitMix, span: Span) -> Vec<Slab> {
    if span.high() < 40.0 {
        let (s, t) = (f64::midpoint(span.w, span.e), f64::midpoint(span.s, span.n));
        return vec![Slab { s, t, long: span.wide() * 0.86, deep: span.high() * 0.66, storeys: 2 + random.below(3), units: 0 }];
    }
    let (wide, deep) = ((span.wide() - 20.0).min(110.0) * random.between(0.7, 0.95), random.between(15.0, 19.0));
    let mut found = vec![Slab {
        s: f64::midpoint(span.w, span.e),
        t: span.n - 11.0 - deep / 2.0,
        long: wide,
        deep,
        storeys: 3 + random.below(3),
        units: 0,
    }];
    for k in 1..whole(span.high() / 70.0) {
        let t = span.n - 11.0 - deep / 2.0 - 52.0 * real(k);
        found.push(Slab {
            s: span.w + span.wide() * 0.62,
            t,
            long: span.wide() * 0.45,
            deep: 14.0,
            storeys: 2 + random.below(4),
            units: 0,
        });
    }
    if span.high() > 80.0 {
        let high = (span.high() * 0.4).min(60.0);
        found.push(Slab {
            s: span.w + 18.0,
            t: span.s + span.high() * 0.35,
            long: 15.0,
            deep: high,
            storeys: 2 + random.below(4),
            units: 0,
        });
    }
    found
}
