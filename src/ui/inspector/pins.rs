//! What is asked of single compounds: together, apart, seeds; set from the selection, taken back one by one.

use egui::Ui;

use super::step;
use crate::base::Message;
use crate::model::{Content, Pins};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Compounds of a wish that are named; of more the count is told.
const NAMED: usize = 3;

/// The wishes there are; without any, how to make one.
pub(super) fn pins_ui(ui: &mut Ui, cx: &Context<'_>, pins: &mut Pins) {
    if pins.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.pin-select")).size(12.0));
        return;
    }
    ui.label(widgets::quiet(cx.palette, cx.text("ui.pins")));
    sets_ui(ui, cx, "ui.pinned-together", &mut pins.together);
    sets_ui(ui, cx, "ui.pinned-apart", &mut pins.apart);
    if !pins.seeds.is_empty() && row_ui(ui, cx, "ui.pinned-seeds", &pins.seeds) {
        pins.seeds.clear();
    }
}

/// Buttons that make a wish of the selected compounds.
pub(super) fn pin_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let id = |compound: &crate::base::CompoundId| cx.state.plan.compounds.get(compound.index()).map(|c| c.source_id.clone());
    let selected: Vec<String> = cx.state.view.selection.compounds.iter().filter_map(id).collect();
    let settings = cx.state.plan.settings.clone();
    let mut changed = settings.clone();
    let pins = &mut changed.pins;
    ui.label(widgets::quiet(cx.palette, cx.text("ui.pins")));
    ui.horizontal_wrapped(|ui| {
        if selected.len() > 1 {
            for (key, sets) in [("ui.pin-together", &mut pins.together), ("ui.pin-apart", &mut pins.apart)] {
                if ui.button(cx.text(key)).clicked() && !sets.contains(&selected) {
                    sets.push(selected.clone());
                }
            }
        }
        if ui.button(cx.text("ui.pin-seed")).clicked() {
            let fresh: Vec<String> = selected.iter().filter(|id| !pins.seeds.contains(id)).cloned().collect();
            pins.seeds.extend(fresh);
        }
    });
    step::push_settings(cx, &settings, changed);
}

fn sets_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, sets: &mut Vec<Vec<String>>) {
    let mut gone = None;
    for (at, set) in sets.iter().enumerate() {
        if row_ui(ui, cx, key, set) {
            gone = Some(at);
        }
    }
    if let Some(at) = gone {
        sets.remove(at);
    }
}

/// One wish in words with a button that takes it back; whether that was clicked.
fn row_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, ids: &[String]) -> bool {
    let told = cx.tr(&Message::new(key).text("names", names(&cx.state.plan, ids)).count("count", ids.len()));
    ui.horizontal(|ui| {
        let button = ui.small_button("×");
        widgets::name_input(ui, &button, &format!("{} {told}", cx.text("ui.pin-remove")));
        ui.add(egui::Label::new(&told).truncate()).on_hover_text(&told);
        button.clicked()
    })
    .inner
}

/// The first names of the compounds with these ids; the id where there is no such compound any more.
fn names(plan: &Content, ids: &[String]) -> String {
    let label = |id: &String| {
        let known = plan.compounds.iter().find(|compound| compound.source_id == *id);
        known.map_or_else(|| id.clone(), |compound| compound.label().to_owned())
    };
    let mut names: Vec<String> = ids.iter().take(NAMED).map(label).collect();
    if ids.len() > NAMED {
        names.push("…".to_owned());
    }
    names.join("、")
}
