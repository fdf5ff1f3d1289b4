//! The fund ledger summed (R33): what a district costs, who pays, what is missing, and what it will earn. All sums are whole 分.

use std::collections::{BTreeMap, BTreeSet};

use super::{ResponsibleUnit, responsibility};
use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::model::{Content, Fund, FundLine, FundSource, ResidentShare};
use crate::pipes::{PipeLengths, PipeRole};

/// What a cost is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostBasis {
    /// Items with their prices.
    Items,
    /// 估算投资 of the ledgers, where no item has a price.
    Estimates,
    /// Nothing is known.
    Unknown,
}

impl CostBasis {
    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Estimates => "estimates",
            Self::Unknown => "unknown",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Items => Message::new("coordination.cost-items"),
            Self::Estimates => Message::new("coordination.cost-estimates"),
            Self::Unknown => Message::new("coordination.cost-unknown"),
        }
    }
}

/// What something costs, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The sum.
    pub amount: Money,
    /// Of what.
    pub basis: CostBasis,
    /// Items without a price or quantity, or compounds without an estimate: they count as nothing.
    pub missing: usize,
}

/// Something worth looking at in the funds of a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FundHint {
    /// 提取住房公积金 without a lift (R46).
    ProvidentWithoutLifts,
    /// Lifts, and no provincial money: 加装电梯省级财政给予奖补 (R33).
    LiftsForProvince,
    /// Pipes that utilities renew, and no money of theirs (R47).
    UtilitiesPayNothing,
    /// More funds than the district costs.
    Surplus,
}

impl FundHint {
    /// Every hint, in order.
    pub const ALL: [Self; 4] = [Self::ProvidentWithoutLifts, Self::LiftsForProvince, Self::UtilitiesPayNothing, Self::Surplus];

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ProvidentWithoutLifts => "provident_without_lifts",
            Self::LiftsForProvince => "lifts_for_province",
            Self::UtilitiesPayNothing => "utilities_pay_nothing",
            Self::Surplus => "surplus",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::ProvidentWithoutLifts => Message::new("coordination.hint-provident"),
            Self::LiftsForProvince => Message::new("coordination.hint-lifts"),
            Self::UtilitiesPayNothing => Message::new("coordination.hint-utilities"),
            Self::Surplus => Message::new("coordination.hint-surplus"),
        }
    }
}

/// The funds of one district.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictFunds {
    /// Which.
    pub district: DistrictId,
    /// What it costs.
    pub cost: Cost,
    /// Funds by line.
    pub by_line: BTreeMap<FundLine, Money>,
    /// What residents give, by kind, as far as a kind is said.
    pub by_share: BTreeMap<ResidentShare, Money>,
    /// Funds by project; the empty name is the district as a whole.
    pub by_project: BTreeMap<String, Money>,
    /// All funds.
    pub total: Money,
    /// Of these what is to be paid back.
    pub debt: Money,
    /// Cost less funds; negative when there is more than is needed.
    pub gap: Money,
    /// What it earns in a year.
    pub revenue: Money,
    /// Known households.
    pub households: u64,
    /// Compounds without a count of households.
    pub households_missing: usize,
    /// What is worth looking at.
    pub hints: Vec<FundHint>,
}

impl DistrictFunds {
    /// Years until what it earns has paid the gap; `None` when it never does, 0 without a gap.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a figure for display; sums stay whole")]
    pub fn years_to_balance(&self) -> Option<f64> {
        if self.gap <= Money::ZERO {
            return (self.cost.basis != CostBasis::Unknown).then_some(0.0);
        }
        (self.revenue > Money::ZERO).then(|| self.gap.fen() as f64 / self.revenue.fen() as f64)
    }

    /// What the residents of a household give in the mean, to the 分; `None` while no households are known.
    #[must_use]
    pub fn residents_per_household(&self) -> Option<Money> {
        let given = self.by_line.get(&FundLine::Residents).copied().unwrap_or_default();
        let households = i64::try_from(self.households).ok().filter(|n| *n > 0)?;
        Some(Money::from_fen((given.fen() + households / 2) / households))
    }
}

