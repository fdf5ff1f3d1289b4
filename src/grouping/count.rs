//! From some count of regions to the one that was asked for: Ward's merging of neighbours downwards, cutting trees
//! upwards. Both keep every district connected and within its bounds.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::improve::{best_branch, mark_branch};
use super::likeness::{Likeness, Moments};
use super::part::{Limits, NONE, Part, real};
use super::problem::number;
use super::regions::Regions;
use super::tree::Trees;
use crate::base::{Reporter, Seed};

/// Price of a merge that brings communities, or street offices, together, in squared deviations, where they are to be kept whole.
const MIXING_PRICE: f64 = 4.0;

/// Trees tried before a region counts as one that cannot be cut.
const CUTS: usize = 8;

/// A region among all parts.
struct Node {
    part: usize,
    region: u32,
    alive: bool,
    version: u32,
    units: usize,
    sum: Vec<f64>,
    moments: Vec<Moments>,
    /// Known areas, a set for each level that is to be kept whole.
    areas: Vec<BTreeSet<u32>>,
    neighbours: BTreeSet<u32>,
}

/// Cost of a merge as ordered bits (costs are not negative), the two nodes, and their versions when it was computed.
type Candidate = Reverse<(u64, u32, u32, u32, u32)>;

/// Merges neighbouring regions, the pair that adds least to the squared deviations first, until `target` are left or
/// nothing more may merge. Without similar fields the smallest pairs merge first. `O(links log links)`.
pub(super) fn merge_to(parts: &[Part], limits: &Limits, regions: &mut [Regions], target: usize, reporter: &dyn Reporter) {
    let mut nodes = nodes(parts, limits, regions);
    let mut count = nodes.len();
    let mut heap: BinaryHeap<Candidate> = BinaryHeap::new();
    for a in 0..nodes.len() {
        push_candidates(&nodes, limits, a, true, &mut heap);
    }
    while count > target {
        let Some(Reverse((_, a, b, version_a, version_b))) = heap.pop() else { break };
        let (a, b) = (a as usize, b as usize);
        let fresh = nodes[a].alive && nodes[b].alive && nodes[a].version == version_a && nodes[b].version == version_b;
        if !fresh {
            continue;
        }
        join(parts, regions, &mut nodes, a, b);
        push_candidates(&nodes, limits, a, false, &mut heap);
        count -= 1;
        if count.is_multiple_of(1024) && reporter.should_stop() {
            break;
        }
    }
    for (part, own) in parts.iter().zip(regions) {
        *own = own.compact(part);
    }
}

fn nodes(parts: &[Part], limits: &Limits, regions: &[Regions]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, (part, own)) in parts.iter().zip(regions).enumerate() {
        let base = number(nodes.len());
        for region in 0..own.members.len() {
            let mut node = Node {
                part: at,
                region: number(region),
                alive: true,
                version: 0,
                units: own.members[region].len(),
                sum: own.sum(region).to_vec(),
                moments: vec![Moments::default(); limits.fields],
                areas: vec![BTreeSet::new(); limits.levels],
                neighbours: BTreeSet::new(),
            };
            for unit in own.members[region].iter().map(|u| *u as usize) {
                for (moment, z) in node.moments.iter_mut().zip(part.z_of(unit, limits.fields)) {
                    *moment = moment.plus(Moments::of(*z));
                }
                for (set, area) in node.areas.iter_mut().zip(part.areas_of(unit, limits.levels)) {
                    set.extend(Some(*area).filter(|area| *area != NONE));
                }
                let outside = part.neighbours(unit).iter().map(|n| own.label[*n as usize]);
                node.neighbours.extend(outside.filter(|l| *l != NONE && *l as usize != region).map(|l| l + base));
            }
            nodes.push(node);
        }
    }
    nodes
}

