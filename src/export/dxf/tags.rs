//! The tags of a DXF, two lines each, and how texts get into them.
//!
//! Up to R2004 texts are bytes of the code page, here 936 (GBK); what it lacks goes in as `\U+XXXX`. Since 2007 they are
//! UTF-8. Control characters would end a tag and become blanks; `^`, `%%` and `\U+` mean other things and are written so
//! that they mean themselves.

use std::fmt::Display;
use std::io::{self, Write};

use encoding_rs::GBK;

use super::DxfVersion;

/// Bytes that a string among extended data may have, at most.
pub(super) const MOST_STRING: usize = 250;

/// Writes tags. The first fault is kept and told at the end; what follows it is not written.
pub(super) struct Tags<W: Write> {
    out: W,
    version: DxfVersion,
    fault: Option<io::Error>,
    /// Letters that the code page has no bytes for, and that no escape can stand for.
    pub(super) lost: usize,
}

impl<W: Write> Tags<W> {
    pub(super) fn new(out: W, version: DxfVersion) -> Self {
        Self { out, version, fault: None, lost: 0 }
    }

    pub(super) fn version(&self) -> DxfVersion {
        self.version
    }

    /// A tag whose value is plain ASCII.
    pub(super) fn tag(&mut self, code: i32, value: impl Display) {
        if self.fault.is_none() {
            self.fault = writeln!(self.out, "{code:>3}\n{value}").err();
        }
    }

    pub(super) fn real(&mut self, code: i32, value: f64) {
        // No −0; a number without a point would do for readers but not for those that look at them.
        let value = value + 0.0;
        if value.fract() == 0.0 && value.abs() < 1.0e15 {
            self.tag(code, format_args!("{value:.1}"));
        } else {
            self.tag(code, value);
        }
    }

    /// A place: x, y, and a z of nothing.
    pub(super) fn place(&mut self, code: i32, x: f64, y: f64) {
        self.flat(code, x, y);
        self.real(code + 20, 0.0);
    }

    pub(super) fn flat(&mut self, code: i32, x: f64, y: f64) {
        self.real(code, x);
        self.real(code + 10, y);
    }

    /// A tag whose value is a text of the user's.
    pub(super) fn text(&mut self, code: i32, text: &str) {
        let bytes = self.encoded(text);
        self.bytes(code, &bytes);
    }

    fn bytes(&mut self, code: i32, bytes: &[u8]) {
        if self.fault.is_none() {
            let written =
                writeln!(self.out, "{code:>3}").and_then(|()| self.out.write_all(bytes)).and_then(|()| writeln!(self.out));
            self.fault = written.err();
        }
    }

    /// Extended data `name=value`, cut into as many strings as it takes: one that goes on begins with a blank and the name is
    /// not repeated.
    pub(super) fn attached(&mut self, name: &str, value: &str) {
        let mut piece = format!("{name}=").into_bytes();
        for letter in Letters::of(value) {
            let bytes = self.letter(&letter);
            if piece.len() + bytes.len() > MOST_STRING {
                self.bytes(1000, &std::mem::replace(&mut piece, b"+".to_vec()));
            }
            piece.extend_from_slice(&bytes);
        }
        self.bytes(1000, &piece);
    }

    fn encoded(&mut self, text: &str) -> Vec<u8> {
        Letters::of(text).flat_map(|letter| self.letter(&letter)).collect()
    }

    fn letter(&mut self, letter: &Letter) -> Vec<u8> {
        let c = match letter {
            Letter::Escaped(text) => return text.as_bytes().to_vec(),
            Letter::Plain(c) => *c,
        };
        let mut utf8 = [0; 4];
        let text = &*c.encode_utf8(&mut utf8);
        if c.is_ascii() || self.version == DxfVersion::R2007 {
            return text.as_bytes().to_vec();
        }
        let (bytes, _, lacks) = GBK.encode(text);
        // The encoder knows a euro sign that other programs read as nothing.
        if !lacks && bytes.len() == 2 {
            return bytes.into_owned();
        }
        if u32::from(c) > 0xFFFF {
            self.lost += 1;
            return b"?".to_vec();
        }
        format!("\\U+{:04X}", u32::from(c)).into_bytes()
    }

    /// What was written to, unless something failed on the way.
    pub(super) fn finish(self) -> io::Result<W> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.out),
        }
    }

    /// Copies what was written elsewhere, which are tags too.
    pub(super) fn copy(&mut self, from: &mut impl io::Read) {
        if self.fault.is_none() {
            self.fault = io::copy(from, &mut self.out).err();
        }
    }
}

/// A letter, or what stands for one that means something else.
enum Letter {
    Plain(char),
    Escaped(&'static str),
}

/// The letters of a text as a tag may have them.
struct Letters<'a> {
    rest: std::str::Chars<'a>,
}

impl<'a> Letters<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text.chars() }
    }
}

impl Iterator for Letters<'_> {
    type Item = Letter;

    fn next(&mut self) -> Option<Letter> {
        let c = self.rest.next()?;
        let ahead = self.rest.as_str();
        Some(match c {
            '^' => Letter::Escaped("^ "),
            '%' if ahead.starts_with('%') => Letter::Escaped("%%%"),
            '\\' if ahead.starts_with("U+") || ahead.starts_with("M+") => Letter::Escaped("\\U+005C"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Letter::Plain(' '),
            c => Letter::Plain(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(version: DxfVersion, text: &str) -> Vec<u8> {
        let mut tags = Tags::new(Vec::new(), version);
        tags.text(1, text);
        tags.finish().unwrap()
    }

    #[test]
    fn texts_stay_on_their_line_and_mean_themselves() {
        assert_eq!(written(DxfVersion::R2007, "临江\n0\nEOF"), "  1\n临江 0 EOF\n".as_bytes());
        assert_eq!(written(DxfVersion::R2007, "a^J 100%%d \\U+5C0F \\P"), b"  1\na^ J 100%%%%d \\U+005CU+5C0F \\P\n");
        assert_eq!(written(DxfVersion::R2000, "临江"), [b"  1\n", &[0xC1, 0xD9, 0xBD, 0xAD][..], b"\n"].concat());
    }

    #[test]
    fn what_the_code_page_lacks_is_escaped_or_counted() {
        assert_eq!(written(DxfVersion::R2000, "€é"), b"  1\n\\U+20AC\xA8\xA6\n");
        let mut tags = Tags::new(Vec::new(), DxfVersion::R2000);
        tags.text(1, "𠮷");
        assert_eq!(tags.lost, 1);
    }

    #[test]
    fn long_values_go_on_in_further_strings() {
        let long = "临".repeat(200);
        let mut tags = Tags::new(Vec::new(), DxfVersion::R2007);
        tags.attached("name", &long);
        let text = String::from_utf8(tags.finish().unwrap()).unwrap();
        let strings: Vec<&str> = text.lines().skip(1).step_by(2).collect();
        assert!(strings.len() == 3 && strings.iter().all(|s| s.len() <= MOST_STRING), "{strings:?}");
        let joined: String = strings.iter().map(|s| s.trim_start_matches("name=").trim_start_matches('+')).collect();
        assert_eq!(joined, long);
    }
}
