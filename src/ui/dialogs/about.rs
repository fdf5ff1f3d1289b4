//! About the program: version, licences, how the map is drawn.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::ui::canvas::gpu::{self, Drawing, Way};
use crate::ui::context::Context;
use crate::ui::widgets;

/// The dialog.
pub(super) fn about_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(RichText::new(cx.text("ui.title")).strong().size(20.0));
    ui.label(cx.tr(&Message::new("ui.version").text("version", env!("CARGO_PKG_VERSION"))));
    widgets::hairline(ui, cx.palette);
    ui.label(cx.text("ui.about-what"));
    ui.add_space(4.0);
    for line in drawn_by(gpu::drawing(ui.ctx())) {
        ui.label(cx.tr(&line));
        ui.add_space(4.0);
    }
    for key in ["ui.about-drawing", "ui.about-licence", "ui.about-fonts", "ui.about-not-official"] {
        ui.label(cx.text(key));
        ui.add_space(4.0);
    }
    super::close_ui(ui, cx);
}

/// How the map is drawn, and by what.
fn drawn_by(drawing: Option<Drawing>) -> Vec<Message> {
    let Some(Drawing { adapter, backend, software, way }) = drawing else {
        return vec![Message::new("ui.drawn-meshes")];
    };
    let way = match way {
        Way::Gpu => Message::new("ui.drawn-gpu"),
        Way::Meshes => Message::new("ui.drawn-meshes"),
        Way::Failed => Message::new("ui.drawn-failed"),
    };
    let by = if software { Message::new("ui.adapter-software") } else { Message::new("ui.adapter") };
    vec![way, by.text("adapter", adapter).text("backend", backend)]
}
