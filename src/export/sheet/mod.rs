//! The sheets of the atlas as SVG: maps at round scales with legend, tables and title block, on paper of several sizes.
//!
//! Lengths on a sheet are in tenths of a millimetre on A3; on other paper a unit is larger or smaller, so that letters are.

mod atlas;
pub(super) mod card;
mod charts;
mod crop;
mod draw;
mod face;
mod flow;
mod front;
mod ground;
mod items;
mod layout;
mod legend;
mod map;
mod marks;
mod metrics;
mod names;
mod notes;
mod panel;
mod paper;
mod subject;
mod total;
mod trades;

pub use paper::Paper;

pub(super) use atlas::{Sheet, overview, sheets};
pub(super) use draw::Drawn;
pub(super) use face::clean;

use std::io::Write;
use std::path::{Path, PathBuf};

use geo::{Coord, Rect};

use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions};

/// The folder of sheets.
pub(super) const FOLDER: &str = "sheets";

/// Writes every sheet as SVG into a folder `sheets`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Vec<PathBuf>, ExportError> {
    let folder = sheet_folder(folder)?;
    let mut paths = Vec::new();
    for (n, sheet) in sheets(input, options).enumerate() {
        let path = folder.join(file_name(n, &sheet, "svg"));
        let io = |source| ExportError::Io { file: path.clone(), source };
        let mut file = Replacing::create(&path).map_err(io)?;
        file.out.write_all(sheet.drawn.svg().as_bytes()).map_err(io)?;
        file.finish(&path).map_err(io)?;
        paths.push(path);
    }
    Ok(paths)
}

/// Makes the folder of sheets.
pub(super) fn sheet_folder(folder: &Path) -> Result<PathBuf, ExportError> {
    let folder = folder.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|source| ExportError::Io { file: folder.clone(), source })?;
    Ok(folder)
}

/// The name of the file of a sheet, by its place from 0.
pub(super) fn file_name(place: usize, sheet: &Sheet, ending: &str) -> String {
    format!("{:03}-{}.{ending}", place + 1, sheet.name)
}

pub(super) fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Rect::new(low, high)
}
