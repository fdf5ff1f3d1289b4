//! A choice of years with what it costs, kept up while single districts move: a step of the search asks for no more than the
//! district's own ties.

use super::{PhaseScore, Phasing};

/// What a district shares with others.
#[derive(Default)]
struct Ties {
    shared: Vec<(usize, f64)>,
    beside: Vec<(i32, f64)>,
    neighbours: Vec<usize>,
}

/// Years of the districts of a problem, and the sums from which [`Choice::score`] gives what [`Phasing::score`] counts from the beginning.
pub(super) struct Choice<'a> {
    problem: &'a Phasing,
    years: Vec<Option<i32>>,
    ties: Vec<Ties>,
    /// Every year that a district can have, ascending.
    slots: Vec<i32>,
    /// 分 by slot.
    cost: Vec<i64>,
    /// Districts that must, and that only may be renovated, by slot.
    must: Vec<usize>,
    may: Vec<usize>,
    /// Households by office and slot.
    households: Vec<Vec<f64>>,
    /// How unevenly those of an office fall, and the sum over all.
    uneven: Vec<f64>,
    uneven_all: f64,
    housed: f64,
    waits: f64,
    /// Metres that are opened in different years.
    apart_m: f64,
    /// Pairs in the same year or in successive ones.
    near: usize,
    all_score: f64,
    all_m: f64,
}

impl<'a> Choice<'a> {
    /// `O(districts + shared ground)`.
    pub(super) fn new(problem: &'a Phasing, years: Vec<Option<i32>>) -> Self {
        let mut slots: Vec<i32> = problem.years.iter().copied().chain(years.iter().flatten().copied()).collect();
        slots.sort_unstable();
        slots.dedup();
        let mut ties: Vec<Ties> = problem.districts.iter().map(|_| Ties::default()).collect();
        for ((a, b), metres) in &problem.shared {
            ties[*a].shared.push((*b, *metres));
            ties[*b].shared.push((*a, *metres));
        }
        for ((a, year), metres) in &problem.beside {
            ties[*a].beside.push((*year, *metres));
        }
        for (a, b) in &problem.neighbours {
            ties[*a].neighbours.push(*b);
            ties[*b].neighbours.push(*a);
        }
        let offices = problem.districts.iter().map(|district| district.office + 1).max().unwrap_or(0);
        let mut choice = Self {
            problem,
            ties,
            cost: vec![0; slots.len()],
            must: vec![0; slots.len()],
            may: vec![0; slots.len()],
            households: vec![vec![0.0; slots.len()]; offices],
            uneven: vec![0.0; offices],
            uneven_all: 0.0,
            housed: 0.0,
            waits: 0.0,
            apart_m: 0.0,
            near: 0,
            all_score: problem.districts.iter().map(|district| district.score).sum(),
            all_m: problem.shared.values().chain(problem.beside.values()).sum(),
            slots,
            years,
        };
        choice.count();
        choice
    }

    /// Counts everything anew: sums of many small steps carry their rounding along.
    pub(super) fn count(&mut self) {
        self.cost.fill(0);
        self.must.fill(0);
        self.may.fill(0);
        self.households.iter_mut().for_each(|by_slot| by_slot.fill(0.0));
        (self.housed, self.waits, self.apart_m, self.near) = (0.0, 0.0, 0.0, 0);
        for n in 0..self.years.len() {
            self.add_own(n, true);
            let ties = &self.ties[n];
            // A pair is met from both sides.
            let after = |m: &usize| *m > n;
            let shared = ties.shared.iter().filter(|(m, _)| after(m) && self.years[*m] != self.years[n]);
            self.apart_m += shared.map(|(_, metres)| metres).sum::<f64>() + self.beside_m(n);
            self.near += ties.neighbours.iter().filter(|m| after(m) && self.is_near(n, **m)).count();
        }
        for office in 0..self.uneven.len() {
            self.uneven[office] = self.unevenness(office);
        }
        self.uneven_all = self.uneven.iter().sum();
    }

