//! The price book as a table, so that several plans share one: `code,name,unit,amount_yuan,source,dated`.

use std::io::Write;
use std::path::Path;

use super::ExportError;
use super::geojson::Replacing;
use crate::i18n::{Lang, tr};
use crate::model::Content;

/// Writes every entry of the catalogue, priced or not: what has no price has a blank amount to be filled in.
///
/// # Errors
/// [`ExportError`] when the file cannot be written.
pub fn write_prices(content: &Content, lang: Lang, path: &Path) -> Result<(), ExportError> {
    let io = |source: std::io::Error| ExportError::Io { file: path.to_path_buf(), source };
    let mut file = Replacing::create(path).map_err(io)?;
    // Excel takes a table for UTF-8 by this mark alone.
    file.out.write_all("\u{feff}".as_bytes()).map_err(io)?;
    let mut table = csv::Writer::from_writer(&mut file.out);
    let mut record = |cells: [&str; 6]| table.write_record(cells).map_err(|error| io(error.into()));
    record(["code", "name", "unit", "amount_yuan", "source", "dated"])?;
    for entry in &content.catalogue.entries {
        let price = content.prices.get(&entry.code);
        let amount = price.map(|price| {
            let (sign, fen) = (if price.amount.fen() < 0 { "-" } else { "" }, price.amount.fen().unsigned_abs());
            format!("{sign}{}.{:02}", fen / 100, fen % 100)
        });
        let name = if lang == Lang::Zh { &entry.zh } else { &entry.en };
        let unit = tr(lang, &entry.unit.message());
        let (source, dated) = price.map_or(("", ""), |price| (&price.source, &price.dated));
        record([&entry.code.0, name, &unit, amount.as_deref().unwrap_or_default(), source, dated])?;
    }
    table.flush().map_err(io)?;
    drop(table);
    file.finish(path).map_err(io)
}
