//! Folders and zips: which files in them are maps and ledgers, and what is left alone and told.
//!
//! A zip is unpacked into a folder of its own for as long as it is read, and only what can be read of it. Nothing leaves
//! that folder: entries that point out of it and links are left out. How much a zip may unpack to is limited, whatever its
//! headers say.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};

use super::error::ImportError;
use super::formats::{self, MAP_ENDINGS, TABLE_ENDINGS};
use super::text::decode;
use super::{FileRead, Origin, ReadOptions, read_ledgers};
use crate::base::{Message, Reporter};
use crate::model::LayerKind;

/// Files in a folder or zip, at most: a district has dozens, a disk that was dropped by mistake has more.
const MOST_FILES: usize = 10_000;

/// Folders inside one another, at most.
const DEEPEST: usize = 16;

/// Bytes that a zip may unpack to: the pipes of a whole city as GeoJSON take less than one of these four.
const MOST_UNPACKED: u64 = 4 << 30;

/// Times that an entry may grow. Maps as text shrink to a tenth, tables full of blanks to a hundredth; a bomb to a thousandth.
const MOST_GROWTH: u64 = 400;

/// Entries smaller than this may grow as they like, bytes.
const GROWTH_COUNTS: u64 = 32 << 20;

/// Bytes copied between two looks at whether to stop.
const CHUNK: usize = 1 << 20;

/// A file to be read.
struct Member {
    /// Where it lies now.
    path: PathBuf,
    /// Its name inside the folder or zip.
    name: String,
}

/// What a folder or zip holds.
#[derive(Default)]
struct Bundle {
    members: Vec<Member>,
    /// What was left alone.
    told: Vec<Message>,
    /// Files of no known format.
    others: BTreeSet<String>,
}

/// Whether a path is a folder or a zip.
pub(super) fn is_bundle(path: &Path) -> bool {
    path.is_dir() || formats::ending(path) == "zip"
}

/// A folder or zip that is being looked into. What was unpacked lies there as long as this lives.
struct Opened {
    bundle: Bundle,
    _unpacked: Option<tempfile::TempDir>,
}

fn opened(path: &Path, reporter: &dyn Reporter) -> Result<Opened, ImportError> {
    if !path.is_dir() {
        let into = tempfile::tempdir().map_err(|error| unreadable(path, &error))?;
        return Ok(Opened { bundle: unpack(path, into.path(), reporter)?, _unpacked: Some(into) });
    }
    if formats::ending(path) == "gdb" {
        return Err(formats::unknown(path, "gdb"));
    }
    Ok(Opened { bundle: folder(path)?, _unpacked: None })
}

