//! Files that are given more than once: under one path however it is written, or under two that hold the same bytes. What
//! is asked of them counts too: one file may be read as two kinds of layer.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::base::Message;

/// Files that were given so far, each with what is asked of it.
#[derive(Debug)]
pub struct Repeats<Asked> {
    seen: Vec<(PathBuf, Asked)>,
}

impl<Asked> Default for Repeats<Asked> {
    fn default() -> Self {
        Self { seen: Vec::new() }
    }
}

impl<Asked: PartialEq> Repeats<Asked> {
    /// Takes in a file. When the same was asked of it before, or of another that holds the same, it is told and need not be
    /// read again. Only files of one length are compared, byte by byte.
    pub fn note(&mut self, path: &Path, asked: Asked) -> Option<Message> {
        let alike = || self.seen.iter().filter(|(_, other)| *other == asked).map(|(path, _)| path.as_path());
        let file = || path.display().to_string();
        let told = if alike().any(|other| same_file(other, path)) {
            Some(Message::new("import.file-twice").text("file", file()))
        } else {
            let other = alike().find(|other| holds_the_same(other, path));
            other.map(|other| Message::new("import.file-same").text("file", file()).text("other", other.display().to_string()))
        };
        if told.is_none() {
            self.seen.push((path.to_owned(), asked));
        }
        told
    }
}

/// Whether two paths name one file, however they are written.
#[must_use]
pub fn same_file(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

/// Whether two files hold the same; of shapefiles their tables count too.
fn holds_the_same(a: &Path, b: &Path) -> bool {
    let is_shape = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp"));
    let beside = |ending: &str| {
        let (a, b) = (a.with_extension(ending), b.with_extension(ending));
        (!a.exists() && !b.exists()) || same_bytes(&a, &b).unwrap_or(false)
    };
    let same = same_bytes(a, b).unwrap_or(false);
    same && (!(is_shape(a) || is_shape(b)) || ["dbf", "DBF", "prj", "PRJ", "cpg", "CPG"].into_iter().all(beside))
}

/// Whether two plain files have the same bytes, at least one. Pipes and devices are never opened.
fn same_bytes(a: &Path, b: &Path) -> std::io::Result<bool> {
    let (one, other) = (a.metadata()?, b.metadata()?);
    if !(one.is_file() && other.is_file()) || one.len() != other.len() || one.len() == 0 {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
    let (mut left, mut right) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let (read, wanted) = (fill(&mut one, &mut left)?, fill(&mut other, &mut right)?);
        if left[..read] != right[..wanted] {
            return Ok(false);
        }
        if read < PIECE {
            return Ok(true);
        }
    }
}

/// Bytes that are compared at once.
const PIECE: usize = 64 << 10;

/// Fills a piece as far as the file goes.
fn fill(file: &mut impl Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < piece.len() {
        match file.read(&mut piece[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_bytes_that_come_again_are_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let put = |name: &str, bytes: &[u8]| {
            std::fs::write(dir.path().join(name), bytes).expect("written");
            dir.path().join(name)
        };
        let long = vec![7; 3 * PIECE];
        let mut other = long.clone();
        other[2 * PIECE + 9] = 8;
        let (a, copy, differs) = (put("a.shp", &long), put("copy.shp", &long), put("differs.shp", &other));
        let mut repeats = Repeats::default();
        let mut key = |path: &Path, asked: u8| repeats.note(path, asked).map(|told| told.key());
        assert_eq!(key(&a, 1), None);
        assert_eq!(key(&dir.path().join(".").join("a.shp"), 1), Some("import.file-twice"));
        assert_eq!(key(&copy, 1), Some("import.file-same"));
        assert_eq!(key(&differs, 1), None, "a byte differs");
        assert_eq!(key(&copy, 2), None, "something else is asked of it");
        put("copy.dbf", b"x");
        assert_eq!(key(&copy, 1), None, "the other has no table");
        let nothing = [put("x.csv", b""), put("y.csv", b"")];
        assert!(nothing.iter().all(|path| key(path, 1).is_none()), "nothing is no copy of nothing");
    }
}
