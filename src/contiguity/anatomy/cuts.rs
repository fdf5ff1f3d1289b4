//! The links without which a set of compounds falls apart: the bridges of its graph (Tarjan 1974), by one depth-first walk.

use std::collections::HashMap;

use super::SIDE_LISTED;
use crate::contiguity::Neighbours;

/// A link whose loss parts members from members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The link, the smaller compound first.
    pub(super) link: (u32, u32),
    /// Members on the smaller side, ascending; empty when they are more than [`SIDE_LISTED`].
    pub(super) side: Vec<u32>,
    /// Members on the smaller side and on the other.
    pub(super) counts: (usize, usize),
}

/// A compound on the walk.
struct Step {
    node: usize,
    parent: usize,
    /// How many of its neighbours were looked at.
    seen: usize,
}

/// No place.
const NONE: usize = usize::MAX;

/// The walk: when each node was come to, and the earliest that it leads back to.
struct Walk<'a> {
    nodes: &'a [u32],
    place: HashMap<u32, usize>,
    near: &'a Neighbours,
    entered: Vec<usize>,
    lowest: Vec<usize>,
    /// Nodes in the order in which they were come to; what is below a node follows it.
    order: Vec<usize>,
}

/// Cuts of `nodes`, of which the first `members` count and the rest only carry. `O(nodes + links)`, and at most
/// [`SIDE_LISTED`] a cut.
pub(super) fn cuts(nodes: &[u32], members: usize, near: &Neighbours) -> Vec<Cut> {
    let place = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let (entered, lowest) = (vec![NONE; nodes.len()], vec![NONE; nodes.len()]);
    let mut walk = Walk { nodes, place, near, entered, lowest, order: Vec::new() };
    let mut found = Vec::new();
    for root in 0..members {
        if walk.entered[root] == NONE {
            walk.component(root, members, &mut found);
        }
    }
    found
}

impl Walk<'_> {
    /// Walks one component from a member and finds its cuts.
    fn component(&mut self, root: usize, members: usize, found: &mut Vec<Cut>) {
        let first = self.order.len();
        // A bridge of the walk: its upper end, its lower end, and where what hangs below it begins and ends.
        let mut bridges: Vec<(usize, usize, usize, usize)> = Vec::new();
        let mut steps = vec![self.enter(root, NONE)];
        while let Some(step) = steps.last_mut() {
            let Some(next) = self.near.of(self.nodes[step.node] as usize).get(step.seen) else {
                let (node, parent) = (step.node, step.parent);
                steps.pop();
                if parent != NONE {
                    self.lowest[parent] = self.lowest[parent].min(self.lowest[node]);
                    if self.lowest[node] > self.entered[parent] {
                        bridges.push((parent, node, self.entered[node], self.order.len()));
                    }
                }
                continue;
            };
            step.seen += 1;
            let Some(&next) = self.place.get(next) else { continue };
            if self.entered[next] == NONE {
                let from = step.node;
                let entered = self.enter(next, from);
                steps.push(entered);
            } else if next != step.parent {
                // Two compounds have one link at most, so the way back to the parent is the link just taken.
                self.lowest[step.node] = self.lowest[step.node].min(self.entered[next]);
            }
        }
        let counts = self.members_before(first, members);
        let all = counts[counts.len() - 1];
        for (upper, lower, from, to) in bridges {
            let below = counts[to - first] - counts[from - first];
            if below > 0 && below < all {
                found.push(self.cut((upper, lower), (first, from, to), (below, all - below), members));
            }
        }
    }

    fn enter(&mut self, node: usize, parent: usize) -> Step {
        (self.entered[node], self.lowest[node]) = (self.order.len(), self.order.len());
        self.order.push(node);
        Step { node, parent, seen: 0 }
    }

    /// How many members stand before each place of the order from `first` on.
    fn members_before(&self, first: usize, members: usize) -> Vec<usize> {
        let mut counts = vec![0];
        let mut so_far = 0;
        for node in &self.order[first..] {
            so_far += usize::from(*node < members);
            counts.push(so_far);
        }
        counts
    }

    fn cut(
        &self,
        ends: (usize, usize),
        (first, from, to): (usize, usize, usize),
        (below, above): (usize, usize),
        members: usize,
    ) -> Cut {
        let (a, b) = (self.nodes[ends.0], self.nodes[ends.1]);
        let smaller = below.min(above);
        let member = |node: &&usize| **node < members;
        let mut side: Vec<u32> = if smaller > SIDE_LISTED {
            Vec::new()
        } else if below <= above {
            self.order[from..to].iter().filter(member).map(|node| self.nodes[*node]).collect()
        } else {
            let rest = self.order[first..from].iter().chain(&self.order[to..]);
            rest.filter(member).map(|node| self.nodes[*node]).collect()
        };
        side.sort_unstable();
        Cut { link: (a.min(b), a.max(b)), side, counts: (smaller, below.max(above)) }
    }
}
