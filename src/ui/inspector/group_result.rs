//! The card of the last grouping: the plan's districts against those before it and against what the bounds allow.

use egui::{Align, Color32, Layout, RichText, Ui};

use crate::base::{DistrictId, Message};
use crate::command::{Command, DIAMETER, FieldBound};
use crate::contiguity::Compactness;
use crate::grouping::Aim;
use crate::i18n;
use crate::session::{Against, Measured, Measures, Outcome};
use crate::ui::context::Context;
use crate::ui::tables::{compare, districts};
use crate::ui::theme::TEXT_TABLE;
use crate::ui::{widgets, words};

/// Width of a column of figures.
const FIGURES: f32 = 64.0;
/// Height of a row.
const ROW: f32 = 20.0;

/// A measure of compactness.
type Share = fn(&Compactness) -> f64;

/// A line of the table.
struct Line {
    name: String,
    hint: &'static str,
    before: Option<String>,
    now: String,
    /// The figure tells of something wrong.
    is_bad: bool,
    /// The district that the figure is of.
    district: Option<DistrictId>,
}

/// The card; nothing before the first grouping.
pub(super) fn result_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(outcome) = cx.state.outcome.clone() else { return };
    widgets::hairline(ui, cx.palette);
    ui.label(RichText::new(cx.text("ui.result")).strong());
    let Some(measured) = cx.state.derived.measured.get().cloned() else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.result-pending")));
        return;
    };
    match measured.as_ref() {
        Err(why) => {
            ui.label(RichText::new(cx.tr(why)).color(cx.palette.bad));
        }
        Ok(measured) => {
            state_ui(ui, cx, &outcome, measured);
            ui.scope(|ui| {
                ui.spacing_mut().interact_size.y = ROW;
                head_ui(ui, cx, measured.before.is_some());
                for line in lines(cx, &outcome, measured) {
                    line_ui(ui, cx, &line, measured.before.is_some());
                }
            });
            left_ui(ui, cx, &outcome);
        }
    }
}

/// Whether the bounds hold, and what else is to be known of the figures.
fn state_ui(ui: &mut Ui, cx: &Context<'_>, outcome: &Outcome, measured: &Measured) {
    let figures = &measured.now.figures;
    if measured.bounds.iter().any(is_real) {
        let off = figures.below.iter().chain(&figures.above).sum::<usize>();
        let (message, colour) = if off == 0 {
            (Message::new("ui.result-within"), cx.palette.good)
        } else {
            (Message::new("ui.result-off").count("count", off), cx.palette.bad)
        };
        ui.label(RichText::new(cx.tr(&message)).color(colour));
    }
    let notes = [(outcome.stopped_early, "ui.result-stopped"), (outcome.is_edited(&cx.state.plan), "ui.result-edited")];
    for (_, key) in notes.into_iter().filter(|(holds, _)| *holds) {
        ui.label(widgets::quiet(cx.palette, cx.text(key)).size(12.0));
    }
}

/// A bound that something can break; evenness alone names a field without bounding it.
fn is_real(bound: &FieldBound) -> bool {
    bound.min.is_some_and(|min| min > 0.0) || bound.max.is_some()
}

/// The heads of the columns, which choose what the map shows.
fn head_ui(ui: &mut Ui, cx: &mut Context<'_>, has_before: bool) {
    if !has_before {
        return;
    }
    let shown = cx.state.view.shows_before;
    let mut asked = false;
    row_ui(
        ui,
        true,
        |ui| {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.result-on-map")).size(TEXT_TABLE));
        },
        |ui, is_now| {
            let key = if is_now { "ui.result-now" } else { "ui.result-before" };
            let text = RichText::new(cx.text(key)).size(TEXT_TABLE);
            let response = ui.selectable_label(shown != is_now, text).on_hover_text(cx.text("ui.before-banner-hint"));
            asked |= response.clicked() && shown == is_now;
        },
    );
    if asked {
        cx.push(Command::ToggleBefore);
    }
    if cx.state.against() == Some(Against::Before) {
        ui.horizontal(|ui| compare::comparing_ui(ui, cx));
    }
}

/// A name and one or two figures, the figures in columns at the right.
fn row_ui(ui: &mut Ui, has_before: bool, name: impl FnOnce(&mut Ui), mut figure: impl FnMut(&mut Ui, bool)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let columns: &[bool] = if has_before { &[false, true] } else { &[true] };
        let width = ui.available_width() - columns.iter().map(|_| FIGURES).sum::<f32>();
        ui.allocate_ui_with_layout(egui::vec2(width, ROW), Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
            ui.set_min_width(width);
            name(ui);
        });
        for is_now in columns {
            let size = egui::vec2(FIGURES, ROW);
            ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| figure(ui, *is_now));
        }
    });
}

