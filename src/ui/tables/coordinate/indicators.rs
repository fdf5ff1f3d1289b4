//! Indicators: the figures of the plan, and charts of which each bar selects on the map what it is made of.

use egui::{Align2, FontId, Rect, Role, Sense, Ui, vec2};

use crate::base::{Message, Money};
use crate::command::{Command, SelectMode};
use crate::coordination::indicators::{Asked, Bar, Indicators};
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Width of a chart, and of the names of its bars.
const CHART_WIDTH: f32 = 240.0;
const NAME_WIDTH: f32 = 92.0;
const ROW: f32 = 20.0;

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
            charts_ui(ui, cx, found);
        });
    });
}

/// A number with a plus where some of it is not known.
fn known(words: String, missing: usize) -> String {
    if missing > 0 { format!("{words}+") } else { words }
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
        ("ui.kpi-households", known(count(found.households), found.households_missing)),
        ("ui.kpi-floor-area", known(i18n::decimal(found.floor_area_m2, 0), found.floor_area_missing)),
        ("ui.kpi-cost", known(i18n::decimal(found.cost.wan_yuan(), 2), found.cost_missing)),
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

fn charts_ui(ui: &mut Ui, cx: &mut Context<'_>, found: &Indicators) {
    let charts = &found.charts;
    let wan = |value: f64| i18n::decimal(value / 1.0e6, 2);
    let plain = |value: f64| i18n::decimal(value, 0);
    let classes = if charts.classes_by_cost { "ui.chart-class-cost" } else { "ui.chart-class-items" };
    let by_class: &dyn Fn(f64) -> String = if charts.classes_by_cost { &wan } else { &plain };
    chart_ui(ui, cx, "ui.chart-years", &charts.years, &wan);
    chart_ui(ui, cx, classes, &charts.classes, by_class);
    chart_ui(ui, cx, "ui.chart-lines", &charts.lines, &wan);
    chart_ui(ui, cx, "ui.chart-owners", &charts.owners, &plain);
}

fn chart_ui(ui: &mut Ui, cx: &mut Context<'_>, title: &'static str, bars: &[Bar], words: &dyn Fn(f64) -> String) {
    ui.vertical(|ui| {
        ui.set_width(CHART_WIDTH);
        ui.label(widgets::quiet(cx.palette, cx.text(title)));
        if bars.is_empty() {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.chart-empty")));
        }
        let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        for (place, bar) in bars.iter().enumerate() {
            bar_ui(ui, cx, (title, place), bar, most, &words(bar.value));
        }
    });
    ui.add_space(16.0);
}

/// One bar with its name and number; a click selects its compounds and shows them.
fn bar_ui(ui: &mut Ui, cx: &mut Context<'_>, (title, place): (&'static str, usize), bar: &Bar, most: f64, number: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(CHART_WIDTH, ROW), Sense::hover());
    let name = cx.tr(&bar.name);
    let response = ui.interact(rect, ui.scope_id().with((title, place)), Sense::click());
    let response = widgets::named(response, Role::Button, &format!("{name} {number}"));
    let painter = ui.painter_at(rect);
    if response.hovered() {
        painter.rect_filled(rect, 2.0, cx.palette.accent_wash);
    }
    let font = FontId::proportional(12.0);
    let mut job = egui::text::LayoutJob::simple_singleline(name.clone(), font.clone(), cx.palette.text);
    job.wrap = egui::text::TextWrapping::truncate_at_width(NAME_WIDTH - 6.0);
    let galley = painter.layout_job(job);
    painter.galley(rect.left_center() - vec2(0.0, galley.size().y / 2.0), galley, cx.palette.text);
    let room = CHART_WIDTH - NAME_WIDTH - 72.0;
    #[expect(clippy::cast_possible_truncation, reason = "a share for a bar")]
    let share = if most > 0.0 { (bar.value / most).clamp(0.0, 1.0) as f32 } else { 0.0 };
    let from = rect.left_center() + vec2(NAME_WIDTH, -5.0);
    painter.rect_filled(Rect::from_min_size(from, vec2((room * share).max(1.0), 10.0)), 1.0, cx.palette.accent);
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, number, font, cx.palette.text);
    if response.on_hover_text(format!("{name}  {number}")).clicked() {
        cx.push(Command::SelectItem(None));
        cx.push(Command::SelectPipe(None));
        cx.push(Command::SelectDistrict(None));
        cx.push(Command::Select(bar.compounds.clone(), SelectMode::Replace));
        cx.push(Command::FitSelection);
    }
}
