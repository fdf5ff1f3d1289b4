//! Whether a layer lies off the others as GCJ-02 or BD-09 would move it.
//!
//! What belongs to compounds (buildings, facilities, service pipes) lies inside them, and buildings hold what belongs to
//! them; a layer that is off by half a kilometre hits them as chance has it. So the share of places of one layer that lie
//! inside areas of another is taken as the layers are and with each offset undone or done, and an offset that makes far
//! more of them fit is told. Nothing is moved.

use geo::{Area, BoundingRect, Centroid, Coord, Intersects, MultiPolygon, Point, Rect};

use crate::base::Message;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::geometry::index::BoxIndex;
use crate::geometry::shift::Shift;
use crate::model::LayerContent;

/// Places looked at, spread evenly over the layer: enough that chance cannot look like an offset.
const SAMPLE: usize = 400;

/// Fewest places that say something.
const FEWEST: usize = 20;

/// The share of places that must fit after a shift.
const FITTING: f64 = 0.5;

/// By how much it must beat the share before.
const BETTER: f64 = 0.3;

/// A hint for the user when `layer` fits one of the others only with an offset undone, or done: then the others are
/// shifted. Shapes are in the plan's CRS.
#[must_use]
pub fn offset_hint<'a>(
    layer: &LayerContent,
    others: impl Iterator<Item = &'a LayerContent>,
    working_crs: u32,
) -> Option<Message> {
    let plane = format!("EPSG:{working_crs}");
    let (out, back) = (Transformer::new(&plane, LON_LAT).ok()?, Transformer::new(LON_LAT, &plane).ok()?);
    let planes = Planes { out, back };
    others.filter(|other| other.kind() != layer.kind()).find_map(|other| planes.compare(layer, other))
}

/// Ways between the plane and degrees.
struct Planes {
    out: Transformer,
    back: Transformer,
}

/// What happens to the places that are tried.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Try {
    Undo(Shift),
    Apply(Shift),
}

impl Planes {
    fn compare(&self, layer: &LayerContent, other: &LayerContent) -> Option<Message> {
        // Small things are looked for inside larger ones; whichever of the two layers they are.
        let direct = || Some((places(layer)?, areas(other)?, true));
        let reverse = || Some((places(other)?, areas(layer)?, false));
        let (places, areas, layer_is_small) = if rank(layer) < rank(other) { direct()? } else { reverse()? };
        if places.len() < FEWEST {
            return None;
        }
        let index = BoxIndex::new(areas.iter().map(|area| area.bounding_rect()));
        let inside = |places: &[Coord<f64>]| share_inside(places, &areas, &index);
        let before = inside(&places);
        let tries = Shift::ALL.into_iter().flat_map(|shift| [Try::Undo(shift), Try::Apply(shift)]);
        let (share, tried, moved) = tries
            .filter_map(|tried| {
                let (moved_places, metres) = self.moved(&places, tried)?;
                Some((inside(&moved_places), tried, metres))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        if share < FITTING || share - before < BETTER {
            return None;
        }
        // To undo an offset of the small things is to do it to the large ones.
        let (Try::Undo(shift) | Try::Apply(shift)) = tried;
        let layer_is_shifted = matches!(tried, Try::Undo(_)) == layer_is_small;
        let key = if layer_is_shifted { "import.offset-hint" } else { "import.offset-hint-others" };
        let told = Message::new(key).text("shift", shift.name()).text("code", shift.code()).number("metres", moved, 0);
        Some(told.number("before", before * 100.0, 0).number("after", share * 100.0, 0))
    }

    /// The places after a try, and how far the first of them went, metres.
    fn moved(&self, places: &[Coord<f64>], tried: Try) -> Option<(Vec<Coord<f64>>, f64)> {
        let mut moved = places.to_vec();
        self.out.convert(&mut moved).ok()?;
        for place in &mut moved {
            *place = match tried {
                Try::Undo(shift) => shift.undo(*place),
                Try::Apply(shift) => shift.apply(*place),
            };
        }
        self.back.convert(&mut moved).ok()?;
        let way = *moved.first()? - *places.first()?;
        Some((moved, way.x.hypot(way.y)))
    }
}

/// Kinds from what lies inside others to what holds others; the rest has no place in this.
fn rank(layer: &LayerContent) -> u8 {
    match layer {
        LayerContent::Facilities(_) => 0,
        LayerContent::Pipes(_) => 1,
        LayerContent::Buildings(_) => 2,
        LayerContent::Compounds(_) => 3,
        _ => u8::MAX,
    }
}

/// Places that should lie inside areas of another layer.
fn places(layer: &LayerContent) -> Option<Vec<Coord<f64>>> {
    let spread = |count: usize| (0..count).step_by(count.div_ceil(SAMPLE).max(1));
    let middle = |shape: &MultiPolygon<f64>| shape.centroid().map(Coord::from);
    Some(match layer {
        LayerContent::Facilities(list) => spread(list.len()).map(|i| Coord::from(list[i].place)).collect(),
        // Trunks run in streets: only ends of pipes that could be services say something, and an end is as good as another.
        LayerContent::Pipes(list) => spread(list.len()).filter_map(|i| Some(*list[i].line.0.last()?.0.last()?)).collect(),
        LayerContent::Buildings(list) => spread(list.len()).filter_map(|i| middle(&list[i].shape)).collect(),
        _ => return None,
    })
}

/// Areas that should hold places of another layer.
fn areas(layer: &LayerContent) -> Option<Vec<&MultiPolygon<f64>>> {
    let real = |shape: &&MultiPolygon<f64>| shape.unsigned_area() > 0.0;
    match layer {
        LayerContent::Compounds(list) => Some(list.iter().map(|own| &own.shape).filter(real).collect()),
        LayerContent::Buildings(list) => Some(list.iter().map(|own| &own.shape).filter(real).collect()),
        _ => None,
    }
}

fn share_inside(places: &[Coord<f64>], areas: &[&MultiPolygon<f64>], index: &BoxIndex) -> f64 {
    let holds = |place: &Coord<f64>| index.in_box(Rect::new(*place, *place)).any(|area| areas[area].intersects(&Point(*place)));
    #[expect(clippy::cast_precision_loss, reason = "a few hundred places")]
    let share = places.iter().filter(|place| holds(place)).count() as f64 / places.len() as f64;
    share
}
