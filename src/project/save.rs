//! Saving: into a new file beside the old one, then one rename. Whatever fails, the old file stands.
//!
//! The new file begins as a copy of the old one where it is known what that holds, and only what differs is written into it; else,
//! and where the copy will not do, it is written whole.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::export::write_styles;
use crate::gpkg::{GpkgError, Package, Srs};
use crate::i18n::Lang;
use crate::model::Content;

use super::error::{ProjectError, SaveFault};
use super::held::{Held, Known, State};
use super::provenance::folder_of;
use super::tables::{self, Writer};
use super::{BaseMark, JournalMark, Provenance, foreign, open, seal};

/// Date for `last_change` of a plan without one; the clock never gets into files.
const NO_DATE: &str = "1970-01-01";

/// So many empty pages of 4 KiB are always borne.
const HOLLOW: i64 = 2_500;

/// How files are called while they are written.
const PREFIX: &str = ".lianpian-";
const SUFFIX: &str = ".tmp";

/// What a save did.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Names the state that was saved; the next journal begins with it.
    pub base: BaseMark,
    /// Tables of other programs that were carried over.
    pub carried: Vec<String>,
    /// Rows that were written or taken away; those of styles and of other programs do not count.
    pub rows: usize,
    /// What the file holds now.
    pub held: Held,
}

/// What a file keeps beside the plan.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// How far the plan's journal had come.
    pub journal: JournalMark,
    /// Where the layers came from, as far as it is known.
    pub provenance: Provenance,
    /// What the file holds that the plan is to take the place of, as it was opened or last saved.
    pub held: Held,
}

/// Saves the plan in `path`. A file that is there is replaced at once or not at all; tables in it that are not ours
/// (layer styles, layers that somebody added) are carried over.
///
/// # Errors
/// [`ProjectError::Save`], and [`ProjectError::Frozen`] where a frozen version lies that is not this one; the file that was there
/// is then as it was.
pub fn save(content: &Content, path: &Path) -> Result<Saved, ProjectError> {
    save_beside(content, path, &Beside::default())
}

/// [`save`] with what is to be kept beside the plan.
///
/// # Errors
/// As [`save`].
pub fn save_beside(content: &Content, path: &Path, beside: &Beside) -> Result<Saved, ProjectError> {
    save_within(content, path, beside, None)
}

/// [`save_beside`] with at most so many pages of 4 KiB: how tests fill the disk.
pub(super) fn save_within(content: &Content, path: &Path, beside: &Beside, pages: Option<u32>) -> Result<Saved, ProjectError> {
    // A link stays a link: what it points to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    // A frozen version is only ever written over by itself.
    let sealed = seal::digest_in(&target);
    if sealed.is_some() && sealed.as_deref() != content.seal().map(|seal| seal.digest.as_str()) {
        return Err(ProjectError::Frozen(path.to_path_buf()));
    }
    write(content, &target, beside, pages).map_err(|source| ProjectError::Save { file: path.to_path_buf(), source })
}

fn write(content: &Content, target: &Path, beside: &Beside, pages: Option<u32>) -> Result<Saved, SaveFault> {
    let folder = match target.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    if target.is_dir() {
        return Err(GpkgError::CannotOpen.into());
    }
    sweep(&folder);
    let temporary = temporary_in(&folder, target)?.into_temp_path();
    let counter = open::mark_of(target).map_or(0, |mark| mark.counter) + 1;
    let base = BaseMark { counter, fingerprint: fingerprint(content) };
    let task = Task { content, target, beside, pages, base: &base };
    let (mut holds, carried, rows) = match changed_copy(&task, &temporary) {
        Some(Ok(done)) => done,
        Some(Err(SaveFault::Package(error))) if !matches!(error, GpkgError::DiskFull) => {
            // What is wrong with the old file need not be wrong with the new one.
            log::warn!("{}: written whole, because its copy could not be changed: {error}", target.display());
            whole(&task, &temporary)?
        }
        Some(Err(fault)) => return Err(fault),
        None => whole(&task, &temporary)?,
    };
    count_changes(&temporary)?;
    std::fs::File::open(&temporary)?.sync_all()?;
    foreign::settle_wal(target)?;
    let written = State::of(&temporary);
    temporary.persist(target).map_err(|error| error.error)?;
    if let Ok(folder) = std::fs::File::open(&folder) {
        // Makes the rename itself durable where the system can; Windows cannot open folders.
        let _ = folder.sync_all();
    }
    holds.file = written.and_then(|state| state.at(target));
    Ok(Saved { base, carried, rows, held: Held::new(holds) })
}

/// What is to be saved.
struct Task<'a> {
    content: &'a Content,
    target: &'a Path,
    beside: &'a Beside,
    pages: Option<u32>,
    base: &'a BaseMark,
}

/// What the new file holds, the tables of other programs in it, and the rows that were written.
type Done = (Known, Vec<String>, usize);

/// Writes the plan into a file of its own, with what other programs left in the old one.
fn whole(task: &Task<'_>, temporary: &Path) -> Result<Done, SaveFault> {
    // There may be a copy in it that will not do.
    std::fs::File::create(temporary)?;
    let package = Package::create(temporary, &[Srs::of_epsg(task.content.crs_code)])?;
    let carry = |package: &Package| foreign::carry_over(package.connection(), task.target);
    Ok(fill(task, package, None, &carry)?)
}