fn line_ui(ui: &mut Ui, cx: &mut Context<'_>, line: &Line, has_before: bool) {
    let mut chosen = None;
    let palette = cx.palette;
    let hint = if line.hint.is_empty() { None } else { Some(cx.text(line.hint)) };
    row_ui(
        ui,
        has_before,
        |ui| {
            let response = ui.label(widgets::quiet(palette, &*line.name).size(TEXT_TABLE));
            if let Some(hint) = hint {
                response.on_hover_text(hint);
            }
        },
        |ui, is_now| {
            let colour: Color32 = match (is_now, line.is_bad) {
                (true, true) => palette.bad,
                (true, false) => palette.text,
                (false, _) => palette.secondary,
            };
            let text = if is_now { line.now.as_str() } else { line.before.as_deref().unwrap_or("–") };
            let text = RichText::new(text).size(TEXT_TABLE).color(colour);
            match line.district.filter(|_| is_now) {
                Some(district) => {
                    let response = ui.link(text.color(palette.accent)).on_hover_text(cx.text("ui.result-show-district"));
                    chosen = response.clicked().then_some(district).or(chosen);
                }
                None => {
                    ui.label(text);
                }
            }
        },
    );
    if let Some(district) = chosen {
        districts::select(cx, district);
        cx.push(Command::FitSelection);
    }
}

/// The figures in their order: how many, within what, how even, how alike, how compact, what they cross, what is left.
fn lines(cx: &Context<'_>, outcome: &Outcome, measured: &Measured) -> Vec<Line> {
    let table = Table { cx, measured };
    let mut lines = vec![table.count_line(outcome)];
    lines.extend(table.bound_lines());
    lines.extend(table.household_lines());
    lines.extend(table.objective_lines(outcome));
    lines.extend(table.compactness_lines());
    lines.extend(table.limit_lines());
    lines
}

/// Makes the lines.
struct Table<'a> {
    cx: &'a Context<'a>,
    measured: &'a Measured,
}

