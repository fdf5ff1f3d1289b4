//! A feature collection of any size, read a window at a time; the text itself is never in memory as a whole.
//!
//! Each window is cut into pieces that are read in parallel. Where a feature begins is guessed by how the first one
//! begins, and proved afterwards: a piece counts only if the one before ended exactly where it began; else it is read
//! again from there. What is not a plain collection from end to end is left to the common reader, which has the words.

use std::io::Read;

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::plain::Plain;
use super::scan::{Scan, Stop};
use super::{Outer, crs_member, read_feature};
use crate::base::{Cancelled, Reporter};
use crate::import::outlines;
use crate::import::source::{Headers, RawFeature};

/// Bytes read at a time: a few dozen milliseconds of work, far more than any usual feature.
const WINDOW: usize = 8 << 20;

/// Bytes between two looks at whether to stop while reading.
const READ: u64 = 1 << 20;

/// The largest feature that is waited for, bytes; a file with a larger one is left to the common reader.
const LARGEST_FEATURE: usize = 256 << 20;

/// Bytes of one piece.
const PIECE: usize = 256 << 10;

/// Room before what is read for the part of a feature that is left over of the window before it.
const ROOM: usize = 1 << 20;

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
    /// Names of their fields in the order of their first appearance.
    pub(super) headers: Vec<String>,
    /// The outermost object with an empty list of features.
    pub(super) shell: String,
}

/// The part of a source that is in memory.
struct Window<'r> {
    source: &'r mut (dyn Read + Send),
    /// Bytes, of which those from `start` on count.
    held: Vec<u8>,
    start: usize,
    /// What comes behind them, read while they are worked on; the first [`ROOM`] bytes are free.
    next: Vec<u8>,
    ended: bool,
    read: usize,
    reporter: &'r dyn Reporter,
}

impl<'r> Window<'r> {
    fn new(source: &'r mut (dyn Read + Send), reporter: &'r dyn Reporter) -> Self {
        Self { source, held: Vec::new(), start: 0, next: vec![0; ROOM], ended: false, read: 0, reporter }
    }

    fn bytes(&self) -> &[u8] {
        &self.held[self.start..]
    }

    /// Works on the bytes while those behind them are read, and while something else is done before that.
    fn while_reading<T: Send>(
        &mut self,
        work: impl FnOnce(&[u8]) -> T + Send,
        beside: impl FnOnce() + Send,
    ) -> Result<T, NoStream> {
        let reporter = self.reporter;
        let bytes = &self.held[self.start..];
        // The first window is small: until it is there, nothing can be worked on beside the reading.
        let wanted = if self.read == 0 { READ } else { WINDOW.max(bytes.len()) as u64 };
        let (next, source) = (&mut self.next, &mut *self.source);
        next.reserve_exact(usize::try_from(wanted).unwrap_or(WINDOW));
        let read = || {
            beside();
            // In steps, so that a slow disk does not keep anybody who wishes to stop.
            let mut got = 0;
            while got < wanted && !reporter.should_stop() {
                let step = (&mut *source).take(READ.min(wanted - got)).read_to_end(next)?;
                if step == 0 {
                    break;
                }
                got += step as u64;
            }
            Ok::<u64, std::io::Error>(got)
        };
        let (done, got) = rayon::join(|| work(bytes), read);
        let got = got.map_err(NoStream::Io)?;
        self.read += usize::try_from(got).unwrap_or(usize::MAX);
        self.reporter.check()?;
        Ok(done)
    }

    /// Drops what stands before `done` and goes on to what has been read. What is left over is put into the room before it.
    fn slide(&mut self, done: usize) -> Result<(), NoStream> {
        if self.next.len() == ROOM {
            self.while_reading(|_| (), || ())?;
        }
        let left = self.held.get(self.start + done..).unwrap_or_default();
        if left.len() > LARGEST_FEATURE {
            return Err(NoStream::Unusual);
        }
        self.ended = self.next.len() == ROOM;
        if let Some(start) = ROOM.checked_sub(left.len()) {
            self.next[start..ROOM].copy_from_slice(left);
            std::mem::swap(&mut self.held, &mut self.next);
            self.start = start;
        } else {
            self.held.drain(..self.start + done);
            self.held.extend_from_slice(&self.next[ROOM..]);
            self.start = 0;
        }
        self.next.resize(ROOM, 0);
        Ok(())
    }
}

/// Reads a collection. `total` is the length of the source in bytes, for progress.
pub(super) fn read(source: &mut (dyn Read + Send), total: usize, reporter: &dyn Reporter) -> Result<Streamed, NoStream> {
    let mut features = Vec::new();
    match read_into(&mut features, source, total, reporter) {
        Ok((headers, shell)) => Ok(Streamed { features, headers, shell }),
        Err(why) => {
            crate::import::let_go(features);
            Err(why)
        }
    }
}

/// Reads the features of a collection; gives back the names of their fields and the collection without them.
fn read_into(
    features: &mut Vec<RawFeature>,
    source: &mut (dyn Read + Send),
    total: usize,
    reporter: &dyn Reporter,
) -> Result<(Vec<String>, String), NoStream> {
    let mut window = Window::new(source, reporter);
    window.slide(0)?;
    if window.bytes().starts_with(b"\xef\xbb\xbf") {
        window.start += 3;
    }
    let (head, mut any) = head(window.bytes())?;
    let mut shell = text(&window.bytes()[..head])?.to_owned();
    let mut at = head;
    let mut headers = Headers::default();
    let mut before = Vec::new();
    while any {
        // The features of one window are put together while the next one is read and taken apart.
        let gather = || gather(&mut before, features, &mut headers);
        let pieces = window.while_reading(|bytes| read_window(bytes, at, reporter), gather)??;
        if features.capacity() == 0 {
            features.reserve(expected(&pieces, at, total));
        }
        if reporter.shows_outlines() {
            show(&pieces, &shell, total.div_ceil(window.bytes().len().max(1)), reporter);
        }
        let last = pieces.last().ok_or(NoStream::Unusual)?;
        (any, at) = (!last.closed, last.end);
        before = pieces;
        if any {
            if window.ended {
                return Err(NoStream::Unusual);
            }
            window.slide(at)?;
            at = 0;
        }
        reporter.progress(window.read, total);
    }
    gather(&mut before, features, &mut headers);
    while !window.ended {
        window.slide(at)?;
        at = 0;
        reporter.check()?;
    }
    shell.push(']');
    shell.push_str(text(&window.bytes()[at..])?);
    Ok((headers.into_names(), shell))
}

