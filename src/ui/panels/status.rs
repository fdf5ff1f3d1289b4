//! The status bar: saved or not, coordinates both ways, scale, CRS with its scale error, running work.

use egui::{Align, Layout, Ui};
use geo::Coord;

use crate::base::Message;
use crate::command::Command;
use crate::ui::context::Context;
use crate::ui::cursor::Cursor;
use crate::ui::widgets;

/// The whole bar.
pub fn status_ui(ui: &mut Ui, cx: &mut Context<'_>, cursor: &Cursor) {
    ui.horizontal_centered(|ui| {
        saved_ui(ui, cx);
        frozen_ui(ui, cx);
        ui.separator();
        coordinates_ui(ui, cx, cursor);
        scale_ui(ui, cx);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // What runs has its room first; the system's name is cut where there is none left for it.
            jobs_ui(ui, cx);
            crs_ui(ui, cx, cursor);
        });
    });
}

fn saved_ui(ui: &mut Ui, cx: &Context<'_>) {
    let steps = cx.state.history.done().len();
    let message = match (cx.state.is_dirty(), cx.state.path.is_some()) {
        (true, _) => Message::new("ui.unsaved").count("steps", steps),
        (false, true) => Message::new("ui.saved"),
        (false, false) => Message::new("ui.not-saved-yet"),
    };
    ui.label(widgets::quiet(cx.palette, cx.tr(&message)));
}

/// That the version is frozen is seen whatever the step.
fn frozen_ui(ui: &mut Ui, cx: &Context<'_>) {
    let frozen = cx.state.plan.meeting.as_ref().filter(|meeting| meeting.seal.is_some());
    if let Some(meeting) = frozen {
        let words = cx.tr(&Message::new("meeting.badge").text("date", &meeting.date));
        ui.label(egui::RichText::new(words).color(cx.palette.good)).on_hover_text(cx.text("meeting.read-only"));
    }
}

fn coordinates_ui(ui: &mut Ui, cx: &Context<'_>, cursor: &Cursor) {
    let Some(Coord { x, y }) = cursor.world else { return };
    if let Some(at) = cursor.lon_lat {
        ui.label(format!("{:.5}°E {:.5}°N", at.x, at.y));
    }
    // Chinese survey practice: X is north, Y is east.
    ui.label(widgets::quiet(cx.palette, format!("X {} Y {}", crate::i18n::decimal(y, 1), crate::i18n::decimal(x, 1))));
}

fn scale_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let mut denominator = cx.state.view.viewport.scale_denominator().round();
    let speed = denominator / 200.0;
    let drag = egui::DragValue::new(&mut denominator).prefix("1:").range(50.0..=50_000_000.0).speed(speed).max_decimals(0);
    if widgets::drag_number(ui, drag, &cx.text("ui.scale")).changed() {
        cx.push(Command::SetScale(denominator));
    }
}

fn crs_ui(ui: &mut Ui, cx: &Context<'_>, cursor: &Cursor) {
    let Some(crs) = &cursor.crs else { return };
    let text = Message::new("ui.crs").nested("name", crs.words.clone()).text("code", crs.code.to_string()).number(
        "error",
        crs.scale_error * 100.0,
        3,
    );
    // Beyond 0.1 % lengths on the map and on the ground part company.
    let colour = if crs.scale_error > 0.001 { cx.palette.warn } else { cx.palette.secondary };
    let plain = format!("{} ({})", crs.name, crs.code);
    let words = egui::RichText::new(cx.tr(&text)).color(colour);
    ui.add(egui::Label::new(words).truncate()).on_hover_text(plain);
}

fn jobs_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(job) = cx.state.jobs.first() else { return };
    if cx.state.jobs.iter().any(|job| job.stoppable) && ui.small_button(cx.text("command.cancel")).clicked() {
        cx.push(Command::CancelJobs);
    }
    if job.total > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
        let share = job.done as f32 / job.total as f32;
        ui.add(egui::ProgressBar::new(share).desired_width(80.0).desired_height(6.0));
    } else {
        ui.spinner();
    }
    ui.label(widgets::quiet(cx.palette, cx.tr(&job.name)));
}
