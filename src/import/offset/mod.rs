//! Whether a layer lies off the others as GCJ-02 or BD-09 would move it.
//!
//! Layers of one town lie upon each other as chance would not have it: facilities and buildings stand inside compounds, pipes
//! run along streets, streets pass between compounds. Whatever the way is, it is lost when one of the two is moved by a
//! hundred metres, and is back when it is moved home. So for each pair the share of places of one that lie on the other is
//! taken as the layers are and with each offset undone and done, and compared with the shares a little way off: where it
//! stands out from those all around more than anything near does, the layers belong there. An offset that brings them there,
//! while they are not as they are, is told. Nothing is moved.
//!
//! Areas are looked at by their middles and by their outlines: those of parcels, historic quarters and limits run along
//! compounds and streets. Where few features speak, what they say must stand out by far. A handful of bridges never does: on
//! half of all ways some street or other lies under each.

mod figures;
mod peak;
mod zones;

use geo::{Coord, Rect};

use self::figures::{Ground, Places, anchors, places};
use self::peak::Peak;
pub use self::zones::in_crs;
use super::placing::median;
use crate::base::Message;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::geometry::segment::grown;
use crate::geometry::shift::Shift;
use crate::model::LayerContent;

/// Places looked at, spread evenly over the layer: enough that chance cannot look like an offset.
const SAMPLE: usize = 400;

/// Fewest places that say something.
const FEWEST: usize = 20;

/// Half the side of the square in which the two layers are compared, metres: a town.
const WIDEST_M: f64 = 8_000.0;

/// The square is halved down to this where there is too much in it: an offset must have room in it.
const NARROWEST_M: f64 = 2_000.0;

/// Features of one layer in the square, at most.
const MOST: usize = 20_000;

/// Offsets shorter than this are none, metres.
const SHORTEST_M: f64 = 50.0;

/// A hint for the user when `layer` lies on one of the others only with an offset undone, or done: then the others are
/// shifted. Shapes are in the plan's CRS. Cost: a few times the index of the features in a town.
#[must_use]
pub fn offset_hint<'a>(
    layer: &LayerContent,
    others: impl Iterator<Item = &'a LayerContent>,
    working_crs: u32,
) -> Option<Message> {
    let mut others = others.peekable();
    others.peek()?;
    let plane = format!("EPSG:{working_crs}");
    let (out, back) = (Transformer::new(&plane, LON_LAT).ok()?, Transformer::new(LON_LAT, &plane).ok()?);
    let planes = Planes { out, back };
    let found: Vec<Found> = others.filter_map(|other| planes.compare(layer, other)).collect();
    let best = |own: bool| {
        let offs = found.iter().filter_map(|found| if let Found::Off(off) = found { Some(off) } else { None });
        offs.filter(|off| off.own == own).max_by(|a, b| a.clearness.total_cmp(&b.clearness))
    };
    // A layer that lies right on one of the others is not to be told of a third that is off both: that one was told of.
    let stands = found.iter().any(|found| matches!(found, Found::Right));
    best(true).or_else(|| best(false).filter(|_| !stands)).map(Off::message)
}

/// What two layers say of each other, where they say anything.
enum Found {
    /// They lie right.
    Right,
    Off(Off),
}

/// One of the two layers is shifted.
struct Off {
    /// It is the layer, not the other.
    own: bool,
    shift: Shift,
    metres: f64,
    /// Shares of places that lie otherwise than by chance, as they are and after.
    before: f64,
    after: f64,
    /// How far it stands out from chance.
    clearness: f64,
}

