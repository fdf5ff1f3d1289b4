//! Annotations as rows.

use geo::Geometry;

use super::codes::{ANNOTATIONS, word};
use super::fields::{Fields, Record};
use crate::gpkg::{Cell, Column, Shape, encode};
use crate::model::{Annotation, AnnotationKind};

impl Record for Annotation {
    fn columns() -> Vec<Column> {
        vec![Column::text("kind"), Column::text("text")]
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        self.place.as_ref().map(|place| encode(Shape::Any(place), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        vec![word(ANNOTATIONS, self.kind).into(), self.text.as_str().into()]
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self { kind: fields.choice(ANNOTATIONS).unwrap_or(AnnotationKind::Text), place: shape, text: fields.string() }
    }
}
