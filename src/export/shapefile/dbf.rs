//! The table of a shapefile (dBASE III): fixed widths, names of ten letters, texts of 254 bytes.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::GBK;

use super::ShpEncoding;
use crate::export::geojson::Replacing;
use crate::gpkg::{Cell, Column, ColumnKind};

/// Bytes of a text, at most.
const MOST: usize = 254;
/// Letters of a name.
const NAME: usize = 10;
/// Digits behind the point of real numbers, and the width of all.
const DECIMALS: usize = 6;

/// A field, with its width as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    /// The name as the table has it.
    pub(super) short: String,
    kind: ColumnKind,
    width: usize,
}

impl Field {
    pub(super) fn is_cut(&self) -> bool {
        self.short != self.name
    }
}

/// What a table will hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    fields: Vec<Field>,
    encoding: ShpEncoding,
}

/// A name of at most ten letters that none of the others has.
fn shortened(name: &str, taken: &[Field]) -> String {
    let cut: String = name.chars().take(NAME).collect();
    let is_free = |short: &str| taken.iter().all(|field| field.short != short);
    let numbered = |n: usize| {
        let number = n.to_string();
        name.chars().take(NAME - number.len()).chain(number.chars()).collect::<String>()
    };
    if is_free(&cut) { cut } else { (1..1_000).map(numbered).find(|short| is_free(short)).unwrap_or_default() }
}

impl Table {
    pub(super) fn new(columns: &[Column], encoding: ShpEncoding) -> Self {
        let mut fields: Vec<Field> = Vec::with_capacity(columns.len());
        for column in columns {
            let short = shortened(column.name, &fields);
            let width = match column.kind {
                ColumnKind::Boolean | ColumnKind::Text => 1,
                ColumnKind::Integer | ColumnKind::Real => 4,
            };
            fields.push(Field { name: column.name.to_owned(), short, kind: column.kind, width });
        }
        Self { fields, encoding }
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }

    /// Makes room for a row.
    pub(super) fn measure(&mut self, cells: &[Cell]) {
        for (field, cell) in self.fields.iter_mut().zip(cells) {
            let (bytes, ..) = value(cell, field.kind, self.encoding);
            field.width = field.width.max(bytes.len());
        }
    }

    /// Makes room for the rows of another table of the same fields.
    pub(super) fn merge(&mut self, other: &Self) {
        for (field, other) in self.fields.iter_mut().zip(&other.fields) {
            field.width = field.width.max(other.width);
        }
    }
}

/// A value as bytes; whether it was cut, and how many letters the encoding lacks.
fn value(cell: &Cell, kind: ColumnKind, encoding: ShpEncoding) -> (Vec<u8>, bool, usize) {
    let plain = |text: String| (text.into_bytes(), false, 0);
    match (cell, kind) {
        // A blank is no for GDAL; this is neither yes nor no.
        (Cell::Null, ColumnKind::Boolean) => plain("?".to_owned()),
        (Cell::Null, _) => (Vec::new(), false, 0),
        (Cell::Boolean(value), ColumnKind::Boolean) => plain(if *value { "T" } else { "F" }.to_owned()),
        (Cell::Boolean(value), _) => plain(u8::from(*value).to_string()),
        (Cell::Integer(value), _) => plain(value.to_string()),
        // dBASE has no place for numbers that are none.
        (Cell::Real(value), _) if !value.is_finite() => (Vec::new(), false, 0),
        (Cell::Real(value), _) => plain(format!("{value:.DECIMALS$}")),
        (Cell::Text(text), _) => text_bytes(text, encoding),
    }
}

fn text_bytes(text: &str, encoding: ShpEncoding) -> (Vec<u8>, bool, usize) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut lost = 0;
    for c in text.chars() {
        // A line break would end the record for some readers.
        let c = if c.is_control() { ' ' } else { c };
        let mut buffer = [0; 4];
        let letter = &*c.encode_utf8(&mut buffer);
        let coded = match encoding {
            ShpEncoding::Utf8 => letter.as_bytes().to_vec(),
            ShpEncoding::Gbk => match GBK.encode(letter) {
                (_, _, true) => {
                    lost += 1;
                    b"?".to_vec()
                }
                (coded, ..) => coded.into_owned(),
            },
        };
        if bytes.len() + coded.len() > MOST {
            return (bytes, true, lost);
        }
        bytes.extend(coded);
    }
    (bytes, false, lost)
}

