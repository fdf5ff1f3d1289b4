//! How items are written in tables and cards.

use crate::base::Money;
use crate::i18n::{self, Lang};
use crate::model::{Item, Quantity};
use crate::policy::ItemCode;
use crate::ui::context::Context;

/// Name of a catalogue entry in the language.
#[must_use]
pub fn name(cx: &Context<'_>, code: &ItemCode) -> String {
    cx.state.plan.catalogue.get(code).map_or_else(
        || code.to_string(),
        |entry| match cx.lang() {
            Lang::Zh => entry.zh.clone(),
            Lang::En => entry.en.clone(),
        },
    )
}

/// Name of its class.
#[must_use]
pub fn class(cx: &Context<'_>, code: &ItemCode) -> String {
    cx.state.plan.catalogue.get(code).map(|entry| cx.tr(&entry.class.message())).unwrap_or_default()
}

/// Where an item is: its compound, or its district.
#[must_use]
pub fn place(cx: &Context<'_>, item: &Item) -> String {
    let plan = &cx.state.plan;
    if let Some(compound) = item.compound.and_then(|c| plan.compounds.get(c.index())) {
        return compound.label().to_owned();
    }
    item.district.and_then(|d| plan.districts.get(&d)).map(crate::model::District::label).unwrap_or_default()
}

/// Quantity with its unit; a mark where it was set by hand.
#[must_use]
pub fn quantity(cx: &Context<'_>, item: &Item) -> String {
    let Some(value) = item.quantity.value() else { return "–".to_owned() };
    let unit = cx.state.plan.catalogue.get(&item.code).map(|entry| cx.tr(&entry.unit.message())).unwrap_or_default();
    let by_hand = if matches!(item.quantity, Quantity::Manual(_)) { "*" } else { "" };
    let decimals = usize::from(value.fract().abs() > 0.05);
    format!("{} {unit}{by_hand}", i18n::decimal(value, decimals))
}

/// A price in yuan.
#[must_use]
pub fn yuan(amount: Money) -> String {
    let fen = amount.fen();
    format!("{}.{:02}", i18n::grouped(fen / 100), (fen % 100).abs())
}

/// The unit of a code.
#[must_use]
pub fn unit(cx: &Context<'_>, code: &ItemCode) -> String {
    cx.state.plan.catalogue.get(code).map(|entry| cx.tr(&entry.unit.message())).unwrap_or_default()
}
