//! The `.dbf` file: a table of dBASE III and what `FoxPro` and ESRI added to it.
//!
//! Rows are cut out by the lengths in the header and held against the bytes that are there, so that no count in the file
//! is believed. Every row stays at its place, deleted ones too: shapes belong to rows by their order alone.

use encoding_rs::{Encoding, GB18030};
use serde_json::{Number, Value};

use super::encoding;
use crate::base::Message;

/// The most that fits into the eleven bytes of a name with their closing zero.
const NAME_BYTES: usize = 10;

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Name as it stands in the file.
    raw_name: Vec<u8>,
    /// Name.
    pub(super) name: String,
    /// The name fills its ten bytes: it is perhaps the beginning of a longer one.
    pub(super) cut: bool,
    kind: u8,
    start: usize,
    length: usize,
    decimals: u8,
}

/// A table.
pub(super) struct Table<'a> {
    /// Columns that are read.
    pub(super) fields: Vec<Field>,
    /// How text is encoded.
    pub(super) encoding: &'static Encoding,
    /// Names of columns whose values lie in a memo file or are of no use as text.
    pub(super) dropped: Vec<String>,
    /// Rows that the header promises and that the file does not hold.
    pub(super) missing: usize,
    rows: &'a [u8],
    row_length: usize,
    count: usize,
}

/// Reads the header and decides on the encoding: `told` is what a `.cpg` file says.
///
/// # Errors
/// A message when the header is none.
pub(super) fn open<'a>(bytes: &'a [u8], told: Option<&str>) -> Result<Table<'a>, Message> {
    let broken = || Message::new("import.dbf-broken");
    let short = |at: usize| bytes.get(at..)?.first_chunk().map(|raw| usize::from(u16::from_le_bytes(*raw)));
    let promised = bytes.get(4..8).and_then(|raw| raw.first_chunk()).map(|raw| u32::from_le_bytes(*raw)).ok_or_else(broken)?;
    let (header, row_length) = (short(8).ok_or_else(broken)?, short(10).ok_or_else(broken)?);
    let language = *bytes.get(29).ok_or_else(broken)?;
    if header < 33 || row_length < 1 {
        return Err(broken());
    }
    let mut fields = fields_of(bytes.get(32..header.min(bytes.len())).ok_or_else(broken)?, row_length);
    if fields.is_empty() {
        return Err(broken());
    }
    let rows = bytes.get(header..).unwrap_or_default();
    let (promised, held) = (usize::try_from(promised).unwrap_or(usize::MAX), rows.len() / row_length);
    let count = promised.min(held);
    let texts = || texts(&fields, rows, row_length, count);
    let encoding = encoding::decide(told, language, texts);
    for field in &mut fields {
        field.name = decoded(&field.raw_name, encoding);
    }
    let dropped = fields.iter().filter(|field| !is_read(field.kind)).map(|field| field.name.clone()).collect();
    fields.retain(|field| is_read(field.kind));
    Ok(Table { fields, encoding, dropped, missing: promised - count, rows, row_length, count })
}

/// Bytes that are text: names, and the values of text columns.
fn texts<'a>(fields: &'a [Field], rows: &'a [u8], row_length: usize, count: usize) -> impl Iterator<Item = &'a [u8]> {
    let names = fields.iter().map(|field| field.raw_name.as_slice());
    let rows = rows.chunks_exact(row_length).take(count);
    let values =
        rows.flat_map(|row| fields.iter().filter(|f| f.kind == b'C').filter_map(|f| row.get(f.start..f.start + f.length)));
    names.chain(values)
}

/// The descriptors of the columns. The length of a text column has a second byte where decimals would stand (`FoxPro`);
/// other programs leave rubbish there, so that it counts only when the columns then fill the row.
fn fields_of(list: &[u8], row_length: usize) -> Vec<Field> {
    let columns = || list.chunks_exact(32).take_while(|raw| raw[0] != 0x0D && raw[0] != 0);
    let long = |raw: &[u8]| usize::from(raw[16]) + if raw[11] == b'C' { usize::from(raw[17]) << 8 } else { 0 };
    let wide = columns().map(long).sum::<usize>() + 1 == row_length;
    let mut start = 1;
    let mut fields = Vec::new();
    for raw in columns() {
        let length = if wide { long(raw) } else { usize::from(raw[16]) };
        if start + length > row_length {
            break;
        }
        let raw_name: Vec<u8> = raw[..11].iter().copied().take_while(|byte| *byte != 0).collect();
        // Whole letters only are written by some programs: three bytes each in UTF-8, two in GBK.
        let full = if raw_name.is_ascii() { NAME_BYTES } else { NAME_BYTES - 2 };
        let cut = raw_name.len() >= full;
        fields.push(Field { raw_name, name: String::new(), cut, kind: raw[11], start, length, decimals: raw[17] });
        start += length;
    }
    fields
}

