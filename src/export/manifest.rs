//! The list of what was written: every file with its size and SHA-256, and what all of them say of themselves.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::geojson::Replacing;
use super::{ExportError, Stamp, stamp};

/// Name of the list.
const FILE: &str = "manifest.json";

/// Writes `manifest.json` beside files that were written into `folder`; gives its path.
///
/// # Errors
/// [`ExportError::Io`] when a file cannot be read or the list not written.
pub fn write_manifest(folder: &Path, files: &[PathBuf], stamp: &Stamp) -> Result<PathBuf, ExportError> {
    let path = folder.join(FILE);
    let mut listed = Vec::new();
    for file in files {
        let (bytes, sha256) = stamp::hash_file(file).map_err(|source| ExportError::Io { file: file.clone(), source })?;
        let name = file.strip_prefix(folder).unwrap_or(file);
        listed.push(json!({ "file": name.display().to_string(), "bytes": bytes, "sha256": sha256 }));
    }
    listed.sort_by(|a, b| a["file"].as_str().cmp(&b["file"].as_str()));
    let mut manifest = stamp.to_json();
    manifest["files"] = Value::from(listed);
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    serde_json::to_writer_pretty(&mut file.out, &manifest).map_err(|error| io(error.into()))?;
    file.out.write_all(b"\n").map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}
