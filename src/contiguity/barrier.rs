//! Barriers (R12) as segments that ways may not cross, or cross at a cost.
//!
//! An area counts by its rings and its inside. Running along a barrier, or touching it from one side, is no crossing.
//! A line's free ends reach [`END_M`] further than drawn, so that pieces meet and a wall drawn from corner to corner is whole.
//! Barriers that cost nothing are left out from the start.

use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon, Rect};

use super::touch::{Shape, TOUCH_M};
use crate::base::BarrierId;
use crate::geometry::distance::{covers, in_box};
use crate::geometry::index::BoxIndex;
use crate::geometry::segment::{Segment, boundary, distance2, line_segments, rings, side};
use crate::model::{Barrier, BarrierRules};

/// How far a barrier line's free end reaches beyond its last point, m.
const END_M: f64 = 0.5;

/// How far ways keep off barriers, m.
pub(super) const CLEAR_M: f64 = 2.0 * TOUCH_M;

/// A segment of a barrier.
struct Wall {
    segment: Segment,
    barrier: usize,
}

/// The inside of an area barrier.
struct Area {
    shape: MultiPolygon<f64>,
    bounds: Rect<f64>,
    barrier: usize,
}

/// All barriers, indexed.
pub(super) struct Walls {
    /// What crossing each barrier adds, m; infinite where none may.
    extra_m: Vec<f64>,
    pieces: Vec<Wall>,
    index: BoxIndex,
    areas: Vec<Area>,
    area_index: BoxIndex,
    pivots: Vec<Coord<f64>>,
    pivot_index: BoxIndex,
}

/// The barriers that could cut ways within one region.
#[derive(Clone)]
pub(super) struct Nearby<'a> {
    extra_m: &'a [f64],
    walls: Vec<&'a Wall>,
    areas: Vec<&'a Area>,
    /// Points just off the corners and ends of barriers, round which a way may bend past.
    pub(super) pivots: Vec<Coord<f64>>,
}

impl Walls {
    pub(super) fn new(barriers: &[Barrier], rules: &BarrierRules) -> Self {
        Self::of_shapes(barriers.iter().map(|barrier| Some((&barrier.shape, rules.of(barrier.kind).extra_m()))))
    }

    /// Shapes with what crossing them adds, by row; those that add nothing are left out, and so are rows without any.
    pub(super) fn of_shapes<'a>(shapes: impl Iterator<Item = Option<(&'a Geometry<f64>, f64)>>) -> Self {
        let (mut gathered, mut all_m) = (Gathered::default(), Vec::new());
        for (row, shape) in shapes.enumerate() {
            let extra_m = shape.map_or(0.0, |(_, extra_m)| extra_m);
            all_m.push(extra_m);
            if let Some((shape, _)) = shape.filter(|_| extra_m > 0.0) {
                gathered.add(shape, row);
            }
        }
        let extra_m = all_m;
        let Gathered { walls, areas, pivots } = gathered;
        let index = BoxIndex::new(walls.iter().map(|wall| Some(wall.segment.bounds())));
        let area_index = BoxIndex::new(areas.iter().map(|area| Some(area.bounds)));
        let pivot_index = BoxIndex::new(pivots.iter().map(|p| Some(Rect::new(*p, *p))));
        Self { extra_m, pieces: walls, index, areas, area_index, pivots, pivot_index }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What lies in `region`; `None` when nothing does.
    pub(super) fn near(&self, region: Rect<f64>) -> Option<Nearby<'_>> {
        let sorted = |rows: &mut dyn Iterator<Item = usize>| {
            let mut rows: Vec<usize> = rows.collect();
            rows.sort_unstable();
            rows
        };
        let walls: Vec<&Wall> = sorted(&mut self.index.in_box(region)).into_iter().map(|row| &self.pieces[row]).collect();
        let areas: Vec<&Area> = sorted(&mut self.area_index.in_box(region)).into_iter().map(|row| &self.areas[row]).collect();
        if walls.is_empty() && areas.is_empty() {
            return None;
        }
        let pivots = sorted(&mut self.pivot_index.in_box(region)).into_iter().map(|row| self.pivots[row]).collect();
        Some(Nearby { extra_m: &self.extra_m, walls, areas, pivots })
    }
}

