//! The chart of the clusters against the gap: three curves in per cent over one axis, the plateaus as bands behind them,
//! and the gap in force as a line. A click on a plateau takes the gap in its middle, elsewhere the gap that is pointed at;
//! dragging moves the gap as the slider does.

use egui::{Color32, CursorIcon, Rect, Role, Sense, Ui, pos2};
use egui_plot::{GridMark, Line, LineStyle, PlotPoints, PlotTransform, Span, VLine};

use super::gap::{GapMemory, Series, plateau_words};
use super::still_plot;
use crate::base::Message;
use crate::command::Command;
use crate::contiguity::Plateau;
use crate::i18n;
use crate::session::actions::LARGEST_GAP_M;
use crate::ui::context::Context;
use crate::ui::theme::Palette;
use crate::ui::widgets;

/// The sign of a curve: a piece of it.
pub(super) fn sign_ui(ui: &mut Ui, palette: &Palette, series: Series) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(22.0, 12.0), Sense::hover());
    let (stroke, style) = series.look(palette);
    let ends = [rect.left_center(), rect.right_center()];
    match style {
        LineStyle::Dashed { length } => {
            ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, length, length));
        }
        _ => {
            ui.painter().line_segment(ends, stroke);
        }
    }
}

/// The chart, in all the room there is.
pub(super) fn chart_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &GapMemory) {
    let palette = cx.palette;
    let (axis, gap_m) = (cx.text("ui.gap-axis"), cx.state.gap_m());
    let held = ui.ctx().pointer_hover_pos();
    let shown = still_plot("gap")
        .default_x_bounds(0.0, LARGEST_GAP_M)
        .default_y_bounds(-3.0, 120.0)
        .grid_color(palette.hairline)
        .x_grid_spacer(|_| marks(5, 20.0))
        .y_grid_spacer(|_| marks(4, 25.0))
        .x_axis_label(axis)
        .y_axis_formatter(|mark, _| format!("{} %", i18n::decimal(mark.value, 0)))
        .show(ui, |plot| {
            let at = held.map(|at| plot.plot_from_screen(at).x).filter(|_| plot.response().contains_pointer());
            for plateau in &memory.plateaus {
                let under = at.is_some_and(|at| plateau.from_m <= at && at < plateau.to_m);
                let fill = if under { palette.accent.gamma_multiply(0.22) } else { palette.accent.gamma_multiply(0.09) };
                plot.span(Span::new("", plateau.from_m..=plateau.to_m).fill(fill).border(egui::Stroke::NONE));
            }
            for series in memory.shown() {
                let (stroke, style) = series.look(palette);
                let points = PlotPoints::Borrowed(&memory.samples[*series as usize]);
                plot.line(Line::new("", points).stroke(stroke).style(style).allow_hover(false).allow_band(false));
            }
            plot.vline(VLine::new("", gap_m).color(palette.text).width(1.0).allow_hover(false));
        });
    let pointed = shown.response.interact_pointer_pos().map(|at| shown.transform.value_from_position(at).x);
    if let Some(gap_m) = pointed.map(|gap_m| ((gap_m * 10.0).round() / 10.0).clamp(0.0, LARGEST_GAP_M)) {
        if shown.response.clicked() || shown.response.drag_stopped() {
            cx.push(Command::SetGap { gap_m, commit: true });
        } else if shown.response.dragged() {
            cx.push(Command::SetGap { gap_m, commit: false });
        }
    }
    let transform = shown.transform;
    shown.response.on_hover_cursor(CursorIcon::ResizeHorizontal).on_hover_ui_at_pointer(|ui| tip_ui(ui, cx, memory, &transform));
    for (place, plateau) in memory.plateaus.iter().enumerate() {
        plateau_ui(ui, cx, &transform, place, plateau);
    }
}

/// Marks of an axis from 0 on.
fn marks(count: u8, step_size: f64) -> Vec<GridMark> {
    (0..=count).map(|n| GridMark { value: f64::from(n) * step_size, step_size }).collect()
}

/// What the gap under the pointer would do, and the plateau it lies on.
fn tip_ui(ui: &mut Ui, cx: &Context<'_>, memory: &GapMemory, transform: &PlotTransform) {
    let Some(at) = ui.ctx().pointer_hover_pos() else { return };
    let point = memory.curve.at(transform.value_from_position(at).x.clamp(0.0, LARGEST_GAP_M));
    ui.label(cx.tr(&Message::new("ui.at-gap").metres("gap", point.gap_m)));
    for series in memory.shown() {
        ui.horizontal(|ui| {
            sign_ui(ui, cx.palette, *series);
            ui.label(cx.tr(&series.words(&memory.curve, &point)));
        });
    }
    if let Some(plateau) = memory.plateaus.iter().find(|plateau| plateau.from_m <= point.gap_m && point.gap_m < plateau.to_m) {
        ui.label(widgets::quiet(cx.palette, cx.tr(&plateau_words(plateau))));
    }
}

/// A plateau as something to click, with its range written at its top where there is room.
fn plateau_ui(ui: &Ui, cx: &mut Context<'_>, transform: &PlotTransform, place: usize, plateau: &Plateau) {
    let frame = *transform.frame();
    let x = |gap_m: f64| transform.position_from_point_x(gap_m).clamp(frame.left(), frame.right());
    let rect = Rect::from_min_max(pos2(x(plateau.from_m), frame.top()), pos2(x(plateau.to_m), frame.bottom()));
    let words = cx.tr(&plateau_words(plateau));
    let band = ui.interact(rect, ui.scope_id().with(("plateau", place)), Sense::click());
    let band = widgets::named(band, Role::Button, &words).on_hover_cursor(CursorIcon::PointingHand);
    if band.clicked() {
        cx.push(Command::SetGap { gap_m: plateau.middle_m(), commit: true });
    }
    let range = format!("{}–{} m", i18n::decimal(plateau.from_m, 1), i18n::decimal(plateau.to_m, 1));
    let galley = ui.painter().layout_no_wrap(range, egui::FontId::proportional(11.0), cx.palette.secondary);
    if galley.size().x + 8.0 <= rect.width() {
        let at = pos2(rect.center().x - galley.size().x / 2.0, rect.top() + 2.0);
        ui.painter().galley(at, galley, Color32::PLACEHOLDER);
    }
}
