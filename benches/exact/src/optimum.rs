//! The best set of districts by HiGHS: set partitioning over every district that the bounds allow.
//!
//! The linear programme is solved over a growing choice of the districts (column generation). Its value is a lower bound,
//! and a district whose reduced cost is above the distance to a known solution is in no better one; the mixed-integer
//! programme over those that are left is therefore exact.

use highs::{Col, HighsModelStatus, RowProblem, Sense, SolvedModel};

use crate::instance::ones;

/// What is asked: the cheapest choice of districts, each unit in one or left over.
pub struct Choice<'a> {
    pub units: usize,
    pub sets: &'a [u64],
    /// Cost of each set.
    pub costs: &'a [f64],
    /// Cost of a unit left over.
    pub left_cost: f64,
    /// How many districts; any number without.
    pub districts: Option<usize>,
    /// How many units are left over; any number without.
    pub left: Option<usize>,
    /// Cost of a solution that is known, and by how much a better one is better at the least.
    pub known: Option<(f64, f64)>,
}

/// Columns over each unit that are added to the linear programme at a time, about.
const BATCH: usize = 12;

/// Reduced costs below this are rounding.
const TINY: f64 = 1e-7;

/// Seconds that a mixed-integer programme gets.
const LIMIT_S: f64 = 20.0;

/// Price of what no column covers, far above every cost.
const AMISS: f64 = 1e5;

/// What became of it.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// The least cost and the districts that have it.
    Best(f64, Vec<u64>),
    /// HiGHS was not done in time; nothing is below this.
    Bound(f64),
    /// Nothing is better than what is known, or nothing fits at all.
    None,
}

