//! What lies below the plan: nothing, a grid, a file or a service of tiles; its opacity, and what is wrong with it.

use egui::{ComboBox, RichText, Slider, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::import::backdrop::{PRESETS, Service};
use crate::model::{Backdrop, BackdropSource};
use crate::ui::context::Context;
use crate::ui::widgets;

/// The section of the left panel.
pub(super) fn backdrop_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    widgets::section(ui, &cx.text("ui.backdrop"));
    source_ui(ui, cx);
    let backdrop = cx.state.plan.settings.looks.backdrop.clone();
    if backdrop.source == BackdropSource::None {
        return;
    }
    opacity_ui(ui, cx, &backdrop);
    if let BackdropSource::Service(template) = &backdrop.source {
        service_ui(ui, cx, template);
    }
    if cx.state.backdrop_is_remote() {
        network_ui(ui, cx);
    }
    for note in &cx.state.backdrop.notes {
        ui.label(widgets::quiet(cx.palette, cx.tr(note)));
    }
    if let Some(why) = &cx.state.backdrop.trouble {
        ui.label(RichText::new(cx.tr(why)).color(cx.palette.bad));
    }
}

fn source_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let backdrop = cx.state.plan.settings.looks.backdrop.clone();
    let opacity = if backdrop.opacity > 0.0 { backdrop.opacity } else { 1.0 };
    let name = cx.text("ui.backdrop");
    let mut chosen = None;
    let room = ui.available_width() - 8.0;
    let shown = cx.tr(&backdrop.source.message());
    let combo = ComboBox::from_id_salt("backdrop").width(room).truncate().selected_text(shown).show_ui(ui, |ui| {
        for source in [BackdropSource::None, BackdropSource::Grid] {
            if ui.selectable_label(backdrop.source == source, cx.tr(&source.message())).clicked() {
                chosen = Some(source);
            }
        }
        if ui.selectable_label(matches!(backdrop.source, BackdropSource::File(_)), cx.text("ui.backdrop-file")).clicked() {
            cx.push(Command::AskBackdrop);
        }
        for preset in PRESETS {
            let source = BackdropSource::Service(preset.template.to_owned());
            if ui.selectable_label(backdrop.source == source, cx.text(preset.words)).clicked() {
                chosen = Some(source);
            }
        }
    });
    widgets::name_input(ui, &combo.response, &name);
    if let Some(source) = chosen {
        cx.push(Command::SetBackdrop(Backdrop { source, opacity }));
    }
}

/// One step of history for a drag, at its end.
fn opacity_ui(ui: &mut Ui, cx: &mut Context<'_>, backdrop: &Backdrop) {
    let id = egui::Id::unique("backdrop-opacity");
    let name = cx.text("ui.opacity");
    let mut opacity = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(backdrop.opacity);
    let slider = ui.add(Slider::new(&mut opacity, 0.0..=1.0).text(&name).fixed_decimals(2));
    widgets::name_input(ui, &slider, &name);
    if slider.dragged() || slider.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, opacity));
        return;
    }
    ui.data_mut(|data| data.remove_temp::<f32>(id));
    if opacity.to_bits() != backdrop.opacity.to_bits() {
        cx.push(Command::SetBackdrop(Backdrop { opacity, ..backdrop.clone() }));
    }
}

/// The address of a service, and the user's key for it.
fn service_ui(ui: &mut Ui, cx: &mut Context<'_>, template: &str) {
    if let Some(typed) = typed_ui(ui, &cx.text("ui.backdrop-address"), "backdrop-address", template, false) {
        let opacity = cx.state.plan.settings.looks.backdrop.opacity;
        cx.push(Command::SetBackdrop(Backdrop { source: BackdropSource::Service(typed), opacity }));
    }
    let Ok(service) = Service::new(template) else { return };
    if !service.wants_key() {
        return;
    }
    let key = cx.state.preferences.service_keys.get(service.host()).cloned().unwrap_or_default();
    if let Some(typed) = typed_ui(ui, &cx.text("ui.backdrop-key"), "backdrop-key", &key, true) {
        cx.push(Command::SetServiceKey(service.host().to_owned(), typed));
    }
    if key.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.backdrop-key-missing")));
    }
}

/// A text that is typed in peace and given back once, when the field is left.
fn typed_ui(ui: &mut Ui, name: &str, id: &'static str, value: &str, secret: bool) -> Option<String> {
    let id = egui::Id::unique(id);
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| value.to_owned());
    let width = ui.available_width() - 12.0;
    let field = egui::TextEdit::singleline(&mut text).hint_text(name).desired_width(width).password(secret);
    let response = ui.add(field).on_hover_text(name);
    widgets::name_input(ui, &response, name);
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
        return None;
    }
    let held = ui.data_mut(|data| data.remove_temp::<String>(id))?;
    (held != value).then_some(held)
}

/// Whether the network is asked; a plan that is opened asks nobody by itself.
fn network_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let mut allowed = cx.state.backdrop_is_allowed();
    if ui.checkbox(&mut allowed, cx.text("ui.backdrop-network")).changed() {
        cx.push(Command::AllowNetwork(allowed));
    }
    if !allowed {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.backdrop-off"))));
    }
}
