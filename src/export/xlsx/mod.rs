//! The workbook for the meeting: ledger, districts, what each compound needs, items with sums, pipes by owner, years out of
//! step, findings with their clauses, the matrix to sign and the sheet for comments.
//!
//! Sums are formulas that come to what the program says. Texts that look like formulas stay texts. Dates inside come from
//! the plan: the same plan gives the same bytes.

mod about;
mod comments;
pub(in crate::export) mod ledger;
mod network;
pub(in crate::export) mod owners;
pub(in crate::export) mod review;
pub(in crate::export) mod schedule;
mod table;
pub(in crate::export) mod works;

use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, Stamp, Written};
use crate::base::Message;
use crate::i18n::{Lang, tr};
use table::MOST_ROWS;
pub(in crate::export) use table::Table;

/// What every table is made from.
pub(in crate::export) struct Book<'a> {
    pub(in crate::export) input: &'a ExportInput<'a>,
    pub(in crate::export) lang: Lang,
}

impl Book<'_> {
    pub(in crate::export) fn say(&self, message: &Message) -> String {
        tr(self.lang, message)
    }

    /// The name of a sheet: at most 31 letters, none of those that formulas need.
    pub(super) fn sheet(&self, message: &Message) -> String {
        let bad = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
        self.say(message).chars().map(|c| if bad(c) { ' ' } else { c }).take(31).collect()
    }
}

/// Writes `tables.xlsx`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Written, ExportError> {
    let path = folder.join("tables.xlsx");
    let book = Book { input, lang: options.lang };
    let failed = |error: XlsxError| ExportError::Workbook { file: path.clone(), detail: error.to_string() };
    let (bytes, notes) = bytes(&book).map_err(failed)?;
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    file.out.write_all(&bytes).map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(Written { files: vec![path], notes })
}

fn bytes(book: &Book<'_>) -> Result<(Vec<u8>, Vec<Message>), XlsxError> {
    let stamp = Stamp::of_input(book.input);
    let mut workbook = Workbook::new();
    let (year, month, day) = stamp.day();
    let title = if stamp.title.is_empty() { book.say(&Message::new("export.untitled")) } else { stamp.title.clone() };
    let properties = DocProperties::new()
        .set_title(title)
        .set_author(format!("Lianpian {}", stamp.version))
        .set_comment(&stamp.plan_hash)
        .set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?);
    workbook.set_properties(&properties);
    let tables = tables(book, &stamp);
    let mut notes = Vec::new();
    let (mut cut, names) = (0, tables.iter().map(|table| table.name.clone()).collect::<Vec<_>>());
    about::write(workbook.add_worksheet(), book, &stamp, &names)?;
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.name)?;
        let fitted = table.write(sheet, &|message| book.say(message))?;
        sheet.set_footer(format!("&L{} {}", book.say(&Message::new("export.plan-hash")), stamp.short_hash()));
        cut += fitted.cut;
        if fitted.left > 0 {
            let note = Message::new("export.xlsx-rows-left").text("sheet", table.name.clone());
            notes.push(note.count("count", fitted.left).count("most", MOST_ROWS));
        }
    }
    if cut > 0 {
        notes.push(Message::new("export.xlsx-cut").count("count", cut));
    }
    Ok((workbook.save_to_buffer()?, notes))
}

/// Every table in the order of the sheets.
fn tables(book: &Book<'_>, stamp: &Stamp) -> Vec<Table> {
    let ledger = ledger::ledger(book);
    let items = works::items(book);
    let pipes = owners::pipes(book);
    let mut tables = vec![
        ledger::districts(book, &ledger, &items),
        ledger,
        works::needs(book),
        works::sums(book, &items),
        items,
        owners::owners(book, &pipes),
        pipes,
        owners::years(book),
        network::trunks(book),
        schedule::milestones(book),
        review::findings(book),
        review::signatures(book, stamp),
        comments::sheet(book, stamp),
    ];
    // The last sheet stays that of the comments.
    if let Some(clearance) = network::clearance(book) {
        tables.insert(tables.len() - 1, clearance);
    }
    tables.extend(review::opinions(book));
    tables.extend(review::comments(book));
    tables
}
