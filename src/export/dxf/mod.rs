//! DXF for CAD: the plan and its ground at true scale in the working CRS, one unit a metre, and a layout on A3.
//!
//! A writer of our own, as the reader is: what matters is what other writers lack, Chinese in bytes that the version
//! expects, layers by the codes of the trade, attributes on every entity. R2000 has texts as GBK and colours of the palette;
//! 2007 has UTF-8, true colours and transparency. Every entity carries its fields as extended data (`LIANPIAN`), by which
//! our reader finds ids, holes and parts again. Fields of the source that the program does not use are not in it.

mod drawing;
mod frame;
mod ground;
mod layers;
mod objects;
mod palette;
mod plan;
mod sheet;
mod signs;
mod tags;

use std::path::Path;

use super::features::approximate_layers;
use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, Stamp, Written};
use crate::base::Message;
use drawing::Drawing;

/// Which form a drawing has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DxfVersion {
    /// AC1015 with texts in GBK (`ANSI_936`).
    R2000,
    /// AC1021 with texts in UTF-8.
    #[default]
    R2007,
}

impl DxfVersion {
    /// Both.
    pub const ALL: [Self; 2] = [Self::R2000, Self::R2007];

    /// The name used on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::R2000 => "r2000",
            Self::R2007 => "r2007",
        }
    }

    /// The version with this [`DxfVersion::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.code() == code)
    }

    const fn acadver(self) -> &'static str {
        match self {
            Self::R2000 => "AC1015",
            Self::R2007 => "AC1021",
        }
    }
}

/// Writes `plan.dxf`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Written, ExportError> {
    let path = folder.join("plan.dxf");
    let io = |source| ExportError::Io { file: path.clone(), source };
    let lost = fill(input, &path, options).map_err(io)?;
    let notes = (lost > 0).then(|| Message::new("export.dxf-letters-lost").count("count", lost).text("file", "plan.dxf"));
    Ok(Written { files: vec![path], notes: notes.into_iter().collect() })
}

fn fill(input: &ExportInput<'_>, path: &Path, options: &ExportOptions) -> std::io::Result<usize> {
    let mut drawing = Drawing::new(options.dxf)?;
    let layers = layers::Layers::new(options.lang);
    ground::draw(&mut drawing, input, &layers);
    plan::draw(&mut drawing, input, &layers, options);
    let approximate = approximate_layers(input.content, options.lang);
    let (paper, sheet) = sheet::draw(&mut drawing, &Stamp::of_input(input), approximate, options.lang)?;
    let file = Replacing::create(path)?;
    let (out, lost) = frame::write(drawing, sheet, &paper, file.out)?;
    Replacing { out }.finish(path)?;
    Ok(lost)
}
