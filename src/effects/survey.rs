//! Looks for layers and ledgers in files, and for where the plan lies beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo::{BoundingRect, Coord, MultiPolygon, Rect};

use crate::base::{Message, Reporter};
use crate::geometry::bounds;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::import::{self, ImportError, LayerPreview, Repeats, Sketch};
use crate::jobs::Shared;
use crate::model::Content;
use crate::session::{Answer, Ground, Remembered, Survey, SurveyedLayer};

/// Compounds of the plan that are sketched, spread evenly over it.
const SKETCHED: usize = 1_500;

/// Looks into files, folders and zips. What was settled before is taken up; with `anew` it is asked again all the same.
pub(super) fn survey(
    paths: Vec<PathBuf>,
    content: &Content,
    answers: &[Remembered],
    anew: bool,
    shared: &Shared,
) -> Result<Answer, Message> {
    let ground = ground_of(content);
    let mut survey = Survey { remember: true, ground, ..Survey::default() };
    let (mut repeats, mut once) = (Repeats::default(), Vec::with_capacity(paths.len()));
    for path in paths {
        match repeats.note(&path, ()) {
            Some(told) => survey.failures.push(told),
            None => once.push(path),
        }
    }
    for path in &once {
        match import::preview(path, shared) {
            Ok(found) => {
                survey.failures.extend(found.failures);
                survey.unpacked.extend(found.unpacked.map(|unpacked| (path.clone(), unpacked)));
                let working_crs = survey.ground.working_crs;
                let layers = found.layers.into_iter().map(|preview| surveyed(path, preview, answers, working_crs));
                survey.layers.extend(layers);
            }
            Err(ImportError::Cancelled) => return Err(Message::new("session.cancelled")),
            Err(error) => survey.failures.push(error.message()),
        }
        if shared.should_stop() {
            return Err(Message::new("session.cancelled"));
        }
    }
    survey.paths = once;
    Ok(Answer::Surveyed { survey: Box::new(survey), anew })
}

/// A layer under what was settled for its shape, or as it tells itself.
fn surveyed(path: &Path, preview: LayerPreview, answers: &[Remembered], working_crs: Option<u32>) -> SurveyedLayer {
    let shape = preview.shape();
    let known = answers.iter().find(|answer| answer.shape == shape).map(|answer| answer.choice.clone());
    let (remembered, told) = (known.is_some(), preview.told());
    SurveyedLayer::new(path.to_path_buf(), Arc::new(preview), known.unwrap_or(told), remembered, working_crs)
}

/// Reads the control points of a layer that was found.
pub(super) fn read_control(layer: usize, path: &Path) -> Result<Answer, Message> {
    import::read_control(path).map(|control| Answer::Controlled(layer, control)).map_err(|error| error.message())
}

/// Where the plan lies.
fn ground_of(content: &Content) -> Ground {
    let working_crs = (content.crs_code != 0).then_some(content.crs_code);
    let back = working_crs.and_then(|code| Transformer::new(&format!("EPSG:{code}"), LON_LAT).ok());
    let Some(back) = back else { return Ground { working_crs, ..Ground::default() } };
    let areas = content.compounds.iter().map(|compound| &compound.shape);
    let others = [
        bounds::of_areas(content.buildings.iter().map(|building| &building.shape)),
        bounds::of_areas(content.limits.iter().map(|limit| &limit.shape)),
        content.pipes.iter().map(|pipe| pipe.line.bounding_rect()).fold(None, bounds::join),
        content.streets.iter().map(|street| street.line.bounding_rect()).fold(None, bounds::join),
    ];
    // The compounds are the plan; a railway may lead far out of it.
    let plane = bounds::of_areas(areas.clone()).or_else(|| others.into_iter().fold(None, bounds::join));
    Ground { working_crs, sketch: sketch_of(areas, &back), bounds: plane.and_then(|plane| degrees(plane, &back)) }
}

/// Outlines of some areas in longitude and latitude.
fn sketch_of<'a>(areas: impl ExactSizeIterator<Item = &'a MultiPolygon<f64>>, back: &Transformer) -> Sketch {
    let step = areas.len().div_ceil(SKETCHED).max(1);
    let outlines = areas.step_by(step).filter_map(|area| area.0.first());
    let mut lines: Vec<Vec<Coord<f64>>> = outlines.map(|polygon| polygon.exterior().0.clone()).collect();
    lines.retain_mut(|line| back.convert(line).is_ok());
    Sketch { points: Vec::new(), lines }
}

/// A rectangle of the plane in longitude and latitude, by its corners.
fn degrees(plane: Rect<f64>, back: &Transformer) -> Option<Rect<f64>> {
    let (low, high) = (plane.min(), plane.max());
    let mut corners = [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }];
    back.convert(&mut corners).ok()?;
    corners.into_iter().map(|corner| Some(Rect::new(corner, corner))).fold(None, bounds::join)
}
