//! Comments and their answers as rows.

use geo::Geometry;

use super::codes::{RULINGS, word};
use super::fields::{Fields, Record};
use crate::gpkg::{Cell, Column};
use crate::model::{Comment, CommentAnswer, CommentKey, Subject};

/// A comment; of a kind of thing that this program does not know, `None`.
pub(in crate::project) struct CommentRow(pub(in crate::project) CommentKey, pub(in crate::project) Option<Comment>);

impl Record for CommentRow {
    fn columns() -> Vec<Column> {
        let said = ["key", "about", "about_id", "text", "unit", "author", "date", "plan_hash", "state", "file"];
        said.into_iter().chain(["ruling", "reason", "responsible"]).map(Column::text).collect()
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let Self(key, Some(comment)) = self else { return Vec::new() };
        let answer = comment.answer.as_ref();
        vec![
            key.0.as_str().into(),
            comment.subject.kind().into(),
            Cell::Text(comment.subject.id()),
            comment.text.as_str().into(),
            comment.unit.as_str().into(),
            comment.author.as_str().into(),
            comment.date.as_str().into(),
            comment.plan_hash.as_str().into(),
            comment.state.as_str().into(),
            comment.file.as_str().into(),
            Cell::text(answer.map(|answer| word(RULINGS, answer.ruling))),
            Cell::text(answer.map(|answer| answer.reason.as_str())),
            Cell::text(answer.map(|answer| answer.responsible.as_str())),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let key = CommentKey(fields.string());
        let (kind, id) = (fields.string(), fields.string());
        let [text, unit, author, date, plan_hash, state, file] = std::array::from_fn(|_| fields.string());
        let ruling = fields.choice(RULINGS);
        let (reason, responsible) = (fields.string(), fields.string());
        let answer = ruling.map(|ruling| CommentAnswer { ruling, reason, responsible });
        let subject = Subject::from_parts(&kind, &id);
        Self(key, subject.map(|subject| Comment { subject, text, unit, author, date, plan_hash, state, file, answer }))
    }
}
