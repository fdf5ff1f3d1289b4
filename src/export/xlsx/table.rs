//! A table as data: columns with heads and number forms, rows of values, and how it is put on a sheet.
//!
//! A new table is a function that gives one; writing, freezing, filters, print set-up and totals follow from it.

use rust_xlsxwriter::{Color, DataValidation, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

use crate::base::Message;
use crate::i18n::decimal;

/// Letters that a cell holds, at most.
const MOST_LETTERS: usize = 32_767;

/// Rows of data on a sheet, at most: what the format has, less the head and the totals.
pub(in crate::export) const MOST_ROWS: usize = 1_048_574;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum Kind {
    Text,
    /// Text that goes on in further lines.
    Long,
    Year,
    Whole,
    /// A number with so many decimals.
    Real(u8),
    /// A share, shown as percent.
    Share,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::export) struct Column {
    pub(in crate::export) head: Message,
    pub(in crate::export) kind: Kind,
    pub(in crate::export) width: f64,
    /// The last row has its sum.
    pub(in crate::export) summed: bool,
    /// The only words that may be put in; empty where any may.
    pub(in crate::export) choices: Vec<String>,
    /// For reading back only: it does not come on paper. Columns behind it do not either.
    pub(in crate::export) unprinted: bool,
}

impl Column {
    pub(in crate::export) const fn new(head: Message, kind: Kind, width: f64) -> Self {
        Self { head, kind, width, summed: false, choices: Vec::new(), unprinted: false }
    }

    pub(in crate::export) const fn summed(mut self) -> Self {
        self.summed = true;
        self
    }

    pub(in crate::export) const fn unprinted(mut self) -> Self {
        self.unprinted = true;
        self
    }

    pub(in crate::export) fn one_of(mut self, choices: Vec<String>) -> Self {
        self.choices = choices;
        self
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::export) enum Value {
    Empty,
    Text(String),
    Number(f64),
    /// A formula without its equals sign, and what it comes to.
    Formula(String, f64),
}

impl Value {
    pub(in crate::export) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    pub(in crate::export) fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    pub(in crate::export) fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Empty, Self::Number)
    }

    pub(in crate::export) fn whole<T: Into<f64>>(value: Option<T>) -> Self {
        Self::number(value.map(Into::into))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of features")]
    pub(in crate::export) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    /// A formula that counts.
    #[expect(clippy::cast_precision_loss, reason = "counts of features")]
    pub(in crate::export) fn counted(formula: String, count: usize) -> Self {
        Self::Formula(formula, count as f64)
    }

    /// For people to read; nothing where there is nothing.
    pub(in crate::export) fn plain(&self, kind: Kind) -> String {
        let number = |value: f64| match kind {
            Kind::Year | Kind::Text | Kind::Long => format!("{value}"),
            Kind::Whole => decimal(value, 0),
            Kind::Real(decimals) => decimal(value, decimals.into()),
            Kind::Share => format!("{}%", decimal(value * 100.0, 1)),
        };
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(value) | Self::Formula(_, value) => number(*value),
        }
    }

    fn amount(&self) -> f64 {
        match self {
            Self::Number(value) | Self::Formula(_, value) => *value,
            Self::Empty | Self::Text(_) => 0.0,
        }
    }
}

/// A table; its rows may be more than a sheet holds.
pub(in crate::export) struct Table {
    /// Name of the sheet.
    pub(in crate::export) name: String,
    pub(in crate::export) columns: Vec<Column>,
    pub(in crate::export) rows: Vec<Vec<Value>>,
}

/// What is told of a table that was written.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::export) struct Fitted {
    /// Texts that were cut.
    pub(in crate::export) cut: usize,
    /// Rows that the sheet had no room for.
    pub(in crate::export) left: usize,
}

/// A range of a column of a table, for formulas of other sheets: `'Name'!$C$2:$C$99`.
pub(in crate::export) fn range(sheet: &str, column: usize, rows: usize) -> String {
    let letters = letters(column);
    format!("'{}'!${letters}$2:${letters}${}", sheet.replace('\'', "''"), rows.max(1) + 1)
}

/// The letters of a column from 0: A, Z, AA.
pub(in crate::export) fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut out = Vec::new();
    while left > 0 {
        out.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    out.into_iter().rev().collect()
}

