//! Ledgers in a file: the one of a text table, or those of the sheets of a workbook, and which of them are joined.
//!
//! Where nobody chose, the sheets that are shown and speak of compounds are joined. Every other sheet is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::bundle::check_workbook;
use super::choice::{Choice, key};
use super::error::ImportError;
use super::formats::{TABLE_ENDINGS, ending};
use super::row::Mapping;
use super::table::{Table, csv_table, file_name};
use super::workbook::{self, Sheet};
use super::{csv_map, read_bytes};
use crate::base::Message;
use crate::model::LayerKind;

/// A ledger and whether it is joined where nobody chose.
pub(super) struct Found {
    /// The sheet of a workbook that has several.
    pub(super) sheet: Option<String>,
    pub(super) hidden: bool,
    pub(super) taken: bool,
    pub(super) table: Table,
}

/// The ledgers of a file, by its ending, at least one.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or is no table.
pub(super) fn find(path: &Path) -> Result<Vec<Found>, ImportError> {
    let ending = ending(path);
    if !TABLE_ENDINGS.contains(&ending.as_str()) {
        return Err(ImportError::UnknownFormat { path: path.to_owned(), known: TABLE_ENDINGS.join(", ") });
    }
    let bytes = read_bytes(path)?;
    if csv_map::is_text(&ending) {
        let table = csv_table(path, &bytes)?.without_sums();
        return Ok(vec![Found { sheet: None, hidden: false, taken: true, table }]);
    }
    check_workbook(path, &bytes)?;
    let (sheets, told) = workbook::read(path, bytes)?;
    let several = sheets.len() > 1;
    let taken = taken(&sheets);
    let found = |(Sheet { name, hidden, mut table }, taken): (Sheet, bool)| {
        if hidden {
            table.notes.push(Message::new("import.sheet-hidden").text("sheet", name.as_str()));
        }
        Found { sheet: several.then_some(name), hidden, taken, table }
    };
    let mut found: Vec<Found> = sheets.into_iter().zip(taken).map(found).collect();
    if let Some(first) = found.iter_mut().find(|found| found.taken) {
        first.table.notes.extend(told);
    }
    Ok(found)
}

/// Which sheets are joined of themselves: those shown that name compounds and say something of them; else the first shown
/// that names them; else the first shown, which is the one to be asked about.
fn taken(sheets: &[Sheet]) -> Vec<bool> {
    let mapping = |sheet: &Sheet| Mapping::new(LayerKind::Compounds, sheet.table.headers.iter().map(String::as_str), None);
    let is_key = |fact: &str| matches!(fact, "source_id" | "name");
    let names = |sheet: &Sheet| !sheet.hidden && mapping(sheet).targets().flatten().any(is_key);
    let speaks = |sheet: &Sheet| names(sheet) && mapping(sheet).targets().flatten().any(|fact| !is_key(fact));
    if sheets.iter().any(speaks) {
        return sheets.iter().map(speaks).collect();
    }
    let first = sheets.iter().position(names).or_else(|| sheets.iter().position(|sheet| !sheet.hidden)).unwrap_or(0);
    (0..sheets.len()).map(|place| place == first).collect()
}

/// Reads the ledgers of a file that are joined, with what was settled for each by its key; `member` is the name of the file in
/// its folder or zip. The first says which others there are.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or is no table.
pub fn read_ledgers(path: &Path, member: &str, choices: &BTreeMap<String, Choice>) -> Result<Vec<Table>, ImportError> {
    let found = find(path)?;
    let several = found.len() > 1;
    let mut left: Vec<String> = Vec::new();
    let mut tables: Vec<Table> = Vec::new();
    for (place, Found { sheet, taken, table, .. }) in found.into_iter().enumerate() {
        let choice = choices.get(&key(member, place));
        if choice.map_or(taken, |choice| !choice.leave_out) {
            tables.push(Table { choice: choice.cloned().unwrap_or_default(), ..table });
        } else {
            left.extend(sheet);
        }
    }
    if let Some(first) = tables.first_mut().filter(|_| several && !left.is_empty()) {
        first.notes.push(Message::new("import.sheets-left").count("count", left.len()).text("sheets", left.join(", ")));
    }
    Ok(tables)
}

/// Every table of a file, those of hidden sheets too.
///
/// # Errors
/// [`ImportError`] when the file cannot be read or is no table.
pub(super) fn every_table(path: &Path) -> Result<Vec<Table>, ImportError> {
    Ok(find(path)?.into_iter().map(|found| found.table).collect())
}

/// The sheet of a workbook that is asked for by its name, hidden or not.
///
/// # Errors
/// [`ImportError`] when the file cannot be read, is no workbook or has no such sheet: the sheets there are, are named.
pub fn read_sheet(path: &Path, sheet: &str) -> Result<Table, ImportError> {
    let ahead = format!("{}#", file_name(path));
    let mut found = find(path)?;
    let name = |found: &Found| found.table.name.strip_prefix(&ahead).unwrap_or_default().to_owned();
    if let Some(place) = found.iter().position(|found| name(found) == sheet) {
        return Ok(found.swap_remove(place).table);
    }
    let sheets: Vec<String> = found.iter().map(name).collect();
    let what = Message::new("import.no-such-sheet").text("sheet", sheet).text("sheets", sheets.join(", "));
    Err(ImportError::NotThis { path: path.to_owned(), what })
}

/// A path that may name a sheet behind a `#`, as `ledger.xlsx#Sheet`: the file, and the sheet if one is named. A file whose own
/// name is written so is that file.
#[must_use]
pub fn sheet_asked(path: &Path) -> (PathBuf, Option<String>) {
    let Some(text) = path.to_str().filter(|_| !path.exists()) else { return (path.to_owned(), None) };
    let splits = text.match_indices('#').map(|(at, _)| (Path::new(&text[..at]), &text[at + 1..]));
    let is_book = |file: &Path| {
        let ending = ending(file);
        file.is_file() && TABLE_ENDINGS.contains(&ending.as_str()) && !csv_map::is_text(&ending)
    };
    let mut books = splits.filter(|(file, _)| is_book(file));
    books.next().map_or_else(|| (path.to_owned(), None), |(file, sheet)| (file.to_owned(), Some(sheet.to_owned())))
}
