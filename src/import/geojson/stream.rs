//! A feature collection of any size, read a window at a time; the text itself is never in memory as a whole.
//!
//! Each window is cut into pieces that are read in parallel. Where a feature begins is guessed by how the first one
//! begins, and proved afterwards: a piece counts only if the one before ended exactly where it began; else it is read
//! again from there. What is not a plain collection from end to end is left to the common reader, which has the words.

use std::io::Read;

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::scan::{Scan, Stop};
use super::{Outer, plain, read_feature};
use crate::base::{Cancelled, Reporter};
use crate::import::source::RawFeature;

/// Bytes read at a time: a few dozen milliseconds of work, far more than any usual feature.
const WINDOW: usize = 8 << 20;

/// The largest feature that is waited for, bytes; a file with a larger one is left to the common reader.
const LARGEST_FEATURE: usize = 256 << 20;

/// Bytes of one piece.
const PIECE: usize = 512 << 10;

/// Why there is no collection.
pub(super) enum NoStream {
    /// The common reader must look at the text.
    Unusual,
    /// The source cannot be read.
    Io(std::io::Error),
    /// The work was stopped.
    Cancelled,
}

impl From<Stop> for NoStream {
    fn from(_: Stop) -> Self {
        Self::Unusual
    }
}

impl From<Cancelled> for NoStream {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Features, and the text of the collection without them.
pub(super) struct Streamed {
    pub(super) features: Vec<RawFeature>,
    /// The outermost object with an empty list of features.
    pub(super) shell: String,
}

/// The part of a source that is in memory.
struct Window<'r> {
    source: &'r mut (dyn Read + Send),
    bytes: Vec<u8>,
    /// What comes behind the bytes, read while they are worked on.
    next: Vec<u8>,
    ended: bool,
    read: usize,
}

impl Window<'_> {
    /// Works on the bytes while those behind them are read.
    fn while_reading<T: Send>(&mut self, work: impl FnOnce(&[u8]) -> T + Send) -> Result<T, NoStream> {
        let wanted = WINDOW.max(self.bytes.len()) as u64;
        let (bytes, next, source) = (&self.bytes, &mut self.next, &mut *self.source);
        let (done, got) = rayon::join(|| work(bytes), || source.take(wanted).read_to_end(next));
        self.read += got.map_err(NoStream::Io)?;
        Ok(done)
    }

    /// Drops what stands before `done` and goes on to what has been read.
    fn slide(&mut self, done: usize) -> Result<(), NoStream> {
        if self.next.is_empty() {
            self.while_reading(|_| ())?;
        }
        self.bytes.drain(..done);
        if self.bytes.len() > LARGEST_FEATURE {
            return Err(NoStream::Unusual);
        }
        self.ended = self.next.is_empty();
        self.bytes.append(&mut self.next);
        Ok(())
    }
}

/// Reads a collection. `total` is the length of the source in bytes, for progress.
pub(super) fn read(source: &mut (dyn Read + Send), total: usize, reporter: &dyn Reporter) -> Result<Streamed, NoStream> {
    let mut window = Window { source, bytes: Vec::new(), next: Vec::new(), ended: false, read: 0 };
    window.slide(0)?;
    if window.bytes.starts_with(b"\xef\xbb\xbf") {
        window.bytes.drain(..3);
    }
    let (head, mut any) = head(&window.bytes)?;
    let mut shell = text(&window.bytes[..head])?.to_owned();
    let mut at = head;
    let mut features = Vec::new();
    while any {
        let batch = window.while_reading(|bytes| read_window(bytes, at, reporter))??;
        if features.is_empty() {
            features.reserve(expected(&batch, at, total));
        }
        features.extend(batch.features);
        any = !batch.closed;
        at = batch.end;
        if any {
            if window.ended {
                return Err(NoStream::Unusual);
            }
            window.slide(at)?;
            at = 0;
        }
        reporter.progress(window.read, total);
    }
    while !window.ended {
        window.slide(at)?;
        at = 0;
        reporter.check()?;
    }
    shell.push(']');
    shell.push_str(text(&window.bytes[at..])?);
    Ok(Streamed { features, shell })
}

/// The features that lie whole in the first bytes of a source, the text before them, and where they end.
pub(super) fn read_first(bytes: &[u8], reporter: &dyn Reporter) -> Result<(Vec<RawFeature>, String, usize), NoStream> {
    let (head, any) = head(bytes)?;
    if !any {
        return Err(NoStream::Unusual);
    }
    let batch = read_window(bytes, head, reporter)?;
    Ok((batch.features, text(&bytes[..head])?.to_owned(), batch.end))
}

/// About as many features as a file of `total` bytes holds by the first of them: a list that grows by itself is copied, and
/// for a moment there twice. A file of few bytes a feature at first is not trusted beyond measure.
fn expected(batch: &Batch, from: usize, total: usize) -> usize {
    /// Bytes of the shortest feature worth counting on.
    const SHORTEST: usize = 100;
    let each = (batch.end.saturating_sub(from) / batch.features.len().max(1)).max(SHORTEST);
    total / each + total / each / 16
}

