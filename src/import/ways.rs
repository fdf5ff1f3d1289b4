//! Where mended features lie: on Earth, for those who read the report, and in the layer, for the plan.

use std::cell::OnceCell;

use geo::{Contains, Coord, Rect};

use super::load::bounds_of;
use super::report::{FeatureNote, ToldMend};
use super::source::RawShape;
use crate::base::Message;
use crate::geometry::bounds::join;
use crate::geometry::crs::{CrsError, LON_LAT, Transformer};
use crate::geometry::repair::Mend;
use crate::geometry::segment::grown;
use crate::model::Mended;

/// The ways into the working CRS and out of it, for one thread.
pub(super) struct Ways {
    forward: Transformer,
    working_crs: u32,
    /// From the source to longitude and latitude; none where it lies in them.
    earth: Option<Transformer>,
    /// Made when the first place is asked for.
    back: OnceCell<Option<Transformer>>,
}

impl Ways {
    /// The ways from a source and into the working CRS.
    pub(super) fn new(from: &str, working_crs: u32) -> Result<Self, CrsError> {
        let forward = Transformer::new(from, &format!("EPSG:{working_crs}"))?;
        let is_earth = IN_LON_LAT.contains(&from);
        let earth = if is_earth { None } else { Some(Transformer::new(from, LON_LAT)?) };
        Ok(Self { forward, working_crs, earth, back: OnceCell::new() })
    }

    /// Bounds in longitude and latitude around a shape in the source and those that are known, vertex by vertex: the corners of
    /// its box in the source are places where nothing may lie.
    ///
    /// # Errors
    /// A coordinate that is no place on Earth, whatever CRS it goes into.
    pub(super) fn widened(&self, known: Option<Rect<f64>>, shape: &RawShape) -> Result<Option<Rect<f64>>, Message> {
        let (Some(earth), Some(own)) = (&self.earth, bounds_of(shape)) else { return Ok(join(known, bounds_of(shape))) };
        if known.is_some_and(|known| corners(earth, own).is_some_and(|corners| known.contains(&corners))) {
            return Ok(known);
        }
        let widen = |bounds: Option<Rect<f64>>, coord: &Coord<f64>| {
            let mut place = [*coord];
            earth.convert(&mut place).map_err(|error| error.message())?;
            Ok(join(bounds, Some(Rect::new(place[0], place[0]))))
        };
        shape.coords().try_fold(known, widen)
    }

    pub(super) fn forward(&self) -> &Transformer {
        &self.forward
    }

    /// A mend with its place on Earth.
    pub(super) fn told(&self, mend: &Mend) -> ToldMend {
        let mut place = [mend.at];
        let back = self.back.get_or_init(|| Transformer::new(&format!("EPSG:{}", self.working_crs), LON_LAT).ok());
        let known = back.as_ref().is_some_and(|back| back.convert(&mut place).is_ok());
        ToldMend { mend: *mend, place: known.then_some((place[0].x, place[0].y)) }
    }
}

/// Systems in longitude and latitude that are one to less than a millimetre.
const IN_LON_LAT: [&str; 2] = [LON_LAT, "EPSG:4490"];

/// The rectangle around the corners of another, a hundredth larger on each side than it must be: lines between them are bent.
fn corners(earth: &Transformer, own: Rect<f64>) -> Option<Rect<f64>> {
    let (low, high) = (own.min(), own.max());
    let mut places = [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }];
    earth.convert(&mut places).ok()?;
    let around = places.iter().fold(None, |sum, place| join(sum, Some(Rect::new(*place, *place))))?;
    Some(grown(&around, around.width().max(around.height()) / 100.0))
}

/// From places in the file to rows of the layer: what was left out closes up. Both lists ascend.
pub(super) fn by_row(drawn: Vec<(usize, Mended)>, left_out: &[FeatureNote]) -> Vec<(u32, Mended)> {
    let row = |place: usize| place - left_out.partition_point(|note| note.index < place);
    drawn.into_iter().filter_map(|(place, mended)| Some((u32::try_from(row(place)).ok()?, mended))).collect()
}
