//! Tables: rows under named columns, out of text (UTF-8, UTF-16 or GBK; comma, semicolon or tab) or of a sheet
//! ([`super::workbook`]).

use std::path::Path;

use serde_json::Value;

use super::choice::Choice;
use super::error::ImportError;
use super::headings::{Heading, Line, heading, sum_of};
use super::text::decode;
use crate::base::Message;

/// Rows of a table under their headers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// File name without its folder, and the sheet of a workbook.
    pub name: String,
    /// Names of the columns, in order; a column without a name is called by its number.
    pub headers: Vec<String>,
    /// Values by row, each row as long as the headers.
    pub rows: Vec<Vec<Value>>,
    /// Line of the file or row of the sheet that each row stands in, from 1.
    pub lines: Vec<usize>,
    /// Rows that sum up others and are no rows of their own: their lines and what they call themselves.
    pub sums: Vec<(usize, String)>,
    /// What is worth knowing of the table as a whole.
    pub notes: Vec<Message>,
    /// What the user settled: the column that holds the keys and what columns feed.
    pub choice: Choice,
}

impl Table {
    /// The place of a column.
    #[must_use]
    pub fn column(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|name| name == header)
    }

    /// Takes the names of the columns and the rows under them, and says what stands above and beside them.
    ///
    /// # Errors
    /// The sentence on a table of more cells than are held.
    pub(super) fn from_lines(name: String, lines: Vec<Line>) -> Result<Self, Message> {
        let Some(Heading { titles, rows, numbered, first, names }) = heading(&lines) else {
            return Ok(Self { name, ..Self::default() });
        };
        within_limits(lines.len(), names.len())?;
        let mut notes = Vec::new();
        if titles > 0 {
            let told = Message::new("import.titles-above").count("count", titles);
            notes.push(told.text("text", title_of(&lines[..titles])));
        }
        match rows {
            2 => notes.push(Message::new("import.headers-in-two-rows").count("line", lines[titles].0)),
            3 => notes.push(Message::new("import.headers-in-three-rows").count("line", lines[titles].0)),
            _ => {}
        }
        if numbered {
            notes.push(Message::new("import.column-numbers").count("line", lines[titles + rows].0));
        }
        let columns = first..first + names.len();
        let mut beside = 0;
        let mut table = Self { name, headers: names, ..Self::default() };
        for (line, cells) in lines.into_iter().skip(titles + rows + usize::from(numbered)) {
            let mut row = vec![Value::Null; table.headers.len()];
            for (column, cell) in cells {
                if columns.contains(&column) { row[column - first] = cell } else { beside += 1 }
            }
            table.rows.push(row);
            table.lines.push(line);
        }
        if beside > 0 {
            notes.push(Message::new("import.cells-beside").count("count", beside));
        }
        table.notes = notes;
        Ok(table)
    }

    /// Takes out the rows that sum up others, and says so.
    pub(super) fn without_sums(mut self) -> Self {
        let mut kept = Vec::with_capacity(self.rows.len());
        for (row, line) in self.rows.drain(..).zip(self.lines.drain(..)) {
            match sum_of(&row) {
                Some(called) => self.sums.push((line, called)),
                None => kept.push((row, line)),
            }
        }
        (self.rows, self.lines) = kept.into_iter().unzip();
        if !self.sums.is_empty() {
            let listed: Vec<String> =
                self.sums.iter().take(SUMS_NAMED).map(|(line, called)| format!("{line} {called}")).collect();
            let told = Message::new("import.sums-left").count("count", self.sums.len());
            self.notes.push(told.text("rows", listed.join(", ")));
        }
        self
    }
}

/// Rows of sums that are named, at most.
const SUMS_NAMED: usize = 5;

/// Characters of a title that are told.
const TITLE: usize = 40;

fn title_of(lines: &[Line]) -> String {
    let cells = lines.iter().flat_map(|(_, cells)| cells).filter_map(|(_, cell)| cell.as_str());
    let text = cells.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    if text.chars().count() <= TITLE { text } else { text.chars().take(TITLE).chain(['…']).collect() }
}

/// Cells of a table, at most: the ledger of a whole country has a tenth of it. They take a gigabyte and a half.
const MOST_CELLS: usize = 20_000_000;

