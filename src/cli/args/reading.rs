//! How files are read, as every command that reads layers takes it.

use std::path::PathBuf;

use clap::Args;

use super::words::ShiftWord;
use crate::model::LayerKind;

/// How files are read.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Field with the ids of the compounds.
    #[arg(long, value_name = "FIELD")]
    pub id: Option<String>,
    /// Table whose fields are added to the compounds by id.
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
    /// Coordinates are shifted; they are put back approximately.
    #[arg(long, value_name = "gcj02|bd09")]
    pub shift: Option<ShiftWord>,
    /// Layer of a file whose content does not tell.
    #[arg(long, value_name = "LAYER=F", value_parser = parse_kind)]
    pub kind: Vec<(LayerKind, PathBuf)>,
}

/// Three displacements, or seven parameters.
fn parse_parameters(text: &str) -> Result<[f64; 7], String> {
    let form = || "DX,DY,DZ[,RX,RY,RZ,PPM]".to_owned();
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse::<f64>()).collect();
    let numbers = numbers.ok().filter(|numbers| numbers.iter().all(|n| n.is_finite())).ok_or_else(form)?;
    let mut parameters = [0.0; 7];
    if numbers.len() != 3 && numbers.len() != 7 {
        return Err(form());
    }
    parameters[..numbers.len()].copy_from_slice(&numbers);
    Ok(parameters)
}

fn parse_kind(text: &str) -> Result<(LayerKind, PathBuf), String> {
    let known = || LayerKind::ALL.map(LayerKind::code).join("|");
    let (kind, file) = text.split_once('=').ok_or_else(|| format!("LAYER=F, LAYER {}", known()))?;
    LayerKind::from_code(kind).map(|kind| (kind, PathBuf::from(file))).ok_or_else(known)
}
