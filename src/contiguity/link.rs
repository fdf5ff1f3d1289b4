//! A link between two compounds and the evidence for it.

use geo::Coord;
use serde::{Deserialize, Serialize};

use super::pair_list::{PairKey, PairList, Paired};
use crate::base::{BarrierId, BridgeId, CompoundId, ParcelId};
use crate::model::LinkKey;

/// What joins two compounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Their interiors meet by more than [`super::TOUCH_M`].
    Overlap,
    /// They touch along a stretch of boundary.
    Edge,
    /// They touch at points only.
    Corner,
    /// A straight way across the gap between them.
    Gap,
    /// A bridge, underpass or level crossing over what parts them (桥).
    Bridge,
    /// Low-efficiency land between them (R11).
    Parcel,
    /// Linked by hand.
    Manual,
}

impl LinkKind {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Edge => "edge",
            Self::Corner => "corner",
            Self::Gap => "gap",
            Self::Bridge => "bridge",
            Self::Parcel => "parcel",
            Self::Manual => "manual",
        }
    }
}

/// What a link goes over or through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A bridge.
    Bridge(BridgeId),
    /// The parcel next to the first compound.
    Parcel(ParcelId),
}

/// Two linked compounds, `a` before `b`.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The compound with the smaller id.
    pub a: CompoundId,
    /// The compound with the larger id.
    pub b: CompoundId,
    /// The gap at which the pair becomes linked, m: the straight way that counts least, which is its length and what the
    /// barriers that it crosses cost; over a bridge or through parcels the longest single gap on the way, counted
    /// likewise; 0 when touching or linked by hand.
    pub gap_m: f64,
    /// Where the link leaves `a`.
    pub from: Coord<f64>,
    /// Where the link reaches `b`.
    pub to: Coord<f64>,
    /// Length of `a`'s boundary within the largest gap of `b`, m; NaN where [`super::connect_bare`] left it unmeasured.
    pub frontage_a_m: f64,
    /// Length of `b`'s boundary within the largest gap of `a`, m; NaN where unmeasured.
    pub frontage_b_m: f64,
    /// What joins them.
    pub kind: LinkKind,
    /// The bridge or parcel of a link that needs one.
    pub via: Option<Via>,
    /// How much of the gap is the cost of barriers that the way crosses, m.
    pub extra_m: f64,
}

impl Link {
    /// The same link with the cost of the barriers that it crosses counted in.
    pub(super) fn paying(self, extra_m: f64) -> Self {
        Self { gap_m: self.gap_m + extra_m, extra_m, ..self }
    }

    /// The gap without what barriers cost, m.
    #[must_use]
    pub fn bare_gap_m(&self) -> f64 {
        self.gap_m - self.extra_m
    }

    /// The pair of the link.
    #[must_use]
    pub fn pair(&self) -> (usize, usize) {
        (self.a.index(), self.b.index())
    }
}

impl PartialEq for Link {
    /// Two frontages that were not measured are equal.
    fn eq(&self, other: &Self) -> bool {
        let frontage = |link: &Self| [link.frontage_a_m, link.frontage_b_m];
        let same = |(x, y): (f64, f64)| x == y || (x.is_nan() && y.is_nan());
        (self.a, self.b, self.gap_m, self.kind, self.via) == (other.a, other.b, other.gap_m, other.kind, other.via)
            && (self.from, self.to, self.extra_m) == (other.from, other.to, other.extra_m)
            && frontage(self).into_iter().zip(frontage(other)).all(same)
    }
}

impl Paired for Link {
    fn key(&self) -> PairKey {
        (self.a, self.b)
    }
}

/// Two compounds near enough to be linked that a barrier parts (R12), and no bridge or parcel joins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blocked {
    /// The compound with the smaller id.
    pub a: CompoundId,
    /// The compound with the larger id.
    pub b: CompoundId,
    /// Their gap as if there were no barrier, m.
    pub gap_m: f64,
    /// The barrier that the shortest straight way meets first, coming from `a`.
    pub barrier: BarrierId,
}

impl Paired for Blocked {
    fn key(&self) -> PairKey {
        (self.a, self.b)
    }
}

/// All links up to a gap, sorted by pair, and the pairs that barriers keep apart, sorted too. A copy is cheap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Links {
    /// Largest gap looked for, m.
    pub max_gap_m: f64,
    /// The links.
    pub list: PairList<Link>,
    /// The pairs cut by barriers.
    pub blocked: PairList<Blocked>,
}

impl Links {
    /// The link of a pair, when there is one. `O(log n)`.
    #[must_use]
    pub fn find(&self, key: LinkKey) -> Option<&Link> {
        self.list.find((key.a(), key.b()))
    }

    /// What blocks a pair, when something does. `O(log n)`.
    #[must_use]
    pub fn find_blocked(&self, key: LinkKey) -> Option<&Blocked> {
        self.blocked.find((key.a(), key.b()))
    }

    /// Links in which `a` is the first compound. `O(log n)`.
    pub fn starting_at(&self, a: CompoundId) -> impl Iterator<Item = &Link> {
        self.list.starting_at(a).iter()
    }

    /// Every link of a compound, the smallest gap first, equals by their pairs. `O(links)`: keep what it gives.
    #[must_use]
    pub fn of_compound(&self, id: CompoundId) -> Vec<Link> {
        // In order of the pairs, those in which it is the second compound come before those in which it is the first.
        let second = self.list.iter().take_while(|link| link.a < id).filter(|link| link.b == id);
        let mut mine: Vec<Link> = second.chain(self.starting_at(id)).copied().collect();
        mine.sort_by(|p, q| p.gap_m.total_cmp(&q.gap_m));
        mine
    }

    /// Pairs with a gap of at most `gap_m`.
    pub fn pairs_at(&self, gap_m: f64) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.list.iter().filter(move |link| link.gap_m <= gap_m).map(Link::pair)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contiguity::tests::links_of;

    proptest! {
        #[test]
        fn links_of_a_compound_are_those_that_name_it_nearest_first(list in prop::collection::vec((0..9_u32, 0..9_u32, 0.0..40.0f64), 0..40)) {
            let links = links_of(&list);
            for id in (0..9).map(CompoundId) {
                let mut naive: Vec<Link> = links.list.iter().filter(|link| link.a == id || link.b == id).copied().collect();
                naive.sort_by(|p, q| p.gap_m.total_cmp(&q.gap_m).then(p.key().cmp(&q.key())));
                prop_assert_eq!(links.of_compound(id), naive);
            }
        }
    }
}
