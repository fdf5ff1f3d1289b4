//! From layers to links: near pairs, what kind each is, and what barriers make of it.

use std::collections::BTreeMap;
use std::ops::Range;

use geo::{BoundingRect, Rect};
use rayon::prelude::*;

use super::barrier::Walls;
use super::clear_way::{Passage, passage};
use super::graph::LinkGraph;
use super::pair_list::{BLOCK, PairList};
use super::pairs::{Boxes, Join, in_blocks};
use super::touch::{Shape, TOUCH_M, kind_of_touch};
use super::{Blocked, Link, LinkKind, Links};
use crate::base::{Cancelled, CompoundId, Reporter};
use crate::geometry::distance::{Gap, GapFinder};
use crate::geometry::frontage::frontage;
use crate::model::{Barrier, BarrierRules, Bridge, Compound, ContiguityRule, LinkKey, LinkOverride, Parcel};

/// What links are made of. Shapes are in the working CRS, metres.
#[derive(Clone, Copy, Debug)]
pub struct ConnectInput<'a> {
    /// The compounds; links name them by row.
    pub compounds: &'a [Compound],
    /// What stops contiguity (R12).
    pub barriers: &'a [Barrier],
    /// What barriers of each kind do.
    pub barrier_rules: BarrierRules,
    /// What restores it.
    pub bridges: &'a [Bridge],
    /// Land that connects (R11); empty when parcels are not to.
    pub parcels: &'a [Parcel],
    /// Links set by hand.
    pub overrides: &'a BTreeMap<LinkKey, LinkOverride>,
    /// What makes neighbours.
    pub rule: ContiguityRule,
    /// Largest gap, m; for the queen and rook rules only bridges and parcels use it.
    pub max_gap_m: f64,
}

impl ConnectInput<'_> {
    /// How far apart straight neighbours may be, m.
    pub(super) fn reach_m(&self) -> f64 {
        match self.rule {
            ContiguityRule::Gap => self.max_gap_m.max(TOUCH_M),
            ContiguityRule::Queen | ContiguityRule::Rook => TOUCH_M,
        }
    }
}

/// Where things are: boxes of the compounds, and the barriers.
pub(super) struct Ground {
    pub(super) boxes: Boxes,
    pub(super) walls: Walls,
    /// All barriers, where some of them cost nothing and are no walls: a bridge over one still joins its banks.
    drawn: Option<Walls>,
}

impl Ground {
    pub(super) fn new(input: &ConnectInput<'_>) -> Self {
        let boxes = Boxes::new(input.compounds.par_iter().map(|compound| compound.shape.bounding_rect()).collect());
        let (walls, drawn) = walls_of(input);
        Self { boxes, walls, drawn }
    }

    /// Takes in the barriers and their rules.
    pub(super) fn put_barriers(&mut self, input: &ConnectInput<'_>) {
        (self.walls, self.drawn) = walls_of(input);
    }

    /// What bridges lead over: every barrier, whatever its rule.
    pub(super) fn drawn(&self) -> &Walls {
        self.drawn.as_ref().unwrap_or(&self.walls)
    }
}

/// The barriers as walls by their rules; all of them where that leaves some out.
fn walls_of(input: &ConnectInput<'_>) -> (Walls, Option<Walls>) {
    let free = |barrier: &Barrier| input.barrier_rules.of(barrier.kind).extra_m() <= 0.0;
    let drawn = input.barriers.iter().any(free).then(|| Walls::new(input.barriers, &BarrierRules::default()));
    (Walls::new(input.barriers, &input.barrier_rules), drawn)
}

/// Everything a step needs to know.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) input: &'a ConnectInput<'a>,
    pub(super) ground: &'a Ground,
}

impl<'a> Work<'a> {
    /// The shape of a compound with its box; `None` for an empty one.
    pub(super) fn shape(&self, row: usize) -> Option<Shape<'a>> {
        Some((&self.input.compounds.get(row)?.shape, self.ground.boxes.of.get(row)?.as_ref()?))
    }

    /// Rows of the compounds whose boxes meet `rect`, ascending.
    pub(super) fn rows_in(&self, rect: Rect<f64>) -> Vec<usize> {
        let mut rows: Vec<usize> = self.ground.boxes.index().in_box(rect).collect();
        rows.sort_unstable();
        rows
    }
}

/// All links of the compounds, with frontage.
///
/// Shapes within [`TOUCH_M`] touch and have gap 0. Under [`ContiguityRule::Queen`] only touching compounds are linked,
/// under [`ContiguityRule::Rook`] only those that share a stretch of boundary or ground. In parallel; the result is sorted
/// and the same on any number of threads.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn connect(input: &ConnectInput<'_>, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    let mut links = connect_bare(input, reporter)?;
    measure_frontage(&mut links, input.compounds, input.max_gap_m, reporter)?;
    Ok(links)
}

/// As [`connect`] without frontage, which costs more than all the rest.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn connect_bare(input: &ConnectInput<'_>, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    LinkGraph::found(input, reporter).map(LinkGraph::into_links)
}

