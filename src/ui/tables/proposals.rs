//! Items that are proposed, each with what speaks for it; taken or struck one by one, or all that are listed at once.

use egui::{Align, Layout, RichText, Ui};

use super::headed;
use crate::base::{DistrictId, Message};
use crate::command::{Command, SelectMode};
use crate::composition::Proposal;
use crate::model::Item;
use crate::ui::context::Context;
use crate::ui::{item_words, widgets};

/// Together no wider than the panel of a small window, so that the last column is in sight.
const COLUMNS: [(&str, f32); 5] = [
    ("ui.column-item", 124.0),
    ("ui.column-where", 128.0),
    ("ui.column-quantity", 84.0),
    ("ui.column-why", 212.0),
    ("ui.column-decide", 96.0),
];

/// The list, in the place of the table of items until everything on it is decided.
pub fn proposals_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(proposals) = &cx.state.proposals else { return };
    let shown = listed(cx, &proposals.list);
    ui.horizontal_wrapped(|ui| {
        let title = Message::new("ui.proposals").count("count", proposals.list.len());
        ui.label(RichText::new(cx.tr(&title)).strong());
        let of_district = shown.len() < proposals.list.len();
        let take = if of_district { "ui.proposals-take-shown" } else { "ui.proposals-take-all" };
        if ui.add_enabled(!shown.is_empty(), egui::Button::new(cx.text(take))).clicked() {
            cx.push(Command::TakeProposals(shown.clone()));
        }
        let strike = if of_district { "ui.proposals-strike-shown" } else { "ui.proposals-strike-all" };
        if ui.add_enabled(!shown.is_empty(), egui::Button::new(cx.text(strike))).clicked() {
            cx.push(Command::StrikeProposals(shown.clone()));
        }
        if of_district {
            let words = Message::new("ui.proposals-of-district").count("count", shown.len());
            ui.label(widgets::quiet(cx.palette, cx.tr(&words)));
        }
    });
    ui.add_space(4.0);
    egui::ScrollArea::horizontal().id_salt("proposals-across").show(ui, |ui| table_ui(ui, cx, &shown));
}

/// Places of the proposals of the selected district; of all while none is selected.
fn listed(cx: &Context<'_>, list: &[Proposal]) -> Vec<usize> {
    let district: Option<DistrictId> = cx.state.view.selection.district;
    let wanted = |item: &Item| district.is_none() || cx.state.plan.item_district(item) == district;
    list.iter().enumerate().filter(|(_, proposal)| wanted(&proposal.item)).map(|(place, _)| place).collect()
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, shown: &[usize]) {
    headed(ui, cx, "proposals", &COLUMNS).body(|body| {
        body.rows(26.0, shown.len(), |mut row| {
            let place = shown[row.index()];
            let Some(proposal) = cx.state.proposals.as_ref().and_then(|proposals| proposals.list.get(place)) else { return };
            let item = &proposal.item;
            let why = cx.tr(&proposal.why);
            let texts = [item_words::name(cx, &item.code), item_words::place(cx, item), item_words::quantity(cx, item), why];
            for (column, text) in texts.into_iter().enumerate() {
                row.col(|ui| {
                    let label = egui::Label::new(RichText::new(&text).size(12.5)).selectable(false).truncate();
                    if column == 2 {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(label));
                    } else {
                        ui.add(label).on_hover_text(text);
                    }
                });
            }
            row.col(|ui| decide_ui(ui, cx, place));
            if row.response().clicked() {
                show(cx, place);
            }
        });
    });
}

fn decide_ui(ui: &mut Ui, cx: &mut Context<'_>, place: usize) {
    if ui.link(cx.text("ui.proposal-take")).clicked() {
        cx.push(Command::TakeProposals(vec![place]));
    }
    if ui.link(cx.text("ui.proposal-strike")).clicked() {
        cx.push(Command::StrikeProposals(vec![place]));
    }
}

/// Selects the compound that the proposal is for and shows its place.
fn show(cx: &mut Context<'_>, place: usize) {
    use geo::BoundingRect;
    /// What is shown around the place of a proposal, m.
    const AROUND_M: f64 = 150.0;
    let Some(item) = cx.state.proposals.as_ref().and_then(|proposals| proposals.list.get(place)).map(|p| p.item.clone()) else {
        return;
    };
    cx.push(Command::SelectItem(None));
    cx.push(Command::Select(item.compound.into_iter().collect(), SelectMode::Replace));
    if let Some(bounds) = item.place.as_ref().and_then(BoundingRect::bounding_rect) {
        let (min, max) = (bounds.min(), bounds.max());
        cx.push(Command::ShowRect([min.x - AROUND_M, min.y - AROUND_M, max.x + AROUND_M, max.y + AROUND_M]));
    }
}
