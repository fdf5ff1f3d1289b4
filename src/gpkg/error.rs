//! What can be wrong with a GeoPackage and with one geometry in it.

use crate::base::Message;

/// Why a blob is not a geometry. Offsets count bytes from the start of the blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The blob does not begin with the letters GP.
    #[error("not a GeoPackage geometry")]
    NoHeader,
    /// The blob ends before the geometry does.
    #[error("the geometry ends early, at byte {0}")]
    Truncated(usize),
    /// A type code that simple features do not have (curves, surfaces of other kinds).
    #[error("geometry type {0} is not supported")]
    UnknownType(u32),
    /// A byte order that is neither 0 nor 1.
    #[error("byte order {0} is neither 0 nor 1")]
    ByteOrder(u8),
    /// A count that cannot be true for the bytes that are left.
    #[error("a count of {0} does not fit into the geometry")]
    Count(u32),
    /// A part of a multi-geometry is of another type.
    #[error("a part has type {0}, which its whole cannot hold")]
    WrongPart(u32),
    /// A point without coordinates.
    #[error("an empty point")]
    EmptyPoint,
    /// Collections nested deeper than any map needs.
    #[error("geometry collections are nested too deep")]
    TooDeep,
}

impl BlobError {
    /// The words for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NoHeader => Message::new("project.blob-no-header"),
            Self::Truncated(at) => Message::new("project.blob-truncated").count("at", *at),
            Self::UnknownType(code) | Self::WrongPart(code) => Message::new("project.blob-type").text("code", code.to_string()),
            Self::ByteOrder(_) | Self::Count(_) | Self::TooDeep => Message::new("project.blob-damaged"),
            Self::EmptyPoint => Message::new("project.blob-empty-point"),
        }
    }
}

/// Why a GeoPackage cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum GpkgError {
    /// The file is not an `SQLite` database.
    #[error("not a GeoPackage")]
    NotADatabase,
    /// The disk has no room left.
    #[error("the disk is full")]
    DiskFull,
    /// Another program holds the file.
    #[error("the file is in use by another program")]
    Busy,
    /// The file or its folder may not be written.
    #[error("the file may not be written")]
    ReadOnly,
    /// The file cannot be opened.
    #[error("the file cannot be opened")]
    CannotOpen,
    /// Another program changed the file while it was read.
    #[error("the file was changed while it was read")]
    Changed,
    /// A table that should be there is not.
    #[error("table {0} is missing")]
    NoTable(String),
    /// Anything else that `SQLite` says.
    #[error("SQLite: {0}")]
    Sqlite(rusqlite::Error),
}

impl GpkgError {
    /// The words for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotADatabase => Message::new("project.not-a-database"),
            Self::DiskFull => Message::new("project.disk-full"),
            Self::Busy => Message::new("project.file-busy"),
            Self::ReadOnly => Message::new("project.read-only"),
            Self::CannotOpen => Message::new("project.cannot-open"),
            Self::Changed => Message::new("project.file-changed"),
            Self::NoTable(table) => Message::new("project.no-table").text("table", table),
            Self::Sqlite(error) => {
                log::debug!("{error}");
                match error.sqlite_error() {
                    Some(code) => Message::new("project.sqlite").text("code", code.extended_code.to_string()),
                    None => Message::new("project.sqlite-content"),
                }
            }
        }
    }
}

impl From<rusqlite::Error> for GpkgError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::NotADatabase) => Self::NotADatabase,
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::ReadOnly | Code::PermissionDenied) => Self::ReadOnly,
            Some(Code::CannotOpen) => Self::CannotOpen,
            _ => Self::Sqlite(error),
        }
    }
}
