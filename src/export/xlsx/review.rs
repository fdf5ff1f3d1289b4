//! Findings with their clauses, the matrix in which every unit signs for every district, and what they said.

use std::collections::{BTreeMap, BTreeSet};

use super::Book;
use super::table::{Column, Kind, Table, Value};
use crate::base::{DistrictId, Message};
use crate::checks::{FindingKind, Severity};
use crate::export::opinions::{Judged, judged};
use crate::export::{FindingFeature, Stamp};
use crate::export::{district_states, states_of};
use crate::model::{Comment, District, Stance, Subject};
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

/// Districts × units: each unit that has something in a district says what it thinks of it. A dash where it has nothing; what was
/// said stands in it as long as the district is what was judged. The last columns tell which plan is signed.
pub(in crate::export) fn signatures(book: &Book<'_>, stamp: &Stamp) -> Table {
    let said = judged(book.input);
    let mut units = units(book);
    for judged in &said {
        units.entry(judged.key.unit.clone()).or_insert_with(|| Some(BTreeSet::new()));
    }
    let opinions: Vec<String> = Stance::ALL.iter().map(|stance| book.say(&stance.message())).collect();
    let standing: BTreeMap<(u32, &str), &Judged<'_>> =
        said.iter().filter(|own| !own.changed).map(|own| ((own.key.district, own.key.unit.as_str()), own)).collect();
    let states = district_states(book.input.original.unwrap_or(book.input.content));
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
    columns.push(Column::new(Message::new("export.col-district-state"), Kind::Text, 18.0).unprinted());
    columns.push(Column::new(Message::new("export.col-plan-hash"), Kind::Text, 20.0).unprinted());
    let content = book.input.content;
    let mine = content.districts.iter().filter(|(id, _)| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
    let rows = mine.map(|(id, district)| {
        let cell = |(unit, touched): (&String, &Option<BTreeSet<DistrictId>>)| match (
            standing.get(&(district.number, unit.as_str())),
            touched,
        ) {
            (Some(own), _) => Value::text(book.say(&own.opinion.stance.message())),
            (None, Some(touched)) if !touched.contains(id) => Value::text("—"),
            (None, _) => Value::Empty,
        };
        let head = [Value::whole(Some(district.number)), Value::text(district.name.as_str())];
        let state = Value::maybe(states.get(&district.number).map(String::as_str));
        let foot = [Value::Empty, Value::Empty, state, Value::text(stamp.plan_hash.as_str())];
        head.into_iter().chain(units.iter().map(cell)).chain(foot).collect()
    });
    Table { name: book.sheet(&Message::new("export.xlsx-signatures")), columns, rows: rows.collect() }
}

/// What was said, an opinion each, with what the meeting made of it. For reading: the matrix is what comes back.
pub(in crate::export) fn opinions(book: &Book<'_>) -> Option<Table> {
    let said = judged(book.input);
    let columns = vec![
        Column::new(Message::new("export.col-about-district"), Kind::Text, 20.0),
        Column::new(Message::new("meeting.unit"), Kind::Text, 20.0),
        Column::new(Message::new("meeting.stance"), Kind::Text, 14.0),
        Column::new(Message::new("meeting.text"), Kind::Long, 50.0),
        Column::new(Message::new("comments.responsible"), Kind::Text, 18.0),
        Column::new(Message::new("meeting.ruling"), Kind::Text, 12.0),
        Column::new(Message::new("export.col-signed"), Kind::Text, 14.0),
        Column::new(Message::new("export.col-date"), Kind::Text, 12.0),
        Column::new(Message::new("export.col-since"), Kind::Text, 26.0),
    ];
    let label = |number: u32| {
        let own = book.input.content.districts.values().find(|district| district.number == number);
        own.map(District::label).unwrap_or_default()
    };
    let rows = said.iter().map(|Judged { key, opinion, changed }| {
        vec![
            Value::text(label(key.district)),
            Value::text(key.unit.as_str()),
            Value::text(book.say(&opinion.stance.message())),
            Value::text(opinion.text.as_str()),
            Value::text(opinion.responsible.as_str()),
            Value::maybe(opinion.ruling.map(|ruling| book.say(&ruling.message())).as_deref()),
            Value::text(opinion.signed.as_str()),
            Value::text(opinion.date.as_str()),
            Value::text(if *changed { book.say(&Message::new("comments.changed")) } else { String::new() }),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    (!rows.is_empty()).then(|| Table { name: book.sheet(&Message::new("export.xlsx-opinions")), columns, rows })
}

/// The comments that came in and what was decided of them, for reading: its heads are not those that are looked for when comments come back.
/// A unit's own workbook has its own.
pub(in crate::export) fn comments(book: &Book<'_>) -> Option<Table> {
    let content = book.input.content;
    let unit = book.input.stamp.and_then(|stamp| stamp.unit.as_deref());
    let mine: Vec<&Comment> = content.comments.values().filter(|own| unit.is_none_or(|unit| own.unit == unit)).collect();
    let states = states_of(book.input.original.unwrap_or(content), &mine.iter().map(|comment| &comment.subject).collect());
    let columns = vec![
        Column::new(Message::new("export.col-commented"), Kind::Text, 26.0),
        Column::new(Message::new("comments.said"), Kind::Long, 50.0),
        Column::new(Message::new("export.col-comment-unit"), Kind::Text, 20.0),
        Column::new(Message::new("export.col-author"), Kind::Text, 12.0),
        Column::new(Message::new("export.col-date"), Kind::Text, 12.0),
        Column::new(Message::new("comments.answer"), Kind::Text, 10.0),
        Column::new(Message::new("comments.reason"), Kind::Long, 36.0),
        Column::new(Message::new("comments.responsible"), Kind::Text, 14.0),
        Column::new(Message::new("export.col-since"), Kind::Text, 22.0),
    ];
    let since = |comment: &Comment| match states.get(&comment.subject) {
        // Findings follow from everything; whether theirs is still there is not asked.
        None if !matches!(comment.subject, Subject::Finding(_)) => book.say(&Message::new("comments.gone")),
        Some(state) if !comment.state.is_empty() && *state != comment.state => book.say(&Message::new("comments.changed")),
        _ => String::new(),
    };
    let rows = mine.iter().map(|comment| {
        let about = Message::new("versions.named").nested("name", comment.subject.kind_message());
        let answer = comment.answer.as_ref();
        vec![
            Value::text(book.say(&about.text("value", comment.subject.id()))),
            Value::text(comment.text.as_str()),
            Value::text(comment.unit.as_str()),
            Value::text(comment.author.as_str()),
            Value::text(comment.date.as_str()),
            Value::text(book.say(&answer.map_or(Message::new("comments.open"), |answer| answer.ruling.message()))),
            Value::maybe(answer.map(|answer| answer.reason.as_str())),
            Value::maybe(answer.map(|answer| answer.responsible.as_str())),
            Value::text(since(comment)),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    (!rows.is_empty()).then(|| Table { name: book.sheet(&Message::new("export.xlsx-comments-in")), columns, rows })
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
