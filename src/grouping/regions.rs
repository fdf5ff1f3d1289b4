//! An assignment in the making over one part: which region each unit is in, the members and the sums of each region.

use super::extent::Extent;
use super::limits::Limits;
use super::part::{NONE, Part};
use super::problem::number;

/// Regions of a part. Slots of dissolved regions stay empty until [`Regions::compact`].
#[derive(Clone, Debug)]
pub(super) struct Regions {
    /// Region of each unit; [`NONE`] is left over.
    pub(super) label: Vec<u32>,
    /// Units of each region.
    pub(super) members: Vec<Vec<u32>>,
    /// Bounded sums, `bounds` per region.
    sums: Vec<f64>,
    bounds: usize,
    /// Extents of each region; empty where the reach of districts does not count.
    extent: Vec<Extent>,
    /// Place of each unit among the members of its region.
    place: Vec<u32>,
}

impl Regions {
    /// From labels `0..count` (or [`NONE`]).
    pub(super) fn from_labels(part: &Part, bounds: usize, label: Vec<u32>, count: usize) -> Self {
        let place = vec![0; part.len()];
        let extent = vec![Extent::NOTHING; if part.extent.is_empty() { 0 } else { count }];
        let mut regions =
            Self { members: vec![Vec::new(); count], sums: vec![0.0; count * bounds], bounds, extent, label, place };
        for unit in 0..part.len() {
            let region = regions.label[unit];
            if region != NONE {
                regions.enlist(number(unit), region as usize);
                regions.add(region as usize, part.size_of(unit, bounds), 1.0);
                regions.widen(part, region as usize, unit);
            }
        }
        regions
    }

    fn enlist(&mut self, unit: u32, region: usize) {
        self.place[unit as usize] = number(self.members[region].len());
        self.members[region].push(unit);
    }

    fn add(&mut self, region: usize, size: &[f64], sign: f64) {
        for (sum, value) in self.sums[region * self.bounds..].iter_mut().zip(size) {
            *sum += sign * value;
        }
    }

    fn widen(&mut self, part: &Part, region: usize, unit: usize) {
        if let (Some(reach), Some(more)) = (self.extent.get_mut(region), part.extent.get(unit)) {
            *reach = reach.with(more);
        }
    }

    /// Extents anew after a unit has left, when they may have been its.
    fn narrow(&mut self, part: &Part, region: usize, gone: usize) {
        if let (Some(reach), Some(lost)) = (self.extent.get_mut(region), part.extent.get(gone))
            && reach.ends_with(lost)
        {
            let members = self.members[region].iter().map(|unit| &part.extent[*unit as usize]);
            *reach = members.fold(Extent::NOTHING, Extent::with);
        }
    }

    /// Extents of a region; none where the reach of districts does not count.
    pub(super) fn extent(&self, region: usize) -> Option<&Extent> {
        self.extent.get(region)
    }

    /// Whether a unit may enter a region without passing a maximum.
    pub(super) fn admits(&self, part: &Part, limits: &Limits, unit: usize, region: usize) -> bool {
        let reaches = self.extent(region).zip(part.extent.get(unit));
        limits.fits(self.sum(region), part.size_of(unit, self.bounds)) && reaches.is_none_or(|(a, b)| limits.spans(a, b))
    }

    /// Whether two regions together are below every maximum.
    pub(super) fn may_join(&self, limits: &Limits, (a, b): (usize, usize)) -> bool {
        let reaches = self.extent(a).zip(self.extent(b));
        limits.fits(self.sum(a), self.sum(b)) && reaches.is_none_or(|(a, b)| limits.spans(a, b))
    }

    /// Whether a region is within every bound. A unit alone reaches no farther than it may.
    pub(super) fn is_within(&self, limits: &Limits, region: usize) -> bool {
        let sum = self.sum(region);
        let wide = self.extent(region).is_some_and(|reach| !limits.spans(reach, reach));
        limits.enough(sum) && sum.iter().zip(&limits.max).all(|(s, m)| s <= m) && (!wide || self.members[region].len() < 2)
    }

    pub(super) fn sum(&self, region: usize) -> &[f64] {
        &self.sums[region * self.bounds..(region + 1) * self.bounds]
    }

    /// Regions that hold units.
    pub(super) fn count(&self) -> usize {
        self.members.iter().filter(|m| !m.is_empty()).count()
    }

