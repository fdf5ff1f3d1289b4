//! Pipes that several compounds of a district hang on, and clearance that wants a look.

use super::Book;
use super::table::{Column, Kind, Table, Value};
use crate::base::{Message, PipeId};
use crate::model::Compound;
use crate::pipes::clearance::{Beside, Clearance, Narrow};
use crate::pipes::{Network, Trunk};

/// Trunks, a row for each district and pipe.
pub(in crate::export) fn trunks(book: &Book<'_>) -> Table {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-district"), Kind::Whole, 8.0),
        column(Message::new("export.col-owner"), Kind::Text, 22.0),
        column(Message::new("export.col-pipe-class"), Kind::Text, 9.0),
        column(Message::new("export.col-pipe"), Kind::Text, 16.0),
        column(Message::new("export.col-pipe-year"), Kind::Year, 10.0),
        column(Message::new("export.col-compounds"), Kind::Whole, 9.0),
        column(Message::new("export.col-served"), Kind::Long, 40.0),
        column(Message::new("export.col-downstream"), Kind::Whole, 9.0),
        column(Message::new("export.col-basis"), Kind::Text, 24.0),
    ];
    let content = book.input.content;
    let mut rows = Vec::new();
    if let Some(lengths) = book.input.lengths {
        let network = Network::of(content);
        let mine = content.districts.iter().filter(|(id, _)| book.input.scope.is_none_or(|scope| scope.has_district(**id)));
        for (id, district) in mine {
            let trunks = network.trunks(content, lengths, *id);
            rows.extend(trunks.iter().map(|trunk| trunk_row(book, &network, district.number, trunk)));
        }
    }
    Table { name: book.sheet(&Message::new("export.xlsx-trunks")), columns, rows }
}

fn trunk_row(book: &Book<'_>, network: &Network, number: u32, trunk: &Trunk) -> Vec<Value> {
    let content = book.input.content;
    let pipe = content.pipes.get(trunk.pipe.index());
    let served: Vec<&str> =
        trunk.compounds.iter().filter_map(|id| content.compounds.get(id.index())).map(Compound::label).collect();
    vec![
        Value::whole(Some(number)),
        Value::maybe(pipe.and_then(|pipe| pipe.owner.as_deref())),
        Value::maybe(pipe.map(|pipe| book.say(&pipe.class.name())).as_deref()),
        Value::maybe(pipe.map(|pipe| pipe.source_id.as_str())),
        Value::whole(content.pipe_year(trunk.pipe)),
        Value::count(trunk.compounds.len()),
        Value::text(served.join("、")),
        Value::count(network.downstream(trunk.pipe).pipes.len()),
        Value::text(book.say(&trunk.basis.message())),
    ]
}

/// Clearance rows, when the plan asks for them.
pub(in crate::export) fn clearance(book: &Book<'_>) -> Option<Table> {
    let column = Column::new;
    let columns = vec![
        column(Message::new("export.col-pipe"), Kind::Text, 16.0),
        column(Message::new("export.col-against"), Kind::Text, 10.0),
        column(Message::new("export.col-beside"), Kind::Text, 16.0),
        column(Message::new("export.col-clear"), Kind::Real(2), 10.0),
        column(Message::new("export.col-required"), Kind::Real(2), 10.0),
        column(Message::new("export.col-why-check"), Kind::Text, 36.0),
        column(Message::new("export.col-x"), Kind::Real(2), 14.0),
        column(Message::new("export.col-y"), Kind::Real(2), 14.0),
    ];
    let found = Clearance::of(book.input.content);
    let name = book.sheet(&Message::new("export.xlsx-clearance"));
    found.asked.then(|| Table { name, columns, rows: found.rows.iter().map(|row| narrow_row(book, row)).collect() })
}

fn narrow_row(book: &Book<'_>, row: &Narrow) -> Vec<Value> {
    let content = book.input.content;
    let pipe = |id: PipeId| content.pipes.get(id.index()).map(|pipe| pipe.source_id.as_str());
    let beside = match row.beside {
        Beside::Pipe(id) => pipe(id),
        Beside::Building(id) => content.buildings.get(id.index()).map(|one| one.source_id.as_str()),
    };
    let lacking: Vec<String> = row.lacking.iter().map(|one| book.say(&one.message())).collect();
    let why = if lacking.is_empty() { book.say(&Message::new("export.below-table")) } else { lacking.join("、") };
    vec![
        Value::maybe(pipe(row.pipe)),
        Value::text(book.say(&row.against.message())),
        Value::maybe(beside),
        Value::number(row.clear_m),
        Value::number(Some(row.required_m)),
        Value::text(why),
        Value::number(Some(row.at.x)),
        Value::number(Some(row.at.y)),
    ]
}