/// Shows some of the features of one window, of `share` that the file has.
fn show(pieces: &[Piece], head: &str, share: usize, reporter: &dyn Reporter) {
    let system = shell(&format!("{head}]}}")).and_then(|outer| outer.crs).and_then(crs_member);
    let features = pieces.iter().flat_map(|piece| &piece.features);
    reporter.outlines(system.as_deref(), outlines::of(features, share));
}

fn gather(pieces: &mut Vec<Piece>, features: &mut Vec<RawFeature>, headers: &mut Headers) {
    for piece in pieces.drain(..) {
        features.extend(piece.features);
        piece.headers.iter().for_each(|name| headers.note(name));
    }
}

/// The features that lie whole in the first bytes of a source, the text before them, and where they end.
pub(super) fn read_first(bytes: &[u8], reporter: &dyn Reporter) -> Result<(Vec<RawFeature>, String, usize), NoStream> {
    let (head, any) = head(bytes)?;
    if !any {
        return Err(NoStream::Unusual);
    }
    let pieces = read_window(bytes, head, reporter)?;
    let end = pieces.last().map_or(head, |piece| piece.end);
    let features = pieces.into_iter().flat_map(|piece| piece.features).collect();
    Ok((features, text(&bytes[..head])?.to_owned(), end))
}

/// About as many features as a file of `total` bytes holds by the first of them: a list that grows by itself is copied, and
/// for a moment there twice. A file of few bytes a feature at first is not trusted beyond measure.
fn expected(pieces: &[Piece], from: usize, total: usize) -> usize {
    /// Bytes of the shortest feature worth counting on.
    const SHORTEST: usize = 100;
    let (end, count) = pieces.iter().fold((from, 0), |(_, count), piece| (piece.end, count + piece.features.len()));
    let each = (end.saturating_sub(from) / count.max(1)).max(SHORTEST);
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

/// Features of one piece.
struct Piece {
    features: Vec<RawFeature>,
    /// Names of their fields.
    headers: Vec<String>,
    /// Behind the last of them and its comma, or behind the bracket that closes the list.
    end: usize,
    /// Whether the list is closed.
    closed: bool,
}

/// The pieces of one window, each beginning where the one before ends; there is at least one.
fn read_window(bytes: &[u8], from: usize, reporter: &dyn Reporter) -> Result<Vec<Piece>, NoStream> {
    let starts = guess_starts(bytes, from);
    let until = |number: usize| starts.get(number + 1).copied().unwrap_or(bytes.len());
    let pieces: Vec<Result<Piece, NoStream>> = starts
        .par_iter()
        .enumerate()
        .map(|(number, &start)| reporter.check().map_err(NoStream::from).and_then(|()| read_piece(bytes, start, until(number))))
        .collect();
    let mut whole: Vec<Piece> = Vec::with_capacity(pieces.len());
    for (number, (&start, piece)) in starts.iter().zip(pieces).enumerate() {
        let (end, closed) = whole.last().map_or((from, false), |last| (last.end, last.closed));
        if closed || (number > 0 && end >= until(number)) {
            continue;
        }
        // A wrong guess: inside a text, or among the fields of a feature.
        whole.push(if end == start { piece? } else { read_piece(bytes, end, until(number))? });
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
fn read_piece(bytes: &[u8], start: usize, until: usize) -> Result<Piece, NoStream> {
    let mut piece = Piece { features: Vec::with_capacity(PIECE / 256), headers: Vec::new(), end: start, closed: false };
    let mut scan = Scan { bytes, at: start };
    let mut plain = Plain::default();
    while !piece.closed && piece.end < until {
        let begin = scan.at;
        let read = one(&mut plain, &mut scan, begin).and_then(|feature| Ok((feature, scan.more(b']')?)));
        match read {
            Ok((feature, more)) => {
                piece.features.push(feature);
                piece.closed = !more;
                if more && scan.peek() == Err(Stop::End) {
                    piece.end = scan.at;
                    break;
                }
                piece.end = scan.at;
            }
            Err(Stop::End) => break,
            Err(Stop::Unusual) => return Err(NoStream::Unusual),
        }
    }
    piece.headers = plain.into_headers();
    Ok(piece)
}

/// One feature, by the common reader where it is not plain.
fn one(plain: &mut Plain, scan: &mut Scan<'_>, begin: usize) -> Result<RawFeature, Stop> {
    match plain.feature(scan) {
        Err(Stop::Unusual) => {}
        done => return done,
    }
    // The end by a scan that minds nothing but strings and brackets; the text is then judged as JSON as a whole.
    scan.at = begin;
    let end = rough_end(scan.bytes, begin).ok_or(Stop::End)?;
    let text = std::str::from_utf8(&scan.bytes[begin..end]).map_err(|_| Stop::Unusual)?;
    let value: &RawValue = serde_json::from_str(text).map_err(|_| Stop::Unusual)?;
    scan.at = end;
    let feature = read_feature(value);
    plain.note_other(&feature);
    Ok(feature)
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
