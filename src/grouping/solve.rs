//! The whole way from a problem to a grouping: prepare the parts, build, count, improve, and recount the result.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::construct::construct;
use super::count::{merge_to, split_to};
use super::improve::improve;
use super::likeness::Moments;
use super::outcome::{Grouping, Unassigned};
use super::part::{Limits, NONE, Part, Prepared, prepare, z_scores};
use super::problem::{Aim, Bound, GroupingError, Problem, number};
use super::regions::Regions;
use super::tree::Cut;
use crate::base::Reporter;

/// Independent constructions of each part, of which the best goes on.
const CHAINS: usize = 2;

/// Groups the eligible units. Time grows about linearly with units and effort; memory is `O(units + links)`.
///
/// # Errors
/// [`GroupingError`] when the problem contradicts itself. Bounds that cannot be met by some units are no error.
pub fn solve(problem: &Problem, reporter: &dyn Reporter) -> Result<Grouping, GroupingError> {
    problem.check()?;
    let prepared = prepare(problem);
    let limits = Limits::of(problem);
    let mut regions = match problem.aim {
        Aim::Components => prepared.parts.iter().map(|p| Regions::from_labels(p, limits.count(), vec![0; p.len()], 1)).collect(),
        Aim::Most => build(problem, &prepared, &limits, Cut::Most, reporter),
        Aim::Fewest => {
            let mut regions = build(problem, &prepared, &limits, Cut::Fewest, reporter);
            merge_to(&prepared.parts, &limits, &mut regions, 1, reporter);
            regions
        }
        Aim::Exactly(count) => build_exactly(problem, &prepared, &limits, count, reporter),
    };
    if problem.aim != Aim::Components {
        let effort = problem.effort.max(1) as usize;
        prepared.parts.par_iter().zip(&mut regions).for_each(|(part, own)| {
            let mut random = problem.seed.stream(stream(part, 0x1000));
            improve(part, &limits, own, effort, &mut random, reporter);
        });
    }
    Ok(finish(problem, prepared, &regions, reporter.should_stop()))
}

/// A stream of random numbers for one part and purpose, whatever the other parts are.
fn stream(part: &Part, purpose: u64) -> u64 {
    u64::from(part.units.first().copied().unwrap_or(0)) << 16 | purpose
}

/// Constructs every part, [`CHAINS`] times each, and keeps the best.
fn build(problem: &Problem, prepared: &Prepared, limits: &Limits, cut: Cut, reporter: &dyn Reporter) -> Vec<Regions> {
    let total = prepared.parts.len() * CHAINS;
    let done = AtomicUsize::new(0);
    let jobs: Vec<(usize, u64)> = (0..prepared.parts.len()).flat_map(|p| (0..CHAINS as u64).map(move |c| (p, c))).collect();
    let built: Vec<Regions> = jobs
        .par_iter()
        .map(|(at, chain)| {
            let part = &prepared.parts[*at];
            let mut random = problem.seed.stream(stream(part, *chain));
            let mut regions = construct(part, limits, cut, problem.effort.max(1) as usize, &mut random, reporter);
            regions.absorb(part, limits);
            reporter.progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            regions.compact(part)
        })
        .collect();
    let mut built = built.into_iter();
    let mut best = Vec::with_capacity(prepared.parts.len());
    while let Some(first) = built.next() {
        best.push(built.by_ref().take(CHAINS - 1).fold(first, |best, next| if beats(cut, &next, &best) { next } else { best }));
    }
    best
}

/// Whether one construction is strictly better than another of the same part.
fn beats(cut: Cut, a: &Regions, b: &Regions) -> bool {
    let left = |r: &Regions| r.label.iter().filter(|l| **l == NONE).count();
    let (count_a, count_b) = (a.count(), b.count());
    match cut {
        Cut::Most => (count_b, left(a)) < (count_a, left(b)),
        Cut::Fewest => (left(a), count_a) < (left(b), count_b),
    }
}

