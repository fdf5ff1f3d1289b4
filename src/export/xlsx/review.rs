//! Findings with their clauses, and the matrix in which every unit signs for every district.

use std::collections::{BTreeMap, BTreeSet};

use super::Book;
use super::table::{Column, Kind, Table, Value};
use crate::base::{DistrictId, Message};
use crate::checks::{FindingKind, Severity};
use crate::export::FindingFeature;
use crate::screening::pack_of;

fn severity(code: &str) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| severity.code() == code)
}

/// Open findings, the gravest first.
pub(in crate::export) fn findings(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-severity"), Kind::Text, 9.0),
        column(Message::new("export.col-kind"), Kind::Text, 20.0),
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-message"), Kind::Long, 70.0),
        column(Message::new("export.col-clause"), Kind::Long, 50.0),
        column(Message::new("export.col-compounds-listed"), Kind::Long, 26.0),
        column(Message::new("export.col-pipes-listed"), Kind::Long, 26.0),
        column(Message::new("export.col-key"), Kind::Text, 24.0),
    ];
    let content = book.input.content;
    let mine = |finding: &&FindingFeature| book.input.scope.is_none_or(|scope| scope.has_finding(content, finding));
    let rows = book.input.findings.iter().filter(mine).map(|finding| finding_row(book, finding)).collect();
    Table { name: book.sheet(&Message::new("export.xlsx-findings")), columns, rows }
}

fn finding_row(book: &Book<'_>, finding: &FindingFeature) -> Vec<Value> {
    let content = book.input.content;
    let kind = FindingKind::ALL.iter().find(|kind| kind.code() == finding.kind);
    let compounds: BTreeSet<&str> =
        finding.compounds.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| c.source_id.as_str()).collect();
    let pipes: BTreeSet<&str> =
        finding.pipes.iter().filter_map(|id| content.pipes.get(id.index())).map(|p| p.source_id.as_str()).collect();
    let list = |ids: BTreeSet<&str>| ids.into_iter().collect::<Vec<_>>().join(", ");
    vec![
        Value::text(severity(finding.severity).map_or_else(|| finding.severity.to_owned(), |s| book.say(&s.name()))),
        Value::text(kind.map_or_else(|| finding.kind.clone(), |kind| book.say(&kind.title()))),
        Value::whole(finding.district.and_then(|id| content.districts.get(&id)).map(|d| d.number)),
        Value::text(book.say(&finding.message)),
        Value::text(book.say(&pack_of(content).clause(finding.rule).message())),
        Value::text(list(compounds)),
        Value::text(list(pipes)),
        Value::text(finding.key.as_str()),
    ]
}

/// Districts × units: each unit that has something in a district says what it thinks of it. A dash where it has nothing.
pub(in crate::export) fn signatures(book: &Book<'_>) -> Table {
    let units = units(book);
    let opinions: Vec<String> = [
        Message::new("export.opinion-yes"),
        Message::new("export.opinion-condition"),
        Message::new("export.opinion-no"),
        Message::new("export.opinion-none"),
    ]
    .iter()
    .map(|message| book.say(message))
    .collect();
    let mut columns = vec![
        Column::new(Message::new("export.col-district"), Kind::Whole, 8.0),
        Column::new(Message::new("export.col-name"), Kind::Text, 22.0),
    ];
    let named = |unit: &String| {
        Column::new(Message::new("export.col-unit-named").text("unit", unit), Kind::Text, 16.0).one_of(opinions.clone())
    };
    columns.extend(units.keys().map(named));
    columns.push(Column::new(Message::new("export.col-signed"), Kind::Text, 22.0));
    columns.push(Column::new(Message::new("export.col-date"), Kind::Text, 12.0));
    let content = book.input.content;
    let mine = content.districts.iter().filter(|(id, _)| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
    let rows = mine.map(|(id, district)| {
        let cell = |touched: &Option<BTreeSet<DistrictId>>| match touched {
            Some(touched) if !touched.contains(id) => Value::text("—"),
            _ => Value::Empty,
        };
        let head = [Value::whole(Some(district.number)), Value::text(district.name.as_str())];
        head.into_iter().chain(units.values().map(cell)).chain([Value::Empty, Value::Empty]).collect()
    });
    Table { name: book.sheet(&Message::new("export.xlsx-signatures")), columns, rows: rows.collect() }
}

/// Who signs, with the districts that concern them; all of them without a list.
pub(in crate::export) fn units(book: &Book<'_>) -> BTreeMap<String, Option<BTreeSet<DistrictId>>> {
    let content = book.input.content;
    let mut units: BTreeMap<String, Option<BTreeSet<DistrictId>>> = BTreeMap::new();
    for (row, compound) in content.compounds.iter().enumerate() {
        let district = content.assignment.get(row).copied().flatten();
        let (Some(office), Some(district)) = (compound.facts.street_office.as_deref(), district) else { continue };
        units
            .entry(office.to_owned())
            .or_insert_with(|| Some(BTreeSet::new()))
            .iter_mut()
            .for_each(|own| _ = own.insert(district));
    }
    for (row, shares) in book.input.lengths.iter().flat_map(|lengths| lengths.per_compound.iter().enumerate()) {
        let Some(district) = content.assignment.get(row).copied().flatten() else { continue };
        for owner in shares.iter().filter_map(|share| content.pipes.get(share.pipe.index())?.owner.as_deref()) {
            units
                .entry(owner.to_owned())
                .or_insert_with(|| Some(BTreeSet::new()))
                .iter_mut()
                .for_each(|own| _ = own.insert(district));
        }
    }
    units.entry(book.say(&Message::new("export.authority-fire"))).or_insert(None);
    if !content.heritage.is_empty() {
        units.entry(book.say(&Message::new("export.authority-heritage"))).or_insert(None);
    }
    units
}
