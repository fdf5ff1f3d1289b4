//! The changes that take a cluster in: a search over the links from the smallest gap on, and sums.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::layout::{Cluster, Crossed, Layout};
use super::mass::Mass;
use super::{Across, Change, Fix, MOST, OPENED, Pair};
use crate::base::BarrierId;
use crate::contiguity::{Via, components};

/// Clusters that one change brings together, at most: what needs more is no small change.
const MOST_TOGETHER: usize = 16;

/// A link that leaves a cluster. Gaps as bits compare like the gaps: none is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    gap: u64,
    from: u32,
    to: u32,
    via: Option<Via>,
}

impl Way {
    fn new(gap_m: f64, from: u32, to: u32, via: Option<Via>) -> Self {
        Self { gap: gap_m.max(0.0).to_bits(), from, to, via }
    }

    fn gap_m(self) -> f64 {
        f64::from_bits(self.gap)
    }

    fn pair(self) -> Pair {
        Pair { from: self.from, to: self.to, gap_m: self.gap_m() }
    }
}

/// Which links a search takes.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    /// Those at the gap.
    Within,
    /// Those beyond it too.
    Beyond,
    /// Those at the gap, across limits of these kinds too.
    Across(Crossed),
}

/// Where a search led to.
struct Found {
    district: Option<u32>,
    units: Vec<u32>,
    /// Gap that all links on the way need.
    gap_m: f64,
    /// The link for the sake of which something changes.
    way: Option<Way>,
}

/// Everything that a search looks up: for each cluster the links that leave it for somewhere of use, the smallest gap first,
/// of each sort one for each place that they lead to.
pub(super) struct Search<'a> {
    layout: &'a Layout<'a>,
    /// Those at the gap, with the limits that they cross.
    within: Vec<Vec<(Way, Crossed)>>,
    /// Those beyond the gap.
    beyond: Vec<Vec<Way>>,
    /// Pairs that barriers part.
    barred: Vec<Vec<(Way, BarrierId)>>,
    /// Pairs that the user parted.
    parted: Vec<Vec<Way>>,
    /// Whether all that any links lead to would be enough.
    hopeful: Vec<bool>,
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    District(u32),
    Cluster(usize),
}

impl<'a> Search<'a> {
    pub(super) fn new(layout: &'a Layout<'a>) -> Self {
        let count = layout.clusters.len().min(MOST);
        let mut search = Self {
            layout,
            within: (0..count).map(|at| ways_within(layout, at)).collect(),
            beyond: vec![Vec::new(); count],
            barred: vec![Vec::new(); count],
            parted: vec![Vec::new(); count],
            hopeful: Vec::new(),
        };
        let ground = layout.ground;
        for link in ground.links.list.iter().filter(|link| link.gap_m > ground.gap_m) {
            search.each_end((link.a.0, link.b.0), |lists, at, from, to| {
                lists.beyond[at].push(Way::new(link.gap_m, from, to, link.via));
            });
        }
        for blocked in &ground.links.blocked {
            search.each_end((blocked.a.0, blocked.b.0), |lists, at, from, to| {
                lists.barred[at].push((Way::new(blocked.gap_m, from, to, None), blocked.barrier));
            });
        }
        for (a, b, gap_m) in ground.parted {
            search.each_end((*a, *b), |lists, at, from, to| lists.parted[at].push(Way::new(*gap_m, from, to, None)));
        }
        for ways in &mut search.beyond {
            first_of_each(ways, |way| (place(layout, way.to), is_bridge(way)));
        }
        search.barred.iter_mut().for_each(|ways| first_of_each(ways, |(way, _)| place(layout, way.to)));
        search.parted.iter_mut().for_each(|ways| first_of_each(ways, |way| place(layout, way.to)));
        search.hopeful = search.hopeful();
        search
    }

    /// Gives a pair to the cluster of either end, from there, where the other end is of some use and no limit lies between.
    fn each_end(&mut self, (a, b): (u32, u32), mut put: impl FnMut(&mut Self, usize, u32, u32)) {
        let layout = self.layout;
        let units = layout.cluster_of.len();
        if (a as usize) >= units || (b as usize) >= units {
            return;
        }
        for (from, to) in [(a, b), (b, a)] {
            let Some(at) = layout.cluster(from as usize).filter(|at| *at < self.beyond.len()) else { continue };
            let of_use = place(layout, to).is_some_and(|place| place != Place::Cluster(at));
            if of_use && !layout.crossed(from as usize, to as usize).any() {
                put(self, at, from, to);
            }
        }
    }

