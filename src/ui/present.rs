//! The map for the meeting: nothing but the map, the name and sums of the district that is shown in big type, and a legend.

use egui::{Align2, Area, CentralPanel, Frame, Id, Key, Margin, Modifiers, Order, RichText, Ui};
use egui_material_icons::icons;

use super::context::Context;
use super::{Memory, map_view, swatch, widgets};
use crate::base::{DistrictId, Message};
use crate::command::Command;
use crate::i18n;
use crate::policy::{ItemClass, Verdict};

/// Sizes of the type: name, figures, legend.
const TYPE: [f32; 3] = [36.0, 22.0, 16.0];

/// The whole window while a plan is presented.
pub(super) fn present_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    keys(ui, cx);
    let rect = ui.available_rect_before_wrap();
    CentralPanel::no_frame().show(ui, |ui| map_view::map_ui(ui, cx, &mut memory.map, &mut memory.cursor));
    memory.districts.follow(cx);
    let district = cx.state.view.presenting.as_ref().and_then(|presenting| presenting.district);
    let card = Area::new(Id::unique("present-card")).order(Order::Middle).constrain_to(rect);
    card.anchor(Align2::LEFT_TOP, [24.0, 24.0]).show(ui.ctx(), |ui| {
        card_frame(ui).show(ui, |ui| card_ui(ui, cx, memory, district));
    });
    let legend = Area::new(Id::unique("present-legend")).order(Order::Middle).constrain_to(rect);
    legend.anchor(Align2::RIGHT_BOTTOM, [-24.0, -44.0]).show(ui.ctx(), |ui| {
        card_frame(ui).show(ui, |ui| legend_ui(ui, cx));
    });
}

fn card_frame(ui: &Ui) -> Frame {
    Frame::popup(ui.style()).inner_margin(Margin::symmetric(20, 14))
}

/// Arrows and page keys step; Escape, which ends it, is a shortcut of the whole window.
fn keys(ui: &Ui, cx: &mut Context<'_>) {
    let hit = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let on = [Key::ArrowRight, Key::ArrowDown, Key::PageDown, Key::Enter];
    let back = [Key::ArrowLeft, Key::ArrowUp, Key::PageUp];
    if on.into_iter().filter(|key| hit(*key)).count() > 0 {
        cx.push(Command::PresentStep(false));
    }
    if back.into_iter().filter(|key| hit(*key)).count() > 0 {
        cx.push(Command::PresentStep(true));
    }
}

fn card_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &Memory, district: Option<DistrictId>) {
    let plan = &cx.state.plan;
    let title = match district.and_then(|id| plan.districts.get(&id)) {
        Some(district) => cx.tr(&Message::new("ui.district-title").text("label", district.label())),
        None if plan.title.is_empty() => cx.text("ui.untitled"),
        None => plan.title.clone(),
    };
    ui.label(RichText::new(title).strong().size(TYPE[0]));
    let sums = |id: &DistrictId| memory.districts.sums.get(id).cloned().unwrap_or_default();
    let (mut compounds, mut households, mut missing, mut area, mut cost) = (0, 0, 0, 0.0, crate::base::Money::ZERO);
    let shown = plan.districts.keys().filter(|id| district.is_none_or(|shown| shown == **id));
    for one in shown.map(sums) {
        compounds += one.compounds;
        households += one.households;
        missing += one.households_missing;
        area += one.floor_area_m2;
        cost += one.cost;
    }
    if district.is_none() {
        line_ui(ui, cx, "command.tab-districts", plan.districts.len().to_string());
    }
    line_ui(ui, cx, "ui.column-compounds", compounds.to_string());
    let households = i18n::grouped(i64::try_from(households).unwrap_or(i64::MAX));
    line_ui(ui, cx, "ui.column-households", i18n::at_least(households, missing));
    line_ui(ui, cx, "ui.column-floor-area", i18n::decimal(area, 0));
    line_ui(ui, cx, "ui.column-cost", i18n::decimal(cost.wan_yuan(), 0));
    if let Some(year) = district.and_then(|id| plan.districts.get(&id)?.year) {
        line_ui(ui, cx, "ui.column-year", year.to_string());
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::ICON_CHEVRON_LEFT, &cx.text("ui.present-back")).clicked() {
            cx.push(Command::PresentStep(true));
        }
        if widgets::icon_button(ui, icons::ICON_CHEVRON_RIGHT, &cx.text("ui.present-on")).clicked() {
            cx.push(Command::PresentStep(false));
        }
        if ui.button(cx.text("ui.present-end")).clicked() {
            cx.push(Command::Present);
        }
    });
}

fn line_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, value: String) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(cx.text(key)).size(TYPE[2]).color(cx.palette.secondary));
        ui.label(RichText::new(value).size(TYPE[1]));
    });
}

/// Verdicts that occur, and the classes of items that are shown.
fn legend_ui(ui: &mut Ui, cx: &Context<'_>) {
    let screened = cx.state.derived.screened.get();
    for verdict in Verdict::ALL {
        if screened.is_some_and(|screened| screened.iter().any(|one| one.verdict == verdict)) {
            ui.horizontal(|ui| {
                swatch::verdict_ui(ui, cx.palette, verdict);
                ui.label(RichText::new(cx.tr(&verdict.message())).size(TYPE[2]));
            });
        }
    }
    for class in ItemClass::ALL.into_iter().filter(|class| !cx.state.view.hidden_classes.contains(class)) {
        ui.horizontal(|ui| {
            swatch::class_ui(ui, class);
            ui.label(RichText::new(cx.tr(&class.message())).size(TYPE[2]));
        });
    }
}