/// Papers as the format numbers them.
const A3: u8 = 8;
const A4: u8 = 9;
/// So many digits side by side are still read when A4 holds a table in its width.
const A4_HOLDS: f64 = 150.0;

/// The formats of a sheet, made once.
struct Formats {
    head: Format,
    total: Format,
    /// By column, plain and for texts that begin like a formula.
    cells: Vec<[Format; 2]>,
    totals: Vec<Format>,
}

impl Formats {
    fn of(columns: &[Column]) -> Self {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0xEA_F1FB))
            .set_border_bottom(FormatBorder::Thin);
        let total = Format::new().set_bold().set_border_top(FormatBorder::Thin);
        let number = |format: Format, kind: Kind| match kind {
            Kind::Text => format,
            Kind::Long => format.set_text_wrap(),
            Kind::Year => format.set_num_format("0"),
            Kind::Whole | Kind::Real(0) => format.set_num_format("#,##0"),
            Kind::Real(decimals) => format.set_num_format(format!("#,##0.{}", "0".repeat(decimals.into()))),
            Kind::Share => format.set_num_format("0.0%"),
        };
        let plain = Format::new().set_align(FormatAlign::Top);
        let cell = |column: &Column| {
            let format = number(plain.clone(), column.kind);
            [format.clone(), format.set_quote_prefix()]
        };
        Self {
            head,
            cells: columns.iter().map(cell).collect(),
            totals: columns.iter().map(|column| number(total.clone(), column.kind)).collect(),
            total,
        }
    }
}

/// Whether a spreadsheet that is given the text anew would take it for a formula.
fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text as a cell may have it; says whether it was cut.
fn fitting(text: &str) -> (String, bool) {
    // What XML has no place for would make the file unreadable.
    let clean = |c: char| if (c.is_control() && c != '\n') || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c };
    // The format counts in units of UTF-16.
    let mut units = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(clean) {
        units += c.len_utf16();
        if units >= MOST_LETTERS {
            out.push('…');
            return (out, true);
        }
        out.push(c);
    }
    (out, false)
}

impl Table {
    /// Index of the column with that head.
    pub(in crate::export) fn column(&self, key: &str) -> usize {
        self.columns.iter().position(|column| column.head.key() == key).unwrap_or(0)
    }

    /// Puts the table on a sheet: heads in the first row, frozen; below, the rows; in the last, sums as formulas.
    pub(in crate::export) fn write(&self, sheet: &mut Worksheet, say: &dyn Fn(&Message) -> String) -> Result<Fitted, XlsxError> {
        let formats = Formats::of(&self.columns);
        let mut fitted = Fitted::default();
        for (at, column) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(0, at, say(&column.head), &formats.head)?;
        }
        let heads = self.columns.iter().map(|column| lines(&say(&column.head), column.width));
        set_height(sheet, 0, heads.max().unwrap_or(1))?;
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        fitted.left = self.rows.len() - rows.len();
        for (line, row) in (1_u32..).zip(rows) {
            for ((at, value), cell) in (0_u16..).zip(row).zip(&formats.cells) {
                fitted.cut += usize::from(put(sheet, [line, at.into()], value, cell)?);
            }
            let wrapped = row.iter().zip(&self.columns).filter(|(_, column)| matches!(column.kind, Kind::Long));
            let most =
                wrapped.map(|(value, column)| if let Value::Text(text) = value { lines(text, column.width) } else { 1 }).max();
            set_height(sheet, line, most.unwrap_or(1))?;
        }
        let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let wide = u16::try_from(self.columns.len().max(1) - 1).unwrap_or(u16::MAX);
        sheet.set_freeze_panes(1, 0)?;
        if last > 0 {
            sheet.autofilter(0, 0, last, wide)?;
            self.choices(sheet, last)?;
            self.totals(sheet, rows, &formats, say)?;
        }
        let on_paper = self.columns.iter().take_while(|column| !column.unprinted).count();
        let wide: f64 = self.columns[..on_paper].iter().map(|column| column.width).sum();
        let paper = if wide > A4_HOLDS { A3 } else { A4 };
        sheet.set_landscape().set_paper_size(paper).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        if let Some(right) = on_paper.checked_sub(1).filter(|_| on_paper < self.columns.len()) {
            let foot = last + u32::from(self.columns.iter().any(|column| column.summed));
            sheet.set_print_area(0, 0, foot, u16::try_from(right).unwrap_or(u16::MAX))?;
        }
        sheet.set_header("&L&A&R&P / &N");
        Ok(fitted)
    }

    fn choices(&self, sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
        for (at, column) in (0_u16..).zip(&self.columns).filter(|(_, column)| !column.choices.is_empty()) {
            let choices: Vec<&str> = column.choices.iter().map(String::as_str).collect();
            sheet.add_data_validation(1, at, last, at, &DataValidation::new().allow_list_strings(&choices)?)?;
        }
        Ok(())
    }

    fn totals(
        &self,
        sheet: &mut Worksheet,
        rows: &[Vec<Value>],
        formats: &Formats,
        say: &dyn Fn(&Message) -> String,
    ) -> Result<(), XlsxError> {
        if !self.columns.iter().any(|column| column.summed) {
            return Ok(());
        }
        let line = u32::try_from(rows.len() + 1).unwrap_or(u32::MAX);
        sheet.write_string_with_format(line, 0, say(&Message::new("export.xlsx-total")), &formats.total)?;
        for (at, _) in self.columns.iter().enumerate().filter(|(_, column)| column.summed) {
            let letters = letters(at);
            let formula = format!("=SUM({letters}2:{letters}{})", rows.len() + 1);
            let sum: f64 = rows.iter().filter_map(|row| row.get(at)).map(Value::amount).sum();
            let formula = Formula::new(formula).set_result(sum.to_string());
            sheet.write_formula_with_format(line, u16::try_from(at).unwrap_or(u16::MAX), formula, &formats.totals[at])?;
        }
        Ok(())
    }
}

