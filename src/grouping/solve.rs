//! The whole way from a problem to a grouping: prepare the parts, build, count, improve, and recount the result.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::anneal::{Work, anneal};
use super::construct::{construct, recombined};
use super::count::{merge_to, split_to};
use super::error::GroupingError;
use super::limits::Limits;
use super::observe::{Observer, Watch};
use super::order::Order;
use super::outcome::{Grouping, Unassigned};
use super::part::{NONE, Part};
use super::prepare::{Prepared, prepare};
use super::problem::{Aim, Problem, number};
use super::regions::Regions;
use super::scores::score;
use super::set_out::set_out;
use super::tree::Cut;
use crate::base::{Reporter, Seed, Silent};

/// Independent constructions of each part, of which the best goes on.
const CHAINS: usize = 2;

/// A problem of fewer units than this is searched several times, until as many have been walked.
const FEW: usize = 1200;

/// No problem is searched more often.
const SEARCHES: usize = 40;

/// The effort that these are for; both grow with it.
const USUAL: usize = 10;

/// How hot the searches of a small problem begin, in turn: where a field is skewed, few changes are as large as the mean.
const HEATS: [f64; 3] = [1.0, 0.3, 0.1];

/// Groups the eligible units. Time grows about linearly with units and effort; memory is `O(units + links)`.
///
/// # Errors
/// [`GroupingError`] when the problem contradicts itself. Bounds that cannot be met by some units are no error.
pub fn solve(problem: &Problem, reporter: &dyn Reporter) -> Result<Grouping, GroupingError> {
    solve_observed(problem, reporter, &Silent)
}

/// As [`solve`], with somebody who looks on. What is observed changes nothing of the result.
///
/// # Errors
/// As [`solve`].
pub fn solve_observed(problem: &Problem, reporter: &dyn Reporter, observer: &dyn Observer) -> Result<Grouping, GroupingError> {
    problem.check()?;
    let order = Order::of(problem);
    let arranged = order.as_ref().map(|order| order.problem(problem));
    let prepared = prepare(arranged.as_ref().unwrap_or(problem));
    let watch = Watch::new(problem, order.as_ref(), &prepared, (reporter, observer));
    let (regions, limits) = searches(arranged.as_ref().unwrap_or(problem), &prepared.parts, prepared.locks, &watch);
    let labels: Vec<&[u32]> = regions.iter().map(|own| own.label.as_slice()).collect();
    let mut grouping = assemble(problem, &prepared, &labels, order.as_ref());
    grouping.stopped_early = watch.was_stopped();
    score(problem, &mut grouping);
    grouping.pairwise_counted = problem.aim != Aim::Components && limits.pairwise > 0.0;
    Ok(grouping)
}

/// The best of several searches where there are few units: in a small problem with narrow bounds no walk comes from one
/// construction to every other.
fn searches(problem: &Problem, parts: &[Part], locks_in_parts: usize, watch: &Watch<'_>) -> (Vec<Regions>, Limits) {
    let units: usize = parts.iter().map(Part::len).sum();
    let share = |most: usize| (most * problem.effort as usize / USUAL).max(1);
    let times = if problem.aim == Aim::Components { 1 } else { (share(FEW) / units.max(1)).clamp(1, share(SEARCHES)) };
    if times == 1 {
        let (regions, limits, _) = regions(problem, parts, (1.0, locks_in_parts), (watch, true));
        return (regions, limits);
    }
    let search = |turn: usize| {
        let seed = if turn == 0 { problem.seed } else { Seed(problem.seed.stream(0x9000 + turn as u64).next_u64()) };
        regions(&Problem { seed, ..problem.clone() }, parts, (HEATS[turn % HEATS.len()], locks_in_parts), (watch, turn == 0))
    };
    let mut found: Vec<(Vec<Regions>, Limits, f64)> = (0..times).into_par_iter().map(search).collect();
    let rank = |(regions, _, cost): &(Vec<Regions>, Limits, f64)| {
        let count: usize = regions.iter().map(Regions::count).sum();
        let left = regions.iter().flat_map(|own| &own.label).filter(|label| **label == NONE).count();
        let key = match problem.aim {
            Aim::Most => (usize::MAX - count, left),
            Aim::Exactly(wanted) => (wanted.abs_diff(count), left),
            Aim::Fewest | Aim::Components => (left, count),
        };
        (key, *cost)
    };
    let ranks: Vec<((usize, usize), f64)> = found.iter().map(rank).collect();
    let best = (0..times).min_by(|a, b| ranks[*a].0.cmp(&ranks[*b].0).then(ranks[*a].1.total_cmp(&ranks[*b].1)));
    let best = best.unwrap_or(0);
    let (regions, limits, cost) = found.swap_remove(best);
    // Of the others only their beginnings were seen.
    watch.found(&regions, cost);
    (regions, limits)
}

