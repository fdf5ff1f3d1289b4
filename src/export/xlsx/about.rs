//! The first sheet: what the workbook is of, and which sheets it has.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::Book;
use super::table::set_height;
use crate::base::Message;
use crate::export::Stamp;
use crate::export::features::approximate_layers;

pub(super) fn write(sheet: &mut Worksheet, book: &Book<'_>, stamp: &Stamp, names: &[String]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    sheet.set_name(book.sheet(&Message::new("export.xlsx-about")))?;
    sheet.set_column_width(0, 22)?.set_column_width(1, 90)?;
    let title = if stamp.title.is_empty() { book.say(&Message::new("export.untitled")) } else { stamp.title.clone() };
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    // A larger letter asks for a higher row.
    set_height(sheet, 0, 2)?;
    let mut line = 2;
    for (label, value) in stamp.lines(book.lang) {
        sheet.write_string_with_format(line, 0, label, &bold)?;
        sheet.write_string_with_format(line, 1, value, &wrapped)?;
        line += 1;
    }
    line += 1;
    for note in
        std::iter::once(book.say(&Message::new("export.unofficial"))).chain(approximate_layers(book.input.content, book.lang))
    {
        sheet.write_string_with_format(line, 0, note, &bold)?;
        line += 1;
    }
    line += 1;
    sheet.write_string_with_format(line, 0, book.say(&Message::new("export.xlsx-sheets")), &bold)?;
    for name in names {
        line += 1;
        sheet.write_url_with_text(line, 0, format!("internal:'{}'!A1", name.replace('\'', "''")).as_str(), name)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}