/// Kinds of columns with values of use. Memos (M) lie in another file; G, P and W are objects, 0 holds flags of `FoxPro`.
fn is_read(kind: u8) -> bool {
    !matches!(kind, b'M' | b'G' | b'P' | b'W' | b'0' | b'Q')
}

/// Text without the blanks and zeros that fill its field, and without a letter that the end of the field cut in two.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> String {
    let filled = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    let (text, _) = encoding.decode_without_bom_handling(encoding::whole(&bytes[..filled], encoding));
    text.trim().to_owned()
}

impl Table<'_> {
    /// Rows that the file holds, deleted ones among them.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether a row is marked as deleted.
    pub(super) fn is_deleted(&self, row: usize) -> bool {
        self.row(row).first() == Some(&b'*')
    }

    fn row(&self, row: usize) -> &[u8] {
        let start = row * self.row_length;
        if row < self.count { &self.rows[start..start + self.row_length] } else { &[] }
    }

    /// Values of a row in the order of the fields.
    pub(super) fn values(&self, row: usize) -> impl Iterator<Item = (&str, Value)> {
        let bytes = self.row(row);
        self.fields.iter().map(move |field| {
            let cell = bytes.get(field.start..field.start + field.length).unwrap_or_default();
            (field.name.as_str(), self.value(field, cell))
        })
    }

    fn value(&self, field: &Field, cell: &[u8]) -> Value {
        let text = || decoded(cell, self.encoding);
        match field.kind {
            b'N' | b'F' => number(&text(), field.decimals),
            b'L' => match cell.first() {
                Some(b'T' | b't' | b'Y' | b'y') => Value::Bool(true),
                Some(b'F' | b'f' | b'N' | b'n') => Value::Bool(false),
                _ => Value::Null,
            },
            b'D' => date(&text()),
            b'I' | b'+' => cell.first_chunk().map_or(Value::Null, |raw| i32::from_le_bytes(*raw).into()),
            // Of eight bytes, B is a number of FoxPro; of ten, the place of a memo of dBASE.
            b'O' | b'B' => real(cell),
            b'Y' => cell.first_chunk().map_or(Value::Null, |raw| money(i64::from_le_bytes(*raw))),
            b'T' | b'@' => moment(cell),
            _ => Some(text()).filter(|text| !text.is_empty()).map_or(Value::Null, Value::String),
        }
    }
}

fn real(cell: &[u8]) -> Value {
    let number = cell.first_chunk().and_then(|raw| Number::from_f64(f64::from_le_bytes(*raw)));
    number.map_or(Value::Null, Value::Number)
}

/// Ten-thousandths.
fn money(raw: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "sums of money are far below 2^53 ten-thousandths")]
    Number::from_f64(raw as f64 / 1e4).map_or(Value::Null, Value::Number)
}

/// A number written as text; stars mean that it did not fit, blanks that there is none. What is no number stays text.
fn number(text: &str, decimals: u8) -> Value {
    if text.is_empty() || text.bytes().all(|byte| byte == b'*') {
        return Value::Null;
    }
    if decimals == 0
        && let Ok(whole) = text.parse::<i64>()
    {
        return whole.into();
    }
    let real = text.replace(',', ".").parse::<f64>().ok().and_then(Number::from_f64);
    real.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// `YYYYMMDD` to `YYYY-MM-DD`; zeros mean that there is none.
fn date(text: &str) -> Value {
    if text.bytes().all(|byte| byte == b'0') {
        return Value::Null;
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Value::String(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]));
    }
    Value::String(text.to_owned())
}

