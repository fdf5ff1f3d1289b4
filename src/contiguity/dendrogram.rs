//! The minimum spanning forest of links by gap: one structure that answers for every gap at once.
//!
//! At a gap `g` the forest's links of at most `g` connect exactly what all links of at most `g` connect, and the way
//! between two compounds in the forest has the smallest worst gap of all ways. Compounds that do not carry are left out
//! of the forest: no chain goes through them and they are in no cluster.

use super::components::DisjointSets;
use super::{Components, Links};
use crate::base::CompoundId;
use crate::model::LinkKey;

/// A link of the forest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Merge {
    gap_m: f64,
    a: u32,
    b: u32,
}

/// The forest, built once for a set of links and of compounds that carry. `O(l log l)`.
#[derive(Clone, Debug)]
pub struct Dendrogram {
    carries: Vec<bool>,
    /// By rising gap.
    merges: Vec<Merge>,
    /// The neighbour of each node towards its root, as an index into `merges`; none for roots.
    towards_root: Vec<Option<u32>>,
    depth: Vec<u32>,
}

/// The way between two compounds whose worst gap is smallest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Links on the way from the first compound to the second.
    pub links: Vec<LinkKey>,
    /// The one with the largest gap: below it the chain falls apart.
    pub weakest: LinkKey,
}

/// What hangs together at one gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The gap, m.
    pub gap_m: f64,
    /// Clusters that hold counted compounds.
    pub clusters: usize,
    /// Households of the cluster that has most.
    pub largest_households: u64,
    /// Households in clusters that have fewer than asked for.
    pub stranded_households: u64,
}

impl Dendrogram {
    /// The forest of the compounds marked in `nodes` (who may carry); links to others are left out.
    #[must_use]
    pub fn new(links: &Links, nodes: &[bool]) -> Self {
        let carries = nodes.to_vec();
        let both = |a: usize, b: usize| nodes.get(a) == Some(&true) && nodes.get(b) == Some(&true);
        let mut edges: Vec<Merge> = Vec::with_capacity(links.list.len());
        for link in links.list.iter() {
            if both(link.a.index(), link.b.index()) {
                edges.push(Merge { gap_m: link.gap_m, a: link.a.0, b: link.b.0 });
            }
        }
        edges.sort_by(|p, q| p.gap_m.total_cmp(&q.gap_m).then((p.a, p.b).cmp(&(q.a, q.b))));
        let mut sets = DisjointSets::new(nodes.len());
        edges.retain(|edge| sets.join(edge.a as usize, edge.b as usize).is_some());
        let (towards_root, depth) = rooted(nodes.len(), &edges);
        Self { carries, merges: edges, towards_root, depth }
    }

    /// Clusters at a gap. Nearly `O(n)`.
    #[must_use]
    pub fn components_at(&self, gap_m: f64) -> Components {
        let mut sets = self.sets_at(gap_m);
        Components::of_sets(&mut sets, |node| self.carries[node])
    }

    /// Count of clusters at a gap that hold at least one compound marked in `counted`; those that do not carry count nowhere.
    /// Nearly `O(n)`.
    #[must_use]
    pub fn clusters_at(&self, gap_m: f64, counted: &[bool]) -> usize {
        let mut sets = self.sets_at(gap_m);
        let mut seen = vec![false; sets.len()];
        let mut clusters = 0;
        for node in (0..sets.len()).filter(|node| self.counts(*node, counted)) {
            let root = sets.find(node);
            if !std::mem::replace(&mut seen[root], true) {
                clusters += 1;
            }
        }
        clusters
    }

