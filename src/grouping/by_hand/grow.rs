//! A district grown from a seed until it holds as much as wanted: always the nearest unit to the seed that touches it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::contiguity::Neighbours;

/// Where a district begins, and how far it is to grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seed {
    /// The unit it grows from.
    pub unit: u32,
    /// What its members are to sum to.
    pub target: f64,
}

/// Units of a district grown from a seed, ascending; the seed is always one. `takes` tells who may join, `weight` what each
/// counts, and `away` how far it lies from the seed. The unit that would pass the target still joins where that brings the
/// sum nearer to it, and growing ends there. `O((units + links) log units)` of what it reaches.
#[must_use]
pub fn grow(
    near: &Neighbours,
    seed: Seed,
    takes: &dyn Fn(u32) -> bool,
    weight: &dyn Fn(u32) -> f64,
    away: &dyn Fn(u32) -> f64,
) -> Vec<u32> {
    let mut seen = vec![false; near.len()];
    let (mut members, mut sum) = (Vec::new(), 0.0);
    // Distances are not negative, so their bits sort as they do.
    let mut open = BinaryHeap::from([Reverse((0_u64, seed.unit))]);
    if let Some(slot) = seen.get_mut(seed.unit as usize) {
        *slot = true;
    }
    while let Some(Reverse((_, unit))) = open.pop() {
        let with = sum + weight(unit);
        let is_seed = members.is_empty();
        if !is_seed && with - seed.target > seed.target - sum {
            break;
        }
        members.push(unit);
        sum = with;
        if sum >= seed.target {
            break;
        }
        for next in near.of(unit as usize) {
            if takes(*next) && !std::mem::replace(&mut seen[*next as usize], true) {
                open.push(Reverse((away(*next).max(0.0).to_bits(), *next)));
            }
        }
    }
    members.sort_unstable();
    members
}
