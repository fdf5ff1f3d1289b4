//! What units say of districts, as it comes back: the matrix to sign of a workbook, a table with an opinion a row, or minutes as
//! JSON.
//!
//! Columns are known by the words with which we wrote them, in both languages, and by their stable names. Every cell of the
//! matrix is an opinion, says nothing, or is told with its line.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::error::ImportError;
use super::formats::is_table;
use super::ledger::every_table;
use super::table::Table;
use super::text::decode;
use crate::base::Message;
use crate::i18n::{Lang, lookup};
use crate::model::{Meeting, Opinion, OpinionKey, Ruling, Stance};

/// An opinion as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOpinion {
    /// Row of the sheet, or number in the list, from 1.
    pub line: usize,
    /// Whose, of which district.
    pub key: OpinionKey,
    /// What is said; its file is not set.
    pub opinion: Opinion,
}

/// A place of a file that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultyOpinion {
    /// Row of the sheet, or number in the list, from 1.
    pub line: usize,
    /// The unit, or the name of the column.
    pub unit: String,
    /// What is written.
    pub written: String,
}

/// What a file says of districts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOpinions {
    /// Opinions, in order.
    pub opinions: Vec<FileOpinion>,
    /// Cells or rows that say nothing.
    pub silent: usize,
    /// Those that cannot be read.
    pub faulty: Vec<FaultyOpinion>,
}

impl FileOpinions {
    /// Cells of the matrix and rows of lists, in all.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.opinions.len() + self.silent + self.faulty.len()
    }

    fn extend(&mut self, other: Self) {
        self.opinions.extend(other.opinions);
        self.silent += other.silent;
        self.faulty.extend(other.faulty);
    }
}

/// Minutes out of a file: the meeting, as far as it is told, and the opinions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileMinutes {
    /// The meeting; never sealed. Its day is empty where the file tells none.
    pub meeting: Meeting,
    /// The opinions.
    pub opinions: FileOpinions,
}

/// A stance by its stable name or by its words.
#[must_use]
pub fn stance_of(told: &str) -> Option<Stance> {
    let told = told.trim();
    let is = |stance: &Stance| {
        let worded = || Lang::ALL.into_iter().filter_map(|lang| lookup(lang, stance.key()));
        stance.code().eq_ignore_ascii_case(told) || worded().any(|words| words.eq_ignore_ascii_case(told))
    };
    Stance::ALL.into_iter().find(is)
}

fn ruling_of(told: &str) -> Option<Ruling> {
    let told = told.trim();
    let is = |ruling: &Ruling| {
        let key = ruling.message().key();
        let worded = || Lang::ALL.into_iter().filter_map(|lang| lookup(lang, key));
        ruling.code().eq_ignore_ascii_case(told) || worded().any(|words| words.eq_ignore_ascii_case(told))
    };
    Ruling::ALL.into_iter().find(is)
}

/// A column: its stable names, and the key of the words that head it.
struct Field(&'static [&'static str], &'static str);

const DISTRICT: Field = Field(&["district", "片区", "片区编号"], "export.col-district");
const NAME: Field = Field(&["name"], "export.col-name");
const SIGNED: Field = Field(&["signed"], "export.col-signed");
const DATE: Field = Field(&["date"], "export.col-date");
const STATE: Field = Field(&["state"], "export.col-district-state");
const HASH: Field = Field(&["plan_hash"], "export.col-plan-hash");
const UNIT: Field = Field(&["unit"], "meeting.unit");
const STANCE: Field = Field(&["stance", "opinion"], "meeting.stance");
const TEXT: Field = Field(&["text"], "meeting.text");
const RESPONSIBLE: Field = Field(&["responsible"], "comments.responsible");
const RULING: Field = Field(&["ruling"], "meeting.ruling");

impl Field {
    fn is_named(&self, name: &str) -> bool {
        let name = name.trim();
        let worded = || Lang::ALL.into_iter().filter_map(|lang| lookup(lang, self.1)).any(|words| words == name);
        self.0.iter().any(|own| own.eq_ignore_ascii_case(name)) || worded()
    }

    fn of(&self, table: &Table) -> Option<usize> {
        table.headers.iter().position(|header| self.is_named(header))
    }
}

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

