//! Indicators (R34): how many benefit, what it costs a household and a square metre, and how cost, funds and pipes divide.
//! Every figure is a sum over the plan's tables; what is not known is counted beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::funds::district_costs;
use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::model::{Content, FundLine};
use crate::pipes::{PipeLengths, PipeRole};
use crate::policy::{ItemClass, PipeClass};
use crate::screening::{Screened, Verdict};

/// One bar of a chart, with the compounds that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub name: Message,
    /// How much: 分, metres, or a count, by the chart.
    pub value: f64,
    /// Compounds, ascending.
    pub compounds: Vec<CompoundId>,
}

/// What the items of a class come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassSum {
    /// Items.
    pub items: usize,
    /// Their cost, as far as known.
    pub cost: Money,
}

/// Figures of the whole plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Indicators {
    /// Districts with compounds.
    pub districts: usize,
    /// Compounds in districts.
    pub compounds: usize,
    /// 受益户数: their known households.
    pub households: u64,
    /// Compounds without a count of households.
    pub households_missing: usize,
    /// Their known floor area, m².
    pub floor_area_m2: f64,
    /// Compounds without a floor area.
    pub floor_area_missing: usize,
    /// What the districts cost, as far as known.
    pub cost: Money,
    /// Items or compounds of which the cost is not known.
    pub cost_missing: usize,
    /// Items by class.
    pub by_class: BTreeMap<ItemClass, ClassSum>,
    /// Cost by year; none is the districts without a year.
    pub by_year: BTreeMap<Option<i32>, Money>,
    /// Funds by line.
    pub by_line: BTreeMap<FundLine, Money>,
    /// Metres of pipe in compounds of districts, by owner as written, and by class where the owner is not known.
    pub by_owner: BTreeMap<(Option<String>, Option<PipeClass>), f64>,
    /// Communities with compounds that must be renovated.
    pub communities: usize,
    /// Those of which all such compounds lie in districts.
    pub communities_whole: usize,
    /// 满意度 before the works, by households, over the districts that were asked.
    pub satisfied_before: Asked,
    /// And after them.
    pub satisfied_after: Asked,
    /// Cost and households of the districts of which both are known whole.
    pub housed: (Money, u64),
    /// Cost and floor area of the districts of which both are known whole.
    pub floored: (Money, f64),
    /// The charts.
    pub charts: Charts,
}

/// A survey figure over the districts that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Asked {
    /// Mean in percent, each district by its known households and as one where none is known; `None` where nobody was asked.
    pub percent: Option<f64>,
    /// Districts with a figure.
    pub districts: usize,
}

impl Asked {
    fn over(figures: &[(f64, f64)]) -> Self {
        let all: f64 = figures.iter().map(|(_, weight)| weight).sum();
        let sum: f64 = figures.iter().map(|(percent, weight)| percent * weight).sum();
        Self { percent: (all > 0.0).then(|| sum / all), districts: figures.len() }
    }
}

/// Bars by class, year, fund line and owner, the longest first but for years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charts {
    /// Cost by class in 分 or, without prices, items.
    pub classes: Vec<Bar>,
    /// The classes are by cost.
    pub classes_by_cost: bool,
    /// Cost by year, 分.
    pub years: Vec<Bar>,
    /// Funds by line, 分.
    pub lines: Vec<Bar>,
    /// Pipes by owner, m.
    pub owners: Vec<Bar>,
}

impl Indicators {
    /// 元/户, to the 分, over the districts of which cost and households are all known; `None` while there are none.
    #[must_use]
    pub fn per_household(&self) -> Option<Money> {
        let (cost, households) = self.housed;
        let households = i64::try_from(households).ok().filter(|n| *n > 0)?;
        Some(Money::from_fen((cost.fen() + households / 2) / households))
    }

    /// 元/m², to the 分, over the districts of which cost and floor area are all known; `None` while there are none.
    #[must_use]
    pub fn per_m2(&self) -> Option<Money> {
        let (cost, floor_m2) = self.floored;
        (floor_m2 > 0.0).then(|| cost.times(1.0 / floor_m2)).flatten()
    }

