//! The problem after a change.

use std::collections::BTreeMap;

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
    lock_unsound(&mut problem, fresh.saturating_add(1));
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
        Change::Maximum(raised) => raised.iter().for_each(|(bound, to)| problem.bounds[*bound].max = Some(*to)),
    }
}

/// Locks the districts of the start that are outside the bounds or in parts, so that nobody takes them apart.
fn lock_unsound(problem: &mut Problem, first_label: u32) {
    let mut sums: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (unit, label) in problem.start.iter().enumerate() {
        let Some(label) = label else { continue };
        let sum = sums.entry(*label).or_insert_with(|| vec![0.0; problem.bounds.len()]);
        for (sum, bound) in sum.iter_mut().zip(&problem.bounds) {
            *sum += problem.fields[bound.field].values[unit].unwrap_or(0.0);
        }
    }
    let crosses = |a: usize, b: usize| problem.areas_under(CommunityRule::Forbid).any(|areas| areas[a] != areas[b]);
    let inside =
        |(a, b): &(usize, usize)| problem.start[*a].is_some() && problem.start[*a] == problem.start[*b] && !crosses(*a, *b);
    let pieces = components(problem.units(), contracted_links(problem).into_iter().filter(inside));
    let mut first_piece: BTreeMap<u32, u32> = BTreeMap::new();
    let mut unsound: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut next, mut note) = (first_label, Vec::new());
    for (unit, label) in problem.start.iter().enumerate() {
        let Some(label) = label else { continue };
        let whole = *first_piece.entry(*label).or_insert(pieces.of[unit]) == pieces.of[unit];
        if !whole || !problem.eligible[unit] {
            note.push(*label);
        }
    }
    let met = |sum: &Vec<f64>| {
        let within = |(bound, sum): (&crate::grouping::Bound, &f64)| {
            bound.min.is_none_or(|min| *sum >= min) && bound.max.is_none_or(|max| *sum <= max)
        };
        problem.bounds.iter().zip(sum).all(within)
    };
    note.extend(sums.iter().filter(|(_, sum)| !met(sum)).map(|(label, _)| *label));
    for label in note {
        unsound.entry(label).or_insert_with(|| {
            next = next.saturating_add(1);
            next
        });
    }
    for (unit, label) in problem.start.iter().enumerate() {
        if let Some(lock) = label.and_then(|label| unsound.get(&label)) {
            problem.locked[unit] = problem.locked[unit].or(Some(*lock));
        }
    }
}
