//! The renovation items with quantity, price and cost.

use egui::{Align, Layout, RichText, Ui};

use super::headed;
use crate::base::{ItemId, Message};
use crate::command::Command;
use crate::i18n;
use crate::model::Quantity;
use crate::ui::context::Context;
use crate::ui::{item_words, widgets};

const COLUMNS: [(&str, f32); 7] = [
    ("ui.column-item", 150.0),
    ("ui.column-class", 80.0),
    ("ui.column-where", 160.0),
    ("ui.column-quantity", 110.0),
    ("ui.column-price", 100.0),
    ("ui.column-cost", 110.0),
    ("ui.column-year", 60.0),
];

/// The tab.
pub fn items_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if cx.state.proposals.is_some() {
        super::proposals::proposals_ui(ui, cx);
        return;
    }
    if cx.state.plan.items.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-items"));
        if ui.button(cx.text("command.draft-items")).clicked() {
            cx.push(Command::DraftItems);
        }
        return;
    }
    tools_ui(ui, cx);
    egui::ScrollArea::horizontal().id_salt("items-across").show(ui, |ui| table_ui(ui, cx));
}

/// What can be done with all items, and how many quantities are behind their geometry.
fn tools_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.horizontal_wrapped(|ui| {
        if ui.button(cx.text("command.draft-items")).clicked() {
            cx.push(Command::DraftItems);
        }
        if ui.button(cx.text("command.measure-items")).clicked() {
            cx.push(Command::MeasureItems);
        }
        let by_hand = cx.state.plan.items.values().filter(|item| matches!(item.quantity, Quantity::Manual(_))).count();
        if by_hand > 0 {
            ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("ui.quantities-by-hand").count("count", by_hand))));
        }
    });
    ui.add_space(4.0);
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let ids: Vec<ItemId> = cx.state.plan.items.keys().copied().collect();
    headed(ui, cx, "items", &COLUMNS).body(|body| {
        body.rows(24.0, ids.len(), |mut row| {
            let id = ids[row.index()];
            row.set_selected(cx.state.view.selection.item == Some(id));
            row_ui(&mut row, cx, id);
            if row.response().clicked() {
                cx.push(Command::SelectItem(Some(id)));
            }
        });
    });
}

fn row_ui(row: &mut egui_extras::TableRow<'_, '_>, cx: &Context<'_>, id: ItemId) {
    let plan = &cx.state.plan;
    let Some(item) = plan.items.get(&id) else { return };
    let plain = |text: String| egui::Label::new(RichText::new(text).size(12.5)).selectable(false).truncate();
    for text in [item_words::name(cx, &item.code), item_words::class(cx, &item.code), item_words::place(cx, item)] {
        row.col(|ui| {
            ui.add(plain(text));
        });
    }
    let dash = || "–".to_owned();
    let price = item.price.as_ref().or_else(|| plan.prices.get(&item.code));
    let numbers = [
        item_words::quantity(cx, item),
        price.map_or_else(dash, |p| item_words::yuan(p.amount)),
        plan.item_cost(item).map_or_else(dash, |cost| i18n::decimal(cost.wan_yuan(), 2)),
        plan.item_year(item).map_or_else(dash, |year| year.to_string()),
    ];
    for text in numbers {
        row.col(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(plain(text)));
        });
    }
}
