//! Everything that lies under the pointer, slivers too, and what lies in a line drawn round.

use geo::{Area, BoundingRect, Contains, Coord, Distance, Euclidean, Intersects, LineString, Point, Polygon, Rect};
use rayon::prelude::*;

use super::Scene;
use crate::base::CompoundId;
use crate::model::Content;

/// Compounds at a place: those that hold it, the smallest first, then those within reach of it that are narrower than the
/// reach, so that slivers can be hit at all.
#[must_use]
pub fn compounds_under(content: &Content, scene: &Scene, at: Coord<f64>, reach_m: f64) -> Vec<CompoundId> {
    let near = Rect::new((at.x - reach_m, at.y - reach_m), (at.x + reach_m, at.y + reach_m));
    let point = Point(at);
    let look = |row: u32| {
        let shape = &content.compounds.get(row as usize)?.shape;
        let area = shape.unsigned_area();
        let inside = shape.contains(&point);
        let narrow = || {
            let longest = shape.bounding_rect().map_or(0.0, |rect| rect.width().max(rect.height()));
            area < longest * reach_m && Euclidean.distance(shape, &point) <= reach_m
        };
        (inside || narrow()).then_some((!inside, area, row))
    };
    let mut found: Vec<(bool, f64, u32)> = scene.compounds.grid.in_rect(near).into_iter().filter_map(look).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
    found.into_iter().map(|(_, _, row)| CompoundId(row)).collect()
}

/// Compounds that a brush of that radius meets on the way from one place to another, ascending.
#[must_use]
pub fn compounds_along(content: &Content, scene: &Scene, from: Coord<f64>, to: Coord<f64>, radius_m: f64) -> Vec<CompoundId> {
    let way = geo::Line::new(from, to);
    let rect = way.bounding_rect();
    let near = Rect::new((rect.min().x - radius_m, rect.min().y - radius_m), (rect.max().x + radius_m, rect.max().y + radius_m));
    let meets = |row: &u32| {
        let shape = content.compounds.get(*row as usize).map(|compound| &compound.shape);
        shape.is_some_and(|shape| Euclidean.distance(shape, &way) <= radius_m)
    };
    scene.compounds.grid.in_rect(near).into_iter().filter(meets).map(CompoundId).collect()
}

/// Compounds whose middle lies in a line drawn round, ascending; the line closes by itself. `O(compounds near it × points)`.
#[must_use]
pub fn compounds_within(content: &Content, scene: &Scene, ring: &[Coord<f64>]) -> Vec<CompoundId> {
    use geo::Centroid;
    let polygon = Polygon::new(LineString(ring.to_vec()), Vec::new());
    let Some(bounds) = polygon.bounding_rect().filter(|_| ring.len() > 2) else { return Vec::new() };
    let inside = |row: &u32| {
        let middle = content.compounds.get(*row as usize).and_then(|compound| compound.shape.centroid());
        middle.is_some_and(|middle| polygon.contains(&middle))
    };
    scene.compounds.grid.in_rect(bounds).into_par_iter().filter(inside).map(CompoundId).collect()
}

/// Compounds that a line runs through, ascending.
#[must_use]
pub fn compounds_crossed(content: &Content, scene: &Scene, line: &[Coord<f64>]) -> Vec<CompoundId> {
    let line = LineString(line.to_vec());
    let Some(bounds) = line.bounding_rect().filter(|_| line.0.len() > 1) else { return Vec::new() };
    let crossed = |row: &u32| content.compounds.get(*row as usize).is_some_and(|compound| compound.shape.intersects(&line));
    scene.compounds.grid.in_rect(bounds).into_par_iter().filter(crossed).map(CompoundId).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Properties};

    /// A square, a larger one that overlaps it, and a sliver of half a metre beside them.
    fn plan() -> Content {
        let boxes = [((0.0, 0.0), (20.0, 20.0)), ((0.0, 0.0), (100.0, 100.0)), ((101.0, 0.0), (101.5, 100.0))];
        let compound = |(low, high): ((f64, f64), (f64, f64))| Compound {
            source_id: String::new(),
            shape: geo::MultiPolygon(vec![Rect::new(low, high).to_polygon()]),
            facts: CompoundFacts::default(),
            extra: Properties::new(),
        };
        Content { compounds: std::sync::Arc::new(boxes.into_iter().map(compound).collect()), ..Content::default() }
    }

    fn rows(ids: Vec<CompoundId>) -> Vec<u32> {
        ids.into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn what_lies_below_and_slivers_are_found() {
        let content = plan();
        let scene = Scene::build(&content, 1);
        let under = |x, y, reach| rows(compounds_under(&content, &scene, Coord { x, y }, reach));
        assert_eq!(under(10.0, 10.0, 2.0), [0, 1], "the smaller first");
        assert_eq!(under(100.5, 50.0, 2.0), [2], "a sliver within reach");
        assert_eq!(under(99.5, 50.0, 2.0), [1, 2]);
        assert_eq!(under(100.5, 50.0, 0.1), [] as [u32; 0]);
    }

    #[test]
    fn brushes_rings_and_lines_take_what_they_meet() {
        let content = plan();
        let scene = Scene::build(&content, 1);
        let at = |x, y| Coord { x, y };
        let along = |radius| rows(compounds_along(&content, &scene, at(-5.0, 50.0), at(-4.0, 10.0), radius));
        assert_eq!(along(4.5), [0, 1]);
        assert_eq!(along(3.0), [] as [u32; 0]);
        let ring = [at(-1.0, -1.0), at(60.0, -1.0), at(60.0, 60.0), at(-1.0, 60.0)];
        assert_eq!(rows(compounds_within(&content, &scene, &ring)), [0, 1]);
        assert_eq!(rows(compounds_within(&content, &scene, &ring[..2])), [] as [u32; 0]);
        assert_eq!(rows(compounds_crossed(&content, &scene, &[at(50.0, 50.0), at(110.0, 50.0)])), [1, 2]);
    }
}
