//! From layers to links: near pairs, what kind each is, what barriers, bridges, parcels and the user make of it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::barrier::Walls;
use super::clear_way::{Passage, passage};
use super::pairs::{Boxed, Pair, pairs_of};
use super::touch::{TOUCH_M, kind_of_touch};
use super::{Blocked, Link, LinkKind, Links, bridge, parcel};
use crate::base::{Cancelled, CompoundId, Reporter};
use crate::geometry::distance::{Gap, polygon_gap};
use crate::geometry::frontage::frontage;
use crate::model::{Barrier, Bridge, Compound, ContiguityRule, LinkKey, LinkOverride, LinkRule, Parcel};

/// What links are made of. Shapes are in the working CRS, metres.
#[derive(Clone, Copy, Debug)]
pub struct ConnectInput<'a> {
    /// The compounds; links name them by row.
    pub compounds: &'a [Compound],
    /// What stops contiguity (R12).
    pub barriers: &'a [Barrier],
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

/// Everything a step needs to know.
pub(super) struct Work<'a> {
    pub(super) input: &'a ConnectInput<'a>,
    pub(super) boxed: Boxed<'a>,
    pub(super) walls: Walls,
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

/// As [`connect`] without frontage, which costs more than all the rest: for gaps that change under a slider.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn connect_bare(input: &ConnectInput<'_>, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    let boxed = Boxed::new(input.compounds.iter().map(|compound| &compound.shape).collect());
    let work = Work { input, boxed, walls: Walls::new(input.barriers) };
    let reach = match input.rule {
        ContiguityRule::Gap => input.max_gap_m.max(TOUCH_M),
        ContiguityRule::Queen | ContiguityRule::Rook => TOUCH_M,
    };
    let pairs = pairs_of(&work.boxed, reach, reporter)?;
    let judged: Result<Vec<Option<Judged>>, Cancelled> = pairs
        .into_par_iter()
        .with_min_len(512)
        .map(|pair| if reporter.should_stop() { Err(Cancelled) } else { Ok(judge(&work, &pair)) })
        .collect();
    let mut links = Links { max_gap_m: input.max_gap_m, ..Links::default() };
    for outcome in judged?.into_iter().flatten() {
        match outcome {
            Judged::Linked(link) => links.list.push(link),
            Judged::Blocked(pair) => links.blocked.push(pair),
        }
    }
    let mut detours = bridge::over_bridges(&work, reporter)?;
    detours.extend(parcel::through_parcels(&work, reporter)?);
    merge(&mut links, detours);
    set_by_hand(&mut links, input);
    Ok(links)
}

/// Measures the frontage of every link: the length of either boundary within `within_m` of the other compound.
///
/// # Errors
/// [`Cancelled`] when the reporter asks to stop.
pub fn measure_frontage(
    links: &mut Links,
    compounds: &[Compound],
    within_m: f64,
    reporter: &dyn Reporter,
) -> Result<(), Cancelled> {
    let within_m = within_m.max(TOUCH_M);
    links.list.par_iter_mut().with_min_len(512).try_for_each(|link| {
        if reporter.should_stop() {
            return Err(Cancelled);
        }
        if let (Some(a), Some(b)) = (compounds.get(link.a.index()), compounds.get(link.b.index())) {
            (link.frontage_a_m, link.frontage_b_m) = frontage(&a.shape, &b.shape, within_m);
        }
        Ok(())
    })
}

enum Judged {
    Linked(Link),
    Blocked(Blocked),
}

/// What becomes of a near pair; `None` when its kind does not count under the rule.
fn judge(work: &Work<'_>, pair: &Pair) -> Option<Judged> {
    let boxed = &work.boxed;
    let a = (boxed.shapes[pair.a], boxed.boxes[pair.a].as_ref()?);
    let b = (boxed.shapes[pair.b], boxed.boxes[pair.b].as_ref()?);
    let rule = work.input.rule;
    let kind = if pair.gap_m <= TOUCH_M { kind_of_touch(a, b) } else { LinkKind::Gap };
    if rule == ContiguityRule::Rook && kind == LinkKind::Corner {
        return None;
    }
    let gap_m = if kind == LinkKind::Gap { pair.gap_m } else { 0.0 };
    let gap = Gap { gap_m, a: pair.from, b: pair.to };
    if kind == LinkKind::Overlap || work.walls.is_empty() {
        return Some(Judged::Linked(link_of(pair, gap, kind)));
    }
    let limit = if rule == ContiguityRule::Gap { work.input.max_gap_m } else { TOUCH_M };
    Some(match passage(&work.walls, a, b, &gap, limit) {
        Passage::Open => Judged::Linked(link_of(pair, gap, kind)),
        Passage::Around(around) => Judged::Linked(link_of(pair, around, LinkKind::Gap)),
        Passage::Cut(barrier) => {
            Judged::Blocked(Blocked { a: CompoundId::from_index(pair.a), b: CompoundId::from_index(pair.b), gap_m, barrier })
        }
    })
}

fn link_of(pair: &Pair, gap: Gap, kind: LinkKind) -> Link {
    new_link((pair.a, pair.b), gap, kind)
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
    }
}

/// Adds links by other ways; of two links of a pair the one with the smaller gap stays, the straight one of equals.
fn merge(links: &mut Links, detours: Vec<Link>) {
    if detours.is_empty() {
        return;
    }
    links.list.extend(detours);
    links.list.sort_by(|p, q| {
        (p.a, p.b).cmp(&(q.a, q.b)).then(p.gap_m.total_cmp(&q.gap_m)).then(p.kind.cmp(&q.kind)).then(p.via.cmp(&q.via))
    });
    links.list.dedup_by_key(|link| (link.a, link.b));
    let Links { list, blocked, .. } = links;
    blocked.retain(|pair| list.binary_search_by_key(&(pair.a, pair.b), |link| (link.a, link.b)).is_err());
}

/// Applies the user's own links. Pairs of rows that are not there, and forced links of empty shapes, are passed over.
fn set_by_hand(links: &mut Links, input: &ConnectInput<'_>) {
    if input.overrides.is_empty() {
        return;
    }
    links.list.retain(|link| LinkKey::new(link.a, link.b).is_none_or(|key| !input.overrides.contains_key(&key)));
    for (key, _) in input.overrides.iter().filter(|(_, set)| set.rule == LinkRule::Force) {
        let (Some(a), Some(b)) = (input.compounds.get(key.a().index()), input.compounds.get(key.b().index())) else { continue };
        if let Some(gap) = polygon_gap(&a.shape, &b.shape) {
            links.list.push(new_link((key.a().index(), key.b().index()), Gap { gap_m: 0.0, ..gap }, LinkKind::Manual));
        }
    }
    links.list.sort_by_key(|link| (link.a, link.b));
    links.blocked.retain(|pair| LinkKey::new(pair.a, pair.b).is_none_or(|key| !input.overrides.contains_key(&key)));
}
