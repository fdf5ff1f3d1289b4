//! Indicators: the figures of the plan, and charts of which each bar selects on the map what it is made of.

use egui::Ui;

use super::charts::charts_ui;
use crate::base::{Message, Money};
use crate::coordination::indicators::{Asked, Indicators};
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The figures, kept until the plan changes.
#[derive(Default)]
pub(super) struct IndicatorsMemory {
    key: Option<u64>,
    found: Indicators,
}

/// The board.
pub(super) fn indicators_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut IndicatorsMemory) {
    let (state, revisions) = (cx.state, &cx.state.revisions);
    let screened = state.derived.screened.fresh(revisions.screened());
    let lengths = state.derived.lengths.fresh(revisions.lengths());
    let (Some(screened), Some(lengths)) = (screened, lengths) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.lengths-pending")));
        return;
    };
    let key = Some(revisions.findings());
    if memory.key != key {
        memory.key = key;
        memory.found = Indicators::of(&state.plan, screened, lengths);
    }
    let found = &memory.found;
    if found.compounds == 0 {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-districts"));
        return;
    }
    egui::ScrollArea::both().id_salt("indicators").auto_shrink(false).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(190.0);
                figures_ui(ui, cx, found);
            });
            ui.add_space(16.0);
            charts_ui(ui, cx, &found.charts);
        });
    });
}

fn yuan(amount: Money) -> String {
    i18n::decimal(amount.wan_yuan() * 10_000.0, 2)
}

/// Before and after, a dash where nobody was asked.
fn satisfied(found: &Indicators) -> String {
    let percent =
        |asked: Asked| asked.percent.map_or_else(|| "–".to_owned(), |percent| format!("{}%", i18n::decimal(percent, 1)));
    format!("{} / {}", percent(found.satisfied_before), percent(found.satisfied_after))
}

fn figures_ui(ui: &mut Ui, cx: &Context<'_>, found: &Indicators) {
    let count = |n: u64| i18n::grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let dash = || "–".to_owned();
    let rows = [
        ("ui.kpi-households", i18n::at_least(count(found.households), found.households_missing)),
        ("ui.kpi-floor-area", i18n::at_least(i18n::decimal(found.floor_area_m2, 0), found.floor_area_missing)),
        ("ui.kpi-cost", i18n::at_least(i18n::decimal(found.cost.wan_yuan(), 2), found.cost_missing)),
        ("ui.kpi-per-household", found.per_household().map_or_else(dash, yuan)),
        ("ui.kpi-per-m2", found.per_m2().map_or_else(dash, yuan)),
        ("ui.kpi-communities", format!("{} / {}", found.communities_whole, found.communities)),
        ("ui.kpi-satisfied", satisfied(found)),
        ("ui.kpi-districts", format!("{} / {}", found.districts, found.compounds)),
    ];
    for (key, value) in rows {
        widgets::fact(ui, cx.palette, &cx.text(key), &value);
    }
    let asked = [found.satisfied_before.districts, found.satisfied_after.districts];
    if asked != [0, 0] {
        let words = Message::new("ui.kpi-satisfied-known").count("before", asked[0]).count("after", asked[1]);
        ui.label(widgets::quiet(cx.palette, cx.tr(&words)).size(12.0));
    }
    let missing = found.households_missing + found.floor_area_missing + found.cost_missing;
    if missing > 0 {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.kpi-missing")).size(12.0));
    }
}
