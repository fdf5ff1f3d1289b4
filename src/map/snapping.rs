//! Where a drawn point catches: vertices of boundaries, parcels, pipes and streets before places along them.

use geo::{Coord, LineString, Rect};

use super::Scene;
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
/// `O(vertices of the features near it)`.
#[must_use]
pub fn snap(content: &Content, scene: &Scene, at: Coord<f64>, reach_m: f64) -> Option<Snap> {
    let near = Rect::new((at.x - reach_m, at.y - reach_m), (at.x + reach_m, at.y + reach_m));
    let mut best = Best { at, reach_m, vertex: None, edge: None };
    for row in scene.compounds.grid.in_rect(near) {
        let shape = content.compounds.get(row as usize).map(|feature| &feature.shape);
        shape.into_iter().flatten().flat_map(rings).for_each(|ring| best.look(ring));
    }
    for row in scene.parcels.grid.in_rect(near) {
        let shape = content.parcels.get(row as usize).map(|feature| &feature.shape);
        shape.into_iter().flatten().flat_map(rings).for_each(|ring| best.look(ring));
    }
    for row in scene.pipes.grid.in_rect(near) {
        content.pipes.get(row as usize).into_iter().flat_map(|pipe| &pipe.line).for_each(|line| best.look(line));
    }
    for row in scene.streets.grid.in_rect(near) {
        content.streets.get(row as usize).into_iter().flat_map(|street| &street.line).for_each(|line| best.look(line));
    }
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
    fn look(&mut self, line: &LineString<f64>) {
        for point in &line.0 {
            let away = (point.x - self.at.x).hypot(point.y - self.at.y);
            if away <= self.vertex.map_or(self.reach_m, |(held, _)| held) {
                self.vertex = Some((away, *point));
            }
        }
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
    use crate::model::{Compound, CompoundFacts, Properties};

    #[test]
    fn vertices_come_before_edges_and_nothing_is_caught_from_afar() {
        let compound = Compound {
            source_id: String::new(),
            shape: geo::MultiPolygon(vec![Rect::new((0.0, 0.0), (100.0, 100.0)).to_polygon()]),
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
}
