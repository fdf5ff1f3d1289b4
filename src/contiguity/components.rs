//! Connected components by union-find.

/// Which component each node is in, numbered in order of first member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Components {
    /// Component of each node; [`Components::NONE`] for nodes that take no part.
    pub of: Vec<u32>,
    /// How many there are.
    pub count: usize,
}

impl Components {
    /// Marks a node that is in no component.
    pub const NONE: u32 = u32::MAX;

    /// Components of a union-find over the nodes that `takes_part` admits.
    pub(super) fn of_sets(sets: &mut DisjointSets, takes_part: impl Fn(usize) -> bool) -> Self {
        let mut number = vec![Self::NONE; sets.len()];
        let mut of = vec![Self::NONE; sets.len()];
        let mut count = 0;
        for (node, place) in of.iter_mut().enumerate() {
            if !takes_part(node) {
                continue;
            }
            let root = sets.find(node);
            if number[root] == Self::NONE {
                number[root] = u32::try_from(count).unwrap_or(Self::NONE);
                count += 1;
            }
            *place = number[root];
        }
        Self { of, count }
    }

    /// Members of each component, ascending.
    #[must_use]
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.count];
        for (node, component) in self.of.iter().enumerate() {
            if let Some(list) = members.get_mut(*component as usize) {
                list.push(node);
            }
        }
        members
    }
}

/// Components of `count` nodes joined by `links`; pairs outside the nodes are ignored. Nearly `O(count + links)`.
///
/// ```
/// let c = lianpian::contiguity::components(4, [(0, 2), (3, 2)].into_iter());
/// assert_eq!(c.of, [0, 1, 0, 0]);
/// assert_eq!(c.count, 2);
/// ```
#[must_use]
pub fn components(count: usize, links: impl Iterator<Item = (usize, usize)>) -> Components {
    let mut sets = DisjointSets::new(count);
    for (a, b) in links {
        if a < count && b < count {
            sets.join(a, b);
        }
    }
    Components::of_sets(&mut sets, |_| true)
}

/// Union-find with path halving and union by size.
#[derive(Clone, Debug)]
pub(super) struct DisjointSets {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl DisjointSets {
    pub(super) fn new(count: usize) -> Self {
        Self { parent: (0..u32::try_from(count).unwrap_or(u32::MAX)).collect(), size: vec![1; count] }
    }

    pub(super) fn len(&self) -> usize {
        self.parent.len()
    }

    pub(super) fn find(&mut self, node: usize) -> usize {
        let mut at = node;
        while self.parent[at] as usize != at {
            let up = self.parent[self.parent[at] as usize];
            self.parent[at] = up;
            at = up as usize;
        }
        at
    }

    /// Joins two sets; returns the roots `(kept, gone)` when they were apart.
    pub(super) fn join(&mut self, a: usize, b: usize) -> Option<(usize, usize)> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return None;
        }
        let (kept, gone) = if self.size[a] >= self.size[b] { (a, b) } else { (b, a) };
        self.parent[gone] = self.parent[kept];
        self.size[kept] += self.size[gone];
        Some((kept, gone))
    }
}
