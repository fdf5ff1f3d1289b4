//! Layers as places that may lie on something, and as ground on which something may lie.

use geo::{BoundingRect, Centroid, Coord, Geometry, Intersects, LineString, Point, Polygon, Rect};

use crate::geometry::index::BoxIndex;
use crate::geometry::segment::{Segment, distance2, grown, line_segments, rings};
use crate::model::LayerContent;

/// What one feature is drawn as.
enum Figure<'a> {
    Point(Coord<f64>),
    Lines(&'a [LineString<f64>]),
    Areas(&'a [Polygon<f64>]),
}

impl Figure<'_> {
    /// Its first coordinate.
    fn anchor(&self) -> Option<Coord<f64>> {
        match self {
            Self::Point(place) => Some(*place),
            Self::Lines(lines) => lines.first()?.0.first().copied(),
            Self::Areas(areas) => areas.first()?.exterior().0.first().copied(),
        }
    }

    /// Places of it that should lie on something: a point; points along lines, `count` of them; the middle of areas.
    fn places(&self, count: usize, into: &mut Vec<Coord<f64>>) {
        match self {
            Self::Point(place) => into.push(*place),
            Self::Lines(lines) => along(lines.iter(), count, into),
            Self::Areas(areas) => into.extend(areas.iter().filter_map(Centroid::centroid).map(Coord::from)),
        }
    }

    /// Points along the outlines of areas, which run beside what bounds them; of points and lines none.
    fn outline(&self, count: usize, into: &mut Vec<Coord<f64>>) {
        if let Self::Areas(areas) = self {
            along(areas.iter().map(Polygon::exterior), count, into);
        }
    }
}

/// Points evenly along lines, off their ends.
fn along<'a>(lines: impl Iterator<Item = &'a LineString<f64>>, count: usize, into: &mut Vec<Coord<f64>>) {
    let segments: Vec<Segment> = lines.flat_map(line_segments).collect();
    let length: f64 = segments.iter().map(Segment::length).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let step = length / count.max(1) as f64;
    let (mut passed, mut next) = (0.0, step / 2.0);
    for segment in &segments {
        let end = passed + segment.length();
        while next < end && step > 0.0 {
            into.push(segment.at((next - passed) / segment.length()));
            next += step;
        }
        passed = end;
    }
}

fn of_geometry(shape: &Geometry<f64>) -> Option<Figure<'_>> {
    Some(match shape {
        Geometry::Point(place) => Figure::Point(place.0),
        Geometry::LineString(line) => Figure::Lines(std::slice::from_ref(line)),
        Geometry::MultiLineString(lines) => Figure::Lines(&lines.0),
        Geometry::Polygon(area) => Figure::Areas(std::slice::from_ref(area)),
        Geometry::MultiPolygon(areas) => Figure::Areas(&areas.0),
        _ => return None,
    })
}

fn figures(layer: &LayerContent) -> Box<dyn Iterator<Item = Figure<'_>> + '_> {
    match layer {
        LayerContent::Compounds(list) => Box::new(list.iter().map(|own| Figure::Areas(&own.shape.0))),
        LayerContent::Buildings(list) => Box::new(list.iter().map(|own| Figure::Areas(&own.shape.0))),
        LayerContent::Parcels(list) => Box::new(list.iter().map(|own| Figure::Areas(&own.shape.0))),
        LayerContent::Heritage(list) => Box::new(list.iter().map(|own| Figure::Areas(&own.shape.0))),
        LayerContent::Limits(list) => Box::new(list.iter().map(|own| Figure::Areas(&own.shape.0))),
        LayerContent::Pipes(list) => Box::new(list.iter().map(|own| Figure::Lines(&own.line.0))),
        LayerContent::Streets(list) => Box::new(list.iter().map(|own| Figure::Lines(&own.line.0))),
        LayerContent::Facilities(list) => Box::new(list.iter().map(|own| Figure::Point(own.place.0))),
        LayerContent::Barriers(list) => Box::new(list.iter().filter_map(|own| of_geometry(&own.shape))),
        LayerContent::Bridges(list) => Box::new(list.iter().filter_map(|own| of_geometry(&own.shape))),
    }
}

/// One place of every feature.
pub(super) fn anchors(layer: &LayerContent) -> impl Iterator<Item = Coord<f64>> {
    figures(layer).filter_map(|figure| figure.anchor())
}

