//! The way that counts least where barriers may be crossed at a cost (R12): by branch and bound.
//!
//! An attempt has some barriers paid for, some shut, and the rest open for nothing; its way is the shortest round what is
//! shut, so with what was paid it counts no more than any way that pays for these and crosses none that is shut. Attempts
//! are looked at by what they count so. One whose way crosses nothing that is unpaid is the cheapest of all; else the first
//! barrier that it crosses unpaid is shut in one attempt that follows, and paid for in another, whose way is the same.
//! How many barriers lie around does not matter then, only how many are on the ways that could be the cheapest.

use super::barrier::Nearby;
use super::clear_way::{open_contact, pieces, shortest};
use super::touch::contact_runs;
use crate::base::BarrierId;
use crate::geometry::distance::Gap;
use crate::geometry::segment::Segment;

/// After so many ways the best found so far is taken: it is a way with its full cost, but perhaps not the cheapest. Tens are
/// enough for a dozen tracks and walls in a row; hundreds of tiny barriers, each cheap to cross, would take for ever.
const MOST_WAYS: usize = 1_024;

/// A search for the way that counts least.
pub(super) struct Search<'a> {
    /// Segments of either boundary that a way may begin or end at.
    pub(super) near: (&'a [Segment], &'a [Segment]),
    pub(super) nearby: &'a Nearby<'a>,
    pub(super) gap: &'a Gap,
    pub(super) touching: bool,
    /// Barriers that may be paid for.
    pub(super) payable: Vec<BarrierId>,
    /// The best way so far and what crossing barriers adds to it, m.
    pub(super) best: Option<(Gap, f64)>,
    /// What a way may count, or must count less than: m.
    pub(super) room: f64,
}

/// Some barriers paid for, some shut, and the shortest way round the latter.
#[derive(Clone)]
struct Attempt {
    paid: Vec<BarrierId>,
    paid_m: f64,
    shut: Vec<BarrierId>,
    way: Gap,
}

impl Attempt {
    fn counts_m(&self) -> f64 {
        self.way.gap_m + self.paid_m
    }
}

impl Search<'_> {
    /// The way that counts least and what crossing barriers adds to it; `None` when there is none within the room.
    pub(super) fn cheapest(mut self) -> Option<(Gap, f64)> {
        let mut open: Vec<Attempt> = Vec::new();
        let first = Attempt { paid: Vec::new(), paid_m: 0.0, shut: Vec::new(), way: *self.gap };
        open.extend(self.round(first));
        let mut ways = 1;
        while let Some(at) = least(&open) {
            let attempt = open.swap_remove(at);
            if !self.is_better(attempt.counts_m()) {
                break;
            }
            let Some(toll) = self.unpaid(&attempt) else {
                self.best = Some((attempt.way, attempt.paid_m));
                break;
            };
            if ways == MOST_WAYS {
                break;
            }
            ways += 1;
            let mut round = attempt.clone();
            round.shut.push(toll);
            open.extend(self.round(round));
            let mut through = attempt;
            through.paid.push(toll);
            through.paid_m += self.nearby.extra_of(toll);
            open.extend(Some(through).filter(|through| self.is_better(through.counts_m())));
        }
        self.best
    }

    fn is_better(&self, counts_m: f64) -> bool {
        if self.best.is_some() { counts_m < self.room } else { counts_m <= self.room }
    }

    /// The attempt with the shortest way round what is shut, if there is one within the room. What the way crosses unpaid
    /// may be cheap enough to make it the best so far.
    fn round(&mut self, attempt: Attempt) -> Option<Attempt> {
        let open = |barrier: &BarrierId| self.payable.contains(barrier) && !attempt.shut.contains(barrier);
        let rest = self.nearby.clone().without(|barrier| open(&barrier));
        let way = if self.touching && open_contact(self.near.0, self.near.1, &rest) {
            *self.gap
        } else {
            let way = shortest(self.near.0, self.near.1, &rest, self.room - attempt.paid_m)?;
            let toll = self.nearby.toll(&Segment::new(way.a, way.b));
            if let Some(extra_m) = toll.filter(|extra_m| self.is_better(way.gap_m + extra_m)) {
                (self.best, self.room) = (Some((way, extra_m)), way.gap_m + extra_m);
            }
            way
        };
        Some(Attempt { way, ..attempt }).filter(|attempt| attempt.counts_m() <= self.room)
    }

    /// The first barrier on the way of an attempt that is not paid for.
    fn unpaid(&self, attempt: &Attempt) -> Option<BarrierId> {
        let undecided = |barrier: &BarrierId| !attempt.paid.contains(barrier);
        if !(self.touching && attempt.way == *self.gap) {
            let crossed = self.nearby.crossed(&Segment::new(attempt.way.a, attempt.way.b));
            return crossed.into_iter().find(undecided);
        }
        let rest = self.nearby.clone().without(|barrier| attempt.paid.contains(&barrier));
        if open_contact(self.near.0, self.near.1, &rest) {
            return None;
        }
        let open = |barrier: &BarrierId| undecided(barrier) && !attempt.shut.contains(barrier);
        self.payable.iter().copied().filter(open).find(|barrier| self.lies_on_contact(*barrier))
    }

    /// Whether a barrier takes some of the contact of two touching shapes.
    fn lies_on_contact(&self, barrier: BarrierId) -> bool {
        let alone = self.nearby.clone().without(|other| other != barrier);
        contact_runs(self.near.0, self.near.1).into_iter().any(|run| {
            let stretch = Segment::new(run.segment.at(run.from), run.segment.at(run.to));
            let left = pieces(std::slice::from_ref(&stretch), &alone);
            left.len() != 1 || left.iter().any(|piece| *piece != stretch || alone.area_at(piece.at(0.5)).is_some())
        })
    }
}

/// The attempt that counts least, of equals the one that pays least.
fn least(open: &[Attempt]) -> Option<usize> {
    let key = |attempt: &Attempt| (attempt.counts_m(), attempt.paid_m);
    let order = |p: (f64, f64), q: (f64, f64)| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1));
    (0..open.len()).min_by(|p, q| order(key(&open[*p]), key(&open[*q])))
}
