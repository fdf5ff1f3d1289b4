//! Renovation items on the map: the symbol of each, and the lines and rings of those that are more than a point.

use std::hash::{Hash, Hasher};

use geo::{Centroid, Coord, Geometry, LineString, Polygon};

use super::canvas::{Trace, TraceSign};
use super::context::Context;
use crate::base::ItemId;
use crate::map::ItemMark;
use crate::model::Item;
use crate::policy::CatalogueEntry;

/// A number that changes with what is shown of the items.
pub(super) fn filter_key(cx: &Context<'_>) -> u64 {
    let view = &cx.state.view;
    let mut key = std::hash::DefaultHasher::new();
    (&view.hidden_classes, &view.hidden_entries, &view.tag, view.film.shown).hash(&mut key);
    key.finish()
}

/// The symbol of an item; none for items without a place or that are not shown.
pub(super) fn mark(cx: &Context<'_>, id: ItemId, item: &Item) -> Option<ItemMark> {
    let entry = shown(cx, item)?;
    let at = item.place.as_ref()?.centroid()?.0;
    let district = cx.state.plan.item_district(item);
    Some(ItemMark { id, at, class: entry.class, letter: entry.symbol, compound: item.compound, district })
}

/// The lines and rings of an item that is shown.
pub(super) fn lines(cx: &Context<'_>, item: &Item) -> Vec<Trace> {
    let (Some(entry), Some(place)) = (shown(cx, item), &item.place) else { return Vec::new() };
    let trace = |path| Trace { path, sign: TraceSign::Item(entry.class) };
    paths(place).into_iter().map(trace).collect()
}

/// The entry of an item that no switch hides.
fn shown<'a>(cx: &Context<'a>, item: &Item) -> Option<&'a CatalogueEntry> {
    let entry = cx.state.plan.catalogue.get(&item.code)?;
    let view = &cx.state.view;
    let tagged = view.tag.as_ref().is_none_or(|tag| entry.tags.contains(tag));
    let hidden = view.hidden_classes.contains(&entry.class) || view.hidden_entries.contains(&entry.code);
    (tagged && !hidden && view.film.shown.shows(cx.state.plan.item_year(item))).then_some(entry)
}

/// Every line and ring of a geometry; points have none.
fn paths(shape: &Geometry<f64>) -> Vec<Vec<Coord<f64>>> {
    let line = |line: &LineString<f64>| line.0.clone();
    let rings =
        |polygon: &Polygon<f64>| -> Vec<_> { std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(line).collect() };
    match shape {
        Geometry::Point(_) | Geometry::MultiPoint(_) => Vec::new(),
        Geometry::Line(way) => vec![vec![way.start, way.end]],
        Geometry::LineString(way) => vec![line(way)],
        Geometry::MultiLineString(ways) => ways.iter().map(line).collect(),
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(rings).collect(),
        Geometry::Rect(rect) => rings(&rect.to_polygon()),
        Geometry::Triangle(triangle) => rings(&triangle.to_polygon()),
        Geometry::GeometryCollection(all) => all.iter().flat_map(paths).collect(),
    }
}

#[cfg(test)]
mod tests {
    use geo::{MultiLineString, point, polygon};

    use super::*;

    #[test]
    fn every_part_of_an_item_has_its_line() {
        let way = LineString::from(vec![(0.0, 0.0), (9.0, 0.0)]);
        let area = polygon!(exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0)], interiors: [[(x: 5.0, y: 1.0), (x: 6.0, y: 1.0), (x: 6.0, y: 2.0)]]);
        let both: Geometry<f64> = MultiLineString(vec![way.clone(), way.clone()]).into();
        let counts = [(both.clone(), 2), (way.into(), 1), (area.clone().into(), 2), (point!(x: 1.0, y: 1.0).into(), 0)];
        for (shape, count) in counts {
            assert_eq!(paths(&shape).len(), count, "{shape:?}");
        }
        let all = geo::GeometryCollection(vec![both, area.into()]);
        assert_eq!(paths(&Geometry::GeometryCollection(all)).len(), 4);
    }
}
