//! Why nothing usable came out of a file. Bad features are no error: they stand in the report.

use std::path::{Path, PathBuf};

use super::said::said;
use crate::base::{Cancelled, Message};
use crate::geometry::crs::CrsError;

/// Nothing usable came out of a file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// No reader takes this format.
    #[error("{path}: unknown format; readable are {known}")]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What can be read, as endings.
        known: String,
    },
    /// The text is broken.
    #[error("{path}: line {line}, column {column}: {reason}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// The text is whole and is not of the format.
    #[error("{path}: {what:?}")]
    NotThis {
        /// The file.
        path: PathBuf,
        /// What is there instead.
        what: Message,
    },
    /// Nobody can tell where the coordinates lie: the user must name the CRS, or swap the axes.
    #[error("{path}: {what:?}")]
    Place {
        /// The file.
        path: PathBuf,
        /// What was seen and what to do.
        what: Message,
    },
    /// The CRS is unknown or cannot be converted.
    #[error("{path}: {source}")]
    Crs {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CrsError,
    },
    /// The work was stopped.
    #[error("cancelled")]
    Cancelled,
}

impl From<Cancelled> for ImportError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl ImportError {
    /// The same error of a file that the user knows as a part of `bundle`, wherever it lies for the time being.
    pub(super) fn within(mut self, bundle: &Path, name: &str) -> Self {
        match &mut self {
            Self::Unreadable { path, .. }
            | Self::UnknownFormat { path, .. }
            | Self::Broken { path, .. }
            | Self::NotThis { path, .. }
            | Self::Place { path, .. }
            | Self::Crs { path, .. } => *path = bundle.join(name),
            Self::Cancelled => {}
        }
        self
    }

    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let file = |path: &Path| path.display().to_string();
        match self {
            Self::Unreadable { path, reason } => {
                Message::new("import.unreadable").text("file", file(path)).nested("reason", said(reason))
            }
            Self::UnknownFormat { path, known } => {
                Message::new("import.unknown-format").text("file", file(path)).text("known", known)
            }
            Self::Broken { path, line, column, reason } => Message::new("import.broken")
                .text("file", file(path))
                .count("line", *line)
                .count("column", *column)
                .nested("reason", said(reason)),
            Self::NotThis { path, what } | Self::Place { path, what } => {
                Message::new("import.in-file").text("file", file(path)).nested("what", what.clone())
            }
            Self::Crs { path, source } => {
                Message::new("import.in-file").text("file", file(path)).nested("what", source.message())
            }
            Self::Cancelled => Message::new("import.cancelled"),
        }
    }
}
