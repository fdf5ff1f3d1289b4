//! Folders and zips: which files in them are maps and ledgers, and what is left alone and told.
//!
//! A zip is unpacked into a folder of its own for as long as it is looked into and read, and only what can be read of it.
//! Nothing leaves that folder: entries that point out of it and links are left out. How much a zip may unpack to is limited,
//! whatever its headers say ([`unzip`]).

mod unzip;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use self::unzip::unpack;
pub(super) use self::unzip::{check_workbook, entries};
use super::error::ImportError;
use super::formats::{self, MAP_ENDINGS, TABLE_ENDINGS};
use super::{FileRead, Origin, ReadOptions, read_ledgers};
use crate::base::{Message, Reporter};
use crate::model::LayerKind;

/// Files in a folder or zip, at most: a district has dozens, a disk that was dropped by mistake has more.
const MOST_FILES: usize = 10_000;

/// Folders inside one another, at most.
const DEEPEST: usize = 16;

/// A file to be read.
#[derive(Debug)]
struct Member {
    /// Where it lies now.
    path: PathBuf,
    /// Its name inside the folder or zip.
    name: String,
}

/// What a folder or zip holds.
#[derive(Debug, Default)]
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

/// A zip as it was unpacked. What was unpacked lies there as long as this lives.
#[derive(Debug)]
pub struct Unpacked {
    bundle: Bundle,
    folder: tempfile::TempDir,
    /// The zip as it was then.
    mark: Option<(u64, SystemTime)>,
}

impl PartialEq for Unpacked {
    fn eq(&self, other: &Self) -> bool {
        self.folder.path() == other.folder.path()
    }
}

impl Unpacked {
    /// Whether the zip at `path` is still the one that was unpacked.
    fn is_of(&self, path: &Path) -> bool {
        self.mark.is_some() && self.mark == mark_of(path)
    }
}

fn mark_of(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// A folder or zip that is being looked into.
enum Opened {
    Folder(Bundle),
    Zip(Arc<Unpacked>),
}

impl Opened {
    fn bundle(&self) -> &Bundle {
        match self {
            Self::Folder(bundle) => bundle,
            Self::Zip(unpacked) => &unpacked.bundle,
        }
    }
}

fn opened(path: &Path, unpacked: Option<&Arc<Unpacked>>, reporter: &dyn Reporter) -> Result<Opened, ImportError> {
    if !path.is_dir() {
        if let Some(unpacked) = unpacked.filter(|unpacked| unpacked.is_of(path)) {
            return Ok(Opened::Zip(Arc::clone(unpacked)));
        }
        let mark = mark_of(path);
        let folder = tempfile::tempdir().map_err(|error| unreadable(path, &error))?;
        let bundle = unpack(path, folder.path(), reporter)?;
        return Ok(Opened::Zip(Arc::new(Unpacked { bundle, folder, mark })));
    }
    if formats::ending(path) == "gdb" {
        return Err(formats::unknown(path, "gdb"));
    }
    Ok(Opened::Folder(folder(path)?))
}

/// What was left alone of a folder or zip, and the zip as it was unpacked.
pub(super) type LookedInto = (Vec<Message>, Option<Arc<Unpacked>>);

/// Shows every map and every ledger of a folder or zip to `look`: where it lies, its name inside, and whence it comes as
/// the user knows it. Gives back what was left alone.
///
/// # Errors
/// [`ImportError`] when it cannot be opened, when nothing in it can be read, or when `look` was stopped.
pub(super) fn look_into(
    path: &Path,
    reporter: &dyn Reporter,
    mut look: impl FnMut(&Path, &Origin<'_>) -> Result<(), ImportError>,
) -> Result<LookedInto, ImportError> {
    let opened = opened(path, None, reporter)?;
    let Bundle { members, told, others: strange } = opened.bundle();
    let mut told = told.clone();
    if members.is_empty() {
        return Err(nothing_inside(path));
    }
    for member in members {
        reporter.check()?;
        let origin = Origin { path: &path.join(&member.name), file: shown(path, &member.name), member: &member.name };
        match look(&member.path, &origin) {
            Ok(()) => {}
            Err(ImportError::Cancelled) => return Err(ImportError::Cancelled),
            Err(error) => told.push(error.within(path, &member.name).message()),
        }
    }
    told.extend((!strange.is_empty()).then(|| others(path, strange)));
    let unpacked = if let Opened::Zip(unpacked) = opened { Some(unpacked) } else { None };
    Ok((told, unpacked))
}

fn nothing_inside(path: &Path) -> ImportError {
    let what = Message::new("import.nothing-inside").text("known", MAP_ENDINGS.join(", "));
    ImportError::NotThis { path: path.to_owned(), what }
}

/// Reads every map and every ledger of a folder or zip. What fails is told and the rest loads. What was `unpacked` of the
/// zip as it is need not be unpacked again.
///
/// # Errors
/// [`ImportError`] when nothing in it could be read.
pub(super) fn read(
    path: &Path,
    unpacked: Option<&Arc<Unpacked>>,
    options: &ReadOptions,
    reporter: &dyn Reporter,
) -> Result<FileRead, ImportError> {
    let opened = opened(path, unpacked, reporter)?;
    let bundle = opened.bundle();
    let mut read = FileRead { failures: bundle.told.clone(), ..FileRead::default() };
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
    read.working_crs = working_crs.unwrap_or(super::reading::FALLBACK_CRS);
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;
    use crate::base::Silent;
    use crate::import::{preview, read_looked_into};

    fn zip(path: &Path) -> u64 {
        let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
        zip.start_file("compounds.geojson", zip::write::SimpleFileOptions::default()).unwrap();
        let ring = "[[125.3,43.9],[125.31,43.9],[125.31,43.91],[125.3,43.9]]";
        write!(zip, r#"{{"type":"Polygon","coordinates":[{ring}]}}"#).unwrap();
        zip.finish().unwrap();
        std::fs::metadata(path).unwrap().len()
    }

    #[test]
    fn what_was_looked_into_is_not_unpacked_again_unless_it_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("town.zip");
        let length = zip(&path);
        let found = preview(&path, &Silent).unwrap();
        let read = || read_looked_into(&path, found.unpacked.as_ref(), &ReadOptions::default(), &Silent);
        assert_eq!(read().unwrap().layers.len(), 1);
        // No zip any more, but nothing tells that it is another file: it is not looked into.
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(read().unwrap().layers.len(), 1);
        // A file that changed is read as it is now.
        std::fs::write(&path, b"no zip").unwrap();
        assert!(read().is_err());
    }
}
