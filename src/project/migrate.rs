//! The way up: each step turns the tables of one schema version into those of the next, on a copy.

use std::path::Path;

use rusqlite::Connection;

use super::error::ProjectError;
use super::{SCHEMA_VERSION, tables};
use crate::gpkg::{GpkgError, Package};

/// A step from the version it stands beside to the next.
pub(super) type Step = fn(&Connection) -> rusqlite::Result<()>;

/// Every step there is, by the version it starts from. A release that changes the tables adds its step here and a
/// frozen file of the version before to the tests.
pub(super) const STEPS: &[(u32, Step)] = &[];

/// A file whose tables are of our version: the file itself, or a copy that was brought up.
pub(super) struct Current {
    pub(super) package: Package,
    /// Keeps the copy until it is read.
    copy: Option<tempfile::TempPath>,
}

impl Current {
    /// Where the tables lie: in the file itself, or in the copy.
    pub(super) fn path<'a>(&'a self, own: &'a Path) -> &'a Path {
        self.copy.as_deref().unwrap_or(own)
    }
}

/// Opens a plan file and brings a copy up when it is older.
pub(super) fn open_current(path: &Path, steps: &[(u32, Step)], target: u32) -> Result<Current, ProjectError> {
    let fault = |source| ProjectError::Open { file: path.to_path_buf(), source };
    let package = Package::open(path).map_err(fault)?;
    let version = version(&package, path)?;
    if version > target {
        return Err(ProjectError::Newer { file: path.to_path_buf(), version });
    }
    if version == target {
        return Ok(Current { package, copy: None });
    }
    let copy = bring_up(package, version, steps, target).map_err(|error| match error {
        Fault::NoStep(version) => ProjectError::UnknownVersion { file: path.to_path_buf(), version: version.to_string() },
        Fault::Package(error) => fault(error),
    })?;
    Ok(Current { package: Package::open(&copy).map_err(fault)?, copy: Some(copy) })
}

enum Fault {
    NoStep(u32),
    Package(GpkgError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Package(error.into())
    }
}

fn bring_up(package: Package, from: u32, steps: &[(u32, Step)], target: u32) -> Result<tempfile::TempPath, Fault> {
    let copy =
        tempfile::Builder::new().suffix(".gpkg").tempfile().map_err(|_| Fault::Package(GpkgError::DiskFull))?.into_temp_path();
    // VACUUM INTO wants a file that is empty or not there, and takes in what a write-ahead log still holds.
    package.connection().execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    drop(package);
    let connection = Connection::open(&copy)?;
    crate::gpkg::register(&connection).map_err(Fault::Package)?;
    for version in from..target {
        let step = steps.iter().find(|(start, _)| *start == version).ok_or(Fault::NoStep(version))?;
        step.1(&connection)?;
        let sql = format!("UPDATE {} SET value = ?1 WHERE key = 'schema_version'", tables::META);
        connection.execute(&sql, [(version + 1).to_string()])?;
    }
    Ok(copy)
}

/// Schema version of a plan file.
fn version(package: &Package, path: &Path) -> Result<u32, ProjectError> {
    let has_meta = package.has_table(tables::META).map_err(|source| ProjectError::Open { file: path.to_path_buf(), source })?;
    if !has_meta {
        return Err(ProjectError::NotAPlan(path.to_path_buf()));
    }
    let sql = format!("SELECT value FROM {} WHERE key = 'schema_version'", tables::META);
    let text: String = package.connection().query_row(&sql, [], |row| row.get(0)).unwrap_or_default();
    match text.parse() {
        Ok(version) if version > 0 => Ok(version),
        _ => Err(ProjectError::UnknownVersion { file: path.to_path_buf(), version: text }),
    }
}

/// [`open_current`] for the version of this program.
pub(super) fn open_ours(path: &Path) -> Result<Current, ProjectError> {
    open_current(path, STEPS, SCHEMA_VERSION)
}
