//! About the program: version, licences, how the map is drawn.

use egui::{RichText, Ui};

use crate::base::Message;
use crate::ui::context::Context;
use crate::ui::widgets;

/// The dialog.
pub(super) fn about_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.label(RichText::new(cx.text("ui.title")).strong().size(20.0));
    ui.label(cx.tr(&Message::new("ui.version").text("version", env!("CARGO_PKG_VERSION"))));
    widgets::hairline(ui, cx.palette);
    for key in ["ui.about-what", "ui.about-drawing", "ui.about-licence", "ui.about-fonts", "ui.about-not-official"] {
        ui.label(cx.text(key));
        ui.add_space(4.0);
    }
    super::close_ui(ui, cx);
}
