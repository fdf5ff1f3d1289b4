//! A grouping checked from scratch against its problem. It shares no code with the solver, so that a mistake there
//! shows here. `O(units + links)`.

use std::collections::HashMap;

use super::outcome::Grouping;
use super::problem::{Aim, Problem};
use crate::base::Message;
use crate::model::CommunityRule;

/// Relative rounding allowed when sums are compared.
const ROUNDING: f64 = 1e-9;

/// What is wrong with a grouping. Districts are numbered from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A district is in several parts.
    Split {
        /// The district.
        district: usize,
        /// How many parts.
        parts: usize,
    },
    /// A sum below its minimum. Locked districts are what they are and not held to bounds here.
    Below {
        /// The district.
        district: usize,
        /// Index of the bound.
        bound: usize,
        /// The sum.
        sum: f64,
        /// The minimum.
        limit: f64,
    },
    /// A sum above its maximum.
    Above {
        /// The district.
        district: usize,
        /// Index of the bound.
        bound: usize,
        /// The sum.
        sum: f64,
        /// The maximum.
        limit: f64,
    },
    /// A unit that may not be grouped has a district.
    Ineligible {
        /// Its row.
        unit: usize,
    },
    /// A locked district lost or gained this unit.
    Lock {
        /// Its row.
        unit: usize,
    },
    /// A district crosses communities although that is forbidden.
    Community {
        /// The district.
        district: usize,
    },
    /// A district crosses street offices although that is forbidden.
    StreetOffice {
        /// The district.
        district: usize,
    },
    /// A district holds two units that were to be apart.
    Apart {
        /// Row of one.
        a: usize,
        /// Row of the other.
        b: usize,
    },
    /// A district reaches farther than it may.
    TooWide {
        /// The district.
        district: usize,
        /// Its diameter, m.
        diameter_m: f64,
        /// The limit, m.
        limit_m: f64,
    },
    /// Numbers are not `0..districts` by first unit, or a unit is neither assigned nor left over.
    Count,
    /// SSE or a sum is not what a recount gives.
    Score,
}

impl Fault {
    /// The fault in the user's words; `field` names the field of a bound.
    #[must_use]
    pub fn message(&self, field: impl Fn(usize) -> Message) -> Message {
        match self {
            Self::Split { district, parts } => {
                Message::new("grouping.fault-split").count("district", district + 1).count("parts", *parts)
            }
            Self::Below { district, bound, sum, limit } => Message::new("grouping.fault-below")
                .count("district", district + 1)
                .nested("field", field(*bound))
                .number("sum", *sum, 0)
                .number("limit", *limit, 0),
            Self::Above { district, bound, sum, limit } => Message::new("grouping.fault-above")
                .count("district", district + 1)
                .nested("field", field(*bound))
                .number("sum", *sum, 0)
                .number("limit", *limit, 0),
            Self::Ineligible { unit } => Message::new("grouping.fault-ineligible").count("row", unit + 1),
            Self::Lock { unit } => Message::new("grouping.fault-lock").count("row", unit + 1),
            Self::Community { district } => Message::new("grouping.fault-community").count("district", district + 1),
            Self::StreetOffice { district } => Message::new("grouping.fault-street-office").count("district", district + 1),
            Self::Apart { a, b } => Message::new("grouping.fault-apart").count("a", a + 1).count("b", b + 1),
            Self::TooWide { district, diameter_m, limit_m } => Message::new("grouping.fault-wide")
                .count("district", district + 1)
                .number("diameter", *diameter_m, 0)
                .number("limit", *limit_m, 0),
            Self::Count => Message::new("grouping.fault-count"),
            Self::Score => Message::new("grouping.fault-score"),
        }
    }
}

/// Everything that is wrong with `grouping`; empty when it is sound.
#[must_use]
pub fn verify(problem: &Problem, grouping: &Grouping) -> Vec<Fault> {
    if grouping.district.len() != problem.units() {
        return vec![Fault::Count];
    }
    let mut faults = Vec::new();
    numbering(problem, grouping, &mut faults);
    if faults.contains(&Fault::Count) {
        return faults;
    }
    contiguity(problem, grouping, &mut faults);
    sums(problem, grouping, &mut faults);
    if problem.community == CommunityRule::Forbid {
        let crossing = crossing(grouping, &problem.communities);
        faults.extend(crossing.map(|district| Fault::Community { district }));
    }
    if problem.street_office == CommunityRule::Forbid {
        let crossing = crossing(grouping, &problem.street_offices);
        faults.extend(crossing.map(|district| Fault::StreetOffice { district }));
    }
    apart(problem, grouping, &mut faults);
    reach(problem, grouping, &mut faults);
    let differs = |told: f64, counted: f64| (told - counted).abs() > ROUNDING * 1e3 * told.max(1.0);
    let (sse, pairwise) = recount_likeness(problem, grouping);
    if differs(grouping.sse, sse) || differs(grouping.pairwise, pairwise) {
        faults.push(Fault::Score);
    }
    faults
}