    /// Looks at a plan. `O(compounds + items + shares)`.
    #[must_use]
    pub fn of(content: &Content, screened: &[Screened], lengths: &PipeLengths) -> Self {
        let mut found = Self::default();
        let members = content.members_by_district();
        found.districts = members.values().filter(|m| !m.is_empty()).count();
        for id in members.values().flatten() {
            let facts = &content.compounds[id.index()].facts;
            found.compounds += 1;
            found.households += u64::from(facts.households.unwrap_or(0));
            found.households_missing += usize::from(facts.households.is_none());
            found.floor_area_m2 += facts.floor_area_m2.unwrap_or(0.0);
            found.floor_area_missing += usize::from(facts.floor_area_m2.is_none());
        }
        found.count_costs(content, &members);
        found.count_items(content, &members);
        found.count_funds(content, &members);
        found.count_pipes(content, lengths);
        found.count_communities(content, screened);
        found.count_satisfied(content, &members);
        found
    }

    fn count_satisfied(&mut self, content: &Content, members: &BTreeMap<DistrictId, Vec<CompoundId>>) {
        let households = |id: &CompoundId| f64::from(content.compounds[id.index()].facts.households.unwrap_or(0));
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (id, members) in members.iter().filter(|(_, members)| !members.is_empty()) {
            let Some(district) = content.districts.get(id) else { continue };
            let weight = members.iter().map(households).sum::<f64>().max(1.0);
            before.extend(district.satisfaction.before.map(|share| (share.percent(), weight)));
            after.extend(district.satisfaction.after.map(|share| (share.percent(), weight)));
        }
        (self.satisfied_before, self.satisfied_after) = (Asked::over(&before), Asked::over(&after));
    }

    fn count_costs(&mut self, content: &Content, members: &BTreeMap<DistrictId, Vec<CompoundId>>) {
        let mut of_year: BTreeMap<Option<i32>, BTreeSet<CompoundId>> = BTreeMap::new();
        for (id, cost) in district_costs(content) {
            let year = content.districts.get(&id).and_then(|d| d.year);
            self.cost += cost.amount;
            self.cost_missing += cost.missing;
            *self.by_year.entry(year).or_default() += cost.amount;
            if cost.missing == 0 && cost.amount > Money::ZERO {
                self.count_whole(content, cost.amount, members.get(&id).map_or(&[], Vec::as_slice));
            }
            of_year.entry(year).or_default().extend(members.get(&id).into_iter().flatten());
        }
        let bar = |(year, cost): (&Option<i32>, &Money)| Bar {
            name: year.map_or(Message::new("coordination.no-year"), |year| Message::new("coordination.year").year("year", year)),
            value: fen(*cost),
            compounds: of_year.get(year).into_iter().flatten().copied().collect(),
        };
        self.charts.years = self.by_year.iter().map(bar).collect();
    }

