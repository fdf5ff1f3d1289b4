//! What is to be done: what each compound needs (改造清单), the items planned, and their quantities and cost by kind.

use std::collections::BTreeMap;

use super::Book;
use super::table::{Column, Kind, Table, Value, range};
use crate::base::{CompoundId, ItemId, Message, Money};
use crate::composition;
use crate::export::features::{in_scope, item_in_scope};
use crate::i18n::Lang;
use crate::model::{Item, ItemOrigin, NeedState};
use crate::policy::{CatalogueEntry, HiddenWork, ItemCode};

/// Yuan with their two decimals.
#[expect(clippy::cast_precision_loss, reason = "a plan costs less than a double holds to the 分")]
pub(in crate::export) fn yuan(money: Money) -> f64 {
    money.fen() as f64 / 100.0
}

fn entry_name(book: &Book<'_>, entry: &CatalogueEntry) -> String {
    if book.lang == Lang::Zh { entry.zh.clone() } else { entry.en.clone() }
}

fn state_message(state: Option<NeedState>) -> Message {
    match state {
        Some(NeedState::Needed) => Message::new("export.need-needed"),
        Some(NeedState::Met) => Message::new("export.need-met"),
        Some(NeedState::NotFeasible) => Message::new("export.need-not-feasible"),
        Some(NeedState::Refused) => Message::new("export.need-refused"),
        Some(NeedState::Undecided) => Message::new("export.need-undecided"),
        None => Message::new("export.need-open"),
    }
}

/// The renovation list: every item of the catalogue for every compound, with its state and what is planned (R20).
pub(in crate::export) fn needs(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-id"), Kind::Text, 12.0),
        column(Message::new("export.col-name"), Kind::Text, 24.0),
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-class"), Kind::Text, 10.0),
        column(Message::new("export.col-item"), Kind::Text, 26.0),
        column(Message::new("export.col-state"), Kind::Text, 12.0),
        column(Message::new("export.col-planned"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-quantity"), Kind::Real(1), 12.0),
        column(Message::new("export.col-unit"), Kind::Text, 8.0),
        column(Message::new("export.col-cost"), Kind::Real(2), 15.0).summed(),
    ];
    let content = book.input.content;
    let mut planned: BTreeMap<(CompoundId, &ItemCode), Vec<&Item>> = BTreeMap::new();
    for item in content.items.values() {
        if let Some(compound) = item.compound {
            planned.entry((compound, &item.code)).or_default().push(item);
        }
    }
    let mine = |row: &composition::NeedRow<'_>| {
        in_scope(book.input, row.compound) && book.input.scope.is_none_or(|scope| scope.has_network(row.entry.utility))
    };
    let rows = composition::need_rows(content).filter(mine).map(|need| {
        let compound = &content.compounds[need.compound.index()];
        let district = content.assignment.get(need.compound.index()).copied().flatten();
        let items = planned.get(&(need.compound, &need.entry.code)).map_or(&[][..], Vec::as_slice);
        let known: Vec<f64> = items.iter().filter_map(|item| item.quantity.value()).collect();
        let costs: Vec<Money> = items.iter().filter_map(|item| content.item_cost(item)).collect();
        let cost: Money = costs.iter().copied().sum();
        vec![
            Value::text(compound.source_id.as_str()),
            Value::text(compound.facts.name.as_str()),
            Value::whole(district.and_then(|id| content.districts.get(&id)).map(|d| d.number)),
            Value::text(book.say(&need.entry.class.message())),
            Value::text(entry_name(book, need.entry)),
            Value::text(book.say(&state_message(need.state))),
            if items.is_empty() { Value::Empty } else { Value::count(items.len()) },
            Value::number((!known.is_empty()).then(|| known.iter().sum())),
            Value::text(book.say(&need.entry.unit.message())),
            Value::number((!costs.is_empty()).then(|| yuan(cost))),
        ]
    });
    Table { name: book.sheet(&Message::new("export.xlsx-needs")), columns, rows: rows.collect() }
}

/// Items, a row each; the cost is quantity × price as a formula.
pub(in crate::export) fn items(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-id"), Kind::Whole, 8.0),
        column(Message::new("export.col-class"), Kind::Text, 10.0),
        column(Message::new("export.col-item"), Kind::Text, 26.0),
        column(Message::new("export.col-code"), Kind::Text, 20.0),
        column(Message::new("export.col-compound"), Kind::Text, 12.0),
        column(Message::new("export.col-name"), Kind::Text, 24.0),
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-year"), Kind::Year, 8.0),
        column(Message::new("export.col-quantity"), Kind::Real(2), 12.0),
        column(Message::new("export.col-unit"), Kind::Text, 8.0),
        column(Message::new("export.col-price"), Kind::Real(2), 12.0),
        column(Message::new("export.col-price-source"), Kind::Text, 20.0),
        column(Message::new("export.col-price-date"), Kind::Text, 11.0),
        column(Message::new("export.col-cost"), Kind::Real(2), 15.0).summed(),
        column(Message::new("export.col-hidden-work"), Kind::Text, 10.0),
        column(Message::new("export.col-by-hand"), Kind::Text, 9.0),
        column(Message::new("export.col-note"), Kind::Long, 30.0),
        column(Message::new("export.col-timing"), Kind::Text, 24.0),
    ];
    let mine = book.input.content.items.iter().filter(|(_, item)| item_in_scope(book.input, item));
    let rows = mine.enumerate().map(|(n, (id, item))| item_row(book, *id, item, n + 2)).collect();
    Table { name: book.sheet(&Message::new("export.xlsx-items")), columns, rows }
}

