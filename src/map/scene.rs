//! A plan made ready to draw, without styles, selection or scale: built in the background once for a revision of the layers.

use std::sync::Arc;

use geo::{BoundingRect, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Rect};
use rayon::prelude::*;

use super::{AreaLayer, Grid, LineLayer};
use crate::model::{Barrier, BarrierKind, Bridge, Building, Compound, Content, Facility, Heritage, Limit, Parcel, Pipe, Street};
use crate::policy::PipeClass;

/// How a barrier or crossing is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaterKind {
    /// A river, line or area.
    Water,
    /// A railway: hatched line.
    Railway,
    /// An expressway: a wide double line.
    Expressway,
    /// A wall or another barrier.
    Wall,
    /// A bridge or underpass.
    Bridge,
}

impl From<BarrierKind> for WaterKind {
    fn from(kind: BarrierKind) -> Self {
        match kind {
            BarrierKind::River => Self::Water,
            BarrierKind::Railway => Self::Railway,
            BarrierKind::Expressway => Self::Expressway,
            BarrierKind::Wall | BarrierKind::Other => Self::Wall,
        }
    }
}

/// A point of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointFeature {
    /// Where, in the world.
    pub at: Coord<f64>,
    /// Row in its layer.
    pub row: u32,
}

/// Everything of a plan that has a shape, relative to one anchor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Revision it was built from; callers compare it.
    pub revision: u64,
    /// World place of every layer's `[0, 0]`.
    pub anchor: Coord<f64>,
    /// 小区.
    pub compounds: Arc<AreaLayer>,
    /// 低效用地.
    pub parcels: Arc<AreaLayer>,
    /// 楼栋.
    pub buildings: Arc<AreaLayer>,
    /// 历史文化街区.
    pub heritage: Arc<AreaLayer>,
    /// 界线.
    pub limits: Arc<AreaLayer>,
    /// 街道.
    pub streets: Arc<LineLayer>,
    /// 管线.
    pub pipes: Arc<LineLayer>,
    /// Barriers and bridges that are areas, and of which kind.
    pub barrier_areas: Arc<AreaLayer>,
    /// Kinds of `barrier_areas`, by row.
    pub barrier_area_kinds: Vec<WaterKind>,
    /// Barriers and bridges that are lines.
    pub barrier_lines: Arc<LineLayer>,
    /// Kinds of `barrier_lines`, by row.
    pub barrier_line_kinds: Vec<WaterKind>,
    /// Bridges given as points.
    pub bridge_points: Vec<PointFeature>,
    /// 现状设施.
    pub facilities: Vec<PointFeature>,
    /// Boxes of `facilities`.
    pub facility_grid: Grid,
    /// Box of everything; `None` for an empty plan.
    pub bounds: Option<Rect<f64>>,
    /// What the layers were made of.
    made_of: MadeOf,
}

/// The layers of a plan, shared with it, to tell which of them an edit left alone.
#[derive(Clone, Debug, Default, PartialEq)]
struct MadeOf {
    compounds: Arc<Vec<Compound>>,
    parcels: Arc<Vec<Parcel>>,
    buildings: Arc<Vec<Building>>,
    heritage: Arc<Vec<Heritage>>,
    limits: Arc<Vec<Limit>>,
    streets: Arc<Vec<Street>>,
    pipes: Arc<Vec<Pipe>>,
    barriers: Arc<Vec<Barrier>>,
    bridges: Arc<Vec<Bridge>>,
    facilities: Arc<Vec<Facility>>,
}

impl MadeOf {
    fn of(content: &Content) -> Self {
        Self {
            compounds: Arc::clone(&content.compounds),
            parcels: Arc::clone(&content.parcels),
            buildings: Arc::clone(&content.buildings),
            heritage: Arc::clone(&content.heritage),
            limits: Arc::clone(&content.limits),
            streets: Arc::clone(&content.streets),
            pipes: Arc::clone(&content.pipes),
            barriers: Arc::clone(&content.barriers),
            bridges: Arc::clone(&content.bridges),
            facilities: Arc::clone(&content.facilities),
        }
    }
}

