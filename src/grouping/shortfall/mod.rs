//! Who is left over, by how much a bound is missed, and the smallest changes that take them in.
//!
//! Looked at is an assignment, whoever made it: a solver or the user's own hand. What is left over falls into clusters that
//! hang together at the gap and within the limits that may not be crossed; one that is alone above a maximum is by itself. A
//! change is offered where sums and reach say that it is enough: with it, all of the cluster fits into a district that is there,
//! or makes a new one, nobody meets whom he is to be apart from, and who is to be with others does not stay away from them.
//! [`applied`] is the problem after a change, set out from what is there, so that solving it again leaves the
//! districts as they are and takes the cluster in. Only where compounds in no district carry contiguity can another gap
//! lead them elsewhere.
//!
//! The least change comes first: a number changes by its share of itself, a link by hand counts [`BY_HAND`], one against a
//! barrier or against an earlier word [`AGAINST`], a limit that is opened [`OPENED`].

mod applied;
mod layout;
mod mass;
mod search;

use crate::base::{BarrierId, BridgeId};
use crate::contiguity::{Links, Via};

use super::problem::Problem;

pub use applied::applied;

/// What a link by hand counts beside numbers that change by a share of themselves.
pub const BY_HAND: f64 = 0.25;

/// What a link by hand counts that leads over a barrier or takes back an earlier word.
pub const AGAINST: f64 = 0.5;

/// What a limit counts that was not to be crossed and then may be.
pub const OPENED: f64 = 1.0;

/// Clusters that are looked at, the largest first; the rest is counted.
pub const MOST: usize = 1_000;

/// What is looked at. Districts go by any labels.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// What was asked, with the neighbours at the gap.
    pub problem: &'a Problem,
    /// District of each unit.
    pub district: &'a [Option<u32>],
    /// Links up to the gap and beyond it; units are rows of compounds. Without those beyond, no other gap is offered.
    pub links: &'a Links,
    /// The gap, m.
    pub gap_m: f64,
    /// Pairs that were parted by hand and lie within the gap, with their gaps.
    pub parted: &'a [(u32, u32, f64)],
}

/// What is left over of a grouping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shortfalls {
    /// The clusters, by the sum of the first bound, the largest first.
    pub list: Vec<Shortfall>,
    /// How many more there are.
    pub more: usize,
    /// Minimum and maximum of each bound; behind them those of the diameter, when it is bounded.
    pub bounds: Vec<(Option<f64>, Option<f64>)>,
    /// Name of each bound's field; the diameter has none.
    pub fields: Vec<String>,
}

/// A cluster that is left over.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// Its units, ascending.
    pub units: Vec<u32>,
    /// Sum of each bound's field; what is missing adds nothing. Behind them the diameter, m, when it is bounded.
    pub sums: Vec<f64>,
    /// For each bound the units that have no value, ascending; for the diameter those without a shape.
    pub missing: Vec<Vec<u32>>,
    /// Bounds that it would not meet by itself.
    pub misses: Vec<Miss>,
    /// What takes it in, the least change first.
    pub fixes: Vec<Fix>,
}

/// A bound that is not met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Miss {
    /// Index of the bound; the diameter stands behind them.
    pub bound: usize,
    /// The sum, or the diameter.
    pub sum: f64,
    /// The minimum that it stays below, or the maximum that it is above.
    pub limit: f64,
}

/// A change that takes a cluster in.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What changes.
    pub change: Change,
    /// The district that then holds the cluster; `None` is a new one.
    pub district: Option<u32>,
    /// The units that come into it, ascending: those of the cluster, and of others that come along.
    pub units: Vec<u32>,
    /// How much it changes.
    pub size: f64,
}

/// What changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing: there is room already.
    Nothing,
    /// The gap.
    Gap {
        /// To so many metres.
        to_m: f64,
        /// For the sake of this pair.
        pair: Pair,
    },
    /// A pair is linked by hand.
    Link {
        /// Which.
        pair: Pair,
        /// What kept it apart.
        across: Across,
    },
    /// Limits that were not to be crossed are then crossed only for a reason.
    Limits {
        /// Those of communities.
        community: bool,
        /// Those of street offices.
        street_office: bool,
        /// For the sake of this pair.
        pair: Pair,
    },
    /// Minima go down: index of the bound, and to what.
    Minimum(Vec<(usize, f64)>),
    /// Maxima go up, likewise; the diameter stands behind the bounds.
    Maximum(Vec<(usize, f64)>),
}

/// Two units, the first inside the cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Inside.
    pub from: u32,
    /// Outside.
    pub to: u32,
    /// Their gap, m.
    pub gap_m: f64,
}

/// What keeps a pair apart that is to be linked by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// The gap is too large.
    Far,
    /// So it is, and this bridge leads over.
    Bridge(BridgeId),
    /// A barrier.
    Barrier(BarrierId),
    /// The user's own word.
    Parted,
}

impl Across {
    fn of(via: Option<Via>) -> Self {
        match via {
            Some(Via::Bridge(id)) => Self::Bridge(id),
            Some(Via::Parcel(_)) | None => Self::Far,
        }
    }

    fn size(self) -> f64 {
        match self {
            Self::Far | Self::Bridge(_) => BY_HAND,
            Self::Barrier(_) | Self::Parted => AGAINST,
        }
    }
}

impl Change {
    /// The stable name in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "join",
            Self::Gap { .. } => "gap",
            Self::Link { .. } => "link",
            Self::Limits { .. } => "limit",
            Self::Minimum(_) => "minimum",
            Self::Maximum(_) => "maximum",
        }
    }

    /// The place among changes of one size.
    fn place(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Gap { .. } => 1,
            Self::Link { .. } => 2,
            Self::Limits { .. } => 3,
            Self::Minimum(_) => 4,
            Self::Maximum(_) => 5,
        }
    }
}

impl Shortfalls {
    /// How many units are left over in all clusters of the list.
    #[must_use]
    pub fn units(&self) -> usize {
        self.list.iter().map(|shortfall| shortfall.units.len()).sum()
    }

    /// The one that a fix is for.
    #[must_use]
    pub fn of_fix(&self, fix: &Fix) -> Option<&Shortfall> {
        self.list.iter().find(|shortfall| shortfall.fixes.contains(fix))
    }
}

/// What is left over, and what takes it in. `O(units + links)`, and a small search for each cluster.
#[must_use]
pub fn shortfalls(ground: &Ground<'_>) -> Shortfalls {
    let layout = layout::Layout::new(ground);
    let search = search::Search::new(&layout);
    let looked_at = layout.clusters.len().min(MOST);
    let list = (0..looked_at).map(|at| {
        let cluster = &layout.clusters[at];
        let (sums, misses) = layout.told(cluster);
        Shortfall { units: cluster.units.clone(), sums, missing: layout.missing(cluster), misses, fixes: search.fixes(at) }
    });
    let across = ground.problem.diameter.as_ref().map(|asked| (None, Some(asked.max_m)));
    Shortfalls {
        list: list.collect(),
        more: layout.clusters.len() - looked_at,
        bounds: ground.problem.bounds.iter().map(|bound| (bound.min, bound.max)).chain(across).collect(),
        fields: ground.problem.bounds.iter().map(|bound| ground.problem.fields[bound.field].name.clone()).collect(),
    }
}

#[cfg(test)]
mod tests;