fn item_row(book: &Book<'_>, id: ItemId, item: &Item, line: usize) -> Vec<Value> {
    let content = book.input.content;
    let entry = content.catalogue.get(&item.code);
    let compound = item.compound.and_then(|id| content.compounds.get(id.index()));
    let price = item.price.as_ref().or_else(|| content.prices.get(&item.code));
    let hidden = entry.map(|entry| match entry.hidden_work {
        HiddenWork::No => String::new(),
        HiddenWork::Part => book.say(&Message::new("export.in-part")),
        HiddenWork::Yes => book.say(&Message::new("export.yes")),
    });
    // The price in whole 分 first: then the product is the same number as ours before it is rounded.
    let cost =
        content.item_cost(item).map(|cost| Value::Formula(format!("ROUND(ROUND(K{line}*100,0)*I{line},0)/100"), yuan(cost)));
    vec![
        Value::whole(Some(id.0)),
        Value::maybe(entry.map(|entry| book.say(&entry.class.message())).as_deref()),
        Value::text(entry.map_or_else(|| item.code.0.clone(), |entry| entry_name(book, entry))),
        Value::text(item.code.0.as_str()),
        Value::maybe(compound.map(|c| c.source_id.as_str())),
        Value::maybe(compound.map(|c| c.facts.name.as_str())),
        Value::whole(content.item_district(item).and_then(|id| content.districts.get(&id)).map(|d| d.number)),
        Value::whole(content.item_year(item)),
        Value::number(item.quantity.value()),
        Value::maybe(entry.map(|entry| book.say(&entry.unit.message())).as_deref()),
        Value::number(price.map(|price| yuan(price.amount))),
        Value::maybe(price.map(|price| price.source.as_str())),
        Value::maybe(price.map(|price| price.dated.as_str())),
        cost.unwrap_or(Value::Empty),
        Value::maybe(hidden.as_deref()),
        Value::text(if item.origin == ItemOrigin::Hand { book.say(&Message::new("export.yes")) } else { String::new() }),
        Value::text(item.note.as_str()),
        Value::maybe(item.timing.map(|timing| book.say(&timing.message())).as_deref()),
    ]
}

/// Quantities and cost by entry of the catalogue, as formulas over the items.
pub(in crate::export) fn sums(book: &Book<'_>, items: &Table) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-class"), Kind::Text, 10.0),
        column(Message::new("export.col-item"), Kind::Text, 26.0),
        column(Message::new("export.col-code"), Kind::Text, 20.0),
        column(Message::new("export.col-items"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-quantity"), Kind::Real(1), 14.0),
        column(Message::new("export.col-unit"), Kind::Text, 8.0),
        column(Message::new("export.col-cost"), Kind::Real(2), 16.0).summed(),
        column(Message::new("export.col-uncosted"), Kind::Whole, 11.0).summed(),
        column(Message::new("export.col-unmeasured"), Kind::Whole, 11.0).summed(),
    ];
    let content = book.input.content;
    let mut by_code: BTreeMap<&ItemCode, Vec<&Item>> = BTreeMap::new();
    for item in content.items.values().filter(|item| item_in_scope(book.input, item)) {
        by_code.entry(&item.code).or_default().push(item);
    }
    let of = |key: &str| range(&items.name, items.column(key), items.rows.len());
    let without = |code: &str, line: usize, key: &str| format!("D{line}-COUNTIFS({code},$C{line},{},\"<>\")", of(key));
    let used = content.catalogue.entries.iter().filter_map(|entry| Some((entry, by_code.get(&entry.code)?)));
    let rows = used.enumerate().map(|(n, (entry, own))| {
        let line = n + 2;
        let quantities: Vec<f64> = own.iter().filter_map(|item| item.quantity.value()).collect();
        let costs: Vec<Money> = own.iter().filter_map(|item| content.item_cost(item)).collect();
        let cost = yuan(costs.iter().copied().sum());
        let code = of("export.col-code");
        vec![
            Value::text(book.say(&entry.class.message())),
            Value::text(entry_name(book, entry)),
            Value::text(entry.code.0.as_str()),
            Value::counted(format!("COUNTIF({code},$C{line})"), own.len()),
            Value::Formula(format!("SUMIF({code},$C{line},{})", of("export.col-quantity")), quantities.iter().sum()),
            Value::text(book.say(&entry.unit.message())),
            Value::Formula(format!("SUMIF({code},$C{line},{})", of("export.col-cost")), cost),
            Value::counted(without(&code, line, "export.col-cost"), own.len() - costs.len()),
            Value::counted(without(&code, line, "export.col-quantity"), own.len() - quantities.len()),
        ]
    });
    Table { name: book.sheet(&Message::new("export.xlsx-sums")), columns, rows: rows.collect() }
}