    /// For each cluster whether a district, or others enough to make one, can be reached at all.
    fn hopeful(&self) -> Vec<bool> {
        let layout = self.layout;
        let clusters = layout.clusters.len();
        let number_of: BTreeMap<u32, usize> = layout.districts.keys().copied().zip(clusters..).collect();
        let node = |way: &Way| match place(layout, way.to)? {
            Place::District(label) => number_of.get(&label).copied(),
            Place::Cluster(at) => Some(at),
        };
        let of = |at: usize| self.within[at].iter().map(|(way, _)| way).chain(&self.beyond[at]);
        let links = (0..self.within.len()).flat_map(|at| of(at).filter_map(node).map(move |other| (at, other)));
        let reached = components(clusters + number_of.len(), links);
        let mut masses = vec![Mass::default(); reached.count];
        let mut has_district = vec![false; reached.count];
        for (at, cluster) in layout.clusters.iter().enumerate() {
            let all = &mut masses[reached.of[at] as usize];
            *all = all.with(&cluster.mass);
        }
        for node in number_of.values() {
            has_district[reached.of[*node] as usize] = true;
        }
        let hope = |at: usize| {
            let all = reached.of[at] as usize;
            has_district[all] || layout.scale.is_enough(&masses[all])
        };
        (0..self.within.len()).map(hope).collect()
    }

    /// What takes a cluster in, the least change first.
    pub(super) fn fixes(&self, at: usize) -> Vec<Fix> {
        let cluster = &self.layout.clusters[at];
        if let Some(found) = self.grow(at, Reach::Within) {
            return vec![Fix { change: Change::Nothing, district: found.district, units: found.units, size: 0.0 }];
        }
        let mut fixes: Vec<Fix> = Vec::new();
        fixes.extend(self.by_gap(at));
        fixes.extend(self.by_hand(at));
        fixes.extend(self.by_limits(at));
        fixes.extend(self.by_minimum(cluster));
        fixes.extend(self.by_maximum(cluster));
        fixes.sort_by(|a, b| a.size.total_cmp(&b.size).then(a.change.place().cmp(&b.change.place())));
        fixes
    }

    /// The cluster as it is, or put together with others over links from the smallest gap on, until it makes a district or
    /// fits into one. Others come along only where nothing smaller does.
    fn grow(&self, at: usize, reach: Reach) -> Option<Found> {
        let layout = self.layout;
        let own = &layout.clusters[at];
        if own.is_giant || !self.hopeful[at] {
            return None;
        }
        if layout.may_open && layout.suits(&own.mass) && layout.keeps_together(&own.units, None) {
            return Some(Found { district: None, units: own.units.clone(), gap_m: 0.0, way: None });
        }
        let (alone, chained) = (self.spread(at, reach, false), self.spread(at, reach, true));
        match (alone, chained) {
            (Some(alone), Some(chained)) => Some(if chained.gap_m < alone.gap_m { chained } else { alone }),
            (alone, chained) => alone.or(chained),
        }
    }

    fn spread(&self, at: usize, reach: Reach, chained: bool) -> Option<Found> {
        let layout = self.layout;
        let (mut group, mut mass) = (vec![at], layout.clusters[at].mass.clone());
        let mut waiting = BinaryHeap::new();
        self.push_ways(at, reach, &mut waiting);
        let (mut gap_m, mut named, mut full) = (0.0_f64, None, BTreeSet::new());
        while let Some(Reverse(way)) = waiting.pop() {
            let (from, to) = (way.from as usize, way.to as usize);
            let is_cause = match reach {
                Reach::Across(_) => layout.crossed(from, to).any(),
                _ => way.gap_m() > 0.0,
            };
            let cause = if is_cause { Some(way) } else { named };
            let units = |more: Option<usize>| self.units_of(group.iter().copied().chain(more));
            let widest_m = gap_m.max(way.gap_m());
            if let Some((label, district)) = layout.open_district(to) {
                if full.insert(label) && layout.suits(&mass.with(&district.mass)) {
                    let units = units(None);
                    if layout.keeps_together(&units, Some(label)) {
                        return Some(Found { district: Some(label), units, gap_m: widest_m, way: cause });
                    }
                }
                continue;
            }
            let Some(other) = layout.cluster(to).filter(|other| !group.contains(other)) else { continue };
            let joined = mass.with(&layout.clusters[other].mass);
            if !layout.scale.fits(&joined) {
                continue;
            }
            if layout.may_open && layout.scale.is_enough(&joined) {
                let units = units(Some(other));
                if layout.keeps_together(&units, None) {
                    return Some(Found { district: None, units, gap_m: widest_m, way: cause });
                }
            }
            if chained && group.len() < MOST_TOGETHER {
                (gap_m, named, mass) = (widest_m, cause, joined);
                group.push(other);
                self.push_ways(other, reach, &mut waiting);
            }
        }
        None
    }