/// The opinions of a table: one with a district and an opinion in every row, or the matrix to sign. `None` for other tables.
pub(super) fn opinions_of(table: &Table) -> Option<FileOpinions> {
    let district = DISTRICT.of(table)?;
    if let (Some(unit), Some(stance)) = (UNIT.of(table), STANCE.of(table)) {
        return Some(of_list(table, [district, unit, stance]));
    }
    let known = [&DISTRICT, &NAME, &SIGNED, &DATE, &STATE, &HASH];
    SIGNED.of(table)?;
    let units: Vec<usize> =
        (0..table.headers.len()).filter(|at| !known.iter().any(|field| field.is_named(&table.headers[*at]))).collect();
    Some(of_matrix(table, district, &units))
}

fn of_matrix(table: &Table, district: usize, units: &[usize]) -> FileOpinions {
    let mut found = FileOpinions::default();
    let own = [&SIGNED, &DATE, &HASH, &STATE].map(|field| field.of(table));
    for (cells, line) in table.rows.iter().zip(&table.lines) {
        let cell = |at: usize| cells.get(at).map(plain).unwrap_or_default();
        let number: Option<u32> = cell(district).parse().ok();
        let [signed, date, plan_hash, state] = own.map(|at| at.map(cell).unwrap_or_default());
        for unit in units {
            let (written, unit) = (cell(*unit), table.headers[*unit].trim().to_owned());
            if matches!(written.as_str(), "" | "—" | "-" | "–") {
                found.silent += 1;
                continue;
            }
            let (Some(stance), Some(district)) = (stance_of(&written), number) else {
                found.faulty.push(FaultyOpinion { line: *line, unit, written });
                continue;
            };
            let [signed, date, plan_hash, state] = [&signed, &date, &plan_hash, &state].map(Clone::clone);
            let opinion = Opinion { stance, signed, date, plan_hash, state, ..Opinion::default() };
            found.opinions.push(FileOpinion { line: *line, key: OpinionKey { district, unit }, opinion });
        }
    }
    found
}

fn of_list(table: &Table, [district, unit, stance]: [usize; 3]) -> FileOpinions {
    let mut found = FileOpinions::default();
    let own = [&TEXT, &RESPONSIBLE, &RULING, &SIGNED, &DATE, &HASH, &STATE].map(|field| field.of(table));
    for (cells, line) in table.rows.iter().zip(&table.lines) {
        let cell = |at: usize| cells.get(at).map(plain).unwrap_or_default();
        let [text, responsible, ruling, signed, date, plan_hash, state] = own.map(|at| at.map(cell).unwrap_or_default());
        let written = [cell(district), cell(unit), cell(stance), ruling.clone()];
        let row = Written { line: *line, district: &written[0], unit: &written[1], stance: &written[2], ruling: &written[3] };
        row.into(&mut found, |stance, ruling| {
            let file = String::new();
            Opinion { stance, text, responsible, ruling, signed, date, plan_hash, state, file }
        });
    }
    found
}

/// What a row of a list says in words.
struct Written<'a> {
    line: usize,
    district: &'a str,
    unit: &'a str,
    stance: &'a str,
    ruling: &'a str,
}

impl Written<'_> {
    fn into(self, found: &mut FileOpinions, make: impl FnOnce(Stance, Option<Ruling>) -> Opinion) {
        if self.stance.is_empty() {
            found.silent += 1;
            return;
        }
        let ruling = ruling_of(self.ruling);
        let (stance, district) = (stance_of(self.stance), self.district.parse().ok());
        match (stance, district) {
            (Some(stance), Some(district)) if !self.unit.is_empty() && (self.ruling.is_empty() || ruling.is_some()) => {
                let key = OpinionKey { district, unit: self.unit.to_owned() };
                found.opinions.push(FileOpinion { line: self.line, key, opinion: make(stance, ruling) });
            }
            _ => found.faulty.push(FaultyOpinion {
                line: self.line,
                unit: self.unit.to_owned(),
                written: [self.district, self.stance, self.ruling].join(" ").trim().to_owned(),
            }),
        }
    }
}

/// The opinions of all tables of a file; `None` where no table holds any.
pub(super) fn opinions_in(tables: &[Table]) -> Option<FileOpinions> {
    tables.iter().filter_map(opinions_of).reduce(|mut all, more| {
        all.extend(more);
        all
    })
}

/// Minutes as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MinutesJson {
    #[serde(default, rename = "format")]
    _format: Option<String>,
    #[serde(default)]
    date: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    units: Vec<String>,
    #[serde(default)]
    accepted: Option<bool>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    opinions: Vec<OpinionJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpinionJson {
    district: u32,
    unit: String,
    #[serde(default)]
    stance: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    responsible: String,
    #[serde(default)]
    ruling: String,
    #[serde(default)]
    signed: String,
    #[serde(default)]
    date: String,
}

