//! What is bounded of a district as columns: sums of fields, the sum that should be even, and of every set of units that
//! are to be apart how many it holds, which is one at the most. So one kind of bound serves for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::Problem;
use super::ties::Ties;

/// One column of what units weigh on a district.
pub(super) struct Load<'a> {
    pub(super) min: f64,
    pub(super) max: f64,
    of: Of<'a>,
}

enum Of<'a> {
    /// The values of a field.
    Field(&'a [Option<f64>]),
    /// One for each of these units.
    Units(BTreeSet<u32>),
}

impl Load<'_> {
    /// What a unit with all that is tied to it weighs.
    pub(super) fn of_tied(&self, ties: &Ties, owner: usize) -> f64 {
        ties.rows(owner).map(|row| self.of_row(row)).sum()
    }

    /// What a unit weighs by itself.
    pub(super) fn of_row(&self, row: usize) -> f64 {
        match &self.of {
            Of::Field(values) => values[row].unwrap_or(0.0),
            Of::Units(units) => f64::from(u8::from(units.contains(&super::problem::number(row)))),
        }
    }
}

/// The columns of a problem: its bounds in their order, what should be even, and the sets that are to be apart.
pub(super) fn loads(problem: &Problem) -> Vec<Load<'_>> {
    let values = |field: usize| Of::Field(problem.fields[field].values.as_slice());
    let bound = |b: &super::Bound| Load { min: b.min.unwrap_or(0.0), max: b.max.unwrap_or(f64::INFINITY), of: values(b.field) };
    let mut loads: Vec<Load<'_>> = problem.bounds.iter().map(bound).collect();
    loads.extend(evened(problem).map(|field| Load { min: 0.0, max: f64::INFINITY, of: values(field) }));
    let apart = apart_sets(problem).into_iter().map(|units| Load { min: 0.0, max: 1.0, of: Of::Units(units) });
    loads.extend(apart);
    loads
}

/// The field that should be even, when that counts.
pub(super) fn evened(problem: &Problem) -> Option<usize> {
    problem.even.filter(|_| problem.weights.balance > 0.0)
}

/// Every set of units that are to be apart; locked districts that admit others are apart too, each by one of its units.
fn apart_sets(problem: &Problem) -> BTreeSet<BTreeSet<u32>> {
    let heads = heads(problem);
    // What is asked of one unit of a locked district is asked of the district, eligible or not.
    let head = |unit: &u32| problem.locked[*unit as usize].and_then(|lock| heads.get(&lock).copied()).unwrap_or(*unit);
    let asked = problem.apart.iter().chain(std::iter::once(&problem.seeds));
    let asked = asked.map(|set| set.iter().map(head).collect::<BTreeSet<u32>>());
    let locks = heads.values().copied().collect();
    asked.chain(std::iter::once(locks)).filter(|set| set.len() > 1).collect()
}

/// The first eligible unit of each locked district that admits others, by lock.
fn heads(problem: &Problem) -> BTreeMap<u32, u32> {
    let mut heads = BTreeMap::new();
    for (row, lock) in problem.locked.iter().enumerate() {
        if let Some(lock) = lock.filter(|lock| problem.admitting.contains(lock) && problem.eligible[row]) {
            heads.entry(lock).or_insert(super::problem::number(row));
        }
    }
    heads
}
