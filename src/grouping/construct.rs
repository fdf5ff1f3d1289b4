//! The count of districts: whole-part trees first, then recombination. A few neighbouring regions and the units left
//! over beside them are cut anew along a random tree; a cut is kept when it wins a region, or when it leaves at least
//! as much over, so that slack gathers until it makes a region of its own. Cost `O(effort × units)` a part.

use super::limits::Limits;
use super::observe::Site;
use super::part::{NONE, Part};
use super::problem::number;
use super::regions::Regions;
use super::tree::{Cut, Trees};
use crate::base::SplitMix;

/// How many steps of recombination a unit gets for each point of effort.
const STEPS_PER_UNIT: usize = 2;

/// Whole-part trees for each point of effort.
const TREES: usize = 2;

/// Builds regions for `aim` over a part that can hold at least one; units left over keep [`NONE`]. With [`Cut::Most`] no
/// more are looked for than are `wanted`.
pub(super) fn construct(
    part: &Part,
    limits: &Limits,
    (aim, wanted): (Cut, usize),
    effort: usize,
    random: &mut SplitMix,
    site: &Site<'_>,
) -> Regions {
    let mut trees = Trees::new(part, limits);
    let all: Vec<u32> = (0..part.len()).map(number).collect();
    let mut best: Option<(Score, Vec<u32>, usize)> = None;
    for _ in 0..effort * TREES {
        trees.grow(&all, random);
        let pieces = trees.cut(aim);
        let score = Score::of(part, limits, aim, &all, pieces, &trees.piece);
        if best.as_ref().is_none_or(|(b, ..)| score.beats(b)) {
            best = Some((score, trees.piece.clone(), pieces));
        }
        if let Some((_, label, pieces)) = &best {
            site.show(part, || Regions::from_labels(part, limits.count(), label.clone(), *pieces));
        }
        let is_enough = aim == Cut::Most && best.as_ref().is_some_and(|best| best.2 >= wanted);
        if is_enough || site.should_stop() {
            break;
        }
    }
    let (_, label, pieces) = best.unwrap_or_else(|| (Score::default(), vec![NONE; part.len()], 0));
    let mut regions = Regions::from_labels(part, limits.count(), label, pieces);
    search(part, limits, (aim, wanted), effort, (&mut regions, &mut trees, random), site);
    regions
}

/// Regions that are there, recombined to make more of them.
pub(super) fn recombined(
    part: &Part,
    limits: &Limits,
    mut regions: Regions,
    effort: usize,
    random: &mut SplitMix,
    site: &Site<'_>,
) -> Regions {
    let mut trees = Trees::new(part, limits);
    search(part, limits, (Cut::Most, usize::MAX), effort, (&mut regions, &mut trees, random), site);
    regions
}