/// The anchor stays while the plan lies within this distance of it, m.
const ANCHOR_M: f64 = 50_000.0;

/// How a pipe is drawn, as a number: the place of its class in the standard, twice, and one more where it is planned.
#[must_use]
pub fn pipe_kind(class: PipeClass, planned: bool) -> u8 {
    let place = PipeClass::ALL.iter().position(|other| *other == class).unwrap_or(PipeClass::ALL.len() - 1);
    u8::try_from(place).unwrap_or(0) << 1 | u8::from(planned)
}

impl Scene {
    /// Builds the scene on all cores. `O(points · log points)`.
    #[must_use]
    pub fn build(content: &Content, revision: u64) -> Self {
        Self::default().rebuilt(content, revision)
    }

    /// The scene of a changed plan: layers that are those of before are taken over.
    #[must_use]
    pub fn rebuilt(&self, content: &Content, revision: u64) -> Self {
        let bounds = content_bounds(content);
        let middle = bounds.map_or_else(Coord::zero, |b: Rect<f64>| b.center());
        let near = (middle.x - self.anchor.x).hypot(middle.y - self.anchor.y) < ANCHOR_M;
        let held = Some(self).filter(|held| held.bounds.is_some() && near);
        let anchor = held.map_or(middle, |held| held.anchor);
        let (now, was) = (MadeOf::of(content), held.map(|held| &held.made_of));
        macro_rules! same {
            ($layer:ident) => {
                was.is_some_and(|was| Arc::ptr_eq(&was.$layer, &now.$layer))
            };
        }
        macro_rules! areas {
            ($layer:ident) => {{
                let shapes = || content.$layer.iter().map(|f| &f.shape).collect::<Vec<_>>();
                match was {
                    Some(_) if same!($layer) => Arc::clone(&self.$layer),
                    Some(was) => {
                        let kept = kept(&was.$layer, &now.$layer, |a, b| a.shape == b.shape);
                        Arc::new(self.$layer.following(&shapes(), &kept))
                    }
                    None => Arc::new(AreaLayer::new(anchor, &shapes())),
                }
            }};
        }
        macro_rules! lines {
            ($layer:ident, $kinds:expr) => {{
                let lines = || content.$layer.iter().map(|f| &f.line).collect::<Vec<_>>();
                match was {
                    Some(_) if same!($layer) => Arc::clone(&self.$layer),
                    Some(_) => Arc::new(self.$layer.following(&lines(), $kinds)),
                    None => Arc::new(LineLayer::new(&lines(), $kinds)),
                }
            }};
        }
        let kind = |pipe: &Pipe| pipe_kind(pipe.class, pipe.planned_year.is_some());
        // The two layers that grow with a country fill the cores together: each has stretches that one core does alone.
        let (compounds, pipes) = rayon::join(|| areas!(compounds), || lines!(pipes, content.pipes.iter().map(kind).collect()));
        let mut scene = Self {
            revision,
            anchor,
            bounds,
            compounds,
            parcels: areas!(parcels),
            buildings: areas!(buildings),
            heritage: areas!(heritage),
            limits: areas!(limits),
            streets: lines!(streets, Vec::new()),
            pipes,
            ..Self::default()
        };
        if same!(barriers) && same!(bridges) {
            scene.take_barriers(self);
        } else {
            scene.add_barriers(content);
        }
        scene.facilities = points(content.facilities.iter().map(|f| f.place.0));
        scene.facility_grid = Grid::new(scene.facilities.iter().map(|f| Some(Rect::new(f.at, f.at))).collect());
        scene.made_of = now;
        scene
    }

    fn take_barriers(&mut self, from: &Self) {
        self.barrier_areas = Arc::clone(&from.barrier_areas);
        self.barrier_area_kinds.clone_from(&from.barrier_area_kinds);
        self.barrier_lines = Arc::clone(&from.barrier_lines);
        self.barrier_line_kinds.clone_from(&from.barrier_line_kinds);
        self.bridge_points.clone_from(&from.bridge_points);
    }

