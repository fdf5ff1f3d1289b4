//! Phasing as a board of districts against years: blocks are dragged from year to year, caps are edited above their years,
//! and the years that are proposed stand beside the plan's until they are taken.

use egui::{Align2, CursorIcon, FontId, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::push_works;
use crate::base::{Message, Money};
use crate::command::Command;
use crate::coordination::phasing::{Phase, PhaseDistrict, PhaseScore, Phasing};
use crate::i18n;
use crate::model::District;
use crate::ui::context::Context;
use crate::ui::tables::districts;
use crate::ui::widgets;

/// Width of the names of districts, and of a year.
const NAME_WIDTH: f32 = 190.0;
const YEAR_WIDTH: f32 = 108.0;
const ROW: f32 = 24.0;

/// The problem, kept until the plan changes.
#[derive(Default)]
pub(super) struct PhasingMemory {
    key: Option<u64>,
    problem: Phasing,
}

/// The board.
pub(super) fn phasing_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut PhasingMemory) {
    let (state, revisions) = (cx.state, &cx.state.revisions);
    let screened = state.derived.screened.fresh(revisions.screened());
    let lengths = state.derived.lengths.fresh(revisions.lengths());
    let dug = state.derived.dug.fresh(revisions.dug());
    let links = state.derived.links.fresh(revisions.links());
    let (Some(screened), Some(lengths), Some(dug), Some(links)) = (screened, lengths, dug, links) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.dug-pending")));
        return;
    };
    let key = Some(revisions.findings());
    if memory.key != key {
        memory.key = key;
        memory.problem = Phasing::new(&state.plan, screened, lengths, &dug.ground, links);
    }
    let problem = &memory.problem;
    if problem.districts.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-districts"));
        return;
    }
    let phase = state.phase.as_ref().filter(|proposal| proposal.revision == state.plan.revision()).map(|p| &p.phase);
    choices_ui(ui, cx, phase);
    let own: Vec<Option<i32>> = problem.districts.iter().map(|d| d.year).collect();
    let years = phase.map_or(&own, |phase| &phase.years);
    egui::ScrollArea::both().id_salt("phasing-board").auto_shrink(false).show(ui, |ui| {
        heads_ui(ui, cx, problem, years);
        for (district, year) in problem.districts.iter().zip(years) {
            row_ui(ui, cx, problem, district, *year, phase.is_some());
        }
    });
}

