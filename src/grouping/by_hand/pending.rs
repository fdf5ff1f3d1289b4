//! What districts would be if the moves of a gesture were made: sums before and after, parts that break off, and the links
//! on which each would hang.

use std::collections::{BTreeMap, BTreeSet};

use super::{Terrain, pieces};
use crate::contiguity::carrying_links;

/// A sum over a district, and how many of its members lack the value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Sum of the values that are known.
    pub value: f64,
    /// Members without one.
    pub unknown: usize,
}

/// A link without which a district would be in more parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hinge {
    /// The smaller unit.
    pub a: u32,
    /// The larger unit.
    pub b: u32,
    /// Members on the smaller side.
    pub side: usize,
}

/// One district before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prospect {
    /// Members before and after.
    pub members: (usize, usize),
    /// Each field of the terrain before and after.
    pub sums: Vec<(Sum, Sum)>,
    /// Parts before.
    pub parts_before: usize,
    /// Parts after, the largest first; none when nobody is left.
    pub parts: Vec<Vec<u32>>,
    /// The links on which it hangs afterwards, by their units.
    pub hinges: Vec<Hinge>,
}

impl Prospect {
    /// Members that would no longer hang together with most of them.
    pub fn broken_off(&self) -> impl Iterator<Item = u32> + '_ {
        self.parts.iter().skip(1).flatten().copied()
    }
}

/// Every district that the moves touch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pending {
    /// By district.
    pub districts: BTreeMap<u32, Prospect>,
    /// How many units change their district.
    pub moved: usize,
}

/// What the moves would come to. A unit that is named twice goes where it is named last; one that is there already counts
/// for nothing, and one that is not there is passed over. `O(units)` for one look at the districts, and beyond that only
/// what the touched districts hold.
#[must_use]
pub fn pending(terrain: &Terrain<'_>, moves: &BTreeMap<u32, Option<u32>>) -> Pending {
    let real = |(unit, to): (&u32, &Option<u32>)| {
        let there = (*unit as usize) < terrain.district.len();
        (there && terrain.of(*unit) != *to).then_some((*unit, *to))
    };
    let moves: BTreeMap<u32, Option<u32>> = moves.iter().filter_map(real).collect();
    let touched: BTreeSet<u32> = moves.iter().flat_map(|(unit, to)| [terrain.of(*unit), *to]).flatten().collect();
    let mut held: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = touched.iter().map(|id| (*id, Default::default())).collect();
    for (unit, from) in (0..).zip(terrain.district) {
        if let Some((before, _)) = from.and_then(|from| held.get_mut(&from)) {
            before.push(unit);
        }
        let to = moves.get(&unit).copied().unwrap_or(*from);
        if let Some((_, after)) = to.and_then(|to| held.get_mut(&to)) {
            after.push(unit);
        }
    }
    let free_before = |unit: u32| terrain.conduct && terrain.of(unit).is_none();
    let free_after = |unit: u32| terrain.conduct && moves.get(&unit).copied().unwrap_or(terrain.of(unit)).is_none();
    let look = |(id, (before, after)): (u32, (Vec<u32>, Vec<u32>))| {
        let parts = pieces(terrain.near, &after, &free_after);
        let prospect = Prospect {
            members: (before.len(), after.len()),
            sums: sums(terrain, &before).into_iter().zip(sums(terrain, &after)).collect(),
            parts_before: pieces(terrain.near, &before, &free_before).len(),
            hinges: hinges(terrain, &after, &free_after),
            parts,
        };
        (id, prospect)
    };
    Pending { districts: held.into_iter().map(look).collect(), moved: moves.len() }
}

fn sums(terrain: &Terrain<'_>, members: &[u32]) -> Vec<Sum> {
    let add = |sum: Sum, value: Option<f64>| match value {
        Some(value) => Sum { value: sum.value + value, ..sum },
        None => Sum { unknown: sum.unknown + 1, ..sum },
    };
    let of = |field: &super::Field| {
        members.iter().map(|unit| field.values.get(*unit as usize).copied().flatten()).fold(Sum::default(), add)
    };
    terrain.fields.iter().map(of).collect()
}

/// The links on which members hang, those to carriers between them included.
fn hinges(terrain: &Terrain<'_>, members: &[u32], free: &dyn Fn(u32) -> bool) -> Vec<Hinge> {
    let mut nodes = members.to_vec();
    if terrain.conduct {
        let all = u32::try_from(terrain.district.len()).unwrap_or(u32::MAX);
        nodes.extend((0..all).filter(|unit| free(*unit)));
    }
    let found = carrying_links(&nodes, members.len(), terrain.near);
    let mut hinges: Vec<Hinge> = found.into_iter().map(|(a, b, side)| Hinge { a, b, side }).collect();
    hinges.sort_unstable();
    hinges
}
