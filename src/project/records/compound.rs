//! Compounds as rows: every fact a column of its own, readable in any GIS.

use geo::Geometry;

use super::codes::{EXCLUSIONS, OWNERS, PLACEHOLDERS, word};
use super::fields::{EXTRA, Fields, Record, extra_cell};
use crate::base::Money;
use crate::gpkg::{Cell, Column, Shape, encode};
use crate::model::{Compound, CompoundFacts, Consent, Placeholder};
use crate::policy::YearSpan;

impl Record for CompoundFacts {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("name"),
            Column::text("address"),
            Column::text("street_office"),
            Column::text("community"),
            Column::integer("built_first"),
            Column::integer("built_last"),
            Column::integer("households"),
            Column::real("floor_area_m2"),
            Column::integer("buildings"),
            Column::integer("stair_units"),
            Column::integer("estimated_cost_fen"),
            Column::text("owner_kind"),
            Column::text("owner"),
            Column::text("management"),
            Column::text("exclusion"),
            Column::real("consent_share"),
            Column::text("consent_surveyed"),
            Column::boolean("neglected"),
            Column::boolean("lacks_municipal"),
            Column::boolean("lacks_services"),
            Column::text("problems"),
            Column::integer("planned_year"),
            Column::text("placeholder"),
        ]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            Cell::text(self.address.as_deref()),
            Cell::text(self.street_office.as_deref()),
            Cell::text(self.community.as_deref()),
            self.built.map(|b| b.first).into(),
            self.built.map(|b| b.last).into(),
            self.households.into(),
            self.floor_area_m2.into(),
            self.buildings.into(),
            self.stair_units.into(),
            self.estimated_cost.map_or(Cell::Null, |m| Cell::Integer(m.fen())),
            Cell::text(self.owner_kind.map(|k| word(OWNERS, k))),
            Cell::text(self.owner.as_deref()),
            Cell::text(self.management.as_deref()),
            Cell::text(self.exclusion.map(|e| word(EXCLUSIONS, e))),
            self.consent.as_ref().map(|c| c.share).into(),
            Cell::text(self.consent.as_ref().and_then(|c| c.surveyed.as_deref())),
            self.neglected.into(),
            self.lacks_municipal.into(),
            self.lacks_services.into(),
            Cell::text(self.problems.as_deref()),
            self.planned_year.into(),
            Cell::text(self.placeholder.map(Placeholder::code)),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            name: fields.string(),
            address: fields.text(),
            street_office: fields.text(),
            community: fields.text(),
            built: built(fields.whole(), fields.whole()),
            households: fields.whole(),
            floor_area_m2: fields.real(),
            buildings: fields.whole(),
            stair_units: fields.whole(),
            estimated_cost: fields.whole().map(Money::from_fen),
            owner_kind: fields.choice(OWNERS),
            owner: fields.text(),
            management: fields.text(),
            exclusion: fields.choice(EXCLUSIONS),
            consent: consent(fields.real(), fields.text()),
            neglected: fields.boolean(),
            lacks_municipal: fields.boolean(),
            lacks_services: fields.boolean(),
            problems: fields.text(),
            planned_year: fields.whole(),
            placeholder: fields.choice(PLACEHOLDERS),
        }
    }
}

fn built(first: Option<i32>, last: Option<i32>) -> Option<YearSpan> {
    let (first, last) = (first.or(last)?, last.or(first)?);
    Some(YearSpan { first, last })
}

fn consent(share: Option<f64>, surveyed: Option<String>) -> Option<Consent> {
    Some(Consent { share: share?, surveyed })
}

impl Record for Compound {
    fn columns() -> Vec<Column> {
        let mut columns = vec![Column::text("source_id")];
        columns.extend(CompoundFacts::columns());
        columns.push(Column::text(EXTRA));
        columns
    }

    fn blob(&self, srs_id: i32) -> Option<Vec<u8>> {
        Some(encode(Shape::Area(&self.shape), srs_id))
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![self.source_id.as_str().into()];
        cells.extend(self.facts.cells());
        cells.push(extra_cell(&self.extra));
        cells
    }

    fn read(shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        Self {
            source_id: fields.string(),
            shape: fields.area(shape),
            facts: CompoundFacts::read(None, fields),
            extra: fields.extra(),
        }
    }
}
