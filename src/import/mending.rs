//! Brings the shape of a feature into the form that its layer has: mended, or as it was drawn.
//!
//! A mend that changes a place keeps the shape as drawn beside it; one that changes much waits for a yes, and until then
//! the shape as drawn stands in the layer. [`mended`] and [`as_drawn`] make either again out of what was kept.

use std::sync::Arc;

use geo::orient::{Direction, Orient};
use geo::{Area, Centroid, Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon};

use super::features::Place;
use super::source::RawShape;
use crate::base::Message;
use crate::geometry::repair::{
    Hopeless, Mend, MendKind, NEARLY_CLOSED_M, RawRings, comes_back, drawn_area_m2, mend_area, mend_lines, rings_of,
};
use crate::model::{LayerKind, MendState, Mended, needs_yes};

/// A shape in the form of its layer.
pub(super) struct Shaped {
    /// What stands in the layer.
    pub(super) place: Place,
    /// Everything that was done, slight mends too.
    pub(super) mends: Vec<Mend>,
    /// The record of what changed a place; none where nothing did.
    pub(super) mended: Option<Mended>,
}

/// Brings a shape into the form that a layer kind has.
///
/// # Errors
/// Why the feature must be left out: the wrong geometry, or nothing left after mending.
pub(super) fn place_for(kind: LayerKind, shape: RawShape) -> Result<Shaped, Message> {
    let Mending { place, mends, drawn } = mend(kind, shape)?;
    // A facility is one point and nothing else can stand in its place: its mends are told, not recorded.
    let Some(drawn) = drawn.filter(|_| kind != LayerKind::Facilities) else {
        return Ok(Shaped { place, mends, mended: None });
    };
    let told: Vec<Mend> = mends.iter().filter(|mend| !mend.is_slight()).copied().collect();
    let after_m2 = if let Place::Area(shape) = &place { shape.unsigned_area() } else { 0.0 };
    let waits = needs_yes(&told, after_m2);
    let state = if waits { MendState::Waiting } else { MendState::Applied };
    let place = if waits { place_as_drawn(kind, &drawn) } else { place };
    Ok(Shaped { place, mends, mended: Some(Mended { mends: told, drawn: Arc::new(drawn), state }) })
}

/// The mended shape of a feature out of its shape as drawn; none where nothing is left of it.
#[must_use]
pub fn mended(kind: LayerKind, drawn: &Geometry<f64>) -> Option<Geometry<f64>> {
    mend(kind, raw(drawn)).ok().map(|mending| form(kind, mending.place))
}

/// The shape of a feature as it was drawn, as far as its layer can hold it: rings are closed and wound. Where that is just
/// the mended shape, nothing else can stand there, and the feature is without a shape.
#[must_use]
pub fn as_drawn(kind: LayerKind, drawn: &Geometry<f64>) -> Geometry<f64> {
    let place = place_as_drawn(kind, drawn);
    let same = mend(kind, raw(drawn)).is_ok_and(|mending| mending.place == place);
    form(kind, if same && kind != LayerKind::Facilities { nowhere(kind) } else { place })
}

/// A shape in the form of its layer, before anybody was asked.
struct Mending {
    place: Place,
    mends: Vec<Mend>,
    drawn: Option<Geometry<f64>>,
}

fn wants_area(kind: LayerKind) -> bool {
    matches!(kind, LayerKind::Compounds | LayerKind::Buildings | LayerKind::Parcels | LayerKind::Heritage | LayerKind::Limits)
}

