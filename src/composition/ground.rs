//! Ground that is used: land freed by removals and what is planned on it (R34), idle land and buildings as sites (R51), and
//! items that take green or light, which want the residents to be asked (R50).

use std::collections::BTreeMap;

use geo::{Area, BooleanOps, BoundingRect, Geometry, Intersects, MultiPolygon};

use super::Measure;
use crate::base::{DistrictId, ItemId, Message};
use crate::model::{Content, Item};

/// Code of the item that frees land.
const REMOVAL: &str = "illegal_removal";
/// Code of the item that makes green.
const GREENING: &str = "greening";
/// Codes of items that stand before windows.
const TAKES_LIGHT: [&str; 1] = [super::draft::LIFT];
/// Words in the name of a parcel that is a building. Proposed here; the name is all that a parcel tells.
const BUILDING_WORDS: [&str; 7] = ["厂房", "用房", "仓库", "房屋", "楼", "市场", "锅炉房"];
/// Words in the name of a parcel that is green.
const GREEN_WORDS: [&str; 3] = ["绿地", "绿化", "公园"];

/// The account of freed land of one district, m² (R34).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FreedLand {
    /// Freed by removals, as far as their areas are known.
    pub freed_m2: f64,
    /// Removals whose area is not known.
    pub unmeasured: usize,
    /// What items drawn on the freed land take of it.
    pub allocated_m2: f64,
}

impl FreedLand {
    /// What is planned on it is more than there is; half a square metre is nobody's.
    #[must_use]
    pub fn is_overdrawn(&self) -> bool {
        self.unmeasured == 0 && self.allocated_m2 > self.freed_m2 + 0.5
    }
}

/// The account of every district that has removals. An item that lies on land freed by several removals counts on each. Plane
/// areas for what is taken, ellipsoidal ones for what is freed: they differ by less than the half square metre that is let go.
#[must_use]
pub fn freed_land(content: &Content) -> BTreeMap<DistrictId, FreedLand> {
    let measure = Measure::new(content);
    let mut accounts: BTreeMap<DistrictId, FreedLand> = BTreeMap::new();
    let mut cleared: Vec<(DistrictId, MultiPolygon<f64>)> = Vec::new();
    for item in content.items.values().filter(|item| content.kind_of(&item.code) == REMOVAL) {
        let Some(district) = content.item_district(item) else { continue };
        let account = accounts.entry(district).or_default();
        match measure.quantity(item).value() {
            Some(area) => account.freed_m2 += area,
            None => account.unmeasured += 1,
        }
        cleared.extend(area_of(item).map(|shape| (district, shape)));
    }
    if cleared.is_empty() {
        return accounts;
    }
    for item in content.items.values().filter(|item| item.code.0 != REMOVAL) {
        let Some(shape) = area_of(item) else { continue };
        for (district, freed) in &cleared {
            let apart = shape.bounding_rect().zip(freed.bounding_rect()).is_none_or(|(a, b)| !a.intersects(&b));
            if !apart && let Some(account) = accounts.get_mut(district) {
                account.allocated_m2 += shape.intersection(freed).unsigned_area();
            }
        }
    }
    accounts
}

/// The area that an item is drawn as.
fn area_of(item: &Item) -> Option<MultiPolygon<f64>> {
    match item.place.as_ref()? {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon.clone()])),
        Geometry::MultiPolygon(shape) => Some(shape.clone()),
        Geometry::Rect(rect) => Some(MultiPolygon(vec![rect.to_polygon()])),
        _ => None,
    }
}

/// What the ground of an item brings with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroundNote {
    /// On idle or freed land: 可不增收土地价款 (R51).
    NoLandPremium,
    /// In an idle building: 可在一定年期内暂不变更用地主体和土地使用性质 (R51).
    NoChangeOfUse,
    /// Takes green: the residents are to be asked (R50).
    TakesGreen,
    /// May take light: the residents are to be asked (R50).
    TakesLight,
}

impl GroundNote {
    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::NoLandPremium | Self::NoChangeOfUse => "R51",
            Self::TakesGreen | Self::TakesLight => "R50",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::NoLandPremium => Message::new("composition.ground-no-premium"),
            Self::NoChangeOfUse => Message::new("composition.ground-no-change"),
            Self::TakesGreen => Message::new("composition.ground-green"),
            Self::TakesLight => Message::new("composition.ground-light"),
        }
    }
}

/// Everything that the ground of an item brings with it, in order. `O(parcels + items)`.
#[must_use]
pub fn ground_notes(content: &Content, item: &Item) -> Vec<GroundNote> {
    let mut notes = Vec::new();
    let own = content.kind_of(&item.code);
    if TAKES_LIGHT.contains(&content.kind_of(&item.code)) {
        notes.push(GroundNote::TakesLight);
    }
    let Some(place) = item.place.as_ref().filter(|_| own != REMOVAL) else { return notes };
    let under = |shape: &MultiPolygon<f64>| shape.intersects(place);
    for parcel in content.parcels.iter().filter(|parcel| under(&parcel.shape)) {
        let is = |words: &[&str]| words.iter().any(|word| parcel.name.contains(word));
        notes.push(if is(&BUILDING_WORDS) { GroundNote::NoChangeOfUse } else { GroundNote::NoLandPremium });
        if is(&GREEN_WORDS) && own != GREENING {
            notes.push(GroundNote::TakesGreen);
        }
    }
    for other in content.items.values() {
        let kind = content.kind_of(&other.code);
        let (freed, green) = (kind == REMOVAL, kind == GREENING && own != GREENING);
        if (freed || green) && area_of(other).is_some_and(|shape| under(&shape)) {
            notes.push(if freed { GroundNote::NoLandPremium } else { GroundNote::TakesGreen });
        }
    }
    notes.sort_unstable();
    notes.dedup();
    notes
}