    /// Cluster counts at each of `gaps`, which rise. Households are those of counted compounds, 0 beyond the slice;
    /// a cluster with fewer than `enough_households` is stranded. Nearly `O(n + gaps)`.
    #[must_use]
    pub fn curve(&self, gaps: &[f64], counted: &[bool], households: &[u32], enough_households: u64) -> Vec<CurvePoint> {
        let mut sweep = Sweep::new(self, counted, households, enough_households);
        let mut merges = self.merges.iter().peekable();
        let mut points = Vec::with_capacity(gaps.len());
        for gap_m in gaps.iter().copied() {
            while let Some(merge) = merges.next_if(|merge| merge.gap_m <= gap_m) {
                sweep.join(merge);
            }
            points.push(CurvePoint {
                gap_m,
                clusters: sweep.clusters,
                largest_households: sweep.largest,
                stranded_households: sweep.stranded,
            });
        }
        points
    }

    /// Gaps at which something merges, rising, with repeats.
    pub fn merge_gaps(&self) -> impl Iterator<Item = f64> + '_ {
        self.merges.iter().map(|merge| merge.gap_m)
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
        let link_of = |place: u32| {
            let merge = self.merges[place as usize];
            LinkKey::new(CompoundId(merge.a), CompoundId(merge.b))
        };
        let weakest = places.iter().copied().max().and_then(link_of)?;
        Some(Chain { links: places.into_iter().filter_map(link_of).collect(), weakest })
    }

    fn counts(&self, node: usize, counted: &[bool]) -> bool {
        self.carries[node] && counted.get(node) == Some(&true)
    }

    fn sets_at(&self, gap_m: f64) -> DisjointSets {
        let mut sets = DisjointSets::new(self.carries.len());
        for merge in self.merges.iter().take_while(|merge| merge.gap_m <= gap_m) {
            sets.join(merge.a as usize, merge.b as usize);
        }
        sets
    }
}

/// Each node's merge towards the root of its tree, and its depth.
fn rooted(count: usize, merges: &[Merge]) -> (Vec<Option<u32>>, Vec<u32>) {
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
    let mut queue = Vec::new();
    for root in 0..count {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        queue.push(root);
        while let Some(node) = queue.pop() {
            for place in &incident[start[node] as usize..start[node + 1] as usize] {
                let merge = merges[*place as usize];
                let other = if merge.a as usize == node { merge.b as usize } else { merge.a as usize };
                if !std::mem::replace(&mut seen[other], true) {
                    towards[other] = Some(*place);
                    depth[other] = depth[node] + 1;
                    queue.push(other);
                }
            }
        }
    }
    (towards, depth)
}

/// Counts kept up to date while clusters merge.
struct Sweep {
    sets: DisjointSets,
    members: Vec<u32>,
    households: Vec<u64>,
    enough: u64,
    clusters: usize,
    largest: u64,
    stranded: u64,
}

impl Sweep {
    fn new(tree: &Dendrogram, counted: &[bool], households: &[u32], enough: u64) -> Self {
        let count = tree.carries.len();
        let counts: Vec<bool> = (0..count).map(|node| tree.counts(node, counted)).collect();
        let households: Vec<u64> =
            (0..count).map(|node| if counts[node] { households.get(node).copied().map_or(0, u64::from) } else { 0 }).collect();
        let stranded = households.iter().filter(|h| **h < enough).sum();
        let largest = households.iter().copied().max().unwrap_or(0);
        let clusters = counts.iter().filter(|counts| **counts).count();
        let members = counts.into_iter().map(u32::from).collect();
        Self { sets: DisjointSets::new(count), members, households, enough, clusters, largest, stranded }
    }

    fn join(&mut self, merge: &Merge) {
        let Some((kept, gone)) = self.sets.join(merge.a as usize, merge.b as usize) else { return };
        if self.members[kept] > 0 && self.members[gone] > 0 {
            self.clusters -= 1;
        }
        let short = |households: u64| if households < self.enough { households } else { 0 };
        let (before, after) = ([self.households[kept], self.households[gone]], self.households[kept] + self.households[gone]);
        self.stranded = self.stranded - short(before[0]) - short(before[1]) + short(after);
        self.members[kept] += self.members[gone];
        self.households[kept] = after;
        self.largest = self.largest.max(after);
    }
}