/// Shows every map and every ledger of a folder or zip to `look`: where it lies, its name inside, and whence it comes as
/// the user knows it. Gives back what was left alone.
///
/// # Errors
/// [`ImportError`] when it cannot be opened, when nothing in it can be read, or when `look` was stopped.
pub(super) fn look_into(
    path: &Path,
    reporter: &dyn Reporter,
    mut look: impl FnMut(&Path, &Origin<'_>) -> Result<(), ImportError>,
) -> Result<Vec<Message>, ImportError> {
    let Opened { bundle: Bundle { members, mut told, others: strange }, _unpacked } = opened(path, reporter)?;
    if members.is_empty() {
        return Err(nothing_inside(path));
    }
    for member in &members {
        reporter.check()?;
        let origin = Origin { path: &path.join(&member.name), file: shown(path, &member.name), member: &member.name };
        match look(&member.path, &origin) {
            Ok(()) => {}
            Err(ImportError::Cancelled) => return Err(ImportError::Cancelled),
            Err(error) => told.push(error.within(path, &member.name).message()),
        }
    }
    told.extend((!strange.is_empty()).then(|| others(path, &strange)));
    Ok(told)
}

fn nothing_inside(path: &Path) -> ImportError {
    let what = Message::new("import.nothing-inside").text("known", MAP_ENDINGS.join(", "));
    ImportError::NotThis { path: path.to_owned(), what }
}

/// Reads every map and every ledger of a folder or zip. What fails is told and the rest loads.
///
/// # Errors
/// [`ImportError`] when nothing in it could be read.
pub(super) fn read(path: &Path, options: &ReadOptions, reporter: &dyn Reporter) -> Result<FileRead, ImportError> {
    let Opened { bundle, _unpacked } = opened(path, reporter)?;
    let mut read = FileRead { failures: bundle.told, ..FileRead::default() };
    let mut first_error = None;
    let mut working_crs = options.working_crs;
    // A kind that is asked for is that of one file; of several, those that look like it are taken.
    let maps = bundle.members.iter().filter(|member| !formats::is_table(&member.path)).count();
    let asked = options.kind.filter(|_| maps > 1);
    for member in &bundle.members {
        reporter.check()?;
        if options.leaves_out(&member.name) {
            continue;
        }
        let result = if formats::is_table(&member.path) {
            read_ledgers(&member.path, &member.name, &options.choices).map(|tables| read.tables.extend(tables))
        } else {
            let kind = if asked.is_some() { None } else { options.kind };
            let options = ReadOptions { kind, working_crs, ..options.clone() };
            let origin = Origin { path: &path.join(&member.name), file: shown(path, &member.name), member: &member.name };
            super::read_file(&member.path, &origin, &options, reporter).map(|file| {
                working_crs = working_crs.or((!file.layers.is_empty()).then_some(file.working_crs));
                read.layers.extend(file.layers);
            })
        };
        match result {
            Ok(()) => {}
            Err(ImportError::Cancelled) => return Err(ImportError::Cancelled),
            Err(error) => {
                let error = error.within(path, &member.name);
                read.failures.push(error.message());
                first_error.get_or_insert(error);
            }
        }
    }
    if let Some(asked) = asked {
        keep_kind(path, asked, &mut read)?;
    }
    if read.layers.is_empty() && read.tables.is_empty() {
        return Err(first_error.unwrap_or_else(|| nothing_inside(path)));
    }
    if !bundle.others.is_empty() {
        read.failures.push(others(path, &bundle.others));
    }
    read.working_crs = working_crs.unwrap_or(super::FALLBACK_CRS);
    Ok(read)
}

/// Leaves only the layers of one kind, and tells the others.
fn keep_kind(path: &Path, asked: LayerKind, read: &mut FileRead) -> Result<(), ImportError> {
    let layers = std::mem::take(&mut read.layers);
    let (kept, left): (Vec<_>, Vec<_>) = layers.into_iter().partition(|layer| layer.content.kind() == asked);
    let names: Vec<String> = left.into_iter().map(|layer| layer.source.file).collect();
    if kept.is_empty() && !names.is_empty() {
        let what = Message::new("import.no-such-layer").text("names", names.join(", "));
        return Err(ImportError::NotThis { path: path.to_owned(), what });
    }
    if !names.is_empty() {
        read.failures.push(in_file(path, Message::new("import.layers-not-asked").text("names", names.join(", "))));
    }
    read.layers = kept;
    Ok(())
}

/// A few names of the files that no reader takes, and how many there are.
fn others(path: &Path, names: &BTreeSet<String>) -> Message {
    let few: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let list = Message::new("import.files-left").count("count", names.len()).text("names", few.join(", "));
    in_file(path, list)
}

fn in_file(path: &Path, what: Message) -> Message {
    Message::new("import.in-file").text("file", path.display().to_string()).nested("what", what)
}

/// `town.zip/pipes/gas.shp`.
fn shown(path: &Path, name: &str) -> String {
    let bundle = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{bundle}/{name}")
}

fn unreadable(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

/// What becomes of a file by its name.
#[derive(PartialEq)]
enum Use {
    Read,
    Beside,
    Not,
    /// What systems leave behind: no one put it there.
    Litter,
}

fn use_of(name: &str) -> Use {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = formats::ending(Path::new(file));
    let ending = ending.as_str();
    if file.starts_with('.') || name.starts_with("__MACOSX/") || ["Thumbs.db", "desktop.ini"].contains(&file) {
        Use::Litter
    } else if formats::is_beside_shp(ending) || file.to_lowercase().ends_with(".shp.xml") {
        Use::Beside
    } else if ending != "zip" && (MAP_ENDINGS.contains(&ending) || TABLE_ENDINGS.contains(&ending)) {
        // Readme files and their like are texts, not tables.
        if ending == "txt" { Use::Not } else { Use::Read }
    } else {
        Use::Not
    }
}

impl Bundle {
    /// Sorts a file in; `false` when it need not be there.
    fn take(&mut self, path: PathBuf, name: String) -> bool {
        let what = use_of(&name);
        match what {
            Use::Read => self.members.push(Member { path, name }),
            Use::Not => _ = self.others.insert(name),
            Use::Beside | Use::Litter => {}
        }
        matches!(what, Use::Read | Use::Beside)
    }
}

/// The files of a folder and of the folders in it, by name. Links are not followed.
fn folder(root: &Path) -> Result<Bundle, ImportError> {
    let mut bundle = Bundle::default();
    let mut seen = 0;
    let mut waiting = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = waiting.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(&folder)
            .and_then(Iterator::collect::<Result<_, _>>)
            .map_err(|error| unreadable(&folder, &error))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            seen += 1;
            if seen > MOST_FILES {
                return Err(too_many(root));
            }
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            if kind.is_symlink() {
                bundle.told.push(in_file(root, Message::new("import.link-left").text("name", name)));
            } else if kind.is_dir() && formats::ending(&entry.path()) == "gdb" {
                bundle.told.push(formats::unknown(&entry.path(), "gdb").message());
            } else if kind.is_dir() && depth == DEEPEST {
                bundle.told.push(in_file(root, Message::new("import.folder-too-deep").text("name", name)));
            } else if kind.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
                waiting.push((entry.path(), format!("{name}/"), depth + 1));
            } else if kind.is_file() {
                bundle.take(entry.path(), name);
            }
        }
    }
    bundle.members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(bundle)
}

fn too_many(path: &Path) -> ImportError {
    let what = Message::new("import.too-many-files").count("most", MOST_FILES);
    ImportError::NotThis { path: path.to_owned(), what }
}

/// Unpacks what can be read of a zip into a folder.
fn unpack(path: &Path, into: &Path, reporter: &dyn Reporter) -> Result<Bundle, ImportError> {
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
pub(super) fn entries(
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
pub(super) fn check_workbook(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
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

/// Bytes that a workbook may unpack to: a ledger of a million rows takes half of it.
const MOST_IN_WORKBOOK: u64 = 1 << 30;