    fn units_of(&self, group: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut units: Vec<u32> = group.flat_map(|at| self.layout.clusters[at].units.iter().copied()).collect();
        units.sort_unstable();
        units
    }

    /// The links that leave a cluster, as far as they are taken. Those at the gap cost no gap.
    fn push_ways(&self, at: usize, reach: Reach, waiting: &mut BinaryHeap<Reverse<Way>>) {
        let (Some(within), Some(beyond)) = (self.within.get(at), self.beyond.get(at)) else { return };
        let opened = if let Reach::Across(opened) = reach { opened } else { Crossed::default() };
        waiting.extend(within.iter().filter(|(_, crossed)| crossed.within(opened)).map(|(way, _)| Reverse(*way)));
        if reach == Reach::Beyond {
            waiting.extend(beyond.iter().copied().map(Reverse));
        }
    }

    fn by_gap(&self, at: usize) -> Option<Fix> {
        let from_m = self.layout.ground.gap_m;
        let found = self.grow(at, Reach::Beyond)?;
        let to_m = up_to_decimetre(found.gap_m);
        let change = Change::Gap { to_m, pair: found.way?.pair() };
        Some(Fix { change, district: found.district, units: found.units, size: (to_m - from_m) / from_m.max(1.0) })
    }

    /// One pair linked by hand: the nearest that is enough of each sort.
    fn by_hand(&self, at: usize) -> Vec<Fix> {
        let (Some(beyond), Some(barred), Some(parted)) = (self.beyond.get(at), self.barred.get(at), self.parted.get(at)) else {
            return Vec::new();
        };
        let far = beyond.iter().filter(|way| !is_bridge(way)).map(|way| (*way, Across::Far));
        let bridged = beyond.iter().filter(|way| is_bridge(way)).map(|way| (*way, Across::of(way.via)));
        let barred = barred.iter().map(|(way, barrier)| (*way, Across::Barrier(*barrier)));
        let parted = parted.iter().map(|way| (*way, Across::Parted));
        let sorts: [Option<Fix>; 4] =
            [self.first_link(at, far), self.first_link(at, bridged), self.first_link(at, barred), self.first_link(at, parted)];
        sorts.into_iter().flatten().collect()
    }

    fn first_link(&self, at: usize, mut ways: impl Iterator<Item = (Way, Across)>) -> Option<Fix> {
        let layout = self.layout;
        let own = &layout.clusters[at];
        ways.find_map(|(way, across)| {
            let to = way.to as usize;
            let (district, units, mass) = match (layout.open_district(to), layout.cluster(to)) {
                (Some((label, district)), _) => (Some(label), own.units.clone(), own.mass.with(&district.mass)),
                (None, Some(other)) if layout.may_open => {
                    let mass = own.mass.with(&layout.clusters[other].mass);
                    (None, self.units_of([at, other].into_iter()), mass)
                }
                _ => return None,
            };
            let change = Change::Link { pair: way.pair(), across };
            let serves = layout.suits(&mass) && layout.keeps_together(&units, district);
            serves.then(|| Fix { change, district, units, size: across.size() })
        })
    }

    /// The fewest sorts of limits that need to be opened.
    fn by_limits(&self, at: usize) -> Vec<Fix> {
        let opened = |community, street_office| {
            let found = self.grow(at, Reach::Across(Crossed { community, street_office }))?;
            let change = Change::Limits { community, street_office, pair: found.way?.pair() };
            let size = OPENED * f64::from(u8::from(community) + u8::from(street_office));
            Some(Fix { change, district: found.district, units: found.units, size })
        };
        let single: Vec<Fix> = [opened(true, false), opened(false, true)].into_iter().flatten().collect();
        if single.is_empty() { opened(true, true).into_iter().collect() } else { single }
    }

