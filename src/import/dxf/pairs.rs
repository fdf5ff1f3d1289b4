//! The tags of a DXF: a number that says what comes, and the value. As text two lines each, or as binary.
//!
//! Nothing is copied: texts are the bytes of the file. Where a file is damaged a [`Pair`] with the number [`BROKEN`] comes,
//! and text goes on at the next thing that looks like the beginning of a record; binary has no such place and ends.

/// Stands where tags of the file cannot be read.
pub(super) const BROKEN: i32 = i32::MIN;

/// The first bytes of a binary DXF.
const BINARY: &[u8] = b"AutoCAD Binary DXF\r\n\x1a\0";

/// A value as it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(&'a [u8]),
    Real(f64),
    Whole(i64),
}

/// A tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair<'a> {
    pub(super) code: i32,
    value: Value<'a>,
}

impl<'a> Pair<'a> {
    /// The value as text; empty where it is a binary number.
    pub(super) fn text(&self) -> &'a [u8] {
        if let Value::Text(text) = self.value { text } else { b"" }
    }

    /// The value as a finite number.
    pub(super) fn real(&self) -> Option<f64> {
        let number = match self.value {
            Value::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok()?,
            Value::Real(number) => number,
            #[expect(clippy::cast_precision_loss, reason = "whole numbers of drawings are small")]
            Value::Whole(number) => number as f64,
        };
        Some(number).filter(|number: &f64| number.is_finite())
    }

    /// The value as a whole number.
    pub(super) fn whole(&self) -> Option<i64> {
        match self.value {
            Value::Text(text) => {
                let text = std::str::from_utf8(text).ok()?.trim();
                text.parse().ok().or_else(|| self.real().and_then(whole_of))
            }
            Value::Whole(number) => Some(number),
            Value::Real(number) => whole_of(number),
        }
    }
}

/// Some writers put a point behind whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole_of(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// How tags are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    /// Numbers of tags take two bytes since R13, one before.
    Binary {
        wide: bool,
    },
}

/// The tags of a file, one after another.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a> {
    bytes: &'a [u8],
    at: usize,
    form: Form,
}

impl<'a> Pairs<'a> {
    /// The tags of a file; `None` when it does not begin as one.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        if bytes.starts_with(BINARY) {
            let wide = bytes.get(BINARY.len() + 1) == Some(&0);
            let start = Self { bytes, at: BINARY.len(), form: Form::Binary { wide } };
            return start.clone().next().filter(|first| first.code == 0).map(|_| start);
        }
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut start = Self { bytes, at, form: Form::Text };
        let blank = start.bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        start.at += blank;
        let mut ahead = start.clone();
        // Comments may stand before the first section.
        let first = ahead.find(|pair| pair.code != 999)?;
        (first.code == 0 && first.text() == b"SECTION").then_some(start)
    }

    /// Bytes that have been read.
    pub(super) fn done(&self) -> usize {
        self.at
    }

    fn line(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.at += (end + 1).min(rest.len());
        let line = &rest[..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn text_pair(&mut self) -> Option<Pair<'a>> {
        let code = self.line()?;
        let number = std::str::from_utf8(code).ok().and_then(|code| code.trim().parse().ok());
        let Some(code) = number.filter(|code| (-5..=1071).contains(code)) else {
            // Blank lines at the end are none of the file.
            if code.trim_ascii().is_empty() && self.bytes[self.at..].trim_ascii().is_empty() {
                return None;
            }
            self.skip_to_record();
            return Some(broken());
        };
        let Some(value) = self.line() else { return Some(broken()) };
        // Blanks inside a text are the text's own; names and numbers have them as padding.
        let value = if code == 1 || code == 3 { value } else { value.trim_ascii() };
        Some(Pair { code, value: Value::Text(value) })
    }

    /// Goes on to a line with a zero before a line that begins with a capital letter.
    fn skip_to_record(&mut self) {
        let mut zero_at = None;
        loop {
            let at = self.at;
            let Some(line) = self.line() else { return };
            match zero_at {
                Some(zero) if line.first().is_some_and(u8::is_ascii_uppercase) => {
                    self.at = zero;
                    return;
                }
                _ => zero_at = (line.trim_ascii() == b"0").then_some(at),
            }
        }
    }

    fn binary(&mut self, wide: bool) -> Option<Pair<'a>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let pair = self.binary_pair(wide);
        if pair.is_none() {
            self.at = self.bytes.len();
        }
        Some(pair.unwrap_or_else(broken))
    }

    fn binary_pair(&mut self, wide: bool) -> Option<Pair<'a>> {
        let code = if wide { i16::from_le_bytes(self.take()?) } else { i16::from(u8::from_le_bytes(self.take()?)) };
        let code = i32::from(if code == 255 && !wide { i16::from_le_bytes(self.take()?) } else { code });
        let value = match code {
            10..=59 | 110..=149 | 210..=239 | 460..=469 | 1010..=1059 => Value::Real(f64::from_le_bytes(self.take()?)),
            60..=79 | 170..=179 | 270..=289 | 370..=389 | 400..=409 | 1060..=1070 => {
                Value::Whole(i16::from_le_bytes(self.take()?).into())
            }
            90..=99 | 420..=429 | 440..=459 | 1071 => Value::Whole(i32::from_le_bytes(self.take()?).into()),
            160..=169 => Value::Whole(i64::from_le_bytes(self.take()?)),
            290..=299 => Value::Whole(u8::from_le_bytes(self.take()?).into()),
            310..=319 | 1004 => {
                let length = usize::from(u8::from_le_bytes(self.take()?));
                let chunk = self.bytes.get(self.at..self.at + length)?;
                self.at += length;
                Value::Text(chunk)
            }
            0..=9 | 100..=109 | 300..=309 | 320..=369 | 390..=399 | 410..=419 | 430..=439 | 470..=481 | 999..=1009 => {
                let rest = self.bytes.get(self.at..)?;
                let end = rest.iter().position(|byte| *byte == 0)?;
                self.at += end + 1;
                Value::Text(&rest[..end])
            }
            _ => return None,
        };
        Some(Pair { code, value })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = *self.bytes.get(self.at..)?.first_chunk()?;
        self.at += N;
        Some(taken)
    }
}

