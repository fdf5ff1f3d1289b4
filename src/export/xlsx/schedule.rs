//! Milestones of each district's year against the days on which they are due (R24, R25).

use super::Book;
use super::table::{Column, Kind, Table, Value};
use crate::base::Message;
use crate::coordination::{MilestoneRow, milestones_of};
use crate::model::{District, Progress};

/// A row for each milestone of each district.
pub(in crate::export) fn milestones(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-name"), Kind::Text, 22.0),
        column(Message::new("export.col-year"), Kind::Year, 8.0),
        column(Message::new("export.col-milestone"), Kind::Text, 18.0),
        column(Message::new("export.col-due"), Kind::Text, 12.0),
        column(Message::new("export.col-planned-day"), Kind::Text, 12.0),
        column(Message::new("export.col-done-day"), Kind::Text, 12.0),
        column(Message::new("export.col-standing"), Kind::Text, 14.0),
        column(Message::new("export.col-rule"), Kind::Text, 8.0),
    ];
    let content = book.input.content;
    let mine = content.districts.iter().filter(|(id, _)| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
    let rows = mine.flat_map(|(id, district)| milestones_of(content, *id).into_iter().map(move |one| row(book, district, &one)));
    Table { name: book.sheet(&Message::new("export.xlsx-milestones")), columns, rows: rows.collect() }
}

fn row(book: &Book<'_>, district: &District, one: &MilestoneRow) -> Vec<Value> {
    let day = |done: bool| one.progress.filter(|progress| progress.is_done() == done).map(Progress::day);
    let text = |day: Option<crate::base::Day>| Value::maybe(day.map(|day| day.to_string()).as_deref());
    vec![
        Value::whole(Some(district.number)),
        Value::text(district.name.as_str()),
        Value::whole(district.year),
        Value::text(book.say(&one.milestone.message())),
        text(one.due),
        text(day(false)),
        text(day(true)),
        Value::text(book.say(&one.standing.message())),
        Value::text(one.milestone.rule()),
    ]
}
