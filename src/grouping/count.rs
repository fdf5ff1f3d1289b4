//! From some count of regions to the one that was asked for: Ward's merging of neighbours downwards, cutting trees
//! upwards. Both keep every district connected and within its bounds.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::halves::halves;
use super::limits::Limits;
use super::part::{NONE, Part, real};
use super::problem::number;
use super::regions::Regions;
use super::tally::{Moments, Tally, weighted_sse};
use super::tree::Trees;
use crate::base::{Reporter, Seed};

/// A region among all parts.
struct Node {
    part: usize,
    region: u32,
    alive: bool,
    version: u32,
    neighbours: BTreeSet<u32>,
}

/// Cost of a merge as ordered bits, the two nodes, and their versions when it was computed.
type Candidate = Reverse<(u64, u32, u32, u32, u32)>;

/// The regions of all parts as they merge.
struct Merging<'a> {
    parts: &'a [Part],
    limits: &'a Limits,
    regions: &'a mut [Regions],
    tallies: Vec<Tally>,
    nodes: Vec<Node>,
    heap: BinaryHeap<Candidate>,
}

/// Merges neighbouring regions, the pair that adds least to the objective first, until `target` are left or
/// nothing more may merge. Where nothing is better than anything the smallest pairs merge first. `O(links log links)`, and
/// the product of two regions' units a link where pairwise differences count.
pub(super) fn merge_to(parts: &[Part], limits: &Limits, regions: &mut [Regions], target: usize, reporter: &dyn Reporter) {
    let tallies = parts.iter().zip(&*regions).map(|(part, own)| Tally::of(part, limits, own)).collect();
    let nodes = nodes(parts, regions);
    let mut count = nodes.len();
    let mut merging = Merging { parts, limits, regions, tallies, nodes, heap: BinaryHeap::new() };
    for a in 0..count {
        merging.push_candidates(a, true);
    }
    while count > target {
        let Some(Reverse((_, a, b, version_a, version_b))) = merging.heap.pop() else { break };
        let fresh = |node: &Node, version: u32| node.alive && node.version == version;
        let (a, b) = (a as usize, b as usize);
        if !fresh(&merging.nodes[a], version_a) || !fresh(&merging.nodes[b], version_b) {
            continue;
        }
        merging.join(a, b);
        merging.push_candidates(a, false);
        count -= 1;
        if count.is_multiple_of(1024) && reporter.should_stop() {
            break;
        }
    }
    for (part, own) in parts.iter().zip(regions) {
        *own = own.compact(part);
    }
}

fn nodes(parts: &[Part], regions: &[Regions]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, (part, own)) in parts.iter().zip(regions).enumerate() {
        let base = number(nodes.len());
        for (region, members) in own.members.iter().enumerate() {
            let outside = members.iter().flat_map(|unit| part.neighbours(*unit as usize)).map(|n| own.label[*n as usize]);
            let neighbours = outside.filter(|l| *l != NONE && *l as usize != region).map(|l| l + base).collect();
            nodes.push(Node { part: at, region: number(region), alive: true, version: 0, neighbours });
        }
    }
    nodes
}

impl Merging<'_> {
    /// Puts the merges of one node on the heap; of the pairs with later nodes only when `later_only`.
    fn push_candidates(&mut self, a: usize, later_only: bool) {
        let Node { part: at, region, version, .. } = self.nodes[a];
        let (part, own) = (&self.parts[at], &self.regions[at]);
        for b in self.nodes[a].neighbours.iter().map(|b| *b as usize).filter(|b| !later_only || *b > a) {
            let pair = (region as usize, self.nodes[b].region as usize);
            if own.may_join(self.limits, pair) {
                let cost = if self.limits.is_choosy() {
                    self.tallies[at].joined(part, self.limits, own, pair)
                } else {
                    let load = |region: usize| own.sum(region).first().copied().unwrap_or(real(own.members[region].len()));
                    load(pair.0) + load(pair.1)
                };
                self.heap.push(Reverse((ordered(cost), number(a), number(b), version, self.nodes[b].version)));
            }
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let gone = std::mem::take(&mut self.nodes[b].neighbours);
        self.nodes[b].alive = false;
        for next in &gone {
            self.nodes[*next as usize].neighbours.remove(&number(b));
            if *next as usize != a {
                self.nodes[*next as usize].neighbours.insert(number(a));
            }
        }
        let (into, from) = (self.nodes[a].region, self.nodes[b].region);
        let node = &mut self.nodes[a];
        node.neighbours.extend(gone.into_iter().filter(|n| *n as usize != a));
        node.version += 1;
        let at = node.part;
        self.tallies[at].merge(into as usize, from as usize);
        self.regions[at].merge(&self.parts[at], into, from);
    }
}

/// Bits that are in the order of the numbers.
fn ordered(cost: f64) -> u64 {
    let bits = cost.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Cuts regions in two, the least alike first, until there are `target` or none can be cut within the bounds.
/// `O((target + regions) log regions)` cuts.
pub(super) fn split_to(parts: &[Part], limits: &Limits, regions: &mut [Regions], target: usize, seed: Seed) {
    let mut random = seed.stream(0x5917);
    let mut count: usize = regions.iter().map(Regions::count).sum();
    let mut waiting: BinaryHeap<(u64, Reverse<(usize, u32)>)> = BinaryHeap::new();
    for (at, own) in regions.iter().enumerate() {
        waiting.extend((0..own.members.len()).map(|region| rank(&parts[at], limits, own, (at, number(region)))));
    }
    let mut trees: Vec<Option<Trees<'_>>> = parts.iter().map(|_| None).collect();
    while count < target {
        let Some((_, Reverse((at, region)))) = waiting.pop() else { return };
        let units = regions[at].members[region as usize].clone();
        let trees = trees[at].get_or_insert_with(|| Trees::new(&parts[at], limits));
        let Some(pieces) = (units.len() > 1).then(|| halves(&parts[at], limits, &units, trees, &mut random)).flatten() else {
            continue;
        };
        let mut piece = vec![0; parts[at].len()];
        pieces[1].iter().for_each(|unit| piece[*unit as usize] = 1);
        let fresh = number(regions[at].members.len());
        regions[at].replace(&parts[at], &[region], &units, 2, &piece);
        count += 1;
        waiting.extend([region, fresh].map(|region| rank(&parts[at], limits, &regions[at], (at, region))));
    }
}

/// Deviations of a region as ordered bits, a trifle for its units, and where it is.
fn rank(part: &Part, limits: &Limits, own: &Regions, (at, region): (usize, u32)) -> (u64, Reverse<(usize, u32)>) {
    let members = &own.members[region as usize];
    let mut moments = vec![Moments::default(); limits.columns()];
    for unit in members.iter().map(|unit| *unit as usize) {
        for (moment, z) in moments.iter_mut().zip(part.z_of(unit, limits.columns())) {
            *moment = moment.plus(Moments::of(*z, part.heft_of(unit)));
        }
    }
    let rank = weighted_sse(limits, &moments) + 1e-6 * real(members.len());
    (rank.to_bits(), Reverse((at, region)))
}
