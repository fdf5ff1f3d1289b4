//! The review pack: one HTML file with map, attributes, search and comment boxes, for a browser without a network.
//!
//! Everything of the plan is data inside the file, put on the page as text alone; a policy in its head lets no other script
//! run than the file's own. Comments are saved as a small JSON that `lianpian comments` takes back.

mod data;
mod shapes;

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::geojson::Replacing;
use super::markup::escaped;
use super::{ExportError, ExportInput, ExportOptions, Stamp, Written, stamp};
use crate::base::Message;
use crate::i18n::tr;

const PAGE: &str = include_str!("../../../assets/html/review.html");
const STYLE: &str = include_str!("../../../assets/html/review.css");
const SCRIPT: &str = include_str!("../../../assets/html/review.js");

/// A pack larger than this, bytes, is told: browsers of old machines take long over it.
const LARGE: usize = 10_000_000;

/// Writes `review.html`, or `review-UNIT.html` for a unit.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Written, ExportError> {
    let stamp = Stamp::of_input(input);
    let name = match &stamp.unit {
        Some(unit) => format!("review-{}.html", file_part(unit)),
        None => "review.html".to_owned(),
    };
    let path = folder.join(&name);
    let text = page(input, &stamp, options);
    let notes = (text.len() > LARGE).then(|| {
        #[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
        let megabytes = text.len() as f64 / 1.0e6;
        Message::new("export.html-large").text("file", &name).number("megabytes", megabytes, 1)
    });
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    file.out.write_all(text.as_bytes()).map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(Written { files: vec![path], notes: notes.into_iter().collect() })
}

/// A name as part of a file name.
pub(super) fn file_part(name: &str) -> String {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "\\/:*?\"<>|.'&%#".contains(c);
    name.chars().map(|c| if bad(c) { '_' } else { c }).take(60).collect()
}

fn page(input: &ExportInput<'_>, stamp: &Stamp, options: &ExportOptions) -> String {
    let data = data::data(input, stamp, options);
    let title = data["title"].as_str().unwrap_or_default().to_owned();
    let filled = [
        ("lang", options.lang.code().to_owned()),
        ("script-hash", format!("'sha256-{}'", base64(&stamp::sha256_bytes(SCRIPT.as_bytes())))),
        ("generator", escaped(&format!("Lianpian {}", stamp.version))),
        ("title", escaped(&title)),
        ("style", STYLE.to_owned()),
        ("noscript", escaped(&tr(options.lang, &Message::new("export.html-noscript")))),
        ("data", embedded(&data)),
        ("script", SCRIPT.to_owned()),
    ];
    fill(PAGE, &filled)
}

/// Puts values in place of `{{names}}`, in one pass: what stands in a value is left alone.
fn fill(page: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(page.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        out.push_str(values.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value.as_str()));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// JSON inside a script element: nothing in it can end the element or begin another.
fn embedded(data: &Value) -> String {
    let text = data.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// RFC 4648 §4, for the hash of the script.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let word = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for n in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * n)) as usize & 63];
            out.push(if n <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_standard_has_it() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn no_text_ends_the_script_or_fills_a_blank() {
        let data = serde_json::json!({ "name": "</script><script>alert(1)</script>{{style}}&\u{2028}" });
        let text = embedded(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), data);
        assert_eq!(
            fill("a{{data}}b{{x}}c", &[("data", "{{x}}".to_owned()), ("x", "y".to_owned())]),
            "a{{x}}bycy".replace("cy", "c")
        );
        assert_eq!(file_part("../供热 公司?.html"), "___供热_公司__html");
    }

    #[test]
    fn the_page_has_a_place_for_everything() {
        for name in ["lang", "script-hash", "generator", "title", "style", "noscript", "data", "script"] {
            assert_eq!(PAGE.matches(&format!("{{{{{name}}}}}")).count(), 1, "{name}");
        }
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("</script"));
    }
}