/// Regions of every part: built or set out from, brought to their count, improved; by which limits and weights, and
/// their cost.
fn regions(
    problem: &Problem,
    parts: &[Part],
    (heat, locks_in_parts): (f64, usize),
    (watch, is_seen): (&Watch<'_>, bool),
) -> (Vec<Regions>, Limits, f64) {
    let mut limits = Limits::of(problem);
    let count = |regions: &[Regions]| regions.iter().map(Regions::count).sum::<usize>();
    let mut regions = match problem.aim {
        Aim::Components if !limits.has_max() => {
            let whole = |part: &Part| Regions::from_labels(part, limits.count(), vec![0; part.len()], 1);
            return (parts.iter().map(whole).collect(), limits, 0.0);
        }
        Aim::Exactly(count) => {
            // Locked districts are among those that are wanted; those that admit others may be in the parts.
            let (locked, _) = problem.locked_districts();
            let wanted = count.saturating_sub(locked - locks_in_parts);
            limits.for_districts(parts, wanted);
            build_exactly(problem, parts, &limits, wanted, watch)
        }
        // One for each component, but no larger than may be.
        Aim::Components => {
            return regions(&Problem { aim: Aim::Fewest, ..problem.clone() }, parts, (heat, locks_in_parts), (watch, is_seen));
        }
        Aim::Most if problem.go_on && !problem.start.is_empty() => build_on(problem, parts, &limits, watch),
        _ if !problem.start.is_empty() => parts.par_iter().map(|part| set_out(problem, part, &limits)).collect(),
        Aim::Most => build(problem, parts, &limits, (Cut::Most, usize::MAX), watch),
        Aim::Fewest => {
            let mut regions = build(problem, parts, &limits, (Cut::Fewest, usize::MAX), watch);
            limits.for_districts(parts, count(&regions));
            merge_to(parts, &limits, &mut regions, 1, watch);
            regions
        }
    };
    limits.for_districts(parts, count(&regions));
    let seen = is_seen.then_some(watch);
    let work = Work { effort: problem.effort.max(1) as usize, heat, seed: problem.seed, reporter: watch, watch: seen };
    let cost = anneal(parts, &limits, &mut regions, work);
    (regions, limits, cost)
}

/// Constructs every part, [`CHAINS`] times each, and keeps the best.
fn build(problem: &Problem, parts: &[Part], limits: &Limits, (cut, wanted): (Cut, usize), watch: &Watch<'_>) -> Vec<Regions> {
    let total = parts.len() * CHAINS;
    let done = AtomicUsize::new(0);
    let jobs: Vec<(usize, u64)> = (0..parts.len()).flat_map(|p| (0..CHAINS as u64).map(move |c| (p, c))).collect();
    let built: Vec<Regions> = jobs
        .par_iter()
        .map(|(at, chain)| {
            let part = &parts[*at];
            let mut random = problem.seed.stream(part.stream(*chain));
            let site = watch.site(*at, limits, cut);
            let mut regions = construct(part, limits, (cut, wanted), problem.effort.max(1) as usize, &mut random, &site);
            regions.absorb(part, limits);
            site.done(&regions);
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            regions.compact(part)
        })
        .collect();
    let mut built = built.into_iter();
    let mut best = Vec::with_capacity(parts.len());
    while let Some(first) = built.next() {
        best.push(built.by_ref().take(CHAINS - 1).fold(first, |best, next| if beats(cut, &next, &best) { next } else { best }));
    }
    best
}

/// Sets out from the districts that are there and looks for more of them. A part keeps its own where none more is found.
fn build_on(problem: &Problem, parts: &[Part], limits: &Limits, watch: &Watch<'_>) -> Vec<Regions> {
    let of_part = |(at, part): (usize, &Part)| {
        let start = set_out(problem, part, limits);
        let site = watch.site(at, limits, Cut::Most);
        site.done(&start);
        let mut random = problem.seed.stream(part.stream(CHAINS as u64));
        let mut more = recombined(part, limits, start.clone(), problem.effort.max(1) as usize, &mut random, &site);
        more.absorb(part, limits);
        let best = if beats(Cut::Most, &more, &start) { more.compact(part) } else { start };
        site.done(&best);
        best
    };
    parts.par_iter().enumerate().map(of_part).collect()
}

/// Whether one construction is strictly better than another of the same part.
pub(super) fn beats(cut: Cut, a: &Regions, b: &Regions) -> bool {
    let left = |r: &Regions| r.label.iter().filter(|l| **l == NONE).count();
    let (count_a, count_b) = (a.count(), b.count());
    match cut {
        Cut::Most => (count_b, left(a)) < (count_a, left(b)),
        Cut::Fewest => (left(a), count_a) < (left(b), count_b),
    }
}

/// As many as are wanted, or as possible, and merged down; where that does not reach the count, as few as possible and
/// cut up. Without bounds every unit is a region of its own at first, or the regions are those to set out from.
fn build_exactly(problem: &Problem, parts: &[Part], limits: &Limits, count: usize, watch: &Watch<'_>) -> Vec<Regions> {
    let total = |regions: &[Regions]| regions.iter().map(Regions::count).sum::<usize>();
    let mut regions: Vec<Regions> = if !problem.start.is_empty() {
        parts.par_iter().map(|part| set_out(problem, part, limits)).collect()
    } else if problem.bounds.iter().all(|bound| bound.min.is_none_or(|min| min <= 0.0)) {
        let alone = |part: &Part| Regions::from_labels(part, limits.count(), (0..part.len()).map(number).collect(), part.len());
        parts.iter().map(alone).collect()
    } else {
        build(problem, parts, limits, (Cut::Most, count), watch)
    };
    merge_to(parts, limits, &mut regions, count, watch);
    if total(&regions) > count && limits.has_max() {
        let mut few = build(problem, parts, limits, (Cut::Fewest, usize::MAX), watch);
        merge_to(parts, limits, &mut few, count, watch);
        if total(&few) < total(&regions) {
            regions = few;
        }
    }
    split_to(parts, limits, &mut regions, count, problem.seed);
    regions
}

/// Numbers districts by their first unit. `labels` holds the regions of each part; nothing is counted yet.
pub(super) fn assemble(problem: &Problem, prepared: &Prepared, labels: &[&[u32]], order: Option<&Order>) -> Grouping {
    let row = |unit: u32| order.map_or(unit, |order| order.row(unit));
    let mut raw: Vec<Option<(usize, u32)>> = problem.locked.iter().map(|l| l.map(|label| (usize::MAX, label))).collect();
    let mut unassigned: Vec<(u32, Unassigned)> = prepared.left.iter().map(|(unit, why)| (row(*unit), why.clone())).collect();
    for (at, (part, own)) in prepared.parts.iter().zip(labels).enumerate() {
        let lock = |unit: &u32| prepared.ties.rows(*unit as usize).find_map(|unit| problem.locked[row(number(unit)) as usize]);
        let held: BTreeMap<u32, u32> =
            part.units.iter().zip(*own).filter_map(|(unit, region)| Some((*region, lock(unit)?))).collect();
        for (unit, region) in part.units.iter().zip(*own) {
            let key = held.get(region).map_or((at, *region), |lock| (usize::MAX, *lock));
            for unit in prepared.ties.rows(*unit as usize).map(|unit| row(number(unit))) {
                if *region != NONE {
                    raw[unit as usize] = Some(key);
                } else if raw[unit as usize].is_none() {
                    unassigned.push((unit, Unassigned::NoRoom));
                }
            }
        }
    }
    unassigned.sort_by_key(|(unit, _)| *unit);
    let mut numbers: BTreeMap<(usize, u32), u32> = BTreeMap::new();
    let district: Vec<Option<u32>> = raw
        .into_iter()
        .map(|key| {
            let next = number(numbers.len());
            key.map(|key| *numbers.entry(key).or_insert(next))
        })
        .collect();
    let locks: Vec<(u32, u32)> = numbers.range((usize::MAX, 0)..).map(|((_, label), district)| (*label, *district)).collect();
    Grouping { districts: numbers.len(), locks, unassigned, components: prepared.components, district, ..Grouping::default() }
}