/// Makes sure that a table is not larger than what is held.
///
/// # Errors
/// The sentence on one that is.
pub(super) fn within_limits(rows: usize, columns: usize) -> Result<(), Message> {
    let told = || Message::new("import.table-too-large").count("rows", rows).count("columns", columns);
    let fits = rows.saturating_mul(columns) <= MOST_CELLS;
    if fits { Ok(()) } else { Err(told().count("most", MOST_CELLS)) }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(super) fn csv_table(path: &Path, bytes: &[u8]) -> Result<Table, ImportError> {
    let decoded = decode(bytes);
    let first = decoded.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    let mark = [b',', b'\t', b';'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(mark).from_reader(decoded.text.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            let line = usize::try_from(line).unwrap_or(usize::MAX);
            ImportError::Broken { path: path.to_owned(), line, column: 1, reason: error.to_string() }
        })?;
        let line = record.position().map_or(0, |place| line_of(&decoded.text, place));
        let filled = record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let cells: Vec<(usize, Value)> = filled.map(|(column, cell)| (column, Value::from(cell))).collect();
        if !cells.is_empty() {
            lines.push((line, cells));
        }
    }
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let mut table = Table::from_lines(file_name(path), lines).map_err(not_this)?;
    if table.headers.is_empty() {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.empty-table") });
    }
    if decoded.encoding != "UTF-8" {
        table.notes.push(Message::new("import.encoding").text("encoding", decoded.encoding));
    }
    if decoded.damaged {
        table.notes.push(Message::new("import.encoding-damaged").text("encoding", decoded.encoding));
    }
    Ok(table)
}

/// The line on which a record begins: the reader's own count stands before the blank lines that it then skips.
fn line_of(text: &str, place: &csv::Position) -> usize {
    let start = usize::try_from(place.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n').count();
    usize::try_from(place.line()).unwrap_or(usize::MAX).saturating_add(blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Table {
        csv_table(Path::new("t.csv"), bytes).expect("a table")
    }

    #[test]
    fn encodings_and_separators_are_found() {
        let want = table("小区编号,户数\n1,20\n".as_bytes());
        assert_eq!(want.headers, ["小区编号", "户数"]);
        assert_eq!(want.rows, [[Value::from("1"), Value::from("20")]]);
        assert_eq!(table("\u{feff}小区编号,户数\n1,20\n".as_bytes()).rows, want.rows);
        let (gbk, ..) = encoding_rs::GBK.encode("小区编号;户数\n1;20\n");
        assert_eq!(table(&gbk).headers, want.headers);
        assert_eq!(table(&gbk).notes.len(), 1);
        let utf16: Vec<u8> = "\u{feff}小区编号\t户数\n1\t20\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(table(&utf16).rows, want.rows);
    }

    #[test]
    fn tables_beyond_all_measure_are_refused() {
        let text = format!("{}\n{}", "a,b".repeat(100_000), "1\n".repeat(1_000));
        let error = csv_table(Path::new("t.csv"), text.as_bytes()).expect_err("a hundred million cells");
        assert!(matches!(error, ImportError::NotThis { what, .. } if what.key() == "import.table-too-large"));
    }

    #[test]
    fn titles_ragged_rows_and_blank_headers_are_taken_and_told() {
        let table = table("某区老旧小区台账,,\n编号,户数,\n\n7,30\n8,40,x,extra\n".as_bytes());
        assert_eq!(table.headers, ["编号", "户数"]);
        assert_eq!(table.rows, [[Value::from("7"), Value::from("30")], [Value::from("8"), Value::from("40")]]);
        assert_eq!(table.lines, [4, 5]);
        let told = [
            Message::new("import.titles-above").count("count", 1).text("text", "某区老旧小区台账"),
            Message::new("import.cells-beside").count("count", 2),
        ];
        assert_eq!(table.notes, told);
    }

    #[test]
    fn numbers_of_columns_are_no_row_and_told() {
        let table = table("编号,情况,,\n,户数,楼栋数,面积\n栏次,1,2,3\n7,30,2,900\n".as_bytes());
        assert_eq!((table.headers.len(), table.lines), (4, vec![4]));
        let keys: Vec<&str> = table.notes.iter().map(Message::key).collect();
        assert_eq!(keys, ["import.headers-in-two-rows", "import.column-numbers"]);
    }

    #[test]
    fn sums_are_taken_out_and_told() {
        let table = table("编号,名称,户数\n1,甲,3\n,小计,3\n2,乙,4\n合 计,,7\n".as_bytes()).without_sums();
        assert_eq!(table.lines, [2, 4]);
        assert_eq!(table.sums, [(3, "小计".to_owned()), (5, "合 计".to_owned())]);
        assert_eq!(table.notes, [Message::new("import.sums-left").count("count", 2).text("rows", "3 小计, 5 合 计")]);
    }
}
