//! What phasing weighs, and what a choice of years costs.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{CompoundId, DistrictId, Money};
use crate::contiguity::Links;
use crate::coordination::dig::{Ground, Opener, open_years};
use crate::coordination::funds::district_costs;
use crate::model::{Content, PhaseWeights};
use crate::pipes::{PipeLengths, PipeRole};
use crate::screening::{Screened, Verdict, pack_of, priorities};

/// A district as phasing sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseDistrict {
    /// Which.
    pub id: DistrictId,
    /// What it costs, as far as known.
    pub cost: Money,
    /// Items or compounds of which the cost is not known.
    pub cost_missing: usize,
    /// Known households.
    pub households: u64,
    /// Priority of its compounds, by households, and need of its pipes, each by its weight; higher comes first.
    pub score: f64,
    /// The street office of most of its compounds, as a number of this problem.
    pub office: usize,
    /// Its year in the plan.
    pub year: Option<i32>,
    /// It keeps its year: locked, or done before the open years.
    pub fixed: bool,
    /// It holds compounds that must be renovated.
    pub must: bool,
    /// It holds compounds that may be, and none that must.
    pub only_may: bool,
}

/// Everything a choice of years is weighed by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phasing {
    /// The districts with compounds, by number.
    pub districts: Vec<PhaseDistrict>,
    /// Years that are open, ascending.
    pub years: Vec<i32>,
    /// What each may cost; none where nobody said.
    pub caps: BTreeMap<i32, Money>,
    /// Metres of ground that two districts share.
    pub shared: BTreeMap<(usize, usize), f64>,
    /// Metres of ground that a district shares with pipes of a year.
    pub beside: BTreeMap<(usize, i32), f64>,
    /// Districts beside each other: linked within the plan's gap.
    pub neighbours: BTreeSet<(usize, usize)>,
    /// What the parts weigh.
    pub weights: PhaseWeights,
}

/// What a choice of years costs, gravest first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseScore {
    /// 分 above the caps, over all years.
    pub over_fen: i64,
    /// Districts of compounds that only may be renovated, before the last that must (R4).
    pub too_early: usize,
    /// Weighted sum of the parts, each from 0 to 1; less is better.
    pub total: f64,
    /// Priority that waits: 0 when all is done in the first year.
    pub order: f64,
    /// How unevenly households of a street office fall over the years.
    pub balance: f64,
    /// Share of the shared ground that is opened in different years.
    pub dig: f64,
    /// Share of the pairs of districts beside each other that are neither in the same year nor in successive ones.
    pub apart: f64,
}

impl PhaseScore {
    /// Whether it is better than another, by more than rounding.
    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        let grave = (self.over_fen, self.too_early).cmp(&(other.over_fen, other.too_early));
        grave.is_lt() || (grave.is_eq() && self.total < other.total - 1e-12)
    }
}

/// Years for districts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phase {
    /// The year of each district of the problem.
    pub years: Vec<Option<i32>>,
    /// What it costs.
    pub score: PhaseScore,
    /// What the plan's own years cost.
    pub before: PhaseScore,
    /// No years are better: all were looked at.
    pub proved: bool,
}

impl Phasing {
    /// The problem of a plan. `O(compounds + items + links + shared ground)`.
    #[must_use]
    pub fn new(content: &Content, screened: &[Screened], lengths: &PipeLengths, ground: &Ground, links: &Links) -> Self {
        let open = open_years(content, ground);
        let costs = district_costs(content);
        let scores = priorities(content);
        let works = &content.settings.works;
        let mut offices: BTreeMap<String, usize> = BTreeMap::new();
        let mut districts = Vec::new();
        let mut members: Vec<_> = content.members_by_district().into_iter().filter(|(_, m)| !m.is_empty()).collect();
        members.sort_by_key(|(id, _)| content.districts.get(id).map_or(u32::MAX, |d| d.number));
        for (id, members) in &members {
            let Some(district) = content.districts.get(id) else { continue };
            let next = offices.len();
            let office = *offices.entry(main_office(content, members)).or_insert(next);
            let cost = costs.get(id).copied();
            let verdict = |wanted| members.iter().any(|m| screened.get(m.index()).is_some_and(|s| s.verdict == wanted));
            let done = district.year.is_some_and(|year| year < *open.start());
            let priority = weighed(content, members, |m| scores.get(m.index()).map_or(0.0, |p| p.score));
            let need = old_share(content, lengths, members);
            districts.push(PhaseDistrict {
                id: *id,
                cost: cost.map(|c| c.amount).unwrap_or_default(),
                cost_missing: cost.map_or(0, |c| c.missing),
                households: members.iter().filter_map(|m| content.compounds[m.index()].facts.households).map(u64::from).sum(),
                score: priority + works.weights.underground * 100.0 * need,
                office,
                year: district.year,
                fixed: done || (district.locked && district.year.is_some()),
                must: verdict(Verdict::Must),
                only_may: verdict(Verdict::May) && !verdict(Verdict::Must),
            });
        }
        let years = open.collect();
        let mut problem = Self { districts, years, caps: works.caps.clone(), weights: works.weights, ..Self::default() };
        problem.look_at(content, ground);
        problem.find_neighbours(content, links);
        problem
    }