    pub(super) fn problem(&self) -> &'a Phasing {
        self.problem
    }

    pub(super) fn years(&self) -> &[Option<i32>] {
        &self.years
    }

    /// Gives a district another year; one of the problem, or one that a district had when the choice was made.
    pub(super) fn set(&mut self, n: usize, year: Option<i32>) {
        if self.years[n] == year {
            return;
        }
        self.add_own(n, false);
        self.add_ties(n, -1.0);
        self.years[n] = year;
        self.add_own(n, true);
        self.add_ties(n, 1.0);
        let office = self.problem.districts[n].office;
        self.uneven_all -= self.uneven[office];
        self.uneven[office] = self.unevenness(office);
        self.uneven_all += self.uneven[office];
    }

    /// Changes the years of two districts.
    pub(super) fn swap(&mut self, n: usize, m: usize) {
        let (of_n, of_m) = (self.years[n], self.years[m]);
        self.set(n, of_m);
        self.set(m, of_n);
    }

    /// What the choice costs. `O(years)`.
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
    pub(super) fn score(&self) -> PhaseScore {
        let problem = self.problem;
        let share = |part: f64, all: f64| if all > 0.0 { part / all } else { 0.0 };
        let over = |(slot, year): (usize, &i32)| problem.caps.get(year).map_or(0, |cap| (self.cost[slot] - cap.fen()).max(0));
        let last_must = self.must.iter().rposition(|count| *count > 0).unwrap_or(0);
        let order = if problem.years.is_empty() { 0.0 } else { share(self.waits, self.all_score) };
        let balance = if problem.years.len() < 2 { 0.0 } else { share(self.uneven_all, self.housed) };
        let dig = share(self.apart_m, self.all_m);
        let apart = share((problem.neighbours.len() - self.near) as f64, problem.neighbours.len() as f64);
        let w = problem.weights;
        PhaseScore {
            over_fen: self.slots.iter().enumerate().map(over).sum(),
            too_early: self.may[..last_must].iter().sum(),
            total: w.order * order + w.balance * balance + w.dig * dig + w.contiguity * apart,
            order,
            balance,
            dig,
            apart,
        }
    }

    /// Adds what a district costs by itself, or takes it away.
    #[expect(clippy::cast_precision_loss, reason = "counts of households")]
    fn add_own(&mut self, n: usize, add: bool) {
        let district = &self.problem.districts[n];
        let sign = if add { 1.0 } else { -1.0 };
        self.waits += sign * district.score * self.problem.wait(self.years[n]);
        let Some(slot) = self.years[n].and_then(|year| self.slots.binary_search(&year).ok()) else { return };
        let households = sign * district.households as f64;
        self.cost[slot] += if add { district.cost.fen() } else { -district.cost.fen() };
        let step = |count: &mut usize| *count = if add { *count + 1 } else { *count - 1 };
        if district.must {
            step(&mut self.must[slot]);
        }
        if district.only_may {
            step(&mut self.may[slot]);
        }
        self.households[district.office][slot] += households;
        self.housed += households;
    }

    /// Adds what a district costs together with others, or takes it away.
    fn add_ties(&mut self, n: usize, sign: f64) {
        let ties = &self.ties[n];
        let shared: f64 = ties.shared.iter().filter(|(m, _)| self.years[*m] != self.years[n]).map(|(_, metres)| metres).sum();
        let near = ties.neighbours.iter().filter(|m| self.is_near(n, **m)).count();
        self.apart_m += sign * (shared + self.beside_m(n));
        self.near = if sign > 0.0 { self.near + near } else { self.near - near };
    }

    fn beside_m(&self, n: usize) -> f64 {
        self.ties[n].beside.iter().filter(|(year, _)| self.years[n] != Some(*year)).map(|(_, metres)| metres).sum()
    }

    fn is_near(&self, n: usize, m: usize) -> bool {
        self.years[n].zip(self.years[m]).is_some_and(|(n, m)| n.abs_diff(m) <= 1)
    }

    fn unevenness(&self, office: usize) -> f64 {
        let by_slot = &self.households[office];
        let open = self.problem.years.iter().filter_map(|year| self.slots.binary_search(year).ok());
        self.problem.unevenness(by_slot.iter().sum(), open.map(|slot| by_slot[slot]))
    }
}
