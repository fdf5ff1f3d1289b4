//! Local search at a fixed count of districts: simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983) in rounds. In
//! each round the regions fall into patches of neighbours, other ones each time; every patch is walked by itself, on
//! all cores, with random numbers of its own, so that the count of threads does not matter and time grows with the units
//! alone. Between rounds districts change their place ([`transfer`]). The best state at the end of any round is kept.

mod patch;
mod transfer;
mod walk;

use rayon::prelude::*;

use self::patch::Patch;
use self::walk::Walk;
use super::limits::Limits;
use super::observe::{Improving, Watch};
use super::part::{Part, real};
use super::problem::number;
use super::regions::Regions;
use super::tally::Tally;
use crate::base::{Reporter, Seed};

/// Rounds of one search.
const ROUNDS: usize = 12;

/// Steps a unit gets for each point of effort, over all rounds.
const STEPS: usize = 120;

/// First and last temperature, as shares of the change that a random step makes in the mean.
const TEMPERATURES: (f64, f64) = (2.0, 0.05);

/// Rounds after these that set out from the best state and take next to nothing that costs more.
const QUENCHES: usize = 2;

/// What is left of the temperature after each of them.
const QUENCHED: f64 = 1e-3;

/// How much work is done, how hot it begins, and with which random numbers.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) effort: usize,
    /// Share of the usual temperatures.
    pub(super) heat: f64,
    pub(super) seed: Seed,
    pub(super) reporter: &'a dyn Reporter,
    /// Who looks on.
    pub(super) watch: Option<&'a Watch<'a>>,
}

impl Work<'_> {
    /// Shows the best regions, their cost and that of those among which the search is.
    fn show(&self, best: &(f64, Vec<Regions>), now: f64, round: usize) {
        if let Some(watch) = self.watch {
            watch.improve(&best.1, Improving { cost: best.0, now, round, rounds: ROUNDS + QUENCHES });
        }
    }
}

/// Improves compact regions in place and leaves them compact; never to a worse cost. Returns the cost.
pub(super) fn anneal(parts: &[Part], limits: &Limits, regions: &mut [Regions], work: Work<'_>) -> f64 {
    let mut best = (cost(parts, limits, regions), regions.to_vec());
    work.show(&best, best.0, 0);
    let typical = typical_change(parts, limits, regions, work.seed).filter(|_| limits.is_choosy());
    let Some(typical) = typical.map(|typical| typical * work.heat) else { return best.0 };
    for round in 0..ROUNDS {
        if work.reporter.should_stop() {
            break;
        }
        let at = |round: usize| typical * TEMPERATURES.0 * (TEMPERATURES.1 / TEMPERATURES.0).powf(real(round) / real(ROUNDS));
        walk_patches(parts, limits, regions, work, (round, at(round), at(round + 1)));
        let mut now = keep_better(parts, limits, regions, &mut best);
        if round + 1 < ROUNDS && transfer::transfer(parts, limits, regions, work.seed.stream(0x7000 + round as u64).next_u64()) {
            now = keep_better(parts, limits, regions, &mut best);
        }
        work.show(&best, now, round + 1);
        work.reporter.progress(round + 1, ROUNDS + QUENCHES);
    }
    for round in ROUNDS..ROUNDS + QUENCHES {
        if work.reporter.should_stop() {
            break;
        }
        regions.clone_from_slice(&best.1);
        let last = typical * TEMPERATURES.1 * QUENCHED.powf(real(round - ROUNDS));
        walk_patches(parts, limits, regions, work, (round, last, last * QUENCHED));
        let now = keep_better(parts, limits, regions, &mut best);
        work.show(&best, now, round + 1);
        work.reporter.progress(round + 1, ROUNDS + QUENCHES);
    }
    regions.clone_from_slice(&best.1);
    for (part, own) in parts.iter().zip(regions) {
        *own = own.compact(part);
    }
    best.0
}

/// Keeps the regions where they are the best; their cost.
fn keep_better(parts: &[Part], limits: &Limits, regions: &[Regions], best: &mut (f64, Vec<Regions>)) -> f64 {
    let now = cost(parts, limits, regions);
    if now < best.0 {
        best.0 = now;
        best.1.clone_from_slice(regions);
    }
    now
}

/// Cost of all regions, summed in a fixed order.
fn cost(parts: &[Part], limits: &Limits, regions: &[Regions]) -> f64 {
    let of_part = |(part, own): (&Part, &Regions)| {
        let tally = Tally::of(part, limits, own);
        (0..own.members.len()).map(|region| tally.cost(part, limits, own, region)).sum::<f64>()
    };
    parts.par_iter().zip(regions).map(of_part).collect::<Vec<f64>>().into_iter().sum()
}

/// Mean size of the change that a random step makes; `None` when there is nowhere to go or nothing changes.
fn typical_change(parts: &[Part], limits: &Limits, regions: &[Regions], seed: Seed) -> Option<f64> {
    let sample = |(part, own): (&Part, &Regions)| {
        let mut random = seed.stream(part.stream(0x6000));
        Walk::new(part, limits, own.clone()).sample(part.len(), &mut random)
    };
    let sampled: Vec<(f64, usize)> = parts.par_iter().zip(regions).map(sample).collect();
    let (sum, count) = sampled.into_iter().fold((0.0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    (count > 0 && sum > 0.0).then(|| sum / real(count))
}

/// One round: every patch walked from the first temperature to the second.
fn walk_patches(parts: &[Part], limits: &Limits, regions: &mut [Regions], work: Work<'_>, (round, from, to): (usize, f64, f64)) {
    let purpose = 0x100 * (round as u64 + 1);
    let jobs: Vec<(usize, Patch)> = parts
        .iter()
        .zip(regions.iter())
        .enumerate()
        .flat_map(|(at, (part, own))| {
            let mut random = work.seed.stream(part.stream(purpose));
            patch::patches(part, own, &mut random).into_iter().map(move |patch| (at, patch))
        })
        .collect();
    let walked: Vec<(usize, Vec<(u32, u32)>)> = jobs
        .par_iter()
        .map(|(at, patch)| {
            // Who stops waits for the patches that are being walked, not for those that are to come.
            if work.reporter.should_stop() {
                return (*at, Vec::new());
            }
            let (part, start) = patch.cut_out(&parts[*at], limits, &regions[*at]);
            let mut random = work.seed.stream(part.stream(purpose + 1));
            let mut walk = Walk::new(&part, limits, start);
            // Without bounds single units go everywhere, and districts may be large, which makes a cut dear.
            let steps = work.effort * STEPS * part.len() / ROUNDS;
            walk.cool(steps, (from, to), &mut random, work.reporter);
            let moved = walk.regions.label.iter().enumerate();
            (*at, moved.map(|(unit, label)| (patch.units[unit], patch.slot(*label))).collect())
        })
        .collect();
    for (at, labels) in walked {
        for (unit, label) in
            labels.into_iter().filter(|(unit, label)| regions[at].label[*unit as usize] != *label).collect::<Vec<_>>()
        {
            regions[at].put(&parts[at], unit, label);
        }
    }
}

/// A place in a list as a region.
fn region(at: usize) -> u32 {
    number(at)
}

#[cfg(test)]
mod tests;