/// Weights, the first year, and what is proposed.
fn choices_ui(ui: &mut Ui, cx: &mut Context<'_>, phase: Option<&Phase>) {
    let works = cx.state.plan.settings.works.clone();
    ui.horizontal_wrapped(|ui| {
        let mut changed = works.clone();
        ui.label(widgets::quiet(cx.palette, cx.text("ui.weights")));
        let weights = &mut changed.weights;
        let rows: [(&str, &'static str, &mut f64); 5] = [
            ("order", "ui.weight-order", &mut weights.order),
            ("balance", "ui.weight-offices", &mut weights.balance),
            ("dig", "ui.weight-dig", &mut weights.dig),
            ("contiguity", "ui.weight-contiguity", &mut weights.contiguity),
            ("underground", "ui.weight-underground", &mut weights.underground),
        ];
        for (id, key, weight) in rows {
            let name = cx.text(key);
            ui.label(widgets::quiet(cx.palette, &*name));
            let edited = widgets::edited_drag(ui, egui::Id::unique(("phase-weight", id)), *weight, &name, |drag| {
                drag.range(0.0..=10.0).max_decimals(2).speed(0.05)
            });
            *weight = edited.unwrap_or(*weight);
        }
        ui.add_space(8.0);
        super::digging::open_years_ui(ui, cx, &mut changed);
        push_works(cx, changed);
        ui.add_space(8.0);
        match phase {
            None => {
                if ui.button(cx.text("command.propose-phase")).clicked() {
                    cx.push(Command::ProposePhase);
                }
            }
            Some(phase) => {
                proposal_ui(ui, cx, phase);
            }
        }
    });
}

fn proposal_ui(ui: &mut Ui, cx: &mut Context<'_>, phase: &Phase) {
    let words = |score: &PhaseScore| {
        Message::new("ui.phase-score")
            .text("over", i18n::decimal(Money::from_fen(score.over_fen).wan_yuan(), 2))
            .count("early", score.too_early)
            .number("order", score.order * 100.0, 0)
            .number("balance", score.balance * 100.0, 0)
            .number("dig", score.dig * 100.0, 0)
            .number("apart", score.apart * 100.0, 0)
    };
    let message = Message::new("ui.phase-proposed").nested("before", words(&phase.before)).nested("after", words(&phase.score));
    if ui.button(cx.text("ui.years-take")).clicked() {
        cx.push(Command::TakePhase);
    }
    if ui.button(cx.text("ui.close")).clicked() {
        cx.push(Command::ClosePhase);
    }
    ui.label(cx.text(if phase.proved { "ui.phase-proved" } else { "ui.years-searched" }));
    ui.label(RichText::new(cx.tr(&message)).strong());
}

/// Each year with what it costs against its cap; in red with the overrun where it costs more.
fn heads_ui(ui: &mut Ui, cx: &mut Context<'_>, problem: &Phasing, years: &[Option<i32>]) {
    let (costs, overruns) = (problem.costs(years), problem.overruns(years));
    let works = cx.state.plan.settings.works.clone();
    let mut changed = works.clone();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.allocate_ui(vec2(NAME_WIDTH, 62.0), |ui| {
            ui.set_min_width(NAME_WIDTH);
            ui.vertical(|ui| {
                for key in ["ui.column-year", "ui.phase-cost", "ui.phase-cap"] {
                    ui.label(widgets::quiet(cx.palette, cx.text(key)).size(12.0));
                }
            });
        });
        for year in shown_years(problem, years) {
            ui.allocate_ui(vec2(YEAR_WIDTH, 62.0), |ui| {
                ui.set_min_width(YEAR_WIDTH);
                ui.vertical(|ui| {
                    let over = overruns.get(&year);
                    let colour = if over.is_some() { cx.palette.bad } else { cx.palette.text };
                    ui.label(RichText::new(year.to_string()).strong().color(colour));
                    let cost = i18n::decimal(costs.get(&year).copied().unwrap_or_default().wan_yuan(), 2);
                    let words = match over {
                        Some(over) => format!("{cost} (+{})", i18n::decimal(over.wan_yuan(), 2)),
                        None => cost,
                    };
                    ui.label(RichText::new(words).size(12.0).color(colour));
                    cap_ui(ui, cx, year, &mut changed.caps);
                });
            });
        }
    });
    push_works(cx, changed);
}

fn cap_ui(ui: &mut Ui, cx: &Context<'_>, year: i32, caps: &mut std::collections::BTreeMap<i32, Money>) {
    let held = caps.get(&year).copied().unwrap_or_default().wan_yuan();
    let name = format!("{} {year}", cx.text("ui.phase-cap"));
    let none = cx.text("ui.no-cap");
    let written = move |value: f64, _| if value > 0.0 { i18n::decimal(value, 2) } else { none.clone() };
    let edited = widgets::edited_drag(ui, egui::Id::unique(("phase-cap", year)), held, &name, |drag| {
        drag.range(0.0..=1.0e7).max_decimals(2).speed(10.0).custom_formatter(written)
    });
    if let Some(cap) = edited {
        match Money::parse_wan_yuan(&format!("{cap:.6}")) {
            Ok(amount) if amount > Money::ZERO => drop(caps.insert(year, amount)),
            _ => drop(caps.remove(&year)),
        }
    }
}

/// The open years, and any other in which a district stands.
fn shown_years(problem: &Phasing, years: &[Option<i32>]) -> Vec<i32> {
    let all: std::collections::BTreeSet<i32> = problem.years.iter().copied().chain(years.iter().flatten().copied()).collect();
    all.into_iter().collect()
}