/// A table while it is written.
pub(super) struct Writing {
    table: Table,
    file: Replacing,
    day: (u16, u8, u8),
    rows: u32,
    cut: usize,
    lost: usize,
}

impl Writing {
    pub(super) fn create(base: &Path, table: Table, day: (u16, u8, u8)) -> io::Result<Self> {
        let mut file = Replacing::create(&base.with_extension("dbf"))?;
        file.out.write_all(&vec![0; 32 + 32 * table.fields.len() + 1])?;
        Ok(Self { table, file, day, rows: 0, cut: 0, lost: 0 })
    }

    pub(super) fn add(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.rows += 1;
        self.file.out.write_all(b" ")?;
        for (field, cell) in self.table.fields.iter().zip(cells) {
            let (bytes, cut, lost) = value(cell, field.kind, self.table.encoding);
            self.cut += usize::from(cut);
            self.lost += lost;
            let blank = vec![b' '; field.width.saturating_sub(bytes.len())];
            let is_number = matches!(field.kind, ColumnKind::Integer | ColumnKind::Real);
            let (first, then) = if is_number { (blank, bytes) } else { (bytes, blank) };
            self.file.out.write_all(&first)?;
            self.file.out.write_all(&then)?;
        }
        Ok(())
    }

    /// Gives the count of cut values and of letters that were lost.
    pub(super) fn finish(self, base: &Path) -> io::Result<(usize, usize)> {
        let Self { table, mut file, day, rows, cut, lost } = self;
        file.out.write_all(b"\x1a")?;
        file.out.flush()?;
        file.out.seek(SeekFrom::Start(0))?;
        file.out.write_all(&head(&table, day, rows))?;
        file.finish(&base.with_extension("dbf"))?;
        Ok((cut, lost))
    }
}

fn head(table: &Table, (year, month, day): (u16, u8, u8), rows: u32) -> Vec<u8> {
    let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
    let mut head = vec![3, u8::try_from(year.saturating_sub(1900)).unwrap_or(u8::MAX), month, day];
    head.extend(rows.to_le_bytes());
    head.extend(narrow(32 + 32 * table.fields.len() + 1));
    head.extend(narrow(1 + table.fields.iter().map(|field| field.width).sum::<usize>()));
    head.extend([0; 17]);
    // Language of the driver: 0x4D is code page 936; none is told for UTF-8.
    head.push(if table.encoding == ShpEncoding::Gbk { 0x4D } else { 0 });
    head.extend([0; 2]);
    for field in &table.fields {
        let mut name = [0; 11];
        for (to, from) in name.iter_mut().zip(field.short.bytes().take(NAME)) {
            *to = from;
        }
        head.extend(name);
        let (kind, decimals) = match field.kind {
            ColumnKind::Boolean => (b'L', 0),
            ColumnKind::Integer => (b'N', 0),
            ColumnKind::Real => (b'N', DECIMALS),
            ColumnKind::Text => (b'C', 0),
        };
        head.push(kind);
        head.extend([0; 4]);
        head.push(u8::try_from(field.width).unwrap_or(u8::MAX));
        head.push(u8::try_from(decimals).unwrap_or(0));
        head.extend([0; 14]);
    }
    head.push(0x0D);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_stay_unlike() {
        let columns = ["street_office", "street_officer", "id"].map(Column::text);
        let table = Table::new(&columns, ShpEncoding::Utf8);
        let shorts: Vec<&str> = table.fields().map(|field| field.short.as_str()).collect();
        assert_eq!(shorts, ["street_off", "street_of1", "id"]);
        assert_eq!(table.fields().filter(|field| field.is_cut()).count(), 2);
    }

    #[test]
    fn what_nobody_answered_is_no_no() {
        let bytes = |cell| value(&cell, ColumnKind::Boolean, ShpEncoding::Gbk).0;
        assert_eq!(
            [Cell::Null, Cell::Boolean(false), Cell::Boolean(true)].map(bytes),
            [b"?".to_vec(), b"F".to_vec(), b"T".to_vec()]
        );
    }

    #[test]
    fn texts_are_cut_between_letters() {
        let (bytes, cut, lost) = text_bytes(&"临".repeat(100), ShpEncoding::Utf8);
        assert_eq!((bytes.len(), cut, lost), (252, true, 0));
        let (bytes, cut, lost) = text_bytes("临\n江𠮷", ShpEncoding::Gbk);
        assert_eq!((bytes, cut, lost), (b"\xC1\xD9 \xBD\xAD?".to_vec(), false, 1));
    }
}
