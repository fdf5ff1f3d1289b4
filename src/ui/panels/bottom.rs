//! The lower panel: its tabs, and the one that is shown.

use egui::{RichText, Ui};

use crate::command::{Command, Panel, Tab};
use crate::ui::context::Context;
use crate::ui::tables::{checks, compare, compounds, coordinate, districts, gap, history, items, jobs, needs, screening};
use crate::ui::{Memory, names, widgets};

/// Width of the button that hides the panel, with its space.
const CLOSE_WIDTH: f32 = 36.0;

/// What the tabs and their tables need at least.
const LEAST: egui::Vec2 = egui::vec2(220.0, 160.0);
/// What the content of a tab needs of that; in a smaller panel it scrolls, below the tabs.
const LEAST_CONTENT: f32 = 132.0;

/// The whole panel.
pub fn bottom_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    let room = ui.available_size();
    if room.x >= LEAST.x && room.y >= LEAST.y {
        tabs_ui(ui, cx, |ui, tabs| ui.horizontal_wrapped(tabs).inner);
        tab_content_ui(ui, cx, memory);
        return;
    }
    // One row that scrolls: several would leave nothing below them.
    tabs_ui(ui, cx, |ui, tabs| {
        egui::ScrollArea::horizontal().id_salt("tabs").show(ui, |ui| ui.horizontal(tabs));
    });
    // What does not fit would push the panel over the status bar, and the map with it.
    egui::ScrollArea::both().id_salt("bottom-small").auto_shrink(false).show(ui, |ui| {
        let size = ui.available_size().max(egui::vec2(LEAST.x, LEAST_CONTENT));
        ui.set_min_size(size);
        ui.set_max_size(size);
        tab_content_ui(ui, cx, memory);
    });
}

/// The tabs, set out in rows or in one, and the button that hides the panel.
fn tabs_ui(ui: &mut Ui, cx: &mut Context<'_>, set_out: impl FnOnce(&mut Ui, &mut dyn FnMut(&mut Ui))) {
    ui.horizontal_top(|ui| {
        let size = egui::vec2((ui.available_width() - CLOSE_WIDTH).max(0.0), ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Min), |ui| {
            set_out(ui, &mut |ui| Tab::ALL.into_iter().for_each(|tab| tab_ui(ui, cx, tab)));
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
            let name = cx.text("command.panel-bottom");
            if widgets::icon_button(ui, egui_material_icons::icons::ICON_KEYBOARD_ARROW_DOWN, &name).clicked() {
                cx.push(Command::TogglePanel(Panel::Bottom));
            }
        });
    });
}

/// What the tab that is shown holds.
fn tab_content_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    if cx.state.view.tab == Tab::Table {
        ui.horizontal(|ui| compounds::filter_ui(ui, cx, &mut memory.compounds));
    }
    ui.add_space(4.0);
    match cx.state.view.tab {
        Tab::Table => compounds::compounds_ui(ui, cx, &mut memory.compounds),
        Tab::Districts => districts::districts_ui(ui, cx, &mut memory.districts),
        Tab::Screening => screening::screening_ui(ui, cx, &mut memory.screening),
        Tab::Needs => needs::needs_ui(ui, cx, &mut memory.needs),
        Tab::Items => items::items_ui(ui, cx),
        Tab::Coordinate => coordinate::coordinate_ui(ui, cx, &mut memory.coordinate),
        Tab::Checks => checks::checks_ui(ui, cx, &mut memory.checks),
        Tab::Compare => compare::compare_ui(ui, cx),
        Tab::Gap => gap::gap_ui(ui, cx, &mut memory.gap),
        Tab::History => history::history_ui(ui, cx),
        Tab::Jobs => jobs::jobs_ui(ui, cx),
    }
}

fn tab_ui(ui: &mut Ui, cx: &mut Context<'_>, tab: Tab) {
    let chosen = cx.state.view.tab == tab;
    let mut words = cx.text(names::tab(tab));
    if tab == Tab::Checks
        && let Some(findings) = cx.state.derived.findings.get()
    {
        let open = findings.iter().filter(|f| f.ignored.is_none()).count();
        words = format!("{words} {open}");
    }
    let colour = if chosen { cx.palette.accent } else { cx.palette.secondary };
    if ui.add(egui::Button::new(RichText::new(words).color(colour)).frame(false)).clicked() {
        cx.push(Command::ShowTab(tab));
    }
    ui.add_space(4.0);
}
