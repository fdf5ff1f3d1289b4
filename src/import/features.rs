//! Features of every layer kind out of a mended place and a row of fields.

use std::sync::Arc;

use geo::{Geometry, MultiLineString, MultiPolygon, Point};

use super::facts::compound_facts;
use super::pipe_class::{ownership_of, subclass_of};
use super::row::Row;
use super::values::{self, Unreadable};
use crate::model::{
    Barrier, BarrierKind, Bridge, Building, Compound, Facility, Heritage, LayerContent, Limit, LimitLevel, Parcel, Pipe, Street,
};
use crate::policy::{Ownership, PipeClass};

/// A feature of the plan, made of what a file says. The place is in the working CRS.
pub(super) trait FromRow: Sized + Send + 'static {
    /// Makes the feature; `hint` is the name of the file and layer. The properties that are left go into `extra`.
    fn from_row(source_id: String, place: Place, row: Row<'_>, hint: &str) -> Self;

    /// Puts a whole layer together.
    fn layer(features: Vec<Self>) -> LayerContent;
}

/// A mended place, in the form that its layer kind has.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Area(MultiPolygon<f64>),
    Lines(MultiLineString<f64>),
    Point(Point<f64>),
}

impl Place {
    fn area(self) -> MultiPolygon<f64> {
        if let Self::Area(shape) = self { shape } else { MultiPolygon::new(Vec::new()) }
    }

    fn lines(self) -> MultiLineString<f64> {
        if let Self::Lines(lines) = self { lines } else { MultiLineString::new(Vec::new()) }
    }

    /// A single line rather than a list of one.
    pub(super) fn geometry(self) -> Geometry<f64> {
        match self {
            Self::Area(shape) => Geometry::MultiPolygon(shape),
            Self::Lines(mut lines) if lines.0.len() == 1 => Geometry::LineString(lines.0.swap_remove(0)),
            Self::Lines(lines) => Geometry::MultiLineString(lines),
            Self::Point(point) => Geometry::Point(point),
        }
    }
}

impl FromRow for Compound {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        let facts = compound_facts(&mut row);
        Self { source_id, shape: place.area(), facts, extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Compounds(Arc::new(features))
    }
}

impl FromRow for Pipe {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, hint: &str) -> Self {
        let told =
            row.take("class", |value, _| values::text(value)?.map(|text| PipeClass::parse(&text).ok_or(Unreadable)).transpose());
        let subclass_text = row.text("subclass");
        let by_subclass = || subclass_text.as_deref().and_then(PipeClass::parse);
        let (class, own_subclass) =
            told.or_else(by_subclass).or_else(|| PipeClass::parse(hint)).unwrap_or((PipeClass::Unknown, None));
        let subclass = subclass_text.as_deref().and_then(|text| subclass_of(class, text)).or(own_subclass);
        Self {
            source_id,
            line: place.lines(),
            class,
            subclass,
            owner: row.text("owner"),
            ownership: row
                .take("ownership", |value, _| values::text(value)?.map(|text| ownership_of(&text).ok_or(Unreadable)).transpose())
                .unwrap_or(Ownership::Unknown),
            diameter_mm: row.take("diameter_mm", values::diameter_mm),
            material: row.text("material"),
            laid_year: row.take("laid_year", |value, _| values::year(value)),
            planned_year: row.take("planned_year", |value, _| values::year(value)),
            extra: row.rest(),
        }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Pipes(Arc::new(features))
    }
}

impl FromRow for Building {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        Self {
            source_id,
            shape: place.area(),
            name: row.text("name").unwrap_or_default(),
            storeys: row.take("storeys", |value, _| values::count(value)),
            stair_units: row.take("stair_units", |value, _| values::count(value)),
            households: row.take("households", |value, _| values::count(value)),
            has_lift: row.take("has_lift", |value, _| values::flag(value)),
            extra: row.rest(),
        }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Buildings(Arc::new(features))
    }
}

impl FromRow for Barrier {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, hint: &str) -> Self {
        let told = row.text("kind");
        let kind = told.as_deref().and_then(barrier_kind).or_else(|| barrier_kind(hint)).unwrap_or(BarrierKind::Other);
        Self { source_id, kind, name: row.text("name").unwrap_or_default(), shape: place.geometry(), extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Barriers(Arc::new(features))
    }
}

/// Kind of a barrier by its words.
fn barrier_kind(text: &str) -> Option<BarrierKind> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["river", "stream", "canal", "water", "sxss", "河", "江", "渠", "湖", "水系"]) {
        Some(BarrierKind::River)
    } else if has(&["rail", "铁路", "轨道"]) {
        Some(BarrierKind::Railway)
    } else if has(&["expressway", "motorway", "highway", "trunk", "快速", "高速", "高架"]) {
        Some(BarrierKind::Expressway)
    } else {
        has(&["wall", "fence", "墙", "围栏"]).then_some(BarrierKind::Wall)
    }
}

impl FromRow for Bridge {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        Self { source_id, name: row.text("name").unwrap_or_default(), shape: place.geometry(), extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Bridges(Arc::new(features))
    }
}

impl FromRow for Street {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        Self {
            source_id,
            name: row.text("name").unwrap_or_default(),
            width_m: row.take("width_m", values::metres),
            important: row.take("important", |value, _| values::flag(value)).unwrap_or(false),
            line: place.lines(),
            extra: row.rest(),
        }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Streets(Arc::new(features))
    }
}

impl FromRow for Parcel {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        Self { source_id, name: row.text("name").unwrap_or_default(), shape: place.area(), extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Parcels(Arc::new(features))
    }
}

impl FromRow for Heritage {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        Self { source_id, name: row.text("name").unwrap_or_default(), shape: place.area(), extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Heritage(Arc::new(features))
    }
}

impl FromRow for Facility {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, _hint: &str) -> Self {
        let place = if let Place::Point(point) = place { point } else { Point::new(0.0, 0.0) };
        let kind = row.text("kind").unwrap_or_default();
        Self { source_id, kind, name: row.text("name").unwrap_or_default(), place, extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Facilities(Arc::new(features))
    }
}

impl FromRow for Limit {
    fn from_row(source_id: String, place: Place, mut row: Row<'_>, hint: &str) -> Self {
        let told = row.text("level");
        let street = |text: &str| text.contains("街道") || text.to_lowercase().contains("street");
        let level = if street(told.as_deref().unwrap_or(hint)) { LimitLevel::StreetOffice } else { LimitLevel::Community };
        Self { source_id, name: row.text("name").unwrap_or_default(), level, shape: place.area(), extra: row.rest() }
    }

    fn layer(features: Vec<Self>) -> LayerContent {
        LayerContent::Limits(Arc::new(features))
    }
}
