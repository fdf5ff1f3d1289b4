//! Compounds that nothing reaches: no neighbour at the plan's gap that districts are made of, and why.

use std::collections::HashMap;

use rayon::prelude::*;

use super::apart::Targets;
use super::{Cause, Near, Work};
use crate::base::CompoundId;
use crate::contiguity::{Blocked, Links, Neighbours};
use crate::model::{Content, LinkRule};

/// A compound that nothing reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unreachable {
    /// Which.
    pub compound: CompoundId,
    /// Why.
    pub cause: Cause,
    /// The way that the cause bars; for [`Cause::Far`] the shortest to any compound that districts are made of. `None` when
    /// there is no such compound, or no shape.
    pub near: Option<Near>,
}

/// The compounds marked in `wanted` that have no link of at most the plan's gap to a compound marked in `carries`, ascending.
/// Rows beyond either slice are not marked.
///
/// What bars the shortest way within the gap is the cause: a barrier, the user's word, or a corner under rook contiguity;
/// else that its neighbours carry nothing, else that all are too far. `O(n log n + l)`.
#[must_use]
pub fn unreachable(content: &Content, links: &Links, (wanted, carries): (&[bool], &[bool])) -> Vec<Unreachable> {
    let near = Neighbours::new(content.compounds.len(), links, content.settings.gap_m);
    let marked = |marks: &[bool], row: usize| marks.get(row).copied().unwrap_or(false);
    let is_alone = |id: &CompoundId| !near.of(id.index()).iter().any(|other| marked(carries, *other as usize));
    let rows = (0..content.compounds.len()).filter(|row| marked(wanted, *row)).map(CompoundId::from_index);
    let alone: Vec<CompoundId> = rows.filter(is_alone).collect();
    if alone.is_empty() {
        return Vec::new();
    }
    let targets = (0..content.compounds.len()).filter(|row| marked(carries, *row)).map(CompoundId::from_index).collect();
    let search = Search {
        work: Work { content, links, near: &near, conducts: &[] },
        targets: Targets::new(&content.compounds, targets),
        barred: barred(content, links, &alone, carries),
    };
    alone.par_iter().map(|id| search.why(*id)).collect()
}

struct Search<'a> {
    work: Work<'a>,
    targets: Targets<'a>,
    barred: HashMap<CompoundId, (Near, Cause)>,
}

impl Search<'_> {
    fn why(&self, id: CompoundId) -> Unreachable {
        if self.work.is_without_shape(id) {
            // Without shapes links come from a list of neighbours; one that has some is not out of reach for want of a shape.
            let cause = if self.work.near.of(id.index()).is_empty() { Cause::NoShape } else { Cause::Uncarried };
            return Unreachable { compound: id, cause, near: None };
        }
        let nearest = self.targets.nearest(&[id], |_| true).map(|near| (near, self.work.cause(&near)));
        let barred = self.barred.get(&id).copied().or(nearest.filter(|(_, cause)| *cause != Cause::Far));
        if let Some((near, cause)) = barred {
            return Unreachable { compound: id, cause, near: Some(near) };
        }
        let uncarried = !self.work.near.of(id.index()).is_empty();
        let cause = if uncarried { Cause::Uncarried } else { Cause::Far };
        Unreachable { compound: id, cause, near: nearest.map(|(near, _)| near) }
    }
}

/// For compounds that stand alone the shortest way within the gap that a barrier cuts or the user forbade.
fn barred(content: &Content, links: &Links, alone: &[CompoundId], carries: &[bool]) -> HashMap<CompoundId, (Near, Cause)> {
    let gap_m = content.settings.gap_m;
    let mut ways: HashMap<CompoundId, (Near, Cause)> = HashMap::new();
    let mut note = |near: Near, cause: Cause| {
        let carried = carries.get(near.to.index()).copied().unwrap_or(false);
        if carried && alone.binary_search(&near.from).is_ok() {
            let held = ways.entry(near.from).or_insert((near, cause));
            if near.gap_m < held.0.gap_m {
                *held = (near, cause);
            }
        }
    };
    for Blocked { a, b, gap_m: way_m, barrier } in links.blocked.iter().filter(|blocked| blocked.gap_m <= gap_m) {
        for (from, to) in [(*a, *b), (*b, *a)] {
            note(Near { gap_m: *way_m, from, to }, Cause::Barrier(*barrier));
        }
    }
    for (key, _) in content.overrides.iter().filter(|(_, set)| set.rule == LinkRule::Forbid) {
        let shape = |id: CompoundId| content.compounds.get(id.index()).map(|compound| &compound.shape);
        let (Some(a), Some(b)) = (shape(key.a()), shape(key.b())) else { continue };
        let Some(gap) = crate::geometry::distance::polygon_gap_within(a, b, gap_m) else { continue };
        for (from, to) in [(key.a(), key.b()), (key.b(), key.a())] {
            note(Near { gap_m: gap.gap_m, from, to }, Cause::Forbidden);
        }
    }
    ways
}
