//! Pipes with who renovates them, their lengths by owner, and the years that do not agree.

use std::collections::BTreeMap;

use super::Book;
use super::table::{Column, Kind, Table, Value, range};
use crate::base::{CompoundId, Message, PipeId};
use crate::coordination::{Responsibility, responsibility, year_mismatches, years_missing};
use crate::i18n::Lang;
use crate::model::Pipe;
use crate::policy::{Ownership, PipeClass};

/// Pipes of one owner, class and responsibility; those without an owner last.
type Key<'a> = (bool, Option<&'a str>, PipeClass, Responsibility);

fn key(pipe: &Pipe) -> Key<'_> {
    let owner = pipe.owner.as_deref();
    (owner.is_none(), owner, pipe.class, responsibility(pipe.ownership, pipe.class))
}

/// Groups in their order, each with the rows of its pipes.
fn groups<'a>(book: &Book<'a>) -> BTreeMap<Key<'a>, Vec<usize>> {
    let mut groups: BTreeMap<Key<'a>, Vec<usize>> = BTreeMap::new();
    for (row, pipe) in book.input.content.pipes.iter().enumerate() {
        groups.entry(key(pipe)).or_default().push(row);
    }
    groups
}

fn owner(book: &Book<'_>, owner: Option<&str>) -> Value {
    owner.map_or_else(|| Value::text(book.say(&Message::new("export.no-owner"))), Value::text)
}

/// Pipes, a row each, owner by owner. The first column is the number of the group that the sums go by: names could hold
/// signs that mean something in criteria.
pub(in crate::export) fn pipes(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-group"), Kind::Whole, 7.0),
        column(Message::new("export.col-owner"), Kind::Text, 22.0),
        column(Message::new("export.col-pipe-class"), Kind::Text, 9.0),
        column(Message::new("export.col-subclass"), Kind::Text, 12.0),
        column(Message::new("export.col-id"), Kind::Text, 16.0),
        column(Message::new("export.col-ownership"), Kind::Text, 14.0),
        column(Message::new("export.col-responsible"), Kind::Text, 14.0),
        column(Message::new("export.col-handover"), Kind::Text, 20.0),
        column(Message::new("export.col-diameter"), Kind::Real(0), 9.0),
        column(Message::new("export.col-material"), Kind::Text, 12.0),
        column(Message::new("export.col-laid-year"), Kind::Year, 8.0),
        column(Message::new("export.col-planned-year"), Kind::Year, 8.0),
        column(Message::new("export.col-length"), Kind::Real(2), 13.0).summed(),
        column(Message::new("export.col-inside"), Kind::Real(2), 13.0).summed(),
        column(Message::new("export.col-outside"), Kind::Real(2), 13.0).summed(),
    ];
    let groups = groups(book);
    let rows =
        groups.values().enumerate().flat_map(|(n, rows)| rows.iter().map(move |row| pipe_row(book, n + 1, *row))).collect();
    Table { name: book.sheet(&Message::new("export.xlsx-pipes")), columns, rows }
}

fn pipe_row(book: &Book<'_>, group: usize, row: usize) -> Vec<Value> {
    let pipe = &book.input.content.pipes[row];
    let lengths = book.input.pipe_lengths.get(row);
    let responsible = responsibility(pipe.ownership, pipe.class);
    let subclass = pipe.subclass.and_then(|subclass| subclass.row(pipe.class));
    let ownership = match pipe.ownership {
        Ownership::Utility => Message::new("export.owned-utility"),
        Ownership::NotUtility => Message::new("export.owned-other"),
        Ownership::Unknown => Message::new("coordination.to-check"),
    };
    vec![
        Value::count(group),
        owner(book, pipe.owner.as_deref()),
        Value::text(book.say(&pipe.class.name())),
        Value::maybe(subclass.map(|row| if book.lang == Lang::Zh { row.zh } else { row.en })),
        Value::text(pipe.source_id.as_str()),
        Value::text(book.say(&ownership)),
        Value::text(book.say(&responsible.unit.message())),
        Value::text(book.say(&responsible.handover.message())),
        Value::number(pipe.diameter_mm),
        Value::maybe(pipe.material.as_deref()),
        Value::whole(pipe.laid_year),
        Value::whole(pipe.planned_year),
        Value::number(lengths.map(|l| l.total_m)),
        Value::number(lengths.map(|l| l.inside_m)),
        Value::number(lengths.map(|l| l.outside_m)),
    ]
}

