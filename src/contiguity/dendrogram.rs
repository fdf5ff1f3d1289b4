//! The single-linkage tree of links by gap: one structure that answers for every gap at once.
//!
//! At a gap `g` the links of its minimum spanning forest of at most `g` connect exactly what all links of at most `g`
//! connect, and the way between two compounds in the forest has the smallest worst gap of all ways. The compounds are laid
//! out in one order in which every cluster, at every gap, is a run that begins with its first member: whenever two clusters
//! merge while the forest is built, the run with the later first member is put behind the other. What a gap parts is then
//! read off in one pass, without a search. Compounds that do not carry are left out: no chain goes through them and they
//! are in no cluster.

use rayon::prelude::*;

use super::components::DisjointSets;
use super::{Components, Curve, Link, Links};
use crate::base::CompoundId;
use crate::model::LinkKey;

/// A link as far as the tree needs it.
#[derive(Clone, Copy, Debug)]
struct Edge {
    gap_m: f64,
    a: u32,
    b: u32,
}

/// A link of the forest, and the two clusters that become one by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merge {
    pub(super) gap_m: f64,
    a: u32,
    b: u32,
    /// A compound by its row, or the cluster of an earlier merge by the count of rows and its place among the merges.
    pub(super) parts: [u32; 2],
}

/// The tree, built once for a set of links and of compounds that carry. `O(l log l)`.
#[derive(Clone, Debug)]
pub struct Dendrogram {
    carries: Vec<bool>,
    /// Gaps of all links, rising.
    link_gaps: Vec<f64>,
    /// By rising gap.
    merges: Vec<Merge>,
    /// Those who carry; every cluster is a run that begins with its first member.
    order: Vec<u32>,
    /// For each compound the gap from which on its cluster holds an earlier one; [`NEVER`] for those it never does.
    follows_at: Vec<f64>,
    /// The neighbour of each node towards its root, as an index into `merges`; none for roots.
    towards_root: Vec<Option<u32>>,
    depth: Vec<u32>,
    /// Those who carry, every node after its neighbour towards the root.
    outward: Vec<Outward>,
}

/// A node as it is reached from its root.
#[derive(Clone, Copy, Debug)]
struct Outward {
    /// Gap of the link over which it is reached; [`NEVER`] for a root.
    gap_m: f64,
    node: u32,
    /// Whence it is reached, itself for a root.
    from: u32,
}

/// Compares as reached with no gap, an endless one included.
const NEVER: f64 = f64::NAN;

/// The way between two compounds whose worst gap is smallest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Links on the way from the first compound to the second.
    pub links: Vec<LinkKey>,
    /// The one with the largest gap: below its gap the chain falls apart.
    pub weakest: LinkKey,
}

impl Dendrogram {
    /// The tree of the compounds marked in `nodes` (who may carry); links to others join nothing.
    #[must_use]
    pub fn new(links: &Links, nodes: &[bool]) -> Self {
        let edge = |link: &Link| Edge { gap_m: link.gap_m, a: link.a.0, b: link.b.0 };
        let mut edges: Vec<Edge> = links.list.iter().map(edge).collect();
        // No two links have one pair, so the order is total and the same on any count of cores.
        edges.par_sort_unstable_by(|p, q| p.gap_m.total_cmp(&q.gap_m).then((p.a, p.b).cmp(&(q.a, q.b))));
        let both = |edge: &&Edge| [edge.a, edge.b].iter().all(|node| nodes.get(*node as usize) == Some(&true));
        let mut growth = Growth::new(nodes.len());
        for edge in edges.iter().filter(both) {
            growth.join(*edge);
        }
        let order = growth.order(nodes);
        let Rooted { towards_root, depth, mut outward } = rooted(nodes.len(), &growth.merges);
        outward.retain(|step| nodes[step.node as usize]);
        let link_gaps = edges.iter().map(|edge| edge.gap_m).collect();
        let Growth { merges, follows_at, .. } = growth;
        Self { carries: nodes.to_vec(), link_gaps, merges, order, follows_at, towards_root, depth, outward }
    }

