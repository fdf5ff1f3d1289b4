//! Workbooks: xlsx, xlsb, xls and ods. A sheet is read cell by cell where its format allows, so that a single cell in its
//! farthest corner does not make a table of seventeen thousand million cells.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Cell, Data, DataRef, Range, Reader, SheetType, SheetVisible, Sheets};
use quick_xml::events::Event;
use serde_json::Value;

use super::bundle;
use super::error::ImportError;
use super::headings::Line;
use super::said::said;
use super::table::{Table, file_name, within_limits};
use crate::base::{Message, Silent};

/// Cells that repeats may come to: the ledger of a whole country has a tenth of it.
const MOST_CELLS: usize = 20_000_000;

/// Columns of a sheet that are looked at: ledgers have dozens, databases export 255.
const MOST_COLUMNS: u32 = 1_024;

type Book = Sheets<Cursor<Vec<u8>>>;

/// Rows of a sheet that hold something, each as its filled cells by column.
type Sparse = BTreeMap<u32, Vec<(u32, Data)>>;

/// A sheet with rows under headers.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// The program that made it does not show it.
    pub(super) hidden: bool,
    pub(super) table: Table,
}

/// The sheets that hold rows under headers, in their order, and what is to be said of those that cannot be read.
///
/// # Errors
/// [`ImportError`] when it is no workbook, holds no table, or tables beyond the limits.
pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Result<(Vec<Sheet>, Vec<Message>), ImportError> {
    let broken = |reason: String| ImportError::Unreadable { path: path.to_owned(), reason };
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    check_repeats(path, &bytes)?;
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let (mut found, mut told, mut first_fault) = (Vec::new(), Vec::new(), None);
    let mut cells = 0;
    for (name, hidden) in sheets {
        let (rows, left) = match sheet(&mut book, &name) {
            Ok(read) => read,
            Err(reason) => {
                told.push(Message::new("import.sheet-broken").text("sheet", name).nested("reason", said(&reason)));
                first_fault = first_fault.or(Some(reason));
                continue;
            }
        };
        let called = format!("{}#{name}", file_name(path));
        let mut table = Table::from_lines(called, lines(rows)).map_err(not_this)?.without_sums();
        cells += table.rows.len() * table.headers.len();
        within_limits(cells, 1).map_err(not_this)?;
        if left > 0 {
            table.notes.push(Message::new("import.far-cells").count("count", left).count("most", MOST_COLUMNS as usize));
        }
        if !table.rows.is_empty() {
            found.push(Sheet { name, hidden, table });
        }
    }
    match first_fault {
        _ if !found.is_empty() => Ok((found, told)),
        Some(reason) => Err(broken(reason)),
        None => Err(not_this(Message::new("import.empty-table"))),
    }
}

/// The filled cells of a sheet, and how many stand too far to the right.
fn sheet(book: &mut Book, name: &str) -> Result<(Sparse, usize), String> {
    let mut rows = Sparse::new();
    let mut left = 0;
    let mut put = |(row, column): (u32, u32), cell: Data| {
        if cell == Data::Empty {
            return;
        }
        if column < MOST_COLUMNS {
            rows.entry(row).or_default().push((column, cell));
        } else {
            left += 1;
        }
    };
    let mut put_one = |cell: Cell<DataRef<'_>>| put(cell.get_position(), cell.get_value().clone().into());
    match book {
        Sheets::Xlsx(book) => {
            let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
            while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
                put_one(cell);
            }
        }
        Sheets::Xlsb(book) => {
            let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
            while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
                put_one(cell);
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let range: Range<Data> = book.worksheet_range(name).map_err(|error| error.to_string())?;
            let (top, first) = range.start().unwrap_or_default();
            for (row, column, cell) in range.used_cells() {
                let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                put((at(top, row), at(first, column)), cell.clone());
            }
        }
    }
    Ok((rows, left))
}

/// Rows by the numbers that the sheet shows, with their filled cells.
fn lines(rows: Sparse) -> Vec<Line> {
    let filled = |(column, cell): (u32, Data)| {
        let cell = cell_value(&cell);
        let blank = cell.is_null() || cell.as_str().is_some_and(|text| text.trim().is_empty());
        (!blank).then_some((column as usize, cell))
    };
    let line = |(row, cells): (u32, Vec<(u32, Data)>)| {
        let mut cells: Vec<(usize, Value)> = cells.into_iter().filter_map(filled).collect();
        cells.sort_by_key(|(column, _)| *column);
        cells.dedup_by_key(|(column, _)| *column);
        (row as usize + 1, cells)
    };
    rows.into_iter().map(line).filter(|(_, cells)| !cells.is_empty()).collect()
}