/// Recombines as often as effort and units allow, or until no more regions are wanted or can be.
fn search(
    part: &Part,
    limits: &Limits,
    (aim, wanted): (Cut, usize),
    effort: usize,
    (regions, trees, random): (&mut Regions, &mut Trees<'_>, &mut SplitMix),
    site: &Site<'_>,
) {
    let bound = upper_bound(part, limits).min(wanted);
    for step in 0..effort * part.len() * STEPS_PER_UNIT {
        if step % 256 == 0 {
            if site.should_stop() || (aim == Cut::Most && regions.count() >= bound) {
                break;
            }
            site.show(part, || regions.clone());
        }
        recombine(part, limits, aim, regions, trees, random);
    }
}

/// No more districts than this fit: total over minimum, by the tightest bound.
pub(super) fn upper_bound(part: &Part, limits: &Limits) -> usize {
    let bounds = limits.count();
    let mut bound = part.len();
    for k in (0..bounds).filter(|k| limits.min[*k] > 0.0) {
        let total: f64 = (0..part.len()).map(|u| part.size[u * bounds + k]).sum();
        bound = bound.min(whole(total / limits.min[k]));
    }
    bound
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and `as` saturates")]
fn whole(value: f64) -> usize {
    value as usize
}

/// How good a cut is: its count of pieces and what it leaves over, in minima or maxima.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    aim: Option<Cut>,
    pieces: usize,
    left: f64,
}

impl Score {
    fn of(part: &Part, limits: &Limits, aim: Cut, units: &[u32], pieces: usize, piece: &[u32]) -> Self {
        let left = units.iter().filter(|u| piece[**u as usize] == NONE).map(|u| weight(part, limits, *u)).sum();
        Self { aim: Some(aim), pieces, left }
    }

    /// Strictly better than another.
    fn beats(&self, other: &Self) -> bool {
        match self.aim {
            Some(Cut::Fewest) => self.left < other.left || (self.left <= other.left && self.pieces < other.pieces),
            _ => self.pieces > other.pieces || (self.pieces == other.pieces && self.left > other.left),
        }
    }

    /// At least as good as another.
    fn holds(&self, other: &Self) -> bool {
        !other.beats(self)
    }
}

/// Size of a unit as a share of the bounds.
fn weight(part: &Part, limits: &Limits, unit: u32) -> f64 {
    let sizes = part.size_of(unit as usize, limits.count());
    let share = |(k, s): (usize, &f64)| match (limits.min[k], limits.max[k]) {
        (min, _) if min > 0.0 => s / min,
        (_, max) if max.is_finite() && max > 0.0 => s / max,
        _ => 0.0,
    };
    sizes.iter().enumerate().take(limits.asked).map(share).sum()
}

/// Cuts one random neighbourhood anew and keeps the cut when it is no worse.
fn recombine(part: &Part, limits: &Limits, aim: Cut, regions: &mut Regions, trees: &mut Trees<'_>, random: &mut SplitMix) {
    let (slots, units) = neighbourhood(part, regions, random);
    if slots.is_empty() {
        return;
    }
    let before = Score::of(part, limits, aim, &units, slots.len(), &regions.label);
    trees.grow(&units, random);
    let pieces = trees.cut(aim);
    let after = Score::of(part, limits, aim, &units, pieces, &trees.piece);
    if pieces > 0 && after.holds(&before) {
        regions.replace(part, &slots, &units, pieces, &trees.piece);
    }
}

/// A random region, up to three beside it, and all units left over that hang on them; connected.
fn neighbourhood(part: &Part, regions: &Regions, random: &mut SplitMix) -> (Vec<u32>, Vec<u32>) {
    let start = random.below(part.len());
    let Some(first) = nearby_region(part, regions, start, random) else { return (Vec::new(), Vec::new()) };
    let mut slots = vec![first];
    for _ in 0..random.below(4) {
        let members = &regions.members[slots[random.below(slots.len())] as usize];
        let unit = members[random.below(members.len())] as usize;
        let beside = |n: &&u32| regions.label[**n as usize] != NONE && !slots.contains(&regions.label[**n as usize]);
        let found = part.neighbours(unit).iter().find(beside).map(|n| regions.label[*n as usize]);
        slots.extend(found);
    }
    let mut units: Vec<u32> = slots.iter().flat_map(|s| regions.members[*s as usize].iter().copied()).collect();
    let mut seen = std::collections::HashSet::new();
    let mut at = 0;
    while at < units.len() {
        let unit = units[at] as usize;
        at += 1;
        for next in part.neighbours(unit) {
            if regions.label[*next as usize] == NONE && seen.insert(*next) {
                units.push(*next);
            }
        }
    }
    (slots, units)
}

/// The region of a unit, or of a neighbour of a unit that is left over.
fn nearby_region(part: &Part, regions: &Regions, unit: usize, random: &mut SplitMix) -> Option<u32> {
    if regions.label[unit] != NONE {
        return Some(regions.label[unit]);
    }
    let neighbours = part.neighbours(unit);
    let turn = random.below(neighbours.len().max(1));
    let turned = neighbours.iter().cycle().skip(turn).take(neighbours.len());
    turned.map(|n| regions.label[*n as usize]).find(|region| *region != NONE)
}