/// Points of a line, and of the highest row that the format knows.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 409.0;

/// In how many lines a text is set in a column, whose width counts digits; a Chinese letter is as wide as two and some.
fn lines(text: &str, width: f64) -> usize {
    let wide = |c: char| if c.is_ascii() { 1.0 } else { 2.1 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few lines")]
    let of = |line: &str| (line.chars().map(wide).sum::<f64>() / (width - 1.0).max(1.0)).ceil().max(1.0) as usize;
    text.split('\n').map(of).sum()
}

/// Makes a row as high as its lines. Spreadsheets that do not look at wrapped texts when they open a file would show one.
pub(super) fn set_height(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), XlsxError> {
    if lines > 1 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        sheet.set_row_height(row, (lines as f64 * LINE).min(HIGHEST))?;
    }
    Ok(())
}

/// Writes a cell; says whether its text was cut.
fn put(sheet: &mut Worksheet, [line, at]: [u32; 2], value: &Value, formats: &[Format; 2]) -> Result<bool, XlsxError> {
    let at = u16::try_from(at).unwrap_or(u16::MAX);
    match value {
        Value::Empty => {
            sheet.write_blank(line, at, &formats[0])?;
        }
        Value::Number(number) => {
            sheet.write_number_with_format(line, at, *number, &formats[0])?;
        }
        Value::Formula(formula, result) => {
            let formula = Formula::new(format!("={formula}")).set_result(result.to_string());
            sheet.write_formula_with_format(line, at, formula, &formats[0])?;
        }
        Value::Text(text) => {
            let (text, cut) = fitting(text);
            let format = &formats[usize::from(looks_like_formula(&text))];
            sheet.write_string_with_format(line, at, text, format)?;
            return Ok(cut);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_texts() {
        assert_eq!([lines("", 20.0), lines("0123456789", 11.0), lines("0123456789+", 11.0)], [1, 1, 2]);
        assert_eq!([lines("管网老化；屋面渗漏", 30.0), lines("管网老化；屋面渗漏", 11.0), lines("a\nb\n", 30.0)], [1, 2, 3]);
    }

    #[test]
    fn columns_have_letters() {
        let named: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(letters).collect();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        assert_eq!(range("王's", 2, 10), "'王''s'!$C$2:$C$11");
    }

    #[test]
    fn texts_fit_and_stay_texts() {
        assert_eq!(fitting("a\u{1}b\nc"), ("a b\nc".to_owned(), false));
        let (long, cut) = fitting(&"字".repeat(40_000));
        assert!(cut && long.chars().count() == MOST_LETTERS && long.ends_with('…'));
        assert!(["=1+1", "+1", "-1", "@a"].into_iter().all(looks_like_formula) && !looks_like_formula("1-2"));
    }
}
