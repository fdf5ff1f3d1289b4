//! Regions that are walked together: a few neighbours, cut out as a part of their own.

use super::super::limits::Limits;
use super::super::part::{NONE, Part};
use super::super::regions::Regions;
use super::region;
use crate::base::SplitMix;

/// Regions of a patch; a part with fewer than twice as many is one patch.
const REGIONS: usize = 16;

/// Neighbouring regions of one part.
pub(super) struct Patch {
    regions: Vec<u32>,
    /// Their units, ascending.
    pub(super) units: Vec<u32>,
}

impl Patch {
    fn of(regions: Vec<u32>, own: &Regions) -> Self {
        let mut units: Vec<u32> = regions.iter().flat_map(|r| own.members[*r as usize].iter().copied()).collect();
        units.sort_unstable();
        Self { regions, units }
    }

    /// The units as a part of their own, and their regions, numbered as [`Patch::slot`] knows them.
    pub(super) fn cut_out(&self, part: &Part, limits: &Limits, own: &Regions) -> (Part, Regions) {
        let part = part.of_units(&self.units, limits);
        let slot = |unit: &u32| self.regions.iter().position(|r| *r == own.label[*unit as usize]).map_or(NONE, region);
        let label = self.units.iter().map(slot).collect();
        let regions = Regions::from_labels(&part, limits.count(), label, self.regions.len());
        (part, regions)
    }

    /// The region of the whole part that a label of the patch means.
    pub(super) fn slot(&self, label: u32) -> u32 {
        self.regions.get(label as usize).copied().unwrap_or(NONE)
    }
}

/// Every region in one patch; those that stay alone are left out. `O(units + links)`.
pub(super) fn patches(part: &Part, own: &Regions, random: &mut SplitMix) -> Vec<Patch> {
    let count = own.members.len();
    if count < 2 {
        return Vec::new();
    }
    let mut order: Vec<u32> = (0..count).map(region).collect();
    if count <= 2 * REGIONS {
        return vec![Patch::of(order, own)];
    }
    random.shuffle(&mut order);
    let mut taken = vec![false; count];
    let mut patches = Vec::new();
    for start in order {
        if !std::mem::replace(&mut taken[start as usize], true) {
            let regions = gather(part, own, start, &mut taken);
            if regions.len() > 1 {
                patches.push(Patch::of(regions, own));
            }
        }
    }
    patches
}

/// The region and the nearest that no patch has yet.
fn gather(part: &Part, own: &Regions, start: u32, taken: &mut [bool]) -> Vec<u32> {
    let mut regions = vec![start];
    let mut at = 0;
    while at < regions.len() && regions.len() < REGIONS {
        let members = &own.members[regions[at] as usize];
        for beside in members.iter().flat_map(|unit| part.neighbours(*unit as usize)).map(|n| own.label[*n as usize]) {
            if beside != NONE && regions.len() < REGIONS && !std::mem::replace(&mut taken[beside as usize], true) {
                regions.push(beside);
            }
        }
        at += 1;
    }
    regions
}
