//! Bytes to text: UTF-8 with or without a byte order mark, UTF-16 with one or a zero beside its first sign, GB 18030 for the rest.

use std::borrow::Cow;

/// Text and the name of its encoding.
pub(super) struct Decoded<'a> {
    /// The text.
    pub(super) text: Cow<'a, str>,
    /// Name of the encoding.
    pub(super) encoding: &'static str,
    /// Some bytes mean nothing in it; they stand as U+FFFD.
    pub(super) damaged: bool,
}

/// Decodes text of which nobody says how it is encoded.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Decoded { text, encoding: encoding.name(), damaged };
    }
    // Text that begins with an ASCII sign in UTF-16 has a zero beside it; no other encoding has one there.
    let unmarked = match bytes {
        [0, 1..=255, ..] => Some(encoding_rs::UTF_16BE),
        [1..=255, 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => None,
    };
    if let Some(encoding) = unmarked {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        return Decoded { text, encoding: encoding.name(), damaged };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: "UTF-8", damaged: false };
    }
    let (text, damaged) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    Decoded { text, encoding: "GB18030", damaged }
}
