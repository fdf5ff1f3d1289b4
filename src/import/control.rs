//! Control points: places of a city grid that are also known elsewhere, one a line, and the layer brought over by them.

use std::path::Path;

use geo::{Coord, Rect};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::ImportError;
use super::placing::{Placed, median};
use super::source::RawLayer;
use super::text::decode;
use crate::base::Message;
use crate::geometry::crs::{LON_LAT, Transformer, code_of, describe, working_crs_for};
use crate::geometry::fit::{ControlPoint, Fit, NoFit};
use crate::model::Approximation;

/// Points known in the file and elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Control {
    /// In the plane of the file, x first, and as longitude and latitude or easting and northing.
    pub points: Vec<(Coord<f64>, Coord<f64>)>,
    /// The second places are longitudes and latitudes in degrees.
    pub degrees: bool,
}

/// Control points as they are kept: x, y and the two numbers of the place, one list a point.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    degrees: bool,
    points: Vec<[f64; 4]>,
}

impl From<Stored> for Control {
    fn from(stored: Stored) -> Self {
        let point = |[x, y, u, v]: [f64; 4]| (Coord { x, y }, Coord { x: u, y: v });
        Self { points: stored.points.into_iter().map(point).collect(), degrees: stored.degrees }
    }
}

impl From<Control> for Stored {
    fn from(control: Control) -> Self {
        let point = |(source, place): (Coord<f64>, Coord<f64>)| [source.x, source.y, place.x, place.y];
        Self { degrees: control.degrees, points: control.points.into_iter().map(point).collect() }
    }
}

/// Scale of a fit that can be, parts per million off 1: a grid stretches by some hundred at the edge of its zone and by some
/// hundred more in the mountains; axes in the wrong order by tens of thousands.
const MOST_PPM: f64 = 20_000.0;

/// A fit that leaves more than this at its points, root mean square in metres, is told as a rough one.
const ROUGH_M: f64 = 0.5;

/// Reads control points: four numbers a line (x, y, then longitude, latitude or easting, northing), parted by commas,
/// semicolons, tabs or spaces. Lines that begin with `#` and headings above the first numbers are passed over.
///
/// # Errors
/// [`ImportError::NotThis`] naming the first line that is no control point, or a file without any.
pub fn read_control(path: &Path) -> Result<Control, ImportError> {
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let bytes = super::read_bytes(path)?;
    let text = decode(&bytes).text;
    let mut points = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let cells = line.split([',', ';', '\t', ' ', '，']).map(str::trim).filter(|cell| !cell.is_empty());
        let numbers: Option<Vec<f64>> = cells.map(|cell| cell.parse().ok().filter(|n: &f64| n.is_finite())).collect();
        match numbers.as_deref() {
            Some([x, y, u, v]) => points.push((Coord { x: *x, y: *y }, Coord { x: *u, y: *v })),
            None if points.is_empty() => {}
            _ => return Err(not_this(Message::new("import.control-line").count("line", number + 1))),
        }
    }
    if points.is_empty() {
        return Err(not_this(Message::new("import.control-none")));
    }
    let degrees = points.iter().all(|(_, place)| place.x.abs() <= 180.0 && place.y.abs() <= 90.0);
    Ok(Control { points, degrees })
}

/// Brings a layer into a known plane by its control points. `asked` is the CRS of their eastings and northings; those in
/// degrees go into the plan's plane, or the zone where they lie.
///
/// # Errors
/// A message that says what is missing or why the points do not fit.
pub(super) fn place(
    layer: &mut RawLayer,
    control: &Control,
    asked: Option<&str>,
    working_crs: Option<u32>,
) -> Result<Placed, Message> {
    let (code, targets) = if control.degrees { plane_of(control, working_crs)? } else { (projected(asked)?, targets(control)) };
    let pairs = control.points.iter().zip(targets);
    let points: Vec<ControlPoint> = pairs.map(|((source, _), target)| ControlPoint { source: *source, target }).collect();
    let fit = Fit::new(&points).map_err(NoFit::message)?;
    let ppm = (fit.scale() - 1.0) * 1e6;
    if ppm.abs() > MOST_PPM {
        return Err(Message::new("import.control-no-fit").number("ppm", ppm, 0));
    }
    layer.features.par_iter_mut().filter_map(|feature| feature.shape.as_mut().ok()).for_each(|shape| {
        shape.runs_mut().flatten().for_each(|coord| *coord = fit.apply(*coord));
    });
    layer.notes.push(
        Message::new("import.control-fit")
            .count("points", points.len())
            .number("rms", fit.rms_m(), 3)
            .number("ppm", ppm, 1)
            .number("turn", fit.turn_deg(), 5),
    );
    for (number, residual) in fit.residuals.iter().enumerate() {
        let told = Message::new("import.control-residual").count("number", number + 1);
        layer.notes.push(told.number("east", residual.x, 3).number("north", residual.y, 3));
    }
    let mut warnings = Vec::new();
    if points.len() == 2 {
        warnings.push(Message::new("import.control-unchecked"));
    }
    if fit.rms_m() > ROUGH_M {
        warnings.push(Message::new("import.control-rough").number("rms", fit.rms_m(), 2));
    }
    let approximate = Some(Approximation::Control { rms_m: fit.rms_m() });
    Ok(Placed { crs: format!("EPSG:{code}"), known_by: "import.crs-control", warnings, approximate })
}

fn targets(control: &Control) -> Vec<Coord<f64>> {
    control.points.iter().map(|(_, place)| *place).collect()
}

/// The plane for control points in degrees, and the points in it.
fn plane_of(control: &Control, working_crs: Option<u32>) -> Result<(u32, Vec<Coord<f64>>), Message> {
    let mut places = targets(control);
    let middle = |along: fn(&Coord<f64>) -> f64| median(places.iter().map(along).collect()).unwrap_or_default();
    let at = Coord { x: middle(|place| place.x), y: middle(|place| place.y) };
    let code = working_crs.unwrap_or_else(|| working_crs_for(Rect::new(at, at)));
    let forward = Transformer::new(LON_LAT, &format!("EPSG:{code}")).map_err(|error| error.message())?;
    forward.convert(&mut places).map_err(|error| error.message())?;
    Ok((code, places))
}

/// The plane of control points in metres, which only the user knows.
fn projected(asked: Option<&str>) -> Result<u32, Message> {
    let code = asked.and_then(code_of).ok_or_else(|| Message::new("import.control-needs-crs"))?;
    let known = describe(code).filter(|info| info.horizontal && !info.geographic);
    known.map(|info| info.code).ok_or_else(|| Message::new("import.control-needs-crs"))
}
