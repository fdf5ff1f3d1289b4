//! Why a plan file or a journal cannot be read or written.

use std::path::{Path, PathBuf};

use crate::base::Message;
use crate::gpkg::GpkgError;

/// What went wrong, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The file cannot be read.
    #[error("{file}: {source}", file = file.display())]
    Open {
        /// File.
        file: PathBuf,
        /// Why.
        source: GpkgError,
    },
    /// A GeoPackage that is no plan: a map layer to import.
    #[error("{file}: a GeoPackage, but not a plan", file = .0.display())]
    NotAPlan(PathBuf),
    /// Written by a newer program.
    #[error("{file}: schema version {version} is newer than this program", file = file.display())]
    Newer {
        /// File.
        file: PathBuf,
        /// Schema version of the file.
        version: u32,
    },
    /// The version of the file has no way up to ours, or is not a number.
    #[error("{file}: schema version {version} is not known", file = file.display())]
    UnknownVersion {
        /// File.
        file: PathBuf,
        /// What the file says.
        version: String,
    },
    /// The plan could not be saved; what stood in the file before is unharmed.
    #[error("{file} was not saved: {source}", file = file.display())]
    Save {
        /// File.
        file: PathBuf,
        /// Why.
        source: SaveFault,
    },
    /// The journal cannot be read or written.
    #[error("{file}: {source}", file = file.display())]
    Journal {
        /// File.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process, another window for one, has the journal open.
    #[error("{file}: in use by another window", file = .0.display())]
    JournalHeld(PathBuf),
    /// A frozen version lies there, which no other plan takes the place of.
    #[error("{file}: a frozen version", file = .0.display())]
    Frozen(PathBuf),
    /// Only frozen versions are branched.
    #[error("{file}: not a frozen version", file = .0.display())]
    NotFrozen(PathBuf),
    /// The plan was not branched from a version.
    #[error("{file}: branched from no version", file = .0.display())]
    NoLineage(PathBuf),
    /// The version from which the plan was branched is not where it should be.
    #[error("{file}: the version of {date} ({plan_hash}) is not there")]
    VersionGone {
        /// The way there, from the plan.
        file: String,
        /// The day of its meeting.
        date: String,
        /// Its hash.
        plan_hash: String,
    },
    /// The file is not a journal, or one of a newer program.
    #[error("{file}: not a journal of this version", file = .0.display())]
    NotAJournal(PathBuf),
}

/// Why saving failed.
#[derive(Debug, thiserror::Error)]
pub enum SaveFault {
    /// `SQLite`'s side.
    #[error(transparent)]
    Package(#[from] GpkgError),
    /// The file system's side.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<rusqlite::Error> for SaveFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Package(error.into())
    }
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

/// Words for the common faults of a file system.
fn io_message(error: &std::io::Error) -> Message {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound | Kind::NotADirectory => Message::new("project.no-folder"),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Message::new("project.read-only"),
        Kind::StorageFull | Kind::QuotaExceeded => Message::new("project.disk-full"),
        _ => crate::base::io_fault(error),
    }
}

impl ProjectError {
    /// The words for the user: what happened, what was kept, what to do.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Open { file, source } => {
                Message::new("project.open-failed").text("file", name(file)).nested("reason", source.message())
            }
            Self::NotAPlan(file) => Message::new("project.not-a-plan").text("file", name(file)),
            Self::Newer { file, version } => {
                Message::new("project.newer").text("file", name(file)).text("version", version.to_string())
            }
            Self::UnknownVersion { file, version } => {
                Message::new("project.unknown-version").text("file", name(file)).text("version", version)
            }
            Self::Save { file, source } => {
                let reason = match source {
                    SaveFault::Package(error) => error.message(),
                    SaveFault::Io(error) => io_message(error),
                };
                Message::new("project.save-failed").text("file", name(file)).nested("reason", reason)
            }
            Self::Journal { file, source } => {
                Message::new("project.journal-failed").text("file", name(file)).nested("reason", io_message(source))
            }
            Self::JournalHeld(file) => Message::new("project.journal-held").text("file", name(file)),
            Self::Frozen(file) => Message::new("project.frozen-target").text("file", name(file)),
            Self::NotFrozen(file) => Message::new("project.not-frozen").text("file", name(file)),
            Self::NoLineage(file) => Message::new("project.no-lineage").text("file", name(file)),
            Self::VersionGone { file, date, plan_hash } => {
                let short = plan_hash.get(..12).unwrap_or(plan_hash);
                Message::new("project.version-gone").text("file", file).text("date", date).text("hash", short)
            }
            Self::NotAJournal(file) => Message::new("project.not-a-journal").text("file", name(file)),
        }
    }
}