/// Lengths by owner, class and responsibility, as formulas over the pipes.
pub(in crate::export) fn owners(book: &Book<'_>, pipes: &Table) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-group"), Kind::Whole, 7.0),
        column(Message::new("export.col-owner"), Kind::Text, 24.0),
        column(Message::new("export.col-pipe-class"), Kind::Text, 9.0),
        column(Message::new("export.col-responsible"), Kind::Text, 16.0),
        column(Message::new("export.col-handover"), Kind::Text, 22.0),
        column(Message::new("export.col-pipes"), Kind::Whole, 9.0).summed(),
        column(Message::new("export.col-length"), Kind::Real(2), 14.0).summed(),
        column(Message::new("export.col-inside"), Kind::Real(2), 14.0).summed(),
        column(Message::new("export.col-outside"), Kind::Real(2), 14.0).summed(),
    ];
    let of = |key: &str| range(&pipes.name, pipes.column(key), pipes.rows.len());
    let group = of("export.col-group");
    let rows = groups(book).into_iter().enumerate().map(|(n, ((_, name, class, responsible), own))| {
        let line = n + 2;
        let sum = |key: &str, of_one: fn(&crate::export::PipeLength) -> f64| {
            let total = own.iter().filter_map(|row| book.input.pipe_lengths.get(*row)).map(of_one).sum();
            Value::Formula(format!("SUMIF({group},$A{line},{})", of(key)), total)
        };
        vec![
            Value::count(n + 1),
            owner(book, name),
            Value::text(book.say(&class.name())),
            Value::text(book.say(&responsible.unit.message())),
            Value::text(book.say(&responsible.handover.message())),
            Value::counted(format!("COUNTIF({group},$A{line})"), own.len()),
            sum("export.col-length", |l| l.total_m),
            sum("export.col-inside", |l| l.inside_m),
            sum("export.col-outside", |l| l.outside_m),
        ]
    });
    Table { name: book.sheet(&Message::new("export.xlsx-owners")), columns, rows: rows.collect() }
}

/// Pipes that serve a compound of a district in another year, or without one (R28).
pub(in crate::export) fn years(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-state"), Kind::Text, 12.0),
        column(Message::new("export.col-owner"), Kind::Text, 22.0),
        column(Message::new("export.col-pipe-class"), Kind::Text, 9.0),
        column(Message::new("export.col-pipe"), Kind::Text, 16.0),
        column(Message::new("export.col-pipe-year"), Kind::Year, 10.0),
        column(Message::new("export.col-compound"), Kind::Text, 12.0),
        column(Message::new("export.col-name"), Kind::Text, 24.0),
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-district-year"), Kind::Year, 10.0),
        column(Message::new("export.col-inside"), Kind::Real(2), 13.0).summed(),
    ];
    let content = book.input.content;
    let mut rows = Vec::new();
    if let Some(lengths) = book.input.lengths {
        let differ = book.say(&Message::new("export.years-differ"));
        for found in year_mismatches(content, lengths) {
            let years = [Some(found.pipe_year), Some(found.compound_year)];
            rows.push(year_row(book, &differ, found.pipe, found.compound, years, found.inside_m));
        }
        let missing = book.say(&Message::new("export.years-missing"));
        for found in years_missing(content, lengths) {
            rows.push(year_row(
                book,
                &missing,
                found.pipe,
                found.compound,
                [found.pipe_year, found.compound_year],
                found.inside_m,
            ));
        }
    }
    Table { name: book.sheet(&Message::new("export.xlsx-years")), columns, rows }
}

fn year_row(
    book: &Book<'_>,
    state: &str,
    pipe: PipeId,
    compound: CompoundId,
    years: [Option<i32>; 2],
    inside_m: f64,
) -> Vec<Value> {
    let content = book.input.content;
    let (pipe, place) = (content.pipes.get(pipe.index()), content.compounds.get(compound.index()));
    let district = content.assignment.get(compound.index()).copied().flatten().and_then(|id| content.districts.get(&id));
    vec![
        Value::text(state),
        owner(book, pipe.and_then(|pipe| pipe.owner.as_deref())),
        Value::maybe(pipe.map(|pipe| book.say(&pipe.class.name())).as_deref()),
        Value::maybe(pipe.map(|pipe| pipe.source_id.as_str())),
        Value::whole(years[0]),
        Value::maybe(place.map(|compound| compound.source_id.as_str())),
        Value::maybe(place.map(|compound| compound.facts.name.as_str())),
        Value::whole(district.map(|d| d.number)),
        Value::whole(years[1]),
        Value::Number(inside_m),
    ]
}
