//! Zips: what can be read of one is unpacked into a folder or into memory, within limits, whatever its headers say.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};

use super::{Bundle, MOST_FILES, in_file, too_many, unreadable};
use crate::base::{Message, Reporter};
use crate::import::error::ImportError;
use crate::import::text::decode;

/// Bytes that a zip may unpack to: the pipes of a whole city as GeoJSON take less than one of these four.
const MOST_UNPACKED: u64 = 4 << 30;

/// Bytes that a workbook may unpack to: a ledger of a million rows takes half of it.
const MOST_IN_WORKBOOK: u64 = 1 << 30;

/// Times that an entry may grow. Maps as text shrink to a tenth, tables full of blanks to a hundredth; a bomb to a thousandth.
const MOST_GROWTH: u64 = 400;

/// Entries smaller than this may grow as they like, bytes.
const GROWTH_COUNTS: u64 = 32 << 20;

/// Bytes copied between two looks at whether to stop.
const CHUNK: usize = 1 << 20;

/// Unpacks what can be read of a zip into a folder.
pub(super) fn unpack(path: &Path, into: &Path, reporter: &dyn Reporter) -> Result<Bundle, ImportError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let broken = |error: &dyn std::fmt::Display| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_FILES {
        return Err(too_many(path));
    }
    let mut bundle = Bundle::default();
    let mut room = MOST_UNPACKED;
    for place in 0..archive.len() {
        reporter.check()?;
        let (name, link) = match archive.by_index_raw(place) {
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => (decode(entry.name_raw()).text.into_owned().replace('\\', "/"), entry.is_symlink()),
            Err(error) => {
                bundle.told.push(broken(&error).message());
                continue;
            }
        };
        let leave = |key: &'static str| in_file(path, Message::new(key).text("name", name.clone()));
        let Some(target) = inside(into, &name) else {
            bundle.told.push(leave("import.entry-outside"));
            continue;
        };
        if link {
            bundle.told.push(leave("import.link-left"));
            continue;
        }
        if target.exists() {
            bundle.told.push(leave("import.entry-twice"));
            continue;
        }
        if !bundle.take(target.clone(), name.clone()) {
            continue;
        }
        let copied = archive.by_index(place).map_err(|error| broken(&error)).and_then(|entry| {
            let packed = entry.compressed_size();
            copy(entry, &target, limit_of(packed, room), reporter).map_err(|error| error.of(path))
        });
        match copied {
            Ok(size) => room -= size,
            Err(error @ (ImportError::Cancelled | ImportError::NotThis { .. })) => return Err(error),
            // What there is of it is read; the reader says what is missing.
            Err(error) => bundle.told.push(error.within(path, &name).message()),
        }
    }
    bundle.members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(bundle)
}

/// Bytes that an entry may unpack to.
fn limit_of(packed: u64, room: u64) -> u64 {
    packed.saturating_mul(MOST_GROWTH).max(GROWTH_COUNTS).min(room)
}

/// The place of an entry inside a folder; `None` when it would lie elsewhere, on whatever system.
fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let named = !name.is_empty() && !name.contains([':', '\0']) && Path::new(name).components().all(plain);
    named.then(|| folder.join(name))
}

/// Why a copy ended early.
enum CopyError {
    Cancelled,
    Bomb,
    Io(std::io::Error),
}

impl CopyError {
    fn of(self, path: &Path) -> ImportError {
        match self {
            Self::Cancelled => ImportError::Cancelled,
            Self::Bomb => ImportError::NotThis { path: path.to_owned(), what: bomb() },
            Self::Io(error) => unreadable(path, &error),
        }
    }
}

fn bomb() -> Message {
    Message::new("import.zip-bomb").count("times", usize::try_from(MOST_GROWTH).unwrap_or(0)).count("gib", 4)
}

fn copy(from: impl Read, target: &Path, limit: u64, reporter: &dyn Reporter) -> Result<u64, CopyError> {
    let open = || {
        target.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        File::create_new(target)
    };
    let mut file = open().map_err(CopyError::Io)?;
    pour(from, &mut file, limit, reporter)
}

/// Copies at most `limit` bytes; more than that is a bomb.
fn pour(mut from: impl Read, to: &mut dyn Write, limit: u64, reporter: &dyn Reporter) -> Result<u64, CopyError> {
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        if reporter.should_stop() {
            return Err(CopyError::Cancelled);
        }
        let read = from.read(&mut chunk).map_err(CopyError::Io)?;
        if read == 0 {
            return Ok(size);
        }
        size += read as u64;
        if size > limit {
            return Err(CopyError::Bomb);
        }
        to.write_all(&chunk[..read]).map_err(CopyError::Io)?;
    }
}

/// The entries of a zip in memory whose names end so, unpacked within the limits: for formats that are zips themselves.
///
/// # Errors
/// [`ImportError`] when it is no zip, when an entry is broken, or when it would unpack to more than the limits.
pub(in crate::import) fn entries(
    path: &Path,
    bytes: &[u8],
    ending: &str,
    reporter: &dyn Reporter,
) -> Result<Vec<(String, Vec<u8>)>, ImportError> {
    let broken = |error: &dyn std::fmt::Display| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_FILES {
        return Err(too_many(path));
    }
    let mut found = Vec::new();
    let mut room = MOST_UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| broken(&error))?;
        let name = decode(entry.name_raw()).text.into_owned();
        if entry.is_dir() || !name.to_lowercase().ends_with(ending) {
            continue;
        }
        let mut content = Vec::new();
        let limit = limit_of(entry.compressed_size(), room);
        room -= pour(entry, &mut content, limit, reporter).map_err(|error| error.of(path))?;
        found.push((name, content));
    }
    Ok(found)
}

/// Makes sure that a workbook, which is a zip, does not unpack to more than the limits; its reader knows none.
///
/// # Errors
/// [`ImportError::NotThis`] when it does. What is no zip is for its reader to refuse.
pub(in crate::import) fn check_workbook(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return Ok(()) };
    let mut room = MOST_IN_WORKBOOK;
    for place in 0..archive.len() {
        let Ok(entry) = archive.by_index(place) else { continue };
        let limit = limit_of(entry.compressed_size(), room);
        match pour(entry, &mut std::io::sink(), limit, &crate::base::Silent) {
            Ok(size) => room -= size,
            Err(CopyError::Bomb) => return Err(ImportError::NotThis { path: path.to_owned(), what: bomb() }),
            Err(_) => {}
        }
    }
    Ok(())
}
