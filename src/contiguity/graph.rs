//! The links of a plan with what they were made from, so that an edit changes only the links it touches.
//!
//! The links of a pair follow from its two shapes, the barriers, bridges and parcels near them, and what the user set by hand.
//! An update names what changed; every pair whose link could depend on that is judged anew, exactly as when all links are made,
//! so that an updated graph equals a new one. A moved boundary, a new bridge or a forbidden link costs a few dozen pairs;
//! a changed barrier all pairs along it; a boundary beside a parcel all links through parcels.

use std::collections::BTreeSet;

use geo::{BoundingRect, Geometry, Rect};

use super::bridge::{self, SPAN_M};
use super::connect::{ConnectInput, Ground, Judged, Work, judge, new_link, straight_links};
use super::detours::Detours;
use super::pair_list::PairKey;
use super::{Blocked, Link, LinkKind, Links, parcel};
use crate::base::{BridgeId, Cancelled, CompoundId, Reporter, Silent};
use crate::geometry::distance::{Gap, GapFinder, polygon_gap};
use crate::geometry::segment::{box_distance2, grown};
use crate::model::{Barrier, BarrierKind, Bridge, LinkKey, LinkOverride, LinkRule, Parcel};

/// How far the walls of a barrier reach beyond its drawn shape, at most, m.
const BEYOND_M: f64 = 1.0;

/// More pairs than this are not judged in an update: each takes some microseconds, and tens of them beside barriers.
const MOST_PAIRS: usize = 2_000;

/// Nor are links found anew over more bridges, or through more parcels.
const MOST_DETOURS: usize = 100;

/// What changed since the links were made or last updated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Compounds with another shape. Compounds that came or went need a new graph.
    pub compounds: Vec<CompoundId>,
    /// Barriers: any of them.
    pub barriers: bool,
    /// Bridges: any of them.
    pub bridges: bool,
    /// Parcels: any of them, or whether they connect.
    pub parcels: bool,
    /// Links set by hand: any of them.
    pub overrides: bool,
}

/// Links that can be carried over edits.
pub struct LinkGraph {
    ground: Ground,
    detours: Detours,
    links: Links,
    seen: Seen,
}

impl std::fmt::Debug for LinkGraph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkGraph").field("links", &self.links.list.len()).finish_non_exhaustive()
    }
}

/// Layers as they were when the links were made, to tell which of their features changed.
#[derive(Default)]
struct Seen {
    barriers: Vec<(BarrierKind, Geometry<f64>)>,
    bridges: Vec<Geometry<f64>>,
    parcels: Vec<Option<Rect<f64>>>,
    overrides: std::collections::BTreeMap<LinkKey, LinkOverride>,
}

impl LinkGraph {
    /// All links, without frontage. In parallel; `O(n log n)` for shapes that lie side by side.
    ///
    /// # Errors
    /// [`Cancelled`] when the reporter asks to stop.
    pub fn new(input: &ConnectInput<'_>, reporter: &dyn Reporter) -> Result<Self, Cancelled> {
        let graph = Self::found(input, reporter)?;
        // Now, and not when the first edit waits for it.
        graph.ground.boxes.index();
        Ok(graph)
    }

    /// As [`LinkGraph::new`], for those who want the links alone: what updates need besides is not made ready.
    pub(super) fn found(input: &ConnectInput<'_>, reporter: &dyn Reporter) -> Result<Self, Cancelled> {
        let ground = Ground::new(input);
        let work = Work { input, ground: &ground };
        let links = straight_links(&work, reporter)?;
        let mut detours = Detours::default();
        for row in 0..input.bridges.len() {
            reporter.check()?;
            detours.put_bridge(row, bridge::over(&work, BridgeId::from_index(row)));
        }
        detours.put_parcels(parcel::through_parcels(&work, reporter)?);
        let mut graph = Self { ground, detours, links, seen: Seen::default() };
        let by_hand = input.overrides.keys().map(|key| (key.a(), key.b()));
        let pairs: BTreeSet<PairKey> = graph.detours.pairs().chain(by_hand).collect();
        graph.settle(input, pairs);
        graph.seen = Seen {
            barriers: input.barriers.iter().map(seen_barrier).collect(),
            bridges: input.bridges.iter().map(|bridge| bridge.shape.clone()).collect(),
            parcels: input.parcels.iter().map(|parcel| parcel.shape.bounding_rect()).collect(),
            overrides: input.overrides.clone(),
        };
        Ok(graph)
    }

    /// The links.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The links, without what is needed to update them.
    #[must_use]
    pub fn into_links(self) -> Links {
        self.links
    }

