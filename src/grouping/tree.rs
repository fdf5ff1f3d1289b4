//! Random depth-first spanning trees of connected sets of units, and what cutting them bottom-up gives.
//!
//! On a tree, cutting off a subtree as soon as it reaches the minimum gives the largest count of districts, and
//! cutting the heaviest branches when the maximum is passed gives the smallest (Kundu & Misra 1977). Depth-first trees
//! are long and thin, so little is lost at their branchings; many of them are tried.

use super::extent::Extent;
use super::limits::Limits;
use super::part::{NONE, Part};
use super::problem::number;
use crate::base::SplitMix;

/// What a cut is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// As many pieces as possible.
    Most,
    /// As few pieces as possible.
    Fewest,
}

/// Working memory for trees over one part; reused from tree to tree.
#[derive(Debug)]
pub(super) struct Trees<'a> {
    part: &'a Part,
    limits: &'a Limits,
    /// Units of the set that the walk has not reached yet.
    open: Vec<bool>,
    /// The tree in which each unit was met last.
    stamp: Vec<u32>,
    now: u32,
    /// Units in the order of the walk: parents before children.
    pub(super) order: Vec<u32>,
    /// Place of each unit of the set in that order.
    pub(super) place: Vec<u32>,
    /// Parent of each unit of the set; [`NONE`] at the root.
    pub(super) parent: Vec<u32>,
    /// Sums of what still hangs on each unit, `bounds` per unit.
    rest: Vec<f64>,
    /// Extents of what still hangs on each unit; empty where the reach of districts does not count.
    rest_extent: Vec<Extent>,
    /// Units whose branch was cut off, with its piece, or [`NONE`] for a branch that fits nowhere; by unit.
    cut_at: Vec<Option<u32>>,
    /// Piece of each unit of the set after [`Trees::cut`]; [`NONE`] is left over.
    pub(super) piece: Vec<u32>,
    stack: Vec<u32>,
    children: Vec<u32>,
}

impl<'a> Trees<'a> {
    pub(super) fn new(part: &'a Part, limits: &'a Limits) -> Self {
        let n = part.len();
        Self {
            part,
            limits,
            open: vec![false; n],
            stamp: vec![0; n],
            now: 0,
            order: Vec::new(),
            place: vec![0; n],
            parent: vec![NONE; n],
            rest: vec![0.0; n * limits.count()],
            rest_extent: part.extent.clone(),
            cut_at: vec![None; n],
            piece: vec![NONE; n],
            stack: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Grows a random depth-first tree over `set`, which must be connected and not empty.
    pub(super) fn grow(&mut self, set: &[u32], random: &mut SplitMix) {
        for unit in set {
            self.open[*unit as usize] = true;
        }
        self.now += 1;
        let root = set[random.below(set.len())];
        self.order.clear();
        self.stack.clear();
        self.enter(root, NONE);
        while let Some(top) = self.stack.last().copied() {
            match self.step(top as usize, random) {
                Some(next) => self.enter(next, top),
                None => {
                    self.stack.pop();
                }
            }
        }
    }

    fn enter(&mut self, unit: u32, parent: u32) {
        self.open[unit as usize] = false;
        self.stamp[unit as usize] = self.now;
        self.parent[unit as usize] = parent;
        self.place[unit as usize] = number(self.order.len());
        self.order.push(unit);
        self.stack.push(unit);
    }

    /// A random neighbour that is still open; within the same community and street office first when these are to be kept whole.
    fn step(&self, unit: usize, random: &mut SplitMix) -> Option<u32> {
        let open = || self.part.neighbours(unit).iter().copied().filter(|n| self.open[*n as usize]);
        let levels = self.limits.levels;
        let shared = |n: &u32| self.part.areas_shared(*n as usize, unit, levels);
        let most = if levels == 0 { 0 } else { open().map(|n| shared(&n)).max()? };
        let nearest = || open().filter(|n| shared(n) == most);
        let count = nearest().count();
        if count == 0 { None } else { nearest().nth(random.below(count)) }
    }

    /// Cuts the grown tree into pieces within the bounds. Returns how many; [`Trees::piece`] tells them apart.
    pub(super) fn cut(&mut self, aim: Cut) -> usize {
        let bounds = self.limits.count();
        for unit in self.order.iter().map(|u| *u as usize) {
            self.cut_at[unit] = None;
            let size = self.part.size_of(unit, bounds);
            self.rest[unit * bounds..(unit + 1) * bounds].copy_from_slice(size);
            if let Some(reach) = self.part.extent.get(unit) {
                self.rest_extent[unit] = *reach;
            }
        }
        let mut pieces = 0;
        // Children of a unit stand behind it in the order, so that walking backwards meets them first.
        for at in (0..self.order.len()).rev() {
            let unit = self.order[at];
            self.gather(unit as usize, &mut pieces, aim);
            let enough = self.limits.enough(self.rest_of(unit as usize));
            if enough && (aim == Cut::Most || at == 0) {
                self.cut_at[unit as usize] = Some(pieces);
                pieces += 1;
            }
        }
        let root = self.order[0] as usize;
        self.cut_at[root] = self.cut_at[root].or(Some(NONE));
        for unit in self.order.iter().map(|u| *u as usize) {
            self.piece[unit] = match self.cut_at[unit] {
                Some(piece) => piece,
                None => self.piece[self.parent[unit] as usize],
            };
        }
        pieces as usize
    }

    fn rest_of(&self, unit: usize) -> &[f64] {
        let bounds = self.limits.count();
        &self.rest[unit * bounds..(unit + 1) * bounds]
    }

    /// Adds the rests of a unit's children to its own, lightest first; those that do not fit are cut off.
    fn gather(&mut self, unit: usize, pieces: &mut u32, aim: Cut) {
        let bounds = self.limits.count();
        let mut children = std::mem::take(&mut self.children);
        children.clear();
        // Parents of units outside the present tree are left from earlier ones; the stamp tells them apart.
        let is_child = |n: &u32| {
            let child = *n as usize;
            self.stamp[child] == self.now && self.parent[child] == number(unit) && self.cut_at[child].is_none()
        };
        children.extend(self.part.neighbours(unit).iter().copied().filter(is_child));
        if bounds > 0 && self.limits.has_max() {
            let first = |n: &u32| self.rest[*n as usize * bounds];
            children.sort_by(|a, b| first(a).total_cmp(&first(b)).then(a.cmp(b)));
        }
        for child in children.iter().map(|c| *c as usize) {
            let reaches = self.rest_extent.get(unit).zip(self.rest_extent.get(child));
            let joined = reaches.map(|(a, b)| a.with(b));
            if self.limits.fits(self.rest_of(unit), self.rest_of(child)) && reaches.is_none_or(|(a, b)| self.limits.spans(a, b)) {
                if let Some(joined) = joined {
                    self.rest_extent[unit] = joined;
                }
                for k in 0..bounds {
                    self.rest[unit * bounds + k] += self.rest[child * bounds + k];
                }
            } else if aim == Cut::Fewest && self.limits.enough(self.rest_of(child)) {
                self.cut_at[child] = Some(*pieces);
                *pieces += 1;
            } else {
                self.cut_at[child] = Some(NONE);
            }
        }
        self.children = children;
    }
}
