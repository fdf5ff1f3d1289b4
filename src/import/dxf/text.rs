//! Texts of a drawing: how they are encoded, and what in them is not text but formatting.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// The encoding by `$DWGCODEPAGE`, such as `ANSI_936` or `gb2312`.
pub(super) fn named(page: &[u8]) -> Option<&'static Encoding> {
    let page = String::from_utf8_lossy(page).trim().to_ascii_lowercase();
    let digits: String = page.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "936" | "2312" | "54936" | "18030" => return Some(GB18030),
        "950" => return Some(BIG5),
        "932" => return Some(SHIFT_JIS),
        "949" => return Some(EUC_KR),
        "65001" => return Some(UTF_8),
        _ => {}
    }
    if page.starts_with("ansi") && digits.starts_with("125") {
        return Encoding::for_label(format!("windows-{digits}").as_bytes());
    }
    match page.as_str() {
        "gbk" => Some(GB18030),
        "big5" => Some(BIG5),
        _ => Encoding::for_label(page.as_bytes()),
    }
}

/// What the texts of a file could be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    any: bool,
    utf8: bool,
    /// A letter of three bytes, as Chinese ones are in UTF-8.
    three_bytes: bool,
    /// Bytes above 127 come in pairs of GB 2312 throughout.
    pairs: bool,
    told: Option<&'static Encoding>,
    whole_in_told: bool,
}

impl Seen {
    /// Nothing seen yet of a file that says so much of itself.
    pub(super) fn new(told: Option<&'static Encoding>) -> Self {
        Self { any: false, utf8: true, three_bytes: false, pairs: true, told, whole_in_told: true }
    }

    pub(super) fn add(&mut self, text: &[u8]) {
        if text.is_ascii() {
            return;
        }
        self.any = true;
        self.utf8 &= std::str::from_utf8(text).is_ok();
        self.three_bytes |= text.iter().any(|byte| (0xE0..0xF0).contains(byte));
        self.pairs &= in_pairs(text);
        let whole = |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(text).is_some();
        self.whole_in_told &= self.told.is_none_or(whole);
    }

    /// What a file says of itself counts unless its texts tell otherwise: UTF-8 with Chinese letters is that whatever is
    /// said, and programs write Chinese under the code page of Western Europe.
    pub(super) fn decide(&self) -> &'static Encoding {
        let single_byte = self.told.is_some_and(|told| told != UTF_8 && told.is_single_byte());
        match self.told {
            _ if !self.any => UTF_8,
            _ if self.utf8 && self.three_bytes => UTF_8,
            Some(told) if single_byte && !(self.utf8 || self.pairs) => told,
            Some(told) if !single_byte && self.whole_in_told => told,
            _ if self.utf8 => UTF_8,
            Some(told) if !self.pairs && told != UTF_8 => told,
            None if !self.pairs => WINDOWS_1252,
            _ => GB18030,
        }
    }
}

/// Whether runs of bytes above 127 are even and hold letters of GB 2312 alone.
fn in_pairs(text: &[u8]) -> bool {
    text.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).filter(|run| !run[0].is_ascii()).all(|run| {
        let letters = |pair: &[u8]| matches!(pair, [0xA1..=0xF7, 0xA1..=0xFE]);
        run.len().is_multiple_of(2) && run.chunks(2).all(letters)
    })
}

/// A text without escapes: `\U+5C0F`, `\M+5D0A1`, `%%c`, `^I`.
pub(super) fn plain(bytes: &[u8], encoding: &'static Encoding) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    if !text.contains(['\\', '%', '^']) {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(letter) = rest.chars().next() {
        let (taken, put) = escape(rest).unwrap_or((letter.len_utf8(), Escaped::Letter(letter)));
        match put {
            Escaped::Letter(letter) => out.push(letter),
            Escaped::Text(text) => out.push_str(&text),
            Escaped::Nothing => {}
        }
        rest = &rest[taken..];
    }
    out
}

enum Escaped {
    Letter(char),
    Text(String),
    Nothing,
}