impl Off {
    fn message(&self) -> Message {
        let key = if self.own { "import.offset-hint" } else { "import.offset-hint-others" };
        let told = Message::new(key).text("shift", self.shift.name()).text("code", self.shift.code());
        let told = told.number("metres", self.metres, 0);
        told.number("before", self.before * 100.0, 0).number("after", self.after * 100.0, 0)
    }
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

impl Try {
    fn all() -> impl Iterator<Item = Self> {
        Shift::ALL.into_iter().flat_map(|shift| [Self::Undo(shift), Self::Apply(shift)])
    }
}

impl Planes {
    /// What the places of each say on the ground of the other. The clearest of what they say counts.
    fn compare(&self, layer: &LayerContent, other: &LayerContent) -> Option<Found> {
        if layer.kind() == other.kind() {
            return None;
        }
        let window = window(layer, other)?;
        let looks = [(layer, other, true), (other, layer, false)].into_iter().flat_map(|(layer, other, own)| {
            let ground = Ground::of(other, window);
            let places = places(layer, window, SAMPLE);
            places.into_iter().filter_map(move |places| self.look(&places, ground.as_ref()?, own))
        });
        let mut best: Option<Off> = None;
        for found in looks {
            match found {
                Found::Right => return Some(Found::Right),
                Found::Off(off) if best.as_ref().is_none_or(|best| off.clearness > best.clearness) => best = Some(off),
                Found::Off(_) => {}
            }
        }
        best.map(Found::Off)
    }

    /// What places say of a ground. `own` says that they are the layer's.
    fn look(&self, places: &Places, ground: &Ground<'_>, own: bool) -> Option<Found> {
        if places.at.len() < FEWEST {
            return None;
        }
        let as_is = Peak::at(&places.at, ground);
        if as_is.is_clear() {
            return Some(Found::Right);
        }
        let is_clear = if places.features < FEWEST { Peak::is_plain } else { Peak::is_clear };
        let off = Try::all().filter_map(|tried| {
            let (moved, way) = self.moved(&places.at, tried)?;
            let peak = Some(Peak::at(&moved, ground)).filter(is_clear)?;
            let (Try::Undo(shift) | Try::Apply(shift)) = tried;
            // To undo an offset of the one is to do it to the other.
            let own = matches!(tried, Try::Undo(_)) == own;
            let (before, after) = (as_is.contrast, peak.contrast);
            Some(Off { own, shift, metres: way.x.hypot(way.y), before, after, clearness: peak.clearness })
        });
        off.max_by(|a, b| a.clearness.total_cmp(&b.clearness)).map(Found::Off)
    }

    /// The places after a try, and how far the middle one of them went.
    fn moved(&self, places: &[Coord<f64>], tried: Try) -> Option<(Vec<Coord<f64>>, Coord<f64>)> {
        let mut moved = places.to_vec();
        self.out.convert(&mut moved).ok()?;
        for place in &mut moved {
            *place = match tried {
                Try::Undo(shift) => shift.undo(*place),
                Try::Apply(shift) => shift.apply(*place),
            };
        }
        self.back.convert(&mut moved).ok()?;
        let middle = places.len() / 2;
        let way = *moved.get(middle)? - *places.get(middle)?;
        // Outside China nothing is shifted.
        (way.x.hypot(way.y) > SHORTEST_M).then_some((moved, way))
    }
}

/// The square in which two layers are compared: about the middle of the one that spreads less.
fn window(layer: &LayerContent, other: &LayerContent) -> Option<Rect<f64>> {
    let (mine, theirs) = (spread(layer)?, spread(other)?);
    let middle = if mine.1 <= theirs.1 { mine.0 } else { theirs.0 };
    let mut half_m = WIDEST_M;
    loop {
        let square = grown(&Rect::new(middle, middle), half_m);
        let crowded = |layer: &LayerContent| anchors(layer).filter(|place| figures::in_rect(*place, &square)).count() > MOST;
        if half_m / 2.0 < NARROWEST_M || !(crowded(layer) || crowded(other)) {
            return Some(square);
        }
        half_m /= 2.0;
    }
}

/// The middle of a layer, and how far the middle half of it spreads.
fn spread(layer: &LayerContent) -> Option<(Coord<f64>, f64)> {
    let step = layer.len().div_ceil(SAMPLE * 4).max(1);
    let few: Vec<Coord<f64>> = anchors(layer).step_by(step).collect();
    let along = |axis: fn(&Coord<f64>) -> f64| {
        let middle = median(few.iter().map(axis).collect())?;
        Some((middle, median(few.iter().map(|place| (axis(place) - middle).abs()).collect())?))
    };
    let ((x, wide), (y, high)) = (along(|place| place.x)?, along(|place| place.y)?);
    Some((Coord { x, y }, wide + high))
}
