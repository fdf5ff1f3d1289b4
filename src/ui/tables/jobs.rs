//! Running work, with progress.

use egui::Ui;

use crate::command::Command;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The tab.
pub fn jobs_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if cx.state.jobs.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-jobs"));
        return;
    }
    let jobs = cx.state.jobs.clone();
    for job in &jobs {
        ui.horizontal(|ui| {
            if job.total > 0 {
                #[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
                let share = job.done as f32 / job.total as f32;
                ui.add(egui::ProgressBar::new(share).desired_width(160.0).desired_height(6.0));
            } else {
                ui.spinner();
            }
            ui.label(cx.tr(&job.name));
        });
    }
    if jobs.iter().any(|job| job.stoppable) && ui.button(cx.text("command.cancel")).clicked() {
        cx.push(Command::CancelJobs);
    }
}
