//! The other layers as rows.

use geo::Geometry;

use super::codes::{BARRIERS, LIMITS, OWNERSHIPS, subclass, subclass_word, word};
use super::fields::{EXTRA, Fields, Record, any_shape, extra_cell};
use crate::gpkg::{Cell, Column, Shape, encode};
use crate::model::{Barrier, BarrierKind, Bridge, Building, Facility, Heritage, Limit, LimitLevel, Parcel, Pipe, Street};
use crate::policy::{Ownership, PipeClass};

fn pipe_class(word: &str) -> Option<PipeClass> {
    PipeClass::ALL.into_iter().find(|class| class.code() == word)
}

impl Record for Pipe {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("source_id"),
            Column::text("class"),
            Column::text("subclass"),
            Column::text("owner"),
            Column::text("ownership"),
            Column::real("diameter_mm"),
            Column::text("material"),
            Column::integer("laid_year"),
            Column::integer("planned_year"),
            Column::text(EXTRA),
        ]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Lines(&self.line), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.source_id.as_str().into(),
            self.class.code().into(),
            self.subclass.map_or(Cell::Null, |s| Cell::Text(subclass_word(s))),
            Cell::text(self.owner.as_deref()),
            word(OWNERSHIPS, self.ownership).into(),
            self.diameter_mm.into(),
            Cell::text(self.material.as_deref()),
            self.laid_year.into(),
            self.planned_year.into(),
            extra_cell(&self.extra),
        ]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            line: fields.lines(shape),
            source_id: fields.string(),
            class: fields.parsed(pipe_class).unwrap_or(PipeClass::Unknown),
            subclass: fields.parsed(subclass),
            owner: fields.text(),
            ownership: fields.choice(OWNERSHIPS).unwrap_or(Ownership::Unknown),
            diameter_mm: fields.real(),
            material: fields.text(),
            laid_year: fields.whole(),
            planned_year: fields.whole(),
            extra: fields.extra(),
        }
    }
}

impl Record for Building {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("source_id"),
            Column::text("name"),
            Column::integer("storeys"),
            Column::integer("stair_units"),
            Column::integer("households"),
            Column::boolean("has_lift"),
            Column::text(EXTRA),
        ]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Area(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.source_id.as_str().into(),
            self.name.as_str().into(),
            self.storeys.into(),
            self.stair_units.into(),
            self.households.into(),
            self.has_lift.into(),
            extra_cell(&self.extra),
        ]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            shape: fields.area(shape),
            source_id: fields.string(),
            name: fields.string(),
            storeys: fields.whole(),
            stair_units: fields.whole(),
            households: fields.whole(),
            has_lift: fields.boolean(),
            extra: fields.extra(),
        }
    }
}

impl Record for Barrier {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("kind"), Column::text("name"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Any(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), word(BARRIERS, self.kind).into(), self.name.as_str().into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            shape: any_shape(shape),
            source_id: fields.string(),
            kind: fields.choice(BARRIERS).unwrap_or(BarrierKind::Other),
            name: fields.string(),
            extra: fields.extra(),
        }
    }
}

impl Record for Bridge {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("name"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Any(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), self.name.as_str().into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self { shape: any_shape(shape), source_id: fields.string(), name: fields.string(), extra: fields.extra() }
    }
}

impl Record for Street {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("source_id"),
            Column::text("name"),
            Column::real("width_m"),
            Column::boolean("important"),
            Column::text(EXTRA),
        ]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Lines(&self.line), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.source_id.as_str().into(),
            self.name.as_str().into(),
            self.width_m.into(),
            Cell::Boolean(self.important),
            extra_cell(&self.extra),
        ]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            line: fields.lines(shape),
            source_id: fields.string(),
            name: fields.string(),
            width_m: fields.real(),
            important: fields.boolean().unwrap_or(false),
            extra: fields.extra(),
        }
    }
}

impl Record for Parcel {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("name"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Area(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), self.name.as_str().into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self { shape: fields.area(shape), source_id: fields.string(), name: fields.string(), extra: fields.extra() }
    }
}

impl Record for Facility {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("kind"), Column::text("name"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Point(self.place), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), self.kind.as_str().into(), self.name.as_str().into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            place: fields.point(shape.as_ref()),
            source_id: fields.string(),
            kind: fields.string(),
            name: fields.string(),
            extra: fields.extra(),
        }
    }
}

impl Record for Heritage {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("name"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Area(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), self.name.as_str().into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self { shape: fields.area(shape), source_id: fields.string(), name: fields.string(), extra: fields.extra() }
    }
}

impl Record for Limit {
    fn columns() -> Vec<Column> {
        vec![Column::text("source_id"), Column::text("name"), Column::text("level"), Column::text(EXTRA)]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Area(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.source_id.as_str().into(), self.name.as_str().into(), word(LIMITS, self.level).into(), extra_cell(&self.extra)]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            shape: fields.area(shape),
            source_id: fields.string(),
            name: fields.string(),
            level: fields.choice(LIMITS).unwrap_or(LimitLevel::Community),
            extra: fields.extra(),
        }
    }
}
