//! What was found in files that are to be loaded: on the left the layers, on the right what is settled for the one that
//! is selected. Enter loads, Escape leaves everything as it was.

mod crs;
mod details;
mod fields;
mod list;
mod place;
mod sketch;

use egui::{Align, Key, Layout, RichText, Ui};

use self::crs::CrsMemory;
use crate::base::{Argument, Message};
use crate::command::Command;
use crate::session::{Readiness, Survey};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Width of the list of layers, at most and at least.
const LIST: f32 = 296.0;
const LEAST_LIST: f32 = 150.0;

/// Width of the names of settings.
const NAMES: f32 = 92.0;

/// Height of what stands below the list and the details.
const FOOT: f32 = 44.0;

/// Which layer is selected, and what is being typed.
#[derive(Default)]
pub struct ImportMemory {
    selected: usize,
    crs: CrsMemory,
    /// Files that the memory belongs to.
    paths: Vec<std::path::PathBuf>,
}

impl ImportMemory {
    /// A new survey begins with the first layer that wants an answer.
    fn renew(&mut self, survey: &Survey) {
        if self.paths != survey.paths {
            let asks = |readiness| matches!(readiness, Readiness::WantsKind | Readiness::WantsPlace);
            let first = survey.layers.iter().position(|layer| asks(layer.readiness()));
            *self = Self { selected: first.unwrap_or(0), paths: survey.paths.clone(), ..Self::default() };
        }
        self.selected = self.selected.min(survey.layers.len().saturating_sub(1));
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The dialog.
pub(super) fn import_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ImportMemory) {
    let state = cx.state;
    let Some(survey) = &state.survey else { return };
    memory.renew(survey);
    // Enter that ends the typing of a number or a search is theirs: it is judged before they let go of it.
    let enter = ui.input(|input| input.key_pressed(Key::Enter))
        && ui.memory(|memory| memory.focused().is_none())
        && !egui::Popup::is_any_open(ui.ctx());
    if enter && survey.ready() > 0 {
        cx.push(Command::LoadChosen);
    }
    title_ui(ui, cx, survey);
    widgets::hairline(ui, cx.palette);
    let height = ui.available_height() - FOOT;
    let size = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
        ui.set_min_height(height);
        let list = (ui.available_width() * 0.3).clamp(LEAST_LIST, LIST);
        ui.allocate_ui_with_layout(egui::vec2(list, height), Layout::top_down(Align::Min), |ui| {
            ui.set_width(list);
            list::list_ui(ui, cx, survey, &mut memory.selected);
        });
        let (line, _) = ui.allocate_exact_size(egui::vec2(1.0, height), egui::Sense::hover());
        ui.painter().vline(line.center().x, line.y_range(), egui::Stroke::new(1.0, cx.palette.hairline));
        ui.allocate_ui_with_layout(ui.available_size(), Layout::top_down(Align::Min), |ui| {
            ui.set_width(ui.available_width());
            details::details_ui(ui, cx, survey, memory.selected, &mut memory.crs);
        });
    });
    widgets::hairline(ui, cx.palette);
    foot_ui(ui, cx, survey);
}

fn title_ui(ui: &mut Ui, cx: &Context<'_>, survey: &Survey) {
    let name = |path: &std::path::PathBuf| {
        path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let names: Vec<String> = survey.paths.iter().map(name).collect();
    ui.horizontal(|ui| {
        ui.label(RichText::new(cx.text("ui.import-title")).strong().size(15.0));
        ui.add(egui::Label::new(widgets::quiet(cx.palette, names.join(" · "))).truncate());
    });
}

fn foot_ui(ui: &mut Ui, cx: &mut Context<'_>, survey: &Survey) {
    ui.horizontal(|ui| {
        let mut remember = survey.remember;
        if ui.checkbox(&mut remember, cx.text("ui.import-remember")).changed() {
            cx.push(Command::RememberAnswers(remember));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let ready = survey.ready();
            let words = cx.tr(&Message::new("ui.import-load").count("count", ready));
            let fill = if ready > 0 { cx.palette.accent } else { cx.palette.window };
            let text = RichText::new(words).color(if ready > 0 { cx.palette.panel } else { cx.palette.disabled });
            let load = ui.add_enabled(ready > 0, egui::Button::new(text).fill(fill).min_size(egui::vec2(88.0, 26.0)));
            if load.clicked() {
                cx.push(Command::LoadChosen);
            }
            if ui.add(egui::Button::new(cx.text("ui.import-cancel")).min_size(egui::vec2(64.0, 26.0))).clicked() {
                cx.push(Command::CloseDialog);
            }
            ui.add(egui::Label::new(widgets::quiet(cx.palette, waiting(cx, survey))).truncate());
        });
    });
}

/// What will not be loaded, and why.
fn waiting(cx: &Context<'_>, survey: &Survey) -> String {
    let count = |wanted| survey.layers.iter().filter(|layer| layer.readiness() == wanted).count();
    let parts = [
        (count(Readiness::WantsKind), Message::new("ui.import-want-kind")),
        (count(Readiness::WantsPlace), Message::new("ui.import-want-place")),
    ];
    let parts: Vec<Message> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, message)| message.count("count", count)).collect();
    if parts.is_empty() { String::new() } else { crate::i18n::write_argument(cx.lang(), &Argument::List(parts)) }
}

/// A setting: its name on the left, what it is set to on the right.
fn setting_ui(ui: &mut Ui, cx: &mut Context<'_>, key: &'static str, content: impl FnOnce(&mut Ui, &mut Context<'_>)) {
    let name = cx.text(key);
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(egui::vec2(NAMES, 24.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAMES);
            ui.add(egui::Label::new(widgets::quiet(cx.palette, name)).truncate());
        });
        ui.vertical(|ui| content(ui, cx));
    });
}