fn mend(kind: LayerKind, shape: RawShape) -> Result<Mending, Message> {
    let wrong = Message::new("import.wrong-geometry").text("type", &*shape.type_name);
    let RawShape { points, mut lines, mut areas, heights, .. } = shape;
    let mut before = None;
    let mut mends = Vec::new();
    let rings = || !lines.is_empty() && lines.iter().all(|line| comes_back(line, NEARLY_CLOSED_M));
    if wants_area(kind) && areas.is_empty() && rings() {
        mends.push(Mend::new(MendKind::LineToArea, lines.len(), lines[0][0]));
        before = Some(Parts { lines: lines.clone(), ..Parts::default() });
        areas = lines.drain(..).map(|ring| vec![ring]).collect();
    }
    let (area, line, point) = (!areas.is_empty(), !lines.is_empty(), !points.is_empty());
    let first = areas.iter().flatten().chain(&lines).flatten().chain(&points).next().copied().unwrap_or_default();
    let lost = |hopeless: Hopeless| hopeless.message();
    let (place, found, main, others) = match kind {
        _ if (wants_area(kind) || matches!(kind, LayerKind::Barriers | LayerKind::Bridges)) && area && !is_line(kind, line) => {
            let done = mend_area(areas).map_err(lost)?;
            let main = done.drawn.map(|areas| Parts { areas, ..Parts::default() });
            (area_place(kind, done.shape), done.mends, main, Parts { points, lines, ..Parts::default() })
        }
        LayerKind::Pipes | LayerKind::Streets | LayerKind::Barriers | LayerKind::Bridges if line => {
            let done = mend_lines(lines).map_err(lost)?;
            let main = done.drawn.map(|lines| Parts { lines, ..Parts::default() });
            (Place::Lines(done.shape), done.mends, main, Parts { points, areas, ..Parts::default() })
        }
        LayerKind::Bridges | LayerKind::Facilities if point => {
            let place = Place::Point(Point(points[0]));
            (place, Vec::new(), None, Parts { areas, lines, points: points[1..].to_vec() })
        }
        LayerKind::Facilities if area => {
            let done = mend_area(areas).map_err(lost)?;
            let middle = done.shape.centroid().ok_or(wrong)?;
            let main = done.drawn.map(|areas| Parts { areas, ..Parts::default() });
            (Place::Point(middle), done.mends, main, Parts { lines, ..Parts::default() })
        }
        _ => return Err(wrong),
    };
    mends.extend(others.dropped());
    mends.extend(found);
    if heights {
        mends.push(Mend::new(MendKind::HeightsDropped, 1, first));
    }
    let changed = mends.iter().any(|mend| !mend.is_slight());
    let drawn = changed.then(|| before.or(main).unwrap_or_else(|| Parts::of(&place)).with(others).geometry());
    Ok(Mending { place, mends, drawn })
}

/// Whether a crossing that has both lines and areas is a line. Its outline crosses the same barriers as its axis, so the
/// axis is preferred; a barrier that has an area is one.
fn is_line(kind: LayerKind, has_line: bool) -> bool {
    kind == LayerKind::Bridges && has_line
}

/// The outline of a bridge drawn as an area crosses the same barriers as its axis.
fn area_place(kind: LayerKind, shape: MultiPolygon<f64>) -> Place {
    if kind == LayerKind::Bridges {
        let outlines: Vec<LineString<f64>> = shape.into_iter().map(|polygon| polygon.into_inner().0).collect();
        return Place::Lines(MultiLineString(outlines));
    }
    Place::Area(shape)
}

/// Parts of a shape as drawn.
#[derive(Default)]
struct Parts {
    points: Vec<Coord<f64>>,
    lines: Vec<Vec<Coord<f64>>>,
    areas: Vec<RawRings>,
}

impl Parts {
    fn of(place: &Place) -> Self {
        match place.clone() {
            Place::Area(shape) => Self { areas: rings_of(shape), ..Self::default() },
            Place::Lines(lines) => Self { lines: lines.into_iter().map(|line| line.0).collect(), ..Self::default() },
            Place::Point(point) => Self { points: vec![point.0], ..Self::default() },
        }
    }

    fn with(mut self, others: Self) -> Self {
        self.points.extend(others.points);
        self.lines.extend(others.lines);
        self.areas.extend(others.areas);
        self
    }

    /// The mend that drops these parts, with what they measured.
    fn dropped(&self) -> Option<Mend> {
        let count = self.points.len() + self.lines.len() + self.areas.len();
        let rings = self.areas.iter().flatten();
        let at = rings.chain(&self.lines).flatten().chain(&self.points).next().copied().unwrap_or_default();
        let run = |line: &Vec<Coord<f64>>| -> f64 {
            line.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum()
        };
        let length: f64 = self.lines.iter().map(run).sum();
        let area_m2 = -drawn_area_m2(&self.areas);
        (count > 0).then_some(Mend { kind: MendKind::OthersDropped, count, at, area_m2, length_m: -length })
    }

    fn geometry(self) -> Geometry<f64> {
        let line = |line: Vec<Coord<f64>>| LineString(line);
        match (self.points.is_empty(), self.lines.is_empty(), self.areas.is_empty()) {
            (true, true, false) if self.areas.iter().all(is_whole) => {
                Geometry::MultiPolygon(self.areas.into_iter().filter_map(whole).collect())
            }
            (true, false, true) => Geometry::MultiLineString(MultiLineString(self.lines.into_iter().map(line).collect())),
            _ => {
                let areas = self.areas.into_iter().map(|rings| {
                    if is_whole(&rings) {
                        return whole(rings).map_or_else(nothing, Geometry::Polygon);
                    }
                    let rings = rings.into_iter().map(|ring| Geometry::LineString(LineString(ring)));
                    Geometry::GeometryCollection(GeometryCollection(rings.collect()))
                });
                let lines = self.lines.into_iter().map(|run| Geometry::LineString(line(run)));
                let points = self.points.into_iter().map(|point| Geometry::Point(Point(point)));
                Geometry::GeometryCollection(GeometryCollection(areas.chain(lines).chain(points).collect()))
            }
        }
    }
}