    /// Ground that items of the districts share with each other and with pipes.
    fn look_at(&mut self, content: &Content, ground: &Ground) {
        let number: BTreeMap<DistrictId, usize> = self.districts.iter().enumerate().map(|(n, d)| (d.id, n)).collect();
        let district = |row: usize| match ground.openings[row].opener {
            Opener::Item(id) => {
                let item = content.items.get(&id)?;
                // An item with a year of its own does not move with its district.
                let follows = item.year.is_none();
                number.get(&content.item_district(item)?).copied().filter(|_| follows)
            }
            Opener::Pipe(_) => None,
        };
        for (row, shared) in ground.shared.iter().enumerate() {
            let Some(own) = district(row) else { continue };
            for stretch in shared {
                let other = stretch.other as usize;
                let metres = stretch.stretch.length_m();
                match district(other) {
                    Some(theirs) if theirs == own => {}
                    // Both sides are met, each with its own metres.
                    Some(theirs) => *self.shared.entry((own.min(theirs), own.max(theirs))).or_default() += metres / 2.0,
                    None => *self.beside.entry((own, ground.openings[other].year)).or_default() += metres,
                }
            }
        }
    }

    /// Districts that a link within the plan's gap connects.
    fn find_neighbours(&mut self, content: &Content, links: &Links) {
        let number: BTreeMap<DistrictId, usize> = self.districts.iter().enumerate().map(|(n, d)| (d.id, n)).collect();
        let of = |id: CompoundId| number.get(&content.assignment.get(id.index()).copied().flatten()?).copied();
        for link in links.list.iter().filter(|link| link.gap_m <= content.settings.gap_m) {
            if let (Some(a), Some(b)) = (of(link.a), of(link.b))
                && a != b
            {
                self.neighbours.insert((a.min(b), a.max(b)));
            }
        }
    }

    /// What a choice of years costs. A district without a year costs nothing, and waits as if it came after the last.
    /// `O(districts + shared ground)`.
    #[must_use]
    pub fn score(&self, years: &[Option<i32>]) -> PhaseScore {
        let last_must = self.districts.iter().zip(years).filter(|(d, _)| d.must).filter_map(|(_, y)| *y).max();
        let early = |(d, year): &(&PhaseDistrict, &Option<i32>)| d.only_may && year.is_some() && **year < last_must;
        let (order, balance, dig, apart) = (self.order(years), self.balance(years), self.dig(years), self.apart(years));
        let w = self.weights;
        PhaseScore {
            over_fen: self.overruns(years).values().map(|over| over.fen()).sum(),
            too_early: self.districts.iter().zip(years).filter(early).count(),
            total: w.order * order + w.balance * balance + w.dig * dig + w.contiguity * apart,
            order,
            balance,
            dig,
            apart,
        }
    }

    /// What each year costs.
    #[must_use]
    pub fn costs(&self, years: &[Option<i32>]) -> BTreeMap<i32, Money> {
        let mut costs: BTreeMap<i32, Money> = BTreeMap::new();
        for (district, year) in self.districts.iter().zip(years) {
            if let Some(year) = year {
                *costs.entry(*year).or_default() += district.cost;
            }
        }
        costs
    }

    /// What each year costs above its cap.
    #[must_use]
    pub fn overruns(&self, years: &[Option<i32>]) -> BTreeMap<i32, Money> {
        let over = |(year, cost): (i32, Money)| {
            let cap = *self.caps.get(&year)?;
            (cost > cap).then(|| (year, cost - cap))
        };
        self.costs(years).into_iter().filter_map(over).collect()
    }

