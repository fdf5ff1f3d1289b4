//! The shortest straight way from one set of compounds to the rest, exact however long.

use geo::{BoundingRect, Rect};

use super::{Cause, Near, Work};
use crate::base::CompoundId;
use crate::geometry::distance::GapFinder;
use crate::geometry::index::BoxIndex;
use crate::model::Compound;

/// Compounds that ways may lead to, with an index of their boxes.
pub(super) struct Targets<'a> {
    compounds: &'a [Compound],
    rows: Vec<CompoundId>,
    boxes: Vec<Option<Rect<f64>>>,
    index: BoxIndex,
}

impl<'a> Targets<'a> {
    pub(super) fn new(compounds: &'a [Compound], rows: Vec<CompoundId>) -> Self {
        let bounds = |id: &CompoundId| compounds.get(id.index()).and_then(|compound| compound.shape.bounding_rect());
        let boxes: Vec<Option<Rect<f64>>> = rows.iter().map(bounds).collect();
        let index = BoxIndex::new(boxes.iter().copied());
        Self { compounds, rows, boxes, index }
    }

    /// The shortest way from any of `from` to a target that `admits` lets in; of equals the first found, always the same.
    ///
    /// `O(log n)` a compound that has others near it, and one more for each nearer target that is not let in.
    pub(super) fn nearest(&self, from: &[CompoundId], admits: impl Fn(CompoundId) -> bool) -> Option<Near> {
        let mut finder = GapFinder::default();
        let mut best: Option<Near> = None;
        for id in from {
            let Some(shape) = self.compounds.get(id.index()).map(|compound| &compound.shape) else { continue };
            let Some(bounds) = shape.bounding_rect() else { continue };
            // A target's box is at least so far from the middle of this one as its gap and half this box's diagonal.
            let half_m = bounds.width().hypot(bounds.height()) / 2.0;
            for (at, away_m) in self.index.by_distance(bounds.center()) {
                let limit = best.map_or(f64::INFINITY, |near| near.gap_m);
                if away_m - half_m > limit {
                    break;
                }
                let to = self.rows[at];
                let (Some(target), true) = (self.boxes[at].as_ref(), to != *id && admits(to)) else { continue };
                let gap = finder.gap((shape, &bounds), (&self.compounds[to.index()].shape, target), limit);
                if let Some(gap) = gap.filter(|gap| gap.gap_m < limit) {
                    best = Some(Near { gap_m: gap.gap_m, from: *id, to });
                }
            }
        }
        best
    }
}

/// For each piece of a district the way to the nearest other one, and why it is no link.
pub(super) fn ways(work: &Work<'_>, pieces: &[Vec<CompoundId>]) -> Vec<Option<(Near, Cause)>> {
    if pieces.len() < 2 {
        return vec![None; pieces.len()];
    }
    let compounds = work.content.compounds.as_slice();
    let all = || pieces.iter().flatten().copied();
    let targets = Targets::new(compounds, all().collect());
    // A large piece would have to pass over too many of its own compounds to come to others: it gets an index without them.
    let count = all().count();
    let way = |piece: &Vec<CompoundId>| {
        let own = |id: CompoundId| piece.binary_search(&id).is_ok();
        let near = if piece.len() * piece.len() <= count {
            targets.nearest(piece, |id| !own(id))
        } else {
            Targets::new(compounds, all().filter(|id| !own(*id)).collect()).nearest(piece, |_| true)
        };
        near.map(|near| (near, work.cause(&near)))
    };
    pieces.iter().map(way).collect()
}
