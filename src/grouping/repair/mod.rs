//! The repair of a grouping: the fewest moves after which every district that is not locked is in one piece.
//!
//! A move takes a unit from a district to another, out of any, or from none into one. A rough repair comes first, piece by
//! piece; then all sets of fewer moves are tried, as far as a budget of work reaches (iterative deepening). A repair that no
//! smaller one can beat is said to be exact; else the least count that was not ruled out is told. Small plans and plans with
//! few faults are exact; to find the fewest moves in general is NP-hard (it holds the Steiner tree of a graph).

mod layout;
mod rough;
mod search;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::base::Reporter;
use crate::contiguity::Neighbours;
use layout::Layout;
use search::Search;

/// What is to be repaired. Slices hold one entry a unit.
#[derive(Clone, Copy, Debug)]
pub struct RepairInput<'a> {
    /// Who is linked with whom.
    pub neighbours: &'a Neighbours,
    /// The district of each unit.
    pub district: &'a [Option<u32>],
    /// Who may enter a district. Who is in one stays or goes, whether it may enter or not.
    pub eligible: &'a [bool],
    /// Units in no district carry contiguity.
    pub conduct: bool,
    /// Districts that nobody enters or leaves.
    pub locked: &'a BTreeSet<u32>,
}

/// A unit that goes from a district to another; `None` is no district.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Which unit.
    pub unit: u32,
    /// Where from.
    pub from: Option<u32>,
    /// Where to.
    pub to: Option<u32>,
}

/// A proposal. Every district keeps at least one of its units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Its moves, by unit.
    pub moves: Vec<Move>,
    /// No repair has fewer moves.
    pub exact: bool,
    /// Repairs with fewer moves than this were ruled out.
    pub at_least: usize,
    /// Districts that stay in pieces: they are locked, or the search was stopped before it came to them.
    pub left: Vec<u32>,
}

/// Units looked at in the search for fewer moves.
const BUDGET: usize = 5_000_000;

/// Of that, what is spent on one district by itself.
const BUDGET_ALONE: usize = 300_000;

/// Steps of work that a district in pieces is told as, healed by itself, and again in the search over all.
const STEPS: usize = 100;

/// Proposes a repair. The reporter's wish to stop ends the search; the proposal is then not exact, and may leave districts in
/// pieces.
#[must_use]
pub fn repair(input: &RepairInput<'_>, reporter: &dyn Reporter) -> Repair {
    let start = Layout::new(input);
    let broken: Vec<u32> = start.broken();
    let (left, broken): (Vec<u32>, Vec<u32>) = broken.into_iter().partition(|district| input.locked.contains(district));
    if broken.is_empty() {
        return Repair { exact: true, left, ..Repair::default() };
    }
    // Half of what is told is for the districts one by one, half for the search over all.
    let (half, mut layout) = (STEPS * broken.len(), start.clone());
    for (done, district) in broken.iter().enumerate() {
        reporter.progress(STEPS * done, 2 * half);
        layout = one_district(layout, *district, reporter);
    }
    reporter.progress(half, 2 * half);
    let moves = layout.moves_since(input.district);
    let mut search = Search::new(start, broken, BUDGET, reporter).telling(half);
    let (better, at_least) = search.fewest(moves.len());
    let exact = better.as_ref().map_or(at_least >= moves.len(), |better| at_least >= better.len());
    let moves = match better {
        Some(better) if cost(&better) <= cost(&moves) => better,
        _ => moves,
    };
    // What is still in pieces is counted from scratch: locked districts, and those that a stop left undone.
    let mut after = Layout::new(input);
    after.make(&moves);
    let left = after.broken();
    let exact = exact && left.iter().all(|district| input.locked.contains(district));
    Repair { at_least: at_least.min(moves.len()), moves, exact, left }
}

/// Heals one district: roughly, and then by fewer moves where a search finds them.
fn one_district<'a>(mut layout: Layout<'a>, district: u32, reporter: &dyn Reporter) -> Layout<'a> {
    let before = layout.district.clone();
    rough::heal(&mut layout, district, reporter);
    let spent = layout.moves_since(&before);
    if spent.len() < 2 {
        return layout;
    }
    layout.take_back(&spent);
    let mut search = Search::new(layout, vec![district], BUDGET_ALONE, reporter);
    let better = search.fewest(spent.len()).0.filter(|better| cost(better) < cost(&spent));
    let mut layout = search.into_layout();
    layout.make(&better.unwrap_or(spent));
    layout
}

/// What makes one repair better than another: fewer moves, then fewer units left without a district, then the first units.
fn cost(moves: &[Move]) -> (usize, usize, &[Move]) {
    (moves.len(), moves.iter().filter(|step| step.to.is_none()).count(), moves)
}
