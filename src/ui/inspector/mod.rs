//! The right panel: whatever is selected, or what the present step of the way of work needs.

mod barriers;
mod compose;
mod comments;
mod compound;
mod coordinate;
mod district;
mod entry;
mod group;
mod group_form;
mod group_result;
mod pins;
mod pipe;
mod reshape;
mod project;
mod item;
mod link;
mod meeting;
mod network;
mod search;
mod settle;
mod several;
mod shortfalls;
mod step;
mod timing;

use egui::Ui;

use super::Memory;
use super::context::Context;

/// What the inspector remembers between frames: texts being typed.
#[derive(Default)]
pub struct InspectorMemory {
    grouping: group_form::GroupingForm,
    shortfalls: shortfalls::ShortfallMemory,
    link: link::LinkForm,
    links: compound::LinkRows,
    district: Option<(crate::base::DistrictId, String, String)>,
    reshape: reshape::ReshapeForm,
    price: item::PriceForm,
    settle: settle::SettleForm,
    project: project::ProjectForm,
    comments: comments::CommentsMemory,
    meeting: meeting::MeetingMemory,
    network: network::NetworkMemory,
}

impl InspectorMemory {
    /// The name being typed for a district; it starts from the district's own whenever that changes.
    fn district_form(&mut self, id: crate::base::DistrictId, district: &crate::model::District) -> &mut String {
        let fresh = || (id, district.name.clone(), district.name.clone());
        let (held, known, typed) = self.district.get_or_insert_with(fresh);
        if *held != id || *known != district.name {
            (*held, *known, *typed) = fresh();
        }
        typed
    }
}

/// The whole panel.
pub fn inspector_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut Memory) {
    let selection = &cx.state.view.selection;
    // A card is read from its top, however far down the panel of the step was; so is that panel once others are to be grouped.
    let card = (selection.item, selection.pipe, selection.district, selection.compounds.first(), selection.compounds.len());
    let step = (cx.state.view.step, cx.state.view.only.first(), cx.state.view.only.len());
    egui::ScrollArea::vertical().id_salt((card, step)).auto_shrink(false).show(ui, |ui| {
        let one = (selection.compounds.len() == 1).then(|| selection.compounds.first().copied()).flatten();
        if let Some(id) = selection.item {
            item::item_ui(ui, cx, &mut memory.inspector.price, id);
        } else if let Some(id) = selection.pipe {
            pipe::pipe_ui(ui, cx, &mut memory.inspector.network, id);
        } else if let Some(id) = selection.district {
            district::district_ui(ui, cx, memory, id);
        } else if let Some(id) = one {
            shortfalls::selected_ui(ui, cx);
            compound::compound_ui(ui, cx, &mut memory.inspector, id);
        } else if !selection.compounds.is_empty() {
            shortfalls::selected_ui(ui, cx);
            several::several_ui(ui, cx, &mut memory.inspector);
        } else {
            step::step_ui(ui, cx, memory);
        }
    });
}

/// Rule pack and who may be grouped; the settings dialog shows it too.
pub fn plan_settings_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    step::settings_ui(ui, cx);
}