pub(super) fn in_rect(place: Coord<f64>, rect: &Rect<f64>) -> bool {
    (rect.min().x..=rect.max().x).contains(&place.x) && (rect.min().y..=rect.max().y).contains(&place.y)
}

fn figures_in(layer: &LayerContent, window: Rect<f64>) -> impl Iterator<Item = Figure<'_>> {
    figures(layer).filter(move |figure| figure.anchor().is_some_and(|place| in_rect(place, &window)))
}

/// Places of a layer that should lie in some way on another.
pub(super) struct Places {
    pub(super) at: Vec<Coord<f64>>,
    /// Features that they stand for: places of one feature say the same.
    pub(super) features: usize,
}

/// About so many places of a layer, spread evenly over what begins in the window: its points, those along its lines and the
/// middles of its areas; and those along the outlines of its areas.
pub(super) fn places(layer: &LayerContent, window: Rect<f64>, most: usize) -> [Places; 2] {
    let features = figures_in(layer, window).count();
    let (step, each) = (features.div_ceil(most).max(1), most.div_ceil(features.max(1)));
    [Figure::places, Figure::outline].map(|places_of| {
        let mut places = Vec::with_capacity(most);
        figures_in(layer, window).step_by(step).for_each(|figure| places_of(&figure, each, &mut places));
        let step = places.len().div_ceil(most).max(1);
        Places { at: places.into_iter().step_by(step).collect(), features }
    })
}

/// The areas or lines of a layer, beside which places may lie.
pub(super) struct Ground<'a> {
    areas: Vec<&'a Polygon<f64>>,
    /// Boxes of the areas; none of lines.
    inside: BoxIndex,
    /// The lines, or the boundaries of the areas.
    segments: Vec<Segment>,
    /// Their boxes, grown by the last of [`EDGES_M`].
    beside: BoxIndex,
}

/// Distances between the bins of places, metres: pipes run so far from the walls of compounds and the middle of streets as
/// their owners agreed.
const EDGES_M: [f64; 7] = [1.5, 3.0, 5.0, 8.0, 12.0, 18.0, 27.0];

/// Bins of places: by their distance, outside and inside of areas.
const BINS: usize = 2 * (EDGES_M.len() + 1);

/// Shares of places by where they lie.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shares(pub(super) [f64; BINS]);

impl<'a> Ground<'a> {
    /// What begins in the window; `None` of points.
    pub(super) fn of(layer: &'a LayerContent, window: Rect<f64>) -> Option<Self> {
        let (mut areas, mut segments) = (Vec::new(), Vec::new());
        for figure in figures_in(layer, window) {
            match figure {
                Figure::Point(_) => {}
                Figure::Lines(lines) => segments.extend(lines.iter().flat_map(line_segments)),
                Figure::Areas(parts) => {
                    segments.extend(parts.iter().flat_map(rings).flat_map(line_segments));
                    areas.extend(parts);
                }
            }
        }
        let reach_m = EDGES_M[EDGES_M.len() - 1];
        let inside = BoxIndex::new(areas.iter().map(|area| area.bounding_rect()));
        let beside = BoxIndex::new(segments.iter().map(|segment| Some(grown(&segment.bounds(), reach_m))));
        (!segments.is_empty()).then_some(Self { areas, inside, segments, beside })
    }

    /// The bin of a place.
    fn bin(&self, place: Coord<f64>) -> usize {
        let at = Rect::new(place, place);
        let distance2 = self.beside.in_box(at).map(|row| distance2(self.segments[row].nearest_to(place), place));
        let distance_m = distance2.fold(f64::INFINITY, f64::min).sqrt();
        let bin = EDGES_M.partition_point(|edge| *edge < distance_m);
        let inside = self.inside.in_box(at).any(|row| self.areas[row].intersects(&Point(place)));
        if inside { EDGES_M.len() + 1 + bin } else { bin }
    }

    /// Where some places lie.
    pub(super) fn shares(&self, places: &[Coord<f64>], way: Coord<f64>) -> Shares {
        let mut shares = Shares::default();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred places")]
        let each = 1.0 / places.len().max(1) as f64;
        for place in places {
            shares.0[self.bin(*place + way)] += each;
        }
        shares
    }
}
