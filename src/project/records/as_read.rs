//! What a file said of a compound, as a row: that in which the plan has come to differ, and marks of what the plan had when it
//! was saved, which tell whether another program changed it since.

use geo::{Coord, Geometry, MultiPolygon};

use super::edit::{NamedRow, from_hex, to_hex};
use super::fields::{Fields, Record};
use crate::gpkg::{Cell, Column, Shape, decode, encode};
use crate::model::{Compound, CompoundFacts, Properties};

/// One compound as it was read.
#[derive(Debug)]
pub(in crate::project) struct AsReadRow {
    /// `fid` of the compound.
    pub(in crate::project) compound: i64,
    /// Marks of facts and shape in the plan.
    facts_mark: i64,
    shape_mark: i64,
    /// What was read, where it is not what the plan has.
    /// Boxed: few rows have any, and there is a row for every compound.
    facts: Option<Box<CompoundFacts>>,
    extra: Option<Properties>,
    shape: Option<MultiPolygon<f64>>,
}

impl AsReadRow {
    pub(in crate::project) fn new(compound: i64, own: &Compound, base: &Compound) -> Self {
        Self {
            compound,
            facts_mark: facts_mark(own),
            shape_mark: shape_mark(&own.shape),
            facts: (own.facts != base.facts).then(|| Box::new(base.facts.clone())),
            extra: (own.extra != base.extra).then(|| base.extra.clone()),
            shape: (own.shape != base.shape).then(|| base.shape.clone()),
        }
    }

    /// Whether the compound of the plan is what was read.
    pub(in crate::project) fn is_as_read(&self, own: &Compound) -> bool {
        let differs = self.facts.is_some() || self.extra.is_some() || self.shape.is_some();
        !differs && self.facts_mark == facts_mark(own) && self.shape_mark == shape_mark(&own.shape)
    }

    /// The compound as it was read. What another program changed in the plan file counts as edited: it differs from nothing.
    pub(in crate::project) fn base(self, own: &Compound) -> Compound {
        let same_facts = self.facts_mark == facts_mark(own);
        let same_shape = self.shape_mark == shape_mark(&own.shape);
        let facts = self.facts.map(|facts| *facts).or_else(|| same_facts.then(|| own.facts.clone()));
        let extra = self.extra.or_else(|| same_facts.then(|| own.extra.clone()));
        let shape = self.shape.or_else(|| same_shape.then(|| own.shape.clone()));
        Compound {
            source_id: own.source_id.clone(),
            shape: shape.unwrap_or_else(|| MultiPolygon(Vec::new())),
            facts: facts.unwrap_or_default(),
            extra: extra.unwrap_or_default(),
        }
    }
}

impl Record for AsReadRow {
    fn columns() -> Vec<Column> {
        vec![
            Column::integer("compound"),
            Column::integer("facts_mark"),
            Column::integer("shape_mark"),
            Column::text("facts"),
            Column::text("extra"),
            Column::text("shape"),
        ]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let facts = self.facts.as_ref().and_then(|facts| serde_json::to_string(&NamedRow::of(&**facts)).ok());
        let extra = self.extra.as_ref().and_then(|extra| serde_json::to_string(extra).ok());
        let shape = self.shape.as_ref().map(|shape| to_hex(&encode(Shape::Area(shape), 0)));
        vec![
            Cell::Integer(self.compound),
            Cell::Integer(self.facts_mark),
            Cell::Integer(self.shape_mark),
            Cell::text(facts.as_deref()),
            Cell::text(extra.as_deref()),
            Cell::text(shape.as_deref()),
        ]
    }

    /// What cannot be read is as good as not known.
    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let compound = fields.whole().unwrap_or(0);
        let (facts_mark, shape_mark) = (fields.whole().unwrap_or(0), fields.whole().unwrap_or(0));
        let facts = |json: String| serde_json::from_str::<NamedRow>(&json).map(|row| row.with::<CompoundFacts>(None));
        let facts = fields.text().map(|json| Box::new(facts(json).unwrap_or_default()));
        let extra = fields.text().map(|json| serde_json::from_str(&json).unwrap_or_default());
        let area = |hex: String| match decode(&from_hex(&hex)?).ok()? {
            Geometry::MultiPolygon(area) => Some(area),
            Geometry::Polygon(area) => Some(area.into()),
            _ => None,
        };
        let shape = fields.text().map(|hex| area(hex).unwrap_or_else(|| MultiPolygon(Vec::new())));
        Self { compound, facts_mark, shape_mark, facts, extra, shape }
    }
}

/// A running mark of 64 bits; equal contents have equal ones in every release.
struct Running(u64);

impl Running {
    fn add(&mut self, word: u64) {
        /// The golden ratio in 64 bits (Knuth, TAOCP 3, 6.4).
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(GOLDEN);
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        self.add(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }
}

/// A mark of everything a compound is but its shape.
fn facts_mark(compound: &Compound) -> i64 {
    let mut running = Running(0);
    for cell in compound.cells() {
        match cell {
            Cell::Null => running.add(0),
            Cell::Boolean(value) => running.add(1 + u64::from(value)),
            Cell::Integer(value) => running.add(value.cast_unsigned()),
            Cell::Real(value) => running.add(value.to_bits()),
            Cell::Text(text) => running.add_bytes(text.as_bytes()),
        }
    }
    running.0.cast_signed()
}

fn shape_mark(shape: &MultiPolygon<f64>) -> i64 {
    let mut running = Running(0);
    for polygon in &shape.0 {
        running.add(polygon.interiors().len() as u64);
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            running.add(ring.0.len() as u64);
            for Coord { x, y } in &ring.0 {
                running.add(x.to_bits());
                running.add(y.to_bits());
            }
        }
    }
    running.0.cast_signed()
}