/// A district: its name, and a block in its year that is dragged to another; a click in an empty year puts it there.
fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, problem: &Phasing, district: &PhaseDistrict, year: Option<i32>, proposed: bool) {
    let Some(held) = cx.state.plan.districts.get(&district.id).cloned() else { return };
    let own: Vec<Option<i32>> = problem.districts.iter().map(|d| d.year).chain([year]).collect();
    let years = shown_years(problem, &own);
    #[expect(clippy::cast_precision_loss, reason = "a count of columns")]
    let width = NAME_WIDTH + YEAR_WIDTH * years.len() as f32;
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let selected = cx.state.view.selection.district == Some(district.id);
    if selected {
        ui.painter().rect_filled(rect, 0.0, cx.palette.accent_wash);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, cx.palette.hairline));
    name_ui(ui, cx, district, &held, Rect::from_min_size(rect.min, vec2(NAME_WIDTH, ROW)));
    let cells = Rect::from_min_max(pos2(rect.left() + NAME_WIDTH, rect.top()), rect.max);
    let words = cx.tr(&Message::new("ui.phase-block")
        .text("district", held.label())
        .text("year", year.map_or_else(|| "–".to_owned(), |y| y.to_string())));
    let sense = if district.fixed || proposed { Sense::click() } else { Sense::click_and_drag() };
    let response = widgets::named(ui.interact(cells, ui.scope_id().with(("phase", district.id.0)), sense), Role::Button, &words);
    let at = |x: f32| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a column of the board")]
        let column = ((x - cells.left()) / YEAR_WIDTH).floor().max(0.0) as usize;
        years.get(column.min(years.len().saturating_sub(1))).copied()
    };
    let pointer = response.interact_pointer_pos();
    let over = pointer.filter(|_| response.dragged()).and_then(|pos| at(pos.x));
    block_ui(ui, cx, district, (cells, &years), over.or(year), (over.is_some(), proposed && year != district.year));
    if let Some(to) = pointer.filter(|_| response.drag_stopped()).and_then(|pos| at(pos.x)) {
        move_to(cx, district, &held, to);
    } else if response.double_clicked() && !district.fixed && !proposed {
        if let Some(to) = pointer.and_then(|pos| at(pos.x)) {
            move_to(cx, district, &held, to);
        }
    } else if response.clicked() {
        districts::select(cx, district.id);
    }
    if !district.fixed && !proposed {
        response.on_hover_cursor(CursorIcon::ResizeHorizontal);
    }
}

fn move_to(cx: &mut Context<'_>, district: &PhaseDistrict, held: &District, year: i32) {
    if held.year != Some(year) {
        cx.push(Command::SetDistrict(district.id, Box::new(District { year: Some(year), ..held.clone() })));
    }
}

fn name_ui(ui: &Ui, cx: &Context<'_>, district: &PhaseDistrict, held: &District, rect: Rect) {
    let painter = ui.painter_at(rect);
    let font = FontId::proportional(12.5);
    let lock = if district.fixed { format!(" {}", cx.text("ui.phase-fixed")) } else { String::new() };
    painter.text(
        rect.left_center() + vec2(4.0, 0.0),
        Align2::LEFT_CENTER,
        format!("{}{lock}", held.label()),
        font.clone(),
        cx.palette.text,
    );
    let score = i18n::decimal(district.score, 0);
    painter.text(rect.right_center() - vec2(10.0, 0.0), Align2::RIGHT_CENTER, score, font, cx.palette.secondary);
}

fn block_ui(
    ui: &Ui,
    cx: &Context<'_>,
    district: &PhaseDistrict,
    (cells, years): (Rect, &[i32]),
    year: Option<i32>,
    (moving, changed): (bool, bool),
) {
    let Some(column) = year.and_then(|year| years.iter().position(|y| *y == year)) else { return };
    #[expect(clippy::cast_precision_loss, reason = "a column of the board")]
    let left = cells.left() + YEAR_WIDTH * column as f32;
    let block = Rect::from_min_size(pos2(left + 2.0, cells.top() + 3.0), vec2(YEAR_WIDTH - 6.0, ROW - 6.0));
    let ink = if changed || moving { cx.palette.warn } else { cx.palette.accent };
    let painter = ui.painter_at(cells.expand(1.0));
    painter.rect(block, 3.0, ink.gamma_multiply(0.16), Stroke::new(1.0, ink), StrokeKind::Inside);
    let plus = if district.cost_missing > 0 { "+" } else { "" };
    let cost = format!("{}{plus}", i18n::decimal(district.cost.wan_yuan(), 1));
    painter.text(block.right_center() - vec2(5.0, 0.0), Align2::RIGHT_CENTER, cost, FontId::proportional(12.0), cx.palette.text);
}
