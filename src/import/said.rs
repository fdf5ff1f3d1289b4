//! What readers and the system say of a file that cannot be read, in words of ours: they say it in English, each in its
//! way. What is not known here is said in general. The words as they came stand in the log.

use crate::base::{Argument, Message, io_fault};

/// Parts of what `serde_json`, `quick-xml`, `zip`, `calamine` and `csv` say, with what they mean. The first that is found counts.
const MEANINGS: [(&[&str], &str); 13] = [
    (&["password", "encrypted"], "import.said-password"),
    (&["invalid zip", "central directory", "end of central", "specified file not found in archive"], "import.said-zip"),
    (&["compression method", "unsupported zip"], "import.said-zip-method"),
    (&["eof while", "unexpected end", "unexpected eof", "failed to fill whole buffer", "early eof"], "import.said-ends"),
    (&["recursion limit", "too deep", "nested"], "import.said-deep"),
    (&["number out of range", "invalid number"], "import.said-number"),
    (&["trailing comma", "expected `,`"], "import.said-comma"),
    (&["expected `:`"], "import.said-colon"),
    (&["key must be a string"], "import.said-key"),
    (&["trailing characters"], "import.said-trailing"),
    (&["control character", "escape", "surrogate", "code point", "utf-8", "utf8", "unicode", "encoding"], "import.said-text"),
    (&["ill-formed", "syntax error", "end tag", "closing tag", "attribute"], "import.said-tag"),
    (
        &["missing field", "invalid type", "invalid value", "duplicate field", "unknown variant", "invalid length"],
        "import.said-value",
    ),
];

/// The meaning of what was said.
pub(super) fn said(reason: &str) -> Message {
    log::debug!("{reason}");
    if let Some(code) = system_code(reason) {
        return io_fault(&std::io::Error::from_raw_os_error(code));
    }
    let lower = reason.to_lowercase();
    let meant = MEANINGS.iter().find(|(parts, _)| parts.iter().any(|part| lower.contains(part)));
    Message::new(meant.map_or("import.said-else", |(_, key)| key))
}

/// The number in `… (os error 2)`.
fn system_code(reason: &str) -> Option<i32> {
    let (_, rest) = reason.rsplit_once("(os error ")?;
    rest.split_once(')')?.0.parse().ok()
}

/// The message about a feature with what a reader said of it in words of ours.
pub(super) fn reworded(message: Message) -> Message {
    if message.key() == "import.feature-broken"
        && let [("reason", Argument::Text(reason))] = message.arguments()
    {
        return Message::new("import.feature-broken").nested("reason", said(reason));
    }
    let unnamed = |argument: &Argument| *argument == Argument::Text(String::new());
    match (message.key(), message.arguments()) {
        ("import.empty-geometry", [(_, kind)]) if unnamed(kind) => Message::new("import.empty-geometry-unnamed"),
        ("import.wrong-geometry", [(_, kind)]) if unnamed(kind) => Message::new("import.wrong-geometry-unnamed"),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, tr};

    /// What the readers really say, so that another version of one that says it otherwise is seen.
    #[test]
    fn what_readers_say_is_known() {
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).map(drop).unwrap_err().to_string();
        let zip = |bytes: &[u8]| zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())).map(drop).unwrap_err().to_string();
        let xml = |text: &str| {
            let mut reader = quick_xml::Reader::from_str(text);
            loop {
                match reader.read_event() {
                    Ok(quick_xml::events::Event::Eof) => panic!("{text} is well-formed"),
                    Ok(_) => {}
                    Err(error) => break error.to_string(),
                }
            }
        };
        let deep = "[".repeat(200);
        for (reason, key) in [
            (json("[1, 2"), "import.said-ends"),
            (json("[1 2]"), "import.said-comma"),
            (json("[1,]"), "import.said-comma"),
            (json("{\"a\" 1}"), "import.said-colon"),
            (json("{1: 1}"), "import.said-key"),
            (json("1 1"), "import.said-trailing"),
            (json("1e999"), "import.said-number"),
            (json("\"\u{1}\""), "import.said-text"),
            (json(&deep), "import.said-deep"),
            (xml("<a></b>"), "import.said-tag"),
            (zip(b"nothing of a zip"), "import.said-zip"),
            (std::fs::read("/nowhere/at all").unwrap_err().to_string(), "base.not-found"),
            ("nobody has said this before".to_owned(), "import.said-else"),
        ] {
            let meaning = said(&reason);
            assert_eq!(meaning.key(), key, "{reason}");
            assert!(!tr(Lang::Zh, &meaning).contains(|c: char| c.is_ascii_lowercase()), "{}", tr(Lang::Zh, &meaning));
        }
    }

    #[test]
    fn features_are_told_so_too() {
        let told = reworded(Message::new("import.feature-broken").text("reason", "invalid type: null, expected f64"));
        assert!(!tr(Lang::Zh, &told).contains("null"));
        let told = reworded(Message::new("import.empty-geometry").text("type", ""));
        assert_eq!(told.key(), "import.empty-geometry-unnamed");
        let whole = Message::new("import.empty-geometry").text("type", "Polygon");
        assert_eq!(reworded(whole.clone()), whole);
    }
}
