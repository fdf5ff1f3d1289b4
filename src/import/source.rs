//! What every format yields, before anything is known of layer kinds, fields or the working CRS.
//!
//! A new format is one more file with one function from bytes to [`RawLayer`]s, and one line in [`super::read_path`].

use std::borrow::Cow;
use std::collections::HashSet;

use geo::Coord;

use crate::base::Message;
use crate::geometry::repair::RawRings;
use crate::model::{Approximation, Properties};

/// A layer as a file holds it.
#[derive(Clone, Debug, Default)]
pub struct RawLayer {
    /// Name of the layer, or of the file without its ending.
    pub name: String,
    /// The CRS that the file names, as written there.
    pub crs: Option<String>,
    /// Its format is one that means longitude and latitude of WGS 84 where nothing else is said (RFC 7946 §4).
    pub lon_lat_by_format: bool,
    /// Why its places are approximate, as a file that this program exported says.
    pub approximate: Option<Approximation>,
    /// Features in the order of the file, those that could not be read among them.
    pub features: Vec<RawFeature>,
    /// What is true of the layer as a whole.
    pub notes: Vec<Message>,
    /// Names of all fields in the order of their first appearance, when the reader has them at hand.
    pub headers: Option<Vec<String>>,
    /// What was left alone of the file that this is the first layer of. It is told even where the layer is not taken.
    pub left: Vec<Message>,
    /// The layer of a drawing that it is, when it is of one.
    pub drawn: Option<Drawn>,
}

/// Names of fields in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    names: Vec<String>,
    seen: HashSet<String>,
}

impl Headers {
    /// Notes a name; one that is there already stays where it is.
    pub fn note(&mut self, name: &str) {
        if !self.seen.contains(name) {
            self.seen.insert(name.to_owned());
            self.names.push(name.to_owned());
        }
    }

    /// The names in order.
    #[must_use]
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// The beginning of a large file: enough to tell what the file is, in a moment, whatever its length.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// The layer with its first features.
    pub(super) layer: RawLayer,
    /// About as many features in all, for each of these.
    pub(super) times: f64,
}

/// Where features were drawn. A drawing names its layers as people like and has no fields that would tell more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Name of the layer in the drawing, of which these may be the areas, lines, points or texts.
    pub layer: String,
    /// Whether that name is about these: not for texts and fillings beside other things.
    pub telling: bool,
}

/// A feature as a file holds it.
#[derive(Clone, Debug)]
pub struct RawFeature {
    /// The id outside the fields, when the format has one.
    pub id: Option<String>,
    /// The place, in the CRS of the source; or why there is none.
    pub shape: Result<RawShape, Unshaped>,
    /// The fields.
    pub properties: Properties,
}

/// A feature without a usable place.
#[derive(Clone, Debug, PartialEq)]
pub struct Unshaped(pub Message);

impl Default for Unshaped {
    fn default() -> Self {
        Self(Message::new("import.no-geometry"))
    }
}

/// Any geometry, by dimension; a collection fills several lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawShape {
    /// Points.
    pub points: Vec<Coord<f64>>,
    /// Lines, perhaps too short.
    pub lines: Vec<Vec<Coord<f64>>>,
    /// Polygons as rings, perhaps open, short or tangled.
    pub areas: Vec<RawRings>,
    /// Whether a third coordinate was there and was dropped.
    pub heights: bool,
    /// The name of the geometry type in the source.
    pub type_name: Cow<'static, str>,
}

impl RawShape {
    /// Every coordinate.
    pub fn coords(&self) -> impl Iterator<Item = &Coord<f64>> {
        let lines = self.lines.iter().flatten();
        self.points.iter().chain(lines).chain(self.areas.iter().flatten().flatten())
    }

    /// Every coordinate, a list at a time.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut [Coord<f64>]> {
        let points = std::iter::once(self.points.as_mut_slice());
        let lines = self.lines.iter_mut().map(Vec::as_mut_slice);
        points.chain(lines).chain(self.areas.iter_mut().flatten().map(Vec::as_mut_slice))
    }
}
