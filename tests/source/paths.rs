//! Paths that a source file names, use-groups written out.

use super::source::{Source, closing, is_ident, skip_space};

/// Offsets at which the identifier stands as a whole word.
pub(crate) fn words<'a>(source: &'a Source, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = source.code.as_bytes();
    source.code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = at == 0 || !is_ident(bytes[at - 1]);
        before && bytes.get(at + word.len()).is_none_or(|&b| !is_ident(b))
    })
}

/// Every path that starts with `root::`, with the offset of the root.
pub(crate) fn paths(source: &Source, root: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in words(source, root) {
        let after = skip_space(&source.code, at + root.len());
        if source.code[after..].starts_with("::") {
            expand(&source.code, after + 2, root, at, &mut found);
        }
    }
    found
}

/// Writes out the use-tree that begins at `at`; returns where it ends.
fn expand(code: &str, at: usize, prefix: &str, root: usize, found: &mut Vec<(usize, String)>) -> usize {
    let at = skip_space(code, at);
    let bytes = code.as_bytes();
    if bytes.get(at) == Some(&b'{') {
        let end = closing(code, at);
        let mut next = at + 1;
        while next < end - 1 {
            next = expand(code, next, prefix, root, found).max(next + 1);
            next += code[next..end].bytes().take_while(|b| *b != b',' && *b != b'}').count() + 1;
            next = skip_space(code, next);
        }
        return end;
    }
    let length = code[at..].bytes().take_while(|b| is_ident(*b)).count();
    let end = at + length;
    let path = format!("{prefix}::{}", if length == 0 { "*" } else { &code[at..end] });
    let after = skip_space(code, end);
    if length > 0 && code[after..].starts_with("::") && !code[after + 2..].trim_start().starts_with('<') {
        return expand(code, after + 2, &path, root, found);
    }
    found.push((root, path));
    end
}