    fn add_barriers(&mut self, content: &Content) {
        let (mut areas, mut lines, mut dots) = (Vec::new(), Vec::new(), Vec::new());
        let barriers = content.barriers.iter().map(|b| (WaterKind::from(b.kind), &b.shape));
        for (kind, shape) in barriers.chain(content.bridges.iter().map(|b| (WaterKind::Bridge, &b.shape))) {
            sort_out(shape, kind, &mut areas, &mut lines, &mut dots);
        }
        self.barrier_areas = Arc::new(AreaLayer::new(self.anchor, &areas.iter().map(|(_, s)| s).collect::<Vec<_>>()));
        self.barrier_area_kinds = areas.iter().map(|(kind, _)| *kind).collect();
        let shapes: Vec<_> = lines.iter().map(|(_, s)| s).collect();
        self.barrier_lines = Arc::new(LineLayer::new(&shapes, Vec::new()));
        self.barrier_line_kinds = lines.iter().map(|(kind, _)| *kind).collect();
        self.bridge_points = points(dots.into_iter());
    }
}

/// For each row the row of before with the same shape, as far as the rows at the beginning and at the end stayed, or all rows
/// where their count did.
fn kept<T: Sync>(before: &[T], now: &[T], same: impl Fn(&T, &T) -> bool + Sync) -> Vec<Option<u32>> {
    let row = |row: usize| u32::try_from(row).ok();
    if before.len() == now.len() {
        let pairs = before.par_iter().zip(now).enumerate();
        return pairs.map(|(n, (a, b))| if same(a, b) { row(n) } else { None }).collect();
    }
    let least = before.len().min(now.len());
    let first = before.par_iter().zip(now).position_first(|(a, b)| !same(a, b)).unwrap_or(least);
    let back = before.par_iter().rev().zip(now.par_iter().rev()).position_first(|(a, b)| !same(a, b)).unwrap_or(least);
    let (last, grown) = (now.len() - back.min(least - first), before.len().wrapping_sub(now.len()));
    let of = |n: usize| {
        if n < first {
            row(n)
        } else if n >= last {
            row(n.wrapping_add(grown))
        } else {
            None
        }
    };
    (0..now.len()).map(of).collect()
}

type Areas = Vec<(WaterKind, MultiPolygon<f64>)>;
type Lines = Vec<(WaterKind, MultiLineString<f64>)>;

/// Puts a geometry of any kind where its dimension belongs.
fn sort_out(shape: &Geometry<f64>, kind: WaterKind, areas: &mut Areas, lines: &mut Lines, dots: &mut Vec<Coord<f64>>) {
    let line = |l: &LineString<f64>| (kind, MultiLineString(vec![l.clone()]));
    match shape {
        Geometry::Polygon(p) => areas.push((kind, MultiPolygon(vec![p.clone()]))),
        Geometry::MultiPolygon(p) => areas.push((kind, p.clone())),
        Geometry::Rect(r) => areas.push((kind, MultiPolygon(vec![r.to_polygon()]))),
        Geometry::Triangle(t) => areas.push((kind, MultiPolygon(vec![t.to_polygon()]))),
        Geometry::LineString(l) => lines.push(line(l)),
        Geometry::MultiLineString(l) => lines.push((kind, l.clone())),
        Geometry::Line(l) => lines.push(line(&LineString::from(*l))),
        Geometry::Point(p) => dots.push(p.0),
        Geometry::MultiPoint(p) => dots.extend(p.iter().map(|p| p.0)),
        Geometry::GeometryCollection(all) => all.iter().for_each(|g| sort_out(g, kind, areas, lines, dots)),
    }
}

fn points(all: impl Iterator<Item = Coord<f64>>) -> Vec<PointFeature> {
    all.enumerate().map(|(row, at)| PointFeature { at, row: u32::try_from(row).unwrap_or(u32::MAX) }).collect()
}

