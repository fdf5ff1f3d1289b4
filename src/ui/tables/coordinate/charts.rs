//! Bar charts of the board of indicators: bars lie, the longest first but for years, with their names on one axis and their
//! unit on the other. A bar is a button, by pointer and by keyboard: it selects on the map what it is made of.

use egui::{Align2, Color32, CursorIcon, FontId, Rangef, Rect, Role, Sense, Stroke, Ui, pos2};
use egui_plot::{AxisHints, Bar as PlotBar, BarChart, GridMark, PlotPoint, PlotTransform, Text};

use crate::base::Message;
use crate::command::{Command, SelectMode};
use crate::coordination::indicators::{Bar, Charts};
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::tables::still_plot;
use crate::ui::widgets;

/// Width of a chart with its axes, and of the names at most.
const WIDTH: f32 = 270.0;
const NAME_WIDTH: f32 = 104.0;
/// Height of a bar with its surroundings, and of the axis below with its marks and its unit.
const ROW: f32 = 22.0;
const AXIS: f32 = 36.0;
/// How much longer the axis is than the longest bar: the number stands behind it.
const ROOM: f64 = 1.6;
/// 分 in 万元.
const FEN: f64 = 1.0e6;

/// What the bars of a chart count.
#[derive(Clone, Copy)]
enum Measure {
    WanYuan,
    Metres,
    Items,
}

impl Measure {
    const fn unit(self) -> &'static str {
        match self {
            Self::WanYuan => "ui.chart-unit-wan",
            Self::Metres => "ui.chart-unit-metres",
            Self::Items => "ui.chart-unit-items",
        }
    }

    /// The value in the unit of the axis.
    const fn shown(self, value: f64) -> f64 {
        if matches!(self, Self::WanYuan) { value / FEN } else { value }
    }

    fn words(self, value: f64) -> String {
        i18n::decimal(self.shown(value), if matches!(self, Self::WanYuan) { 2 } else { 0 })
    }
}

/// The four charts, side by side.
pub(super) fn charts_ui(ui: &mut Ui, cx: &mut Context<'_>, charts: &Charts) {
    let (by_class, measure) =
        if charts.classes_by_cost { ("ui.chart-class-cost", Measure::WanYuan) } else { ("ui.chart-class-items", Measure::Items) };
    chart_ui(ui, cx, "ui.chart-years", &charts.years, Measure::WanYuan);
    chart_ui(ui, cx, by_class, &charts.classes, measure);
    chart_ui(ui, cx, "ui.chart-lines", &charts.lines, Measure::WanYuan);
    chart_ui(ui, cx, "ui.chart-owners", &charts.owners, Measure::Metres);
}

fn chart_ui(ui: &mut Ui, cx: &mut Context<'_>, title: &'static str, bars: &[Bar], measure: Measure) {
    ui.vertical(|ui| {
        ui.set_width(WIDTH);
        ui.label(widgets::quiet(cx.palette, cx.text(title)));
        if bars.is_empty() {
            ui.label(widgets::quiet(cx.palette, cx.text("ui.chart-empty")));
        } else {
            bars_ui(ui, cx, title, bars, measure);
        }
    });
    ui.add_space(16.0);
}

/// Where a bar lies on the upright axis: the first is on top.
#[expect(clippy::cast_precision_loss, reason = "places of a chart")]
fn upright(place: usize) -> f64 {
    -(place as f64)
}

fn bars_ui(ui: &mut Ui, cx: &mut Context<'_>, title: &'static str, bars: &[Bar], measure: Measure) {
    let palette = cx.palette;
    let font = FontId::proportional(12.0);
    let names: Vec<String> = bars.iter().map(|bar| cx.tr(&bar.name)).collect();
    let short: Vec<String> = names.iter().map(|name| shortened(ui, name, &font)).collect();
    let most = bars.iter().map(|bar| measure.shown(bar.value)).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let step = nice_step(most / 2.0);
    let named = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| place_of(mark.value, &short);
    let unit = cx.text(measure.unit());
    let across = AxisHints::new_x().label(egui::RichText::new(&unit).size(12.0).color(palette.secondary));
    let across = across.formatter(|mark, _| tick(mark.value)).label_spacing(Rangef::new(20.0, 30.0));
    let up = AxisHints::new_y().formatter(named).label_spacing(Rangef::new(8.0, 12.0)).min_thickness(40.0);
    let [across, up] = [across, up].map(|axis| axis.tick_label_font(font.clone()).tick_label_color(palette.text));
    let count = bars.len();
    let chart =
        BarChart::new(title, bars.iter().enumerate().map(|(place, bar)| plot_bar(place, bar, measure, palette.accent)).collect());
    let numbers: Vec<Text> =
        bars.iter().enumerate().map(|(place, bar)| number(place, bar, measure, &font, palette.text)).collect();
    let left = ui.cursor().left();
    #[expect(clippy::cast_precision_loss, reason = "bars of a chart")]
    let height = AXIS + ROW * count as f32;
    let shown = still_plot(title)
        .width(WIDTH)
        .height(height)
        .show_grid([true, false])
        .grid_color(palette.hairline)
        .x_grid_spacer(move |_| marks(step, most * ROOM))
        .y_grid_spacer(move |_| (0..count).map(|place| GridMark { value: upright(place), step_size: 1.0 }).collect())
        .custom_x_axes(vec![across])
        .custom_y_axes(vec![up])
        .show(ui, |plot| {
            plot.set_plot_bounds_x(0.0..=most * ROOM);
            plot.set_plot_bounds_y(upright(count) + 0.5..=0.5);
            plot.bar_chart(chart.horizontal().allow_hover(false));
            for number in numbers {
                plot.text(number);
            }
        });
    for (place, (bar, name)) in bars.iter().zip(&names).enumerate() {
        let rect = row_of(&shown.transform, left, place);
        button_ui(ui, cx, (title, place), rect, bar, &format!("{name} {} {unit}", measure.words(bar.value)));
    }
}

