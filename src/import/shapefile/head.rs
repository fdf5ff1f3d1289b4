//! The beginning of a large shapefile: its first records, and the rows and index entries that belong to them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Parts, companion, read_parts};
use crate::base::Reporter;
use crate::import::error::ImportError;
use crate::import::formats::HEAD;
use crate::import::read_bytes;
use crate::import::source::Head;

/// Length of the header of `.shp` and `.shx`, and of what stands before a record, bytes.
const HEADER: usize = 100;
const RECORD: usize = 8;

/// Records that tell what the file is: rows of a table may be long where shapes are short.
const MOST: usize = 5_000;

/// Reads the first records. `None` when the file must be read whole to tell anything.
///
/// # Errors
/// [`ImportError`] when the system cannot read it, when it is no shapefile, or when the work was stopped.
pub(in crate::import) fn read_head(path: &Path, reporter: &dyn Reporter) -> Result<Option<Head>, ImportError> {
    let mut shp = first_bytes(path, HEAD)?;
    let (records, end) = whole_records(&shp);
    if records == 0 {
        return Ok(None);
    }
    shp.truncate(end);
    let beside = |ending: &str, most: usize| companion(path, ending).map(|path| first_bytes(&path, most as u64)).transpose();
    let whole = |ending: &str| companion(path, ending).map(|path| read_bytes(&path)).transpose();
    let shx = beside("shx", HEADER + RECORD * records)?;
    let dbf = match companion(path, "dbf") {
        Some(path) => Some(first_rows(&path, records)?),
        None => None,
    };
    let parts = Parts { shp, shx, dbf, prj: whole("prj")?, cpg: whole("cpg")? };
    let layer = read_parts(path, &parts, reporter)?;
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let times = crate::import::length_of(path)? as f64 / end as f64;
    Ok(Some(Head { layer, times }))
}

fn first_bytes(path: &Path, most: u64) -> Result<Vec<u8>, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(bytes)
}

/// Records that stand whole in the bytes, one after another, and where the last of them ends.
fn whole_records(shp: &[u8]) -> (usize, usize) {
    let (mut records, mut at) = (0, HEADER);
    loop {
        let words = shp.get(at + 4..).and_then(|rest| rest.first_chunk()).map(|raw| u32::from_be_bytes(*raw));
        let end = words.and_then(|words| usize::try_from(words).ok()?.checked_mul(2)?.checked_add(at + RECORD));
        match end {
            Some(end) if end <= shp.len() && records < MOST => (records, at) = (records + 1, end),
            _ => return (records, at),
        }
    }
}

/// A table cut after its first rows, which its header then counts.
fn first_rows(path: &Path, rows: usize) -> Result<Vec<u8>, ImportError> {
    let head = first_bytes(path, 32)?;
    let short = |at: usize| head.get(at..)?.first_chunk().map(|raw| usize::from(u16::from_le_bytes(*raw)));
    let (Some(header), Some(row)) = (short(8), short(10)) else { return Ok(head) };
    let mut dbf = first_bytes(path, (header + rows * row) as u64)?;
    let held = dbf.get(4..8).and_then(|raw| raw.first_chunk()).map_or(0, |raw| u32::from_le_bytes(*raw));
    let count = held.min(u32::try_from(rows).unwrap_or(u32::MAX));
    if let Some(place) = dbf.get_mut(4..8) {
        place.copy_from_slice(&count.to_le_bytes());
    }
    Ok(dbf)
}