fn text(bytes: &[u8]) -> Result<&str, NoStream> {
    std::str::from_utf8(bytes).map_err(|_| NoStream::Unusual)
}

/// The place behind the bracket that opens the features, and whether there are any; an empty list is passed.
fn head(bytes: &[u8]) -> Result<(usize, bool), NoStream> {
    let mut scan = Scan { bytes, at: 0 };
    scan.open(b'{', b'}')?;
    loop {
        let name = scan.name()?;
        if &bytes[name] == b"features" {
            let bracket = scan.peek().map(|_| scan.at + 1)?;
            let any = scan.open(b'[', b']')?;
            return if any { Ok((bracket, true)) } else { Err(NoStream::Unusual) };
        }
        scan.skip()?;
        if !scan.more(b'}')? {
            return Err(NoStream::Unusual);
        }
    }
}

/// Features of one window.
struct Batch {
    features: Vec<RawFeature>,
    /// Behind the last of them and its comma, or behind the bracket that closes the list.
    end: usize,
    /// Whether the list is closed.
    closed: bool,
}

fn read_window(bytes: &[u8], from: usize, reporter: &dyn Reporter) -> Result<Batch, NoStream> {
    let starts = guess_starts(bytes, from);
    let until = |number: usize| starts.get(number + 1).copied().unwrap_or(bytes.len());
    let pieces: Vec<Result<Batch, NoStream>> = starts
        .par_iter()
        .enumerate()
        .map(|(number, &start)| reporter.check().map_err(NoStream::from).and_then(|()| read_piece(bytes, start, until(number))))
        .collect();
    let mut whole = Batch { features: Vec::new(), end: from, closed: false };
    for (number, (&start, piece)) in starts.iter().zip(pieces).enumerate() {
        if whole.closed || whole.end >= until(number) {
            continue;
        }
        // A wrong guess: inside a text, or among the fields of a feature.
        let piece = if whole.end == start { piece? } else { read_piece(bytes, whole.end, until(number))? };
        whole.features.extend(piece.features);
        (whole.end, whole.closed) = (piece.end, piece.closed);
    }
    Ok(whole)
}

/// Places where features seem to begin, about a piece apart; the first is `from`.
fn guess_starts(bytes: &[u8], from: usize) -> Vec<usize> {
    let mut starts = vec![from];
    let mut scan = Scan { bytes, at: from };
    // `{"type":` or whatever the first feature begins with.
    let begins = scan.expect(b'{').and_then(|()| Ok(scan.at - 1..scan.name().map(|_| scan.at)?));
    let Ok(pattern) = begins.map(|range| &bytes[range]) else { return starts };
    let mut at = from + PIECE;
    while at < bytes.len() {
        let found = bytes[at..].windows(pattern.len()).position(|there| there == pattern);
        let Some(start) = found.map(|found| at + found) else { break };
        let before = bytes[..start].iter().rev().find(|byte| !byte.is_ascii_whitespace());
        if before == Some(&b',') {
            // A piece begins where the one before has passed comma and white space.
            starts.push(start);
            at = start + PIECE;
        } else {
            at = start + 1;
        }
    }
    starts
}

/// Reads features from `start` until one begins at or behind `until`, or the bytes end inside one.
fn read_piece(bytes: &[u8], start: usize, until: usize) -> Result<Batch, NoStream> {
    let mut batch = Batch { features: Vec::new(), end: start, closed: false };
    let mut scan = Scan { bytes, at: start };
    while !batch.closed && batch.end < until {
        let begin = scan.at;
        let read = one(&mut scan, begin).and_then(|feature| Ok((feature, scan.more(b']')?)));
        match read {
            Ok((feature, more)) => {
                batch.features.push(feature);
                batch.closed = !more;
                if more && scan.peek() == Err(Stop::End) {
                    batch.end = scan.at;
                    break;
                }
                batch.end = scan.at;
            }
            Err(Stop::End) => break,
            Err(Stop::Unusual) => return Err(NoStream::Unusual),
        }
    }
    Ok(batch)
}

/// One feature, by the common reader where it is not plain.
fn one(scan: &mut Scan<'_>, begin: usize) -> Result<RawFeature, Stop> {
    match plain::feature(scan) {
        Err(Stop::Unusual) => {}
        done => return done,
    }
    // The end by a scan that minds nothing but strings and brackets; the text is then judged as JSON as a whole.
    scan.at = begin;
    let end = rough_end(scan.bytes, begin).ok_or(Stop::End)?;
    let text = std::str::from_utf8(&scan.bytes[begin..end]).map_err(|_| Stop::Unusual)?;
    let value: &RawValue = serde_json::from_str(text).map_err(|_| Stop::Unusual)?;
    scan.at = end;
    Ok(read_feature(value))
}

/// Behind the object that begins here; what is no object is left to the common reader as part of the whole file.
fn rough_end(bytes: &[u8], begin: usize) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, begin);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => {
                while *bytes.get(at)? != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            b',' if depth == 0 => return Some(at - 1),
            _ => {}
        }
    }
    None
}

/// What stands in the collection beside the features.
pub(super) fn shell(text: &str) -> Option<Outer<'_>> {
    serde_json::from_str(text).ok()
}
