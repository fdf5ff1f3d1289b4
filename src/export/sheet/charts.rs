//! The figures of the plan and its charts: the bars of `coordination::indicators`, drawn.

use std::borrow::Cow;

use super::atlas::Atlas;
use super::flow::Flow;
use crate::base::{Message, Money};
use crate::coordination::indicators::{Bar, Indicators};
use crate::export::features::item_in_scope;
use crate::i18n::{at_least, decimal, grouped};
use crate::map::Rgba;
use crate::model::Content;
use crate::pipes::PipeLengths;

const COLOUR: Rgba = Rgba::hex(0x2F_5D8A);

impl Atlas<'_> {
    /// Figures of what is exported: of a unit's part only what that part holds.
    pub(super) fn indicators(&self) -> Indicators {
        let content = self.exported();
        let none = PipeLengths::default();
        Indicators::of(&content, self.input.screened, self.input.lengths.unwrap_or(&none))
    }

    fn exported(&self) -> Cow<'_, Content> {
        let content = self.input.content;
        let Some(scope) = self.input.scope else { return Cow::Borrowed(content) };
        let mut own = content.clone();
        own.districts.retain(|id, _| scope.has_district(*id));
        own.assignment.iter_mut().for_each(|district| *district = district.filter(|id| scope.has_district(*id)));
        own.items.retain(|_, item| item_in_scope(self.input, item));
        own.funds.retain(|_, fund| fund.district.is_some_and(|id| scope.has_district(id)));
        Cow::Owned(own)
    }

    /// Figures first, then a chart for years, classes, fund lines and owners.
    pub(super) fn charts(&self, flow: &mut Flow) {
        let found = self.indicators();
        let count = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        let yuan = |amount: Option<Money>| amount.map_or_else(|| "—".to_owned(), |a| decimal(a.wan_yuan() * 10_000.0, 2));
        let rows = [
            ("ui.kpi-households", at_least(count(found.households), found.households_missing)),
            ("ui.kpi-floor-area", at_least(decimal(found.floor_area_m2, 0), found.floor_area_missing)),
            ("ui.kpi-cost", at_least(decimal(found.cost.wan_yuan(), 2), found.cost_missing)),
            ("ui.kpi-per-household", yuan(found.per_household())),
            ("ui.kpi-per-m2", yuan(found.per_m2())),
            ("ui.kpi-communities", format!("{} / {}", found.communities_whole, found.communities)),
            ("ui.kpi-districts", format!("{} / {}", found.districts, found.compounds)),
        ];
        flow.pairs(&rows.map(|(key, value)| (self.say(&Message::new(key)), value)));
        if found.households_missing + found.floor_area_missing + found.cost_missing > 0 {
            flow.quiet(&self.say(&Message::new("ui.kpi-missing")));
        }
        let charts = &found.charts;
        let wan = |value: f64| decimal(value / 1.0e6, 2);
        let plain = |value: f64| decimal(value, 0);
        self.chart(flow, "ui.chart-years", &charts.years, &wan);
        if charts.classes_by_cost {
            self.chart(flow, "ui.chart-class-cost", &charts.classes, &wan);
        } else {
            self.chart(flow, "ui.chart-class-items", &charts.classes, &plain);
        }
        self.chart(flow, "ui.chart-lines", &charts.lines, &wan);
        self.chart(flow, "ui.chart-owners", &charts.owners, &plain);
    }

    fn chart(&self, flow: &mut Flow, title: &'static str, bars: &[Bar], words: &dyn Fn(f64) -> String) {
        flow.heading(&self.say(&Message::new(title)));
        if bars.is_empty() {
            flow.quiet(&self.say(&Message::new("ui.chart-empty")));
        }
        let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        for bar in bars {
            let share = if most > 0.0 { bar.value / most } else { 0.0 };
            flow.bar(&self.say(&bar.name), share, &words(bar.value), COLOUR);
        }
    }
}
