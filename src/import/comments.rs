//! Comments that come back from the meeting: the JSON of a review pack, the comment sheet of a workbook, or GeoJSON.
//!
//! Columns are known by the words with which we wrote them, in both languages, and by their stable names. A row without a
//! comment says nothing and is counted; one that cannot be used is told with its line.

use std::path::Path;

use serde_json::Value;

use super::error::ImportError;
use super::formats::is_table;
use super::ledger::every_table;
use super::opinions::{FileOpinions, opinions_in};
use super::text::decode;
use crate::base::Message;
use crate::i18n::{Lang, lookup};
use crate::model::Subject;

/// A comment as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileComment {
    /// Row of the sheet, or number in the list, from 1.
    pub line: usize,
    /// What it is about.
    pub subject: Subject,
    /// What is said.
    pub text: String,
    /// The unit.
    pub unit: String,
    /// Who says it.
    pub author: String,
    /// The day, as written.
    pub date: String,
    /// Hash of the plan that was commented on; may be empty.
    pub plan_hash: String,
    /// Digest of the thing in that plan; may be empty.
    pub state: String,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileComments {
    /// Comments, in order.
    pub comments: Vec<FileComment>,
    /// Rows without a comment.
    pub silent: usize,
    /// Rows with a comment on nothing that is known, by their lines.
    pub faulty: Vec<usize>,
    /// What a workbook that came back says of districts in its matrix to sign.
    pub opinions: FileOpinions,
}

impl FileComments {
    /// Rows in all, those of the matrix to sign apart.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.comments.len() + self.silent + self.faulty.len()
    }
}

/// A column or member: its stable names, and the key of the words that head it in a workbook.
struct Field {
    names: &'static [&'static str],
    key: &'static str,
}

const ABOUT: Field = Field { names: &["about"], key: "export.col-about" };
const ID: Field = Field { names: &["id", "about_id"], key: "export.col-about-id" };
const TEXT: Field = Field { names: &["text", "comment"], key: "export.col-comment" };
const UNIT: Field = Field { names: &["unit"], key: "export.col-comment-unit" };
const AUTHOR: Field = Field { names: &["author"], key: "export.col-author" };
const DATE: Field = Field { names: &["date"], key: "export.col-date" };
const HASH: Field = Field { names: &["plan_hash"], key: "export.col-plan-hash" };
const STATE: Field = Field { names: &["state"], key: "" };

impl Field {
    fn is_named(&self, name: &str) -> bool {
        let name = name.trim();
        let worded = || Lang::ALL.into_iter().filter_map(|lang| lookup(lang, self.key)).any(|words| words == name);
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name)) || worded()
    }
}

/// The stable name of a kind of thing, by that name or by its words.
fn kind_of(told: &str) -> Option<&'static str> {
    let told = told.trim();
    let is = |code: &str, key: &str| {
        code.eq_ignore_ascii_case(told) || Lang::ALL.into_iter().filter_map(|lang| lookup(lang, key)).any(|words| words == told)
    };
    Subject::KINDS.iter().find(|(code, key)| is(code, key)).map(|(code, _)| *code)
}

/// Layers of our GeoJSON files with the kind of thing that they hold, and the field of its id.
const LAYERS: [(&str, &str, &str); 5] = [
    ("compounds", "compound", "id"),
    ("districts", "district", "district"),
    ("pipes", "pipe", "id"),
    ("items", "item", "id"),
    ("findings", "finding", "key"),
];

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => match number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9.0e15) {
            Some(whole) => format!("{whole:.0}"),
            None => number.to_string(),
        },
        _ => String::new(),
    }
}