/// What a district costs: its items with their prices or, where none has one, what the ledgers say of its compounds.
#[must_use]
pub fn district_cost(content: &Content, district: DistrictId, members: &[CompoundId]) -> Cost {
    let items = content.items.values().filter(|item| content.item_district(item) == Some(district));
    let costs: Vec<Option<Money>> = items.map(|item| content.item_cost(item)).collect();
    if costs.iter().any(Option::is_some) {
        let missing = costs.iter().filter(|cost| cost.is_none()).count();
        return Cost { amount: costs.into_iter().flatten().sum(), basis: CostBasis::Items, missing };
    }
    let estimates = members.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| c.facts.estimated_cost);
    let known = estimates.clone().flatten().count();
    let basis = if known > 0 { CostBasis::Estimates } else { CostBasis::Unknown };
    Cost { amount: estimates.flatten().sum(), basis, missing: members.len() - known }
}

/// The funds of every district, in the order of the districts. `O(items × log + entries + shares)`.
#[must_use]
pub fn district_funds(content: &Content, lengths: &PipeLengths) -> Vec<DistrictFunds> {
    let costs = district_costs(content);
    let with_lifts: BTreeSet<DistrictId> = content
        .items
        .values()
        .filter(|item| content.kind_of(&item.code) == "lift")
        .filter_map(|item| content.item_district(item))
        .collect();
    let mut funds: BTreeMap<DistrictId, Vec<&Fund>> = BTreeMap::new();
    for fund in content.funds.values() {
        if let Some(district) = fund.district {
            funds.entry(district).or_default().push(fund);
        }
    }
    let members = content.members_by_district();
    let one = |(id, members): (DistrictId, Vec<CompoundId>)| {
        let mine = funds.get(&id).map_or(&[][..], Vec::as_slice);
        let cost = costs.get(&id).copied().unwrap_or(Cost { amount: Money::ZERO, basis: CostBasis::Unknown, missing: 0 });
        let mut sums = summed(content, id, cost, &members, mine);
        sums.hints = hints(&sums, with_lifts.contains(&id), || has_utility_pipes(content, lengths, &members));
        sums
    };
    members.into_iter().map(one).collect()
}

/// What every district costs, as [`district_cost`] has it, in one pass over the items.
#[must_use]
pub fn district_costs(content: &Content) -> BTreeMap<DistrictId, Cost> {
    let mut by_item: BTreeMap<DistrictId, (Money, usize, usize)> = BTreeMap::new();
    for item in content.items.values() {
        let Some(district) = content.item_district(item) else { continue };
        let (sum, known, missing) = by_item.entry(district).or_default();
        match content.item_cost(item) {
            Some(cost) => (*sum, *known) = (*sum + cost, *known + 1),
            None => *missing += 1,
        }
    }
    let one = |(id, members): (DistrictId, Vec<CompoundId>)| {
        if let Some((amount, known, missing)) = by_item.get(&id).copied()
            && known > 0
        {
            return (id, Cost { amount, basis: CostBasis::Items, missing });
        }
        let estimates = members.iter().filter_map(|id| content.compounds[id.index()].facts.estimated_cost);
        let known = estimates.clone().count();
        let basis = if known > 0 { CostBasis::Estimates } else { CostBasis::Unknown };
        (id, Cost { amount: estimates.sum(), basis, missing: members.len() - known })
    };
    content.members_by_district().into_iter().map(one).collect()
}

fn summed(content: &Content, district: DistrictId, cost: Cost, members: &[CompoundId], funds: &[&Fund]) -> DistrictFunds {
    let known = members.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| c.facts.households);
    let mut sums = DistrictFunds {
        district,
        cost,
        by_line: BTreeMap::new(),
        by_share: BTreeMap::new(),
        by_project: BTreeMap::new(),
        total: Money::ZERO,
        debt: Money::ZERO,
        gap: Money::ZERO,
        revenue: Money::ZERO,
        households: known.clone().flatten().map(u64::from).sum(),
        households_missing: known.filter(Option::is_none).count(),
        hints: Vec::new(),
    };
    for fund in funds {
        let Some(line) = fund.source.line() else {
            sums.revenue += fund.amount;
            continue;
        };
        *sums.by_line.entry(line).or_default() += fund.amount;
        *sums.by_project.entry(fund.project.clone()).or_default() += fund.amount;
        if let FundSource::Residents(share) = fund.source {
            *sums.by_share.entry(share).or_default() += fund.amount;
        }
        sums.total += fund.amount;
        if line.is_debt() {
            sums.debt += fund.amount;
        }
    }
    sums.gap = sums.cost.amount - sums.total;
    sums
}