/// As many as possible and merged down; where that does not reach the count, as few as possible and cut up.
fn build_exactly(problem: &Problem, prepared: &Prepared, limits: &Limits, count: usize, reporter: &dyn Reporter) -> Vec<Regions> {
    let total = |regions: &[Regions]| regions.iter().map(Regions::count).sum::<usize>();
    let mut regions = build(problem, prepared, limits, Cut::Most, reporter);
    merge_to(&prepared.parts, limits, &mut regions, count, reporter);
    if total(&regions) > count && limits.has_max() {
        let mut few = build(problem, prepared, limits, Cut::Fewest, reporter);
        merge_to(&prepared.parts, limits, &mut few, count, reporter);
        split_to(&prepared.parts, limits, &mut few, count, problem.seed);
        if total(&few) < total(&regions) {
            regions = few;
        }
    }
    regions
}

/// Numbers districts by their first unit and recounts everything that is reported.
fn finish(problem: &Problem, prepared: Prepared, regions: &[Regions], stopped_early: bool) -> Grouping {
    let mut raw: Vec<Option<(usize, u32)>> = problem.locked.iter().map(|l| l.map(|label| (usize::MAX, label))).collect();
    let mut unassigned = prepared.left;
    for (at, (part, own)) in prepared.parts.iter().zip(regions).enumerate() {
        for (unit, region) in part.units.iter().zip(&own.label) {
            if *region == NONE {
                unassigned.push((*unit, Unassigned::NoRoom));
            } else {
                raw[*unit as usize] = Some((at, *region));
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
    let mut grouping = Grouping {
        districts: numbers.len(),
        locks,
        unassigned,
        components: prepared.components,
        stopped_early,
        district,
        ..Grouping::default()
    };
    score(problem, &mut grouping);
    grouping
}

fn score(problem: &Problem, grouping: &mut Grouping) {
    let assigned = || grouping.district.iter().enumerate().filter_map(|(unit, d)| d.map(|d| (unit, d as usize)));
    for bound in &problem.bounds {
        let values = &problem.fields[bound.field].values;
        let mut sums = vec![0.0; grouping.districts];
        assigned().for_each(|(unit, district)| sums[district] += values[unit].unwrap_or(0.0));
        grouping.sums.push(sums);
        grouping.missing.push(values.iter().zip(&problem.eligible).filter(|(v, e)| v.is_none() && **e).count());
    }
    let fields = problem.similar.len();
    let z = z_scores(problem);
    let mut moments = vec![Moments::default(); grouping.districts * fields];
    let mut whole = 0.0;
    for (unit, district) in assigned() {
        for k in 0..fields {
            let one = Moments::of(z[unit * fields + k]);
            whole += one.square_sum();
            moments[district * fields + k] = moments[district * fields + k].plus(one);
        }
    }
    // An empty sum of floats is −0.0; a result shows 0.
    let sse: f64 = moments.iter().map(|m| m.sse()).sum::<f64>() + 0.0;
    let splits = |areas: &[Option<u32>]| {
        let held: std::collections::BTreeSet<(usize, u32)> =
            assigned().filter_map(|(unit, district)| Some((district, areas[unit]?))).collect();
        let districts: std::collections::BTreeSet<usize> = held.iter().map(|(district, _)| *district).collect();
        held.len() - districts.len()
    };
    let (communities, street_offices) = (splits(&problem.communities), splits(&problem.street_offices));
    let within = |bound: &Bound, sums: &Vec<f64>| {
        sums.iter()
            .all(|s| bound.min.is_none_or(|m| *s >= m - 1e-9 * s.abs()) && bound.max.is_none_or(|m| *s <= m + 1e-9 * s.abs()))
    };
    let reached = match problem.aim {
        Aim::Exactly(count) => grouping.districts - grouping.locks.len() == count,
        _ => true,
    };
    let bounds_met = reached
        && grouping.unassigned.is_empty()
        && problem.bounds.iter().zip(&grouping.sums).all(|(bound, sums)| within(bound, sums));
    grouping.sse = sse;
    grouping.r2 = (fields > 0 && whole > 0.0).then(|| 1.0 - sse / whole);
    grouping.community_splits = communities;
    grouping.street_office_splits = street_offices;
    grouping.bounds_met = bounds_met;
}