/// Puts the merges of one node on the heap; of the pairs with later nodes only when `later_only`.
fn push_candidates(nodes: &[Node], limits: &Limits, a: usize, later_only: bool, heap: &mut BinaryHeap<Candidate>) {
    for b in nodes[a].neighbours.iter().map(|b| *b as usize).filter(|b| !later_only || *b > a) {
        let (x, y) = (&nodes[a], &nodes[b]);
        if limits.fits(&x.sum, &y.sum) {
            let cost = cost(x, y, limits).max(0.0).to_bits();
            heap.push(Reverse((cost, number(a), number(b), x.version, y.version)));
        }
    }
}

fn cost(a: &Node, b: &Node, limits: &Limits) -> f64 {
    let mut cost: f64 = a.moments.iter().zip(&b.moments).map(|(a, b)| a.joined(*b)).sum();
    if limits.fields == 0 {
        cost = match (a.sum.first(), b.sum.first()) {
            (Some(a), Some(b)) => a + b,
            _ => real(a.units + b.units),
        };
    }
    let mixed = a.areas.iter().zip(&b.areas).map(|(a, b)| a.union(b).count() - a.len().max(b.len())).sum();
    cost + MIXING_PRICE * real(limits.fields.max(1)) * real(mixed)
}

fn join(parts: &[Part], regions: &mut [Regions], nodes: &mut [Node], a: usize, b: usize) {
    let gone = std::mem::take(&mut nodes[b].neighbours);
    nodes[b].alive = false;
    for next in &gone {
        nodes[*next as usize].neighbours.remove(&number(b));
        if *next as usize != a {
            nodes[*next as usize].neighbours.insert(number(a));
        }
    }
    let areas = std::mem::take(&mut nodes[b].areas);
    let (sum, moments, units) = (std::mem::take(&mut nodes[b].sum), std::mem::take(&mut nodes[b].moments), nodes[b].units);
    let (into, from) = (nodes[a].region, nodes[b].region);
    let node = &mut nodes[a];
    node.neighbours.extend(gone.into_iter().filter(|n| *n as usize != a));
    for (own, other) in node.areas.iter_mut().zip(areas) {
        own.extend(other);
    }
    node.version += 1;
    node.units += units;
    for (own, other) in node.sum.iter_mut().zip(sum) {
        *own += other;
    }
    for (own, other) in node.moments.iter_mut().zip(moments) {
        *own = own.plus(other);
    }
    regions[node.part].merge(&parts[node.part], into, from);
}

/// Cuts regions in two, the least alike first, until there are `target` or none can be cut within the bounds.
pub(super) fn split_to(parts: &[Part], limits: &Limits, regions: &mut [Regions], target: usize, seed: Seed) {
    let mut random = seed.stream(0x5917);
    let mut count: usize = regions.iter().map(Regions::count).sum();
    let mut whole: BTreeSet<(usize, u32)> = BTreeSet::new();
    while count < target {
        let mut best: Option<(f64, usize, u32)> = None;
        for (at, own) in regions.iter().enumerate() {
            let likeness = Likeness::of(&parts[at], limits, &own.label, own.members.len());
            for region in (0..own.members.len()).filter(|r| own.members[*r].len() > 1) {
                let rank = likeness.sse(region) + 1e-6 * real(own.members[region].len());
                if !whole.contains(&(at, number(region))) && best.is_none_or(|b| rank > b.0) {
                    best = Some((rank, at, number(region)));
                }
            }
        }
        let Some((_, at, region)) = best else { return };
        let mut trees = Trees::new(&parts[at], limits);
        let units = regions[at].members[region as usize].clone();
        let branch = (0..CUTS).find_map(|_| {
            trees.grow(&units, &mut random);
            best_branch(&parts[at], limits, &trees)
        });
        match branch {
            Some(branch) => {
                let mut piece = std::mem::take(&mut trees.piece);
                mark_branch(&trees, branch, &mut piece);
                regions[at].replace(&parts[at], &[region], &units, 2, &piece);
                count += 1;
            }
            None => {
                whole.insert((at, region));
            }
        }
    }
}
