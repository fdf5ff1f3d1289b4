//! The sheet on which comments are written. Its heads are what is looked for when it comes back; a row without a comment
//! says nothing.

use super::Book;
use super::table::{Column, Kind, Table, Value};
use crate::base::Message;
use crate::export::Stamp;
use crate::model::Subject;

/// Empty rows behind those for the districts.
const ROOM: usize = 200;

pub(in crate::export) fn sheet(book: &Book<'_>, stamp: &Stamp) -> Table {
    let kinds: Vec<String> = Subject::KINDS.iter().map(|(_, key)| book.say(&Message::new(key))).collect();
    let columns = vec![
        Column::new(Message::new("export.col-about"), Kind::Text, 12.0).one_of(kinds.clone()),
        Column::new(Message::new("export.col-about-id"), Kind::Text, 20.0),
        Column::new(Message::new("export.col-about-name"), Kind::Text, 26.0),
        Column::new(Message::new("export.col-comment"), Kind::Long, 70.0),
        Column::new(Message::new("export.col-comment-unit"), Kind::Text, 20.0),
        Column::new(Message::new("export.col-author"), Kind::Text, 14.0),
        Column::new(Message::new("export.col-date"), Kind::Text, 12.0),
        Column::new(Message::new("export.col-plan-hash"), Kind::Text, 20.0).unprinted(),
    ];
    let content = book.input.content;
    let unit = stamp.unit.clone().unwrap_or_default();
    let hash = || Value::text(stamp.plan_hash.as_str());
    let mine = content.districts.iter().filter(|(id, _)| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
    let own = mine.map(|(_, district)| {
        let about = Value::text(kinds[0].as_str());
        let number = Value::text(district.number.to_string());
        vec![
            about,
            number,
            Value::text(district.name.as_str()),
            Value::Empty,
            Value::text(unit.as_str()),
            Value::Empty,
            Value::Empty,
            hash(),
        ]
    });
    let empty = || {
        vec![
            Value::Empty,
            Value::Empty,
            Value::Empty,
            Value::Empty,
            Value::text(unit.as_str()),
            Value::Empty,
            Value::Empty,
            hash(),
        ]
    };
    let rows = own.chain(std::iter::repeat_with(empty).take(ROOM)).collect();
    Table { name: book.sheet(&Message::new("export.xlsx-comments")), columns, rows }
}