    /// Clusters at a gap, numbered by their first members. `O(n)`, two passes.
    #[must_use]
    pub fn components_at(&self, gap_m: f64) -> Components {
        let mut count = 0_u32;
        let number = |(carries, follows_at): (&bool, &f64)| {
            let follows = *follows_at <= gap_m;
            let begins = *carries && !follows;
            count += u32::from(begins);
            if begins { count - 1 } else { Components::NONE }
        };
        let mut of: Vec<u32> = self.carries.iter().zip(&self.follows_at).map(number).collect();
        let mut current = Components::NONE;
        for node in &self.order {
            let place = &mut of[*node as usize];
            if *place == Components::NONE {
                *place = current;
            } else {
                current = *place;
            }
        }
        Components { of, count: count as usize }
    }

    /// Cluster counts at every gap. Households are those of the compounds marked in `counted`, 0 beyond the slice; those that
    /// do not carry count nowhere. A cluster with fewer than `enough_households` is stranded. `O(n)`.
    #[must_use]
    pub fn curve(&self, counted: &[bool], households: &[u32], enough_households: u64) -> Curve {
        let counts = |(node, carries): (usize, &bool)| *carries && counted.get(node) == Some(&true);
        let counts: Vec<bool> = self.carries.iter().enumerate().map(counts).collect();
        Curve::swept(&self.merges, &counts, households, enough_households)
    }

    /// Where the forest is parted at a gap, from the roots outward: one compound of every cluster, with the compound of an
    /// earlier cluster to which its own would be linked next; none for a cluster at a root. `O(n)`.
    pub fn partings_at(&self, gap_m: f64) -> impl Iterator<Item = (CompoundId, Option<CompoundId>)> + '_ {
        let parting = move |step: &Outward| {
            let joined = step.gap_m <= gap_m;
            let beyond = (step.from != step.node).then_some(CompoundId(step.from));
            (!joined).then_some((CompoundId(step.node), beyond))
        };
        self.outward.iter().filter_map(parting)
    }

    /// How many links of any compounds have at most this gap. `O(log l)`.
    #[must_use]
    pub fn links_at(&self, gap_m: f64) -> usize {
        self.link_gaps.partition_point(|gap| *gap <= gap_m)
    }

    /// The chain with the smallest worst gap between two different compounds; `None` when nothing connects them.
    /// `O(length of the chain)` and of the ways to the root.
    #[must_use]
    pub fn chain(&self, a: CompoundId, b: CompoundId) -> Option<Chain> {
        let (mut up, mut down) = (a.index(), b.index());
        if up == down || self.carries.get(up) != Some(&true) || self.carries.get(down) != Some(&true) {
            return None;
        }
        let (mut from_a, mut from_b) = (Vec::new(), Vec::new());
        while up != down {
            let (at, way) = if self.depth[up] >= self.depth[down] { (&mut up, &mut from_a) } else { (&mut down, &mut from_b) };
            let place = self.towards_root[*at]?;
            way.push(place);
            let merge = self.merges[place as usize];
            *at = if merge.a as usize == *at { merge.b as usize } else { merge.a as usize };
        }
        let places: Vec<u32> = from_a.into_iter().chain(from_b.into_iter().rev()).collect();
        let weakest = places.iter().copied().max().and_then(|place| self.pair_of(place))?;
        Some(Chain { links: places.into_iter().filter_map(|place| self.pair_of(place)).collect(), weakest })
    }

    fn pair_of(&self, merge: u32) -> Option<LinkKey> {
        let Merge { a, b, .. } = self.merges[merge as usize];
        LinkKey::new(CompoundId(a), CompoundId(b))
    }
}

