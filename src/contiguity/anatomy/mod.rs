//! The anatomy of a grouping: of every district its parts and the ways between them, the links on which it hangs, and what
//! it encloses; and the compounds that nothing reaches, each with the reason.
//!
//! Everything follows from the links at the plan's gap, the assignment and the shapes; nothing is judged here. Who may enter
//! a district is told by the caller.

mod apart;
mod cuts;
mod enclosed;
mod hollows;
mod reach;
mod ring;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::{Link, Links, Neighbours, carriers, frontage_of, parts};
use crate::base::{BarrierId, CompoundId, DistrictId};
use crate::model::{Content, ContiguityRule};

pub use hollows::{Hollow, LEAST_HOLLOW_M2, hollows};
pub use reach::{Unreachable, unreachable};

/// Why two compounds that lie near each other are not linked, or a compound is linked to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Their gap is wider than the plan's; under queen and rook contiguity they do not touch.
    Far,
    /// A barrier parts them (R12).
    Barrier(BarrierId),
    /// The user forbade the link.
    Forbidden,
    /// They touch at points only, which rook contiguity does not count.
    Corner,
    /// Its neighbours are none that districts are made of, nor do they carry contiguity (R2).
    Uncarried,
    /// It has no shape.
    NoShape,
}

impl Cause {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Far => "far",
            Self::Barrier(_) => "barrier",
            Self::Forbidden => "forbidden",
            Self::Corner => "corner",
            Self::Uncarried => "uncarried",
            Self::NoShape => "no_shape",
        }
    }
}

/// The shortest straight way from one set of compounds to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its length, m; exact, however long.
    pub gap_m: f64,
    /// The compound at which it begins.
    pub from: CompoundId,
    /// The compound at which it ends.
    pub to: CompoundId,
}

/// One part of a district.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictPart {
    /// Its compounds, ascending.
    pub members: Vec<CompoundId>,
    /// The way to the nearest other part and why it is no link; `None` when the district has one part, or no shapes.
    pub apart: Option<(Near, Cause)>,
}

/// A link on which a district hangs: without it, the district would be in more parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// The link; [`measure_bottlenecks`] measures its frontage at the plan's gap.
    pub link: Link,
    /// Compounds of the district on the smaller side, ascending; empty when they are more than [`SIDE_LISTED`].
    pub side: Vec<CompoundId>,
    /// How many of the district's compounds lie on the smaller side and on the other.
    pub counts: (usize, usize),
}

impl Bottleneck {
    /// The shorter of the two frontages, m; NaN where it was not measured or there are no shapes.
    #[must_use]
    pub fn frontage_m(&self) -> f64 {
        self.link.frontage_a_m.min(self.link.frontage_b_m)
    }

    /// Whether the link is a corner, or shares less than `min_m` of boundary.
    #[must_use]
    pub fn is_narrow(&self, min_m: f64) -> bool {
        self.link.kind == super::LinkKind::Corner || self.frontage_m() < min_m
    }
}

/// More compounds than this on one side of a bottleneck are only counted.
pub const SIDE_LISTED: usize = 200;

/// The links without which `nodes`, of which the first `members` count and the rest only carry, would be in more parts: both
/// rows, the smaller first, and how many members lie on the smaller side. `O(nodes + links)`.
#[must_use]
pub fn carrying_links(nodes: &[u32], members: usize, near: &Neighbours) -> Vec<(u32, u32, usize)> {
    let found = cuts::cuts(nodes, members, near).into_iter();
    found.map(|cut| (cut.link.0, cut.link.1, cut.counts.0)).collect()
}

/// Compounds outside a district that are linked to no compound but among themselves and to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclave {
    /// The compounds, ascending.
    pub compounds: Vec<CompoundId>,
    /// Whether the district closes round them on the map too; without, they are a pocket at its edge. `None` without shapes.
    pub ringed: Option<bool>,
}

/// What one district is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictAnatomy {
    /// Which district.
    pub id: DistrictId,
    /// Its parts, the one with most members first; none for an empty district.
    pub parts: Vec<DistrictPart>,
    /// Links on which it hangs, in order of the pairs.
    pub bottlenecks: Vec<Bottleneck>,
    /// What it cuts off from all others, the largest first.
    pub enclaves: Vec<Enclave>,
}

