//! Quantities from geometry and attributes. Lengths and areas are ellipsoidal; what cannot be told stays missing.

use std::collections::BTreeSet;

use geo::{Area, Euclidean, Geometry, Length, MultiLineString, MultiPolygon};

use super::CompoundBuildings;
use super::buildings::wants_lift;
use crate::base::{CompoundId, ItemId};
use crate::geometry::measure::Ellipsoid;
use crate::model::{Building, Content, Item, Quantity};
use crate::policy::Driver;

/// Storey height by which façades are estimated, m. Proposed here, not a standard's value.
pub const STOREY_HEIGHT_M: f64 = 3.0;

/// Measures items of one plan. It belongs to one thread.
pub struct Measure<'a> {
    content: &'a Content,
    buildings: CompoundBuildings,
    /// `None` without a usable working CRS: then plane measures are taken.
    ellipsoid: Option<Ellipsoid>,
}

impl<'a> Measure<'a> {
    /// Gets ready: finds the buildings of every compound.
    #[must_use]
    pub fn new(content: &'a Content) -> Self {
        let ellipsoid = (content.crs_code != 0).then(|| Ellipsoid::new(content.crs_code).ok()).flatten();
        Self { content, buildings: CompoundBuildings::new(content), ellipsoid }
    }

    /// The buildings by compound.
    #[must_use]
    pub fn buildings(&self) -> &CompoundBuildings {
        &self.buildings
    }

    /// What the item measures now. A quantity set by hand comes back as it is.
    #[must_use]
    pub fn quantity(&self, item: &Item) -> Quantity {
        if let Quantity::Manual(_) = item.quantity {
            return item.quantity;
        }
        let value = self.content.catalogue.get(&item.code).and_then(|entry| self.value(item, entry.driver));
        value.filter(|v| v.is_finite() && *v >= 0.0).map_or(Quantity::Missing, Quantity::Measured)
    }

    fn value(&self, item: &Item, driver: Driver) -> Option<f64> {
        let facts = || item.compound.and_then(|id| self.content.compounds.get(id.index())).map(|c| &c.facts);
        match driver {
            Driver::Length => self.line_m(item.place.as_ref()?),
            Driver::Area | Driver::FloorSpace => self.area_m2(item.place.as_ref()?),
            Driver::Count => item.place.as_ref().map(pieces),
            Driver::Households => facts()?.households.map(f64::from),
            Driver::FloorArea => facts()?.floor_area_m2,
            Driver::RoofArea => {
                let drawn = item.place.as_ref().and_then(|place| self.area_m2(place));
                drawn.or_else(|| self.over_buildings(item.compound?, |b| Some(self.shape_m2(&b.shape))))
            }
            Driver::FacadeArea => self
                .over_buildings(item.compound?, |b| Some(self.perimeter_m(&b.shape) * f64::from(b.storeys?) * STOREY_HEIGHT_M)),
            Driver::StairUnits => facts()?
                .stair_units
                .map(f64::from)
                .or_else(|| self.over_buildings(item.compound?, |b| b.stair_units.map(f64::from))),
            Driver::LiftUnits => self.lift_units(item.compound?),
            Driver::Stalls | Driver::SchoolClasses => None,
        }
    }

    /// The sum over a compound's buildings; `None` when it has none, or when one of them does not tell.
    fn over_buildings(&self, compound: CompoundId, of: impl Fn(&Building) -> Option<f64>) -> Option<f64> {
        let mine = self.buildings.of(compound);
        if mine.is_empty() { None } else { mine.iter().map(|id| of(&self.content.buildings[id.index()])).sum() }
    }

    fn lift_units(&self, compound: CompoundId) -> Option<f64> {
        let said = super::draft::says_no_lift(self.content, compound);
        let all = self.buildings.of(compound).iter().map(|id| &self.content.buildings[id.index()]);
        let mut without = all.filter(|b| wants_lift(b, said)).peekable();
        without.peek()?;
        without.map(|b| b.stair_units.map(f64::from)).sum()
    }

    fn line_m(&self, place: &Geometry<f64>) -> Option<f64> {
        let lines = match place {
            Geometry::Line(line) => MultiLineString(vec![(*line).into()]),
            Geometry::LineString(line) => MultiLineString(vec![line.clone()]),
            Geometry::MultiLineString(lines) => lines.clone(),
            _ => return None,
        };
        Some(self.ellipsoid.as_ref().map_or_else(|| Euclidean.length(&lines), |e| e.length_m(&lines)))
    }

    fn area_m2(&self, place: &Geometry<f64>) -> Option<f64> {
        match place {
            Geometry::Polygon(polygon) => Some(self.shape_m2(&MultiPolygon(vec![polygon.clone()]))),
            Geometry::MultiPolygon(shape) => Some(self.shape_m2(shape)),
            Geometry::Rect(rect) => Some(self.shape_m2(&MultiPolygon(vec![rect.to_polygon()]))),
            _ => None,
        }
    }

    fn shape_m2(&self, shape: &MultiPolygon<f64>) -> f64 {
        self.ellipsoid.as_ref().map_or_else(|| shape.unsigned_area(), |e| e.area_m2(shape))
    }

    fn perimeter_m(&self, shape: &MultiPolygon<f64>) -> f64 {
        let rings = MultiLineString(shape.iter().map(|polygon| polygon.exterior().clone()).collect());
        self.ellipsoid.as_ref().map_or_else(|| Euclidean.length(&rings), |e| e.length_m(&rings))
    }
}

/// How many pieces a place has.
#[expect(clippy::cast_precision_loss, reason = "nobody draws 2^53 points")]
fn pieces(place: &Geometry<f64>) -> f64 {
    match place {
        Geometry::MultiPoint(points) => points.0.len() as f64,
        _ => 1.0,
    }
}

/// As [`quantities`], of the items of some compounds alone.
#[must_use]
pub fn quantities_of(content: &Content, compounds: &BTreeSet<CompoundId>) -> Vec<(ItemId, Quantity)> {
    let mine = |item: &&Item| item.compound.is_some_and(|id| compounds.contains(&id));
    if compounds.is_empty() || !content.items.values().any(|item| mine(&item)) {
        return Vec::new();
    }
    let measure = Measure::new(content);
    let own = content.items.iter().filter(|(_, item)| mine(item));
    let measured = own.map(|(id, item)| (*id, measure.quantity(item), item.quantity));
    measured.filter(|(_, now, before)| now != before).map(|(id, now, _)| (id, now)).collect()
}

/// Items whose measured quantity is not what they carry, with what it should be. Manual quantities are left alone.
#[must_use]
pub fn quantities(content: &Content) -> Vec<(ItemId, Quantity)> {
    let measure = Measure::new(content);
    let measured = content.items.iter().map(|(id, item)| (*id, measure.quantity(item), item.quantity));
    measured.filter(|(_, now, before)| now != before).map(|(id, now, _)| (id, now)).collect()
}
