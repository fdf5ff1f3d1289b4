//! Why an export failed.

use std::path::PathBuf;

use crate::base::Message;
use crate::geometry::crs::CrsError;
use crate::gpkg::GpkgError;

/// What went wrong, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No such format, or not yet.
    #[error("there is no format {0}; there are {list}", list = super::formats().join(", "))]
    NoFormat(String),
    /// No compound of that id, or not in what is exported.
    #[error("there is no compound {0} in what is exported")]
    NoCompound(String),
    /// A file cannot be written.
    #[error("{file}: {source}", file = file.display())]
    Io {
        /// File or folder.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The GeoPackage cannot be written.
    #[error("{file}: {source}", file = file.display())]
    Package {
        /// File.
        file: PathBuf,
        /// Why.
        source: GpkgError,
    },
    /// Coordinates cannot be converted to longitude and latitude.
    #[error("layer {layer}, feature {feature}: {source}")]
    Coordinates {
        /// Layer.
        layer: &'static str,
        /// Feature, from 1.
        feature: usize,
        /// Why.
        source: CrsError,
    },
    /// The file would be larger than its format allows.
    #[error("{file}: larger than the format allows", file = file.display())]
    TooLarge {
        /// File.
        file: PathBuf,
    },
    /// The workbook cannot be made.
    #[error("{file}: the workbook cannot be made: {detail}", file = file.display())]
    Workbook {
        /// File.
        file: PathBuf,
        /// Why.
        detail: String,
    },
    /// The sheet cannot be drawn.
    #[error("{file}: the sheet cannot be drawn: {detail}", file = file.display())]
    Sheet {
        /// File.
        file: PathBuf,
        /// Why.
        detail: String,
    },
    /// A form to be filled in cannot be made.
    #[error("{file}: the form cannot be made: {detail}", file = file.display())]
    Form {
        /// File.
        file: PathBuf,
        /// Why.
        detail: String,
    },
}

impl ExportError {
    /// The words for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NoFormat(format) => {
                Message::new("export.no-format").text("format", format).text("formats", super::formats().join(", "))
            }
            Self::NoCompound(id) => Message::new("export.no-compound").text("id", id),
            Self::Io { file, source } => io_message(source).text("file", file.display().to_string()),
            Self::Package { file, source } => {
                Message::new("export.package-failed").text("file", file.display().to_string()).nested("reason", source.message())
            }
            Self::Coordinates { layer, feature, source } => Message::new("export.coordinates-failed")
                .text("layer", *layer)
                .count("feature", *feature)
                .nested("reason", source.message()),
            Self::TooLarge { file } => Message::new("export.shp-too-large").text("file", file.display().to_string()),
            Self::Workbook { file, detail } => {
                Message::new("export.workbook-failed").text("file", file.display().to_string()).text("reason", detail.as_str())
            }
            Self::Sheet { file, detail } => {
                log::debug!("{detail}");
                Message::new("export.sheet-failed").text("file", file.display().to_string())
            }
            Self::Form { file, detail } => {
                log::debug!("{detail}");
                Message::new("export.form-failed").text("file", file.display().to_string())
            }
        }
    }
}

fn io_message(error: &std::io::Error) -> Message {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => Message::new("export.disk-full"),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Message::new("export.read-only"),
        _ => Message::new("export.io-failed").nested("reason", crate::base::io_fault(error)),
    }
}
