//! The pieces of a district (R9): one piece means that it is contiguous.

use std::collections::HashMap;

use super::Links;
use super::components::DisjointSets;
use crate::base::CompoundId;
use crate::model::Content;

/// Which compounds carry contiguity between the members of districts: with `conduct` those in no district, else none (R2).
#[must_use]
pub fn carriers(content: &Content) -> Vec<bool> {
    if content.settings.conduct { content.assignment.iter().map(Option::is_none).collect() } else { Vec::new() }
}

/// Pieces of a set of compounds under the links of at most `gap_m`, the one with most members first, equals by first member.
///
/// Compounds marked in `conducts` carry contiguity between members without being members (R2); rows beyond the slice do not.
/// Members always carry. `O(m log l)` for `m` members of `l` links when nothing conducts, else `O(l)`.
#[must_use]
pub fn parts(members: &[CompoundId], links: &Links, gap_m: f64, conducts: &[bool]) -> Vec<Vec<CompoundId>> {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if conducts.contains(&true) { with_conductors(&sorted, links, gap_m, conducts) } else { members_only(&sorted, links, gap_m) }
}

fn members_only(members: &[CompoundId], links: &Links, gap_m: f64) -> Vec<Vec<CompoundId>> {
    let mut sets = DisjointSets::new(members.len());
    for (at, member) in members.iter().enumerate() {
        for link in links.starting_at(*member).filter(|link| link.gap_m <= gap_m) {
            if let Ok(other) = members.binary_search(&link.b) {
                sets.join(at, other);
            }
        }
    }
    collect(members, |at| sets.find(at))
}

fn with_conductors(members: &[CompoundId], links: &Links, gap_m: f64, conducts: &[bool]) -> Vec<Vec<CompoundId>> {
    let last = links.list.iter().map(|link| link.b.index()).chain(members.iter().map(|m| m.index())).max();
    let count = last.map_or(0, |last| last + 1);
    let mut carries: Vec<bool> = (0..count).map(|row| conducts.get(row).copied().unwrap_or(false)).collect();
    for member in members {
        carries[member.index()] = true;
    }
    let mut sets = DisjointSets::new(count);
    for (a, b) in links.pairs_at(gap_m).filter(|(a, b)| carries[*a] && carries[*b]) {
        sets.join(a, b);
    }
    collect(members, |at| sets.find(members[at].index()))
}

fn collect(members: &[CompoundId], mut root_of: impl FnMut(usize) -> usize) -> Vec<Vec<CompoundId>> {
    let mut piece_of: HashMap<usize, usize> = HashMap::new();
    let mut pieces: Vec<Vec<CompoundId>> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        let piece = *piece_of.entry(root_of(at)).or_insert(pieces.len());
        if piece == pieces.len() {
            pieces.push(Vec::new());
        }
        pieces[piece].push(*member);
    }
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces
}
