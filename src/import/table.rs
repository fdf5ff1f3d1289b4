//! Tables: ledgers as .csv (UTF-8, UTF-16 or GBK; comma, semicolon or tab) and as workbooks ([`workbook`]).

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use super::bundle::check_workbook;
use super::choice::Choice;
use super::error::ImportError;
use super::formats::TABLE_ENDINGS;
use super::text::decode;
use super::workbook;
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

    /// Takes the first row that looks like headers (at least two texts, or all of its cells) and what follows it.
    ///
    /// # Errors
    /// The sentence on a table of more cells than are held.
    pub(super) fn from_grid(name: String, grid: Vec<(usize, Vec<Value>)>) -> Result<Self, Message> {
        let filled = |row: &[Value]| row.iter().filter(|cell| !is_blank(cell)).count();
        let widest = grid.iter().map(|(_, row)| filled(row)).max().unwrap_or(0);
        // A title over the table fills one cell or two; headers fill at least half of the columns.
        let mut rows = grid.into_iter().filter(|(_, row)| filled(row) > 0).skip_while(|(_, row)| filled(row) * 2 < widest);
        let Some((_, first)) = rows.next() else { return Ok(Self { name, ..Self::default() }) };
        let rows: Vec<(usize, Vec<Value>)> = rows.collect();
        let width = first.len();
        within_limits(rows.len(), width)?;
        let mut headers: Vec<String> = Vec::with_capacity(width);
        let mut seen = HashSet::new();
        for (place, cell) in first.iter().enumerate() {
            let text = if let Value::String(text) = cell { text.trim().to_owned() } else { cell.to_string() };
            let text = if is_blank(cell) { format!("#{}", place + 1) } else { text };
            let text = if seen.contains(&text) { format!("{text}#{}", place + 1) } else { text };
            seen.insert(text.clone());
            headers.push(text);
        }
        let (lines, rows) = rows
            .into_iter()
            .map(|(line, mut row)| {
                row.resize(width, Value::Null);
                (line, row)
            })
            .unzip();
        Ok(Self { name, headers, rows, lines, ..Self::default() })
    }
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

fn is_blank(cell: &Value) -> bool {
    match cell {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Reads a ledger by the ending of its file.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or is no table.
pub fn read_table(path: &Path) -> Result<Table, ImportError> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !TABLE_ENDINGS.contains(&ending.as_str()) {
        return Err(ImportError::UnknownFormat { path: path.to_owned(), known: TABLE_ENDINGS.join(", ") });
    }
    let bytes = super::read_bytes(path)?;
    match ending.as_str() {
        "csv" | "tsv" | "txt" => csv_table(path, &bytes),
        _ => {
            check_workbook(path, &bytes)?;
            workbook::read(path, bytes)
        }
    }
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
    let mut grid = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            let line = usize::try_from(line).unwrap_or(usize::MAX);
            ImportError::Broken { path: path.to_owned(), line, column: 1, reason: error.to_string() }
        })?;
        let line = record.position().map_or(0, |place| line_of(&decoded.text, place));
        grid.push((line, record.iter().map(|cell| Value::String(cell.to_owned())).collect()));
    }
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let mut table = Table::from_grid(file_name(path), grid).map_err(not_this)?;
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
    fn titles_ragged_rows_and_blank_headers_are_taken() {
        let table = table("某区老旧小区台账,,\n编号,户数,\n\n7,30\n8,40,x,extra\n".as_bytes());
        assert_eq!(table.headers, ["编号", "户数", "#3"]);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[0][2], Value::Null);
        assert_eq!(table.lines[0], 4);
    }
}