/// Makes a copy of the old file hold the plan; `None` where it is not known what is in it, or where changing it would not
/// give what writing it whole gives.
fn changed_copy(task: &Task<'_>, temporary: &Path) -> Option<Result<Done, SaveFault>> {
    let held =
        task.beside.held.of(task.target).filter(|held| held.crs == task.content.crs_code && !foreign::has_wal(task.target))?;
    if let Err(error) = std::fs::copy(task.target, temporary) {
        log::warn!("{}: written whole, because it could not be copied: {error}", task.target.display());
        return None;
    }
    // Nobody has changed it while it was copied.
    task.beside.held.of(task.target)?;
    let change = || {
        let package = Package::change(temporary)?;
        if foreign::leans_on_ours(package.connection())? || is_hollow(package.connection())? {
            return Ok(None);
        }
        fill(task, package, Some(held), &|package| foreign::tables(package)).map(Some)
    };
    change().map_err(SaveFault::from).transpose()
}

/// Writes into a file that is whole how often it has been changed.
fn count_changes(temporary: &Path) -> Result<(), GpkgError> {
    let Some(changes) = State::of(temporary).and_then(|state| state.changes()) else { return Ok(()) };
    let package = Package::change(temporary)?;
    let table = tables::STATE;
    // This is a change itself.
    package.connection().execute_batch(&format!(
        "BEGIN; CREATE TABLE IF NOT EXISTS {table} (changes INTEGER); DELETE FROM {table}; INSERT INTO {table} VALUES ({}); COMMIT;",
        changes.wrapping_add(1)
    ))?;
    package.close()
}

/// Whether much of a file is pages that hold nothing any more.
fn is_hollow(connection: &Connection) -> rusqlite::Result<bool> {
    let count = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    Ok(count("freelist_count")? > HOLLOW.max(count("page_count")? / 4))
}

/// Writes what the plan has to write; `carry` brings the tables of other programs and names them.
fn fill(
    task: &Task<'_>,
    package: Package,
    held: Option<&Known>,
    carry: &dyn Fn(&Package) -> Result<Vec<String>, GpkgError>,
) -> Result<Done, GpkgError> {
    let (content, beside) = (task.content, task.beside);
    if let Some(pages) = task.pages {
        package.connection().pragma_update(None, "max_page_count", pages)?;
    }
    let changed = content.data_date.as_deref().filter(|d| is_date(d)).unwrap_or(NO_DATE);
    let srs_id = i32::try_from(content.crs_code).unwrap_or(0);
    let place = folder_of(task.target);
    let (provenance, holds) = (&beside.provenance, Known::default());
    let mut writer = Writer { package: &package, content, provenance, folder: &place, srs_id, changed, held, holds, rows: 0 };
    writer.write(task.base, &beside.journal)?;
    let mut carried = carry(&package)?;
    carried.retain(|table| !holds_only_ours(package.connection(), table));
    // Looks are no reason not to save: a table of that name that somebody made otherwise is left alone.
    if let Err(error) = write_styles(&package, content, &writer.styled(), None, Lang::Zh, changed) {
        log::warn!("{}: no styles: {error}", task.target.display());
    }
    let Writer { holds, rows, .. } = writer;
    package.close()?;
    Ok((holds, carried, rows))
}

/// Tables for other programs that hold nothing but what this one wrote.
fn holds_only_ours(connection: &Connection, table: &str) -> bool {
    let sql = "SELECT count(*) FROM layer_styles WHERE owner IS NOT 'lianpian'";
    let others = || connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    table.starts_with("gpkg_data_column") || (table == "layer_styles" && others().is_ok_and(|count| count == 0))
}

/// How old a half-written file is before it counts as left behind by a crash.
const LEFT_BEHIND: std::time::Duration = std::time::Duration::from_hours(1);

/// Takes away what saves that were killed left half-written. A save under way is younger than that.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let old = || entry.metadata().and_then(|m| m.modified()).ok()?.elapsed().ok().filter(|age| *age > LEFT_BEHIND);
        if ours && old().is_some() {
            // Best effort: what cannot be taken away now may be another time.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// An empty temporary file with the permissions that the final file should have.
fn temporary_in(folder: &Path, target: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    let permissions = std::fs::metadata(target).ok().map(|m| m.permissions());
    #[cfg(unix)]
    let permissions = permissions.or_else(|| Some(std::os::unix::fs::PermissionsExt::from_mode(0o666)));
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder)
}

/// `YYYY-MM-DD` in digits.
fn is_date(text: &str) -> bool {
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

/// FNV-1a over what a plan is made of in outline: enough to tell a journal of another file of the same name.
fn fingerprint(content: &Content) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    mix(content.title.as_bytes());
    mix(&content.crs_code.to_le_bytes());
    for compound in content.compounds.iter() {
        mix(compound.source_id.as_bytes());
    }
    for district in &content.assignment {
        mix(&district.map_or(u32::MAX, |id| id.0).to_le_bytes());
    }
    for count in [content.pipes.len(), content.buildings.len(), content.items.len(), content.districts.len()] {
        mix(&count.to_le_bytes());
    }
    format!("{hash:016x}")
}