/// Reads a file of comments, whichever of the three it is.
///
/// # Errors
/// [`ImportError`] for a file that cannot be read, is broken, or holds no comments.
pub fn read_comments(path: &Path) -> Result<FileComments, ImportError> {
    let not_this = || ImportError::NotThis { path: path.to_owned(), what: Message::new("import.no-comments") };
    if is_table(path) {
        return of_tables(path)?.ok_or_else(not_this);
    }
    let bytes = super::read_bytes(path)?;
    let whole: Value = serde_json::from_str(&decode(&bytes).text).map_err(|error| ImportError::Broken {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    if whole["format"] == "lianpian-comments" {
        return Ok(of_pack(&whole));
    }
    of_geojson(&whole).ok_or_else(not_this)
}

/// The values of one row by field.
struct Row<'a> {
    line: usize,
    value: &'a dyn Fn(&Field) -> String,
}

impl FileComments {
    /// Takes in a row; `kind`, `id` and `hash` are what the file says of all.
    fn add(&mut self, row: &Row<'_>, kind: Option<&str>, id: &str, hash: &str) {
        let of = |field: &Field| (row.value)(field);
        let text = of(&TEXT);
        if text.is_empty() {
            self.silent += 1;
            return;
        }
        match kind.and_then(|kind| Subject::from_parts(kind, id)) {
            Some(subject) => {
                let own = of(&HASH);
                let plan_hash = if own.is_empty() { hash.to_owned() } else { own };
                let (unit, author, date, state) = (of(&UNIT), of(&AUTHOR), of(&DATE), of(&STATE));
                self.comments.push(FileComment { line: row.line, subject, text, unit, author, date, plan_hash, state });
            }
            None => self.faulty.push(row.line),
        }
    }
}

fn of_pack(whole: &Value) -> FileComments {
    let hash = plain(&whole["plan_hash"]);
    let mut found = FileComments::default();
    for (n, comment) in whole["comments"].as_array().into_iter().flatten().enumerate() {
        let value =
            |field: &Field| field.names.iter().map(|name| plain(&comment[*name])).find(|v| !v.is_empty()).unwrap_or_default();
        let row = Row { line: n + 1, value: &value };
        found.add(&row, kind_of(&value(&ABOUT)), &value(&ID), &hash);
    }
    found
}

fn of_tables(path: &Path) -> Result<Option<FileComments>, ImportError> {
    let tables = every_table(path)?;
    let mut found = opinions_in(&tables).map(|opinions| FileComments { opinions, ..FileComments::default() });
    for table in tables {
        let column = |field: &Field| table.headers.iter().position(|header| field.is_named(header));
        let (Some(about), Some(id), Some(_)) = (column(&ABOUT), column(&ID), column(&TEXT)) else { continue };
        let all = found.get_or_insert_default();
        for (cells, line) in table.rows.iter().zip(&table.lines) {
            let cell = |at: usize| cells.get(at).map(plain).unwrap_or_default();
            let value = |field: &Field| column(field).map(cell).unwrap_or_default();
            all.add(&Row { line: *line, value: &value }, kind_of(&cell(about)), &cell(id), "");
        }
    }
    Ok(found)
}

/// Features that carry a comment: with the kind of thing told by a field, or by the name of one of our layers.
fn of_geojson(whole: &Value) -> Option<FileComments> {
    let features = whole["features"].as_array()?;
    let name = whole["name"].as_str().unwrap_or_default();
    let layer = LAYERS.iter().find(|(layer, ..)| *layer == name);
    let mut found = FileComments::default();
    let mut commented = false;
    for (n, feature) in features.iter().enumerate() {
        let Some(properties) = feature["properties"].as_object() else { continue };
        let value = |field: &Field| {
            let named = properties.iter().filter(|(name, _)| field.is_named(name));
            named.map(|(_, value)| plain(value)).find(|value| !value.is_empty()).unwrap_or_default()
        };
        commented |= properties.keys().any(|name| TEXT.is_named(name));
        let told = kind_of(&value(&ABOUT));
        let id = match (told, layer) {
            (None, Some((.., field))) => properties.get(*field).map(plain).unwrap_or_default(),
            _ => value(&ID),
        };
        let kind = told.or_else(|| layer.map(|(_, kind, _)| *kind));
        found.add(&Row { line: n + 1, value: &value }, kind, &id, "");
    }
    commented.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<FileComments, ImportError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        read_comments(&path)
    }

    fn told(found: &FileComments) -> Vec<(usize, String, &str, &str, &str)> {
        let one = |c: &FileComment| format!("{}:{}", c.subject.kind(), c.subject.id());
        found.comments.iter().map(|c| (c.line, one(c), &*c.text, &*c.unit, &*c.plan_hash)).collect()
    }

    #[test]
    fn every_form_reads_alike_and_every_row_counts() {
        let pack = r#"{"format":"lianpian-comments","plan_hash":"ab","comments":[
            {"about":"pipe","id":"P1","text":"埋深不足","unit":"热力公司","author":"王","date":"2026-06-01","state":"cd"},
            {"about":"compound","id":"C1","text":" "},{"about":"moon","id":"1","text":"x"},7]}"#;
        let found = read("c.json", pack).unwrap();
        assert_eq!(told(&found), [(1, "pipe:P1".to_owned(), "埋深不足", "热力公司", "ab")]);
        assert_eq!((found.comments[0].state.as_str(), found.silent, found.faulty.clone(), found.rows()), ("cd", 2, vec![3], 4));
        let table = "对象类别,对象编号,对象名称,意见,提出单位,姓名,日期,方案摘要\n管线,P1,,埋深不足,热力公司,王,,ab\n片区,3,,,热力公司,,,ab\nfinding,parts:1,,yes,,,,\n";
        let found = read("c.csv", table).unwrap();
        let expected =
            [(2, "pipe:P1".to_owned(), "埋深不足", "热力公司", "ab"), (4, "finding:parts:1".to_owned(), "yes", "", "")];
        assert_eq!((told(&found), found.silent), (expected.to_vec(), 1));
        let map = r#"{"type":"FeatureCollection","name":"districts","features":[
            {"type":"Feature","geometry":null,"properties":{"district":3,"意见":"同意"}},
            {"type":"Feature","geometry":null,"properties":{"district":4,"意见":null}},
            {"type":"Feature","geometry":null,"properties":{"about":"小区","id":"C1","comment":"x"}}]}"#;
        let found = read("c.geojson", map).unwrap();
        let expected = [(1, "district:3".to_owned(), "同意", "", ""), (3, "compound:C1".to_owned(), "x", "", "")];
        assert_eq!((told(&found), found.silent), (expected.to_vec(), 1));
    }

    #[test]
    fn what_holds_no_comments_is_said_to_hold_none() {
        for (name, text) in
            [("c.json", "{}"), ("c.geojson", r#"{"features":[{"properties":{"id":1}}]}"#), ("c.csv", "a,b\n1,2\n")]
        {
            assert!(matches!(read(name, text), Err(ImportError::NotThis { .. })), "{text}");
        }
        assert!(matches!(read("c.json", "{\"format\":"), Err(ImportError::Broken { .. })));
    }
}