/// The box of the compounds; of all layers when there are none.
fn content_bounds(content: &Content) -> Option<Rect<f64>> {
    let boxes = |shapes: &mut dyn Iterator<Item = Option<Rect<f64>>>| {
        let found: Vec<Rect<f64>> = shapes.flatten().collect();
        super::grid::union(found.iter())
    };
    let compounds: Vec<Rect<f64>> = content.compounds.par_iter().filter_map(|f| f.shape.bounding_rect()).collect();
    super::grid::union(compounds.iter()).or_else(|| {
        let pipes = content.pipes.iter().map(|f| f.line.bounding_rect());
        let streets = content.streets.iter().map(|f| f.line.bounding_rect());
        let limits = content.limits.iter().map(|f| f.shape.bounding_rect());
        let parcels = content.parcels.iter().map(|f| f.shape.bounding_rect());
        let barriers = content.barriers.iter().map(|f| f.shape.bounding_rect());
        let buildings = content.buildings.iter().map(|f| f.shape.bounding_rect());
        let facilities = content.facilities.iter().map(|f| Some(Rect::new(f.place.0, f.place.0)));
        boxes(&mut pipes.chain(streets).chain(limits).chain(parcels).chain(barriers).chain(buildings).chain(facilities))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Barrier, Properties};
    use geo::polygon;
    use std::sync::Arc;

    #[test]
    fn barriers_go_where_their_dimension_belongs() {
        let line: Geometry<f64> = LineString::from(vec![(0.0, 0.0), (10.0, 0.0)]).into();
        let area: Geometry<f64> = polygon![(x: 0.0, y: 0.0), (x: 5.0, y: 0.0), (x: 5.0, y: 5.0)].into();
        let barrier =
            |kind, shape| Barrier { source_id: String::new(), kind, name: String::new(), shape, extra: Properties::new() };
        let barriers = vec![barrier(BarrierKind::Railway, line), barrier(BarrierKind::River, area)];
        let scene = Scene::build(&Content { barriers: Arc::new(barriers), ..Content::default() }, 3);
        assert_eq!(scene.barrier_line_kinds, [WaterKind::Railway]);
        assert_eq!(scene.barrier_area_kinds, [WaterKind::Water]);
        assert_eq!(scene.revision, 3);
        assert!(scene.bounds.is_some());
        assert_eq!(Scene::build(&Content::default(), 0).bounds, None);
    }

    #[test]
    fn rows_that_stayed_are_known_by_their_rows_of_before() {
        let check = |before: &[u8], now: &[u8], expected: &[Option<u32>]| {
            assert_eq!(kept(before, now, |a, b| a == b), expected, "{before:?} {now:?}");
        };
        check(&[1, 2, 3], &[1, 9, 3], &[Some(0), None, Some(2)]);
        check(&[1, 2, 3], &[1, 3], &[Some(0), Some(2)]);
        check(&[1, 2, 3], &[1, 2, 9, 3], &[Some(0), Some(1), None, Some(2)]);
        check(&[1, 1, 1], &[1, 1], &[Some(0), Some(1)]);
        check(&[1, 1], &[1, 1, 1], &[Some(0), Some(1), None]);
        check(&[], &[4], &[None]);
        check(&[4], &[], &[]);
    }

    #[test]
    fn an_edit_makes_only_its_own_layer_anew() {
        let line: Geometry<f64> = LineString::from(vec![(0.0, 0.0), (10.0, 0.0)]).into();
        let extra = Properties::new();
        let barrier = Barrier { source_id: String::new(), kind: BarrierKind::River, name: String::new(), shape: line, extra };
        let content = Content { barriers: Arc::new(vec![barrier.clone()]), ..Content::default() };
        let scene = Scene::build(&content, 1);
        let changed = Content { barriers: Arc::new(vec![barrier.clone(), barrier]), ..content.clone() };
        let again = scene.rebuilt(&changed, 2);
        assert!(Arc::ptr_eq(&scene.compounds, &again.compounds) && Arc::ptr_eq(&scene.pipes, &again.pipes));
        assert_eq!(again.barrier_line_kinds.len(), 2);
        assert!(Arc::ptr_eq(&again.rebuilt(&changed, 3).barrier_lines, &again.barrier_lines));
        assert_eq!(again, Scene::build(&changed, 2));
    }
}
