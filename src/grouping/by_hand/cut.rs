//! A district cut along a drawn line: the links that the line crosses are severed, and what lies beyond it is told.

use std::collections::BTreeSet;

use super::pieces;
use crate::contiguity::Neighbours;
use crate::geometry::segment::Segment;

/// What a line makes of a district.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severed {
    /// Links that the line crosses, the smaller unit first.
    pub links: Vec<(u32, u32)>,
    /// Members that stay: the side with more of them. Both are empty where the line parts nothing.
    pub stay: Vec<u32>,
    /// Members that go.
    pub go: Vec<u32>,
}

/// Cuts `members` (ascending) along `line`. A link runs from the place of one unit to that of the other; units without a
/// place have none that a line could cross. Pieces on either side of a severed link go to opposite sides; a piece that no
/// severed link touches stays. `O(links of the members × segments of the line)`.
#[must_use]
pub fn along_line(near: &Neighbours, members: &[u32], places: &dyn Fn(u32) -> Option<[f64; 2]>, line: &[Segment]) -> Severed {
    let inside: BTreeSet<u32> = members.iter().copied().collect();
    let crossed = |a: u32, b: u32| {
        let (Some(p), Some(q)) = (places(a), places(b)) else { return false };
        let link = Segment::new(p.into(), q.into());
        line.iter().any(|segment| segment.meets(&link))
    };
    let (mut links, mut kept) = (Vec::new(), Vec::new());
    for a in members {
        for b in near.of(*a as usize).iter().filter(|b| **b > *a && inside.contains(b)) {
            if crossed(*a, *b) { links.push((*a, *b)) } else { kept.push((*a as usize, *b as usize)) }
        }
    }
    let fragments = pieces(&Neighbours::of_known(near.len(), &kept), members, &|_| false);
    let (stay, go) = sides(&fragments, &links);
    if go.is_empty() { Severed { links, ..Severed::default() } } else { Severed { links, stay, go } }
}

/// The two sides of fragments that severed links join: from the largest fragment on, each severed link leads to the other
/// side. Fragments that no severed link touches stay with the larger side. Nothing goes when every severed link leads back
/// into its own fragment. `O(members + links log links)`.
#[must_use]
pub fn sides(fragments: &[Vec<u32>], severed: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let of = |unit: u32| fragments.iter().position(|fragment| fragment.binary_search(&unit).is_ok());
    let mut joined: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); fragments.len()];
    for (a, b) in severed {
        if let (Some(a), Some(b)) = (of(*a), of(*b))
            && a != b
        {
            joined[a].insert(b);
            joined[b].insert(a);
        }
    }
    let mut side: Vec<Option<bool>> = vec![None; fragments.len()];
    for first in 0..fragments.len() {
        if side[first].is_some() {
            continue;
        }
        side[first] = Some(false);
        let mut open = vec![first];
        while let Some(fragment) = open.pop() {
            for next in &joined[fragment] {
                if side[*next].is_none() {
                    side[*next] = side[fragment].map(|beyond| !beyond);
                    open.push(*next);
                }
            }
        }
    }
    let gather = |beyond: bool| {
        let mine = fragments.iter().zip(&side).filter(|(_, side)| **side == Some(beyond));
        let mut units: Vec<u32> = mine.flat_map(|(fragment, _)| fragment).copied().collect();
        units.sort_unstable();
        units
    };
    let (here, beyond) = (gather(false), gather(true));
    if beyond.len() > here.len() { (beyond, here) } else { (here, beyond) }
}
