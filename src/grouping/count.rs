//! From some count of regions to the one that was asked for: Ward's merging of neighbours downwards, cutting trees
//! upwards. Both keep every district connected and within its bounds.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::halves::halves;
use super::part::{Limits, NONE, Part, real};
use super::problem::number;
use super::regions::Regions;
use super::tally::{Moments, across, weighted_sse};
use super::tree::Trees;
use crate::base::{Reporter, Seed};

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
/// nothing more may merge. Where nothing is to be alike the smallest pairs merge first. `O(links log links)`, and the
/// product of two regions' units a link where pairwise differences count.
pub(super) fn merge_to(parts: &[Part], limits: &Limits, regions: &mut [Regions], target: usize, reporter: &dyn Reporter) {
    let mut nodes = nodes(parts, limits, regions);
    let mut count = nodes.len();
    let mut heap: BinaryHeap<Candidate> = BinaryHeap::new();
    for a in 0..nodes.len() {
        push_candidates(&nodes, (parts, limits, regions), a, true, &mut heap);
    }
    while count > target {
        let Some(Reverse((_, a, b, version_a, version_b))) = heap.pop() else { break };
        let (a, b) = (a as usize, b as usize);
        let fresh = nodes[a].alive && nodes[b].alive && nodes[a].version == version_a && nodes[b].version == version_b;
        if !fresh {
            continue;
        }
        join(parts, regions, &mut nodes, a, b);
        push_candidates(&nodes, (parts, limits, regions), a, false, &mut heap);
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
                moments: vec![Moments::default(); limits.columns()],
                areas: vec![BTreeSet::new(); limits.levels],
                neighbours: BTreeSet::new(),
            };
            for unit in own.members[region].iter().map(|u| *u as usize) {
                for (moment, z) in node.moments.iter_mut().zip(part.z_of(unit, limits.columns())) {
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
fn push_candidates(
    nodes: &[Node],
    (parts, limits, regions): (&[Part], &Limits, &[Regions]),
    a: usize,
    later_only: bool,
    heap: &mut BinaryHeap<Candidate>,
) {
    for b in nodes[a].neighbours.iter().map(|b| *b as usize).filter(|b| !later_only || *b > a) {
        let (x, y) = (&nodes[a], &nodes[b]);
        if limits.fits(&x.sum, &y.sum) {
            let own = &regions[x.part];
            let (here, there) = (&own.members[x.region as usize], &own.members[y.region as usize]);
            let pairwise = limits.pairwise * across(&parts[x.part], limits, here, there);
            let cost = (cost(x, y, limits) + pairwise).max(0.0).to_bits();
            heap.push(Reverse((cost, number(a), number(b), x.version, y.version)));
        }
    }
}

fn cost(a: &Node, b: &Node, limits: &Limits) -> f64 {
    let joined = a.moments.iter().zip(&b.moments).zip(&limits.squares);
    let mut cost: f64 = joined.map(|((a, b), weight)| weight * a.joined(*b)).sum();
    if limits.columns() == 0 {
        cost = match (a.sum.first(), b.sum.first()) {
            (Some(a), Some(b)) => a + b,
            _ => real(a.units + b.units),
        };
    }
    let mixed = a.areas.iter().zip(&b.areas).map(|(a, b)| a.union(b).count() - a.len().max(b.len())).sum();
    cost + limits.split * real(mixed)
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
    for unit in members {
        for (moment, z) in moments.iter_mut().zip(part.z_of(*unit as usize, limits.columns())) {
            *moment = moment.plus(Moments::of(*z));
        }
    }
    let rank = weighted_sse(limits, &moments) + 1e-6 * real(members.len());
    (rank.to_bits(), Reverse((at, region)))
}
