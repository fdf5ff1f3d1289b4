//! Compounds with all that is known of them, and districts with sums over them.

use super::Book;
use super::table::{Column, Kind, Table, Value, range};
use crate::base::{CompoundId, DistrictId, Message, Money};
use crate::export::features::{in_scope, item_in_scope};
use crate::export::opinions::judged;
use crate::export::verdict_of;
use crate::geometry::measure::Ellipsoid;
use crate::model::{Compound, Item, Placeholder};
use crate::policy::{Exclusion, OwnerKind};
use crate::screening::pack_of;

/// The ledger: a row for each compound.
pub(in crate::export) fn ledger(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-id"), Kind::Text, 12.0),
        column(Message::new("export.col-name"), Kind::Text, 24.0),
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-district-year"), Kind::Year, 8.0),
        column(Message::new("export.col-verdict"), Kind::Text, 10.0),
        column(Message::new("export.col-clause"), Kind::Long, 40.0),
        column(Message::new("export.col-street-office"), Kind::Text, 14.0),
        column(Message::new("export.col-community"), Kind::Text, 14.0),
        column(Message::new("export.col-address"), Kind::Text, 24.0),
        column(Message::new("export.col-built"), Kind::Year, 8.0),
        column(Message::new("export.col-built-last"), Kind::Year, 8.0),
        column(Message::new("export.col-households"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-floor-area"), Kind::Real(1), 13.0).summed(),
        column(Message::new("export.col-buildings"), Kind::Whole, 8.0).summed(),
        column(Message::new("export.col-stair-units"), Kind::Whole, 8.0).summed(),
        column(Message::new("export.col-estimate"), Kind::Real(2), 13.0).summed(),
        column(Message::new("export.col-owner-kind"), Kind::Text, 12.0),
        column(Message::new("export.col-owner"), Kind::Text, 18.0),
        column(Message::new("export.col-management"), Kind::Text, 18.0),
        column(Message::new("export.col-exclusion"), Kind::Text, 14.0),
        column(Message::new("export.col-consent"), Kind::Share, 9.0),
        column(Message::new("export.col-surveyed"), Kind::Text, 12.0),
        column(Message::new("export.col-problems"), Kind::Long, 30.0),
        column(Message::new("export.col-planned-year"), Kind::Year, 8.0),
        column(Message::new("export.col-placeholder"), Kind::Text, 16.0),
    ];
    let content = book.input.content;
    let mine = content.compounds.iter().enumerate().filter(|(row, _)| in_scope(book.input, CompoundId::from_index(*row)));
    let rows = mine.map(|(row, compound)| compound_row(book, row, compound)).collect();
    Table { name: book.sheet(&Message::new("export.xlsx-ledger")), columns, rows }
}

fn compound_row(book: &Book<'_>, row: usize, compound: &Compound) -> Vec<Value> {
    let content = book.input.content;
    let facts = &compound.facts;
    let district = content.assignment.get(row).copied().flatten().and_then(|id| content.districts.get(&id));
    let clause = book.input.screened.get(row).map(|s| book.say(&pack_of(content).clause(s.clause).message()));
    let kind = |kind: OwnerKind| book.say(&Message::new(owner_kind_key(kind)));
    vec![
        Value::text(compound.source_id.as_str()),
        Value::text(facts.name.as_str()),
        Value::whole(district.map(|d| d.number)),
        Value::whole(district.and_then(|d| d.year)),
        Value::text(book.say(&verdict_of(book.input, row).message())),
        Value::maybe(clause.as_deref()),
        Value::maybe(facts.street_office.as_deref()),
        Value::maybe(facts.community.as_deref()),
        Value::maybe(facts.address.as_deref()),
        Value::whole(facts.built.map(|b| b.first)),
        Value::whole(facts.built.map(|b| b.last)),
        Value::whole(facts.households),
        Value::number(facts.floor_area_m2),
        Value::whole(facts.buildings),
        Value::whole(facts.stair_units),
        Value::number(facts.estimated_cost.map(Money::wan_yuan)),
        Value::maybe(facts.owner_kind.map(kind).as_deref()),
        Value::maybe(facts.owner.as_deref()),
        Value::maybe(facts.management.as_deref()),
        Value::maybe(facts.exclusion.map(|ground| book.say(&Message::new(exclusion_key(ground)))).as_deref()),
        Value::number(facts.consent.as_ref().map(|c| c.share)),
        Value::maybe(facts.consent.as_ref().and_then(|c| c.surveyed.as_deref())),
        Value::maybe(facts.problems.as_deref()),
        Value::whole(facts.planned_year),
        Value::maybe(facts.placeholder.map(Placeholder::message).map(|message| book.say(&message)).as_deref()),
    ]
}

/// Districts, a row each: sums over the ledger and over the items as formulas.
pub(in crate::export) fn districts(book: &Book<'_>, ledger: &Table, items: &Table) -> Table {
    let column = Column::new;
    let mut columns = vec![
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-name"), Kind::Text, 22.0),
        column(Message::new("export.col-year"), Kind::Year, 8.0),
        column(Message::new("export.col-implementer"), Kind::Text, 22.0),
        column(Message::new("export.col-compounds"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-households"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-floor-area"), Kind::Real(1), 14.0).summed(),
        column(Message::new("export.col-estimate"), Kind::Real(2), 13.0).summed(),
        column(Message::new("export.col-area"), Kind::Real(0), 12.0).summed(),
        column(Message::new("export.col-items"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-cost"), Kind::Real(2), 15.0).summed(),
        column(Message::new("export.col-uncosted"), Kind::Whole, 11.0).summed(),
        column(Message::new("export.col-locked"), Kind::Text, 8.0),
        column(Message::new("export.col-note"), Kind::Long, 30.0),
        column(Message::new("export.col-satisfied-before"), Kind::Share, 10.0),
        column(Message::new("export.col-satisfied-after"), Kind::Share, 10.0),
        column(Message::new("export.col-no-households"), Kind::Whole, 10.0).summed(),
        column(Message::new("export.col-no-floor-area"), Kind::Whole, 10.0).summed(),
        column(Message::new("export.col-no-estimate"), Kind::Whole, 10.0).summed(),
    ];
    let content = book.input.content;
    let said = judged(book.input);
    if !said.is_empty() {
        columns.push(column(Message::new("export.xlsx-opinions"), Kind::Long, 40.0));
    }
    let members = content.members_by_district();
    let mine = content.districts.keys().filter(|id| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
    let rows = mine.enumerate().map(|(n, id)| {
        let none = Vec::new();
        let mut row = district_row(book, [ledger, items], *id, members.get(id).unwrap_or(&none), n + 2);
        if !said.is_empty() {
            let number = content.districts.get(id).map(|district| district.number);
            let own = said.iter().filter(|judged| Some(judged.key.district) == number);
            row.push(Value::text(own.map(|judged| judged.line(book.lang)).collect::<Vec<_>>().join("\n")));
        }
        row
    });
    Table { name: book.sheet(&Message::new("export.xlsx-districts")), columns, rows: rows.collect() }
}

fn district_row(
    book: &Book<'_>,
    [ledger, items]: [&Table; 2],
    id: DistrictId,
    members: &[CompoundId],
    line: usize,
) -> Vec<Value> {
    let content = book.input.content;
    let Some(district) = content.districts.get(&id) else { return Vec::new() };
    let facts = || members.iter().filter_map(|id| content.compounds.get(id.index())).map(|compound| &compound.facts);
    let of = |table: &Table, key: &str| range(&table.name, table.column(key), table.rows.len());
    let sum = |table: &Table, key: &str, value: f64| {
        let formula = format!("SUMIF({},$A{line},{})", of(table, "export.col-district"), of(table, key));
        Value::Formula(formula, value)
    };
    let count = |table: &Table, value| Value::counted(format!("COUNTIF({},$A{line})", of(table, "export.col-district")), value);
    let own = |item: &&Item| content.item_district(item) == Some(id) && item_in_scope(book.input, item);
    let items_of: Vec<&Item> = content.items.values().filter(own).collect();
    let cost: Money = items_of.iter().filter_map(|item| content.item_cost(item)).sum();
    let uncosted = items_of.iter().filter(|item| content.item_cost(item).is_none()).count();
    let shape = crate::export::dissolve(content, members);
    let area = Ellipsoid::new(content.crs_code).ok().map(|ellipsoid| ellipsoid.area_m2(&shape));
    let estimate: Money = facts().filter_map(|f| f.estimated_cost).sum();
    let costed = format!("COUNTIFS({},$A{line},{},\"<>\")", of(items, "export.col-district"), of(items, "export.col-cost"));
    // What a sum leaves out stands beside it.
    let without = |key: &str, known: usize| {
        let counted = format!("COUNTIFS({},$A{line},{},\"<>\")", of(ledger, "export.col-district"), of(ledger, key));
        Value::counted(format!("E{line}-{counted}"), members.len() - known)
    };
    vec![
        Value::whole(Some(district.number)),
        Value::text(district.name.as_str()),
        Value::whole(district.year),
        Value::text(district.implementer.as_str()),
        count(ledger, members.len()),
        sum(ledger, "export.col-households", facts().filter_map(|f| f.households).map(f64::from).sum()),
        sum(ledger, "export.col-floor-area", facts().filter_map(|f| f.floor_area_m2).sum()),
        sum(ledger, "export.col-estimate", estimate.wan_yuan()),
        Value::number(area),
        count(items, items_of.len()),
        sum(items, "export.col-cost", super::works::yuan(cost)),
        Value::counted(format!("J{line}-{costed}"), uncosted),
        Value::text(if district.locked { book.say(&Message::new("export.yes")) } else { String::new() }),
        Value::text(district.note.as_str()),
        Value::number(district.satisfaction.before.map(|share| share.percent() / 100.0)),
        Value::number(district.satisfaction.after.map(|share| share.percent() / 100.0)),
        without("export.col-households", facts().filter(|f| f.households.is_some()).count()),
        without("export.col-floor-area", facts().filter(|f| f.floor_area_m2.is_some()).count()),
        without("export.col-estimate", facts().filter(|f| f.estimated_cost.is_some()).count()),
    ]
}

fn owner_kind_key(kind: OwnerKind) -> &'static str {
    match kind {
        OwnerKind::Private => "ui.owner-private",
        OwnerKind::StateFirm => "ui.owner-state-firm",
        OwnerKind::Military => "ui.owner-military",
        OwnerKind::PublicHousing => "ui.owner-public",
        OwnerKind::Other => "ui.owner-other",
    }
}

fn exclusion_key(ground: Exclusion) -> &'static str {
    match ground {
        Exclusion::Expropriation => "ui.exclusion-expropriation",
        Exclusion::Rebuild => "ui.exclusion-rebuild",
        Exclusion::Demolition => "ui.exclusion-demolition",
    }
}
