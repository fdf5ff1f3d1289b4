//! Districts that change their place: two neighbouring regions become one where that costs least, and another region is
//! cut in two where that gains more, so that the count stays and every component comes to hold as many as suit it.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::super::halves::halves;
use super::super::limits::Limits;
use super::super::part::{NONE, Part};
use super::super::regions::Regions;
use super::super::tally::Tally;
use super::super::tree::Trees;
use super::region;
use crate::base::Seed;

/// Two neighbouring regions that may become one.
struct Merge {
    cost: f64,
    part: usize,
    pair: (u32, u32),
}

/// A region and the pieces that it may become.
struct Split {
    gain: f64,
    part: usize,
    region: u32,
    pieces: [Vec<u32>; 2],
}

/// Takes every pair of a merge and a split that gains, the best first. Whether there was any; slots are compact then.
/// `O(units + links)`, and the square of a region's units where pairwise differences count.
pub(super) fn transfer(parts: &[Part], limits: &Limits, regions: &mut [Regions], seed: u64) -> bool {
    let offers = parts.par_iter().zip(&*regions).enumerate();
    let offers = offers.map(|(at, (part, own))| offers_of(at, part, limits, own, Seed(seed)));
    let (mut merges, mut splits) = (Vec::new(), Vec::new());
    for (some, more) in offers.collect::<Vec<_>>() {
        merges.extend(some);
        splits.extend(more);
    }
    merges.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    splits.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    let mut touched: BTreeSet<(usize, u32)> = BTreeSet::new();
    let mut merges = merges.into_iter();
    for split in splits {
        let own = (split.part, split.region);
        if touched.contains(&own) {
            continue;
        }
        let free = |merge: &Merge| {
            let ends = [(merge.part, merge.pair.0), (merge.part, merge.pair.1)];
            ends.iter().all(|end| *end != own && !touched.contains(end))
        };
        let Some(merge) = merges.by_ref().find(free).filter(|merge| merge.cost < split.gain) else { break };
        touched.extend([own, (merge.part, merge.pair.0), (merge.part, merge.pair.1)]);
        regions[merge.part].merge(&parts[merge.part], merge.pair.0, merge.pair.1);
        cut(&parts[split.part], &mut regions[split.part], &split);
    }
    if touched.is_empty() {
        return false;
    }
    for (part, own) in parts.iter().zip(regions) {
        *own = own.compact(part);
    }
    true
}

fn cut(part: &Part, own: &mut Regions, split: &Split) {
    let mut piece = vec![0; part.len()];
    split.pieces[1].iter().for_each(|unit| piece[*unit as usize] = 1);
    own.replace(part, &[split.region], &split.pieces.concat(), 2, &piece);
}

fn offers_of(at: usize, part: &Part, limits: &Limits, own: &Regions, seed: Seed) -> (Vec<Merge>, Vec<Split>) {
    let tally = Tally::of(part, limits, own);
    let mut random = seed.stream(part.stream(0x8000));
    let mut trees = Trees::new(part, limits);
    let (mut merges, mut splits) = (Vec::new(), Vec::new());
    for one in 0..own.members.len() {
        let members = &own.members[one];
        let beside = members.iter().flat_map(|unit| part.neighbours(*unit as usize)).map(|n| own.label[*n as usize]);
        let later: BTreeSet<u32> = beside.filter(|other| *other != NONE && *other as usize > one).collect();
        for other in later.into_iter().filter(|other| own.may_join(limits, (one, *other as usize))) {
            let cost = tally.joined(part, limits, own, (one, other as usize));
            merges.push(Merge { cost, part: at, pair: (region(one), other) });
        }
        let is_enough_for_two = own.sum(one).iter().zip(&limits.min).all(|(sum, min)| *sum >= 2.0 * min);
        if members.len() > 1
            && is_enough_for_two
            && let Some(pieces) = halves(part, limits, members, &mut trees, &mut random)
        {
            splits.push(Split { gain: gain(part, limits, own, one, &pieces), part: at, region: region(one), pieces });
        }
    }
    (merges, splits)
}

/// What cutting a region gains: what joining the pieces would cost.
fn gain(part: &Part, limits: &Limits, own: &Regions, one: usize, pieces: &[Vec<u32>; 2]) -> f64 {
    let units = &own.members[one];
    let piece = |unit: &u32| u32::from(pieces[1].contains(unit));
    let sub = part.of_units(&sorted(units), limits);
    let label = sorted(units).iter().map(piece).collect();
    let regions = Regions::from_labels(&sub, limits.count(), label, 2);
    Tally::of(&sub, limits, &regions).joined(&sub, limits, &regions, (0, 1))
}

fn sorted(units: &[u32]) -> Vec<u32> {
    let mut units = units.to_vec();
    units.sort_unstable();
    units
}