/// Reads minutes: JSON, or a workbook or table with opinions.
///
/// # Errors
/// [`ImportError`] for a file that cannot be read, is broken, or holds neither.
pub fn read_minutes(path: &Path) -> Result<FileMinutes, ImportError> {
    if is_table(path) {
        let found = opinions_in(&every_table(path)?);
        let not_this = || ImportError::NotThis { path: path.to_owned(), what: Message::new("import.no-minutes") };
        return Ok(FileMinutes { meeting: Meeting::default(), opinions: found.ok_or_else(not_this)? });
    }
    let bytes = super::read_bytes(path)?;
    let whole: MinutesJson = serde_json::from_str(&decode(&bytes).text).map_err(|error| ImportError::Broken {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    let mut opinions = FileOpinions::default();
    for (n, one) in whole.opinions.into_iter().enumerate() {
        let district = one.district.to_string();
        let (unit, stance, ruling) = (one.unit.trim().to_owned(), one.stance, one.ruling);
        let row = Written { line: n + 1, district: &district, unit: &unit, stance: stance.trim(), ruling: ruling.trim() };
        let (text, responsible, signed, date) = (one.text, one.responsible, one.signed, one.date);
        row.into(&mut opinions, |stance, ruling| Opinion {
            stance,
            text,
            responsible,
            ruling,
            signed,
            date,
            ..Opinion::default()
        });
    }
    let (date, title, place) = (whole.date, whole.title, whole.place);
    let meeting = Meeting { date, title, place, units: whole.units, accepted: whole.accepted, note: whole.note, seal: None };
    Ok(FileMinutes { meeting, opinions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<FileMinutes, ImportError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        read_minutes(&path)
    }

    fn told(found: &FileOpinions) -> Vec<(usize, u32, &str, &str)> {
        found.opinions.iter().map(|o| (o.line, o.key.district, &*o.key.unit, o.opinion.stance.code())).collect()
    }

    #[test]
    fn every_cell_of_the_matrix_counts() {
        let matrix = "片区,名称,热力公司,消防部门,签字,日期,片区状态码,方案摘要\n\
                      1,北,同意,—,王,2026-06-01,ab,cd\n2,南,不清楚,agreed with conditions,,,,\nx,,同意,,,,,\n";
        let found = read("m.csv", matrix).unwrap().opinions;
        assert_eq!(told(&found), [(2, 1, "热力公司", "agreed"), (3, 2, "消防部门", "conditions")]);
        let first = &found.opinions[0].opinion;
        assert_eq!((&*first.signed, &*first.date, &*first.state, &*first.plan_hash), ("王", "2026-06-01", "ab", "cd"));
        let faulty: Vec<_> = found.faulty.iter().map(|f| (f.line, &*f.unit, &*f.written)).collect();
        assert_eq!(faulty, [(3, "热力公司", "不清楚"), (4, "热力公司", "同意")]);
        assert_eq!((found.silent, found.cells()), (2, 6));
    }

    #[test]
    fn a_list_and_minutes_say_the_same() {
        let list = "district,unit,stance,text,responsible,ruling\n3,消防部门,不同意,通道不足,李工,采纳\n4,,同意,,,\n5,x,,,,\n";
        let found = read("m.csv", list).unwrap().opinions;
        assert_eq!(told(&found), [(2, 3, "消防部门", "refused")]);
        assert_eq!((found.silent, found.faulty.len(), found.opinions[0].opinion.ruling), (1, 1, Some(Ruling::Accepted)));
        let json = r#"{"date":"2026-06-01","title":"联合审查","units":["消防部门"],"accepted":false,"opinions":[
            {"district":3,"unit":"消防部门","stance":"refused","text":"通道不足","responsible":"李工","ruling":"accepted"}]}"#;
        let minutes = read("m.json", json).unwrap();
        assert_eq!((&*minutes.meeting.date, minutes.meeting.accepted), ("2026-06-01", Some(false)));
        assert_eq!(minutes.opinions.opinions[0].opinion, found.opinions[0].opinion);
    }

    #[test]
    fn what_holds_no_opinions_is_said_to_hold_none() {
        assert!(matches!(read("m.csv", "a,b\n1,2\n"), Err(ImportError::NotThis { .. })));
        assert!(matches!(read("m.json", r#"{"day":"x"}"#), Err(ImportError::Broken { .. })));
    }
}
