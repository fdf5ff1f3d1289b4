//! A street block (街坊): the units that hang together without crossing a street.

use crate::contiguity::Neighbours;

/// Units of the block of `unit`, ascending: all that links reach which `crosses` does not tell to cross a street. A unit
/// that is not there gives nothing. `O(links of the block)`.
#[must_use]
pub fn block(near: &Neighbours, unit: u32, crosses: &dyn Fn(u32, u32) -> bool) -> Vec<u32> {
    if unit as usize >= near.len() {
        return Vec::new();
    }
    let mut seen = std::collections::BTreeSet::from([unit]);
    let mut open = vec![unit];
    while let Some(from) = open.pop() {
        for to in near.of(from as usize) {
            if !seen.contains(to) && !crosses(from, *to) {
                seen.insert(*to);
                open.push(*to);
            }
        }
    }
    seen.into_iter().collect()
}
