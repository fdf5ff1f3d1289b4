//! Regions of a grouping that is there already: what of it is in one piece and within the bounds sets out as it is, the
//! rest joins what lies beside it.

use super::limits::Limits;
use super::part::{NONE, Part};
use super::problem::{Problem, number};
use super::regions::Regions;

/// The districts of [`Problem::start`] over one part. A district in several pieces counts as several; pieces outside the
/// bounds dissolve. `O(units + links)`.
pub(super) fn set_out(problem: &Problem, part: &Part, limits: &Limits) -> Regions {
    let given = |unit: usize| problem.start[part.units[unit] as usize];
    let mut label = vec![NONE; part.len()];
    let mut pieces = 0;
    for start in 0..part.len() {
        if label[start] != NONE || given(start).is_none() {
            continue;
        }
        let mut reached = vec![number(start)];
        label[start] = pieces;
        let mut at = 0;
        while let Some(unit) = reached.get(at).copied() {
            for next in part.neighbours(unit as usize) {
                if label[*next as usize] == NONE && given(*next as usize) == given(start) {
                    label[*next as usize] = pieces;
                    reached.push(*next);
                }
            }
            at += 1;
        }
        pieces += 1;
    }
    let mut regions = Regions::from_labels(part, limits.count(), label, pieces as usize);
    for region in 0..regions.members.len() {
        if !regions.is_within(limits, region) {
            regions.members[region].clone().into_iter().for_each(|unit| regions.put(part, unit, NONE));
        }
    }
    regions.absorb(part, limits);
    regions.compact(part)
}
