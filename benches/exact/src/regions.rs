//! Every district that a problem allows: all connected sets of units within the bounds, each once.

use crate::instance::{Instance, ones};

/// What a district must keep, and what must be left for the others.
#[derive(Clone, Copy)]
pub struct Limits {
    pub min: f64,
    /// Largest sum that is asked for; without one every unit finds a district.
    pub max: Option<f64>,
    /// Districts that there are to be: what one of them holds must leave enough for the others.
    pub districts: usize,
    /// More sets than this are not listed.
    pub cap: usize,
}

/// The sets, or `None` when there are more than the cap.
pub fn regions(problem: &Instance, limits: Limits) -> Option<Vec<u64>> {
    let total: f64 = problem.households().iter().sum();
    let others = limits.min * crate::instance::real(limits.districts.saturating_sub(1));
    let most = limits.max.unwrap_or(f64::INFINITY).min(total - others);
    let mut search = Search { problem, limits, most, found: Vec::new() };
    for root in 0..problem.units() {
        let earlier = (1_u64 << root) - 1;
        let own = 1_u64 << root;
        if !search.grow(own, problem.beside[root] & !earlier, earlier | own, problem.households()[root]) {
            return None;
        }
    }
    let all = u64::MAX >> (64 - problem.units());
    let mut found = search.found;
    found.retain(|set| leaves_enough(problem, all & !set, limits));
    Some(found)
}

/// Whether the units outside a district can hold the others.
fn leaves_enough(problem: &Instance, mut rest: u64, limits: Limits) -> bool {
    let mut others = 0.0;
    while rest != 0 {
        let mut piece = rest & rest.wrapping_neg();
        loop {
            let wider = ones(piece).fold(piece, |all, unit| all | problem.beside[unit]) & rest;
            if wider == piece {
                break;
            }
            piece = wider;
        }
        let sum: f64 = ones(piece).map(|unit| problem.households()[unit]).sum();
        if limits.max.is_none() && sum < limits.min {
            return false;
        }
        others += (sum / limits.min).floor();
        rest &= !piece;
    }
    others + 1.0 >= crate::instance::real(limits.districts)
}

struct Search<'a> {
    problem: &'a Instance,
    limits: Limits,
    most: f64,
    found: Vec<u64>,
}

impl Search<'_> {
    /// Lists `set` and everything that it can grow to over `border` without the units of `barred`; `false` at the cap.
    fn grow(&mut self, set: u64, border: u64, mut barred: u64, sum: f64) -> bool {
        if sum > self.most {
            return true;
        }
        if sum >= self.limits.min {
            if self.found.len() == self.limits.cap {
                return false;
            }
            self.found.push(set);
        }
        for unit in ones(border & !barred) {
            barred |= 1 << unit;
            let wider = (border | self.problem.beside[unit]) & !barred;
            if !self.grow(set | 1 << unit, wider, barred, sum + self.problem.households()[unit]) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::instance::is_connected;

    #[test]
    fn every_connected_set_within_the_bounds_is_listed_once() {
        for seed in 1..=6 {
            let mut problem = Instance::made(seed);
            // The first units alone, so that all sets of them can be tried.
            let units = 14;
            problem.places.truncate(units);
            problem.beside.truncate(units);
            problem.beside.iter_mut().for_each(|set| *set &= (1 << units) - 1);
            problem.fields[2].truncate(units);
            let limits = Limits { min: 400.0, max: Some(800.0), districts: 1, cap: usize::MAX };
            let listed = regions(&problem, limits).unwrap_or_default();
            let sum = |set: u64| ones(set).map(|unit| problem.households()[unit]).sum::<f64>();
            let allowed = |set: &u64| (400.0..=800.0).contains(&sum(*set)) && is_connected(*set, &problem.beside);
            let all: BTreeSet<u64> = (1_u64..1 << units).filter(allowed).collect();
            assert_eq!(listed.len(), all.len());
            assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), all);
        }
    }

    #[test]
    fn a_cap_is_kept() {
        let problem = Instance::made(1);
        assert!(regions(&problem, Limits { min: problem.min, max: None, districts: 1, cap: 100 }).is_none());
    }
}