impl Nearby<'_> {
    /// Leaves out the inside of areas that hold both shapes wholly: neighbours on one campus are not parted by its wall.
    pub(super) fn outside_of(mut self, a: Shape<'_>, b: Shape<'_>) -> Self {
        let holds =
            |area: &Area, shape: Shape<'_>| boundary(shape.0).all(|s| in_box(s.a, &area.bounds) && covers(&area.shape, s.a));
        self.areas.retain(|area| !(holds(area, a) && holds(area, b)));
        self
    }

    /// Leaves out whole barriers.
    pub(super) fn without(mut self, left_out: impl Fn(BarrierId) -> bool) -> Self {
        self.walls.retain(|wall| !left_out(BarrierId::from_index(wall.barrier)));
        self.areas.retain(|area| !left_out(BarrierId::from_index(area.barrier)));
        self
    }

    /// The barrier that a straight way meets first; `None` when the way is clear.
    ///
    /// The way is taken a little beyond both ends, into the shapes it joins: a compound drawn up to a railway's line
    /// does not lie on both sides of it.
    pub(super) fn first_crossing(&self, way: &Segment) -> Option<BarrierId> {
        let first = self.walls_on(way).min_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
        first.map(|(_, barrier)| barrier).or_else(|| self.area_at(way.at(0.5)))
    }

    /// The walls that a straight way goes through: where along it, and of which barrier.
    fn walls_on(&self, way: &Segment) -> impl Iterator<Item = (f64, BarrierId)> + '_ {
        let length = way.length();
        let beyond = TOUCH_M / length;
        let stretched = (length > 0.0).then(|| Segment::new(way.at(-beyond), way.at(1.0 + beyond)));
        self.walls.iter().filter_map(move |wall| {
            let stretched = stretched.filter(|stretched| cuts(stretched, &wall.segment))?;
            let along = stretched.line_crossing(&wall.segment).map_or(0.0, |crossing| crossing.0);
            Some((along, BarrierId::from_index(wall.barrier)))
        })
    }

    /// The barriers that a straight way crosses, as it comes to them, each once; areas that it lies in wholly come last.
    pub(super) fn crossed(&self, way: &Segment) -> Vec<BarrierId> {
        let mut walls: Vec<(f64, BarrierId)> = self.walls_on(way).collect();
        walls.sort_unstable_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
        let mut crossed: Vec<BarrierId> = Vec::with_capacity(walls.len());
        for barrier in walls.into_iter().map(|(_, barrier)| barrier).chain(self.areas_at(way.at(0.5))) {
            if !crossed.contains(&barrier) {
                crossed.push(barrier);
            }
        }
        crossed
    }

    /// What a straight way pays, m; `None` when a barrier blocks it.
    pub(super) fn toll(&self, way: &Segment) -> Option<f64> {
        // An empty sum of floats is −0.0.
        let extra_m = self.crossed(way).into_iter().map(|barrier| self.extra_of(barrier)).sum::<f64>() + 0.0;
        extra_m.is_finite().then_some(extra_m)
    }

    /// The barrier that keeps a straight way closed: the first that blocks, or else the first that it would pay for.
    pub(super) fn blocking(&self, way: &Segment) -> Option<BarrierId> {
        let crossed = self.crossed(way);
        crossed.iter().find(|barrier| self.extra_of(**barrier).is_infinite()).or(crossed.first()).copied()
    }

    /// The barriers here that may be crossed for at most `limit` metres, ascending.
    pub(super) fn payable(&self, limit: f64) -> Vec<BarrierId> {
        self.barriers().into_iter().filter(|barrier| self.extra_of(*barrier) <= limit).collect()
    }

    /// What crossing a barrier adds, m; infinite where none may.
    pub(super) fn extra_of(&self, barrier: BarrierId) -> f64 {
        self.extra_m.get(barrier.index()).copied().unwrap_or(f64::INFINITY)
    }

    /// The barriers here, ascending.
    fn barriers(&self) -> Vec<BarrierId> {
        let rows = self.walls.iter().map(|wall| wall.barrier).chain(self.areas.iter().map(|area| area.barrier));
        let rows: std::collections::BTreeSet<usize> = rows.collect();
        rows.into_iter().map(BarrierId::from_index).collect()
    }

    /// The area barrier at a point.
    pub(super) fn area_at(&self, p: Coord<f64>) -> Option<BarrierId> {
        self.areas_at(p).next()
    }

    fn areas_at(&self, p: Coord<f64>) -> impl Iterator<Item = BarrierId> + '_ {
        let holds = move |area: &&&Area| in_box(p, &area.bounds) && covers(&area.shape, p);
        self.areas.iter().filter(holds).map(|area| BarrierId::from_index(area.barrier))
    }

    /// The barrier nearest to a point, among those with lines here.
    pub(super) fn nearest(&self, p: Coord<f64>) -> Option<BarrierId> {
        let by_distance = |w: &&&Wall| distance2(p, w.segment.nearest_to(p));
        let nearest = self.walls.iter().min_by(|v, w| by_distance(v).total_cmp(&by_distance(w)));
        nearest.map(|wall| BarrierId::from_index(wall.barrier))
    }

    /// Segments of the barriers here, each with its barrier.
    pub(super) fn segments(&self) -> impl Iterator<Item = (BarrierId, &Segment)> {
        self.walls.iter().map(|wall| (BarrierId::from_index(wall.barrier), &wall.segment))
    }
}