    /// Moves one unit; [`NONE`] takes it out.
    pub(super) fn put(&mut self, part: &Part, unit: u32, to: u32) {
        let size = part.size_of(unit as usize, self.bounds);
        let from = std::mem::replace(&mut self.label[unit as usize], to);
        if from != NONE {
            self.add(from as usize, size, -1.0);
            let (members, at) = (&mut self.members[from as usize], self.place[unit as usize]);
            members.swap_remove(at as usize);
            if let Some(moved) = members.get(at as usize) {
                self.place[*moved as usize] = at;
            }
            self.narrow(part, from as usize, unit as usize);
        }
        if to != NONE {
            self.add(to as usize, size, 1.0);
            self.enlist(unit, to as usize);
            self.widen(part, to as usize, unit as usize);
        }
    }

    /// Lets one region swallow another.
    pub(super) fn merge(&mut self, part: &Part, into: u32, from: u32) {
        for unit in std::mem::take(&mut self.members[from as usize]) {
            self.label[unit as usize] = into;
            let size = part.size_of(unit as usize, self.bounds);
            self.add(from as usize, size, -1.0);
            self.add(into as usize, size, 1.0);
            self.enlist(unit, into as usize);
            self.widen(part, into as usize, unit as usize);
        }
    }

    /// Gives `units` the regions that `piece` names: piece `i` becomes `slots[i]`, and more slots are made when needed.
    /// Slots and units must be those of whole regions and of units left over. Sums are counted anew.
    pub(super) fn replace(&mut self, part: &Part, slots: &[u32], units: &[u32], pieces: usize, piece: &[u32]) {
        for slot in slots {
            self.members[*slot as usize].clear();
        }
        let mut slots = slots.to_vec();
        while slots.len() < pieces {
            slots.push(number(self.members.len()));
            self.members.push(Vec::new());
            self.sums.extend(std::iter::repeat_n(0.0, self.bounds));
            self.extent.extend((!part.extent.is_empty()).then_some(Extent::NOTHING));
        }
        for slot in &slots {
            self.sums[*slot as usize * self.bounds..(*slot as usize + 1) * self.bounds].fill(0.0);
            if let Some(reach) = self.extent.get_mut(*slot as usize) {
                *reach = Extent::NOTHING;
            }
        }
        for unit in units {
            let piece = piece[*unit as usize];
            let slot = if piece == NONE { NONE } else { slots[piece as usize] };
            self.label[*unit as usize] = slot;
            if slot != NONE {
                self.enlist(*unit, slot as usize);
                self.add(slot as usize, part.size_of(*unit as usize, self.bounds), 1.0);
                self.widen(part, slot as usize, *unit as usize);
            }
        }
    }

    /// Renumbers the regions without gaps, in the order of their first units.
    pub(super) fn compact(&self, part: &Part) -> Self {
        let mut new = vec![NONE; self.members.len()];
        let mut count = 0;
        let mut label = self.label.clone();
        for region in label.iter_mut().filter(|l| **l != NONE) {
            let slot = &mut new[*region as usize];
            if *slot == NONE {
                *slot = count;
                count += 1;
            }
            *region = *slot;
        }
        Self::from_labels(part, self.bounds, label, count as usize)
    }

    /// Lets regions take in the units left over beside them, again and again, as long as maxima allow. Of several
    /// regions the one of the same community and street office comes first where these matter, then the one with the smallest sum.
    pub(super) fn absorb(&mut self, part: &Part, limits: &Limits) {
        let mut waiting: Vec<u32> = (0..part.len()).filter(|u| self.label[*u] == NONE).map(number).collect();
        loop {
            let before = waiting.len();
            waiting.retain(|unit| match self.host(part, limits, *unit) {
                Some(region) => {
                    self.put(part, *unit, region);
                    false
                }
                None => true,
            });
            if waiting.is_empty() || waiting.len() == before {
                return;
            }
        }
    }

    fn host(&self, part: &Part, limits: &Limits, unit: u32) -> Option<u32> {
        let mut best: Option<(usize, f64, u32)> = None;
        for next in part.neighbours(unit as usize).iter().map(|n| *n as usize) {
            let region = self.label[next];
            if region == NONE || !self.admits(part, limits, unit as usize, region as usize) {
                continue;
            }
            let foreign = limits.levels - part.areas_shared(next, unit as usize, limits.levels);
            let fill = self.sum(region as usize).first().copied().unwrap_or(0.0);
            let rank = (foreign, fill, region);
            let better = |b: &(usize, f64, u32)| rank.0.cmp(&b.0).then(rank.1.total_cmp(&b.1)).then(rank.2.cmp(&b.2)).is_lt();
            if best.as_ref().is_none_or(better) {
                best = Some(rank);
            }
        }
        best.map(|b| b.2)
    }
}