/// The anatomy of every district of a plan, in order of their ids, under its links of at most its gap.
///
/// In parallel over districts. `O(n log n + l)` for compounds and links in districts of one part; a part of `m` compounds
/// costs `O(m log n)` more for the way to the others, and with `conduct` each district a pass over all links.
#[must_use]
pub fn anatomy(content: &Content, links: &Links) -> Vec<DistrictAnatomy> {
    let conducts = carriers(content);
    let near = Neighbours::new(content.compounds.len(), links, content.settings.gap_m);
    let districts: Vec<(DistrictId, Vec<CompoundId>)> = content.members_by_district().into_iter().collect();
    let work = Work { content, links, near: &near, conducts: &conducts };
    districts.par_iter().map(|(id, members)| work.district(*id, members)).collect()
}

/// Measures the frontage of every bottleneck at the plan's gap, but where there are no shapes. In parallel.
pub fn measure_bottlenecks(districts: &mut [DistrictAnatomy], content: &Content) {
    let has_shape = |id: CompoundId| content.compounds.get(id.index()).is_some_and(|compound| !compound.shape.0.is_empty());
    districts.par_iter_mut().flat_map(|district| &mut district.bottlenecks).for_each(|Bottleneck { link, .. }| {
        if has_shape(link.a) && has_shape(link.b) {
            (link.frontage_a_m, link.frontage_b_m) = frontage_of(link, &content.compounds, content.settings.gap_m);
        }
    });
}

/// What every step needs to know.
#[derive(Clone, Copy)]
struct Work<'a> {
    content: &'a Content,
    links: &'a Links,
    near: &'a Neighbours,
    conducts: &'a [bool],
}

impl Work<'_> {
    fn district(&self, id: DistrictId, members: &[CompoundId]) -> DistrictAnatomy {
        let pieces = parts(members, self.links, self.content.settings.gap_m, self.conducts);
        let bottlenecks = self.bottlenecks(members);
        let enclaves = enclosed::enclaves(self, members, &pieces);
        let ways = apart::ways(self, &pieces);
        let parts = pieces.into_iter().zip(ways).map(|(members, apart)| DistrictPart { members, apart }).collect();
        DistrictAnatomy { id, parts, bottlenecks, enclaves }
    }

    fn bottlenecks(&self, members: &[CompoundId]) -> Vec<Bottleneck> {
        let mut nodes: Vec<u32> = members.iter().map(|member| member.0).collect();
        let carried = (0..).zip(self.conducts).filter(|(_, conducts)| **conducts).map(|(node, _)| node);
        nodes.extend(carried);
        let found = cuts::cuts(&nodes, members.len(), self.near);
        let mut bottlenecks: Vec<Bottleneck> = found
            .into_iter()
            .filter_map(|cut| {
                let key = crate::model::LinkKey::new(CompoundId(cut.link.0), CompoundId(cut.link.1))?;
                let mut link = *self.links.find(key)?;
                (link.frontage_a_m, link.frontage_b_m) = frontage_of(&link, &self.content.compounds, self.content.settings.gap_m);
                if self.is_without_shape(link.a) || self.is_without_shape(link.b) {
                    (link.frontage_a_m, link.frontage_b_m) = (f64::NAN, f64::NAN);
                }
                Some(Bottleneck { link, side: cut.side.into_iter().map(CompoundId).collect(), counts: cut.counts })
            })
            .collect();
        bottlenecks.sort_by_key(|bottleneck| (bottleneck.link.a, bottleneck.link.b));
        bottlenecks
    }

    fn is_without_shape(&self, id: CompoundId) -> bool {
        self.content.compounds.get(id.index()).is_none_or(|compound| compound.shape.0.is_empty())
    }

    /// Why two compounds at that gap are not linked.
    fn cause(&self, near: &Near) -> Cause {
        use crate::model::{LinkKey, LinkRule};
        let settings = &self.content.settings;
        let Some(key) = LinkKey::new(near.from, near.to) else { return Cause::Far };
        if self.content.overrides.get(&key).is_some_and(|set| set.rule == LinkRule::Forbid) {
            return Cause::Forbidden;
        }
        if let Some(blocked) = self.links.find_blocked(key).filter(|blocked| blocked.gap_m <= settings.gap_m) {
            return Cause::Barrier(blocked.barrier);
        }
        if settings.contiguity == ContiguityRule::Rook && near.gap_m <= super::TOUCH_M {
            return Cause::Corner;
        }
        Cause::Far
    }
}