    /// The largest minima that the cluster meets as a district of its own.
    fn by_minimum(&self, cluster: &Cluster) -> Option<Fix> {
        let layout = self.layout;
        let may_be_one = layout.scale.fits(&cluster.mass) && layout.keeps_together(&cluster.units, None);
        if cluster.is_giant || !layout.may_open || !may_be_one {
            return None;
        }
        let misses = layout.scale.misses(&cluster.mass);
        let lowered: Vec<(usize, f64)> = misses.iter().map(|miss| (miss.bound, down(miss.sum))).collect();
        let size = misses.iter().zip(&lowered).map(|(miss, (_, to))| (miss.limit - to) / miss.limit).sum();
        let is_something = !lowered.is_empty() && lowered.iter().all(|(_, to)| *to > 0.0);
        let fix = Fix { change: Change::Minimum(lowered), district: None, units: cluster.units.clone(), size };
        is_something.then_some(fix)
    }

    /// The least that maxima go up so that a district beside it takes the cluster in, or it is one by itself.
    fn by_maximum(&self, cluster: &Cluster) -> Option<Fix> {
        let layout = self.layout;
        let mut beside: BTreeSet<u32> = BTreeSet::new();
        for unit in cluster.units.iter().map(|unit| *unit as usize) {
            let open = layout.rows.of(unit).iter().map(|to| *to as usize).filter(|to| !layout.crossed(unit, *to).any());
            beside.extend(open.filter_map(|to| layout.open_district(to)).map(|(label, _)| label));
        }
        let grown = beside.into_iter().map(|label| (Some(label), cluster.mass.with(&layout.districts[&label].mass)));
        let alone = layout.may_open.then(|| (None, cluster.mass.clone()));
        let serves = |(district, mass): &(Option<u32>, Mass)| {
            let is_sound = layout.scale.is_enough(mass) && layout.scale.is_apart(mass);
            is_sound && layout.keeps_together(&cluster.units, *district)
        };
        let raised = alone.into_iter().chain(grown).filter(serves).filter_map(|(district, mass)| {
            let misses = layout.scale.misses(&mass);
            let raised: Vec<(usize, f64)> = misses.iter().map(|miss| (miss.bound, up(miss.sum))).collect();
            let size = misses.iter().zip(&raised).map(|(miss, (_, to))| (to - miss.limit) / miss.limit.max(1.0)).sum();
            let fix = Fix { change: Change::Maximum(raised), district, units: cluster.units.clone(), size };
            (!misses.is_empty()).then_some(fix)
        });
        raised.min_by(|a, b| a.size.total_cmp(&b.size))
    }
}

/// Where a unit would lead a cluster.
fn place(layout: &Layout<'_>, unit: u32) -> Option<Place> {
    let district = layout.open_district(unit as usize).map(|(label, _)| Place::District(label));
    district.or_else(|| layout.cluster(unit as usize).map(Place::Cluster))
}

fn is_bridge(way: &Way) -> bool {
    matches!(way.via, Some(Via::Bridge(_)))
}

/// The links at the gap that leave a cluster.
fn ways_within(layout: &Layout<'_>, at: usize) -> Vec<(Way, Crossed)> {
    let mut ways = Vec::new();
    for from in &layout.clusters[at].units {
        let leads = |to: &&u32| place(layout, **to).is_some_and(|place| place != Place::Cluster(at));
        let leaving = layout.rows.of(*from as usize).iter().filter(leads);
        ways.extend(leaving.map(|to| (Way::new(0.0, *from, *to, None), layout.crossed(*from as usize, *to as usize))));
    }
    first_of_each(&mut ways, |(way, crossed)| (place(layout, way.to), *crossed));
    ways
}

/// Sorts, and keeps the first of each key.
fn first_of_each<T: Ord, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    list.sort_unstable();
    let mut met = BTreeSet::new();
    list.retain(|entry| met.insert(key(entry)));
}

/// A gap in whole decimetres that is no smaller.
fn up_to_decimetre(gap_m: f64) -> f64 {
    let rounded = (gap_m * 10.0).ceil() / 10.0;
    if rounded >= gap_m { rounded } else { ((gap_m * 10.0).ceil() + 1.0) / 10.0 }
}

/// A number as people write one that is not above the sum, in whatever order it is summed: whole, or with two decimals.
fn down(sum: f64) -> f64 {
    let scale = if sum >= 100.0 { 1.0 } else { 100.0 };
    if sum.fract() == 0.0 { sum } else { ((sum - 1e-9 * sum) * scale).floor() / scale }
}

/// Likewise one that is not below it.
fn up(sum: f64) -> f64 {
    let scale = if sum >= 100.0 { 1.0 } else { 100.0 };
    if sum.fract() == 0.0 { sum } else { ((sum + 1e-9 * sum) * scale).ceil() / scale }
}