/// Items that are drawn on green (R50). `O(items × green areas)`.
#[must_use]
pub fn on_green(content: &Content) -> Vec<ItemId> {
    let named = |name: &str| GREEN_WORDS.iter().any(|word| name.contains(word));
    let land = content.parcels.iter().filter(|parcel| named(&parcel.name)).map(|parcel| parcel.shape.clone());
    let planned = content.items.values().filter(|item| content.kind_of(&item.code) == GREENING).filter_map(area_of);
    let green: Vec<MultiPolygon<f64>> = land.chain(planned).collect();
    if green.is_empty() {
        return Vec::new();
    }
    let takes = |item: &Item| {
        let other = item.code.0 != GREENING && item.code.0 != REMOVAL;
        other && item.place.as_ref().is_some_and(|place| area_or_point(place) && green.iter().any(|g| g.intersects(place)))
    };
    content.items.iter().filter(|(_, item)| takes(item)).map(|(id, _)| *id).collect()
}

/// Lines run under green and take none of it.
fn area_or_point(place: &Geometry<f64>) -> bool {
    !matches!(place, Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use geo::{Coord, Point, Rect};

    use super::*;
    use crate::base::CompoundId;
    use crate::model::{District, ItemOrigin, Parcel, Properties, Quantity};
    use crate::pipes::tests as fixture;
    use crate::policy::ItemCode;

    fn square(x: f64, side: f64) -> Geometry<f64> {
        Rect::new(Coord { x, y: 0.0 }, Coord { x: x + side, y: side }).to_polygon().into()
    }

    fn item(code: &str, place: Geometry<f64>) -> Item {
        Item {
            code: ItemCode::new(code),
            compound: Some(CompoundId(0)),
            district: None,
            place: Some(place),
            quantity: Quantity::Missing,
            year: None,
            price: None,
            timing: None,
            origin: ItemOrigin::Hand,
            note: String::new(),
        }
    }

    fn plan(items: Vec<Item>) -> Content {
        let mut content = fixture::content(vec![fixture::compound("a", 0.0, 0.0, 100.0)], Vec::new());
        content.assignment[0] = Some(DistrictId(1));
        content.districts.insert(DistrictId(1), District::numbered(1));
        content.items = items.into_iter().enumerate().map(|(n, item)| (ItemId::from_index(n + 1), item)).collect();
        content
    }

    #[test]
    fn r34_what_is_planned_on_freed_land_is_at_most_what_is_freed() {
        let account = |content: &Content| freed_land(content)[&DistrictId(1)];
        let content = plan(vec![item(REMOVAL, square(0.0, 20.0)), item("parking", square(10.0, 20.0))]);
        assert_eq!(account(&content), FreedLand { freed_m2: 400.0, unmeasured: 0, allocated_m2: 200.0 });
        assert!(!account(&content).is_overdrawn());
        // Two uses of the same ground are more than there is.
        let twice =
            plan(vec![item(REMOVAL, square(0.0, 20.0)), item("parking", square(0.0, 20.0)), item("greening", square(0.0, 20.0))]);
        assert!(account(&twice).is_overdrawn());
        let point = plan(vec![item(REMOVAL, Point::new(1.0, 1.0).into())]);
        assert_eq!(account(&point).unmeasured, 1, "a symbol frees no area that anybody knows");
        assert!(freed_land(&plan(vec![item("parking", square(0.0, 5.0))])).is_empty());
    }

    #[test]
    fn r50_parking_on_green_is_marked_and_beside_it_is_not() {
        let on = |x: f64| on_green(&plan(vec![item("greening", square(0.0, 20.0)), item("parking", square(x, 10.0))]));
        assert_eq!(on(5.0), [ItemId(2)]);
        assert_eq!(on(30.0), []);
        let notes = |x: f64| {
            let content = plan(vec![item("greening", square(0.0, 20.0)), item("parking", square(x, 10.0))]);
            ground_notes(&content, &content.items[&ItemId(2)])
        };
        assert_eq!((notes(5.0), notes(30.0)), (vec![GroundNote::TakesGreen], vec![]));
        let lift = plan(vec![item("lift", Point::new(50.0, 50.0).into())]);
        assert_eq!(ground_notes(&lift, &lift.items[&ItemId(1)]), [GroundNote::TakesLight]);
    }

    #[test]
    fn r51_sites_on_idle_land_and_in_idle_buildings() {
        let notes = |name: &str| {
            let mut content = plan(vec![item("elder_care", Point::new(5.0, 5.0).into())]);
            let shape = MultiPolygon(vec![Rect::new((0.0, 0.0), (10.0, 10.0)).to_polygon()]);
            content.parcels =
                Arc::new(vec![Parcel { source_id: "p".into(), name: name.into(), shape, extra: Properties::new() }]);
            ground_notes(&content, &content.items[&ItemId(1)])
        };
        assert_eq!(notes("旧货场"), [GroundNote::NoLandPremium]);
        assert_eq!(notes("闲置厂房"), [GroundNote::NoChangeOfUse]);
        assert_eq!(notes("绿地"), [GroundNote::NoLandPremium, GroundNote::TakesGreen]);
    }
}