fn hints(sums: &DistrictFunds, has_lifts: bool, has_utility_pipes: impl Fn() -> bool) -> Vec<FundHint> {
    let has = |line| sums.by_line.get(&line).is_some_and(|sum| *sum > Money::ZERO);
    let provident = sums.by_share.get(&ResidentShare::ProvidentFund).is_some_and(|sum| *sum > Money::ZERO);
    FundHint::ALL
        .into_iter()
        .filter(|hint| match hint {
            FundHint::ProvidentWithoutLifts => provident && !has_lifts,
            FundHint::LiftsForProvince => has_lifts && !has(FundLine::Provincial),
            FundHint::UtilitiesPayNothing => !has(FundLine::Utility) && has_utility_pipes(),
            FundHint::Surplus => sums.cost.basis != CostBasis::Unknown && sums.gap < Money::ZERO,
        })
        .collect()
}

/// Whether pipes that their utility renews, and that have a year, serve some of the compounds.
fn has_utility_pipes(content: &Content, lengths: &PipeLengths, members: &[CompoundId]) -> bool {
    let shares = members.iter().filter_map(|id| lengths.per_compound.get(id.index())).flatten();
    shares.filter(|share| share.role != PipeRole::Passing).any(|share| {
        let Some(pipe) = content.pipes.get(share.pipe.index()) else { return false };
        content.pipe_year(share.pipe).is_some() && responsibility(pipe.ownership, pipe.class).unit == ResponsibleUnit::Utility
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::{FundId, ItemId, Silent};
    use crate::model::{District, Item, ItemOrigin, Quantity, UnitPrice};
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::{ItemCode, Ownership, PipeClass};

    fn fund(source: FundSource, yuan: i64) -> Fund {
        let (project, payer, note) = (String::new(), String::new(), String::new());
        Fund { district: Some(DistrictId(1)), project, source, payer, amount: Money::from_fen(yuan * 100), note }
    }

    fn item(code: &str, price_yuan: Option<i64>) -> Item {
        let price = price_yuan.map(|yuan| {
            let (source, dated) = ("询价".to_owned(), "2026-01".to_owned());
            UnitPrice { amount: Money::from_fen(yuan * 100), source, dated }
        });
        Item {
            code: ItemCode::new(code),
            compound: Some(CompoundId(0)),
            district: None,
            place: None,
            quantity: Quantity::Manual(2.0),
            year: None,
            price,
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        }
    }

    /// One district of one compound of 120 households.
    fn plan(items: Vec<Item>, funds: Vec<Fund>) -> Content {
        let mut content = content(vec![compound("a", 0.0, 0.0, 100.0)], Vec::new());
        content.assignment = vec![Some(DistrictId(1))];
        content.districts.insert(DistrictId(1), District::numbered(1));
        std::sync::Arc::make_mut(&mut content.compounds)[0].facts.households = Some(120);
        content.items = (1..).map(ItemId).zip(items).collect();
        content.funds = (1..).map(FundId).zip(funds).collect();
        content
    }

    fn sums(content: &Content) -> DistrictFunds {
        district_funds(content, &lengths(content, &Silent).unwrap()).remove(0)
    }

    #[test]
    fn a_ledger_adds_up() {
        let items = vec![item("road", Some(500_000)), item("lighting", None)];
        let funds = vec![
            fund(FundSource::Line(FundLine::CentralBudget), 300_000),
            fund(FundSource::Line(FundLine::SpecialBond), 200_000),
            fund(FundSource::Residents(ResidentShare::Direct), 60_000),
            fund(FundSource::Residents(ResidentShare::MaintenanceFund), 60_000),
            fund(FundSource::Revenue, 38_000),
        ];
        let found = sums(&plan(items, funds));
        assert_eq!((found.cost.amount.fen(), found.cost.basis, found.cost.missing), (100_000_000, CostBasis::Items, 1));
        assert_eq!((found.total.fen(), found.debt.fen(), found.gap.fen()), (62_000_000, 20_000_000, 38_000_000));
        assert_eq!(found.years_to_balance(), Some(10.0));
        assert_eq!(found.residents_per_household(), Some(Money::from_fen(100_000)));
        assert_eq!(found.by_share[&ResidentShare::Direct].fen(), 6_000_000);
    }

    #[test]
    fn estimates_stand_in_where_nothing_has_a_price() {
        let mut content = plan(vec![item("road", None)], Vec::new());
        assert_eq!(sums(&content).cost, Cost { amount: Money::ZERO, basis: CostBasis::Unknown, missing: 1 });
        assert_eq!(sums(&content).years_to_balance(), None);
        std::sync::Arc::make_mut(&mut content.compounds)[0].facts.estimated_cost = Some(Money::from_fen(1_234_567));
        let cost = Cost { amount: Money::from_fen(1_234_567), basis: CostBasis::Estimates, missing: 0 };
        assert_eq!((sums(&content).cost, sums(&content).gap), (cost, cost.amount));
        assert_eq!(district_cost(&content, DistrictId(1), &[CompoundId(0)]), cost);
    }

    #[test]
    fn truth_table_of_hints() {
        use FundHint::{LiftsForProvince, ProvidentWithoutLifts, Surplus};
        let provident = || fund(FundSource::Residents(ResidentShare::ProvidentFund), 1);
        let province = || fund(FundSource::Line(FundLine::Provincial), 1);
        let lift = || item("lift", Some(400_000));
        for (items, funds, expected) in [
            (vec![], vec![], vec![]),
            (vec![], vec![provident()], vec![ProvidentWithoutLifts]),
            (vec![lift()], vec![provident()], vec![LiftsForProvince]),
            (vec![lift()], vec![provident(), province()], vec![]),
            (vec![lift()], vec![], vec![LiftsForProvince]),
            (vec![item("road", Some(1))], vec![fund(FundSource::Line(FundLine::Municipal), 3)], vec![Surplus]),
            (vec![item("road", Some(1))], vec![fund(FundSource::Line(FundLine::Municipal), 2)], vec![]),
        ] {
            assert_eq!(sums(&plan(items, funds)).hints, expected);
        }
    }

    #[test]
    fn utilities_are_asked_where_they_renew() {
        let mut content = plan(Vec::new(), Vec::new());
        let mut water = pipe("w", PipeClass::Water, &[(10.0, 10.0), (60.0, 10.0)]);
        (water.ownership, water.planned_year) = (Ownership::Utility, Some(2027));
        content.pipes = std::sync::Arc::new(vec![water]);
        assert_eq!(sums(&content).hints, [FundHint::UtilitiesPayNothing]);
        content.funds.insert(FundId(1), fund(FundSource::Line(FundLine::Utility), 5));
        assert_eq!(sums(&content).hints, []);
        content.funds.clear();
        std::sync::Arc::make_mut(&mut content.pipes)[0].ownership = Ownership::NotUtility;
        assert_eq!(sums(&content).hints, []);
    }

    proptest! {
        #[test]
        fn every_sum_equals_a_recount(entries in prop::collection::vec((0..22_usize, -1_000_000..100_000_000_i64, 0..3_u8), 0..20)) {
            let sources: Vec<FundSource> = FundSource::all().collect();
            let funds = entries.iter().map(|(source, fen, project)| Fund {
                amount: Money::from_fen(*fen),
                project: format!("{project}"),
                ..fund(sources[*source], 0)
            });
            let content = plan(vec![item("road", Some(7))], funds.collect());
            let found = sums(&content);
            let of = |keep: &dyn Fn(&Fund) -> bool| content.funds.values().filter(|f| keep(f)).map(|f| f.amount.fen()).sum::<i64>();
            prop_assert_eq!(found.total.fen(), of(&|f| f.source != FundSource::Revenue));
            prop_assert_eq!(found.revenue.fen(), of(&|f| f.source == FundSource::Revenue));
            prop_assert_eq!(found.debt.fen(), of(&|f| f.source.line().is_some_and(FundLine::is_debt)));
            prop_assert_eq!(found.by_line.values().map(|m| m.fen()).sum::<i64>(), found.total.fen());
            prop_assert_eq!(found.by_project.values().map(|m| m.fen()).sum::<i64>(), found.total.fen());
            prop_assert_eq!(found.gap.fen(), 1_400 - found.total.fen());
        }
    }
}
