//! What a district cuts off from all others: compounds that are linked to nobody but among themselves and to it.
//!
//! Searches set out from all neighbours of the district at once, each a compound further in turn, and become one where they
//! meet. What is cut off is found when its search ends; the last search in each connected piece of the map need not end, since
//! it is outside. So a district costs about as much as its border and what it encloses, not the whole map.

use std::collections::{HashMap, HashSet};

use geo::{BoundingRect, InteriorPoint, MultiPolygon, Rect};

use super::ring::Ring;
use super::{Enclave, Work};
use crate::base::CompoundId;
use crate::contiguity::components::DisjointSets;
use crate::geometry::bounds;
use crate::geometry::distance::in_box;

/// What a district of these members and pieces encloses, the largest first. Members are ascending.
///
/// Of what is left of each connected piece of the map, the largest region that the district does not close round lies outside.
pub(super) fn enclaves(work: &Work<'_>, members: &[CompoundId], pieces: &[Vec<CompoundId>]) -> Vec<Enclave> {
    let regions = Searches::new(work, members, pieces).run();
    let mut ring = Lazy { work, members, bounds: Extent::Unasked, ring: None };
    let mut found: Vec<Enclave> = Vec::new();
    let mut outside: HashMap<usize, Enclave> = HashMap::new();
    for region in regions {
        let mut compounds: Vec<CompoundId> = region.nodes.iter().map(|node| CompoundId(*node)).collect();
        let at_border: Vec<CompoundId> =
            compounds.iter().copied().filter(|c| work.near.of(c.index()).iter().any(|n| is_in(members, *n))).collect();
        let ringed = ring.closes_round(&at_border);
        if ringed == Some(true) && !region.is_whole {
            compounds = whole(work, members, compounds);
        }
        compounds.sort_unstable();
        let region_found = Enclave { compounds, ringed };
        if ringed == Some(true) {
            found.push(region_found);
        } else if let Some(held) = outside.get_mut(&region.map) {
            let smaller = if order(&region_found) < order(held) { std::mem::replace(held, region_found) } else { region_found };
            found.push(smaller);
        } else {
            outside.insert(region.map, region_found);
        }
    }
    found.sort_by_key(order);
    found
}

/// The largest first, equals by their first compound.
fn order(enclave: &Enclave) -> (std::cmp::Reverse<usize>, Option<CompoundId>) {
    (std::cmp::Reverse(enclave.compounds.len()), enclave.compounds.first().copied())
}

fn is_in(members: &[CompoundId], node: u32) -> bool {
    members.binary_search(&CompoundId(node)).is_ok()
}

/// The box and the ring of a district, each made when it is first asked for: what lies beyond the box needs no ring.
struct Lazy<'a, 'b> {
    work: &'b Work<'a>,
    members: &'b [CompoundId],
    bounds: Extent,
    ring: Option<Ring<'a>>,
}

/// The box of a district.
#[derive(Clone, Copy)]
enum Extent {
    /// Nobody has asked for it.
    Unasked,
    /// There is none: a compound has no shape.
    None,
    /// This.
    Some(Rect<f64>),
}

impl<'a> Lazy<'a, '_> {
    /// Whether the district closes round every one of some compounds. `None` where one of either has no shape.
    fn closes_round(&mut self, compounds: &[CompoundId]) -> Option<bool> {
        let shapes: Vec<&MultiPolygon<f64>> = compounds.iter().map(|id| self.shape(*id)).collect();
        let boxes: Vec<Rect<f64>> = shapes.iter().map(|shape| shape.bounding_rect()).collect::<Option<_>>()?;
        let bounds = self.bounds()?;
        if !boxes.iter().all(|inner| in_box(inner.min(), &bounds) && in_box(inner.max(), &bounds)) {
            return Some(false);
        }
        let ring = self.ring.get_or_insert_with(|| Ring::new(self.work, self.members));
        let inner: Vec<geo::Coord<f64>> = shapes.iter().map(|shape| Some(shape.interior_point()?.0)).collect::<Option<_>>()?;
        Some(inner.into_iter().all(|point| ring.encloses(point)))
    }

    fn shape(&self, id: CompoundId) -> &'a MultiPolygon<f64> {
        &self.work.content.compounds[id.index()].shape
    }

    fn bounds(&mut self) -> Option<Rect<f64>> {
        if matches!(self.bounds, Extent::Unasked) {
            let boxes: Option<Vec<Rect<f64>>> = self.members.iter().map(|id| self.shape(*id).bounding_rect()).collect();
            let whole = boxes.and_then(|boxes| boxes.into_iter().fold(None, |all, one| bounds::join(all, Some(one))));
            self.bounds = whole.map_or(Extent::None, Extent::Some);
        }
        match self.bounds {
            Extent::Some(bounds) => Some(bounds),
            Extent::None | Extent::Unasked => None,
        }
    }
}

/// A region that was searched.
struct Region {
    nodes: Vec<u32>,
    /// The connected piece of the map that it is in.
    map: usize,
    /// Its search has ended.
    is_whole: bool,
}

