//! PROJ wants its database as a file. The binary carries it and keeps a copy in the user's cache folder, so that a binary that
//! was moved still finds it; this is the one place in the pure rows that touches the disk.

use std::ffi::CString;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::CrsError;

/// PROJ's database as the bundled PROJ was built with it. Its name, made by the build, tells it from that of other versions.
static DATABASE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/proj.db"));

/// Makes sure that PROJ finds its database, wherever the binary lies. Cheap after the first call.
///
/// # Errors
/// [`CrsError::Database`] when neither the cache folder nor the folder for temporary files can be written.
pub fn database_ready() -> Result<(), CrsError> {
    static READY: OnceLock<Result<(), CrsError>> = OnceLock::new();
    READY.get_or_init(|| place_database().map(|folder| set_search_paths(&folder))).clone()
}

/// Finds or writes the copy of the database and returns its folder.
fn place_database() -> Result<PathBuf, CrsError> {
    let name = env!("LIANPIAN_PROJ_NAME");
    let cache = directories::ProjectDirs::from("", "", "lianpian").map(|dirs| dirs.cache_dir().join(name));
    let temporary = std::env::temp_dir().join(format!("lianpian-{name}"));
    let mut failed = CrsError::Database { path: String::new(), reason: String::new() };
    for folder in cache.into_iter().chain([temporary]) {
        match write_once(&folder.join("proj.db")) {
            Ok(()) => return Ok(folder),
            Err(error) => failed = CrsError::Database { path: folder.display().to_string(), reason: error.to_string() },
        }
    }
    Err(failed)
}

/// Leaves a file that is there and whole; otherwise writes it beside and renames, so that no one ever sees half of it.
fn write_once(path: &Path) -> std::io::Result<()> {
    if is_database(path).unwrap_or(false) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(DATABASE)?;
    match file.persist(path) {
        Ok(_) => Ok(()),
        // Another process may have been faster and hold the file open.
        Err(_) if is_database(path).unwrap_or(false) => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// Whether a file is the database to the last byte; read in pieces, for most starts of the program look at it.
fn is_database(path: &Path) -> std::io::Result<bool> {
    let mut file = fs::File::open(path)?;
    let (mut piece, mut rest) = (vec![0; 64 << 10], DATABASE);
    loop {
        let count = file.read(&mut piece)?;
        match rest.split_at_checked(count) {
            Some((wanted, behind)) if wanted == &piece[..count] => rest = behind,
            _ => return Ok(false),
        }
        if count == 0 {
            return Ok(rest.is_empty());
        }
    }
}

/// Tells PROJ's default context, which every later context copies, to look in our folder first and in `PROJ_DATA` after
/// it (for grids). First, because a `PROJ_DATA` of another program often holds a database of another version.
#[expect(unsafe_code, reason = "the safe wrapper can only append to the paths of a single context")]
fn set_search_paths(folder: &Path) {
    let given = std::env::var_os("PROJ_DATA").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&given));
    let texts: Vec<CString> = folders.filter_map(|path| CString::new(path.to_str()?).ok()).collect();
    let pointers: Vec<_> = texts.iter().map(|text| text.as_ptr()).collect();
    let count = i32::try_from(pointers.len()).unwrap_or(1);
    // SAFETY: `pointers` holds `count` pointers to C strings that live until the call returns; PROJ copies them. A null
    // context means the default one; `OnceLock` lets a single thread in here, before any other context is made.
    unsafe {
        proj_sys::proj_context_set_search_paths(std::ptr::null_mut(), count, pointers.as_ptr());
        // Errors come back as values; PROJ need not write them to the terminal as well.
        proj_sys::proj_log_level(std::ptr::null_mut(), proj_sys::PJ_LOG_LEVEL_PJ_LOG_NONE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_copy_of_the_database_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/er/proj.db");
        write_once(&path).expect("written");
        fs::write(&path, b"half").expect("damaged");
        write_once(&path).expect("mended");
        assert_eq!(fs::read(&path).expect("there"), DATABASE);
        assert_eq!(fs::read_dir(path.parent().expect("parent")).expect("folder").count(), 1);
    }
}