fn broken<'a>() -> Pair<'a> {
    Pair { code: BROKEN, value: Value::Whole(0) }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        match self.form {
            Form::Text => self.text_pair(),
            Form::Binary { wide } => self.binary(wide),
        }
    }
}

/// Everything from one tag with the number 0 to the next: a section, a block, an entity.
#[derive(Clone, Debug, Default)]
pub(super) struct Record<'a> {
    /// `LINE`, `SECTION`, `EOF`.
    pub(super) kind: &'a [u8],
    pub(super) pairs: Vec<Pair<'a>>,
    /// Some of its tags could not be read, or the file ends within it.
    pub(super) broken: bool,
}

impl<'a> Record<'a> {
    /// The first tag of a number.
    pub(super) fn first(&self, code: i32) -> Option<&Pair<'a>> {
        self.pairs.iter().find(|pair| pair.code == code)
    }

    pub(super) fn real(&self, code: i32) -> Option<f64> {
        self.first(code)?.real()
    }

    pub(super) fn whole(&self, code: i32) -> Option<i64> {
        self.first(code)?.whole()
    }

    pub(super) fn text(&self, code: i32) -> &'a [u8] {
        self.first(code).map_or(b"", Pair::text)
    }
}

/// The records of a file.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    pairs: Pairs<'a>,
    /// The kind of the record that comes next.
    kind: Option<&'a [u8]>,
}

impl<'a> Records<'a> {
    /// The records behind what stands before the first of them.
    pub(super) fn new(mut pairs: Pairs<'a>) -> Self {
        let kind = pairs.find(|pair| pair.code == 0).map(|pair| pair.text());
        Self { pairs, kind }
    }

    /// Bytes that have been read.
    pub(super) fn done(&self) -> usize {
        self.pairs.done()
    }

    /// The kind of the record that comes next.
    pub(super) fn peek(&self) -> Option<&'a [u8]> {
        self.kind
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let mut record = Record { kind: self.kind.take()?, ..Record::default() };
        for pair in self.pairs.by_ref() {
            match pair.code {
                0 => {
                    self.kind = Some(pair.text());
                    return Some(record);
                }
                BROKEN => record.broken = true,
                _ => record.pairs.push(pair),
            }
        }
        record.broken |= record.kind != b"EOF";
        Some(record)
    }
}
