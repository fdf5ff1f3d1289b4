//! What is said beside the map of a district: its facts, items, funds and findings.

use std::collections::BTreeMap;

use super::atlas::{Atlas, RED};
use super::flow::{Col, Flow, Lead};
use super::total::{FactTotals, Total};
use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::coordination::CostBasis;
use crate::export::FindingFeature;
use crate::export::features::item_in_scope;
use crate::export::xlsx::works::yuan;
use crate::i18n::{Lang, at_least, decimal, grouped};
use crate::model::{CompoundFacts, District, Item};
use crate::policy::CatalogueEntry;

/// What the items of an entry of the catalogue come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    items: usize,
    quantity: Total<f64>,
    cost: Total<Money>,
}

impl Sum {
    fn cost_words(&self) -> String {
        self.cost.words(|cost| decimal(yuan(cost), 0))
    }

    fn add(&mut self, quantity: Option<f64>, cost: Option<Money>) {
        self.items += 1;
        self.quantity.add(quantity);
        self.cost.add(cost);
    }
}

impl Atlas<'_> {
    pub(super) fn count(n: usize) -> String {
        grouped(i64::try_from(n).unwrap_or(i64::MAX))
    }

    pub(super) fn entry_name(&self, entry: &CatalogueEntry) -> String {
        if self.options.lang == Lang::Zh { entry.zh.clone() } else { entry.en.clone() }
    }

    /// All that is said of a district, in order.
    pub(super) fn district_words(&self, flow: &mut Flow, id: DistrictId, district: &District, members: &[CompoundId]) {
        for line in [district.implementer.as_str(), district.note.as_str()].into_iter().filter(|line| !line.is_empty()) {
            flow.quiet(line);
        }
        self.facts(flow, id, district, members);
        flow.heading(&self.say(&Message::new("export.xlsx-items")));
        self.item_table(flow, &|item, _| self.input.content.item_district(item) == Some(id));
        self.funds(flow, id);
        self.findings(flow, id);
    }

    fn facts(&self, flow: &mut Flow, id: DistrictId, district: &District, members: &[CompoundId]) {
        let content = self.input.content;
        let totals = FactTotals::of(self.facts_of(members));
        let own = |item: &&Item| content.item_district(item) == Some(id) && item_in_scope(self.input, item);
        let items: Vec<&Item> = content.items.values().filter(own).collect();
        let cost: Total<Money> = items.iter().map(|item| content.item_cost(item)).collect();
        let open = items.iter().filter(|item| content.item_cost(item).is_none()).count();
        let rows = [
            ("export.col-year", district.year.map_or_else(|| "—".to_owned(), |year| year.to_string())),
            ("export.col-compounds", Self::count(members.len())),
            ("export.col-households", totals.households),
            ("export.col-floor-area", totals.floor_area),
            ("export.col-estimate", totals.estimate),
            ("export.col-cost", if items.is_empty() { "—".to_owned() } else { cost.words(|cost| decimal(yuan(cost), 2)) }),
            ("export.col-items", Self::count(items.len())),
            ("export.col-uncosted", Self::count(open)),
        ];
        flow.pairs(&rows.map(|(key, value)| (self.say(&Message::new(key)), value)));
        self.say_partial(flow, totals.is_partial.contains(&true) || cost.is_partial());
    }

    /// What the facts of compounds are.
    pub(super) fn facts_of<'a>(&'a self, members: &'a [CompoundId]) -> impl Iterator<Item = &'a CompoundFacts> + Clone {
        members.iter().filter_map(|id| self.input.content.compounds.get(id.index())).map(|compound| &compound.facts)
    }

    /// What the sign before a sum means, where one has it.
    pub(super) fn say_partial(&self, flow: &mut Flow, is_partial: bool) {
        if is_partial {
            flow.quiet(&self.say(&Message::new("export.at-least")));
        }
    }

    /// Items by entry of the catalogue, with their signs, and their sum.
    pub(super) fn item_table(&self, flow: &mut Flow, mine: &dyn Fn(&Item, &CatalogueEntry) -> bool) {
        let content = self.input.content;
        let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
        let mut all = Sum::default();
        for item in content.items.values().filter(|item| item_in_scope(self.input, item)) {
            let Some(entry) = content.catalogue.get(&item.code).filter(|entry| mine(item, entry)) else { continue };
            let cost = content.item_cost(item);
            sums.entry(entry.code.0.as_str()).or_default().add(item.quantity.value(), cost);
            all.add(None, cost);
        }
        if sums.is_empty() {
            flow.quiet(&self.say(&Message::new("export.atlas-no-items")));
            return;
        }
        let heads = ["export.col-item", "export.col-items", "export.col-quantity", "export.col-cost"];
        let table = flow.table(
            &[Col(0.5, false), Col(0.12, true), Col(0.19, true), Col(0.19, true)],
            &heads.map(|key| self.say(&Message::new(key))),
        );
        for entry in &content.catalogue.entries {
            let Some(sum) = sums.get(entry.code.0.as_str()) else { continue };
            let name = format!("{} ({})", self.entry_name(entry), self.say(&entry.unit.message()));
            let quantity = sum.quantity.words(|quantity| decimal(quantity, 0));
            let cells = [name.as_str(), &Self::count(sum.items), &quantity, &sum.cost_words()];
            flow.row(table, &cells, Some(Lead(entry.class, entry.symbol)));
        }
        let total = self.say(&Message::new("export.xlsx-total"));
        flow.row(table, &[&total, &Self::count(all.items), "", &all.cost_words()], None);
        self.say_partial(
            flow,
            sums.values().any(|sum| sum.quantity.is_partial() || sum.cost.is_partial()) || all.cost.is_partial(),
        );
    }

    /// What the district costs, who pays, and what is missing.
    fn funds(&self, flow: &mut Flow, id: DistrictId) {
        flow.heading(&self.say(&Message::new("export.atlas-funds")));
        let Some(funds) = self.funds.get(&id).filter(|funds| !funds.by_line.is_empty() || funds.revenue > Money::ZERO) else {
            flow.quiet(&self.say(&Message::new("export.atlas-no-funds")));
            return;
        };
        let wan = |amount: Money| decimal(amount.wan_yuan(), 2);
        let table = flow.table(
            &[Col(0.7, false), Col(0.3, true)],
            &["export.col-fund-source", "export.col-fund-amount"].map(|key| self.say(&Message::new(key))),
        );
        for (line, amount) in &funds.by_line {
            flow.row(table, &[&self.say(&line.message()), &wan(*amount)], None);
        }
        let rows = [
            ("export.fund-total", funds.total),
            ("export.fund-debt", funds.debt),
            ("export.fund-cost", funds.cost.amount),
            ("export.fund-gap", funds.gap),
            ("export.fund-revenue", funds.revenue),
        ];
        let is_known = funds.cost.basis != CostBasis::Unknown;
        for (key, amount) in rows {
            let words = match key {
                "export.fund-cost" | "export.fund-gap" if is_known => at_least(wan(amount), funds.cost.missing),
                "export.fund-cost" | "export.fund-gap" => "—".to_owned(),
                _ => wan(amount),
            };
            flow.row(table, &[&self.say(&Message::new(key)), &words], None);
        }
        self.say_partial(flow, is_known && funds.cost.missing > 0);
    }

    fn findings(&self, flow: &mut Flow, id: DistrictId) {
        let input = self.input;
        let scope = input.scope;
        let mine = |f: &&FindingFeature| f.district == Some(id) && scope.is_none_or(|scope| scope.has_finding(input.content, f));
        let own: Vec<String> = input.findings.iter().filter(mine).map(|f| self.say(&f.message)).collect();
        flow.heading(&self.say(&Message::new("export.atlas-findings").count("count", own.len())));
        if own.is_empty() {
            flow.quiet(&self.say(&Message::new("export.atlas-no-findings")));
        }
        for text in &own {
            flow.point(text, RED);
        }
    }
}
