//! The layers and ledgers that were found, each with a tick, what it is, and whether it wants an answer.

use egui::{Align2, Color32, FontId, RichText, Role, Sense, Ui, Vec2};

use crate::base::Message;
use crate::command::Command;
use crate::import::Choice;
use crate::session::{Readiness, Survey, SurveyedLayer};
use crate::ui::context::Context;
use crate::ui::theme::{TEXT, TEXT_SMALL};
use crate::ui::{names, widgets};

/// Height of one layer: two lines.
const ROW: f32 = 42.0;

/// Room for the scroll bar.
const SCROLL: f32 = 12.0;

/// The list.
pub(super) fn list_ui(ui: &mut Ui, cx: &mut Context<'_>, survey: &Survey, selected: &mut usize) {
    egui::ScrollArea::vertical().id_salt("import-list").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, layer) in survey.layers.iter().enumerate() {
            ui.push_id(place, |ui| row_ui(ui, cx, (place, layer), selected));
        }
        failures_ui(ui, cx, survey);
    });
}

fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, (place, layer): (usize, &SurveyedLayer), selected: &mut usize) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width() - SCROLL, ROW), Sense::click());
    let name = own_name(layer);
    let response = widgets::named(response, Role::Button, name).on_hover_text(&layer.preview.name);
    if response.clicked() {
        *selected = place;
        // Rows above were drawn for the one before.
        ui.ctx().request_repaint();
    }
    let fill = match (place == *selected, response.hovered()) {
        (true, _) => cx.palette.accent_wash,
        (false, true) => cx.palette.window,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(rect, 4.0, fill);
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 4.0, egui::Stroke::new(1.0, cx.palette.accent), egui::StrokeKind::Inside);
    }
    tick_ui(ui, cx, (place, layer), egui::Rect::from_min_size(rect.min + Vec2::new(6.0, 2.0), Vec2::new(24.0, ROW - 4.0)));
    let text = rect.with_min_x(rect.left() + 32.0).shrink2(Vec2::new(4.0, 4.0));
    let (state, colour) = standing(cx, layer);
    let colour_of_name = if layer.choice.leave_out { cx.palette.disabled } else { cx.palette.text };
    let first = line(ui, name, TEXT, colour_of_name, text.width());
    ui.painter().galley(text.left_top(), first, colour_of_name);
    let right = line(ui, &state, TEXT_SMALL, colour, text.width() * 0.5);
    let left = line(ui, &counted(cx, layer), TEXT_SMALL, cx.palette.secondary, text.width() - right.size().x - 8.0);
    let bottom = |galley: &egui::Galley| text.bottom() - galley.size().y;
    let (left_at, right_at) = (egui::pos2(text.left(), bottom(&left)), egui::pos2(text.right() - right.size().x, bottom(&right)));
    ui.painter().galley(left_at, left, cx.palette.secondary);
    ui.painter().galley(right_at, right, colour);
}

/// The name without that of the folder or zip, which stands above.
pub(super) fn own_name(layer: &SurveyedLayer) -> &str {
    let name = layer.preview.name.as_str();
    let bundle = layer.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_prefix(&*bundle).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name)
}

/// One line of text that ends in an ellipsis where it is too long.
fn line(ui: &Ui, text: &str, size: f32, colour: Color32, width: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(size), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    job.halign = Align2::LEFT_TOP.x();
    ui.painter().layout_job(job)
}

fn tick_ui(ui: &mut Ui, cx: &mut Context<'_>, (place, layer): (usize, &SurveyedLayer), rect: egui::Rect) {
    let mut load = !layer.choice.leave_out;
    let name = cx.tr(&Message::new("ui.import-take").text("layer", own_name(layer)));
    let tick = ui.put(rect, egui::Checkbox::without_text(&mut load));
    let changed = tick.changed();
    widgets::name_input(ui, &tick, &name);
    if changed {
        cx.push(Command::ChooseLayer(place, Box::new(Choice { leave_out: !load, ..layer.choice.clone() })));
    }
}

/// Format and number of features.
pub(super) fn counted(cx: &Context<'_>, layer: &SurveyedLayer) -> String {
    let preview = &layer.preview;
    let count = match (preview.about, preview.is_ledger) {
        (Some(about), _) => Message::new("ui.import-about").count("count", about),
        (None, true) => Message::new("ui.import-rows").count("count", preview.read),
        (None, false) => Message::new("ui.import-features").count("count", preview.read),
    };
    format!("{} · {}", preview.format, cx.tr(&count))
}

/// Kind of layer, or what it still wants.
fn standing(cx: &Context<'_>, layer: &SurveyedLayer) -> (String, Color32) {
    match layer.readiness() {
        Readiness::LeftOut => (cx.text("ui.import-left-out"), cx.palette.disabled),
        Readiness::WantsKind => (cx.text("ui.import-choose-kind"), cx.palette.warn),
        Readiness::WantsPlace => (cx.text("ui.import-choose-place"), cx.palette.warn),
        Readiness::Ready => {
            let kind = layer.choice.kind.map_or("ui.import-ledger", names::layer_kind);
            (cx.text(kind), cx.palette.secondary)
        }
    }
}

/// What could not be read.
fn failures_ui(ui: &mut Ui, cx: &Context<'_>, survey: &Survey) {
    if survey.failures.is_empty() {
        return;
    }
    ui.add_space(8.0);
    ui.set_max_width(ui.available_width() - SCROLL);
    ui.label(RichText::new(cx.tr(&Message::new("ui.import-failed").count("count", survey.failures.len()))).strong());
    for failure in &survey.failures {
        ui.label(RichText::new(cx.tr(failure)).size(TEXT_SMALL).color(cx.palette.secondary));
    }
}