/// All that is linked to some compounds without the district.
fn whole(work: &Work<'_>, members: &[CompoundId], mut found: Vec<CompoundId>) -> Vec<CompoundId> {
    let mut known: HashSet<u32> = found.iter().map(|c| c.0).collect();
    let mut at = 0;
    while let Some(next) = found.get(at) {
        let near = work.near.of(next.index()).iter().filter(|node| !is_in(members, **node));
        let fresh: Vec<CompoundId> = near.filter(|node| known.insert(**node)).map(|node| CompoundId(*node)).collect();
        found.extend(fresh);
        at += 1;
    }
    found
}

/// Searches outward from a district.
struct Searches<'a, 'b> {
    work: &'b Work<'a>,
    members: &'b [CompoundId],
    /// Which search came to a compound first; searches that met are joined in `sets`.
    found_by: HashMap<u32, usize>,
    /// Searches first, then the pieces of the district: joined where they are connected on the map.
    sets: DisjointSets,
    /// The same with the pieces: what lies in one connected piece of the map.
    maps: DisjointSets,
    /// By the root of a search: what it found, of which the first `done` were looked at.
    nodes: Vec<Vec<u32>>,
    done: Vec<usize>,
}

impl<'a, 'b> Searches<'a, 'b> {
    fn new(work: &'b Work<'a>, members: &'b [CompoundId], pieces: &[Vec<CompoundId>]) -> Self {
        let mut seeds: Vec<u32> = Vec::new();
        let mut found_by: HashMap<u32, usize> = HashMap::new();
        let mut touches: Vec<(usize, usize)> = Vec::new();
        for (piece, compounds) in pieces.iter().enumerate() {
            for node in compounds.iter().flat_map(|c| work.near.of(c.index())).filter(|node| !is_in(members, **node)) {
                let search = *found_by.entry(*node).or_insert_with(|| {
                    seeds.push(*node);
                    seeds.len() - 1
                });
                touches.push((search, piece));
            }
        }
        let count = seeds.len();
        let mut maps = DisjointSets::new(count + pieces.len());
        for (search, piece) in touches {
            maps.join(search, count + piece);
        }
        let nodes: Vec<Vec<u32>> = seeds.into_iter().map(|seed| vec![seed]).collect();
        Self { work, members, found_by, sets: DisjointSets::new(count), maps, done: vec![0; count], nodes }
    }

    /// Searches until what is left to search lies outside, and returns all regions.
    fn run(mut self) -> Vec<Region> {
        let mut live: Vec<usize> = (0..self.nodes.len()).collect();
        let mut ended: Vec<usize> = Vec::new();
        while self.must_go_on(&live, &ended) {
            let mut next = Vec::with_capacity(live.len());
            for search in live {
                if self.sets.find(search) != search {
                    continue;
                }
                if self.done[search] < self.nodes[search].len() {
                    let root = self.step(search);
                    next.push(root);
                } else {
                    ended.push(search);
                }
            }
            next.sort_unstable();
            next.dedup();
            live = next;
        }
        live.retain(|search| self.sets.find(*search) == *search);
        self.regions(&live, &ended)
    }

    /// Some piece of the map has two searches that have not ended, or one that is not yet the largest there.
    fn must_go_on(&mut self, live: &[usize], ended: &[usize]) -> bool {
        let mut open: HashMap<usize, usize> = HashMap::new();
        for search in live {
            if let Some(other) = open.insert(self.maps.find(*search), *search)
                && self.sets.find(other) != self.sets.find(*search)
            {
                return true;
            }
        }
        ended.iter().any(|end| {
            let map = self.maps.find(*end);
            open.get(&map).is_some_and(|search| self.nodes[*search].len() <= self.nodes[*end].len())
        })
    }

    /// Looks at the next compound of a search; returns the search that goes on.
    fn step(&mut self, search: usize) -> usize {
        let node = self.nodes[search][self.done[search]];
        self.done[search] += 1;
        let mut root = search;
        for next in self.work.near.of(node as usize) {
            if is_in(self.members, *next) {
                continue;
            }
            match self.found_by.get(next).copied() {
                None => {
                    self.found_by.insert(*next, root);
                    self.nodes[root].push(*next);
                }
                Some(other) => root = self.join(root, other),
            }
        }
        root
    }

    fn join(&mut self, a: usize, b: usize) -> usize {
        self.maps.join(a, b);
        let Some((kept, gone)) = self.sets.join(a, b) else { return self.sets.find(a) };
        // Those looked at stay in front.
        let (mut more, more_done) = (std::mem::take(&mut self.nodes[gone]), self.done[gone]);
        let open = more.split_off(more_done);
        let mut mine = std::mem::take(&mut self.nodes[kept]);
        let mine_open = mine.split_off(self.done[kept]);
        mine.append(&mut more);
        self.done[kept] = mine.len();
        mine.extend(mine_open);
        mine.extend(open);
        self.nodes[kept] = mine;
        kept
    }

    fn regions(mut self, live: &[usize], ended: &[usize]) -> Vec<Region> {
        let region = |search: &usize| {
            let is_whole = self.done[*search] == self.nodes[*search].len();
            Region { nodes: std::mem::take(&mut self.nodes[*search]), map: self.maps.find(*search), is_whole }
        };
        ended.iter().chain(live).map(region).collect()
    }
}
