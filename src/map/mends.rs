//! Mends as the map marks them.

use std::collections::HashMap;

use geo::Coord;

use super::Viewport;
use crate::contiguity::Offer;
use crate::model::{Content, MendKey, MendState};

/// How a mend is marked; the graver later, so that of marks on one spot the gravest is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MendSign {
    /// Neighbours at odds, without an offer.
    Noted,
    /// The shape is the mended one.
    Applied,
    /// The user refused it.
    Refused,
    /// A cut is offered.
    Offered,
    /// It waits for a yes.
    Waiting,
}

impl From<MendState> for MendSign {
    fn from(state: MendState) -> Self {
        match state {
            MendState::Applied => Self::Applied,
            MendState::Waiting => Self::Waiting,
            MendState::Refused => Self::Refused,
        }
    }
}

/// A place at which something is mended or could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MendMark {
    /// Which.
    pub key: MendKey,
    /// Where, world coordinates.
    pub at: Coord<f64>,
    /// How it is marked.
    pub sign: MendSign,
}

/// Every mark of a plan: one for each sort of thing done to a feature, and one for each offer.
#[must_use]
pub fn mend_marks(content: &Content, offers: &[Offer]) -> Vec<MendMark> {
    let recorded = content.mended.iter().flat_map(|(key, mended)| {
        let sign = MendSign::from(mended.state);
        mended.mends.iter().map(move |mend| MendMark { key: *key, at: mend.at, sign })
    });
    let offered = offers.iter().map(|offer| {
        let sign = if offer.can_apply { MendSign::Offered } else { MendSign::Noted };
        MendMark { key: offer.key, at: offer.mend.at, sign }
    });
    recorded.chain(offered).collect()
}

/// Place on the screen, px, and sign of a mark.
pub type SeenMark = ([f32; 2], MendSign);

/// The marks that are seen, the gravest of those within `apart_px` of each other, as places on the screen. `O(marks)`.
#[must_use]
pub fn seen_marks(marks: &[MendMark], viewport: &Viewport, apart_px: f32) -> Vec<SeenMark> {
    let [width, height] = viewport.size_px();
    let mut cells: HashMap<[i32; 2], SeenMark> = HashMap::new();
    for mark in marks {
        let [x, y] = viewport.screen_from_world(mark.at);
        if !(x >= 0.0 && y >= 0.0 && x <= width && y <= height) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
        let cell = [x, y].map(|v| (v / apart_px) as i32);
        let held = cells.entry(cell).or_insert(([x, y], mark.sign));
        if held.1 < mark.sign {
            *held = ([x, y], mark.sign);
        }
    }
    let mut seen: Vec<([i32; 2], SeenMark)> = cells.into_iter().collect();
    seen.sort_by_key(|(cell, (_, sign))| (*sign, *cell));
    seen.into_iter().map(|(_, mark)| mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LayerKind;

    #[test]
    fn of_marks_on_one_spot_the_gravest_is_seen() {
        let viewport = Viewport::new(Coord::zero(), 1.0, [100.0, 100.0]);
        let mark = |x: f64, sign| {
            let key = MendKey { layer: LayerKind::Compounds, row: 0, neighbour: None };
            MendMark { key, at: Coord { x, y: 0.0 }, sign }
        };
        let marks = [
            mark(0.0, MendSign::Waiting),
            mark(0.5, MendSign::Applied),
            mark(40.0, MendSign::Applied),
            mark(900.0, MendSign::Waiting),
        ];
        let seen: Vec<MendSign> = seen_marks(&marks, &viewport, 8.0).into_iter().map(|(_, sign)| sign).collect();
        assert_eq!(seen, [MendSign::Applied, MendSign::Waiting]);
    }
}
