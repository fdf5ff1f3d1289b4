//! The menu of the secondary button on the map.

use egui::Ui;

use super::context::Context;
use super::tables::districts;
use crate::base::{CompoundId, DistrictId};
use crate::command::Command;
use crate::map::Pick;

/// What the secondary button offers, where it was pressed; a press elsewhere puts it away.
pub(super) fn menu_ui(ui: &Ui, cx: &mut Context<'_>, menu: &mut Option<(Option<Pick>, egui::Pos2)>) {
    let Some((pick, at)) = *menu else { return };
    let area = egui::Area::new(egui::Id::unique("map-menu")).order(egui::Order::Foreground).fixed_pos(at);
    let shown = area.show(ui.ctx(), |ui| {
        egui::Frame::menu(ui.style()).show(ui, |ui| match pick {
            Some(Pick::Item(id)) => {
                let remove = ui.button(cx.text("ui.remove-item")).clicked();
                if remove {
                    cx.push(Command::RemoveItems(vec![id]));
                }
                remove
            }
            Some(Pick::Compound(id)) => compound_menu_ui(ui, cx, id),
            _ => listed_ui(ui, cx, &["fit-all", "select-all", "clear-selection"]),
        })
    });
    let elsewhere = ui.input(|input| input.pointer.any_pressed()) && !shown.response.contains_pointer();
    if shown.inner.inner || elsewhere {
        *menu = None;
    }
}

/// Buttons of listed commands; true when one was chosen.
fn listed_ui(ui: &mut Ui, cx: &mut Context<'_>, ids: &[&str]) -> bool {
    let mut chosen = false;
    for listed in ids.iter().filter_map(|id| crate::command::by_id(id)) {
        if ui.button(cx.text(listed.key)).clicked() {
            cx.push((listed.make)());
            chosen = true;
        }
    }
    chosen
}

fn compound_menu_ui(ui: &mut Ui, cx: &mut Context<'_>, id: CompoundId) -> bool {
    let district: Option<DistrictId> = cx.state.plan.assignment.get(id.index()).copied().flatten();
    let mut chosen = listed_ui(ui, cx, &["new-district", "unassign", "fit-selection"]);
    if let Some(district) = district
        && ui.button(cx.text("ui.select-district")).clicked()
    {
        districts::select(cx, district);
        chosen = true;
    }
    chosen
}