impl Table<'_> {
    /// A line of the same figure before and now.
    fn line(&self, name: String, hint: &'static str, text: impl Fn(&Measures) -> String) -> Line {
        let before = self.measured.before.as_ref().map(&text);
        Line { name, hint, before, now: text(&self.measured.now), is_bad: false, district: None }
    }

    /// A line of a number with so many decimals; none where there is none now.
    fn number(
        &self,
        key: &'static str,
        hint: &'static str,
        decimals: usize,
        value: impl Fn(&Measures) -> Option<f64>,
    ) -> Option<Line> {
        value(&self.measured.now)?;
        let text = |measures: &Measures| value(measures).map_or_else(|| "–".to_owned(), |value| i18n::decimal(value, decimals));
        Some(self.line(self.cx.text(key), hint, text))
    }

    fn count_line(&self, outcome: &Outcome) -> Line {
        let reach = self.measured.reach;
        // A number that was typed is that of those who were grouped.
        let typed = !outcome.request.improve && outcome.request.only.is_empty();
        let name = match (outcome.request.aim, reach.most) {
            (Aim::Exactly(wanted), _) if typed => Message::new("ui.result-districts-exactly").count("count", wanted),
            (Aim::Most, Some(most)) => Message::new("ui.result-districts-most").count("count", most),
            (Aim::Fewest, _) => Message::new("ui.result-districts-least").count("count", reach.least),
            _ => Message::new("ui.result-districts"),
        };
        let is_bad = match outcome.request.aim {
            Aim::Exactly(wanted) => typed && self.measured.now.figures.districts != wanted,
            _ => false,
        };
        let line = self.line(self.cx.tr(&name), "ui.result-reach-hint", |measures| count(measures.figures.districts));
        Line { is_bad, ..line }
    }

    fn bound_lines(&self) -> Vec<Line> {
        let line = |(at, bound): (usize, &FieldBound)| {
            let off = |measures: &Measures| measures.figures.below[at] + measures.figures.above[at];
            let name = Message::new("ui.result-out-of").nested("field", field_name(&bound.field)).text("range", range(bound));
            let line = self.line(self.cx.tr(&name), "ui.result-out-hint", |measures| count(off(measures)));
            Line { is_bad: off(&self.measured.now) > 0, ..line }
        };
        self.measured.bounds.iter().enumerate().filter(|(_, bound)| is_real(bound)).map(line).collect()
    }

    fn household_lines(&self) -> Vec<Line> {
        let rows = [
            self.number("ui.result-households-least", "", 0, |m| m.households.map(|spread| spread.least)),
            self.number("ui.result-households-median", "", 0, |m| m.households.map(|spread| spread.median)),
            self.number("ui.result-households-largest", "", 0, |m| m.households.map(|spread| spread.largest)),
        ];
        rows.into_iter().flatten().collect()
    }

    fn objective_lines(&self, outcome: &Outcome) -> Vec<Line> {
        let alike = !outcome.request.similar.is_empty();
        let decimals = |value: f64| usize::from(value < 1_000.0);
        let now = &self.measured.now.figures;
        let share = |key, hint, value: fn(&Measures) -> Option<f64>| {
            value(&self.measured.now)?;
            let text = |measures: &Measures| value(measures).map_or_else(|| "–".to_owned(), words::percent);
            Some(self.line(self.cx.text(key), hint, text))
        };
        let rows = [
            self.number("ui.result-sse", "ui.result-sse-hint", decimals(now.sse), |m| alike.then_some(m.figures.sse)),
            share("ui.result-r2", "ui.result-r2-hint", |m| m.figures.r2),
            self.number("ui.result-pairwise", "ui.result-pairwise-hint", decimals(now.pairwise), |m| {
                (alike && outcome.request.weights.pairwise > 0.0).then_some(m.figures.pairwise)
            }),
            share("ui.result-spread", "ui.result-spread-hint", |m| m.figures.spread),
            self.number("ui.result-radius", "ui.result-radius-hint", 0, |m| m.figures.radius_m),
            self.openings_line(),
            share("ui.result-contact", "ui.result-contact-hint", |m| {
                m.figures.contact.filter(|(_, all)| *all > 0.0).map(|(cut, all)| cut / all)
            }),
            self.parted_line(),
        ];
        rows.into_iter().flatten().collect()
    }

    /// How often something is opened, against how much there is to open.
    fn openings_line(&self) -> Option<Line> {
        let (_, once) = self.measured.now.figures.openings?;
        let name = Message::new("ui.result-openings").count("count", once);
        let text = |measures: &Measures| measures.figures.openings.map_or_else(|| "–".to_owned(), |(each, _)| count(each));
        Some(self.line(self.cx.tr(&name), "ui.result-openings-hint", text))
    }

    /// Pairs that were to be together and are not.
    fn parted_line(&self) -> Option<Line> {
        let line = self.line(self.cx.text("ui.result-parted"), "", |measures| count(measures.figures.parted));
        (self.measured.now.figures.parted > 0).then_some(Line { is_bad: true, ..line })
    }

    fn compactness_lines(&self) -> Vec<Line> {
        let perimeter: Share = |c| c.polsby_popper;
        let circle: Share = |c| c.reock;
        let measures = [
            (perimeter, ["ui.result-pp-mean", "ui.result-pp-least", "ui.result-pp-hint"]),
            (circle, ["ui.result-reock-mean", "ui.result-reock-least", "ui.result-reock-hint"]),
        ];
        let mut lines = Vec::new();
        for (of, [mean, least, hint]) in measures {
            lines.extend(self.number(mean, hint, 2, |m| m.mean(of)));
            let worst = self.measured.now.worst(of).map(|(id, _)| id);
            let worst = worst.filter(|id| self.cx.state.plan.districts.contains_key(id));
            let line = self.number(least, hint, 2, |m| m.worst(of).map(|(_, value)| value));
            lines.extend(line.map(|line| Line { district: worst, ..line }));
        }
        lines
    }

    fn limit_lines(&self) -> Vec<Line> {
        let (communities, street_offices) = self.measured.knows;
        let row =
            |key, hint, value: fn(&Measures) -> usize| self.line(self.cx.text(key), hint, |measures| count(value(measures)));
        let community = || row("ui.result-communities", "ui.result-splits-hint", |m| m.figures.community_splits);
        let street = || row("ui.result-streets", "ui.result-splits-hint", |m| m.figures.street_office_splits);
        let rows = [communities.then(community), street_offices.then(street), Some(row("ui.result-left", "", |m| m.left))];
        rows.into_iter().flatten().collect()
    }
}

fn count(count: usize) -> String {
    i18n::grouped(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A field of the panel by its name, any other as its source has it.
fn field_name(field: &str) -> Message {
    match field {
        "households" => Message::new("ui.column-households"),
        "floor_area_m2" => Message::new("ui.column-floor-area"),
        "cost_wan_yuan" => Message::new("ui.column-cost"),
        "count" => Message::new("ui.column-compounds"),
        DIAMETER => Message::new("ui.diameter"),
        other => Message::new("ui.plain").text("text", other),
    }
}

/// The least and largest sum in figures.
fn range(bound: &FieldBound) -> String {
    let text = |limit: f64| i18n::decimal(limit, 0);
    match (bound.min.filter(|min| *min > 0.0), bound.max) {
        (Some(min), Some(max)) => format!("{}–{}", text(min), text(max)),
        (Some(min), None) => format!("≥ {}", text(min)),
        (None, Some(max)) => format!("≤ {}", text(max)),
        (None, None) => String::new(),
    }
}

/// Why compounds were left over, as long as the districts are those that the grouping made.
fn left_ui(ui: &mut Ui, cx: &Context<'_>, outcome: &Outcome) {
    if outcome.is_edited(&cx.state.plan) {
        return;
    }
    for (why, count) in &outcome.left {
        let told = Message::new("ui.left-because").nested("why", why.clone()).count("count", *count);
        ui.label(widgets::quiet(cx.palette, cx.tr(&told)).size(12.0));
    }
}
