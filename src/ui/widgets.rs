//! Small widgets shared by the panels. Each has an accessible name.

use egui::{Align, Color32, Layout, Response, RichText, Role, Sense, Ui, WidgetInfo};
use egui_material_icons::MaterialIcon;

use super::theme::Palette;

/// A frameless button of one icon. `name` is its tooltip and accessible name.
pub fn icon_button(ui: &mut Ui, icon: MaterialIcon, name: &str) -> Response {
    let response = ui.add(egui::Button::new(icon).frame(false)).on_hover_text(name);
    named(response, Role::Button, name)
}

/// Gives a response an accessible name in place of its text.
pub fn named(response: Response, kind: Role, name: &str) -> Response {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(kind, enabled, name));
    response
}

/// A text field of one line with a hint and a name.
pub fn text_field(ui: &mut Ui, text: &mut String, name: &str, width: f32) -> Response {
    let response = ui.add(egui::TextEdit::singleline(text).hint_text(name).desired_width(width));
    name_input(ui, &response, name);
    response
}

/// Gives an input an accessible name and leaves its value as it is.
pub fn name_input(ui: &Ui, response: &Response, name: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// A number that is dragged or typed, with its name.
pub fn drag_number(ui: &mut Ui, drag: egui::DragValue<'_>, name: &str) -> Response {
    let response = ui.add(drag).on_hover_text(name);
    name_input(ui, &response, name);
    response
}

/// A section title.
pub fn section(ui: &mut Ui, title: &str) {
    ui.add_space(8.0);
    ui.label(RichText::new(title).strong());
    ui.add_space(2.0);
}

/// A name on the left and a value on the right, on one line.
pub fn fact(ui: &mut Ui, palette: &Palette, name: &str, value: &str) {
    fact_coloured(ui, palette, name, value, palette.text);
}

/// As [`fact`], the value in a colour of its own.
pub fn fact_coloured(ui: &mut Ui, palette: &Palette, name: &str, value: &str, colour: Color32) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(palette.secondary));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(value).color(colour)).truncate());
        });
    });
}

/// A hairline over the width of the panel.
pub fn hairline(ui: &mut Ui, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 9.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, egui::Stroke::new(1.0, palette.hairline));
}

/// What an empty panel says.
pub fn empty(ui: &mut Ui, palette: &Palette, words: &str) {
    ui.add_space(16.0);
    ui.label(RichText::new(words).color(palette.secondary));
}

/// A thin bar filled to `share` (0–1).
pub fn meter(ui: &mut Ui, palette: &Palette, share: f32, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 5.0), Sense::hover());
    let line = egui::Rect::from_min_size(rect.left_center() - egui::vec2(0.0, 1.0), egui::vec2(rect.width(), 2.0));
    ui.painter().rect_filled(line, 1.0, palette.hairline);
    let filled = egui::Rect::from_min_size(line.min, egui::vec2(line.width() * share.clamp(0.0, 1.0), 2.0));
    ui.painter().rect_filled(filled, 1.0, colour);
}

/// A text of secondary weight.
#[must_use]
pub fn quiet(palette: &Palette, text: impl Into<String>) -> RichText {
    RichText::new(text).color(palette.secondary)
}

/// A number from 0 on edited in place: it moves freely while it is dragged or typed, and is given back once, when done.
pub fn edited_number(ui: &mut Ui, id: egui::Id, value: f64, decimals: usize, name: &str) -> Option<f64> {
    edited_drag(ui, id, value, name, |drag| drag.range(0.0..=1.0e9).max_decimals(decimals))
}

/// As [`edited_number`], with limits and units of the caller's.
pub fn edited_drag(
    ui: &mut Ui,
    id: egui::Id,
    value: f64,
    name: &str,
    looks: impl FnOnce(egui::DragValue<'_>) -> egui::DragValue<'_>,
) -> Option<f64> {
    let mut shown = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(value);
    let response = drag_number(ui, looks(egui::DragValue::new(&mut shown)), name);
    if response.dragged() || response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, shown));
        return None;
    }
    let held = ui.data_mut(|data| data.remove_temp::<f64>(id));
    let done = if response.changed() { Some(shown) } else { held };
    done.filter(|done| *done != value)
}

/// Chooses a year or none among twelve from `first`; `None` while nothing was chosen.
#[expect(clippy::option_option, reason = "the outer is whether something was chosen, the inner the year or none")]
pub fn year_choice(ui: &mut Ui, salt: &str, year: Option<i32>, first: i32, name: &str) -> Option<Option<i32>> {
    let text = |year: Option<i32>| year.map_or_else(|| "–".to_owned(), |y| y.to_string());
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt(salt).selected_text(text(year)).width(72.0).show_ui(ui, |ui| {
        for option in std::iter::once(None).chain((first..first + 12).map(Some)) {
            if ui.selectable_label(year == option, text(option)).clicked() {
                chosen = Some(option);
            }
        }
    });
    name_input(ui, &combo.response, name);
    chosen
}
