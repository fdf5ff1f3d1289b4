//! A connected set of units in two pieces: a random tree is grown and cut where that leaves both pieces within the
//! bounds and most alike.

use super::limits::Limits;
use super::part::{NONE, Part};
use super::tally::{Moments, weighted_sse};
use super::tree::Trees;
use crate::base::SplitMix;

/// Trees tried before a set counts as one that cannot be cut.
const TREES: usize = 8;

/// Two connected pieces within the bounds, or `None` when no tree gave any. `O(units)` a tree.
pub(super) fn halves(
    part: &Part,
    limits: &Limits,
    units: &[u32],
    trees: &mut Trees<'_>,
    random: &mut SplitMix,
) -> Option<[Vec<u32>; 2]> {
    let branch = (0..TREES).find_map(|_| {
        trees.grow(units, random);
        best_branch(part, limits, trees)
    })?;
    let mut piece = std::mem::take(&mut trees.piece);
    mark_branch(trees, branch, &mut piece);
    let (kept, cut) = units.iter().copied().partition(|unit| piece[*unit as usize] == 0);
    trees.piece = piece;
    Some([kept, cut])
}

/// Marks the units of the branch that hangs on `branch` with 1, the others with 0.
fn mark_branch(trees: &Trees<'_>, branch: u32, piece: &mut [u32]) {
    for unit in &trees.order {
        let parent = trees.parent[*unit as usize];
        piece[*unit as usize] = u32::from(*unit == branch || (parent != NONE && piece[parent as usize] == 1));
    }
}

/// The unit whose branch, cut from the grown tree, leaves two pieces within the bounds with the least squared
/// deviations; of equals the earliest in the walk. `None` when no cut keeps the bounds.
fn best_branch(part: &Part, limits: &Limits, trees: &Trees<'_>) -> Option<u32> {
    let (bounds, columns) = (limits.count(), limits.columns());
    let mut sums: Vec<f64> = trees.order.iter().flat_map(|u| part.size_of(*u as usize, bounds).iter().copied()).collect();
    let mut moments: Vec<Moments> = trees
        .order
        .iter()
        .flat_map(|u| part.z_of(*u as usize, columns).iter().map(|z| Moments::of(*z, part.heft_of(*u as usize))))
        .collect();
    for at in (1..trees.order.len()).rev() {
        let parent = trees.place[trees.parent[trees.order[at] as usize] as usize] as usize;
        for k in 0..bounds {
            sums[parent * bounds + k] += sums[at * bounds + k];
        }
        for k in 0..columns {
            moments[parent * columns + k] = moments[parent * columns + k].plus(moments[at * columns + k]);
        }
    }
    let (total, all) = (&sums[..bounds], &moments[..columns]);
    let allowed = |branch: &[f64]| {
        let rest: Vec<f64> = total.iter().zip(branch).map(|(t, b)| t - b).collect();
        let within = |side: &[f64]| limits.enough(side) && side.iter().zip(&limits.max).all(|(s, m)| s <= m);
        within(branch) && within(&rest)
    };
    let mut best: Option<(f64, u32)> = None;
    for at in 1..trees.order.len() {
        let branch = &moments[at * columns..(at + 1) * columns];
        let rest: Vec<Moments> = all.iter().zip(branch).map(|(all, branch)| all.minus(*branch)).collect();
        let cost = weighted_sse(limits, branch) + weighted_sse(limits, &rest);
        if best.is_none_or(|(least, _)| cost < least) && allowed(&sums[at * bounds..(at + 1) * bounds]) {
            best = Some((cost, trees.order[at]));
        }
    }
    best.map(|(_, unit)| unit)
}
