//! Several compounds at once: their sums, and the district they should go to. Two: the link between them.

use egui::{RichText, Ui};

use super::settle::settle_ui;
use super::{InspectorMemory, link, pins, search};
use crate::base::{CompoundId, Message, Money};
use crate::command::{Command, Scope};
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Whom of the selection to group alone, each with the key of its words.
const SCOPES: [(Scope, &str); 2] = [(Scope::Compounds, "command.group-only"), (Scope::Districts, "ui.group-only-districts")];

/// The card.
pub(super) fn several_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut InspectorMemory) {
    let chosen: Vec<CompoundId> = cx.state.view.selection.compounds.iter().copied().collect();
    ui.label(RichText::new(cx.tr(&Message::new("ui.selected").count("count", chosen.len()))).strong().size(15.0));
    widgets::hairline(ui, cx.palette);
    let (mut households, mut area, mut cost, mut missing) = (0_u64, 0.0, Money::ZERO, 0_usize);
    for id in &chosen {
        let facts = &cx.state.plan.compounds[id.index()].facts;
        households += u64::from(facts.households.unwrap_or(0));
        missing += usize::from(facts.households.is_none());
        area += facts.floor_area_m2.unwrap_or(0.0);
        cost += facts.estimated_cost.unwrap_or_default();
    }
    let households = i18n::grouped(i64::try_from(households).unwrap_or(i64::MAX));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-households"), &households);
    widgets::fact(ui, cx.palette, &cx.text("ui.column-floor-area"), &i18n::decimal(area, 0));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-cost"), &i18n::decimal(cost.wan_yuan(), 2));
    if missing > 0 {
        let words = cx.tr(&Message::new("ui.households-missing").count("count", missing));
        ui.label(RichText::new(words).color(cx.palette.warn).size(12.0));
    }
    if let [a, b] = chosen[..] {
        link::pair_ui(ui, cx, &mut memory.link, a, b);
    }
    settle_ui(ui, cx, &mut memory.settle, &chosen);
    widgets::section(ui, &cx.text("ui.assign"));
    assign_ui(ui, cx);
    search::choose_ui(ui, cx, &SCOPES);
}

/// Puts the selection into a district, a new one, or none.
pub(super) fn assign_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let mut districts: Vec<_> = cx.state.plan.districts.iter().map(|(id, d)| (d.number, *id, d.label())).collect();
    districts.sort();
    let first = cx.state.view.selection.compounds.first().copied();
    let current = first.and_then(|c| cx.state.plan.assignment[c.index()]);
    let shown = current
        .and_then(|id| cx.state.plan.districts.get(&id))
        .map_or_else(|| cx.text("ui.no-district"), crate::model::District::label);
    let name = cx.text("ui.column-district");
    let combo = egui::ComboBox::from_id_salt("assign").selected_text(shown).width(160.0).show_ui(ui, |ui| {
        if ui.selectable_label(current.is_none(), cx.text("ui.no-district")).clicked() {
            cx.push(Command::AssignSelection(None));
        }
        for (_, id, label) in &districts {
            if ui.selectable_label(current == Some(*id), label).clicked() {
                cx.push(Command::AssignSelection(Some(*id)));
            }
        }
    });
    widgets::name_input(ui, &combo.response, &name);
    if ui.button(cx.text("command.new-district")).clicked() {
        cx.push(Command::NewDistrict);
    }
    pins::pin_ui(ui, cx);
}