/// Units that were to be apart, seeds among them, and are not; and whether all that were to be together and are not are told.
fn apart(problem: &Problem, grouping: &Grouping, faults: &mut Vec<Fault>) {
    let district = |unit: usize| grouping.district[unit];
    let free = |unit: &usize| problem.locked[*unit].is_none_or(|lock| problem.admitting.contains(&lock));
    for set in problem.apart.iter().chain([&problem.seeds]) {
        let mut held: HashMap<u32, usize> = HashMap::new();
        for unit in set.iter().map(|unit| *unit as usize).filter(free) {
            let Some(of) = district(unit) else { continue };
            let other = *held.entry(of).or_insert(unit);
            // What is locked together stays so.
            if other != unit && problem.locked[unit].is_none_or(|lock| problem.locked[other] != Some(lock)) {
                faults.push(Fault::Apart { a: other, b: unit });
            }
        }
    }
    for set in &problem.together {
        for unit in set.iter().skip(1) {
            let is_one = district(set[0] as usize).is_some() && district(set[0] as usize) == district(*unit as usize);
            if is_one == grouping.parted.contains(&(set[0], *unit)) {
                faults.push(Fault::Score);
            }
        }
    }
}

/// Districts that reach too far, by all pairs of corners.
fn reach(problem: &Problem, grouping: &Grouping, faults: &mut Vec<Fault>) {
    let Some(asked) = &problem.diameter else { return };
    let mut corners: Vec<Vec<[f64; 2]>> = vec![Vec::new(); grouping.districts];
    for (outline, district) in asked.outlines.iter().zip(&grouping.district) {
        corners.get_mut(district.map_or(usize::MAX, |d| d as usize)).into_iter().for_each(|all| all.extend(outline));
    }
    for (district, all) in corners.iter().enumerate() {
        let pairs = all.iter().enumerate().flat_map(|(at, a)| all[at..].iter().map(move |b| (a[0] - b[0]).hypot(a[1] - b[1])));
        let (diameter_m, told) = (pairs.fold(0.0, f64::max), grouping.diameters_m.get(district).copied().unwrap_or(-1.0));
        if (diameter_m - told).abs() > ROUNDING * 1e3 * told.max(1.0) {
            faults.push(Fault::Score);
        }
        let locked = grouping.locks.iter().any(|(_, d)| *d as usize == district);
        if diameter_m > asked.max_m * (1.0 + ROUNDING) && !locked {
            faults.push(Fault::TooWide { district, diameter_m, limit_m: asked.max_m });
        }
    }
}

fn numbering(problem: &Problem, grouping: &Grouping, faults: &mut Vec<Fault>) {
    let mut next = 0;
    let mut left = grouping.unassigned.iter().map(|(unit, _)| *unit as usize).peekable();
    for (unit, district) in grouping.district.iter().enumerate() {
        let is_left = left.next_if_eq(&unit).is_some();
        match district {
            Some(d) if *d > next => faults.push(Fault::Count),
            Some(d) if *d == next => next += 1,
            _ => {}
        }
        if district.is_some() && !problem.eligible[unit] && problem.locked[unit].is_none() {
            faults.push(Fault::Ineligible { unit });
        }
        if is_left == district.is_some() && problem.eligible[unit] {
            faults.push(Fault::Count);
        }
        let lock = problem.locked[unit];
        let is_locked_district = grouping.locks.iter().find(|(_, d)| Some(*d) == *district).map(|(label, _)| *label);
        // A district that admits others holds more than what is locked.
        let entered = lock.is_none() && is_locked_district.is_some_and(|label| problem.admitting.contains(&label));
        if lock != is_locked_district && !entered {
            faults.push(Fault::Lock { unit });
        }
    }
    if next as usize != grouping.districts || left.next().is_some() {
        faults.push(Fault::Count);
    }
}

/// Union-find over units; carriers beside several units of one district join these.
fn contiguity(problem: &Problem, grouping: &Grouping, faults: &mut Vec<Fault>) {
    let units = problem.units();
    let mut parent: Vec<usize> = (0..units).collect();
    let carrier = |unit: usize| !problem.eligible[unit] && problem.conducts[unit] && grouping.district[unit].is_none();
    let beside = |unit: usize| problem.neighbours.of(unit).iter().map(|next| *next as usize);
    for a in 0..units {
        // A pair stands in the rows of both.
        for b in beside(a).filter(|b| *b > a) {
            let together = grouping.district[a].is_some() && grouping.district[a] == grouping.district[b];
            if together || (carrier(a) && carrier(b)) {
                union(&mut parent, a, b);
            }
        }
    }
    let mut through: HashMap<(u32, usize), usize> = HashMap::new();
    let mut joins = Vec::new();
    for b in (0..units).filter(|unit| carrier(*unit)) {
        let blob = find(&mut parent, b);
        for a in beside(b) {
            if let Some(district) = grouping.district[a] {
                joins.push((*through.entry((district, blob)).or_insert(a), a));
            }
        }
    }
    for (a, b) in joins {
        union(&mut parent, a, b);
    }
    let mut parts = vec![0; grouping.districts];
    for unit in 0..units {
        if let Some(district) = grouping.district[unit]
            && find(&mut parent, unit) == unit
        {
            parts[district as usize] += 1;
        }
    }
    let locked = |district: usize| grouping.locks.iter().any(|(_, d)| *d as usize == district);
    let split = parts.into_iter().enumerate().filter(|(d, parts)| *parts != 1 && !locked(*d));
    faults.extend(split.map(|(district, parts)| Fault::Split { district, parts }));
}

