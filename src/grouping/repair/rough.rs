//! A quick repair of one district: its smallest piece goes to a neighbour, or a chain of units joins it to another piece, or
//! it is left without a district; whichever moves fewest, again until there is one piece.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::layout::Layout;
use crate::base::Reporter;

/// Heals a district that is not locked, unless it is stopped.
pub(super) fn heal(layout: &mut Layout<'_>, district: u32, reporter: &dyn Reporter) {
    while !reporter.should_stop() {
        let mut pieces = layout.pieces(district);
        let Some(small) = pieces.pop().filter(|_| !pieces.is_empty()) else { return };
        let chain = chain(layout, district, &small, true).or_else(|| chain(layout, district, &small, false));
        if let Some(chain) = chain {
            layout.put_all(&chain, Some(district));
            continue;
        }
        let to = neighbour(layout, district, &small);
        layout.put_all(&small, to);
    }
}

/// The district that has most links with a piece and may take all of it.
fn neighbour(layout: &Layout<'_>, district: u32, piece: &[u32]) -> Option<u32> {
    let mut links: BTreeMap<u32, usize> = BTreeMap::new();
    for unit in piece.iter().flat_map(|unit| layout.input.neighbours.of(*unit as usize)) {
        if let Some(other) = layout.of(*unit).filter(|other| *other != district) {
            *links.entry(other).or_default() += 1;
        }
    }
    let takes_all = |other: u32| piece.iter().all(|unit| layout.may_enter(*unit, other));
    links
        .into_iter()
        .filter(|(other, _)| takes_all(*other))
        .max_by_key(|(other, count)| (*count, std::cmp::Reverse(*other)))
        .map(|(other, _)| other)
}

/// The shortest chain of units that joins a piece to another one of its district, when it is no longer than the piece and
/// breaks no other district. `takes` says whether units of other districts may be in it.
fn chain(layout: &mut Layout<'_>, district: u32, piece: &[u32], takes: bool) -> Option<Vec<u32>> {
    let mut before: HashMap<u32, u32> = piece.iter().map(|unit| (*unit, *unit)).collect();
    let mut open: VecDeque<(u32, usize)> = piece.iter().map(|unit| (*unit, 0)).collect();
    while let Some((unit, length)) = open.pop_front() {
        for next in layout.input.neighbours.of(unit as usize).iter().copied() {
            if before.contains_key(&next) {
                continue;
            }
            before.insert(next, unit);
            if layout.of(next) == Some(district) {
                let mut chain = Vec::with_capacity(length);
                let mut at = unit;
                while before[&at] != at {
                    chain.push(at);
                    at = before[&at];
                }
                return leaves_others_whole(layout, district, &chain).then_some(chain);
            }
            let free = layout.of(next).is_none() || takes;
            if length < piece.len() && free && layout.may_enter(next, district) {
                open.push_back((next, length + 1));
            }
        }
    }
    None
}

/// Whether no other district falls into more pieces, or loses all it began with, when units go to a district.
fn leaves_others_whole(layout: &mut Layout<'_>, district: u32, chain: &[u32]) -> bool {
    let from: Vec<(u32, Option<u32>)> = chain.iter().map(|unit| (*unit, layout.of(*unit))).collect();
    let others: BTreeSet<u32> = from.iter().filter_map(|(_, other)| *other).collect();
    let before: Vec<(u32, usize)> = others.into_iter().map(|other| (other, layout.pieces(other).len())).collect();
    layout.put_all(chain, Some(district));
    let whole = before.iter().all(|(other, pieces)| layout.keeps_one(*other) && layout.pieces(*other).len() <= *pieces);
    for (unit, other) in from {
        layout.put(unit, other);
    }
    whole
}