    fn order(&self, years: &[Option<i32>]) -> f64 {
        let all: f64 = self.districts.iter().map(|d| d.score).sum();
        let sum: f64 = self.districts.iter().zip(years).map(|(d, year)| d.score * self.wait(*year)).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// How long a district of a year waits: 0 in the first, 1 in the last.
    pub(super) fn wait(&self, year: Option<i32>) -> f64 {
        let (Some(first), Some(last)) = (self.years.first(), self.years.last()) else { return 0.0 };
        f64::from((year.unwrap_or(last + 1) - first).max(0)) / f64::from((last - first).max(1))
    }

    /// By how many households those of an office fall unevenly over the open years.
    #[expect(clippy::cast_precision_loss, reason = "a count of years")]
    pub(super) fn unevenness(&self, sum: f64, open: impl Iterator<Item = f64>) -> f64 {
        let count = self.years.len() as f64;
        let mean = sum / count;
        // All in one year is the worst: twice the sum less the mean.
        open.map(|households| (households - mean).abs()).sum::<f64>() / (2.0 * (1.0 - 1.0 / count))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of households")]
    fn balance(&self, years: &[Option<i32>]) -> f64 {
        if self.years.len() < 2 {
            return 0.0;
        }
        let mut of: BTreeMap<usize, BTreeMap<i32, f64>> = BTreeMap::new();
        for (district, year) in self.districts.iter().zip(years) {
            if let Some(year) = year {
                *of.entry(district.office).or_default().entry(*year).or_default() += district.households as f64;
            }
        }
        let (mut uneven, mut all) = (0.0, 0.0);
        for by_year in of.values() {
            let sum: f64 = by_year.values().sum();
            uneven += self.unevenness(sum, self.years.iter().map(|year| by_year.get(year).copied().unwrap_or(0.0)));
            all += sum;
        }
        if all > 0.0 { uneven / all } else { 0.0 }
    }

    fn dig(&self, years: &[Option<i32>]) -> f64 {
        let all: f64 = self.shared.values().chain(self.beside.values()).sum();
        let apart = self.shared.iter().filter(|((a, b), _)| years[*a] != years[*b]).map(|(_, m)| m);
        let beside = self.beside.iter().filter(|((d, year), _)| years[*d] != Some(*year)).map(|(_, m)| m);
        if all > 0.0 { apart.chain(beside).sum::<f64>() / all } else { 0.0 }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
    fn apart(&self, years: &[Option<i32>]) -> f64 {
        let near = |a: usize, b: usize| years[a].zip(years[b]).is_some_and(|(a, b)| a.abs_diff(b) <= 1);
        let apart = self.neighbours.iter().filter(|(a, b)| !near(*a, *b)).count();
        if self.neighbours.is_empty() { 0.0 } else { apart as f64 / self.neighbours.len() as f64 }
    }
}

/// A mean over compounds, by households where they are known.
fn weighed(content: &Content, members: &[CompoundId], value: impl Fn(&CompoundId) -> f64) -> f64 {
    let weight = |m: &CompoundId| f64::from(content.compounds[m.index()].facts.households.unwrap_or(0)).max(1.0);
    let all: f64 = members.iter().map(weight).sum();
    members.iter().map(|m| value(m) * weight(m)).sum::<f64>() / all.max(1.0)
}

/// The street office of most compounds; of as many the first by name.
fn main_office(content: &Content, members: &[CompoundId]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for office in members.iter().filter_map(|m| content.compounds[m.index()].facts.street_office.as_deref()) {
        *counts.entry(office).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))
        .map_or_else(String::new, |(name, _)| name.to_owned())
}

/// Share of the metres of pipes that serve the compounds that were laid before the years of which compounds must be renovated.
fn old_share(content: &Content, lengths: &PipeLengths, members: &[CompoundId]) -> f64 {
    let old_year = pack_of(content).must_before;
    let (mut old, mut all) = (0.0, 0.0);
    let mut seen = BTreeSet::new();
    let shares = members.iter().filter_map(|m| lengths.per_compound.get(m.index())).flatten();
    for share in shares.filter(|share| share.role != PipeRole::Passing && seen.insert(share.pipe)) {
        let Some(pipe) = content.pipes.get(share.pipe.index()) else { continue };
        let metres = lengths.per_pipe.get(share.pipe.index()).map_or(0.0, |total| total.total_m);
        all += metres;
        if pipe.laid_year.is_some_and(|year| year <= old_year) {
            old += metres;
        }
    }
    if all > 0.0 { old / all } else { 0.0 }
}
