//! The problem after a change.

use std::collections::BTreeMap;

use super::mass::{Mass, Scale};
use super::{Change, Fix, Ground};
use crate::contiguity::{Neighbours, components};
use crate::grouping::prepare::contracted_links;
use crate::grouping::problem::{Aim, Problem, Weights};
use crate::model::CommunityRule;

/// The problem after a change: it sets out from the districts that are there, with the cluster in its district, and nothing
/// weighs, so that districts are not exchanged for better ones. Districts that do not meet the bounds or are in parts are
/// locked; whatever else is left over comes in where there is room. `O(units + links)`.
#[must_use]
pub fn applied(ground: &Ground<'_>, fix: &Fix) -> Problem {
    let mut problem = ground.problem.clone();
    change(ground, &fix.change, &mut problem);
    problem.aim = Aim::Most;
    problem.effort = 1;
    problem.weights =
        Weights { likeness: 0.0, pairwise: 0.0, compactness: 0.0, balance: 0.0, wholeness: 0.0, openings: 0.0, contact: 0.0 };
    let labels = ground.district.iter().chain(&problem.locked).flatten();
    let fresh = labels.max().map_or(0, |top| top.saturating_add(1));
    problem.start = ground.district.to_vec();
    for unit in &fix.units {
        problem.start[*unit as usize] = Some(fix.district.unwrap_or(fresh));
    }
    let unsound = unsound(&problem, fresh.saturating_add(1));
    for (unit, label) in problem.start.iter().enumerate() {
        if let Some(lock) = label.and_then(|label| unsound.get(&label)) {
            problem.locked[unit] = problem.locked[unit].or(Some(*lock));
        }
    }
    let together = std::mem::take(&mut problem.together);
    for unit in together.into_iter().flatten().map(|unit| unit as usize) {
        // Districts stay as they are; who is left over and is to be with others does not go alone.
        problem.eligible[unit] &= problem.start[unit].is_some();
    }
    problem
}

fn change(ground: &Ground<'_>, change: &Change, problem: &mut Problem) {
    let units = problem.units();
    match change {
        Change::Nothing => {}
        Change::Gap { to_m, .. } => problem.neighbours = Neighbours::new(units, ground.links, *to_m),
        Change::Link { pair, .. } => {
            let rows = (0..units).flat_map(|a| problem.neighbours.of(a).iter().map(move |b| (a, *b as usize)));
            let mut pairs: Vec<(usize, usize)> = rows.filter(|(a, b)| a < b).collect();
            pairs.push((pair.from as usize, pair.to as usize));
            problem.neighbours = Neighbours::of_known(units, &pairs);
        }
        Change::Limits { community, street_office, .. } => {
            let rules = [(*community, &mut problem.community), (*street_office, &mut problem.street_office)];
            rules.into_iter().filter(|(opened, _)| *opened).for_each(|(_, rule)| *rule = CommunityRule::Prefer);
        }
        Change::Minimum(lowered) => lowered.iter().for_each(|(bound, to)| problem.bounds[*bound].min = Some(*to)),
        Change::Maximum(raised) => {
            for (bound, to) in raised {
                match (problem.bounds.get_mut(*bound), &mut problem.diameter) {
                    (Some(bound), _) => bound.max = Some(*to),
                    (None, Some(asked)) => asked.max_m = *to,
                    (None, None) => {}
                }
            }
        }
    }
}

/// A lock for each district of the start that is not as it was asked, or in parts, so that nobody takes it apart.
fn unsound(problem: &Problem, first_label: u32) -> BTreeMap<u32, u32> {
    let placed = || problem.start.iter().enumerate().filter_map(|(unit, label)| Some((unit, (*label)?)));
    let scale = Scale::new(problem);
    let mut masses: BTreeMap<u32, Mass> = BTreeMap::new();
    for (unit, label) in placed() {
        scale.put(masses.entry(label).or_default(), unit);
    }
    let crosses = |a: usize, b: usize| problem.areas_under(CommunityRule::Forbid).any(|areas| areas[a] != areas[b]);
    let inside =
        |(a, b): &(usize, usize)| problem.start[*a].is_some() && problem.start[*a] == problem.start[*b] && !crosses(*a, *b);
    let pieces = components(problem.units(), contracted_links(problem).into_iter().filter(inside));
    let mut first_piece: BTreeMap<u32, u32> = BTreeMap::new();
    let mut is_loose = |(unit, label): &(usize, u32)| {
        let whole = *first_piece.entry(*label).or_insert(pieces.of[*unit]) == pieces.of[*unit];
        !whole || !problem.eligible[*unit]
    };
    let mut noted: Vec<u32> = placed().filter(|placed| is_loose(placed)).map(|(_, label)| label).collect();
    noted.extend(masses.iter().filter(|(_, mass)| !scale.is_sound(mass)).map(|(label, _)| *label));
    // What comes into a locked district that admits others is locked with it.
    let held: BTreeMap<u32, u32> = placed().filter_map(|(unit, label)| Some((label, problem.locked[unit]?))).collect();
    let mut locks: BTreeMap<u32, u32> = BTreeMap::new();
    let mut next = first_label;
    for label in noted {
        locks.entry(label).or_insert_with(|| {
            next = next.saturating_add(1);
            held.get(&label).copied().unwrap_or(next)
        });
    }
    locks
}