fn find(parent: &mut [usize], mut unit: usize) -> usize {
    while parent[unit] != unit {
        parent[unit] = parent[parent[unit]];
        unit = parent[unit];
    }
    unit
}

fn union(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(parent, a), find(parent, b));
    parent[a.max(b)] = a.min(b);
}

fn sums(problem: &Problem, grouping: &Grouping, faults: &mut Vec<Fault>) {
    let locked = |district: usize| grouping.locks.iter().any(|(_, d)| *d as usize == district);
    for (bound, b) in problem.bounds.iter().enumerate() {
        let mut sums = vec![0.0; grouping.districts];
        for (unit, district) in grouping.district.iter().enumerate() {
            if let Some(district) = district {
                sums[*district as usize] += problem.fields[b.field].values[unit].unwrap_or(0.0);
            }
        }
        for (district, sum) in sums.iter().copied().enumerate() {
            let slack = ROUNDING * sum.abs().max(1.0);
            if let Some(limit) = b.min.filter(|min| sum < min - slack && !locked(district)) {
                faults.push(Fault::Below { district, bound, sum, limit });
            }
            if let Some(limit) = b.max.filter(|max| sum > max + slack && !locked(district)) {
                faults.push(Fault::Above { district, bound, sum, limit });
            }
        }
        let same = |given: &Vec<f64>| {
            given.len() == sums.len() && given.iter().zip(&sums).all(|(a, b)| (a - b).abs() <= ROUNDING * b.abs().max(1.0))
        };
        if !grouping.sums.get(bound).is_some_and(same) {
            faults.push(Fault::Score);
        }
    }
    if let Aim::Exactly(count) = problem.aim
        && grouping.bounds_met
        && grouping.districts != count
    {
        faults.push(Fault::Count);
    }
}

/// Districts whose units lie in more than one area, locked ones aside.
fn crossing(grouping: &Grouping, areas: &[Option<u32>]) -> impl Iterator<Item = usize> + use<> {
    let mut first: Vec<Option<Option<u32>>> = vec![None; grouping.districts];
    let mut crossing = vec![false; grouping.districts];
    for (area, district) in areas.iter().zip(&grouping.district) {
        if let Some(district) = district.map(|d| d as usize) {
            crossing[district] |= first[district].get_or_insert(*area) != area;
        }
    }
    for (_, district) in &grouping.locks {
        crossing[*district as usize] = false;
    }
    crossing.into_iter().enumerate().filter(|(_, crosses)| *crosses).map(|(district, _)| district)
}

/// SSE by two passes over each field, means, then deviations; and pairwise differences, each value less all smaller ones.
#[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^52")]
fn recount_likeness(problem: &Problem, grouping: &Grouping) -> (f64, f64) {
    let (mut sse, mut pairwise) = (0.0, 0.0);
    for field in &problem.similar {
        let values = &problem.fields[*field].values;
        let known: Vec<f64> = values.iter().zip(&problem.eligible).filter(|(_, e)| **e).filter_map(|(v, _)| *v).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let variance = known.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / known.len() as f64;
        if variance <= 0.0 || known.is_empty() {
            continue;
        }
        let mut means = vec![(0.0, 0.0); grouping.districts];
        let assigned = || {
            let rows = values.iter().zip(&grouping.district).zip(&problem.eligible);
            rows.filter(|(_, e)| **e).filter_map(|((v, d), _)| Some(((*v)?, (*d)? as usize)))
        };
        for (value, district) in assigned() {
            means[district].0 += value;
            means[district].1 += 1.0;
        }
        let mut all: Vec<Vec<f64>> = vec![Vec::new(); grouping.districts];
        for (value, district) in assigned() {
            all[district].push((value - mean) / variance.sqrt());
        }
        for values in &mut all {
            values.sort_by(f64::total_cmp);
            let mut smaller = 0.0;
            for (count, value) in values.iter().enumerate() {
                pairwise += value * count as f64 - smaller;
                smaller += value;
            }
        }
        sse += assigned().map(|(v, d)| (v - means[d].0 / means[d].1).powi(2)).sum::<f64>() / variance;
    }
    (sse, pairwise)
}
