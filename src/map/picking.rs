//! What lies under the cursor, topmost first, and what lies in a rectangle.

use geo::{BoundingRect, Contains, Coord, Distance, Euclidean, Intersects, Point, Rect};

use rayon::prelude::*;

use super::{ItemMark, Scene, Viewport};
use crate::base::{BuildingId, CompoundId, FacilityId, ItemId, ParcelId, PipeId};
use crate::model::{Content, LinkKey};

/// A thing on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pick {
    /// A renovation item.
    Item(ItemId),
    /// A facility.
    Facility(FacilityId),
    /// A pipe.
    Pipe(PipeId),
    /// A building.
    Building(BuildingId),
    /// A compound.
    Compound(CompoundId),
    /// A parcel.
    Parcel(ParcelId),
    /// The line between two compounds.
    Link(LinkKey),
}

/// This near to the end of a link, pixels, the compound is meant and not the link.
const LINK_END_PX: f32 = 8.0;

/// What can be picked now, and how near the cursor must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PickReach {
    /// Reach around lines, m.
    pub line_m: f64,
    /// Reach around point symbols, m.
    pub symbol_m: f64,
    /// Items are shown one by one.
    pub items: bool,
    /// Facilities are shown.
    pub facilities: bool,
    /// Pipes are shown.
    pub pipes: bool,
    /// Buildings are shown.
    pub buildings: bool,
    /// Compounds are shown.
    pub compounds: bool,
    /// Parcels are shown.
    pub parcels: bool,
}

/// The topmost thing at a place. `O(features near it)`.
#[must_use]
pub fn pick(content: &Content, scene: &Scene, items: &[ItemMark], at: Coord<f64>, reach: &PickReach) -> Option<Pick> {
    let near = |m: f64| Rect::new(Coord { x: at.x - m, y: at.y - m }, Coord { x: at.x + m, y: at.y + m });
    let away = |c: Coord<f64>| (c.x - at.x).hypot(c.y - at.y);
    let symbol = || {
        let hits = items.iter().rev().filter(|mark| reach.items && away(mark.at) <= reach.symbol_m);
        hits.min_by(|a, b| away(a.at).total_cmp(&away(b.at))).map(|mark| Pick::Item(mark.id))
    };
    let facility = || {
        let rows = if reach.facilities { scene.facility_grid.in_rect(near(reach.symbol_m)) } else { Vec::new() };
        let nearest = rows.into_iter().min_by(|a, b| {
            let distance = |row: &u32| scene.facilities.get(*row as usize).map_or(f64::MAX, |f| away(f.at));
            distance(a).total_cmp(&distance(b))
        });
        nearest.map(|row| Pick::Facility(FacilityId(row)))
    };
    let pipe = || {
        let rows = if reach.pipes { scene.pipes.grid.in_rect(near(reach.line_m)) } else { Vec::new() };
        let distance = |row: &u32| content.pipes.get(*row as usize).map_or(f64::MAX, |p| Euclidean.distance(&p.line, &Point(at)));
        let found = rows.into_iter().map(|row| (distance(&row), row)).filter(|(d, _)| *d <= reach.line_m);
        found.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| Pick::Pipe(PipeId(row)))
    };
    symbol().or_else(facility).or_else(pipe).or_else(|| pick_area(content, scene, at, reach))
}

/// The pair whose line passes nearest to a place on the screen, within `reach_px`. Lines run between the places at which
/// the names of compounds stand, as they are drawn. `O(pairs)` on all cores.
#[must_use]
pub fn pick_link<T: Sync>(
    scene: &Scene,
    viewport: &Viewport,
    links: &[T],
    pair: impl Fn(&T) -> (CompoundId, CompoundId) + Sync,
    at: [f32; 2],
    reach_px: f32,
) -> Option<LinkKey> {
    let view = viewport.view(scene.compounds.anchor);
    let place = |id: CompoundId| scene.compounds.features.get(id.index()).and_then(|f| f.label).map(|label| view.place(label));
    let away = |p: [f32; 2]| (p[0] - at[0]).hypot(p[1] - at[1]);
    let near = |link: &T| {
        let (a, b) = pair(link);
        let (p, q) = (place(a)?, place(b)?);
        let along = [q[0] - p[0], q[1] - p[1]];
        let length2 = along[0] * along[0] + along[1] * along[1];
        let share = (((at[0] - p[0]) * along[0] + (at[1] - p[1]) * along[1]) / length2).clamp(0.0, 1.0);
        let distance = away([p[0] + share * along[0], p[1] + share * along[1]]);
        let hit = distance <= reach_px && away(p) > LINK_END_PX && away(q) > LINK_END_PX;
        hit.then(|| LinkKey::new(a, b)).flatten().map(|key| (distance, key))
    };
    let nearest = links.par_iter().filter_map(near).min_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
    nearest.map(|(_, key)| key)
}

