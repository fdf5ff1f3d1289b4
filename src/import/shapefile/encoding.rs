//! How the text of a shapefile is encoded: by the `.cpg` file, by the language byte of the table, or by the bytes themselves.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8};

use super::dbf::CHINESE;

/// What a `.cpg` file names: `UTF-8`, `GBK`, `936`, `ANSI 936`, `ISO 88591`, ….
fn named(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['\u{feff}', '"', '\0']).to_ascii_lowercase();
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "936" | "54936" | "18030" | "2312" => return Some(GB18030),
        "65001" => return Some(UTF_8),
        "950" => return Some(BIG5),
        "932" => return Some(SHIFT_JIS),
        "949" => return Some(EUC_KR),
        _ => {}
    }
    let label = label.replace("iso 8859", "iso8859").replace("iso88591", "iso8859-1");
    // GBK is a part of GB 18030.
    Encoding::for_label(label.as_bytes()).map(|found| if found == encoding_rs::GBK { GB18030 } else { found })
}

/// The language byte of dBASE. 0x03 and 0x57 mean "that of the system", on which ESRI's programs wrote Chinese too.
fn by_language(byte: u8) -> Option<&'static Encoding> {
    match byte {
        0x4D | 0x7A => Some(GB18030),
        0x4F | 0x78 => Some(BIG5),
        0x13 | 0x7B => Some(SHIFT_JIS),
        0x4E | 0x79 => Some(EUC_KR),
        _ => None,
    }
}

/// What is told counts as long as the text is whole in it; else UTF-8 where all of the text
/// is, then what is told unless that was UTF-8, and GB 18030 for the rest.
pub(super) fn decide<'a, T: Iterator<Item = &'a [u8]>>(
    told: Option<&str>,
    language: u8,
    texts: impl Fn() -> T,
) -> &'static Encoding {
    let whole_in = |encoding: &'static Encoding| {
        let mut beyond_ascii = texts().filter(|text| !text.is_ascii());
        beyond_ascii.all(|text| {
            let filled = text.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
            encoding.decode_without_bom_handling_and_without_replacement(whole(&text[..filled], encoding)).is_some()
        })
    };
    let told = told.and_then(named).or_else(|| by_language(language));
    told.filter(|encoding| whole_in(encoding)).unwrap_or_else(|| match told {
        _ if whole_in(UTF_8) => UTF_8,
        Some(told) if told != UTF_8 => told,
        _ => CHINESE,
    })
}

/// Text up to its last whole letter: writers cut a text at the width of its field, be it in the middle of a letter.
pub(super) fn whole<'a>(text: &'a [u8], encoding: &'static Encoding) -> &'a [u8] {
    if encoding == UTF_8 {
        return match std::str::from_utf8(text) {
            Err(error) if error.error_len().is_none() => &text[..error.valid_up_to()],
            _ => text,
        };
    }
    let decodes = |text: &[u8]| encoding.decode_without_bom_handling_and_without_replacement(text).is_some();
    let shorter = (1..=3).filter_map(|less| text.get(..text.len().checked_sub(less)?));
    if encoding.is_single_byte() || text.is_ascii() || decodes(text) {
        return text;
    }
    shorter.into_iter().find(|shorter| decodes(shorter)).unwrap_or(text)
}