fn plot_bar(place: usize, bar: &Bar, measure: Measure, color: Color32) -> PlotBar {
    PlotBar::new(upright(place), measure.shown(bar.value)).width(0.5).fill(color).stroke(Stroke::NONE)
}

fn number(place: usize, bar: &Bar, measure: Measure, font: &FontId, color: Color32) -> Text {
    let words = egui::RichText::new(format!(" {}", measure.words(bar.value))).font(font.clone());
    let at = PlotPoint::new(measure.shown(bar.value).max(0.0), upright(place));
    Text::new("", at, words).anchor(Align2::LEFT_CENTER).color(color)
}

/// The row of a bar with its name, on the screen.
fn row_of(transform: &PlotTransform, left: f32, place: usize) -> Rect {
    let (middle, half) = (transform.position_from_point_y(upright(place)), ROW / 2.0 - 1.0);
    Rect::from_min_max(pos2(left, middle - half), pos2(transform.frame().right(), middle + half))
}

/// The bar as something to click: selects its compounds and shows them.
fn button_ui(ui: &Ui, cx: &mut Context<'_>, id: (&'static str, usize), rect: Rect, bar: &Bar, words: &str) {
    let response = ui.interact(rect, ui.scope_id().with(id), Sense::click());
    let response = widgets::named(response, Role::Button, words).on_hover_cursor(CursorIcon::PointingHand);
    if response.hovered() || response.has_focus() {
        let stroke = Stroke::new(if response.has_focus() { 1.5 } else { 1.0 }, cx.palette.accent);
        ui.painter().rect_stroke(rect, 2.0, stroke, egui::StrokeKind::Inside);
    }
    let made_of = cx.tr(&Message::new("ui.chart-bar").count("count", bar.compounds.len()));
    if response.on_hover_text(format!("{words}\n{made_of}")).clicked() {
        cx.push(Command::SelectItem(None));
        cx.push(Command::SelectPipe(None));
        cx.push(Command::SelectDistrict(None));
        cx.push(Command::Select(bar.compounds.clone(), SelectMode::Replace));
        cx.push(Command::FitSelection);
    }
}

/// The name at a mark of the upright axis.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place from 0 on")]
fn place_of(value: f64, names: &[String]) -> String {
    names.get((-value).round().max(0.0) as usize).cloned().unwrap_or_default()
}

/// A name as far as there is room for it; the whole of it is told by the bar.
fn shortened(ui: &Ui, name: &str, font: &FontId) -> String {
    let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
    if width(name) <= NAME_WIDTH {
        return name.to_owned();
    }
    let mut cut: String = name.to_owned();
    while cut.pop().is_some() && width(&format!("{cut}…")) > NAME_WIDTH {}
    format!("{}…", cut.trim_end())
}

/// Marks of the axis below, as far as it reaches.
fn marks(step: f64, end: f64) -> Vec<GridMark> {
    let values = (0..=4_u8).map(|n| f64::from(n) * step).filter(|value| *value <= end);
    values.map(|value| GridMark { value, step_size: step }).collect()
}

/// The next of 1, 2, 5, 10, … that is not less.
fn nice_step(least: f64) -> f64 {
    let ten = 10.0_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|n| n * ten).find(|step| *step >= least * 0.999_999).unwrap_or(10.0 * ten)
}

/// A number at a mark, with no more decimals than it has.
fn tick(value: f64) -> String {
    let decimals = (0..4).find(|n| (value * 10.0_f64.powi(*n)).fract().abs() < 1e-9).unwrap_or(4);
    i18n::decimal(value, usize::try_from(decimals).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_at_round_numbers() {
        for (least, step) in [(1.0, 1.0), (1.2, 2.0), (3.0, 5.0), (7.0, 10.0), (0.03, 0.05), (420.0, 500.0), (1000.0, 1000.0)] {
            assert!((nice_step(least) - step).abs() < 1e-9 * step, "{least}: {}", nice_step(least));
        }
        assert!(marks(10.0, 25.0).iter().map(|mark| mark.value).eq([0.0, 10.0, 20.0]), "none beyond the end");
        assert_eq!([tick(0.0), tick(2.5), tick(0.05), tick(20.0)], ["0", "2.5", "0.05", "20"]);
    }

    #[test]
    fn a_mark_has_the_name_of_its_bar() {
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!([0, 1, 2].map(|place| place_of(upright(place), &names)), ["a", "b", ""]);
    }
}