fn pick_area(content: &Content, scene: &Scene, at: Coord<f64>, reach: &PickReach) -> Option<Pick> {
    let spot = Rect::new(at, at);
    let point = Point(at);
    let building = || {
        let hit = |row: &u32| content.buildings.get(*row as usize).is_some_and(|f| f.shape.contains(&point));
        scene.buildings.grid.in_rect(spot).into_iter().rev().find(hit).map(|row| Pick::Building(BuildingId(row)))
    };
    let parcel = || {
        let hit = |row: &u32| content.parcels.get(*row as usize).is_some_and(|f| f.shape.contains(&point));
        scene.parcels.grid.in_rect(spot).into_iter().rev().find(hit).map(|row| Pick::Parcel(ParcelId(row)))
    };
    let building = if reach.buildings { building() } else { None };
    let compound = || if reach.compounds { compound_at(content, scene, at).map(Pick::Compound) } else { None };
    building.or_else(compound).or_else(|| if reach.parcels { parcel() } else { None })
}

/// The compound that holds a place; the last row where several do.
fn compound_at(content: &Content, scene: &Scene, at: Coord<f64>) -> Option<CompoundId> {
    let hit = |row: &u32| content.compounds.get(*row as usize).is_some_and(|c| c.shape.contains(&Point(at)));
    scene.compounds.grid.in_rect(Rect::new(at, at)).into_iter().rev().find(hit).map(CompoundId)
}

/// Compounds in a rectangle: wholly inside, or with `crossing` also those that only touch it.
#[must_use]
pub fn select_in_rect(content: &Content, scene: &Scene, rect: Rect<f64>, crossing: bool) -> Vec<CompoundId> {
    let inside = |row: &u32| {
        let Some(shape) = content.compounds.get(*row as usize).map(|c| &c.shape) else { return false };
        let whole = shape.bounding_rect().is_some_and(|b| {
            b.min().x >= rect.min().x && b.min().y >= rect.min().y && b.max().x <= rect.max().x && b.max().y <= rect.max().y
        });
        whole || (crossing && shape.intersects(&rect))
    };
    scene.compounds.grid.in_rect(rect).into_iter().filter(inside).map(CompoundId).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Pipe, Properties};
    use crate::policy::{ItemClass, PipeClass};
    use geo::polygon;
    use geo::{LineString, MultiLineString, MultiPolygon};
    use std::sync::Arc;

    fn plan() -> Content {
        let square = |x: f64| {
            let shape = polygon![(x: x, y: 0.0), (x: x + 100.0, y: 0.0), (x: x + 100.0, y: 100.0), (x: x, y: 100.0)];
            let facts = CompoundFacts::default();
            Compound { source_id: x.to_string(), shape: MultiPolygon(vec![shape]), facts, extra: Properties::new() }
        };
        let pipe = Pipe {
            source_id: "p".to_owned(),
            line: MultiLineString(vec![LineString::from(vec![(0.0, 50.0), (300.0, 50.0)])]),
            class: PipeClass::Water,
            ..Pipe::default()
        };
        Content { compounds: Arc::new(vec![square(0.0), square(110.0)]), pipes: Arc::new(vec![pipe]), ..Content::default() }
    }

    #[test]
    fn the_topmost_thing_is_picked() {
        let content = plan();
        let scene = Scene::build(&content, 1);
        let mark = ItemMark {
            id: ItemId(9),
            at: Coord { x: 50.0, y: 52.0 },
            class: ItemClass::Basic,
            letter: '水',
            compound: None,
            district: None,
        };
        let reach = PickReach {
            line_m: 3.0,
            symbol_m: 5.0,
            items: true,
            facilities: true,
            pipes: true,
            buildings: true,
            compounds: true,
            parcels: true,
        };
        let at = |x, y| pick(&content, &scene, &[mark], Coord { x, y }, &reach);
        assert_eq!(at(50.0, 51.0), Some(Pick::Item(ItemId(9))));
        assert_eq!(at(80.0, 51.0), Some(Pick::Pipe(PipeId(0))));
        assert_eq!(at(150.0, 80.0), Some(Pick::Compound(CompoundId(1))));
        assert_eq!(at(105.0, 80.0), None);
        let blind = PickReach { pipes: false, ..reach };
        assert_eq!(pick(&content, &scene, &[], Coord { x: 80.0, y: 51.0 }, &blind), Some(Pick::Compound(CompoundId(0))));
    }

    #[test]
    fn rectangles_take_whole_compounds_or_touched_ones() {
        let content = plan();
        let scene = Scene::build(&content, 1);
        let rect = Rect::new(Coord { x: -5.0, y: -5.0 }, Coord { x: 150.0, y: 105.0 });
        assert_eq!(select_in_rect(&content, &scene, rect, false), [CompoundId(0)]);
        assert_eq!(select_in_rect(&content, &scene, rect, true), [CompoundId(0), CompoundId(1)]);
    }
}
