//! Districts by hand: what a gesture on the map would make of them, and the moves that a tool proposes.
//!
//! Everything is in plain units and district numbers, works on the districts that are touched alone, and judges nothing:
//! who may move, and what is only warned of, is the caller's matter. A unit is linked with another at the gap that holds.

mod absorb;
mod block;
mod cut;
mod grow;
mod pending;

#[cfg(test)]
mod tests;

use super::problem::Field;
use crate::contiguity::Neighbours;

pub use absorb::{Room, absorb};
pub use block::block;
pub use cut::{Severed, along_line, sides};
pub use grow::{Seed, grow};
pub use pending::{Hinge, Pending, Prospect, Sum, pending};

/// The districts as they are, and who is linked with whom.
#[derive(Clone, Copy, Debug)]
pub struct Terrain<'a> {
    /// Links at the gap that holds.
    pub near: &'a Neighbours,
    /// District of each unit.
    pub district: &'a [Option<u32>],
    /// Units in no district carry contiguity between members of one (R2).
    pub conduct: bool,
    /// What is summed over districts.
    pub fields: &'a [Field],
}

impl Terrain<'_> {
    /// Units of a district, ascending. `O(units)`.
    #[must_use]
    pub fn members(&self, district: u32) -> Vec<u32> {
        let held = (0..).zip(self.district).filter(|(_, held)| **held == Some(district));
        held.map(|(unit, _)| unit).collect()
    }

    fn of(&self, unit: u32) -> Option<u32> {
        self.district.get(unit as usize).copied().flatten()
    }
}

/// Pieces of `members` (ascending), the largest first, equals by their first member. Units that `carries` tells join them
/// without being members. `O(members + links)`, with carriers also what they reach.
#[must_use]
pub fn pieces(near: &Neighbours, members: &[u32], carries: &dyn Fn(u32) -> bool) -> Vec<Vec<u32>> {
    /// A unit that is no member.
    const OUTSIDE: u32 = u32::MAX;
    let mut piece_of = vec![OUTSIDE; near.len()];
    let mut seen = vec![false; near.len()];
    for unit in members {
        if let Some(slot) = piece_of.get_mut(*unit as usize) {
            *slot = 0;
        }
    }
    let mut pieces: Vec<Vec<u32>> = Vec::new();
    for first in members {
        if seen.get(*first as usize).copied().unwrap_or(true) {
            continue;
        }
        seen[*first as usize] = true;
        let (mut piece, mut open) = (Vec::new(), vec![*first]);
        while let Some(unit) = open.pop() {
            if piece_of[unit as usize] != OUTSIDE {
                piece.push(unit);
            }
            for next in near.of(unit as usize) {
                let takes = piece_of[*next as usize] != OUTSIDE || carries(*next);
                if takes && !std::mem::replace(&mut seen[*next as usize], true) {
                    open.push(*next);
                }
            }
        }
        piece.sort_unstable();
        pieces.push(piece);
    }
    pieces.sort_by_key(|piece| (std::cmp::Reverse(piece.len()), piece.first().copied()));
    pieces
}