/// Julian day and milliseconds, both little endian, to `YYYY-MM-DD`.
fn moment(cell: &[u8]) -> Value {
    let Some(day) = cell.first_chunk().map(|raw| i64::from(i32::from_le_bytes(*raw))).filter(|day| *day > 0) else {
        return Value::Null;
    };
    // E. G. Richards, Explanatory Supplement to the Astronomical Almanac (2013), §15.11.3.
    let f = day + 1401 + (((4 * day + 274_277) / 146_097) * 3) / 4 - 38;
    let e = 4 * f + 3;
    let h = 5 * ((e % 1461) / 4) + 2;
    let (day, month) = ((h % 153) / 5 + 1, (h / 153 + 2) % 12 + 1);
    let year = e / 1461 - 4716 + (14 - month) / 12;
    Value::String(format!("{year:04}-{month:02}-{day:02}"))
}

/// The encoding in which Chinese text is read when nothing says another.
pub(super) const CHINESE: &Encoding = GB18030;

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of one text column and one number, in a given encoding.
    fn table(name: &[u8], rows: &[(&[u8], &str)], language: u8) -> Vec<u8> {
        let mut bytes = vec![3, 124, 1, 1];
        bytes.extend(u32::try_from(rows.len()).expect("few").to_le_bytes());
        bytes.extend((32_u16 + 64 + 1).to_le_bytes());
        bytes.extend((1_u16 + 10 + 6).to_le_bytes());
        bytes.resize(29, 0);
        bytes.push(language);
        bytes.resize(32, 0);
        for (name, kind, length) in [(name, b'C', 10), (b"n", b'N', 6)] {
            let mut field = name[..name.len().min(11)].to_vec();
            field.resize(11, 0);
            field.extend([kind, 0, 0, 0, 0, length, 0]);
            field.resize(32, 0);
            bytes.extend(field);
        }
        bytes.push(0x0D);
        for (text, number) in rows {
            bytes.push(b' ');
            let mut text = text[..text.len().min(10)].to_vec();
            text.resize(10, b' ');
            bytes.extend(text);
            bytes.extend(format!("{number:>6}").as_bytes());
        }
        bytes
    }

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GBK.encode(text).0.into_owned()
    }

    fn texts_of(table: &Table<'_>) -> Vec<Value> {
        (0..table.len()).filter_map(|row| table.values(row).next()).map(|(_, value)| value).collect()
    }

    #[test]
    fn text_is_read_in_the_encoding_that_is_told_or_found() {
        let (name, value) = ("小区名称", "一二三四五");
        for (told, language) in [(Some("GBK"), 0), (Some("936"), 0), (None, 0x4D), (None, 0x7A), (None, 0), (None, 0x57)] {
            let bytes = table(&gbk(name), &[(&gbk(value), "12")], language);
            let table = open(&bytes, told).expect("a table");
            assert_eq!(table.fields[0].name, name, "{told:?} {language}");
            assert_eq!(texts_of(&table), [Value::from(value)]);
        }
        // UTF-8: three bytes a letter, and the fourth letter of name and value is cut in two.
        for told in [Some("UTF-8"), None] {
            let bytes = table(name.as_bytes(), &[(value.as_bytes(), "12")], 0);
            let table = open(&bytes, told).expect("a table");
            assert_eq!((table.fields[0].name.as_str(), table.fields[0].cut), ("小区名", true));
            assert_eq!(texts_of(&table), [Value::from("一二三")]);
        }
    }

    #[test]
    fn numbers_blanks_and_what_did_not_fit() {
        for (text, want) in [
            ("12", Value::from(12)),
            ("1.5", Value::from(1.5)),
            ("", Value::Null),
            ("******", Value::Null),
            ("x", Value::from("x")),
        ] {
            let bytes = table(b"t", &[(b"", text)], 0);
            let table = open(&bytes, None).expect("a table");
            assert_eq!(table.values(0).nth(1).map(|(_, value)| value), Some(want), "{text}");
        }
        assert_eq!(date("20260102"), Value::from("2026-01-02"));
        assert_eq!(date("00000000"), Value::Null);
        // 2 451 545 is noon of 1 January 2000.
        assert_eq!(moment(&2_451_545_i32.to_le_bytes()), Value::from("2000-01-01"));
    }

    #[test]
    fn a_count_that_the_file_does_not_hold_is_not_believed() {
        let mut bytes = table(b"t", &[(b"a", "1"), (b"b", "2")], 0);
        bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        let read = open(&bytes, None).expect("a table");
        assert_eq!((read.len(), read.missing), (2, u32::MAX as usize - 2));
        for end in 0..bytes.len() {
            if let Ok(table) = open(&bytes[..end], None) {
                (0..=table.len()).for_each(|row| table.values(row).for_each(drop));
            }
        }
    }
}
