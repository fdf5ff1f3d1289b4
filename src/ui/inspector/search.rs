//! The search for districts in the panel of its step: how far it is, its chart, and what can be done with it; and whose
//! districts are grouped.

use egui::{Color32, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::base::Message;
use crate::command::{Command, Scope};
use crate::i18n;
use crate::session::{Search, SearchStage, Sight};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Height of the chart, points.
const CHART: f32 = 40.0;

/// The search that runs, or whose districts are the plan's; `false` when there is none to show.
pub(super) fn search_ui(ui: &mut Ui, cx: &mut Context<'_>) -> bool {
    let state = cx.state;
    let Some(search) = state.open_search().or_else(|| state.search_to_go_on()) else { return false };
    ui.add_space(4.0);
    stage_ui(ui, cx, search);
    if !search.trace.is_empty() {
        chart_ui(ui, cx, &search.trace);
    }
    true
}

/// Where the search is, and what it has found.
fn stage_ui(ui: &mut Ui, cx: &mut Context<'_>, search: &Search) {
    let improving = search.trace.last().and_then(|sight| sight.improving);
    let stage = match (search.stage, improving) {
        (SearchStage::Waiting, _) => Message::new("ui.search-waits"),
        (SearchStage::Running, None) => Message::new("ui.search-building"),
        (SearchStage::Running, Some(improving)) => {
            Message::new("ui.search-improving").count("round", improving.round).count("rounds", improving.rounds)
        }
        (SearchStage::Ending, _) => Message::new("ui.search-ending"),
        (SearchStage::Taken { early: true }, _) => Message::new("ui.search-kept"),
        (SearchStage::Taken { early: false }, _) => Message::new("ui.search-done"),
    };
    ui.horizontal(|ui| {
        if search.is_open() {
            ui.add(egui::Spinner::new().size(14.0));
            ui.label(egui::RichText::new(cx.text("ui.searching")).strong());
        }
        ui.label(widgets::quiet(cx.palette, cx.tr(&stage)));
        if !search.is_open() {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| go_on_ui(ui, cx));
        }
    });
    // While it runs only: the result is the plan's, and the plan may have been changed by hand since.
    if let Some(sketch) = search.sketch.as_ref().filter(|_| search.is_open()) {
        let found = Message::new("ui.search-found").count("districts", sketch.draft.districts);
        let found = cx.tr(&found.count("unassigned", sketch.draft.unassigned));
        ui.horizontal(|ui| {
            ui.label(found);
            time_ui(ui, cx, search);
        });
    }
}

/// How long it has taken, at the right of a line.
fn time_ui(ui: &mut Ui, cx: &Context<'_>, search: &Search) {
    let Some(last) = search.trace.last() else { return };
    let time = format!("{} s", i18n::decimal(last.seconds, 1));
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.label(widgets::quiet(cx.palette, time).size(12.0));
    });
}

/// What ends a search, where the buttons stand that begin one.
pub(super) fn end_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let can_be_kept = cx.state.open_search().is_some_and(Search::can_be_kept);
    ui.horizontal_wrapped(|ui| {
        let keep = egui::Button::new(cx.text("command.keep-search"));
        if ui.add_enabled(can_be_kept, keep).clicked() {
            cx.push(Command::KeepSearch);
        }
        if ui.button(cx.text("command.stop-search")).clicked() {
            cx.push(Command::StopSearch);
        }
    });
}

/// Goes on from the plan's districts, which are those that were searched last.
fn go_on_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if ui.button(cx.text("command.go-on")).on_hover_text(cx.text("ui.go-on-hint")).clicked() {
        cx.push(Command::GoOn);
    }
}

/// A curve of the chart: its points as seconds and values, and its stroke.
struct Curve {
    points: Vec<[f64; 2]>,
    stroke: Stroke,
}

impl Curve {
    fn of(trace: &[Sight], stroke: Stroke, value: impl Fn(&Sight) -> Option<f64>) -> Self {
        let points = trace.iter().filter_map(|sight| Some([sight.seconds, value(sight)?])).collect();
        Self { points, stroke }
    }

    fn ends(&self) -> Option<(f64, f64)> {
        Some((self.points.first()?[1], self.points.last()?[1]))
    }
}

