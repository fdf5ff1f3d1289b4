//! Where a layer would lie under a choice, by the few features that its preview keeps.

use geo::{Coord, Rect};

use super::LayerPreview;
use crate::base::Message;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::import::ReadOptions;
use crate::import::choice::Choice;
use crate::import::placing::median;
use crate::import::question::Question;
use crate::import::reading::{located, swap_axes};
use crate::model::Approximation;

/// Where a layer would lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Its CRS, `EPSG:n` or a PROJ string.
    pub crs: String,
    /// How the CRS is known: a key of the word tables.
    pub known_by: &'static str,
    /// What the user should check.
    pub warnings: Vec<Message>,
    /// What a fit to control points came to.
    pub notes: Vec<Message>,
    /// Why the places are approximate, when they are.
    pub approximate: Option<Approximation>,
    /// The middle of the features, longitude and latitude; `None` of a layer without places.
    pub middle: Option<Coord<f64>>,
    /// Bounds in longitude and latitude.
    pub bounds: Option<Rect<f64>>,
    /// Some features in longitude and latitude.
    pub sketch: Sketch,
}

/// A few shapes, in longitude and latitude.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// Places.
    pub points: Vec<Coord<f64>>,
    /// Lines, and the outlines of areas.
    pub lines: Vec<Vec<Coord<f64>>>,
}

impl Sketch {
    /// Every coordinate.
    pub fn coords(&self) -> impl Iterator<Item = &Coord<f64>> {
        self.points.iter().chain(self.lines.iter().flatten())
    }

    /// The rectangle around it; `None` when it is empty.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect<f64>> {
        let rects = self.coords().map(|coord| Some(Rect::new(*coord, *coord)));
        rects.fold(None, crate::geometry::bounds::join)
    }
}

impl LayerPreview {
    /// Where the layer lies under a choice. `working_crs` is the plan's, where it has one.
    ///
    /// # Errors
    /// The question that must be answered first.
    pub fn outlook(&self, choice: &Choice, working_crs: Option<u32>) -> Result<Outlook, Question> {
        let mut layer = self.sample.clone();
        if choice.swap_xy {
            swap_axes(&mut layer);
            layer.notes.clear();
        }
        let options = ReadOptions::default().under(choice);
        let placed = located(&mut layer, &options, working_crs, None)?;
        let forward = Transformer::new(&placed.crs, LON_LAT).map_err(|error| error.message())?;
        let mut sketch = Sketch::default();
        let mut firsts = Vec::new();
        for shape in layer.features.into_iter().filter_map(|feature| feature.shape.ok()) {
            let mut points = shape.points;
            let mut lines: Vec<_> = shape.lines.into_iter().chain(shape.areas.into_iter().flatten()).collect();
            let mut convert = |run: &mut Vec<Coord<f64>>| forward.convert(run).is_ok() && run.iter().all(on_earth);
            lines.retain_mut(&mut convert);
            if convert(&mut points) {
                sketch.points.append(&mut points);
                firsts.extend(sketch.points.last().filter(|_| lines.is_empty()).copied());
            }
            firsts.extend(lines.first().and_then(|line| line.first()).copied());
            sketch.lines.append(&mut lines);
        }
        let along = |axis: fn(&Coord<f64>) -> f64| median(firsts.iter().map(axis).collect());
        let middle = along(|place| place.x).zip(along(|place| place.y)).map(|(x, y)| Coord { x, y });
        Ok(Outlook {
            crs: placed.crs,
            known_by: placed.known_by,
            warnings: placed.warnings,
            notes: layer.notes,
            approximate: placed.approximate,
            middle,
            bounds: sketch.bounds(),
            sketch,
        })
    }
}

fn on_earth(place: &Coord<f64>) -> bool {
    place.x.abs() <= 180.0 && place.y.abs() <= 90.0
}