/// Bytes that an escape takes, and what it stands for.
fn escape(text: &str) -> Option<(usize, Escaped)> {
    if let Some(hex) = text.strip_prefix("\\U+").and_then(|rest| rest.get(..4)) {
        let letter = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
        return Some((7, Escaped::Letter(letter)));
    }
    if let Some(rest) = text.strip_prefix("\\M+") {
        let page = match rest.as_bytes().first()? {
            b'1' => SHIFT_JIS,
            b'2' => BIG5,
            b'3' => EUC_KR,
            b'5' => GB18030,
            _ => return None,
        };
        let letter = u16::from_str_radix(rest.get(1..5)?, 16).ok()?.to_be_bytes();
        let (text, _) = page.decode_without_bom_handling(&letter);
        return Some((8, Escaped::Text(text.into_owned())));
    }
    if let Some(rest) = text.strip_prefix("%%") {
        let code = rest.get(..3).and_then(|digits| digits.parse::<u32>().ok()).and_then(char::from_u32);
        return match (code, rest.chars().next()?.to_ascii_lowercase()) {
            (Some(letter), _) => Some((5, Escaped::Letter(letter))),
            (_, 'c') => Some((3, Escaped::Letter('Φ'))),
            (_, 'd') => Some((3, Escaped::Letter('°'))),
            (_, 'p') => Some((3, Escaped::Letter('±'))),
            (_, '%') => Some((3, Escaped::Letter('%'))),
            (_, 'u' | 'o' | 'k') => Some((3, Escaped::Nothing)),
            _ => None,
        };
    }
    match text.as_bytes() {
        [b'^', b'I' | b'J' | b'M', ..] => Some((2, Escaped::Letter(' '))),
        [b'^', b' ', ..] => Some((2, Escaped::Letter('^'))),
        _ => None,
    }
}

/// A text of many lines without its formatting: `{\fSimSun|b0;\H2.5x;幸福\P小区}` is `幸福 小区`.
pub(super) fn unformatted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '{' | '}' => {}
            '\\' => rest = command(rest, &mut out),
            '\n' | '\r' | '\t' => out.push(' '),
            other => out.push(other),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Obeys a formatting command that begins here, and gives what comes behind it.
fn command<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some(letter) = text.chars().next() else { return text };
    let rest = &text[letter.len_utf8()..];
    match letter {
        'P' | 'N' | 'X' | '~' => out.push(' '),
        '\\' | '{' | '}' => out.push(letter),
        'L' | 'l' | 'O' | 'o' | 'K' | 'k' => {}
        'A' | 'C' | 'c' | 'f' | 'F' | 'H' | 'Q' | 'T' | 'W' | 'p' => {
            // Without its end it is no command: what follows is text.
            return rest.split_once(';').map_or(rest, |(_, behind)| behind);
        }
        'S' => {
            let Some((fraction, behind)) = rest.split_once(';') else { return rest };
            out.push_str(&fraction.replace(['^', '#'], "/").replace("/ ", "/"));
            return behind;
        }
        other => {
            out.push('\\');
            out.push(other);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_goes_and_letters_stay() {
        for (text, want) in [
            ("幸福小区", "幸福小区"),
            ("{\\fSimSun|b0|i0|c134|p2;\\H2.5x;幸福\\P小区}", "幸福 小区"),
            ("\\A1;\\C1;DN\\L300\\l", "DN300"),
            ("\\S1/2;栋", "1/2栋"),
            ("a\\\\b\\{c\\}", "a\\b{c}"),
            ("没有\\H完", "没有完"),
            ("\\", ""),
        ] {
            assert_eq!(unformatted(text), want, "{text}");
        }
        for (text, want) in [
            ("\\U+5E78\\U+798F里", "幸福里"),
            ("\\M+5D0A1区", "小区"),
            ("%%c300", "Φ300"),
            ("45%%d %%p0 100%%%", "45° ±0 100%"),
            ("%%065", "A"),
            ("a^ b^Ic", "a^b c"),
            ("\\U+zz", "\\U+zz"),
            ("%", "%"),
        ] {
            assert_eq!(plain(text.as_bytes(), UTF_8), want, "{text}");
        }
    }

    #[test]
    fn encodings_are_told_by_header_and_bytes() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        let check = |page: &[u8], text: &[u8], want: &'static Encoding| {
            let mut seen = Seen::new(named(page));
            seen.add(text);
            assert_eq!(seen.decide(), want, "{} {text:?}", String::from_utf8_lossy(page));
        };
        check(b"ANSI_936", &gbk("幸福小区"), GB18030);
        check(b"gb2312", &gbk("模"), GB18030);
        check(b"", &gbk("幸福小区"), GB18030);
        check(b"ANSI_1252", &gbk("幸福小区"), GB18030);
        check(b"ANSI_1252", b"Stra\xdfe", WINDOWS_1252);
        check(b"ANSI_1252", "幸福".as_bytes(), UTF_8);
        check(b"ANSI_936", "幸福小区".as_bytes(), UTF_8);
        check(b"utf-8", "幸福小区".as_bytes(), UTF_8);
        check(b"utf-8", &gbk("幸福小区"), GB18030);
        check(b"ANSI_950", &BIG5.encode("幸福").0, BIG5);
        check(b"ANSI_936", b"plain", UTF_8);
    }
}