/// The objective against time, the best and that of the present round, and behind them the count of districts.
fn chart_ui(ui: &mut Ui, cx: &Context<'_>, trace: &[Sight]) {
    let accent = cx.palette.accent;
    let best = Curve::of(trace, Stroke::new(2.0, accent), |sight| Some(sight.improving?.cost));
    let now = Curve::of(trace, Stroke::new(1.0, accent.gamma_multiply(0.5)), |sight| Some(sight.improving?.now));
    #[expect(clippy::cast_precision_loss, reason = "counts of districts are far below 2^52")]
    let counts = Curve::of(trace, Stroke::new(1.0, cx.palette.secondary), |sight| Some(sight.districts as f64));
    let seconds = trace.last().map_or(0.0, |sight| sight.seconds);
    let cost = best.ends().map(|(from, to)| {
        let decimals = usize::from(from < 1_000.0);
        cx.tr(&Message::new("ui.search-cost").number("from", from, decimals).number("to", to, decimals))
    });
    let count =
        counts.ends().map(|(from, to)| cx.tr(&Message::new("ui.search-count").number("from", from, 0).number("to", to, 0)));
    let words: Vec<String> = cost.iter().cloned().chain(count).collect();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), CHART), Sense::hover());
    widgets::named(response, Role::Image, &words.join(" · ")).on_hover_text(cx.text("ui.search-chart"));
    let frame = rect.shrink2(vec2(0.0, 3.0));
    for line in [frame.top(), frame.bottom()] {
        ui.painter().hline(frame.x_range(), line, Stroke::new(1.0, cx.palette.hairline));
    }
    paint(ui, frame, seconds, &[&counts]);
    paint(ui, frame, seconds, &[&now, &best]);
    // The count itself stands above, or on the map; one line holds the rest in either language.
    ui.horizontal(|ui| {
        for (colour, words) in
            cost.map(|cost| (accent, cost)).into_iter().chain([(cx.palette.secondary, cx.text("command.tab-districts"))])
        {
            sign_ui(ui, colour);
            ui.label(widgets::quiet(cx.palette, words).size(12.0));
        }
    });
}

fn sign_ui(ui: &mut Ui, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 12.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(2.0, colour));
}

/// Draws curves over one scale, which holds them all.
fn paint(ui: &Ui, frame: Rect, seconds: f64, curves: &[&Curve]) {
    let values = || curves.iter().flat_map(|curve| &curve.points).map(|point| point[1]);
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let share = |part: f64, whole: f64| if whole > 0.0 { narrow((part / whole).clamp(0.0, 1.0)) } else { 0.5 };
    let room = frame.shrink(2.0);
    let place = |[at, value]: &[f64; 2]| {
        let (x, y) = (share(*at, seconds), share(value - low, high - low));
        pos2(room.left() + x * room.width(), room.bottom() - y * room.height())
    };
    for curve in curves {
        let points: Vec<Pos2> = curve.points.iter().map(place).collect();
        if let Some(last) = points.last() {
            ui.painter().circle_filled(*last, curve.stroke.width + 0.5, curve.stroke.color);
        }
        ui.painter().add(Shape::line(points, curve.stroke));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share from 0 to 1")]
fn narrow(share: f64) -> f32 {
    share as f32
}

/// Whether all are grouped or those alone that were chosen.
pub(super) fn scope_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let only = &cx.state.view.only;
    let (plan, is_all) = (&cx.state.plan, only.is_empty());
    ui.horizontal(|ui| {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.scope")));
        if ui.selectable_label(is_all, cx.text("ui.scope-all")).clicked() && !is_all {
            cx.push(Command::GroupOnly(Scope::All));
        }
        let chosen = ui.add_enabled(!is_all, egui::Button::selectable(!is_all, cx.text("ui.scope-only")));
        chosen.on_disabled_hover_text(cx.text("ui.scope-how"));
    });
    if !is_all {
        let held = only.iter().filter_map(|id| plan.assignment.get(id.index()).copied().flatten());
        let districts = held.collect::<std::collections::BTreeSet<_>>().len();
        let told = Message::new("ui.scope-holds").count("districts", districts).count("compounds", only.len());
        ui.label(widgets::quiet(cx.palette, cx.tr(&told)).size(12.0));
    }
}

/// Offers to group what is selected alone.
pub(super) fn choose_ui(ui: &mut Ui, cx: &mut Context<'_>, scopes: &[(Scope, &'static str)]) {
    widgets::section(ui, &cx.text("ui.scope-section"));
    ui.horizontal_wrapped(|ui| {
        for (scope, key) in scopes {
            if ui.button(cx.text(key)).clicked() {
                cx.push(Command::GroupOnly(*scope));
            }
        }
    });
}
