//! The start screen: sample, open, recent files, and where to drop files.

use egui::{Align, Layout, RichText, Ui};

use crate::command::Command;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The whole screen.
pub fn start_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space((ui.available_height() * 0.18).max(16.0));
        ui.label(RichText::new(cx.text("ui.title")).strong().size(32.0));
        ui.label(widgets::quiet(cx.palette, cx.text("ui.tagline")));
        ui.add_space(24.0);
        for (key, command) in
            [("command.open-sample", Command::OpenSample), ("command.open", Command::AskOpen), ("command.load", Command::AskLoad)]
        {
            let words = RichText::new(cx.text(key)).size(15.0);
            if ui.add(egui::Button::new(words).min_size(egui::vec2(240.0, 34.0))).clicked() {
                cx.push(command);
            }
            ui.add_space(4.0);
        }
        ui.add_space(16.0);
        ui.label(widgets::quiet(cx.palette, cx.text("ui.drop-here")));
        recent_ui(ui, cx);
        jobs_ui(ui, cx);
    });
}

fn recent_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if cx.state.preferences.recent.is_empty() {
        return;
    }
    ui.add_space(24.0);
    ui.label(RichText::new(cx.text("ui.recent")).strong());
    let recent = cx.state.preferences.recent.clone();
    for path in recent {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if ui.link(name).on_hover_text(path.display().to_string()).clicked() {
            cx.push(Command::Open(path));
        }
    }
}

fn jobs_ui(ui: &mut Ui, cx: &Context<'_>) {
    if let Some(job) = cx.state.jobs.first() {
        ui.add_space(16.0);
        ui.spinner();
        ui.label(widgets::quiet(cx.palette, cx.tr(&job.name)));
    }
}