    /// Brings the links up to date. `input` has the same compounds, gap and rules as before but for what `changed` names.
    ///
    /// Gives nothing back where more depends on the change than can be judged between two frames of a window: then all links
    /// are to be made anew, on all cores and in the background.
    #[must_use]
    pub fn updated(mut self, input: &ConnectInput<'_>, changed: &Changed) -> Option<Self> {
        let mut pairs = BTreeSet::new();
        let mut regions = self.move_compounds(input, &changed.compounds, &mut pairs);
        if changed.barriers {
            regions.extend(self.move_barriers(input, &mut pairs));
        }
        let bridges = self.bridges_to_redo(input, changed.bridges, &regions);
        let parcels = changed.parcels || self.reach_parcels(input, &regions);
        let most_parcels = if parcels { self.seen.parcels.len().max(input.parcels.len()) } else { 0 };
        if pairs.len() > MOST_PAIRS || bridges.len() > MOST_DETOURS || most_parcels > MOST_DETOURS {
            return None;
        }
        self.redo_bridges(input, bridges, &mut pairs);
        if parcels {
            self.redo_parcels(input, &mut pairs);
        }
        if changed.overrides {
            let differs =
                |key: &&LinkKey| input.overrides.get(key).map(|o| o.rule) != self.seen.overrides.get(key).map(|o| o.rule);
            let keys = input.overrides.keys().chain(self.seen.overrides.keys());
            pairs.extend(keys.filter(differs).map(|key| (key.a(), key.b())));
            self.seen.overrides.clone_from(input.overrides);
        }
        self.settle(input, pairs);
        Some(self)
    }

    /// Takes in the new shapes of compounds and names all pairs near them, before and after; returns where they were and are.
    fn move_compounds(
        &mut self,
        input: &ConnectInput<'_>,
        moved: &[CompoundId],
        pairs: &mut BTreeSet<PairKey>,
    ) -> Vec<Rect<f64>> {
        let mut regions = Vec::new();
        let near = |ground: &Ground, row: usize, pairs: &mut BTreeSet<PairKey>| {
            pairs.extend(ground.boxes.near(row, input.reach_m()).filter_map(|other| key_of(row, other)));
            ground.boxes.of.get(row).copied().flatten()
        };
        for id in moved {
            regions.extend(near(&self.ground, id.index(), pairs));
        }
        let count = self.ground.boxes.of.len();
        for id in moved.iter().filter(|id| id.index() < count) {
            let after = input.compounds.get(id.index()).and_then(|compound| compound.shape.bounding_rect());
            self.ground.boxes.replace(id.index(), after);
        }
        for id in moved {
            regions.extend(near(&self.ground, id.index(), pairs));
            let by_hand = input.overrides.keys().filter(|key| key.a() == *id || key.b() == *id);
            pairs.extend(by_hand.map(|key| (key.a(), key.b())));
        }
        regions
    }

    /// Takes in new barriers and names all pairs whose way could meet one that changed; returns where those were and are.
    fn move_barriers(&mut self, input: &ConnectInput<'_>, pairs: &mut BTreeSet<PairKey>) -> Vec<Rect<f64>> {
        let now: Vec<(BarrierKind, Geometry<f64>)> = input.barriers.iter().map(seen_barrier).collect();
        let regions: Vec<Rect<f64>> = changed_rows(&self.seen.barriers, &now)
            .flat_map(|row| [self.seen.barriers.get(row), now.get(row)])
            .filter_map(|seen| seen?.1.bounding_rect())
            .map(|bounds| grown(&bounds, BEYOND_M))
            .collect();
        self.seen.barriers = now;
        self.ground.put_barriers(input);
        let work = Work { input, ground: &self.ground };
        for region in &regions {
            for row in work.rows_in(grown(region, input.reach_m())) {
                pairs.extend(self.ground.boxes.near(row, input.reach_m()).filter_map(|other| key_of(row, other)));
                if pairs.len() > MOST_PAIRS {
                    return regions;
                }
            }
        }
        regions
    }

    /// Takes in new bridges; returns the rows of those that changed or lie near a change.
    fn bridges_to_redo(&mut self, input: &ConnectInput<'_>, changed: bool, regions: &[Rect<f64>]) -> BTreeSet<usize> {
        let reach_m = input.max_gap_m.max(SPAN_M) + BEYOND_M;
        let mut rows: BTreeSet<usize> = BTreeSet::new();
        if changed {
            let now: Vec<Geometry<f64>> = input.bridges.iter().map(|bridge: &Bridge| bridge.shape.clone()).collect();
            rows.extend(changed_rows(&self.seen.bridges, &now));
            self.seen.bridges = now;
        }
        if !regions.is_empty() {
            let near = |bridge: &Bridge| bridge.shape.bounding_rect().is_some_and(|bounds| is_near(&bounds, regions, reach_m));
            rows.extend(input.bridges.iter().enumerate().filter(|(_, bridge)| near(bridge)).map(|(row, _)| row));
        }
        rows
    }

