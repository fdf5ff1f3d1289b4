//! One feature a line, as `GeoJSONL` and RFC 8142 have it: read in parallel from wherever a line begins with a brace.
//!
//! That a value begins there is proved by the one before, which must end there. What is not so from end to end, or does not
//! parse, is left to the common reader, which has the words.

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::plain::Plain;
use super::read_feature;
use super::scan::Scan;
use super::sequence::collection;
use crate::base::{Cancelled, Reporter};
use crate::import::source::RawFeature;

/// Bytes of one piece.
const PIECE: usize = 512 << 10;

/// Features between two looks at whether to stop.
const STEP: usize = 1_024;

/// Reads a sequence of at least two values; `None` of anything else.
///
/// # Errors
/// [`Cancelled`] when the work was stopped.
pub(super) fn read(bytes: &[u8], reporter: &dyn Reporter) -> Result<Option<Vec<RawFeature>>, Cancelled> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = between(bytes, 0);
    let several = bytes.get(start) == Some(&b'{')
        && one(bytes, start, &mut Plain::default()).is_some_and(|(_, end)| bytes.get(between(bytes, end)) == Some(&b'{'));
    if !several {
        return Ok(None);
    }
    let mut starts = vec![start];
    let mut at = start + PIECE;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let begin = between(bytes, at + found);
        if bytes.get(begin) == Some(&b'{') {
            starts.push(begin);
        }
        at = begin.max(at + found + 1) + if bytes.get(begin) == Some(&b'{') { PIECE } else { 0 };
    }
    let until = |number: usize| starts.get(number + 1).copied().unwrap_or(bytes.len());
    let pieces: Vec<Option<Vec<RawFeature>>> = starts
        .par_iter()
        .enumerate()
        .map(|(number, &start)| piece(bytes, start, until(number), reporter))
        .collect::<Result<_, Cancelled>>()?;
    Ok(pieces.into_iter().collect::<Option<Vec<_>>>().map(|pieces| pieces.into_iter().flatten().collect()))
}

/// Values from one place to another, which must be the end of one.
fn piece(bytes: &[u8], start: usize, until: usize, reporter: &dyn Reporter) -> Result<Option<Vec<RawFeature>>, Cancelled> {
    let (mut features, mut plain) = (Vec::new(), Plain::default());
    let mut at = start;
    while at < until {
        if features.len().is_multiple_of(STEP) {
            reporter.check()?;
        }
        let Some((feature, end)) = one(bytes, at, &mut plain) else { return Ok(None) };
        features.push(feature);
        at = between(bytes, end);
    }
    Ok((at == until).then_some(features))
}

/// The value that begins here and the place behind it.
fn one(bytes: &[u8], at: usize, plain: &mut Plain) -> Option<(RawFeature, usize)> {
    let mut scan = Scan { bytes, at };
    if let Ok(feature) = plain.feature(&mut scan) {
        return Some((feature, scan.at));
    }
    let mut values = serde_json::Deserializer::from_slice(bytes.get(at..)?).into_iter::<&RawValue>();
    let value = values.next()?.ok()?;
    // A collection is for the common reader.
    let feature = collection(value).is_none().then(|| read_feature(value))?;
    Some((feature, at + values.byte_offset()))
}

/// The place behind white space and the record separators of RFC 8142.
fn between(bytes: &[u8], at: usize) -> usize {
    let passed = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'\x1e');
    at + bytes.get(at..).unwrap_or_default().iter().take_while(passed).count()
}
