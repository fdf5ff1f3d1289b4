//! Short notices in the corner of the map. They go after some seconds; one that tells of a failure stays.

use egui::{Align2, Area, Frame, Id, Ui};

use super::context::Context;
use super::widgets;

/// How long a notice stays, seconds.
const SECONDS: f64 = 5.0;

/// How long one stays that offers something, seconds.
const SECONDS_TO_ACT: f64 = 15.0;

/// Notices as they are shown: how many of the session's have been closed or have gone.
#[derive(Default)]
pub struct ToastMemory {
    /// Index into the session's notices and the time at which each was first seen.
    seen: Vec<(usize, f64)>,
    closed: std::collections::BTreeSet<usize>,
}

/// The notices.
pub fn toasts_ui(ui: &Ui, cx: &mut Context<'_>, memory: &mut ToastMemory) {
    let now = ui.input(|input| input.time);
    let state = cx.state;
    let toasts = &state.view.toasts;
    if toasts.len() < memory.seen.len() {
        *memory = ToastMemory::default();
    }
    for index in memory.seen.len()..toasts.len() {
        memory.seen.push((index, now));
    }
    for (index, at) in &memory.seen {
        let stays = if toasts[*index].offer.is_some() { SECONDS_TO_ACT } else { SECONDS };
        if !toasts[*index].failure && now - at > stays {
            memory.closed.insert(*index);
        }
    }
    let open: Vec<usize> = (0..toasts.len()).filter(|index| !memory.closed.contains(index)).collect();
    if open.is_empty() {
        return;
    }
    Area::new(Id::unique("toasts")).anchor(Align2::CENTER_BOTTOM, [0.0, -40.0]).show(ui.ctx(), |ui| {
        for index in open.iter().rev().take(4).rev() {
            let toast = &toasts[*index];
            let colour = if toast.failure { cx.palette.bad } else { cx.palette.text };
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_max_width(560.0);
                ui.horizontal_wrapped(|ui| {
                    ui.label(egui::RichText::new(cx.tr(&toast.message)).color(colour));
                    if let Some(offer) = &toast.offer
                        && ui.button(cx.text(offer.words)).clicked()
                    {
                        memory.closed.insert(*index);
                        cx.push(offer.command.clone());
                    }
                    if widgets::icon_button(ui, egui_material_icons::icons::ICON_CLOSE, &cx.text("ui.close")).clicked() {
                        memory.closed.insert(*index);
                    }
                });
            });
        }
    });
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(500));
}
