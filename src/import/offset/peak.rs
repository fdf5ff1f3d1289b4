//! Whether the way in which places lie on a ground stands out from the ways a little off.

use geo::Coord;

use super::figures::{Ground, Shares};
use crate::import::placing::median;

/// Metres between the displacements that are compared: what belongs together is lost by so much.
const STEP_M: f64 = 60.0;

/// Steps to each side that are looked at.
const REACH: usize = 5;

/// Displacements on a side of the square.
const SIDE: usize = 2 * REACH + 1;

/// A contrast below this is none, and nothing else is looked at.
const LEAST: f64 = 0.15;

/// Spreads by which a clear contrast is above the middle one of those near by.
const CLEAR: f64 = 5.0;

/// How much a clear one is larger than the largest of them: streets repeat themselves from block to block.
const LARGER: f64 = 1.25;

/// A contrast that stands out even where it comes from few features, and by how much it must be larger than all others.
const PLAIN: f64 = 0.3;
const MUCH_LARGER: f64 = 1.6;

/// How places lie on a ground and how that stands out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    /// The share of places that lie otherwise than they do a little way off.
    pub(super) contrast: f64,
    /// How far the contrast stands above those near by, in their spreads; 0 where it does not.
    pub(super) clearness: f64,
    /// How many times the largest of those near by it is.
    pub(super) lead: f64,
}

impl Peak {
    /// How some places lie on a ground, where they are.
    pub(super) fn at(places: &[Coord<f64>], ground: &Ground<'_>) -> Self {
        let mut square = Square::default();
        square.fill(1, places, ground);
        let own = square.contrast(REACH, REACH);
        if own < LEAST {
            return Self { contrast: own, clearness: 0.0, lead: 0.0 };
        }
        square.fill(REACH, places, ground);
        let inner = (1..SIDE - 1).flat_map(|column| (1..SIDE - 1).map(move |row| (column, row)));
        // The nearest ones have the peak itself among those around.
        let near = inner.filter(|(column, row)| column.abs_diff(REACH).max(row.abs_diff(REACH)) > 1);
        let near: Vec<f64> = near.map(|(column, row)| square.contrast(column, row)).collect();
        let most = near.iter().copied().fold(0.0, f64::max);
        let middle = median(near.clone()).unwrap_or_default();
        // The standard deviation that a median of deviations stands for.
        let spread = 1.4826 * median(near.iter().map(|one| (one - middle).abs()).collect()).unwrap_or_default();
        let clearness = (own - middle) / spread.max(0.01);
        Self { contrast: own, clearness, lead: own / most.max(f64::MIN_POSITIVE) }
    }

    /// Whether places and ground belong together as they lie.
    pub(super) fn is_clear(&self) -> bool {
        self.clearness >= CLEAR && self.lead >= LARGER
    }

    /// As [`Self::is_clear`], of few features: many places of one of them lie so by one chance.
    pub(super) fn is_plain(&self) -> bool {
        self.is_clear() && self.contrast >= PLAIN && self.lead >= MUCH_LARGER
    }
}

/// The distance in variation of two distributions: the share that would have to lie elsewhere.
fn contrast(shares: &Shares, around: &Shares) -> f64 {
    shares.0.iter().zip(&around.0).map(|(own, around)| (own - around).max(0.0)).sum()
}

/// Shares by displacement, column by column; what was not looked at is not there.
#[derive(Default)]
struct Square([[Option<Shares>; SIDE]; SIDE]);

impl Square {
    /// Looks at the displacements up to so many steps.
    fn fill(&mut self, reach: usize, places: &[Coord<f64>], ground: &Ground<'_>) {
        for column in REACH - reach..=REACH + reach {
            for row in REACH - reach..=REACH + reach {
                let way = Coord { x: steps(column), y: steps(row) };
                self.0[column][row].get_or_insert_with(|| ground.shares(places, way));
            }
        }
    }

    /// The mean of the eight around one.
    fn around(&self, column: usize, row: usize) -> Shares {
        let mut sum = Shares::default();
        for (x, line) in self.0.iter().enumerate().skip(column - 1).take(3) {
            for (y, shares) in line.iter().enumerate().skip(row - 1).take(3) {
                let Some(shares) = shares.filter(|_| (x, y) != (column, row)) else { continue };
                sum.0.iter_mut().zip(shares.0).for_each(|(sum, share)| *sum += share / 8.0);
            }
        }
        sum
    }

    fn contrast(&self, column: usize, row: usize) -> f64 {
        self.0[column][row].map_or(0.0, |shares| contrast(&shares, &self.around(column, row)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few steps")]
fn steps(place: usize) -> f64 {
    (place as f64 - REACH as f64) * STEP_M
}
