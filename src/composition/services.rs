//! Services that a district lacks: proposed once for the district, where they reach most of those whom none reaches (R19, R38).
//!
//! Where facilities are loaded the gap of the living circle decides. Without them nothing is known of what stands, and only
//! what the ledger says of its compounds does.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Geometry, InteriorPoint, MultiPolygon, Point, Rect};

use super::circle::{Circle, FIVE_MINUTES_M};
use super::{Reason, need_state, spread};
use crate::base::{CompoundId, DistrictId};
use crate::geometry::clip;
use crate::geometry::index::BoxIndex;
use crate::model::{Content, Item, NeedState, Quantity};
use crate::policy::{CommunityFacility, ItemCode, community_facilities};

/// Adds the services that the districts of the given compounds lack to `items`, which are counted as planned.
pub(super) fn services(content: &Content, rows: &[usize], items: &mut Vec<Item>) {
    let mut members: BTreeMap<DistrictId, Vec<CompoundId>> = BTreeMap::new();
    for row in rows {
        if let Some(district) = content.assignment.get(*row).copied().flatten() {
            members.entry(district).or_default().push(CompoundId::from_index(*row));
        }
    }
    if members.is_empty() {
        return;
    }
    let circle = (!content.facilities.is_empty()).then(|| Circle::straight_only(content, FIVE_MINUTES_M));
    let mut ground = Ground::new(content, items);
    let mut planned: BTreeSet<(DistrictId, ItemCode)> = content
        .items
        .values()
        .chain(&*items)
        .filter_map(|item| Some((content.item_district(item)?, item.code.clone())))
        .collect();
    for (district, members) in members {
        let wanted = match &circle {
            Some(circle) => by_circle(content, circle, &members),
            None => by_ledger(content, &members),
        };
        for (code, at, reason) in wanted {
            if planned.insert((district, code.clone())) {
                items.push(service(code, district, ground.apart(at), reason));
            }
        }
    }
}

/// Each service with where it reaches most of those whom none reaches.
fn by_circle(content: &Content, circle: &Circle<'_>, members: &[CompoundId]) -> Vec<(ItemCode, Coord<f64>, Reason)> {
    let open = |id: &CompoundId, code: &ItemCode| !is_settled(content, *id, code);
    let one = |(place, kind): (usize, &CommunityFacility)| {
        let code = kind.items.first().filter(|_| kind.service)?;
        let lacking: Vec<CompoundId> = circle.lacking(place, members).into_iter().filter(|id| open(id, code)).collect();
        Some((code.clone(), circle.pool(&lacking).into_iter().next()?, Reason::LivingCircle))
    };
    community_facilities().iter().enumerate().filter_map(one).collect()
}

/// Every service at the largest compound of those that lack services, by the ledger.
fn by_ledger(content: &Content, members: &[CompoundId]) -> Vec<(ItemCode, Coord<f64>, Reason)> {
    let facts = |id: &CompoundId| &content.compounds[id.index()].facts;
    let lacking = members.iter().copied().filter(|id| facts(id).lacks_services == Some(true));
    let largest = lacking.max_by_key(|id| (facts(id).households.unwrap_or(0), std::cmp::Reverse(*id)));
    let Some(anchor) = largest else { return Vec::new() };
    let Some(at) = content.compounds[anchor.index()].shape.interior_point() else { return Vec::new() };
    let codes = community_facilities().iter().filter(|kind| kind.service).filter_map(|kind| kind.items.first());
    let open = codes.filter(|code| !is_settled(content, anchor, code));
    open.map(|code| (code.clone(), at.0, Reason::LacksServices)).collect()
}

fn is_settled(content: &Content, id: CompoundId, code: &ItemCode) -> bool {
    let state = need_state(content, id, code);
    matches!(state, Some(NeedState::Met | NeedState::NotFeasible | NeedState::Refused))
}

/// Idle land and compounds, with the points of items on them.
struct Ground<'a> {
    shapes: Vec<&'a MultiPolygon<f64>>,
    index: BoxIndex,
    taken: BTreeMap<usize, Vec<Coord<f64>>>,
}

impl<'a> Ground<'a> {
    fn new(content: &'a Content, items: &[Item]) -> Self {
        let land = content.parcels.iter().map(|parcel| &parcel.shape);
        let shapes: Vec<&MultiPolygon<f64>> = land.chain(content.compounds.iter().map(|compound| &compound.shape)).collect();
        let index = BoxIndex::new(shapes.iter().map(|shape| shape.bounding_rect()));
        let mut ground = Self { shapes, index, taken: BTreeMap::new() };
        for item in content.items.values().chain(items) {
            if let Some(Geometry::Point(point)) = item.place {
                let own = item.compound.map(|id| content.parcels.len() + id.index());
                if let Some(shape) = own.or_else(|| ground.shape_at(point.0)) {
                    ground.taken.entry(shape).or_default().push(point.0);
                }
            }
        }
        ground
    }

    /// Idle land before a compound.
    fn shape_at(&self, at: Coord<f64>) -> Option<usize> {
        self.index.in_box(Rect::new(at, at)).filter(|row| clip::contains(self.shapes[*row], at)).min()
    }

    /// A place on the ground that holds `at`, apart from the symbols there.
    fn apart(&mut self, at: Coord<f64>) -> Point<f64> {
        let Some(shape) = self.shape_at(at) else { return Point(at) };
        let taken = self.taken.entry(shape).or_default();
        let place = spread(self.shapes[shape], taken, 1).first().copied().unwrap_or(Point(at));
        taken.push(place.0);
        place
    }
}

fn service(code: ItemCode, district: DistrictId, place: Point<f64>, reason: Reason) -> Item {
    Item {
        code,
        compound: None,
        district: Some(district),
        place: Some(Geometry::Point(place)),
        quantity: Quantity::Missing,
        year: None,
        price: None,
        timing: None,
        origin: reason.origin(),
        note: String::new(),
    }
}