    /// A district of which the cost is known: a ratio is over the same compounds above and below.
    fn count_whole(&mut self, content: &Content, cost: Money, members: &[CompoundId]) {
        let facts = || members.iter().map(|id| &content.compounds[id.index()].facts);
        if let Some(households) = facts().map(|facts| facts.households.map(u64::from)).sum::<Option<u64>>() {
            self.housed = (self.housed.0 + cost, self.housed.1 + households);
        }
        if let Some(floor_m2) = facts().map(|facts| facts.floor_area_m2).sum::<Option<f64>>() {
            self.floored = (self.floored.0 + cost, self.floored.1 + floor_m2);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a chart")]
    fn count_items(&mut self, content: &Content, members: &BTreeMap<DistrictId, Vec<CompoundId>>) {
        let mut of_class: BTreeMap<ItemClass, BTreeSet<CompoundId>> = BTreeMap::new();
        for item in content.items.values() {
            let Some(class) = content.catalogue.get(&item.code).map(|entry| entry.class) else { continue };
            let sum = self.by_class.entry(class).or_default();
            sum.items += 1;
            sum.cost += content.item_cost(item).unwrap_or_default();
            let served = of_class.entry(class).or_default();
            match item.compound {
                Some(id) => drop(served.insert(id)),
                None => served.extend(item.district.and_then(|id| members.get(&id)).into_iter().flatten()),
            }
        }
        self.charts.classes_by_cost = self.by_class.values().any(|sum| sum.cost > Money::ZERO);
        let by_cost = self.charts.classes_by_cost;
        let bar = |(class, sum): (&ItemClass, &ClassSum)| Bar {
            name: class.message(),
            value: if by_cost { fen(sum.cost) } else { sum.items as f64 },
            compounds: of_class.get(class).into_iter().flatten().copied().collect(),
        };
        self.charts.classes = self.by_class.iter().map(bar).collect();
    }

    fn count_funds(&mut self, content: &Content, members: &BTreeMap<DistrictId, Vec<CompoundId>>) {
        let mut of_line: BTreeMap<FundLine, BTreeSet<CompoundId>> = BTreeMap::new();
        for fund in content.funds.values() {
            let Some(line) = fund.source.line() else { continue };
            *self.by_line.entry(line).or_default() += fund.amount;
            of_line.entry(line).or_default().extend(fund.district.and_then(|id| members.get(&id)).into_iter().flatten());
        }
        let bar = |(line, sum): (&FundLine, &Money)| Bar {
            name: line.message(),
            value: fen(*sum),
            compounds: of_line.get(line).into_iter().flatten().copied().collect(),
        };
        self.charts.lines = longest_first(self.by_line.iter().map(bar).collect());
    }

    fn count_pipes(&mut self, content: &Content, lengths: &PipeLengths) {
        let mut inside: BTreeMap<u32, f64> = BTreeMap::new();
        let mut of_owner: BTreeMap<(Option<String>, Option<PipeClass>), BTreeSet<CompoundId>> = BTreeMap::new();
        let owner = |row: u32| {
            let pipe = content.pipes.get(row as usize)?;
            Some((pipe.owner.clone(), pipe.owner.is_none().then_some(pipe.class)))
        };
        for (row, shares) in lengths.per_compound.iter().enumerate() {
            if content.assignment.get(row).copied().flatten().is_none() {
                continue;
            }
            for share in shares.iter().filter(|share| share.role != PipeRole::Passing) {
                *inside.entry(share.pipe.0).or_default() += share.inside_m;
                if let Some(owner) = owner(share.pipe.0) {
                    of_owner.entry(owner).or_default().insert(CompoundId::from_index(row));
                }
            }
        }
        for (row, metres) in inside {
            // Where compounds overlap, their ground counts once.
            let most = lengths.per_pipe.get(row as usize).map_or(metres, |total| total.inside_m);
            if let Some(owner) = owner(row) {
                *self.by_owner.entry(owner).or_default() += metres.min(most);
            }
        }
        let bar = |((owner, class), metres): (&(Option<String>, Option<PipeClass>), &f64)| Bar {
            name: match (owner, class) {
                (Some(owner), _) => Message::new("coordination.unit-named").text("name", owner),
                (None, class) => {
                    let class = class.map_or(PipeClass::Unknown.name(), PipeClass::name);
                    Message::new("coordination.unit-unknown").nested("class", class)
                }
            },
            value: *metres,
            compounds: of_owner.get(&(owner.clone(), *class)).into_iter().flatten().copied().collect(),
        };
        self.charts.owners = longest_first(self.by_owner.iter().map(bar).collect());
    }

    fn count_communities(&mut self, content: &Content, screened: &[Screened]) {
        let mut communities: BTreeMap<&str, bool> = BTreeMap::new();
        for (row, compound) in content.compounds.iter().enumerate() {
            let must = screened.get(row).is_some_and(|s| s.verdict == Verdict::Must);
            if let (true, Some(name)) = (must, compound.facts.community.as_deref()) {
                let whole = communities.entry(name).or_insert(true);
                *whole &= content.assignment.get(row).copied().flatten().is_some();
            }
        }
        self.communities = communities.len();
        self.communities_whole = communities.values().filter(|whole| **whole).count();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length of a chart; sums stay whole")]
fn fen(amount: Money) -> f64 {
    amount.fen() as f64
}

fn longest_first(mut bars: Vec<Bar>) -> Vec<Bar> {
    bars.sort_by(|a, b| b.value.total_cmp(&a.value));
    bars
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::{FundId, ItemId, Silent};
    use crate::model::{District, Fund, FundSource, Item, ItemOrigin, Quantity, UnitPrice};
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::{ItemCode, YearSpan};
    use crate::screening;

    #[test]
    fn satisfaction_is_a_mean_over_those_who_were_asked() {
        assert_eq!(Asked::over(&[]), Asked { percent: None, districts: 0 }, "nobody asked is not 0 %");
        let two = Asked::over(&[(60.0, 300.0), (90.0, 100.0)]);
        assert!(two.districts == 2 && (two.percent.unwrap() - 67.5).abs() < 1e-9);
    }

    /// Two of three compounds in districts of 2026 and 2027, with a road, a pipe and a fund.
    fn plan() -> Content {
        let mut water = pipe("w", PipeClass::Water, &[(10.0, 10.0), (60.0, 10.0)]);
        water.owner = Some("水务".to_owned());
        let compounds = (0..3).map(|n| compound(&n.to_string(), f64::from(n) * 200.0, 0.0, 100.0)).collect();
        let mut content = content(compounds, vec![water]);
        for (row, compound) in Arc::make_mut(&mut content.compounds).iter_mut().enumerate() {
            compound.facts.households = (row != 1).then_some(300);
            compound.facts.floor_area_m2 = Some(20_000.0);
            compound.facts.built = Some(YearSpan::single(1990));
            compound.facts.community = Some(if row == 0 { "甲" } else { "乙" }.to_owned());
        }
        content.assignment = vec![Some(DistrictId(1)), Some(DistrictId(2)), None];
        for (n, year) in [(1, 2026), (2, 2027)] {
            content.districts.insert(DistrictId(n), District { year: Some(year), ..District::numbered(n) });
        }
        let price = UnitPrice { amount: Money::from_fen(1_500_000), source: "询价".to_owned(), dated: "2026-01".to_owned() };
        let item = Item {
            code: ItemCode::new("road"),
            compound: Some(CompoundId(0)),
            district: None,
            place: None,
            quantity: Quantity::Manual(20.0),
            year: None,
            price: Some(price),
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        content.items.insert(ItemId(1), item);
        let fund = Fund {
            district: Some(DistrictId(2)),
            project: String::new(),
            source: FundSource::Line(FundLine::Municipal),
            payer: String::new(),
            amount: Money::from_fen(5_000),
            note: String::new(),
        };
        content.funds.insert(FundId(1), fund);
        content
    }

    #[test]
    fn figures_are_the_sums_of_the_tables() {
        let content = plan();
        let found = Indicators::of(&content, &screening::screen(&content), &lengths(&content, &Silent).unwrap());
        assert_eq!((found.districts, found.compounds, found.households, found.households_missing), (2, 2, 300, 1));
        assert_eq!((found.cost, found.cost_missing), (Money::from_fen(30_000_000), 1));
        // The second district has no known cost: its floor area is not divided by.
        assert_eq!(found.per_household(), Some(Money::from_fen(100_000)));
        assert_eq!(found.per_m2(), Some(Money::from_fen(1_500)));
        assert_eq!((found.communities, found.communities_whole), (2, 1), "the third compound is in no district");
        let bars = |bars: &[Bar]| {
            bars.iter().map(|b| (b.value, b.compounds.iter().map(|c| c.0).collect::<Vec<_>>())).collect::<Vec<_>>()
        };
        assert_eq!(bars(&found.charts.years), [(30_000_000.0, vec![0]), (0.0, vec![1])]);
        assert_eq!(bars(&found.charts.lines), [(5_000.0, vec![1])]);
        assert_eq!(bars(&found.charts.owners), [(50.0, vec![0])]);
        assert_eq!((bars(&found.charts.classes), found.charts.classes_by_cost), (vec![(30_000_000.0, vec![0])], true));
    }

    #[test]
    fn an_empty_plan_has_no_figures() {
        let found = Indicators::of(&Content::default(), &[], &PipeLengths::default());
        assert_eq!((found.per_household(), found.per_m2()), (None, None));
        assert_eq!(found, Indicators::default());
    }
}
