//! The search for years: which work goes into which year, so that least ground is opened again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::Ground;
use super::propose::Loads;
use crate::base::{Cancelled, Reporter, Seed};
use crate::geometry::clip::{Stretch, union};
use crate::policy::PipeClass;

/// Up to so many choices of years are all looked at.
const ALL_CHOICES: usize = 4_096;

/// Metres that count as a difference.
const NEARLY_M: f64 = 1e-6;

/// What a choice of years costs: reopened metres first, then metres moved times the years they move by.
type Cost = (f64, f64);

fn better(a: Cost, b: Cost) -> bool {
    a.0 < b.0 - NEARLY_M || (a.0 < b.0 + NEARLY_M && a.1 < b.1 - NEARLY_M)
}

/// A search over the years of works.
pub(super) struct Search<'a> {
    ground: &'a Ground,
    open: RangeInclusive<i32>,
    /// The year of each work; the best so far when the search has ended.
    pub(super) years: Vec<i32>,
    /// Works that may move and share ground, with the openings that a move of theirs concerns.
    movable: BTreeMap<usize, Vec<usize>>,
    /// Works that may move and share ground with each of these.
    beside: BTreeMap<usize, BTreeSet<usize>>,
    owners: Vec<usize>,
    loads: Loads,
    /// What an owner may have in a year: the cap, or what it has there now.
    limits: Loads,
    cap_m: Option<f64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(ground: &'a Ground, open: &RangeInclusive<i32>, cap_m: Option<f64>) -> Self {
        let mut numbers: BTreeMap<(Option<&str>, Option<&str>), usize> = BTreeMap::new();
        let owners: Vec<usize> = ground
            .works
            .iter()
            .map(|work| {
                // Of unknown owners each class counts as one.
                let class = work.class.filter(|_| work.owner.is_none()).map(PipeClass::code);
                let next = numbers.len();
                *numbers.entry((work.owner.as_deref(), class)).or_insert(next)
            })
            .collect();
        let mut loads = Loads::new();
        for (work, owner) in ground.works.iter().zip(&owners).filter(|(work, _)| work.class.is_some()) {
            *loads.entry((*owner, work.year)).or_default() += work.length_m;
        }
        let years = ground.works.iter().map(|work| work.year).collect();
        let cap_m = cap_m.filter(|cap| cap.is_finite() && *cap > 0.0);
        let (movable, beside) = (BTreeMap::new(), BTreeMap::new());
        let mut search = Self { ground, open: open.clone(), years, movable, beside, owners, limits: loads.clone(), loads, cap_m };
        search.find_movable();
        search
    }

    fn find_movable(&mut self) {
        let ground = self.ground;
        let may = |work: usize| ground.works[work].class.is_some() && ground.works[work].year >= *self.open.start();
        for (number, work) in ground.works.iter().enumerate().filter(|(number, _)| may(*number)) {
            let own: BTreeSet<usize> = work.openings.iter().map(|row| *row as usize).collect();
            let shared = own.iter().flat_map(|row| ground.shared[*row].iter()).map(|s| s.other as usize);
            let foreign: BTreeSet<usize> = shared.filter(|row| !own.contains(row)).collect();
            if foreign.is_empty() {
                continue;
            }
            let works = foreign.iter().map(|row| ground.work_of[*row] as usize).filter(|other| may(*other));
            self.beside.insert(number, works.collect());
            self.movable.insert(number, own.union(&foreign).copied().collect());
        }
        // Rounding may let one of two lines see the other by a hair and not be seen.
        let pairs: Vec<(usize, usize)> =
            self.beside.iter().flat_map(|(a, others)| others.iter().map(move |b| (*a, *b))).collect();
        for (a, b) in pairs {
            if self.movable.contains_key(&b) {
                self.beside.entry(b).or_default().insert(a);
            } else if let Some(others) = self.beside.get_mut(&a) {
                others.remove(&b);
            }
        }
    }

    /// Searches; true when no years are better than those found.
    pub(super) fn run(&mut self, reporter: &dyn Reporter) -> Result<bool, Cancelled> {
        let mut proved = true;
        let groups = self.groups();
        for (done, group) in groups.iter().enumerate() {
            reporter.check()?;
            reporter.progress(done, groups.len());
            let choices = (0..group.len()).try_fold(1_usize, |all, _| all.checked_mul(self.open.clone().count()));
            if choices.is_some_and(|choices| choices <= ALL_CHOICES) {
                self.look_at_all(group);
            } else {
                proved = false;
                self.improve(group, reporter)?;
            }
        }
        Ok(proved)
    }

    /// Descends, anneals, descends again.
    fn improve(&mut self, group: &[usize], reporter: &dyn Reporter) -> Result<(), Cancelled> {
        self.descend(group);
        self.anneal(group, reporter)?;
        self.descend(group);
        Ok(())
    }

    /// As [`Search::run`], with every group taken for a large one.
    #[cfg(test)]
    pub(super) fn search_large(&mut self, reporter: &dyn Reporter) -> Result<(), Cancelled> {
        self.groups().iter().try_for_each(|group| self.improve(group, reporter))
    }

    /// Works that depend on each other: by shared ground, and all of them where owners have caps.
    fn groups(&self) -> Vec<Vec<usize>> {
        if self.cap_m.is_some() {
            let all: Vec<usize> = self.movable.keys().copied().collect();
            return if all.is_empty() { Vec::new() } else { vec![all] };
        }
        let (mut groups, mut seen) = (Vec::new(), BTreeSet::new());
        for start in self.movable.keys() {
            let (mut group, mut open) = (Vec::new(), vec![*start]);
            while let Some(work) = open.pop() {
                if seen.insert(work) {
                    group.push(work);
                    open.extend(self.beside.get(&work).into_iter().flatten());
                }
            }
            group.sort_unstable();
            if !group.is_empty() {
                groups.push(group);
            }
        }
        groups
    }

    /// Reopened metres of an opening.
    fn reopened_m(&self, row: usize) -> f64 {
        let year = |row: usize| self.years[self.ground.work_of[row] as usize];
        let own = year(row);
        let before = self.ground.shared[row].iter().filter(|s| year(s.other as usize) < own).map(|s| s.stretch);
        union(before.collect()).into_iter().map(Stretch::length_m).sum()
    }

    /// What the years cost on the openings that some works concern.
    fn cost(&self, rows: &BTreeSet<usize>, works: &[usize]) -> Cost {
        let moved = |work: &usize| {
            let held = &self.ground.works[*work];
            f64::from((self.years[*work] - held.year).abs()) * held.length_m
        };
        (rows.iter().map(|row| self.reopened_m(*row)).sum(), works.iter().map(moved).sum())
    }

    fn rows(&self, works: &[usize]) -> BTreeSet<usize> {
        works.iter().flat_map(|work| &self.movable[work]).copied().collect()
    }

    fn set(&mut self, work: usize, year: i32) {
        let (owner, length_m) = (self.owners[work], self.ground.works[work].length_m);
        *self.loads.entry((owner, self.years[work])).or_default() -= length_m;
        *self.loads.entry((owner, year)).or_default() += length_m;
        self.years[work] = year;
    }

    /// Whether no owner of these works has more in a year than it may.
    fn fits(&self, works: &[usize]) -> bool {
        let Some(cap_m) = self.cap_m else { return true };
        works.iter().all(|work| {
            let key = (self.owners[*work], self.years[*work]);
            let limit = self.limits.get(&key).copied().unwrap_or(0.0).max(cap_m);
            self.loads.get(&key).copied().unwrap_or(0.0) <= limit + NEARLY_M
        })
    }

    /// Moves works into one year when that is better; true when it was.
    fn try_year(&mut self, works: &[usize], year: i32) -> bool {
        if works.iter().all(|work| self.years[*work] == year) {
            return false;
        }
        let rows = self.rows(works);
        let (held, before): (Vec<i32>, Cost) = (works.iter().map(|work| self.years[*work]).collect(), self.cost(&rows, works));
        for work in works {
            self.set(*work, year);
        }
        if self.fits(works) && better(self.cost(&rows, works), before) {
            return true;
        }
        works.iter().zip(held).for_each(|(work, year)| self.set(*work, year));
        false
    }

    /// Single works, neighbours by two, and whole groups into one year, as long as that betters anything.
    fn descend(&mut self, group: &[usize]) {
        let mut sets: Vec<Vec<usize>> = group.iter().map(|work| vec![*work]).collect();
        let pairs =
            group.iter().flat_map(|work| self.beside[work].iter().filter(move |v| *v > work).map(move |v| vec![*work, *v]));
        sets.extend(pairs.collect::<Vec<_>>());
        if self.cap_m.is_none() && group.len() > 2 {
            sets.push(group.to_vec());
        }
        loop {
            let mut improved = false;
            for works in &sets {
                for year in self.open.clone() {
                    improved |= self.try_year(works, year);
                }
            }
            if !improved {
                return;
            }
        }
    }

    /// Looks at every choice of years of a small group and keeps the best.
    fn look_at_all(&mut self, group: &[usize]) {
        let rows = self.rows(group);
        let start: Vec<i32> = group.iter().map(|work| self.years[*work]).collect();
        let mut best = (self.cost(&rows, group), start.clone());
        // A work may also stay where it is, outside the open years.
        let options = |work: usize| {
            let mut years: BTreeSet<i32> = self.open.clone().collect();
            years.insert(self.ground.works[work].year);
            years.into_iter().collect::<Vec<i32>>()
        };
        let options: Vec<Vec<i32>> = group.iter().map(|work| options(*work)).collect();
        let mut at = vec![0; group.len()];
        loop {
            for (place, work) in group.iter().enumerate() {
                self.set(*work, options[place][at[place]]);
            }
            let cost = self.cost(&rows, group);
            if self.fits(group) && better(cost, best.0) {
                best = (cost, group.iter().map(|work| self.years[*work]).collect());
            }
            let Some(place) = (0..at.len()).find(|place| at[*place] + 1 < options[*place].len()) else { break };
            at[..place].fill(0);
            at[place] += 1;
        }
        group.iter().zip(best.1).for_each(|(work, year)| self.set(*work, year));
    }

    /// Simulated annealing from where the descent ended; leaves the best that it met.
    fn anneal(&mut self, group: &[usize], reporter: &dyn Reporter) -> Result<(), Cancelled> {
        let mut random = Seed(1).stream(u64::try_from(group.first().copied().unwrap_or(0)).unwrap_or(0));
        let years: Vec<i32> = self.open.clone().collect();
        if years.is_empty() {
            return Ok(());
        }
        let steps = (group.len() * years.len() * 20).clamp(2_000, 60_000);
        let whole_m: f64 = group.iter().map(|work| self.ground.works[*work].length_m).sum();
        let mean_m = whole_m / f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX));
        // Moves since the best that was met, to be taken back, and how much worse they are together.
        let (mut since, mut gain) = (Vec::new(), 0.0);
        for step in 0..steps {
            if step % 256 == 0 {
                reporter.check()?;
            }
            #[expect(clippy::cast_precision_loss, reason = "counts of steps")]
            let heat = mean_m * (1.0 - step as f64 / steps as f64).powi(2) * 0.3 + NEARLY_M;
            let (work, year) = (group[random.below(group.len())], years[random.below(years.len())]);
            let held = self.years[work];
            if held == year {
                continue;
            }
            let own: BTreeSet<usize> = self.movable[&work].iter().copied().collect();
            let before = self.cost(&own, &[work]);
            self.set(work, year);
            let after = self.cost(&own, &[work]);
            let worse = after.0 - before.0 + (after.1 - before.1) * NEARLY_M;
            if !self.fits(&[work]) || (worse > 0.0 && !random.chance((-worse / heat).exp())) {
                self.set(work, held);
                continue;
            }
            since.push((work, held));
            gain -= worse;
            if gain > NEARLY_M {
                (since, gain) = (Vec::new(), 0.0);
            }
        }
        since.into_iter().rev().for_each(|(work, year)| self.set(work, year));
        Ok(())
    }
}
