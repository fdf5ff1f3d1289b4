//! How files are read, as every command that reads layers takes it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::form::Form;
use crate::geometry::shift::Shift;
use crate::import::same_file;
use crate::model::LayerKind;

/// How files are read.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Field with the ids of the compounds.
    #[arg(long, value_name = "FIELD")]
    pub id: Option<String>,
    /// Table whose fields are added to the compounds by id; a sheet of a workbook as F.xlsx#SHEET.
    #[arg(long, value_name = "TABLE.csv")]
    pub join: Vec<PathBuf>,
    /// Join rows of tables by names that are only alike, too; without it they are listed.
    #[arg(long)]
    pub likeness: bool,
    /// CRS of files that do not say theirs, such as EPSG:4551.
    #[arg(long, value_name = "CODE")]
    pub crs: Option<String>,
    /// Coordinates are written y before x.
    #[arg(long)]
    pub swap_xy: bool,
    /// Control points of a city grid: x, y, longitude, latitude a line (or easting, northing of --crs).
    #[arg(long, value_name = "POINTS.csv")]
    pub control: Option<PathBuf>,
    /// Parameters from Beijing 1954 or Xian 1980 to CGCS2000: metres, and perhaps arc seconds (position vector) and ppm.
    #[arg(long, value_name = "DX,DY,DZ[,RX,RY,RZ,PPM]", value_parser = parse_parameters, allow_hyphen_values = true)]
    pub datum: Option<[f64; 7]>,
    /// Coordinates of all files, or of one, are shifted; they are put back approximately.
    #[arg(long, value_name = "gcj02|bd09[=F]", value_parser = parse_shift)]
    pub shift: Vec<FileShift>,
    /// Layer of a file whose content does not tell.
    #[arg(long, value_name = "LAYER=F", value_parser = parse_kind)]
    pub kind: Vec<(LayerKind, PathBuf)>,
}

/// An offset to undo, in one file or in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileShift {
    /// The offset.
    pub shift: Shift,
    /// The file; `None` of all that are not named.
    pub file: Option<PathBuf>,
}

impl Reading {
    /// The offset to undo in a file: its own, else that of all.
    #[must_use]
    pub fn shift_of(&self, path: &Path) -> Option<Shift> {
        let own = self.shift.iter().rfind(|own| own.file.as_deref().is_some_and(|file| same_file(file, path)));
        own.or_else(|| self.shift.iter().rfind(|all| all.file.is_none())).map(|found| found.shift)
    }

    /// The kind that is said of a file.
    #[must_use]
    pub fn kind_of(&self, path: &Path) -> Option<LayerKind> {
        self.kind.iter().find(|(_, file)| same_file(file, path)).map(|(kind, _)| *kind)
    }

    /// Options that name a file, each with it.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let kinds = self.kind.iter().map(|(_, file)| ("--kind", file.as_path()));
        kinds.chain(self.shift.iter().filter_map(|own| Some(("--shift", own.file.as_deref()?))))
    }
}

/// Three displacements, or seven parameters.
fn parse_parameters(text: &str) -> Result<[f64; 7], Form> {
    let form = || Form::from("DX,DY,DZ[,RX,RY,RZ,PPM]");
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse::<f64>()).collect();
    let numbers = numbers.ok().filter(|numbers| numbers.iter().all(|n| n.is_finite())).ok_or_else(form)?;
    let mut parameters = [0.0; 7];
    if numbers.len() != 3 && numbers.len() != 7 {
        return Err(form());
    }
    parameters[..numbers.len()].copy_from_slice(&numbers);
    Ok(parameters)
}

fn parse_shift(text: &str) -> Result<FileShift, Form> {
    let (code, file) = text.split_once('=').map_or((text, None), |(code, file)| (code, Some(PathBuf::from(file))));
    let form = || Form(Shift::ALL.map(|shift| format!("{0}|{0}=F", shift.code())).join("|"));
    let empty = file.as_ref().is_some_and(|file| file.as_os_str().is_empty());
    Shift::from_code(code).filter(|_| !empty).map(|shift| FileShift { shift, file }).ok_or_else(form)
}

fn parse_kind(text: &str) -> Result<(LayerKind, PathBuf), Form> {
    let form = || Form(format!("LAYER=F, LAYER = {}", LayerKind::ALL.map(LayerKind::code).join("|")));
    let (kind, file) = text.split_once('=').ok_or_else(form)?;
    LayerKind::from_code(kind).map(|kind| (kind, PathBuf::from(file))).ok_or_else(form)
}