/// A cluster while the tree grows.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: u32,
    last: u32,
    /// As in [`Merge::parts`].
    cluster: u32,
}

/// The tree while it grows from the smallest gap on.
struct Growth {
    sets: DisjointSets,
    /// By root of its set.
    runs: Vec<Run>,
    /// The next compound in the order, its own row for the last of a run.
    next: Vec<u32>,
    follows_at: Vec<f64>,
    merges: Vec<Merge>,
}

impl Growth {
    fn new(count: usize) -> Self {
        let rows = 0..u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            sets: DisjointSets::new(count),
            runs: rows.clone().map(|row| Run { first: row, last: row, cluster: row }).collect(),
            next: rows.collect(),
            follows_at: vec![NEVER; count],
            merges: Vec::with_capacity(count),
        }
    }

    fn join(&mut self, edge: Edge) {
        let Some((kept, gone)) = self.sets.join(edge.a as usize, edge.b as usize) else { return };
        let (p, q) = (self.runs[kept], self.runs[gone]);
        let (front, back) = if p.first < q.first { (p, q) } else { (q, p) };
        self.next[front.last as usize] = back.first;
        self.follows_at[back.first as usize] = edge.gap_m;
        let cluster = u32::try_from(self.next.len() + self.merges.len()).unwrap_or(u32::MAX);
        self.runs[kept] = Run { first: front.first, last: back.last, cluster };
        self.merges.push(Merge { gap_m: edge.gap_m, a: edge.a, b: edge.b, parts: [p.cluster, q.cluster] });
    }

    /// All runs of those who carry, one after the other.
    fn order(&self, carries: &[bool]) -> Vec<u32> {
        let mut order = Vec::with_capacity(carries.len());
        for (row, _) in (0_u32..).zip(carries).filter(|(_, carries)| **carries) {
            if !self.follows_at[row as usize].is_nan() {
                continue;
            }
            let mut at = row;
            order.push(at);
            while self.next[at as usize] != at {
                at = self.next[at as usize];
                order.push(at);
            }
        }
        order
    }
}

/// The forest with a root for each of its trees.
struct Rooted {
    towards_root: Vec<Option<u32>>,
    depth: Vec<u32>,
    outward: Vec<Outward>,
}

/// Each node's merge towards the root of its tree, its depth, and all nodes from the roots outward.
fn rooted(count: usize, merges: &[Merge]) -> Rooted {
    let mut start = vec![0_u32; count + 1];
    for merge in merges {
        start[merge.a as usize + 1] += 1;
        start[merge.b as usize + 1] += 1;
    }
    for node in 0..count {
        start[node + 1] += start[node];
    }
    let mut fill = start.clone();
    let mut incident = vec![0_u32; merges.len() * 2];
    for (place, merge) in (0_u32..).zip(merges) {
        for node in [merge.a as usize, merge.b as usize] {
            incident[fill[node] as usize] = place;
            fill[node] += 1;
        }
    }
    let (mut towards, mut depth, mut seen) = (vec![None; count], vec![0_u32; count], vec![false; count]);
    let (mut queue, mut outward) = (Vec::new(), Vec::with_capacity(count));
    let narrow = |node: usize| u32::try_from(node).unwrap_or(u32::MAX);
    for root in 0..count {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        queue.push((root, NEVER, root));
        while let Some((node, gap_m, from)) = queue.pop() {
            outward.push(Outward { gap_m, node: narrow(node), from: narrow(from) });
            for place in &incident[start[node] as usize..start[node + 1] as usize] {
                let merge = merges[*place as usize];
                let other = if merge.a as usize == node { merge.b as usize } else { merge.a as usize };
                if !std::mem::replace(&mut seen[other], true) {
                    towards[other] = Some(*place);
                    depth[other] = depth[node] + 1;
                    queue.push((other, merge.gap_m, node));
                }
            }
        }
    }
    Rooted { towards_root: towards, depth, outward }
}
