//! Why a backdrop cannot be shown.

use crate::base::{Message, io_fault};
use crate::geometry::crs::CrsError;

/// Why a backdrop, or a tile of it, cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum BackdropError {
    /// The system could not read it.
    #[error("cannot be read: {0}")]
    Io(std::io::Error),
    /// No reader takes this format.
    #[error("no format of tiles or images")]
    UnknownFormat,
    /// Its tiles are no pictures, such as vector tiles.
    #[error("its tiles are no pictures")]
    NoPictures,
    /// It is damaged, or of a kind that cannot be decoded.
    #[error("cannot be decoded: {0}")]
    Broken(String),
    /// It would take too much memory.
    #[error("too large")]
    TooLarge,
    /// Nothing says where the image lies.
    #[error("nothing says where it lies")]
    Unplaced,
    /// The numbers that place it are none, or span no area.
    #[error("the numbers that place it are wrong")]
    Misplaced,
    /// Its system is unknown, or cannot be converted.
    #[error("{0}")]
    Crs(CrsError),
    /// The template of a service names no tile.
    #[error("the address names no tile")]
    Template,
    /// A service answered otherwise than with a picture.
    #[error("the service answered {0}")]
    Answer(u16),
    /// A service could not be reached.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
}

impl BackdropError {
    pub(super) fn io(error: std::io::Error) -> Self {
        Self::Io(error)
    }

    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Io(error) => Message::new("import.backdrop-unreadable").nested("reason", io_fault(error)),
            Self::UnknownFormat => Message::new("import.backdrop-format"),
            Self::NoPictures => Message::new("import.backdrop-no-pictures"),
            Self::Broken(reason) => {
                log::debug!("backdrop: {reason}");
                Message::new("import.backdrop-broken")
            }
            Self::TooLarge => Message::new("import.backdrop-too-large"),
            Self::Unplaced => Message::new("import.backdrop-unplaced"),
            Self::Misplaced => Message::new("import.backdrop-misplaced"),
            Self::Crs(error) => error.message(),
            Self::Template => Message::new("import.backdrop-template"),
            Self::Answer(code) => Message::new("import.backdrop-answer").text("code", code.to_string()),
            Self::Unreachable(reason) => {
                log::debug!("backdrop: {reason}");
                Message::new("import.backdrop-unreachable")
            }
        }
    }
}

impl From<rusqlite::Error> for BackdropError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<pmtiles::PmtError> for BackdropError {
    fn from(error: pmtiles::PmtError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<CrsError> for BackdropError {
    fn from(error: CrsError) -> Self {
        Self::Crs(error)
    }
}