fn nothing() -> Geometry<f64> {
    Geometry::GeometryCollection(GeometryCollection(Vec::new()))
}

/// Whether rings can stand in a polygon as they are.
fn is_whole(rings: &RawRings) -> bool {
    !rings.is_empty() && rings.iter().all(|ring| ring.len() >= 4 && ring.first() == ring.last())
}

/// A polygon of rings, closed and wound; rings too short to be any are left out, and so is everything without an outer one.
fn whole(rings: RawRings) -> Option<Polygon<f64>> {
    let mut rings = rings.into_iter();
    let outer = LineString(rings.next()?);
    let holes = rings.filter(|ring| ring.len() >= 3).map(LineString).collect();
    let polygon = Polygon::new(outer, holes);
    (polygon.exterior().0.len() >= 4).then_some(polygon)
}

/// The shape again as a file would have held it.
fn raw(drawn: &Geometry<f64>) -> RawShape {
    let mut shape = RawShape::default();
    let mut take = |part: &Geometry<f64>| match part {
        Geometry::Polygon(polygon) => shape.areas.extend(rings_of(polygon.clone().into())),
        Geometry::MultiPolygon(polygons) => shape.areas.extend(rings_of(polygons.clone())),
        Geometry::LineString(line) => shape.lines.push(line.0.clone()),
        Geometry::MultiLineString(lines) => shape.lines.extend(lines.iter().map(|line| line.0.clone())),
        Geometry::Point(point) => shape.points.push(point.0),
        Geometry::MultiPoint(points) => shape.points.extend(points.iter().map(|point| point.0)),
        Geometry::GeometryCollection(rings) => {
            let ring = |ring: &Geometry<f64>| if let Geometry::LineString(ring) = ring { Some(ring.0.clone()) } else { None };
            shape.areas.push(rings.iter().filter_map(ring).collect());
        }
        Geometry::Line(line) => shape.lines.push(vec![line.start, line.end]),
        Geometry::Rect(rect) => shape.areas.extend(rings_of(rect.to_polygon().into())),
        Geometry::Triangle(triangle) => shape.areas.extend(rings_of(triangle.to_polygon().into())),
    };
    match drawn {
        Geometry::GeometryCollection(parts) => parts.iter().for_each(&mut take),
        one => take(one),
    }
    shape
}

fn place_as_drawn(kind: LayerKind, drawn: &Geometry<f64>) -> Place {
    let RawShape { points, lines, mut areas, .. } = raw(drawn);
    if wants_area(kind) && areas.is_empty() {
        areas.extend(lines.iter().map(|ring| vec![ring.clone()]));
    }
    let has_length = lines.iter().any(|line| line.len() >= 2);
    let areas: MultiPolygon<f64> = areas.into_iter().filter_map(whole).collect();
    let lines = || MultiLineString(lines.into_iter().filter(|line| line.len() >= 2).map(LineString).collect());
    match kind {
        LayerKind::Pipes | LayerKind::Streets => Place::Lines(lines()),
        LayerKind::Barriers if areas.0.is_empty() => Place::Lines(lines()),
        LayerKind::Bridges if has_length => Place::Lines(lines()),
        LayerKind::Bridges if !areas.0.is_empty() => area_place(kind, areas),
        LayerKind::Bridges | LayerKind::Facilities => {
            points.first().map_or_else(|| nowhere(kind), |point| Place::Point(Point(*point)))
        }
        _ => Place::Area(areas.orient(Direction::Default)),
    }
}

/// A place without a shape.
fn nowhere(kind: LayerKind) -> Place {
    if wants_area(kind) { Place::Area(MultiPolygon(Vec::new())) } else { Place::Lines(MultiLineString(Vec::new())) }
}

/// A place as the layer keeps it.
fn form(kind: LayerKind, place: Place) -> Geometry<f64> {
    match (kind, place) {
        (LayerKind::Barriers | LayerKind::Bridges, place) => place.geometry(),
        (_, Place::Area(shape)) => Geometry::MultiPolygon(shape),
        (_, Place::Lines(lines)) => Geometry::MultiLineString(lines),
        (_, Place::Point(point)) => Geometry::Point(point),
    }
}
