//! The top bar: menu, title, the steps of the way of work, search, language and theme.

use egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons;

use crate::command::{Command, LISTED, MenuGroup, Step, Theme};
use crate::session::can;
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// From this width on the search has its words, and from this one on the steps stand beside each other, points.
const SEARCH_FROM: f32 = 960.0;
const STEPS_FROM: f32 = 760.0;

/// The whole bar.
pub fn top_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let width = ui.available_width();
    ui.horizontal_centered(|ui| {
        menu_ui(ui, cx);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            right_ui(ui, cx, width);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if width < STEPS_FROM {
                    if cx.state.is_open {
                        step_ui(ui, cx);
                    }
                    title_ui(ui, cx);
                    return;
                }
                title_ui(ui, cx);
                if cx.state.is_open {
                    ui.add_space(16.0);
                    steps_ui(ui, cx);
                }
            });
        });
    });
}

/// The steps as a list to choose from, where there is no room for them beside each other.
fn step_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let now = cx.state.view.step;
    let combo = egui::ComboBox::from_id_salt("step").width(96.0).selected_text(cx.text(names::step(now))).show_ui(ui, |ui| {
        for step in Step::ALL {
            if ui.selectable_label(step == now, step_words(cx, step)).clicked() {
                cx.push(Command::SetStep(step));
            }
        }
    });
    widgets::name_input(ui, &combo.response, &cx.text("ui.step"));
}

/// The name of a step, with a mark once it is done.
fn step_words(cx: &Context<'_>, step: Step) -> String {
    let text = cx.text(names::step(step));
    if is_done(cx, step) { format!("{text} ✓") } else { text }
}

fn menu_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let name = cx.text("ui.menu");
    let menu = ui.menu_button(icons::ICON_MENU, |ui| {
        for group in MenuGroup::ALL {
            ui.menu_button(cx.text(group.key()), |ui| {
                for listed in LISTED.iter().filter(|listed| listed.group == group) {
                    let mut button = egui::Button::new(cx.text(listed.key));
                    if let Some(shortcut) = listed.shortcut {
                        button = button.shortcut_text(shortcut.to_string());
                    }
                    if ui.add_enabled(can(cx.state, listed.availability), button).clicked() {
                        cx.push((listed.make)());
                        ui.close();
                    }
                }
            });
        }
    });
    widgets::named(menu.response, egui::Role::Button, &name);
}

fn title_ui(ui: &mut Ui, cx: &Context<'_>) {
    ui.add(egui::Label::new(RichText::new(cx.text("ui.title")).strong().size(15.0)).truncate());
    if !cx.state.is_open {
        return;
    }
    let title = match &cx.state.path {
        Some(path) => path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        None if cx.state.plan.title.is_empty() => cx.text("ui.untitled"),
        None => cx.state.plan.title.clone(),
    };
    let mark = if cx.state.is_dirty() { " •" } else { "" };
    ui.add(egui::Label::new(widgets::quiet(cx.palette, format!("{title}{mark}"))).truncate());
}

fn steps_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    for step in Step::ALL {
        let chosen = cx.state.view.step == step;
        let colour = if chosen { cx.palette.accent } else { cx.palette.text };
        let mut words = RichText::new(step_words(cx, step)).color(colour);
        if chosen {
            words = words.strong();
        }
        let response = ui.add(egui::Button::new(words).frame(false));
        if chosen {
            let rect = response.rect;
            ui.painter().hline(rect.x_range(), rect.bottom() + 3.0, egui::Stroke::new(2.0, cx.palette.accent));
        }
        if response.clicked() {
            cx.push(Command::SetStep(step));
        }
        ui.add_space(4.0);
    }
}

/// Whether a step has brought something that the next one needs.
fn is_done(cx: &Context<'_>, step: Step) -> bool {
    let plan = &cx.state.plan;
    match step {
        Step::Load => !plan.compounds.is_empty(),
        Step::Screen => cx.state.derived.screened.get().is_some_and(|s| !s.is_empty()),
        Step::Connect => cx.state.derived.links.get().is_some_and(|l| !l.list.is_empty()),
        Step::Group => !plan.districts.is_empty(),
        Step::Compose => !plan.items.is_empty(),
        Step::Coordinate => !plan.districts.is_empty() && plan.districts.values().all(|d| d.year.is_some()),
        Step::Review => false,
    }
}

fn right_ui(ui: &mut Ui, cx: &mut Context<'_>, width: f32) {
    let dark = cx.state.preferences.theme == Theme::Dark;
    let icon = if dark { icons::ICON_LIGHT_MODE } else { icons::ICON_DARK_MODE };
    if widgets::icon_button(ui, icon, &cx.text("command.theme")).clicked() {
        cx.push(Command::NextTheme);
    }
    if ui.add(egui::Button::new("中 / EN").frame(false)).on_hover_text(cx.text("command.language")).clicked() {
        cx.push(Command::NextLang);
    }
    ui.add_space(8.0);
    if width < SEARCH_FROM {
        let name = cx.text("ui.search");
        if widgets::icon_button(ui, icons::ICON_SEARCH, &name).on_hover_text("Ctrl+K").clicked() {
            cx.push(Command::OpenPalette);
        }
        return;
    }
    let search = widgets::quiet(cx.palette, format!("{}   Ctrl+K", cx.text("ui.search")));
    if ui.button(search).clicked() {
        cx.push(Command::OpenPalette);
    }
}