/// A cell as JSON; dates become `YYYY-MM-DD`, errors of the sheet are blank.
fn cell_value(cell: &Data) -> Value {
    match cell {
        Data::Int(number) => Value::from(*number),
        // Whole numbers are kept whole, so that an id of 12 does not become 12.0.
        Data::Float(number) => whole(*number).map_or_else(|| Value::from(*number), Value::from),
        Data::Bool(flag) => Value::Bool(*flag),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Value::String(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::String(text.clone()),
        Data::Error(_) | Data::Empty => Value::Null,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked before the cast")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

/// An ods says of a filled cell and of a row how often it is repeated, and its reader writes each out. What is no ods passes.
fn check_repeats(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
    let is_ods = bytes.starts_with(b"PK") && bytes.get(30..38) == Some(b"mimetype");
    if !is_ods {
        return Ok(());
    }
    let mut cells = 0_usize;
    for (_, content) in bundle::entries(path, bytes, "content.xml", &Silent)? {
        let content = String::from_utf8_lossy(&content);
        cells = cells.saturating_add(repeated(&content));
        if cells > MOST_CELLS {
            let what = Message::new("import.too-many-cells").count("most", MOST_CELLS);
            return Err(ImportError::NotThis { path: path.to_owned(), what });
        }
    }
    Ok(())
}

/// Cells that the repeats of a sheet come to: empty ones count where filled ones follow them.
fn repeated(content: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(content);
    let (mut cells, mut waiting) = (0_usize, 0_usize);
    loop {
        let (tag, filled) = match reader.read_event() {
            Ok(Event::Start(tag)) => (tag, true),
            Ok(Event::Empty(tag)) => (tag, false),
            // What is broken its reader refuses.
            Ok(Event::Eof) | Err(_) => return cells,
            Ok(_) => continue,
        };
        match tag.local_name().as_ref() {
            "table-row" => waiting = 0,
            "table-cell" | "covered-table-cell" => {
                let times = |name: &str| tag.try_get_attribute(name).ok().flatten();
                let count = times("table:number-columns-repeated")
                    .and_then(|found| found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.parse::<usize>().ok());
                let count = count.unwrap_or(1).min(1 << 14);
                let filled = filled || times("office:value").is_some() || times("table:formula").is_some();
                if filled {
                    cells = cells.saturating_add(waiting + count);
                    waiting = 0;
                } else {
                    waiting = (waiting + count).min(1 << 14);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(mut book: rust_xlsxwriter::Workbook) -> Vec<u8> {
        book.save_to_buffer().expect("saved")
    }

    fn only(book: rust_xlsxwriter::Workbook) -> Table {
        let (mut sheets, told) = read(Path::new("t.xlsx"), saved(book)).expect("a table");
        assert_eq!((sheets.len(), told.len()), (1, 0));
        sheets.remove(0).table
    }

    #[test]
    fn workbooks_are_read() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(1, 0, ["编号", "户数"]).expect("written");
        sheet.write_row(2, 0, [12.0, 34.5]).expect("written");
        let table = only(book);
        assert_eq!(table.headers, ["编号", "户数"]);
        assert_eq!(table.rows, [[Value::from(12), Value::from(34.5)]]);
        assert_eq!(table.lines, [3]);
        assert!(read(Path::new("t.xlsx"), b"no workbook".to_vec()).is_err());
    }

    #[test]
    fn a_cell_in_the_farthest_corner_does_not_make_a_giant() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["编号", "户数"]).expect("written");
        sheet.write_row(1, 0, [1.0, 20.0]).expect("written");
        sheet.write_string(1_048_575, 16_383, "x").expect("written");
        let table = only(book);
        assert_eq!(table.headers, ["编号", "户数"]);
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.notes.iter().map(Message::key).collect::<Vec<_>>(), ["import.far-cells"]);
    }

    #[test]
    fn repeats_are_counted_before_they_are_written_out() {
        let row = |cell: &str| format!("<table:table-row>{cell}</table:table-row>");
        let empty = r#"<table:table-cell table:number-columns-repeated="16380"/>"#;
        let filled = r#"<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p></table:table-cell>"#;
        assert_eq!(repeated(&row(empty)), 0);
        assert_eq!(repeated(&row(&format!("<table:table-cell><text:p>1</text:p></table:table-cell>{empty}"))), 1);
        assert_eq!(repeated(&row(filled)), 1 << 14);
        assert_eq!(repeated(&row(&format!("{empty}{filled}"))), 16_380 + (1 << 14));
    }
}
