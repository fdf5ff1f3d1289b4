//! The card of an item: what, where, how many, at which price and when.

use egui::{RichText, Ui};

use crate::base::{ItemId, Message, Money};
use crate::command::Command;
use crate::i18n;
use crate::model::{Item, ItemOrigin, Quantity, UnitPrice};
use crate::policy::ItemCode;
use crate::ui::context::Context;
use crate::ui::{item_words, widgets};

use super::timing;

/// A price being typed for one code.
#[derive(Default)]
pub(super) struct PriceForm {
    code: String,
    amount: String,
    source: String,
    dated: String,
    department: String,
    timing: timing::TimingForm,
    /// An entry of the catalogue being edited.
    pub(super) entry: super::entry::EntryForm,
}

/// The card.
pub(super) fn item_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm, id: ItemId) {
    let Some(item) = cx.state.plan.items.get(&id).cloned() else { return };
    ui.label(RichText::new(item_words::name(cx, &item.code)).strong().size(15.0));
    ui.label(widgets::quiet(cx.palette, item_words::class(cx, &item.code)));
    widgets::hairline(ui, cx.palette);
    widgets::fact(ui, cx.palette, &cx.text("ui.column-where"), &item_words::place(cx, &item));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-origin"), &origin(cx, &item));
    quantity_ui(ui, cx, id, &item);
    year_ui(ui, cx, id, &item);
    timing::timing_ui(ui, cx, &mut form.timing, id, &item);
    let cost = cx.state.plan.item_cost(&item).map_or_else(|| "–".to_owned(), |c| i18n::decimal(c.wan_yuan(), 2));
    widgets::fact(ui, cx.palette, &cx.text("ui.column-cost"), &cost);
    super::project::consequences_ui(ui, cx, &item);
    price_ui(ui, cx, form, &item.code);
    ui.add_space(12.0);
    if ui.button(cx.text("ui.remove-item")).clicked() {
        cx.push(Command::RemoveItems(vec![id]));
    }
}

fn origin(cx: &Context<'_>, item: &Item) -> String {
    match &item.origin {
        ItemOrigin::Hand => cx.text("ui.by-hand"),
        // Reasons are keys of the word tables; one from a newer program is shown as it is.
        ItemOrigin::Drafted(reason) => i18n::lookup(cx.lang(), reason).map_or_else(|| reason.clone(), str::to_owned),
    }
}

fn quantity_ui(ui: &mut Ui, cx: &mut Context<'_>, id: ItemId, item: &Item) {
    ui.horizontal(|ui| {
        let name = cx.text("ui.column-quantity");
        ui.label(widgets::quiet(cx.palette, &*name));
        let value = item.quantity.value().unwrap_or(0.0);
        let edited = widgets::edited_number(ui, egui::Id::unique(("quantity", id)), value, 2, &name);
        ui.label(widgets::quiet(cx.palette, item_words::unit(cx, &item.code)));
        if let Some(value) = edited {
            cx.push(Command::SetItem(Some(id), Box::new(Item { quantity: Quantity::Manual(value), ..item.clone() })));
        }
        if matches!(item.quantity, Quantity::Manual(_)) && ui.link(cx.text("ui.measure-again")).clicked() {
            let unmeasured = Item { quantity: Quantity::Missing, ..item.clone() };
            let quantity = crate::composition::Measure::new(&cx.state.plan).quantity(&unmeasured);
            cx.push(Command::SetItem(Some(id), Box::new(Item { quantity, ..unmeasured })));
        }
    });
}

fn year_ui(ui: &mut Ui, cx: &mut Context<'_>, id: ItemId, item: &Item) {
    ui.horizontal(|ui| {
        let name = cx.text("ui.column-year");
        ui.label(widgets::quiet(cx.palette, &*name));
        let shown = cx.state.plan.item_year(item);
        let first = super::district::first_year(cx);
        if let Some(year) = widgets::year_choice(ui, "item-year", item.year, first, &name) {
            cx.push(Command::SetItem(Some(id), Box::new(Item { year, ..item.clone() })));
        }
        if item.year.is_none() && shown.is_some() {
            let words = cx.tr(&Message::new("ui.year-of-district").year("year", shown.unwrap_or_default()));
            ui.label(widgets::quiet(cx.palette, words).size(12.0));
        }
    });
}

/// The price-book entry of the item's code: amount, source and date, all given by the user.
pub(super) fn price_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm, code: &ItemCode) {
    widgets::section(ui, &cx.text("ui.price-title"));
    let known = cx.state.plan.prices.get(code);
    if form.code != code.0 {
        *form = PriceForm {
            code: code.0.clone(),
            amount: known.map(|p| format!("{}.{:02}", p.amount.fen() / 100, p.amount.fen() % 100)).unwrap_or_default(),
            source: known.map(|p| p.source.clone()).unwrap_or_default(),
            dated: known.map(|p| p.dated.clone()).unwrap_or_default(),
            department: cx.state.plan.departments.get(code).cloned().unwrap_or_default(),
            timing: std::mem::take(&mut form.timing),
            entry: std::mem::take(&mut form.entry),
        };
    }
    ui.label(widgets::quiet(cx.palette, cx.text("ui.price-hint")).size(12.0));
    widgets::text_field(ui, &mut form.amount, &cx.text("ui.price-amount"), f32::INFINITY);
    widgets::text_field(ui, &mut form.source, &cx.text("ui.price-source"), f32::INFINITY);
    widgets::text_field(ui, &mut form.dated, &cx.text("ui.price-date"), f32::INFINITY);
    let amount = Money::parse_yuan(&form.amount);
    let complete = amount.is_ok() && !form.source.trim().is_empty() && !form.dated.trim().is_empty();
    ui.horizontal(|ui| {
        if ui.add_enabled(complete, egui::Button::new(cx.text("ui.price-set"))).clicked()
            && let Ok(amount) = amount
        {
            let price = UnitPrice { amount, source: form.source.trim().to_owned(), dated: form.dated.trim().to_owned() };
            cx.push(Command::SetPrice(code.clone(), Some(price)));
        }
        if known.is_some() && ui.button(cx.text("ui.price-forget")).clicked() {
            cx.push(Command::SetPrice(code.clone(), None));
            form.code.clear();
        }
    });
    if !form.amount.trim().is_empty() && amount.is_err() {
        let words = cx.tr(&Message::new("ui.price-bad").text("text", &*form.amount));
        ui.label(RichText::new(words).color(cx.palette.bad).size(12.0));
    }
    department_ui(ui, cx, form, code);
}

/// 责任部门 of the item, wherever it is planned; empty until somebody says who.
fn department_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut PriceForm, code: &ItemCode) {
    let field = widgets::text_field(ui, &mut form.department, &cx.text("ui.department"), f32::INFINITY);
    let held = cx.state.plan.departments.get(code).map_or("", String::as_str);
    if field.lost_focus() && form.department.trim() != held {
        cx.push(Command::SetDepartment(code.clone(), Some(form.department.clone())));
    }
}