/// Measures the frontage of every link at `within_m`, as [`frontage_of`].
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn measure_frontage(
    links: &mut Links,
    compounds: &[Compound],
    within_m: f64,
    reporter: &dyn Reporter,
) -> Result<(), Cancelled> {
    links.list.try_for_each_mut(|link| {
        reporter.check()?;
        (link.frontage_a_m, link.frontage_b_m) = frontage_of(link, compounds, within_m);
        Ok(())
    })
}

/// The length of either boundary of a link within `within_m` of the other compound, m; nothing is nearer than [`TOUCH_M`].
/// NaN for rows that are not there.
#[must_use]
pub fn frontage_of(link: &Link, compounds: &[Compound], within_m: f64) -> (f64, f64) {
    let shape = |id: CompoundId| compounds.get(id.index()).map(|compound| &compound.shape);
    match (shape(link.a), shape(link.b)) {
        (Some(a), Some(b)) => frontage(a, b, within_m.max(TOUCH_M)),
        _ => (f64::NAN, f64::NAN),
    }
}

/// The straight links of every pair, without what leads over bridges, through parcels or was set by hand.
pub(super) fn straight_links(work: &Work<'_>, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    let join = work.ground.boxes.join();
    let straight = |scratch: &mut Scratch, rows| straight_of(work, &join, rows, scratch);
    let found = in_blocks((work.input.compounds.len(), BLOCK), reporter, straight)?;
    let (list, blocked) = found.into_iter().unzip();
    let (list, blocked) = (PairList::of_blocks(list), PairList::of_blocks(blocked));
    Ok(Links { max_gap_m: work.input.max_gap_m, list, blocked })
}

/// Memory that is used again from block to block.
#[derive(Default)]
struct Scratch {
    finder: GapFinder,
    later: Vec<usize>,
    links: Vec<Link>,
}

/// What becomes of the pairs that begin in a block of rows.
fn straight_of(work: &Work<'_>, join: &Join<'_>, rows: Range<usize>, scratch: &mut Scratch) -> (Vec<Link>, Vec<Blocked>) {
    let Scratch { finder, later, links } = scratch;
    let mut blocked = Vec::new();
    links.clear();
    for a in rows {
        join.later_near(a, work.input.reach_m(), later);
        for b in later.iter().copied() {
            match judge(work, (a, b), finder) {
                Some(Judged::Linked(link)) => links.push(link),
                Some(Judged::Blocked(pair)) => blocked.push(pair),
                None => {}
            }
        }
    }
    // A copy is as large as it must be.
    (links.clone(), blocked)
}

/// What becomes of a pair straight across.
pub(super) enum Judged {
    /// It is linked.
    Linked(Link),
    /// A barrier parts it.
    Blocked(Blocked),
}

/// What becomes of a pair straight across, `a` before `b`; `None` when it is not near or its kind does not count under the rule.
pub(super) fn judge(work: &Work<'_>, pair: (usize, usize), finder: &mut GapFinder) -> Option<Judged> {
    let (a, b) = (work.shape(pair.0)?, work.shape(pair.1)?);
    let found = finder.gap(a, b, work.input.reach_m())?;
    let rule = work.input.rule;
    let kind = if found.gap_m <= TOUCH_M { kind_of_touch(a, b) } else { LinkKind::Gap };
    if rule == ContiguityRule::Rook && kind == LinkKind::Corner {
        return None;
    }
    let gap = Gap { gap_m: if kind == LinkKind::Gap { found.gap_m } else { 0.0 }, ..found };
    if kind == LinkKind::Overlap || work.ground.walls.is_empty() {
        return Some(Judged::Linked(new_link(pair, gap, kind)));
    }
    let limit = if rule == ContiguityRule::Gap { work.input.max_gap_m } else { TOUCH_M };
    Some(match passage(&work.ground.walls, a, b, &gap, limit) {
        Passage::Open => Judged::Linked(new_link(pair, gap, kind)),
        Passage::Way(way, extra_m) => Judged::Linked(new_link(pair, way, LinkKind::Gap).paying(extra_m)),
        Passage::Cut(barrier) => Judged::Blocked(Blocked {
            a: CompoundId::from_index(pair.0),
            b: CompoundId::from_index(pair.1),
            gap_m: gap.gap_m,
            barrier,
        }),
    })
}

/// A link without frontage; `pair` is put in order and the gap turned with it.
pub(super) fn new_link(pair: (usize, usize), gap: Gap, kind: LinkKind) -> Link {
    let (pair, from, to) = if pair.0 <= pair.1 { (pair, gap.a, gap.b) } else { ((pair.1, pair.0), gap.b, gap.a) };
    Link {
        a: CompoundId::from_index(pair.0),
        b: CompoundId::from_index(pair.1),
        gap_m: gap.gap_m,
        from,
        to,
        frontage_a_m: f64::NAN,
        frontage_b_m: f64::NAN,
        kind,
        via: None,
        extra_m: 0.0,
    }
}
