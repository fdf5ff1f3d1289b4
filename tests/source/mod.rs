//! The program's own source as text, for the tests that hold it to its rules. A small lexer tells code from comments
//! and literals; nothing here parses Rust beyond that.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::ops::Range;
use std::path::{Path, PathBuf};

/// One source file.
pub(crate) struct Source {
    /// Path below `src`, with forward slashes.
    pub(crate) path: String,
    /// The text as it stands.
    pub(crate) text: String,
    /// The text with comments and the insides of literals blanked; offsets and lines are those of `text`.
    pub(crate) code: String,
    /// Every string literal: where its opening quote stands, where it ends, and what is between the quotes.
    pub(crate) literals: Vec<Literal>,
    /// What is compiled for tests only.
    tests: Vec<Range<usize>>,
}

/// A string literal.
pub(crate) struct Literal {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, literals) = lex(text);
        let whole = path.ends_with("/tests.rs") || path.contains("/tests/");
        let tests = if whole { std::iter::once(0..text.len()).collect() } else { test_items(&code) };
        Self { path: path.to_owned(), text: text.to_owned(), code, literals, tests }
    }

    /// `src/path:line` of an offset.
    pub(crate) fn place(&self, at: usize) -> String {
        format!("src/{}:{}", self.path, self.text[..at].matches('\n').count() + 1)
    }

    /// Is the offset in code that only tests compile?
    pub(crate) fn in_tests(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }
}

/// Every file below `src`, in order of path.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "the source has gone: {} files", files.len());
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().expect("paths are UTF-8").replace('\\', "/");
            Source::new(&path, &std::fs::read_to_string(file).unwrap())
        })
        .collect()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

pub(crate) fn is_ident(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

pub(crate) fn skip_space(code: &str, at: usize) -> usize {
    at + code[at..].bytes().take_while(u8::is_ascii_whitespace).count()
}

/// End of the bracket that opens at `open`, just behind the one that closes it.
pub(crate) fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (n, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return n + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// Ranges of items behind `#[cfg(test)]`.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let from = at + mark.len();
        let stop = code[from..].find(['{', ';']).map_or(code.len(), |n| from + n);
        let end = if code[stop..].starts_with('{') { closing(code, stop) } else { stop };
        ranges.push(at..end);
    }
    ranges
}

/// Tells code from comments and literals.
fn lex(text: &str) -> (String, Vec<Literal>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = if text.as_bytes()[at..].starts_with(b"//") {
            let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
            blank(&mut code, at..end);
            end
        } else if bytes[at..].starts_with(b"/*") {
            let end = block_comment(bytes, at);
            blank(&mut code, at..end);
            end
        } else if let Some((inside, end)) = string(bytes, at) {
            literals.push(Literal { start: at, end, value: text[inside.clone()].to_owned() });
            blank(&mut code, inside);
            end
        } else if bytes[at] == b'\'' {
            let end = character(text, at);
            if end > at + 1 {
                blank(&mut code, at + 1..end - 1);
            }
            end
        } else if is_ident(bytes[at]) {
            // A whole word, so that the r of `for` is not taken for the start of a raw string.
            at + bytes[at..].iter().take_while(|b| is_ident(**b)).count()
        } else {
            at + 1
        };
        at = end;
    }
    (String::from_utf8(code).expect("blanks are ASCII"), literals)
}

fn blank(code: &mut [u8], range: Range<usize>) {
    for byte in &mut code[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn block_comment(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if bytes[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// A string literal at `at`: what is inside its quotes, and where it ends.
fn string(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let prefix = bytes[at..].iter().take_while(|b| matches!(b, b'b' | b'c' | b'r')).count();
    let raw = bytes[at..at + prefix].contains(&b'r');
    let hashes = if raw { bytes[at + prefix..].iter().take_while(|b| **b == b'#').count() } else { 0 };
    let open = at + prefix + hashes;
    if prefix > 2 || bytes.get(open) != Some(&b'"') {
        return None;
    }
    let mut end = open + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' if !raw => end += 2,
            b'"' if bytes[end + 1..].iter().take_while(|b| **b == b'#').count() >= hashes => {
                return Some((open + 1..end, end + 1 + hashes));
            }
            _ => end += 1,
        }
    }
    None
}

/// End of the character literal at `at`, or of the tick of a lifetime.
fn character(text: &str, at: usize) -> usize {
    let mut rest = text[at + 1..].char_indices();
    match (rest.next(), rest.next()) {
        (Some((_, '\\')), Some((n, escaped))) => {
            let from = at + 1 + n + escaped.len_utf8();
            text[from..].find('\'').map_or(from, |n| from + n + 1)
        }
        (Some(_), Some((n, '\''))) => at + 1 + n + 1,
        _ => at + 1,
    }
}
