//! Several compounds at once: their sums, and the district they should go to. Two: the link between them.

use egui::{RichText, Ui};

use crate::base::{CompoundId, Message, Money};
use crate::command::Command;
use crate::i18n;
use crate::model::{LinkKey, LinkRule};
use crate::ui::context::Context;
use crate::ui::{widgets, words};

/// The card.
pub(super) fn several_ui(ui: &mut Ui, cx: &mut Context<'_>, note: &mut String) {
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
        pair_ui(ui, cx, note, a, b);
    }
    widgets::section(ui, &cx.text("ui.assign"));
    assign_ui(ui, cx);
}

/// What lies between two compounds: their link or its absence, the chain that connects them, and the override.
fn pair_ui(ui: &mut Ui, cx: &mut Context<'_>, note: &mut String, a: CompoundId, b: CompoundId) {
    let Some(key) = LinkKey::new(a, b) else { return };
    widgets::section(ui, &cx.text("ui.between"));
    let links = cx.state.derived.links.get().cloned();
    let words = match links.as_ref().and_then(|links| links.find(key)) {
        Some(link) => cx.tr(&words::link(&cx.state.plan, link)),
        None => match links.as_ref().and_then(|links| links.find_blocked(key)) {
            Some(blocked) => {
                let barrier = cx.state.plan.barriers.get(blocked.barrier.index());
                let name = barrier.map(|b| b.name.clone()).unwrap_or_default();
                cx.tr(&Message::new("ui.link-blocked").metres("gap", blocked.gap_m).text("barrier", name))
            }
            None => cx.text("ui.no-link"),
        },
    };
    ui.label(words);
    chain_ui(ui, cx, a, b);
    widgets::text_field(ui, note, &cx.text("ui.note"), f32::INFINITY);
    ui.horizontal_wrapped(|ui| {
        for (words, rule) in [("ui.link-force", LinkRule::Force), ("ui.link-forbid", LinkRule::Forbid)] {
            if ui.button(cx.text(words)).clicked() {
                cx.push(Command::SetLink(key, Some(rule), std::mem::take(note)));
            }
        }
        if cx.state.plan.overrides.contains_key(&key) && ui.button(cx.text("ui.link-forget")).clicked() {
            cx.push(Command::SetLink(key, None, String::new()));
        }
    });
}

/// The chain with the smallest worst gap, and its weakest link.
fn chain_ui(ui: &mut Ui, cx: &Context<'_>, a: CompoundId, b: CompoundId) {
    let (Some(forest), Some(links)) = (cx.state.derived.forest.fresh(cx.state.revisions.forest()), cx.state.derived.links.get())
    else {
        return;
    };
    let words = match forest.chain(a, b) {
        Some(chain) => {
            let weakest_m = links.find(chain.weakest).map_or(0.0, |link| link.gap_m);
            cx.tr(&Message::new("ui.chain").count("links", chain.links.len()).metres("weakest", weakest_m))
        }
        None => cx.text("ui.no-chain"),
    };
    ui.label(widgets::quiet(cx.palette, words));
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
}