/// Whether the way goes from one side of the wall to the other. Exact; a corner of a barrier exactly on the way
/// counts with its left side, so that passing a corner through is one crossing and running along is none.
fn cuts(way: &Segment, wall: &Segment) -> bool {
    let left = |p: Coord<f64>| side(way.a, way.b, p) >= 0;
    left(wall.a) != left(wall.b) && side(wall.a, wall.b, way.a) * side(wall.a, wall.b, way.b) < 0
}

#[derive(Default)]
struct Gathered {
    walls: Vec<Wall>,
    areas: Vec<Area>,
    pivots: Vec<Coord<f64>>,
}

impl Gathered {
    fn add(&mut self, shape: &Geometry<f64>, barrier: usize) {
        match shape {
            Geometry::Line(line) => self.add_line(&LineString::from(line), barrier),
            Geometry::LineString(line) => self.add_line(line, barrier),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.add_line(line, barrier)),
            Geometry::Polygon(polygon) => self.add_area(std::slice::from_ref(polygon), barrier),
            Geometry::MultiPolygon(polygons) => self.add_area(&polygons.0, barrier),
            Geometry::Rect(rect) => self.add_area(&[rect.to_polygon()], barrier),
            Geometry::Triangle(triangle) => self.add_area(&[triangle.to_polygon()], barrier),
            Geometry::GeometryCollection(all) => all.iter().for_each(|shape| self.add(shape, barrier)),
            // A point stops nobody.
            Geometry::Point(_) | Geometry::MultiPoint(_) => {}
        }
    }

    fn add_line(&mut self, line: &LineString<f64>, barrier: usize) {
        let mut line = line.clone();
        line.0.dedup();
        if !line.is_closed() {
            lengthen(&mut line);
        }
        self.add_chain(&line, barrier);
    }

    fn add_area(&mut self, parts: &[Polygon<f64>], barrier: usize) {
        use geo::BoundingRect;
        let shape = MultiPolygon::new(parts.to_vec());
        for ring in parts.iter().flat_map(rings) {
            let mut ring = ring.clone();
            ring.0.dedup();
            self.add_chain(&ring, barrier);
        }
        self.areas.extend(shape.bounding_rect().map(|bounds| Area { shape, bounds, barrier }));
    }

    fn add_chain(&mut self, line: &LineString<f64>, barrier: usize) {
        self.walls.extend(line_segments(line).map(|segment| Wall { segment, barrier }));
        let points = &line.0;
        let Some(last) = points.len().checked_sub(1).filter(|last| *last > 0) else { return };
        let closed = line.is_closed() && last > 2;
        for (at, point) in points.iter().enumerate().take(if closed { last } else { last + 1 }) {
            let before = if at > 0 { Some(points[at - 1]) } else { closed.then(|| points[last - 1]) };
            let after = points.get(at + 1).copied();
            self.pivots.extend(just_off(*point, before, after));
        }
    }
}

/// Moves both ends of an open line outwards.
fn lengthen(line: &mut LineString<f64>) {
    let points = &mut line.0;
    let count = points.len();
    if count < 2 {
        return;
    }
    let beyond = |end: Coord<f64>, inner: Coord<f64>| end + unit(end - inner) * END_M;
    let (first, last) = (beyond(points[0], points[1]), beyond(points[count - 1], points[count - 2]));
    points[0] = first;
    points[count - 1] = last;
}

/// The point just off a corner on its outer side, or just beyond an end; `None` on a straight run.
fn just_off(point: Coord<f64>, before: Option<Coord<f64>>, after: Option<Coord<f64>>) -> Option<Coord<f64>> {
    let away = |from: Option<Coord<f64>>| from.map_or(Coord { x: 0.0, y: 0.0 }, |from| unit(point - from));
    let outwards = away(before) + away(after);
    let length = (outwards.x * outwards.x + outwards.y * outwards.y).sqrt();
    (length > 1e-9).then(|| point + outwards / length * CLEAR_M)
}

fn unit(v: Coord<f64>) -> Coord<f64> {
    let length = (v.x * v.x + v.y * v.y).sqrt();
    if length > 0.0 { v / length } else { v }
}