impl Choice<'_> {
    /// # Errors
    /// When HiGHS ends with anything but an optimum or a proof that there is none.
    pub fn best(&self) -> Result<Answer, String> {
        let (bound, reduced) = self.relaxed()?;
        if bound >= AMISS / 2.0 {
            return Ok(Answer::None);
        }
        let most = match self.known {
            Some((known, step)) if known - step < bound - TINY => return Ok(Answer::None),
            Some((known, step)) => known - step - bound + 1e-6,
            None => f64::INFINITY,
        };
        let open: Vec<usize> = (0..self.sets.len()).filter(|at| reduced[*at] <= most).collect();
        Ok(match self.whole(&open)? {
            Answer::Bound(own) => Answer::Bound(own.max(bound)),
            answer => answer,
        })
    }

    /// The value of the linear programme and the reduced cost of every set.
    fn relaxed(&self) -> Result<(f64, Vec<f64>), String> {
        let mut inside: Vec<usize> = Vec::new();
        let mut is_inside = vec![false; self.sets.len()];
        loop {
            let solved = self.programme(&inside, false, true)?;
            let duals = solved.get_solution().dual_rows().to_vec();
            let price = |at: usize| {
                let cover: f64 = ones(self.sets[at]).map(|unit| duals[unit]).sum();
                self.costs[at] - cover - duals[self.units]
            };
            let reduced: Vec<f64> = (0..self.sets.len()).map(price).collect();
            let mut wanted: Vec<usize> = (0..self.sets.len()).filter(|at| reduced[*at] < -TINY && !is_inside[*at]).collect();
            if wanted.is_empty() {
                return Ok((solved.objective_value(), reduced));
            }
            wanted.sort_by(|a, b| reduced[*a].total_cmp(&reduced[*b]));
            // A few for every unit: the very best are mostly alike.
            let mut covering = vec![0; self.units];
            wanted.retain(|at| {
                let is_needed = ones(self.sets[*at]).any(|unit| covering[unit] < BATCH);
                ones(self.sets[*at]).filter(|_| is_needed).for_each(|unit| covering[unit] += 1);
                is_needed
            });
            wanted.iter().for_each(|at| is_inside[*at] = true);
            inside.extend(wanted);
        }
    }

    /// The best whole-number choice among some sets.
    fn whole(&self, open: &[usize]) -> Result<Answer, String> {
        let solved = self.programme(open, true, false)?;
        if solved.status() == HighsModelStatus::Infeasible {
            return Ok(Answer::None);
        }
        if solved.status() == HighsModelStatus::ReachedTimeLimit {
            let bound = solved.double_info_value(c"mip_dual_bound");
            return bound.map(Answer::Bound).map_err(|status| format!("HiGHS: {status:?}"));
        }
        let solution = solved.get_solution();
        let taken = open.iter().zip(solution.columns()).filter(|(_, value)| **value > 0.5).map(|(at, _)| *at);
        let taken: Vec<usize> = taken.collect();
        let covered: u32 = taken.iter().map(|at| self.sets[*at].count_ones()).sum();
        let left = self.units - covered as usize;
        let cost = taken.iter().map(|at| self.costs[*at]).sum::<f64>() + self.left_cost * crate::instance::real(left);
        Ok(Answer::Best(cost, taken.into_iter().map(|at| self.sets[at]).collect()))
    }

    /// Solves over some sets: rows of the units, of the count of districts and of the count left over; `amiss` adds a dear
    /// way to fill every row, so that there is always a solution.
    fn programme(&self, inside: &[usize], whole: bool, amiss: bool) -> Result<SolvedModel, String> {
        let mut problem = RowProblem::default();
        let mut column = |cost: f64, most: f64| {
            if whole { problem.add_integer_column(cost, 0.0..=most) } else { problem.add_column(cost, 0.0..=most) }
        };
        // Covering every unit at most once bounds a set by one already; a bound of its own would keep its dual from the rows.
        let unbounded = if whole { 1.0 } else { f64::INFINITY };
        let sets: Vec<Col> = inside.iter().map(|at| column(self.costs[*at], unbounded)).collect();
        let left: Vec<Col> = (0..self.units).map(|_| column(self.left_cost, unbounded)).collect();
        let fill: Vec<Col> = if amiss { (0..self.units + 2).map(|_| column(AMISS, f64::INFINITY)).collect() } else { Vec::new() };
        for unit in 0..self.units {
            let covering =
                inside.iter().zip(&sets).filter(|(at, _)| self.sets[**at] >> unit & 1 == 1).map(|(_, col)| (*col, 1.0));
            let row: Vec<(Col, f64)> = covering.chain([(left[unit], 1.0)]).chain(fill.get(unit).map(|col| (*col, 1.0))).collect();
            problem.add_row(1.0..=1.0, row);
        }
        let range = |count: Option<usize>| match count {
            Some(count) => (crate::instance::real(count), crate::instance::real(count)),
            None => (0.0, crate::instance::real(self.units)),
        };
        let (low, high) = range(self.districts);
        problem.add_row(low..=high, sets.iter().chain(fill.get(self.units)).map(|col| (*col, 1.0)).collect::<Vec<_>>());
        let (low, high) = range(self.left);
        problem.add_row(low..=high, left.iter().chain(fill.get(self.units + 1)).map(|col| (*col, 1.0)).collect::<Vec<_>>());
        let mut model = problem.optimise(Sense::Minimise);
        model.make_quiet();
        model.set_option("threads", 1);
        if whole {
            model.set_option("time_limit", LIMIT_S);
            model.set_option("mip_rel_gap", 0.0);
            model.set_option("mip_abs_gap", 1e-7);
        }
        let solved = model.try_solve().map_err(|status| format!("HiGHS: {status:?}"))?;
        match solved.status() {
            HighsModelStatus::Optimal => Ok(solved),
            HighsModelStatus::Infeasible | HighsModelStatus::ReachedTimeLimit if whole => Ok(solved),
            status => Err(format!("HiGHS: {status:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice of disjoint sets, tried one after the other.
    fn tried(choice: &Choice<'_>) -> f64 {
        fn go(choice: &Choice<'_>, from: usize, used: u64, (count, cost): (usize, f64), best: &mut f64) {
            let left = choice.units - used.count_ones() as usize;
            let fits = choice.districts.is_none_or(|wanted| wanted == count) && choice.left.is_none_or(|wanted| wanted == left);
            if fits {
                *best = best.min(cost + choice.left_cost * crate::instance::real(left));
            }
            for at in from..choice.sets.len() {
                if choice.sets[at] & used == 0 {
                    go(choice, at + 1, used | choice.sets[at], (count + 1, cost + choice.costs[at]), best);
                }
            }
        }
        let mut best = f64::INFINITY;
        go(choice, 0, 0, (0, 0.0), &mut best);
        best
    }

    #[test]
    fn highs_finds_what_trying_everything_finds() {
        let mut random = crate::instance::Random::new(5);
        for round in 0..40 {
            let units = 9;
            let sets: Vec<u64> = (0..26)
                .map(|_| (0..units).filter(|_| random.unit() < 0.35).fold(1 << (round % units), |all, unit| all | 1 << unit))
                .collect();
            let costs: Vec<f64> = sets.iter().map(|_| random.between(0.0, 5.0)).collect();
            let districts = [None, Some(1), Some(2), Some(3)][round % 4];
            let left = if round % 3 == 0 { Some(2) } else { None };
            let choice = Choice { units, sets: &sets, costs: &costs, left_cost: 1.5, districts, left, known: None };
            let tried = tried(&choice);
            match choice.best().unwrap_or(Answer::None) {
                Answer::Best(cost, _) => assert!((cost - tried).abs() < 1e-6, "{cost} {tried}"),
                Answer::Bound(_) => panic!("not done in time"),
                Answer::None => assert!(tried.is_infinite(), "{tried}"),
            }
            // What is known does not change what is found, and a better one is not invented.
            for above in [0.0, 0.5] {
                let known = Choice { known: Some((tried + above, 0.0)), ..choice };
                if let Answer::Best(cost, _) = known.best().unwrap_or(Answer::None) {
                    assert!((cost - tried).abs() < 1e-6 && tried.is_finite());
                } else {
                    assert!(tried.is_infinite() || above <= 1e-6, "{tried}");
                }
            }
        }
    }
}