    /// Finds the links over bridges anew.
    fn redo_bridges(&mut self, input: &ConnectInput<'_>, rows: BTreeSet<usize>, pairs: &mut BTreeSet<PairKey>) {
        let work = Work { input, ground: &self.ground };
        for row in rows {
            let found = if row < input.bridges.len() { bridge::over(&work, BridgeId::from_index(row)) } else { Vec::new() };
            pairs.extend(self.detours.put_bridge(row, found));
        }
    }

    /// Whether a change could touch links through parcels.
    fn reach_parcels(&self, input: &ConnectInput<'_>, regions: &[Rect<f64>]) -> bool {
        let reach_m = input.max_gap_m + BEYOND_M;
        self.seen.parcels.iter().flatten().any(|bounds| is_near(bounds, regions, reach_m))
    }

    fn redo_parcels(&mut self, input: &ConnectInput<'_>, pairs: &mut BTreeSet<PairKey>) {
        self.seen.parcels = input.parcels.iter().map(|parcel: &Parcel| parcel.shape.bounding_rect()).collect();
        let work = Work { input, ground: &self.ground };
        // An update is not stopped half way, so nothing is ever cancelled here.
        let found = parcel::through_parcels(&work, &Silent).unwrap_or_default();
        pairs.extend(self.detours.put_parcels(found));
    }

    /// Judges pairs anew, by all ways and by hand.
    fn settle(&mut self, input: &ConnectInput<'_>, pairs: BTreeSet<PairKey>) {
        let work = Work { input, ground: &self.ground };
        let mut finder = GapFinder::default();
        let (mut list, mut blocked) = (Vec::with_capacity(pairs.len()), Vec::with_capacity(pairs.len()));
        for pair in pairs {
            let (link, cut) = self.outcome(&work, pair, &mut finder);
            list.push((pair, link));
            blocked.push((pair, cut));
        }
        self.links.list.change(list);
        self.links.blocked.change(blocked);
    }

    /// The link of a pair, or what blocks it: the user's word first, then of all ways the one with the smallest gap, the
    /// straight one of equals.
    fn outcome(&self, work: &Work<'_>, pair: PairKey, finder: &mut GapFinder) -> (Option<Link>, Option<Blocked>) {
        let rows = (pair.0.index(), pair.1.index());
        let by_hand = LinkKey::new(pair.0, pair.1).and_then(|key| work.input.overrides.get(&key));
        match by_hand.map(|set| set.rule) {
            Some(LinkRule::Forbid) => return (None, None),
            Some(LinkRule::Force) => return (forced(work, rows), None),
            None => {}
        }
        let straight = judge(work, rows, finder);
        let (straight, cut) = match straight {
            Some(Judged::Linked(link)) => (Some(link), None),
            Some(Judged::Blocked(blocked)) => (None, Some(blocked)),
            None => (None, None),
        };
        let ways = straight.into_iter().chain(self.detours.of(pair).copied());
        let best = ways.min_by(|p, q| p.gap_m.total_cmp(&q.gap_m).then(p.kind.cmp(&q.kind)).then(p.via.cmp(&q.via)));
        (best, if best.is_some() { None } else { cut })
    }
}

/// A link set by hand; none for empty shapes and rows that are not there.
fn forced(work: &Work<'_>, rows: (usize, usize)) -> Option<Link> {
    let gap = polygon_gap(work.shape(rows.0)?.0, work.shape(rows.1)?.0)?;
    Some(new_link(rows, Gap { gap_m: 0.0, ..gap }, LinkKind::Manual))
}

fn key_of(a: usize, b: usize) -> Option<PairKey> {
    let key = LinkKey::new(CompoundId::from_index(a), CompoundId::from_index(b))?;
    Some((key.a(), key.b()))
}

/// What of a barrier matters to links: what its rule is looked up by, and where it lies.
fn seen_barrier(barrier: &Barrier) -> (BarrierKind, Geometry<f64>) {
    (barrier.kind, barrier.shape.clone())
}

/// Rows at which two lists differ.
fn changed_rows<'a, T: PartialEq>(before: &'a [T], after: &'a [T]) -> impl Iterator<Item = usize> + 'a {
    (0..before.len().max(after.len())).filter(|row| before.get(*row) != after.get(*row))
}

fn is_near(bounds: &Rect<f64>, regions: &[Rect<f64>], reach_m: f64) -> bool {
    regions.iter().any(|region| box_distance2(bounds, region) <= reach_m * reach_m)
}
