//! Where a drawn point catches: vertices of what a plan has shapes of, before places along them.

use geo::{BoundingRect, Coord, Geometry, LineString, MultiPolygon, Rect};

use super::Scene;
use super::grid::touch;
use crate::geometry::segment::{line_segments, rings};
use crate::model::Content;

/// A place that a point is drawn to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// Where.
    pub at: Coord<f64>,
    /// It is a vertex, no place along an edge.
    pub vertex: bool,
}

/// The vertex nearest to a place within reach, else the nearest place along an edge within reach.
/// `O(barriers + bridges + items + vertices of the features near it)`.
#[must_use]
pub fn snap(content: &Content, scene: &Scene, at: Coord<f64>, reach_m: f64) -> Option<Snap> {
    let near = Rect::new((at.x - reach_m, at.y - reach_m), (at.x + reach_m, at.y + reach_m));
    let mut best = Best { at, reach_m, vertex: None, edge: None };
    macro_rules! areas {
        ($($layer:ident)*) => {$(
            for row in scene.$layer.grid.in_rect(near) {
                content.$layer.get(row as usize).into_iter().for_each(|feature| best.look_round(&feature.shape));
            }
        )*};
    }
    areas!(compounds parcels buildings heritage limits);
    for row in scene.pipes.grid.in_rect(near) {
        content.pipes.get(row as usize).into_iter().flat_map(|pipe| &pipe.line).for_each(|line| best.look(line));
    }
    for row in scene.streets.grid.in_rect(near) {
        content.streets.get(row as usize).into_iter().flat_map(|street| &street.line).for_each(|line| best.look(line));
    }
    for row in scene.facility_grid.in_rect(near) {
        content.facilities.get(row as usize).into_iter().for_each(|facility| best.look_at(facility.place.0));
    }
    // Of these there are few enough to look at every box.
    let barriers = content.barriers.iter().map(|barrier| &barrier.shape);
    let bridges = content.bridges.iter().map(|bridge| &bridge.shape);
    let items = content.items.values().filter_map(|item| item.place.as_ref());
    let is_near = |shape: &&Geometry<f64>| shape.bounding_rect().is_some_and(|own| touch(own, near));
    barriers.chain(bridges).chain(items).filter(is_near).for_each(|shape| best.look_along(shape));
    let vertex = best.vertex.map(|(_, at)| Snap { at, vertex: true });
    vertex.or_else(|| best.edge.map(|(_, at)| Snap { at, vertex: false }))
}

/// The nearest so far.
struct Best {
    at: Coord<f64>,
    reach_m: f64,
    vertex: Option<(f64, Coord<f64>)>,
    edge: Option<(f64, Coord<f64>)>,
}

impl Best {
    fn look_at(&mut self, point: Coord<f64>) {
        let away = (point.x - self.at.x).hypot(point.y - self.at.y);
        if away <= self.vertex.map_or(self.reach_m, |(held, _)| held) {
            self.vertex = Some((away, point));
        }
    }

    fn look_round(&mut self, area: &MultiPolygon<f64>) {
        area.iter().flat_map(rings).for_each(|ring| self.look(ring));
    }

    fn look_along(&mut self, shape: &Geometry<f64>) {
        match shape {
            Geometry::Point(point) => self.look_at(point.0),
            Geometry::MultiPoint(points) => points.iter().for_each(|point| self.look_at(point.0)),
            Geometry::Line(line) => self.look(&LineString::from(*line)),
            Geometry::LineString(line) => self.look(line),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.look(line)),
            Geometry::Polygon(area) => rings(area).for_each(|ring| self.look(ring)),
            Geometry::MultiPolygon(area) => self.look_round(area),
            Geometry::Rect(area) => rings(&area.to_polygon()).for_each(|ring| self.look(ring)),
            Geometry::Triangle(area) => rings(&area.to_polygon()).for_each(|ring| self.look(ring)),
            Geometry::GeometryCollection(shapes) => shapes.iter().for_each(|shape| self.look_along(shape)),
        }
    }

    fn look(&mut self, line: &LineString<f64>) {
        line.0.iter().for_each(|point| self.look_at(*point));
        for segment in line_segments(line) {
            let point = segment.nearest_to(self.at);
            let away = (point.x - self.at.x).hypot(point.y - self.at.y);
            if away <= self.edge.map_or(self.reach_m, |(held, _)| held) {
                self.edge = Some((away, point));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ItemId;
    use crate::model::{Barrier, Compound, CompoundFacts, Item, ItemOrigin, Properties, Quantity};
    use crate::policy::ItemCode;

    #[test]
    fn vertices_come_before_edges_and_nothing_is_caught_from_afar() {
        let compound = Compound {
            source_id: String::new(),
            shape: MultiPolygon(vec![Rect::new((0.0, 0.0), (100.0, 100.0)).to_polygon()]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        let content = Content { compounds: std::sync::Arc::new(vec![compound]), ..Content::default() };
        let scene = Scene::build(&content, 1);
        let snapped = |x, y| snap(&content, &scene, Coord { x, y }, 5.0);
        assert_eq!(snapped(103.0, 101.0), Some(Snap { at: Coord { x: 100.0, y: 100.0 }, vertex: true }));
        assert_eq!(snapped(50.0, 3.0), Some(Snap { at: Coord { x: 50.0, y: 0.0 }, vertex: false }));
        assert_eq!(snapped(50.0, 50.0), None);
    }

    #[test]
    fn barriers_bridges_and_items_catch_too() {
        let barrier = |shape| Barrier {
            source_id: String::new(),
            kind: crate::model::BarrierKind::River,
            name: String::new(),
            shape,
            extra: Properties::new(),
        };
        let river: Geometry<f64> = LineString::from(vec![(200.0, 0.0), (200.0, 90.0)]).into();
        let lake: Geometry<f64> = Rect::new((300.0, 0.0), (400.0, 50.0)).into();
        let both = Geometry::GeometryCollection(geo::GeometryCollection(vec![river, lake]));
        let item = Item {
            code: ItemCode::new("kiosk"),
            compound: None,
            district: None,
            place: Some(geo::Point::new(500.0, 0.0).into()),
            quantity: Quantity::Missing,
            year: None,
            timing: None,
            price: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        };
        let content = Content {
            barriers: std::sync::Arc::new(vec![barrier(both)]),
            items: [(ItemId(1), item)].into(),
            ..Content::default()
        };
        let scene = Scene::build(&content, 1);
        let snapped = |x, y| snap(&content, &scene, Coord { x, y }, 5.0).map(|snap| (snap.at.x, snap.at.y, snap.vertex));
        assert_eq!(snapped(203.0, 50.0), Some((200.0, 50.0, false)));
        assert_eq!(snapped(203.0, 91.0), Some((200.0, 90.0, true)));
        assert_eq!(snapped(350.0, 48.0), Some((350.0, 50.0, false)));
        assert_eq!(snapped(497.0, 1.0), Some((500.0, 0.0, true)));
        assert_eq!(snapped(206.0, 50.0), None);
    }
}
